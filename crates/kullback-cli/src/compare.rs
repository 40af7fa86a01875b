//! `kullback compare`: two tables, column by column.

use std::process::ExitCode;

use kullback::Measure;
use kullback_report::{
    ColumnInput, NotCompared, Question, Report, SideReport, Sort, Threshold, json, terminal,
};
use kullback_table::{Options, Table};

use crate::args::{Compare, SortBy};
use crate::fail::Fail;
use crate::tables::Tables;
use crate::{joint, output};

pub(crate) fn run(args: &Compare) -> Result<ExitCode, Fail> {
    if let Some(threads) = args.threads {
        rayon::ThreadPoolBuilder::new()
            .num_threads(usize::from(threads))
            .build_global()
            .map_err(|error| Fail::new(format!("{threads} threads cannot be started: {error}")))?;
    }
    let options = options(args);
    let tables = Tables::find(args)?;
    let pairs = args.joint || args.given.is_some();
    if pairs {
        tables.refuse_once()?;
    }
    let [p, q] = tables.columns(&options)?;
    let mut report = report(args, &p, &q);
    if pairs {
        let columns = joint::Columns::choose(args, &p, &q)?;
        let counts = tables.pairs(&options, columns.factors(), [p.rows, q.rows])?;
        report.joint = Some(columns.report(args, &counts)?);
    }
    print(args, &report)?;
    Ok(ExitCode::from(u8::from(report.exceeded())))
}

fn options(args: &Compare) -> Options {
    Options {
        delimiter: args.delimiter,
        header: (args.header || args.no_header).then_some(args.header),
        null_texts: args.null_values.clone(),
        columns: args.columns.clone(),
        exclude: args.exclude.clone(),
        types: args.types(),
    }
}

fn report(args: &Compare, p: &Table, q: &Table) -> Report {
    let asked = &args.question;
    let measures = if asked.measure.is_empty() {
        vec![Measure::KL.into(), Measure::JS.into()]
    } else {
        asked.measure.clone()
    };
    let sort = match &args.sort {
        None => Sort::Measure(measures[0]),
        Some(SortBy::Measure(measure)) => Sort::Measure(*measure),
        Some(SortBy::Name) => Sort::Name,
        Some(SortBy::Table) => Sort::Table,
    };
    let thresholds = args
        .fail_above
        .iter()
        .map(|&(measure, limit)| Threshold { measure, limit })
        .collect();
    let question = Question {
        measures,
        unit: asked.base.unit(),
        sort,
        thresholds,
    };
    let columns: Vec<_> = p
        .columns
        .iter()
        .zip(&q.columns)
        .map(|(p, q)| ColumnInput {
            name: &p.name,
            types: [&p.type_name, &q.type_name],
            p: &p.summary,
            q: &q.summary,
        })
        .collect();
    let mut sides = [side(p), side(q)];
    if args.by.is_some() {
        // Both are of one source, and its notes stand under P.
        sides[1].notes.clear();
    }
    Report::new(
        &question,
        sides,
        &columns,
        not_compared(p, q, args.by.is_some()),
    )
}

fn side(table: &Table) -> SideReport {
    SideReport {
        name: table.name.clone(),
        files: table.files.clone(),
        rows: table.rows,
        notes: table.notes.iter().map(ToString::to_string).collect(),
    }
}

/// Columns of one table only, then those that neither can compare.
fn not_compared(p: &Table, q: &Table, split: bool) -> Vec<NotCompared> {
    let mut columns = Vec::new();
    for (table, letter) in [(p, "P"), (q, "Q")] {
        columns.extend(
            table
                .unmatched
                .iter()
                .map(|(column, type_name)| NotCompared {
                    column: column.clone(),
                    table: letter,
                    reason: format!("only {letter} has it ({type_name})"),
                }),
        );
    }
    for skipped in &p.skipped {
        let table = if q.skipped.contains(skipped) || split {
            "both"
        } else {
            "P"
        };
        columns.push(NotCompared {
            column: skipped.column.clone(),
            table,
            reason: skipped.reason.clone(),
        });
    }
    for skipped in q
        .skipped
        .iter()
        .filter(|skipped| !p.skipped.contains(skipped))
    {
        columns.push(NotCompared {
            column: skipped.column.clone(),
            table: "Q",
            reason: skipped.reason.clone(),
        });
    }
    columns
}

fn print(args: &Compare, report: &Report) -> Result<(), Fail> {
    if args.question.json {
        return output::print(|stdout| json(report, stdout));
    }
    let width = terminal_size::terminal_size().map_or(100, |(width, _)| usize::from(width.0));
    output::print_styled(&terminal(report, args.top, width))
}
