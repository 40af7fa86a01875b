//! Arguments that many functions take: a measure, a policy of normalisation, the base of the logarithm.

use kullback::{AnyMeasure, MEASURES, Measure, Normalisation, Unit};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyDict, PyList};

use crate::error::raise;

/// The measure of this name in the registry, its parameter given apart or after a colon.
pub(crate) fn measure(name: &str, parameter: Option<f64>) -> PyResult<AnyMeasure> {
    match parameter {
        None => AnyMeasure::parse(name),
        Some(parameter) => AnyMeasure::parse(&format!("{name}:{parameter}")),
    }
    .map_err(raise)
}

/// The same, where it is to be one of pairs.
pub(crate) fn pairs(name: &str, parameter: Option<f64>) -> PyResult<Measure> {
    measure(name, parameter)?.on_pairs().map_err(raise)
}

/// What `normalize=` says: False (masses sum to 1), True (they are divided by their sum), None (they are taken as
/// they are).
pub(crate) fn policy(normalize: Option<bool>) -> Normalisation {
    match normalize {
        Some(false) => Normalisation::Strict,
        Some(true) => Normalisation::Normalise,
        None => Normalisation::Unnormalised,
    }
}

/// How many nats one unit of the base has: the base's logarithm.
///
/// The base is a number as in SciPy, or the name of a unit.
pub(crate) fn nats_per_unit(base: Option<&Bound<'_, PyAny>>) -> PyResult<f64> {
    let Some(base) = base else {
        return Ok(1.0);
    };
    if let Ok(name) = base.extract::<&str>() {
        let unit: Unit = name.parse().map_err(raise)?;
        return Ok(1.0 / unit.from_nats(1.0));
    }
    let number: f64 = base.extract().map_err(|_| {
        PyTypeError::new_err("base is a number, as 2, or a unit: 'nats', 'bits' or 'bans'")
    })?;
    let usable = number.is_finite() && number > 0.0 && number.ln() != 0.0;
    if !usable {
        return Err(raise(format!(
            "base is {number}: the base of a logarithm is a finite number above 0, and not 1"
        )));
    }
    Ok(number.ln())
}

/// The name of the base's unit.
pub(crate) fn unit_name(base: Option<&Bound<'_, PyAny>>) -> PyResult<String> {
    Ok(match base {
        None => Unit::Nats.to_string(),
        Some(base) => match base.extract::<&str>() {
            Ok(name) => name.parse::<Unit>().map_err(raise)?.to_string(),
            Err(_) => match base.extract::<f64>()? {
                2.0 => Unit::Bits.to_string(),
                10.0 => Unit::Bans.to_string(),
                number => format!("units of base {number}"),
            },
        },
    })
}

/// How many nats the base's unit has, and its name.
#[pyfunction]
#[pyo3(signature = (base))]
pub(crate) fn unit(base: Option<&Bound<'_, PyAny>>) -> PyResult<(f64, String)> {
    Ok((nats_per_unit(base)?, unit_name(base)?))
}

/// Whether a measure is an amount of information, which has a unit.
#[pyfunction]
pub(crate) fn in_nats(name: &str) -> PyResult<bool> {
    Ok(measure(name, None)?.info().in_nats)
}

/// A number that knows how it was found: `kullback.Estimate`.
pub(crate) fn estimate<'py>(
    py: Python<'py>,
    value: f64,
    details: &Bound<'py, PyDict>,
) -> PyResult<Bound<'py, PyAny>> {
    static ESTIMATE: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    let estimate = ESTIMATE.import(py, "kullback._estimate", "Estimate")?;
    estimate.call((value,), Some(details))
}

/// The registry, one dict for each measure: what the functions of the package are generated from.
#[pyfunction]
pub(crate) fn registry(py: Python<'_>) -> PyResult<Bound<'_, PyList>> {
    let list = PyList::empty(py);
    for info in MEASURES {
        let entry = PyDict::new(py);
        entry.set_item("name", info.name)?;
        entry.set_item("aliases", info.aliases)?;
        entry.set_item("title", info.title)?;
        entry.set_item("symbol", info.symbol)?;
        entry.set_item("formula", info.formula)?;
        entry.set_item("when", info.when)?;
        entry.set_item("source", info.source)?;
        entry.set_item("in_nats", info.in_nats)?;
        entry.set_item("on_lines", info.measure().on_lines().is_ok())?;
        if let Some(parameter) = info.parameter {
            entry.set_item("parameter", parameter.name)?;
            entry.set_item("default", parameter.default)?;
            entry.set_item("takes", parameter.to_string())?;
        }
        entry.set_item("symmetric", info.laws.symmetric)?;
        entry.set_item("metric", info.laws.is_metric())?;
        entry.set_item("max", info.laws.max)?;
        list.append(entry)?;
    }
    Ok(list)
}
