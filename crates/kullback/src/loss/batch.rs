//! A batch of logits, which of its rows count, and what their losses are divided by.

use rayon::prelude::*;

use super::error::{Error, check_weights, positive};
use super::softmax::softmax;
use super::target::{check_logits, rows_at_once};
use crate::kernel::softmax::{Forward, Normaliser};
use crate::numeric::Sum;
use crate::vector::Float;

/// What one number the losses of the rows become.
///
/// | | PyTorch |
/// |---|---|
/// | [`Sum`](Self::Sum) | `sum`; for the gradients of single rows, `none` |
/// | [`MeanOverKeptRows`](Self::MeanOverKeptRows) | `mean` of cross-entropy with `ignore_index` |
/// | [`MeanOverAllRows`](Self::MeanOverAllRows) | `batchmean` of KL |
///
/// None divides by rows × classes, as PyTorch's `mean` of KL does.
///
/// ```
/// use kullback::loss::{Batch, Reduction};
///
/// let (logits, mut gradient) = ([0.0f64; 6], [0.0; 6]); // three rows, two classes
/// let batch = Batch::new(&logits, 2)?.keep(&[true, false, true])?;
/// let mut value = |reduction| Ok(batch.reduce(reduction).entropy(&mut gradient)?.value);
/// let nats: f64 = value(Reduction::Sum)?;
/// assert!((nats - 2.0 * 2f64.ln()).abs() < 1e-15);
/// assert!((value(Reduction::MeanOverKeptRows)? - nats / 2.0).abs() < 1e-15);
/// assert!((value(Reduction::MeanOverAllRows)? - nats / 3.0).abs() < 1e-15);
/// # Ok::<(), kullback::loss::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Reduction {
    /// Σ w·loss, divided by nothing: the gradient of a row is that of its own loss.
    Sum,
    /// Σ w·loss/Σ w; without weights, divided by the number of rows kept.
    #[default]
    MeanOverKeptRows,
    /// Σ w·loss divided by the number of rows, kept or not: a row that is masked counts as a loss of
    /// 0.
    MeanOverAllRows,
}

/// What a loss came to. The gradient is in the slice that was handed in.
#[derive(Debug, Clone, PartialEq)]
pub struct Loss {
    /// The one number, in nats, of which the gradient was taken.
    pub value: f64,
    /// What each row adds to Σ w·loss: its own loss times its weight, 0 where it is masked. This is
    /// what other libraries call the reduction `none`.
    pub rows: Vec<f64>,
}

/// Rows × classes logits of a model, Q = softmax(logits/T), and how the losses of the rows are
/// reduced.
///
/// Each loss is a method, which writes the gradient by the logits over a slice of their shape.
/// See the [module](crate::loss).
///
/// ```
/// use kullback::loss::{Batch, Target};
///
/// let (logits, mut gradient) = ([0.0, 0.0], [0.0; 2]);
/// let loss = Batch::new(&logits, 2)?.kl_target_model(&Target::classes(&[1], 2)?, &mut gradient)?;
/// assert!((loss.value - 2f64.ln()).abs() < 1e-15);
/// assert_eq!(gradient, [0.5, -0.5]);
/// # Ok::<(), kullback::loss::Error>(())
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Batch<'a, F> {
    logits: &'a [F],
    pub(super) classes: usize,
    pub(super) temperature: f64,
    kept: Kept<'a>,
    reduction: Reduction,
}

#[derive(Debug, Clone, Copy)]
enum Kept<'a> {
    All,
    Mask(&'a [bool]),
    Weights(&'a [f64]),
}

impl Kept<'_> {
    fn weight(&self, row: usize) -> f64 {
        match self {
            Kept::All => 1.0,
            Kept::Mask(mask) => f64::from(u8::from(mask[row])),
            Kept::Weights(weights) => weights[row],
        }
    }
}

/// One row while its loss is computed.
pub(super) struct Row<'a, F> {
    pub(super) number: usize,
    pub(super) logits: &'a [F],
    /// Holds q until the gradient takes its place.
    pub(super) gradient: &'a mut [F],
    pub(super) normaliser: Normaliser<F>,
    /// What the gradient by (logits/T) is multiplied by.
    pub(super) scale: F,
}

impl<F: Float> Row<'_, F> {
    /// D(P‖Q) with the logarithms of P, H(P,Q) without; and in the place of q the gradient, which is the same.
    pub(super) fn forward(&mut self, p: &[F], ln_p: Option<&[F]>) -> f64 {
        let forward = Forward {
            p,
            ln_p,
            q: &mut *self.gradient,
            logits: self.logits,
            normaliser: self.normaliser,
            scale: self.scale,
        };
        forward.run()
    }
}

impl<'a, F: Float> Batch<'a, F> {
    /// A batch of which all rows count, at temperature 1, reduced to the mean.
    ///
    /// Log-probabilities are logits too; −∞ is a probability of 0.
    ///
    /// # Errors
    /// [`Error::Empty`], [`Error::PartOfRow`]; [`Error::BadLogit`] for NaN and +∞; [`Error::NoMass`] for
    /// a row of −∞.
    ///
    /// ```
    /// use kullback::loss::{Batch, Error};
    ///
    /// assert!(Batch::new(&[1.0, 2.0, f64::NEG_INFINITY, 0.0], 2).is_ok());
    /// let error = Batch::new(&[1.0, 2.0, f64::INFINITY, 0.0], 2).unwrap_err();
    /// assert_eq!(error, Error::BadLogit { row: 1, class: 0, value: f64::INFINITY });
    /// ```
    pub fn new(logits: &'a [F], classes: usize) -> Result<Self, Error> {
        check_logits("logits", logits, classes)?;
        Ok(Batch {
            logits,
            classes,
            temperature: 1.0,
            kept: Kept::All,
            reduction: Reduction::default(),
        })
    }

    /// Leaves out the rows where `mask` is `false`: they cost nothing, also where their loss is ∞, and
    /// their gradient is 0. Takes the place of weights.
    ///
    /// # Errors
    /// [`Error::Shape`] when there is not one entry for each row.
    ///
    /// ```
    /// use kullback::loss::{Batch, Target};
    ///
    /// let (logits, mut gradient) = ([1.0, 1.0, 5.0, 1.0], [9.0; 4]);
    /// let batch = Batch::new(&logits, 2)?.keep(&[true, false])?;
    /// let loss = batch.kl_target_model(&Target::classes(&[0, 1], 2)?, &mut gradient)?;
    /// assert_eq!((loss.rows[1], gradient), (0.0, [-0.5, 0.5, 0.0, 0.0]));
    /// # Ok::<(), kullback::loss::Error>(())
    /// ```
    pub fn keep(self, mask: &'a [bool]) -> Result<Self, Error> {
        self.check_length("the mask of rows", mask.len(), self.rows())?;
        let kept = Kept::Mask(mask);
        Ok(Batch { kept, ..self })
    }

    /// Multiplies the loss of each row by a weight; 0 masks it, also where its loss is ∞. Takes the
    /// place of a mask.
    ///
    /// # Errors
    /// [`Error::Shape`] when there is not one weight for each row; [`Error::BadWeight`] for one that
    /// is negative, NaN or infinite.
    ///
    /// ```
    /// use kullback::loss::Batch;
    ///
    /// let (logits, mut gradient) = ([0.0; 4], [0.0; 4]);
    /// let loss = Batch::new(&logits, 2)?.weigh(&[3.0, 0.0])?.entropy(&mut gradient)?;
    /// assert_eq!(loss.rows, [3.0 * loss.value, 0.0]);
    /// # Ok::<(), kullback::loss::Error>(())
    /// ```
    pub fn weigh(self, weights: &'a [f64]) -> Result<Self, Error> {
        self.check_length("the weights of rows", weights.len(), self.rows())?;
        check_weights("row", weights.iter().copied())?;
        let kept = Kept::Weights(weights);
        Ok(Batch { kept, ..self })
    }

    /// Says what the losses of the rows become. See [`Reduction`].
    #[must_use]
    pub fn reduce(self, reduction: Reduction) -> Self {
        Batch { reduction, ..self }
    }

    /// Compares softmax(logits/T) in place of softmax(logits). Gradients are by the logits, so that
    /// they shrink with 1/T; where the target has the same temperature, with 1/T².
    ///
    /// # Errors
    /// [`Error::BadSetting`] for a temperature that is not finite and above 0.
    ///
    /// ```
    /// use kullback::loss::{Batch, Target};
    ///
    /// let (logits, mut gradient) = ([0.0, 2.0 * 3f64.ln()], [0.0; 2]); // ¼, ¾ at T = 2
    /// let batch = Batch::new(&logits, 2)?.at_temperature(2.0)?;
    /// let loss = batch.kl_target_model(&Target::classes(&[0], 2)?, &mut gradient)?;
    /// assert!((loss.value - 4f64.ln()).abs() < 1e-15);
    /// # Ok::<(), kullback::loss::Error>(())
    /// ```
    pub fn at_temperature(self, temperature: f64) -> Result<Self, Error> {
        let temperature = positive("the temperature", temperature)?;
        Ok(Batch {
            temperature,
            ..self
        })
    }

    pub(super) fn rows(&self) -> usize {
        self.logits.len() / self.classes
    }

    pub(super) fn check_length(
        &self,
        what: &'static str,
        length: usize,
        expected: usize,
    ) -> Result<(), Error> {
        if length == expected {
            return Ok(());
        }
        Err(Error::Shape {
            what,
            length,
            expected,
        })
    }

    /// What Σ w·loss is divided by.
    fn divisor(&self) -> Result<f64, Error> {
        let rows = self.rows();
        match self.reduction {
            Reduction::Sum => Ok(1.0),
            Reduction::MeanOverAllRows => Ok(rows as f64),
            Reduction::MeanOverKeptRows => {
                let weights = (0..rows).map(|row| self.kept.weight(row));
                let kept = weights.collect::<Sum>().total();
                if kept == 0.0 {
                    return Err(Error::NothingKept);
                }
                Ok(kept)
            }
        }
    }

    /// The loss of each row times `factor`, on all cores. `loss` turns a [`Row`] and a few rows of
    /// scratch into a loss in nats, and the row's q into its gradient.
    pub(super) fn each<const SCRATCH: usize>(
        &self,
        factor: f64,
        gradient: &mut [F],
        loss: impl Fn(Row<'_, F>, &mut [Vec<F>; SCRATCH]) -> f64 + Sync,
    ) -> Result<Loss, Error> {
        self.check_length("the gradient", gradient.len(), self.logits.len())?;
        let divisor = self.divisor()?;
        let mut rows = vec![0.0; self.rows()];
        let scratch = || std::array::from_fn(|_| vec![F::of(0.0); self.classes]);
        let logits = self.logits.par_chunks(self.classes);
        (gradient.par_chunks_mut(self.classes).zip(logits))
            .zip(&mut rows)
            .enumerate()
            .with_min_len(rows_at_once(self.classes))
            .for_each_init(scratch, |scratch, (number, ((gradient, logits), value))| {
                let weight = factor * self.kept.weight(number);
                if weight == 0.0 {
                    gradient.fill(F::of(0.0));
                    return;
                }
                let row = Row {
                    number,
                    logits,
                    normaliser: softmax(logits, self.temperature, gradient),
                    gradient,
                    scale: F::of(weight / divisor / self.temperature),
                };
                *value = weight * loss(row, scratch);
            });
        // In the order of the rows, whatever the threads did.
        let value = rows.iter().copied().collect::<Sum>().total() / divisor;
        Ok(Loss { value, rows })
    }
}
