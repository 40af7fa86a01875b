//! Bregman divergences that are no f-divergences: D(P‖Q) = F(P) − F(Q) − ⟨∇F(Q), P − Q⟩ for a
//! convex F, summed over cells.
//!
//! The third classic, F = Σ p ln p, is the generalised KL divergence Σ p ln(p/q) − p + q. It is
//! `kl` of a pair built under [`Normalisation::Unnormalised`](crate::Normalisation::Unnormalised),
//! and has no entry of its own.
//!
//! Source: Bregman 1967; Banerjee et al. 2005.

use super::info::AnyKernel::OnPairs;
use super::info::{Info, Laws};
use super::separable::Separable;
use crate::Cell;
use crate::numeric::exp_above_tangent;

pub(super) static SQUARED_EUCLIDEAN: Info = Info {
    name: "squared_euclidean",
    title: "Squared Euclidean distance",
    symbol: "‖P − Q‖²",
    formula: "Σ (p − q)²",
    when: "Probabilities as points in space: what a forecaster loses in Brier score by saying Q \
           where P is true. Blind to ratios: a rare outcome counts for next to nothing. At most 2. \
           Merging outcomes can raise it.",
    source: "Brier 1950; Bregman 1967",
    aliases: &["brier", "squared_l2"],
    parameter: None,
    in_nats: false,
    laws: Laws {
        symmetric: true,
        max: 2.0,
        merging_never_raises: false,
        ..Laws::F_DIVERGENCE
    },
    kernel: OnPairs(|_| Box::new(SquaredEuclidean)),
};

pub(super) static ITAKURA_SAITO: Info = Info {
    name: "itakura_saito",
    title: "Itakura–Saito divergence",
    symbol: "IS(P‖Q)",
    formula: "Σ (p/q − ln(p/q) − 1)",
    when: "Spectra, where a small band matters as much as a large one: it sees ratios alone, each \
           outcome with the same weight. Infinite as soon as one side has an outcome that the \
           other lacks; one that both lack is left out.",
    source: "Itakura & Saito 1968",
    aliases: &["itakura_saito_distance"],
    parameter: None,
    in_nats: false,
    laws: Laws::F_DIVERGENCE,
    kernel: OnPairs(|_| Box::new(ItakuraSaito)),
};

struct SquaredEuclidean;

impl Separable for SquaredEuclidean {
    fn slope(&self, cell: Cell) -> [f64; 2] {
        let slope = 2.0 * cell.difference();
        [slope, -slope]
    }

    fn term(&self, cell: Cell) -> f64 {
        cell.difference().powi(2)
    }
}

/// F = −Σ ln p. Merging never raises it, since r − ln r − 1 is convex and the ratio of merged
/// outcomes is a mean of theirs.
struct ItakuraSaito;

impl Separable for ItakuraSaito {
    /// 1/q − 1/p and 1/q − p/q².
    fn slope(&self, cell: Cell) -> [f64; 2] {
        if cell.p == 0.0 && cell.q == 0.0 {
            return [0.0; 2];
        }
        let x = cell.ln_ratio;
        [-(-x).exp_m1() / cell.q, -x.exp_m1() / cell.q]
    }

    fn term(&self, cell: Cell) -> f64 {
        let x = cell.ln_ratio;
        if x == f64::INFINITY {
            x
        } else if x <= 1.0 {
            exp_above_tangent(x)
        } else {
            // An ulp of a large x would be many ulps of its exponential.
            (cell.p / cell.q - 1.0) - x
        }
    }
}
