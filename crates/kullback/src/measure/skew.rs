//! Skewed Kullback–Leibler divergence: KL to a mixture of P and Q, so that zeros of Q do no harm.

use std::ops::Bound::{Excluded, Included};

use super::info::AnyKernel::OnPairs;
use super::info::{Info, Laws, Parameter};
use super::kullback_leibler::kl_term;
use super::separable::Separable;
use crate::Cell;
use crate::numeric::{exp_above_tangent, times};

pub(super) static SKEW_KL: Info = Info {
    name: "skew_kl",
    title: "Skewed Kullback–Leibler divergence",
    symbol: "Kα(P‖Q)",
    formula: "KL(P‖M), M = (1 − α)P + αQ",
    when: "KL from a reference that may lack outcomes: α = 1 is KL itself, ½ Lin's K-divergence \
           (JS is the mean of its two directions), and below 1 it is at most −ln(1 − α). Lee uses \
           α = 0.99 as a finite stand-in for KL.",
    source: "Lin 1991; Lee 1999",
    aliases: &["skewed_kl", "k_divergence"],
    parameter: Some(Parameter {
        name: "alpha",
        default: 0.5,
        from: Excluded(0.0),
        to: Included(1.0),
    }),
    in_nats: true,
    laws: Laws::F_DIVERGENCE,
    kernel: OnPairs(|alpha| Box::new(Skew(alpha))),
};

struct Skew(f64);

impl Separable for Skew {
    /// With r = p/m: ln r − (1 − α)(r − 1) and −α(r − 1).
    fn slope(&self, cell: Cell) -> [f64; 2] {
        let Skew(alpha) = *self;
        let y = ln_over_mixture(cell.ln_ratio, alpha);
        let dp = alpha * y - times(1.0 - alpha, exp_above_tangent(y));
        [dp, -alpha * y.exp_m1()]
    }

    fn term(&self, cell: Cell) -> f64 {
        let Skew(alpha) = *self;
        kl_term(Cell {
            p: cell.p,
            q: (1.0 - alpha) * cell.p + alpha * cell.q,
            ln_ratio: ln_over_mixture(cell.ln_ratio, alpha),
        })
    }
}

/// ln(p/m) with m = (1 − α)p + αq, from x = ln(p/q).
fn ln_over_mixture(x: f64, alpha: f64) -> f64 {
    let moved = alpha * (-x).exp_m1();
    if alpha >= 1.0 {
        x
    } else if moved > f64::MAX {
        // q/p is beyond the exponent range, and p nothing beside it.
        x - alpha.ln()
    } else if moved > -0.5 {
        -moved.ln_1p()
    } else {
        -((1.0 - alpha) + alpha * (-x).exp()).ln()
    }
}
