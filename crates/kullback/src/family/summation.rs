//! Sums over the whole numbers, with a bound on what is left out.
//!
//! Up to some ten thousand outcomes are added one by one. Where the mass spreads over more, only
//! those near the ends of a support are; between them the sum is an integral with the first
//! correction of Euler and Maclaurin, Σ f(k) = ∫ f dx − [f′]/24 + …, so that a Poisson
//! distribution at rate 10¹² takes no longer than one at 10⁵. Source: Euler 1738; Maclaurin 1742.

use super::quadrature::{Integral, integrate};
use super::rule::Term;
use super::{Family, Support};
use crate::numeric::Sum;

/// Outcomes that are always added one by one at an end of a support.
const EDGE: f64 = 4096.0;
/// A spread beyond this is integrated.
const NARROW: f64 = 40_000.0;

/// What a family's mass looks like from afar.
struct Outline {
    mean: f64,
    sd: f64,
    /// Beyond mean + 40 sd + 40 tail there is nothing to see.
    tail: f64,
    last: f64,
}

fn outlines(family: &Family, out: &mut Vec<Outline>) {
    let (mean, sd, tail) = match *family {
        Family::Mixture { ref components } => {
            components.iter().for_each(|(_, c)| outlines(c, out));
            return;
        }
        Family::Poisson { rate } => (rate, rate.sqrt(), 1.0),
        Family::Binomial {
            trials,
            probability,
        } => {
            let mean = trials * probability;
            (mean, (mean * (1.0 - probability)).sqrt(), 0.0)
        }
        Family::Geometric { probability } => {
            let mean = (1.0 - probability) / probability;
            (mean, mean, 1.0 / probability)
        }
        Family::NegativeBinomial {
            successes,
            probability,
        } => {
            let mean = successes * (1.0 - probability) / probability;
            (mean, (mean / probability).sqrt(), 1.0 / probability)
        }
        _ => (0.0, 0.0, 0.0),
    };
    let last = match family.support() {
        Support::Integers { last, .. } => last,
        Support::Intervals(_) => f64::INFINITY,
    };
    out.push(Outline {
        mean,
        sd,
        tail,
        last,
    });
}

/// Σ f(k) over the whole numbers that `families` reach.
pub(super) fn sum(families: &[&Family], f: &dyn Fn(f64) -> Term) -> Integral {
    let mut shapes = Vec::new();
    families
        .iter()
        .for_each(|family| outlines(family, &mut shapes));
    let most = |of: fn(&Outline) -> f64| shapes.iter().map(of).fold(0.0, f64::max);
    let reach = most(|s| (s.mean + 40.0 * s.sd + 40.0 * s.tail).min(s.last));
    let last = most(|s| s.last);
    let mut total = Total::default();
    if reach <= NARROW {
        total.one_by_one(f, 0.0, last, reach);
        return total.finish();
    }
    // Every end of a support, and the spans between them.
    let mut corners: Vec<f64> = shapes.iter().map(|s| s.last).collect();
    corners.push(-1.0);
    corners.sort_by(f64::total_cmp);
    corners.dedup();
    let mut landmarks: Vec<f64> = shapes
        .iter()
        .flat_map(|s| [-10.0, -4.0, -1.0, 0.0, 1.0, 4.0, 10.0].map(|step| s.mean + step * s.sd))
        .chain([1e2, 1e4, 1e6, 1e8].map(|far| EDGE + far))
        .collect();
    landmarks.sort_by(f64::total_cmp);
    landmarks.dedup();
    for span in corners.windows(2) {
        let (from, to) = (span[0] + 1.0, span[1]);
        if to - from < 3.0 * EDGE {
            total.one_by_one(f, from, to, to);
            continue;
        }
        total.one_by_one(f, from, from + EDGE - 1.0, to);
        let low = from + EDGE - 0.5;
        let mut high = f64::INFINITY;
        if to.is_finite() {
            total.one_by_one(f, to - EDGE + 1.0, to, to);
            high = to - EDGE + 0.5;
        }
        total.smooth(f, low, high, &landmarks);
    }
    total.finish()
}

#[derive(Default)]
struct Total {
    value: Sum,
    bound: f64,
    size: f64,
}

impl Total {
    fn add(&mut self, term: Term) {
        self.value.add(term.value);
        self.size += term.value.abs();
        self.bound += term.slack;
    }

    /// Adds f(from), …, f(to); past `reach` it may stop where what follows is negligible.
    fn one_by_one(&mut self, f: &dyn Fn(f64) -> Term, from: f64, to: f64, reach: f64) {
        let (mut k, mut before) = (from, f64::INFINITY);
        while k <= to {
            let term = f(k);
            self.add(term);
            let here = term.value.abs();
            if k > reach {
                // From here on the terms fall at least as fast as a geometric series.
                let ratio = if before > 0.0 { here / before } else { 0.0 };
                let rest = if ratio < 1.0 {
                    here / (1.0 - ratio)
                } else {
                    f64::INFINITY
                };
                if rest <= 1e-18 * self.size || here == 0.0 {
                    self.bound += 2.0 * rest;
                    return;
                }
            }
            before = here;
            k += 1.0;
        }
    }

    /// Adds the sum over the whole numbers between the half-integers `low` and `high`.
    fn smooth(&mut self, f: &dyn Fn(f64) -> Term, low: f64, high: f64, landmarks: &[f64]) {
        let integral = integrate(&[low, high], landmarks, &|x, jacobian| {
            let term = f(x.above(0.0));
            let scale = jacobian.exp();
            // Beyond the largest number there is no mass.
            let scaled = |x: f64| if x == 0.0 { 0.0 } else { x * scale };
            Term {
                value: scaled(term.value),
                slack: scaled(term.slack),
            }
        });
        let slope = |x: f64| {
            if x.is_finite() {
                f(x + 0.5).value - f(x - 0.5).value
            } else {
                0.0
            }
        };
        let correction = (slope(low) - slope(high)) / 24.0;
        self.value.add(integral.value);
        self.value.add(correction);
        self.size += integral.value.abs();
        // The next term, 7 f‴/5760, is smaller by the square of the distance to the edge.
        self.bound += integral.bound + 1e-4 * correction.abs();
    }

    fn finish(self) -> Integral {
        let value = self.value.total();
        let bound = if value.is_finite() {
            self.bound + 4.0 * f64::EPSILON * self.size
        } else {
            f64::INFINITY
        };
        Integral { value, bound }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The masses of any family add up to 1, whichever way they are added.
    #[test]
    fn masses_add_up_to_one() {
        for text in [
            "poisson(0)",
            "poisson(3)",
            "poisson(1e6)",
            "poisson(1e12)",
            "binomial(10, 0.3)",
            "binomial(1e9, 0.3)",
            "geometric(1e-9)",
            "negative_binomial(0.1, 1e-7)",
            "negative_binomial(1e7, 0.5)",
            "mixture(0.5*binomial(1e6, 0.5) + 0.5*poisson(3))",
        ] {
            let family: Family = text.parse().unwrap();
            let total = sum(&[&family], &|k| Term {
                value: family.ln_mass(k).exp(),
                slack: 0.0,
            });
            let error = (total.value - 1.0).abs();
            assert!(error < 1e-10, "{text}: {total:?}");
        }
    }
}
