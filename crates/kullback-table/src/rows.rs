//! The rows of a table, column by column, as values.

use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;

use kullback::Progress;
use kullback::summary::Axis;

use crate::agree::check_known;
use crate::sinks::{Plan, Sinks};
use crate::source::Source;
use crate::table::{Note, Skipped};
use crate::value::Ordered;
use crate::{Error, Options};

/// A table whose rows are in memory.
#[derive(Clone, Debug)]
pub struct Rows {
    /// What the user named.
    pub name: String,
    /// The files read, each with its format.
    pub files: Vec<(String, String)>,
    /// How many rows: the length of every column.
    pub rows: usize,
    /// The columns, in the order of the source.
    pub columns: Vec<RowsColumn>,
    /// Columns that have no values here.
    pub skipped: Vec<Skipped>,
    /// What else must be said.
    pub notes: Vec<Note>,
}

/// A column with a value for each row.
#[derive(Clone, Debug)]
pub struct RowsColumn {
    /// Its name; a field of a struct is `struct.field`.
    pub name: String,
    /// Its values, in the order of rows.
    pub cells: Vec<Cell>,
}

/// A value of a row.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// There is none.
    Null,
    /// A number; a time, a time of day or a duration, in microseconds.
    Ordered(Axis, f64),
    /// A text; `true` or `false` for a boolean.
    Text(Arc<str>),
}

impl Cell {
    /// The value as a text: a number by its shortest digits, a time by ISO 8601; `None` for null.
    ///
    /// ```
    /// use kullback::summary::Axis;
    /// use kullback_table::Cell;
    ///
    /// assert_eq!(Cell::Ordered(Axis::Number, 3.0).text().as_deref(), Some("3"));
    /// assert_eq!(Cell::Null.text(), None);
    /// ```
    pub fn text(&self) -> Option<Arc<str>> {
        match self {
            Self::Null => None,
            &Self::Ordered(axis, x) => {
                let exact = true;
                Some(Ordered { axis, x, exact }.to_text().into())
            }
            Self::Text(text) => Some(Arc::clone(text)),
        }
    }
}

/// The values of one column, as rows come in. Equal texts are held once.
#[derive(Clone, Debug, Default)]
pub(crate) struct Kept {
    cells: Vec<Cell>,
    texts: HashSet<Arc<str>>,
}

impl Kept {
    pub(crate) fn len(&self) -> usize {
        self.cells.len()
    }

    pub(crate) fn push_null(&mut self) {
        self.cells.push(Cell::Null);
    }

    pub(crate) fn push_ordered(&mut self, axis: Axis, x: f64) {
        self.cells.push(Cell::Ordered(axis, x));
    }

    pub(crate) fn push_text(&mut self, text: &str) {
        let text = match self.texts.get(text) {
            Some(known) => Arc::clone(known),
            None => {
                let new: Arc<str> = text.into();
                self.texts.insert(Arc::clone(&new));
                new
            }
        };
        self.cells.push(Cell::Text(text));
    }

    pub(crate) fn into_cells(self) -> Vec<Cell> {
        self.cells
    }
}

impl Rows {
    /// Reads a source to its end. Options are those of the user, whose names must be there.
    pub(crate) fn read(
        source: &mut Source,
        plan: &Plan,
        options: &Options,
        progress: &Progress,
    ) -> Result<Self, Error> {
        let mut sinks = Sinks::new(plan);
        source.read(&mut sinks, progress)?;
        let Sinks {
            names,
            columns,
            lists,
            unread,
            rows,
            ..
        } = sinks;
        let rows = rows[0];
        let name = source.location.name().to_owned();
        if rows == 0 {
            return Err(Error::new("no rows")
                .in_file(name)
                .advise("the table needs at least one row below its header"));
        }
        let known: BTreeSet<String> = names.iter().chain(&unread).cloned().collect();
        let mut skipped = source.skipped();
        if source.fields.is_none() {
            check_known(&known, options).map_err(|error| error.in_file(&name))?;
        }
        let mut kept = Vec::with_capacity(columns.len());
        for (i, (name, mut sink)) in names.into_iter().zip(columns).enumerate() {
            sink.fill(&[rows]);
            if lists.contains(&i) {
                let reason = "it holds lists, which are no value of a row here".to_owned();
                skipped.push(Skipped {
                    column: name,
                    reason,
                });
                continue;
            }
            let cells = sink.into_cells();
            // A JSON name that was null where it was not an object is no column of its own.
            let parent = source.fields.is_none() && {
                let child = format!("{name}.");
                known.iter().any(|other| other.starts_with(&child))
            };
            if !(parent && cells.iter().all(|cell| *cell == Cell::Null)) {
                kept.push(RowsColumn { name, cells });
            }
        }
        Ok(Self {
            name,
            files: source.files(),
            rows: rows as usize,
            columns: kept,
            skipped,
            notes: source.notes(),
        })
    }
}
