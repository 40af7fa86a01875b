//! Tables of names and numbers that fit the width of a terminal.

use std::fmt::Write as _;

use crate::terminal::BOLD;
use crate::text::{cut_front, left, right, width};

/// Between two columns.
const GAP: usize = 2;

/// The narrowest that names are cut to.
const NARROWEST: usize = 8;

/// Writes rows of a name and numbers, the first row being the heading, in `room` columns. Names
/// give way from the front where the numbers need the room; columns that do not fit beside the
/// others follow in a table of their own, with the names again.
pub(crate) fn wide(out: &mut String, rows: &[Vec<String>], room: usize) {
    let columns = rows.iter().map(Vec::len).min().unwrap_or(0);
    let widths: Vec<usize> = (0..columns)
        .map(|i| rows.iter().map(|row| width(&row[i])).max().unwrap_or(0))
        .collect();
    let Some((&longest, numbers)) = widths.split_first() else {
        return;
    };
    let least = longest.min((room / 5).max(NARROWEST));
    let mut first = 1;
    while first < columns {
        let mut used = least;
        let fitting = numbers[first - 1..].iter().take_while(|&&width| {
            used += GAP + width;
            used <= room
        });
        // One at least, however narrow the terminal is.
        let end = first + fitting.count().max(1);
        let taken: usize = numbers[first - 1..end - 1]
            .iter()
            .map(|width| GAP + width)
            .sum();
        let names = longest.min(room.saturating_sub(taken).max(NARROWEST));
        if first > 1 {
            out.push('\n');
        }
        for (i, row) in rows.iter().enumerate() {
            let mut line = left(&cut_front(&row[0], names), names);
            for (cell, &width) in row[first..end].iter().zip(&numbers[first - 1..]) {
                line.push_str(&" ".repeat(GAP));
                line.push_str(&right(cell, width));
            }
            let line = line.trim_end();
            // Writing to a string cannot fail.
            let _ = if i == 0 {
                writeln!(out, "{BOLD}{line}{BOLD:#}")
            } else {
                writeln!(out, "{line}")
            };
        }
        first = end;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn printed(room: usize) -> String {
        let row = |cells: [&str; 4]| cells.map(str::to_owned).to_vec();
        let rows = [
            row(["layer", "L1", "L2", "changed"]),
            row(["model.layers.0", "1.25", "12", "50.0 %"]),
        ];
        let mut out = String::new();
        wide(&mut out, &rows, room);
        anstream::adapter::strip_str(&out).to_string()
    }

    #[test]
    fn names_give_way_and_then_columns() {
        assert_eq!(
            printed(40),
            "layer             L1  L2  changed\nmodel.layers.0  1.25  12   50.0 %\n"
        );
        assert_eq!(
            printed(28),
            "layer        L1  L2  changed\n…layers.0  1.25  12   50.0 %\n"
        );
        assert_eq!(
            printed(20),
            "layer         L1  L2\n….layers.0  1.25  12\n\nlayer        changed\n…l.layers.0   50.0 %\n"
        );
    }
}
