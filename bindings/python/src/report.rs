//! A comparison of two tables, and what it comes to.

use anstream::adapter::strip_str;
use kullback::AnyMeasure;
use kullback::compare::MOST_LEVELS;
use kullback::inference::{Level, Tolerance};
use kullback_job::{Pairs, Tables};
use kullback_report::{Decision, Question, Sort};
use kullback_table::By;
use pyo3::prelude::*;

use crate::error::{raise, spelled};
use crate::table::{Reading, Table, raise_table};
use crate::watch::watched;

/// What a comparison found. The class `kullback.Report` is what users see of it.
#[pyclass(frozen, module = "kullback._native")]
pub(crate) struct Report {
    report: kullback_report::Report,
}

#[pymethods]
impl Report {
    /// Everything, as JSON.
    fn json(&self, py: Python<'_>) -> PyResult<String> {
        py.detach(|| {
            let mut bytes = Vec::new();
            kullback_report::json(&self.report, &mut bytes).map_err(raise)?;
            String::from_utf8(bytes).map_err(raise)
        })
    }

    /// Everything, as one page.
    fn html(&self, py: Python<'_>) -> String {
        py.detach(|| kullback_report::html(&self.report))
    }

    /// A table in Markdown, with the `top` outcomes of each column.
    fn markdown(&self, top: usize) -> String {
        kullback_report::markdown(&self.report, top)
    }

    /// A line for each column.
    fn csv(&self) -> String {
        kullback_report::csv(&self.report)
    }

    /// A table for so many columns of text.
    fn terminal(&self, top: usize, width: usize) -> String {
        strip_str(&kullback_report::terminal(&self.report, top, width)).to_string()
    }

    /// All that is known of each column.
    fn explain(&self, top: usize, width: usize) -> String {
        strip_str(&kullback_report::explain(&self.report, top, width)).to_string()
    }

    /// The same report with one column only.
    fn only(&self, name: &str) -> Self {
        let mut report = self.report.clone();
        report.columns.retain(|column| column.name == name);
        Self { report }
    }
}

/// What is asked of two tables, as Python gives it.
#[derive(FromPyObject)]
pub(crate) struct Asked {
    #[pyo3(item)]
    measures: Vec<String>,
    #[pyo3(item)]
    unit: String,
    #[pyo3(item)]
    sort: Option<String>,
    #[pyo3(item)]
    tolerance: f64,
    #[pyo3(item)]
    in_points: bool,
    #[pyo3(item)]
    level: f64,
    #[pyo3(item)]
    joint: bool,
    #[pyo3(item)]
    given: Option<String>,
    #[pyo3(item)]
    levels: Option<u64>,
}

impl Asked {
    fn question(&self) -> PyResult<Question> {
        let measure = |name: &String| AnyMeasure::parse(name).map_err(raise);
        let measures = self.measures.iter().map(measure);
        let measures = measures.collect::<PyResult<Vec<_>>>()?;
        let Some(&first) = measures.first() else {
            return Err(raise("measures is empty: name one at least, as 'kl'"));
        };
        let sort = match self.sort.as_deref() {
            None => Sort::Measure(first),
            Some("name") => Sort::Name,
            Some("table") => Sort::Table,
            Some(name) => Sort::Measure(AnyMeasure::parse(name).map_err(raise)?),
        };
        let tolerance = match self.in_points {
            true => Tolerance::percentage_points(self.tolerance),
            false => Tolerance::nats(self.tolerance),
        };
        let tolerance = tolerance.ok_or_else(|| {
            raise("tolerance is nats above 0, as 0.005, or percentage points up to 100, as '5pp'")
        })?;
        let level = Level::new(self.level).ok_or_else(|| {
            raise(format!(
                "level is {}: the level of an interval is between 0 and 1",
                self.level
            ))
        })?;
        Ok(Question {
            measures,
            unit: self.unit.parse().map_err(raise)?,
            sort,
            thresholds: Vec::new(),
            decision: Decision {
                tolerance,
                level,
                ..Decision::default()
            },
            line: true,
        })
    }

    fn pairs(&self) -> PyResult<Option<Pairs>> {
        let levels = self.levels.map(|levels| {
            let fits = (2..=MOST_LEVELS as u64).contains(&levels);
            let said = || format!("levels is {levels}: it is from 2 to {MOST_LEVELS}");
            let small = u8::try_from(levels).ok().filter(|_| fits);
            small.ok_or_else(|| raise(said()))
        });
        let levels = levels.transpose()?;
        let given = self.given.clone();
        Ok((self.joint || given.is_some()).then_some(Pairs { given, levels }))
    }
}

/// Compares two tables, or two parts of one, or one column of them.
#[pyfunction]
#[pyo3(signature = (p, q, by, asked, reading, watch))]
pub(crate) fn compare(
    py: Python<'_>,
    p: &Table,
    q: Option<&Table>,
    by: Option<&str>,
    asked: Asked,
    reading: Reading,
    watch: Option<&Bound<'_, PyAny>>,
) -> PyResult<Report> {
    let (question, pairs, options) = (asked.question()?, asked.pairs()?, reading.options()?);
    let by: Option<By> = by.map(str::parse).transpose().map_err(raise_table)?;
    let q = q.map(|q| q.location.clone());
    let tables = Tables::of(p.location.clone(), q, by.as_ref())
        .map_err(|error| crate::error::raise_job(&error))?;
    let mut report = watched(py, watch, |progress| {
        kullback_job::compare(&tables, &options, &question, pairs.as_ref(), progress)
    })?;
    for notes in [&mut report.p.notes, &mut report.q.notes] {
        notes.iter_mut().for_each(|note| *note = spelled(note));
    }
    if let Some(joint) = &mut report.joint {
        for column in &mut joint.left_out {
            column.reason = spelled(&column.reason);
        }
    }
    Ok(Report { report })
}
