//! `kullback logits`: what two models predict, row by row.

use std::path::Path;
use std::process::ExitCode;

use kullback::scores::LlamaStatistics;
use kullback_job as job;
use kullback_model::Dtype;
use kullback_model::logits::{
    Options, Precision, Reading, RowKind, Source, like_llama, read_targets,
};
use kullback_report::{json, llama, logits};

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
    if args.like_llama {
        return as_llama(&base, &candidates[0], &options);
    }
    let compared = progress::shown(|progress| job::logits(&base, &candidates, &options, progress))?;
    if let Some(path) = &args.per_row {
        per_row::write(path, &compared[0])?;
    }
    let unit = args.unit.unit();
    let report = job::logits_report(&base, &candidates, &compared, args.worst, unit);
    if args.json {
        output::print(|stdout| json(&report, stdout))?;
    } else {
        output::print_styled(&logits(&report, output::width()))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn as_llama(base: &Source, candidate: &Source, options: &Options) -> Result<ExitCode, Fail> {
    let rows = progress::shown(|progress| {
        progress.begin(Some(base.bytes() + candidate.bytes()));
        like_llama(base, candidate, options, progress)
    })?;
    let statistics =
        LlamaStatistics::of(&rows).ok_or_else(|| Fail::new("there are no rows to compare"))?;
    output::print_styled(&llama(&statistics))?;
    Ok(ExitCode::SUCCESS)
}
