//! The power family: one slope with an exponent, from reverse KL (0) through KL (1) to χ² (2).
//!
//! The literature counts the exponent from three zeros. `power:α` has KL at 1, `cressie_read:λ` at
//! λ = α − 1 = 0, `amari:a` at a = 1 − 2α = −1; and `tsallis:α` is α times `power:α`. Each is an
//! entry of its own, so that no one reads a parameter on the wrong scale, over one kernel.

use std::ops::Bound::{Excluded, Unbounded};

use super::info::AnyKernel::OnPairs;
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
           squared Hellinger distance. The same family as `cressie_read:λ` with λ = α − 1 and \
           `amari:a` with a = 1 − 2α.",
    source: "Havrda & Charvát 1967; Liese & Vajda 1987",
    aliases: &["alpha"],
    parameter: Some(Parameter {
        name: "alpha",
        default: 0.5,
        from: Unbounded,
        to: Unbounded,
    }),
    in_nats: false,
    laws: Laws::F_DIVERGENCE,
    kernel: OnPairs(|alpha| Box::new(Power::of(alpha))),
};

pub(super) static CRESSIE_READ: Info = Info {
    name: "cressie_read",
    title: "Cressie–Read power divergence",
    symbol: "Iλ(P:Q)",
    formula: "Σ p ((p/q)^λ − 1)/(λ(λ + 1))",
    when: "Tests of fit: 2n times this number is the power-divergence statistic, where λ = 1 is \
           Pearson's X², 0 the G-test, −½ Freeman and Tukey's, −2 Neyman's, and ⅔ recommended. \
           The same as `power:α` with α = λ + 1.",
    source: "Cressie & Read 1984",
    aliases: &["power_divergence"],
    parameter: Some(Parameter {
        name: "lambda",
        default: 2.0 / 3.0,
        from: Unbounded,
        to: Unbounded,
    }),
    in_nats: false,
    laws: Laws::F_DIVERGENCE,
    kernel: OnPairs(|lambda| {
        let alpha = lambda + 1.0;
        Box::new(Power {
            alpha,
            order: lambda,
        })
    }),
};

pub(super) static AMARI: Info = Info {
    name: "amari",
    title: "Amari α-divergence",
    symbol: "D⁽ᵃ⁾(P‖Q)",
    formula: "4(1 − Σ p^((1−a)/2) q^((1+a)/2))/(1 − a²)",
    when: "The divergences of information geometry, where a and −a are dual: exchanging P and Q \
           flips the sign. −1 is KL, 1 reverse KL, 0 four times the squared Hellinger distance. \
           The same as `power:α` with α = (1 − a)/2.",
    source: "Amari 1982; Chernoff 1952",
    aliases: &["amari_alpha"],
    parameter: Some(Parameter {
        name: "a",
        default: 0.0,
        from: Unbounded,
        to: Unbounded,
    }),
    in_nats: false,
    laws: Laws::F_DIVERGENCE,
    kernel: OnPairs(|a| {
        let (alpha, order) = (0.5 * (1.0 - a), -0.5 * (1.0 + a));
        Box::new(Power { alpha, order })
    }),
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
        from: Excluded(0.0),
        to: Unbounded,
    }),
    in_nats: false,
    laws: Laws::F_DIVERGENCE,
    kernel: OnPairs(|alpha| Box::new(Tsallis(alpha))),
};

/// f(r) = (rᵅ − αr − (1 − α))/(α(α − 1)), continuous at α = 0 and 1.
#[derive(Clone, Copy)]
pub(super) struct Power {
    alpha: f64,
    /// α − 1, which rounding could not have back from α where it is small.
    order: f64,
}

impl Power {
    pub(super) fn of(alpha: f64) -> Power {
        let order = alpha - 1.0;
        Power { alpha, order }
    }
}

impl Separable for Power {
    fn slope(&self, cell: Cell) -> [f64; 2] {
        [
            deformed_ln_ratio(cell, self.order),
            -deformed_ln_ratio(cell, self.alpha),
        ]
    }

    fn term(&self, cell: Cell) -> f64 {
        let Power { alpha, order } = *self;
        if cell.ln_ratio.abs() * alpha.abs().max(1.0) <= 1.0 {
            return integrate(|at| self.slope(at)[0], cell);
        }
        // Euler's theorem with one power instead of two, so that only a term that is itself too
        // large overflows. Exchanging P and Q turns α into 1 − α: of the two, divide by the one
        // that is at least ½.
        if alpha >= 0.5 {
            one_power(cell, alpha, order)
        } else {
            one_power(cell.swapped(), -order, -alpha)
        }
    }
}

/// The term from rᵈ, d = α − 1.
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
        Power::of(self.0).slope(cell).map(|slope| self.0 * slope)
    }

    fn term(&self, cell: Cell) -> f64 {
        self.0 * Power::of(self.0).term(cell)
    }
}
