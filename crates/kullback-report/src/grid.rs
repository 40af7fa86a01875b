//! Columns of text side by side, within a width.

use std::fmt::Write as _;

use crate::terminal::BOLD;
use crate::text::{cut, left, right, width};

/// A column of a table: its head, then its cells.
pub(crate) struct GridColumn {
    cells: Vec<String>,
    numbers: bool,
    /// The higher, the sooner it is left out where the width is small; 0 stays.
    spare: u8,
}

impl GridColumn {
    /// Words, on the left of the column.
    pub(crate) fn words(head: &str, cells: impl IntoIterator<Item = String>) -> Self {
        Self::new(head, cells, false)
    }

    /// Numbers, on the right of the column.
    pub(crate) fn numbers(head: &str, cells: impl IntoIterator<Item = String>) -> Self {
        Self::new(head, cells, true)
    }

    fn new(head: &str, cells: impl IntoIterator<Item = String>, numbers: bool) -> Self {
        let cells = std::iter::once(head.to_owned()).chain(cells).collect();
        Self {
            cells,
            numbers,
            spare: 0,
        }
    }

    /// The column, to be left out before those of a lower rank where the width is small.
    pub(crate) fn spare(self, rank: u8) -> Self {
        Self {
            spare: rank,
            ..self
        }
    }

    fn width(&self) -> usize {
        self.cells.iter().map(|cell| width(cell)).max().unwrap_or(0)
    }
}

/// The lines of a table, its head first, in `room` columns of a terminal. The texts of the first
/// column give way down to sixteen characters, then spare columns, then the texts again.
pub(crate) fn grid(mut columns: Vec<GridColumn>, room: usize) -> Vec<String> {
    const GAP: usize = 2;
    const LEAST: usize = 8;
    let total = |columns: &[GridColumn], first: usize| {
        let others: usize = columns[1..].iter().map(|c| c.width() + GAP).sum();
        first + others
    };
    while total(&columns, columns[0].width().min(2 * LEAST)) > room {
        let most = columns.iter().map(|column| column.spare).max().unwrap_or(0);
        if most == 0 {
            break;
        }
        columns.retain(|column| column.spare != most);
    }
    let mut widths: Vec<usize> = columns.iter().map(GridColumn::width).collect();
    widths[0] = widths[0]
        .min(room.saturating_sub(total(&columns, 0)))
        .max(LEAST);
    (0..columns[0].cells.len())
        .map(|row| {
            let cells = columns.iter().zip(&widths).map(|(column, &width)| {
                let cell = cut(&column.cells[row], width);
                if column.numbers {
                    right(&cell, width)
                } else {
                    left(&cell, width)
                }
            });
            let line = cells.collect::<Vec<_>>().join("  ");
            line.trim_end().to_owned()
        })
        .collect()
}

/// Writes the lines of a table, its head in bold.
pub(crate) fn write_grid(
    out: &mut String,
    columns: Vec<GridColumn>,
    room: usize,
) -> std::fmt::Result {
    for (i, line) in grid(columns, room).iter().enumerate() {
        match i {
            0 => writeln!(out, "{BOLD}{line}{BOLD:#}")?,
            _ => writeln!(out, "{line}")?,
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns() -> Vec<GridColumn> {
        let owned = |cells: [&str; 2]| cells.map(str::to_owned);
        vec![
            GridColumn::words("column", owned(["age", "a_long_name_of_a_column"])),
            GridColumn::numbers("KL", owned(["0.1", "12.25"])),
            GridColumn::numbers("nulls", owned(["–", "3 %"])).spare(1),
        ]
    }

    #[test]
    fn numbers_stand_on_the_right() {
        assert_eq!(
            grid(columns(), 80),
            [
                "column                      KL  nulls",
                "age                        0.1      –",
                "a_long_name_of_a_column  12.25    3 %",
            ]
        );
    }

    #[test]
    fn long_names_are_cut_then_spare_columns_give_way_then_names_again() {
        assert_eq!(grid(columns(), 30)[2], "a_long_name_of_…  12.25    3 %");
        assert_eq!(grid(columns(), 29)[2], "a_long_name_of_a_colu…  12.25");
        assert_eq!(grid(columns(), 20)[2], "a_long_name_…  12.25");
    }
}
