//! Errors as they are told to a person.

use anstream::eprintln;
use kullback_report::plain;

/// What went wrong and what to do about it.
#[derive(Debug)]
pub(crate) struct Fail {
    what: String,
    advice: Option<String>,
}

impl Fail {
    pub(crate) fn new(what: impl Into<String>) -> Self {
        Self {
            what: what.into(),
            advice: None,
        }
    }

    pub(crate) fn advise(mut self, advice: impl Into<String>) -> Self {
        self.advice = Some(advice.into());
        self
    }

    /// Says of what it is, in front: a file.
    #[cfg(feature = "train")]
    pub(crate) fn of(self, name: &str) -> Self {
        Self {
            what: format!("{name}: {}", self.what),
            ..self
        }
    }

    /// Names of columns and files come from outside and must not command the terminal.
    #[allow(clippy::print_stderr)] // the one place where errors are told
    pub(crate) fn print(&self) {
        eprintln!("\u{1b}[1;31merror:\u{1b}[0m {}", plain(&self.what));
        if let Some(advice) = &self.advice {
            eprintln!(" \u{1b}[1mhint:\u{1b}[0m {}", plain(advice));
        }
    }
}

impl From<kullback_job::Error> for Fail {
    fn from(error: kullback_job::Error) -> Self {
        Self {
            what: error.to_string(),
            advice: error.advice().map(str::to_owned),
        }
    }
}

impl From<kullback_table::Error> for Fail {
    fn from(error: kullback_table::Error) -> Self {
        Self {
            what: error.to_string(),
            advice: error.advice().map(str::to_owned),
        }
    }
}

impl From<kullback_model::Error> for Fail {
    fn from(error: kullback_model::Error) -> Self {
        Self {
            what: error.to_string(),
            advice: error.advice().map(str::to_owned),
        }
    }
}

#[cfg(feature = "train")]
impl From<kullback_learn::Error> for Fail {
    fn from(error: kullback_learn::Error) -> Self {
        Self {
            what: error.to_string(),
            advice: error.advice().map(str::to_owned),
        }
    }
}

impl From<kullback::Error> for Fail {
    fn from(error: kullback::Error) -> Self {
        Self::new(error.to_string())
    }
}
