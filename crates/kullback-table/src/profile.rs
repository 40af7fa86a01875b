//! One table's summaries, to be compared later, or merged with those of other parts.

use std::collections::BTreeMap;

use kullback::Progress;
use kullback::summary::Column;

use crate::location::Location;
use crate::read::profiled;
use crate::reading::{ColumnType, Declared, Field, Reading};
use crate::sinks::Sinks;
use crate::table::{Note, Skipped};
use crate::{Error, Options};

/// The summaries of a table, each column as it is read by itself.
///
/// [`Location::of_profile`] makes a table of it again, which can be compared, and, with
/// [`Location::join`], merged: [`profile`](profile()) of a joined location adds the counts up. It has no rows
/// any more, so that it is in no pairs of columns and cannot be split.
///
/// How texts are to be read is agreed over both tables of a comparison. A profile was read by
/// itself: where the other table asks for another reading of a column, as a CSV file does of a column of
/// strings, the comparison is refused.
#[derive(Clone, Debug)]
pub struct Profile {
    pub(crate) name: String,
    pub(crate) files: Vec<(String, String)>,
    pub(crate) rows: u64,
    pub(crate) columns: Vec<ProfileColumn>,
    pub(crate) skipped: Vec<Skipped>,
    pub(crate) notes: Vec<Note>,
    /// The types that the user gave.
    pub(crate) types: BTreeMap<String, ColumnType>,
}

/// A column with its summary, and how it was read.
#[derive(Clone, Debug)]
pub(crate) struct ProfileColumn {
    pub(crate) field: Field,
    pub(crate) reading: Reading,
    pub(crate) summary: Column,
}

/// Reads a table and keeps its summaries. Bytes read are added to `progress`.
///
/// ```
/// use kullback_table::{Location, Options, profile, read};
///
/// # let folder = tempfile::tempdir().unwrap();
/// # let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
/// std::fs::write(path("monday.csv"), "age\n31\n45\n").unwrap();
/// std::fs::write(path("tuesday.csv"), "age\n31\n52\n").unwrap();
/// let of = |name: &str| -> Result<Location, kullback_table::Error> {
///     let table = Location::parse(&path(name))?;
///     Ok(Location::of_profile(profile(&table, &Options::default(), &Default::default())?))
/// };
/// let both = Location::join("both days", [of("monday.csv")?, of("tuesday.csv")?]);
/// let [p, q] = read(&both, &of("monday.csv")?, &Options::default(), &Default::default())?;
/// assert_eq!((p.rows, q.rows), (4, 2));
/// # Ok::<(), kullback_table::Error>(())
/// ```
///
/// # Errors
///
/// When the table cannot be read, an option names a column that is not there, or profiles that are joined were read in
/// different ways.
pub fn profile(
    location: &Location,
    options: &Options,
    progress: &Progress,
) -> Result<Profile, Error> {
    profiled(location, options, progress)
}

impl Profile {
    /// What the table was called.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// How many rows were counted.
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// The columns in their order: name, type as the source names it, summary.
    pub fn columns(&self) -> impl Iterator<Item = (&str, &str, &Column)> {
        self.columns.iter().map(|column| {
            let Field {
                name, type_name, ..
            } = &column.field;
            (name.as_str(), type_name.as_str(), &column.summary)
        })
    }

    /// The same summaries under another name.
    #[must_use]
    pub fn named(self, name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            ..self
        }
    }

    pub(crate) fn fields(&self) -> Vec<Field> {
        let fields = self.columns.iter().map(|column| column.field.clone());
        fields.collect()
    }

    /// Adds its counts to those of the wanted columns.
    pub(crate) fn read(&self, sinks: &mut Sinks<'_>) -> Result<(), Error> {
        if sinks.plan.by.is_some() || sinks.plan.keep || !sinks.plan.factors.is_empty() {
            return Err(Error::new("a profile has no rows")
                .in_file(&self.name)
                .advise("give the table itself"));
        }
        for column in &self.columns {
            let Field { name, declared, .. } = &column.field;
            let Some(sink) = sinks.of(name, declared) else {
                continue;
            };
            let sink = &mut sinks.columns[sink];
            if !same(declared, sink.reading, column.reading) {
                return Err(Error::new(format!(
                    "it was read as {}, and beside the other table it is to be read as {}",
                    column.reading, sink.reading
                ))
                .in_file(&self.name)
                .in_column(name)
                .advise("give the table itself, or profile it with --column-type"));
            }
            sink.merge(&column.summary);
        }
        sinks.read += self.rows;
        sinks.rows[0] += self.rows;
        Ok(())
    }
}

/// Whether values of a column that is declared so come out the same.
fn same(declared: &Declared, a: Reading, b: Reading) -> bool {
    match declared {
        Declared::Boolean => true,
        // None of its values is a text.
        Declared::Ordered | Declared::Single => {
            (a.categorical, a.single) == (b.categorical, b.single)
        }
        Declared::Untyped | Declared::Json | Declared::Text => a == b,
    }
}
