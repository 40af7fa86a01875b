//! The crate's one error.

use std::fmt;

/// What was wrong with a table, where, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    file: Option<String>,
    line: Option<u64>,
    column: Option<String>,
    what: String,
    advice: Option<String>,
    io: Option<std::io::ErrorKind>,
}

impl Error {
    pub(crate) fn new(what: impl Into<String>) -> Self {
        Self {
            file: None,
            line: None,
            column: None,
            what: what.into(),
            advice: None,
            io: None,
        }
    }

    pub(crate) fn in_file(mut self, file: impl fmt::Display) -> Self {
        self.file.get_or_insert_with(|| file.to_string());
        self
    }

    pub(crate) fn at_line(mut self, line: u64) -> Self {
        self.line = Some(line);
        self
    }

    pub(crate) fn in_column(mut self, column: &str) -> Self {
        self.column = Some(column.to_owned());
        self
    }

    pub(crate) fn advise(mut self, advice: impl Into<String>) -> Self {
        self.advice = Some(advice.into());
        self
    }

    pub(crate) fn io(error: &std::io::Error) -> Self {
        use std::io::ErrorKind;
        let told = match error.kind() {
            ErrorKind::NotFound => Self::new("no such file or directory"),
            ErrorKind::UnexpectedEof => Self::new("the file is cut short")
                .advise("copy or download it again, then compare its size with the original's"),
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

    /// The error of whoever was asked for the batches of a table, in its words.
    pub fn of_supplier(what: impl Into<String>) -> Self {
        Self::new(what)
    }

    /// What to do about it, where that is known.
    pub fn advice(&self) -> Option<&str> {
        self.advice.as_deref()
    }
}

/// Where it was and what it was, on one line; [`Error::advice`] is not part of it.
impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(file) = &self.file {
            write!(f, "{file}: ")?;
        }
        if let Some(line) = self.line {
            write!(f, "line {line}: ")?;
        }
        if let Some(column) = &self.column {
            write!(f, "column `{column}`: ")?;
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
