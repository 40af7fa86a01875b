//! χ² divergence.

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
    kernel: |_| Box::new(ChiSquared),
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
