//! Nearest neighbours in a sample of points: what is asked of the tree.

use rayon::prelude::*;

use super::Points;
use super::tree::Tree;
use crate::numeric::Sum;

/// How far apart two points are, axis by axis.
pub(super) trait Norm: Send + Sync + 'static {
    /// The distance over some axes and one more, on which points are `gap` apart.
    fn extend(distance: f64, gap: f64) -> f64;

    /// The distance once the gap on one axis has grown.
    fn grown(distance: f64, before: f64, gap: f64) -> f64;

    /// The distance between two points.
    fn distance(a: &[f64], b: &[f64]) -> f64 {
        let gaps = a.iter().zip(b).map(|(x, y)| x - y);
        gaps.fold(0.0, Self::extend)
    }
}

/// The square of the Euclidean distance.
pub(super) struct SquaredEuclidean;

impl Norm for SquaredEuclidean {
    fn extend(distance: f64, gap: f64) -> f64 {
        distance + gap * gap
    }

    fn grown(distance: f64, before: f64, gap: f64) -> f64 {
        // The bound on a branch must not exceed the distance to a point of it, which rounds
        // otherwise: each of the tree's levels may add an ulp.
        (distance + (gap * gap - before * before)) * (1.0 - 1e-14)
    }
}

/// The largest difference of coordinates.
pub(super) struct Largest;

impl Norm for Largest {
    fn extend(distance: f64, gap: f64) -> f64 {
        distance.max(gap.abs())
    }

    fn grown(distance: f64, _before: f64, gap: f64) -> f64 {
        distance.max(gap.abs())
    }
}

/// How far the nearest points reach.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Reach {
    /// The distance to the last of them.
    pub(super) radius: f64,
    /// How many points lie within it: more than asked for where several are as far as the last.
    pub(super) points: usize,
}

/// A sample of points that can be searched.
pub(super) struct Neighbours {
    tree: Box<dyn Search>,
}

impl Neighbours {
    pub(super) fn of<N: Norm>(points: &Points) -> Neighbours {
        // The compiler unrolls what it knows the number of columns of.
        macro_rules! tree {
            ($($columns:literal)*) => {
                match points.columns() {
                    $($columns => Box::new(Tree::<$columns, N>::of(points)) as Box<dyn Search>,)*
                    columns => unreachable!("points of {columns} columns"),
                }
            };
        }
        let tree = tree!(1 2 3 4 5 6 7 8 9 10);
        Neighbours { tree }
    }

    /// How far the `count` points nearest to a place reach. The sample has that many.
    pub(super) fn reach(&self, place: &[f64], count: usize) -> Reach {
        self.tree.reach(place, count)
    }

    /// How many points are no farther than `radius`.
    pub(super) fn count_within(&self, place: &[f64], radius: f64) -> usize {
        self.tree.count_within(place, radius)
    }

    /// Shows each distinct point no farther than `radius`, and how many copies there are of it.
    pub(super) fn within(&self, place: &[f64], radius: f64, mut see: impl FnMut(&[f64], usize)) {
        self.tree.within(place, radius, &mut see);
    }

    /// Σ over the points of a term that depends on their place alone.
    ///
    /// Terms are computed on all cores and added in the order of the tree, so the sum depends
    /// neither on the cores nor on the order of the rows.
    pub(super) fn sum(&self, term: impl Fn(&[f64]) -> f64 + Sync) -> f64 {
        let terms: Vec<f64> = (0..self.tree.slots())
            .into_par_iter()
            .map(|slot| match self.tree.slot(slot) {
                (_, 0) => 0.0,
                (place, copies) => copies as f64 * term(place),
            })
            .collect();
        terms.into_iter().collect::<Sum>().total()
    }
}

/// A tree whose number of columns is not known.
pub(super) trait Search: Send + Sync {
    /// How many slots there are for points.
    fn slots(&self) -> usize;
    /// A point and how many copies there are of it: none in a slot that is not used.
    fn slot(&self, slot: usize) -> (&[f64], usize);
    fn reach(&self, place: &[f64], count: usize) -> Reach;
    fn count_within(&self, place: &[f64], radius: f64) -> usize;
    fn within(&self, place: &[f64], radius: f64, see: &mut dyn FnMut(&[f64], usize));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::Random;

    fn holds<N: Norm>(rows: &[Vec<f64>]) {
        let points = Points::new(rows).unwrap();
        let neighbours = Neighbours::of::<N>(&points);
        for place in points.rows() {
            let mut all: Vec<f64> = points.rows().map(|row| N::distance(place, row)).collect();
            all.sort_unstable_by(f64::total_cmp);
            let within = |radius: f64| all.iter().filter(|&&d| d <= radius).count();
            for count in [1, 2, 7, 20] {
                let radius = all[count - 1];
                let points = within(radius);
                assert_eq!(neighbours.reach(place, count), Reach { radius, points });
            }
            for radius in [0.0, all[1], all[40]] {
                assert_eq!(neighbours.count_within(place, radius), within(radius));
                let mut seen = 0;
                neighbours.within(place, radius, |row, copies| {
                    assert!(N::distance(place, row) <= radius);
                    seen += copies;
                });
                assert_eq!(seen, within(radius));
            }
        }
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
            holds::<SquaredEuclidean>(&rows);
            holds::<Largest>(&rows);
        }
    }

    #[test]
    fn copies_are_one_point_wherever_they_stand() {
        // Half of the rows are one point; on the first axis three values are nearly all.
        let row = |i: usize| match i % 4 {
            0 | 1 => vec![1.0, 1.0],
            2 => vec![1.0, i as f64],
            _ => vec![(i % 8) as f64, -1.0],
        };
        let rows: Vec<Vec<f64>> = (0..400).map(row).collect();
        holds::<SquaredEuclidean>(&rows);
        holds::<Largest>(&rows);
        holds::<Largest>(&vec![vec![0.5; 3]; 300]);
    }

    #[test]
    #[allow(clippy::float_cmp, reason = "the order of addition is the same")]
    fn sums_do_not_depend_on_the_order_of_the_rows() {
        let mut random = Random::seeded(5);
        let mut rows: Vec<[f64; 2]> = (0..20_000)
            .map(|_| [random.normal(), (random.normal() * 9.0).round()])
            .collect();
        let sum = |rows: &[[f64; 2]]| {
            let neighbours = Neighbours::of::<SquaredEuclidean>(&Points::new(rows).unwrap());
            neighbours.sum(|place| neighbours.reach(place, 3).radius + place[0])
        };
        let before = sum(&rows);
        random.shuffle(&mut rows);
        assert_eq!(before, sum(&rows));
    }
}
