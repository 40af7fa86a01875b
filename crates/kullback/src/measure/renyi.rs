//! Rényi divergence, the power family's sum through a logarithm; Bhattacharyya distance, half of it
//! at ½.

use std::ops::Bound::{Excluded, Unbounded};

use super::info::AnyKernel::OnPairs;
use super::info::{Info, Kernel, Laws, Parameter};
use super::power::Power;
use super::separable::{Separable, apportion};
use crate::numeric::{Sum, times};
use crate::{Cell, Pair};

pub(super) static RENYI: Info = Info {
    name: "renyi",
    title: "Rényi divergence",
    symbol: "Rα(P‖Q)",
    formula: "ln(Σ pᵅ q¹⁻ᵅ)/(α − 1)",
    when: "KL with a dial for how much the largest ratios p/q count, and adding up over \
           independent parts as KL does: α = 1 is KL, ½ is −2 ln of the Bhattacharyya \
           coefficient. Used in differential privacy. Infinite where supports are disjoint, and \
           from α = 1 on where Q lacks an outcome of P.",
    source: "Rényi 1961; van Erven & Harremoës 2014",
    aliases: &[],
    parameter: Some(Parameter {
        name: "alpha",
        default: 0.5,
        from: Excluded(0.0),
        to: Unbounded,
    }),
    in_nats: true,
    laws: Laws::F_DIVERGENCE,
    kernel: OnPairs(|alpha| Box::new(Renyi(alpha))),
};

pub(super) static BHATTACHARYYA: Info = Info {
    name: "bhattacharyya",
    title: "Bhattacharyya distance",
    symbol: "B(P,Q)",
    formula: "−ln Σ √(p q)",
    when: "Overlap of two classes: e⁻ᴮ is the Bhattacharyya coefficient, and bounds the error of \
           telling P from Q by one draw. Symmetric, half of Rényi's divergence of order ½; no \
           metric (the Hellinger distance is). Infinite only where supports are disjoint.",
    source: "Bhattacharyya 1943; Kailath 1967",
    aliases: &["bhattacharyya_distance"],
    parameter: None,
    in_nats: true,
    laws: Laws {
        symmetric: true,
        ..Laws::F_DIVERGENCE
    },
    kernel: OnPairs(|_| Box::new(Bhattacharyya)),
};

struct Bhattacharyya;

impl Kernel<Pair> for Bhattacharyya {
    fn value(&self, pair: &Pair) -> f64 {
        0.5 * Renyi(0.5).value(pair)
    }

    fn contributions(&self, pair: &Pair) -> Vec<f64> {
        let whole = Renyi(0.5).contributions(pair);
        whole.into_iter().map(|share| 0.5 * share).collect()
    }

    fn gradient(&self, pair: &Pair) -> Vec<[f64; 2]> {
        let whole = Renyi(0.5).gradient(pair);
        whole
            .into_iter()
            .map(|slopes| slopes.map(|slope| 0.5 * slope))
            .collect()
    }
}

/// A function of shapes alone: a logarithm has no use for a mass that is not 1, so both sides
/// are divided by theirs.
struct Renyi(f64);

impl Kernel<Pair> for Renyi {
    fn value(&self, pair: &Pair) -> f64 {
        self.of_shapes(&pair.shapes())
    }

    /// In proportion to the power divergence's terms, which are ≥ 0 and vanish where p = q.
    fn contributions(&self, pair: &Pair) -> Vec<f64> {
        let cells = pair.shapes();
        let value = self.of_shapes(&cells);
        let terms: Vec<f64> = cells
            .iter()
            .map(|&cell| Power::of(self.0).term(cell))
            .collect();
        let overflown = value.is_finite() && terms.contains(&f64::INFINITY);
        let terms = if overflown {
            let ln_sum = (self.0 - 1.0) * value;
            let share = |&cell: &Cell| (self.ln_addend(cell) - ln_sum).exp();
            cells.iter().map(share).collect()
        } else {
            terms
        };
        apportion(terms, |_| value)
    }

    /// With D the value: ∂D/∂p = α·((r·e⁻ᴰ)ᵅ⁻¹ − 1)/(α − 1) and ∂D/∂q = 1 − rᵅ·e⁻⁽ᵅ⁻¹⁾ᴰ, each
    /// over its side's mass. There is none where D is infinite: NaN.
    fn gradient(&self, pair: &Pair) -> Vec<[f64; 2]> {
        let Renyi(alpha) = *self;
        let cells = pair.shapes();
        let value = self.of_shapes(&cells);
        if value.is_infinite() {
            return vec![[f64::NAN; 2]; cells.len()];
        }
        let [p_mass, q_mass] = pair.masses();
        let order = alpha - 1.0;
        let slopes = cells.iter().map(|&cell| {
            let ratio = cell.ln_ratio - value;
            let dp = if order == 0.0 {
                ratio
            } else {
                alpha * (order * ratio).exp_m1() / order
            };
            let dq = -(alpha * cell.ln_ratio - order * value).exp_m1();
            [dp / p_mass, dq / q_mass]
        });
        slopes.collect()
    }
}

impl Renyi {
    /// ln(Σ pᵅ q¹⁻ᵅ)/(α − 1), where the sum is 1 + α(α − 1)·S and S the power divergence.
    fn of_shapes(&self, cells: &[Cell]) -> f64 {
        let order = self.0 - 1.0;
        let terms = cells.iter().map(|&cell| Power::of(self.0).term(cell));
        let power = terms.collect::<Sum>().total();
        let above_one = self.0 * order * power;
        if order == 0.0 {
            power
        } else if above_one.abs() <= 0.5 {
            above_one.ln_1p() / order
        } else {
            self.ln_sum(cells) / order
        }
    }

    /// ln Σ pᵅ q¹⁻ᵅ by its largest addend, so that no power of a large ratio overflows.
    fn ln_sum(&self, cells: &[Cell]) -> f64 {
        let addends = || cells.iter().map(|&cell| self.ln_addend(cell));
        let largest = addends().fold(f64::NEG_INFINITY, f64::max);
        if largest.is_infinite() {
            return largest;
        }
        let sum = addends().map(|ln| (ln - largest).exp()).collect::<Sum>();
        largest + sum.total().ln()
    }

    /// ln(pᵅ q¹⁻ᵅ).
    fn ln_addend(&self, cell: Cell) -> f64 {
        if cell.p == 0.0 {
            f64::NEG_INFINITY
        } else {
            cell.p.ln() + times(self.0 - 1.0, cell.ln_ratio)
        }
    }
}
