//! The summary of one column.

use super::{Categories, Numbers};

/// What a value with an order is measured in. Each axis has counts of its own in a [`Column`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Axis {
    /// Integers, floats, decimals.
    Number,
    /// Dates and timestamps, in microseconds since 1970-01-01T00:00:00 UTC.
    Time,
    /// Times of day, in microseconds since midnight.
    TimeOfDay,
    /// Durations, in microseconds.
    Duration,
}

impl Axis {
    /// All axes, in the order in which they are reported.
    pub const ALL: [Self; 4] = [Self::Number, Self::Time, Self::TimeOfDay, Self::Duration];
}

/// Counts of everything that one column held: nulls, values on each axis, texts.
///
/// A column may hold several kinds at once (a number column that turns to text at row 900,000):
/// every value is counted as what it is, and nothing is read twice.
///
/// ```
/// use kullback::summary::{Axis, Builder};
///
/// let mut age = Builder::new();
/// age.push(Axis::Number, 39.0);
/// age.push_text("unknown", 1);
/// age.push_nulls(1);
/// let age = age.finish();
/// assert_eq!(age.rows(), 3);
/// assert_eq!(age.nulls(), 1);
/// assert_eq!(age.axis(Axis::Number).total(), 1);
/// assert_eq!(age.texts().total(), 1);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    pub(super) nulls: u64,
    pub(super) axes: [Numbers; 4],
    pub(super) texts: Categories,
}

impl Column {
    /// An empty column that keeps to a cap of distinct values per kind.
    pub(crate) fn new(cap: usize) -> Self {
        Self {
            nulls: 0,
            axes: std::array::from_fn(|_| Numbers::new(cap)),
            texts: Categories::with_cap(cap),
        }
    }

    /// Adds the counts of `other`.
    pub fn merge(&mut self, other: &Self) {
        self.nulls += other.nulls;
        for (mine, theirs) in self.axes.iter_mut().zip(&other.axes) {
            mine.merge(theirs);
        }
        self.texts.merge(&other.texts);
    }

    /// How many rows were counted, nulls included.
    pub fn rows(&self) -> u64 {
        self.nulls + self.texts.total() + self.axes.iter().map(Numbers::total).sum::<u64>()
    }

    /// How many rows were null.
    pub fn nulls(&self) -> u64 {
        self.nulls
    }

    /// The counts of one axis.
    pub fn axis(&self, axis: Axis) -> &Numbers {
        &self.axes[axis as usize]
    }

    /// The counts of texts.
    pub fn texts(&self) -> &Categories {
        &self.texts
    }
}
