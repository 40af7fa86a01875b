//! Families as text: `normal(0, 1)`, `mixture(0.3*normal(0, 1) + 0.7*normal(4, 1))`.

use std::fmt;
use std::str::FromStr;

use super::catalogue::ENTRIES;
use super::{Error, Family};
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
struct Number(f64);

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

fn parse(text: &str, depth: usize) -> Result<Family, Error> {
    let unreadable = |expected: &str| Error::Unreadable {
        text: text.trim().to_owned(),
        expected: expected.to_owned(),
    };
    if depth > DEEPEST {
        return Err(unreadable("mixtures are nested too deeply"));
    }
    let (name, rest) = match text.trim().split_once('(') {
        Some((name, rest)) => (name.trim(), Some(rest)),
        None => (text.trim(), None),
    };
    if plain(name) == "mixture" {
        let inside = rest.and_then(|rest| rest.strip_suffix(')'));
        let inside = inside.ok_or_else(|| unreadable(&format!("write {MIXTURE}")))?;
        return mixture(inside, depth);
    }
    let Some(entry) = ENTRIES
        .iter()
        .find(|entry| plain(entry.name) == plain(name))
    else {
        return Err(unknown(name));
    };
    let inside = rest.and_then(|rest| rest.strip_suffix(')'));
    let inside = inside.ok_or_else(|| unreadable(&format!("write {}", entry.signature)))?;
    let numbers = if inside.trim().is_empty() {
        Vec::new()
    } else {
        let number = |part: &str| {
            part.trim().parse().map_err(|_| Error::Unreadable {
                text: part.trim().to_owned(),
                expected: format!("a number is expected, as in {}", entry.signature),
            })
        };
        inside.split(',').map(number).collect::<Result<_, _>>()?
    };
    (entry.build)(&numbers)
}

/// Reads the components of a mixture, `weight*family + weight*family`.
fn mixture(inside: &str, depth: usize) -> Result<Family, Error> {
    let mut components = Vec::new();
    for part in at_top_level(inside) {
        let unreadable = || Error::Unreadable {
            text: part.trim().to_owned(),
            expected: format!("a component is weight*family, as in {MIXTURE}"),
        };
        let (weight, family) = part.split_once('*').ok_or_else(unreadable)?;
        let weight: f64 = weight.trim().parse().map_err(|_| unreadable())?;
        components.push((weight, parse(family, depth + 1)?));
    }
    Family::mixture(&components)
}

/// The parts between the `+` signs that stand outside brackets and are no sign of an exponent.
fn at_top_level(text: &str) -> Vec<&str> {
    let (mut parts, mut start, mut depth, mut before) = (Vec::new(), 0, 0_i32, ' ');
    for (i, c) in text.char_indices() {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            '+' if depth == 0 && !matches!(before, 'e' | 'E') => {
                parts.push(&text[start..i]);
                start = i + 1;
            }
            _ => {}
        }
        before = c;
    }
    parts.push(&text[start..]);
    parts
}

fn plain(name: &str) -> String {
    let letters = name.chars().filter(|c| !matches!(c, '_' | '-' | ' '));
    letters.flat_map(char::to_lowercase).collect()
}

fn unknown(name: &str) -> Error {
    let wanted = name.to_lowercase();
    let known = nearest(&wanted, names().iter().copied());
    let signature = |known| ENTRIES.iter().find(|entry| entry.name == known);
    Error::UnknownFamily {
        name: name.to_owned(),
        nearest: known.map(|known| signature(known).map_or(MIXTURE, |entry| entry.signature)),
    }
}

/// The names of all families, as they are written.
///
/// ```
/// assert!(kullback::family::names().contains(&"student_t"));
/// ```
pub fn names() -> Vec<&'static str> {
    let mixture = std::iter::once("mixture");
    ENTRIES
        .iter()
        .map(|entry| entry.name)
        .chain(mixture)
        .collect()
}
