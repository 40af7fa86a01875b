//! How the values of one column become features.

use std::collections::BTreeMap;

use kullback::summary::Axis;
use serde::{Deserialize, Serialize};

use super::{Column, Value};
use crate::Error;

/// How many texts of a column have a feature of their own.
const MOST_TEXTS: usize = 100;

/// How one column is coded.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Code {
    pub(super) name: String,
    /// What its numbers are; `None` where training had none.
    numbers: Option<Numbers>,
    /// The texts with a feature of their own, in order.
    pub(super) texts: Vec<String>,
    /// Whether training had more texts.
    other_texts: bool,
    pub(super) nulls: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Numbers {
    kind: Kind,
    mean: f64,
    /// 0 where all are the same, so that there is no feature.
    deviation: f64,
}

/// The axis of the numbers, as the file has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    Number,
    Time,
    TimeOfDay,
    Duration,
}

impl Kind {
    fn of(axis: Axis) -> Self {
        match axis {
            Axis::Number => Self::Number,
            Axis::Time => Self::Time,
            Axis::TimeOfDay => Self::TimeOfDay,
            Axis::Duration => Self::Duration,
        }
    }

    fn axis(self) -> Axis {
        match self {
            Self::Number => Axis::Number,
            Self::Time => Axis::Time,
            Self::TimeOfDay => Axis::TimeOfDay,
            Self::Duration => Axis::Duration,
        }
    }

    fn plural(self) -> &'static str {
        match self {
            Self::Number => "numbers",
            Self::Time => "times",
            Self::TimeOfDay => "times of day",
            Self::Duration => "durations",
        }
    }
}

/// Rows of tables are counted from 1, the first below the header.
pub(super) fn place(column: &str, row: usize) -> String {
    format!("column `{column}`, row {}", row + 1)
}

pub(super) fn pixel(value: &Value) -> Result<f64, Error> {
    let what = match value {
        Value::Ordered(Axis::Number, x) if x.is_finite() && *x >= 0.0 => return Ok(*x),
        Value::Ordered(Axis::Number, x) => format!("the pixel {x}"),
        Value::Ordered(..) => "a time where a pixel should be".to_owned(),
        Value::Null => "no pixel".to_owned(),
        Value::Text(text) => format!("the text `{text}` where a pixel should be"),
    };
    Err(Error::new(what)
        .advise("pixels are finite numbers from 0 on; leave out what is no pixel with --exclude"))
}

/// Whether a value was of those that training had met.
pub(super) enum Met {
    Yes,
    NullUnseen,
    TextUnseen,
}

impl Code {
    /// Codes pixels: numbers from 0 to `largest`, divided by it.
    pub(super) fn as_pixels(&mut self, largest: f64) {
        self.numbers = Some(Numbers {
            kind: Kind::Number,
            mean: 0.0,
            deviation: largest,
        });
    }

    pub(super) fn fit(name: &str, parts: &[(&str, &Column)]) -> Result<Code, Error> {
        let mut kind = None;
        let mut numbers = Vec::new();
        let mut texts: BTreeMap<&str, usize> = BTreeMap::new();
        let mut nulls = false;
        for (i, (table, part)) in parts.iter().enumerate() {
            // What the first table has no value of, the others may not have either.
            let (no_numbers, no_texts) = (i > 0 && kind.is_none(), i > 0 && texts.is_empty());
            for (row, value) in part.values.iter().enumerate() {
                let at = |error: Error| error.at(place(name, row)).at(table);
                match value {
                    Value::Null => nulls = true,
                    Value::Text(text) if no_texts => {
                        let had = kind.map_or("nulls alone", Kind::plural);
                        return Err(at(text_among(text, had)));
                    }
                    &Value::Ordered(axis, _) if no_numbers => {
                        return Err(at(among_texts(Kind::of(axis))));
                    }
                    Value::Text(text) => *texts.entry(text).or_default() += 1,
                    &Value::Ordered(axis, x) => {
                        let new = Kind::of(axis);
                        let kind = *kind.get_or_insert(new);
                        numbers.push(number(x, new, kind).map_err(at)?);
                    }
                }
            }
        }
        let mean = mean_of(&numbers);
        let squares: Vec<f64> = numbers.iter().map(|x| (x - mean) * (x - mean)).collect();
        let deviation = mean_of(&squares).sqrt();
        let numbers = kind.map(|kind| Numbers {
            kind,
            mean,
            deviation,
        });
        let mut frequent: Vec<(&str, usize)> = texts.into_iter().collect();
        // A stable sort: texts as frequent as each other stay in order.
        frequent.sort_by_key(|&(_, count)| std::cmp::Reverse(count));
        let other_texts = frequent.len() > MOST_TEXTS;
        frequent.truncate(MOST_TEXTS);
        let mut texts: Vec<String> = frequent
            .iter()
            .map(|(text, _)| (*text).to_owned())
            .collect();
        texts.sort_unstable();
        Ok(Code {
            name: name.to_owned(),
            numbers,
            texts,
            other_texts,
            nulls,
        })
    }

    /// The axis of its numbers, if it has any.
    pub(super) fn axis(&self) -> Option<Axis> {
        self.numbers.as_ref().map(|numbers| numbers.kind.axis())
    }

    pub(super) fn has_number(&self) -> bool {
        self.numbers
            .as_ref()
            .is_some_and(|numbers| numbers.deviation > 0.0)
    }

    /// One text and nothing else tells no rows apart, and is no feature.
    fn has_texts(&self) -> bool {
        self.texts.len() > 1 || self.numbers.is_some() || self.nulls
    }

    pub(super) fn width(&self) -> usize {
        let texts = self.texts.len() + usize::from(self.other_texts);
        let texts = if self.has_texts() { texts } else { 0 };
        usize::from(self.has_number()) + usize::from(self.nulls) + texts
    }

    /// Writes the features of one value, which are 0 before.
    pub(super) fn write(
        &self,
        value: &Value,
        features: &mut [f32],
        image: bool,
    ) -> Result<Met, Error> {
        let number_features = usize::from(self.has_number());
        let text_features = number_features + usize::from(self.nulls);
        if image {
            pixel(value)?;
        }
        match value {
            Value::Null if self.nulls => features[number_features] = 1.0,
            Value::Null => return Ok(Met::NullUnseen),
            &Value::Ordered(axis, x) => {
                let Some(numbers) = &self.numbers else {
                    return Err(among_texts(Kind::of(axis)));
                };
                let x = number(x, Kind::of(axis), numbers.kind)?;
                if number_features == 1 {
                    features[0] = ((x - numbers.mean) / numbers.deviation) as f32;
                }
            }
            Value::Text(text) => {
                if self.texts.is_empty() {
                    let had = self.numbers.as_ref().map(|numbers| numbers.kind.plural());
                    return Err(text_among(text, had.unwrap_or("nulls alone")));
                }
                match self
                    .texts
                    .binary_search_by(|known| known.as_str().cmp(text))
                {
                    Ok(_) if !self.has_texts() => {}
                    Ok(i) => features[text_features + i] = 1.0,
                    Err(_) if self.other_texts => features[text_features + self.texts.len()] = 1.0,
                    Err(_) => return Ok(Met::TextUnseen),
                }
            }
        }
        Ok(Met::Yes)
    }
}

fn text_among(text: &str, had: &str) -> Error {
    Error::new(format!("the text `{text}` where training had {had}"))
        .advise("mend it, or say that it stands for null with --null-values")
}

fn among_texts(kind: Kind) -> Error {
    Error::new(format!("{} where training had texts", kind.plural()))
        .advise("read the column as --column-type NAME=categorical")
}

fn number(x: f64, found: Kind, expected: Kind) -> Result<f64, Error> {
    if found != expected {
        return Err(
            Error::new(format!("{} among {}", found.plural(), expected.plural()))
                .advise("say what the column is with --column-type"),
        );
    }
    if !x.is_finite() {
        return Err(Error::new(format!("the number {x}"))
            .advise("a feature is finite: leave such rows out, or say that it stands for null with --null-values"));
    }
    Ok(x)
}

/// The mean, its rounding errors carried along (Neumaier 1974); 0 of nothing.
fn mean_of(values: &[f64]) -> f64 {
    let (mut sum, mut carried) = (0.0f64, 0.0);
    for &x in values {
        let next = sum + x;
        carried += if sum.abs() >= x.abs() {
            (sum - next) + x
        } else {
            (x - next) + sum
        };
        sum = next;
    }
    (sum + carried) / values.len().max(1) as f64
}
