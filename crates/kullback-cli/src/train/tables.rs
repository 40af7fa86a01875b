//! Tables as columns to learn from.

use std::collections::BTreeMap;
use std::sync::Arc;

use kullback::summary::Axis;
use kullback_learn::{Applied, Column, Features, Value};
use kullback_table::{Cell, ColumnType, Location, Options, Rows, RowsColumn, read_rows};

use crate::fail::Fail;
use crate::progress;

/// How columns are to be read, so that their values are of the kinds that training had.
pub(crate) type Like = BTreeMap<String, ColumnType>;

/// Texts of labels, as the table has them; null where there is none.
pub(crate) type Labels = Vec<Option<Arc<str>>>;

/// A table, in memory.
pub(crate) struct Table {
    pub(crate) name: String,
    pub(crate) columns: Vec<Column>,
    /// The labels, where the table has them.
    pub(crate) labels: Option<Labels>,
    pub(crate) notes: Vec<String>,
}

impl Table {
    /// Reads a table, with the labels apart.
    pub(crate) fn read(
        name: &str,
        options: &Options,
        like: &Like,
        label: &str,
    ) -> Result<Self, Fail> {
        let location = Location::parse(name)?;
        let rows = progress::shown(|progress| {
            progress.begin(location.bytes());
            read_rows(&location, options, like, progress)
        })?;
        let Rows {
            name,
            columns,
            skipped,
            notes,
            ..
        } = rows;
        let notes = notes.iter().map(|note| format!("{name}: {note}"));
        let skipped = skipped
            .iter()
            .map(|skipped| format!("{name}: column `{}`: {}", skipped.column, skipped.reason));
        let notes = notes.chain(skipped).collect();
        let (labels, columns): (Vec<_>, Vec<_>) =
            columns.into_iter().partition(|column| column.name == label);
        let labels = labels.into_iter().next();
        Ok(Self {
            name,
            columns: columns.into_iter().map(column).collect(),
            labels: labels.map(|column| column.cells.iter().map(Cell::text).collect()),
            notes,
        })
    }

    /// The labels.
    pub(crate) fn labels(&self, label: &str) -> Result<&Labels, Fail> {
        self.labels.as_ref().ok_or_else(|| {
            let names: Vec<&str> = self
                .columns
                .iter()
                .map(|column| column.name.as_str())
                .take(30)
                .collect();
            let same = names.iter().find(|name| name.eq_ignore_ascii_case(label));
            Fail::new(format!(
                "{}: there is no column `{label}` of labels",
                self.name
            ))
            .advise(match same {
                Some(same) => format!("did you mean `{same}`?"),
                None => format!("the columns are: {}", names.join(", ")),
            })
        })
    }

    /// The features of the rows, and notes on what training had not met.
    pub(crate) fn features(&self, features: &Features) -> Result<(Applied, Vec<String>), Fail> {
        let applied = features
            .apply(&self.columns)
            .map_err(|error| Fail::from(error).of(&self.name))?;
        let unseen = applied.unseen.iter().map(|unseen| {
            let rows = if unseen.rows == 1 {
                "row has"
            } else {
                "rows have"
            };
            format!(
                "{}: column `{}`: {} {rows} {} that training had not, which are no feature",
                self.name, unseen.column, unseen.rows, unseen.what
            )
        });
        let mut notes: Vec<String> = unseen.collect();
        if !applied.unused.is_empty() {
            let names = applied.unused.join(", ");
            notes.push(format!("{}: not used: {names}", self.name));
        }
        Ok((applied, notes))
    }

    /// How other tables are to be read.
    pub(crate) fn like(&self) -> Like {
        let kinds = self.columns.iter().map(|column| {
            let axis = column.values.iter().find_map(|value| match value {
                Value::Ordered(axis, _) => Some(*axis),
                _ => None,
            });
            let texts = column
                .values
                .iter()
                .any(|value| matches!(value, Value::Text(_)));
            (column.name.as_str(), axis, texts)
        });
        like(kinds)
    }
}

/// How columns of these kinds are to be read: the axis of their numbers, if any, and whether they have texts.
pub(crate) fn like<'a>(kinds: impl Iterator<Item = (&'a str, Option<Axis>, bool)>) -> Like {
    let kind = |(name, axis, texts): (&str, Option<Axis>, bool)| {
        let kind = match (axis, texts) {
            (Some(Axis::Number), false) => ColumnType::Number,
            (Some(Axis::Time), false) => ColumnType::Time,
            (None, true) => ColumnType::Categorical,
            // Both, or times of day: value by value.
            _ => return None,
        };
        Some((name.to_owned(), kind))
    };
    kinds.filter_map(kind).collect()
}

fn column(column: RowsColumn) -> Column {
    let value = |cell: Cell| match cell {
        Cell::Null => Value::Null,
        Cell::Ordered(axis, x) => Value::Ordered(axis, x),
        Cell::Text(text) => Value::Text(text),
    };
    Column {
        name: column.name,
        values: column.cells.into_iter().map(value).collect(),
    }
}
