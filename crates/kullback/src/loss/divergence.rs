//! Divergences between targets and the model, in either direction, and the model's entropy.

use super::batch::{Batch, Loss, Row};
use super::error::{Error, positive};
use super::softmax::{along, sum, times};
use super::target::Target;
use crate::batch::Real;
use crate::kernel::softmax::logs;
use crate::vector::{self, Float};

/// Whether distillation multiplies by T², so that its gradient does not shrink as T grows.
///
/// Hinton, Vinyals & Dean 2015 do, and Keras; TRL does not.
///
/// ```
/// use kullback::loss::{Batch, DistillationScale};
///
/// let (student, teacher, mut gradient) = ([0.0, 1.0], [0.0, 3.0], [0.0; 2]);
/// let batch = Batch::new(&student, 2)?;
/// let mut value = |scale| Ok(batch.distillation_teacher_student(&teacher, 2.0, scale, &mut gradient)?.value);
/// let plain: f64 = value(DistillationScale::Plain)?;
/// assert_eq!(value(DistillationScale::TimesTSquared)?, 4.0 * plain);
/// # Ok::<(), kullback::loss::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DistillationScale {
    /// KL as it is.
    Plain,
    /// T²·KL.
    TimesTSquared,
}

impl<F: Float> Batch<'_, F> {
    /// Forward KL, D(P‖Q) = Σ p ln(p/q), of the target P and the model Q: Q must cover all of P.
    ///
    /// - *Gradient*: (q·Σp − p)/T; to the last bit that of
    ///   [cross-entropy](Batch::cross_entropy_target_model).
    /// - *Range*: from 0, where P = Q, to ∞, where P has a class that the model excludes by a logit of
    ///   −∞. The gradient stays finite.
    /// - *Zeros*: p = 0 costs nothing, whatever q is.
    /// - *Source*: Kullback & Leibler 1951.
    ///
    /// # Errors
    /// [`Error::Shape`] when target or gradient have not the shape of the logits;
    /// [`Error::NothingKept`].
    ///
    /// ```
    /// use kullback::{Normalisation, loss::{Batch, Target}};
    ///
    /// // p = 0 meets a logit of −∞: frameworks give NaN here.
    /// let (logits, mut gradient) = ([0.0, 0.0, f64::NEG_INFINITY], [0.0; 3]);
    /// let target = Target::probabilities(&[1.0, 0.0, 0.0], 3, Normalisation::Strict)?;
    /// let loss = Batch::new(&logits, 3)?.kl_target_model(&target, &mut gradient)?;
    /// assert!((loss.value - 2f64.ln()).abs() < 1e-15);
    /// assert_eq!(gradient, [-0.5, 0.5, 0.0]);
    /// # Ok::<(), kullback::loss::Error>(())
    /// ```
    pub fn kl_target_model(
        &self,
        target: &Target<'_, F>,
        gradient: &mut [F],
    ) -> Result<Loss, Error> {
        self.kl_times(1.0, target, gradient)
    }

    /// Distillation: D(P‖Q) of P = softmax(teacher/T) and Q = softmax(logits/T), times T² if so
    /// chosen. `teacher` has the shape of the logits; the temperature takes the place of the batch's.
    ///
    /// - *Gradient*: (q − p)/T, or T·(q − p).
    /// - *Range*: from 0, where the two agree at T, to ∞.
    /// - *Source*: Hinton, Vinyals & Dean 2015.
    ///
    /// # Errors
    /// As [`Target::logits`] and [`Batch::kl_target_model`].
    ///
    /// ```
    /// use kullback::loss::{Batch, DistillationScale};
    ///
    /// let (student, teacher, mut gradient) = ([0.0, 1.0], [5.0, 6.0], [1.0; 2]);
    /// let scale = DistillationScale::TimesTSquared;
    /// let batch = Batch::new(&student, 2)?;
    /// let loss = batch.distillation_teacher_student(&teacher, 4.0, scale, &mut gradient)?;
    /// assert_eq!((loss.value, gradient), (0.0, [0.0; 2])); // an offset is no difference
    /// # Ok::<(), kullback::loss::Error>(())
    /// ```
    pub fn distillation_teacher_student(
        &self,
        teacher: &[F],
        temperature: f64,
        scale: DistillationScale,
        gradient: &mut [F],
    ) -> Result<Loss, Error> {
        let target = Target::logits(teacher, self.classes, temperature)?;
        let factor = match scale {
            DistillationScale::Plain => 1.0,
            DistillationScale::TimesTSquared => temperature * temperature,
        };
        (self.at_temperature(temperature)?).kl_times(factor, &target, gradient)
    }

    /// Forward KL, D(P‖Q), of P = softmax(`logits`/T) and the model, both at the batch's temperature, whose value is
    /// right relative to itself also where the two nearly agree: to 10⁻⁶ for `f32`, 10⁻¹² for `f64`, as that of
    /// [`logits::row`](crate::logits::row). There [`kl_target_model`](Batch::kl_target_model) rounds to 0: its value is
    /// right to 10⁻⁷ of the logits' range. It costs two more passes over each row. `logits` has the shape of the
    /// batch's.
    ///
    /// - *Gradient*: (q − p)/T; to the last bit that of [`kl_target_model`](Batch::kl_target_model).
    /// - *Range*: from 0, where P = Q, to ∞, where P has a class that the model excludes by a logit of −∞. The gradient
    ///   stays finite.
    ///
    /// # Errors
    /// As [`Target::logits`] and [`Batch::kl_target_model`].
    ///
    /// ```
    /// use kullback::loss::Batch;
    ///
    /// // One of four logits differs by δ = 10⁻⁴, which makes KL 3δ²/32.
    /// let (a, b) = ([0.0f32, 0.0, 0.0, 1e-4], [0.0f32; 4]);
    /// let mut gradient = [0.0; 4];
    /// let batch = Batch::new(&b, 4)?;
    /// let loss = batch.kl_from_logits(&a, &mut gradient)?;
    /// assert!((loss.value / (3e-8 / 32.0) - 1.0).abs() < 1e-3);
    /// # Ok::<(), kullback::loss::Error>(())
    /// ```
    pub fn kl_from_logits(&self, logits: &[F], gradient: &mut [F]) -> Result<Loss, Error>
    where
        F: Real,
    {
        let target = Target::logits(logits, self.classes, self.temperature)?;
        self.check_target(&target)?;
        self.each(1.0, gradient, |mut row, [p]| {
            target.row(row.number, p, None);
            row.forward(p, None);
            let a = &logits[row.number * self.classes..][..self.classes];
            let found = match self.temperature {
                1.0 => crate::logits::row(a, row.logits),
                // Divided in their own type, the difference of the logits would be rounding.
                temperature => {
                    let wide = |z: &[F]| -> Vec<f64> {
                        z.iter().map(|z| z.wide() / temperature).collect()
                    };
                    crate::logits::row(&wide(a), &wide(row.logits))
                }
            };
            // Both rows were checked: there is a divergence.
            found.map_or(f64::NAN, |found| found.kl)
        })
    }

    fn kl_times(
        &self,
        factor: f64,
        target: &Target<'_, F>,
        gradient: &mut [F],
    ) -> Result<Loss, Error> {
        self.check_target(target)?;
        self.each(factor, gradient, |mut row, [p, ln_p]| {
            target.row(row.number, p, Some(&mut *ln_p));
            // Below 0 only by rounding.
            row.forward(p, Some(ln_p)).max(0.0)
        })
    }

    /// Reverse KL, D(Q‖P) = Σ q ln(q/p), of the model Q and the target P: Q must stay within P.
    ///
    /// - *Gradient*: q·(ln(q/p) − D)/T.
    /// - *Range*: from 0, where P = Q, to ∞, where the model has a class with p = 0: its gradient
    ///   is then +∞ there and −∞ elsewhere, the limit as p falls to 0.
    /// - *Zeros*: q = 0 costs nothing, whatever p is.
    ///
    /// # Errors
    /// As [`Batch::kl_target_model`].
    ///
    /// ```
    /// use kullback::{Normalisation, loss::{Batch, Target}};
    ///
    /// let (logits, mut gradient) = ([0.0, 3f64.ln()], [0.0; 2]); // ¼, ¾
    /// let target = Target::probabilities(&[0.5, 0.5], 2, Normalisation::Strict)?;
    /// let loss = Batch::new(&logits, 2)?.kl_model_target(&target, &mut gradient)?;
    /// assert!((loss.value - 0.130_812_035_941_137).abs() < 1e-14);
    /// assert!(gradient[0] < 0.0 && gradient[1] > 0.0);
    /// # Ok::<(), kullback::loss::Error>(())
    /// ```
    pub fn kl_model_target(
        &self,
        target: &Target<'_, F>,
        gradient: &mut [F],
    ) -> Result<Loss, Error> {
        self.check_target(target)?;
        self.each(1.0, gradient, |row, [p, ln_p, slopes, terms]| {
            target.row(row.number, p, Some(ln_p));
            logs(row.normaliser, row.logits, slopes);
            let excess = sum(p) - sum(row.gradient);
            subtract(slopes, ln_p);
            (mean_along(row, slopes, terms) + excess).max(0.0)
        })
    }

    /// Symmetric KL, D(P‖Q) + D(Q‖P) = Σ (p − q) ln(p/q), which has no direction.
    ///
    /// - *Gradient*: the sum of those of [`kl_target_model`](Batch::kl_target_model) and
    ///   [`kl_model_target`](Batch::kl_model_target).
    /// - *Range*: from 0, where P = Q, to ∞, where only one of the two has a class.
    /// - *Source*: Jeffreys 1946.
    ///
    /// # Errors
    /// As [`Batch::kl_target_model`].
    ///
    /// ```
    /// use kullback::{Normalisation, loss::{Batch, Target}};
    ///
    /// let (logits, mut gradient) = ([0.0, 3f64.ln()], [0.0; 2]); // ¼, ¾
    /// let target = Target::probabilities(&[0.5, 0.5], 2, Normalisation::Strict)?;
    /// let loss = Batch::new(&logits, 2)?.symmetric_kl(&target, &mut gradient)?;
    /// assert!((loss.value - 0.25 * 3f64.ln()).abs() < 1e-15);
    /// # Ok::<(), kullback::loss::Error>(())
    /// ```
    pub fn symmetric_kl(&self, target: &Target<'_, F>, gradient: &mut [F]) -> Result<Loss, Error> {
        self.check_target(target)?;
        self.each(1.0, gradient, |mut row, [p, ln_p, slopes, terms]| {
            target.row(row.number, p, Some(ln_p));
            logs(row.normaliser, row.logits, slopes);
            let excess = sum(p) - sum(row.gradient);
            subtract(slopes, ln_p);
            let reverse = along(row.gradient, slopes, terms, row.scale) + excess;
            let forward = row.forward(p, Some(ln_p)).max(0.0);
            for (gradient, &other) in row.gradient.iter_mut().zip(&*slopes) {
                *gradient += other;
            }
            forward + reverse.max(0.0)
        })
    }

    /// Jensen–Shannon divergence with weight β on the target,
    /// JS(β) = β·D(P‖M) + (1 − β)·D(Q‖M) with M = βP + (1 − β)Q. It is symmetric at β = ½.
    ///
    /// - *Gradient*: (1 − β)·q·(ln(q/m) − D(Q‖M))/T.
    /// - *Range*: from 0, where P = Q, to the entropy of β and 1 − β: at most ln 2. Always finite, and
    ///   so is its gradient.
    /// - *Limits*: divided by β(1 − β) it tends to a KL at either end: as β → 0 to D(P‖Q), as β → 1
    ///   to D(Q‖P). The ends themselves are 0 everywhere, so they are refused.
    /// - *Source*: Lin 1991; with β in training, Agarwal et al. 2024.
    ///
    /// # Errors
    /// As [`Batch::kl_target_model`]; [`Error::BadSetting`] for β not between 0 and 1.
    ///
    /// ```
    /// use kullback::loss::{Batch, Target};
    ///
    /// let (logits, mut gradient) = ([0.0, f64::NEG_INFINITY], [0.0; 2]);
    /// let target = Target::classes(&[1], 2)?; // nothing in common
    /// let loss = Batch::new(&logits, 2)?.js(&target, 0.5, &mut gradient)?;
    /// assert!((loss.value - 2f64.ln()).abs() < 1e-15);
    /// # Ok::<(), kullback::loss::Error>(())
    /// ```
    pub fn js(&self, target: &Target<'_, F>, beta: f64, gradient: &mut [F]) -> Result<Loss, Error> {
        self.check_target(target)?;
        positive("β of JS(β)", beta)?;
        positive("1 − β of JS(β)", 1.0 - beta)?;
        let (of_p, of_q) = (F::of(beta), F::of(1.0 - beta));
        self.each(1.0, gradient, |row, [p, ln_p, slopes, ln_m, terms]| {
            target.row(row.number, p, Some(ln_p));
            logs(row.normaliser, row.logits, slopes);
            for ((m, &p), &q) in ln_m.iter_mut().zip(&*p).zip(&*row.gradient) {
                *m = of_p * p + of_q * q;
            }
            vector::ln(ln_m);
            subtract(ln_p, ln_m);
            subtract(slopes, ln_m);
            for ((term, &p), &ratio) in terms.iter_mut().zip(&*p).zip(&*ln_p) {
                *term = times(p, ratio);
            }
            let of_target = sum(terms);
            let scale = of_q * row.scale;
            let of_model = mean_along(Row { scale, ..row }, slopes, terms);
            (beta * of_target + (1.0 - beta) * of_model).max(0.0)
        })
    }

    /// Squared error of the probabilities, Σ (p − q)², which has no direction; with classes as targets, Brier's
    /// score.
    ///
    /// - *Gradient*: 2q·(q − p − Σ q(q − p))/T. It vanishes with q, so a class that the model excludes stays so: a
    ///   confident mistake costs at most 2 and pulls little.
    /// - *Range*: from 0, where P = Q, to 2, where both are certain and disagree, for targets that sum to 1. Always
    ///   finite. No unit: it is not in nats.
    /// - *Source*: Brier 1950; as a consistency loss, Laine & Aila 2017. PyTorch's `mse_loss` divides it by the
    ///   number of classes as well.
    ///
    /// # Errors
    /// As [`Batch::kl_target_model`].
    ///
    /// ```
    /// use kullback::{Normalisation, loss::{Batch, Target}};
    ///
    /// let (logits, mut gradient) = ([0.0, 3f64.ln()], [0.0; 2]); // ¼, ¾
    /// let target = Target::probabilities(&[0.5, 0.5], 2, Normalisation::Strict)?;
    /// let loss = Batch::new(&logits, 2)?.squared_error(&target, &mut gradient)?;
    /// assert!((loss.value - 0.125).abs() < 1e-15);
    /// assert!((gradient[0] + 0.1875).abs() < 1e-15);
    /// # Ok::<(), kullback::loss::Error>(())
    /// ```
    pub fn squared_error(&self, target: &Target<'_, F>, gradient: &mut [F]) -> Result<Loss, Error> {
        self.check_target(target)?;
        self.each(1.0, gradient, |row, [p, slopes, terms]| {
            target.row(row.number, p, None);
            for (((slope, term), &q), &p) in slopes
                .iter_mut()
                .zip(&mut *terms)
                .zip(&*row.gradient)
                .zip(&*p)
            {
                let error = q - p;
                *term = error * error;
                *slope = error + error;
            }
            let squares = sum(terms);
            mean_along(row, slopes, terms);
            squares
        })
    }

    /// The model's entropy, H(Q) = −Σ q ln q: added to a loss, it makes predictions sharper; taken
    /// from one, by a negative step, flatter.
    ///
    /// - *Gradient*: −q·(ln q + H)/T.
    /// - *Range*: from 0, one certain class, to ln K for K classes alike; both have a gradient of 0.
    /// - *Source*: Shannon 1948; as a loss, Grandvalet & Bengio 2004.
    ///
    /// # Errors
    /// [`Error::Shape`] when the gradient has not the shape of the logits;
    /// [`Error::NothingKept`].
    ///
    /// ```
    /// use kullback::loss::Batch;
    ///
    /// let (logits, mut gradient) = ([0.0, 0.0], [1.0; 2]);
    /// let loss = Batch::new(&logits, 2)?.entropy(&mut gradient)?;
    /// assert!((loss.value - 2f64.ln()).abs() < 1e-15);
    /// # Ok::<(), kullback::loss::Error>(())
    /// ```
    pub fn entropy(&self, gradient: &mut [F]) -> Result<Loss, Error> {
        self.each(1.0, gradient, |row, [slopes, terms]| {
            logs(row.normaliser, row.logits, slopes);
            negate(slopes);
            mean_along(row, slopes, terms)
        })
    }

    pub(super) fn check_target(&self, target: &Target<'_, F>) -> Result<(), Error> {
        self.check_length("the classes of the target", target.classes, self.classes)?;
        self.check_length("the rows of the target", target.rows(), self.rows())
    }
}

fn subtract<F: Float>(from: &mut [F], other: &[F]) {
    for (from, &other) in from.iter_mut().zip(other) {
        *from = *from - other;
    }
}

pub(super) fn negate<F: Float>(row: &mut [F]) {
    row.iter_mut().for_each(|x| *x = -*x);
}

/// A loss that is the mean of its own slopes, E_q\[slope\]: its value, and its gradient in the place
/// of q.
pub(super) fn mean_along<F: Float>(row: Row<'_, F>, slopes: &mut [F], terms: &mut [F]) -> f64 {
    let mean = along(row.gradient, slopes, terms, row.scale);
    row.gradient.copy_from_slice(slopes);
    mean
}
