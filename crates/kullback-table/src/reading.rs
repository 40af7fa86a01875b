//! How a column's texts are to be read, agreed over both tables.

use std::fmt;
use std::str::FromStr;

/// What a source says of a column's type before a row is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Declared {
    /// A field of a CSV file, which may be anything.
    Untyped,
    /// A value of a JSON file: typed value by value, times written as strings.
    Json,
    /// A string column of a typed format.
    Text,
    /// A boolean column of a typed format.
    Boolean,
    /// A number or time column of a typed format.
    Ordered,
    /// A column of 32-bit floats.
    Single,
}

/// A column as its source declares it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Field {
    pub(crate) name: String,
    pub(crate) declared: Declared,
    /// The type as the source names it.
    pub(crate) type_name: String,
}

/// The type that a user gives a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColumnType {
    /// Numbers; a text that is no number stays a text.
    Number,
    /// Dates and times; a text that is no time stays a text.
    Time,
    /// Categories: every value by its text, numbers too.
    Categorical,
}

impl FromStr for ColumnType {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "number" | "numeric" => Ok(Self::Number),
            "time" | "date" | "timestamp" => Ok(Self::Time),
            "categorical" | "category" | "text" => Ok(Self::Categorical),
            _ => Err(format!(
                "`{text}` is no column type; number, time and categorical are"
            )),
        }
    }
}

impl fmt::Display for ColumnType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Number => "number",
            Self::Time => "time",
            Self::Categorical => "categorical",
        })
    }
}

/// How the values of a column are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Reading {
    /// What texts are tried as, before they are taken as texts.
    pub(crate) numbers: bool,
    pub(crate) times: bool,
    pub(crate) times_of_day: bool,
    pub(crate) booleans: bool,
    /// Numbers and times of a typed source are to be read as their texts.
    pub(crate) categorical: bool,
    /// Numbers are rounded to the other table's single precision, in which 0.1 is another number.
    pub(crate) single: bool,
}

/// How values are read, in words.
impl fmt::Display for Reading {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self {
                categorical: true, ..
            } => "categories",
            Self { single: true, .. } => "numbers of single precision",
            Self {
                numbers: true,
                times: true,
                ..
            } => "whatever each text writes",
            Self { numbers: true, .. } => "numbers",
            Self {
                times_of_day: true, ..
            } => "times",
            Self { booleans: true, .. } => "booleans",
            Self { times: true, .. } => "texts and times",
            _ => "it is declared",
        })
    }
}

impl Reading {
    const TEXT: Self = Self {
        numbers: false,
        times: false,
        times_of_day: false,
        booleans: false,
        categorical: false,
        single: false,
    };

    const ANYTHING: Self = Self {
        numbers: true,
        times: true,
        times_of_day: true,
        ..Self::TEXT
    };

    /// The reading of a column that is declared `this` here and `other` in the other table.
    ///
    /// Texts of a typed source stay texts while both tables say so. Where the other table has
    /// another type, or none, each text is read as what it writes. JSON has numbers of its own, and
    /// writes dates as strings.
    pub(crate) fn agree(this: &Declared, other: &Declared, forced: Option<ColumnType>) -> Self {
        use Declared::{Boolean, Json, Ordered, Single, Text, Untyped};
        let agreed = match (forced, this, other) {
            (Some(ColumnType::Categorical), ..) => Self {
                categorical: true,
                ..Self::TEXT
            },
            (Some(ColumnType::Number), ..) => Self {
                numbers: true,
                ..Self::TEXT
            },
            (Some(ColumnType::Time), ..) => Self {
                numbers: false,
                ..Self::ANYTHING
            },
            (None, Untyped | Text | Json, Boolean) => Self {
                booleans: true,
                ..Self::TEXT
            },
            (None, Untyped, _) | (None, _, Untyped | Ordered | Single) => Self::ANYTHING,
            (None, Json, Json) => Self {
                times: true,
                ..Self::TEXT
            },
            _ => Self::TEXT,
        };
        Self {
            single: *other == Single && *this != Single,
            ..agreed
        }
    }
}
