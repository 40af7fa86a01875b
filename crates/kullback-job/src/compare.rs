//! Two tables, column by column → a report.

use kullback::Progress;
use kullback_report::{Question, Report, Sort};
use kullback_table::Options;

use crate::pairs::{Columns, Pairs};
use crate::{Error, Tables};

/// Compares two tables, column by column, and, where `pairs` are asked for, pair by pair in a second
/// reading.
///
/// # Errors
///
/// When a table cannot be read, or a second time where pairs are asked for; they share no column, or
/// an option names one that is not there; no two columns make a pair.
pub fn compare(
    tables: &Tables,
    options: &Options,
    question: &Question,
    pairs: Option<&Pairs>,
    progress: &Progress,
) -> Result<Report, Error> {
    if pairs.is_some() {
        tables.refuse_once()?;
    }
    let read = tables.columns(options, progress)?;
    let mut report = Report::new(question, read.sides(), &read.columns(), read.not_compared());
    if let Some(pairs) = pairs {
        let columns = Columns::choose(pairs, &read.p, &read.q)?;
        let rows = [read.p.rows, read.q.rows];
        let counts = tables.pairs(options, columns.factors(), rows, progress)?;
        report.joint = Some(columns.report(question.unit, &counts)?);
    }
    Ok(report)
}

/// Compares one column of two tables.
///
/// # Errors
///
/// As [`compare`].
pub fn explain(
    tables: &Tables,
    column: &str,
    options: &Options,
    question: &Question,
    progress: &Progress,
) -> Result<Report, Error> {
    let options = Options {
        columns: Some(vec![column.to_owned()]),
        exclude: Vec::new(),
        ..options.clone()
    };
    let question = Question {
        sort: Sort::Table,
        ..question.clone()
    };
    compare(tables, &options, &question, None, progress)
}
