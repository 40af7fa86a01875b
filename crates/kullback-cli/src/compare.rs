//! `kullback compare`: two tables, column by column.

use std::process::ExitCode;

use kullback::Measure;
use kullback_job::{Pairs, compare};
use kullback_report::{Question, Report, Sort, Threshold, csv, html, json, markdown, terminal};

use crate::args::{Compare, FailOn, Format, SortBy};
use crate::fail::Fail;
use crate::{output, progress, threads};

pub(crate) fn run(args: &Compare) -> Result<ExitCode, Fail> {
    threads::set(args.reading.threads)?;
    let options = (args.reading).options(args.columns.clone(), args.exclude.clone());
    let tables = args.sources.find()?;
    let pairs = (args.joint || args.given.is_some()).then(|| Pairs {
        given: args.given.clone(),
        levels: args.levels,
    });
    let report = progress::shown(|progress| {
        compare(&tables, &options, &question(args), pairs.as_ref(), progress)
    })?;
    print(args, &report)?;
    let whole = &report.whole;
    let failed = match args.fail_on {
        None => 0,
        Some(FailOn::Drifted) => whole.drifted,
        Some(FailOn::Undecided) => whole.drifted + whole.undecided,
    };
    Ok(ExitCode::from(u8::from(report.exceeded() || failed > 0)))
}

fn question(args: &Compare) -> Question {
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
    Question {
        measures,
        unit: asked.base.unit(),
        sort,
        thresholds,
        decision: args.decision.decision(),
        line: args.faces.show_line(asked.json),
    }
}

fn print(args: &Compare, report: &Report) -> Result<(), Fail> {
    // First, so that a page that cannot be written leaves no answer behind.
    if let Some(path) = &args.faces.html {
        output::write_page(path, &html(report))?;
    }
    match args.faces.format(args.question.json) {
        Format::Table => output::print_styled(&terminal(report, args.top, output::width())),
        Format::Json => output::print(|stdout| json(report, stdout)),
        Format::Markdown => {
            output::print(|stdout| stdout.write_all(markdown(report, args.top).as_bytes()))
        }
        Format::Csv => output::print(|stdout| stdout.write_all(csv(report).as_bytes())),
    }
}
