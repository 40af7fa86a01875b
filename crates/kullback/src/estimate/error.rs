//! Why an estimate could not be made.

use std::fmt;

/// Why an estimate could not be made: what was wrong, where, and what to do.
///
/// ```
/// use kullback::estimate::{EntropyEstimator, Error, entropy};
///
/// let error = entropy(&[0, 0], EntropyEstimator::PlugIn).unwrap_err();
/// assert!(matches!(error, Error::Counts(kullback::Error::NoMass { .. })));
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Error {
    /// The counts or weights are not those of a distribution, or not over the same outcomes.
    Counts(crate::Error),
    /// The level of an interval does not lie between 0 and 1.
    BadLevel {
        /// The level given.
        level: f64,
    },
    /// A number of random draws or permutations is too small to say anything.
    TooFewDraws {
        /// The number given.
        draws: usize,
        /// The least that is taken.
        needs: usize,
    },
    /// No estimator has this name.
    UnknownEstimator {
        /// The name as given.
        name: String,
        /// The registered name closest to it, if one is close.
        nearest: Option<&'static str>,
    },
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Counts(error) => error.fmt(f),
            Error::BadLevel { level } => write!(
                f,
                "the level of an interval is {level}, but must lie between 0 and 1, as 0.95 does"
            ),
            Error::TooFewDraws { draws, needs } => {
                write!(f, "{draws} random draws are too few: take {needs} or more")
            }
            Error::UnknownEstimator { name, nearest } => {
                write!(f, "no estimator is called `{name}`")?;
                match nearest {
                    Some(nearest) => write!(f, ": did you mean `{nearest}`?"),
                    None => {
                        let names: Vec<&str> =
                            super::ENTROPY_ESTIMATORS.iter().map(|e| e.name).collect();
                        write!(f, ": choose one of {}", names.join(", "))
                    }
                }
            }
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Error::Counts(error) => Some(error),
            _ => None,
        }
    }
}

impl From<crate::Error> for Error {
    fn from(error: crate::Error) -> Error {
        Error::Counts(error)
    }
}
