//! Pairs of columns on a terminal.

use std::fmt::Write as _;

use crate::grid::{GridColumn, write_grid};
use crate::joint::{FALSE_DISCOVERIES, GivenReport, JointReport, JointTest};
use crate::number::{count, counted, divergence, p_value};
use crate::terminal::{BOLD, DIM};
use crate::text::{cut, plain, wrap};

/// The most pairs, parts of the tree, or columns given another that are shown.
const SHOWN: usize = 15;

/// How many pairs are shown where none changed.
const SHOWN_UNCHANGED: usize = 3;

pub(crate) fn write(
    out: &mut String,
    report: &JointReport,
    unit: &str,
    room: usize,
) -> std::fmt::Result {
    if let Some(given) = &report.given {
        conditional(out, given, unit, room)?;
    }
    pairs(out, report, unit, room)?;
    tree(out, report, unit, room)
}

fn pairs(out: &mut String, report: &JointReport, unit: &str, room: usize) -> std::fmt::Result {
    let (changed, tested) = report.changed();
    heading(
        out,
        &format!(
            "Pairs of columns: what their dependence drifted by, beyond the drift of each column, in {unit}"
        ),
        room,
    )?;
    let shown = changed.clamp(SHOWN_UNCHANGED, SHOWN);
    let mut table = vec![["pair", "D(P‖Q*)", "margins", "levels", "adjusted p"].map(str::to_owned)];
    for pair in report.pairs.iter().take(shown) {
        let Some(found) = &pair.dependence else { break };
        let [a, b] = found.levels;
        table.push([
            joined(&pair.columns, " × "),
            divergence(found.dependence.value.0),
            divergence(found.margins.value.0),
            format!("{a} × {b}"),
            p_value(found.test.adjusted.0),
        ]);
    }
    rows(out, &table, room)?;
    let sparse = report.pairs.len() - tested;
    let mut notes = format!(
        "{} of {} changed, at {:.0} % false discoveries",
        count(changed as u64),
        counted(tested, "pair"),
        100.0 * FALSE_DISCOVERIES
    );
    if sparse > 0 {
        let _ = write!(notes, "; {} too sparse to estimate", count(sparse as u64));
    }
    notes.push('.');
    if changed > shown {
        let _ = write!(
            notes,
            " The {} of largest D are shown.",
            count(shown as u64)
        );
    }
    let by_margins = report
        .pairs
        .iter()
        .take(shown)
        .filter_map(|pair| pair.dependence.as_ref());
    if by_margins.into_iter().any(|found| {
        found.changed && found.grouped && found.margins.value.0 > found.dependence.value.0
    }) {
        notes.push_str(" Where the margins drifted more than the dependence, it may be their drift within the levels.");
    }
    writeln!(out, "{}", wrap(&notes, room, 2))?;
    for column in &report.left_out {
        let line = format!(
            "{}: {}",
            cut(&plain(&column.column), room / 2),
            plain(&column.reason)
        );
        writeln!(out, "{DIM}{}{DIM:#}", wrap(&line, room, 2))?;
    }
    writeln!(out)
}

fn tree(out: &mut String, report: &JointReport, unit: &str, room: usize) -> std::fmt::Result {
    let tree = &report.tree;
    heading(
        out,
        &format!("Whole rows, along the tree of the strongest dependences, in {unit}"),
        room,
    )?;
    let columns = report
        .columns
        .iter()
        .map(|column| (plain(&column.name), column.divergence.value.0));
    let edges = tree
        .edges
        .iter()
        .map(|edge| (joined(&edge.columns, " – "), edge.part.value.0));
    let mut parts: Vec<(String, f64)> = columns.chain(edges).collect();
    parts.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()));
    let mut table = vec![["part".to_owned(), "D(P‖Q)".to_owned()]];
    let rest = parts.split_off(parts.len().min(SHOWN));
    table.extend(
        parts
            .into_iter()
            .map(|(name, part)| [name, divergence(part)]),
    );
    if !rest.is_empty() {
        let name = format!("{} smaller parts", count(rest.len() as u64));
        table.push([name, divergence(rest.iter().map(|(_, part)| part).sum())]);
    }
    table.push(["together".to_owned(), divergence(tree.divergence.value.0)]);
    rows(out, &table, room)?;
    let names: Vec<String> = (report.at_least.columns.iter())
        .map(|name| cut(&plain(name), room / 3))
        .collect();
    let line = format!(
        "An approximation, which may be too large or too small (Chow & Liu 1968). At least {} {unit}, by {} alone.",
        divergence(report.at_least.value.0),
        names.join(" × "),
    );
    writeln!(out, "{}", wrap(&line, room, 2))?;
    let sparse = tree.edges.iter().filter(|edge| edge.sparse).count();
    if sparse > 0 {
        let line = format!(
            "{} of {} have sparse tables and read too large.",
            count(sparse as u64),
            counted(tree.edges.len(), "edge")
        );
        writeln!(out, "{}", wrap(&line, room, 2))?;
    }
    writeln!(out)
}

fn conditional(out: &mut String, given: &GivenReport, unit: &str, room: usize) -> std::fmt::Result {
    let name = cut(&plain(&given.column), 12);
    let own = divergence(given.divergence.value.0);
    heading(
        out,
        &format!(
            "Given {}, whose own D(P‖Q) is {own} {unit}",
            cut(&plain(&given.column), room / 2)
        ),
        room,
    )?;
    let p = |test: &Option<JointTest>| {
        test.as_ref()
            .map_or("–".to_owned(), |test| p_value(test.adjusted.0))
    };
    let mut table = vec![[
        "column".to_owned(),
        "its own".to_owned(),
        format!("given {name}"),
        "adjusted p".to_owned(),
        format!("{name} given it"),
        "adjusted p".to_owned(),
        "pair".to_owned(),
    ]];
    table.extend(given.columns.iter().take(SHOWN).map(|column| {
        [
            plain(&column.column),
            divergence(column.marginal.value.0),
            divergence(column.given.value.0),
            p(&column.given_test),
            divergence(column.of_given.value.0),
            p(&column.of_given_test),
            divergence(column.divergence.value.0),
        ]
    }));
    rows(out, &table, room)?;
    let line = format!(
        "The pair's D(P‖Q) is {own} plus that of the column given {name}, and the column's own plus that of {name} given it (chain rule). – where there are too few rows to test."
    );
    writeln!(out, "{}\n", wrap(&line, room, 2))
}

fn heading(out: &mut String, text: &str, room: usize) -> std::fmt::Result {
    writeln!(out, "{BOLD}{}{BOLD:#}\n", wrap(text, room, 2))
}

/// A table whose first column gives way where the others need the room.
/// A table whose first row is its head; the first column has words, the others numbers.
fn rows<const N: usize>(out: &mut String, table: &[[String; N]], room: usize) -> std::fmt::Result {
    let column = |i: usize| {
        let cells = table[1..]
            .iter()
            .map(|row| row[i].clone())
            .collect::<Vec<_>>();
        match i {
            0 => GridColumn::words(&table[0][i], cells),
            _ => GridColumn::numbers(&table[0][i], cells),
        }
    };
    write_grid(out, (0..N).map(column).collect(), room)
}

fn joined(names: &[String; 2], by: &str) -> String {
    format!("{}{by}{}", plain(&names[0]), plain(&names[1]))
}
