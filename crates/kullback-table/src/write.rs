//! Columns of values → a table: as CSV, as Parquet, or in memory.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::sync::Arc;

use arrow_array::{
    ArrayRef, BooleanArray, DurationMicrosecondArray, Float32Array, Float64Array, Int64Array,
    RecordBatch, StringArray, TimestampMicrosecondArray, UInt64Array,
};
use kullback::summary::Axis;
use parquet::arrow::ArrowWriter;

use crate::Error;
use crate::value::Ordered;

/// A column of a table that is to be written, or read where it is; `None` is null.
#[derive(Debug, Clone, PartialEq)]
pub enum Values {
    /// Numbers.
    Numbers(Vec<Option<f64>>),
    /// Numbers of single precision.
    Singles(Vec<Option<f32>>),
    /// Whole numbers, as row numbers and ids are.
    Whole(Vec<Option<u64>>),
    /// Whole numbers that may be below 0.
    Integers(Vec<Option<i64>>),
    /// Times, in microseconds since 1970-01-01T00:00:00 UTC.
    Times(Vec<Option<i64>>),
    /// Durations, in microseconds.
    Durations(Vec<Option<i64>>),
    /// True or false.
    Flags(Vec<Option<bool>>),
    /// Texts.
    Texts(Vec<Option<String>>),
}

/// Writes columns of one length, as the end of the file's name says: `.csv` or `.parquet`.
///
/// In CSV a null is an empty field, a number has the digits that read back to it, and a text or name with a
/// comma, a quote, a line end or a blank at an end is quoted.
///
/// # Errors
/// When the name ends otherwise, or the file cannot be written.
///
/// ```
/// use kullback_table::{Values, write_table};
///
/// # let folder = tempfile::tempdir().unwrap();
/// # let path = folder.path().join("rows.csv");
/// let kl = Values::Numbers(vec![Some(0.25), None]);
/// let same = Values::Flags(vec![Some(true), Some(false)]);
/// let words = Values::Texts(vec![Some("a, b".to_owned()), Some("\"c\"".to_owned())]);
/// write_table(&path, &[("kl", kl), ("same_top", same), ("words", words)])?;
/// let written = std::fs::read_to_string(&path).unwrap();
/// assert_eq!(written, "kl,same_top,words\n0.25,true,\"a, b\"\n,false,\"\"\"c\"\"\"\n");
/// # Ok::<(), kullback_table::Error>(())
/// ```
pub fn write_table(path: &Path, columns: &[(&str, Values)]) -> Result<(), Error> {
    let end = path.extension().map(|end| end.to_ascii_lowercase());
    let written = match end.as_ref().and_then(|end| end.to_str()) {
        Some("csv") => File::create(path)
            .and_then(|file| csv(BufWriter::new(file), columns))
            .map_err(|error| Error::io(&error)),
        Some("parquet") => parquet(path, columns),
        _ => Err(Error::new("no format is known for a file of this name")
            .advise("end it in .csv or .parquet")),
    };
    written.map_err(|error| error.in_file(path.display()))
}

fn csv(mut out: impl Write, columns: &[(&str, Values)]) -> io::Result<()> {
    let names: Vec<String> = columns.iter().map(|(name, _)| quoted(name)).collect();
    writeln!(out, "{}", names.join(","))?;
    let rows = columns
        .iter()
        .map(|(_, values)| values.len())
        .max()
        .unwrap_or(0);
    for row in 0..rows {
        let fields: Vec<String> = columns
            .iter()
            .map(|(_, values)| values.field(row))
            .collect();
        writeln!(out, "{}", fields.join(","))?;
    }
    out.flush()
}

/// A text as a field, in quotes where it would be read as something else.
fn quoted(text: &str) -> String {
    let plain = !text.contains([',', '"', '\n', '\r']) && text.trim() == text && !text.is_empty();
    match plain {
        true => text.to_owned(),
        false => format!("\"{}\"", text.replace('"', "\"\"")),
    }
}

impl Values {
    fn len(&self) -> usize {
        match self {
            Self::Numbers(values) => values.len(),
            Self::Singles(values) => values.len(),
            Self::Whole(values) => values.len(),
            Self::Integers(values) | Self::Times(values) | Self::Durations(values) => values.len(),
            Self::Flags(values) => values.len(),
            Self::Texts(values) => values.len(),
        }
    }

    fn field(&self, row: usize) -> String {
        match self {
            Self::Numbers(values) => values[row].map_or(String::new(), |x| x.to_string()),
            Self::Singles(values) => values[row].map_or(String::new(), |x| x.to_string()),
            Self::Whole(values) => values[row].map_or(String::new(), |n| n.to_string()),
            Self::Integers(values) | Self::Durations(values) => {
                values[row].map_or(String::new(), |n| n.to_string())
            }
            Self::Times(values) => values[row].map_or(String::new(), |micros| {
                let (axis, x) = (Axis::Time, micros as f64);
                let exact = true;
                Ordered { axis, x, exact }.to_text()
            }),
            Self::Flags(values) => values[row].map_or(String::new(), |flag| flag.to_string()),
            Self::Texts(values) => values[row].as_deref().map_or(String::new(), quoted),
        }
    }

    pub(crate) fn array(&self) -> ArrayRef {
        match self {
            Self::Numbers(values) => Arc::new(Float64Array::from(values.clone())),
            Self::Singles(values) => Arc::new(Float32Array::from(values.clone())),
            Self::Whole(values) => Arc::new(UInt64Array::from(values.clone())),
            Self::Integers(values) => Arc::new(Int64Array::from(values.clone())),
            Self::Times(values) => Arc::new(TimestampMicrosecondArray::from(values.clone())),
            Self::Durations(values) => Arc::new(DurationMicrosecondArray::from(values.clone())),
            Self::Flags(values) => Arc::new(BooleanArray::from(values.clone())),
            Self::Texts(values) => Arc::new(StringArray::from(values.clone())),
        }
    }
}

/// The columns as one batch of Arrow's.
pub(crate) fn batch(columns: &[(&str, Values)]) -> Result<RecordBatch, Error> {
    let arrays = columns
        .iter()
        .map(|(name, values)| (*name, values.array(), true));
    RecordBatch::try_from_iter_with_nullable(arrays).map_err(|error| Error::new(error.to_string()))
}

fn parquet(path: &Path, columns: &[(&str, Values)]) -> Result<(), Error> {
    let failed = |error: parquet::errors::ParquetError| Error::new(error.to_string());
    let batch = batch(columns)?;
    let file = File::create(path).map_err(|error| Error::io(&error))?;
    let mut writer = ArrowWriter::try_new(file, batch.schema(), None).map_err(failed)?;
    writer.write(&batch).map_err(failed)?;
    writer.close().map_err(failed)?;
    Ok(())
}
