//! Rows go in, a column's summary comes out.

use std::str::Utf8Error;

use super::tally::Tally;
use super::{Axis, CAP, Column, order};

/// Counts the values of one column as they come.
///
/// ```
/// use kullback::summary::{Axis, Builder};
///
/// let mut fare = Builder::new();
/// fare.push(Axis::Number, 7.0);
/// fare.push(Axis::Number, 5.0);
/// fare.push_nulls(1);
/// assert_eq!(fare.finish().rows(), 3);
/// ```
#[derive(Clone, Debug)]
pub struct Builder {
    column: Column,
    tallies: [Tally; 4],
}

impl Builder {
    /// An empty column, with the default cap of 32,768 distinct values per kind.
    pub fn new() -> Self {
        Self::with_cap(CAP)
    }

    /// An empty column with a cap of one's own (at least 2).
    pub fn with_cap(cap: usize) -> Self {
        Self {
            column: Column::new(cap),
            tallies: Default::default(),
        }
    }

    /// Counts so many nulls.
    pub fn push_nulls(&mut self, times: u64) {
        self.column.nulls += times;
    }

    /// Counts one number, time, time of day or duration; NaN and the infinities are outcomes.
    #[inline]
    pub fn push(&mut self, axis: Axis, x: f64) {
        let numbers = &mut self.column.axes[axis as usize];
        if x.is_finite() {
            self.tallies[axis as usize].push(order::code(x), &mut numbers.finite);
        } else {
            numbers.add_non_finite(x);
        }
    }

    /// Counts an integer or a time that lost digits on its way to an `f64`, and says so.
    pub fn push_rounded(&mut self, axis: Axis, x: f64) {
        self.column.axes[axis as usize].add_rounded();
        self.push(axis, x);
    }

    /// Counts `text` so many more times.
    pub fn push_text(&mut self, text: &str, times: u64) {
        self.column.texts.push(text, times);
    }

    /// Counts one more text given as bytes.
    ///
    /// # Errors
    ///
    /// When the bytes are not UTF-8; nothing is counted then.
    pub fn push_bytes(&mut self, text: &[u8]) -> Result<(), Utf8Error> {
        self.column.texts.push_bytes(text)
    }

    /// Counts everything that a summary counted.
    ///
    /// ```
    /// use kullback::summary::{Axis, Builder};
    ///
    /// let mut monday = Builder::new();
    /// monday.push(Axis::Number, 39.0);
    /// let mut both = Builder::new();
    /// both.push(Axis::Number, 41.0);
    /// both.merge(&monday.finish());
    /// assert_eq!(both.finish().rows(), 2);
    /// ```
    pub fn merge(&mut self, summary: &Column) {
        // What waits is counted first, so that the counts are as if it had come in order.
        for (numbers, tally) in self.column.axes.iter_mut().zip(&mut self.tallies) {
            tally.drain(&mut numbers.finite);
        }
        self.column.merge(summary);
    }

    /// How many rows were counted so far.
    pub fn rows(&self) -> u64 {
        self.column.rows() + self.tallies.iter().map(Tally::len).sum::<u64>()
    }

    /// The summary of the rows counted.
    pub fn finish(mut self) -> Column {
        for (numbers, tally) in self.column.axes.iter_mut().zip(&mut self.tallies) {
            tally.drain(&mut numbers.finite);
        }
        self.column
    }
}

impl Default for Builder {
    fn default() -> Self {
        Self::new()
    }
}
