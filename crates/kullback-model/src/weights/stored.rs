//! A tensor in a file, and its values.

use std::sync::LazyLock;

use super::scale::Scale;
use crate::{Bytes, Dtype, Encoding, Error, Window};

/// Where a tensor lies and how its values come out of it.
#[derive(Debug, Clone)]
pub(super) struct Stored {
    pub(super) name: String,
    pub(super) encoding: Encoding,
    pub(super) shape: Vec<u64>,
    /// Which of the model's files it is in.
    pub(super) file: usize,
    pub(super) offset: u64,
    pub(super) bytes: u64,
    pub(super) scale: Option<Scale>,
}

impl Stored {
    /// How many elements it has: a number that its size in bytes was checked against.
    pub(super) fn elements(&self) -> u64 {
        if self.shape.contains(&0) {
            return 0;
        }
        self.shape.iter().product()
    }

    /// Whether it needs a scale to be a number.
    pub(super) fn is_float8(&self) -> bool {
        matches!(
            self.encoding,
            Encoding::Plain(Dtype::F8E4M3 | Dtype::F8E5M2)
        )
    }

    /// Whether it holds whole numbers or truth values, which may be codes and no weights.
    pub(super) fn is_integer(&self) -> bool {
        match self.encoding {
            Encoding::Plain(dtype) => dtype.is_integer() || dtype == Dtype::Bool,
            _ => false,
        }
    }

    /// Whether its values, scales aside, are read here.
    pub(super) fn is_read(&self) -> bool {
        match self.encoding {
            Encoding::Plain(dtype) => dtype.is_float() || self.is_integer() || self.is_float8(),
            Encoding::Quant(_) => true,
            Encoding::Other(_) => false,
        }
    }

    /// The encoding in words: `BF16`, `Q4_K`, `F8_E4M3 with scales`.
    pub(super) fn encoding_text(&self) -> String {
        match self.scale {
            Some(_) => format!("{} with scales", self.encoding),
            None => self.encoding.to_string(),
        }
    }

    /// The bytes of elements `start` to `start + count`, which must be whole blocks.
    pub(super) fn window(&self, files: &[Bytes], start: u64, count: u64) -> Result<Window, Error> {
        let bytes = |elements| match self.encoding {
            Encoding::Plain(dtype) => dtype.bytes(elements),
            Encoding::Quant(quant) => quant.bytes(elements),
            Encoding::Other(_) => None,
        };
        match (bytes(start), bytes(count)) {
            (Some(begin), Some(length)) if begin <= self.bytes && length <= self.bytes - begin => {
                files[self.file].window(self.offset + begin, length)
            }
            _ => Err(
                Error::new(format!("has no elements {start} to {start} + {count}"))
                    .in_file(files[self.file].name())
                    .at(format!("tensor `{}`", self.name)),
            ),
        }
    }

    /// The bytes of one element, or of one block of a quantised format, and its elements.
    pub(super) fn block(&self) -> (u64, u64) {
        match self.encoding {
            Encoding::Plain(dtype) => (1, dtype.bits() / 8),
            Encoding::Quant(quant) => quant.block(),
            Encoding::Other(_) => (1, 1),
        }
    }

    /// Appends the values of whole blocks of elements, before any scales.
    pub(super) fn append(&self, bytes: &[u8], narrow: &mut Vec<f32>, out: &mut Vec<f64>) {
        static E4M3: LazyLock<Vec<f64>> = LazyLock::new(|| table(Dtype::F8E4M3));
        static E5M2: LazyLock<Vec<f64>> = LazyLock::new(|| table(Dtype::F8E5M2));
        let look_up = |table: &[f64], out: &mut Vec<f64>| {
            out.extend(bytes.iter().map(|&byte| table[usize::from(byte)]));
        };
        match self.encoding {
            Encoding::Plain(Dtype::F8E4M3) => look_up(&E4M3, out),
            Encoding::Plain(Dtype::F8E5M2) => look_up(&E5M2, out),
            // By way of `f32`, for which there are instructions.
            Encoding::Plain(dtype @ (Dtype::F16 | Dtype::Bf16)) => {
                narrow.clear();
                dtype.append_f32(bytes, narrow);
                out.extend(narrow.iter().map(|&x| f64::from(x)));
            }
            Encoding::Plain(dtype) => {
                dtype.append_f64(bytes, out);
            }
            Encoding::Quant(quant) => {
                narrow.clear();
                quant.append_f32(bytes, narrow);
                out.extend(narrow.iter().map(|&x| f64::from(x)));
            }
            // Listed as not compared, and never asked for values.
            Encoding::Other(_) => {}
        }
    }
}

/// The values of all 256 bytes.
fn table(dtype: Dtype) -> Vec<f64> {
    let bytes: Vec<u8> = (0..=u8::MAX).collect();
    let mut values = Vec::new();
    dtype.append_f64(&bytes, &mut values);
    values
}
