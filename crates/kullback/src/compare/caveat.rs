//! What a reader of the numbers must know.

use super::findings::{counts, two_samples};
use super::outcomes::{Label, Outcomes};
use super::{Kind, spelling};
use crate::Side;
use crate::inference::unseen;
use crate::summary::{Axis, Column};

/// A fact that changes how a comparison reads. Each is a value in the result, never a log line.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Caveat {
    /// No outcome but null is on both sides, so KL is ∞ both ways.
    Disjoint {
        /// A text of P and one of Q that are the same but for case or trailing punctuation,
        /// where that holds for every text.
        alike: Option<(String, String)>,
    },
    /// Outcomes of P that Q has none of: they make KL(P‖Q) infinite.
    OnlyInP(Unshared),
    /// Outcomes of Q that P has none of: they make KL(Q‖P) infinite.
    OnlyInQ(Unshared),
    /// The values are of several kinds; the counts are of P and of Q.
    Mixed {
        /// Each kind with its numbers of values.
        kinds: Vec<(Kind, [u64; 2])>,
    },
    /// Most rows have a text that no other row has: free text or nearly an identifier, of which
    /// two samples always look different.
    MostlyDistinct {
        /// The share of such rows among all rows with a value.
        share: f64,
    },
    /// More distinct texts than the summary holds: texts share buckets, and the divergence is a
    /// lower bound.
    Buckets {
        /// How many buckets there are.
        buckets: usize,
    },
    /// Much of the mass lies in one cell that holds several values and cannot be cut finer.
    Coarse {
        /// The largest such cell's share of the even mixture of P and Q.
        share: f64,
        /// Its lowest value.
        low: f64,
        /// Its highest value.
        high: f64,
    },
    /// Integers or times beyond 2⁵³ lost their last digits, so neighbours may have merged.
    Rounded {
        /// How many values, on both sides.
        values: u64,
    },
    /// A side is nothing but nulls.
    AllNull {
        /// Whether P is, and whether Q is.
        sides: [bool; 2],
    },
    /// Rows that have no place on the line: nulls, NaN and infinities.
    OffLine {
        /// How many of P and of Q.
        rows: [u64; 2],
    },
    /// More distinct numbers than the summary holds: points stand for cells of several values.
    Cells {
        /// By how much the Kolmogorov–Smirnov distance may be too low. It is never too high.
        kolmogorov_smirnov: f64,
        /// By how much the Wasserstein-1 distance may be off, either way.
        wasserstein: f64,
    },
    /// The points are times or durations, and distances between them microseconds.
    Microseconds,
}

/// Outcomes that only one side has.
#[derive(Clone, Debug, PartialEq)]
pub struct Unshared {
    /// How many outcomes.
    pub outcomes: usize,
    /// How many rows of the side that has them.
    pub rows: u64,
    /// How many rows of the other side would be expected to have them, had nothing changed.
    pub expected: f64,
    /// The most frequent of them.
    pub largest: Label,
}

pub(super) fn find(
    p: &Column,
    q: &Column,
    kind: Kind,
    bins: usize,
    support: &Outcomes,
) -> Vec<Caveat> {
    let mut caveats = Vec::new();
    let sides = [p, q].map(|side| side.nulls() == side.rows());
    if sides.contains(&true) {
        caveats.push(Caveat::AllNull { sides });
    }
    let shared = support
        .outcomes
        .iter()
        .any(|o| o.label != Label::Null && o.p > 0 && o.q > 0);
    if !shared && !sides.contains(&true) {
        caveats.push(Caveat::Disjoint {
            alike: spelling::alike(&support.outcomes),
        });
    } else {
        let counts = counts(&support.outcomes);
        caveats.extend(unseen(&two_samples(&counts)).into_iter().map(|unseen| {
            let unshared = Unshared {
                outcomes: unseen.outcomes as usize,
                rows: unseen.rows,
                expected: unseen.expected,
                largest: support.outcomes[unseen.largest].label.clone(),
            };
            match unseen.seen_in {
                Side::P => Caveat::OnlyInP(unshared),
                _ => Caveat::OnlyInQ(unshared),
            }
        }));
    }
    if kind == Kind::Mixed {
        caveats.push(Caveat::Mixed { kinds: kinds(p, q) });
    }
    caveats.extend(mostly_distinct(p, q, support));
    if p.texts().level().max(q.texts().level()) > 0 {
        caveats.push(Caveat::Buckets {
            buckets: p.texts().len().max(q.texts().len()),
        });
    }
    caveats.extend(coarse(p, q, bins, support));
    let values = Axis::ALL
        .iter()
        .map(|&axis| p.axis(axis).rounded() + q.axis(axis).rounded())
        .sum();
    if values > 0 {
        caveats.push(Caveat::Rounded { values });
    }
    caveats
}

fn kinds(p: &Column, q: &Column) -> Vec<(Kind, [u64; 2])> {
    [
        (Kind::Number, Axis::Number),
        (Kind::Time, Axis::Time),
        (Kind::TimeOfDay, Axis::TimeOfDay),
        (Kind::Duration, Axis::Duration),
    ]
    .map(|(kind, axis)| (kind, [p.axis(axis).total(), q.axis(axis).total()]))
    .into_iter()
    .chain([(Kind::Text, [p.texts().total(), q.texts().total()])])
    .filter(|(_, values)| *values != [0, 0])
    .collect()
}

fn mostly_distinct(p: &Column, q: &Column, support: &Outcomes) -> Option<Caveat> {
    let values = p.rows() - p.nulls() + q.rows() - q.nulls();
    let once = support
        .outcomes
        .iter()
        .filter(|o| matches!(o.label, Label::Text(_)) && o.p + o.q == 1)
        .count();
    let share = once as f64 / values.max(1) as f64;
    (share > 0.5).then_some(Caveat::MostlyDistinct { share })
}

/// The heaviest outcome that fills a bin by itself, spans more than 1 % and may hold several
/// values, because the summary had to drop bits.
fn coarse(p: &Column, q: &Column, bins: usize, support: &Outcomes) -> Option<Caveat> {
    let rows = [p.rows() as f64, q.rows() as f64];
    support
        .outcomes
        .iter()
        .filter_map(|o| match o.label {
            Label::Interval { axis, low, high }
                if p.axis(axis)
                    .finite()
                    .level()
                    .max(q.axis(axis).finite().level())
                    > 0
                    && high - low > 0.01 * low.abs().max(high.abs()) =>
            {
                let share = 0.5 * (o.p as f64 / rows[0] + o.q as f64 / rows[1]);
                (share > 2.0 / bins as f64).then_some(Caveat::Coarse { share, low, high })
            }
            _ => None,
        })
        .next()
}
