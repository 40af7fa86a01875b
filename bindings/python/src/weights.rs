//! The parameters of two models, and both parameters and outputs.

use std::path::PathBuf;

use anstream::adapter::strip_str;
use kullback::Unit;
use kullback_job::Progress;
use kullback_model::Weights;
use kullback_report::{ModelsReport, PerModel, WeightsBy, WeightsReport};
use pyo3::prelude::*;

use crate::error::{raise, written};
use crate::memory::{Given, raise_model, tensor};
use crate::watch::watched;

/// Weights of a side: a path, or tensors, which go by a name.
#[derive(FromPyObject)]
pub(crate) enum Tensors<'py> {
    Path(PathBuf),
    Arrays(String, Vec<Given<'py>>),
}

impl Tensors<'_> {
    fn open(self) -> PyResult<(String, Weights)> {
        match self {
            Self::Path(path) => {
                let weights = Weights::open(&path).map_err(raise_model)?;
                Ok((path.display().to_string(), weights))
            }
            Self::Arrays(name, given) => {
                let tensors = given.into_iter().map(tensor);
                let weights = Weights::of_tensors(tensors.collect::<PyResult<_>>()?);
                Ok((name, weights.map_err(raise_model)?))
            }
        }
    }
}

/// The parameters of two models.
#[pyfunction]
pub(crate) fn weights(
    py: Python<'_>,
    a: Tensors<'_>,
    b: Tensors<'_>,
    watch: Option<&Bound<'_, PyAny>>,
) -> PyResult<Parameters> {
    let ((a_name, a), (b_name, b)) = (a.open()?, b.open()?);
    let models = [a, b];
    let report = watched(py, watch, |progress: &Progress| {
        kullback_job::weights([&a_name, &b_name], &models, progress)
    })?;
    Ok(Parameters { report })
}

/// What a comparison of parameters found. The class `kullback.WeightsReport` is what users see of it.
#[pyclass(frozen, module = "kullback._native")]
pub(crate) struct Parameters {
    report: WeightsReport,
}

#[pymethods]
impl Parameters {
    /// Everything, as JSON.
    fn json(&self, py: Python<'_>) -> PyResult<String> {
        py.detach(|| written(|out| kullback_report::json(&self.report, out)))
    }

    /// For so many columns of text, a line for each layer, module or tensor.
    fn terminal(&self, by: &str, width: usize) -> PyResult<String> {
        let text = kullback_report::weights(&self.report, lines(by)?, width);
        Ok(strip_str(&text).to_string())
    }

    /// As one page.
    fn html(&self) -> String {
        kullback_report::models_html(&ModelsReport {
            schema: 1,
            kullback: env!("CARGO_PKG_VERSION"),
            names: PerModel::of([&self.report.a, &self.report.b].map(|model| model.name.clone())),
            outputs: None,
            parameters: Some(self.report.clone()),
            missing: Vec::new(),
        })
    }
}

/// Two models: what they answer beside what they are made of.
#[pyfunction]
pub(crate) fn models(
    py: Python<'_>,
    a: PathBuf,
    b: PathBuf,
    unit: &str,
    watch: Option<&Bound<'_, PyAny>>,
) -> PyResult<Both> {
    let unit: Unit = unit.parse().map_err(raise)?;
    let names = [a, b].map(|path| path.display().to_string());
    let report = watched(py, watch, |progress: &Progress| {
        kullback_job::models([&names[0], &names[1]], unit, progress)
    })?;
    Ok(Both { report })
}

/// What a comparison of two models found. The class `kullback.ModelsReport` is what users see of it.
#[pyclass(frozen, module = "kullback._native")]
pub(crate) struct Both {
    report: ModelsReport,
}

#[pymethods]
impl Both {
    /// Everything, as JSON.
    fn json(&self, py: Python<'_>) -> PyResult<String> {
        py.detach(|| written(|out| kullback_report::json(&self.report, out)))
    }

    /// For so many columns of text, a line for each layer, module or tensor.
    fn terminal(&self, by: &str, width: usize) -> PyResult<String> {
        let text = kullback_report::models(&self.report, lines(by)?, width);
        Ok(strip_str(&text).to_string())
    }

    /// As one page.
    fn html(&self) -> String {
        kullback_report::models_html(&self.report)
    }
}

fn lines(by: &str) -> PyResult<WeightsBy> {
    match by {
        "layer" => Ok(WeightsBy::Layer),
        "module" => Ok(WeightsBy::Module),
        "tensor" => Ok(WeightsBy::Tensor),
        other => Err(raise(format!(
            "by is '{other}': it is 'layer', 'module' or 'tensor'"
        ))),
    }
}
