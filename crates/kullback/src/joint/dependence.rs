//! What a pair of variables drifted by beyond its margins.

use super::Joint;
use super::fit::{column_sums, row_sums, same_association, to_margins_of};
use super::two_tables::{Estimate, Test, TwoTables, kl};

/// How far the dependence of two variables differs between P and Q: the part of their divergence
/// that their margins do not show.
///
/// Q* is the table with P's margins and Q's odds ratios, the closest to Q among all with P's margins
/// (its I-projection). It splits the divergence exactly:
///
/// ```text
/// D(P‖Q) = D(P‖Q*) + D(Q*‖Q)
///          dependence  margins
/// ```
///
/// so that D(P‖Q*) ≥ 0, and = 0 exactly where the odds ratios of P and Q agree.
///
/// - *Unit, range*: nats; from 0, unbounded.
/// - *Estimator*: see [`TwoTables`] for unseen combinations and [`Estimate`] for the correction.
///   Levels are smoothed before they are merged.
/// - *Test*: Pearson's X² of the hypothesis that the association is the same in both populations,
///   the log-linear model without three-factor interaction. Combinations that neither sample has are
///   left out, with their degrees of freedom. (X² keeps to its χ² distribution where G² = 2n·KL, its
///   equal for many rows, rejects too often: Larntz 1978.)
/// - *Sparse tables*: levels are merged until the counts expected under that hypothesis suffice for
///   χ² (at least 1 in each cell and 5 in four of five; Cochran 1954). Which levels are merged
///   depends on nothing but what the hypothesis fixes, so the test stays valid; what is merged
///   cannot be told apart, so the reading is one of `levels`.
/// - *Limits*: levels that are bins or merged texts hide what is inside them. Where a margin moved a
///   lot *within* a bin, the bin's odds ratios move a little with it: a dependence of a thousandth
///   of a nat beside large margins may be that.
/// - *Source*: Deming & Stephan 1940, Csiszár 1975 (projection); Bartlett 1935, Bishop, Fienberg &
///   Holland 1975 (test).
///
/// ```
/// use kullback::joint::TwoTables;
///
/// // Both margins stay ½ : ½, and the association turns around.
/// let table = TwoTables::from_counts([2, 2], &[45, 5, 5, 45], &[5, 45, 45, 5])?;
/// let drift = table.dependence().unwrap();
/// assert!(drift.dependence.corrected > 1.5 && drift.margins.corrected < 0.001);
/// assert!(drift.test.p_value < 1e-12);
///
/// // The margins of the first sample, and the odds ratio of the second: 4.
/// let table = TwoTables::from_counts([2, 2], &[8000, 1000, 1000, 500], &[2000, 1000, 1000, 2000])?;
/// let drift = table.dependence().unwrap();
/// assert!(drift.dependence.plug_in < 1e-4 && drift.test.p_value > 0.99);
/// # Ok::<(), kullback::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Dependence {
    /// D(P‖Q) of the levels that were read.
    pub divergence: Estimate,
    /// D(P‖Q*): the part of the dependence.
    pub dependence: Estimate,
    /// D(Q*‖Q): the part of the margins.
    pub margins: Estimate,
    /// Whether the dependence is the same in both populations.
    pub test: Test,
    /// How many levels of X and of Y were read, after merging.
    pub levels: [usize; 2],
}

/// Too few rows to say anything about the dependence of two variables: even with two levels each,
/// a cell would be expected to hold less than one row, or several less than five.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooSparse;

impl TwoTables {
    /// How far the dependence of X and Y differs between P and Q.
    ///
    /// # Errors
    /// [`TooSparse`] where the counts say nothing about it.
    pub fn dependence(&self) -> Result<Dependence, TooSparse> {
        let mut table = Merged::new(self);
        let fits = loop {
            match same_association(&table.counts, table.columns) {
                Some(fits) if table.suffices(&fits) => break fits,
                _ => table.merge()?,
            }
        };
        let fitted = to_margins_of(&table.smoothed[0], &table.smoothed[1], table.columns);
        let fitted = fitted.ok_or(TooSparse)?;
        let shape = table.shape();
        let joint = |masses: &[f64]| Joint::from_weights(&shape, masses).map_err(|_| TooSparse);
        let (p, q) = (joint(&table.smoothed[0])?, joint(&table.smoothed[1])?);
        let projection = joint(&fitted)?;
        let free = table.degrees();
        let occupied = table.pooled().filter(|&n| n > 0.0).count();
        let estimate = |value, degrees| self.estimate(value, degrees);
        Ok(Dependence {
            divergence: estimate(kl(&p, &q), occupied - 1),
            dependence: estimate(kl(&p, &projection), free),
            margins: estimate(kl(&projection, &q), occupied - 1 - free),
            test: Test::new(table.chi_squared(&fits), free),
            levels: shape,
        })
    }
}

/// The table with some of its levels merged.
struct Merged {
    columns: usize,
    counts: [Vec<f64>; 2],
    smoothed: [Vec<f64>; 2],
}

impl Merged {
    fn new(table: &TwoTables) -> Self {
        let counts = table.counts.each_ref();
        Self {
            columns: table.shape[1],
            counts: counts.map(|side| side.iter().map(|&n| n as f64).collect()),
            smoothed: table
                .smoothed
                .each_ref()
                .map(|side| side.probabilities().collect()),
        }
    }

    fn shape(&self) -> [usize; 2] {
        [self.counts[0].len() / self.columns, self.columns]
    }

    fn pooled(&self) -> impl Iterator<Item = f64> + '_ {
        let [p, q] = &self.counts;
        p.iter().zip(q).map(|(p, q)| p + q)
    }

    /// Cochran's rule for the cells that were seen in either sample.
    fn suffices(&self, fits: &[Vec<f64>; 2]) -> bool {
        let cells = self.pooled().zip(fits[0].iter().zip(&fits[1]));
        let seen = cells.filter(|&(pooled, _)| pooled > 0.0);
        let expected: Vec<f64> = seen.flat_map(|(_, (&p, &q))| [p, q]).collect();
        let small = expected.iter().filter(|&&rows| rows < 5.0).count();
        expected.iter().all(|&rows| rows >= 1.0) && 5 * small <= expected.len()
    }

    /// Merges the lightest level of the variable with more levels with the lighter of its
    /// neighbours. A level is as heavy as in the sample where it has the fewer rows.
    fn merge(&mut self) -> Result<(), TooSparse> {
        let [rows, columns] = self.shape();
        if rows.max(columns) <= 2 {
            return Err(TooSparse);
        }
        let across = rows < columns;
        let sums = if across { column_sums } else { row_sums };
        let [p, q] = self.counts.each_ref().map(|side| sums(side, columns));
        let weight: Vec<f64> = p.iter().zip(&q).map(|(p, q)| p.min(*q)).collect();
        let lightest = |levels: &mut dyn Iterator<Item = usize>| {
            levels.min_by(|&a, &b| weight[a].total_cmp(&weight[b]))
        };
        let last = weight.len() - 1;
        let level = lightest(&mut (0..=last)).unwrap_or(0);
        let neighbours = [level.checked_sub(1), (level < last).then_some(level + 1)];
        let neighbour = lightest(&mut neighbours.into_iter().flatten()).unwrap_or(0);
        let into = level.min(neighbour);
        for table in self.counts.iter_mut().chain(&mut self.smoothed) {
            *table = merged(table, columns, across, into);
        }
        self.columns -= usize::from(across);
        Ok(())
    }

    /// Pearson's X² of the counts against their fits.
    fn chi_squared(&self, fits: &[Vec<f64>; 2]) -> f64 {
        let cells = self.counts.iter().flatten().zip(fits.iter().flatten());
        let seen = cells.filter(|(_, fit)| **fit > 0.0);
        seen.map(|(count, fit)| (count - fit) * (count - fit) / fit)
            .sum()
    }

    /// How many odds ratios are free to differ between the samples. Of the cells that were seen in
    /// either sample, ln(p/q) = a + b in the levels of X and Y where nothing has changed, which is
    /// one equation for each cell and one unknown for each level, less one for each connected part
    /// of the table: (r − 1)(c − 1) where every cell was seen.
    fn degrees(&self) -> usize {
        let [rows, columns] = self.shape();
        let mut part: Vec<usize> = (0..rows + columns).collect();
        let mut free = 0;
        for (cell, pooled) in self.pooled().enumerate() {
            if pooled > 0.0 {
                let (x, y) = (part[cell / columns], part[rows + cell % columns]);
                if x == y {
                    free += 1; // a cycle: an odds ratio
                } else {
                    part.iter_mut()
                        .filter(|part| **part == y)
                        .for_each(|part| *part = x);
                }
            }
        }
        free
    }
}

/// A table with rows, or columns where `across`, `into` and `into + 1` added together.
fn merged(table: &[f64], columns: usize, across: bool, into: usize) -> Vec<f64> {
    let to = |at: usize| at - usize::from(at > into);
    let rows = table.len() / columns;
    let (rows_left, columns_left) = if across {
        (rows, columns - 1)
    } else {
        (rows - 1, columns)
    };
    let mut out = vec![0.0; rows_left * columns_left];
    for (cell, mass) in table.iter().enumerate() {
        let (row, column) = (cell / columns, cell % columns);
        let (row, column) = if across {
            (row, to(column))
        } else {
            (to(row), column)
        };
        out[row * columns_left + column] += mass;
    }
    out
}
