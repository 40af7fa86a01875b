//! Mutual information of pairs of points, by nearest neighbours in the joint space.

use super::knn::need;
use super::neighbours::{Largest, Neighbours, Norm};
use super::special::digamma;
use super::{Error, Points};

/// Which of Kraskov, Stögbauer and Grassberger's two estimators.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Ksg {
    /// I⁽¹⁾: one distance for both variables. Less spread.
    First,
    /// I⁽²⁾: a distance for each variable. Less bias, and better with many columns.
    Second,
}

/// Mutual information I(X;Y) of the joint distribution behind pairs of points.
///
/// With ε(i) the distance from pair i to its k-th nearest, the larger of the distances in X and
/// in Y (each the largest difference of coordinates):
///
/// ```text
/// I⁽¹⁾ = ψ(k) + ψ(n) − (1/n) Σ [ψ(aᵢ + 1) + ψ(bᵢ + 1)],   aᵢ, bᵢ points nearer than ε(i) in X, in Y
/// I⁽²⁾ = ψ(k) − 1/k + ψ(n) − (1/n) Σ [ψ(aᵢ) + ψ(bᵢ)],     aᵢ, bᵢ points within the k nearest
///                                                          pairs' reach in X, in Y
/// ```
///
/// - *Input*: n pairs, row i of X with row i of Y, together at most
///   [`MOST_COLUMNS`](super::MOST_COLUMNS) columns; 1 ≤ k < n. 3 to 5 is usual. Information does
///   not change with the scale of a column, but the estimate does: bring all to a common spread.
/// - *Unit, range*: nats. May be slightly negative near independence.
/// - *Ties*: no jitter. Where several pairs share the k-th distance, all of them count as the k
///   nearest in I⁽²⁾. Where a pair has k copies, so that ε = 0, its term is that for counts,
///   ψ(copies) + ψ(n) − ψ(copies of x) − ψ(copies of y), the pair itself counted.
/// - *Source*: Kraskov, Stögbauer & Grassberger 2004; Gao, Kannan, Oh & Viswanath 2017 and Zhang &
///   Zheng 2015 for copies.
///
/// # Errors
/// [`Error::NoNeighbours`] for k = 0; [`Error::TooFewPoints`] unless n > k;
/// [`Error::UnpairedPoints`] unless X and Y have as many rows; [`Error::BadColumns`].
///
/// ```
/// use kullback::estimate::{Ksg, Points, mutual_information_of_points};
///
/// # let mut state = 1u64;
/// # let mut uniform = || {
/// #     state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
/// #     (state >> 11) as f64 / (1u64 << 53) as f64
/// # };
/// let x: Vec<f64> = (0..500).map(|_| uniform()).collect();
/// let y: Vec<f64> = (0..500).map(|_| uniform()).collect();
/// let (x, y) = (Points::line(&x)?, Points::line(&y)?);
/// assert!(mutual_information_of_points(&x, &y, 4, Ksg::First)?.abs() < 0.1);
/// assert!(mutual_information_of_points(&x, &x, 4, Ksg::First)? > 3.0);
/// # Ok::<(), kullback::estimate::Error>(())
/// ```
pub fn mutual_information_of_points(
    x: &Points,
    y: &Points,
    k: usize,
    which: Ksg,
) -> Result<f64, Error> {
    if x.len() != y.len() {
        return Err(Error::UnpairedPoints {
            rows: [x.len(), y.len()],
        });
    }
    need(x, k)?;
    let rows: Vec<Vec<f64>> = x
        .rows()
        .zip(y.rows())
        .map(|(x, y)| [x, y].concat())
        .collect();
    let joint = Points::new(&rows)?;
    let search = Search {
        pairs: Neighbours::of::<Largest>(&joint),
        of_x: Neighbours::of::<Largest>(x),
        of_y: Neighbours::of::<Largest>(y),
        columns_of_x: x.columns(),
    };
    let terms = search.pairs.sum(|pair| {
        // The pair itself is the nearest.
        let reach = search.pairs.reach(pair, k + 1).radius;
        match which {
            _ if reach == 0.0 => search.copies(pair),
            Ksg::First => digamma(k as f64) - search.nearer(pair, reach),
            Ksg::Second => search.rectangle(pair, reach),
        }
    });
    let n = joint.len() as f64;
    Ok(digamma(n) + terms / n)
}

struct Search {
    pairs: Neighbours,
    of_x: Neighbours,
    of_y: Neighbours,
    columns_of_x: usize,
}

impl Search {
    /// ψ of how many pairs have the same x and y, less that of x and that of y.
    fn copies(&self, pair: &[f64]) -> f64 {
        let copies = self.pairs.count_within(pair, 0.0);
        digamma(copies as f64) - self.margins(pair, [0.0; 2], 0)
    }

    /// ψ(a + 1) + ψ(b + 1), with a and b the other points strictly nearer than `reach`.
    fn nearer(&self, pair: &[f64], reach: f64) -> f64 {
        // The point itself stands for the 1 that is added.
        self.margins(pair, [reach.next_down(); 2], 0)
    }

    /// ψ(k) − 1/k − ψ(a) − ψ(b), with k the other pairs within `reach`, and a and b the other
    /// points as near in X and in Y as those reach.
    fn rectangle(&self, pair: &[f64], reach: f64) -> f64 {
        let (x, y) = pair.split_at(self.columns_of_x);
        let (mut in_x, mut in_y, mut within) = (0.0, 0.0, 0);
        self.pairs.within(pair, reach, |other, copies| {
            let (other_x, other_y) = other.split_at(self.columns_of_x);
            in_x = Largest::distance(x, other_x).max(in_x);
            in_y = Largest::distance(y, other_y).max(in_y);
            within += copies;
        });
        let k = (within - 1) as f64;
        digamma(k) - 1.0 / k - self.margins(pair, [in_x, in_y], 1)
    }

    /// ψ(a) + ψ(b), with a and b the points within the two radii in X and in Y, less `own`.
    fn margins(&self, pair: &[f64], [in_x, in_y]: [f64; 2], own: usize) -> f64 {
        let (x, y) = pair.split_at(self.columns_of_x);
        let a = self.of_x.count_within(x, in_x) - own;
        let b = self.of_y.count_within(y, in_y) - own;
        digamma(a as f64) + digamma(b as f64)
    }
}
