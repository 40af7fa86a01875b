//! What a sum over cells reads when both samples come from one distribution.
//!
//! Given the pooled counts t, and with π = n/(n + m), the rows of P among the t of a cell are then
//! hypergeometric: binomial(t, π) but for the constraint that they sum to n. The moments below are
//! exact sums over that binomial for cells with few rows, where asymptotic formulas fail, and
//! the constraint enters as it does for squares of normal variables, by the factor 1 − t/(n + m).

use super::{TwoSamples, chi_squared};
use crate::numeric::Sum;

/// Cells with at least this many rows expected on either side are taken as normal.
const DENSE: f64 = 60.0;

/// Mean and variance of a statistic.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Moments {
    pub(super) mean: f64,
    pub(super) variance: f64,
}

/// Moments of one cell's part, with its covariance with the cell's rows of P, and the chance that
/// the part is infinite; the moments are those given that it is not.
struct CellMoments {
    mean: f64,
    variance: f64,
    covariance: f64,
    infinite: f64,
}

impl CellMoments {
    /// By summation over binomial(t, π), outwards from the mode.
    fn exact(t: f64, pi: f64, term: impl Fn(f64, f64) -> f64) -> CellMoments {
        let odds = pi / (1.0 - pi);
        let mode = ((t + 1.0) * pi).floor().min(t);
        let mut sums = [0.0; 5];
        let mut infinite = 0.0;
        let mut add = |a: f64, weight: f64| {
            let value = term(a, t - a);
            if value.is_finite() {
                let products = [1.0, a, value, value * value, value * a];
                sums.iter_mut()
                    .zip(products)
                    .for_each(|(sum, product)| *sum += weight * product);
            } else {
                infinite += weight;
            }
        };
        add(mode, 1.0);
        let (mut a, mut weight) = (mode, 1.0);
        while a < t && weight > 1e-13 {
            weight *= (t - a) / (a + 1.0) * odds;
            a += 1.0;
            add(a, weight);
        }
        let (mut a, mut weight) = (mode, 1.0);
        while a > 0.0 && weight > 1e-13 {
            weight *= a / (t - a + 1.0) / odds;
            a -= 1.0;
            add(a, weight);
        }
        let [mass, a, mean, square, product] = sums;
        if mass == 0.0 {
            return CellMoments {
                mean: 0.0,
                variance: 0.0,
                covariance: 0.0,
                infinite: 1.0,
            };
        }
        let [a, mean] = [a, mean].map(|sum| sum / mass);
        CellMoments {
            mean,
            variance: (square / mass - mean * mean).max(0.0),
            covariance: product / mass - mean * a,
            infinite: infinite / (mass + infinite),
        }
    }
}

/// A statistic's moments under "nothing has changed", and how likely it is to be infinite.
pub(super) struct Null {
    /// The moments, given that no part is infinite.
    pub(super) moments: Moments,
    /// The chance that some part is infinite.
    pub(super) infinite: f64,
}

/// What the constraint does to a statistic's mean.
#[derive(Clone, Copy)]
pub(super) enum Mean {
    /// What it does to squares: the plug-in and G.
    OfSquares,
    /// Nothing: an estimator without bias where cells have many rows.
    Unconstrained,
}

/// Moments of a cell's part when nothing has changed, by its pooled count.
struct Cells<F> {
    pi: f64,
    term: F,
    /// The mean of the part in a cell with ever more rows, where it is that times χ²₁.
    unit: f64,
    kind: Mean,
    /// The smallest count that is not summed over, and the moments there.
    dense: (f64, CellMoments),
}

impl<F: Fn(f64, f64) -> f64> Cells<F> {
    fn new(samples: &TwoSamples, unit: f64, kind: Mean, term: F) -> Cells<F> {
        let [n, m] = samples.n_m();
        let pi = n / (n + m);
        let from = (DENSE / pi.min(1.0 - pi)).ceil();
        Cells {
            dense: (from, CellMoments::exact(from, pi, &term)),
            pi,
            term,
            unit,
            kind,
        }
    }

    /// Exact below [`DENSE`]; above it what is left of the way to χ²₁ falls as 1/t.
    fn at(&self, t: f64) -> CellMoments {
        let (from, edge) = &self.dense;
        if t < *from {
            return CellMoments::exact(t, self.pi, &self.term);
        }
        let beyond = |limit: f64, edge: f64| limit + (edge - limit) * from / t;
        CellMoments {
            mean: match self.kind {
                Mean::OfSquares => beyond(self.unit, edge.mean),
                Mean::Unconstrained => 0.0,
            },
            variance: beyond(2.0 * self.unit * self.unit, edge.variance),
            covariance: 0.0,
            infinite: 0.0,
        }
    }
}

/// The null moments of Σ `term`(x, y), where `term` is of second order at x/n = y/m, and in a cell
/// with many rows `unit`·χ²₁ but for its mean.
pub(super) fn null(
    samples: &TwoSamples,
    unit: f64,
    kind: Mean,
    term: impl Fn(f64, f64) -> f64,
) -> Null {
    let [n, m] = samples.n_m();
    let rows = n + m;
    let cells = Cells::new(samples, unit, kind, term);
    let [mut mean, mut variance, mut covariance] = [Sum::default(); 3];
    let mut ln_finite = 0.0;
    for &(t, outcomes) in samples.pooled() {
        let (t, outcomes) = (t as f64, outcomes as f64);
        let cell = cells.at(t);
        let free = outcomes * (1.0 - t / rows);
        mean.add(match kind {
            Mean::OfSquares => free * cell.mean,
            Mean::Unconstrained => outcomes * cell.mean,
        });
        variance.add(free * cell.variance);
        covariance.add(outcomes * cell.covariance);
        ln_finite += outcomes * (-cell.infinite).ln_1p();
    }
    // The rows of P sum to n: what moves with them does not vary.
    let tied = covariance.total().powi(2) * rows / (n * m);
    Null {
        moments: Moments {
            mean: mean.total(),
            variance: (variance.total() - tied).max(0.0),
        },
        infinite: -f64::exp_m1(ln_finite),
    }
}

/// The mean of `term` when nothing has changed in a cell of each pooled count, without the
/// constraint.
pub(super) fn cell_means(
    samples: &TwoSamples,
    unit: f64,
    kind: Mean,
    term: impl Fn(f64, f64) -> f64,
) -> impl Fn(u64) -> f64 {
    let cells = Cells::new(samples, unit, kind, term);
    let pooled = samples.pooled().iter();
    let means: Vec<(u64, f64)> = pooled.map(|&(t, _)| (t, cells.at(t as f64).mean)).collect();
    move |t| match means.binary_search_by_key(&t, |&(t, _)| t) {
        Ok(at) => means[at].1,
        Err(_) => 0.0,
    }
}

/// A χ² variable times a constant, with given moments. Source: Satterthwaite 1946.
#[derive(Clone, Copy, Debug)]
pub(super) struct ScaledChiSquared {
    scale: f64,
    degrees: f64,
}

impl ScaledChiSquared {
    /// With a mean and a variance above 0.
    pub(super) fn new(moments: Moments) -> ScaledChiSquared {
        let scale = moments.variance / (2.0 * moments.mean);
        ScaledChiSquared {
            scale,
            degrees: moments.mean / scale,
        }
    }

    pub(super) fn quantile(self, at: f64) -> f64 {
        self.scale * chi_squared::quantile(self.degrees, at)
    }

    pub(super) fn ln_survival(self, x: f64) -> f64 {
        chi_squared::ln_survival(self.degrees, x / self.scale)
    }
}
