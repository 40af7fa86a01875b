//! The k-d tree itself (Bentley 1975; Friedman, Bentley & Finkel 1977).
//!
//! Every split separates values, never copies of one, so equal points end in one leaf and stand
//! there once, with their number. The tree and the order of its points thus depend on the sample
//! alone, not on the order of its rows, and any number of points may be equal.

use super::Points;
use super::neighbours::{Norm, Reach, Search};
use super::points::total_order;

pub(super) struct Tree<const D: usize, N> {
    /// Leaf after leaf. In each, distinct points in ascending order, then slots that are not used.
    points: Vec<[f64; D]>,
    /// How many copies there are of each point; 0 for a slot that is not used.
    copies: Vec<usize>,
    nodes: Vec<Node>,
    norm: std::marker::PhantomData<N>,
}

/// A branch is a node, and the two branches of a split follow it.
enum Node {
    Leaf {
        /// Slots of its distinct points.
        start: usize,
        end: usize,
    },
    Split {
        axis: u8,
        /// Coordinates on the axis lie below this in the first branch, at it or above in the
        /// second.
        at: f64,
        /// How many nodes the first branch has.
        below: usize,
    },
}

/// Distinct points in a leaf, at the most.
const LEAF: usize = 16;

/// Branches with fewer points are not worth another thread.
const ALONE: usize = 4096;

impl<const D: usize, N: Norm> Tree<D, N> {
    pub(super) fn of(points: &Points) -> Tree<D, N> {
        let mut points: Vec<[f64; D]> = points.rows().map(array).collect();
        let mut copies = vec![0; points.len()];
        let nodes = Node::over(&mut points, &mut copies, 0);
        let norm = std::marker::PhantomData;
        Tree {
            points,
            copies,
            nodes,
            norm,
        }
    }

    /// Meets the points of every leaf that may be as near as `radius`, which may shrink meanwhile.
    fn search<S>(
        &self,
        place: &[f64; D],
        seen: &mut S,
        radius: impl Fn(&S) -> f64 + Copy,
        meet: impl Fn(&mut S, f64, usize) + Copy,
    ) {
        let (nodes, gaps) = (&self.nodes, &mut [0.0; D]);
        self.branch(nodes, place, gaps, 0.0, seen, radius, meet);
    }

    /// As [`Tree::search`], in a branch whose points are at least `gaps` away on each axis, and
    /// `bound` in all.
    #[allow(
        clippy::too_many_arguments,
        reason = "what changes from node to node, and what does not"
    )]
    fn branch<S>(
        &self,
        nodes: &[Node],
        place: &[f64; D],
        gaps: &mut [f64; D],
        bound: f64,
        seen: &mut S,
        radius: impl Fn(&S) -> f64 + Copy,
        meet: impl Fn(&mut S, f64, usize) + Copy,
    ) {
        match nodes {
            [] => {}
            &[Node::Leaf { start, end }, ..] => {
                for (i, point) in self.points[start..end].iter().enumerate() {
                    let distance = N::distance(place, point);
                    if distance <= radius(seen) {
                        meet(seen, distance, start + i);
                    }
                }
            }
            [Node::Split { axis, at, below }, rest @ ..] => {
                let axis = usize::from(*axis);
                let (below, above) = rest.split_at(*below);
                let gap = place[axis] - at;
                let (near, far) = if gap < 0.0 {
                    (below, above)
                } else {
                    (above, below)
                };
                self.branch(near, place, gaps, bound, seen, radius, meet);
                let before = gaps[axis];
                let bound = N::grown(bound, before, gap);
                if bound <= radius(seen) {
                    gaps[axis] = gap;
                    self.branch(far, place, gaps, bound, seen, radius, meet);
                    gaps[axis] = before;
                }
            }
        }
    }
}

impl<const D: usize, N: Norm> Search for Tree<D, N> {
    fn slots(&self) -> usize {
        self.points.len()
    }

    fn slot(&self, slot: usize) -> (&[f64], usize) {
        (&self.points[slot], self.copies[slot])
    }

    fn reach(&self, place: &[f64], count: usize) -> Reach {
        let (mut few, mut many);
        let distances = if count <= 8 {
            few = [f64::INFINITY; 8];
            &mut few[..count]
        } else {
            many = vec![f64::INFINITY; count];
            &mut many[..]
        };
        let mut nearest = Nearest {
            distances,
            beyond: 0,
        };
        self.search(
            &array(place),
            &mut nearest,
            |nearest| nearest.last(),
            |nearest, distance, slot| nearest.meet(distance, self.copies[slot]),
        );
        Reach {
            radius: nearest.last(),
            points: count + nearest.beyond,
        }
    }

    fn count_within(&self, place: &[f64], radius: f64) -> usize {
        let mut count = 0;
        self.search(
            &array(place),
            &mut count,
            |_| radius,
            |count, _, slot| *count += self.copies[slot],
        );
        count
    }

    fn within(&self, place: &[f64], radius: f64, mut see: &mut dyn FnMut(&[f64], usize)) {
        self.search(
            &array(place),
            &mut see,
            |_| radius,
            |see, _, slot| see(&self.points[slot], self.copies[slot]),
        );
    }
}

impl Node {
    /// The branch of some points, which it sorts into leaves, the first of them in slot `start`.
    fn over<const D: usize>(
        points: &mut [[f64; D]],
        copies: &mut [usize],
        start: usize,
    ) -> Vec<Node> {
        let bounds = |axis: usize| {
            let values = points.iter().map(|point| point[axis]);
            values.fold([f64::INFINITY, f64::NEG_INFINITY], |[low, high], x| {
                [low.min(x), high.max(x)]
            })
        };
        let bounds: [[f64; 2]; D] = std::array::from_fn(bounds);
        let width = |axis: &usize| bounds[*axis][1] - bounds[*axis][0];
        let widest = (0..D).rev().max_by(|a, b| width(a).total_cmp(&width(b)));
        let axis = widest.unwrap_or(0);
        if points.len() <= LEAF || width(&axis) == 0.0 {
            let end = start + gather(points, copies);
            return vec![Node::Leaf { start, end }];
        }
        let (at, middle) = split(points, axis, bounds[axis][0]);
        let (low, high) = points.split_at_mut(middle);
        let (low_copies, high_copies) = copies.split_at_mut(middle);
        let alone = low.len().min(high.len()) < ALONE;
        let mut below = || Node::over(low, low_copies, start);
        let mut above = || Node::over(high, high_copies, start + middle);
        let (below, above) = if alone {
            (below(), above())
        } else {
            rayon::join(below, above)
        };
        let mut nodes = Vec::with_capacity(1 + below.len() + above.len());
        nodes.push(Node::Split {
            axis: axis as u8, // at most ten
            at,
            below: below.len(),
        });
        nodes.extend(below);
        nodes.extend(above);
        nodes
    }
}

/// A value above the least on an axis, near the median, and how many points lie below it: they
/// come first.
fn split<const D: usize>(points: &mut [[f64; D]], axis: usize, least: f64) -> (f64, usize) {
    let middle = points.len() / 2;
    let (_, median, above) =
        points.select_nth_unstable_by(middle, |a, b| a[axis].total_cmp(&b[axis]));
    let mut at = median[axis];
    if at <= least {
        // At least half have the least value, and at least one point lies above it.
        let values = above.iter().map(|point| point[axis]);
        at = values.filter(|&x| x > least).fold(f64::INFINITY, f64::min);
    }
    let mut below = 0;
    for i in 0..points.len() {
        if points[i][axis] < at {
            points.swap(i, below);
            below += 1;
        }
    }
    (at, below)
}

/// Puts each distinct point once at the front, in ascending order, with its number of copies, and
/// counts them.
fn gather<const D: usize>(points: &mut [[f64; D]], copies: &mut [usize]) -> usize {
    points.sort_unstable_by(|a, b| total_order(a, b));
    let mut distinct = 0;
    for i in 0..points.len() {
        if distinct == 0 || total_order(&points[distinct - 1], &points[i]).is_ne() {
            points[distinct] = points[i];
            distinct += 1;
        }
        copies[distinct - 1] += 1;
    }
    distinct
}

/// The distances to the nearest points met so far, ascending, ∞ for those not met yet.
struct Nearest<'a> {
    distances: &'a mut [f64],
    /// How many points beyond these are exactly as far as the last of them.
    beyond: usize,
}

impl Nearest<'_> {
    fn last(&self) -> f64 {
        self.distances[self.distances.len() - 1]
    }

    /// Copies of a point that is no farther than the last.
    fn meet(&mut self, distance: f64, copies: usize) {
        for met in 0..copies {
            let last = self.last();
            if distance >= last {
                self.beyond += copies - met;
                return;
            }
            let mut at = self.distances.len() - 1;
            while at > 0 && self.distances[at - 1] > distance {
                self.distances[at] = self.distances[at - 1];
                at -= 1;
            }
            self.distances[at] = distance;
            // The one that gave way is as far as the last, or farther.
            self.beyond = if self.last() < last {
                0
            } else {
                self.beyond + 1
            };
        }
    }
}

fn array<const D: usize>(place: &[f64]) -> [f64; D] {
    std::array::from_fn(|axis| place[axis])
}
