//! The Dirichlet distribution.

use super::{Distribution, Kind, Multivariate, Space};
use crate::family::Error;
use crate::family::closed;
use crate::family::divergence::{Divergence, Method};
use crate::family::moments::Terms;
use crate::family::quadrature::Integral;
use crate::family::range::{Range, checked};
use crate::family::special::{digamma, gamma_entropy, ln_gamma};
use crate::numeric::times;
use crate::random::Random;

pub(super) const DIRICHLET: &str = "dirichlet(a0, a1, …)";

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Dirichlet {
    pub(super) concentrations: Vec<f64>,
    total: f64,
    /// −ln B(a).
    ln_normaliser: f64,
}

impl Multivariate {
    /// The Dirichlet distribution on the simplex with these concentrations aᵢ:
    /// Π xᵢ^(aᵢ−1) / B(a).
    ///
    /// # Errors
    ///
    /// [`Error::OutOfRange`] for a concentration that is not above 0, [`Error::WrongCount`] for
    /// fewer than two.
    ///
    /// ```
    /// use kullback::family::Multivariate;
    ///
    /// assert!(Multivariate::dirichlet(&[0.5, 0.5]).is_ok());
    /// assert!(Multivariate::dirichlet(&[0.5, 0.0]).is_err());
    /// # Ok::<(), kullback::family::Error>(())
    /// ```
    ///
    /// Source: Dirichlet 1839; Penny 2001 (the divergence, rearranged).
    pub fn dirichlet(concentrations: &[f64]) -> Result<Multivariate, Error> {
        if concentrations.len() < 2 {
            return Err(Error::WrongCount {
                takes: DIRICHLET,
                given: concentrations.len(),
            });
        }
        for &a in concentrations {
            checked("dirichlet", "a concentration", a, Range::Positive)?;
        }
        let total = concentrations.iter().sum();
        let parts: f64 = concentrations.iter().map(|&a| ln_gamma(a)).sum();
        Ok(Multivariate {
            kind: Kind::Dirichlet(Dirichlet {
                concentrations: concentrations.to_vec(),
                total,
                ln_normaliser: ln_gamma(total) - parts,
            }),
        })
    }
}

impl Dirichlet {
    pub(super) fn kl(&self, q: &Dirichlet) -> Integral {
        let value = closed::dirichlet(&self.concentrations, &q.concentrations);
        let exact = closed::exactly(value);
        Integral {
            bound: exact.bound * self.concentrations.len() as f64,
            ..exact
        }
    }

    /// Σ h(aᵢ) − h(a₀) − (K − 1) ψ(a₀) with h the entropy of a gamma variable, index 0 the sum.
    pub(super) fn entropy(&self) -> Divergence {
        let (total, parts) = (self.total, &self.concentrations);
        let mut terms: Vec<f64> = parts.iter().map(|&a| gamma_entropy(a)).collect();
        terms.push(-gamma_entropy(total));
        terms.push(-(parts.len() as f64 - 1.0) * digamma(total));
        let found = Terms::new(&terms).rounded();
        Divergence::by(Method::ClosedForm, found)
    }
}

impl Distribution for Dirichlet {
    fn space(&self) -> Space {
        Space::Simplex(self.concentrations.len())
    }

    fn ln_density(&self, ln_x: &[f64]) -> f64 {
        let terms = self.concentrations.iter().zip(ln_x);
        let terms = terms.map(|(a, &ln_x)| times(a - 1.0, ln_x));
        terms.sum::<f64>() + self.ln_normaliser
    }

    fn draw(&self, random: &mut Random) -> Vec<f64> {
        let gammas = self.concentrations.iter().map(|&a| random.ln_gamma(a));
        let gammas: Vec<f64> = gammas.collect();
        let total = crate::family::density::ln_sum_exp(&gammas);
        gammas.into_iter().map(|x| x - total).collect()
    }

    fn entropy(&self) -> Option<Divergence> {
        Some(Dirichlet::entropy(self))
    }
}
