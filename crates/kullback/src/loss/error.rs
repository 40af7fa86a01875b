//! Why a loss could not be computed.

use std::fmt;

/// Why a loss could not be computed: what was wrong, where, and what to do.
///
/// Rows and classes are numbered from 0.
///
/// ```
/// use kullback::loss::Target;
///
/// let error = Target::<f64>::classes(&[0, 7], 3).unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "row 1 has class 7: the classes of 3 are numbered from 0 to 2"
/// );
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Error {
    /// There is no row, or no class.
    Empty,
    /// The entries are no whole number of rows.
    PartOfRow {
        /// What they are.
        what: &'static str,
        /// How many there are.
        length: usize,
        /// How many make a row.
        classes: usize,
    },
    /// Something has another shape than what it belongs to.
    Shape {
        /// What it is.
        what: &'static str,
        /// How many it has.
        length: usize,
        /// How many it has to have.
        expected: usize,
    },
    /// A logit is NaN or +∞.
    BadLogit {
        /// The row.
        row: usize,
        /// The class.
        class: usize,
        /// What was found there.
        value: f64,
    },
    /// A row of logits is nothing but −∞, or one of target masses nothing but 0.
    NoMass {
        /// The row.
        row: usize,
    },
    /// A target mass is negative, NaN or infinite.
    BadMass {
        /// The row.
        row: usize,
        /// The class.
        class: usize,
        /// What was found there.
        value: f64,
    },
    /// Under [`Normalisation::Strict`](crate::Normalisation::Strict), a row of target masses does
    /// not sum to 1.
    NotNormalised {
        /// The row.
        row: usize,
        /// What it sums to.
        sum: f64,
    },
    /// There is no such class.
    NoSuchClass {
        /// The row.
        row: usize,
        /// What it names.
        class: usize,
        /// How many classes there are.
        classes: usize,
    },
    /// A weight is negative, NaN or infinite.
    BadWeight {
        /// Of what: a row or a class.
        of: &'static str,
        /// Its number.
        index: usize,
        /// What was found there.
        value: f64,
    },
    /// A mean over kept rows, of which there is none.
    NothingKept,
    /// A setting lies outside its range.
    BadSetting {
        /// Its name.
        name: &'static str,
        /// What was given.
        value: f64,
        /// What it has to be.
        takes: &'static str,
    },
    /// A parameter is NaN or infinite.
    BadParameter {
        /// Its number.
        index: usize,
        /// What was found there.
        value: f64,
    },
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Empty => f.write_str("there is no row or no class: give at least one of each"),
            Error::PartOfRow {
                what,
                length,
                classes,
            } => write!(
                f,
                "{what}: {length} entries are no whole number of rows of {classes} classes"
            ),
            Error::Shape {
                what,
                length,
                expected,
            } => write!(f, "{what}: {length} where there must be {expected}"),
            Error::BadLogit { row, class, value } => write!(
                f,
                "the logit of class {class} in row {row} is {value}: a logit must be finite, or −∞ \
                 for a probability of 0"
            ),
            Error::NoMass { row } => write!(
                f,
                "row {row} gives no class a chance: leave it out, or give one class some mass"
            ),
            Error::BadMass { row, class, value } => write!(
                f,
                "the target mass of class {class} in row {row} is {value}: a mass must be finite, \
                 zero or above"
            ),
            Error::NotNormalised { row, sum } => write!(
                f,
                "the target of row {row} sums to {sum}, not to 1: mend it, or choose \
                 `Normalisation::Normalise`"
            ),
            Error::NoSuchClass {
                row,
                class,
                classes,
            } => write!(
                f,
                "row {row} has class {class}: the classes of {classes} are numbered from 0 to {}",
                classes - 1
            ),
            Error::BadWeight { of, index, value } => write!(
                f,
                "the weight of {of} {index} is {value}: a weight must be finite, zero or above"
            ),
            Error::NothingKept => f.write_str(
                "no row is kept, and the mean over kept rows divides by their number: skip the \
                 batch, or reduce by the sum or the mean over all rows",
            ),
            Error::BadSetting { name, value, takes } => {
                write!(f, "{name} is {value}: it must be {takes}")
            }
            Error::BadParameter { index, value } => write!(
                f,
                "parameter {index} is {value}: a penalty takes finite parameters"
            ),
        }
    }
}

impl std::error::Error for Error {}

/// A setting within its range, or what is wrong with it.
pub(super) fn positive(name: &'static str, value: f64) -> Result<f64, Error> {
    let takes = "finite and above 0";
    if value.is_finite() && value > 0.0 {
        Ok(value)
    } else {
        Err(Error::BadSetting { name, value, takes })
    }
}

/// That all weights are finite and not negative.
pub(super) fn check_weights(
    of: &'static str,
    mut weights: impl Iterator<Item = f64>,
) -> Result<(), Error> {
    let mut found = 0.0;
    let is_bad = |weight: f64| {
        found = weight;
        !(weight.is_finite() && weight >= 0.0)
    };
    match weights.position(is_bad) {
        None => Ok(()),
        Some(index) => Err(Error::BadWeight {
            of,
            index,
            value: found,
        }),
    }
}
