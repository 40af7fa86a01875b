//! The one error type of the crate: what was wrong, where, and what to do.

use std::fmt;

/// Which distribution an error speaks of.
///
/// ```
/// use kullback::Side;
///
/// assert_eq!((Side::Q.to_string(), Side::Nth(2).to_string()), ("Q".into(), "P2".into()));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Side {
    /// The first distribution, P in D(P‖Q).
    P,
    /// The second distribution, Q in D(P‖Q).
    Q,
    /// One of several distributions, by its zero-based number: shown as P0, P1, …
    Nth(usize),
}

impl fmt::Display for Side {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Side::P => f.write_str("P"),
            Side::Q => f.write_str("Q"),
            Side::Nth(number) => write!(f, "P{number}"),
        }
    }
}

/// Why a distribution, a measure or a unit could not be built.
///
/// Every message names the place (side and zero-based index), the value found, and what to do.
///
/// ```
/// use kullback::{Error, Side};
///
/// let error = kullback::kl_divergence(&[0.5, 0.5], &[1.2, -0.2]).unwrap_err();
/// assert_eq!(error, Error::BadMass { side: Side::Q, index: 1, value: -0.2 });
/// assert_eq!(
///     error.to_string(),
///     "Q[1] is -0.2: a probability must be a finite number, zero or above"
/// );
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Error {
    /// There is no outcome to compare.
    Empty,
    /// Two sides have different numbers of outcomes.
    LengthMismatch {
        /// Which two.
        sides: [Side; 2],
        /// How many outcomes each of them has.
        outcomes: [usize; 2],
    },
    /// Two lists of parameters have different lengths.
    ParameterMismatch {
        /// How many parameters A and B have.
        lengths: [usize; 2],
    },
    /// A mass is negative, NaN or infinite.
    BadMass {
        /// Which distribution.
        side: Side,
        /// Zero-based position of the outcome.
        index: usize,
        /// What was found there.
        value: f64,
    },
    /// A logit is NaN or +∞.
    BadLogit {
        /// Which distribution.
        side: Side,
        /// Zero-based position of the outcome.
        index: usize,
        /// What was found there.
        value: f64,
    },
    /// Every mass on one side is zero, so it cannot be a distribution.
    NoMass {
        /// Which distribution.
        side: Side,
    },
    /// Under [`Normalisation::Strict`](crate::Normalisation::Strict), a side does not sum to 1.
    NotNormalised {
        /// Which distribution.
        side: Side,
        /// What it sums to.
        sum: f64,
    },
    /// Counts on one side add up to more than a `u64` holds.
    CountOverflow {
        /// Which distribution.
        side: Side,
    },
    /// A mixture was given no distribution, or not one weight for each.
    WeightMismatch {
        /// Number of weights.
        weights: usize,
        /// Number of distributions.
        distributions: usize,
    },
    /// A weight is negative, NaN or infinite, or all weights are zero.
    BadWeight {
        /// Zero-based position of the weight.
        index: usize,
        /// What was found there.
        value: f64,
    },
    /// No measure has this name.
    UnknownMeasure {
        /// The name as given.
        name: String,
        /// The registered name or alias closest to it, if one is close.
        nearest: Option<&'static str>,
        /// The names to choose from.
        known: Vec<&'static str>,
    },
    /// The measure exists, but compares points on a line and not unordered outcomes.
    NeedsLine {
        /// Its name.
        measure: &'static str,
    },
    /// The measure exists, but compares outcomes and not points on a line.
    NeedsPair {
        /// Its name.
        measure: &'static str,
    },
    /// A point is NaN or infinite, or so far from the others that the distance overflows.
    BadPoint {
        /// Whose point; `None` where both sides share their points.
        side: Option<Side>,
        /// Zero-based position in the list given.
        index: usize,
        /// What was found there.
        value: f64,
    },
    /// Points and masses must come in equal numbers, and do not.
    PointMismatch {
        /// Number of points.
        points: usize,
        /// Number of masses or weights.
        masses: usize,
    },
    /// A sample is empty.
    NoPoints {
        /// Which one.
        side: Side,
    },
    /// A measure's parameter is missing, superfluous, unreadable or out of range.
    BadParameter {
        /// The measure's name.
        measure: &'static str,
        /// The text of the parameter as given.
        given: String,
        /// What the measure takes instead.
        takes: String,
    },
    /// A table's shape does not have as many cells as there are entries.
    ShapeMismatch {
        /// How many values each axis has.
        shape: Vec<usize>,
        /// How many entries were given.
        entries: usize,
    },
    /// Two tables that must have the same axes do not.
    TablesDiffer {
        /// The shapes of P and of Q.
        shapes: [Vec<usize>; 2],
    },
    /// Strides lead out of the data.
    BeyondData {
        /// The position outside that they lead to, below 0 or beyond the last.
        index: i128,
        /// How many entries there are.
        entries: usize,
    },
    /// Two batches do not have the same number of rows, nor Q a single one.
    RowMismatch {
        /// The numbers of rows of P and of Q.
        rows: [usize; 2],
    },
    /// A row of a batch is not a distribution.
    InRow {
        /// Its zero-based number.
        row: usize,
        /// What is wrong with it.
        error: Box<Error>,
    },
    /// A table has no axis of this number.
    NoSuchAxis {
        /// The number asked for.
        axis: usize,
        /// How many axes there are; they are numbered from 0.
        axes: usize,
    },
    /// An axis was named more than once.
    RepeatedAxis {
        /// Its number.
        axis: usize,
    },
    /// A code is no level of its column.
    NoSuchLevel {
        /// The column's number.
        column: usize,
        /// The row of the batch.
        row: usize,
        /// What was found there.
        code: u8,
        /// How many levels the column has; they are numbered from 0.
        levels: usize,
    },
    /// No unit of information has this name.
    UnknownUnit {
        /// The name as given.
        name: String,
    },
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Empty => f.write_str("no outcomes: give each side at least one probability"),
            Error::ParameterMismatch { lengths: [a, b] } => write!(
                f,
                "A has {a} parameters and B has {b}: both must list the same parameters in the same \
                 order"
            ),
            Error::LengthMismatch {
                sides: [a, b],
                outcomes: [in_a, in_b],
            } => write!(
                f,
                "{a} has {in_a} outcomes and {b} has {in_b}: both must list the same outcomes in \
                 the same order, with 0 for one that does not occur"
            ),
            Error::BadMass { side, index, value } => write!(
                f,
                "{side}[{index}] is {value}: a probability must be a finite number, zero or above"
            ),
            Error::BadLogit { side, index, value } => write!(
                f,
                "{side}[{index}] is {value}: a logit must be a number below infinity, and may be \
                 -infinity for a probability of 0"
            ),
            Error::NoMass { side } => write!(
                f,
                "{side} has no mass: at least one of its outcomes must be above zero"
            ),
            Error::NotNormalised { side, sum } => write!(
                f,
                "{side} sums to {sum}, not to 1: give probabilities that sum to 1, ask for \
                 normalisation, or for unnormalised masses"
            ),
            Error::CountOverflow { side } => write!(
                f,
                "the counts of {side} add up to more than 2^64 - 1: divide them first"
            ),
            Error::WeightMismatch {
                weights,
                distributions,
            } => write!(
                f,
                "{weights} weights for {distributions} distributions: give one weight for each, \
                 and at least one distribution"
            ),
            Error::BadWeight { index, value } => write!(
                f,
                "weight {index} is {value}: weights must be finite, zero or above, and not all zero"
            ),
            Error::UnknownMeasure {
                name,
                nearest,
                known,
            } => {
                write!(f, "no measure is called `{name}`")?;
                match nearest {
                    Some(nearest) => write!(f, ": did you mean `{nearest}`?"),
                    None => write!(f, ": choose one of {}", known.join(", ")),
                }
            }
            Error::NeedsLine { measure } => write!(
                f,
                "`{measure}` compares points on a line, and these outcomes have no order: it takes \
                 a `Line`"
            ),
            Error::NeedsPair { measure } => write!(
                f,
                "`{measure}` compares outcomes, wherever they lie on a line: it takes a `Pair`"
            ),
            Error::BadPoint { side, index, value } => {
                match side {
                    Some(side) => write!(f, "point {index} of {side} is {value}")?,
                    None => write!(f, "point {index} is {value}")?,
                }
                f.write_str(": points and the distances between them must be finite numbers")
            }
            Error::PointMismatch { points, masses } => write!(
                f,
                "{points} points for {masses} masses: give one point for each"
            ),
            Error::NoPoints { side } => {
                write!(f, "{side} has no points: give each sample at least one")
            }
            Error::BadParameter {
                measure,
                given,
                takes,
            } => write!(f, "`{measure}:{given}` cannot be read: {measure} {takes}"),
            Error::ShapeMismatch { shape, entries } => write!(
                f,
                "{entries} entries for a table of shape {shape:?}: give one for each cell, the last \
                 axis fastest"
            ),
            Error::TablesDiffer { shapes: [p, q] } => write!(
                f,
                "P is a table of shape {p:?} and Q of shape {q:?}: both must have the same axes"
            ),
            Error::BeyondData { index, entries } => write!(
                f,
                "the strides lead to position {index}, and there are {entries} entries"
            ),
            Error::RowMismatch { rows: [p, q] } => write!(
                f,
                "P has {p} rows and Q has {q}: give as many of Q, or one to compare all with"
            ),
            Error::InRow { row, error } => write!(f, "row {row}: {error}"),
            Error::NoSuchAxis { axis, axes } => write!(
                f,
                "there is no axis {axis}: the table has {axes}, numbered from 0"
            ),
            Error::RepeatedAxis { axis } => write!(
                f,
                "axis {axis} is named twice: the groups of axes must not overlap"
            ),
            Error::NoSuchLevel {
                column,
                row,
                code,
                levels,
            } => write!(
                f,
                "row {row} of column {column} has level {code}: the column has {levels}, numbered from 0"
            ),
            Error::UnknownUnit { name } => write!(
                f,
                "no unit of information is called `{name}`: choose nats, bits or bans"
            ),
        }
    }
}

impl std::error::Error for Error {}
