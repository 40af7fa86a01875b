//! Mutual information of pairs of points, by nearest neighbours in the joint space.

use super::knn::need;
use super::neighbours::{Neighbours, Norm};
use super::special::digamma;
use super::{Error, Points};
use crate::numeric::Sum;

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
        near: Neighbours::of(&joint, Norm::Largest)?,
        near_x: Neighbours::of(x, Norm::Largest)?,
        near_y: Neighbours::of(y, Norm::Largest)?,
        x,
        y,
    };
    let mut terms = Sum::default();
    for (i, copies) in joint.distinct() {
        // The pair itself is the nearest.
        let reach = search.near.nearest(joint.row(i), k + 1)?[k];
        let term = match which {
            _ if reach == 0.0 => search.copies(i, joint.row(i))?,
            Ksg::First => digamma(k as f64) - search.nearer(i, reach)?,
            Ksg::Second => search.rectangle(i, joint.row(i), reach)?,
        };
        terms.add(copies as f64 * term);
    }
    let n = joint.len() as f64;
    Ok(digamma(n) + terms.total() / n)
}

struct Search<'a> {
    near: Neighbours<'a>,
    near_x: Neighbours<'a>,
    near_y: Neighbours<'a>,
    x: &'a Points,
    y: &'a Points,
}

impl Search<'_> {
    fn copies(&self, i: usize, pair: &[f64]) -> Result<f64, Error> {
        let copies = self.near.count_within(pair, 0.0)?;
        let of_x = self.near_x.count_within(self.x.row(i), 0.0)?;
        let of_y = self.near_y.count_within(self.y.row(i), 0.0)?;
        Ok(digamma(copies as f64) - digamma(of_x as f64) - digamma(of_y as f64))
    }

    /// ψ(a + 1) + ψ(b + 1), with a and b the other points strictly nearer than `reach`.
    fn nearer(&self, i: usize, reach: f64) -> Result<f64, Error> {
        let below = reach.next_down();
        // The point itself stands for the 1 that is added.
        let a = self.near_x.count_within(self.x.row(i), below)?;
        let b = self.near_y.count_within(self.y.row(i), below)?;
        Ok(digamma(a as f64) + digamma(b as f64))
    }

    fn rectangle(&self, i: usize, pair: &[f64], reach: f64) -> Result<f64, Error> {
        let nearest = self.near.within(pair, reach)?;
        let k = (nearest.len() - 1) as f64;
        let farthest = |points: &Points| {
            let distances = nearest
                .iter()
                .map(|&j| Norm::Largest.distance(points.row(i), points.row(j)));
            distances.fold(0.0, f64::max)
        };
        let a = self.near_x.count_within(self.x.row(i), farthest(self.x))? - 1;
        let b = self.near_y.count_within(self.y.row(i), farthest(self.y))? - 1;
        Ok(digamma(k) - 1.0 / k - digamma(a as f64) - digamma(b as f64))
    }
}
