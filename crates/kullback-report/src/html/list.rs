//! Outcomes by name, each a line with its bars.

use super::markup::Markup;
use crate::column::{ColumnReport, OutcomeReport};
use crate::list::chosen;
use crate::number::{count, share, signed};

/// The outcomes as a table whose lines hold their own bars.
pub(super) fn list(m: &mut Markup, column: &ColumnReport, most: usize) {
    let (listed, rest) = chosen(column, most);
    let shares = listed.iter().flat_map(|o| [o.share.p.0, o.share.q.0]);
    let widest = shares.fold(f64::MIN_POSITIVE, f64::max);
    let parts = listed.iter().map(|o| o.signed.0.abs());
    let largest = parts.fold(f64::MIN_POSITIVE, f64::max);
    m.raw("<table class=o><tr><th>value<th>P<th>Q<th class=g>share of rows<th>part<th class=h>of KL(P‖Q)");
    for outcome in &listed {
        m.raw("<tr style=--p:")
            .number(100.0 * outcome.share.p.0 / widest, 1);
        m.raw(";--q:").number(100.0 * outcome.share.q.0 / widest, 1);
        m.raw(";--s:").number(outcome.signed.0 / largest, 2);
        m.raw("><th scope=row>").value(&outcome.label);
        m.raw("<td>").text(&share(outcome.count.p, column.rows.p));
        m.raw("<td>").text(&share(outcome.count.q, column.rows.q));
        m.raw("<td class=g><td>")
            .text(&signed(outcome.signed.0))
            .raw("<td class=h>");
    }
    if rest > 0 {
        let sum = |value: fn(&OutcomeReport) -> f64| -> f64 {
            let all: f64 = column.outcomes.iter().map(value).sum();
            all - listed.iter().map(|outcome| value(outcome)).sum::<f64>()
        };
        let rows = |count: fn(&OutcomeReport) -> u64| -> u64 {
            let all: u64 = column.outcomes.iter().map(count).sum();
            all - listed.iter().map(|outcome| count(outcome)).sum::<u64>()
        };
        m.raw("<tr class=r><th scope=row>")
            .text(&count(rest as u64))
            .raw(" others<td>");
        m.text(&share(rows(|o| o.count.p), column.rows.p))
            .raw("<td>");
        m.text(&share(rows(|o| o.count.q), column.rows.q))
            .raw("<td><td>");
        m.text(&signed(sum(|o| o.signed.0))).raw("<td>");
    }
    m.raw("</table>");
}
