//! A measure that is a sum over cells, as most of the registry are.

use super::info::Kernel;
use crate::numeric::{Sum, times};
use crate::{Cell, Pair};

/// Below this |ln p/q| a term is integrated from its slope instead of formed by Euler's theorem.
pub(super) const NEAR: f64 = 0.5;

/// D = g(Σ term): an f-divergence, or a transform of one.
///
/// A divergence gives its `slope`. From that come term, value, contributions and gradient, all to
/// full relative accuracy; what else is overridden is overridden for speed or for a link.
pub(crate) trait Separable {
    /// ∂term/∂p and ∂term/∂q at one cell, both 0 where p = q.
    ///
    /// Those of an f-divergence depend on p and q through their ratio only, since its term is
    /// homogeneous of degree 1; where a term is not, override `term`.
    /// They must be accurate relative to their own size near p = q: write `expm1(x)`, not eˣ − 1.
    fn slope(&self, cell: Cell) -> [f64; 2];

    /// What one cell adds to the sum; never negative.
    fn term(&self, cell: Cell) -> f64 {
        if cell.ln_ratio.abs() <= NEAR {
            integrate(|at| self.slope(at)[0], cell)
        } else {
            // Euler's theorem for homogeneous functions. Its two products cancel near p = q.
            let [dp, dq] = self.slope(cell);
            times(cell.p, dp) + times(cell.q, dq)
        }
    }

    /// g and g′ at the sum: the identity, or √ for a distance.
    fn link(&self, sum: f64) -> [f64; 2] {
        [sum, 1.0]
    }

    fn sum(&self, pair: &Pair) -> f64 {
        let terms = pair.cells().iter().map(|&cell| self.term(cell));
        terms.collect::<Sum>().total()
    }
}

impl<T: Separable> Kernel<Pair> for T {
    fn value(&self, pair: &Pair) -> f64 {
        self.link(self.sum(pair))[0]
    }

    fn contributions(&self, pair: &Pair) -> Vec<f64> {
        let terms = pair.cells().iter().map(|&cell| self.term(cell)).collect();
        apportion(terms, |sum| self.link(sum)[0])
    }

    fn gradient(&self, pair: &Pair) -> Vec<[f64; 2]> {
        let [_, outer] = self.link(self.sum(pair));
        let slopes = pair.cells().iter().map(|&cell| self.slope(cell));
        slopes
            .map(|slope| slope.map(|inner| times(outer, inner)))
            .collect()
    }
}

/// Shares a value out among the cells in proportion to their terms.
///
/// Where terms are infinite they *are* the finding, and are returned as they stand.
pub(crate) fn apportion(mut terms: Vec<f64>, value: impl FnOnce(f64) -> f64) -> Vec<f64> {
    let sum = terms.iter().copied().collect::<Sum>().total();
    if sum.is_finite() && sum != 0.0 {
        let factor = value(sum) / sum;
        terms
            .iter_mut()
            .for_each(|term| *term = times(*term, factor));
    }
    terms
}

/// The square-root link of distances.
///
/// Its slope at 0 is infinite while every cell's slope is 0: the gradient of a distance does not
/// exist at P = Q, where 0 is returned.
pub(super) fn root_link(sum: f64) -> [f64; 2] {
    let root = sum.sqrt();
    [root, if sum > 0.0 { 0.5 / root } else { 0.0 }]
}

/// The term as the integral of its slope along the ratio, from p = q, where it is 0:
/// q·∫₀ˣ s(u)·eᵘ du, with x = ln(p/q).
///
/// The slope has one sign along the way, so nothing cancels. Eight Gauss–Legendre nodes are exact
/// to the last place while the integrand grows by less than about e² over the interval.
pub(super) fn integrate(slope: impl Fn(Cell) -> f64, cell: Cell) -> f64 {
    // Half of the symmetric rule on [0, 1]: distance of the node from either end, weight.
    const RULE: [[f64; 2]; 4] = [
        [0.019_855_071_751_231_884, 0.050_614_268_145_188_13],
        [0.101_666_761_293_186_63, 0.111_190_517_226_687_24],
        [0.237_233_795_041_835_5, 0.156_853_322_938_943_64],
        [0.408_282_678_752_175_1, 0.181_341_891_689_181],
    ];
    let integrand = |u: f64| {
        let p = cell.q * u.exp();
        p * slope(Cell {
            p,
            q: cell.q,
            ln_ratio: u,
        })
    };
    let x = cell.ln_ratio;
    let sum: f64 = (RULE.iter())
        .map(|[node, weight]| weight * (integrand(x * node) + integrand(x * (1.0 - node))))
        .sum();
    x * sum
}
