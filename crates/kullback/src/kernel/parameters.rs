//! Sums over a block of two lists of parameters in one pass, on the widest vectors that the
//! machine has.
//!
//! No multiply-add is fused and the order of the additions is fixed by [`LANES`], so that every
//! machine gives the same bytes.

use super::{Pass, dispatch};

/// How many parameters advance together: one of the widest vectors.
const LANES: usize = 8;

/// The longest block: both sides of it stay in the first-level cache for the second look. A lane
/// then adds 128 terms plainly.
pub(crate) const BLOCK: usize = 128 * LANES;

/// What one block adds up to.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Sums {
    /// Σ|a − b|.
    pub(crate) l1: f64,
    /// Σ(a − b)².
    pub(crate) squares: f64,
    /// max |a − b|.
    pub(crate) largest: f64,
    /// Σ a·b.
    pub(crate) dot: f64,
    /// How often a ≠ b.
    pub(crate) changed: u64,
    /// Of a and of b.
    pub(crate) sides: [SideSums; 2],
}

/// What one side of a block adds up to.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct SideSums {
    /// Σ x.
    pub(crate) sum: f64,
    /// Σ|x|.
    pub(crate) l1: f64,
    /// Σ x².
    pub(crate) squares: f64,
    /// How often x = 0.
    pub(crate) zeros: u64,
    /// Σ(x − mean of the block)².
    pub(crate) deviations: f64,
}

/// The sums over two blocks of equal length, at most [`BLOCK`]. Where a value is not finite, some
/// of the sums are not either.
pub(crate) fn sums(a: &[f64], b: &[f64]) -> Sums {
    dispatch(Both { a, b })
}

/// Two blocks of equal length.
#[derive(Clone, Copy)]
struct Both<'a> {
    a: &'a [f64],
    b: &'a [f64],
}

impl Pass for Both<'_> {
    type Output = Sums;

    #[inline(always)]
    fn run<const FUSED: bool>(self) -> Sums {
        let Self { a, b } = self;
        let mut lanes = Lanes::default();
        let (a_chunks, a_rest) = a.as_chunks();
        let (b_chunks, b_rest) = b.as_chunks();
        for (a, b) in a_chunks.iter().zip(b_chunks) {
            lanes.add(a, b);
        }
        lanes.add(&filled(a_rest, 0.0), &filled(b_rest, 0.0));
        let mut sums = lanes.total(a, b);
        // What the last lanes were filled with is no parameter.
        sums.sides[0].zeros -= (LANES - a_rest.len()) as u64;
        sums.sides[1].zeros -= (LANES - a_rest.len()) as u64;
        sums
    }
}

/// The last parameters, fewer than [`LANES`], and `filling` after them.
#[inline(always)]
fn filled(rest: &[f64], filling: f64) -> [f64; LANES] {
    let mut lanes = [filling; LANES];
    lanes[..rest.len()].copy_from_slice(rest);
    lanes
}

#[derive(Default)]
struct Lanes {
    l1: [f64; LANES],
    squares: [f64; LANES],
    largest: [f64; LANES],
    dot: [f64; LANES],
    changed: [u64; LANES],
    sides: [SideLanes; 2],
}

impl Lanes {
    // One loop for all sums: cut in two, it was not compiled to vectors.
    #[inline(always)]
    fn add(&mut self, a: &[f64; LANES], b: &[f64; LANES]) {
        for i in 0..LANES {
            let difference = a[i] - b[i];
            let size = difference.abs();
            self.l1[i] += size;
            self.squares[i] += difference * difference;
            self.largest[i] = if size > self.largest[i] {
                size
            } else {
                self.largest[i]
            };
            self.dot[i] += a[i] * b[i];
            self.changed[i] += u64::from(difference != 0.0);
            self.sides[0].add(i, a[i]);
            self.sides[1].add(i, b[i]);
        }
    }

    #[inline(always)]
    fn total(&self, a: &[f64], b: &[f64]) -> Sums {
        Sums {
            l1: add(&self.l1),
            squares: add(&self.squares),
            largest: largest(&self.largest),
            dot: add(&self.dot),
            changed: self.changed.iter().sum(),
            sides: [self.sides[0].total(a), self.sides[1].total(b)],
        }
    }
}

/// One side's sums, lane by lane.
#[derive(Default)]
struct SideLanes {
    sum: [f64; LANES],
    l1: [f64; LANES],
    squares: [f64; LANES],
    zeros: [u64; LANES],
}

impl SideLanes {
    #[inline(always)]
    fn add(&mut self, i: usize, x: f64) {
        self.sum[i] += x;
        self.l1[i] += x.abs();
        self.squares[i] += x * x;
        self.zeros[i] += u64::from(x == 0.0);
    }

    #[inline(always)]
    fn total(&self, values: &[f64]) -> SideSums {
        let sum = add(&self.sum);
        SideSums {
            sum,
            l1: add(&self.l1),
            squares: add(&self.squares),
            zeros: self.zeros.iter().sum(),
            deviations: deviations(values, sum / values.len() as f64),
        }
    }
}

#[inline(always)]
fn deviations(values: &[f64], mean: f64) -> f64 {
    let mut lanes = [0.0; LANES];
    let (chunks, rest) = values.as_chunks();
    for chunk in chunks {
        add_deviations(&mut lanes, chunk, mean);
    }
    if !rest.is_empty() {
        add_deviations(&mut lanes, &filled(rest, mean), mean);
    }
    add(&lanes)
}

#[inline(always)]
fn add_deviations(lanes: &mut [f64; LANES], x: &[f64; LANES], mean: f64) {
    for i in 0..LANES {
        lanes[i] += (x[i] - mean) * (x[i] - mean);
    }
}

/// Pairwise.
#[inline(always)]
fn add(lanes: &[f64; LANES]) -> f64 {
    let [a, b, c, d, e, f, g, h] = lanes;
    ((a + b) + (c + d)) + ((e + f) + (g + h))
}

#[inline(always)]
fn largest(lanes: &[f64; LANES]) -> f64 {
    let mut largest = 0.0;
    for &lane in lanes {
        largest = if lane > largest { lane } else { largest };
    }
    largest
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::Vectors;

    #[test]
    fn every_machine_gives_the_same_bytes() {
        for length in [0, 1, 7, 8, 9, 500, BLOCK] {
            let values =
                |step: f64| -> Vec<f64> { (0..length).map(|i| (i as f64 * step).sin()).collect() };
            let (a, b) = (values(0.7), values(1.3));
            let (a, b) = (&a[..], &b[..]);
            let mut printed: Vec<String> = Vectors::available()
                .map(|vectors| format!("{:?}", vectors.run(Both { a, b })))
                .collect();
            printed.dedup();
            assert_eq!(printed.len(), 1, "{length}");
        }
    }
}
