//! The ranges of parameters, checked at construction.

use std::fmt;

use super::Error;

/// What a parameter may be. All of them are finite.
#[derive(Clone, Copy)]
pub(super) enum Range {
    Finite,
    Positive,
    AtLeastZero,
    Above(f64),
    /// [0, 1]
    Probability,
    /// (0, 1]
    PositiveProbability,
    /// (0, 1)
    OpenUnit,
    /// 0, 1, 2, …, exact in f64
    Count,
}

/// Whole numbers are exact in f64 up to here.
const MOST: f64 = 9_007_199_254_740_992.0;

impl Range {
    fn holds(self, x: f64) -> bool {
        x.is_finite()
            && match self {
                Range::Finite => true,
                Range::Positive => x > 0.0,
                Range::AtLeastZero => x >= 0.0,
                Range::Above(low) => x > low && (x - low).is_finite(),
                Range::Probability => (0.0..=1.0).contains(&x),
                Range::PositiveProbability => x > 0.0 && x <= 1.0,
                Range::OpenUnit => x > 0.0 && x < 1.0,
                Range::Count => (0.0..=MOST).contains(&x) && x.fract() == 0.0,
            }
    }
}

impl fmt::Display for Range {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Range::Finite => "a finite number",
            Range::Positive => "a finite number above 0",
            Range::AtLeastZero => "a finite number, 0 or above",
            Range::Above(low) => return write!(f, "a finite number above {low}"),
            Range::Probability => "a number from 0 to 1",
            Range::PositiveProbability => "a number above 0 and at most 1",
            Range::OpenUnit => "a number above 0 and below 1",
            Range::Count => "a whole number from 0 to 2^53",
        })
    }
}

/// The value, if it lies in its range; with −0 as 0.
pub(super) fn checked(
    family: &'static str,
    parameter: &'static str,
    value: f64,
    range: Range,
) -> Result<f64, Error> {
    if range.holds(value) {
        return Ok(value + 0.0);
    }
    Err(Error::OutOfRange {
        family,
        parameter,
        value,
        range: range.to_string(),
    })
}

/// Probabilities that sum to 1 within [`STRICT_TOLERANCE`](crate::STRICT_TOLERANCE), divided by
/// that sum so that the last digits are right too.
pub(super) fn shares(
    family: &'static str,
    parameter: &'static str,
    weights: &[f64],
    range: Range,
) -> Result<Vec<f64>, Error> {
    for &weight in weights {
        checked(family, parameter, weight, range)?;
    }
    let sum: crate::numeric::Sum = weights.iter().copied().collect();
    let sum = sum.total();
    if (sum - 1.0).abs() > crate::STRICT_TOLERANCE {
        return Err(Error::NotNormalised { family, sum });
    }
    Ok(weights.iter().map(|weight| weight / sum + 0.0).collect())
}
