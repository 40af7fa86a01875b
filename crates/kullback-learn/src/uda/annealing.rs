//! Training-signal annealing: labelled rows that are learnt already wait until later.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::Error;

/// How the threshold of training-signal annealing rises: a labelled row whose probability lies above it is left out of the
/// step.
///
/// η(t) = c(t)·(1 − 1/K) + 1/K, for t from 0 (the first step) to 1 (the last) and K classes, so from chance to certainty.
/// With few steps `exp` leaves out most of the labels for most of the training, and costs more than it gains.
///
/// - *Source*: Xie et al. 2020, section 2.3 (UDA).
///
/// ```
/// use kullback_learn::Annealing;
///
/// assert_eq!(Annealing::Linear.threshold(0.0, 10), 0.1);
/// assert_eq!(Annealing::Linear.threshold(1.0, 10), 1.0);
/// assert!(Annealing::Exp.threshold(0.5, 10) < Annealing::Log.threshold(0.5, 10));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Annealing {
    /// c = t.
    Linear,
    /// c = exp(5(t − 1)): labels are released late, for problems that overfit soon.
    Exp,
    /// c = 1 − exp(−5t): labels are released early.
    Log,
}

impl Annealing {
    /// The threshold η at the share `t` of all steps, for so many classes.
    ///
    /// ```
    /// # use kullback_learn::Annealing;
    /// assert!((Annealing::Log.threshold(0.5, 10) - 0.926_124).abs() < 1e-6);
    /// ```
    pub fn threshold(self, t: f64, classes: usize) -> f64 {
        let c = match self {
            Annealing::Linear => t,
            Annealing::Exp => (5.0 * (t - 1.0)).exp(),
            Annealing::Log => 1.0 - (-5.0 * t).exp(),
        };
        let chance = 1.0 / classes as f64;
        c * (1.0 - chance) + chance
    }
}

impl FromStr for Annealing {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        match text {
            "linear" => Ok(Annealing::Linear),
            "exp" => Ok(Annealing::Exp),
            "log" => Ok(Annealing::Log),
            _ => Err(Error::new(format!("`{text}` is no schedule"))
                .advise("schedules are linear, exp and log")),
        }
    }
}
