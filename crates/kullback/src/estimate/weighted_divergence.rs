//! Divergences of weighted samples: shares from weights, sizes from Kish's effective ones.

use super::information::information_of;
use super::two_samples::{js_of, kl_of};
use super::weighted::WeightedCounts;
use super::{Error, Estimate, ShareEstimator};
use crate::{Error as CountError, Normalisation, Pair, Side};

/// KL divergence of the distribution behind one weighted sample from that behind another.
///
/// As [`kl`](super::kl), with the shares p̂ and q̂ of the weights, and the effective sizes (Σw)²/Σw²
/// for n and m in the bias correction and the deviation. With equal weights the two are the same.
///
/// - *Effective size*: that of a sample whose weights have nothing to do with the outcomes (Kish
///   1965). Where one outcome's observations weigh much more than another's, the size differs from
///   outcome to outcome, and correction and deviation are of the right order only.
/// - *Unit, range, zeros*: as there. The deviation takes weights as given, not as estimated.
///
/// # Errors
/// [`Error::Counts`] unless both list as many outcomes.
///
/// ```
/// use kullback::estimate::{ShareEstimator, WeightedCounts, kl, kl_weighted};
///
/// // Two in three of P's population are outcome 0, though half of its observations are.
/// let p = WeightedCounts::new(2, &[(0, 2.0), (0, 2.0), (1, 1.0), (1, 1.0)])?;
/// let q = WeightedCounts::new(2, &[(0, 1.0), (1, 1.0)])?;
/// let weighted = kl_weighted(&p, &q, ShareEstimator::PlugIn)?;
/// let counted = kl(&[2, 1], &[1, 1], ShareEstimator::PlugIn.into())?;
/// assert!((weighted.value - counted.value).abs() < 1e-15);
/// # Ok::<(), kullback::estimate::Error>(())
/// ```
pub fn kl_weighted(
    p: &WeightedCounts,
    q: &WeightedCounts,
    estimator: ShareEstimator,
) -> Result<Estimate, Error> {
    Ok(kl_of(&shares(p, q)?, [p.effective, q.effective], estimator))
}

/// Jensen–Shannon divergence, with weights ½ and ½, of the distributions behind two weighted
/// samples.
///
/// To [`js`](super::js) as [`kl_weighted`] is to [`kl`](super::kl).
///
/// # Errors
/// [`Error::Counts`] unless both list as many outcomes.
///
/// ```
/// use kullback::estimate::{ShareEstimator, WeightedCounts, js_weighted};
///
/// let p = WeightedCounts::new(2, &[(0, 2.0), (1, 1.0), (1, 1.0)])?;
/// let js = js_weighted(&p, &p, ShareEstimator::PlugIn)?;
/// assert_eq!(js.value, 0.0);
/// # Ok::<(), kullback::estimate::Error>(())
/// ```
pub fn js_weighted(
    p: &WeightedCounts,
    q: &WeightedCounts,
    estimator: ShareEstimator,
) -> Result<Estimate, Error> {
    Ok(js_of(&shares(p, q)?, [p.effective, q.effective], estimator))
}

fn shares(p: &WeightedCounts, q: &WeightedCounts) -> Result<Pair, Error> {
    Ok(Pair::from_probabilities(
        &p.counts,
        &q.counts,
        Normalisation::Normalise,
    )?)
}

/// Weighted observations of two variables, outcomes 0, …, R − 1 of X and 0, …, C − 1 of Y.
///
/// What [`WeightedCounts`] is for one variable.
#[derive(Debug, Clone, PartialEq)]
pub struct WeightedTable {
    /// Each row seen: its share of the weight, and its shares beside those of the columns.
    rows: Vec<(f64, Pair)>,
    effective: f64,
}

impl WeightedTable {
    /// Sums the weights of observations, each a row, a column and a weight.
    ///
    /// # Errors
    /// Those of [`WeightedCounts::new`], for a row that is not below `rows` as for a column.
    ///
    /// ```
    /// use kullback::estimate::{Error, WeightedTable};
    ///
    /// let error = WeightedTable::new(2, 3, &[(0, 2, 1.0), (1, 3, 1.0)]).unwrap_err();
    /// assert_eq!(error, Error::UnknownOutcome { observation: 1, outcome: 3, outcomes: 3 });
    /// ```
    pub fn new(
        rows: usize,
        columns: usize,
        observations: &[(usize, usize, f64)],
    ) -> Result<WeightedTable, Error> {
        let size = rows.checked_mul(columns);
        let size = size.ok_or(CountError::CountOverflow { side: Side::P })?;
        let mut cells = Vec::with_capacity(observations.len());
        for (observation, &(row, column, weight)) in observations.iter().enumerate() {
            for (outcome, outcomes) in [(row, rows), (column, columns)] {
                if outcome >= outcomes {
                    return Err(Error::UnknownOutcome {
                        observation,
                        outcome,
                        outcomes,
                    });
                }
            }
            cells.push((row * columns + column, weight));
        }
        let cells = WeightedCounts::new(size, &cells)?;
        let rows = || cells.counts.chunks_exact(columns);
        let mut column_totals = vec![0.0; columns];
        for row in rows() {
            let totals = column_totals.iter_mut().zip(row);
            totals.for_each(|(total, cell)| *total += cell);
        }
        let with_total = rows().map(|row| (row.iter().sum::<f64>(), row));
        let seen = with_total.filter(|&(total, _)| total > 0.0);
        let pairs = seen.map(|(total, row)| {
            let pair = Pair::from_probabilities(row, &column_totals, Normalisation::Normalise)?;
            Ok((total / cells.effective, pair))
        });
        Ok(WeightedTable {
            rows: pairs.collect::<Result<_, Error>>()?,
            effective: cells.effective,
        })
    }

    /// How many equal observations would know as much: (Σw)²/Σw², from 1 to n.
    #[must_use]
    pub fn effective_size(&self) -> f64 {
        self.effective
    }
}

/// Mutual information I(X;Y) of the distribution behind weighted observations.
///
/// To [`mutual_information`](super::mutual_information) as [`kl_weighted`] is to
/// [`kl`](super::kl): shares of the weights, and the effective size for n.
///
/// ```
/// use kullback::estimate::{ShareEstimator, WeightedTable, mutual_information_weighted};
///
/// let table = WeightedTable::new(2, 2, &[(0, 0, 3.0), (0, 1, 1.0), (1, 0, 1.0), (1, 1, 3.0)])?;
/// let plug_in = mutual_information_weighted(&table, ShareEstimator::PlugIn);
/// assert!((plug_in.value - 0.130812).abs() < 1e-6);
/// # Ok::<(), kullback::estimate::Error>(())
/// ```
#[must_use]
pub fn mutual_information_weighted(table: &WeightedTable, estimator: ShareEstimator) -> Estimate {
    information_of(&table.rows, table.effective, estimator)
}
