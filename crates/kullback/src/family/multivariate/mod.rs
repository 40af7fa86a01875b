//! Distributions of several variables.

mod counts;
mod covariance;
mod dirichlet;
mod divergence;
mod logistic_normal;
mod low_rank;
mod matrix_normal;
mod mixture;
mod multinomial;
mod normal;
mod sampling;
mod space;
#[cfg(test)]
mod tests;
mod text;
mod von_mises_fisher;
mod wishart;

pub use sampling::Sampling;

use dirichlet::Dirichlet;
use logistic_normal::LogisticNormal;
use low_rank::LowRank;
use matrix_normal::MatrixNormal;
use mixture::Mixture;
use multinomial::Multinomial;
use normal::Normal;
use space::Space;
use von_mises_fisher::VonMisesFisher;
use wishart::Wishart;

use super::{Divergence, Error};
use crate::random::Random;

pub(super) use text::{is_named, names, signature};

/// A distribution of several variables, its parameters checked when it is built.
///
/// Build one with the constructor of its family ([`Multivariate::normal`], …), from text
/// (`"dirichlet(1, 2, 3)".parse()`), or as a [`Multivariate::mixture`]. Its text, by `Display`,
/// shows its parameters and parses to the same distribution.
///
/// ```
/// use kullback::family::{Method, Multivariate, Sampling};
///
/// let p = Multivariate::dirichlet(&[1.0, 2.0, 3.0])?;
/// let q = Multivariate::dirichlet(&[1.0, 1.0, 1.0])?;
/// let kl = p.kl_divergence(&q, Sampling::default())?;
/// assert!((kl.value - 0.551_197_381_662_155_4).abs() < 1e-14);
/// assert_eq!(kl.method, Method::ClosedForm);
/// # Ok::<(), kullback::family::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Multivariate {
    kind: Kind,
}

#[derive(Debug, Clone, PartialEq)]
enum Kind {
    Dirichlet(Dirichlet),
    LogisticNormal(LogisticNormal),
    LowRank(LowRank),
    MatrixNormal(MatrixNormal),
    Mixture(Mixture),
    Multinomial(Multinomial),
    Normal(Normal),
    VonMisesFisher(VonMisesFisher),
    Wishart(Wishart),
}

/// What every family of several variables knows of itself.
///
/// Points are given by the coordinates of [`Space::coordinates`].
trait Distribution {
    fn space(&self) -> Space;
    /// The logarithm of the density, or of the mass, at a point of the space.
    fn ln_density(&self, x: &[f64]) -> f64;
    fn draw(&self, random: &mut Random) -> Vec<f64>;
    /// The entropy without sampling, if that can be.
    fn entropy(&self) -> Option<Divergence>;
}

impl Multivariate {
    fn inner(&self) -> &dyn Distribution {
        match &self.kind {
            Kind::Dirichlet(inner) => inner,
            Kind::LogisticNormal(inner) => inner,
            Kind::LowRank(inner) => inner,
            Kind::MatrixNormal(inner) => inner,
            Kind::Mixture(inner) => inner,
            Kind::Multinomial(inner) => inner,
            Kind::Normal(inner) => inner,
            Kind::VonMisesFisher(inner) => inner,
            Kind::Wishart(inner) => inner,
        }
    }

    /// The logarithm of the density at `x`, or of the mass of a multinomial.
    ///
    /// A matrix is given by its rows, one after the other. Densities are relative to length,
    /// area, volume: on the simplex in all shares but the last, for symmetric matrices in the
    /// entries on and below the diagonal, on the sphere to its own surface.
    ///
    /// −∞ outside the support: shares whose sum, or a direction whose length, differs from 1 by
    /// more than [`STRICT_TOLERANCE`](crate::STRICT_TOLERANCE); counts that are not whole; a
    /// matrix that is not symmetric and positive definite. NaN where an entry is.
    ///
    /// # Errors
    ///
    /// [`Error::WrongLength`] if `x` has too few or too many entries.
    ///
    /// ```
    /// use kullback::family::Multivariate;
    ///
    /// let uniform = Multivariate::dirichlet(&[1.0, 1.0, 1.0])?;
    /// assert!((uniform.ln_density(&[0.2, 0.3, 0.5])? - 2.0f64.ln()).abs() < 1e-15);
    /// assert_eq!(uniform.ln_density(&[0.2, 0.3, 0.6])?, f64::NEG_INFINITY);
    /// assert!(uniform.ln_density(&[0.5, 0.5]).is_err());
    /// # Ok::<(), kullback::family::Error>(())
    /// ```
    pub fn ln_density(&self, x: &[f64]) -> Result<f64, Error> {
        let space = self.inner().space();
        if x.len() != space.entries() {
            return Err(Error::WrongLength {
                takes: space.entries(),
                given: x.len(),
            });
        }
        if x.iter().any(|entry| entry.is_nan()) {
            return Ok(f64::NAN);
        }
        let inside = space.coordinates(x);
        Ok(inside.map_or(f64::NEG_INFINITY, |x| self.inner().ln_density(&x)))
    }
}
