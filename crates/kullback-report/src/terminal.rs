//! A report on a terminal.

use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};

use crate::columns::columns;
use crate::joint_terminal;
use crate::number::{count, counted, divergence, limit};
use crate::report::Report;
use crate::text::{cut, left, plain, right, width, wrap};

pub(crate) const BOLD: Style = Style::new().bold();
pub(crate) const DIM: Style = Style::new().dimmed();
pub(crate) const WARN: Style = AnsiColor::Yellow.on_default();

/// The report as text of `room` columns, with ANSI styles. Under each column stand the `top`
/// outcomes that make up most of the first measure.
pub fn terminal(report: &Report, top: usize, room: usize) -> String {
    let mut out = String::new();
    // Writing to a string cannot fail.
    let _ = write(&mut out, report, top, room.max(40));
    out
}

fn write(out: &mut String, report: &Report, top: usize, room: usize) -> std::fmt::Result {
    sides(out, report, room)?;
    let first = &report.measures[0];
    let unit = first
        .unit
        .as_deref()
        .map_or(String::new(), |unit| format!(", in {unit}"));
    let title = format!("{}: {}{unit}", first.symbol, first.title);
    writeln!(out, "{}", wrap(&title, room, 2))?;
    let column = report.columns.first();
    if let Some(estimate) = column.and_then(|column| column.inference.estimate(&first.name)) {
        let note = format!(
            "less the bias of the plug-in ({}); if same: what 95 % of plug-ins would read at most, had nothing changed",
            estimate.estimator
        );
        writeln!(out, "{DIM}{}{DIM:#}", wrap(&note, room, 2))?;
    }
    writeln!(out)?;
    if !report.columns.is_empty() {
        columns(out, report, top, room)?;
    }
    if !report.not_compared.is_empty() {
        writeln!(out, "{BOLD}Not compared{BOLD:#}")?;
        for column in &report.not_compared {
            let table = if column.table == "both" {
                String::new()
            } else {
                format!(" ({})", column.table)
            };
            let line = format!(
                "  {}{table}: {}",
                cut(&plain(&column.column), room / 2),
                plain(&column.reason)
            );
            writeln!(out, "{}", wrap(&line, room, 4))?;
        }
        writeln!(out)?;
    }
    if let Some(joint) = &report.joint {
        joint_terminal::write(out, joint, &report.unit, room)?;
    }
    verdicts(out, report, room)?;
    whole(out, report, room)
}

pub(crate) fn sides(out: &mut String, report: &Report, room: usize) -> std::fmt::Result {
    let rows = [&report.p, &report.q].map(|side| format!("{} rows", count(side.rows)));
    let name_room = room.saturating_sub(5 + rows.iter().map(|rows| width(rows)).max().unwrap_or(0));
    let names = [&report.p, &report.q].map(|side| cut(&plain(&side.name), name_room));
    let name_width = names.iter().map(|name| width(name)).max().unwrap_or(0);
    let rows_width = rows.iter().map(|rows| width(rows)).max().unwrap_or(0);
    for (((letter, side), name), rows) in [("P", &report.p), ("Q", &report.q)]
        .into_iter()
        .zip(&names)
        .zip(&rows)
    {
        writeln!(
            out,
            "{BOLD}{letter}{BOLD:#}  {}  {}",
            left(name, name_width),
            right(rows, rows_width)
        )?;
        for note in &side.notes {
            writeln!(out, "   {DIM}{}{DIM:#}", wrap(&plain(note), room - 3, 3))?;
        }
    }
    writeln!(out)
}

/// How many columns were compared and drifted, and what that means.
fn verdicts(out: &mut String, report: &Report, room: usize) -> std::fmt::Result {
    let (whole, decision) = (&report.whole, &report.decision);
    let columns = counted(whole.columns, "column");
    if whole.columns == 0 {
        return writeln!(out, "{columns} compared.");
    }
    let line = format!(
        "{columns} compared: {} drifted, {} undecided, {} stable. Drifted is KL(P‖Q) above {} {}, below which no event's probability has moved by more than {:.1} percentage points; at most {:.0} % of the columns called so are expected to be so by chance.",
        whole.drifted,
        whole.undecided,
        whole.stable,
        limit(decision.tolerance.0),
        report.unit,
        decision.percentage_points,
        100.0 * decision.false_discovery_rate,
    );
    writeln!(out, "{}", wrap(&line, room, 2))
}

fn whole(out: &mut String, report: &Report, room: usize) -> std::fmt::Result {
    let columns = report.whole.columns;
    if let Some(bound) = report.whole.at_least.first() {
        let measures = &mut report.measures.iter();
        let measure = measures.find(|measure| measure.name == bound.measure);
        let symbol = measure.map_or("", |measure| measure.symbol);
        let unit = measure
            .and_then(|measure| measure.unit.as_deref())
            .map_or(String::new(), |unit| format!(" {unit}"));
        let bound_is = match divergence(bound.value.0) {
            infinite if infinite == "∞" => "is ∞".to_owned(),
            value => format!("is at least {value}{unit}"),
        };
        let line = format!(
            "Whole rows: {symbol} {bound_is}, by column {} alone; rows are never closer than a column of theirs.",
            cut(&plain(&bound.column), room / 2)
        );
        writeln!(out, "{}", wrap(&line, room, 2))?;
    }
    for threshold in &report.thresholds {
        let limit = format!("{} = {}", threshold.measure, divergence(threshold.limit.0));
        let line = if threshold.exceeded_by.is_empty() {
            format!("No column exceeds {limit}.")
        } else {
            let names: Vec<String> = threshold
                .exceeded_by
                .iter()
                .map(|name| cut(&plain(name), room / 2))
                .collect();
            format!(
                "{} of {columns} columns exceed {limit}: {}",
                names.len(),
                names.join(", ")
            )
        };
        writeln!(out, "{}", wrap(&line, room, 2))?;
    }
    Ok(())
}
