//! The scores of every row, as a table.

use std::path::Path;

use kullback::scores::{ListScore, RowScore, Scores, Target};
use kullback_model::logits::Comparison;
use kullback_table::{Values, write_table};

use crate::fail::Fail;

/// Writes a row for each row compared, as CSV or Parquet by the end of the file's name.
pub(crate) fn write(path: &Path, compared: &Comparison) -> Result<(), Fail> {
    let columns = match compared {
        Comparison::Full(full) => of_full(&full.scores),
        Comparison::Lists(lists) => of_lists(&lists.scores),
    };
    Ok(write_table(path, &columns)?)
}

type Columns = Vec<(&'static str, Values)>;

fn of_full(scores: &Scores) -> Columns {
    let rows = scores.rows();
    let numbers = |value: fn(&RowScore) -> f64| {
        Values::Numbers(rows.iter().map(|row| Some(value(row))).collect())
    };
    let chunks = (0..rows.len()).map(|row| scores.chunk_of(row).map(|chunk| chunk as u64));
    let mut columns = vec![
        (
            "row",
            Values::Whole((0..rows.len() as u64).map(Some).collect()),
        ),
        ("chunk", Values::Whole(chunks.collect())),
        ("kl", numbers(|row| row.kl)),
        ("reverse_kl", numbers(|row| row.reverse_kl)),
        ("js", numbers(|row| row.js)),
        ("tv", numbers(|row| row.tv)),
        ("entropy_p", numbers(|row| row.entropy_p)),
        ("entropy_q", numbers(|row| row.entropy_q)),
        ("cross_entropy", numbers(|row| row.cross_entropy)),
        ("top_p", numbers(|row| row.top_p)),
        (
            "same_top",
            Values::Flags(rows.iter().map(|row| Some(row.same_top)).collect()),
        ),
    ];
    columns.extend(targets(rows.iter().map(|row| row.target)));
    columns
}

fn of_lists(rows: &[ListScore]) -> Columns {
    let numbers = |value: fn(&ListScore) -> f64| {
        Values::Numbers(rows.iter().map(|row| Some(value(row))).collect())
    };
    let mut columns = vec![
        (
            "row",
            Values::Whole((0..rows.len() as u64).map(Some).collect()),
        ),
        ("kl_at_least", numbers(|row| row.kl)),
        ("reverse_kl_at_least", numbers(|row| row.reverse_kl)),
        ("js_at_least", numbers(|row| row.js[0])),
        ("js_at_most", numbers(|row| row.js[1])),
        ("tv_at_least", numbers(|row| row.tv[0])),
        ("tv_at_most", numbers(|row| row.tv[1])),
        ("leftover_p", numbers(|row| row.leftover[0])),
        ("leftover_q", numbers(|row| row.leftover[1])),
        (
            "shared",
            Values::Whole(rows.iter().map(|row| Some(row.shared as u64)).collect()),
        ),
        (
            "same_top",
            Values::Flags(rows.iter().map(|row| Some(row.same_top)).collect()),
        ),
    ];
    columns.extend(targets(rows.iter().map(|row| row.target)));
    columns
}

fn targets(targets: impl Iterator<Item = Option<Target>> + Clone) -> Columns {
    let numbers = |value: fn(Target) -> f64| {
        Values::Numbers(targets.clone().map(|target| target.map(value)).collect())
    };
    let tokens = targets
        .clone()
        .map(|target| target.map(|target| u64::from(target.token)));
    vec![
        ("token", Values::Whole(tokens.collect())),
        ("ln_p", numbers(|target| target.ln_p)),
        ("ln_q", numbers(|target| target.ln_q)),
    ]
}
