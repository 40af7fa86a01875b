//! How many outcomes were seen how often: all that an estimator of entropy reads.

use crate::numeric::Sum;
use crate::{Error, Pair};

/// Outcomes grouped by count, in ascending order, so that no value depends on their order.
pub(super) struct Tally {
    /// A count and how many outcomes have it; the count may be 0.
    groups: Vec<(f64, f64)>,
    /// The sample size, at least 1 where counted.
    pub(super) n: f64,
    /// The number of outcomes, unseen ones included.
    pub(super) outcomes: f64,
}

impl Tally {
    pub(super) fn of_counts(counts: &[u64]) -> Result<Tally, Error> {
        let sizes = Pair::from_counts(counts, counts)?.sizes();
        let counts = counts.iter().map(|&count| count as f64).collect();
        // Counts are known, so are sizes.
        Ok(Tally::of(counts, sizes.map_or(0, |[n, _]| n) as f64))
    }

    /// From finite counts ≥ 0, whole or not, that sum to `n`.
    pub(super) fn of(mut counts: Vec<f64>, n: f64) -> Tally {
        let outcomes = counts.len() as f64;
        counts.sort_unstable_by(f64::total_cmp);
        let runs = counts.chunk_by(|a, b| a.total_cmp(b).is_eq());
        let groups = runs.map(|run| (run[0], run.len() as f64)).collect();
        Tally {
            groups,
            n,
            outcomes,
        }
    }

    /// Each count, 0 included, and the number of outcomes that have it.
    pub(super) fn all(&self) -> impl Iterator<Item = (f64, f64)> {
        self.groups.iter().copied()
    }

    /// Each count above 0 and the number of outcomes that have it.
    pub(super) fn seen(&self) -> impl Iterator<Item = (f64, f64)> {
        self.all().filter(|&(count, _)| count > 0.0)
    }

    /// The number of outcomes seen at all.
    pub(super) fn distinct(&self) -> f64 {
        self.seen().map(|(_, outcomes)| outcomes).sum()
    }

    /// The number of outcomes seen exactly `times`.
    pub(super) fn seen_exactly(&self, times: f64) -> f64 {
        let these = self
            .all()
            .filter(|&(count, _)| count.total_cmp(&times).is_eq());
        these.map(|(_, outcomes)| outcomes).sum()
    }

    /// Σ over the outcomes seen of f(count), each outcome once.
    pub(super) fn sum(&self, f: impl Fn(f64) -> f64) -> f64 {
        let terms = self.seen().map(|(count, outcomes)| outcomes * f(count));
        terms.collect::<Sum>().total()
    }

    /// Σ over the outcomes seen of (count/n)·f(count).
    pub(super) fn mean(&self, f: impl Fn(f64) -> f64) -> f64 {
        self.sum(|count| count / self.n * f(count))
    }

    /// ln(n/count), exact to the last digits also where the two are close.
    pub(super) fn surprise(&self, count: f64) -> f64 {
        ((self.n - count) / count).ln_1p()
    }
}
