//! Outcomes by name, where a column is no axis of numbers or has too many to show.

use crate::column::{ColumnReport, OutcomeReport};
use crate::shape::Bar;

/// The outcomes that are listed, in the report's order, and how many are not.
pub(crate) fn chosen(column: &ColumnReport, most: usize) -> (Vec<&OutcomeReport>, usize) {
    let size = |outcome: &OutcomeReport| {
        // Those that move the estimate, and of equal ones the frequent.
        (
            outcome.estimated.0.abs(),
            outcome.share.p.0 + outcome.share.q.0,
        )
    };
    let mut order: Vec<usize> = (0..column.outcomes.len()).collect();
    order.sort_by(|&a, &b| {
        let [a, b] = [a, b].map(|i| size(&column.outcomes[i]));
        b.0.total_cmp(&a.0).then(b.1.total_cmp(&a.1))
    });
    order.truncate(most.max(1));
    order.sort_unstable();
    let listed: Vec<&OutcomeReport> = order.into_iter().map(|i| &column.outcomes[i]).collect();
    let rest = column.outcomes.len() - listed.len();
    (listed, rest)
}

/// The outcomes as bars of equal width.
pub(crate) fn bars(outcomes: &[&OutcomeReport]) -> Vec<Bar> {
    let n = outcomes.len() as f64;
    (outcomes.iter().enumerate())
        .map(|(i, outcome)| Bar {
            ends: [i as f64 / n, (i + 1) as f64 / n],
            share: [outcome.share.p.0, outcome.share.q.0],
            signed: outcome.signed.0,
            outcomes: [i, i],
        })
        .collect()
}
