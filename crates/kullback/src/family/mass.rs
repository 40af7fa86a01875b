//! The masses of the discrete families, by logarithm, in Loader's saddle-point form.
//!
//! Written with factorials, a Poisson mass at rate 10⁸ is a difference of numbers near 10⁹; written
//! as ½ ln … − μ(k) − D(k; λ) it has no large parts. Source: Loader 2000.

use std::f64::consts::TAU;

use super::Family;
use super::density::ln_sum_exp;
use super::special::{binet, deviance, ln_phi};

impl Family {
    /// The logarithm of the mass at the integer `k`; −∞ where there is none.
    pub(super) fn ln_mass(&self, k: f64) -> f64 {
        if k < 0.0 {
            return f64::NEG_INFINITY;
        }
        match *self {
            Family::Bernoulli { probability } => binomial(k, 1.0, probability),
            Family::Binomial {
                trials,
                probability,
            } => binomial(k, trials, probability),
            Family::Categorical { ref probabilities } => probabilities
                .get(k as usize)
                .map_or(f64::NEG_INFINITY, |p| p.ln()),
            Family::Geometric { probability } => {
                if probability < 1.0 {
                    probability.ln() + k * (-probability).ln_1p()
                } else {
                    negative_binomial(k, 1.0, probability)
                }
            }
            Family::NegativeBinomial {
                successes,
                probability,
            } => negative_binomial(k, successes, probability),
            Family::OrderedLogistic {
                location,
                ref cutpoints,
            } => ordered_logistic(k as usize, location, cutpoints),
            Family::Poisson { rate } => poisson(k, rate),
            Family::ProbitBernoulli { probit } => {
                if k == 0.0 {
                    ln_phi(-probit)
                } else if k <= 1.0 {
                    ln_phi(probit)
                } else {
                    f64::NEG_INFINITY
                }
            }
            Family::Mixture { ref components } => {
                let terms = components.iter().map(|(w, c)| w.ln() + c.ln_mass(k));
                ln_sum_exp(&terms.collect::<Vec<_>>())
            }
            _ => f64::NAN,
        }
    }
}

/// ln [λᵏ e⁻λ/k!].
pub(super) fn poisson(k: f64, rate: f64) -> f64 {
    if k == 0.0 {
        -rate
    } else if rate == 0.0 {
        f64::NEG_INFINITY
    } else {
        -0.5 * (TAU * k).ln() - binet(k) - deviance(k, rate)
    }
}

fn binomial(k: f64, n: f64, p: f64) -> f64 {
    if k > n {
        return f64::NEG_INFINITY;
    }
    // Certain outcomes first: 0 · ln 0 is 0.
    if k == 0.0 {
        return if n == 0.0 { 0.0 } else { n * (-p).ln_1p() };
    }
    if n - k == 0.0 {
        return n * p.ln();
    }
    if p == 0.0 || p >= 1.0 {
        return f64::NEG_INFINITY;
    }
    saddle(k, n, p)
}

/// ln [Γ(n+1)/(Γ(k+1)Γ(n−k+1)) pᵏ (1 − p)ⁿ⁻ᵏ] for 0 < k < n.
fn saddle(k: f64, n: f64, p: f64) -> f64 {
    saddle_of(k, n - k, p)
}

/// The same by k and the rest n − k, neither of which need be whole.
fn saddle_of(k: f64, rest: f64, p: f64) -> f64 {
    let n = k + rest;
    -0.5 * (TAU * (k / n) * rest).ln() + (binet(n) - binet(k) - binet(rest))
        - deviance(k, n * p)
        - deviance(rest, n * (1.0 - p))
}

fn negative_binomial(k: f64, r: f64, p: f64) -> f64 {
    if k == 0.0 {
        return r * p.ln();
    }
    if p >= 1.0 {
        return f64::NEG_INFINITY;
    }
    (r / (r + k)).ln() + saddle_of(r, k, p)
}

/// P(X = k) = σ(c_k − location) − σ(c_{k−1} − location), with c₋₁ = −∞ and c_K = ∞.
fn ordered_logistic(k: usize, location: f64, cutpoints: &[f64]) -> f64 {
    let at = |i: usize| cutpoints[i] - location;
    let last = cutpoints.len();
    if k > last {
        f64::NEG_INFINITY
    } else if k == 0 {
        -softplus(-at(0))
    } else if k == last {
        -softplus(at(last - 1))
    } else {
        // σ(b) − σ(a) = σ(b) σ(−a) (1 − e^(a−b)).
        let gap = cutpoints[k] - cutpoints[k - 1];
        (-(-gap).exp_m1()).ln() - softplus(-at(k)) - softplus(at(k - 1))
    }
}

/// ln(1 + eˣ).
fn softplus(x: f64) -> f64 {
    x.max(0.0) + (-x.abs()).exp().ln_1p()
}
