//! A table as it was read: summaries of its columns, and what must be said about them.

use std::fmt;

use kullback::summary::Column;

/// One side of a comparison.
#[derive(Clone, Debug)]
pub struct Table {
    /// What the user named: a file, several, standard input, or a part of a table.
    pub name: String,
    /// The files read, each with its format.
    pub files: Vec<(String, String)>,
    /// How many rows.
    pub rows: u64,
    /// The columns that both sides have and the user wants, in the order of P.
    pub columns: Vec<TableColumn>,
    /// Columns that only this side has, with their types.
    pub unmatched: Vec<(String, String)>,
    /// Columns that cannot be compared.
    pub skipped: Vec<Skipped>,
    /// What else must be said.
    pub notes: Vec<Note>,
}

/// A column with its summary.
#[derive(Clone, Debug)]
pub struct TableColumn {
    /// The column's name; a field of a struct is `struct.field`.
    pub name: String,
    /// Its type as the source names it.
    pub type_name: String,
    /// Its summary.
    pub summary: Column,
}

/// A column that is not compared, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Skipped {
    /// The column's name.
    pub column: String,
    /// Why it is not compared.
    pub reason: String,
}

/// Something about a table that a reader of the result must know.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Note {
    /// A text file without a header; its columns are named by number.
    NoHeader {
        /// How many columns.
        columns: usize,
    },
    /// A text file without a header took the other table's names.
    BorrowedNames,
    /// A file whose content is not what its name says.
    NamedOtherwise {
        /// The file.
        file: String,
        /// What it is.
        format: String,
    },
    /// Rows that a split put on neither side.
    OnNeitherSide {
        /// How many rows.
        rows: u64,
    },
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoHeader { columns } => {
                write!(
                    f,
                    "no header found: its {columns} columns are named column_1 to column_{columns} (--header if there is one)"
                )
            }
            Self::BorrowedNames => {
                f.write_str("no header found: its columns take the other table's names, in order")
            }
            Self::NamedOtherwise { file, format } => write!(
                f,
                "{file} is {format} whatever its name says, and was read as that"
            ),
            Self::OnNeitherSide { rows } => {
                write!(f, "{rows} rows are on neither side of the split")
            }
        }
    }
}
