//! The log: a line of JSON for the start, for each step and for the end (docs/training.md).

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use kullback_learn::{Settings, StepLog};
use kullback_report::{TrainedReport, TrainingRows, TrainingStep, curves_html};
use serde::Serialize;

use crate::fail::Fail;

/// A log that is being written.
pub(crate) struct Log {
    path: PathBuf,
    out: BufWriter<File>,
}

#[derive(Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
enum Line<'a> {
    Start {
        schema: u32,
        kullback: &'static str,
        model: &'a str,
        rows: &'a TrainingRows,
        settings: &'a Settings,
    },
    Step(&'a StepLog),
    End(&'a TrainedReport),
}

impl Log {
    /// Begins a log, or goes on with one that has the first `steps` steps.
    pub(crate) fn open(
        path: &Path,
        model: &str,
        rows: &TrainingRows,
        settings: &Settings,
        steps: u64,
    ) -> Result<Self, Fail> {
        let before = match steps {
            0 => None,
            steps => std::fs::read_to_string(path)
                .ok()
                .map(|text| first_steps(&text, steps)),
        };
        let file = File::create(path).map_err(|error| failed(path, &error))?;
        let mut log = Self {
            path: path.to_owned(),
            out: BufWriter::new(file),
        };
        match before {
            Some(before) => log
                .out
                .write_all(before.as_bytes())
                .map_err(|error| failed(path, &error))?,
            None => log.line(&Line::Start {
                schema: 1,
                kullback: env!("CARGO_PKG_VERSION"),
                model,
                rows,
                settings,
            })?,
        }
        Ok(log)
    }

    /// Writes what a step did.
    pub(crate) fn step(&mut self, step: &StepLog) -> Result<(), Fail> {
        self.line(&Line::Step(step))
    }

    /// Writes what it all came to.
    pub(crate) fn end(&mut self, report: &TrainedReport) -> Result<(), Fail> {
        self.line(&Line::End(report))?;
        self.flush()
    }

    /// The curves of all steps, also of those before the training was resumed, as a page.
    pub(crate) fn page(&self) -> Result<String, Fail> {
        let text = std::fs::read_to_string(&self.path).map_err(|error| {
            Fail::new(format!(
                "{}: the log cannot be read: {error}",
                self.path.display()
            ))
        })?;
        // The lines of the start and the end are no steps.
        let steps: Vec<TrainingStep> = text
            .lines()
            .filter_map(|line| serde_json::from_str(line).ok())
            .collect();
        Ok(curves_html(&self.path.display().to_string(), &steps))
    }

    /// Writes what waits in memory.
    pub(crate) fn flush(&mut self) -> Result<(), Fail> {
        self.out.flush().map_err(|error| failed(&self.path, &error))
    }

    fn line(&mut self, line: &Line<'_>) -> Result<(), Fail> {
        let text = serde_json::to_string(line).map_err(|error| Fail::new(error.to_string()))?;
        writeln!(self.out, "{text}").map_err(|error| failed(&self.path, &error))
    }
}

/// The lines of a log up to a step: those after it were written by a training that did not save its state since.
fn first_steps(text: &str, steps: u64) -> String {
    let is_before = |line: &&str| {
        let line: Option<serde_json::Value> = serde_json::from_str(line).ok();
        let Some(line) = line else {
            // Cut short where the training was.
            return false;
        };
        match line.get("step").and_then(serde_json::Value::as_u64) {
            Some(step) => step <= steps,
            None => line.get("kind").and_then(serde_json::Value::as_str) == Some("start"),
        }
    };
    text.lines()
        .filter(is_before)
        .map(|line| format!("{line}\n"))
        .collect()
}

fn failed(path: &Path, error: &std::io::Error) -> Fail {
    Fail::new(format!(
        "{}: the log cannot be written: {error}",
        path.display()
    ))
}
