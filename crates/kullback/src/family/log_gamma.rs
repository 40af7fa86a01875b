//! Eleven families that are one: powers and logarithms of a gamma variable.
//!
//! Let G be gamma with shape a and rate 1. Then ln X of an exponential, gamma, chi, chi-squared,
//! half-normal, inverse-gamma or Weibull X, and Y itself of an exp-gamma, exp-inverse-gamma,
//! Gumbel or Moyal Y, is `location + stretch · ln G`. KL does not change under ln, so one formula
//! serves all pairs within either group.

use std::f64::consts::{FRAC_1_SQRT_2, LN_2};

use super::Family;
use super::density::Point;
use super::special::{LN_SQRT_TAU, binet, deviance_ln};

/// `ln(num/den) + mean + (ln G + bias) · stretch`, in parts whose differences stay exact.
#[derive(Clone, Copy)]
pub(super) struct LogGamma {
    /// a.
    pub(super) shape: f64,
    /// The stretch as a fraction, its sign in the numerator.
    pub(super) stretch: [f64; 2],
    /// A scale factor as a fraction.
    pub(super) scale: [f64; 2],
    /// A location beside the scale.
    pub(super) mean: f64,
    /// ln of a constant factor of G.
    pub(super) bias: f64,
    /// Whether the family is of X = eʸ rather than of Y.
    pub(super) positive: bool,
}

impl LogGamma {
    /// The family in this form, if it is one of the eleven.
    pub(super) fn of(family: &Family) -> Option<LogGamma> {
        // X = (num/den) · G^(1/power).
        let positive = |shape, power: f64, scale| LogGamma {
            shape,
            stretch: [power.signum(), power.abs()],
            scale,
            mean: 0.0,
            bias: 0.0,
            positive: true,
        };
        // Y = mean + stretch · (ln G + bias).
        let real = |shape, mean, stretch: f64, bias| LogGamma {
            shape,
            stretch: [stretch, 1.0],
            scale: [1.0, 1.0],
            mean,
            bias,
            positive: false,
        };
        Some(match *family {
            Family::Exponential { rate } => positive(1.0, 1.0, [1.0, rate]),
            Family::Gamma { shape, rate } => positive(shape, 1.0, [1.0, rate]),
            Family::Chi { df } => positive(0.5 * df, 2.0, [1.0, FRAC_1_SQRT_2]),
            Family::Chi2 { df } => positive(0.5 * df, 1.0, [1.0, 0.5]),
            Family::HalfNormal { scale } => positive(0.5, 2.0, [scale, FRAC_1_SQRT_2]),
            Family::InverseGamma { shape, scale } => positive(shape, -1.0, [scale, 1.0]),
            Family::Weibull { shape, scale } => positive(1.0, shape, [scale, 1.0]),
            Family::Gumbel { location, scale } => real(1.0, location, -scale, 0.0),
            Family::Moyal { location, scale } => real(0.5, location, -scale, LN_2),
            Family::ExpGamma { shape, rate } => LogGamma {
                positive: false,
                ..positive(shape, 1.0, [1.0, rate])
            },
            Family::ExpInverseGamma { shape, scale } => LogGamma {
                positive: false,
                ..positive(shape, -1.0, [scale, 1.0])
            },
            _ => return None,
        })
    }

    /// The stretch of ln G as one number.
    pub(super) fn stretch(&self) -> f64 {
        self.stretch[0] / self.stretch[1]
    }

    /// Everything of the location but what multiplies the stretch.
    pub(super) fn location(&self) -> f64 {
        (self.scale[0].ln() - self.scale[1].ln()) + self.mean
    }

    /// The value at which ln G is `w`.
    pub(super) fn at(&self, w: f64) -> f64 {
        let y = self.location() + (w + self.bias) * self.stretch();
        if self.positive { y.exp() } else { y }
    }

    /// ln G at a point: where it is large, the surprisal grows as eʷ.
    pub(super) fn ln_gamma_variable(&self, x: &Point) -> f64 {
        let power = self.stretch[1] / self.stretch[0];
        if self.positive {
            power * (x.ln_above(0.0) - self.location())
        } else {
            let centred = x.above(self.mean) - (self.scale[0] / self.scale[1]).ln();
            power * centred - self.bias
        }
    }

    /// The logarithm of the density.
    pub(super) fn ln_density(&self, x: &Point) -> f64 {
        let a = self.shape;
        let power = self.stretch[1] / self.stretch[0];
        let (w, g, ln_x) = if self.positive {
            let (ln_x, ratio) = (
                x.ln_above(0.0),
                x.above(0.0) * self.scale[1] / self.scale[0],
            );
            let w = self.ln_gamma_variable(x);
            // Exact to an ulp unless it leaves the exponent range.
            let g = ratio.powf(power);
            let g = if ratio.is_normal() && g.is_normal() {
                g
            } else {
                w.exp()
            };
            (w, g, ln_x)
        } else {
            let w = self.ln_gamma_variable(x);
            (w, w.exp(), 0.0)
        };
        if g == f64::INFINITY {
            return f64::NEG_INFINITY;
        }
        // a w − eʷ − ln Γ(a), by Stirling's formula.
        let ln_density_of_w = 0.5 * a.ln() - LN_SQRT_TAU - binet(a) - deviance_ln(a, g, w);
        ln_density_of_w + power.abs().ln() - ln_x
    }
}
