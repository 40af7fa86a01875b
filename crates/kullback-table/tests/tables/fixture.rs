//! Files for one test, and short ways to what was read from them.

use std::io::Write as _;
use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch};
use kullback::Measure;
use kullback::compare::{Comparison, compare};
use kullback::summary::{Axis, Column};
use kullback_table::{By, Error, Location, Options, Table, read, split};
use parquet::arrow::ArrowWriter;

/// A directory that goes with the test.
pub(crate) struct Dir(tempfile::TempDir);

impl Dir {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub(crate) fn path(&self, name: &str) -> String {
        self.0.path().join(name).to_str().unwrap().to_owned()
    }

    /// Writes a file and gives its path.
    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) -> String {
        let path = self.path(name);
        std::fs::write(&path, content).unwrap();
        path
    }
}

pub(crate) fn gzip(content: &[u8]) -> Vec<u8> {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packer.write_all(content).unwrap();
    packer.finish().unwrap()
}

pub(crate) fn zstd(content: &[u8]) -> Vec<u8> {
    ::zstd::encode_all(content, 1).unwrap()
}

pub(crate) fn batch(columns: &[(&str, ArrayRef)]) -> RecordBatch {
    RecordBatch::try_from_iter_with_nullable(
        columns
            .iter()
            .map(|(name, array)| (*name, Arc::clone(array), true)),
    )
    .unwrap()
}

/// A Parquet file of row groups of at most `group` rows.
pub(crate) fn parquet(batch: &RecordBatch, group: usize) -> Vec<u8> {
    let properties = parquet::file::properties::WriterProperties::builder()
        .set_max_row_group_row_count(Some(group))
        .build();
    let mut writer = ArrowWriter::try_new(Vec::new(), batch.schema(), Some(properties)).unwrap();
    writer.write(batch).unwrap();
    writer.into_inner().unwrap()
}

pub(crate) fn ipc_file(batches: &[RecordBatch]) -> Vec<u8> {
    let mut writer =
        arrow_ipc::writer::FileWriter::try_new(Vec::new(), &batches[0].schema()).unwrap();
    batches
        .iter()
        .for_each(|batch| writer.write(batch).unwrap());
    writer.into_inner().unwrap()
}

pub(crate) fn ipc_stream(batches: &[RecordBatch]) -> Vec<u8> {
    let mut writer =
        arrow_ipc::writer::StreamWriter::try_new(Vec::new(), &batches[0].schema()).unwrap();
    batches
        .iter()
        .for_each(|batch| writer.write(batch).unwrap());
    writer.into_inner().unwrap()
}

pub(crate) fn try_read(p: &str, q: &str, options: &Options) -> Result<[Table; 2], Error> {
    read(
        &Location::parse(p)?,
        &Location::parse(q)?,
        options,
        &Default::default(),
    )
}

#[track_caller]
pub(crate) fn pair(p: &str, q: &str) -> [Table; 2] {
    try_read(p, q, &Options::default()).unwrap()
}

/// A table as it is read beside itself.
#[track_caller]
pub(crate) fn table(path: &str) -> Table {
    table_with(path, &Options::default())
}

#[track_caller]
pub(crate) fn table_with(path: &str, options: &Options) -> Table {
    let [p, q] = try_read(path, path, options).unwrap();
    assert_eq!(summaries(&p), summaries(&q), "a table is equal to itself");
    p
}

pub(crate) fn try_split(path: &str, by: &str, options: &Options) -> Result<[Table; 2], Error> {
    let by: By = by.parse()?;
    split(&Location::parse(path)?, &by, options, &Default::default())
}

#[track_caller]
pub(crate) fn parts(path: &str, by: &str) -> [Table; 2] {
    try_split(path, by, &Options::default()).unwrap()
}

/// The error of reading `path` beside itself, with its advice on a second line.
#[track_caller]
pub(crate) fn refused(path: &str) -> String {
    refused_with(path, &Options::default())
}

#[track_caller]
pub(crate) fn refused_with(path: &str, options: &Options) -> String {
    told(&try_read(path, path, options).unwrap_err())
}

pub(crate) fn told(error: &Error) -> String {
    match error.advice() {
        Some(advice) => format!("{error}\n{advice}"),
        None => error.to_string(),
    }
}

/// Every column by name with its summary.
pub(crate) fn summaries(table: &Table) -> Vec<(&str, &Column)> {
    let columns = table.columns.iter();
    columns.map(|c| (c.name.as_str(), &c.summary)).collect()
}

pub(crate) fn names(table: &Table) -> Vec<&str> {
    table.columns.iter().map(|c| c.name.as_str()).collect()
}

#[track_caller]
pub(crate) fn column<'t>(table: &'t Table, name: &str) -> &'t Column {
    let column = table.columns.iter().find(|column| column.name == name);
    let found = names(table);
    &column
        .unwrap_or_else(|| panic!("no column {name} among {found:?}"))
        .summary
}

/// The finite values on an axis with their counts, ascending.
pub(crate) fn values(column: &Column, axis: Axis) -> Vec<(f64, u64)> {
    assert_eq!(column.axis(axis).finite().level(), 0, "exact");
    let cells = column.axis(axis).cells();
    cells.map(|(value, _, count)| (value, count)).collect()
}

pub(crate) fn numbers(column: &Column) -> Vec<(f64, u64)> {
    values(column, Axis::Number)
}

/// The texts with their counts, in alphabetical order.
pub(crate) fn texts(column: &Column) -> Vec<(&str, u64)> {
    let mut texts: Vec<_> = column
        .texts()
        .iter()
        .map(|c| (c.text.unwrap(), c.count))
        .collect();
    texts.sort_unstable();
    texts
}

pub(crate) fn notes(table: &Table) -> Vec<String> {
    table.notes.iter().map(ToString::to_string).collect()
}

pub(crate) fn skipped(table: &Table) -> Vec<(&str, &str)> {
    let skipped = table.skipped.iter();
    skipped
        .map(|s| (s.column.as_str(), s.reason.as_str()))
        .collect()
}

#[track_caller]
pub(crate) fn compared([p, q]: &[Table; 2], name: &str) -> Comparison {
    compare(column(p, name), column(q, name)).unwrap()
}

#[track_caller]
pub(crate) fn kl(tables: &[Table; 2], name: &str) -> f64 {
    Measure::KL.value(compared(tables, name).pair())
}
