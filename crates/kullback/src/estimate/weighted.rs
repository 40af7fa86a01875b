//! Entropy of weighted samples, by the estimators that admit weights.

use super::entropy::entropy_of;
use super::tally::Tally;
use super::weights::Weights;
use super::{EntropyEstimator, Error, Estimate, Prior};
use crate::Error as CountError;
use crate::numeric::Sum;

/// An estimator of entropy that admits weighted observations.
///
/// The others are absent because they have no meaning there: Grassberger's and Zhang's read whole
/// counts, Chao and Shen's and Chao, Wang and Jost's how many outcomes were seen once and twice.
///
/// ```
/// use kullback::estimate::{EntropyEstimator, WeightedEstimator};
///
/// let unweighted = EntropyEstimator::from(WeightedEstimator::MillerMadow);
/// assert_eq!(unweighted, EntropyEstimator::MillerMadow);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum WeightedEstimator {
    /// As [`EntropyEstimator::PlugIn`].
    PlugIn,
    /// As [`EntropyEstimator::MillerMadow`].
    MillerMadow,
    /// As [`EntropyEstimator::JamesStein`].
    JamesStein,
    /// As [`EntropyEstimator::Pseudocount`].
    Pseudocount(Prior),
    /// As [`EntropyEstimator::Dirichlet`].
    Dirichlet(Prior),
    /// As [`EntropyEstimator::Nsb2002`].
    Nsb2002,
}

impl From<WeightedEstimator> for EntropyEstimator {
    fn from(estimator: WeightedEstimator) -> EntropyEstimator {
        match estimator {
            WeightedEstimator::PlugIn => EntropyEstimator::PlugIn,
            WeightedEstimator::MillerMadow => EntropyEstimator::MillerMadow,
            WeightedEstimator::JamesStein => EntropyEstimator::JamesStein,
            WeightedEstimator::Pseudocount(prior) => EntropyEstimator::Pseudocount(prior),
            WeightedEstimator::Dirichlet(prior) => EntropyEstimator::Dirichlet(prior),
            WeightedEstimator::Nsb2002 => EntropyEstimator::Nsb2002,
        }
    }
}

/// Weighted observations of outcomes 0, …, K − 1.
///
/// A weight says how much of the population an observation stands for. Only ratios of weights
/// matter: n weighted observations know as much as (Σw)²/Σw² equal ones (Kish 1965), and the
/// weighted shares of that many are the counts that estimators read.
///
/// ```
/// use kullback::estimate::WeightedCounts;
///
/// let sample = WeightedCounts::new(3, &[(0, 2.0), (1, 1.0), (1, 1.0)])?;
/// assert!((sample.effective_size() - 16.0 / 6.0).abs() < 1e-15);
/// # Ok::<(), kullback::estimate::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct WeightedCounts {
    /// Weight by outcome, scaled to sum to the effective size.
    pub(super) counts: Vec<f64>,
    pub(super) effective: f64,
}

impl WeightedCounts {
    /// Sums the weights of observations, each an outcome's number and a weight.
    ///
    /// # Errors
    /// [`Error::UnknownOutcome`] for an outcome that is not below `outcomes`; [`Error::Counts`]
    /// where there is no outcome, a weight is negative, NaN or infinite, or all weights are 0.
    ///
    /// ```
    /// use kullback::estimate::{Error, WeightedCounts};
    ///
    /// let error = WeightedCounts::new(2, &[(0, 1.0), (2, 1.0)]).unwrap_err();
    /// assert_eq!(error, Error::UnknownOutcome { observation: 1, outcome: 2, outcomes: 2 });
    /// ```
    pub fn new(outcomes: usize, observations: &[(usize, f64)]) -> Result<WeightedCounts, Error> {
        if outcomes == 0 {
            return Err(CountError::Empty.into());
        }
        for (observation, &(outcome, _)) in observations.iter().enumerate() {
            if outcome >= outcomes {
                return Err(Error::UnknownOutcome {
                    observation,
                    outcome,
                    outcomes,
                });
            }
        }
        let weights = Weights::checked(observations.iter().map(|&(_, weight)| weight))?;
        let mut sums = vec![Sum::default(); outcomes];
        for (&(outcome, _), &weight) in observations.iter().zip(&weights.relative) {
            sums[outcome].add(weight);
        }
        let effective = weights.effective_size;
        let scale = effective / weights.total;
        Ok(WeightedCounts {
            counts: sums.iter().map(|sum| sum.total() * scale).collect(),
            effective,
        })
    }

    /// How many equal observations would know as much: (Σw)²/Σw², from 1 to n.
    #[must_use]
    pub fn effective_size(&self) -> f64 {
        self.effective
    }
}

/// The entropy of the distribution behind weighted observations.
///
/// As [`entropy`](super::entropy()), with the effective size for n and the scaled weights of each
/// outcome for its count. With equal weights the two are the same. Source of the effective size:
/// Kish 1965.
///
/// - *Unit, range, deviation*: as there. The deviation takes weights as given, not as estimated.
///
/// ```
/// use kullback::estimate::{WeightedCounts, WeightedEstimator, entropy_weighted};
///
/// // Three observations, the first of which stands for as many as the other two.
/// let sample = WeightedCounts::new(2, &[(0, 2.0), (1, 1.0), (1, 1.0)])?;
/// let plug_in = entropy_weighted(&sample, WeightedEstimator::PlugIn);
/// assert!((plug_in.value - 2f64.ln()).abs() < 1e-15);
/// # Ok::<(), kullback::estimate::Error>(())
/// ```
#[must_use]
pub fn entropy_weighted(sample: &WeightedCounts, estimator: WeightedEstimator) -> Estimate {
    let tally = Tally::of(sample.counts.clone(), sample.effective);
    entropy_of(&tally, estimator.into())
}
