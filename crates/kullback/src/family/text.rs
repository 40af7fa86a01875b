//! Families as text: `normal(0, 1)`, `mixture(0.3*normal(0, 1) + 0.7*normal(4, 1))`.

use std::fmt;
use std::str::FromStr;

use super::catalogue::ENTRIES;
use super::{Error, Family, multivariate};
use crate::nearest::nearest;

pub(super) const MIXTURE: &str = "mixture(weight*family + weight*family + …)";
/// Deeper nesting is refused, so that no text can exhaust the stack.
const DEEPEST: usize = 16;

impl fmt::Display for Family {
    /// The text that parses to the same family, to the last bit.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, parameters) = self.parts();
        write!(f, "{name}(")?;
        if let Family::Mixture { components } = self {
            for (i, (weight, component)) in components.iter().enumerate() {
                let plus = if i == 0 { "" } else { " + " };
                write!(f, "{plus}{}*{component}", Number(*weight))?;
            }
        }
        for (i, &parameter) in parameters.iter().enumerate() {
            let comma = if i == 0 { "" } else { ", " };
            write!(f, "{comma}{}", Number(parameter))?;
        }
        f.write_str(")")
    }
}

/// A number in the shortest digits that read back the same, with an exponent if it is far from 1.
pub(super) struct Number(pub(super) f64);

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let x = self.0;
        if x == 0.0 || (1e-5..1e16).contains(&x.abs()) {
            write!(f, "{x}")
        } else {
            write!(f, "{x:e}")
        }
    }
}

impl FromStr for Family {
    type Err = Error;

    /// Reads `name(parameter, …)`; capitals, spaces, `_` and `-` in names make no difference.
    fn from_str(text: &str) -> Result<Family, Error> {
        parse(text, 0)
    }
}

/// The name before the first parenthesis and, if there is one and it is closed, what is inside.
pub(super) fn head(text: &str) -> (&str, Option<&str>) {
    match text.trim().split_once('(') {
        Some((name, rest)) => (name.trim(), rest.strip_suffix(')')),
        None => (text.trim(), None),
    }
}

pub(super) fn unreadable(text: &str, expected: impl Into<String>) -> Error {
    Error::Unreadable {
        text: text.trim().to_owned(),
        expected: expected.into(),
    }
}

fn parse(text: &str, depth: usize) -> Result<Family, Error> {
    let (name, inside) = head(text);
    if plain(name) == "mixture" {
        return Family::mixture(&mixture(text, depth, parse)?);
    }
    let Some(entry) = ENTRIES
        .iter()
        .find(|entry| plain(entry.info.name) == plain(name))
    else {
        return Err(if multivariate::is_named(name) {
            Error::SeveralVariables {
                name: name.to_owned(),
            }
        } else {
            unknown(name)
        });
    };
    let write = || unreadable(text, format!("write {}", entry.info.signature));
    let inside = inside.ok_or_else(write)?;
    let numbers = if inside.trim().is_empty() {
        Vec::new()
    } else {
        let number = |part: &str| {
            let expected = || format!("a number is expected, as in {}", entry.info.signature);
            part.trim()
                .parse()
                .map_err(|_| unreadable(part, expected()))
        };
        inside.split(',').map(number).collect::<Result<_, _>>()?
    };
    (entry.build)(&numbers)
}

/// Reads the components of a mixture, `mixture(weight*family + weight*family)`.
pub(super) fn mixture<T>(
    text: &str,
    depth: usize,
    parse: fn(&str, usize) -> Result<T, Error>,
) -> Result<Vec<(f64, T)>, Error> {
    if depth > DEEPEST {
        return Err(unreadable(text, "mixtures are nested too deeply"));
    }
    let (_, inside) = head(text);
    let inside = inside.ok_or_else(|| unreadable(text, format!("write {MIXTURE}")))?;
    let component = |part: &str| {
        let expected = || format!("a component is weight*family, as in {MIXTURE}");
        let (weight, family) = part
            .split_once('*')
            .ok_or_else(|| unreadable(part, expected()))?;
        let weight = weight.trim().parse();
        let weight: f64 = weight.map_err(|_| unreadable(part, expected()))?;
        Ok((weight, parse(family, depth + 1)?))
    };
    at_top_level(inside, '+')
        .into_iter()
        .map(component)
        .collect()
}

/// The parts between the separators that stand outside brackets; a `+` may be an exponent's sign.
pub(super) fn at_top_level(text: &str, separator: char) -> Vec<&str> {
    let (mut parts, mut start, mut depth, mut before) = (Vec::new(), 0, 0_i32, ' ');
    for (i, c) in text.char_indices() {
        match c {
            '(' | '[' => depth += 1,
            ')' | ']' => depth -= 1,
            _ if c == separator && depth == 0 && (c != '+' || !matches!(before, 'e' | 'E')) => {
                parts.push(&text[start..i]);
                start = i + c.len_utf8();
            }
            _ => {}
        }
        before = c;
    }
    parts.push(&text[start..]);
    parts
}

pub(super) fn plain(name: &str) -> String {
    let letters = name.chars().filter(|c| !matches!(c, '_' | '-' | ' '));
    letters.flat_map(char::to_lowercase).collect()
}

/// Why no family of one variable or of several is called so.
pub(super) fn unknown(name: &str) -> Error {
    let wanted = name.to_lowercase();
    let signature = |known: &str| {
        let mut one = ENTRIES.iter().filter(|entry| entry.info.name == known);
        let one = one.next().map(|entry| entry.info.signature);
        one.or_else(|| multivariate::signature(known))
    };
    let known = nearest(&wanted, names().into_iter());
    Error::UnknownFamily {
        name: name.to_owned(),
        nearest: known.map(|known| signature(known).unwrap_or(MIXTURE)),
    }
}

/// Whether a family of one variable has this name.
pub(super) fn is_of_one_variable(name: &str) -> bool {
    ENTRIES
        .iter()
        .any(|entry| plain(entry.info.name) == plain(name))
}

/// The names of all families of one variable and of several, as they are written.
///
/// ```
/// let names = kullback::family::names();
/// assert!(names.contains(&"student_t") && names.contains(&"wishart"));
/// ```
pub fn names() -> Vec<&'static str> {
    let one = ENTRIES.iter().map(|entry| entry.info.name);
    one.chain(multivariate::names())
        .chain(["mixture"])
        .collect()
}
