//! Measures of whole batches, in parallel over rows.

use rayon::prelude::*;

use super::masses::in_one_pass;
use super::{Batch, Distribution, Real};
use crate::{Error, Measure, Normalisation, Side};

impl<T: Real> Batch<'_, T> {
    /// D(P‖Q) of each row of P and the row of Q with the same number; or with the only row of Q,
    /// if it has one.
    ///
    /// # Errors
    /// [`Error::RowMismatch`], [`Error::LengthMismatch`] for supports; [`Error::InRow`] with the
    /// first row that is not a distribution under the policy, and why.
    ///
    /// ```
    /// use kullback::batch::Batch;
    /// use kullback::{Measure, Normalisation::Strict};
    ///
    /// let models = Batch::new(&[0.5, 0.5, 0.9, 0.1], 2)?;
    /// let truth = Batch::new(&[0.5, 0.5], 2)?;
    /// assert_eq!(models.row_by_row(&truth, Measure::TV, Strict)?, [0.0, 0.4]);
    ///
    /// let bad = Batch::new(&[0.5, 0.5, 1.5, -0.5], 2)?;
    /// let error = models.row_by_row(&bad, Measure::TV, Strict).unwrap_err();
    /// assert_eq!(error.to_string(),
    ///     "row 1: Q[1] is -0.5: a probability must be a finite number, zero or above");
    /// # Ok::<(), kullback::Error>(())
    /// ```
    pub fn row_by_row<U: Real>(
        &self,
        q: &Batch<'_, U>,
        measure: Measure,
        policy: Normalisation,
    ) -> Result<Vec<f64>, Error> {
        let in_one_pass = |i, j| in_one_pass((self, i), (q, j), measure, policy);
        self.each_row(q, policy, in_one_pass, |p, q| p.measure(q, measure, policy))
    }

    /// Entropy of each row, H(P) = −Σ p ln p, in nats.
    ///
    /// # Errors
    /// [`Error::InRow`] with the first row that is not a distribution under the policy, and why.
    ///
    /// ```
    /// use kullback::{Normalisation::Strict, batch::Batch};
    ///
    /// let entropies = Batch::new(&[0.5, 0.5, 1.0, 0.0], 2)?.entropy(Strict)?;
    /// assert_eq!(entropies, [2f64.ln(), 0.0]);
    /// # Ok::<(), kullback::Error>(())
    /// ```
    pub fn entropy(&self, policy: Normalisation) -> Result<Vec<f64>, Error> {
        let entropy = |row: usize| {
            let p = Distribution::new(self, row, Side::P, policy)?;
            Ok(p.cross_entropy(&p, policy))
        };
        in_order(self.rows(), self.support(), entropy)
    }

    /// Cross-entropy H(P,Q) = −Σ p ln q of each row of P and the row of Q with the same number, or
    /// with the only row of Q, in nats; ∞ where P has mass that Q lacks.
    ///
    /// # Errors
    /// Those of [`Batch::row_by_row`].
    ///
    /// ```
    /// use kullback::{Normalisation::Strict, batch::Batch};
    ///
    /// let (p, q) = ([0.5, 0.5, 1.0, 0.0], [0.25, 0.75]);
    /// let values = Batch::new(&p, 2)?.cross_entropy(&Batch::new(&q, 2)?, Strict)?;
    /// assert!((values[0] - kullback::cross_entropy(&[0.5, 0.5], &q)?).abs() < 1e-15);
    /// assert_eq!(values[1], 4f64.ln());
    /// # Ok::<(), kullback::Error>(())
    /// ```
    pub fn cross_entropy<U: Real>(
        &self,
        q: &Batch<'_, U>,
        policy: Normalisation,
    ) -> Result<Vec<f64>, Error> {
        let checked_first = |_, _| None;
        self.each_row(q, policy, checked_first, |p, q| {
            Ok(p.cross_entropy(q, policy))
        })
    }

    fn each_row<U: Real>(
        &self,
        q: &Batch<'_, U>,
        policy: Normalisation,
        unchecked: impl Fn(usize, usize) -> Option<f64> + Sync,
        of: impl Fn(&Distribution, &Distribution) -> Result<f64, Error> + Sync,
    ) -> Result<Vec<f64>, Error> {
        let rows = [self.rows(), q.rows()];
        if rows[0] != rows[1] && rows[1] != 1 {
            return Err(Error::RowMismatch { rows });
        }
        check_supports(self, q)?;
        let only = if rows[1] == 1 && rows[0] > 1 {
            Some(Distribution::new(q, 0, Side::Q, policy)?)
        } else {
            None
        };
        let value = |row: usize| {
            if let Some(value) = unchecked(row, if only.is_some() { 0 } else { row }) {
                return Ok(value);
            }
            // The rest, and rows in which something is wrong: checked, one after the other.
            let p = Distribution::new(self, row, Side::P, policy)?;
            match &only {
                Some(q) => of(&p, q),
                None => of(&p, &Distribution::new(q, row, Side::Q, policy)?),
            }
        };
        in_order(rows[0], self.support(), value)
    }

    /// D(P‖Q) of each row of P and each row of Q: n × m values, those of P's first row first.
    ///
    /// # Errors
    /// Those of [`Batch::row_by_row`] but the first.
    ///
    /// ```
    /// use kullback::batch::Batch;
    /// use kullback::{Measure, Normalisation::Strict};
    ///
    /// let p = Batch::new(&[0.5, 0.5, 0.75, 0.25], 2)?;
    /// let q = Batch::new(&[1.0, 0.0, 0.5, 0.5, 0.0, 1.0], 2)?;
    /// assert_eq!(p.matrix(&q, Measure::TV, Strict)?, [0.5, 0.0, 0.5, 0.25, 0.25, 0.75]);
    /// # Ok::<(), kullback::Error>(())
    /// ```
    pub fn matrix<U: Real>(
        &self,
        q: &Batch<'_, U>,
        measure: Measure,
        policy: Normalisation,
    ) -> Result<Vec<f64>, Error> {
        check_supports(self, q)?;
        let p = distributions(self, Side::P, policy)?;
        let q = distributions(q, Side::Q, policy)?;
        let value = |cell: usize| {
            let (p, q) = (&p[cell / q.len()], &q[cell % q.len()]);
            p.measure(q, measure, policy)
        };
        in_order(p.len() * q.len(), self.support(), value)
    }

    /// D(Pᵢ‖Pⱼ) of each row i and each row j of one batch: n × n values, those with i = 0 first.
    ///
    /// The diagonal is 0. A measure that is [declared](crate::Laws::symmetric) symmetric is
    /// computed once for each two rows.
    ///
    /// # Errors
    /// [`Error::InRow`] with the first row that is not a distribution under the policy, and why;
    /// the side is P.
    ///
    /// ```
    /// use kullback::batch::Batch;
    /// use kullback::{Measure, Normalisation::Strict};
    ///
    /// let batch = Batch::new(&[0.5, 0.5, 0.75, 0.25, 1.0, 0.0], 2)?;
    /// let distances = batch.pairwise(Measure::TV, Strict)?;
    /// assert_eq!(distances, [0.0, 0.25, 0.5, 0.25, 0.0, 0.25, 0.5, 0.25, 0.0]);
    /// # Ok::<(), kullback::Error>(())
    /// ```
    pub fn pairwise(&self, measure: Measure, policy: Normalisation) -> Result<Vec<f64>, Error> {
        let rows = distributions(self, Side::P, policy)?;
        let n = rows.len();
        let mirrored = measure.info().laws.symmetric;
        let value = |cell: usize| {
            let (i, j) = (cell / n, cell % n);
            if i == j || (mirrored && i > j) {
                return Ok(0.0);
            }
            rows[i].measure(&rows[j], measure, policy)
        };
        let mut values = in_order(n * n, self.support(), value)?;
        if mirrored {
            for i in 0..n {
                for j in 0..i {
                    values[i * n + j] = values[j * n + i];
                }
            }
        }
        Ok(values)
    }
}

fn distributions<'a, T: Real>(
    batch: &Batch<'a, T>,
    side: Side,
    policy: Normalisation,
) -> Result<Vec<Distribution<'a>>, Error> {
    let row = |row| Distribution::new(batch, row, side, policy);
    in_order(batch.rows(), batch.support(), row)
}

/// Fewer outcomes than this are measured sooner than other threads are woken.
const WORTH_THREADS: usize = 16_384;

/// The values of rows 0, 1, …, of so many outcomes each, on all cores; or the first error: of several, which
/// one is found first depends on the threads.
fn in_order<V: Send>(
    rows: usize,
    support: usize,
    value: impl Fn(usize) -> Result<V, Error> + Send + Sync,
) -> Result<Vec<V>, Error> {
    if rows == 1 || rows.saturating_mul(support) < WORTH_THREADS {
        return (0..rows).map(value).collect();
    }
    let values: Vec<_> = (0..rows).into_par_iter().map(value).collect();
    values.into_iter().collect()
}

fn check_supports<T: Real, U: Real>(p: &Batch<'_, T>, q: &Batch<'_, U>) -> Result<(), Error> {
    let outcomes = [p.support(), q.support()];
    crate::pair::check_lengths([Side::P, Side::Q], outcomes)
}
