//! The von Mises–Fisher distribution of directions.

use std::f64::consts::{LN_2, PI};

use super::normal::{difference, square, vector};
use super::{Distribution, Kind, Multivariate, Space};
use crate::STRICT_TOLERANCE;
use crate::family::Error;
use crate::family::bessel::{Cumulant, cumulant, cumulant_bregman};
use crate::family::closed::exactly;
use crate::family::divergence::{Divergence, Method};
use crate::family::moments::Terms;
use crate::family::quadrature::Integral;
use crate::family::range::{Range, checked};
use crate::family::special::ln_gamma;
use crate::random::Random;

#[derive(Debug, Clone, PartialEq)]
pub(super) struct VonMisesFisher {
    pub(super) mean: Vec<f64>,
    pub(super) concentration: f64,
    /// ln density at the mean direction.
    ln_peak: f64,
}

impl Multivariate {
    /// The von Mises–Fisher distribution on the unit sphere in d ≥ 2 dimensions with this mean
    /// direction μ and concentration κ ≥ 0: C exp(κ μᵀx), the density being relative to surface.
    /// At κ = 0 it is uniform; d = 2 is the von Mises distribution.
    ///
    /// # Errors
    ///
    /// [`Error::NotUnit`] for a mean whose length is not 1 within
    /// [`STRICT_TOLERANCE`](crate::STRICT_TOLERANCE); [`Error::OutOfRange`] for a negative
    /// concentration; [`Error::WrongSize`] for a mean of one entry.
    ///
    /// ```
    /// use kullback::family::{Multivariate, Sampling};
    ///
    /// let p = Multivariate::von_mises_fisher(&[1.0, 0.0, 0.0], 2.0)?;
    /// let uniform = Multivariate::von_mises_fisher(&[0.0, 1.0, 0.0], 0.0)?;
    /// let kl = p.kl_divergence(&uniform, Sampling::default())?;
    /// // In three dimensions κ coth κ − 1 − ln(sinh κ/κ).
    /// let exact = 2.0 / 2.0f64.tanh() - 1.0 - (2.0f64.sinh() / 2.0).ln();
    /// assert!((kl.value - exact).abs() < 1e-15);
    /// # Ok::<(), kullback::family::Error>(())
    /// ```
    ///
    /// Source: Fisher 1953; Watson & Williams 1956.
    pub fn von_mises_fisher(mean: &[f64], concentration: f64) -> Result<Multivariate, Error> {
        let name = "von_mises_fisher";
        let mean = vector(name, "mean", mean, mean.len().max(2))?;
        let length = square(&mean).sqrt();
        if (length - 1.0).abs() > STRICT_TOLERANCE {
            return Err(Error::NotUnit {
                family: name,
                length,
            });
        }
        let concentration = checked(name, "concentration", concentration, Range::AtLeastZero)?;
        let mean: Vec<f64> = mean.into_iter().map(|x| x / length).collect();
        let ln_peak = -(cumulant(order(&mean), concentration).scaled + ln_surface(mean.len()));
        Ok(Multivariate {
            kind: Kind::VonMisesFisher(VonMisesFisher {
                mean,
                concentration,
                ln_peak,
            }),
        })
    }
}

/// ν = d/2 − 1, the order of the Bessel function.
fn order(mean: &[f64]) -> f64 {
    0.5 * mean.len() as f64 - 1.0
}

/// ln of the sphere's surface, 2 π^(d/2)/Γ(d/2).
fn ln_surface(dimension: usize) -> f64 {
    let half = 0.5 * dimension as f64;
    LN_2 + half * PI.ln() - ln_gamma(half)
}

impl VonMisesFisher {
    fn cumulant(&self) -> Cumulant {
        cumulant(order(&self.mean), self.concentration)
    }

    /// B(κ_q; κ_p) + A(κ_p) κ_q (1 − cos θ), both ≥ 0, with B the Bregman divergence of ln C⁻¹.
    pub(super) fn kl(&self, q: &VonMisesFisher) -> Integral {
        let spread = cumulant_bregman(order(&self.mean), q.concentration, self.concentration);
        let turn = 0.5 * square(&difference(&self.mean, &q.mean));
        let exact = exactly(spread + self.cumulant().mean * q.concentration * turn);
        // Of a mean direction only the last digit is in doubt, of high orders the variance.
        Integral {
            bound: exact.bound * self.mean.len() as f64,
            ..exact
        }
    }
}

impl Distribution for VonMisesFisher {
    fn space(&self) -> Space {
        Space::Sphere(self.mean.len())
    }

    fn ln_density(&self, x: &[f64]) -> f64 {
        self.ln_peak - 0.5 * self.concentration * square(&difference(x, &self.mean))
    }

    /// The cosine by rejection, the rest uniform about the mean. Source: Ulrich 1984; Wood 1994.
    fn draw(&self, random: &mut Random) -> Vec<f64> {
        let (kappa, rest) = (self.concentration, self.mean.len() as f64 - 1.0);
        let b = rest / (2.0 * kappa + (2.0 * kappa).hypot(rest));
        let mode = (1.0 - b) / (1.0 + b);
        let most = kappa * mode + rest * (1.0 - mode * mode).ln();
        let cosine = loop {
            let (up, down) = (random.ln_gamma(0.5 * rest), random.ln_gamma(0.5 * rest));
            let z = 1.0 / (1.0 + (down - up).exp());
            let w = (1.0 - (1.0 + b) * z) / (1.0 - (1.0 - b) * z);
            if kappa * w + rest * (1.0 - mode * w).ln() - most >= random.uniform().ln() {
                break w;
            }
        };
        let normal: Vec<f64> = self.mean.iter().map(|_| random.normal()).collect();
        let along: f64 = self.mean.iter().zip(&normal).map(|(m, x)| m * x).sum();
        let across = self.mean.iter().zip(&normal).map(|(m, x)| x - along * m);
        let across: Vec<f64> = across.collect();
        let sine = (1.0 - cosine * cosine).max(0.0).sqrt() / square(&across).sqrt();
        let parts = self.mean.iter().zip(across);
        parts.map(|(m, x)| cosine * m + sine * x).collect()
    }

    fn entropy(&self) -> Option<Divergence> {
        let found = self.cumulant();
        let terms = Terms::new(&[
            ln_surface(self.mean.len()),
            found.scaled,
            self.concentration * found.shortfall,
        ]);
        let terms = terms.with_size(found.slack / f64::EPSILON);
        Some(Divergence::by(Method::ClosedForm, terms.rounded()))
    }
}
