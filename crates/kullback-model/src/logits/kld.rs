//! `.kld`: what `llama-perplexity --kl-divergence-base` writes, to the byte.
//!
//! Little-endian: `_logits_`; `n_ctx`, `n_vocab`, `n_chunk` as `i32`; `n_chunk · n_ctx` tokens as
//! `i32`; then, for the second half of each chunk, one row per position that has a successor:
//! `scale` and `min_log_prob` as `f32`, `n_vocab` codes as `u16`, one `u16` of padding where
//! `n_vocab` is odd. A code q stands for ln p = scale·q + min_log_prob.
//!
//! The writer cuts log-probabilities at 16 nats below the largest (24 in ik_llama.cpp): code 0 of
//! such a row means "this or less". There is no checksum, so that the size is what is checked.
//!
//! Source: llama.cpp, tools/perplexity/perplexity.cpp.

use std::path::Path;

use kullback::logits::Codes;

use crate::{Bytes, Error, Window};

const MAGIC: &[u8] = b"_logits_";
/// What one fork writes: windows instead of chunks, and all positions of each.
const MAGIC_2: &[u8] = b"_logits_v2";
/// The bytes before the tokens.
const PREFIX: u64 = 20;
/// How many codes above 0 there are: what a scale is a part of.
pub(super) const STEPS: f32 = 65_535.0;

/// An open `.kld` file, its header and size checked.
#[derive(Debug)]
pub struct Kld {
    bytes: Bytes,
    context: u64,
    vocabulary: u64,
    chunks: u64,
}

/// One row: its codes, whose step is the scale, and its smallest log-probability.
#[derive(Clone, Copy)]
pub(super) struct KldRow<'a> {
    pub(super) codes: Codes<'a>,
    pub(super) lowest: f32,
}

impl Kld {
    /// Opens a file and checks its header, its size and its tokens.
    ///
    /// # Errors
    /// When it cannot be opened, is no such file or of the kind that begins with `_logits_v2`, has
    /// a size other than its header says, or tokens outside its vocabulary.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, Error> {
        let bytes = Bytes::open(path)?;
        let name = bytes.name().to_owned();
        Self::checked(bytes).map_err(|error| error.in_file(name))
    }

    /// Whether a file begins as one of these.
    pub(super) fn is(prefix: &[u8]) -> bool {
        prefix.starts_with(MAGIC)
    }

    fn checked(bytes: Bytes) -> Result<Self, Error> {
        let prefix = bytes.window(0, bytes.len().min(PREFIX))?;
        if prefix.starts_with(MAGIC_2) {
            return Err(Error::new(
                "begins with `_logits_v2`, the layout of a fork of llama.cpp, which is not read here",
            )
            .advise("write it with llama.cpp's own llama-perplexity --kl-divergence-base"));
        }
        if !prefix.starts_with(MAGIC) {
            return Err(Error::new(
                "is no .kld file: it does not begin with `_logits_`",
            ));
        }
        let [context, vocabulary, chunks] = match prefix[8..].as_chunks::<4>() {
            (&[context, vocabulary, chunks], _) => {
                [context, vocabulary, chunks].map(i32::from_le_bytes)
            }
            _ => {
                return Err(Error::new(format!(
                    "ends within its header, after {} bytes: llama-perplexity leaves that behind \
                     where the text is shorter than two contexts",
                    bytes.len()
                )));
            }
        };
        let positive = |name, value: i32, least| match u64::try_from(value) {
            Ok(value) if value >= least => Ok(value),
            _ => Err(Error::new(format!(
                "its header has {name} = {value}, and {least} is the least there can be"
            ))),
        };
        let kld = Self {
            // The second half of two tokens has no position with a successor.
            context: positive("n_ctx", context, 3)?,
            vocabulary: positive("n_vocab", vocabulary, 1)?,
            chunks: positive("n_chunk", chunks, 1)?,
            bytes,
        };
        // All three are below 2³¹, and the size below 2⁹⁷.
        let size = u128::from(kld.first_row())
            + u128::from(kld.row_bytes())
                * u128::from(kld.rows_per_chunk())
                * u128::from(kld.chunks);
        if size != u128::from(kld.bytes.len()) {
            let have = u128::from(kld.bytes.len());
            let rows = have.saturating_sub(kld.first_row().into()) / u128::from(kld.row_bytes());
            let (word, advice) = if have < size {
                (
                    "short",
                    "write it again: the run that wrote it was cut off, or the copy was",
                )
            } else {
                (
                    "long",
                    "it is not what llama-perplexity writes; check where it comes from",
                )
            };
            return Err(Error::new(format!(
                "is too {word}: {} chunks of {} rows over {} tokens take {size} bytes, and it has \
                 {have} ({rows} rows)",
                kld.chunks,
                kld.rows_per_chunk(),
                kld.vocabulary,
            ))
            .advise(advice));
        }
        kld.check_tokens()?;
        Ok(kld)
    }

    fn check_tokens(&self) -> Result<(), Error> {
        let tokens = self.tokens()?;
        let bad = |token: &[u8; 4]| {
            u64::try_from(i32::from_le_bytes(*token)).map_or(true, |token| token >= self.vocabulary)
        };
        match tokens
            .as_chunks::<4>()
            .0
            .iter()
            .enumerate()
            .find(|(_, token)| bad(token))
        {
            None => Ok(()),
            Some((i, &token)) => Err(Error::new(format!(
                "is {}, and the vocabulary has {} tokens",
                i32::from_le_bytes(token),
                self.vocabulary
            ))
            .at(format!(
                "token {} of chunk {}",
                i as u64 % self.context,
                i as u64 / self.context
            ))),
        }
    }

    /// `n_ctx`, the tokens of a chunk.
    pub fn context(&self) -> u64 {
        self.context
    }

    /// `n_vocab`.
    pub fn vocabulary(&self) -> u64 {
        self.vocabulary
    }

    /// `n_chunk`.
    pub fn chunks(&self) -> u64 {
        self.chunks
    }

    /// Rows of each chunk: the positions of its second half that have a successor.
    pub fn rows_per_chunk(&self) -> u64 {
        self.context - 1 - self.context / 2
    }

    pub(super) fn bytes(&self) -> &Bytes {
        &self.bytes
    }

    /// The tokens as the file has them, little-endian `i32`, chunk after chunk.
    pub(super) fn tokens(&self) -> Result<Window, Error> {
        self.bytes.window(PREFIX, 4 * self.chunks * self.context)
    }

    /// The token that each row predicts.
    pub(super) fn targets(&self) -> Result<Vec<u32>, Error> {
        let tokens = self.tokens()?;
        let first = self.context / 2 + 1;
        let tokens = tokens.as_chunks::<4>().0;
        let chunks = tokens.chunks(self.context as usize);
        Ok(chunks
            .flat_map(|chunk| &chunk[first as usize..])
            .map(|&token| u32::from_le_bytes(token))
            .collect())
    }

    /// Where the rows begin.
    fn first_row(&self) -> u64 {
        PREFIX + 4 * self.chunks * self.context
    }

    pub(super) fn row_bytes(&self) -> u64 {
        8 + 2 * self.vocabulary.next_multiple_of(2)
    }

    /// Where a row begins.
    pub(super) fn row_offset(&self, row: u64) -> u64 {
        self.first_row() + row * self.row_bytes()
    }

    /// The row in these bytes of the file.
    pub(super) fn row<'a>(&self, bytes: &'a [u8]) -> Result<KldRow<'a>, Error> {
        let (head, rest) = bytes.split_at(8);
        let head = head.as_chunks::<4>().0;
        let [scale, lowest] = [head[0], head[1]].map(f32::from_le_bytes);
        if !(scale.is_finite() && scale >= 0.0 && lowest.is_finite()) {
            return Err(Error::new(format!(
                "its scale is {scale} and its min_log_prob {lowest}: the model's logits were no numbers"
            ))
            .advise("look for NaN in the model that wrote it"));
        }
        let codes = &rest[..2 * self.vocabulary as usize];
        let codes = Codes {
            codes: codes.as_chunks::<2>().0,
            step: scale,
        };
        Ok(KldRow { codes, lowest })
    }
}

impl KldRow<'_> {
    /// The logits scale·q, exact: a log-probability is that plus `lowest`.
    pub(super) fn logits(&self, out: &mut Vec<f64>) {
        let scale = f64::from(self.codes.step);
        out.extend(self.numbers().map(|code| scale * f64::from(code)));
    }

    /// The log-probabilities as llama.cpp has them, scale·q + min_log_prob in f32.
    pub(super) fn log_probabilities(&self, out: &mut Vec<f32>) {
        let scale = self.codes.step;
        out.extend(
            self.numbers()
                .map(|code| scale * f32::from(code) + self.lowest),
        );
    }

    fn numbers(&self) -> impl Iterator<Item = u16> {
        self.codes.codes.iter().copied().map(u16::from_le_bytes)
    }

    /// Nats from the largest to the smallest log-probability: where that is the clamp's, code 0
    /// means "this or less".
    pub(super) fn span(&self) -> f32 {
        self.codes.step * STEPS
    }
}
