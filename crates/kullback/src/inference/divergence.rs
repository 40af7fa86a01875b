//! The four divergences that are inferred, cell by cell.

use std::fmt;

use crate::family::special::{deviance, digamma};
use crate::ratio;

/// A divergence of the distributions behind two samples.
///
/// ```
/// use kullback::inference::Divergence;
///
/// assert_eq!(Divergence::Psi.to_string(), "psi");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Divergence {
    /// KL(P‖Q) = Σ p ln(p/q). Kullback & Leibler 1951.
    Kl,
    /// KL(Q‖P) = Σ q ln(q/p).
    ReverseKl,
    /// Jensen–Shannon divergence with even weights, ½KL(P‖M) + ½KL(Q‖M), M = ½P + ½Q, at most
    /// ln 2. Lin 1991.
    Js,
    /// The population stability index, KL(P‖Q) + KL(Q‖P), which is Jeffreys' divergence.
    /// Jeffreys 1946.
    Psi,
}

impl fmt::Display for Divergence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Divergence::Kl => "kl",
            Divergence::ReverseKl => "reverse_kl",
            Divergence::Js => "js",
            Divergence::Psi => "psi",
        })
    }
}

impl Divergence {
    /// The cell's part, in the form that is never negative: what it adds to the plug-in.
    pub(super) fn term(self, p: f64, q: f64) -> f64 {
        match self {
            Divergence::Kl => deviance(p, q),
            Divergence::ReverseKl => deviance(q, p),
            Divergence::Js => {
                let middle = 0.5 * (p + q);
                if middle > 0.0 {
                    0.5 * (deviance(p, middle) + deviance(q, middle))
                } else {
                    0.0
                }
            }
            Divergence::Psi => deviance(p, q) + deviance(q, p),
        }
    }

    /// ∂term/∂p and ∂term/∂q, for p, q > 0.
    pub(super) fn slope(self, p: f64, q: f64) -> [f64; 2] {
        let (x, r) = (ratio::of_masses(p, q), p / q);
        match self {
            Divergence::Kl => [x, 1.0 - r],
            Divergence::ReverseKl => [1.0 - 1.0 / r, -x],
            Divergence::Js => [-0.5 * (0.5 + 0.5 / r).ln(), -0.5 * (0.5 + 0.5 * r).ln()],
            Divergence::Psi => [x + (1.0 - 1.0 / r), (1.0 - r) - x],
        }
    }

    /// p ∂²term/∂p² at the ratio p/q; at ratio 1 the f″(1) of the f-divergence.
    pub(super) fn curvature(self, ratio: f64) -> f64 {
        match self {
            Divergence::Kl => 1.0,
            Divergence::ReverseKl => 1.0 / ratio,
            Divergence::Js => 0.5 / (1.0 + ratio),
            Divergence::Psi => 1.0 + 1.0 / ratio,
        }
    }

    /// The least upper bound of its values.
    pub(super) fn bound(self) -> f64 {
        match self {
            Divergence::Js => std::f64::consts::LN_2,
            _ => f64::INFINITY,
        }
    }

    pub(super) fn estimator(self) -> Estimator {
        match self {
            Divergence::Js => Estimator::BiasCorrected,
            _ => Estimator::ZhangGrabchak2014,
        }
    }
}

/// How the estimate was corrected for the bias of the plug-in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Estimator {
    /// Logarithms replaced by differences of ψ: finite where an outcome is unseen on one side,
    /// which then counts as about as rare as one row. Zhang & Grabchak 2014.
    ZhangGrabchak2014,
    /// The plug-in less its expected excess, cell by cell. The method is Miller's, 1955.
    BiasCorrected,
}

impl fmt::Display for Estimator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Estimator::ZhangGrabchak2014 => "Zhang & Grabchak 2014",
            Estimator::BiasCorrected => "bias-corrected (Miller 1955)",
        })
    }
}

/// What Zhang and Grabchak's estimator takes for ln(p/q): ψ(m + 1) − ψ(y + 1) − ψ(n) + ψ(x).
pub(super) struct LogRatio {
    sizes: [f64; 2],
    rest: f64,
}

impl LogRatio {
    /// Of KL(P‖Q) from samples of n and m rows.
    pub(super) fn new([n, m]: [f64; 2]) -> LogRatio {
        LogRatio {
            sizes: [n, m],
            rest: digamma(m + 1.0) - digamma(n),
        }
    }

    /// The same with ln m − ln n for ψ(m + 1) − ψ(n): without bias where the numbers of rows are not
    /// fixed but Poisson variables with means n and m.
    pub(super) fn poisson([n, m]: [f64; 2]) -> LogRatio {
        LogRatio {
            sizes: [n, m],
            rest: (m / n).ln(),
        }
    }

    /// At x > 0 rows of P and y of Q.
    pub(super) fn at(&self, x: f64, y: f64) -> f64 {
        self.rest + digamma(x) - digamma(y + 1.0)
    }

    /// The cell's part of the estimate with the linear part −p + q that sums to 0, so that it is
    /// of second order near p = q.
    pub(super) fn term(&self, x: f64, y: f64) -> f64 {
        let [n, m] = self.sizes;
        let seen = if x > 0.0 {
            x / n * (self.at(x, y) - 1.0)
        } else {
            0.0
        };
        seen + y / m
    }
}

/// The part of each cell of Zhang and Grabchak's estimate of KL, reverse KL or PSI.
pub(super) fn zhang_grabchak(
    divergence: Divergence,
    log_ratio: fn([f64; 2]) -> LogRatio,
    [n, m]: [f64; 2],
) -> impl Fn(f64, f64) -> f64 {
    let (forward, backward) = (log_ratio([n, m]), log_ratio([m, n]));
    move |x, y| {
        let forward = || forward.term(x, y);
        let backward = || backward.term(y, x);
        match divergence {
            Divergence::Kl => forward(),
            Divergence::ReverseKl => backward(),
            Divergence::Js | Divergence::Psi => forward() + backward(),
        }
    }
}
