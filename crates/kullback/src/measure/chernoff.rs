//! Chernoff information: the best exponent between Bhattacharyya's ½ and either end.

use super::info::AnyKernel::OnPairs;
use super::info::{Info, Kernel, Laws};
use super::power::Power;
use super::separable::{Separable, apportion};
use crate::numeric::{Sum, exp_above_tangent};
use crate::{Cell, Pair};

pub(super) static CHERNOFF: Info = Info {
    name: "chernoff",
    title: "Chernoff information",
    symbol: "C(P,Q)",
    formula: "max over 0 ≤ α ≤ 1 of −ln Σ pᵅ q¹⁻ᵅ",
    when: "Telling P from Q by n draws: the best test errs with probability about e⁻ⁿᶜ. Symmetric, \
           at least the Bhattacharyya distance (which is α = ½), at most the smaller of the two \
           KLs. Infinite only where supports are disjoint.",
    source: "Chernoff 1952",
    aliases: &["chernoff_information"],
    parameter: None,
    in_nats: true,
    laws: Laws {
        symmetric: true,
        ..Laws::F_DIVERGENCE
    },
    kernel: OnPairs(|_| Box::new(Chernoff)),
};

/// A function of shapes alone, as is Rényi's divergence: C = (1 − α)·Rα at the best α.
struct Chernoff;

impl Kernel<Pair> for Chernoff {
    fn value(&self, pair: &Pair) -> f64 {
        at_best(&pair.shapes())[0]
    }

    /// In proportion to αp + (1 − α)q − pᵅq¹⁻ᵅ, which is ≥ 0 and vanishes where p = q.
    fn contributions(&self, pair: &Pair) -> Vec<f64> {
        let cells = pair.shapes();
        let [value, alpha] = at_best(&cells);
        apportion(cells.iter().map(|&cell| gap(cell, alpha)).collect(), |_| {
            value
        })
    }

    /// −α·((p/q)ᵅ⁻¹eᶜ − 1) and −(1 − α)·((p/q)ᵅeᶜ − 1), each over its side's mass: by the envelope
    /// theorem α may be held fixed. There is none where C is infinite: NaN.
    fn gradient(&self, pair: &Pair) -> Vec<[f64; 2]> {
        let cells = pair.shapes();
        let [value, alpha] = at_best(&cells);
        if value.is_infinite() {
            return vec![[f64::NAN; 2]; cells.len()];
        }
        let [p_mass, q_mass] = pair.masses();
        let slope = |share: f64, exponent: f64| {
            let power = if exponent.is_nan() {
                -1.0
            } else {
                (exponent + value).exp_m1()
            };
            if share == 0.0 { 0.0 } else { -share * power }
        };
        let slopes = cells.iter().map(|cell| {
            let x = cell.ln_ratio;
            let dp = slope(alpha, (alpha - 1.0) * x);
            let dq = slope(1.0 - alpha, alpha * x);
            [dp / p_mass, dq / q_mass]
        });
        slopes.collect()
    }
}

/// The information and the α that attains it.
fn at_best(cells: &[Cell]) -> [f64; 2] {
    let total = |alpha| {
        (cells.iter().map(|&cell| gap(cell, alpha)))
            .collect::<Sum>()
            .total()
    };
    let near = total(0.5) <= 0.5;
    let alpha = best(cells, near);
    let gap = total(alpha);
    if gap <= 0.5 {
        [-(-gap).ln_1p(), alpha]
    } else {
        [-ln_sum(cells, alpha), alpha]
    }
}

/// αp + (1 − α)q − pᵅq¹⁻ᵅ ≥ 0, by the inequality of means; at α = 0 and 1 its limit from within.
fn gap(cell: Cell, alpha: f64) -> f64 {
    if cell.p == 0.0 || cell.q == 0.0 {
        alpha * cell.p + (1.0 - alpha) * cell.q
    } else if alpha <= 0.0 || alpha >= 1.0 {
        0.0
    } else {
        alpha * (1.0 - alpha) * Power::of(alpha).term(cell)
    }
}

fn on_both_sides(cells: &[Cell]) -> impl Iterator<Item = &Cell> {
    cells.iter().filter(|cell| cell.p > 0.0 && cell.q > 0.0)
}

/// ln(pᵅq¹⁻ᵅ) of a cell with mass on both sides.
fn ln_addend(cell: &Cell, alpha: f64) -> f64 {
    if alpha >= 0.5 {
        cell.p.ln() + (alpha - 1.0) * cell.ln_ratio
    } else {
        cell.q.ln() + alpha * cell.ln_ratio
    }
}

fn ln_largest(cells: &[Cell], alpha: f64) -> f64 {
    let addends = on_both_sides(cells).map(|cell| ln_addend(cell, alpha));
    addends.fold(f64::NEG_INFINITY, f64::max)
}

/// ln Σ pᵅq¹⁻ᵅ by its largest addend, so that nothing overflows.
fn ln_sum(cells: &[Cell], alpha: f64) -> f64 {
    let largest = ln_largest(cells, alpha);
    if largest.is_infinite() {
        return largest;
    }
    let addend = |cell| (ln_addend(cell, alpha) - largest).exp();
    largest
        + on_both_sides(cells)
            .map(addend)
            .collect::<Sum>()
            .total()
            .ln()
}

/// The α at which Σ pᵅq¹⁻ᵅ, a convex function, is least: Newton's method, kept inside a bracket.
fn best(cells: &[Cell], near: bool) -> f64 {
    if descent(cells, 0.0, near)[0] <= 0.0 {
        return 0.0;
    }
    if descent(cells, 1.0, near)[0] >= 0.0 {
        return 1.0;
    }
    let ([mut low, mut high], mut alpha) = ([0.0, 1.0], 0.5);
    for _ in 0..200 {
        let [slope, curvature] = descent(cells, alpha, near);
        if slope == 0.0 {
            break;
        }
        *(if slope > 0.0 { &mut low } else { &mut high }) = alpha;
        let newton = alpha + slope / curvature;
        let inside = low < newton && newton < high;
        let next = if inside { newton } else { 0.5 * (low + high) };
        let step = (next - alpha).abs();
        alpha = next;
        if step <= f64::EPSILON {
            break;
        }
    }
    alpha
}

/// Minus the slope of Σ pᵅq¹⁻ᵅ at α, and its curvature, up to a common factor.
///
/// Where P and Q overlap well, the slope is taken cell by cell from that of αp + (1 − α)q, which
/// sums to 0: what is left is of second order in ln(p/q), as the slope is, and nothing cancels.
/// Elsewhere the addends span so many orders of magnitude that they are taken by their logarithm.
fn descent(cells: &[Cell], alpha: f64, near: bool) -> [f64; 2] {
    let (mut slope, mut curvature) = (Sum::default(), Sum::default());
    let largest = if near { 0.0 } else { ln_largest(cells, alpha) };
    for cell in cells {
        let x = cell.ln_ratio;
        let absent = cell.p == 0.0 || cell.q == 0.0;
        let addend = if absent {
            0.0
        } else {
            (ln_addend(cell, alpha) - largest).exp()
        };
        let first = if absent { 0.0 } else { addend * x };
        slope.add(if !near {
            -first
        } else if x.abs() <= 1.0 {
            cell.q * (exp_above_tangent(x) - x * (alpha * x).exp_m1())
        } else {
            (cell.p - cell.q) - first
        });
        curvature.add(if absent { 0.0 } else { first * x });
    }
    [slope.total(), curvature.total()]
}
