//! A row as llama.cpp scores it: in f32, the tail below e⁻¹⁶ left out.

use kullback::Progress;
use kullback::scores::LlamaRow;

use super::block::over_blocks;
use super::frame::{Full, Options, agree};
use super::source::{Data, RowKind, Source};
use crate::Error;

/// What `llama-perplexity --kl-divergence` would score for each row, the base being its own file
/// and the candidate the logits that the model under test gave; log-probabilities serve as well.
///
/// # Errors
/// When the base is no `.kld` file, the candidate has probabilities or lists of the largest; and as
/// [`compare`](super::compare).
pub fn like_llama(
    base: &Source,
    candidate: &Source,
    options: &Options,
    read: &Progress,
) -> Result<Vec<LlamaRow>, Error> {
    let (Data::Full(p @ Full::Kld(kld)), Data::Full(q)) = (&base.data, &candidate.data) else {
        return Err(
            Error::new("llama.cpp compares its own file with the logits of a model")
                .advise("give the .kld file first, and full rows second"),
        );
    };
    if candidate.kind() == RowKind::Probabilities {
        return Err(
            Error::new("has probabilities, and llama.cpp compares logits")
                .in_file(candidate.name()),
        );
    }
    let frame = agree([p, q], options)?;
    let targets = kld.targets()?;
    let blocks = over_blocks(&frame, [p, q], read, |block| {
        let (mut base, mut logits, mut wide) = (Vec::new(), Vec::new(), Vec::new());
        let rows = (0..block.count).map(|i| {
            base.clear();
            logits.clear();
            let at = |side| move |error: Error| block.at(error, side, i);
            let row = kld.row(block.row(0, i).1).map_err(at(0))?;
            row.log_probabilities(&mut base);
            match block.row(1, i) {
                (Full::Kld(kld), bytes) => {
                    kld.row(bytes)
                        .map_err(at(1))?
                        .log_probabilities(&mut logits);
                }
                (Full::Array(array), bytes) => {
                    array.append(bytes, &mut logits, &mut wide);
                    // As a model would give them.
                    logits.extend(wide.drain(..).map(|x| x as f32));
                }
            }
            let vocabulary = frame.vocabulary as usize;
            let target = targets[(block.first + i) as usize] as usize;
            Ok(score(&base[..vocabulary], &logits[..vocabulary], target))
        });
        rows.collect::<Result<Vec<LlamaRow>, Error>>()
    })?;
    Ok(blocks.into_iter().flatten().collect())
}

fn score(base: &[f32], logits: &[f32], target: usize) -> LlamaRow {
    let largest = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let total: f64 = logits.iter().map(|x| f64::from((x - largest).exp())).sum();
    let normaliser = largest + total.ln() as f32;
    let (nll, nll_base) = (normaliser - logits[target], -base[target]);
    let terms = base.iter().zip(logits).filter(|(p, _)| **p > -16.0);
    let kld = terms
        .map(|(p, x)| f64::from(p.exp() * (p - x + normaliser)))
        .sum();
    LlamaRow {
        nll,
        nll_base,
        kld,
        delta_p: (-nll).exp() - (-nll_base).exp(),
        same_top: top(base) == top(logits),
    }
}

/// The first of the largest.
fn top(row: &[f32]) -> usize {
    (0..row.len()).fold(0, |top, i| if row[i] > row[top] { i } else { top })
}
