//! Divergences from an uneven mixture of P and Q: skewed Kullback–Leibler and weighted
//! Jensen–Shannon. Zeros of Q do no harm where the mixture has a part of P.

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

pub(super) static WEIGHTED_JS: Info = Info {
    name: "weighted_js",
    title: "Weighted Jensen–Shannon divergence",
    symbol: "JSw(P,Q)",
    formula: "w KL(P‖M) + (1 − w) KL(Q‖M), M = wP + (1 − w)Q",
    when: "Samples of unequal size: with w = n/(n + m) it is the mutual information of outcome and \
           sample, and 2(n + m) times it is the G statistic. ½ is JS. At most the entropy of the \
           weights.",
    source: "Lin 1991",
    aliases: &["weighted_jensen_shannon"],
    parameter: Some(Parameter {
        name: "weight",
        default: 0.5,
        from: Excluded(0.0),
        to: Excluded(1.0),
    }),
    in_nats: true,
    laws: Laws {
        max: std::f64::consts::LN_2,
        ..Laws::F_DIVERGENCE
    },
    kernel: OnPairs(|weight| Box::new(WeightedJensenShannon(weight))),
};

struct Skew(f64);

impl Separable for Skew {
    /// With r = p/m: ln r − (1 − α)(r − 1) and −α(r − 1).
    fn slope(&self, cell: Cell) -> [f64; 2] {
        let Skew(alpha) = *self;
        let y = ln_over_mixture(cell.ln_ratio, [1.0 - alpha, alpha]);
        let dp = alpha * y - times(1.0 - alpha, exp_above_tangent(y));
        [dp, -alpha * y.exp_m1()]
    }

    fn term(&self, cell: Cell) -> f64 {
        let Skew(alpha) = *self;
        from_mixture(cell, [1.0 - alpha, alpha])
    }
}

/// The weight of P.
struct WeightedJensenShannon(f64);

impl Separable for WeightedJensenShannon {
    /// w ln(p/m) and (1 − w) ln(q/m).
    fn slope(&self, cell: Cell) -> [f64; 2] {
        let [w, rest] = [self.0, 1.0 - self.0];
        let x = cell.ln_ratio;
        [
            w * ln_over_mixture(x, [w, rest]),
            rest * ln_over_mixture(-x, [rest, w]),
        ]
    }

    fn term(&self, cell: Cell) -> f64 {
        let [w, rest] = [self.0, 1.0 - self.0];
        w * from_mixture(cell, [w, rest]) + rest * from_mixture(cell.swapped(), [rest, w])
    }
}

/// p ln(p/m) − p + m with m = a·p + b·q, from the weights a and b, which sum to 1.
fn from_mixture(cell: Cell, [a, b]: [f64; 2]) -> f64 {
    kl_term(Cell {
        p: cell.p,
        q: a * cell.p + b * cell.q,
        ln_ratio: ln_over_mixture(cell.ln_ratio, [a, b]),
    })
}

/// ln(p/m) with m = a·p + b·q, from x = ln(p/q). Both weights are given, since 1 − b may have lost
/// digits of a.
fn ln_over_mixture(x: f64, [a, b]: [f64; 2]) -> f64 {
    let moved = b * (-x).exp_m1();
    if b >= 1.0 {
        x
    } else if moved > f64::MAX {
        // q/p is beyond the exponent range, and p nothing beside it.
        x - b.ln()
    } else if moved > -0.5 {
        -moved.ln_1p()
    } else {
        -(a + b * (-x).exp()).ln()
    }
}
