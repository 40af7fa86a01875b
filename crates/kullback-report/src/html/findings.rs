//! What two tables differ in that is no divergence: columns, types, nulls, values of one side only.

use super::markup::Markup;
use crate::column::ColumnReport;
use crate::number::{count, share};
use crate::report::{NotCompared, Report};

/// The most entries of a list; the columns themselves say the rest.
const MOST: usize = 12;

/// The findings, if there are any.
pub(super) fn findings(m: &mut Markup, report: &Report) {
    let only = |table| {
        let of_table = report
            .not_compared
            .iter()
            .filter(move |one| one.table == table);
        of_table.collect::<Vec<&NotCompared>>()
    };
    let columns = |found: &dyn Fn(&ColumnReport) -> bool| {
        let all = report.columns.iter().enumerate();
        all.filter(|(_, column)| found(column)).collect::<Vec<_>>()
    };
    let has = |column: &ColumnReport, code| column.caveats.iter().any(|one| one.code == code);
    let types = columns(&|column| column.types.p != column.types.q);
    let nulls = columns(&|column| (column.nulls.p == 0) != (column.nulls.q == 0));
    let disjoint = columns(&|column| has(column, "disjoint"));
    let vanished = columns(&|column| has(column, "only_in_p") && !has(column, "disjoint"));
    let new = columns(&|column| has(column, "only_in_q") && !has(column, "disjoint"));
    let missing = [only("P"), only("Q"), only("both")];
    let lists = [&types, &nulls, &disjoint, &vanished, &new];
    if lists.iter().all(|list| list.is_empty()) && missing.iter().all(Vec::is_empty) {
        return;
    }
    m.raw("<section class=f aria-labelledby=f><h2 id=f>What no number says</h2><dl>");
    for (title, list) in ["Not in Q", "Not in P", "Not compared"]
        .into_iter()
        .zip(&missing)
    {
        entries(m, title, list, |m, one| {
            m.name(&one.column)
                .raw(" <small>")
                .outside(&one.reason)
                .raw("</small>");
        });
    }
    let link = |m: &mut Markup, &(i, column): &(usize, &ColumnReport)| {
        m.raw("<a href=#c")
            .whole(i)
            .raw(">")
            .name(&column.name)
            .raw("</a>");
    };
    entries(m, "Another type", &types, |m, one| {
        link(m, one);
        m.raw(" <small>").outside(&one.1.types.p).raw(" → ");
        m.outside(&one.1.types.q).raw("</small>");
    });
    entries(m, "Nulls on one side", &nulls, |m, one| {
        link(m, one);
        let (nulls, rows) = (&one.1.nulls, &one.1.rows);
        m.raw(" <small>").text(&share(nulls.p, rows.p)).raw(" → ");
        m.text(&share(nulls.q, rows.q)).raw("</small>");
    });
    entries(m, "No value in common", &disjoint, |m, one| {
        link(m, one);
        let texts = one
            .1
            .caveats
            .iter()
            .filter(|caveat| caveat.code == "disjoint");
        for caveat in texts {
            m.raw(" <small>").outside(&caveat.text).raw("</small>");
        }
    });
    for (title, list, side) in [
        ("Values only P has", &vanished, 0),
        ("Values only Q has", &new, 1),
    ] {
        entries(m, title, list, |m, one| {
            link(m, one);
            m.raw(" <small>")
                .text(&unshared(one.1, side))
                .raw("</small>");
        });
    }
    m.raw("</dl></section>");
}

/// How many outcomes only one side has, and what share of its rows.
fn unshared(column: &ColumnReport, side: usize) -> String {
    let counts = column.outcomes.iter().map(|o| [o.count.p, o.count.q]);
    let of_side = counts.filter(|counts| counts[1 - side] == 0 && counts[side] > 0);
    let (outcomes, rows) = of_side.fold((0, 0), |(n, rows), counts| (n + 1, rows + counts[side]));
    let all = [column.rows.p, column.rows.q][side];
    format!("{}, {} of the rows", count(outcomes), share(rows, all))
}

fn entries<T>(m: &mut Markup, title: &'static str, list: &[T], entry: impl Fn(&mut Markup, &T)) {
    if list.is_empty() {
        return;
    }
    m.raw("<div><dt>").raw(title);
    if list.len() > 1 {
        m.raw(" <small>")
            .text(&count(list.len() as u64))
            .raw("</small>");
    }
    m.raw("<dd><ul>");
    for one in list.iter().take(MOST) {
        m.raw("<li>");
        entry(m, one);
    }
    if list.len() > MOST {
        m.raw("<li>and ")
            .text(&count((list.len() - MOST) as u64))
            .raw(" more");
    }
    m.raw("</ul></div>");
}
