//! The crate's one error.

use std::fmt;
use std::io::ErrorKind;

/// Why there is no report: what was wrong, where, and what to do about it; the readers' own words
/// where a source could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    what: String,
    advice: Option<String>,
    io: Option<ErrorKind>,
}

impl Error {
    pub(crate) fn new(what: impl Into<String>) -> Self {
        Self {
            what: what.into(),
            advice: None,
            io: None,
        }
    }

    pub(crate) fn advise(mut self, advice: impl Into<String>) -> Self {
        self.advice = Some(advice.into());
        self
    }

    /// What to do about it, where that is known. Options are named as `--name`: see
    /// [`options_as`](crate::options_as).
    pub fn advice(&self) -> Option<&str> {
        self.advice.as_deref()
    }

    /// What the system said, where a file could not be opened or read.
    pub fn io_kind(&self) -> Option<ErrorKind> {
        self.io
    }
}

/// Where it was and what it was, on one line; [`Error::advice`] is not part of it.
impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)
    }
}

impl std::error::Error for Error {}

impl From<kullback_table::Error> for Error {
    fn from(error: kullback_table::Error) -> Self {
        Self {
            what: error.to_string(),
            advice: error.advice().map(str::to_owned),
            io: error.io_kind(),
        }
    }
}

impl From<kullback_model::Error> for Error {
    fn from(error: kullback_model::Error) -> Self {
        Self {
            what: error.to_string(),
            advice: error.advice().map(str::to_owned),
            io: error.io_kind(),
        }
    }
}

impl From<kullback::Error> for Error {
    fn from(error: kullback::Error) -> Self {
        Self::new(error.to_string())
    }
}
