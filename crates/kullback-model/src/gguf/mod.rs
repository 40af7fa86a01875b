//! GGUF, the format of llama.cpp: metadata, descriptions of tensors, then their data.
//!
//! Layout (ggml, docs/gguf.md), all little-endian: `GGUF`, version, number of tensors, number of
//! values; the values, each a key, a type and a value; the descriptions, each a name, a number of
//! dimensions, the dimensions with the one that varies fastest first, a type, and an offset from
//! the beginning of the data; padding to `general.alignment` (32 where it is not given); the data.

mod header;
mod k_quant;
mod quant;

use std::collections::HashSet;
use std::fmt;
use std::path::Path;

pub use quant::Quant;

use crate::{Bytes, Dtype, Error};
use header::Header;

const CUT: &str = "copy or download it again, then compare its size with the original's";

/// More tensors than any model has.
const MOST_TENSORS: u64 = 1 << 20;

/// What the elements of a tensor are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Encoding {
    /// Numbers, one by one.
    Plain(Dtype),
    /// Quantised blocks.
    Quant(Quant),
    /// A type whose values are not read here, by its name.
    Other(&'static str),
}

impl fmt::Display for Encoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Plain(dtype) => dtype.fmt(f),
            Self::Quant(quant) => quant.fmt(f),
            Self::Other(name) => f.write_str(name),
        }
    }
}

/// A tensor of a GGUF file and its place in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GgufTensor {
    /// Its name.
    pub name: String,
    /// What its elements are.
    pub encoding: Encoding,
    /// Its dimensions, the last of which varies fastest, as in NumPy and safetensors: the file
    /// lists them the other way round.
    pub shape: Vec<u64>,
    /// Where its first byte is, from the beginning of the file.
    pub offset: u64,
    /// How many bytes it has; 0 for types that are not read.
    pub bytes: u64,
}

/// An open GGUF file.
///
/// The header is checked in full when the file is opened: sizes follow from type and shape, and
/// the tensors lie within the file without overlapping.
///
/// ```
/// let error = kullback_model::Gguf::open("none.gguf").unwrap_err();
/// assert_eq!(error.to_string(), "none.gguf: no such file");
/// ```
#[derive(Debug)]
pub struct Gguf {
    bytes: Bytes,
    tensors: Vec<GgufTensor>,
}

impl Gguf {
    /// Opens a file and checks its header.
    ///
    /// # Errors
    /// When it cannot be opened, is no GGUF of version 2 or 3, is big-endian or one part of
    /// several, ends before its header or data do, or contradicts itself.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, Error> {
        let bytes = Bytes::open(path)?;
        let tensors = tensors(&bytes).map_err(|error| error.in_file(bytes.name()))?;
        Ok(Self { bytes, tensors })
    }

    /// The tensors, in the order of the header.
    pub fn tensors(&self) -> &[GgufTensor] {
        &self.tensors
    }

    /// The file.
    pub fn bytes(&self) -> &Bytes {
        &self.bytes
    }

    /// The file and its tensors.
    pub(crate) fn into_parts(self) -> (Bytes, Vec<GgufTensor>) {
        (self.bytes, self.tensors)
    }
}

fn tensors(bytes: &Bytes) -> Result<Vec<GgufTensor>, Error> {
    let mut header = Header::new(bytes)?;
    if header.bytes4()? != *b"GGUF" {
        return Err(Error::new(
            "is no GGUF file: its first bytes are not `GGUF`",
        ));
    }
    match header.u32()? {
        2 | 3 => {}
        version if version.swap_bytes() <= 3 => {
            return Err(Error::new("is big-endian GGUF, which is not read")
                .advise("convert it with gguf-convert-endian of the Python package gguf"));
        }
        version => {
            return Err(Error::new(format!(
                "is GGUF version {version}; versions 2 and 3 are read"
            ))
            .advise("convert it again from the original model"));
        }
    }
    let (count, values) = (header.u64()?, header.u64()?);
    if count > MOST_TENSORS {
        return Err(Error::new(format!(
            "should have {count} tensors, and more than {MOST_TENSORS} are not read"
        )));
    }
    let mut alignment = 32;
    for _ in 0..values {
        let key = header.name()?;
        let kind = header.u32()?;
        let value = header.value(kind);
        let value = value.map_err(|error| error.at(format!("value `{key}`")))?;
        match (key.as_str(), value) {
            ("general.alignment", Some(value)) => alignment = u64::from(value),
            ("split.count", Some(parts)) if parts > 1 => {
                return Err(
                    Error::new(format!("is one of {parts} parts of a model")).advise(
                        "put the parts together with llama-gguf-split --merge, and name the whole",
                    ),
                );
            }
            _ => {}
        }
    }
    if !alignment.is_power_of_two() {
        return Err(Error::new(format!(
            "`general.alignment` is {alignment}, and must be a power of 2"
        )));
    }
    let mut tensors = Vec::new();
    let mut names = HashSet::new();
    for _ in 0..count {
        let tensor = description(&mut header, alignment)?;
        if !names.insert(tensor.name.clone()) {
            return Err(Error::new(format!(
                "tensor `{}` is there twice",
                tensor.name
            )));
        }
        tensors.push(tensor);
    }
    let data = header.position().next_multiple_of(alignment);
    place(&mut tensors, data, bytes.len())?;
    Ok(tensors)
}

/// The description of a tensor, its offset still from the beginning of the data.
fn description(header: &mut Header<'_>, alignment: u64) -> Result<GgufTensor, Error> {
    let name = header.name()?;
    let found = tensor(header, alignment, &name);
    found.map_err(|error| error.at(format!("tensor `{name}`")))
}

fn tensor(header: &mut Header<'_>, alignment: u64, name: &str) -> Result<GgufTensor, Error> {
    let dimensions = header.u32()?;
    if dimensions > 4 {
        return Err(Error::new(format!(
            "has {dimensions} dimensions, and the format allows 4"
        )));
    }
    let mut shape = Vec::new();
    for _ in 0..dimensions {
        shape.push(header.u64()?);
    }
    shape.reverse();
    let (number, offset) = (header.u32()?, header.u64()?);
    let encoding = encoding(number)
        .ok_or_else(|| Error::new(format!("is of type {number}, which ggml does not have")))?;
    let bytes = size(encoding, &shape).ok_or_else(|| {
        Error::new(format!(
            "{encoding} {shape:?} has no size in bytes that a file could have"
        ))
    })?;
    if !offset.is_multiple_of(alignment) {
        return Err(Error::new(format!(
            "its offset, {offset}, is no multiple of the alignment, {alignment}"
        )));
    }
    Ok(GgufTensor {
        name: name.to_owned(),
        encoding,
        shape,
        offset,
        bytes,
    })
}

/// Moves the offsets to the beginning of the file, after seeing that all data lies within it and
/// nothing overlaps.
fn place(tensors: &mut [GgufTensor], data: u64, length: u64) -> Result<(), Error> {
    let mut order: Vec<&mut GgufTensor> = tensors.iter_mut().collect();
    order.sort_by_key(|tensor| (tensor.offset, tensor.bytes));
    let mut end = data;
    for tensor in order {
        let at = |error: Error| error.at(format!("tensor `{}`", tensor.name));
        let begin = data.checked_add(tensor.offset);
        let place = begin.and_then(|begin| Some((begin, begin.checked_add(tensor.bytes)?)));
        let (begin, tensor_end) = place
            .filter(|&(_, tensor_end)| tensor_end <= length)
            .ok_or_else(|| {
                at(Error::new(format!(
                    "its {} bytes at offset {} go beyond the end of the file, which has {length} \
                     bytes, {} of them data",
                    tensor.bytes,
                    tensor.offset,
                    length.saturating_sub(data)
                ))
                .advise(CUT))
            })?;
        if begin < end {
            return Err(at(Error::new(format!(
                "overlaps another: it begins at offset {}, and the one before ends at {}",
                tensor.offset,
                end - data
            ))));
        }
        tensor.offset = begin;
        end = tensor_end;
    }
    Ok(())
}

fn size(encoding: Encoding, shape: &[u64]) -> Option<u64> {
    if shape.contains(&0) {
        return Some(0);
    }
    let elements = shape
        .iter()
        .try_fold(1u64, |product, &length| product.checked_mul(length))?;
    match encoding {
        Encoding::Plain(dtype) => dtype.bytes(elements),
        // A block never goes on in the next row.
        Encoding::Quant(quant) => {
            quant.bytes(*shape.last()?)?;
            quant.bytes(elements)
        }
        Encoding::Other(_) => Some(0),
    }
}

/// ggml's numbers for types; those that are not listed were withdrawn or never given.
fn encoding(number: u32) -> Option<Encoding> {
    use Encoding::{Other, Plain};
    Some(match number {
        0 => Plain(Dtype::F32),
        1 => Plain(Dtype::F16),
        2 => Encoding::Quant(Quant::Q4_0),
        3 => Encoding::Quant(Quant::Q4_1),
        6 => Encoding::Quant(Quant::Q5_0),
        7 => Encoding::Quant(Quant::Q5_1),
        8 => Encoding::Quant(Quant::Q8_0),
        9 => Other("Q8_1"),
        10 => Encoding::Quant(Quant::Q2_K),
        11 => Encoding::Quant(Quant::Q3_K),
        12 => Encoding::Quant(Quant::Q4_K),
        13 => Encoding::Quant(Quant::Q5_K),
        14 => Encoding::Quant(Quant::Q6_K),
        15 => Other("Q8_K"),
        16 => Other("IQ2_XXS"),
        17 => Other("IQ2_XS"),
        18 => Other("IQ3_XXS"),
        19 => Other("IQ1_S"),
        20 => Other("IQ4_NL"),
        21 => Other("IQ3_S"),
        22 => Other("IQ2_S"),
        23 => Other("IQ4_XS"),
        24 => Plain(Dtype::I8),
        25 => Plain(Dtype::I16),
        26 => Plain(Dtype::I32),
        27 => Plain(Dtype::I64),
        28 => Plain(Dtype::F64),
        29 => Other("IQ1_M"),
        30 => Plain(Dtype::Bf16),
        34 => Other("TQ1_0"),
        35 => Other("TQ2_0"),
        39 => Other("MXFP4"),
        40 => Other("NVFP4"),
        41 => Other("Q1_0"),
        42 => Other("Q2_0"),
        _ => return None,
    })
}
