//! Hellinger distance.

use super::info::AnyKernel::OnPairs;
use super::info::{Info, Laws};
use super::separable::{NEAR, Separable, root_link};
use crate::Cell;

pub(super) static HELLINGER: Info = Info {
    name: "hellinger",
    title: "Hellinger distance",
    symbol: "H(P,Q)",
    formula: "√(½ Σ (√p − √q)²)",
    when: "A metric that is kinder than total variation to many small differences and never \
           infinite: at most 1, reached where the supports are disjoint.",
    source: "Hellinger 1909; Kakutani 1948",
    aliases: &["hellinger_distance"],
    parameter: None,
    in_nats: false,
    laws: Laws {
        symmetric: true,
        triangle: true,
        max: 1.0,
        ..Laws::F_DIVERGENCE
    },
    kernel: OnPairs(|_| Box::new(Hellinger)),
};

struct Hellinger;

impl Separable for Hellinger {
    fn slope(&self, cell: Cell) -> [f64; 2] {
        let half = 0.5 * cell.ln_ratio;
        [-0.5 * (-half).exp_m1(), -0.5 * half.exp_m1()]
    }

    fn term(&self, cell: Cell) -> f64 {
        if cell.ln_ratio.abs() <= NEAR {
            0.5 * cell.q * (0.5 * cell.ln_ratio).exp_m1().powi(2)
        } else {
            0.5 * (cell.p.sqrt() - cell.q.sqrt()).powi(2)
        }
    }

    fn link(&self, sum: f64) -> [f64; 2] {
        root_link(sum)
    }
}
