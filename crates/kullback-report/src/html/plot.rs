//! Two distributions over one axis, with what each part of it adds to their divergence below.

use super::markup::Markup;
use super::scale::round_ticks;
use crate::column::ColumnReport;
use crate::label;
use crate::number::{share, signed};
use crate::shape::{Bar, Shape};

/// The drawing, in units that the page scales to its width.
const WIDTH: f64 = 600.0;
const TOP: f64 = 6.0;
const BASE: f64 = 106.0;
const LABELS: f64 = 121.0;
const PARTS: [f64; 2] = [130.0, 180.0];

/// The room of an outcome that has no place on the axis.
const APART: f64 = 40.0;

/// Draws the distributions of a column along its axis, and a table of the same numbers.
pub(super) fn plot(m: &mut Markup, column: &ColumnReport, shape: &Shape, id: usize) {
    let main = main(shape);
    m.raw(
        "<figure><svg class=p viewBox=\"0 0 600 184\" role=img><title>P filled, Q as a line, by ",
    );
    m.outside(&column.name);
    m.raw("</title>");
    m.raw("<use href=#g").whole(id).raw(" />");
    contributions(m, column, shape, main);
    ticks(m, column, shape, main);
    apart(m, column, shape, main);
    m.raw("</svg><figcaption>");
    m.raw(if shape.to_scale {
        "Areas are shares"
    } else {
        "Steps are intervals, equally wide; heights are shares"
    });
    m.raw("; below, parts of KL(P‖Q)");
    let outcomes = column.outcomes.len() - shape.apart.len();
    if outcomes > shape.bars.len() {
        m.raw(". ")
            .whole(outcomes)
            .raw(" bins in ")
            .whole(shape.bars.len());
    }
    m.raw(".</figcaption></figure>");
    table(m, column, shape);
}

/// How wide the axis itself is.
fn main(shape: &Shape) -> f64 {
    WIDTH - APART * shape.apart.len() as f64
}

/// The distributions in the size of a word. The large plot uses this drawing again, by its number.
pub(super) fn small(m: &mut Markup, shape: &Shape, id: usize) {
    drawing(m, &shape.bars, main(shape), Some(id));
}

/// The same of outcomes in a list.
pub(super) fn small_list(m: &mut Markup, bars: &[Bar]) {
    drawing(m, bars, WIDTH, None);
}

/// P as an area and Q as a line, on one scale.
fn drawing(m: &mut Markup, bars: &[Bar], width: f64, id: Option<usize>) {
    let most = highest(bars);
    m.raw("<svg class=k viewBox=\"0 5 ").number(width, 0);
    m.raw(" 102\" preserveAspectRatio=none aria-hidden=true><g");
    if let Some(id) = id {
        m.raw(" id=g").whole(id);
    }
    m.raw(">");
    for (side, class) in [(0, "P"), (1, "Q")] {
        m.raw("<path class=").raw(class).raw(" d=\"");
        steps(m, bars, width, BASE, |bar| {
            BASE - (BASE - TOP) * bar.heights()[side] / most
        });
        m.raw("\" />");
    }
    m.raw("</g></svg>");
}

/// The highest that P or Q stands; never 0, so that it can be divided by.
fn highest(bars: &[Bar]) -> f64 {
    let heights = bars.iter().flat_map(Bar::heights);
    heights.fold(f64::MIN_POSITIVE, f64::max)
}

/// An outline in steps, from the base up and back to it.
fn steps(m: &mut Markup, bars: &[Bar], width: f64, base: f64, y: impl Fn(&Bar) -> f64) {
    m.raw("M0 ").number(base, 0);
    let (mut before, mut end) = (base.round(), 0.0);
    for bar in bars {
        let height = y(bar).round();
        // Bars of one height are one step.
        if (height - before).abs() > 0.5 {
            if end > 0.0 {
                m.raw("H").number(end, 0);
            }
            m.raw("V").number(height, 0);
            before = height;
        }
        end = width * bar.ends[1];
    }
    m.raw("H").number(end, 0).raw("V").number(base, 0);
}

/// What each bar adds: up where P has more, down where Q has more.
fn contributions(m: &mut Markup, column: &ColumnReport, shape: &Shape, main: f64) {
    let others = shape.apart.iter().map(|&i| column.outcomes[i].signed.0);
    let all = shape.bars.iter().map(|bar| bar.signed).chain(others);
    let (low, high) = all.fold((0.0, f64::MIN_POSITIVE), |(low, high): (f64, f64), x| {
        (low.min(x), high.max(x))
    });
    let at = |x: f64| PARTS[0] + (PARTS[1] - PARTS[0]) * (high - x) / (high - low);
    let zero = at(0.0).round();
    for (class, part) in [("a", f64::max as fn(f64, f64) -> f64), ("z", f64::min)] {
        m.raw("<path class=").raw(class).raw(" d=\"");
        steps(m, &shape.bars, main, zero, |bar| at(part(bar.signed, 0.0)));
        for (i, &outcome) in shape.apart.iter().enumerate() {
            let height = at(part(column.outcomes[outcome].signed.0, 0.0)).round() - zero;
            if height != 0.0 {
                m.raw("M")
                    .number(main + APART * i as f64 + 12.0, 0)
                    .raw(" ")
                    .number(zero, 0);
                m.raw("v")
                    .number(height, 0)
                    .raw("h20v")
                    .number(-height, 0)
                    .raw("z");
            }
        }
        m.raw("\" />");
    }
    m.raw("<path class=x d=\"M0 106H")
        .number(main, 0)
        .raw("M0 ")
        .number(zero, 0)
        .raw("H600\" />");
}

fn ticks(m: &mut Markup, column: &ColumnReport, shape: &Shape, main: f64) {
    let numbers = column.kind == "number" && shape.to_scale;
    let ticks: Vec<(f64, String)> = if numbers {
        (round_ticks(shape.span[0], shape.span[1]).into_iter())
            .map(|x| (shape.place(x), label::point(column.kind, x)))
            .collect()
    } else {
        // The edges next to evenly spaced places.
        let wanted = (0..4).map(|i| f64::from(i) / 4.0);
        let bars = wanted.filter_map(|place| shape.bars.iter().find(|bar| bar.ends[0] >= place));
        bars.filter_map(|bar| {
            let low = column.outcomes[bar.outcomes[0]].low?.0;
            Some((bar.ends[0], label::point(column.kind, low)))
        })
        .collect()
    };
    let (mut free, mut labelled) = (0.0, Vec::new());
    for (place, text) in &ticks {
        let x = place * main;
        let half = 3.4 * text.chars().count() as f64;
        // A label that would begin outside of the drawing begins at its edge.
        let [at, from] = if x < half { [0.0, 0.0] } else { [x, x - half] };
        if from >= free {
            free = from + 2.0 * half + 8.0;
            labelled.push((x, at, text));
        }
    }
    m.raw("<path class=x d=\"");
    for (x, ..) in &labelled {
        m.raw("M").number(*x, 0).raw(" 106v4");
    }
    m.raw("\" />");
    for (x, at, text) in labelled {
        m.raw("<text x=").number(at, 0).raw(" y=").number(LABELS, 0);
        m.raw(if at < x || x == 0.0 { " class=l>" } else { ">" });
        m.text(text).raw("</text>");
    }
}

/// Null, NaN and infinities: bars of their own beside the axis, of which the full height is all rows.
fn apart(m: &mut Markup, column: &ColumnReport, shape: &Shape, main: f64) {
    for (i, &outcome) in shape.apart.iter().enumerate() {
        let outcome = &column.outcomes[outcome];
        let x = main + APART * i as f64;
        let heights = [outcome.share.p.0, outcome.share.q.0].map(|share| (BASE - TOP) * share);
        let drawn = [("P", heights[0]), ("Q", heights[1])];
        for (class, height) in drawn.into_iter().filter(|(_, height)| *height > 0.0) {
            m.raw("<path class=")
                .raw(class)
                .raw(" d=\"M")
                .number(x + 12.0, 0);
            m.raw(" 106v")
                .number(-height, 1)
                .raw("h20v")
                .number(height, 1)
                .raw("\" />");
        }
        m.raw("<text class=m x=")
            .number(x + 22.0, 0)
            .raw(" y=")
            .number(LABELS, 0)
            .raw(">");
        m.text(outcome.label.trim_matches(['(', ')']))
            .raw("</text>");
    }
}

/// The numbers behind the drawing. Bars touch, so that each line says where its own begins, and the
/// last one where it ends.
fn table(m: &mut Markup, column: &ColumnReport, shape: &Shape) {
    m.raw("<details class=t><summary>Table</summary><table><tr><th>from<th>P %<th>Q %<th>part");
    let mut row = |label: &str, counts: [u64; 2], part: f64| {
        m.raw("<tr><td>").text(label);
        for (count, rows) in counts.into_iter().zip([column.rows.p, column.rows.q]) {
            m.raw("<td>")
                .text(share(count, rows).trim_end_matches(" %"));
        }
        m.raw("<td>").text(&signed(part));
    };
    for &i in &shape.apart {
        let outcome = &column.outcomes[i];
        let counts = [outcome.count.p, outcome.count.q];
        row(&outcome.label, counts, outcome.signed.0);
    }
    for (i, bar) in shape.bars.iter().enumerate() {
        let outcomes = &column.outcomes[bar.outcomes[0]..=bar.outcomes[1]];
        let counts = [
            outcomes.iter().map(|o| o.count.p).sum(),
            outcomes.iter().map(|o| o.count.q).sum(),
        ];
        let label = match (outcomes[0].low, outcomes[outcomes.len() - 1].high) {
            (Some(low), Some(high)) if i + 1 == shape.bars.len() => {
                label::between(column.kind, low.0, high.0)
            }
            (Some(low), _) => label::point(column.kind, low.0),
            _ => outcomes[0].label.clone(),
        };
        row(&label, counts, bar.signed);
    }
    m.raw("</table></details>");
}
