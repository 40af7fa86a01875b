//! What models predict, row by row.

use std::path::PathBuf;

use anstream::adapter::strip_str;
use kullback::Unit;
use kullback::scores::{ListScore, RowScore, Scores, Target};
use kullback_job::Progress;
use kullback_model::Dtype;
use kullback_model::logits::{Comparison, Options, Precision, Reading, RowKind, Source};
use kullback_report::{LogitsReport, ModelsReport, PerModel};
use numpy::PyArray1;
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::error::{raise, written};
use crate::memory::{Given, raise_model, tensor};
use crate::watch::watched;

/// Rows of a side: a file, or an array.
#[derive(FromPyObject)]
pub(crate) enum Rows<'py> {
    File(PathBuf),
    Array(Given<'py>),
}

impl Rows<'_> {
    fn open(self, reading: &Reading) -> PyResult<Source> {
        let source = match self {
            Self::File(path) => Source::open(path, reading),
            Self::Array(given) => Source::of_tensor(tensor(given)?, reading),
        };
        source.map_err(raise_model)
    }
}

/// What is asked about rows.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
pub(crate) struct Asked {
    rows: Option<String>,
    bf16: bool,
    tensor: Option<String>,
    targets: Option<Vec<u32>>,
    chunk: Option<u64>,
    vocabulary: Option<u64>,
    precision: Option<String>,
    worst: usize,
    unit: String,
}

impl Asked {
    fn reading(&self) -> PyResult<Reading> {
        let rows = self.rows.as_deref().map(|rows| match rows {
            "logits" => Ok(RowKind::Logits),
            "log-probabilities" => Ok(RowKind::LogProbabilities),
            "probabilities" => Ok(RowKind::Probabilities),
            other => Err(raise(format!(
                "rows is '{other}': it is 'logits', 'log-probabilities' or 'probabilities'"
            ))),
        });
        Ok(Reading {
            rows: rows.transpose()?,
            void: self.bf16.then_some(Dtype::Bf16),
            tensor: self.tensor.clone(),
        })
    }

    fn options(&self) -> PyResult<Options> {
        let precision = self.precision.as_deref().map(|precision| match precision {
            "single" => Ok(Precision::Single),
            "double" => Ok(Precision::Double),
            other => Err(raise(format!(
                "precision is '{other}': it is 'single' or 'double'"
            ))),
        });
        Ok(Options {
            targets: self.targets.clone(),
            chunk: self.chunk,
            vocabulary: self.vocabulary,
            precision: precision.transpose()?,
        })
    }
}

/// One candidate's rows against the base's, or two candidates'.
#[pyfunction]
pub(crate) fn logits(
    py: Python<'_>,
    base: Rows<'_>,
    candidates: Vec<Rows<'_>>,
    asked: Asked,
    watch: Option<&Bound<'_, PyAny>>,
) -> PyResult<Logits> {
    let (reading, options) = (asked.reading()?, asked.options()?);
    let unit: Unit = asked.unit.parse().map_err(raise)?;
    let base = base.open(&reading)?;
    let candidates = candidates.into_iter().map(|rows| rows.open(&reading));
    let candidates = candidates.collect::<PyResult<Vec<_>>>()?;
    let compared = watched(py, watch, |progress: &Progress| {
        kullback_job::logits(&base, &candidates, &options, progress)
    })?;
    let report =
        py.detach(|| kullback_job::logits_report(&base, &candidates, &compared, asked.worst, unit));
    Ok(Logits { report, compared })
}

/// What a comparison of rows found. The class `kullback.LogitsReport` is what users see of it.
#[pyclass(frozen, module = "kullback._native")]
pub(crate) struct Logits {
    report: LogitsReport,
    compared: Vec<Comparison>,
}

#[pymethods]
impl Logits {
    /// Everything but the rows, as JSON.
    fn json(&self) -> PyResult<String> {
        written(|out| kullback_report::json(&self.report, out))
    }

    /// For so many columns of text.
    fn terminal(&self, width: usize) -> String {
        strip_str(&kullback_report::logits(&self.report, width)).to_string()
    }

    /// As one page; of one candidate.
    fn html(&self) -> String {
        let name = |letter: &str| match letter {
            "P" => self.report.base.name.clone(),
            _ => self.report.candidates[0].file.name.clone(),
        };
        kullback_report::models_html(&ModelsReport {
            schema: 1,
            kullback: env!("CARGO_PKG_VERSION"),
            names: PerModel::of(["P", "Q"].map(name)),
            outputs: Some(self.report.clone()),
            parameters: None,
            missing: Vec::new(),
        })
    }

    /// The scores of each row of a candidate, by name.
    fn per_row<'py>(&self, py: Python<'py>, candidate: usize) -> PyResult<Bound<'py, PyDict>> {
        match self.compared.get(candidate) {
            Some(Comparison::Full(full)) => of_full(py, &full.scores),
            Some(Comparison::Lists(lists)) => of_lists(py, &lists.scores, &lists.lengths),
            None => Err(raise(format!("there is no candidate {candidate}"))),
        }
    }
}

fn of_full<'py>(py: Python<'py>, scores: &Scores) -> PyResult<Bound<'py, PyDict>> {
    let (columns, rows) = (PyDict::new(py), scores.rows());
    let numbers = |name: &str, value: fn(&RowScore) -> f64| {
        let values: Vec<f64> = rows.iter().map(value).collect();
        columns.set_item(name, PyArray1::from_vec(py, values))
    };
    numbers("kl", |row| row.kl)?;
    numbers("reverse_kl", |row| row.reverse_kl)?;
    numbers("js", |row| row.js)?;
    numbers("tv", |row| row.tv)?;
    numbers("entropy_p", |row| row.entropy_p)?;
    numbers("entropy_q", |row| row.entropy_q)?;
    numbers("cross_entropy", |row| row.cross_entropy)?;
    numbers("top_p", |row| row.top_p)?;
    let same_top: Vec<bool> = rows.iter().map(|row| row.same_top).collect();
    columns.set_item("same_top", PyArray1::from_vec(py, same_top))?;
    if let Some(lengths) = scores.chunks() {
        set_chunks(&columns, lengths)?;
    }
    set_targets(&columns, rows.iter().map(|row| row.target).collect())?;
    Ok(columns)
}

fn of_lists<'py>(
    py: Python<'py>,
    rows: &[ListScore],
    lengths: &[usize],
) -> PyResult<Bound<'py, PyDict>> {
    let columns = PyDict::new(py);
    let numbers = |name: &str, value: fn(&ListScore) -> f64| {
        let values: Vec<f64> = rows.iter().map(value).collect();
        columns.set_item(name, PyArray1::from_vec(py, values))
    };
    numbers("kl_at_least", |row| row.kl)?;
    numbers("reverse_kl_at_least", |row| row.reverse_kl)?;
    numbers("js_at_least", |row| row.js[0])?;
    numbers("js_at_most", |row| row.js[1])?;
    numbers("tv_at_least", |row| row.tv[0])?;
    numbers("tv_at_most", |row| row.tv[1])?;
    numbers("leftover_p", |row| row.leftover[0])?;
    numbers("leftover_q", |row| row.leftover[1])?;
    let shared: Vec<i64> = rows.iter().map(|row| row.shared as i64).collect();
    columns.set_item("shared", PyArray1::from_vec(py, shared))?;
    let same_top: Vec<bool> = rows.iter().map(|row| row.same_top).collect();
    columns.set_item("same_top", PyArray1::from_vec(py, same_top))?;
    set_chunks(&columns, lengths)?;
    set_targets(&columns, rows.iter().map(|row| row.target).collect())?;
    Ok(columns)
}

fn set_chunks(columns: &Bound<'_, PyDict>, lengths: &[usize]) -> PyResult<()> {
    let chunks = lengths.iter().enumerate();
    let chunks = chunks.flat_map(|(chunk, &length)| std::iter::repeat_n(chunk as i64, length));
    columns.set_item("chunk", PyArray1::from_iter(columns.py(), chunks))
}

/// The tokens that came, where any are known; −1 and NaN for a row whose token is not.
fn set_targets(columns: &Bound<'_, PyDict>, targets: Vec<Option<Target>>) -> PyResult<()> {
    if targets.iter().all(Option::is_none) {
        return Ok(());
    }
    let py = columns.py();
    let tokens = |target: &Option<Target>| target.map_or(-1, |target| i64::from(target.token));
    let numbers = |value: fn(Target) -> f64| {
        let values = targets
            .iter()
            .map(move |target| target.map_or(f64::NAN, value));
        PyArray1::from_iter(py, values)
    };
    columns.set_item("token", PyArray1::from_iter(py, targets.iter().map(tokens)))?;
    columns.set_item("ln_p", numbers(|target| target.ln_p))?;
    columns.set_item("ln_q", numbers(|target| target.ln_q))
}
