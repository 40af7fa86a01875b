//! Tables: files, batches of Arrow's from frames, columns, profiles.
//!
//! The one `unsafe` here takes over a stream from its capsule, whose name says that it is one.

#![allow(unsafe_code)]

use kullback::summary::Axis;
use kullback_table::{
    Batches, Cell, ColumnType, Error, Location, Options, Profile, Supply, Values, read_rows,
};
use numpy::{Element, PyArray1, PyReadonlyArray1};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyCapsule, PyCapsuleMethods};

use crate::error::{raise, raise_job};
use crate::watch::watched;

/// Where a table is. The functions of the package make one of whatever a user gives.
#[pyclass(frozen, module = "kullback._native")]
pub(crate) struct Table {
    pub(crate) location: Location,
    /// The summaries, where that is all there is.
    profile: Option<Profile>,
}

impl Table {
    fn of(location: Location) -> Self {
        Self {
            location,
            profile: None,
        }
    }

    fn of_profile(profile: Profile) -> Self {
        Self {
            location: Location::of_profile(profile.clone()),
            profile: Some(profile),
        }
    }
}

/// A column that was counted: its name, its type as the source has it, its nulls.
type Counted = (String, String, u64);

#[pymethods]
impl Table {
    /// A path, several joined by commas, a glob, a directory.
    #[staticmethod]
    fn parse(text: &str) -> PyResult<Self> {
        let location = Location::parse(text);
        location.map(Self::of).map_err(raise_table)
    }

    /// A file of this very name, a directory, or a glob.
    #[staticmethod]
    fn file(name: &str) -> PyResult<Self> {
        let location = Location::file(name);
        location.map(Self::of).map_err(raise_table)
    }

    /// What has the method `__arrow_c_stream__`. The supply is `held`, `computed` or `once`.
    #[staticmethod]
    fn stream(given: Py<PyAny>, name: &str, supply: &str) -> PyResult<Self> {
        let supply = match supply {
            "held" => Supply::Held,
            "computed" => Supply::Computed,
            _ => Supply::Once,
        };
        let ask = move || {
            Python::attach(|py| {
                let told = |error: PyErr| Error::of_supplier(error.to_string());
                let made = given
                    .bind(py)
                    .call_method0("__arrow_c_stream__")
                    .map_err(told)?;
                let capsule = made
                    .cast::<PyCapsule>()
                    .map_err(|_| Error::of_supplier("__arrow_c_stream__ gave no capsule"))?;
                let stream = capsule
                    .pointer_checked(Some(c"arrow_array_stream"))
                    .map_err(told)?;
                // SAFETY: a capsule of this name holds a stream of the Arrow C stream interface (The Arrow PyCapsule
                // Interface, 2023), and this call was the only one to get it.
                unsafe { Batches::from_pointer(stream.as_ptr()) }
            })
        };
        Ok(Self::of(Location::of_batches(name, supply, ask)))
    }

    /// Columns, each with its name, kind and values: a list of texts and None, or an array of numbers with an array that
    /// says which are null, or None.
    #[staticmethod]
    #[allow(clippy::type_complexity)]
    fn columns(
        name: &str,
        columns: Vec<(String, String, Bound<'_, PyAny>, Option<Bound<'_, PyAny>>)>,
    ) -> PyResult<Self> {
        let values = columns
            .iter()
            .map(|(name, kind, values, nulls)| {
                Ok((name.as_str(), column(kind, values, nulls.as_ref())?))
            })
            .collect::<PyResult<Vec<_>>>()?;
        let location = Location::of_columns(name, &values);
        location.map(Self::of).map_err(raise_table)
    }

    /// One table of several parts.
    #[staticmethod]
    fn join(name: &str, parts: Vec<PyRef<'_, Table>>) -> Self {
        let parts = parts.iter().map(|part| part.location.clone());
        Self::of(Location::join(name, parts))
    }

    /// The same under another name.
    fn named(&self, name: &str) -> Self {
        match &self.profile {
            Some(profile) => Self::of_profile(profile.clone().named(name)),
            None => Self::of(self.location.clone().named(name)),
        }
    }

    /// The numbers of its only column.
    fn numbers<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyArray1<f64>>> {
        let (options, like, progress) = Default::default();
        let rows = py
            .detach(|| read_rows(&self.location, &options, &like, &progress))
            .map_err(raise_table)?;
        let (columns, skipped) = (&rows.columns[..], rows.skipped.len());
        let ([column], 0) = (columns, skipped) else {
            let found = columns.len() + skipped;
            return Err(PyTypeError::new_err(format!(
                "{} has {found} columns: numbers are expected in one",
                rows.name
            )));
        };
        let number = |(row, cell): (usize, &Cell)| match cell {
            Cell::Ordered(Axis::Number, number) => Ok(*number),
            other => Err(PyTypeError::new_err(format!(
                "row {row} of {} is {}: a number is expected",
                rows.name,
                other
                    .text()
                    .map_or("null".into(), |text| format!("`{text}`"))
            ))),
        };
        let numbers = column.cells.iter().enumerate().map(number);
        let numbers: Vec<f64> = numbers.collect::<PyResult<_>>()?;
        Ok(PyArray1::from_vec(py, numbers))
    }

    /// Its name.
    fn name(&self) -> &str {
        self.location.name()
    }

    /// How many rows a profile counted, and its columns: name, type, nulls. None of any other table.
    fn summary(&self) -> Option<(u64, Vec<Counted>)> {
        let profile = self.profile.as_ref()?;
        let columns = profile.columns().map(|(name, type_name, summary)| {
            (name.to_owned(), type_name.to_owned(), summary.nulls())
        });
        Some((profile.rows(), columns.collect()))
    }
}

pub(crate) fn raise_table(error: Error) -> PyErr {
    raise_job(&error.into())
}

fn column(
    kind: &str,
    values: &Bound<'_, PyAny>,
    nulls: Option<&Bound<'_, PyAny>>,
) -> PyResult<Values> {
    Ok(match kind {
        "number" => Values::Numbers(array(values, nulls)?),
        "single" => Values::Singles(array(values, nulls)?),
        "integer" => Values::Integers(array(values, nulls)?),
        "whole" => Values::Whole(array(values, nulls)?),
        "time" => Values::Times(array(values, nulls)?),
        "duration" => Values::Durations(array(values, nulls)?),
        "flag" => Values::Flags(array(values, nulls)?),
        "text" => Values::Texts(values.extract()?),
        _ => return Err(PyTypeError::new_err(format!("{kind} is no kind of column"))),
    })
}

fn array<T: Element + Copy>(
    values: &Bound<'_, PyAny>,
    nulls: Option<&Bound<'_, PyAny>>,
) -> PyResult<Vec<Option<T>>> {
    let values: PyReadonlyArray1<'_, T> = values.extract()?;
    let values = values.as_array();
    let Some(nulls) = nulls else {
        return Ok(values.iter().map(|&x| Some(x)).collect());
    };
    let nulls: PyReadonlyArray1<'_, bool> = nulls.extract()?;
    let nulls = nulls.as_array();
    let both = values.iter().zip(nulls.iter());
    Ok(both.map(|(&x, &null)| (!null).then_some(x)).collect())
}

/// How tables are read, as Python gives it.
#[derive(FromPyObject)]
pub(crate) struct Reading {
    #[pyo3(item)]
    columns: Option<Vec<String>>,
    #[pyo3(item)]
    exclude: Vec<String>,
    #[pyo3(item)]
    types: Vec<(String, String)>,
    #[pyo3(item)]
    header: Option<bool>,
    #[pyo3(item)]
    delimiter: Option<String>,
    #[pyo3(item)]
    null_values: Option<Vec<String>>,
}

impl Reading {
    pub(crate) fn options(self) -> PyResult<Options> {
        let typed = |(name, kind): (String, String)| {
            let kind: ColumnType = kind
                .parse()
                .map_err(|said| raise(format!("types: {said}")))?;
            Ok((name, kind))
        };
        let delimiter = self.delimiter.map(|text| match text.as_bytes() {
            [byte] if byte.is_ascii() && !matches!(byte, b'"' | b'\n' | b'\r') => Ok(*byte),
            _ => Err(raise(format!(
                "delimiter is {text:?}: it is one ASCII character"
            ))),
        });
        Ok(Options {
            delimiter: delimiter.transpose()?,
            header: self.header,
            null_texts: self.null_values,
            columns: self.columns,
            exclude: self.exclude,
            types: self.types.into_iter().map(typed).collect::<PyResult<_>>()?,
        })
    }
}

/// The summaries of a table.
#[pyfunction]
#[pyo3(signature = (table, reading, watch))]
pub(crate) fn profile(
    py: Python<'_>,
    table: &Table,
    reading: Reading,
    watch: Option<&Bound<'_, PyAny>>,
) -> PyResult<Table> {
    let options = reading.options()?;
    let profile = watched(py, watch, |progress| {
        progress.begin(table.location.bytes());
        Ok(kullback_table::profile(
            &table.location,
            &options,
            progress,
        )?)
    })?;
    Ok(Table::of_profile(profile))
}
