//! Errors of the engine, as Python's.

use pyo3::PyErr;
use pyo3::exceptions::PyValueError;

pyo3::create_exception!(
    kullback,
    Error,
    PyValueError,
    "What was given cannot be measured: what is wrong, where, and what to do about it."
);

/// Makes an exception of an error that says all there is to say.
pub(crate) fn raise(error: impl std::fmt::Display) -> PyErr {
    Error::new_err(error.to_string())
}
