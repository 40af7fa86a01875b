//! Distribution alignment: predictions of unlabelled rows held to the shares of the labels.

/// Corrects predictions of unlabelled rows by ln(share of the labels/running mean of the predictions), class by class:
/// a class that is predicted too often becomes less likely.
///
/// It assumes that unlabelled rows have the classes in the shares of the labelled ones; where they have not, it does harm.
/// The running mean has a memory of about 100 steps. Source: Berthelot et al. 2020 (ReMixMatch), in logits.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Alignment {
    prior: Vec<f64>,
    /// The running mean of predictions.
    pub(crate) mean: Vec<f64>,
}

/// How much of the running mean a step keeps.
const MEMORY: f64 = 0.99;

impl Alignment {
    /// For labels of these shares, each above 0; the running mean begins there.
    pub(crate) fn new(prior: Vec<f64>) -> Self {
        Self {
            mean: prior.clone(),
            prior,
        }
    }

    /// Takes the predictions of a step, rows of probabilities, into the running mean.
    pub(crate) fn update(&mut self, rows: &[Vec<f64>]) {
        let weight = (1.0 - MEMORY) / rows.len().max(1) as f64;
        self.mean.iter_mut().for_each(|mean| *mean *= MEMORY);
        for row in rows {
            self.mean
                .iter_mut()
                .zip(row)
                .for_each(|(mean, p)| *mean += weight * p);
        }
    }

    /// Corrects a row of logits. No mean is 0 after a finite number of steps.
    pub(crate) fn apply(&self, logits: &mut [f32]) {
        for ((logit, prior), mean) in logits.iter_mut().zip(&self.prior).zip(&self.mean) {
            *logit += (prior / mean).ln() as f32;
        }
    }
}

#[cfg(test)]
#[allow(
    clippy::float_cmp,
    reason = "what is not touched is the same to the bit"
)]
mod tests {
    use super::*;

    #[test]
    fn a_class_that_is_predicted_too_often_becomes_less_likely() {
        let mut alignment = Alignment::new(vec![0.5, 0.5]);
        let mut logits = [1.0, 1.0];
        alignment.apply(&mut logits);
        assert_eq!(logits, [1.0, 1.0], "no step yet, no correction");
        (0..1000).for_each(|_| alignment.update(&[vec![0.8, 0.2], vec![1.0, 0.0]]));
        alignment.apply(&mut logits);
        // The running mean has come to 0.9, 0.1.
        assert!(
            (f64::from(logits[0]) - 1.0 - (0.5f64 / 0.9).ln()).abs() < 1e-3,
            "{logits:?}"
        );
        assert!(
            (f64::from(logits[1]) - 1.0 - (0.5f64 / 0.1).ln()).abs() < 1e-3,
            "{logits:?}"
        );
    }
}
