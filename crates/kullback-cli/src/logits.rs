//! `kullback logits`: what two models predict, row by row.

use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use kullback::scores::LlamaStatistics;
use kullback_model::Dtype;
use kullback_model::logits::{
    Comparison, Options, Precision, Reading, RowKind, Source, compare, like_llama, read_targets,
};
use kullback_report::{FoundRows, LogitsReport, RowsReport, json, llama, logits};

use crate::args::{Logits, PrecisionIs, RowsAre};
use crate::fail::Fail;
use crate::{output, per_row, progress, threads};

pub(crate) fn run(args: &Logits) -> Result<ExitCode, Fail> {
    threads::set(args.threads)?;
    let reading = Reading {
        rows: args.rows.map(|rows| match rows {
            RowsAre::Logits => RowKind::Logits,
            RowsAre::LogProbabilities => RowKind::LogProbabilities,
            RowsAre::Probabilities => RowKind::Probabilities,
        }),
        void: args.bf16.then_some(Dtype::Bf16),
        tensor: args.tensor.clone(),
    };
    let open = |path: &Path| Source::open(path, &reading);
    let base = open(&args.base)?;
    let candidates = args
        .candidates
        .iter()
        .map(|path| open(path))
        .collect::<Result<Vec<_>, _>>()?;
    if candidates.len() > 1 && (args.like_llama || args.per_row.is_some()) {
        return Err(Fail::new("--like-llama and --per-row are of one candidate")
            .advise("run it once for each"));
    }
    let options = Options {
        targets: args.targets.as_deref().map(read_targets).transpose()?,
        chunk: args.chunk,
        vocabulary: args.vocabulary,
        precision: args.precision.map(|precision| match precision {
            PrecisionIs::Single => Precision::Single,
            PrecisionIs::Double => Precision::Double,
        }),
    };
    let bytes = candidates
        .iter()
        .map(|candidate| base.bytes() + candidate.bytes())
        .sum();
    let read = Arc::new(AtomicU64::new(0));
    let bar = progress::show(Some(bytes), &read);
    if args.like_llama {
        return as_llama(&base, &candidates[0], &options, &read);
    }
    let compared = candidates
        .iter()
        .map(|candidate| compare(&base, candidate, &options, &read))
        .collect::<Result<Vec<Comparison>, _>>()?;
    drop(bar);
    if let Some(path) = &args.per_row {
        per_row::write(path, &compared[0])?;
    }
    let files = candidates.iter().map(file).zip(compared.iter().map(found));
    let report = LogitsReport::new(file(&base), files.collect(), args.worst, args.unit.unit());
    if args.json {
        output::print(|stdout| json(&report, stdout))?;
    } else {
        output::print_styled(&logits(&report, output::width()))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn as_llama(
    base: &Source,
    candidate: &Source,
    options: &Options,
    read: &AtomicU64,
) -> Result<ExitCode, Fail> {
    let rows = like_llama(base, candidate, options, read)?;
    let statistics =
        LlamaStatistics::of(&rows).ok_or_else(|| Fail::new("there are no rows to compare"))?;
    output::print_styled(&llama(&statistics))?;
    Ok(ExitCode::SUCCESS)
}

pub(crate) fn file(source: &Source) -> RowsReport {
    RowsReport {
        name: source.name().to_owned(),
        format: source.format(),
        elements: source.elements(),
        rows: source.kind().to_string(),
        vocabulary: source.vocabulary(),
    }
}

pub(crate) fn found(compared: &Comparison) -> FoundRows<'_> {
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
