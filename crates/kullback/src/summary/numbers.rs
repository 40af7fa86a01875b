//! Counts of numbers on one axis.

use super::{Counts, order};

/// Counts of numbers: finite ones at adaptive precision, NaN and the infinities on their own.
///
/// ```
/// use kullback::summary::{Axis, Builder};
///
/// let mut column = Builder::new();
/// for x in [-0.0, 0.0, 2.5, f64::NAN, f64::INFINITY] {
///     column.push(Axis::Number, x);
/// }
/// let column = column.finish();
/// let numbers = column.axis(Axis::Number);
/// assert_eq!(numbers.cells().collect::<Vec<_>>(), [(0.0, 0.0, 2), (2.5, 2.5, 1)]);
/// assert_eq!((numbers.nan(), numbers.positive_infinity(), numbers.total()), (1, 1, 5));
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Numbers {
    pub(super) finite: Counts,
    nan: u64,
    negative_infinity: u64,
    positive_infinity: u64,
    rounded: u64,
}

impl Numbers {
    /// No numbers, with a cap on the distinct values.
    pub(crate) fn new(cap: usize) -> Self {
        Self {
            finite: Counts::new(cap),
            nan: 0,
            negative_infinity: 0,
            positive_infinity: 0,
            rounded: 0,
        }
    }

    /// Counts a number that is not finite.
    #[cold]
    pub(crate) fn add_non_finite(&mut self, x: f64) {
        if x.is_nan() {
            self.nan += 1;
        } else if x > 0.0 {
            self.positive_infinity += 1;
        } else {
            self.negative_infinity += 1;
        }
    }

    /// Says that one of the integers or times was not exact as an `f64`.
    pub(crate) fn add_rounded(&mut self) {
        self.rounded += 1;
    }

    /// Adds the counts of `other`.
    pub fn merge(&mut self, other: &Self) {
        self.finite.merge(&other.finite);
        self.nan += other.nan;
        self.negative_infinity += other.negative_infinity;
        self.positive_infinity += other.positive_infinity;
        self.rounded += other.rounded;
    }

    /// How many numbers were counted.
    pub fn total(&self) -> u64 {
        self.finite.total() + self.nan + self.negative_infinity + self.positive_infinity
    }

    /// How many values were NaN.
    pub fn nan(&self) -> u64 {
        self.nan
    }

    /// How many values were −∞.
    pub fn negative_infinity(&self) -> u64 {
        self.negative_infinity
    }

    /// How many values were +∞.
    pub fn positive_infinity(&self) -> u64 {
        self.positive_infinity
    }

    /// How many integers or times lost digits because they were beyond 2⁵³.
    pub fn rounded(&self) -> u64 {
        self.rounded
    }

    /// The finite numbers' counts.
    pub fn finite(&self) -> &Counts {
        &self.finite
    }

    /// The finite numbers as `(smallest, largest, count)`, ascending. The two are equal while the
    /// counts are exact; afterwards they are the ends of the cell that its values fell in.
    pub fn cells(&self) -> impl Iterator<Item = (f64, f64, u64)> + '_ {
        self.finite.iter().map(|(key, count)| {
            let (low, high) = cell(key, self.finite.level());
            (low, high, count)
        })
    }
}

/// The smallest and the largest finite number of a key at a level.
pub(crate) fn cell(key: u64, level: u32) -> (f64, f64) {
    let low = key << level;
    let high = low | ((1 << level) - 1);
    // The outermost cells at coarse levels reach into the codes of infinities and NaN.
    (
        order::number(low).max(f64::MIN),
        order::number(high).min(f64::MAX),
    )
}
