//! One table, two parts: which rows are P and which are Q.

use std::cmp::Ordering;
use std::str::FromStr;

use crate::Error;
use crate::value::{Ordered, Scalar};

/// A condition on one column that splits a table in two.
///
/// - `color=yellow,green`: P is the rows with `yellow`, Q those with `green`;
/// - `color=yellow`: P is the rows with `yellow`, Q all others;
/// - `pickup<2019-03-15` (also `<=`, `>`, `>=`): P is the rows for which it holds, Q the others.
///
/// Rows whose value is null, or cannot be compared with the condition's, are in neither part.
#[derive(Clone, Debug, PartialEq)]
pub struct By {
    column: String,
    test: Test,
    text: String,
}

#[derive(Clone, Debug, PartialEq)]
enum Test {
    Equals { p: Operand, q: Option<Operand> },
    Orders { holds: [bool; 3], operand: Operand },
}

/// A value in a condition, as each of the things that its text may write.
#[derive(Clone, Debug, PartialEq)]
struct Operand {
    text: String,
    ordered: Option<Ordered>,
}

impl Operand {
    fn new(text: &str) -> Self {
        let text = text.trim();
        Self {
            text: text.to_owned(),
            ordered: ordered(text),
        }
    }

    fn equals(&self, value: &Scalar<'_>) -> bool {
        match value {
            Scalar::Text(text) if *text == self.text => true,
            _ => self.compare(value) == Some(Ordering::Equal),
        }
    }

    /// How `value` compares with this; `None` where they are of different kinds.
    fn compare(&self, value: &Scalar<'_>) -> Option<Ordering> {
        let value_ordered = match value {
            Scalar::Ordered(value) => Some(*value),
            Scalar::Text(text) => ordered(text),
            Scalar::Null | Scalar::Boolean(_) => None,
        };
        match (value_ordered, self.ordered) {
            (Some(value), Some(operand)) if value.axis == operand.axis => {
                value.x.partial_cmp(&operand.x)
            }
            (None, None) => value.text().map(|text| (*text).cmp(&*self.text)),
            _ => None,
        }
    }
}

fn ordered(text: &str) -> Option<Ordered> {
    let text = text.trim().as_bytes();
    Ordered::parse_number(text)
        .or_else(|| Ordered::parse_time(text))
        .or_else(|| Ordered::parse_time_of_day(text))
}

impl By {
    /// The column that the condition is on.
    pub fn column(&self) -> &str {
        &self.column
    }

    /// The rows of P and those of Q, in words.
    pub fn parts(&self) -> [String; 2] {
        match &self.test {
            Test::Equals { p, q } => {
                let name = |operand: &Operand| format!("{} = {}", self.column, operand.text);
                let rest = || format!("{} ≠ {}", self.column, p.text);
                [name(p), q.as_ref().map_or_else(rest, name)]
            }
            Test::Orders { .. } => [self.text.clone(), format!("not {}", self.text)],
        }
    }

    /// 0 for a row of P, 1 for one of Q, `None` for neither.
    pub(crate) fn side(&self, value: &Scalar<'_>) -> Option<usize> {
        if matches!(value, Scalar::Null) {
            return None;
        }
        match &self.test {
            Test::Equals { p, q } => match q {
                _ if p.equals(value) => Some(0),
                Some(q) => q.equals(value).then_some(1),
                None => Some(1),
            },
            Test::Orders { holds, operand } => {
                let order = operand.compare(value)?;
                Some(if holds[(order as i8 + 1) as usize] {
                    0
                } else {
                    1
                })
            }
        }
    }
}

/// Reads a condition.
///
/// ```
/// use kullback_table::By;
///
/// let by: By = "color=yellow,green".parse()?;
/// assert_eq!(by.column(), "color");
/// assert_eq!(by.parts(), ["color = yellow", "color = green"]);
/// assert!("color".parse::<By>().is_err());
/// # Ok::<(), kullback_table::Error>(())
/// ```
impl FromStr for By {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let bad = || {
            Error::new(format!("`{text}` splits nothing"))
                .advise("write column=a,b or column=a or column<x (also <=, >, >=)")
        };
        let at = text.find(['=', '<', '>']).ok_or_else(bad)?;
        let (column, rest) = text.split_at(at);
        let (holds, operand) = match rest.as_bytes() {
            [b'<', b'=', ..] => ([true, true, false], &rest[2..]),
            [b'>', b'=', ..] => ([false, true, true], &rest[2..]),
            [b'<', ..] => ([true, false, false], &rest[1..]),
            [b'>', ..] => ([false, false, true], &rest[1..]),
            _ => ([false, true, false], rest[1..].trim_start_matches('=')),
        };
        if column.trim().is_empty() || operand.trim().is_empty() {
            return Err(bad());
        }
        let test = if rest.starts_with('=') {
            let (p, q) = operand
                .split_once(',')
                .map_or((operand, None), |(p, q)| (p, Some(q)));
            if q.is_some_and(|q| q.contains(',') || q.trim() == p.trim()) {
                return Err(bad());
            }
            Test::Equals {
                p: Operand::new(p),
                q: q.map(Operand::new),
            }
        } else {
            Test::Orders {
                holds,
                operand: Operand::new(operand),
            }
        };
        Ok(Self {
            column: column.trim().to_owned(),
            test,
            text: text.trim().to_owned(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn side(by: &str, value: Scalar<'_>) -> Option<usize> {
        by.parse::<By>().unwrap().side(&value)
    }

    #[test]
    fn equality_is_by_text_or_by_value() {
        assert_eq!(side("c=a,b", Scalar::Text("a")), Some(0));
        assert_eq!(side("c=a,b", Scalar::Text("b")), Some(1));
        assert_eq!(side("c=a,b", Scalar::Text("c")), None);
        assert_eq!(side("c=a", Scalar::Text("c")), Some(1));
        assert_eq!(side("c=a", Scalar::Null), None);
        assert_eq!(side("c=1,2", Scalar::Text("1.0")), Some(0));
        assert_eq!(side("c=true", Scalar::Boolean(true)), Some(0));
    }

    #[test]
    fn order_is_by_number_time_or_text() {
        let number = |x| Scalar::Ordered(Ordered::float(x));
        assert_eq!(side("h<12", number(3.0)), Some(0));
        assert_eq!(side("h<12", number(12.0)), Some(1));
        assert_eq!(side("h>=12", number(12.0)), Some(0));
        assert_eq!(side("h<12", number(f64::NAN)), None);
        assert_eq!(
            side("t<2019-03-15", Scalar::Text("2019-03-14 23:59:59")),
            Some(0)
        );
        assert_eq!(
            side("t<2019-03-15", Scalar::Text("2019-03-15 00:00:00")),
            Some(1)
        );
        assert_eq!(side("t<2019-03-15", Scalar::Text("soon")), None);
        assert_eq!(side("s<m", Scalar::Text("b")), Some(0));
    }

    #[test]
    fn nonsense_is_refused() {
        for text in ["", "c", "=a", "c=", "c=a,b,c", "c=a,a", "<3"] {
            assert!(text.parse::<By>().is_err(), "{text}");
        }
    }
}
