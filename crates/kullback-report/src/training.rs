//! A trained model: what it was trained on, and how good its predictions are.

use std::fmt::Write as _;

use serde::Serialize;

use crate::Number;
use crate::number::{count, counted, divergence};
use crate::terminal::{BOLD, DIM, WARN};
use crate::text::{cut, plain, wrap};
use crate::wide::wide;

/// What `kullback train` did.
#[derive(Clone, Debug, Serialize)]
pub struct TrainedReport {
    /// The version of this layout.
    pub schema: u32,
    /// The version of kullback that wrote it.
    pub kullback: &'static str,
    /// The file of the model.
    pub model: String,
    /// Its layers, as `mlp:128,128`.
    pub architecture: String,
    /// How many features a row has.
    pub features: usize,
    /// How many parameters the model has.
    pub parameters: u64,
    /// The classes, in the order of logits and confusion matrices.
    pub classes: Vec<String>,
    /// How many rows of each kind there were.
    pub rows: TrainingRows,
    /// How many steps were made.
    pub steps: u64,
    /// The step whose parameters the model has, where rows held back chose it.
    pub best_step: Option<u64>,
    /// The losses of the last step.
    pub last: TrainingLosses,
    /// How good the predictions are.
    pub evaluations: Vec<EvaluationReport>,
    /// What else must be said.
    pub notes: Vec<String>,
}

/// How many rows of each kind there were.
#[derive(Clone, Debug, Serialize)]
pub struct TrainingRows {
    /// Labelled rows that were trained on.
    pub labelled: u64,
    /// Labelled rows that were held back.
    pub held_back: u64,
    /// Rows without a label.
    pub unlabelled: u64,
}

/// The losses of a step; `None` for what was not asked for.
#[derive(Clone, Debug, Serialize)]
pub struct TrainingLosses {
    /// Cross-entropy of the labelled rows.
    pub supervised: Number,
    /// Consistency of the unlabelled rows, not weighted.
    pub consistency: Option<Number>,
    /// The share of the unlabelled rows that counted.
    pub mask_share: Option<f64>,
    /// T²·KL(teacher‖model), not weighted.
    pub distillation: Option<Number>,
    /// λ₁ Σ|w| + ½ λ₂ Σ w².
    pub penalty: Number,
}

/// How good predictions of labelled rows are.
#[derive(Clone, Debug, Serialize)]
pub struct EvaluationReport {
    /// Which rows: `labelled`, `held back`, or the name of a table.
    pub of: String,
    /// How many.
    pub rows: u64,
    /// The share that is right.
    pub accuracy: f64,
    /// Mean −ln q(label), in nats.
    pub nll: Number,
    /// The expected calibration error, over bins of equal width of the confidence.
    pub calibration_error: f64,
    /// How many bins.
    pub calibration_bins: usize,
    /// KL(labels ‖ mean prediction), in nats.
    pub label_kl: Number,
    /// How often each class (outer) was predicted as each (inner).
    pub confusion: Vec<Vec<u64>>,
}

/// What `kullback predict` did.
#[derive(Clone, Debug, Serialize)]
pub struct PredictionReport {
    /// The version of this layout.
    pub schema: u32,
    /// The version of kullback that wrote it.
    pub kullback: &'static str,
    /// The file of the model.
    pub model: String,
    /// The table.
    pub table: String,
    /// How many rows were predicted.
    pub rows: u64,
    /// The classes, in the order of logits and confusion matrices.
    pub classes: Vec<String>,
    /// How often each class was predicted.
    pub predicted: Vec<u64>,
    /// How good the predictions are, where the table has labels.
    pub evaluations: Vec<EvaluationReport>,
    /// What else must be said.
    pub notes: Vec<String>,
}

/// The report of a training as text of `room` columns, with ANSI styles.
pub fn training(report: &TrainedReport, room: usize) -> String {
    let room = room.max(40);
    let mut out = String::new();
    // Writing to a string cannot fail, here and below.
    let _ = of_training(&mut out, report, room);
    let _ = of_evaluations(&mut out, &report.evaluations, &report.classes, room);
    let _ = of_notes(&mut out, &report.notes, room);
    out
}

/// The report of predictions as text of `room` columns, with ANSI styles.
pub fn evaluations(report: &PredictionReport, room: usize) -> String {
    let room = room.max(40);
    let mut out = String::new();
    let predicted = report.classes.iter().zip(&report.predicted);
    let mut rows = vec![vec!["class".to_owned(), "rows".to_owned()]];
    rows.extend(predicted.map(|(class, &n)| vec![plain(class), count(n)]));
    let total = counted(report.rows as usize, "row");
    let _ = writeln!(
        out,
        "{}\n",
        wrap(
            &format!("Predicted: {total} of {}", plain(&report.table)),
            room,
            2
        )
    );
    wide(&mut out, &rows, room);
    let _ = of_evaluations(&mut out, &report.evaluations, &report.classes, room);
    let _ = of_notes(&mut out, &report.notes, room);
    out
}

fn of_training(out: &mut String, report: &TrainedReport, room: usize) -> std::fmt::Result {
    let model = format!(
        "{}: {}, {}, {}, {}",
        plain(&report.model),
        report.architecture,
        counted(report.features, "feature"),
        format_args!("{} classes", count(report.classes.len() as u64)),
        counted(report.parameters as usize, "parameter"),
    );
    let mut rows = format!("{} labelled", count(report.rows.labelled));
    for (n, of) in [
        (report.rows.held_back, "held back"),
        (report.rows.unlabelled, "unlabelled"),
    ] {
        if n > 0 {
            write!(rows, ", {} {of}", count(n))?;
        }
    }
    let mut steps = count(report.steps);
    if let Some(best) = report.best_step {
        write!(steps, ", the best after step {}", count(best))?;
    }
    let last = &report.last;
    let mut losses = format!("cross-entropy {}", divergence(last.supervised.0));
    if let (Some(consistency), Some(mask)) = (last.consistency, last.mask_share) {
        let share = format!("{:.0} % of rows counted", 100.0 * mask);
        write!(
            losses,
            ", consistency {} ({share})",
            divergence(consistency.0)
        )?;
    }
    if let Some(distillation) = last.distillation {
        write!(losses, ", distillation {}", divergence(distillation.0))?;
    }
    if last.penalty.0 > 0.0 {
        write!(losses, ", penalty {}", divergence(last.penalty.0))?;
    }
    for (name, text) in [
        ("model", model),
        ("rows", rows),
        ("steps", steps),
        ("last", losses),
    ] {
        let text = wrap(&text, room - 8, 8);
        writeln!(out, "{BOLD}{name:<6}{BOLD:#}  {text}")?;
    }
    Ok(())
}

/// The most classes whose confusion matrix is printed.
const MOST_CLASSES: usize = 30;

fn of_evaluations(
    out: &mut String,
    all: &[EvaluationReport],
    classes: &[String],
    room: usize,
) -> std::fmt::Result {
    let Some(last) = all.last() else {
        return Ok(());
    };
    let head = [
        "",
        "rows",
        "accuracy",
        "NLL",
        "ECE",
        "KL(labels‖mean prediction)",
    ];
    let mut rows = vec![head.map(str::to_owned).to_vec()];
    rows.extend(all.iter().map(|found| {
        vec![
            plain(&found.of),
            count(found.rows),
            format!("{:.1} %", 100.0 * found.accuracy),
            divergence(found.nll.0),
            divergence(found.calibration_error),
            divergence(found.label_kl.0),
        ]
    }));
    writeln!(out)?;
    wide(out, &rows, room);
    let note = format!(
        "NLL and KL in nats; ECE: mean of |accuracy − confidence| over {} bins",
        last.calibration_bins
    );
    writeln!(out, "{DIM}{}{DIM:#}", wrap(&note, room, 2))?;
    if classes.len() > MOST_CLASSES {
        return writeln!(
            out,
            "\nThe confusion of {} classes is in the JSON.",
            classes.len()
        );
    }
    let title = format!("{}: labels down, predictions across", plain(&last.of));
    writeln!(out, "\n{}", wrap(&title, room, 2))?;
    let names: Vec<String> = classes.iter().map(|class| cut(&plain(class), 12)).collect();
    let mut rows = vec![[&[String::new()][..], &names].concat()];
    for (name, counts) in names.iter().zip(&last.confusion) {
        let cells = counts
            .iter()
            .map(|&n| if n == 0 { "·".to_owned() } else { count(n) });
        rows.push(std::iter::once(name.clone()).chain(cells).collect());
    }
    wide(out, &rows, room);
    Ok(())
}

fn of_notes(out: &mut String, notes: &[String], room: usize) -> std::fmt::Result {
    for note in notes {
        writeln!(out, "\n{WARN}!{WARN:#} {}", wrap(&plain(note), room - 2, 2))?;
    }
    Ok(())
}
