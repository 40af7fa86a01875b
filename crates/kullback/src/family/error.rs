//! Why a family could not be built or read.

use std::fmt;

/// Why a family of distributions could not be built, or its text not be read.
///
/// Every message names the family, the parameter, the value found, and what is taken instead.
///
/// ```
/// use kullback::family::Family;
///
/// let error = Family::normal(0.0, -1.0).unwrap_err();
/// assert_eq!(error.to_string(), "normal: sd is -1, but must be a finite number above 0");
///
/// let error = "norml(0,1)".parse::<Family>().unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "no family is called `norml`: did you mean normal(mean, sd)?"
/// );
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Error {
    /// A parameter lies outside its range.
    OutOfRange {
        /// The family's name.
        family: &'static str,
        /// The parameter's name.
        parameter: &'static str,
        /// The value given.
        value: f64,
        /// The range in words, such as "a finite number above 0".
        range: String,
    },
    /// Probabilities or weights do not sum to 1.
    NotNormalised {
        /// The family's name.
        family: &'static str,
        /// What they sum to.
        sum: f64,
    },
    /// Continuous and discrete distributions were mixed: the mixture has neither a density nor
    /// masses.
    MixedKinds,
    /// A matrix is not a covariance matrix.
    NotCovariance {
        /// Zero-based row where it fails; the number of rows if their number is wrong.
        row: usize,
        /// What it must be.
        why: &'static str,
    },
    /// Two multivariate distributions are not of one family and one dimension.
    Incomparable,
    /// No family has this name.
    UnknownFamily {
        /// The name as given.
        name: String,
        /// The nearest family with its parameters, if one is near.
        nearest: Option<&'static str>,
    },
    /// A family was given too few or too many parameters.
    WrongCount {
        /// How the family is written, such as `normal(mean, sd)`.
        takes: &'static str,
        /// How many parameters were given.
        given: usize,
    },
    /// The text is not a family.
    Unreadable {
        /// The text, or the part of it that could not be read.
        text: String,
        /// What was expected there.
        expected: String,
    },
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::OutOfRange {
                family,
                parameter,
                value,
                range,
            } => write!(f, "{family}: {parameter} is {value}, but must be {range}"),
            Error::NotNormalised { family, sum } => write!(
                f,
                "{family}: the probabilities sum to {sum}, not to 1: divide them by their sum"
            ),
            Error::MixedKinds => f.write_str(
                "mixture: continuous and discrete components share no reference measure, so the \
                 mixture has neither a density nor masses: mix one kind",
            ),
            Error::NotCovariance { row, why } => {
                write!(f, "the covariance matrix fails at row {row}: {why}")
            }
            Error::Incomparable => f.write_str(
                "the two distributions are not of one family and one dimension: compare like with \
                 like",
            ),
            Error::UnknownFamily { name, nearest } => {
                write!(f, "no family is called `{name}`")?;
                match nearest {
                    Some(nearest) => write!(f, ": did you mean {nearest}?"),
                    None => write!(f, ": choose one of {}", super::names().join(", ")),
                }
            }
            Error::WrongCount { takes, given } => {
                let plural = if *given == 1 { "" } else { "s" };
                write!(f, "{given} parameter{plural} given: write {takes}")
            }
            Error::Unreadable { text, expected } => {
                write!(f, "`{text}` cannot be read: {expected}")
            }
        }
    }
}

impl std::error::Error for Error {}
