//! The power family: one slope with an exponent, from reverse KL (0) through KL (1) to χ² (2).

use super::info::{Info, Laws, Parameter};
use super::separable::{Separable, integrate};
use crate::Cell;
use crate::numeric::times;

pub(super) static POWER: Info = Info {
    name: "power",
    title: "Power divergence",
    symbol: "Dα(P‖Q)",
    formula: "(Σ pᵅ q¹⁻ᵅ − 1)/(α(α − 1))",
    when: "One dial over the classics: α = 1 is KL, 0 reverse KL, 2 half of χ², ½ four times the \
           squared Hellinger distance. Cressie and Read recommend α = 5/3 for tests of fit \
           (their λ is α − 1).",
    source: "Cressie & Read 1984; Havrda & Charvát 1967",
    aliases: &["cressie_read", "alpha"],
    parameter: Some(Parameter {
        name: "alpha",
        default: 0.5,
        above: f64::NEG_INFINITY,
        below: f64::INFINITY,
    }),
    in_nats: false,
    laws: Laws::F_DIVERGENCE,
    kernel: |alpha| Box::new(Power(alpha)),
};

pub(super) static TSALLIS: Info = Info {
    name: "tsallis",
    title: "Tsallis relative entropy",
    symbol: "Tα(P‖Q)",
    formula: "(Σ pᵅ q¹⁻ᵅ − 1)/(α − 1)",
    when: "The relative entropy of non-extensive statistics: α = 1 is KL, 2 is χ². Below 1 it is \
           at most 1/(1 − α), also where supports are disjoint.",
    source: "Tsallis 1998",
    aliases: &[],
    parameter: Some(Parameter {
        name: "alpha",
        default: 0.5,
        above: 0.0,
        below: f64::INFINITY,
    }),
    in_nats: false,
    laws: Laws::F_DIVERGENCE,
    kernel: |alpha| Box::new(Tsallis(alpha)),
};

/// f(r) = (rᵅ − αr − (1 − α))/(α(α − 1)), continuous at α = 0 and 1.
pub(super) struct Power(pub(super) f64);

impl Separable for Power {
    fn slope(&self, cell: Cell) -> [f64; 2] {
        [
            deformed_ln_ratio(cell, self.0 - 1.0),
            -deformed_ln_ratio(cell, self.0),
        ]
    }

    fn term(&self, cell: Cell) -> f64 {
        let Power(alpha) = *self;
        if cell.ln_ratio.abs() * alpha.abs().max(1.0) <= 1.0 {
            return integrate(|at| self.slope(at)[0], cell);
        }
        // Euler's theorem with one power instead of two, so that only a term that is itself too
        // large overflows. Exchanging P and Q turns α into 1 − α: of the two, divide by the one
        // that is at least ½.
        if alpha >= 0.5 {
            one_power(cell, alpha, alpha - 1.0)
        } else {
            one_power(cell.swapped(), 1.0 - alpha, -alpha)
        }
    }
}

/// The term from rᵈ. The order d = α − 1 comes separately: after 1 − α has been rounded, a small
/// order could not be had back from it.
fn one_power(cell: Cell, alpha: f64, order: f64) -> f64 {
    let ln = deformed_ln_ratio(cell, order);
    (times(cell.p, ln - 1.0) + cell.q) / alpha
}

/// (rᵈ − 1)/d with r = p/q: the logarithm of r at d = 0, and continuous there.
///
/// Source: Box & Cox 1964.
fn deformed_ln_ratio(cell: Cell, d: f64) -> f64 {
    let exponent = if d == 0.0 { 0.0 } else { d * cell.ln_ratio };
    let ratio = cell.p / cell.q;
    if d == 0.0 {
        cell.ln_ratio
    } else if exponent.abs() > 1.0 && ratio.is_normal() {
        // An ulp of a large exponent would be many ulps of its exponential.
        (ratio.powf(d) - 1.0) / d
    } else {
        exponent.exp_m1() / d
    }
}

struct Tsallis(f64);

impl Separable for Tsallis {
    fn slope(&self, cell: Cell) -> [f64; 2] {
        Power(self.0).slope(cell).map(|slope| self.0 * slope)
    }

    fn term(&self, cell: Cell) -> f64 {
        self.0 * Power(self.0).term(cell)
    }
}
