//! How a model is trained.

use serde::{Deserialize, Serialize};

use crate::uda::Uda;
use crate::{Augmentation, Error};

/// How a model is trained. The default is supervised: 1000 steps of Adam on batches of 64 rows.
///
/// ```
/// use kullback_learn::{Settings, Uda};
///
/// let settings = Settings { uda: Some(Uda::default()), l2: 1e-3, ..Settings::default() };
/// assert!(settings.check().is_ok());
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Settings {
    /// How many steps.
    pub steps: u64,
    /// Labelled rows of a step; all, where there are no more.
    pub batch: usize,
    /// Unlabelled rows of a step for each labelled one of `batch`.
    pub ratio: usize,
    /// The learning rate of the first step. It falls along a cosine to cos(7π/16) = 0.195 of it (Sohn et al. 2020).
    pub rate: f64,
    /// The share of a label's mass that is spread over all classes (Szegedy et al. 2016).
    pub smoothing: f64,
    /// λ₁ of λ₁ Σ|w| + ½ λ₂ Σ w². Steps stop at 0, so that parameters become 0 and stay so.
    pub l1: f64,
    /// λ₂, in the loss: Adam divides it by the size of the gradient as well.
    pub l2: f64,
    /// The decay of a moving average of the parameters, with a warm-up, which is then evaluated and saved in their place.
    pub ema: Option<f64>,
    /// Consistency on unlabelled rows.
    pub uda: Option<Uda>,
    /// Distillation from a teacher's logits.
    pub distillation: Option<Distillation>,
    /// What another view of a row is.
    pub augmentation: Augmentation,
    /// Whether labelled rows are seen in other views too.
    pub augment_labelled: bool,
    /// After how many steps the held-back rows are looked at.
    pub check_every: u64,
    /// After how many looks without a better one training ends; never, where there is none.
    pub patience: Option<u64>,
    /// Of everything random.
    pub seed: u64,
}

/// How a teacher's logits are followed: weight · T² · KL(softmax(teacher/T) ‖ softmax(model/T)) (Hinton, Vinyals & Dean 2015).
///
/// ```
/// let distillation = kullback_learn::Distillation::default();
/// assert_eq!((distillation.temperature, distillation.weight), (2.0, 1.0));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Distillation {
    /// T.
    pub temperature: f64,
    /// Beside the cross-entropy of the labels, whose weight is 1.
    pub weight: f64,
}

impl Default for Distillation {
    fn default() -> Self {
        Self {
            temperature: 2.0,
            weight: 1.0,
        }
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            steps: 1000,
            batch: 64,
            ratio: 2,
            rate: 1e-3,
            smoothing: 0.0,
            l1: 0.0,
            l2: 0.0,
            ema: None,
            uda: None,
            distillation: None,
            augmentation: Augmentation::default(),
            augment_labelled: false,
            check_every: 50,
            patience: None,
            seed: 0,
        }
    }
}

impl Settings {
    /// That every number is in its range.
    ///
    /// # Errors
    /// Which is not, and what it has to be.
    ///
    /// ```
    /// # use kullback_learn::Settings;
    /// let error = Settings { rate: -1.0, ..Settings::default() }.check().unwrap_err();
    /// assert_eq!(error.to_string(), "the learning rate is -1: it must be finite and above 0");
    /// ```
    pub fn check(&self) -> Result<(), Error> {
        let is = |name: &str, value: f64, fits: bool, takes: &str| match fits {
            true => Ok(()),
            false => Err(Error::new(format!(
                "the {name} is {value}: it must be {takes}"
            ))),
        };
        let positive = |x: f64| x.is_finite() && x > 0.0;
        let natural = |x: f64| x.is_finite() && x >= 0.0;
        is(
            "number of steps",
            self.steps as f64,
            self.steps > 0,
            "1 or more",
        )?;
        is("batch", self.batch as f64, self.batch > 0, "1 row or more")?;
        is("ratio", self.ratio as f64, self.ratio > 0, "1 or more")?;
        is(
            "learning rate",
            self.rate,
            positive(self.rate),
            "finite and above 0",
        )?;
        let share = (0.0..1.0).contains(&self.smoothing);
        is(
            "label smoothing",
            self.smoothing,
            share,
            "from 0 to below 1",
        )?;
        is("λ of L1", self.l1, natural(self.l1), "finite, 0 or above")?;
        is("λ of L2", self.l2, natural(self.l2), "finite, 0 or above")?;
        is(
            "number of steps between looks",
            self.check_every as f64,
            self.check_every > 0,
            "1 or more",
        )?;
        if let Some(decay) = self.ema {
            let fits = (0.0..1.0).contains(&decay);
            is(
                "decay of the moving average",
                decay,
                fits,
                "from 0 to below 1",
            )?;
        }
        if let Some(uda) = &self.uda {
            is(
                "sharpening temperature",
                uda.sharpen,
                positive(uda.sharpen),
                "finite and above 0",
            )?;
            let share = (0.0..1.0).contains(&uda.confidence);
            is("confidence", uda.confidence, share, "from 0 to below 1")?;
            let weight = natural(uda.weight);
            is(
                "weight of consistency",
                uda.weight,
                weight,
                "finite, 0 or above",
            )?;
        }
        if let Some(Distillation {
            temperature,
            weight,
        }) = self.distillation
        {
            is(
                "temperature of distillation",
                temperature,
                positive(temperature),
                "finite and above 0",
            )?;
            is(
                "weight of distillation",
                weight,
                natural(weight),
                "finite, 0 or above",
            )?;
        }
        Ok(())
    }

    /// The learning rate of a step, counted from 0.
    pub(crate) fn rate_at(&self, step: u64) -> f64 {
        let t = step as f64 / self.steps as f64;
        self.rate * (7.0 / 16.0 * std::f64::consts::PI * t).cos()
    }
}
