//! Text from tables on a terminal: its width, and nothing that a terminal would obey.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// The text with control and direction characters and line separators written out, so that no
/// value of a table moves the cursor, sets a colour, ends the line or turns it around.
pub fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        let turns = matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        if c.is_control() || turns {
            out.extend(c.escape_default());
        } else {
            out.push(c);
        }
    }
    out
}

pub(crate) fn width(text: &str) -> usize {
    text.width()
}

/// The text cut to `room` columns, with `…` where something was cut.
pub(crate) fn cut(text: &str, room: usize) -> String {
    if width(text) <= room {
        return text.to_owned();
    }
    let mut out = String::new();
    let mut used = 1;
    for c in text.chars() {
        used += c.width().unwrap_or(0);
        if used > room {
            break;
        }
        out.push(c);
    }
    out.push('…');
    out
}

/// The text cut to `room` columns at its front, with `…` where something was cut.
pub(crate) fn cut_front(text: &str, room: usize) -> String {
    let reversed = |text: &str| text.chars().rev().collect::<String>();
    reversed(&cut(&reversed(text), room))
}

/// The text with blanks after it up to `room` columns.
pub(crate) fn left(text: &str, room: usize) -> String {
    format!("{text}{}", " ".repeat(room.saturating_sub(width(text))))
}

/// The text with blanks before it up to `room` columns.
pub(crate) fn right(text: &str, room: usize) -> String {
    format!("{}{text}", " ".repeat(room.saturating_sub(width(text))))
}

/// Words on lines of `room` columns, the second and later ones after `indent` blanks. Blanks at the
/// start stay.
pub(crate) fn wrap(text: &str, room: usize, indent: usize) -> String {
    let words = text.trim_start_matches(' ');
    let mut used = text.len() - words.len();
    let mut out = " ".repeat(used);
    for (i, word) in words.split(' ').enumerate() {
        if i > 0 && used + 1 + width(word) > room {
            out.push('\n');
            out.push_str(&" ".repeat(indent));
            used = indent;
        } else if i > 0 {
            out.push(' ');
            used += 1;
        }
        out.push_str(word);
        used += width(word);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terminals_get_no_orders() {
        assert_eq!(
            plain("\u{1b}[31mred\n\u{202e}x"),
            "\\u{1b}[31mred\\n\\u{202e}x"
        );
        assert_eq!(plain("naïve 猫"), "naïve 猫");
    }

    #[test]
    fn width_is_in_columns() {
        assert_eq!(width("猫"), 2);
        assert_eq!(cut("猫猫猫", 5), "猫猫…");
        assert_eq!(cut_front("a.b.c", 4), "…b.c");
        assert_eq!(left("ab", 4) + "|", "ab  |");
        assert_eq!(right("ab", 4), "  ab");
        assert_eq!(wrap("one two three", 8, 2), "one two\n  three");
    }
}
