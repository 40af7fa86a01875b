//! Samples of points with weights.

use super::weights::Weights;
use super::{Error, Points};

/// A sample of points with a weight for each.
///
/// A weight says how much of the population a point stands for; only ratios matter. Points of
/// weight 0 stand for nothing and are left out.
///
/// ```
/// use kullback::estimate::{Points, WeightedPoints};
///
/// let points = Points::line(&[0.5, 1.5, 2.5])?;
/// let sample = WeightedPoints::new(&points, &[1.0, 0.0, 1.0])?;
/// assert_eq!((sample.points().len(), sample.effective_size()), (2, 2.0));
/// # Ok::<(), kullback::estimate::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct WeightedPoints {
    points: Points,
    weights: Vec<f64>,
    effective: f64,
}

impl WeightedPoints {
    /// Gives each point its weight.
    ///
    /// # Errors
    /// [`Error::WeightMismatch`]; [`Error::Counts`] where a weight is negative, NaN or infinite, or
    /// all are 0.
    ///
    /// ```
    /// use kullback::estimate::{Error, Points, WeightedPoints};
    ///
    /// let points = Points::line(&[0.5, 1.5, 2.5])?;
    /// let error = WeightedPoints::new(&points, &[1.0]).unwrap_err();
    /// assert_eq!(error.to_string(), "3 points have 1 weights: each needs one");
    /// # Ok::<(), Error>(())
    /// ```
    pub fn new(points: &Points, weights: &[f64]) -> Result<WeightedPoints, Error> {
        if points.len() != weights.len() {
            return Err(Error::WeightMismatch {
                points: points.len(),
                weights: weights.len(),
            });
        }
        let checked = Weights::checked(weights.iter().copied())?;
        let weighed = points.rows().zip(&checked.relative);
        let (rows, weights): (Vec<&[f64]>, Vec<f64>) =
            weighed.filter(|&(_, &weight)| weight > 0.0).unzip();
        Ok(WeightedPoints {
            points: Points::new(&rows)?,
            weights,
            effective: checked.effective_size,
        })
    }

    /// The points whose weight is above 0.
    #[must_use]
    pub fn points(&self) -> &Points {
        &self.points
    }

    /// Their weights, as shares of the largest.
    #[must_use]
    pub fn weights(&self) -> &[f64] {
        &self.weights
    }

    /// How many equal points would know as much: (Σw)²/Σw², from 1 to n (Kish 1965).
    #[must_use]
    pub fn effective_size(&self) -> f64 {
        self.effective
    }
}
