//! Cross-entropy, in either direction.

use super::batch::{Batch, Loss};
use super::divergence::{mean_along, negate};
use super::error::{Error, check_weights};
use super::target::{Kind, Target};
use crate::kernel::softmax;
use crate::vector::Float;

impl<F: Float> Batch<'_, F> {
    /// Cross-entropy H(P,Q) = −Σ p ln q of the target P, which stays fixed, and the model Q.
    ///
    /// - *Targets*: classes, smoothed classes, probabilities, logits: see [`Target`].
    /// - *Gradient*: (q·Σp − p)/T; to the last bit that of
    ///   [forward KL](Batch::kl_target_model), since the two differ by the target's entropy alone.
    /// - *Range*: from H(P), where Q = P, to ∞, where P has a class that the model excludes by a logit
    ///   of −∞. The gradient stays finite.
    /// - *Zeros*: p = 0 costs nothing, whatever q is.
    /// - *Source*: Good 1956.
    ///
    /// # Errors
    /// [`Error::Shape`] when target or gradient have not the shape of the logits;
    /// [`Error::NothingKept`].
    ///
    /// ```
    /// use kullback::loss::{Batch, Target};
    ///
    /// let (logits, mut gradient) = ([0.0, 3f64.ln()], [0.0; 2]); // ¼, ¾
    /// let target = Target::smoothed_classes(&[0], 2, 0.5)?; // ¾, ¼
    /// let loss = Batch::new(&logits, 2)?.cross_entropy_target_model(&target, &mut gradient)?;
    /// assert!((loss.value - (0.75 * 4f64.ln() - 0.25 * 0.75f64.ln())).abs() < 1e-15);
    /// assert!((gradient[0] + 0.5).abs() < 1e-15);
    /// # Ok::<(), kullback::loss::Error>(())
    /// ```
    pub fn cross_entropy_target_model(
        &self,
        target: &Target<'_, F>,
        gradient: &mut [F],
    ) -> Result<Loss, Error> {
        self.check_target(target)?;
        if let Kind::Classes {
            indices,
            smoothing: 0.0,
        } = target.kind
        {
            return self.each(1.0, gradient, |row, []| {
                let class = indices[row.number];
                // q, scaled; then the class itself as `Row::forward` has it.
                let q = row.gradient[class];
                softmax::times(row.gradient, row.scale);
                row.gradient[class] = row.scale * (q - F::of(1.0));
                -row.normaliser.log(row.logits[class]).wide()
            });
        }
        self.soft_cross_entropy(target, None, gradient)
    }

    /// Cross-entropy with a weight for each class, −Σ v·p ln q.
    ///
    /// The [mean](super::Reduction) divides by rows, or by their weights, whatever their classes are.
    /// PyTorch's mean divides by the sum of the right classes' weights: to have that, give the rows
    /// those weights in place of the classes.
    ///
    /// - *Gradient*: (q·Σvp − v·p)/T.
    ///
    /// # Errors
    /// As [`Batch::cross_entropy_target_model`]; [`Error::BadWeight`] for a weight that is negative,
    /// NaN or infinite.
    ///
    /// ```
    /// use kullback::loss::{Batch, Target};
    ///
    /// let (logits, mut gradient) = ([0.0f64; 2], [0.0; 2]);
    /// let target = Target::classes(&[0], 2)?;
    /// let batch = Batch::new(&logits, 2)?;
    /// let loss = batch.weighted_cross_entropy_target_model(&target, &[3.0, 1.0], &mut gradient)?;
    /// assert!((loss.value - 3.0 * 2f64.ln()).abs() < 1e-15);
    /// assert_eq!(gradient, [-1.5, 1.5]);
    /// # Ok::<(), kullback::loss::Error>(())
    /// ```
    pub fn weighted_cross_entropy_target_model(
        &self,
        target: &Target<'_, F>,
        class_weights: &[F],
        gradient: &mut [F],
    ) -> Result<Loss, Error> {
        self.check_target(target)?;
        self.check_length("the weights of classes", class_weights.len(), self.classes)?;
        check_weights("class", class_weights.iter().map(|weight| weight.wide()))?;
        self.soft_cross_entropy(target, Some(class_weights), gradient)
    }

    fn soft_cross_entropy(
        &self,
        target: &Target<'_, F>,
        class_weights: Option<&[F]>,
        gradient: &mut [F],
    ) -> Result<Loss, Error> {
        self.each(1.0, gradient, |mut row, [p]| {
            target.row(row.number, p, None);
            for (p, &weight) in p.iter_mut().zip(class_weights.unwrap_or_default()) {
                *p = *p * weight;
            }
            row.forward(p, None)
        })
    }

    /// Cross-entropy the other way, H(Q,P) = −Σ q ln p, of the model Q and the target P.
    ///
    /// It is the *reverse* KL plus the model's [entropy](Batch::entropy), so minimising it is not
    /// minimising a divergence: its least value, −ln max p, is at a Q that is certain of P's likeliest
    /// class. With target and model exchanged, it is what cross-entropy does to a target that is
    /// [not held constant](crate::loss#when-the-target-moves).
    ///
    /// - *Gradient*: −q·(ln p + H)/T.
    /// - *Range*: from −ln max p to ∞, where the model has a class with p = 0: its gradient is
    ///   then +∞ there and −∞ elsewhere, the limit as p falls to 0.
    ///
    /// # Errors
    /// As [`Batch::cross_entropy_target_model`].
    ///
    /// ```
    /// use kullback::{Normalisation, loss::{Batch, Target}};
    ///
    /// let (logits, mut gradient) = ([0.0, 1.5f64.ln()], [0.0; 2]);
    /// let target = Target::probabilities(&[0.4, 0.6], 2, Normalisation::Strict)?;
    /// let batch = Batch::new(&logits, 2)?; // the target itself, and yet no minimum
    /// batch.cross_entropy_model_target(&target, &mut gradient)?;
    /// assert!(gradient[0] > 0.05 && gradient[1] < -0.05);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn cross_entropy_model_target(
        &self,
        target: &Target<'_, F>,
        gradient: &mut [F],
    ) -> Result<Loss, Error> {
        self.check_target(target)?;
        self.each(1.0, gradient, |row, [p, slopes, terms]| {
            target.row(row.number, p, Some(slopes));
            negate(slopes);
            mean_along(row, slopes, terms)
        })
    }
}
