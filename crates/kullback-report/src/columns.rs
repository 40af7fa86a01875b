//! The table of columns on a terminal, each with its outcomes and caveats below it.

use std::fmt::Write as _;

use anstyle::Style;

use crate::column::{ColumnReport, OutcomeReport};
use crate::grid::{GridColumn, grid};
use crate::inference::{DRIFTED, EstimateReport, STABLE};
use crate::number::{divergence, interval, or_dash, share};
use crate::report::Report;
use crate::spark::sparklines;
use crate::terminal::{BOLD, DIM, WARN};
use crate::text::{cut, left, plain, right, width, wrap};

/// One line for each column, its outcomes and caveats below it.
pub(crate) fn columns(
    out: &mut String,
    report: &Report,
    top: usize,
    room: usize,
) -> std::fmt::Result {
    let lines = grid(table(report), room);
    let mut lines = lines.iter();
    if let Some(head) = lines.next() {
        writeln!(out, "{BOLD}{head}{BOLD:#}")?;
    }
    for (i, (line, column)) in lines.zip(&report.columns).enumerate() {
        let style = if column.inference.verdict == DRIFTED {
            BOLD
        } else {
            Style::new()
        };
        writeln!(out, "{style}{line}{style:#}")?;
        let before = out.len();
        // Of a stable column the parts are noise.
        if column.inference.verdict != STABLE {
            outcomes(out, column, top, room)?;
        }
        let first = column.inference.estimate(&report.measures[0].name);
        let of_first = first.map_or(&[][..], |first| &first.caveats);
        for caveat in column.caveats.iter().chain(of_first) {
            let text = wrap(&plain(&caveat.text), room - 4, 4);
            writeln!(out, "  {WARN}!{WARN:#} {text}")?;
        }
        // A column with lines below it stands apart from the next.
        if top > 0 && out.len() > before && i + 1 < report.columns.len() {
            writeln!(out)?;
        }
    }
    writeln!(out)
}

fn table(report: &Report) -> Vec<GridColumn> {
    let of_each = |cell: &dyn Fn(&ColumnReport) -> String| -> Vec<String> {
        report.columns.iter().map(cell).collect()
    };
    let mut table = vec![
        GridColumn::words("column", of_each(&|column| plain(&column.name))),
        GridColumn::words("kind", of_each(&|column| column.kind.to_owned())),
    ];
    let drawn: Vec<[String; 2]> = report.columns.iter().map(sparklines).collect();
    table.extend(["P", "Q"].into_iter().enumerate().map(|(side, head)| {
        let cells = drawn.iter().map(|both| both[side].clone());
        GridColumn::words(head, cells).spare(3)
    }));
    for (i, measure) in report.measures.iter().enumerate() {
        let values = of_each(&|column| or_dash(column.shown(i)));
        table.push(GridColumn::numbers(measure.symbol, values));
        if i > 0 {
            continue;
        }
        // What the samples say of the first measure, where there is a theory of it.
        let estimate = |cell: &dyn Fn(&EstimateReport) -> String| {
            of_each(&|column| {
                let estimate = column.inference.estimate(&measure.name);
                estimate.map_or(String::new(), cell)
            })
        };
        if report.columns[0]
            .inference
            .estimate(&measure.name)
            .is_some()
        {
            let level = format!("{:.0} % interval", 100.0 * report.decision.level);
            let ends = |one: &EstimateReport| interval(one.interval.low.0, one.interval.high.0);
            let upper = |one: &EstimateReport| format!("≤ {}", divergence(one.if_same.upper.0));
            table.extend([
                GridColumn::numbers(&level, estimate(&ends)),
                GridColumn::numbers("plug-in", estimate(&|one| divergence(one.plug_in.0))).spare(2),
                GridColumn::numbers("if same", estimate(&upper)).spare(2),
            ]);
        }
        let verdict = of_each(&|column| column.inference.verdict.to_owned());
        table.push(GridColumn::words("verdict", verdict));
    }
    let null = |nulls: u64, rows: u64| match nulls {
        0 => "–".to_owned(),
        _ => share(nulls, rows),
    };
    if report
        .columns
        .iter()
        .any(|column| column.nulls.p + column.nulls.q > 0)
    {
        table.extend([
            GridColumn::numbers("null P", of_each(&|c| null(c.nulls.p, c.rows.p))).spare(1),
            GridColumn::numbers("null Q", of_each(&|c| null(c.nulls.q, c.rows.q))).spare(1),
        ]);
    }
    table
}

/// The outcomes that move the first measure most: of KL its estimate.
fn outcomes(out: &mut String, column: &ColumnReport, top: usize, room: usize) -> std::fmt::Result {
    let of_kl = column.values[0].measure == "kl";
    let part = |outcome: &OutcomeReport| match of_kl {
        true => outcome.estimated.0,
        false => outcome.contribution.0,
    };
    let most = column
        .outcomes
        .iter()
        .map(|o| part(o).abs())
        .fold(0.0, f64::max);
    // What is smaller than this beside the largest is rounding.
    let least = 1e-12 * most.min(1.0);
    let mut largest: Vec<_> = (column.outcomes.iter())
        .filter(|o| part(o).abs() > least)
        .collect();
    largest.sort_by(|a, b| {
        let by_size = part(b).abs().total_cmp(&part(a).abs());
        by_size.then((b.count.p + b.count.q).cmp(&(a.count.p + a.count.q)))
    });
    largest.truncate(top);
    let lines: Vec<[String; 4]> = largest
        .iter()
        .map(|outcome| {
            [
                plain(&outcome.label),
                share(outcome.count.p, column.rows.p),
                share(outcome.count.q, column.rows.q),
                divergence(part(outcome)),
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
