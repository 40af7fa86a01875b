//! The front door: two slices in, one number out.
//!
//! Probabilities must sum to 1 ([`Normalisation::Strict`]). For another policy, for counts, for
//! contributions or gradients, build a [`Pair`] and ask a [`Measure`](crate::Measure).

use crate::entropy::{cross_entropy as cross_entropy_of, entropy_p};
use crate::kernel::{self, Sums};
use crate::{Error, Measure, Normalisation, Pair, STRICT_TOLERANCE};

fn strict(p: &[f64], q: &[f64]) -> Result<Pair, Error> {
    Pair::from_probabilities(p, q, Normalisation::Strict)
}

/// A measure by its kernel, which checks the masses and adds up the terms in one pass. The value is
/// the measure's own, a rounding apart.
fn in_one_pass(
    measure: Measure,
    kernel: fn(&[f64], &[f64]) -> Sums,
    p: &[f64],
    q: &[f64],
) -> Result<f64, Error> {
    if p.len() == q.len() {
        let sums = kernel(p, q);
        let is_one = |sum: f64| (sum - 1.0).abs() <= STRICT_TOLERANCE;
        if sums.valid && is_one(sums.p) && is_one(sums.q) {
            return Ok(sums.terms);
        }
    }
    // Something is wrong: the pair says what.
    strict(p, q).map(|pair| measure.value(&pair))
}

/// Entropy of one distribution, H(P) = −Σ p ln p, in nats.
///
/// See [`entropy_p`] for limits and source.
///
/// # Errors
/// Those of [`Pair::from_probabilities`] under [`Normalisation::Strict`].
///
/// ```
/// let fair = kullback::entropy(&[0.5, 0.5])?;
/// assert!((fair - 2f64.ln()).abs() < 1e-15);
/// # Ok::<(), kullback::Error>(())
/// ```
pub fn entropy(p: &[f64]) -> Result<f64, Error> {
    Ok(entropy_p(&strict(p, p)?))
}

/// Cross-entropy, H(P,Q) = −Σ p ln q, in nats.
///
/// See [`entropy::cross_entropy`](cross_entropy_of) for limits and source.
///
/// # Errors
/// Those of [`Pair::from_probabilities`] under [`Normalisation::Strict`].
///
/// ```
/// let (p, q) = ([0.5, 0.5], [0.25, 0.75]);
/// let kl = kullback::cross_entropy(&p, &q)? - kullback::entropy(&p)?;
/// assert!((kl - kullback::kl_divergence(&p, &q)?).abs() < 1e-15);
/// # Ok::<(), kullback::Error>(())
/// ```
pub fn cross_entropy(p: &[f64], q: &[f64]) -> Result<f64, Error> {
    Ok(cross_entropy_of(&strict(p, q)?))
}

/// Kullback–Leibler divergence, D(P‖Q) = Σ p ln(p/q), in nats.
///
/// From 0, where P = Q, to ∞, where P has mass that Q lacks. Not symmetric: P is what is true or
/// trusted, Q what stands in for it. See [`Measure::KL`].
///
/// # Errors
/// Those of [`Pair::from_probabilities`] under [`Normalisation::Strict`].
///
/// ```
/// let kl = kullback::kl_divergence(&[0.5, 0.5], &[0.25, 0.75])?;
/// assert!((kl - 0.143841036225890).abs() < 1e-15);
/// assert_eq!(kullback::kl_divergence(&[0.5, 0.5], &[1.0, 0.0])?, f64::INFINITY);
/// # Ok::<(), kullback::Error>(())
/// ```
pub fn kl_divergence(p: &[f64], q: &[f64]) -> Result<f64, Error> {
    in_one_pass(Measure::KL, kernel::kl, p, q)
}

/// Jensen–Shannon divergence, ½D(P‖M) + ½D(Q‖M) with M = (P+Q)/2, in nats.
///
/// Symmetric, always finite: from 0, where P = Q, to ln 2, where the supports are disjoint. For
/// weights or more than two distributions see [`js_divergence_of`](crate::js_divergence_of).
///
/// # Errors
/// Those of [`Pair::from_probabilities`] under [`Normalisation::Strict`].
///
/// ```
/// let js = kullback::js_divergence(&[1.0, 0.0], &[0.0, 1.0])?;
/// assert_eq!(js, std::f64::consts::LN_2);
/// # Ok::<(), kullback::Error>(())
/// ```
pub fn js_divergence(p: &[f64], q: &[f64]) -> Result<f64, Error> {
    in_one_pass(Measure::JS, kernel::js, p, q)
}

/// Jensen–Shannon distance, the square root of [`js_divergence`]: a metric, at most √ln 2.
///
/// # Errors
/// Those of [`Pair::from_probabilities`] under [`Normalisation::Strict`].
///
/// ```
/// let (p, q) = ([0.5, 0.5], [0.25, 0.75]);
/// let distance = kullback::js_distance(&p, &q)?;
/// assert_eq!(distance, kullback::js_divergence(&p, &q)?.sqrt());
/// # Ok::<(), kullback::Error>(())
/// ```
pub fn js_distance(p: &[f64], q: &[f64]) -> Result<f64, Error> {
    js_divergence(p, q).map(f64::sqrt)
}

/// Total variation distance, ½ Σ |p − q|: the most by which any event's probability differs.
///
/// # Errors
/// Those of [`Pair::from_probabilities`] under [`Normalisation::Strict`].
///
/// ```
/// let tv = kullback::total_variation(&[0.5, 0.5], &[0.25, 0.75])?;
/// assert_eq!(tv, 0.25);
/// # Ok::<(), kullback::Error>(())
/// ```
pub fn total_variation(p: &[f64], q: &[f64]) -> Result<f64, Error> {
    Ok(Measure::TV.value(&strict(p, q)?))
}
