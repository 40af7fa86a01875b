//! The outputs and the parameters of two models → a report.

use std::path::{Path, PathBuf};

use kullback::{Progress, Unit};
use kullback_model::Weights;
use kullback_model::logits::{Options, Reading, Source};
use kullback_report::{LogitsReport, ModelsReport, PerModel};

use crate::{Error, logits, logits_report};

/// The formats in which a model's outputs may lie beside it, as `logits.npy`.
const OUTPUTS: [&str; 5] = ["kld", "npy", "npz", "safetensors", "jsonl"];

/// Compares two models, each a directory with weights, or outputs as `logits.npy`, or both.
///
/// # Errors
///
/// When one is no directory, they have nothing in common, or a file cannot be read.
pub fn models(names: [&str; 2], unit: Unit, progress: &Progress) -> Result<ModelsReport, Error> {
    let mut missing = Vec::new();
    let outputs = both(
        [outputs(names[0])?, outputs(names[1])?],
        "outputs",
        &mut missing,
    );
    let found = [Weights::find(names[0])?, Weights::find(names[1])?];
    let weights = both(found, "weights", &mut missing);
    if outputs.is_none() && weights.is_none() {
        return Err(Error::new(format!(
            "there is nothing to compare: {}",
            missing.join("; ")
        ))
        .advise("a model is a directory with weights, or outputs as logits.npy, or both"));
    }
    Ok(ModelsReport {
        schema: 1,
        kullback: env!("CARGO_PKG_VERSION"),
        names: PerModel::of(names.map(str::to_owned)),
        outputs: outputs
            .map(|files| compare_outputs(files, unit, progress))
            .transpose()?,
        parameters: weights
            .map(|models| crate::weights(names, &models, progress))
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
fn outputs(directory: &str) -> Result<Option<PathBuf>, Error> {
    if !Path::new(directory).is_dir() {
        return Err(Error::new(format!("{directory}: is no directory"))
            .advise("two files are compared with kullback weights or kullback logits"));
    }
    let paths = OUTPUTS.map(|ending| Path::new(directory).join(format!("logits.{ending}")));
    let mut found: Vec<PathBuf> = paths.into_iter().filter(|path| path.is_file()).collect();
    match (found.pop(), found.pop()) {
        (Some(first), Some(second)) => Err(Error::new(format!(
            "{} and {} both hold outputs",
            second.display(),
            first.display()
        ))
        .advise("leave one of them in the directory")),
        (found, _) => Ok(found),
    }
}

fn compare_outputs(
    [a, b]: [PathBuf; 2],
    unit: Unit,
    progress: &Progress,
) -> Result<LogitsReport, Error> {
    /// How many of the worst rows the JSON has.
    const WORST: usize = 5;
    let reading = Reading::default();
    let (base, candidate) = (Source::open(a, &reading)?, Source::open(b, &reading)?);
    let candidates = [candidate];
    let compared = logits(&base, &candidates, &Options::default(), progress)?;
    Ok(logits_report(&base, &candidates, &compared, WORST, unit))
}
