//! Estimates from data: what counts say about a distribution that was never seen whole.
//!
//! Shares of a finite sample are not the probabilities behind it. Their entropy is too low, their
//! divergence from another sample too high, and both by an amount that depends on the number of
//! rows. The estimators here correct for that, each in its own way, and every one is named by
//! its authors.
//!
//! - [`entropy`] of one sample's counts, by any [`EntropyEstimator`] of the registry
//!   [`ENTROPY_ESTIMATORS`].
//! - [`entropy_weighted`] of weighted observations, by those that admit weights.
//! - [`kl`] and [`js`] of two samples' counts, [`mutual_information`] of a table of counts.
//! - [`kl_posterior`], [`js_posterior`], [`mutual_information_posterior`]: the same under a
//!   Dirichlet prior, with credible intervals.
//! - [`Points`] of a continuous distribution: [`entropy_of_points`], [`kl_of_points`] and
//!   [`mutual_information_of_points`] by nearest neighbours,
//!   [`vasicek`], [`van_es`], [`ebrahimi`] and [`correa`] by spacings on the line, [`mmd()`] with a
//!   permutation test.
//!
//! Values are in nats. Nothing is clamped: an estimate of a quantity that cannot be negative may
//! be negative where the estimator has no such promise, and says so.
//!
//! # Weights
//!
//! A weight says how much of the population an observation stands for. Only ratios of weights
//! matter, equal weights change nothing, and n weighted observations know as much as the effective
//! size (Σw)²/Σw² of equal ones (Kish 1965), which stands for n wherever a size is read.
//!
//! | data | weighted form | answers |
//! |---|---|---|
//! | counts | [`WeightedCounts`] | [`entropy_weighted`], [`kl_weighted`], [`js_weighted`] |
//! | a table of counts | [`WeightedTable`] | [`mutual_information_weighted`] |
//! | points | [`WeightedPoints`] | [`mmd_weighted`] |
//! | numbers on the line | [`Line::from_weighted_samples`](crate::Line::from_weighted_samples) | every measure of a [`Line`](crate::Line) |
//!
//! Estimators by nearest neighbours and by spacings have no weighted form here. They rest on the
//! law of the mass within the distance to the k-th of n points *alike*, which weights that vary
//! from point to point break, and no published correction holds for weights of any kind. Either count
//! the points of bins ([`WeightedCounts`]), or compare samples by [`mmd_weighted`], or thin them:
//! keep each point with probability w/max w (von Neumann 1951), and what is left is an unweighted
//! sample of the same population, smaller but fit for every estimator.
//!
//! # Which one?
//!
//! With many counts in every outcome all agree: take the plug-in and its deviation. Where some
//! outcomes may be unseen and their number is unknown, take Chao–Wang–Jost 2013; where it is
//! known, NSB 2002, which also gives a deviation. Differences between the two say that the data
//! do not settle the answer.
//!
//! ```
//! use kullback::estimate::{EntropyEstimator, entropy};
//!
//! // Ten draws, seven different outcomes: surely not all there are.
//! let counts = [1, 2, 1, 1, 3, 1, 1];
//! let plug_in = entropy(&counts, EntropyEstimator::PlugIn)?.value;
//! let corrected = entropy(&counts, EntropyEstimator::ChaoWangJost2013)?.value;
//! assert!(plug_in < 1.84 && corrected > 2.4);
//! # Ok::<(), kullback::estimate::Error>(())
//! ```

mod bias;
mod coverage;
mod dirichlet;
mod entropy;
mod error;
mod information;
mod knn;
mod ksg;
mod mmd;
mod neighbours;
mod nsb;
mod points;
mod posterior;
mod shares;
mod spacing;
mod special;
mod tally;
mod tree;
mod two_samples;
mod weighted;
mod weighted_divergence;
mod weighted_points;
mod weights;

pub use dirichlet::Prior;
pub use entropy::{ENTROPY_ESTIMATORS, EntropyEstimator, EntropyInfo, entropy};
pub use error::Error;
pub use information::mutual_information;
pub use knn::{entropy_of_points, kl_of_points};
pub use ksg::{Ksg, mutual_information_of_points};
pub use mmd::{Mmd, mmd, mmd_weighted};
pub use points::{MOST_COLUMNS, Points};
pub use posterior::{Draws, Posterior, js_posterior, kl_posterior, mutual_information_posterior};
pub use spacing::{correa, ebrahimi, van_es, vasicek};
pub use two_samples::{DivergenceEstimator, ShareEstimator, js, kl};
pub use weighted::{WeightedCounts, WeightedEstimator, entropy_weighted};
pub use weighted_divergence::{
    WeightedTable, js_weighted, kl_weighted, mutual_information_weighted,
};
pub use weighted_points::WeightedPoints;

/// A value estimated from data, in nats, with its uncertainty where the estimator gives one.
///
/// ```
/// use kullback::estimate::{EntropyEstimator, entropy};
///
/// let coin = entropy(&[70, 30], EntropyEstimator::PlugIn)?;
/// assert!((coin.value - 0.6109).abs() < 1e-4);
/// assert!(coin.deviation.is_some_and(|deviation| (deviation - 0.0388).abs() < 1e-4));
/// # Ok::<(), kullback::estimate::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Estimate {
    /// The estimate, in nats.
    pub value: f64,
    /// How far the value typically is from the truth, in nats: the asymptotic standard error of a
    /// frequentist estimator, the posterior's standard deviation of a Bayesian one; `None` where
    /// the estimator has neither.
    ///
    /// Neither knows of the estimator's own bias. A standard error of 0 (all shares equal) means
    /// that the first-order term vanishes, not that the value is certain.
    pub deviation: Option<f64>,
}

impl Estimate {
    fn value(value: f64) -> Estimate {
        Estimate {
            value,
            deviation: None,
        }
    }

    fn with_deviation(value: f64, deviation: f64) -> Estimate {
        Estimate {
            value,
            deviation: Some(deviation),
        }
    }
}
