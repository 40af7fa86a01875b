//! Why an estimate could not be made.

use std::fmt;

use crate::Side;

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
    /// An observation is of an outcome that is not listed.
    UnknownOutcome {
        /// Zero-based number of the observation.
        observation: usize,
        /// The outcome's number.
        outcome: usize,
        /// How many outcomes there are.
        outcomes: usize,
    },
    /// There are too few points for the estimator.
    TooFewPoints {
        /// How many there are.
        points: usize,
        /// How many it takes.
        needs: usize,
    },
    /// Points have no column, or more than [`MOST_COLUMNS`](super::MOST_COLUMNS).
    BadColumns {
        /// How many they have.
        columns: usize,
    },
    /// A row has another number of columns than the first.
    RaggedRow {
        /// Zero-based number of the row.
        row: usize,
        /// How many columns it has.
        columns: usize,
        /// How many the first row has.
        expected: usize,
    },
    /// A coordinate is NaN, infinite or beyond ±10¹⁵⁰, where squares of distances overflow.
    BadCoordinate {
        /// Zero-based number of the row.
        row: usize,
        /// Zero-based number of the column.
        column: usize,
        /// What was found there.
        value: f64,
    },
    /// Two samples have different numbers of columns.
    ColumnMismatch {
        /// Which two.
        sides: [Side; 2],
        /// How many columns each of them has.
        columns: [usize; 2],
    },
    /// Samples that should be pairs have different numbers of rows.
    UnpairedPoints {
        /// How many rows each of them has.
        rows: [usize; 2],
    },
    /// A sample has another number of weights than of points.
    WeightMismatch {
        /// How many points there are.
        points: usize,
        /// How many weights.
        weights: usize,
    },
    /// The number of neighbours, or the spacing, must be at least 1.
    NoNeighbours,
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
            Error::UnknownOutcome {
                observation,
                outcome,
                outcomes,
            } => write!(
                f,
                "observation {observation} is of outcome {outcome}, but outcomes are numbered \
                 from 0 to below {outcomes}"
            ),
            Error::TooFewPoints { points, needs } => write!(
                f,
                "{points} points are too few: the estimator takes {needs} or more"
            ),
            Error::BadColumns { columns } => write!(
                f,
                "points have {columns} columns, but must have 1 to {}",
                super::MOST_COLUMNS
            ),
            Error::RaggedRow {
                row,
                columns,
                expected,
            } => write!(
                f,
                "row {row} has {columns} columns, but the first row has {expected}"
            ),
            Error::BadCoordinate { row, column, value } => write!(
                f,
                "row {row}, column {column} is {value}: points need finite numbers within ±1e150"
            ),
            Error::ColumnMismatch {
                sides: [a, b],
                columns: [in_a, in_b],
            } => write!(
                f,
                "points of {a} have {in_a} columns and those of {b} {in_b}: both need the same"
            ),
            Error::UnpairedPoints { rows: [x, y] } => write!(
                f,
                "X has {x} rows and Y has {y}: row by row they must be pairs"
            ),
            Error::WeightMismatch { points, weights } => {
                write!(f, "{points} points have {weights} weights: each needs one")
            }
            Error::NoNeighbours => {
                f.write_str("0 neighbours say nothing: take 1 or more, such as 4")
            }
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
