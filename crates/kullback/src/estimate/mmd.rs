//! Maximum mean discrepancy: whether two samples of points come from one distribution.

use super::neighbours::{Norm, SquaredEuclidean};
use super::{Error, Points, WeightedPoints};
use crate::numeric::Sum;
use crate::random::Random;

/// A maximum mean discrepancy, with the p-value of a permutation test.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Mmd {
    /// The unbiased estimate of MMD², a pure number; negative half the time where P = Q.
    pub squared: f64,
    /// The share of permutations, the data themselves counted as one, with a value as large:
    /// (b + 1)/(permutations + 1), so never 0.
    pub p_value: f64,
    /// The kernel's width σ: the median distance between two points of the pooled sample.
    pub bandwidth: f64,
}

/// The squared maximum mean discrepancy between two samples of points, with a permutation test.
///
/// ```text
/// MMD² = Σ_{i≠j} k(xᵢ, xⱼ)/(n(n − 1)) + Σ_{i≠j} k(yᵢ, yⱼ)/(m(m − 1)) − 2 Σ k(xᵢ, yⱼ)/(nm),
/// k(x, y) = exp(−‖x − y‖²/2σ²)
/// ```
///
/// - *σ*: the median of the distances between all pairs of the pooled sample (the lower of the two
///   middle ones). Where that is 0, because most points are equal, the smallest distance above 0;
///   where all points are equal there is nothing to tell apart: MMD² is 0 and the p-value 1.
/// - *Test*: points change sides in `permutations` random ways, the first of xoshiro256++ with the
///   seed. The p-value is (b + 1)/(permutations + 1), with b the ways that give a value at least as
///   large, up to rounding. The bandwidth is the same for all, as the pooled sample is.
/// - *Range*: MMD² lies between about −1/min(n, m) and 2.
/// - *Cost*: time and memory (8 bytes each) grow with (n + m)², time with permutations too.
/// - *Scale*: columns weigh by their spread; bring them to a common scale first.
/// - *Source*: Gretton, Borgwardt, Rasch, Schölkopf & Smola 2012; Phipson & Smyth 2010 (p-value).
///
/// # Errors
/// [`Error::TooFewPoints`] below two points a side, [`Error::ColumnMismatch`],
/// [`Error::TooFewDraws`] below 19 permutations, which could not reach 5 %.
///
/// ```
/// use kullback::estimate::{Points, mmd};
///
/// let line = |from: f64| -> Vec<f64> { (0..40).map(|i| from + 0.05 * f64::from(i)).collect() };
/// let (p, q) = (Points::line(&line(0.0))?, Points::line(&line(1.0))?);
/// let apart = mmd(&p, &q, 199, 7)?;
/// assert!(apart.squared > 0.1 && apart.p_value == 1.0 / 200.0);
/// # Ok::<(), kullback::estimate::Error>(())
/// ```
pub fn mmd(p: &Points, q: &Points, permutations: usize, seed: u64) -> Result<Mmd, Error> {
    let weights = vec![1.0; p.len() + q.len()];
    test([p, q], &weights, permutations, seed)
}

/// The squared maximum mean discrepancy between two weighted samples of points, with a permutation
/// test.
///
/// As [`mmd()`], with means over pairs of points weighted by wᵢwⱼ:
///
/// ```text
/// MMD² = Σ_{i≠j} wᵢwⱼ k(xᵢ, xⱼ)/Σ_{i≠j} wᵢwⱼ + … − 2 Σ vᵢwⱼ k(xᵢ, yⱼ)/Σ vᵢwⱼ
/// ```
///
/// - *Weights*: only the ratios within a side matter. The bandwidth is the median distance of the
///   points whatever they weigh.
/// - *Test*: points change sides with their weights. That is exact where, if P = Q, a point of
///   either side could have had the weight of any other: both samples are weighted by one rule.
///   Where only one side is weighted, or by another rule, the p-value is a guide, not a level.
/// - *Source*: Huang, Smola, Gretton, Borgwardt & Schölkopf 2007 for weighted mean embeddings.
///
/// # Errors
/// Those of [`mmd()`].
///
/// ```
/// use kullback::estimate::{Points, WeightedPoints, mmd_weighted};
///
/// let points = Points::line(&(0..40).map(f64::from).collect::<Vec<_>>())?;
/// let rising: Vec<f64> = (0..40).map(f64::from).collect();
/// let falling: Vec<f64> = rising.iter().rev().copied().collect();
/// let p = WeightedPoints::new(&points, &rising)?;
/// let q = WeightedPoints::new(&points, &falling)?;
/// assert!(mmd_weighted(&p, &q, 99, 7)?.squared > 0.05);
/// assert!(mmd_weighted(&p, &p, 99, 7)?.squared < 0.01);
/// # Ok::<(), kullback::estimate::Error>(())
/// ```
pub fn mmd_weighted(
    p: &WeightedPoints,
    q: &WeightedPoints,
    permutations: usize,
    seed: u64,
) -> Result<Mmd, Error> {
    let weights = [p.weights(), q.weights()].concat();
    test([p.points(), q.points()], &weights, permutations, seed)
}

fn test(
    [p, q]: [&Points; 2],
    weights: &[f64],
    permutations: usize,
    seed: u64,
) -> Result<Mmd, Error> {
    p.match_columns(q)?;
    p.need(2)?;
    q.need(2)?;
    if permutations < 19 {
        return Err(Error::TooFewDraws {
            draws: permutations,
            needs: 19,
        });
    }
    let pooled: Vec<&[f64]> = p.rows().chain(q.rows()).collect();
    let mut kernel = Kernel::squared_distances(&pooled);
    let Some(variance) = kernel.typical() else {
        return Ok(Mmd {
            squared: 0.0,
            p_value: 1.0,
            bandwidth: 0.0,
        });
    };
    kernel.make_gaussian(variance, weights);
    let n = p.len();
    let mut order: Vec<usize> = (0..pooled.len()).collect();
    let squared = kernel.discrepancy(&order, weights, n);
    let mut random = Random::seeded(seed);
    let mut as_large = 0usize;
    for _ in 0..permutations {
        random.shuffle(&mut order);
        as_large += usize::from(kernel.discrepancy(&order, weights, n) >= squared - ROUNDING);
    }
    Ok(Mmd {
        squared,
        p_value: (as_large + 1) as f64 / (permutations + 1) as f64,
        bandwidth: variance.sqrt(),
    })
}

/// The same split in another order may differ by this much.
const ROUNDING: f64 = 1e-12;

/// A symmetric matrix over all points, row after row.
struct Kernel {
    entries: Vec<f64>,
    points: usize,
}

impl Kernel {
    fn squared_distances(points: &[&[f64]]) -> Kernel {
        let row = |a: &&[f64]| {
            points
                .iter()
                .map(|b| SquaredEuclidean::distance(a, b))
                .collect::<Vec<_>>()
        };
        Kernel {
            entries: points.iter().flat_map(row).collect(),
            points: points.len(),
        }
    }

    /// The median of the squared distances between pairs, or the least above 0; `None` if all
    /// are 0.
    fn typical(&self) -> Option<f64> {
        let above = |i: usize| &self.entries[i * self.points + i + 1..(i + 1) * self.points];
        let mut pairs: Vec<f64> = (0..self.points).flat_map(above).copied().collect();
        let middle = (pairs.len() - 1) / 2;
        let (_, &mut median, above) = pairs.select_nth_unstable_by(middle, f64::total_cmp);
        if median > 0.0 {
            return Some(median);
        }
        let positive = above.iter().copied().filter(|&x| x > 0.0);
        positive.min_by(f64::total_cmp)
    }

    /// Each entry becomes the kernel's value times both weights, but 0 on the diagonal.
    fn make_gaussian(&mut self, variance: f64, weights: &[f64]) {
        for (i, row) in self.entries.chunks_exact_mut(self.points).enumerate() {
            for (entry, weight) in row.iter_mut().zip(weights) {
                *entry = weights[i] * weight * (*entry / (-2.0 * variance)).exp();
            }
            row[i] = 0.0;
        }
    }

    /// MMD² with the first `n` of the order on one side.
    fn discrepancy(&self, order: &[usize], weights: &[f64], n: usize) -> f64 {
        let (x, y) = order.split_at(n);
        let weight = |side: &[usize]| side.iter().map(|&i| weights[i]).collect::<Sum>().total();
        let (of_x, of_y) = (weight(x), weight(y));
        let within = |side: &[usize], all: f64| {
            let pairs = side.iter().map(|&i| weights[i] * (all - weights[i]));
            self.total(side, side) / pairs.collect::<Sum>().total()
        };
        within(x, of_x) + within(y, of_y) - 2.0 * self.total(x, y) / (of_x * of_y)
    }

    fn total(&self, rows: &[usize], columns: &[usize]) -> f64 {
        let row_sum = |&i: &usize| -> f64 {
            let row = &self.entries[i * self.points..(i + 1) * self.points];
            columns.iter().map(|&j| row[j]).sum()
        };
        rows.iter().map(row_sum).collect::<Sum>().total()
    }
}
