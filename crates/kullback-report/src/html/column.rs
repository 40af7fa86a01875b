//! One column: a line among the others, and behind it everything that is known of it.

use super::list::list;
use super::markup::Markup;
use super::plot::{plot, small, small_list};
use super::strip::Strip;
use crate::column::ColumnReport;
use crate::explain::test;
use crate::inference::{DRIFTED, STABLE};
use crate::list::{bars, chosen};
use crate::number::{count, divergence, interval, or_dash, signed, size};
use crate::report::Report;
use crate::shape::Shape;

/// How much of a column is drawn.
#[derive(Clone, Copy, Debug)]
pub(super) struct Detail {
    /// The most bars of a plot.
    pub(super) bars: usize,
    /// The most outcomes of a list.
    pub(super) lines: usize,
}

impl Detail {
    /// Of many columns each gives way a little, so that the page stays small.
    pub(super) fn of(columns: usize) -> Self {
        Self {
            bars: (1000 / columns.max(1)).clamp(10, 128),
            lines: (800 / columns.max(1)).clamp(8, 20),
        }
    }
}

/// The most outcomes of a list in its line.
const SPARK: usize = 12;

/// The i-th column of the report: closed, unless `open`.
pub(super) fn column(m: &mut Markup, report: &Report, i: usize, strip: &Strip, detail: Detail) {
    let column = &report.columns[i];
    let kl = &column.inference.estimates[0];
    m.raw("<details class=");
    m.raw(match column.inference.verdict {
        DRIFTED => "drifted",
        STABLE => "stable",
        _ => "undecided",
    });
    m.raw(" id=c")
        .whole(i)
        .raw(" data-k=")
        .number(kl.estimate.0, 6);
    m.raw(if report.columns.len() == 1 {
        " open"
    } else {
        ""
    });
    m.raw("><summary><span class=n>").name(&column.name);
    m.raw(" <small>").text(column.kind).raw("</small></span>");
    let shape = Shape::new(column, detail.bars);
    match &shape {
        Some(shape) => small(m, shape, i),
        None => small_list(m, &bars(&chosen(column, SPARK).0)),
    }
    strip.of(m, column);
    m.raw("<span class=e>").text(&divergence(kl.estimate.0));
    m.raw("</span><span class=v>")
        .text(column.inference.verdict);
    m.raw("</span></summary><div class=b><div>");
    match &shape {
        Some(shape) => plot(m, column, shape, i),
        None => list(m, column, detail.lines),
    }
    m.raw("</div><div>");
    verdict(m, column);
    estimates(m, report, column);
    identity(m, report, column);
    parts(m, column);
    caveats(m, column);
    m.raw("</div></div></details>");
}

/// The verdict with its reason; how verdicts come about stands at the end of the page.
fn verdict(m: &mut Markup, column: &ColumnReport) {
    let found = &column.inference;
    m.raw("<p><b>").text(found.verdict).raw("</b>: ");
    match (found.verdict, &found.rows_needed) {
        (DRIFTED, _) => m.raw("significant, and the interval is above the tolerance"),
        (STABLE, _) => m.raw("the interval is below the tolerance"),
        (_, None) => {
            m.raw("the estimate is at the tolerance, so that no number of rows would tell")
        }
        (_, Some(rows)) => (m.raw("about ").text(&count(rows.p)).raw(" and "))
            .text(&count(rows.q))
            .raw(" rows would tell"),
    };
    m.raw("; ").text(&test(column));
    if let Some(halved) = found.halved_bins {
        m.raw("; with half the bins ").text(&divergence(halved.0));
    }
    m.raw(".");
}

fn estimates(m: &mut Markup, report: &Report, column: &ColumnReport) {
    m.raw("<table class=q><tr><th>").text(&report.unit);
    m.raw("<th>estimate<th>")
        .number(100.0 * report.decision.level, 1);
    m.raw(" % interval<th>plug-in<th>if same ≤");
    for one in &column.inference.estimates {
        m.raw("<tr><td>").text(one.symbol).raw("<td>");
        m.text(&divergence(one.estimate.0)).raw("<td>");
        m.text(&interval(one.interval.low.0, one.interval.high.0))
            .raw("<td>");
        m.text(&divergence(one.plug_in.0)).raw("<td>");
        m.text(&divergence(one.if_same.upper.0));
    }
    // Measures without a theory of their samples have a plug-in value only.
    for (value, measure) in column.values.iter().zip(&report.measures) {
        if column.inference.estimate(&value.measure).is_none() {
            m.raw("<tr><th scope=row>")
                .text(measure.symbol)
                .raw("<td><td><td>");
            m.text(&or_dash(value.value.map(|x| x.0))).raw("<td>");
        }
    }
    m.raw("</table>");
    if let Some(line) = &column.line {
        m.raw("<p>KS ").text(&size(line.ks.0));
        m.raw(", Wasserstein ");
        let moved = line.wasserstein.0;
        match column.kind {
            "number" => m.text(&size(moved)),
            // Of hours nobody asks for the microseconds.
            _ => m.text(&duration(moved)),
        };
    }
}

/// Microseconds as people read them, whole seconds from a minute on.
fn duration(micros: f64) -> String {
    let step = if micros < 60e6 { 1.0 } else { 1e6 };
    let rounded = (micros / step).round() * step;
    crate::label::between("duration", rounded, rounded)
}

/// KL as what it is: cross-entropy less entropy.
fn identity(m: &mut Markup, report: &Report, column: &ColumnReport) {
    let (cross, own) = (column.cross_entropy.0, column.entropy_p.0);
    m.raw("<p class=y style=--h:");
    let part = if cross > 0.0 {
        100.0 * own / cross
    } else {
        0.0
    };
    m.number(part, 1)
        .raw(">H(P,Q) ")
        .text(&divergence(cross))
        .raw(" − H(P) ");
    m.text(&divergence(own)).raw(" = KL(P‖Q) ");
    m.text(&divergence(column.inference.estimates[0].plug_in.0));
    m.raw(" ").text(&report.unit);
}

/// KL by the chain rule, where there is more than shared values.
fn parts(m: &mut Markup, column: &ColumnReport) {
    let parts = &column.inference.parts;
    let others = parts.iter().filter(|part| part.part != "shared values");
    if others.into_iter().all(|part| part.estimate.0 == 0.0) {
        return;
    }
    m.raw("<p>KL(P‖Q) comes from ");
    let some = parts.iter().filter(|part| part.estimate.0 != 0.0);
    for (i, part) in some.enumerate() {
        m.raw(if i > 0 { ", " } else { "" });
        m.text(part.part).raw(" ").text(&signed(part.estimate.0));
    }
    m.raw(".");
}

fn caveats(m: &mut Markup, column: &ColumnReport) {
    let of_kl = &column.inference.estimates[0].caveats;
    let of_line = column.line.iter().flat_map(|line| &line.caveats);
    let own = column.caveats.iter().chain(of_kl);
    // The end of the page says that nulls are on no line. What else the line must say is among the
    // column's own where a measure of lines was asked for.
    let mut texts: Vec<&str> = own.map(|caveat| caveat.text.as_str()).collect();
    for caveat in of_line.filter(|caveat| caveat.code == "cells") {
        if !texts.contains(&caveat.text.as_str()) {
            texts.push(&caveat.text);
        }
    }
    if texts.is_empty() {
        return;
    }
    m.raw("<ul class=w>");
    for text in texts {
        m.raw("<li>").text(text);
    }
    m.raw("</ul>");
}
