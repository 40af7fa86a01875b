//! Rows in an array: `.npy`, `.npz`, `.safetensors`, or memory.

use super::decode::ln_total;
use super::source::{Reading, RowKind};
use crate::tensor::choose;
use crate::{Bytes, Error, Npy, SafeTensors, Tensor, open_npz};

/// How far from 1 the sum of a row of probabilities may be: what rounding to half precision makes
/// of it.
const SUM_TOLERANCE: f64 = 0.01;

/// An array whose last dimension is the vocabulary.
#[derive(Debug)]
pub(super) struct Array {
    pub(super) bytes: Bytes,
    pub(super) tensor: Tensor,
    /// Of three dimensions, the first: texts or chunks.
    pub(super) chunks: Option<u64>,
    /// Rows of all chunks.
    pub(super) rows: u64,
    pub(super) vocabulary: u64,
    pub(super) kind: RowKind,
    pub(super) format: &'static str,
}

impl Array {
    pub(super) fn open(bytes: Bytes, prefix: &[u8], reading: &Reading) -> Result<Self, Error> {
        let array = reading.tensor.as_deref();
        let (bytes, tensor, format) = if prefix.starts_with(b"\x93NUMPY") {
            let (bytes, tensor) = Npy::open(bytes.name(), reading.void)?.into_parts();
            (bytes, tensor, "npy")
        } else if prefix.starts_with(b"PK") {
            let (bytes, tensor) = open_npz(bytes, array, reading.void)?.into_parts();
            (bytes, tensor, "npz")
        } else {
            let file = SafeTensors::open(bytes.name())?;
            let names: Vec<&str> = file.tensors().iter().map(|t| t.name.as_str()).collect();
            let index =
                choose(&names, array, "tensor").map_err(|error| error.in_file(bytes.name()))?;
            let tensor = file.tensors()[index].clone();
            (file.into_bytes(), tensor, "safetensors")
        };
        let name = bytes.name().to_owned();
        Self::of(bytes, tensor, format, reading).map_err(|error| error.in_file(name))
    }

    pub(super) fn of(
        bytes: Bytes,
        tensor: Tensor,
        format: &'static str,
        reading: &Reading,
    ) -> Result<Self, Error> {
        if !tensor.dtype.is_float() {
            return Err(Error::new(format!(
                "holds {}, and rows of logits are F64, F32, F16 or BF16",
                tensor.dtype
            )));
        }
        let (chunks, rows, vocabulary) = match *tensor.shape {
            [vocabulary] => (None, 1, vocabulary),
            [rows, vocabulary] => (None, rows, vocabulary),
            // The product is no larger than the number of bytes, unless one of them is 0.
            [chunks, rows, vocabulary] => (Some(chunks), chunks.saturating_mul(rows), vocabulary),
            _ => (None, 0, 0),
        };
        if rows == 0 || vocabulary == 0 {
            return Err(Error::new(format!(
                "its shape is {}: [rows, vocabulary] or [chunks, positions, vocabulary] is needed, \
                 without a zero",
                tensor.shape_text()
            )));
        }
        let mut array = Self {
            bytes,
            tensor,
            chunks,
            rows,
            vocabulary,
            kind: RowKind::Logits,
            format,
        };
        array.kind = match reading.rows {
            Some(kind) => kind,
            None => array.detect()?,
        };
        Ok(array)
    }

    /// What the rows are, by the first: numbers from 0 to 1 that sum to 1, numbers up to 0 whose
    /// exponentials do, or else logits.
    fn detect(&self) -> Result<RowKind, Error> {
        let mut row = Vec::new();
        let bytes = self.tensor.window(&self.bytes, 0, self.vocabulary)?;
        self.tensor.dtype.append_f64(&bytes, &mut row);
        let is_one = |sum: f64| (sum - 1.0).abs() <= SUM_TOLERANCE;
        Ok(
            if row.iter().all(|x| (0.0..=1.0).contains(x)) && is_one(row.iter().sum()) {
                RowKind::Probabilities
            } else if row.iter().all(|&x| x <= 0.0) && is_one(ln_total(&row).exp()) {
                RowKind::LogProbabilities
            } else {
                RowKind::Logits
            },
        )
    }

    pub(super) fn row_bytes(&self) -> u64 {
        self.tensor.bytes / self.rows
    }

    pub(super) fn row_offset(&self, row: u64) -> u64 {
        self.tensor.offset + row * self.row_bytes()
    }

    /// Appends the values in these bytes, exact: to the first where they fit an `f32`, else to the
    /// second.
    pub(super) fn append(&self, bytes: &[u8], narrow: &mut Vec<f32>, wide: &mut Vec<f64>) {
        if !self.tensor.dtype.append_f32(bytes, narrow) {
            self.tensor.dtype.append_f64(bytes, wide);
        }
    }

    /// Probabilities as their logarithms.
    pub(super) fn ln(&self, row: &mut [f64]) -> Result<(), Error> {
        let is_bad = |x: &f64| !(x.is_finite() && *x >= 0.0);
        if let Some(i) = row.iter().position(is_bad) {
            return Err(Error::new(format!(
                "entry {i} is {}, and probabilities are 0 or above",
                row[i]
            ))
            .advise("if the rows are not probabilities, say --rows logits"));
        }
        row.iter_mut().for_each(|x| *x = x.ln());
        Ok(())
    }

    /// Refuses a row that does not sum to 1, where it should.
    pub(super) fn check_mass(&self, mass: f64) -> Result<(), Error> {
        if self.kind == RowKind::Logits || (mass - 1.0).abs() <= SUM_TOLERANCE {
            return Ok(());
        }
        Err(Error::new(format!(
            "its {} sum to {mass:.6}, and 1 ± {SUM_TOLERANCE} is allowed",
            match self.kind {
                RowKind::Probabilities => "probabilities",
                _ => "log-probabilities, exponentiated,",
            }
        ))
        .advise("if the rows are logits, say --rows logits: each is then divided by its sum"))
    }
}
