//! Jensen–Shannon: KL to the mixture of two distributions, equal weights or not.

use std::f64::consts::LN_2;

use super::info::AnyKernel::OnPairs;
use super::info::{Info, Laws};
use super::kullback_leibler::kl_term;
use super::separable::{Separable, root_link};
use crate::Cell;

pub(super) static JS: Info = Info {
    name: "js",
    title: "Jensen–Shannon divergence",
    symbol: "JS(P,Q)",
    formula: "½ KL(P‖M) + ½ KL(Q‖M), M = (P + Q)/2",
    when: "Neither side is the reference, or supports differ: symmetric, always finite, at most \
           ln 2 (1 bit). It is the information that one draw gives about which side it came from.",
    source: "Lin 1991",
    aliases: &["jensen_shannon", "js_divergence"],
    parameter: None,
    in_nats: true,
    laws: Laws {
        symmetric: true,
        max: LN_2,
        ..Laws::F_DIVERGENCE
    },
    kernel: OnPairs(|_| Box::new(JensenShannon)),
};

pub(super) static JS_DISTANCE: Info = Info {
    name: "js_distance",
    title: "Jensen–Shannon distance",
    symbol: "√JS(P,Q)",
    formula: "√(½ KL(P‖M) + ½ KL(Q‖M)), M = (P + Q)/2, in nats under the root",
    when: "As the Jensen–Shannon divergence, where a metric is needed: clustering, nearest \
           neighbours. At most √ln 2 ≈ 0.8326.",
    source: "Endres & Schindelin 2003",
    aliases: &["jensen_shannon_distance"],
    parameter: None,
    in_nats: false,
    laws: Laws {
        symmetric: true,
        triangle: true,
        max: 0.832_554_611_157_697_8,
        ..Laws::F_DIVERGENCE
    },
    kernel: OnPairs(|_| Box::new(Distance)),
};

struct JensenShannon;

impl Separable for JensenShannon {
    fn slope(&self, cell: Cell) -> [f64; 2] {
        let x = cell.ln_ratio;
        [0.5 * ln_over_mixture(x), 0.5 * ln_over_mixture(-x)]
    }

    fn term(&self, cell: Cell) -> f64 {
        js_term(cell)
    }
}

/// Half of KL's terms from p and from q to their mean.
pub(crate) fn js_term(cell: Cell) -> f64 {
    let x = cell.ln_ratio;
    let mixture = 0.5 * cell.p + 0.5 * cell.q;
    let to_mixture = |mass, ln_ratio| {
        kl_term(Cell {
            p: mass,
            q: mixture,
            ln_ratio,
        })
    };
    0.5 * (to_mixture(cell.p, ln_over_mixture(x)) + to_mixture(cell.q, ln_over_mixture(-x)))
}

/// ln(p/m) with m = (p + q)/2, from x = ln(p/q).
fn ln_over_mixture(x: f64) -> f64 {
    if x.abs() < 1.0 {
        return -(0.5 * (-x).exp_m1()).ln_1p();
    }
    // ln 2 − ln(1 + e⁻ˣ), with the exponential kept below 1.
    LN_2 - (-x).max(0.0) - (-x.abs()).exp().ln_1p()
}

struct Distance;

impl Separable for Distance {
    fn slope(&self, cell: Cell) -> [f64; 2] {
        JensenShannon.slope(cell)
    }

    fn term(&self, cell: Cell) -> f64 {
        JensenShannon.term(cell)
    }

    fn link(&self, sum: f64) -> [f64; 2] {
        root_link(sum)
    }
}
