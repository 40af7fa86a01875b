//! Entropy and cross-entropy of a pair.
//!
//! The identity D(P‖Q) = H(P,Q) − H(P) ties them to KL. It is tested, and it is *not* how KL is
//! computed: where P and Q nearly agree, the difference of two entropies has no correct digit.

use crate::Pair;
use crate::numeric::{Sum, times};

/// Entropy of P: the average surprise of one draw, H(P) = −Σ p ln p.
///
/// - *Unit, range*: nats; from 0 (one certain outcome) to ln k for k outcomes.
/// - *Zeros*: 0·ln 0 = 0.
/// - *Unnormalised masses*: the same sum, with no bound.
/// - *Source*: Shannon 1948.
///
/// ```
/// use kullback::{Pair, entropy};
///
/// let pair = Pair::from_counts(&[1, 1], &[1, 3])?;
/// assert!((entropy::entropy_p(&pair) - 2f64.ln()).abs() < 1e-15);
/// # Ok::<(), kullback::Error>(())
/// ```
#[must_use]
pub fn entropy_p(pair: &Pair) -> f64 {
    surprise(pair.p(), pair.p())
}

/// Entropy of Q, H(Q) = −Σ q ln q. See [`entropy_p`].
///
/// ```
/// use kullback::{Pair, entropy};
///
/// let pair = Pair::from_counts(&[1, 3], &[1, 1])?;
/// assert!((entropy::entropy_q(&pair) - 2f64.ln()).abs() < 1e-15);
/// # Ok::<(), kullback::Error>(())
/// ```
#[must_use]
pub fn entropy_q(pair: &Pair) -> f64 {
    surprise(pair.q(), pair.q())
}

/// Cross-entropy: the average surprise of draws from P, priced by Q, H(P,Q) = −Σ p ln q.
///
/// - *Unit, range*: nats; from H(P), reached only where Q = P, to ∞.
/// - *Zeros*: ∞ where p > 0 meets q = 0; an outcome with p = 0 adds nothing.
/// - *Source*: Good 1956; Kerridge 1961 (as inaccuracy).
///
/// ```
/// use kullback::{Measure, Pair, entropy};
///
/// let pair = Pair::from_counts(&[1, 3], &[1, 1])?;
/// let difference = entropy::cross_entropy(&pair) - entropy::entropy_p(&pair);
/// assert!((Measure::KL.value(&pair) - difference).abs() < 1e-15);
/// # Ok::<(), kullback::Error>(())
/// ```
#[must_use]
pub fn cross_entropy(pair: &Pair) -> f64 {
    surprise(pair.p(), pair.q())
}

/// −Σ mass · ln(price).
fn surprise(masses: impl Iterator<Item = f64>, prices: impl Iterator<Item = f64>) -> f64 {
    let terms = masses
        .zip(prices)
        .map(|(mass, price)| times(mass, -price.ln()));
    terms.collect::<Sum>().total()
}
