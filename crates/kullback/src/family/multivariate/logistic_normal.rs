//! The logistic normal distribution on the simplex.

use super::normal::{Normal, difference, square};
use super::{Dirichlet, Distribution, Kind, Multivariate, Space};
use crate::family::Error;
use crate::family::density::ln_sum_exp;
use crate::family::divergence::Divergence;
use crate::family::moments::Terms;
use crate::family::quadrature::Integral;
use crate::family::special::{LN_SQRT_TAU, digamma, trigamma};
use crate::random::Random;

#[derive(Debug, Clone, PartialEq)]
pub(super) struct LogisticNormal {
    /// Of the logarithms of all shares but the last over the last.
    pub(super) ratios: Normal,
}

impl Multivariate {
    /// The logistic normal distribution of K shares: ln(xᵢ/x_K), i < K, is normal with this mean
    /// and covariance of K − 1 entries. Unlike a Dirichlet's, its shares may rise together.
    ///
    /// # Errors
    ///
    /// As [`Multivariate::normal`].
    ///
    /// ```
    /// use kullback::family::{Method, Multivariate, Sampling};
    ///
    /// let p = Multivariate::dirichlet(&[2.0, 3.0])?;
    /// let q = Multivariate::logistic_normal(&[0.0], &[vec![1.0]])?;
    /// let (there, back) = (
    ///     p.kl_divergence(&q, Sampling::default())?,
    ///     q.kl_divergence(&p, Sampling::default())?,
    /// );
    /// assert_eq!((there.method, back.method), (Method::ClosedForm, Method::MonteCarlo));
    /// # Ok::<(), kullback::family::Error>(())
    /// ```
    ///
    /// Source: Aitchison & Shen 1980.
    pub fn logistic_normal(mean: &[f64], covariance: &[Vec<f64>]) -> Result<Multivariate, Error> {
        let ratios = Normal::new("logistic_normal", mean, covariance)?;
        Ok(Multivariate {
            kind: Kind::LogisticNormal(LogisticNormal { ratios }),
        })
    }
}

impl LogisticNormal {
    /// KL(P‖Q) of a Dirichlet P: its logarithms have means ψ(aᵢ) − ψ(a₀), and their differences
    /// from the last the covariance ψ′(aᵢ) on the diagonal and ψ′(a_K) everywhere.
    pub(super) fn kl_from(&self, p: &Dirichlet, entropy: &Divergence) -> Integral {
        let Normal { mean, covariance } = &self.ratios;
        let (a, d) = (&p.concentrations, mean.len());
        let total = digamma(a.iter().sum());
        let logs: Vec<f64> = a.iter().map(|&a| digamma(a)).collect();
        let off = logs[..d].iter().zip(mean).map(|(x, m)| x - logs[d] - m);
        let mut terms = vec![
            d as f64 * LN_SQRT_TAU,
            0.5 * covariance.ln_det(),
            0.5 * square(&covariance.whiten(&off.collect::<Vec<_>>())),
            0.5 * trigamma(a[d]) * square(&covariance.whiten(&vec![1.0; d])),
            -entropy.value,
        ];
        for (i, &a) in a[..d].iter().enumerate() {
            let mut unit = vec![0.0; d];
            unit[i] = 1.0;
            terms.push(0.5 * trigamma(a) * square(&covariance.whiten(&unit)));
        }
        terms.extend(logs.iter().flat_map(|log| [*log, -total]));
        let found = Terms::new(&terms).rounded();
        Integral {
            value: found.value,
            bound: d as f64 * covariance.strain() * found.bound + entropy.error_bound(),
        }
    }
}

impl Distribution for LogisticNormal {
    fn space(&self) -> Space {
        Space::Simplex(self.ratios.mean.len() + 1)
    }

    fn ln_density(&self, ln_x: &[f64]) -> f64 {
        let last = vec![ln_x[ln_x.len() - 1]; self.ratios.mean.len()];
        let sum: f64 = ln_x.iter().sum();
        if sum == f64::NEG_INFINITY {
            return sum;
        }
        self.ratios.ln_density(&difference(ln_x, &last)) - sum
    }

    fn draw(&self, random: &mut Random) -> Vec<f64> {
        let mut logs = self.ratios.draw(random);
        logs.push(0.0);
        let total = ln_sum_exp(&logs);
        logs.into_iter().map(|x| x - total).collect()
    }

    fn entropy(&self) -> Option<Divergence> {
        None
    }
}
