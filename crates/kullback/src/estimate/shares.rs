//! Entropies of shares that were moved before they are used: shrunk, or with counts added.

use super::tally::Tally;
use super::{Estimate, Prior};

/// The entropy of λ/K + (1 − λ) p̂.
///
/// λ = (1 − Σ p̂²)/((n − 1) Σ (1/K − p̂)²), and 1 where that exceeds 1 (as part of the definition)
/// or n = 1.
pub(super) fn james_stein(tally: &Tally) -> Estimate {
    let target = 1.0 / tally.outcomes;
    let share = |count: f64| count / tally.n;
    let noise: f64 = tally.sum(|count| share(count) * (1.0 - share(count)));
    let unseen = (tally.outcomes - tally.distinct()) * target * target;
    let distance = (tally.n - 1.0) * (tally.sum(|count| (target - share(count)).powi(2)) + unseen);
    let shrinkage = if noise < distance {
        noise / distance
    } else {
        1.0
    };
    entropy_of(tally, |count| {
        shrinkage * target + (1.0 - shrinkage) * share(count)
    })
}

/// The entropy of the shares (nᵢ + a)/(n + Ka).
pub(super) fn pseudocount(tally: &Tally, prior: Prior) -> Estimate {
    let added = prior.concentration(tally.n, tally.outcomes);
    let total = tally.n + tally.outcomes * added;
    entropy_of(tally, |count| (count + added) / total)
}

fn entropy_of(tally: &Tally, share: impl Fn(f64) -> f64) -> Estimate {
    let terms = tally.all().map(|(count, outcomes)| {
        let share = share(count);
        if share == 0.0 {
            0.0
        } else {
            -outcomes * share * share.ln()
        }
    });
    Estimate::value(terms.collect::<crate::numeric::Sum>().total())
}
