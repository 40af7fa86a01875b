//! Two models: what they answer beside what they are made of.

use std::fmt::Write as _;

use serde::Serialize;

use crate::logits::{BoundsReport, CandidateReport, LogitsReport, MeanReport, ScoresReport};
use crate::number::{count, divergence};
use crate::terminal::{BOLD, WARN};
use crate::text::{cut_front, plain, wrap};
use crate::weights::{PerModel, WeightsBy, WeightsReport, parameters};
use crate::wide::wide;

/// What the outputs of two models differ by, and what their parameters differ by.
///
/// Neither follows from the other: hidden units that change places move the parameters and not the
/// outputs, one bias may move the outputs and hardly the parameters.
#[derive(Clone, Debug, Serialize)]
pub struct ModelsReport {
    /// The version of this layout.
    pub schema: u32,
    /// The version of kullback that wrote it.
    pub kullback: &'static str,
    /// What the user named.
    pub names: PerModel<String>,
    /// A's outputs as P against B's as Q, where both are saved.
    pub outputs: Option<LogitsReport>,
    /// The parameters, where both are saved.
    pub parameters: Option<WeightsReport>,
    /// What only one model has, or neither.
    pub missing: Vec<String>,
}

/// The report as text of `room` columns, with ANSI styles: outputs first, then parameters by
/// layer, module or tensor.
pub fn models(report: &ModelsReport, by: WeightsBy, room: usize) -> String {
    let room = room.max(40);
    let mut out = String::new();
    for (letter, name) in [("A", &report.names.a), ("B", &report.names.b)] {
        // Writing to a string cannot fail.
        let _ = writeln!(
            out,
            "{BOLD}{letter}{BOLD:#}  {}",
            cut_front(&plain(name), room - 3)
        );
    }
    if let Some(outputs) = &report.outputs {
        for candidate in &outputs.candidates {
            of_outputs(&mut out, candidate, &outputs.unit, room);
        }
    }
    if let Some(weights) = &report.parameters {
        let elements = count(weights.total.elements);
        let _ = writeln!(out, "\nParameters: {elements} compared\n");
        parameters(&mut out, weights, by, room);
    }
    for missing in &report.missing {
        remark(&mut out, missing, room);
    }
    out
}

fn of_outputs(out: &mut String, found: &CandidateReport, unit: &str, room: usize) {
    let rows = count(found.compared as u64);
    let line = format!("Outputs: means over {rows} rows; divergences in {unit}");
    let _ = writeln!(out, "\n{}\n", wrap(&line, room, 2));
    let mut heading = vec![String::new()];
    heading.extend(["KL(A‖B)", "KL(B‖A)", "JS(A,B)", "TV(A,B)", "same top"].map(str::to_owned));
    let mut row = vec!["all".to_owned()];
    match (&found.scores, &found.bounds) {
        (Some(scores), _) => row.extend(values(scores)),
        (None, Some(bounds)) => row.extend(ranges(bounds)),
        (None, None) => row.extend(vec!["–".to_owned(); 4]),
    }
    row.push(format!("{:.1} %", 100.0 * found.same_top.mean.0));
    wide(out, &[heading, row], room);
    // No standard error is printed here, and what they lack need not be said.
    for caveat in found
        .caveats
        .iter()
        .filter(|caveat| caveat.code != "no_chunks")
    {
        remark(out, &caveat.text, room);
    }
}

fn values(scores: &ScoresReport) -> [String; 4] {
    [&scores.kl, &scores.reverse_kl, &scores.js, &scores.tv]
        .map(|spread| divergence(spread.mean.mean.0))
}

fn ranges(bounds: &BoundsReport) -> [String; 4] {
    let text = |mean: &MeanReport| divergence(mean.mean.0);
    let between = |[low, high]: &[MeanReport; 2]| format!("{} to {}", text(low), text(high));
    [
        format!("≥ {}", text(&bounds.kl)),
        format!("≥ {}", text(&bounds.reverse_kl)),
        between(&bounds.js),
        between(&bounds.tv),
    ]
}

fn remark(out: &mut String, text: &str, room: usize) {
    let _ = writeln!(out, "\n{WARN}!{WARN:#} {}", wrap(&plain(text), room - 2, 2));
}
