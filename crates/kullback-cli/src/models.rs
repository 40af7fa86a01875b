//! `kullback models`: the outputs and the parameters of two models.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use kullback::Unit;
use kullback_model::Weights;
use kullback_model::logits::{Options, Reading, Source, compare};
use kullback_report::{LogitsReport, ModelsReport, PerModel, json, models, models_html};

use crate::args::Models;
use crate::fail::Fail;
use crate::{logits, output, progress, threads, weights};

/// The formats in which a model's outputs may lie beside it, as `logits.npy`.
const OUTPUTS: [&str; 5] = ["kld", "npy", "npz", "safetensors", "jsonl"];

pub(crate) fn run(args: &Models) -> Result<ExitCode, Fail> {
    threads::set(args.weights.threads)?;
    let names = [&args.weights.a, &args.weights.b];
    let report = report(names, args.unit.unit())?;
    if let Some(path) = &args.html {
        output::write_page(path, &models_html(&report))?;
    }
    if args.weights.json {
        output::print(|stdout| json(&report, stdout))?;
    } else {
        let by = args.weights.by.into();
        output::print_styled(&models(&report, by, output::width()))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn report(names: [&String; 2], unit: Unit) -> Result<ModelsReport, Fail> {
    let mut missing = Vec::new();
    let outputs = both(
        [outputs(names[0])?, outputs(names[1])?],
        "outputs",
        &mut missing,
    );
    let found = [Weights::find(names[0])?, Weights::find(names[1])?];
    let weights = both(found, "weights", &mut missing);
    if outputs.is_none() && weights.is_none() {
        return Err(Fail::new(format!(
            "there is nothing to compare: {}",
            missing.join("; ")
        ))
        .advise("a model is a directory with weights, or outputs as logits.npy, or both"));
    }
    Ok(ModelsReport {
        schema: 1,
        kullback: env!("CARGO_PKG_VERSION"),
        names: PerModel::of(names.map(String::clone)),
        outputs: outputs
            .map(|files| compare_outputs(files, unit))
            .transpose()?,
        parameters: weights
            .map(|models| weights::compare(names, &models))
            .transpose()?,
        missing,
    })
}

/// Both, or a word on which is missing.
fn both<T>(sides: [Option<T>; 2], what: &str, missing: &mut Vec<String>) -> Option<[T; 2]> {
    let who = match sides {
        [Some(a), Some(b)] => return Some([a, b]),
        [Some(_), None] => "B has",
        [None, Some(_)] => "A has",
        [None, None] => "A and B have",
    };
    missing.push(format!("{who} no {what}"));
    None
}

/// The file of a model's outputs in its directory.
fn outputs(directory: &str) -> Result<Option<PathBuf>, Fail> {
    if !Path::new(directory).is_dir() {
        return Err(Fail::new(format!("{directory}: is no directory"))
            .advise("two files are compared with kullback weights or kullback logits"));
    }
    let paths = OUTPUTS.map(|ending| Path::new(directory).join(format!("logits.{ending}")));
    let mut found: Vec<PathBuf> = paths.into_iter().filter(|path| path.is_file()).collect();
    match (found.pop(), found.pop()) {
        (Some(first), Some(second)) => Err(Fail::new(format!(
            "{} and {} both hold outputs",
            second.display(),
            first.display()
        ))
        .advise("leave one of them in the directory")),
        (found, _) => Ok(found),
    }
}

fn compare_outputs([a, b]: [PathBuf; 2], unit: Unit) -> Result<LogitsReport, Fail> {
    /// How many of the worst rows the JSON has.
    const WORST: usize = 5;
    let reading = Reading::default();
    let (base, candidate) = (Source::open(a, &reading)?, Source::open(b, &reading)?);
    let read = Arc::new(AtomicU64::new(0));
    let bar = progress::show(Some(base.bytes() + candidate.bytes()), &read);
    let compared = compare(&base, &candidate, &Options::default(), &read)?;
    drop(bar);
    let candidates = vec![(logits::file(&candidate), logits::found(&compared))];
    Ok(LogitsReport::new(
        logits::file(&base),
        candidates,
        WORST,
        unit,
    ))
}
