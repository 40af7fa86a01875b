//! Total variation distance.

use super::info::AnyKernel::OnPairs;
use super::info::{Info, Laws};
use super::separable::Separable;
use crate::Cell;

pub(super) static TV: Info = Info {
    name: "tv",
    title: "Total variation distance",
    symbol: "TV(P,Q)",
    formula: "½ Σ |p − q|",
    when: "The plainest reading: no event's probability differs by more. A metric, at most 1, \
           reached where the supports are disjoint.",
    source: "Jordan 1881",
    aliases: &["total_variation"],
    parameter: None,
    in_nats: false,
    laws: Laws {
        symmetric: true,
        triangle: true,
        max: 1.0,
        ..Laws::F_DIVERGENCE
    },
    kernel: OnPairs(|_| Box::new(TotalVariation)),
};

struct TotalVariation;

impl Separable for TotalVariation {
    /// A subgradient: 0 at p = q, where the absolute value has a kink.
    fn slope(&self, cell: Cell) -> [f64; 2] {
        let x = cell.ln_ratio;
        let half = if x == 0.0 { 0.0 } else { 0.5 * x.signum() };
        [half, -half]
    }

    fn term(&self, cell: Cell) -> f64 {
        0.5 * cell.difference().abs()
    }
}
