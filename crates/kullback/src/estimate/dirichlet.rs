//! The posterior of entropy under a symmetric Dirichlet prior, in closed form.

use std::fmt;

use super::Estimate;
use super::special::{digamma, trigamma};
use super::tally::Tally;
use crate::numeric::Sum;

/// A symmetric Dirichlet prior over K outcomes: as if each had been seen `a` times before.
///
/// K is the length of the list of counts, outcomes never seen included. n is the sample size.
///
/// ```
/// use kullback::estimate::Prior;
///
/// assert_eq!(Prior::Perks.concentration(100.0, 8.0), 0.125);
/// assert_eq!(Prior::Minimax.concentration(100.0, 8.0), 1.25);
/// assert_eq!(Prior::Jeffreys.to_string(), "jeffreys");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Prior {
    /// a = ½, invariant under reparametrisation. Jeffreys 1946; Krichevsky & Trofimov 1981.
    Jeffreys,
    /// a = 1, every distribution equally likely. Bayes 1763; Laplace 1774.
    Laplace,
    /// a = 1/K, one observation in all. Perks 1947; Schürmann & Grassberger 1996.
    Perks,
    /// a = √n/K, the least worst squared error of the shares. Trybuła 1958.
    Minimax,
}

impl Prior {
    /// The four, in the order of their years.
    pub const ALL: [Prior; 4] = [
        Prior::Laplace,
        Prior::Jeffreys,
        Prior::Perks,
        Prior::Minimax,
    ];

    /// The prior's count per outcome, `a`, for a sample of `n` draws over `outcomes` outcomes.
    ///
    /// ```
    /// assert_eq!(kullback::estimate::Prior::Jeffreys.concentration(10.0, 3.0), 0.5);
    /// ```
    #[must_use]
    pub fn concentration(self, n: f64, outcomes: f64) -> f64 {
        match self {
            Prior::Jeffreys => 0.5,
            Prior::Laplace => 1.0,
            Prior::Perks => 1.0 / outcomes,
            Prior::Minimax => n.sqrt() / outcomes,
        }
    }
}

impl fmt::Display for Prior {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Prior::Jeffreys => "jeffreys",
            Prior::Laplace => "laplace",
            Prior::Perks => "perks",
            Prior::Minimax => "minimax",
        })
    }
}

/// The posterior's mean and standard deviation of H.
pub(super) fn posterior(tally: &Tally, prior: Prior) -> Estimate {
    if tally.outcomes < 2.0 {
        return Estimate::with_deviation(0.0, 0.0);
    }
    let added = prior.concentration(tally.n, tally.outcomes);
    let mean = mean(tally, added);
    Estimate::with_deviation(mean, variance(tally, added, mean).sqrt())
}

/// E[H] = ψ(A + 1) − Σ (aᵢ/A) ψ(aᵢ + 1), with aᵢ = nᵢ + a and A their sum.
pub(super) fn mean(tally: &Tally, added: f64) -> f64 {
    let total = tally.n + tally.outcomes * added;
    let psi_total = digamma(total + 1.0);
    let terms = tally.all().map(|(count, outcomes)| {
        let a = count + added;
        // As differences, so that a sum of large logarithms does not cancel.
        outcomes * a / total * (psi_total - digamma(a + 1.0))
    });
    terms.collect::<Sum>().total()
}

/// Var[H] = Var[Σ pᵢ (ln pᵢ + E[H])], whose mean is 0, so that nothing large is subtracted.
///
/// What is subtracted is ψ′(A + 2): a variance below its rounding, 10⁻¹⁶/A, is 0.
pub(super) fn variance(tally: &Tally, added: f64, mean: f64) -> f64 {
    let total = tally.n + tally.outcomes * added;
    let (psi_total, psi_1_total) = (digamma(total + 2.0), trigamma(total + 2.0));
    let pairs = total * (total + 1.0);
    // E[pᵢpⱼ(ln pᵢ + m)(ln pⱼ + m)] is aᵢaⱼ(dᵢdⱼ − ψ′(A + 2))/(A(A + 1)) for i ≠ j.
    let (mut linear, mut own) = (Sum::default(), Sum::default());
    for (count, outcomes) in tally.all() {
        let a = count + added;
        let apart = digamma(a + 1.0) - psi_total + mean;
        linear.add(outcomes * a * apart);
        // aᵢ(aᵢ + 1)(d² + ψ′(aᵢ + 2)) with d = apart + 1/(aᵢ + 1), less aᵢ² apart².
        let next = apart + 1.0 / (a + 1.0);
        own.add(outcomes * a * ((a + 1.0) * (next * next + trigamma(a + 2.0)) - a * apart * apart));
    }
    // Σᵢⱼ aᵢaⱼ ψ′ over i ≠ j, and Σᵢ aᵢ(aᵢ + 1) ψ′, are A(A + 1) ψ′ together.
    ((linear.total().powi(2) + own.total()) / pairs - psi_1_total).max(0.0)
}
