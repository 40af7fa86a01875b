//! Divergences estimated from the counts of two samples over the same outcomes.

use std::fmt;

use super::special::digamma;
use super::{Error, Estimate};
use crate::numeric::Sum;
use crate::{Cell, Measure, Pair};

/// An estimator of KL divergence or of mutual information from counts.
///
/// ```
/// use kullback::estimate::DivergenceEstimator;
///
/// assert_eq!(DivergenceEstimator::ZhangGrabchak2014.to_string(), "zhang_grabchak_2014");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DivergenceEstimator {
    /// The value for the shares themselves. Too high, by about (S − 1)/2n and more.
    PlugIn,
    /// The plug-in less the first-order term of its bias. Miller 1955; Panzeri & Treves 1996.
    BiasCorrected,
    /// Logarithms replaced by differences of ψ, so that the bias falls exponentially and the
    /// value is always finite. Zhang & Grabchak 2014 (divergence); Zhang & Zheng 2015
    /// (information).
    ZhangGrabchak2014,
}

impl fmt::Display for DivergenceEstimator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            DivergenceEstimator::PlugIn => "plug_in",
            DivergenceEstimator::BiasCorrected => "bias_corrected",
            DivergenceEstimator::ZhangGrabchak2014 => "zhang_grabchak_2014",
        })
    }
}

/// An estimator that reads nothing but shares and sample sizes.
///
/// It serves Jensen–Shannon divergence, for which Zhang and Grabchak's has no form (with weights
/// n : m, that divergence *is* the mutual information of the 2 × K table of the two samples: see
/// [`mutual_information`](super::mutual_information)), and weighted samples, whose counts are not
/// whole.
///
/// ```
/// use kullback::estimate::{DivergenceEstimator, ShareEstimator};
///
/// assert_eq!(DivergenceEstimator::from(ShareEstimator::PlugIn).to_string(), "plug_in");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ShareEstimator {
    /// As [`DivergenceEstimator::PlugIn`].
    PlugIn,
    /// As [`DivergenceEstimator::BiasCorrected`].
    BiasCorrected,
}

impl From<ShareEstimator> for DivergenceEstimator {
    fn from(estimator: ShareEstimator) -> DivergenceEstimator {
        match estimator {
            ShareEstimator::PlugIn => DivergenceEstimator::PlugIn,
            ShareEstimator::BiasCorrected => DivergenceEstimator::BiasCorrected,
        }
    }
}

/// KL divergence of the distribution behind one sample's counts from that behind another's.
///
/// With counts xᵢ of n and yᵢ of m, p̂ = xᵢ/n, q̂ = yᵢ/m and S outcomes seen in P:
///
/// | estimator | value |
/// |---|---|
/// | plug-in | Σ p̂ ln(p̂/q̂) |
/// | bias-corrected | plug-in − (S − 1)/2n − (Σ p̂/q̂ − 1)/2m |
/// | Zhang & Grabchak 2014 | Σ p̂ (ψ(m + 1) − ψ(yᵢ + 1) − ψ(n) + ψ(xᵢ)) |
///
/// - *Unit, range*: nats. The plug-in is ≥ 0; the others may be negative, where the samples are
///   more alike than two samples of one distribution are on average.
/// - *Zeros*: an outcome seen in P and not in Q makes the first two infinite, with no deviation.
///   The third stays finite: it knows only that the outcome is rarer than about 1/m.
/// - *Deviation*: the asymptotic standard error √(Var_p(ln p̂/q̂)/n + Var_q(p̂/q̂)/m), for all
///   three. It is 0 where the samples' shares are equal: there the error is of second order.
/// - *Source*: Miller 1955 for the correction's method; Zhang & Grabchak 2014.
///
/// # Errors
/// [`Error::Counts`]: those of [`Pair::from_counts`].
///
/// ```
/// use kullback::estimate::{DivergenceEstimator::*, kl};
///
/// let (p, q) = ([30, 50, 20], [25, 60, 15]);
/// let plug_in = kl(&p, &q, PlugIn)?;
/// let corrected = kl(&p, &q, BiasCorrected)?;
/// assert!(corrected.value < plug_in.value);
///
/// let unseen = kl(&[9, 1], &[10, 0], ZhangGrabchak2014)?;
/// assert!(unseen.value.is_finite());
/// assert_eq!(kl(&[9, 1], &[10, 0], PlugIn)?.value, f64::INFINITY);
/// # Ok::<(), kullback::estimate::Error>(())
/// ```
pub fn kl(p: &[u64], q: &[u64], estimator: DivergenceEstimator) -> Result<Estimate, Error> {
    let pair = Pair::from_counts(p, q)?;
    let sizes = sizes(p, q);
    Ok(match estimator {
        DivergenceEstimator::PlugIn => kl_of(&pair, sizes, ShareEstimator::PlugIn),
        DivergenceEstimator::BiasCorrected => kl_of(&pair, sizes, ShareEstimator::BiasCorrected),
        DivergenceEstimator::ZhangGrabchak2014 => Estimate {
            value: zhang_grabchak(p, q, sizes),
            ..kl_of(&pair, sizes, ShareEstimator::PlugIn)
        },
    })
}

/// From shares and the sizes of the samples.
pub(super) fn kl_of(pair: &Pair, [n, m]: [f64; 2], estimator: ShareEstimator) -> Estimate {
    let plug_in = Measure::KL.value(pair);
    if plug_in.is_infinite() {
        return Estimate::value(plug_in);
    }
    let bias = match estimator {
        ShareEstimator::PlugIn => 0.0,
        ShareEstimator::BiasCorrected => {
            let in_p = |cell: &&Cell| cell.p > 0.0;
            let ratios = pair.cells().iter().filter(in_p).map(|cell| cell.p / cell.q);
            (seen(pair.p()) - 1.0) / (2.0 * n) + (sum(ratios) - 1.0) / (2.0 * m)
        }
    };
    let log_ratio = variance(pair, |cell| cell.p, |cell| cell.ln_ratio);
    let ratio = variance(pair, |cell| cell.q, |cell| cell.ln_ratio.exp());
    Estimate::with_deviation(plug_in - bias, (log_ratio / n + ratio / m).sqrt())
}

/// How many shares are above 0.
pub(super) fn seen(shares: impl Iterator<Item = f64>) -> f64 {
    shares.filter(|&share| share > 0.0).count() as f64
}

/// Σ p̂ [Σᵥ (1/v) Πⱼ (1 − y/(m − j + 1)) − Σᵥ (1/v) Πⱼ (1 − (x − 1)/(n − j))], telescoped.
fn zhang_grabchak(p: &[u64], q: &[u64], [n, m]: [f64; 2]) -> f64 {
    let (psi_m, psi_n) = (digamma(m + 1.0), digamma(n));
    let seen = p.iter().zip(q).filter(|&(&x, _)| x > 0);
    sum(seen.map(|(&x, &y)| {
        let (x, y) = (x as f64, y as f64);
        x / n * ((psi_m - digamma(y + 1.0)) - (psi_n - digamma(x)))
    }))
}

/// Jensen–Shannon divergence, with weights ½ and ½, of the distributions behind two samples.
///
/// With p̂, q̂ and m̂ = (p̂ + q̂)/2, and S and T outcomes seen in P and Q:
///
/// | estimator | value |
/// |---|---|
/// | plug-in | ½ Σ p̂ ln(p̂/m̂) + ½ Σ q̂ ln(q̂/m̂) |
/// | bias-corrected | plug-in − (S − 1)/4n − (T − 1)/4m + ⅛ Σ (p̂(1 − p̂)/n + q̂(1 − q̂)/m)/m̂ |
///
/// - *Unit, range*: nats. The plug-in lies between 0 and ln 2; the corrected value may be
///   negative, where the samples are more alike than two of one distribution are on average.
/// - *Zeros*: always finite.
/// - *Deviation*: the asymptotic standard error ½√(Var_p(ln p̂/m̂)/n + Var_q(ln q̂/m̂)/m).
/// - *Source*: Lin 1991; the method of the correction is Miller's, 1955.
///
/// # Errors
/// [`Error::Counts`]: those of [`Pair::from_counts`].
///
/// ```
/// use kullback::estimate::{ShareEstimator::*, js};
///
/// let (p, q) = ([30, 50, 20], [25, 60, 15]);
/// assert!(js(&p, &q, PlugIn)?.value > js(&p, &q, BiasCorrected)?.value);
/// # Ok::<(), kullback::estimate::Error>(())
/// ```
pub fn js(p: &[u64], q: &[u64], estimator: ShareEstimator) -> Result<Estimate, Error> {
    let pair = Pair::from_counts(p, q)?;
    Ok(js_of(&pair, sizes(p, q), estimator))
}

/// From shares and the sizes of the samples.
pub(super) fn js_of(pair: &Pair, [n, m]: [f64; 2], estimator: ShareEstimator) -> Estimate {
    let plug_in = Measure::JS.value(pair);
    let to_mixture = |cell: Cell| -(0.5 * (-cell.ln_ratio).exp() + 0.5).ln();
    let of_p = variance(pair, |cell| cell.p, to_mixture);
    let of_q = variance(pair, |cell| cell.q, |cell| to_mixture(cell.swapped()));
    let bias = match estimator {
        ShareEstimator::PlugIn => 0.0,
        ShareEstimator::BiasCorrected => js_bias(pair, [n, m]),
    };
    Estimate::with_deviation(plug_in - bias, 0.5 * (of_p / n + of_q / m).sqrt())
}

fn js_bias(pair: &Pair, [n, m]: [f64; 2]) -> f64 {
    let mixture = sum(pair.cells().iter().map(|cell| {
        let noise = cell.p * (1.0 - cell.p) / n + cell.q * (1.0 - cell.q) / m;
        let mixture = 0.5 * (cell.p + cell.q);
        if mixture > 0.0 { noise / mixture } else { 0.0 }
    }));
    let (in_p, in_q) = (seen(pair.p()), seen(pair.q()));
    (in_p - 1.0) / (4.0 * n) + (in_q - 1.0) / (4.0 * m) - mixture / 8.0
}

/// Σ w f² − (Σ w f)², about the mean; outcomes of weight 0 have no part.
fn variance(pair: &Pair, weight: impl Fn(Cell) -> f64, f: impl Fn(Cell) -> f64) -> f64 {
    let cells = || {
        pair.cells()
            .iter()
            .copied()
            .filter(|&cell| weight(cell) > 0.0)
    };
    let mean = sum(cells().map(|cell| weight(cell) * f(cell)));
    sum(cells().map(|cell| weight(cell) * (f(cell) - mean).powi(2)))
}

fn sizes(p: &[u64], q: &[u64]) -> [f64; 2] {
    // A pair was built of them, so neither sum overflows.
    [p, q].map(|side| side.iter().sum::<u64>() as f64)
}

pub(super) fn sum(terms: impl Iterator<Item = f64>) -> f64 {
    terms.collect::<Sum>().total()
}
