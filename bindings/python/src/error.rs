//! Errors of the engine, as Python's.

use pyo3::PyErr;
use pyo3::exceptions::PyValueError;

pyo3::create_exception!(
    kullback,
    Error,
    PyValueError,
    "What was given cannot be measured: what is wrong, where, and what to do about it."
);

/// Makes an exception of a job's error: `OSError` or what is derived from it where a file could not be read.
pub(crate) fn raise_job(error: &kullback_job::Error) -> PyErr {
    let text = match error.advice() {
        Some(advice) => spelled(&format!("{error}; {advice}")),
        None => spelled(&error.to_string()),
    };
    match error.io_kind() {
        Some(kind) => std::io::Error::new(kind, text).into(),
        None => Error::new_err(text),
    }
}

/// The text with options spelled as the arguments that they are in Python.
pub(crate) fn spelled(text: &str) -> String {
    let text = kullback_job::options_as(text, |name| match name {
        "header" => "header=True".to_owned(),
        "no-header" => "header=False".to_owned(),
        "column-type" => "types=".to_owned(),
        "base" => "unit=".to_owned(),
        "measure" => "measures=".to_owned(),
        name => format!("{}=", name.replace('-', "_")),
    });
    // Where the option is named with its value.
    text.replace("rows= logits", "rows='logits'")
        .replace("vocabulary= ", "vocabulary=")
}

/// Makes an exception of an error that says all there is to say.
pub(crate) fn raise(error: impl std::fmt::Display) -> PyErr {
    Error::new_err(error.to_string())
}

/// What is written as a text.
pub(crate) fn written(
    write: impl FnOnce(&mut Vec<u8>) -> std::io::Result<()>,
) -> pyo3::PyResult<String> {
    let mut bytes = Vec::new();
    write(&mut bytes).map_err(raise)?;
    String::from_utf8(bytes).map_err(raise)
}
