//! A report on a terminal.

use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};

use crate::joint_terminal;
use crate::number::{count, divergence, share};
use crate::report::{ColumnReport, OutcomeReport, Report, value_or_dash};
use crate::text::{cut, left, plain, right, width, wrap};

pub(crate) const BOLD: Style = Style::new().bold();
pub(crate) const DIM: Style = Style::new().dimmed();
const WARN: Style = AnsiColor::Yellow.on_default();

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
    writeln!(
        out,
        "{}\n",
        wrap(&format!("{}: {}{unit}", first.symbol, first.title), room, 2)
    )?;
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
    whole(out, report, room)
}

fn sides(out: &mut String, report: &Report, room: usize) -> std::fmt::Result {
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

/// One line for each column, its outcomes and caveats below it.
fn columns(out: &mut String, report: &Report, top: usize, room: usize) -> std::fmt::Result {
    let mut table = vec![vec!["column".to_owned(), "kind".to_owned()]];
    table[0].extend(
        report
            .measures
            .iter()
            .map(|measure| measure.symbol.to_owned()),
    );
    table[0].extend(["null P".to_owned(), "null Q".to_owned()]);
    for column in &report.columns {
        let mut row = vec![plain(&column.name), column.kind.to_owned()];
        row.extend(column.values.iter().map(value_or_dash));
        let null = |nulls: u64, rows: u64| {
            if nulls == 0 {
                "–".to_owned()
            } else {
                share(nulls, rows)
            }
        };
        row.extend([
            null(column.nulls.p, column.rows.p),
            null(column.nulls.q, column.rows.q),
        ]);
        table.push(row);
    }
    let mut widths: Vec<usize> = (0..table[0].len())
        .map(|i| table.iter().map(|row| width(&row[i])).max().unwrap_or(0))
        .collect();
    // The names give way where the numbers need the room.
    let others: usize = widths[1..].iter().map(|width| width + 2).sum();
    widths[0] = widths[0].min(room.saturating_sub(others)).max(8);
    for (i, row) in table.iter().enumerate() {
        let mut line = left(&cut(&row[0], widths[0]), widths[0]);
        for (j, cell) in row.iter().enumerate().skip(1) {
            line.push_str("  ");
            line.push_str(&if j == 1 {
                left(cell, widths[j])
            } else {
                right(cell, widths[j])
            });
        }
        let line = line.trim_end();
        if i == 0 {
            writeln!(out, "{BOLD}{line}{BOLD:#}")?;
            continue;
        }
        writeln!(out, "{line}")?;
        let column = &report.columns[i - 1];
        outcomes(out, column, top, room)?;
        for caveat in &column.caveats {
            writeln!(
                out,
                "  {WARN}!{WARN:#} {}",
                wrap(&plain(&caveat.text), room - 4, 4)
            )?;
        }
        if top > 0 && i + 1 < table.len() {
            writeln!(out)?;
        }
    }
    writeln!(out)
}

fn outcomes(out: &mut String, column: &ColumnReport, top: usize, room: usize) -> std::fmt::Result {
    let largest = largest(column, top);
    let lines: Vec<[String; 4]> = largest
        .iter()
        .map(|outcome| {
            [
                plain(&outcome.label),
                share(outcome.count.p, column.rows.p),
                share(outcome.count.q, column.rows.q),
                divergence(outcome.contribution.0),
            ]
        })
        .collect();
    let width_of = |i: usize| lines.iter().map(|line| width(&line[i])).max().unwrap_or(0);
    let numbers = width_of(1) + width_of(2) + width_of(3);
    let label_room = width_of(0).min(room.saturating_sub(numbers + 14)).max(8);
    for [label, p, q, contribution] in &lines {
        writeln!(
            out,
            "    {DIM}{}  {} → {}  {}{DIM:#}",
            left(&cut(label, label_room), label_room),
            right(p, width_of(1)),
            right(q, width_of(2)),
            right(contribution, width_of(3)),
        )?;
    }
    Ok(())
}

/// The outcomes with the largest contributions in size, the largest first.
fn largest(column: &ColumnReport, top: usize) -> Vec<&OutcomeReport> {
    let mut outcomes: Vec<_> = column
        .outcomes
        .iter()
        .filter(|outcome| outcome.contribution.0 > 0.0)
        .collect();
    outcomes.sort_by(|a, b| {
        let by_size = b.contribution.0.total_cmp(&a.contribution.0);
        by_size.then((b.count.p + b.count.q).cmp(&(a.count.p + a.count.q)))
    });
    outcomes.truncate(top);
    outcomes
}

fn whole(out: &mut String, report: &Report, room: usize) -> std::fmt::Result {
    let columns = report.whole.columns;
    let compared = format!(
        "{} column{} compared",
        count(columns as u64),
        if columns == 1 { "" } else { "s" }
    );
    let line = match report.whole.at_least.first() {
        Some(bound) => {
            let measure = report
                .measures
                .iter()
                .find(|measure| measure.name == bound.measure);
            let symbol = measure.map_or("", |measure| measure.symbol);
            let unit = measure
                .and_then(|measure| measure.unit.as_deref())
                .map_or(String::new(), |unit| format!(" {unit}"));
            let bound_is = match divergence(bound.value.0) {
                infinite if infinite == "∞" => "is ∞".to_owned(),
                value => format!("is at least {value}{unit}"),
            };
            format!(
                "{compared}. Whole rows: {symbol} {bound_is}, by column {} alone; rows are never closer than a column of theirs.",
                cut(&plain(&bound.column), room / 2)
            )
        }
        None => format!("{compared}."),
    };
    writeln!(out, "{}", wrap(&line, room, 2))?;
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
