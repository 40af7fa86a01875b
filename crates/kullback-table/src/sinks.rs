//! Where the rows of one source go, and which of its columns.

use std::collections::{BTreeSet, HashMap};

use crate::Options;
use crate::by::By;
use crate::reading::{Declared, Reading};
use crate::sink::{NullTexts, Sink};
use crate::value::Scalar;

/// What is to be done with the columns of a source.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    pub(crate) by: Option<By>,
    /// What stands for null in a text file.
    pub(crate) field_nulls: NullTexts,
    /// What stands for null in the strings of a typed source: nothing unless the user says so.
    pub(crate) string_nulls: NullTexts,
    pub(crate) options: Options,
    /// The other table's declarations; where it has no schema, every name may be there.
    pub(crate) other: Option<HashMap<String, Declared>>,
}

impl Plan {
    /// Whether the user wants the column compared.
    pub(crate) fn wants(&self, name: &str) -> bool {
        self.options.want(name) && self.by.as_ref().is_none_or(|by| by.column() != name)
    }

    /// How the column is to be read here; `None` when it is not to be.
    fn reading(&self, name: &str, declared: &Declared) -> Option<Reading> {
        if !self.wants(name) {
            return None;
        }
        let other = match &self.other {
            Some(fields) => fields.get(name)?,
            None => &Declared::Json,
        };
        // A table that is split is compared with itself.
        let other = if self.by.is_some() { declared } else { other };
        Some(Reading::agree(
            declared,
            other,
            self.options.types.get(name).copied(),
        ))
    }
}

/// The summaries of one source, as rows come in.
pub(crate) struct Sinks<'a> {
    pub(crate) plan: &'a Plan,
    pub(crate) names: Vec<String>,
    pub(crate) columns: Vec<Sink>,
    /// Columns in which a list was met: they have no value to count.
    pub(crate) lists: BTreeSet<usize>,
    /// Columns that are not read, for the other table lacks them or the user does not want them,
    /// in the order in which they were met.
    pub(crate) unread: Vec<String>,
    /// How many rows went to each side.
    pub(crate) rows: Vec<u64>,
    /// How many rows were read, on a side or not.
    pub(crate) read: u64,
    index: HashMap<String, Option<usize>>,
}

impl<'a> Sinks<'a> {
    pub(crate) fn new(plan: &'a Plan) -> Self {
        let sides = if plan.by.is_some() { 2 } else { 1 };
        Self {
            plan,
            names: Vec::new(),
            columns: Vec::new(),
            lists: BTreeSet::new(),
            unread: Vec::new(),
            rows: vec![0; sides],
            read: 0,
            index: HashMap::new(),
        }
    }

    /// The number of the column's sink; `None` when the column is not wanted.
    pub(crate) fn of(&mut self, name: &str, declared: &Declared) -> Option<usize> {
        if let Some(&known) = self.index.get(name) {
            return known;
        }
        let new = self.plan.reading(name, declared).map(|reading| {
            self.names.push(name.to_owned());
            self.columns.push(Sink::new(reading, self.rows.len()));
            self.columns.len() - 1
        });
        if new.is_none() {
            self.unread.push(name.to_owned());
        }
        self.index.insert(name.to_owned(), new);
        new
    }

    /// Whether a column of this name was met, wanted or not.
    pub(crate) fn met(&self, name: &str) -> bool {
        self.index.contains_key(name)
    }

    /// Counts a row and gives the side that a row with this value in the splitting column is on.
    pub(crate) fn route(&mut self, by: Option<&Scalar<'_>>) -> Option<usize> {
        self.read += 1;
        let side = match (&self.plan.by, by) {
            (Some(by), Some(value)) => by.side(value)?,
            (Some(_), None) => return None,
            (None, _) => 0,
        };
        self.rows[side] += 1;
        Some(side)
    }
}
