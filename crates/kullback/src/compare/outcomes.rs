//! The outcomes that two columns share.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::bins::{self, Bin};
use crate::Pair;
use crate::summary::{Axis, Column, Numbers, cell};

/// One outcome with its counts in P and in Q.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// What the outcome is.
    pub label: Label,
    /// How many rows of P had it.
    pub p: u64,
    /// How many rows of Q had it.
    pub q: u64,
}

/// What an outcome is.
#[derive(Clone, Debug, PartialEq)]
pub enum Label {
    /// No value.
    Null,
    /// Numbers or times from `low` to `high`, both included; one value where they are equal.
    Interval {
        /// What the values are measured in.
        axis: Axis,
        /// The lowest value of the outcome.
        low: f64,
        /// The highest value of the outcome.
        high: f64,
    },
    /// Not a finite number: NaN, +∞ or −∞.
    NonFinite(f64),
    /// A text; a long one is cut and ends in `…`.
    Text(String),
    /// Several texts whose hashes begin alike: the column has more texts than the summary's cap.
    Bucket(u64),
}

/// The outcomes of two columns, and whether some of them are bins of several values.
pub(super) struct Outcomes {
    pub(super) outcomes: Vec<Outcome>,
    pub(super) binned: bool,
}

impl Outcomes {
    pub(super) fn of(p: &Column, q: &Column, bins: usize) -> Self {
        let rows = [p.rows(), q.rows()];
        let mut outcomes = Vec::new();
        let mut binned = false;
        let mut push = |label, p, q| {
            if p + q > 0 {
                outcomes.push(Outcome { label, p, q });
            }
        };
        push(Label::Null, p.nulls(), q.nulls());
        for axis in Axis::ALL {
            let (p, q) = (p.axis(axis), q.axis(axis));
            push(
                Label::NonFinite(f64::NEG_INFINITY),
                p.negative_infinity(),
                q.negative_infinity(),
            );
            let cells = align(p, q);
            let cut = bins::cut(&cells, rows, bins);
            binned |= cut.len() < cells.len();
            for Bin { low, high, counts } in cut {
                push(Label::Interval { axis, low, high }, counts[0], counts[1]);
            }
            push(
                Label::NonFinite(f64::INFINITY),
                p.positive_infinity(),
                q.positive_infinity(),
            );
            push(Label::NonFinite(f64::NAN), p.nan(), q.nan());
        }
        outcomes.extend(texts(p, q, rows).into_iter().map(|(_, outcome)| outcome));
        Self { outcomes, binned }
    }

    /// The counts as two distributions; `None` when a side has no rows.
    pub(super) fn pair(&self) -> Option<Pair> {
        let (p, q): (Vec<u64>, Vec<u64>) = self.outcomes.iter().map(|o| (o.p, o.q)).unzip();
        Pair::from_counts(&p, &q).ok()
    }
}

/// The finite numbers of both sides at the coarser side's level, ascending.
pub(super) fn align(p: &Numbers, q: &Numbers) -> Vec<Bin> {
    let level = p.finite().level().max(q.finite().level());
    let mut left = p.finite().at_level(level).peekable();
    let mut right = q.finite().at_level(level).peekable();
    let mut bins = Vec::new();
    loop {
        let next = [left.peek(), right.peek()]
            .into_iter()
            .flatten()
            .map(|&(key, _)| key)
            .min();
        let Some(key) = next else { return bins };
        let held = |&(k, _): &(u64, u64)| k == key;
        let counts =
            [left.next_if(held), right.next_if(held)].map(|side| side.map_or(0, |(_, n)| n));
        let (low, high) = cell(key, level);
        bins.push(Bin { low, high, counts });
    }
}

/// The texts of both sides with the keys of their buckets, the most frequent in ½P + ½Q first.
pub(super) fn texts(p: &Column, q: &Column, rows: [u64; 2]) -> Vec<(u64, Outcome)> {
    let level = p.texts().level().max(q.texts().level());
    let mut buckets: BTreeMap<u64, (Label, [u64; 2])> = BTreeMap::new();
    for (side, column) in [p, q].into_iter().enumerate() {
        let mut texts = std::borrow::Cow::Borrowed(column.texts());
        if texts.level() < level {
            texts.to_mut().coarsen(level);
        }
        for category in texts.iter() {
            let label = category.text.map_or(Label::Bucket(category.key), |text| {
                Label::Text(text.to_owned())
            });
            let (held, counts) = buckets
                .entry(category.key)
                .or_insert_with(|| (label.clone(), [0; 2]));
            if *held != label {
                *held = Label::Bucket(category.key);
            }
            counts[side] += category.count;
        }
    }
    let mut outcomes: Vec<_> = buckets
        .into_iter()
        .map(|(key, (label, [p, q]))| (key, Outcome { label, p, q }))
        .collect();
    // Stable, so that equal masses stay in the order of their hashes.
    outcomes.sort_by_key(|(_, o)| {
        Reverse(u128::from(o.p) * u128::from(rows[1]) + u128::from(o.q) * u128::from(rows[0]))
    });
    outcomes
}
