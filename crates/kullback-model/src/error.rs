//! The crate's one error.

use std::fmt;

/// What was wrong with a file, where, and what to do about it.
///
/// ```
/// let error = kullback_model::SafeTensors::open("none.safetensors").unwrap_err();
/// assert_eq!(error.to_string(), "none.safetensors: no such file");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    file: Option<String>,
    place: Option<String>,
    what: String,
    advice: Option<String>,
    io: Option<std::io::ErrorKind>,
}

impl Error {
    pub(crate) fn new(what: impl Into<String>) -> Self {
        Self {
            file: None,
            place: None,
            what: what.into(),
            advice: None,
            io: None,
        }
    }

    /// The file it is about, where none was named closer to the cause.
    pub(crate) fn in_file(mut self, file: impl fmt::Display) -> Self {
        self.file.get_or_insert_with(|| file.to_string());
        self
    }

    /// The place in the file: a row, a line, a tensor.
    pub(crate) fn at(mut self, place: impl fmt::Display) -> Self {
        self.place.get_or_insert_with(|| place.to_string());
        self
    }

    pub(crate) fn advise(mut self, advice: impl Into<String>) -> Self {
        self.advice = Some(advice.into());
        self
    }

    pub(crate) fn io(error: &std::io::Error) -> Self {
        let told = match error.kind() {
            std::io::ErrorKind::NotFound => Self::new("no such file"),
            _ => Self::new(error.to_string()),
        };
        Self {
            io: Some(error.kind()),
            ..told
        }
    }

    /// What the system said, where a file could not be opened or read.
    pub fn io_kind(&self) -> Option<std::io::ErrorKind> {
        self.io
    }

    /// What to do about it, where that is known.
    pub fn advice(&self) -> Option<&str> {
        self.advice.as_deref()
    }
}

/// Where it was and what it was, on one line; [`Error::advice`] is not part of it.
impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for part in [&self.file, &self.place].into_iter().flatten() {
            write!(f, "{part}: ")?;
        }
        f.write_str(&self.what)
    }
}

impl std::error::Error for Error {}

impl From<kullback::Stopped> for Error {
    fn from(stopped: kullback::Stopped) -> Self {
        Self::new(stopped.to_string())
    }
}
