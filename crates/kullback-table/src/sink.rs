//! Where the values of one column go: a summary for each side.

use kullback::summary::{Axis, Builder, Column};

use crate::reading::Reading;
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

/// The summaries of one column: one for a whole table, two for a table that is split.
#[derive(Clone, Debug)]
pub(crate) struct Sink {
    pub(crate) reading: Reading,
    pub(crate) sides: Vec<Builder>,
}

impl Sink {
    pub(crate) fn new(reading: Reading, sides: usize) -> Self {
        Self {
            reading,
            sides: vec![Builder::new(); sides],
        }
    }

    /// Counts a value of a typed source.
    #[inline]
    pub(crate) fn push(&mut self, side: usize, value: Scalar<'_>, nulls: &NullTexts) {
        let builder = &mut self.sides[side];
        match value {
            Scalar::Null => builder.push_nulls(1),
            Scalar::Boolean(value) => builder.push_text(boolean(value), 1),
            Scalar::Ordered(value) if self.reading.categorical => {
                builder.push_text(&value.to_text(), 1)
            }
            Scalar::Ordered(value) => push(builder, value, self.reading),
            Scalar::Text(text) => self.push_texts(side, text, 1, nulls),
        }
    }

    /// Counts a text of a typed source so many times.
    pub(crate) fn push_texts(&mut self, side: usize, text: &str, times: u64, nulls: &NullTexts) {
        let builder = &mut self.sides[side];
        let trimmed = text.trim_ascii().as_bytes();
        match read(self.reading, trimmed) {
            _ if nulls.contain(trimmed) => builder.push_nulls(times),
            Read::Boolean(value) => builder.push_text(boolean(value), times),
            Read::Ordered(value) => (0..times).for_each(|_| push(builder, value, self.reading)),
            Read::Text => builder.push_text(text, times),
        }
    }

    /// Counts a field of a text file; blanks around it are not part of it.
    ///
    /// Fails when it is a text and no UTF-8.
    #[inline]
    pub(crate) fn push_field(
        &mut self,
        side: usize,
        field: &[u8],
        nulls: &NullTexts,
    ) -> Result<(), std::str::Utf8Error> {
        let builder = &mut self.sides[side];
        let field = field.trim_ascii();
        if nulls.contain(field) {
            builder.push_nulls(1);
            return Ok(());
        }
        match read(self.reading, field) {
            Read::Boolean(value) => builder.push_text(boolean(value), 1),
            Read::Ordered(value) => push(builder, value, self.reading),
            Read::Text => builder.push_bytes(field)?,
        }
        Ok(())
    }

    /// Counts the rows that a side had and this column was silent about as nulls.
    pub(crate) fn fill(&mut self, rows: &[u64]) {
        for (builder, rows) in self.sides.iter_mut().zip(rows) {
            builder.push_nulls(rows - builder.rows());
        }
    }

    pub(crate) fn finish(self) -> Vec<Column> {
        self.sides.into_iter().map(Builder::finish).collect()
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

#[inline]
fn push(builder: &mut Builder, value: Ordered, reading: Reading) {
    let Ordered { axis, x, exact } = value;
    let x = if reading.single && axis == Axis::Number {
        f64::from(x as f32)
    } else {
        x
    };
    if exact {
        builder.push(axis, x);
    } else {
        builder.push_rounded(axis, x);
    }
}
