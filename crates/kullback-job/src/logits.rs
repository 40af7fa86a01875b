//! What models predict, row by row → a report.

use kullback::{Progress, Unit};
use kullback_model::logits::{Comparison, Options, Precision, Source, compare};
use kullback_report::{FoundRows, LogitsReport, RowsReport};

use crate::Error;

/// Compares each candidate's rows with the base's.
///
/// # Errors
///
/// When a candidate and the base are not about the same tokens of the same text, or a row cannot be
/// a distribution.
pub fn logits(
    base: &Source,
    candidates: &[Source],
    options: &Options,
    progress: &Progress,
) -> Result<Vec<Comparison>, Error> {
    let both = candidates
        .iter()
        .map(|candidate| base.bytes() + candidate.bytes());
    progress.begin(Some(both.sum()));
    candidates
        .iter()
        .map(|candidate| Ok(compare(base, candidate, options, progress)?))
        .collect()
}

/// What [`logits`] found, as a report that names the `worst` rows of each candidate.
pub fn logits_report(
    base: &Source,
    candidates: &[Source],
    compared: &[Comparison],
    worst: usize,
    unit: Unit,
) -> LogitsReport {
    let files = candidates.iter().map(file).zip(compared.iter().map(found));
    LogitsReport::new(file(base), files.collect(), worst, unit)
}

fn file(source: &Source) -> RowsReport {
    RowsReport {
        name: source.name().to_owned(),
        format: source.format(),
        elements: source.elements(),
        rows: source.kind().to_string(),
        vocabulary: source.vocabulary(),
    }
}

fn found(compared: &Comparison) -> FoundRows<'_> {
    match compared {
        Comparison::Full(full) => FoundRows::Full {
            scores: &full.scores,
            accounts: &full.accounts,
            vocabulary: full.vocabulary,
            precision: match full.precision {
                Precision::Single => "single",
                Precision::Double => "double",
            },
            tokens: full.tokens,
        },
        Comparison::Lists(lists) => FoundRows::Lists {
            scores: &lists.scores,
            chunks: &lists.lengths,
            tokens: lists.tokens,
        },
    }
}
