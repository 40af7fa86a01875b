//! The normal distribution with any covariance matrix.

use super::covariance::{Covariance, departure_cost};
use super::{Distribution, Kind, Multivariate, Space};
use crate::family::Error;
use crate::family::divergence::{Divergence, Method};
use crate::family::moments::Terms;
use crate::family::quadrature::Integral;
use crate::family::range::{Range, checked};
use crate::family::special::LN_SQRT_TAU;
use crate::numeric::Sum;
use crate::random::Random;

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Normal {
    pub(super) mean: Vec<f64>,
    pub(super) covariance: Covariance,
}

impl Multivariate {
    /// The normal distribution with this mean μ and covariance matrix Σ:
    /// exp(−½ (x − μ)ᵀ Σ⁻¹ (x − μ)) / √det(2πΣ). In text, `multivariate_normal` or `mvn`.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfRange`] for a number that is not finite; [`Error::NotCovariance`] for a
    /// matrix that is not square, not symmetric or not positive definite; [`Error::WrongSize`] for a mean of another size.
    ///
    /// ```
    /// use kullback::family::{Multivariate, Sampling};
    ///
    /// let correlated = [vec![1.0, 0.5], vec![0.5, 1.0]];
    /// let p = Multivariate::normal(&[0.0, 0.0], &correlated)?;
    /// let q = Multivariate::normal(&[0.0, 0.0], &[vec![1.0, 0.0], vec![0.0, 1.0]])?;
    /// // The mutual information of the two variables, −½ ln(1 − ρ²).
    /// let kl = p.kl_divergence(&q, Sampling::default())?;
    /// assert!((kl.value + 0.5 * 0.75f64.ln()).abs() < 1e-15);
    /// # Ok::<(), kullback::family::Error>(())
    /// ```
    ///
    /// Source: Bravais 1846; Kullback 1959 (the divergence).
    pub fn normal(mean: &[f64], covariance: &[Vec<f64>]) -> Result<Multivariate, Error> {
        Ok(Multivariate {
            kind: Kind::Normal(Normal::new("multivariate_normal", mean, covariance)?),
        })
    }
}

/// A finite vector of the length that is asked for.
pub(super) fn vector(
    family: &'static str,
    parameter: &'static str,
    x: &[f64],
    length: usize,
) -> Result<Vec<f64>, Error> {
    if x.len() != length {
        return Err(Error::WrongSize {
            family,
            parameter,
            takes: length,
            given: x.len(),
        });
    }
    x.iter()
        .map(|&x| checked(family, parameter, x, Range::Finite))
        .collect()
}

/// x − y.
pub(super) fn difference(x: &[f64], y: &[f64]) -> Vec<f64> {
    x.iter().zip(y).map(|(x, y)| x - y).collect()
}

pub(super) fn square(x: &[f64]) -> f64 {
    x.iter().map(|x| x * x).sum()
}

impl Normal {
    pub(super) fn new(
        family: &'static str,
        mean: &[f64],
        covariance: &[Vec<f64>],
    ) -> Result<Normal, Error> {
        let covariance = Covariance::new(family, "covariance", covariance)?;
        let mean = vector(family, "mean", mean, covariance.dimension())?;
        Ok(Normal { mean, covariance })
    }

    /// ½ [Σ (λ − ln(1 + λ)) + |L⁻¹(m − n)|²] with 1 + λ the eigenvalues of T⁻¹S, T = LLᵀ: every
    /// term is zero or above, and nothing cancels where S and T are close.
    pub(super) fn kl(&self, q: &Normal) -> Integral {
        let costs = q.covariance.departures(&self.covariance).into_iter();
        let mut sum: Sum = costs.map(departure_cost).collect();
        sum.add(square(
            &q.covariance.whiten(&difference(&self.mean, &q.mean)),
        ));
        let value = 0.5 * sum.total();
        let strain = self.covariance.strain().max(q.covariance.strain());
        Integral {
            value,
            bound: 64.0 * f64::EPSILON * (self.mean.len().pow(2) as f64) * strain * value,
        }
    }
}

impl Distribution for Normal {
    fn space(&self) -> Space {
        Space::Vectors(self.mean.len())
    }

    fn ln_density(&self, x: &[f64]) -> f64 {
        let z = self.covariance.whiten(&difference(x, &self.mean));
        let d = self.mean.len() as f64;
        -0.5 * (square(&z) + self.covariance.ln_det()) - d * LN_SQRT_TAU
    }

    fn draw(&self, random: &mut Random) -> Vec<f64> {
        let z: Vec<f64> = self.mean.iter().map(|_| random.normal()).collect();
        let noise = self.covariance.colour(&z);
        self.mean.iter().zip(noise).map(|(m, x)| m + x).collect()
    }

    fn entropy(&self) -> Option<Divergence> {
        let d = self.mean.len() as f64;
        let terms = Terms::new(&[d * (0.5 + LN_SQRT_TAU), 0.5 * self.covariance.ln_det()]);
        let terms = terms.with_size(d * d * self.covariance.strain());
        Some(Divergence::by(Method::ClosedForm, terms.rounded()))
    }
}
