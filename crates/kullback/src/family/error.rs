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
        /// The family's name.
        family: &'static str,
        /// The parameter's name.
        matrix: &'static str,
        /// Zero-based row where it fails.
        row: usize,
        /// What it must be.
        why: &'static str,
    },
    /// A vector or a matrix does not have the size that the others ask for.
    WrongSize {
        /// The family's name.
        family: &'static str,
        /// The parameter's name.
        parameter: &'static str,
        /// How many entries or rows it must have.
        takes: usize,
        /// How many were given.
        given: usize,
    },
    /// A direction is not a vector of length 1.
    NotUnit {
        /// The family's name.
        family: &'static str,
        /// Its length.
        length: f64,
    },
    /// A point does not have as many entries as the space.
    WrongLength {
        /// How many entries a point has.
        takes: usize,
        /// How many were given.
        given: usize,
    },
    /// Two distributions do not live on one space.
    Incomparable {
        /// Where P lives, such as "3 shares".
        p: String,
        /// Where Q lives.
        q: String,
    },
    /// The family is one of several variables: read it as a
    /// [`Multivariate`](super::Multivariate).
    SeveralVariables {
        /// The name as given.
        name: String,
    },
    /// The family is one of one variable: read it as a [`Family`](super::Family).
    OneVariable {
        /// The name as given.
        name: String,
    },
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
            Error::NotCovariance {
                family,
                matrix,
                row,
                why,
            } => write!(
                f,
                "{family}: {matrix} fails at row {row}, counted from 0: {why}"
            ),
            Error::WrongSize {
                family,
                parameter,
                takes,
                given,
            } => write!(
                f,
                "{family}: {parameter} has length {given}, but must have {takes}"
            ),
            Error::NotUnit { family, length } => write!(
                f,
                "{family}: the mean direction has length {length}, not 1: divide it by its length"
            ),
            Error::WrongLength { takes, given } => {
                write!(f, "the point has {given} entries, but must have {takes}")
            }
            Error::Incomparable { p, q } => write!(
                f,
                "P is a distribution of {p}, Q of {q}: compare distributions on one space"
            ),
            Error::SeveralVariables { name } => write!(
                f,
                "{name} is a family of several variables, and one of one variable is expected"
            ),
            Error::OneVariable { name } => write!(
                f,
                "{name} is a family of one variable, and one of several variables is expected"
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
