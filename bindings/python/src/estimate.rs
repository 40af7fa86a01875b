//! Estimates of entropy, divergence and information, from counts and from points.

use kullback::estimate::{
    self, DivergenceEstimator, ENTROPY_ESTIMATORS, EntropyEstimator, Ksg, Points,
};
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::array::Numbers;
use crate::error::raise;
use crate::options;

/// The names of the estimators of entropy, each with its formula and source.
#[pyfunction]
pub(crate) fn entropy_estimators() -> Vec<(&'static str, &'static str, &'static str)> {
    let known = ENTROPY_ESTIMATORS.iter();
    known
        .map(|info| (info.name, info.formula, info.source))
        .collect()
}

/// The entropy behind one sample's counts.
#[pyfunction]
pub(crate) fn entropy_of_counts<'py>(
    py: Python<'py>,
    counts: Vec<u64>,
    estimator: &str,
    base: Option<&Bound<'py, PyAny>>,
) -> PyResult<Bound<'py, PyAny>> {
    let estimator: EntropyEstimator = estimator.parse().map_err(raise)?;
    let found = py
        .detach(|| estimate::entropy(&counts, estimator))
        .map_err(raise)?;
    let info = estimator.info();
    let method = format!("{} ({})", info.title, info.source);
    finish(py, "entropy", (found.value, found.deviation), &method, base)
}

/// The mutual information behind a table of counts.
#[pyfunction]
pub(crate) fn mutual_information_of_counts<'py>(
    py: Python<'py>,
    table: Vec<Vec<u64>>,
    estimator: &str,
    base: Option<&Bound<'py, PyAny>>,
) -> PyResult<Bound<'py, PyAny>> {
    let known = [
        (DivergenceEstimator::PlugIn, "plug-in"),
        (
            DivergenceEstimator::BiasCorrected,
            "bias-corrected (Panzeri & Treves 1996)",
        ),
        (DivergenceEstimator::ZhangGrabchak2014, "Zhang & Zheng 2015"),
    ];
    let called = known.iter().find(|(one, _)| one.to_string() == estimator);
    let Some(&(estimator, method)) = called else {
        return Err(raise(format!(
            "no estimator of information is called `{estimator}`: there are plug_in, bias_corrected and \
             zhang_grabchak_2014"
        )));
    };
    let found = estimate::mutual_information(&table, estimator).map_err(raise)?;
    finish(
        py,
        "mutual_information",
        (found.value, found.deviation),
        method,
        base,
    )
}

/// The differential entropy behind a sample of points.
#[pyfunction]
pub(crate) fn entropy_of_points<'py>(
    points: &Bound<'py, PyAny>,
    k: usize,
    base: Option<&Bound<'py, PyAny>>,
) -> PyResult<Bound<'py, PyAny>> {
    let py = points.py();
    let points = read(points, "points")?;
    let value = py
        .detach(|| estimate::entropy_of_points(&points, k))
        .map_err(raise)?;
    finish(
        py,
        "entropy",
        (value, None),
        "nearest neighbours (Kozachenko & Leonenko 1987)",
        base,
    )
}

/// The KL divergence behind two samples of points.
#[pyfunction]
pub(crate) fn kl_of_points<'py>(
    p: &Bound<'py, PyAny>,
    q: &Bound<'py, PyAny>,
    k: usize,
    base: Option<&Bound<'py, PyAny>>,
) -> PyResult<Bound<'py, PyAny>> {
    let py = p.py();
    let (p, q) = (read(p, "p")?, read(q, "q")?);
    let value = py
        .detach(|| estimate::kl_of_points(&p, &q, k))
        .map_err(raise)?;
    finish(
        py,
        "kl",
        (value, None),
        "nearest neighbours (Wang, Kulkarni & Verdú 2009)",
        base,
    )
}

/// The mutual information behind pairs of points.
#[pyfunction]
pub(crate) fn mutual_information_of_points<'py>(
    x: &Bound<'py, PyAny>,
    y: &Bound<'py, PyAny>,
    k: usize,
    base: Option<&Bound<'py, PyAny>>,
) -> PyResult<Bound<'py, PyAny>> {
    let py = x.py();
    let (x, y) = (read(x, "x")?, read(y, "y")?);
    let value = py
        .detach(|| estimate::mutual_information_of_points(&x, &y, k, Ksg::First))
        .map_err(raise)?;
    let method = "nearest neighbours (Kraskov, Stögbauer & Grassberger 2004)";
    finish(py, "mutual_information", (value, None), method, base)
}

/// The maximum mean discrepancy of two samples of points: its square, its p-value, the kernel's width.
#[pyfunction]
pub(crate) fn mmd(
    p: &Bound<'_, PyAny>,
    q: &Bound<'_, PyAny>,
    permutations: usize,
    seed: u64,
) -> PyResult<(f64, f64, f64)> {
    let py = p.py();
    let (p, q) = (read(p, "p")?, read(q, "q")?);
    let found = py
        .detach(|| estimate::mmd(&p, &q, permutations, seed))
        .map_err(raise)?;
    Ok((found.squared, found.p_value, found.bandwidth))
}

/// An array of points, (points, columns), or of numbers on a line.
fn read(given: &Bound<'_, PyAny>, name: &str) -> PyResult<Points> {
    let rows = Numbers::new(given, name)?.into_rows(name)?;
    Points::new(&rows).map_err(|error| raise(format!("{name}: {error}")))
}

fn finish<'py>(
    py: Python<'py>,
    name: &str,
    (value, deviation): (f64, Option<f64>),
    method: &str,
    base: Option<&Bound<'py, PyAny>>,
) -> PyResult<Bound<'py, PyAny>> {
    let unit = options::nats_per_unit(base)?;
    let details = PyDict::new(py);
    details.set_item("name", name)?;
    details.set_item("unit", options::unit_name(base)?)?;
    details.set_item("method", method)?;
    details.set_item(
        "standard_error",
        deviation.map(|deviation| deviation / unit),
    )?;
    options::estimate(py, value / unit, &details)
}
