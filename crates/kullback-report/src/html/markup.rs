//! HTML that a text cannot break out of.

use std::fmt::Write as _;

use crate::text::{cut, plain};

/// The longest text that is shown, in columns of a terminal; the JSON has all of it.
const LONGEST: usize = 200;

/// The longest value in a line of its own.
const LONGEST_VALUE: usize = 60;

/// HTML in the making. Markup is known when the program is compiled; all that is known later goes
/// through a method that escapes it, so that no name and no value can become markup.
#[derive(Debug, Default)]
pub(super) struct Markup(String);

impl Markup {
    /// Tags and words of the program itself.
    pub(super) fn raw(&mut self, markup: &'static str) -> &mut Self {
        self.0.push_str(markup);
        self
    }

    /// A text of the report's own making, such as a number as people read it. In quoted attributes
    /// it is as safe as between tags.
    pub(super) fn text(&mut self, text: &str) -> &mut Self {
        for c in plain(text).chars() {
            match c {
                '<' => self.0.push_str("&lt;"),
                '>' => self.0.push_str("&gt;"),
                '&' => self.0.push_str("&amp;"),
                '"' => self.0.push_str("&quot;"),
                '\'' => self.0.push_str("&#39;"),
                c => self.0.push(c),
            }
        }
        self
    }

    /// A text from a table: cut where it is very long.
    pub(super) fn outside(&mut self, text: &str) -> &mut Self {
        self.text(&cut(&plain(text), LONGEST))
    }

    /// A name from a table, whose script may run from right to left without turning what is beside
    /// it.
    pub(super) fn name(&mut self, text: &str) -> &mut Self {
        self.raw("<bdi>").outside(text).raw("</bdi>")
    }

    /// A value from a table, as a name in a line of its own.
    pub(super) fn value(&mut self, text: &str) -> &mut Self {
        self.name(&cut(&plain(text), LONGEST_VALUE))
    }

    /// Names with commas between them, the first `most` of them.
    pub(super) fn names(&mut self, names: &[&str], most: usize) -> &mut Self {
        for (i, name) in names.iter().take(most).enumerate() {
            if i > 0 {
                self.raw(", ");
            }
            self.name(name);
        }
        if names.len() > most {
            self.raw(" and ").whole(names.len() - most).raw(" more");
        }
        self
    }

    /// A whole number, as an identifier or a coordinate has it.
    pub(super) fn whole(&mut self, n: usize) -> &mut Self {
        self.number(n as f64, 0)
    }

    /// A number with at most so many decimals, as coordinates and styles have it: nothing that is
    /// not finite is drawn.
    pub(super) fn number(&mut self, x: f64, decimals: usize) -> &mut Self {
        let text = format!("{:.decimals$}", if x.is_finite() { x } else { 0.0 });
        let text = match text.contains('.') {
            true => text.trim_end_matches('0').trim_end_matches('.'),
            false => &text,
        };
        let text = if text == "-0" { "0" } else { text };
        // Writing to a string cannot fail.
        let _ = match text.strip_prefix("0.") {
            Some(fraction) => write!(self.0, ".{fraction}"),
            None => write!(self.0, "{text}"),
        };
        self
    }

    /// The HTML.
    pub(super) fn finish(self) -> String {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(by: impl FnOnce(&mut Markup) -> &mut Markup) -> String {
        let mut markup = Markup::default();
        by(&mut markup);
        markup.finish()
    }

    #[test]
    fn texts_stay_texts() {
        assert_eq!(
            made(|m| m.name("<script>alert('1' & \"2\")</script>")),
            "<bdi>&lt;script&gt;alert(&#39;1&#39; &amp; &quot;2&quot;)&lt;/script&gt;</bdi>"
        );
        assert_eq!(
            made(|m| m.name("\u{202e}\u{1b}[2J\n")),
            "<bdi>\\u{202e}\\u{1b}[2J\\n</bdi>"
        );
        assert_eq!(made(|m| m.outside(&"&".repeat(1000))).len(), 5 * 199 + 3);
    }

    #[test]
    fn coordinates_are_short() {
        let of = |x, decimals| made(|m| m.number(x, decimals));
        assert_eq!(of(0.5, 2), ".5");
        assert_eq!(of(100.0, 0), "100");
        assert_eq!(of(-0.001, 1), "0");
        assert_eq!(of(12.345, 2), "12.35");
        assert_eq!(of(f64::NAN, 2), "0");
    }
}
