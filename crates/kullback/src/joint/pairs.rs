//! Counts of every pair of columns, row by row.

use rayon::prelude::*;

use crate::{Error, Side};

/// The two-way tables of all pairs of columns of one table, counted in one pass over its rows.
///
/// A row is a number for each column: the level of its value, as a
/// [`Factor`](crate::compare::Factor) gives it. Memory is columns²/2 tables of levels² counts,
/// whatever the number of rows. Counts are exact, so neither the batches nor the number of threads
/// changes them.
///
/// ```
/// use kullback::joint::PairCounts;
///
/// let mut pairs = PairCounts::new(&[2, 3]);
/// pairs.add(&[vec![0, 0, 1, 1], vec![2, 2, 0, 1]])?;
/// assert_eq!(pairs.table(0, 1), [0, 0, 2, 1, 1, 0]); // column 1 fastest
/// assert_eq!(pairs.rows(), 4);
/// # Ok::<(), kullback::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PairCounts {
    levels: Vec<usize>,
    /// A table for each pair of columns i < j, in the order (0,1), (0,2), …, (1,2), …
    tables: Vec<Vec<u64>>,
    rows: u64,
}

impl PairCounts {
    /// No rows, of columns with so many levels each.
    #[must_use]
    pub fn new(levels: &[usize]) -> Self {
        let tables = pairs(levels.len()).map(|(i, j)| vec![0; levels[i] * levels[j]]);
        Self {
            levels: levels.to_vec(),
            tables: tables.collect(),
            rows: 0,
        }
    }

    /// Counts a batch of rows, given column by column. Pairs are counted on all threads.
    ///
    /// # Errors
    /// [`Error::LengthMismatch`] unless there is a list for each column and all are as long;
    /// [`Error::NoSuchLevel`] for a code that is no level of its column. Nothing is counted then.
    pub fn add(&mut self, columns: &[Vec<u8>]) -> Result<(), Error> {
        let mismatch = |sides: [usize; 2], outcomes| {
            let sides = sides.map(Side::Nth);
            Err(Error::LengthMismatch { sides, outcomes })
        };
        if columns.len() != self.levels.len() {
            return mismatch([0, 1], [self.levels.len(), columns.len()]);
        }
        let rows = columns.first().map_or(0, Vec::len);
        for (column, (codes, &levels)) in columns.iter().zip(&self.levels).enumerate() {
            if codes.len() != rows {
                return mismatch([0, column], [rows, codes.len()]);
            }
            if let Some(row) = codes.iter().position(|&code| usize::from(code) >= levels) {
                return Err(Error::NoSuchLevel {
                    column,
                    row,
                    code: codes[row],
                    levels,
                });
            }
        }
        let of: Vec<(usize, usize)> = pairs(columns.len()).collect();
        self.tables
            .par_iter_mut()
            .zip(&of)
            .for_each(|(table, &(i, j))| count(table, &columns[i], &columns[j], self.levels[j]));
        self.rows += rows as u64;
        Ok(())
    }

    /// How many levels each column has.
    #[must_use]
    pub fn levels(&self) -> &[usize] {
        &self.levels
    }

    /// How many rows were counted.
    #[must_use]
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// How many rows had each combination of levels of columns i < j, those of j fastest.
    ///
    /// # Panics
    /// Unless i < j and both are columns.
    #[must_use]
    pub fn table(&self, i: usize, j: usize) -> &[u64] {
        let columns = self.levels.len();
        assert!(i < j && j < columns, "columns {i} and {j} of {columns}");
        &self.tables[place(columns, i, j)]
    }
}

/// The pairs (i, j) of so many columns with i < j, in order.
pub(super) fn pairs(columns: usize) -> impl Iterator<Item = (usize, usize)> {
    (0..columns).flat_map(move |i| (i + 1..columns).map(move |j| (i, j)))
}

/// Where the pair of i and j, in either order, is among [`pairs`].
pub(super) fn place(columns: usize, i: usize, j: usize) -> usize {
    let (i, j) = (i.min(j), i.max(j));
    i * (2 * columns - i - 1) / 2 + (j - i - 1)
}

fn count(table: &mut [u64], left: &[u8], right: &[u8], width: usize) {
    // Equal rows often follow one another; in turns they do not wait for the same counter.
    let mut turns = [vec![0u32; table.len()], vec![0u32; table.len()]];
    // A `u32` cannot overflow in so many rows.
    for (left, right) in left.chunks(1 << 30).zip(right.chunks(1 << 30)) {
        let cell = |(&a, &b): (&u8, &u8)| usize::from(a) * width + usize::from(b);
        let [even, odd] = &mut turns;
        let (a, b) = (left.chunks_exact(2), right.chunks_exact(2));
        for last in a.remainder().iter().zip(b.remainder()) {
            even[cell(last)] += 1;
        }
        for (a, b) in a.zip(b) {
            even[cell((&a[0], &b[0]))] += 1;
            odd[cell((&a[1], &b[1]))] += 1;
        }
        for counts in &mut turns {
            for (sum, count) in table.iter_mut().zip(counts) {
                *sum += u64::from(std::mem::take(count));
            }
        }
    }
}
