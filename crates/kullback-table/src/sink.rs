//! Where the values of one column go: into a summary for each side, a code for each row, or a list.

use std::str::Utf8Error;
use std::sync::Arc;

use kullback::compare::Factor;
use kullback::summary::{Axis, Builder, Column};

use crate::reading::Reading;
use crate::rows::{Cell, Kept};
use crate::value::{Ordered, Scalar, boolean};

/// Texts that stand for null.
#[derive(Clone, Debug, Default)]
pub(crate) struct NullTexts {
    texts: Vec<Vec<u8>>,
    /// Whether a null text begins with this byte: most values are told apart by their first.
    first: Vec<bool>,
    empty: bool,
}

impl NullTexts {
    pub(crate) fn new(texts: impl IntoIterator<Item = impl AsRef<str>>) -> Self {
        let mut all = Self {
            first: vec![false; 256],
            ..Self::default()
        };
        for text in texts {
            match text.as_ref().trim().as_bytes() {
                [] => all.empty = true,
                text @ [first, ..] => {
                    all.first[usize::from(*first)] = true;
                    all.texts.push(text.to_vec());
                }
            }
        }
        all
    }

    #[inline]
    pub(crate) fn contain(&self, text: &[u8]) -> bool {
        match text.first() {
            None => self.empty,
            Some(&first) => {
                self.first.get(usize::from(first)) == Some(&true)
                    && self.texts.iter().any(|null| null == text)
            }
        }
    }
}

/// The values of one column, as rows come in.
#[derive(Clone, Debug)]
pub(crate) struct Sink {
    pub(crate) reading: Reading,
    rows: Rows,
}

/// What becomes of the rows: one of each for a whole table, two for a table that is split.
#[derive(Clone, Debug)]
enum Rows {
    /// They are counted by value, in any order.
    Counted(Vec<Builder>),
    /// Each becomes the level of its value, in the order of rows.
    Coded(Coded),
    /// Each is kept as it is, in the order of rows, of the one side there is.
    Kept(Kept),
}

/// The levels of a column's values.
#[derive(Clone, Debug)]
struct Coded {
    factor: Arc<Factor>,
    codes: Vec<Vec<u8>>,
    /// How many values were of no level: the table is not what it was when the levels were made.
    unknown: u64,
}

impl Coded {
    fn push(&mut self, side: usize, code: Option<u8>) {
        self.unknown += u64::from(code.is_none());
        self.codes[side].push(code.unwrap_or(0));
    }
}

impl Sink {
    /// Counts the values of a column.
    pub(crate) fn counting(reading: Reading, sides: usize) -> Self {
        let rows = Rows::Counted(vec![Builder::new(); sides]);
        Self { reading, rows }
    }

    /// Codes the values of a column.
    pub(crate) fn coding(reading: Reading, sides: usize, factor: Arc<Factor>) -> Self {
        let rows = Rows::Coded(Coded {
            factor,
            codes: vec![Vec::new(); sides],
            unknown: 0,
        });
        Self { reading, rows }
    }

    /// Keeps the values of a column that is not split.
    pub(crate) fn keeping(reading: Reading) -> Self {
        let rows = Rows::Kept(Kept::default());
        Self { reading, rows }
    }

    /// Whether the order of its rows can be seen in what becomes of them.
    pub(crate) fn keeps_order(&self) -> bool {
        matches!(self.rows, Rows::Kept(_))
    }

    /// Takes a value of a typed source.
    #[inline]
    pub(crate) fn push(&mut self, side: usize, value: Scalar<'_>, nulls: &NullTexts) {
        match value {
            Scalar::Null => self.rows.nulls(side, 1),
            Scalar::Boolean(value) => self.rows.text(side, boolean(value), 1),
            Scalar::Ordered(value) if self.reading.categorical => {
                self.rows.text(side, &value.to_text(), 1)
            }
            Scalar::Ordered(value) => self.rows.ordered(side, value, self.reading),
            Scalar::Text(text) => self.push_texts(side, text, 1, nulls),
        }
    }

    /// Takes a text of a typed source so many times.
    pub(crate) fn push_texts(&mut self, side: usize, text: &str, times: u64, nulls: &NullTexts) {
        let trimmed = text.trim_ascii().as_bytes();
        match read(self.reading, trimmed) {
            _ if nulls.contain(trimmed) => self.rows.nulls(side, times),
            Read::Boolean(value) => self.rows.text(side, boolean(value), times),
            Read::Ordered(value) => {
                (0..times).for_each(|_| self.rows.ordered(side, value, self.reading))
            }
            Read::Text => self.rows.text(side, text, times),
        }
    }

    /// Takes a field of a text file; blanks around it are not part of it.
    ///
    /// Fails when it is a text and no UTF-8.
    #[inline]
    pub(crate) fn push_field(
        &mut self,
        side: usize,
        field: &[u8],
        nulls: &NullTexts,
    ) -> Result<(), Utf8Error> {
        let field = field.trim_ascii();
        if nulls.contain(field) {
            self.rows.nulls(side, 1);
            return Ok(());
        }
        match read(self.reading, field) {
            Read::Boolean(value) => self.rows.text(side, boolean(value), 1),
            Read::Ordered(value) => self.rows.ordered(side, value, self.reading),
            Read::Text => self.rows.bytes(side, field)?,
        }
        Ok(())
    }

    /// Takes the counts of a summary, where values are counted.
    pub(crate) fn merge(&mut self, summary: &Column) {
        if let Rows::Counted(builders) = &mut self.rows {
            builders[0].merge(summary);
        }
    }

    /// Takes rows that a side had and this column was silent about as nulls.
    pub(crate) fn fill(&mut self, rows: &[u64]) {
        for (side, &rows) in rows.iter().enumerate() {
            let taken = match &self.rows {
                Rows::Counted(builders) => builders[side].rows(),
                Rows::Coded(coded) => coded.codes[side].len() as u64,
                Rows::Kept(kept) => kept.len() as u64,
            };
            self.rows.nulls(side, rows - taken);
        }
    }

    /// The level of each of some values that rows share, `None` for one of no level, so that each
    /// value is read once; `None` where rows are counted.
    pub(crate) fn levels_of(
        &self,
        values: &[Scalar<'_>],
        nulls: &NullTexts,
    ) -> Option<Vec<Option<u8>>> {
        let Rows::Coded(coded) = &self.rows else {
            return None;
        };
        let of = |&value: &Scalar<'_>| {
            let mut one = Self::coding(self.reading, 1, Arc::clone(&coded.factor));
            one.push(0, value, nulls);
            let (codes, unknown) = one.take_codes();
            (unknown == 0).then(|| codes[0][0])
        };
        Some(values.iter().map(of).collect())
    }

    /// Takes a row by its level.
    pub(crate) fn push_level(&mut self, side: usize, level: Option<u8>) {
        if let Rows::Coded(coded) = &mut self.rows {
            coded.push(side, level);
        }
    }

    /// The codes of each side's rows since the last time they were taken, and how many values had
    /// none; nothing where rows are counted.
    pub(crate) fn take_codes(&mut self) -> (Vec<Vec<u8>>, u64) {
        match &mut self.rows {
            Rows::Counted(_) | Rows::Kept(_) => Default::default(),
            Rows::Coded(coded) => {
                let empty = vec![Vec::new(); coded.codes.len()];
                (std::mem::replace(&mut coded.codes, empty), coded.unknown)
            }
        }
    }

    /// The summaries of each side; none where rows are coded or kept.
    pub(crate) fn finish(self) -> Vec<Column> {
        match self.rows {
            Rows::Counted(builders) => builders.into_iter().map(Builder::finish).collect(),
            Rows::Coded(_) | Rows::Kept(_) => Vec::new(),
        }
    }

    /// The values in the order of rows; none where rows are counted or coded.
    pub(crate) fn into_cells(self) -> Vec<Cell> {
        match self.rows {
            Rows::Kept(kept) => kept.into_cells(),
            Rows::Counted(_) | Rows::Coded(_) => Vec::new(),
        }
    }
}

impl Rows {
    #[inline]
    fn nulls(&mut self, side: usize, times: u64) {
        match self {
            Self::Counted(builders) => builders[side].push_nulls(times),
            Self::Coded(coded) => {
                (0..times).for_each(|_| coded.push(side, coded.factor.null()));
            }
            Self::Kept(kept) => (0..times).for_each(|_| kept.push_null()),
        }
    }

    #[inline]
    fn text(&mut self, side: usize, text: &str, times: u64) {
        match self {
            Self::Counted(builders) => builders[side].push_text(text, times),
            Self::Coded(coded) => {
                let code = coded.factor.text(text.as_bytes());
                (0..times).for_each(|_| coded.push(side, code));
            }
            Self::Kept(kept) => (0..times).for_each(|_| kept.push_text(text)),
        }
    }

    #[inline]
    fn bytes(&mut self, side: usize, text: &[u8]) -> Result<(), Utf8Error> {
        match self {
            Self::Counted(builders) => builders[side].push_bytes(text),
            Self::Coded(coded) => {
                coded.push(side, coded.factor.text(text));
                Ok(())
            }
            Self::Kept(kept) => std::str::from_utf8(text).map(|text| kept.push_text(text)),
        }
    }

    #[inline]
    fn ordered(&mut self, side: usize, value: Ordered, reading: Reading) {
        let Ordered { axis, x, exact } = value;
        let x = if reading.single && axis == Axis::Number {
            f64::from(x as f32)
        } else {
            x
        };
        match self {
            Self::Counted(builders) if exact => builders[side].push(axis, x),
            Self::Counted(builders) => builders[side].push_rounded(axis, x),
            Self::Coded(coded) => coded.push(side, coded.factor.number(axis, x)),
            Self::Kept(kept) => kept.push_ordered(axis, x),
        }
    }
}

/// What a text turned out to be.
enum Read {
    Boolean(bool),
    Ordered(Ordered),
    Text,
}

#[inline]
fn read(reading: Reading, text: &[u8]) -> Read {
    let number = || {
        reading
            .numbers
            .then(|| Ordered::parse_number(text))
            .flatten()
    };
    let time = || reading.times.then(|| Ordered::parse_time(text)).flatten();
    let time_of_day = || {
        reading
            .times_of_day
            .then(|| Ordered::parse_time_of_day(text))
            .flatten()
    };
    if let Some(value) = number().or_else(time).or_else(time_of_day) {
        return Read::Ordered(value);
    }
    if reading.booleans {
        if text.eq_ignore_ascii_case(b"true") || text == b"1" {
            return Read::Boolean(true);
        }
        if text.eq_ignore_ascii_case(b"false") || text == b"0" {
            return Read::Boolean(false);
        }
    }
    Read::Text
}
