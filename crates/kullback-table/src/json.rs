//! JSON: an array of objects, or objects one after another.

use std::fmt;
use std::io::{BufReader, Read};

use serde::de::{
    DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor,
};

use crate::Error;
use crate::location::Input;
use crate::reading::Declared;
use crate::sinks::Sinks;
use crate::sniff::Opened;
use crate::value::{Ordered, Scalar};

/// Counts all records of a file, one at a time.
pub(crate) fn read(opened: Opened, input: &Input, sinks: &mut Sinks<'_>) -> Result<(), Error> {
    let text = opened
        .prefix
        .strip_prefix(b"\xef\xbb\xbf")
        .unwrap_or(&opened.prefix);
    let array = text.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'[');
    let bom = (opened.prefix.len() - text.len()) as u64;
    let mut source = opened.into_reader();
    let fail = |error: serde_json::Error| locate(error).in_file(input);
    std::io::copy(&mut source.by_ref().take(bom), &mut std::io::sink())
        .map_err(|error| Error::io(&error).in_file(input))?;
    let mut json = serde_json::Deserializer::from_reader(BufReader::with_capacity(1 << 16, source));
    let mut records = Records {
        sinks,
        row: Row::default(),
    };
    if array {
        json.deserialize_seq(&mut records).map_err(fail)?;
        return json.end().map_err(fail);
    }
    loop {
        // `end` looks past blanks and fails on the first byte of a further record.
        if json.end().is_ok() {
            return Ok(());
        }
        Record(&mut records).deserialize(&mut json).map_err(fail)?;
    }
}

fn locate(error: serde_json::Error) -> Error {
    use serde_json::error::Category;
    let (line, text) = (error.line() as u64, error.to_string());
    let what = text.split(" at line ").next().unwrap_or(&text);
    let what = format!("byte {} of the line: {what}", error.column());
    match error.classify() {
        Category::Eof => Error::new("the JSON is cut short").advise("copy or download it again"),
        Category::Io => Error::io(&error.into()),
        Category::Syntax => Error::new(what).advise("what begins with { or [ is read as JSON"),
        Category::Data => Error::new(what),
    }
    .at_line(line)
}

struct Records<'s, 'a> {
    sinks: &'s mut Sinks<'a>,
    row: Row,
}

/// The values of one record, kept until it is known which side the record is on.
#[derive(Default)]
struct Row {
    cells: Vec<(usize, Cell)>,
    by: Option<Cell>,
    /// The texts of the cells.
    texts: String,
    /// The path of the object that is being read, as `a.b.`.
    path: String,
}

enum Cell {
    Null,
    Boolean(bool),
    Ordered(Ordered),
    Text(std::ops::Range<usize>),
}

impl Cell {
    fn scalar<'t>(&self, texts: &'t str) -> Scalar<'t> {
        match self {
            Self::Null => Scalar::Null,
            Self::Boolean(value) => Scalar::Boolean(*value),
            Self::Ordered(value) => Scalar::Ordered(*value),
            Self::Text(range) => Scalar::Text(&texts[range.clone()]),
        }
    }
}

impl Records<'_, '_> {
    /// Notes one value under its path.
    fn cell(&mut self, cell: Cell) {
        let name = &self.row.path;
        let column = self.sinks.of(name, &Declared::Json);
        if self
            .sinks
            .plan
            .by
            .as_ref()
            .is_some_and(|by| by.column() == name)
        {
            self.row.by = Some(cell);
        } else if let Some(column) = column {
            self.row.cells.push((column, cell));
        }
    }

    /// Counts the values noted.
    fn count(&mut self) -> Result<(), String> {
        let Row {
            cells, by, texts, ..
        } = &mut self.row;
        let by = by.take().map(|cell| cell.scalar(texts));
        cells.sort_unstable_by_key(|&(column, _)| column);
        if let Some(twice) = cells.windows(2).find(|pair| pair[0].0 == pair[1].0) {
            return Err(format!(
                "the name `{}` stands twice in one object",
                self.sinks.names[twice[0].0]
            ));
        }
        if let Some(side) = self.sinks.route(by.as_ref()) {
            for (column, cell) in cells.drain(..) {
                let nulls = &self.sinks.plan.string_nulls;
                self.sinks.columns[column].push(side, cell.scalar(texts), nulls);
            }
        }
        cells.clear();
        texts.clear();
        self.sinks.end_rows().map_err(|error| error.to_string())
    }
}

/// The array of all records.
impl<'de> Visitor<'de> for &mut Records<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array of objects")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        while seq.next_element_seed(Record(self))?.is_some() {}
        Ok(())
    }
}

/// One record.
struct Record<'r, 's, 'a>(&'r mut Records<'s, 'a>);

impl<'de> DeserializeSeed<'de> for Record<'_, '_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Record<'_, '_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object, a row of the table")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<(), A::Error> {
        self.0.row.path.clear();
        object(self.0, map)?;
        self.0.count().map_err(A::Error::custom)
    }
}

/// Reads an object whose own path is in `row.path`.
fn object<'de, A: MapAccess<'de>>(
    records: &mut Records<'_, '_>,
    mut map: A,
) -> Result<(), A::Error> {
    let depth = records.row.path.len();
    while let Some(key) = map.next_key::<String>()? {
        records.row.path.truncate(depth);
        if depth > 0 {
            records.row.path.push('.');
        }
        records.row.path.push_str(&key);
        map.next_value_seed(Value(records))?;
    }
    records.row.path.truncate(depth);
    Ok(())
}

/// One value of a record, noted under the record's current path.
struct Value<'r, 's, 'a>(&'r mut Records<'s, 'a>);

impl<'de> DeserializeSeed<'de> for Value<'_, '_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Value<'_, '_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        self.0.cell(Cell::Null);
        Ok(())
    }

    fn visit_bool<E>(self, value: bool) -> Result<(), E> {
        self.0.cell(Cell::Boolean(value));
        Ok(())
    }

    fn visit_i64<E>(self, value: i64) -> Result<(), E> {
        self.0.cell(Cell::Ordered(Ordered::integer(value)));
        Ok(())
    }

    fn visit_u64<E>(self, value: u64) -> Result<(), E> {
        self.0.cell(Cell::Ordered(Ordered::unsigned(value)));
        Ok(())
    }

    fn visit_f64<E>(self, value: f64) -> Result<(), E> {
        self.0.cell(Cell::Ordered(Ordered::float(value)));
        Ok(())
    }

    fn visit_str<E>(self, value: &str) -> Result<(), E> {
        let start = self.0.row.texts.len();
        self.0.row.texts.push_str(value);
        self.0.cell(Cell::Text(start..start + value.len()));
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        if let Some(column) = self.0.sinks.of(&self.0.row.path, &Declared::Json) {
            self.0.sinks.lists.insert(column);
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<(), A::Error> {
        object(self.0, map)
    }
}
