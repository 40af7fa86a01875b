//! `kullback explain`: everything that is known of one column.

use std::process::ExitCode;

use kullback::{AnyMeasure, Measure};
use kullback_job as job;
use kullback_report::{Question, Sort, explain, explain_csv, explain_markdown, html, json};

use crate::args::{Explain, Format};
use crate::fail::Fail;
use crate::{output, progress, threads};

pub(crate) fn run(args: &Explain) -> Result<ExitCode, Fail> {
    threads::set(args.reading.threads)?;
    let options = args.reading.options(None, Vec::new());
    let tables = args.sources.find()?;
    let question = Question {
        measures: measures(&args.question.measure),
        unit: args.question.base.unit(),
        sort: Sort::Table,
        thresholds: Vec::new(),
        decision: args.decision.decision(),
        line: args.faces.show_line(args.question.json),
    };
    let report = progress::shown(|progress| {
        job::explain(&tables, &args.column, &options, &question, progress)
    })?;
    if let Some(path) = &args.faces.html {
        output::write_page(path, &html(&report))?;
    }
    match args.faces.format(args.question.json) {
        Format::Table => output::print_styled(&explain(&report, args.top, output::width())),
        Format::Json => output::print(|stdout| json(&report, stdout)),
        Format::Markdown => {
            output::print(|stdout| stdout.write_all(explain_markdown(&report, args.top).as_bytes()))
        }
        Format::Csv => output::print(|stdout| stdout.write_all(explain_csv(&report).as_bytes())),
    }?;
    Ok(ExitCode::SUCCESS)
}

fn measures(asked: &[AnyMeasure]) -> Vec<AnyMeasure> {
    match asked {
        [] => vec![Measure::KL.into()],
        _ => asked.to_vec(),
    }
}
