//! Arrow IPC: files and streams of record batches.

use std::fs::File;
use std::io::{BufReader, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};

use arrow_array::RecordBatch;
use arrow_ipc::reader::{FileReader, StreamReader};
use arrow_schema::{ArrowError, Schema};
use kullback::Progress;

use crate::Error;
use crate::arrow::{self, Leaf};
use crate::location::Input;
use crate::sinks::Sinks;

/// The schema of an IPC file.
pub(crate) fn file_schema(file: File, input: &Input) -> Result<Schema, Error> {
    let reader = sound(|| FileReader::try_new_buffered(file, None), input)?;
    Ok(reader.schema().as_ref().clone())
}

/// The schema of an IPC stream.
pub(crate) fn stream_schema(stream: impl Read, input: &Input) -> Result<Schema, Error> {
    let reader = sound(|| StreamReader::try_new(stream, None), input)?;
    Ok(reader.schema().as_ref().clone())
}

/// How many first bytes of a stream its schema takes: a marker, a length, and so many bytes.
pub(crate) fn schema_bytes(prefix: &[u8]) -> u64 {
    match prefix {
        [_, _, _, _, a, b, c, d, ..] => 8 + u64::from(u32::from_le_bytes([*a, *b, *c, *d])),
        _ => 0,
    }
}

/// Counts all rows of an IPC file.
pub(crate) fn read_file(
    file: File,
    leaves: &[Leaf],
    input: &Input,
    sinks: &mut Sinks<'_>,
    progress: &Progress,
) -> Result<(), Error> {
    let bytes = file.metadata().map_or(0, |file| file.len());
    let reader = sound(|| FileReader::try_new_buffered(file, None), input)?;
    let share = bytes / (reader.num_batches() as u64).max(1);
    read(reader, leaves, input, sinks, (progress, share))
}

/// Counts all rows of an IPC stream.
pub(crate) fn read_stream(
    stream: impl Read,
    leaves: &[Leaf],
    input: &Input,
    sinks: &mut Sinks<'_>,
    progress: &Progress,
) -> Result<(), Error> {
    let reader = sound(
        || StreamReader::try_new(BufReader::new(stream), None),
        input,
    )?;
    // Bytes are counted where they come from.
    read(reader, leaves, input, sinks, (progress, 0))
}

/// Each batch counts as `share` bytes.
fn read(
    mut batches: impl Iterator<Item = Result<RecordBatch, ArrowError>>,
    leaves: &[Leaf],
    input: &Input,
    sinks: &mut Sinks<'_>,
    (progress, share): (&Progress, u64),
) -> Result<(), Error> {
    while let Some(batch) = sound(|| batches.next().transpose(), input)? {
        arrow::take(&[batch], leaves, sinks, progress)?;
        progress.add(share)?;
    }
    Ok(())
}

/// What `decode` gives, unless the bytes are damaged: the decoder tells some faults by an error and
/// panics on others.
fn sound<T>(decode: impl FnOnce() -> Result<T, ArrowError>, input: &Input) -> Result<T, Error> {
    let damaged = |what: &dyn std::fmt::Display| {
        Error::new(format!("the Arrow IPC cannot be read: {what}"))
            .in_file(input)
            .advise("it may be cut short or damaged: copy or write it again")
    };
    // A reader that panicked is not used again.
    match catch_unwind(AssertUnwindSafe(decode)) {
        Ok(decoded) => decoded.map_err(|error| damaged(&error)),
        Err(_) => Err(damaged(&"its offsets and lengths do not fit together")),
    }
}
