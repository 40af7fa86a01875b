//! Mixtures of distributions of several variables.

use super::{Distribution, Kind, Multivariate, Space};
use crate::family::Error;
use crate::family::density::ln_sum_exp;
use crate::family::divergence::Divergence;
use crate::family::range::{Range, shares};
use crate::random::Random;

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Mixture {
    /// Weights, which sum to 1, and components, none of them a mixture.
    pub(super) components: Vec<(f64, Multivariate)>,
}

impl Multivariate {
    /// The mixture Σ wᵢ fᵢ of distributions on one space. Mixtures of mixtures are flattened.
    ///
    /// The weights are divided by their sum, which must be 1 within
    /// [`STRICT_TOLERANCE`](crate::STRICT_TOLERANCE).
    ///
    /// # Errors
    ///
    /// [`Error::OutOfRange`] for a weight outside (0, 1], [`Error::NotNormalised`] for another
    /// sum, [`Error::Incomparable`] for components on different spaces, [`Error::WrongCount`] for
    /// no component.
    ///
    /// ```
    /// use kullback::family::{Method, Multivariate, Sampling};
    ///
    /// let p: Multivariate = "dirichlet(1, 2, 3)".parse()?;
    /// let q = Multivariate::mixture(&[(0.5, p.clone()), (0.5, "dirichlet(3, 2, 1)".parse()?)])?;
    /// assert_eq!(q.to_string(), "mixture(0.5*dirichlet(1, 2, 3) + 0.5*dirichlet(3, 2, 1))");
    /// let kl = p.kl_divergence(&q, Sampling::default())?;
    /// assert!(kl.method == Method::MonteCarlo && kl.value < 2.0f64.ln());
    /// # Ok::<(), kullback::family::Error>(())
    /// ```
    pub fn mixture(components: &[(f64, Multivariate)]) -> Result<Multivariate, Error> {
        let Some((_, first)) = components.first() else {
            return Err(Error::WrongCount {
                takes: crate::family::text::MIXTURE,
                given: 0,
            });
        };
        for (_, component) in components {
            first.on_the_space_of(component)?;
        }
        let weights: Vec<f64> = components.iter().map(|&(weight, _)| weight).collect();
        let weights = shares("mixture", "a weight", &weights, Range::PositiveProbability)?;
        let mut flat = Vec::new();
        for (weight, (_, component)) in weights.into_iter().zip(components) {
            for (share, single) in component.singles() {
                flat.push((weight * share, single.clone()));
            }
        }
        Ok(Multivariate {
            kind: Kind::Mixture(Mixture { components: flat }),
        })
    }

    /// The components with their weights; of what is no mixture, itself.
    pub(super) fn singles(&self) -> Vec<(f64, &Multivariate)> {
        match &self.kind {
            Kind::Mixture(mixture) => mixture.components.iter().map(|(w, c)| (*w, c)).collect(),
            _ => vec![(1.0, self)],
        }
    }
}

impl Distribution for Mixture {
    fn space(&self) -> Space {
        // There is one component at least, and all live on one space.
        self.components[0].1.inner().space()
    }

    fn ln_density(&self, x: &[f64]) -> f64 {
        let each = self.components.iter();
        let each = each.map(|(w, component)| w.ln() + component.inner().ln_density(x));
        ln_sum_exp(&each.collect::<Vec<_>>())
    }

    fn draw(&self, random: &mut Random) -> Vec<f64> {
        let mut left = random.uniform();
        let chosen = self.components.iter().position(|(w, _)| {
            left -= w;
            left < 0.0
        });
        // The weights may sum to an ulp less than the draw.
        let chosen = chosen.unwrap_or(self.components.len() - 1);
        self.components[chosen].1.inner().draw(random)
    }

    fn entropy(&self) -> Option<Divergence> {
        None
    }
}
