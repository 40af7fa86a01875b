//! Mutual information of a table of counts.

use super::special::digamma;
use super::two_samples::{seen, sum};
use super::{DivergenceEstimator, Error, Estimate, ShareEstimator};
use crate::{Error as CountError, Measure, Pair, Side};

/// A checked table, with its margins.
pub(super) struct Table<'a> {
    pub(super) rows: Vec<&'a [u64]>,
    pub(super) row_totals: Vec<u64>,
    pub(super) column_totals: Vec<u64>,
    pub(super) total: u64,
}

impl<'a> Table<'a> {
    pub(super) fn checked<R: AsRef<[u64]>>(table: &'a [R]) -> Result<Table<'a>, Error> {
        let rows: Vec<&[u64]> = table.iter().map(AsRef::as_ref).collect();
        let columns = rows.first().map_or(0, |row| row.len());
        if columns == 0 {
            return Err(CountError::Empty.into());
        }
        let mut column_totals = vec![0u64; columns];
        let mut row_totals = Vec::with_capacity(rows.len());
        let mut total = 0u64;
        for (number, row) in rows.iter().enumerate() {
            let side = Side::Nth(number);
            if row.len() != columns {
                return Err(CountError::LengthMismatch {
                    sides: [side, Side::Nth(0)],
                    outcomes: [row.len(), columns],
                }
                .into());
            }
            let overflow = || Error::Counts(CountError::CountOverflow { side });
            let add = |total: u64, &count: &u64| total.checked_add(count);
            let row_total = row.iter().try_fold(0, add).ok_or_else(overflow)?;
            total = total.checked_add(row_total).ok_or_else(overflow)?;
            for (sum, count) in column_totals.iter_mut().zip(*row) {
                // No larger than the total.
                *sum += count;
            }
            row_totals.push(row_total);
        }
        if total == 0 {
            return Err(CountError::NoMass { side: Side::P }.into());
        }
        Ok(Table {
            rows,
            row_totals,
            column_totals,
            total,
        })
    }

    /// Each cell's count with the totals of its row and column.
    pub(super) fn cells(&self) -> impl Iterator<Item = [u64; 3]> {
        let rows = self.rows.iter().zip(&self.row_totals);
        rows.flat_map(|(row, &row_total)| {
            let columns = row.iter().zip(&self.column_totals);
            columns.map(move |(&count, &column_total)| [count, row_total, column_total])
        })
    }

    /// Pairs of a row and the margin of columns, whose KL averages to the mutual information.
    fn pairs(&self) -> Result<Vec<(f64, Pair)>, Error> {
        let rows = self.rows.iter().zip(&self.row_totals);
        let seen = rows.filter(|&(_, &total)| total > 0);
        seen.map(|(row, &total)| {
            let pair = Pair::from_counts(row, &self.column_totals)?;
            Ok((total as f64 / self.total as f64, pair))
        })
        .collect()
    }
}

/// Mutual information I(X;Y) of the distribution behind a table of counts nᵢⱼ, row X, column Y.
///
/// With n draws, margins rᵢ and cⱼ, and R, C and S rows, columns and cells seen:
///
/// | estimator | value |
/// |---|---|
/// | plug-in | Σ (nᵢⱼ/n) ln(nᵢⱼ n/(rᵢ cⱼ)) |
/// | bias-corrected | plug-in − (S − R − C + 1)/2n |
/// | Zhang & Zheng 2015 | Σ (nᵢⱼ/n) (ψ(n) − ψ(rᵢ) − ψ(cⱼ) + ψ(nᵢⱼ)) |
///
/// - *Unit, range*: nats. The plug-in is ≥ 0, and 0 exactly where each row has the same shares;
///   the others may be negative.
/// - *Zeros*: rows, columns and cells of 0 change nothing.
/// - *Deviation*: the asymptotic standard error √(Var(ln nᵢⱼ n/(rᵢ cⱼ))/n) of all three.
/// - *Source*: Panzeri & Treves 1996 (correction, with the cells seen); Zhang & Zheng 2015.
///
/// # Errors
/// [`Error::Counts`]: no cells, no counts, rows of different lengths (named P0, P1, …), or a sum
/// past `u64`.
///
/// ```
/// use kullback::estimate::{DivergenceEstimator::*, mutual_information};
///
/// let table = [[30, 10], [10, 30]];
/// let plug_in = mutual_information(&table, PlugIn)?;
/// assert!((plug_in.value - 0.130812).abs() < 1e-6);
/// let corrected = mutual_information(&table, BiasCorrected)?;
/// assert!((plug_in.value - corrected.value - 1.0 / 160.0).abs() < 1e-15);
/// # Ok::<(), kullback::estimate::Error>(())
/// ```
pub fn mutual_information<R: AsRef<[u64]>>(
    table: &[R],
    estimator: DivergenceEstimator,
) -> Result<Estimate, Error> {
    let table = Table::checked(table)?;
    let n = table.total as f64;
    let pairs = table.pairs()?;
    Ok(match estimator {
        DivergenceEstimator::PlugIn => information_of(&pairs, n, ShareEstimator::PlugIn),
        DivergenceEstimator::BiasCorrected => {
            information_of(&pairs, n, ShareEstimator::BiasCorrected)
        }
        DivergenceEstimator::ZhangGrabchak2014 => Estimate {
            value: zhang_zheng(&table),
            ..information_of(&pairs, n, ShareEstimator::PlugIn)
        },
    })
}

/// From each row seen, its share of the sample and its shares beside those of the columns, and the
/// size of the sample.
pub(super) fn information_of(rows: &[(f64, Pair)], n: f64, estimator: ShareEstimator) -> Estimate {
    let plug_in = sum(rows
        .iter()
        .map(|(share, pair)| share * Measure::KL.value(pair)));
    let squares = rows.iter().flat_map(|(share, pair)| {
        let seen = pair.cells().iter().filter(|cell| cell.p > 0.0);
        seen.map(move |cell| share * cell.p * (cell.ln_ratio - plug_in).powi(2))
    });
    let deviation = (sum(squares) / n).sqrt();
    let bias = match estimator {
        ShareEstimator::PlugIn => 0.0,
        ShareEstimator::BiasCorrected => {
            let cells: f64 = rows.iter().map(|(_, pair)| seen(pair.p())).sum();
            // The columns are the same beside every row.
            let columns = rows.first().map_or(0.0, |(_, pair)| seen(pair.q()));
            (cells - rows.len() as f64 - columns + 1.0) / (2.0 * n)
        }
    };
    Estimate::with_deviation(plug_in - bias, deviation)
}

fn zhang_zheng(table: &Table<'_>) -> f64 {
    let psi_n = digamma(table.total as f64);
    let seen = table.cells().filter(|&[count, _, _]| count > 0);
    sum(seen.map(|cell| {
        let [count, row, column] = cell.map(|total| total as f64);
        let gain = (psi_n - digamma(row)) - (digamma(column) - digamma(count));
        count / table.total as f64 * gain
    }))
}
