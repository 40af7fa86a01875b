//! The crate's one error.

use std::fmt;

/// What was wrong, where, and what to do about it.
///
/// ```
/// use kullback_learn::Architecture;
///
/// let error = "mlp:128,none".parse::<Architecture>().unwrap_err();
/// assert_eq!(error.to_string(), "mlp:128,none: `none` is no number of units");
/// assert_eq!(error.advice(), Some("write sizes above 0 with commas between, as mlp:128,128"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    place: Option<String>,
    what: String,
    advice: Option<String>,
}

impl Error {
    pub(crate) fn new(what: impl Into<String>) -> Self {
        Self {
            place: None,
            what: what.into(),
            advice: None,
        }
    }

    /// Where it was: a file, a column, a parameter. A wider place goes in front of a narrower one.
    pub(crate) fn at(mut self, place: impl fmt::Display) -> Self {
        self.place = Some(match self.place {
            None => place.to_string(),
            Some(narrower) => format!("{place}: {narrower}"),
        });
        self
    }

    pub(crate) fn advise(mut self, advice: impl Into<String>) -> Self {
        self.advice = Some(advice.into());
        self
    }

    /// What to do about it, where that is known.
    pub fn advice(&self) -> Option<&str> {
        self.advice.as_deref()
    }
}

/// Where it was and what it was, on one line; [`Error::advice`] is not part of it.
impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(place) = &self.place {
            write!(f, "{place}: ")?;
        }
        f.write_str(&self.what)
    }
}

impl std::error::Error for Error {}

impl From<kullback::loss::Error> for Error {
    fn from(error: kullback::loss::Error) -> Self {
        Self::new(error.to_string())
    }
}

impl From<kullback_model::Error> for Error {
    fn from(error: kullback_model::Error) -> Self {
        let advice = error.advice().map(str::to_owned);
        let error = Self::new(error.to_string());
        Self { advice, ..error }
    }
}
