//! Unsupervised data augmentation: the model is to say the same of a row and of another view of it.
//!
//! The loss of a step is cross-entropy on labelled rows, and λ times a divergence of two predictions of unlabelled ones: P,
//! of the row as it is, is the target, and Q, of another [view](crate::Augmentation), is to follow. P is
//!
//! - **constant**: no gradient flows into it;
//! - **sharpened**: softmax(logits/T) with T < 1;
//! - **masked**: rows of whose class the model is unsure count as a loss of 0.
//!
//! Source: Xie et al. 2020.
//!
//! # Two presets
//!
//! What is called UDA is not one loss. [`Preset::Google`] is the authors' code, [`Preset::TorchSsl`] what TorchSSL and USB
//! train under the name, and what many papers' baselines are:
//!
//! | | `google` | `torchssl` |
//! |---|---|---|
//! | consistency | KL(P‖Q) | cross-entropy of P and Q: the same gradient, a larger number |
//! | a row counts when max softmax(logits), not sharpened, is | > confidence | ≥ confidence |
//! | divided by | all unlabelled rows | all unlabelled rows |
//! | annealing leaves out labelled rows by | the right class's probability | the likeliest class's probability, right or wrong |
//! | cross-entropy is divided by | the labelled rows that are left, at least 1 | all labelled rows |
//!
//! So with annealing, `torchssl` leaves out rows that the model is surely wrong about, and steps with few rows left are
//! small. USB also never sharpens, whatever T it is given: its code hands over probabilities and says so to a function that
//! then returns them as they are; [`sharpen`](Uda::sharpen) = 1 is that.
//!
//! # Why KL, and why the target is constant
//!
//! With a constant target KL and cross-entropy have the same gradient, here [to the last
//! bit](kullback::loss#when-the-target-moves), and it does not matter which is minimised. Once the gradient flows into the
//! target too ([`moving_target`](Uda::moving_target)), they part: KL(P‖Q) = H(P,Q) − H(P) is 0 where the two views agree,
//! however unsure they are, while H(P,Q) is least where both views are *certain of one class*, whatever the row is. That is
//! quickest reached by giving all rows the same class. With 8×8 digits, 50 labels, `mlp:128,128` and 1000 steps, plain being
//! T = 1 without a mask; accuracy in %:
//!
//! | consistency loss | gradient into the target | here | NumPy reference |
//! |---|---|---:|---:|
//! | KL or cross-entropy, T = 0.4, mask (UDA) | no | 92.0 ± 2.3 | 92.1 ± 1.9 |
//! | KL or cross-entropy, plain | no | 90.4 ± 2.8 | 89.4 ± 1.2 |
//! | KL, plain | yes | 77.6 ± 6.2 | 77.4 ± 7.2 |
//! | cross-entropy, plain | yes | 23.8 ± 13.9 | 29.4 ± 12.7 |
//! | none: the 50 labels alone |  | 85.4 ± 2.4 | 83.4 ± 1.6 |
//!
//! The last but one is from `bench/digits` (20 seeds), the last from a NumPy reference with random numbers of its own (5
//! seeds). A target that moves costs KL accuracy as well, since agreeing is then easier than being right; cross-entropy ends
//! nearer to chance than to the labels.

mod alignment;
mod annealing;

use std::str::FromStr;

use kullback::loss::{Batch, Error as LossError, Loss, Target};
use serde::{Deserialize, Serialize};

pub(crate) use alignment::Alignment;
pub use annealing::Annealing;

use crate::Error;
use crate::evaluate::softmax;

/// The loss between the predictions of two views of a row, of which P is the target and Q the model's.
///
/// ```
/// use kullback_learn::Consistency;
///
/// assert_eq!("reverse-kl".parse::<Consistency>()?, Consistency::ReverseKl);
/// # Ok::<(), kullback_learn::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Consistency {
    /// KL(P‖Q): Q must cover all that P thinks likely.
    Kl,
    /// KL(Q‖P): Q must keep to what P thinks likely.
    ReverseKl,
    /// Jensen–Shannon divergence, at most ln 2.
    Js,
    /// Σ (p − q)², the squared distance of the probabilities, at most 2.
    Mse,
    /// Cross-entropy H(P,Q): the gradient of KL(P‖Q), while P is constant.
    Ce,
}

const CONSISTENCIES: [(&str, Consistency); 5] = [
    ("kl", Consistency::Kl),
    ("reverse-kl", Consistency::ReverseKl),
    ("js", Consistency::Js),
    ("mse", Consistency::Mse),
    ("ce", Consistency::Ce),
];

impl FromStr for Consistency {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let found = CONSISTENCIES.iter().find(|(name, _)| *name == text);
        found.map(|&(_, consistency)| consistency).ok_or_else(|| {
            Error::new(format!("`{text}` is no consistency loss"))
                .advise("they are kl, reverse-kl, js, mse and ce")
        })
    }
}

impl Consistency {
    /// The loss of a batch of Q's logits against P's.
    pub(crate) fn loss(
        self,
        batch: &Batch<'_, f32>,
        target: &Target<'_, f32>,
        gradient: &mut [f32],
    ) -> Result<Loss, LossError> {
        match self {
            Consistency::Kl => batch.kl_target_model(target, gradient),
            Consistency::ReverseKl => batch.kl_model_target(target, gradient),
            Consistency::Js => batch.js(target, 0.5, gradient),
            Consistency::Mse => batch.squared_error(target, gradient),
            Consistency::Ce => batch.cross_entropy_target_model(target, gradient),
        }
    }

    /// The same loss by P's logits, with Q constant: what flows into a target that moves.
    pub(crate) fn loss_by_target(
        self,
        batch: &Batch<'_, f32>,
        target: &Target<'_, f32>,
        gradient: &mut [f32],
    ) -> Result<Loss, LossError> {
        match self {
            Consistency::Kl => batch.kl_model_target(target, gradient),
            Consistency::ReverseKl => batch.kl_target_model(target, gradient),
            Consistency::Js => batch.js(target, 0.5, gradient),
            Consistency::Mse => batch.squared_error(target, gradient),
            Consistency::Ce => batch.cross_entropy_model_target(target, gradient),
        }
    }
}

/// Whose UDA it is. See the [module](crate::uda#two-presets).
///
/// ```
/// use kullback_learn::Preset;
///
/// assert_eq!("google".parse::<Preset>()?, Preset::Google);
/// # Ok::<(), kullback_learn::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Preset {
    /// google-research/uda.
    #[default]
    Google,
    /// TorchSSL and USB.
    TorchSsl,
}

impl FromStr for Preset {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        match text {
            "google" => Ok(Preset::Google),
            "torchssl" => Ok(Preset::TorchSsl),
            _ => Err(Error::new(format!("`{text}` is no preset"))
                .advise("presets are google and torchssl")),
        }
    }
}

/// Consistency training on unlabelled rows.
///
/// ```
/// use kullback_learn::{Consistency, Uda};
///
/// let uda = Uda { consistency: Consistency::Js, ..Uda::default() };
/// assert_eq!((uda.sharpen, uda.confidence, uda.weight), (0.4, 0.8, 1.0));
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Uda {
    /// Whose masks and divisors.
    pub preset: Preset,
    /// The loss between two views.
    pub consistency: Consistency,
    /// The temperature T of the target, above 0; 1 leaves it as it is.
    pub sharpen: f64,
    /// The probability of the likeliest class above which a row counts; 0 masks none.
    pub confidence: f64,
    /// Whether labelled rows wait while they are learnt.
    pub annealing: Option<Annealing>,
    /// What the consistency loss is multiplied by.
    pub weight: f64,
    /// Whether targets are held to the shares of the labels.
    pub align: bool,
    /// Whether the gradient flows into the target too, which UDA does not: only to see what happens.
    pub moving_target: bool,
}

/// The settings of UDA's experiments on CIFAR-10: KL, T = 0.4, confidence 0.8, no annealing.
impl Default for Uda {
    fn default() -> Self {
        Self {
            preset: Preset::Google,
            consistency: Consistency::Kl,
            sharpen: 0.4,
            confidence: 0.8,
            annealing: None,
            weight: 1.0,
            align: false,
            moving_target: false,
        }
    }
}

impl Uda {
    /// Which unlabelled rows count, by the probabilities of their unaugmented view.
    pub(crate) fn confident(&self, rows: &[Vec<f64>]) -> Vec<bool> {
        let most = |row: &Vec<f64>| row.iter().copied().fold(0.0, f64::max);
        let counts = |row: &Vec<f64>| match self.preset {
            Preset::Google => most(row) > self.confidence,
            Preset::TorchSsl => most(row) >= self.confidence,
        };
        rows.iter().map(counts).collect()
    }

    /// The loss as it is computed: TorchSSL's KL is a cross-entropy, with the same gradient.
    pub(crate) fn computed(&self) -> Consistency {
        match (self.preset, self.consistency) {
            (Preset::TorchSsl, Consistency::Kl) => Consistency::Ce,
            (_, consistency) => consistency,
        }
    }
}

/// Which labelled rows a step trains on, at the share `t` of all steps.
pub(crate) fn unlearnt(
    annealing: Annealing,
    preset: Preset,
    logits: &[f32],
    labels: &[usize],
    classes: usize,
    t: f64,
) -> Vec<bool> {
    let threshold = annealing.threshold(t, classes);
    let rows = logits.chunks(classes).zip(labels);
    let keep = rows.map(|(logits, &label)| {
        let q = softmax(logits);
        match preset {
            Preset::Google => q[label] <= threshold,
            Preset::TorchSsl => q.iter().copied().fold(0.0, f64::max) <= threshold,
        }
    });
    keep.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Logits of a row with q = (0.8, 0.15, 0.05).
    fn logits() -> Vec<f32> {
        [0.8f32, 0.15, 0.05].map(f32::ln).to_vec()
    }

    #[test]
    fn presets_differ_in_whose_probability_leaves_a_labelled_row_out() {
        // At t = ½ the linear threshold of three classes is ⅔: the likeliest class is above it, the others below.
        let left =
            |preset, label| unlearnt(Annealing::Linear, preset, &logits(), &[label], 3, 0.5)[0];
        assert!(!left(Preset::Google, 0), "learnt already");
        assert!(left(Preset::Google, 1), "wrong, and to be learnt");
        assert!(!left(Preset::TorchSsl, 0));
        assert!(
            !left(Preset::TorchSsl, 1),
            "surely wrong, and left out all the same"
        );
    }

    #[test]
    fn presets_differ_at_the_threshold_itself() {
        let rows = [vec![0.75, 0.25], vec![0.5, 0.5]];
        let uda = |preset, confidence| Uda {
            preset,
            confidence,
            ..Uda::default()
        };
        assert_eq!(uda(Preset::Google, 0.75).confident(&rows), [false, false]);
        assert_eq!(uda(Preset::TorchSsl, 0.75).confident(&rows), [true, false]);
        assert_eq!(uda(Preset::Google, 0.0).confident(&rows), [true, true]);
    }
}
