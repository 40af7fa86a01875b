//! The densities of the continuous families, by logarithm.

use std::f64::consts::{LN_2, PI};

use super::Family;
use super::bessel::cumulant;
use super::log_gamma::LogGamma;
use super::special::{LN_SQRT_TAU, binet, deviance_ln, erfc_scaled, ln_beta, ln_phi};
use crate::numeric::Sum;

/// A point given as `anchor + offset`, so that its distance to the anchor keeps all digits.
///
/// Half the mass of a beta distribution may lie within 10⁻¹⁷ of 1, or within 10⁻⁴⁰⁰ of 0: the
/// logarithm of the distance to the anchor is right even there, and beyond 10³⁰⁸ too.
#[derive(Clone, Copy)]
pub(super) struct Point {
    pub(super) anchor: f64,
    pub(super) offset: f64,
    /// ln |offset|.
    pub(super) ln_offset: f64,
}

impl Point {
    pub(super) fn at(x: f64) -> Point {
        Point {
            anchor: x,
            offset: 0.0,
            ln_offset: f64::NEG_INFINITY,
        }
    }

    /// x − c.
    #[allow(
        clippy::float_cmp,
        reason = "the anchor is the very number, or it is not"
    )]
    pub(super) fn above(&self, c: f64) -> f64 {
        if self.anchor == c {
            self.offset
        } else {
            (self.anchor - c) + self.offset
        }
    }

    /// ln |x − c|.
    #[allow(
        clippy::float_cmp,
        reason = "the anchor is the very number, or it is not"
    )]
    pub(super) fn ln_above(&self, c: f64) -> f64 {
        if self.anchor == c || self.offset.is_infinite() {
            self.ln_offset
        } else {
            self.above(c).abs().ln()
        }
    }
}

impl Family {
    /// The logarithm of the density at a point inside the support; of mass, for the masses see
    /// `ln_mass`.
    pub(super) fn ln_density_at(&self, x: &Point) -> f64 {
        match *self {
            Family::Normal { mean, sd } => normal(x.above(mean) / sd) - sd.ln(),
            Family::LogNormal { mean, sd } => {
                let ln_x = x.ln_above(0.0);
                normal((ln_x - mean) / sd) - sd.ln() - ln_x
            }
            Family::LogitNormal { mean, sd } => {
                let (ln_x, ln_rest) = (x.ln_above(0.0), x.ln_above(1.0));
                normal((ln_x - ln_rest - mean) / sd) - sd.ln() - ln_x - ln_rest
            }
            Family::TruncatedNormal {
                mean,
                sd,
                low,
                high,
            } => {
                let share = ln_normal_share((low - mean) / sd, (high - mean) / sd);
                normal(x.above(mean) / sd) - sd.ln() - share
            }
            Family::Laplace { location, scale } => {
                -x.above(location).abs() / scale - LN_2 - scale.ln()
            }
            Family::Logistic { location, scale } => {
                let z = x.above(location).abs() / scale;
                -z - 2.0 * (-z).exp().ln_1p() - scale.ln()
            }
            Family::Cauchy { location, scale } => student(1.0, x, location, scale),
            Family::StudentT {
                df,
                location,
                scale,
            } => student(df, x, location, scale),
            Family::Uniform { low, high } => -(high - low).ln(),
            Family::ContinuousBernoulli { probability } => {
                let tilt = logit(probability);
                tilt * x.above(0.5) - ln_sinhc(0.5 * tilt)
            }
            Family::Beta { a, b } => {
                let n = a + b;
                let (ln_x, ln_rest) = (x.ln_above(0.0), x.ln_above(1.0));
                let at_a = deviance_ln(a, n * x.above(0.0), n.ln() + ln_x);
                let at_b = deviance_ln(b, -n * x.above(1.0), n.ln() + ln_rest);
                (0.5 * (a / n * b).ln() - LN_SQRT_TAU) + (binet(n) - binet(a) - binet(b))
                    - (at_a + at_b)
                    - (ln_x + ln_rest)
            }
            Family::Pareto { shape, scale } => {
                let above = x.above(scale) / scale;
                let ln_ratio = if above.is_finite() {
                    above.ln_1p()
                } else {
                    x.ln_above(0.0) - scale.ln()
                };
                shape.ln() - scale.ln() - (shape + 1.0) * ln_ratio
            }
            Family::InverseGaussian { mean, shape } => {
                let (here, off) = (x.above(0.0), x.above(mean) / mean);
                let exponent = if here.is_finite() {
                    0.5 * shape * off * (off / here)
                } else {
                    f64::INFINITY
                };
                0.5 * (shape.ln() - 3.0 * x.ln_above(0.0)) - LN_SQRT_TAU - exponent
            }
            Family::VonMises {
                mean,
                concentration,
            } => {
                let sine = (0.5 * x.above(mean)).sin();
                let scaled = cumulant(0.0, concentration).scaled;
                -2.0 * concentration * sine * sine - (2.0 * PI).ln() - scaled
            }
            Family::Mixture { ref components } => {
                let terms = components
                    .iter()
                    .map(|(w, c)| w.ln() + c.ln_density_on_support(x));
                ln_sum_exp(&terms.collect::<Vec<_>>())
            }
            _ => LogGamma::of(self).map_or(f64::NAN, |form| form.ln_density(x)),
        }
    }

    /// ln(−ln density) inside the support where the density has left the exponent range so far
    /// that its logarithm has too, as in the tail of a Gumbel; −∞ if it grows no faster than that.
    pub(super) fn ln_surprisal_at(&self, x: &Point) -> f64 {
        match self {
            Family::Mixture { components } => {
                let all = components.iter().map(|(_, c)| c.ln_surprisal_at(x));
                all.fold(f64::INFINITY, f64::min)
            }
            single => {
                LogGamma::of(single).map_or(f64::NEG_INFINITY, |form| form.ln_gamma_variable(x))
            }
        }
    }

    /// As `ln_density_at`, and −∞ outside the support.
    pub(super) fn ln_density_on_support(&self, x: &Point) -> f64 {
        let inside = |[low, high]: &[f64; 2]| x.above(*low) >= 0.0 && x.above(*high) <= 0.0;
        match self.support() {
            super::Support::Intervals(intervals) if intervals.iter().any(inside) => {
                self.ln_density_at(x)
            }
            _ => f64::NEG_INFINITY,
        }
    }
}

/// The standard normal's log-density.
fn normal(z: f64) -> f64 {
    -0.5 * z * z - LN_SQRT_TAU
}

fn student(df: f64, x: &Point, location: f64, scale: f64) -> f64 {
    let z = x.above(location) / scale;
    let ln_spread = if z.abs() < 1e100 {
        (z / df * z).ln_1p()
    } else {
        2.0 * (x.ln_above(location) - scale.ln()) - df.ln()
    };
    -0.5 * (df + 1.0) * ln_spread - 0.5 * df.ln() - ln_beta(0.5 * df, 0.5) - scale.ln()
}

/// ln(p/(1 − p)), to full relative accuracy near ½ too.
pub(super) fn logit(p: f64) -> f64 {
    let above = (p - (1.0 - p)) / (1.0 - p);
    if above.abs() < 0.5 {
        above.ln_1p()
    } else {
        p.ln() - (-p).ln_1p()
    }
}

/// ln(sinh y / y) ≥ 0.
pub(super) fn ln_sinhc(y: f64) -> f64 {
    let y = y.abs();
    if y > 1.0 {
        return (y - LN_2) + (-(-2.0 * y).exp()).ln_1p() - y.ln();
    }
    // sinh y / y − 1 = y²/6 · (1 + y²/20 · (1 + y²/42 · …))
    let square = y * y;
    let tail = (2..=9).rev().map(f64::from).fold(1.0, |rest, k| {
        1.0 + square / (2.0 * k * (2.0 * k + 1.0)) * rest
    });
    (square / 6.0 * tail).ln_1p()
}

/// ln(Φ(b) − Φ(a)) for a < b, however far out or close together.
pub(super) fn ln_normal_share(a: f64, b: f64) -> f64 {
    if a < 0.0 && b > 0.0 {
        let outside = tail(-a) * (-0.5 * a * a).exp() + tail(b) * (-0.5 * b * b).exp();
        if outside < 0.5 {
            return (-outside).ln_1p();
        }
    }
    let (near, far) = if a.abs() < b.abs() { (a, b) } else { (b, a) };
    let steepness = (b - a) * near.abs().max(b - a);
    if steepness < 4.0 {
        // Narrow: integrate the density relative to that at `near`.
        let width = far - near;
        let mut density = |s: f64| super::rule::Term {
            value: (-(near + 0.5 * s * width) * s * width).exp(),
            slack: 0.0,
        };
        let integral = super::rule::panel(&mut density, 0.0, 1.0).value;
        return normal(near) + (integral * width.abs()).ln();
    }
    if a < 0.0 && b > 0.0 {
        // Both tails hold more than half only if the interval is narrow.
        return (ln_phi(b).exp() - ln_phi(a).exp()).ln();
    }
    let (near, far) = (near.abs(), far.abs());
    let beyond = (-0.5 * (far - near) * (far + near)).exp() * tail(far);
    (tail(near) - beyond).ln() - 0.5 * near * near
}

/// (1 − Φ(z)) e^(z²/2), for z ≥ 0.
fn tail(z: f64) -> f64 {
    0.5 * erfc_scaled(z * std::f64::consts::FRAC_1_SQRT_2)
}

/// ln Σ eˣ without overflow.
pub(super) fn ln_sum_exp(terms: &[f64]) -> f64 {
    let top = terms.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    if top.is_infinite() {
        return top;
    }
    let sum: Sum = terms.iter().map(|term| (term - top).exp()).collect();
    top + sum.total().ln()
}
