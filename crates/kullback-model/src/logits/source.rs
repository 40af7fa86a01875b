//! One side: a file of rows, whichever format it is in.

use std::fmt;
use std::path::Path;

use super::array::Array;
use super::frame::Full;
use super::json_lines::JsonLines;
use super::kld::Kld;
use crate::{Bytes, Dtype, Error, MemoryTensor};

/// What the numbers of a row are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowKind {
    /// Any numbers x: p = eˣ/Σ eˣ.
    Logits,
    /// ln p, natural: p = eˣ, and Σ eˣ should be 1.
    LogProbabilities,
    /// p itself; Σ p should be 1.
    Probabilities,
}

impl fmt::Display for RowKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Logits => "logits",
            Self::LogProbabilities => "log-probabilities",
            Self::Probabilities => "probabilities",
        })
    }
}

/// How to read a file where it does not say so itself.
#[derive(Clone, Debug, Default)]
pub struct Reading {
    /// What the rows of arrays are; by their first row where it is not said.
    pub rows: Option<RowKind>,
    /// What elements are that NumPy saved without a type, as it does bfloat16.
    pub void: Option<Dtype>,
    /// Which array of a file that has several.
    pub tensor: Option<String>,
}

/// A file of rows, open and checked; or rows in memory.
#[derive(Debug)]
pub struct Source {
    name: String,
    pub(super) data: Data,
}

#[derive(Debug)]
pub(super) enum Data {
    Full(Full),
    Lists(JsonLines),
}

impl Source {
    /// Opens a file, whose format is told by its first bytes.
    ///
    /// # Errors
    /// When it cannot be opened, is of no format known here, or its header is wrong or does not
    /// agree with its size.
    pub fn open(path: impl AsRef<Path>, reading: &Reading) -> Result<Self, Error> {
        let path = path.as_ref();
        let bytes = Bytes::open(path)?;
        let name = bytes.name().to_owned();
        let prefix = bytes.window(0, bytes.len().min(16))?;
        let data = if Kld::is(&prefix) {
            Data::Full(Full::Kld(Kld::open(path)?))
        } else if [b"\x93NUMPY".as_slice(), b"PK"]
            .iter()
            .any(|magic| prefix.starts_with(magic))
            || prefix.get(8) == Some(&b'{')
                && path.extension().is_some_and(|end| end == "safetensors")
        {
            Data::Full(Full::Array(Array::open(bytes, &prefix, reading)?))
        } else if prefix.trim_ascii_start().first() == Some(&b'{') {
            Data::Lists(JsonLines::open(bytes)?)
        } else {
            return Err(unknown(&bytes).in_file(&name));
        };
        Ok(Self { name, data })
    }

    /// Rows in memory, which go by the tensor's name: of shape `[rows, vocabulary]` or `[chunks, positions,
    /// vocabulary]`.
    ///
    /// # Errors
    /// When it has another shape, or elements that are no F64, F32, F16 or BF16.
    ///
    /// ```
    /// use kullback_model::logits::{Comparison, Options, Reading, Source, compare};
    /// use kullback_model::{Dtype, MemoryTensor};
    ///
    /// let source = |name, logits: [f64; 4]| {
    ///     let bytes = logits.map(f64::to_le_bytes).concat();
    ///     let tensor = MemoryTensor::new(name, Dtype::F64, vec![2, 2], bytes)?;
    ///     Source::of_tensor(tensor, &Reading::default())
    /// };
    /// let (base, candidate) = (source("base", [0.0; 4])?, source("candidate", [0.0, 2.0, 0.0, 0.0])?);
    /// let compared = compare(&base, &candidate, &Options::default(), &Default::default())?;
    /// let Comparison::Full(full) = compared else { unreachable!("no lists") };
    /// assert!((full.scores.rows()[0].kl - 0.433781).abs() < 1e-6);
    /// assert_eq!(full.scores.rows()[1].kl, 0.0);
    /// # Ok::<(), kullback_model::Error>(())
    /// ```
    pub fn of_tensor(tensor: MemoryTensor, reading: &Reading) -> Result<Self, Error> {
        let MemoryTensor { tensor, bytes } = tensor;
        let name = tensor.name.clone();
        let array = Array::of(bytes, tensor, "array", reading);
        let array = array.map_err(|error| error.in_file(&name))?;
        let data = Data::Full(Full::Array(array));
        Ok(Self { name, data })
    }

    /// The path, or the tensor's name, as it was given.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The format: `kld`, `npy`, `npz`, `safetensors` or `jsonl`; `array` in memory.
    pub fn format(&self) -> &'static str {
        match &self.data {
            Data::Full(Full::Kld(_)) => "kld",
            Data::Full(Full::Array(array)) => array.format,
            Data::Lists(_) => "jsonl",
        }
    }

    /// What the rows are.
    pub fn kind(&self) -> RowKind {
        match &self.data {
            Data::Full(Full::Array(array)) => array.kind,
            Data::Full(Full::Kld(_)) | Data::Lists(_) => RowKind::LogProbabilities,
        }
    }

    /// What an element is, as the file has it: `F32`, or `U16 codes`.
    pub fn elements(&self) -> String {
        match &self.data {
            Data::Full(Full::Kld(_)) => "U16 codes".to_owned(),
            Data::Full(Full::Array(array)) => array.tensor.dtype.to_string(),
            Data::Lists(_) => "top-k lists".to_owned(),
        }
    }

    /// How many tokens a row covers; `None` for lists of the largest.
    pub fn vocabulary(&self) -> Option<u64> {
        match &self.data {
            Data::Full(full) => Some(full.vocabulary()),
            Data::Lists(_) => None,
        }
    }

    /// The size in bytes, of the whole file where it is one.
    pub fn bytes(&self) -> u64 {
        match &self.data {
            Data::Full(Full::Kld(kld)) => kld.bytes().len(),
            Data::Full(Full::Array(array)) => array.bytes.len(),
            Data::Lists(lists) => lists.len(),
        }
    }
}

fn unknown(bytes: &Bytes) -> Error {
    let what = if bytes.is_empty() {
        "is empty"
    } else {
        "is of no format known here: neither .kld, .npy, .npz, .safetensors nor JSON lines"
    };
    Error::new(what).advise("rows of logits: llama.cpp's --kl-divergence-base, numpy.save, safetensors, or responses with logprobs, one a line")
}
