//! What weights are, and how many equal observations know as much as weighted ones.

use super::Error;
use crate::Error as CountError;
use crate::numeric::Sum;

/// Checked weights: finite, none negative, not all 0.
pub(super) struct Weights {
    /// In proportion to the largest, so that squares neither overflow nor all vanish.
    pub(super) relative: Vec<f64>,
    pub(super) total: f64,
    /// (Σw)²/Σw² (Kish 1965).
    pub(super) effective_size: f64,
}

impl Weights {
    pub(super) fn checked(weights: impl Iterator<Item = f64>) -> Result<Weights, Error> {
        let mut relative: Vec<f64> = weights.collect();
        let bad = |weight: &f64| !weight.is_finite() || *weight < 0.0;
        if let Some(index) = relative.iter().position(bad) {
            let value = relative[index];
            return Err(CountError::BadWeight { index, value }.into());
        }
        let largest = relative.iter().copied().fold(0.0, f64::max);
        if largest == 0.0 {
            let (index, value) = (0, 0.0);
            return Err(CountError::BadWeight { index, value }.into());
        }
        relative.iter_mut().for_each(|weight| *weight /= largest);
        let total = relative.iter().copied().collect::<Sum>().total();
        let squares = relative.iter().map(|weight| weight * weight);
        let effective_size = total * total / squares.collect::<Sum>().total();
        Ok(Weights {
            relative,
            total,
            effective_size,
        })
    }
}
