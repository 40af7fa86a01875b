//! Entropies and moments in closed form, and the cross-entropies that follow from them.
//!
//! −E_P[ln q] needs only the means under P of what stands in ln q: X and X² for a normal Q, ln X
//! and X for a gamma, e^(−X/s) for a Gumbel. KL is that less the entropy. The two may cancel, so
//! the bound counts what rounding costs, and the caller compares it with quadrature's.

use std::f64::consts::{LN_2, PI};

use super::Family;
use super::closed::{tilted_mean_less_half, tilted_variance};
use super::density::{ln_sinhc, logit};
use super::log_gamma::LogGamma;
use super::quadrature::Integral;
use super::special::{EULER, LN_SQRT_TAU, digamma, ln_beta, ln_gamma};

/// A sum that remembers the size of its terms.
#[derive(Clone, Copy)]
pub(super) struct Terms {
    value: f64,
    size: f64,
}

impl Terms {
    pub(super) fn new(terms: &[f64]) -> Terms {
        Terms {
            value: terms.iter().sum(),
            size: terms.iter().map(|term| term.abs()).sum(),
        }
    }

    /// Counts a part that was cancelled before it got here.
    pub(super) fn with_size(self, size: f64) -> Terms {
        Terms {
            size: self.size + size,
            ..self
        }
    }

    pub(super) fn rounded(self) -> Integral {
        Integral {
            value: self.value,
            bound: 16.0 * f64::EPSILON * self.size,
        }
    }
}

/// The entropy in closed form.
pub(super) fn entropy(p: &Family) -> Option<Integral> {
    entropy_terms(p).map(Terms::rounded)
}

/// The cross-entropy −E_P[ln q] in closed form, P's support lying within Q's.
pub(super) fn cross_entropy(p: &Family, q: &Family) -> Option<Integral> {
    cross_terms(p, q).map(Terms::rounded)
}

/// KL(P‖Q) as the difference of the two.
pub(super) fn kl(p: &Family, q: &Family) -> Option<Integral> {
    let (cross, own) = (cross_terms(p, q)?, entropy_terms(p)?);
    let size = cross.size + own.size;
    let value = cross.value - own.value;
    Some(Terms { value, size }.rounded())
}

fn entropy_terms(p: &Family) -> Option<Terms> {
    Some(match *p {
        Family::Normal { sd, .. } => Terms::new(&[0.5, LN_SQRT_TAU, sd.ln()]),
        Family::LogNormal { mean, sd } => Terms::new(&[0.5, LN_SQRT_TAU, sd.ln(), mean]),
        Family::Laplace { scale, .. } => Terms::new(&[1.0, LN_2, scale.ln()]),
        Family::Logistic { scale, .. } => Terms::new(&[2.0, scale.ln()]),
        Family::Cauchy { scale, .. } => Terms::new(&[(4.0 * PI).ln(), scale.ln()]),
        Family::Uniform { low, high } => Terms::new(&[(high - low).ln()]),
        Family::Pareto { shape, scale } => Terms::new(&[1.0, 1.0 / shape, scale.ln(), -shape.ln()]),
        Family::StudentT { df, scale, .. } => {
            let half = 0.5 * (df + 1.0);
            Terms::new(&[
                half * digamma(half),
                -half * digamma(0.5 * df),
                0.5 * df.ln(),
                ln_beta(0.5 * df, 0.5),
                scale.ln(),
            ])
        }
        Family::Beta { a, b } => {
            let (n, psi) = (a + b, digamma(a + b));
            Terms::new(&[
                ln_beta(a, b),
                -(a - 1.0) * (digamma(a) - psi),
                -(b - 1.0) * (digamma(b) - psi),
            ])
            .with_size((a + b) * n.ln().abs())
        }
        Family::ContinuousBernoulli { probability } => {
            let tilt = logit(probability);
            Terms::new(&[ln_sinhc(0.5 * tilt), -tilt * tilted_mean_less_half(tilt)])
        }
        _ => {
            let form = LogGamma::of(p)?;
            let (a, psi) = (form.shape, digamma(form.shape));
            let ln_x = if form.positive { ln_mean(p)? } else { 0.0 };
            let stretch = form.stretch().abs().ln();
            Terms::new(&[-a * psi, a, ln_gamma(a), stretch, ln_x])
        }
    })
}

fn cross_terms(p: &Family, q: &Family) -> Option<Terms> {
    Some(match *q {
        Family::Normal { mean, sd } => {
            let (off, spread) = ((self::mean(p)? - mean) / sd, variance(p)? / (sd * sd));
            Terms::new(&[LN_SQRT_TAU, sd.ln(), 0.5 * spread, 0.5 * off * off])
        }
        Family::HalfNormal { scale } => {
            let (off, spread) = (mean(p)? / scale, variance(p)? / (scale * scale));
            Terms::new(&[
                LN_SQRT_TAU,
                -LN_2,
                scale.ln(),
                0.5 * spread,
                0.5 * off * off,
            ])
        }
        Family::Laplace { location, scale } => {
            Terms::new(&[LN_2, scale.ln(), distance(p, location)? / scale])
        }
        Family::Exponential { rate } => Terms::new(&[-rate.ln(), rate * mean(p)?]),
        Family::Gamma { shape, rate } => gamma(p, shape, rate)?,
        Family::Chi2 { df } => gamma(p, 0.5 * df, 0.5)?,
        Family::Gumbel { location, scale } => {
            let z = mean(p)? / scale - location / scale;
            Terms::new(&[scale.ln(), z, exponential(p, -1.0 / scale, -location)?])
        }
        Family::ExpGamma { shape, rate } => log_gamma(p, shape, rate, 1.0)?,
        Family::ExpInverseGamma { shape, scale } => log_gamma(p, shape, scale, -1.0)?,
        Family::Beta { a, b } => Terms::new(&[
            ln_beta(a, b),
            -(a - 1.0) * ln_mean(p)?,
            -(b - 1.0) * ln_rest_mean(p)?,
        ]),
        Family::ContinuousBernoulli { probability } => {
            let tilt = logit(probability);
            let half = match p {
                Family::ContinuousBernoulli { probability } => {
                    tilted_mean_less_half(logit(*probability))
                }
                _ => mean(p)? - 0.5,
            };
            Terms::new(&[ln_sinhc(0.5 * tilt), -tilt * half])
        }
        Family::Uniform { low, high } => Terms::new(&[(high - low).ln()]),
        Family::Pareto { shape, scale } => Terms::new(&[
            -shape.ln(),
            -shape * scale.ln(),
            (shape + 1.0) * ln_mean(p)?,
        ]),
        _ => return None,
    })
}

fn gamma(p: &Family, shape: f64, rate: f64) -> Option<Terms> {
    Some(Terms::new(&[
        -shape * rate.ln(),
        ln_gamma(shape),
        -(shape - 1.0) * ln_mean(p)?,
        rate * mean(p)?,
    ]))
}

/// The cross-entropy with the logarithm of a gamma variable, or minus it.
fn log_gamma(p: &Family, shape: f64, rate: f64, sign: f64) -> Option<Terms> {
    Some(Terms::new(&[
        -shape * rate.ln(),
        ln_gamma(shape),
        -shape * sign * mean(p)?,
        rate * exponential(p, sign, 0.0)?,
    ]))
}

/// E X, where it is finite.
fn mean(p: &Family) -> Option<f64> {
    Some(match *p {
        Family::Normal { mean, .. } | Family::InverseGaussian { mean, .. } => mean,
        Family::Laplace { location, .. } | Family::Logistic { location, .. } => location,
        Family::StudentT { df, location, .. } if df > 1.0 => location,
        Family::LogNormal { mean, sd } => (mean + 0.5 * sd * sd).exp(),
        Family::Uniform { low, high } => 0.5 * low + 0.5 * high,
        Family::Beta { a, b } => a / (a + b),
        Family::ContinuousBernoulli { probability } => {
            0.5 + tilted_mean_less_half(logit(probability))
        }
        Family::Pareto { shape, scale } if shape > 1.0 => scale * shape / (shape - 1.0),
        Family::Gumbel { location, scale } => location + EULER * scale,
        Family::Moyal { location, scale } => location + (EULER + LN_2) * scale,
        _ => return power_mean(p, 1.0),
    })
}

/// Var X, where it is finite.
fn variance(p: &Family) -> Option<f64> {
    Some(match *p {
        Family::Normal { sd, .. } => sd * sd,
        Family::InverseGaussian { mean, shape } => mean * mean * (mean / shape),
        Family::Laplace { scale, .. } => 2.0 * scale * scale,
        Family::Logistic { scale, .. } => PI * PI / 3.0 * scale * scale,
        Family::StudentT { df, scale, .. } if df > 2.0 => scale * scale * (df / (df - 2.0)),
        Family::LogNormal { mean, sd } => (sd * sd).exp_m1() * (2.0 * mean + sd * sd).exp(),
        Family::Uniform { low, high } => (high - low) * (high - low) / 12.0,
        Family::Beta { a, b } => {
            let n = a + b;
            a / n * (b / n) / (n + 1.0)
        }
        Family::ContinuousBernoulli { probability } => tilted_variance(logit(probability)),
        Family::Pareto { shape, scale } if shape > 2.0 => {
            let above = scale / (shape - 1.0);
            above * above * (shape / (shape - 2.0))
        }
        Family::Gumbel { scale, .. } => PI * PI / 6.0 * scale * scale,
        Family::Moyal { scale, .. } => PI * PI / 2.0 * scale * scale,
        Family::Exponential { rate } => 1.0 / (rate * rate),
        Family::Gamma { shape, rate } => shape / (rate * rate),
        Family::Chi2 { df } => 2.0 * df,
        Family::HalfNormal { scale } => (1.0 - 2.0 / PI) * scale * scale,
        _ => return None,
    })
}

/// E Xᵏ of a power of a gamma variable: θᵏ Γ(a + k·stretch)/Γ(a).
fn power_mean(p: &Family, k: f64) -> Option<f64> {
    let form = LogGamma::of(p).filter(|form| form.positive)?;
    let (a, raised) = (form.shape, form.shape + k * form.stretch());
    let scale = form.scale[0] / form.scale[1];
    // Γ of large shapes overflows, and its logarithm loses digits: leave those to quadrature.
    if k * form.stretch() - 1.0 == 0.0 {
        return Some(scale * a);
    }
    (raised > 0.0 && a.max(raised) < 100.0)
        .then(|| scale.powf(k) * (ln_gamma(raised) - ln_gamma(a)).exp())
}

/// E ln X.
fn ln_mean(p: &Family) -> Option<f64> {
    match *p {
        Family::LogNormal { mean, .. } => Some(mean),
        Family::Pareto { shape, scale } => Some(scale.ln() + 1.0 / shape),
        Family::Beta { a, b } => Some(digamma(a) - digamma(a + b)),
        Family::Uniform { low, high } if low >= 0.0 => {
            // (h ln h − l ln l)/(h − l) − 1
            let low_part = if low > 0.0 {
                low * (high / low).ln() / (high - low)
            } else {
                0.0
            };
            Some(high.ln() + low_part - 1.0)
        }
        _ => {
            let form = LogGamma::of(p).filter(|form| form.positive)?;
            Some(form.location() + form.stretch() * (digamma(form.shape) + form.bias))
        }
    }
}

/// E ln(1 − X).
fn ln_rest_mean(p: &Family) -> Option<f64> {
    match *p {
        Family::Beta { a, b } => Some(digamma(b) - digamma(a + b)),
        Family::Uniform { low, high } if high <= 1.0 => {
            let flipped = Family::Uniform {
                low: 1.0 - high,
                high: 1.0 - low,
            };
            ln_mean(&flipped)
        }
        _ => None,
    }
}

/// E e^(t(X + shift)), where it is finite.
fn exponential(p: &Family, t: f64, shift: f64) -> Option<f64> {
    let ln = match *p {
        Family::Normal { mean, sd } => t * (mean + shift) + 0.5 * t * t * sd * sd,
        Family::Laplace { location, scale } if (t * scale).abs() < 1.0 => {
            t * (location + shift) - (-(t * scale) * (t * scale)).ln_1p()
        }
        Family::Logistic { location, scale } if (t * scale).abs() < 1.0 => {
            let s = t * scale;
            t * (location + shift) + ln_gamma(1.0 - s) + ln_gamma(1.0 + s)
        }
        Family::Uniform { low, high } => {
            t * (0.5 * low + 0.5 * high + shift) + ln_sinhc(0.5 * t * (high - low))
        }
        Family::ContinuousBernoulli { probability } => {
            let tilt = logit(probability);
            t * (0.5 + shift) + ln_sinhc(0.5 * (tilt + t)) - ln_sinhc(0.5 * tilt)
        }
        Family::Exponential { rate } if t < rate => t * shift - (-t / rate).ln_1p(),
        Family::Gamma { shape, rate } if t < rate => t * shift - shape * (-t / rate).ln_1p(),
        Family::Chi2 { df } if t < 0.5 => t * shift - 0.5 * df * (-2.0 * t).ln_1p(),
        Family::InverseGaussian { mean, shape } => {
            let share = 2.0 * mean * mean * t / shape;
            // At the critical share of 1 too: the root is 0 there.
            if !(f64::MIN..=1.0).contains(&share) {
                return None;
            }
            t * shift + 2.0 * mean * t / (1.0 + (1.0 - share).sqrt())
        }
        Family::Gumbel { location, scale } if t * scale < 1.0 => {
            t * (location + shift) + ln_gamma(1.0 - t * scale)
        }
        _ => return None,
    };
    Some(ln.exp())
}

/// E |X − c|.
fn distance(p: &Family, c: f64) -> Option<f64> {
    match *p {
        Family::Normal { mean, sd } => {
            let z = (mean - c) / sd;
            let inside = libm::erf(z * std::f64::consts::FRAC_1_SQRT_2);
            Some(sd * (2.0 * (-0.5 * z * z - LN_SQRT_TAU).exp() + z * inside))
        }
        Family::Laplace { location, scale } => {
            let off = (location - c).abs();
            Some(off + scale * (-off / scale).exp())
        }
        Family::Uniform { low, high } if low < c && c < high => {
            Some(0.5 * ((c - low) * (c - low) + (high - c) * (high - c)) / (high - low))
        }
        // All on one side.
        _ => {
            let ends = p.support().ends();
            let centre = mean(p)?;
            if ends.first().is_some_and(|&low| low >= c) {
                Some(centre - c)
            } else if ends.last().is_some_and(|&high| high <= c) {
                Some(c - centre)
            } else {
                None
            }
        }
    }
}
