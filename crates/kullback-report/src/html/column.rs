//! One column: a line among the others, and behind it everything that is known of it.

use super::list::list;
use super::markup::Markup;
use super::plot::{plot, sparkline};
use super::strip::Strip;
use crate::column::ColumnReport;
use crate::explain::{half_as_many_bins, reason, test};
use crate::inference::{DRIFTED, STABLE};
use crate::list::{bars, chosen};
use crate::number::{divergence, interval, or_dash, signed, size};
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
            bars: (2000 / columns.max(1)).clamp(16, 128),
            lines: (1000 / columns.max(1)).clamp(8, 20),
        }
    }
}

/// The most bars of a plot in a line.
const SPARK: usize = 16;

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
    match Shape::new(column, SPARK) {
        Some(shape) => sparkline(m, &shape.bars),
        None => sparkline(m, &bars(&chosen(column, SPARK).0)),
    }
    strip.of(m, column);
    m.raw("<span class=e>").text(&divergence(kl.estimate.0));
    m.raw("</span><span class=v>")
        .text(column.inference.verdict);
    m.raw("</span></summary><div class=b><div>");
    match Shape::new(column, detail.bars) {
        Some(shape) => plot(m, column, &shape),
        None => list(m, column, detail.lines),
    }
    m.raw("</div><div>");
    verdict(m, report, column);
    estimates(m, report, column);
    identity(m, report, column);
    parts(m, column);
    caveats(m, column);
    m.raw("</div></div></details>");
}

fn verdict(m: &mut Markup, report: &Report, column: &ColumnReport) {
    m.raw("<p><b>").text(column.inference.verdict).raw("</b>: ");
    m.text(&reason(report, column)).raw(". Nothing changed? ");
    m.text(&test(column));
    if let Some(line) = half_as_many_bins(column) {
        m.raw(". ").text(&line);
    }
    m.raw(".");
}

fn estimates(m: &mut Markup, report: &Report, column: &ColumnReport) {
    m.raw("<table class=q><tr><th>").text(&report.unit);
    m.raw("<th>estimate<th>")
        .number(100.0 * report.decision.level, 1);
    m.raw(" % interval<th>plug-in<th>if same");
    for one in &column.inference.estimates {
        m.raw("<tr><th scope=row>").text(one.symbol).raw("<td>");
        m.text(&divergence(one.estimate.0)).raw("<td>");
        m.text(&interval(one.interval.low.0, one.interval.high.0))
            .raw("<td>");
        m.text(&divergence(one.plug_in.0)).raw("<td>≤ ");
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
        m.raw("<p>Kolmogorov–Smirnov ").text(&size(line.ks.0));
        m.raw(", Wasserstein ");
        let moved = line.wasserstein.0;
        match column.kind {
            "number" => m.text(&size(moved)).raw(" in the column’s unit."),
            // Of hours nobody asks for the microseconds.
            _ => m.text(&duration(moved)).raw("."),
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
    m.raw(" ")
        .text(&report.unit)
        .raw(": cross-entropy less entropy, of the samples’ shares");
}

/// KL by the chain rule, where there is more than shared values.
fn parts(m: &mut Markup, column: &ColumnReport) {
    let parts = &column.inference.parts;
    let others = parts.iter().filter(|part| part.part != "shared values");
    if others.into_iter().all(|part| part.estimate.0 == 0.0) {
        return;
    }
    m.raw("<p>KL(P‖Q) comes from ");
    for (i, part) in parts.iter().enumerate() {
        m.raw(if i > 0 { ", " } else { "" });
        m.text(part.part).raw(" ").text(&signed(part.estimate.0));
    }
    m.raw(".");
}

fn caveats(m: &mut Markup, column: &ColumnReport) {
    let of_kl = &column.inference.estimates[0].caveats;
    let of_line = column.line.iter().flat_map(|line| &line.caveats);
    let own = column.caveats.iter().chain(of_kl);
    // What the line must say is among the column's own where a measure of lines was asked for.
    let mut texts: Vec<&str> = own.map(|caveat| caveat.text.as_str()).collect();
    for caveat in of_line.filter(|caveat| caveat.code != "microseconds") {
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
