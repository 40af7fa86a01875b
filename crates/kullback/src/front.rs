//! The front door: two slices in, one number out; or a pair, of which the same is asked.
//!
//! Nothing is computed here that a [`Measure`] of the registry would not say. Probabilities must sum
//! to 1 ([`Normalisation::Strict`]); for another policy see [`Pair::from_probabilities`], for other
//! measures, contributions and gradients [`Measure`].

use crate::entropy::{cross_entropy as cross_entropy_of, entropy_p};
use crate::kernel::{self, Term};
use crate::{Error, Measure, Normalisation, Pair, STRICT_TOLERANCE};

fn strict(p: &[f64], q: &[f64]) -> Result<Pair, Error> {
    Pair::from_probabilities(p, q, Normalisation::Strict)
}

/// A measure by its kernel, which checks the masses and adds up the terms in one pass. The value is
/// the measure's own, a rounding apart.
fn in_one_pass(measure: Measure, term: impl Term, p: &[f64], q: &[f64]) -> Result<f64, Error> {
    if p.len() == q.len() {
        let sums = kernel::sums(term, p, q);
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
    in_one_pass(Measure::KL, kernel::Kl, p, q)
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
    in_one_pass(Measure::JS, kernel::Js, p, q)
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
    in_one_pass(Measure::TV, kernel::Tv, p, q)
}

/// A pair from how often each outcome was seen on either side.
///
/// See [`Pair::from_counts`].
///
/// # Errors
/// Those of [`Pair::from_counts`].
///
/// ```
/// let nats = kullback::from_counts(&[30, 70], &[25, 75])?.kl_divergence();
/// assert!((nats - 0.006_401_456_997).abs() < 1e-12);
/// # Ok::<(), kullback::Error>(())
/// ```
pub fn from_counts(p: &[u64], q: &[u64]) -> Result<Pair, Error> {
    Pair::from_counts(p, q)
}

/// A pair from two rows of logits: p = softmax(a), q = softmax(b).
///
/// See [`Pair::from_logits`].
///
/// # Errors
/// Those of [`Pair::from_logits`].
///
/// ```
/// let nats = kullback::from_logits(&[0.0, 0.0], &[0.0, 3f64.ln()])?.kl_divergence();
/// assert!((nats - 0.143841036225890).abs() < 1e-15); // of ½, ½ and ¼, ¾
/// # Ok::<(), kullback::Error>(())
/// ```
pub fn from_logits(a: &[f64], b: &[f64]) -> Result<Pair, Error> {
    Pair::from_logits(a, b)
}

/// A pair from two samples of numbers, cut into bins of equal mass.
///
/// See [`Pair::from_samples`]; without bins, [`estimate::kl_of_points`](crate::estimate::kl_of_points)
/// and, for distances along the line, [`Line::from_samples`](crate::Line::from_samples).
///
/// # Errors
/// Those of [`Pair::from_samples`].
///
/// ```
/// let p: Vec<f64> = (0..1000).map(f64::from).collect();
/// let q: Vec<f64> = p.iter().map(|x| x + 500.0).collect();
/// let nats = kullback::from_samples(&p, &q)?.js_divergence();
/// assert!(0.3 < nats && nats < 0.5 * 2f64.ln()); // half of each side lies where the other is not
/// # Ok::<(), kullback::Error>(())
/// ```
pub fn from_samples(p: &[f64], q: &[f64]) -> Result<Pair, Error> {
    Pair::from_samples(p, q)
}

/// What the functions of the front door ask, of a pair that is there already.
impl Pair {
    /// Entropy of P, H(P), in nats: [`entropy::entropy_p`](entropy_p).
    ///
    /// ```
    /// let pair = kullback::from_counts(&[1, 1], &[1, 3])?;
    /// assert!((pair.entropy() - 2f64.ln()).abs() < 1e-15);
    /// # Ok::<(), kullback::Error>(())
    /// ```
    #[must_use]
    pub fn entropy(&self) -> f64 {
        entropy_p(self)
    }

    /// Cross-entropy H(P,Q), in nats: [`entropy::cross_entropy`](cross_entropy_of).
    ///
    /// ```
    /// let pair = kullback::from_counts(&[1, 1], &[1, 3])?;
    /// let kl = pair.cross_entropy() - pair.entropy();
    /// assert!((kl - pair.kl_divergence()).abs() < 1e-15);
    /// # Ok::<(), kullback::Error>(())
    /// ```
    #[must_use]
    pub fn cross_entropy(&self) -> f64 {
        cross_entropy_of(self)
    }

    /// Kullback–Leibler divergence D(P‖Q), in nats: [`Measure::KL`].
    ///
    /// ```
    /// let pair = kullback::from_counts(&[1, 0], &[0, 1])?;
    /// assert_eq!(pair.kl_divergence(), f64::INFINITY);
    /// # Ok::<(), kullback::Error>(())
    /// ```
    #[must_use]
    pub fn kl_divergence(&self) -> f64 {
        Measure::KL.value(self)
    }

    /// Jensen–Shannon divergence, in nats: [`Measure::JS`].
    ///
    /// ```
    /// let pair = kullback::from_counts(&[1, 0], &[0, 1])?;
    /// assert_eq!(pair.js_divergence(), std::f64::consts::LN_2);
    /// # Ok::<(), kullback::Error>(())
    /// ```
    #[must_use]
    pub fn js_divergence(&self) -> f64 {
        Measure::JS.value(self)
    }
}
