//! One column on a terminal, with everything that is known of it.

use std::fmt::Write as _;

use crate::column::{ColumnReport, OutcomeReport};
use crate::grid::{GridColumn, write_grid};
use crate::inference::{DRIFTED, STABLE};
use crate::number::{count, divergence, interval, limit, or_dash, p_is, share, signed};
use crate::report::Report;
use crate::terminal::{BOLD, DIM, WARN, sides};
use crate::text::{plain, wrap};

/// The report's first column as text of `room` columns, with ANSI styles: estimates, test and
/// verdict, the parts of KL by the chain rule, and of its outcomes the `top` that move it most, in
/// their own order. A report without columns is what [`terminal`](crate::terminal()) says of it.
pub fn explain(report: &Report, top: usize, room: usize) -> String {
    let room = room.max(40);
    let Some(column) = report.columns.first() else {
        return crate::terminal(report, top, room);
    };
    let mut out = String::new();
    // Writing to a string cannot fail.
    let _ = write(&mut out, report, column, top, room);
    out
}

fn write(
    out: &mut String,
    report: &Report,
    column: &ColumnReport,
    top: usize,
    room: usize,
) -> std::fmt::Result {
    sides(out, report, room)?;
    let outcomes = column.outcomes.len();
    let head = format!(
        "{}: {}, {} outcomes",
        plain(&column.name),
        column.kind,
        count(outcomes as u64)
    );
    writeln!(out, "{BOLD}{}{BOLD:#}\n", wrap(&head, room, 2))?;
    estimates(out, report, column, room)?;
    decision(out, report, column, room)?;
    identity(out, report, column)?;
    parts(out, column)?;
    contributions(out, column, top, room)?;
    let of_kl = &column.inference.estimates[0].caveats;
    for caveat in column.caveats.iter().chain(of_kl) {
        let text = wrap(&plain(&caveat.text), room - 2, 2);
        writeln!(out, "{WARN}!{WARN:#} {text}")?;
    }
    Ok(())
}

fn estimates(
    out: &mut String,
    report: &Report,
    column: &ColumnReport,
    room: usize,
) -> std::fmt::Result {
    let all = &column.inference.estimates;
    let level = format!("{:.0} % interval", 100.0 * report.decision.level);
    let table = vec![
        GridColumn::words(&report.unit, all.iter().map(|one| one.symbol.to_owned())),
        GridColumn::numbers("estimate", all.iter().map(|one| divergence(one.estimate.0))),
        GridColumn::numbers(
            &level,
            all.iter()
                .map(|one| interval(one.interval.low.0, one.interval.high.0)),
        ),
        GridColumn::numbers("plug-in", all.iter().map(|one| divergence(one.plug_in.0))),
        GridColumn::numbers(
            "if same",
            all.iter()
                .map(|one| format!("≤ {}", divergence(one.if_same.upper.0))),
        ),
        GridColumn::words("estimator", all.iter().map(|one| one.estimator.clone())).spare(1),
    ];
    write_grid(out, table, room)?;
    // Measures without a theory of their samples have a plug-in value only.
    for (value, measure) in column.values.iter().zip(&report.measures) {
        if column.inference.estimate(&value.measure).is_none() {
            let shown = or_dash(value.value.map(|x| x.0));
            writeln!(
                out,
                "{}  {shown}  {DIM}{}{DIM:#}",
                measure.symbol, measure.title
            )?;
        }
    }
    writeln!(out)
}

fn decision(
    out: &mut String,
    report: &Report,
    column: &ColumnReport,
    room: usize,
) -> std::fmt::Result {
    let found = &column.inference;
    let line = format!(
        "{BOLD}{}{BOLD:#}: {}",
        found.verdict,
        reason(report, column)
    );
    writeln!(out, "{}", wrap(&line, room, 2))?;
    let line = format!("Nothing changed? {}", test(column));
    writeln!(out, "{}", wrap(&line, room, 2))?;
    if let Some(halved) = found.halved_bins {
        let line = format!(
            "With half as many bins: KL(P‖Q) = {} instead of {}",
            divergence(halved.0),
            divergence(found.estimates[0].estimate.0)
        );
        writeln!(out, "{}", wrap(&line, room, 2))?;
    }
    writeln!(out)
}

/// Why the column has its verdict.
pub(crate) fn reason(report: &Report, column: &ColumnReport) -> String {
    let (found, decision) = (&column.inference, &report.decision);
    let tolerance = format!(
        "{} {} ({:.1} percentage points)",
        limit(decision.tolerance.0),
        report.unit,
        decision.percentage_points
    );
    match found.verdict {
        DRIFTED => format!(
            "the change is significant, and KL(P‖Q) lies above the tolerance of {tolerance}"
        ),
        STABLE => format!("KL(P‖Q) lies below the tolerance of {tolerance}"),
        _ => {
            let needed = found.rows_needed.as_ref().map_or(
                "no number of rows would tell, for the estimate is at the tolerance".to_owned(),
                |rows| {
                    format!(
                        "about {} and {} rows would tell, if the estimate stays where it is",
                        count(rows.p),
                        count(rows.q)
                    )
                },
            );
            format!(
                "the tolerance of {tolerance} is within reach of the interval, or the change is not significant; {needed}"
            )
        }
    }
}

/// The test of "nothing has changed" in words.
pub(crate) fn test(column: &ColumnReport) -> String {
    let test = &column.inference.test;
    let method = match test.draws {
        Some(draws) => format!("{} permutations", count(draws.into())),
        None => "χ²".to_owned(),
    };
    let degrees = test.degrees_of_freedom;
    format!(
        "G = {:.1} with {} degree{} of freedom, {} ({method})",
        test.statistic.0,
        count(degrees),
        if degrees == 1 { "" } else { "s" },
        p_is(test.p_value.0),
    )
}

/// KL as what it is: cross-entropy less entropy.
fn identity(out: &mut String, report: &Report, column: &ColumnReport) -> std::fmt::Result {
    let lines = [
        (
            "H(P,Q)",
            column.cross_entropy.0,
            "cross-entropy, from the samples' shares",
        ),
        ("− H(P)", column.entropy_p.0, "entropy of P"),
        (
            "= KL(P‖Q)",
            column.inference.estimates[0].plug_in.0,
            "the plug-in",
        ),
    ];
    for (name, value, words) in lines {
        writeln!(
            out,
            "{name:<9}  {:>8} {}, {words}",
            divergence(value),
            report.unit
        )?;
    }
    writeln!(out)
}

fn parts(out: &mut String, column: &ColumnReport) -> std::fmt::Result {
    writeln!(out, "{BOLD}KL(P‖Q) comes from{BOLD:#}")?;
    for part in &column.inference.parts {
        writeln!(out, "  {:<15}  {:>9}", part.part, signed(part.estimate.0))?;
    }
    writeln!(out)
}

fn contributions(
    out: &mut String,
    column: &ColumnReport,
    top: usize,
    room: usize,
) -> std::fmt::Result {
    let mut sizes: Vec<f64> = column.outcomes.iter().map(|o| o.signed.0.abs()).collect();
    sizes.sort_by(|a, b| b.total_cmp(a));
    let largest = sizes.first().copied().unwrap_or(0.0);
    let least = sizes.get(top.max(1) - 1).copied().unwrap_or(0.0);
    let mut shown: Vec<&OutcomeReport> = (column.outcomes.iter())
        .filter(|o| o.signed.0.abs() >= least)
        .collect();
    shown.truncate(top);
    let rest: f64 = column.outcomes.iter().map(|o| o.signed.0).sum::<f64>()
        - shown.iter().map(|o| o.signed.0).sum::<f64>();
    const BAR: f64 = 20.0;
    let bar = |x: f64| {
        let full = if largest > 0.0 {
            (BAR * x.abs() / largest).round() as usize
        } else {
            0
        };
        if x < 0.0 {
            "░".repeat(full)
        } else {
            "█".repeat(full)
        }
    };
    let folded = column.outcomes.len() - shown.len();
    let table = vec![
        GridColumn::words(
            "outcome",
            shown
                .iter()
                .map(|o| plain(&o.label))
                .chain((folded > 0).then(|| format!("({} others)", count(folded as u64)))),
        ),
        GridColumn::numbers(
            "P",
            shown
                .iter()
                .map(|o| share(o.count.p, column.rows.p))
                .chain((folded > 0).then(String::new)),
        ),
        GridColumn::numbers(
            "Q",
            shown
                .iter()
                .map(|o| share(o.count.q, column.rows.q))
                .chain((folded > 0).then(String::new)),
        ),
        GridColumn::numbers(
            "part",
            shown
                .iter()
                .map(|o| signed(o.signed.0))
                .chain((folded > 0).then(|| signed(rest))),
        ),
        GridColumn::words(
            "",
            shown
                .iter()
                .map(|o| bar(o.signed.0))
                .chain((folded > 0).then(String::new)),
        )
        .spare(1),
    ];
    write_grid(out, table, room)?;
    writeln!(out)
}
