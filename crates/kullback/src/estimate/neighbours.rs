//! Nearest neighbours in a sample of points.

use kdtree::KdTree;

use super::points::squared_distance;
use super::{Error, Points};

/// How far apart two points are.
#[derive(Clone, Copy)]
pub(super) enum Norm {
    /// The square of the Euclidean distance.
    SquaredEuclidean,
    /// The largest difference of coordinates.
    Largest,
}

impl Norm {
    pub(super) fn distance(self, a: &[f64], b: &[f64]) -> f64 {
        match self {
            Norm::SquaredEuclidean => squared_distance(a, b),
            Norm::Largest => {
                let gaps = a.iter().zip(b).map(|(x, y)| (x - y).abs());
                gaps.fold(0.0, f64::max)
            }
        }
    }
}

/// A k-d tree over a sample. Equal distances compare equal, and any number of points may be equal.
pub(super) struct Neighbours<'a> {
    tree: KdTree<f64, usize, &'a [f64]>,
    norm: Norm,
}

/// Points in a leaf of the tree.
const LEAF: usize = 16;

impl<'a> Neighbours<'a> {
    pub(super) fn of(points: &'a Points, norm: Norm) -> Result<Neighbours<'a>, Error> {
        let mut tree = KdTree::with_capacity(points.columns(), LEAF);
        for (number, row) in points.rows().enumerate() {
            tree.add(row, number).map_err(refused)?;
        }
        Ok(Neighbours { tree, norm })
    }

    /// The distances to the `count` nearest points, ascending; all of them if there are fewer.
    pub(super) fn nearest(&self, point: &[f64], count: usize) -> Result<Vec<f64>, Error> {
        let distance = |a: &[f64], b: &[f64]| self.norm.distance(a, b);
        let found = self.tree.nearest(point, count, &distance);
        let found = found.map_err(refused)?;
        Ok(found.into_iter().map(|(distance, _)| distance).collect())
    }

    /// The numbers of all points no farther than `radius`, in no order.
    pub(super) fn within(&self, point: &[f64], radius: f64) -> Result<Vec<usize>, Error> {
        let distance = |a: &[f64], b: &[f64]| self.norm.distance(a, b);
        let found = self.tree.within(point, radius, &distance);
        let found = found.map_err(refused)?;
        Ok(found.into_iter().map(|(_, &number)| number).collect())
    }

    /// How many points are no farther than `radius`.
    pub(super) fn count_within(&self, point: &[f64], radius: f64) -> Result<usize, Error> {
        let distance = |a: &[f64], b: &[f64]| self.norm.distance(a, b);
        let found = self.tree.within_count(point, radius, &distance);
        found.map_err(refused)
    }
}

/// The tree checks again what [`Points`] has checked.
fn refused(error: kdtree::ErrorKind) -> Error {
    Error::Search {
        reason: error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;

    /// Every pair of points, measured and sorted.
    fn naive(points: &Points, point: &[f64], norm: Norm) -> Vec<f64> {
        let mut distances: Vec<f64> = points.rows().map(|row| norm.distance(row, point)).collect();
        distances.sort_unstable_by(f64::total_cmp);
        distances
    }

    #[test]
    fn finds_what_a_search_of_all_pairs_finds() {
        let mut random = Random::seeded(2);
        for columns in 1..=10 {
            // Half of the points on a coarse grid, so that many are equal or equally far.
            let rows: Vec<Vec<f64>> = (0..150)
                .map(|i| {
                    let x = |_| random.normal() * 3.0;
                    let row = (0..columns).map(x);
                    let coarse = |x: f64| if i % 2 == 0 { x.round() } else { x };
                    row.map(coarse).collect()
                })
                .collect();
            let points = Points::new(&rows).unwrap();
            for norm in [Norm::SquaredEuclidean, Norm::Largest] {
                let neighbours = Neighbours::of(&points, norm).unwrap();
                for point in points.rows() {
                    let all = naive(&points, point, norm);
                    assert_eq!(neighbours.nearest(point, 7).unwrap(), all[..7]);
                    for radius in [0.0, all[1], all[40]] {
                        let count = all.iter().filter(|&&d| d <= radius).count();
                        assert_eq!(neighbours.count_within(point, radius).unwrap(), count);
                        assert_eq!(neighbours.within(point, radius).unwrap().len(), count);
                    }
                }
            }
        }
    }
}
