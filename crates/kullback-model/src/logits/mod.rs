//! What two models predict, compared row by row from two saved files.
//!
//! A row is one model's prediction of the next token: logits, log-probabilities or probabilities
//! over the vocabulary, or a list of the largest. The base is P, the candidate Q.

mod array;
mod block;
mod decode;
mod frame;
mod json_lines;
mod kld;
mod like_llama;
mod lists;
mod score;
mod source;
mod targets;
mod write_kld;

pub use frame::{Options, Precision, token_hash};
pub use kld::Kld;
pub use like_llama::like_llama;
pub use lists::ComparedLists;
pub use score::Compared;
pub use source::{Reading, RowKind, Source};
pub use targets::read_targets;
pub use write_kld::{write_head, write_row};

use kullback::Progress;

use crate::Error;
use source::Data;

/// What two files yield.
#[derive(Clone, Debug)]
pub enum Comparison {
    /// Both have every token's probability.
    Full(Compared),
    /// One has lists of the most likely tokens, so that there are bounds.
    Lists(ComparedLists),
}

/// Compares two files row by row, on all cores. `read` counts the bytes that are done with, and
/// stops the comparison where it is asked to.
///
/// ```
/// use kullback_model::logits::{Comparison, Options, Reading, Source, compare};
/// use kullback_model::logits::{write_head, write_row};
///
/// # let folder = tempfile::tempdir()?;
/// let source = |name: &str, logits: [f32; 3]| -> Result<Source, Box<dyn std::error::Error>> {
///     let path = folder.path().join(name);
///     let mut file = std::fs::File::create(&path)?;
///     write_head(&mut file, 4, 3, &[0, 1, 2, 1])?;
///     write_row(&mut file, &logits, 16.0)?;
///     Ok(Source::open(&path, &Reading::default())?)
/// };
/// let (base, candidate) = (source("p.kld", [0.0, 1.0, 2.0])?, source("q.kld", [0.0, 2.0, 2.0])?);
/// let compared = compare(&base, &candidate, &Options::default(), &Default::default())?;
/// let Comparison::Full(full) = compared else { unreachable!("no lists") };
/// assert!((full.scores.rows()[0].kl - 0.10629).abs() < 1e-4);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// When they are not about the same tokens of the same text, a row has NaN, a negative
/// probability or no mass, or probabilities do not sum to 1.
pub fn compare(
    base: &Source,
    candidate: &Source,
    options: &Options,
    read: &Progress,
) -> Result<Comparison, Error> {
    let named = options.vocabulary.is_some() || options.targets.is_some();
    match (&base.data, &candidate.data) {
        (Data::Full(p), Data::Full(q)) => score::score([p, q], options, read).map(Comparison::Full),
        _ if named => Err(Error::new(
            "lists of the most likely tokens name their tokens themselves",
        )
        .advise("leave out --vocabulary and --targets")),
        (Data::Lists(p), Data::Full(q)) => {
            lists::with_full(p, q, true, read).map(Comparison::Lists)
        }
        (Data::Full(p), Data::Lists(q)) => {
            lists::with_full(q, p, false, read).map(Comparison::Lists)
        }
        (Data::Lists(p), Data::Lists(q)) => lists::with_lists([p, q], read).map(Comparison::Lists),
    }
}
