//! What two files must agree on before a row is compared, and where each has its rows.

use super::array::Array;
use super::kld::Kld;
use crate::{Error, Window};

/// The rows that two files have in common, and what is known about them.
#[derive(Debug)]
pub(super) struct Frame {
    pub(super) rows: u64,
    /// Rows of each chunk, where chunks are known.
    pub(super) per_chunk: Option<u64>,
    /// The tokens that are compared: all of both, or as many as was said.
    pub(super) vocabulary: u64,
    /// The token that came at each row.
    pub(super) targets: Option<Vec<u32>>,
    pub(super) places: [Place; 2],
    pub(super) precision: Precision,
}

/// Where the rows of a frame lie among those of a file: of every `stride` rows, those from `first`
/// on, `count` of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) stride: u64,
    pub(super) first: u64,
    pub(super) count: u64,
}

impl Place {
    fn all(rows: u64) -> Self {
        Self {
            stride: rows,
            first: 0,
            count: rows,
        }
    }

    /// The place in the file of the frame's row.
    pub(super) fn of(self, row: u64) -> u64 {
        row / self.count * self.stride + self.first + row % self.count
    }
}

/// What is said about rows that their files do not say.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The token that came at each row, where no file has it.
    pub targets: Option<Vec<u32>>,
    /// Rows of each chunk, where no file says: rows of one chunk depend on each other.
    pub chunk: Option<u64>,
    /// Compare the first so many tokens, where vocabularies are padded to different lengths.
    pub vocabulary: Option<u64>,
    /// How rows are computed; single where a side holds 16 bits an element, double elsewhere, if it
    /// is not said.
    pub precision: Option<Precision>,
}

/// The arithmetic that rows are computed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Precision {
    /// `f32`, to a relative error of 10⁻⁶: rows of 16 bits an element know no more. Rows of F64 are
    /// computed in double precision nevertheless.
    Single,
    /// `f64`, to a relative error of 10⁻¹².
    Double,
}

/// A file that has every token's number in each row.
#[derive(Debug)]
pub(super) enum Full {
    Kld(Kld),
    Array(Array),
}

impl Full {
    pub(super) fn name(&self) -> &str {
        match self {
            Self::Kld(kld) => kld.bytes().name(),
            Self::Array(array) => array.bytes.name(),
        }
    }

    pub(super) fn vocabulary(&self) -> u64 {
        match self {
            Self::Kld(kld) => kld.vocabulary(),
            Self::Array(array) => array.vocabulary,
        }
    }

    /// Whether an element has 16 bits.
    fn is_coarse(&self) -> bool {
        match self {
            Self::Kld(_) => true,
            Self::Array(array) => array.tensor.dtype.bits() <= 16,
        }
    }

    pub(super) fn rows(&self) -> u64 {
        match self {
            Self::Kld(kld) => kld.chunks() * kld.rows_per_chunk(),
            Self::Array(array) => array.rows,
        }
    }

    pub(super) fn row_bytes(&self) -> u64 {
        match self {
            Self::Kld(kld) => kld.row_bytes(),
            Self::Array(array) => array.row_bytes(),
        }
    }

    /// How many lists of a line have no row, and how many rows go with the line; `next` rows have
    /// gone already.
    pub(super) fn beside_line(&self, next: u64, positions: usize) -> Result<(usize, u64), Error> {
        let positions = positions as u64;
        let (needed, skip, rows) = match self {
            Self::Kld(kld) => {
                let (rows, context) = (kld.rows_per_chunk(), kld.context());
                // All positions that have a successor, or the second half of them.
                let skip = if positions == context - 1 {
                    context / 2
                } else {
                    0
                };
                (rows + skip, skip, rows)
            }
            Self::Array(Array {
                chunks: Some(chunks),
                rows,
                ..
            }) => {
                // The last position may have no successor.
                let rows = rows / chunks;
                let needed = if positions + 1 == rows {
                    positions
                } else {
                    rows
                };
                (needed, 0, rows)
            }
            Self::Array(_) => (positions, 0, positions),
        };
        if positions == needed && rows <= self.rows() - next {
            return Ok((skip as usize, rows));
        }
        Err(Error::new(format!(
            "has {positions} positions, and {} has {rows} rows in a chunk, {} in all",
            self.name(),
            self.rows()
        ))
        .advise("run both models over the same text with the same context"))
    }

    /// The bytes of rows `first` to `last` of the file, both included.
    pub(super) fn window(&self, first: u64, last: u64) -> Result<Window, Error> {
        let len = (last - first + 1) * self.row_bytes();
        match self {
            Self::Kld(kld) => kld.bytes().window(kld.row_offset(first), len),
            Self::Array(array) => array.bytes.window(array.row_offset(first), len),
        }
    }
}

/// Checks that two files are about the same tokens.
pub(super) fn agree(sides: [&Full; 2], options: &Options) -> Result<Frame, Error> {
    let vocabulary = vocabulary(sides, options.vocabulary)?;
    let (rows, per_chunk, places) = match sides {
        [Full::Kld(p), Full::Kld(q)] => {
            same_tokens(p, q)?;
            let rows = sides[0].rows();
            (rows, Some(p.rows_per_chunk()), [Place::all(rows); 2])
        }
        [Full::Kld(kld), Full::Array(array)] => {
            let (rows, place) = beside(kld, array)?;
            (rows, Some(kld.rows_per_chunk()), [Place::all(rows), place])
        }
        [Full::Array(array), Full::Kld(kld)] => {
            let (rows, place) = beside(kld, array)?;
            (rows, Some(kld.rows_per_chunk()), [place, Place::all(rows)])
        }
        [Full::Array(p), Full::Array(q)] => {
            if p.rows != q.rows {
                return Err(Error::new(format!(
                    "has {} rows, and {} has {}",
                    q.rows,
                    sides[0].name(),
                    p.rows
                ))
                .in_file(sides[1].name())
                .advise("both must be about the same tokens of the same text"));
            }
            let chunks = p.chunks.or(q.chunks);
            (
                p.rows,
                chunks.map(|chunks| p.rows / chunks),
                [Place::all(p.rows); 2],
            )
        }
    };
    let targets = match (sides, &options.targets) {
        ([Full::Kld(kld), _] | [_, Full::Kld(kld)], None) => Some(kld.targets()?),
        ([Full::Kld(_), _] | [_, Full::Kld(_)], Some(_)) => {
            return Err(Error::new("has its tokens in it")
                .in_file(sides[0].name())
                .advise("leave out --targets"));
        }
        (_, targets) => targets.clone(),
    };
    if let Some(targets) = &targets {
        check_targets(targets, rows, vocabulary)?;
    }
    Ok(Frame {
        rows,
        per_chunk: per_chunk.or(options.chunk),
        vocabulary,
        targets,
        places,
        precision: options.precision.unwrap_or_else(|| {
            if sides.iter().any(|side| side.is_coarse()) {
                Precision::Single
            } else {
                Precision::Double
            }
        }),
    })
}

fn vocabulary(sides: [&Full; 2], said: Option<u64>) -> Result<u64, Error> {
    let [p, q] = sides.map(Full::vocabulary);
    let shorter = p.min(q);
    match said {
        None if p == q => Ok(p),
        None => Err(Error::new(format!(
            "has a vocabulary of {q} tokens, and {} one of {p}",
            sides[0].name()
        ))
        .in_file(sides[1].name())
        .advise(format!(
            "if the longer one is padded, say --vocabulary {shorter}: the mass on the rest is then stated"
        ))),
        Some(0) => Err(Error::new("a vocabulary of 0 tokens has nothing to compare")),
        Some(said) if said > shorter => Err(Error::new(format!(
            "there is no token {}: vocabularies have {p} and {q} tokens",
            said - 1
        ))
        .advise("give --vocabulary the number of tokens that both have")),
        Some(said) => Ok(said),
    }
}

fn same_tokens(p: &Kld, q: &Kld) -> Result<(), Error> {
    for (what, p_has, q_has) in [
        ("n_ctx", p.context(), q.context()),
        ("n_chunk", p.chunks(), q.chunks()),
    ] {
        if p_has != q_has {
            return Err(Error::new(format!(
                "has {what} = {q_has}, and {} has {p_has}",
                p.bytes().name()
            ))
            .in_file(q.bytes().name())
            .advise("run both models over the same text with the same context"));
        }
    }
    let (p_tokens, q_tokens) = (p.tokens()?, q.tokens()?);
    if p_tokens[..] == q_tokens[..] {
        return Ok(());
    }
    let pairs = p_tokens
        .as_chunks::<4>()
        .0
        .iter()
        .zip(q_tokens.as_chunks::<4>().0);
    let (i, (a, b)) = pairs
        .enumerate()
        .find(|(_, (a, b))| a != b)
        .unwrap_or((0, (&[0; 4], &[0; 4])));
    let [a, b] = [a, b].map(|token| i32::from_le_bytes(*token));
    Err(Error::new(format!(
        "is about another text: token {} of chunk {} is {b}, and {a} in {}",
        i as u64 % p.context(),
        i as u64 / p.context(),
        p.bytes().name(),
    ))
    .in_file(q.bytes().name())
    .advise("run both models over the same text with the same tokenizer"))
}

/// The rows of an array that are those of a `.kld` file: all, or the second half of each chunk.
fn beside(kld: &Kld, array: &Array) -> Result<(u64, Place), Error> {
    let (rows, per_chunk, context) = (
        kld.chunks() * kld.rows_per_chunk(),
        kld.rows_per_chunk(),
        kld.context(),
    );
    let place = if array.rows == rows {
        Place::all(rows)
    } else if array.rows == kld.chunks() * context && array.chunks.is_none_or(|c| c == kld.chunks())
    {
        Place {
            stride: context,
            first: context / 2,
            count: per_chunk,
        }
    } else {
        return Err(Error::new(format!(
            "its shape is {}, and beside {} it needs {} chunks of {context} positions, or of the \
             {per_chunk} of each that are scored",
            array.tensor.shape_text(),
            kld.bytes().name(),
            kld.chunks(),
        ))
        .in_file(array.bytes.name())
        .advise("run both models over the same text with the same context"));
    };
    Ok((rows, place))
}

fn check_targets(targets: &[u32], rows: u64, vocabulary: u64) -> Result<(), Error> {
    if targets.len() as u64 != rows {
        return Err(Error::new(format!(
            "there are {} target tokens for {rows} rows",
            targets.len()
        ))
        .advise("give --targets one token for each row: the one that came next"));
    }
    match targets
        .iter()
        .position(|&token| u64::from(token) >= vocabulary)
    {
        Some(i) => Err(Error::new(format!(
            "target {i} is token {}, and the vocabulary has {vocabulary}",
            targets[i]
        ))),
        None => Ok(()),
    }
}

/// A hash of a token stream, FNV-1a of the tokens as little-endian `u32`, 64 bits: two files about
/// the same text have the same.
///
/// Source: Fowler, Noll & Vo 1991.
///
/// ```
/// use kullback_model::logits::token_hash;
///
/// assert_eq!(token_hash(&[]), 0xcbf2_9ce4_8422_2325);
/// assert_ne!(token_hash(&[1, 2]), token_hash(&[2, 1]));
/// ```
pub fn token_hash(tokens: &[u32]) -> u64 {
    let bytes = tokens.iter().flat_map(|token| token.to_le_bytes());
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    })
}
