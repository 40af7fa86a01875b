//! CSV and TSV: records of fields, each typed by what it writes.

use std::io::Read;

use csv_core::{ReadRecordResult, Reader, ReaderBuilder};
use rayon::prelude::*;

use crate::location::Input;
use crate::reading::{Declared, Field};
use crate::sinks::Sinks;
use crate::sniff::Opened;
use crate::table::{Note, Skipped};
use crate::value::{Ordered, Scalar};
use crate::{Error, Options};

/// How one file is written, as its first records tell.
pub(crate) struct Csv {
    delimiter: u8,
    header: bool,
    /// Whether the header has one field fewer than the records.
    narrow_header: bool,
    /// A name for each field of a record.
    names: Vec<String>,
    /// Whether the first field of a record has no name in the header: R's row names.
    row_names: bool,
}

/// The name given to R's row names.
const ROW_NAMES: &str = "row_names";

impl Csv {
    pub(crate) fn open(opened: &Opened, input: &Input, options: &Options) -> Result<Self, Error> {
        let delimiter = options.delimiter.unwrap_or_else(|| guess_delimiter(opened));
        let records = first_records(opened, delimiter, LOOK);
        let first = records.first().ok_or_else(|| {
            Error::new(format!(
                "no whole record in its first {} bytes",
                opened.prefix.len()
            ))
            .in_file(input)
            .advise("is it a table? A quote that is not closed swallows all lines after it")
        })?;
        let header = options.header.unwrap_or_else(|| looks_like_header(first));
        if !header {
            let names = (1..=first.len()).map(|i| format!("column_{i}")).collect();
            return Ok(Self {
                delimiter,
                header,
                narrow_header: false,
                names,
                row_names: false,
            });
        }
        let mut names = Vec::with_capacity(first.len() + 1);
        let rows = &records[1..];
        let one_more = !rows.is_empty() && rows.iter().all(|row| row.len() == first.len() + 1);
        let ends_empty = rows.iter().all(|row| row.last().is_some_and(Vec::is_empty));
        let row_names = one_more && !ends_empty;
        if row_names {
            names.push(ROW_NAMES.to_owned());
        }
        for field in first {
            let name = std::str::from_utf8(field)
                .map_err(|_| {
                    Error::new("a column's name is not UTF-8")
                        .in_file(input)
                        .at_line(1)
                })?
                .trim();
            // A table written with an unnamed index has an empty first name.
            names.push(if name.is_empty() {
                format!("column_{}", names.len() + 1)
            } else {
                name.to_owned()
            });
        }
        // Every row ends in a delimiter and the header does not: a column without name or values.
        if one_more && ends_empty {
            names.push(format!("column_{}", names.len() + 1));
        }
        Ok(Self {
            delimiter,
            header,
            narrow_header: one_more,
            names,
            row_names,
        })
    }

    pub(crate) fn fields(&self) -> Vec<Field> {
        self.names
            .iter()
            .skip(usize::from(self.row_names))
            .map(|name| Field {
                name: name.clone(),
                declared: Declared::Untyped,
                type_name: "text field".to_owned(),
            })
            .collect()
    }

    pub(crate) fn skipped(&self) -> Option<Skipped> {
        self.row_names.then(|| Skipped {
            column: ROW_NAMES.to_owned(),
            reason:
                "the header has one name fewer than the rows have fields, as R writes row names"
                    .to_owned(),
        })
    }

    pub(crate) fn note(&self) -> Option<Note> {
        (!self.header).then_some(Note::NoHeader {
            columns: self.names.len(),
        })
    }

    /// Whether the file has no header, so that another table's names may stand in.
    pub(crate) fn lacks_names(&self) -> bool {
        !self.header
    }

    /// Takes the names of another table with as many columns.
    pub(crate) fn borrow_names(&mut self, names: &[String]) {
        self.names = names.to_vec();
    }

    pub(crate) fn read(
        &self,
        opened: Opened,
        input: &Input,
        sinks: &mut Sinks<'_>,
    ) -> Result<(), Error> {
        let fail = |error: Error| error.in_file(input);
        let mut sources = Vec::new();
        let mut by = None;
        for (field, name) in self
            .names
            .iter()
            .enumerate()
            .skip(usize::from(self.row_names))
        {
            if sinks.plan.by.as_ref().is_some_and(|by| by.column() == name) {
                by = Some(field);
            }
            if let Some(sink) = sinks.of(name, &Declared::Untyped) {
                sources.push((sink, field));
            }
        }
        // One source for each sink, in the sinks' order: every file of a table has the same names.
        sources.sort_unstable();
        let block = Block {
            width: self.names.len(),
            by,
            ..Block::default()
        };
        let mut parser = Parser {
            csv: self,
            reader: reader(self.delimiter),
            block,
            ends: vec![0; self.names.len() + 1],
            header_left: self.header,
            skipped_lines: 0,
        };
        let mut source = opened.into_reader();
        let mut last = b'\n';
        let mut buffer = vec![0; 1 << 16];
        loop {
            let length = source
                .read(&mut buffer)
                .map_err(|error| fail(Error::io(&error)))?;
            let mut bytes = &buffer[..length];
            match bytes.last() {
                Some(&byte) => last = byte,
                // The last line may lack its end.
                None if last != b'\n' => bytes = b"\n",
                None => {}
            }
            while parser.record(&mut bytes).map_err(fail)? {
                if parser.block.is_full() {
                    parser
                        .block
                        .count(sinks, &sources, &self.names)
                        .map_err(fail)?;
                }
            }
            if length == 0 {
                parser.refuse_open_quote().map_err(fail)?;
                return parser
                    .block
                    .count(sinks, &sources, &self.names)
                    .map_err(fail);
            }
        }
    }
}

fn reader(delimiter: u8) -> Reader {
    ReaderBuilder::new().delimiter(delimiter).build()
}

/// Cuts bytes into records and keeps them in a block.
struct Parser<'a> {
    csv: &'a Csv,
    reader: Reader,
    block: Block,
    /// Ends of the current record's fields, from the record's own start.
    ends: Vec<usize>,
    /// Whether the next record is the header.
    header_left: bool,
    /// Line ends before records, which the tokeniser was not given to count.
    skipped_lines: u64,
}

impl Parser<'_> {
    /// Reads on to the end of a record and puts it in the block; `false` when more bytes are
    /// needed, or at the end.
    fn record(&mut self, bytes: &mut &[u8]) -> Result<bool, Error> {
        let block = &mut self.block;
        loop {
            if block.fields == 0 && block.written == block.start {
                let record = bytes.iter().position(|byte| !matches!(byte, b'\r' | b'\n'));
                let (ends, rest) = bytes.split_at(record.unwrap_or(bytes.len()));
                self.skipped_lines += ends.iter().filter(|&&byte| byte == b'\n').count() as u64;
                *bytes = rest;
                block.line = self.reader.line() + self.skipped_lines;
            }
            if bytes.is_empty() {
                return Ok(false);
            }
            if block.bytes.len() - block.written < 1 << 12 {
                block.bytes.resize(block.bytes.len() + (1 << 16), 0);
            }
            let (result, read, written, fields) = self.reader.read_record(
                bytes,
                &mut block.bytes[block.written..],
                &mut self.ends[block.fields..],
            );
            *bytes = &bytes[read..];
            block.written += written;
            block.fields += fields;
            match result {
                ReadRecordResult::OutputFull => block.bytes.resize(2 * block.bytes.len(), 0),
                ReadRecordResult::OutputEndsFull => return Err(self.ragged()),
                ReadRecordResult::InputEmpty | ReadRecordResult::End => return Ok(false),
                ReadRecordResult::Record => {
                    let header = self.header_left;
                    let width = block.width - usize::from(header && self.csv.narrow_header);
                    if block.fields != width {
                        return Err(self.ragged());
                    }
                    if std::mem::take(&mut self.header_left) {
                        block.clear();
                        continue;
                    }
                    let start = block.start;
                    block
                        .ends
                        .extend(self.ends[..block.fields].iter().map(|&end| start + end));
                    block.lines.push(block.line);
                    block.start = block.written;
                    block.fields = 0;
                    block.rows += 1;
                    return Ok(true);
                }
            }
        }
    }

    /// A quote that is opened and not closed makes one field of all that follows it.
    fn refuse_open_quote(&self) -> Result<(), Error> {
        if self.block.fields == 0 && self.block.written == self.block.start {
            return Ok(());
        }
        Err(
            Error::new("a quote that is opened in this record is never closed")
                .at_line(self.block.line)
                .advise("close it, or double it where it is part of the text"),
        )
    }

    fn ragged(&self) -> Error {
        let width = self.block.width;
        let found = match self.block.fields {
            1 => "1 field".to_owned(),
            fields if fields > width => "more fields".to_owned(),
            fields => format!("{fields} fields"),
        };
        let named = if self.csv.header && !self.csv.narrow_header {
            "the header has"
        } else {
            "the first record has"
        };
        Error::new(format!("{found} where {named} {width}"))
            .at_line(self.block.line)
            .advise("quote fields that hold the delimiter, or name the delimiter with --delimiter")
    }
}

/// Records that are counted together, column by column.
#[derive(Default)]
struct Block {
    width: usize,
    /// The field that the table is split by.
    by: Option<usize>,
    bytes: Vec<u8>,
    /// Ends of the fields, record after record; a field begins where the one before it ends.
    ends: Vec<usize>,
    /// The line on which each record begins.
    lines: Vec<u64>,
    rows: usize,
    written: usize,
    /// Where the current record begins, on which line, and how many of its fields are complete.
    start: usize,
    line: u64,
    fields: usize,
}

impl Block {
    fn is_full(&self) -> bool {
        self.written >= 1 << 17 || self.rows >= 1 << 12
    }

    fn clear(&mut self) {
        self.ends.clear();
        self.lines.clear();
        (self.rows, self.written, self.start, self.fields) = (0, 0, 0, 0);
    }

    fn field(&self, row: usize, field: usize) -> &[u8] {
        let at = row * self.width + field;
        let start = if at == 0 { 0 } else { self.ends[at - 1] };
        &self.bytes[start..self.ends[at]]
    }

    /// Counts all records and empties the block.
    fn count(
        &mut self,
        sinks: &mut Sinks<'_>,
        sources: &[(usize, usize)],
        names: &[String],
    ) -> Result<(), Error> {
        let not_utf8 = |row: usize, field: usize| {
            Error::new("the text is not UTF-8")
                .at_line(self.lines[row])
                .in_column(&names[field])
                .advise("convert the file to UTF-8, for example with iconv")
        };
        let nulls = &sinks.plan.field_nulls;
        let mut sides = Vec::with_capacity(self.rows);
        for row in 0..self.rows {
            let by = match self.by {
                None => None,
                Some(field) => {
                    let text = self.field(row, field).trim_ascii();
                    Some(if nulls.contain(text) {
                        Scalar::Null
                    } else {
                        Scalar::Text(std::str::from_utf8(text).map_err(|_| not_utf8(row, field))?)
                    })
                }
            };
            sides.push(sinks.route(by.as_ref()));
        }
        sinks
            .columns
            .par_iter_mut()
            .zip(sources)
            .try_for_each(|(sink, &(_, field))| {
                for (row, side) in sides.iter().enumerate() {
                    if let Some(side) = *side {
                        sink.push_field(side, self.field(row, field), nulls)
                            .map_err(|_| not_utf8(row, field))?;
                    }
                }
                Ok::<(), Error>(())
            })?;
        self.clear();
        sinks.end_rows()
    }
}

/// The most fields that a first record is looked at for; a table this wide has a line of its own
/// among the errors.
const FIELDS: usize = 1 << 16;

/// How many first records tell how a file is written.
const LOOK: usize = 20;

/// The first records of the file that lie whole in its prefix.
fn first_records(opened: &Opened, delimiter: u8, limit: usize) -> Vec<Vec<Vec<u8>>> {
    let mut reader = reader(delimiter);
    let mut bytes = &opened.prefix[..];
    let (mut output, mut ends) = (vec![0; bytes.len() + 1], vec![0; FIELDS]);
    let mut records = Vec::new();
    while records.len() < limit {
        let (mut written, mut fields) = (0, 0);
        loop {
            let (result, read, out, count) =
                reader.read_record(bytes, &mut output[written..], &mut ends[fields..]);
            bytes = &bytes[read..];
            written += out;
            fields += count;
            match result {
                ReadRecordResult::Record => break,
                // The end of the prefix is the end of the file, or cuts a record.
                ReadRecordResult::InputEmpty if opened.whole => {}
                _ => return records,
            }
        }
        let mut start = 0;
        records.push(
            ends[..fields]
                .iter()
                .map(|&end| output[std::mem::replace(&mut start, end)..end].to_vec())
                .collect(),
        );
    }
    records
}

/// The delimiter that cuts the most of the first records into as many fields as the first of them
/// (R's row names make one more), and into more fields where several do.
fn guess_delimiter(opened: &Opened) -> u8 {
    let score = |delimiter: u8| {
        let records = first_records(opened, delimiter, LOOK);
        let width = records.first().map_or(0, Vec::len);
        if width < 2 {
            return (0, 0);
        }
        let even = |record: &&Vec<_>| record.len() == width || record.len() == width + 1;
        (records.iter().filter(even).count(), width)
    };
    // The first of the best: a comma where nothing else is better.
    [b',', b'\t', b';', b'|']
        .into_iter()
        .rev()
        .max_by_key(|&delimiter| score(delimiter))
        .unwrap_or(b',')
}

/// A header is texts alone: a number, a time or a missing value among them makes it a record. The
/// first name may be missing, as where an unnamed index was written.
fn looks_like_header(record: &[Vec<u8>]) -> bool {
    record.iter().enumerate().all(|(i, field)| {
        let field = field.trim_ascii();
        (i == 0 || !field.is_empty())
            && Ordered::parse_number(field).is_none()
            && Ordered::parse_time(field).is_none()
            && Ordered::parse_time_of_day(field).is_none()
    }) && record.iter().any(|field| !field.trim_ascii().is_empty())
}
