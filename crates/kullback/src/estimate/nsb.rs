//! Nemenman, Shafee & Bialek's estimator: a mixture of Dirichlet priors that is nearly flat in H.
//!
//! A symmetric Dirichlet prior with count β fixes the entropy almost before any data are seen, at
//! ξ(β) = ψ(Kβ + 1) − ψ(β + 1). The prior here is the mixture of all β with density dξ/dβ, and the
//! estimate is the posterior's mean
//!
//! ```text
//! E[H] = ∫ w(β) E[H|β] dβ / ∫ w(β) dβ,   w(β) = dξ/dβ · Γ(Kβ)/Γ(n + Kβ) · Π Γ(nᵢ + β)/Γ(β)
//! ```
//!
//! Both integrals are taken over t = ln β by the trapezium rule, which for a function that is
//! analytic and falls exponentially on both sides converges faster than any power of the step.

use super::Estimate;
use super::dirichlet::{mean, variance};
use super::special::{ln_rising, trigamma_shortfall};
use super::tally::Tally;
use crate::numeric::Sum;

/// What is left out weighs less than e⁻⁴² of the peak.
const NEGLIGIBLE: f64 = 42.0;
/// The step is halved until the mean agrees with that of the step before to this many nats.
const AGREEMENT: f64 = 1e-13;
const HALVINGS: usize = 12;

pub(super) fn nsb(tally: &Tally) -> Estimate {
    if tally.outcomes < 2.0 {
        return Estimate::with_deviation(0.0, 0.0);
    }
    let mut grid = Grid::around_the_peak(tally);
    let mut value = grid.mean();
    for _ in 0..HALVINGS {
        grid.halve(tally);
        let finer = grid.mean();
        let apart = (finer - value).abs();
        value = finer;
        if apart < AGREEMENT {
            break;
        }
    }
    Estimate::with_deviation(value, grid.variance(tally, value).sqrt())
}

/// ln w(β)·β at β = eᵗ, up to a constant.
fn ln_weight(tally: &Tally, t: f64) -> f64 {
    let (beta, outcomes) = (t.exp(), tally.outcomes);
    let likelihood = tally.sum(|count| ln_rising(beta, count));
    // dξ/dβ = Kψ′(Kβ + 1) − ψ′(β + 1).
    let slope = trigamma_shortfall(beta) - outcomes * trigamma_shortfall(outcomes * beta);
    likelihood - ln_rising(outcomes * beta, tally.n) + slope.ln() + t
}

struct Node {
    t: f64,
    ln_weight: f64,
    mean: f64,
}

impl Node {
    fn at(tally: &Tally, t: f64) -> Node {
        Node {
            t,
            ln_weight: ln_weight(tally, t),
            mean: mean(tally, t.exp()),
        }
    }
}

/// Equidistant values of t, beyond which nothing weighs anything.
struct Grid {
    nodes: Vec<Node>,
    step: f64,
}

impl Grid {
    fn around_the_peak(tally: &Tally) -> Grid {
        // The weight falls like eᵗ or faster below β = 1/(Kn), like e⁻ᵗ above n².
        let step = 0.5;
        let first = -(tally.outcomes * tally.n).ln() - NEGLIGIBLE;
        let last = 2.0 * tally.n.ln() + NEGLIGIBLE;
        let places = (0..=((last - first) / step) as usize).map(|i| first + i as f64 * step);
        let weighed: Vec<(f64, f64)> = places.map(|t| (t, ln_weight(tally, t))).collect();
        let peak = weighed.iter().fold(f64::NEG_INFINITY, |a, b| a.max(b.1));
        let counts = |&(_, ln_weight): &(f64, f64)| ln_weight > peak - NEGLIGIBLE;
        let from = weighed.iter().position(counts).unwrap_or(0);
        let to = weighed.iter().rposition(counts).unwrap_or(0);
        // One more on either side: between two of them the weight may still matter.
        let kept = &weighed[from.saturating_sub(1)..(to + 2).min(weighed.len())];
        Grid {
            nodes: kept.iter().map(|&(t, _)| Node::at(tally, t)).collect(),
            step,
        }
    }

    fn halve(&mut self, tally: &Tally) {
        self.step *= 0.5;
        let between = self.nodes[1..].iter();
        let finer: Vec<Node> = between
            .map(|node| Node::at(tally, node.t - self.step))
            .collect();
        self.nodes.extend(finer);
        self.nodes.sort_unstable_by(|a, b| a.t.total_cmp(&b.t));
    }

    /// The average of a function of the nodes.
    fn average(&self, f: impl Fn(&Node) -> f64) -> f64 {
        let peak = (self.nodes.iter()).fold(f64::NEG_INFINITY, |a, b| a.max(b.ln_weight));
        let (mut sum, mut total) = (Sum::default(), Sum::default());
        for node in &self.nodes {
            let weight = (node.ln_weight - peak).exp();
            if weight > 0.0 {
                sum.add(weight * f(node));
                total.add(weight);
            }
        }
        sum.total() / total.total()
    }

    fn mean(&self) -> f64 {
        self.average(|node| node.mean)
    }

    /// Var[H] = E[Var[H|β]] + Var[E[H|β]].
    fn variance(&self, tally: &Tally, value: f64) -> f64 {
        self.average(|node| {
            let within = variance(tally, node.t.exp(), node.mean);
            within + (node.mean - value).powi(2)
        })
    }
}
