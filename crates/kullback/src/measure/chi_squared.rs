//! χ² divergences: Pearson's and Neyman's, and the triangular discrimination between them.

use super::info::AnyKernel::OnPairs;
use super::info::{Info, Laws};
use super::separable::Separable;
use crate::Cell;

pub(super) static CHI2: Info = Info {
    name: "chi2",
    title: "χ² divergence",
    symbol: "χ²(P‖Q)",
    formula: "Σ (p − q)²/q",
    when: "The relative variance of importance weights p/q, and Pearson's statistic per \
           observation of P. It stresses outcomes that Q makes rare; infinite where Q lacks one.",
    source: "Pearson 1900",
    aliases: &["chi_squared", "chisq", "pearson"],
    parameter: None,
    in_nats: false,
    laws: Laws::F_DIVERGENCE,
    kernel: OnPairs(|_| Box::new(ChiSquared)),
};

pub(super) static NEYMAN_CHI2: Info = Info {
    name: "neyman_chi2",
    title: "Neyman's χ² divergence",
    symbol: "χ²(Q‖P)",
    formula: "Σ (p − q)²/p",
    when: "χ² with the roles exchanged: the statistic that divides by what was observed. Infinite \
           where P lacks an outcome of Q.",
    source: "Neyman 1949",
    aliases: &["neyman", "reverse_chi2"],
    parameter: None,
    in_nats: false,
    laws: Laws::F_DIVERGENCE,
    kernel: OnPairs(|_| Box::new(Neyman)),
};

pub(super) static TRIANGULAR: Info = Info {
    name: "triangular",
    title: "Triangular discrimination",
    symbol: "Δ(P,Q)",
    formula: "Σ (p − q)²/(p + q)",
    when: "A symmetric χ² that zeros cannot make infinite: at most 2, reached where supports are \
           disjoint. Between 2.88 and 4 times the Jensen–Shannon divergence in nats, without a \
           logarithm.",
    source: "Vincze 1981; Le Cam 1986; Topsøe 2000",
    aliases: &["triangular_discrimination", "vincze_le_cam"],
    parameter: None,
    in_nats: false,
    laws: Laws {
        symmetric: true,
        max: 2.0,
        ..Laws::F_DIVERGENCE
    },
    kernel: OnPairs(|_| Box::new(Triangular)),
};

struct ChiSquared;

impl Separable for ChiSquared {
    fn slope(&self, cell: Cell) -> [f64; 2] {
        let x = cell.ln_ratio;
        [2.0 * x.exp_m1(), -(2.0 * x).exp_m1()]
    }

    fn term(&self, cell: Cell) -> f64 {
        let difference = cell.difference();
        if difference == 0.0 {
            0.0
        } else {
            difference * (difference / cell.q)
        }
    }
}

struct Neyman;

impl Separable for Neyman {
    fn slope(&self, cell: Cell) -> [f64; 2] {
        let [dp, dq] = ChiSquared.slope(cell.swapped());
        [dq, dp]
    }

    fn term(&self, cell: Cell) -> f64 {
        ChiSquared.term(cell.swapped())
    }
}

struct Triangular;

impl Separable for Triangular {
    fn slope(&self, cell: Cell) -> [f64; 2] {
        let t = contrast(cell);
        [t * (2.0 - t), -t * (2.0 + t)]
    }

    fn term(&self, cell: Cell) -> f64 {
        cell.difference() * contrast(cell)
    }
}

/// (p − q)/(p + q), from −1 to 1.
fn contrast(cell: Cell) -> f64 {
    (0.5 * cell.ln_ratio).tanh()
}
