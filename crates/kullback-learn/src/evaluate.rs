//! How good predictions are.

use serde::Serialize;

use crate::Error;

/// How many bins of equal width the confidence is cut into for the calibration error.
const BINS: usize = 15;

/// What predictions of labelled rows came to.
///
/// - *Accuracy*: the share of rows whose likeliest class is right; of classes as likely, the first counts.
/// - *NLL*: the mean of −ln q(label), in nats, from 0 to ∞; the cross-entropy of the labels and the model.
/// - *Calibration*: the expected calibration error (Naeini et al. 2015; Guo et al. 2017): rows are put in 15 bins of equal
///   width by their confidence, max q, in (0, 1]; the mean over rows of |accuracy − mean confidence| of their bin. From 0 to 1.
///   It is biased upwards where bins hold few rows.
/// - *Label shift*: KL(labels ‖ mean prediction), in nats: whether the model predicts each class as often as it
///   comes. 0 does not mean that any row is right.
///
/// ```
/// use kullback_learn::evaluate;
///
/// let logits = [2.0, 0.0, 0.0, 2.0, 2.0, 0.0]; // three rows, two classes
/// let found = evaluate(&logits, &[0, 1, 1], 2)?;
/// assert!((found.accuracy - 2.0 / 3.0).abs() < 1e-12);
/// assert_eq!(found.confusion, [[1, 0], [1, 1]]);
/// # Ok::<(), kullback_learn::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Evaluation {
    /// How many rows.
    pub rows: u64,
    /// The share of rows that are right.
    pub accuracy: f64,
    /// Mean −ln q(label), in nats.
    pub nll: f64,
    /// The expected calibration error.
    pub calibration_error: f64,
    /// How many bins the calibration error has.
    pub calibration_bins: usize,
    /// KL(labels ‖ mean prediction), in nats.
    pub label_kl: f64,
    /// How often each class (outer) was predicted as each (inner).
    pub confusion: Vec<Vec<u64>>,
}

/// Judges logits, rows × classes, by the right class of each row.
///
/// # Errors
/// When there are no rows, a logit is NaN or infinite, or the numbers of logits, labels and classes do not fit.
///
/// ```
/// assert!(kullback_learn::evaluate(&[0.0, f32::NAN], &[0], 2).is_err());
/// ```
pub fn evaluate(logits: &[f32], labels: &[usize], classes: usize) -> Result<Evaluation, Error> {
    let rows = labels.len();
    if rows == 0 || rows.checked_mul(classes) != Some(logits.len()) {
        return Err(Error::new(format!(
            "{} logits are no {rows} rows of {classes} classes",
            logits.len()
        )));
    }
    let mut confusion = vec![vec![0u64; classes]; classes];
    let mut bins = [(0.0f64, 0u64); BINS];
    let (mut nll, mut mean, mut shares) = (0.0, vec![0.0; classes], vec![0.0; classes]);
    for (row, (logits, &label)) in logits.chunks(classes).zip(labels).enumerate() {
        if let Some(class) = logits.iter().position(|logit| !logit.is_finite()) {
            let what = format!("the logit of class {class} is {}", logits[class]);
            return Err(Error::new(what).at(format!("row {}", row + 1)));
        }
        if label >= classes {
            return Err(
                Error::new(format!("class {label} of {classes}")).at(format!("row {}", row + 1))
            );
        }
        let q = softmax(logits);
        let top = likeliest(logits);
        let largest = f64::from(logits[top]);
        let total: f64 = logits.iter().map(|&x| (f64::from(x) - largest).exp()).sum();
        nll += total.ln() + largest - f64::from(logits[label]);
        confusion[label][top] += 1;
        shares[label] += 1.0 / rows as f64;
        mean.iter_mut()
            .zip(&q)
            .for_each(|(mean, q)| *mean += q / rows as f64);
        // (0, 1/15] is the first bin.
        let bin = ((q[top] * BINS as f64).ceil() as usize).clamp(1, BINS) - 1;
        bins[bin].0 += f64::from(u8::from(top == label)) - q[top];
        bins[bin].1 += 1;
    }
    let right: u64 = (0..classes).map(|class| confusion[class][class]).sum();
    let label_kl =
        kullback::kl_divergence(&shares, &mean).map_err(|error| Error::new(error.to_string()))?;
    Ok(Evaluation {
        rows: rows as u64,
        accuracy: right as f64 / rows as f64,
        nll: nll / rows as f64,
        // |Σ (right − confidence)| of a bin is its rows times the gap.
        calibration_error: bins.iter().map(|(gap, _)| gap.abs()).sum::<f64>() / rows as f64,
        calibration_bins: BINS,
        label_kl,
        confusion,
    })
}

/// The probabilities of a row of finite logits.
///
/// ```
/// assert_eq!(kullback_learn::softmax(&[0.0, 0.0]), [0.5, 0.5]);
/// ```
pub fn softmax(logits: &[f32]) -> Vec<f64> {
    let largest = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let masses: Vec<f64> = (logits.iter())
        .map(|&logit| f64::from(logit - largest).exp())
        .collect();
    let total: f64 = masses.iter().sum();
    masses.iter().map(|mass| mass / total).collect()
}

/// The class of the largest logit; of equal ones, the first.
///
/// ```
/// assert_eq!(kullback_learn::likeliest(&[0.0, 2.0, 2.0]), 1);
/// ```
pub fn likeliest(logits: &[f32]) -> usize {
    let better = |best: usize, i: usize| if logits[i] > logits[best] { i } else { best };
    (1..logits.len()).fold(0, better)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_those_of_their_definitions() {
        // Confidences ½·… by hand: rows of q = (0.9, 0.1) twice and (0.3, 0.7) once.
        let logit = |q: f64| (q / (1.0 - q)).ln() as f32;
        let logits = [logit(0.9), 0.0, logit(0.9), 0.0, logit(0.3), 0.0];
        let found = evaluate(&logits, &[0, 1, 1], 2).unwrap();
        let nll = -(0.9f64.ln() + 0.1f64.ln() + 0.7f64.ln()) / 3.0;
        assert!((found.nll - nll).abs() < 1e-7);
        // The bin of 0.9 has one right of two; that of 0.7 one of one.
        let gap = (2.0 * (0.5f64 - 0.9).abs() + (1.0f64 - 0.7).abs()) / 3.0;
        assert!((found.calibration_error - gap).abs() < 1e-7);
        let (mean, shares) = ([0.7f64, 0.3], [1.0f64 / 3.0, 2.0 / 3.0]);
        let kl: f64 = shares.iter().zip(mean).map(|(p, q)| p * (p / q).ln()).sum();
        assert!((found.label_kl - kl).abs() < 1e-7);
        assert_eq!(found.confusion, [[1, 0], [1, 1]]);
    }

    #[test]
    fn certainty_that_is_wrong_costs_its_logit() {
        let found = evaluate(&[500.0, 0.0], &[1], 2).unwrap();
        assert!((found.nll - 500.0).abs() < 1e-9);
        assert!((found.calibration_error - 1.0).abs() < 1e-12);
    }
}
