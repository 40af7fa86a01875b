//! The multinomial distribution.

use super::{Distribution, Kind, Multivariate, Space};
use crate::family::divergence::{Divergence, Method};
use crate::family::mass::poisson;
use crate::family::quadrature::Integral;
use crate::family::range::{Range, checked, shares};
use crate::family::rule::Term;
use crate::family::summation::sum;
use crate::family::{Error, Family};
use crate::numeric::{Sum, exp_above_tangent};
use crate::random::Random;
use crate::ratio;

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Multinomial {
    pub(super) trials: f64,
    pub(super) probabilities: Vec<f64>,
}

impl Multivariate {
    /// The multinomial distribution of `trials` draws, n, with these probabilities pᵢ:
    /// n! Π pᵢ^kᵢ / kᵢ!, the kᵢ summing to n. With one trial it is PyTorch's and TFP's
    /// `OneHotCategorical`.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfRange`] for a number of trials that is not whole or a probability outside
    /// [0, 1], [`Error::NotNormalised`] if they do not sum to 1.
    ///
    /// ```
    /// use kullback::family::{Method, Multivariate, Sampling};
    ///
    /// let p = Multivariate::multinomial(3.0, &[0.5, 0.5])?;
    /// let q = Multivariate::multinomial(3.0, &[1.0, 0.0])?;
    /// let kl = |p: &Multivariate, q| p.kl_divergence(q, Sampling::default());
    /// assert_eq!(kl(&p, &q)?.method, Method::Support);
    /// assert_eq!(kl(&q, &p)?.value, 3.0 * 2.0f64.ln());
    /// assert!(Multivariate::multinomial(0.5, &[0.25, 0.75]).is_err());
    /// # Ok::<(), kullback::family::Error>(())
    /// ```
    ///
    /// Source: De Moivre 1711.
    pub fn multinomial(trials: f64, probabilities: &[f64]) -> Result<Multivariate, Error> {
        let trials = checked("multinomial", "trials", trials, Range::Count)?;
        let range = Range::Probability;
        let probabilities = shares("multinomial", "a probability", probabilities, range)?;
        Ok(Multivariate {
            kind: Kind::Multinomial(Multinomial {
                trials,
                probabilities,
            }),
        })
    }
}

impl Multinomial {
    /// n Σ p (r − 1 − ln r) with r = q/p; ∞ for another number of trials.
    pub(super) fn kl(&self, q: &Multinomial) -> Integral {
        let value = if self.trials.total_cmp(&q.trials).is_eq() {
            let term = |(&p, &q): (&f64, &f64)| {
                if p == 0.0 {
                    q
                } else {
                    p * exp_above_tangent(ratio::of_masses(q, p))
                }
            };
            let terms = self.probabilities.iter().zip(&q.probabilities).map(term);
            self.trials * terms.collect::<Sum>().total()
        } else {
            f64::INFINITY
        };
        Integral {
            value,
            bound: 64.0 * f64::EPSILON * self.probabilities.len() as f64 * value,
        }
    }
}

impl Distribution for Multinomial {
    fn space(&self) -> Space {
        Space::Counts(self.probabilities.len())
    }

    /// As Poisson counts given their sum, in Loader's form without large parts.
    fn ln_density(&self, counts: &[f64]) -> f64 {
        let n = self.trials;
        if counts.iter().sum::<f64>().total_cmp(&n).is_ne() {
            return f64::NEG_INFINITY;
        }
        let each = self.probabilities.iter().zip(counts);
        let each: f64 = each.map(|(p, &k)| poisson(k, n * p)).sum();
        each - poisson(n, n)
    }

    fn draw(&self, random: &mut Random) -> Vec<f64> {
        let (mut left, mut share) = (self.trials as u64, 1.0);
        let last = self.probabilities.len() - 1;
        let mut counts = Vec::with_capacity(last + 1);
        for &p in &self.probabilities[..last] {
            let count = if p > 0.0 {
                random.binomial(left, (p / share).min(1.0))
            } else {
                0
            };
            counts.push(count as f64);
            left -= count;
            share -= p;
        }
        counts.push(left as f64);
        counts
    }

    /// The surprisals of the Poisson counts are averaged over binomial counts, one by one.
    fn entropy(&self) -> Option<Divergence> {
        let n = self.trials;
        let mut total = Integral {
            value: poisson(n, n),
            bound: 4.0 * f64::EPSILON * poisson(n, n).abs(),
        };
        for &probability in self.probabilities.iter().filter(|&&p| p > 0.0) {
            let counts = Family::Binomial {
                trials: n,
                probability,
            };
            let found = sum(&[&counts], &|k| {
                let (ln, surprisal) = (counts.ln_mass(k), -poisson(k, n * probability));
                let value = ln.exp() * surprisal;
                Term {
                    value,
                    slack: 4.0 * f64::EPSILON * (2.0 + ln.abs() + 10.0 * n.sqrt()) * value.abs(),
                }
            });
            total.value += found.value;
            total.bound += found.bound;
        }
        Some(Divergence::by(Method::Summation, total))
    }
}
