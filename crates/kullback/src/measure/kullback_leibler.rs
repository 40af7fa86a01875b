//! Kullback–Leibler divergence, its reverse, and their sum.

use super::info::AnyKernel::OnPairs;
use super::info::{Info, Laws};
use super::separable::Separable;
use crate::Cell;
use crate::numeric::{exp_above_tangent, times};

pub(super) static KL: Info = Info {
    name: "kl",
    title: "Kullback–Leibler divergence",
    symbol: "KL(P‖Q)",
    formula: "Σ p ln(p/q)",
    when: "P is what is true or trusted and Q stands in for it: the information lost per draw. \
           Infinite as soon as P has an outcome that Q lacks. Of unnormalised masses it is the \
           generalised KL divergence Σ p ln(p/q) − p + q.",
    source: "Kullback & Leibler 1951",
    aliases: &[
        "kullback_leibler",
        "relative_entropy",
        "forward_kl",
        "generalised_kl",
        "generalized_kl",
        "i_divergence",
    ],
    parameter: None,
    in_nats: true,
    laws: Laws::F_DIVERGENCE,
    kernel: OnPairs(|_| Box::new(KullbackLeibler)),
};

pub(super) static REVERSE_KL: Info = Info {
    name: "reverse_kl",
    title: "Reverse Kullback–Leibler divergence",
    symbol: "KL(Q‖P)",
    formula: "Σ q ln(q/p)",
    when: "KL with the roles exchanged, as minimised in variational inference: it punishes Q for \
           mass where P has little. Infinite as soon as Q has an outcome that P lacks.",
    source: "Kullback & Leibler 1951",
    aliases: &["rkl"],
    parameter: None,
    in_nats: true,
    laws: Laws::F_DIVERGENCE,
    kernel: OnPairs(|_| Box::new(Reverse)),
};

pub(super) static JEFFREYS: Info = Info {
    name: "jeffreys",
    title: "Jeffreys divergence",
    symbol: "J(P,Q)",
    formula: "Σ (p − q) ln(p/q) = KL(P‖Q) + KL(Q‖P)",
    when: "A symmetric KL; the population stability index (PSI) of credit scoring is this number. \
           Infinite as soon as either side has an outcome that the other lacks.",
    source: "Jeffreys 1946",
    aliases: &["psi", "population_stability_index", "symmetric_kl"],
    parameter: None,
    in_nats: true,
    laws: Laws {
        symmetric: true,
        ..Laws::F_DIVERGENCE
    },
    kernel: OnPairs(|_| Box::new(Jeffreys)),
};

struct KullbackLeibler;

impl Separable for KullbackLeibler {
    fn slope(&self, cell: Cell) -> [f64; 2] {
        [cell.ln_ratio, -cell.ln_ratio.exp_m1()]
    }

    fn term(&self, cell: Cell) -> f64 {
        kl_term(cell)
    }
}

/// p ln(p/q) − p + q, in a form that keeps its accuracy for every ratio.
///
/// The two masses added to p ln(p/q) cancel in the sum over cells and make each term ≥ 0.
pub(crate) fn kl_term(cell: Cell) -> f64 {
    let x = cell.ln_ratio;
    if x.abs() <= 1.0 {
        cell.p * exp_above_tangent(-x)
    } else {
        times(cell.p, x - 1.0) + cell.q
    }
}

struct Reverse;

impl Separable for Reverse {
    fn slope(&self, cell: Cell) -> [f64; 2] {
        let [dp, dq] = KullbackLeibler.slope(cell.swapped());
        [dq, dp]
    }

    fn term(&self, cell: Cell) -> f64 {
        kl_term(cell.swapped())
    }
}

struct Jeffreys;

impl Separable for Jeffreys {
    fn slope(&self, cell: Cell) -> [f64; 2] {
        let x = cell.ln_ratio;
        [x - (-x).exp_m1(), -x - x.exp_m1()]
    }

    fn term(&self, cell: Cell) -> f64 {
        times(cell.difference(), cell.ln_ratio)
    }
}
