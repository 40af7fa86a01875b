//! The Wishart distribution.

use std::f64::consts::{LN_2, PI};

use super::covariance::Covariance;
use super::normal::square;
use super::{Distribution, Kind, Multivariate, Space};
use crate::family::Error;
use crate::family::divergence::{Divergence, Method};
use crate::family::matrix::Rows;
use crate::family::moments::Terms;
use crate::family::quadrature::Integral;
use crate::family::range::{Range, checked};
use crate::family::rule::over_unit;
use crate::family::special::{
    above_log, deviance, digamma, excess, gamma_entropy, ln_gamma, ln_gamma_bregman_rest,
};
use crate::numeric::Sum;
use crate::random::Random;

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Wishart {
    pub(super) df: f64,
    pub(super) scale: Covariance,
}

impl Multivariate {
    /// The Wishart distribution of Σ zᵢzᵢᵀ, `df` normal vectors of covariance `scale` (V, d × d):
    /// |X|^((ν−d−1)/2) exp(−½ tr V⁻¹X) / (2^(νd/2) |V|^(ν/2) Γ_d(ν/2)) on the positive definite
    /// matrices. ν = `df` lies above d − 1 and need not be whole; the mean is νV.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfRange`] for degrees of freedom that are not above d − 1;
    /// [`Error::NotCovariance`] for a scale that is not symmetric and positive definite.
    ///
    /// ```
    /// use kullback::family::{Multivariate, Sampling};
    ///
    /// // In one dimension it is the gamma distribution of shape ν/2 and rate 1/(2V).
    /// let p = Multivariate::wishart(4.0, &[vec![1.0]])?;
    /// let q = Multivariate::wishart(2.0, &[vec![1.0]])?;
    /// let kl = p.kl_divergence(&q, Sampling::default())?;
    /// assert!((kl.value - (1.0 - 0.577_215_664_901_532_9)).abs() < 1e-15);
    /// # Ok::<(), kullback::family::Error>(())
    /// ```
    ///
    /// Source: Wishart 1928; Penny 2001 (the divergence, rearranged).
    pub fn wishart(df: f64, scale: &[Vec<f64>]) -> Result<Multivariate, Error> {
        let scale = Covariance::new("wishart", "scale", scale)?;
        let least = scale.dimension() as f64 - 1.0;
        let df = checked("wishart", "df", df, Range::Above(least))?;
        Ok(Multivariate {
            kind: Kind::Wishart(Wishart { df, scale }),
        })
    }
}

impl Wishart {
    /// By how much the shapes of the d gamma variables inside lie below ν/2: 0, ½, 1, …
    fn steps(&self) -> impl Iterator<Item = f64> + use<> {
        (0..self.scale.dimension()).map(|i| 0.5 * i as f64)
    }

    /// Σ b (r − 1 − ln r) over r = (a/b)(1 + λ), 1 + λ the eigenvalues of W⁻¹V, and what the
    /// Bregman divergences of ln Γ at b − h; a − h exceed the deviance of b and a: all ≥ 0.
    pub(super) fn kl(&self, q: &Wishart) -> Integral {
        let (a, b) = (0.5 * self.df, 0.5 * q.df);
        let mut sum = Sum::default();
        for lambda in q.scale.departures(&self.scale) {
            let d = (a - b) / b + a / b * lambda;
            sum.add(if d.abs() < 0.5 {
                b * above_log(d)
            } else {
                b * (d - (a / b).ln() - lambda.ln_1p())
            });
        }
        for h in self.steps() {
            sum.add(deviance_gain(b, a, h));
            sum.add(ln_gamma_bregman_rest(0.5 * q.df - h, 0.5 * self.df - h));
        }
        let (value, d) = (sum.total(), self.scale.dimension() as f64);
        let strain = self.scale.strain().max(q.scale.strain());
        Integral {
            value,
            bound: 64.0 * f64::EPSILON * d * d * strain * value,
        }
    }

    /// d(d − 1)/4 · x.
    fn quarter(&self, x: f64) -> f64 {
        let d = self.scale.dimension() as f64;
        0.25 * d * (d - 1.0) * x
    }
}

/// D(b − h; a − h) − D(b; a) ≥ 0 with D(b; a) = b ln(b/a) − b + a.
fn deviance_gain(b: f64, a: f64, h: f64) -> f64 {
    if h <= 0.5 * a.min(b) {
        // The derivative by h is r − 1 − ln r at r = (b − h)/(a − h).
        h * over_unit(|s| excess(b - s * h, a - s * h))
    } else {
        deviance(b - h, a - h) - deviance(b, a)
    }
}

impl Distribution for Wishart {
    fn space(&self) -> Space {
        Space::PositiveDefinite(self.scale.dimension())
    }

    /// By the Cholesky factor of X.
    fn ln_density(&self, lower: &[f64]) -> f64 {
        let d = self.scale.dimension();
        let (a, size) = (0.5 * self.df, d as f64);
        let pivots: f64 = (0..d).map(|i| lower[i * d + i].ln()).sum();
        let column = |j: usize| (0..d).map(|i| lower[i * d + j]).collect::<Vec<_>>();
        let trace: f64 = (0..d).map(|j| square(&self.scale.whiten(&column(j)))).sum();
        let normaliser: f64 = self.steps().map(|h| ln_gamma(a - h)).sum();
        (self.df - size - 1.0) * pivots
            - 0.5 * trace
            - a * (size * LN_2 + self.scale.ln_det())
            - normaliser
            - self.quarter(PI.ln())
    }

    /// The factor of V times a triangle of normal variables below chi variables (Bartlett 1933).
    fn draw(&self, random: &mut Random) -> Vec<f64> {
        let d = self.scale.dimension();
        let mut triangle: Rows = vec![vec![0.0; d]; d];
        for (i, h) in self.steps().enumerate() {
            for x in &mut triangle[i][..i] {
                *x = random.normal();
            }
            triangle[i][i] = (0.5 * (LN_2 + random.ln_gamma(0.5 * self.df - h))).exp();
        }
        let mut lower = Vec::with_capacity(d * d);
        for row in &self.scale.lower {
            for j in 0..d {
                let terms = row.iter().zip(&triangle).map(|(l, t)| l * t[j]);
                lower.push(terms.sum());
            }
        }
        lower
    }

    fn entropy(&self) -> Option<Divergence> {
        let d = self.scale.dimension() as f64;
        let mut terms = vec![
            0.5 * (d + 1.0) * self.scale.ln_det(),
            0.5 * d * (d + 1.0) * LN_2,
            self.quarter(PI.ln() + 1.0),
        ];
        for h in self.steps() {
            let shape = 0.5 * self.df - h;
            terms.push(gamma_entropy(shape));
            terms.push((0.5 * (d - 1.0) - h) * digamma(shape));
        }
        let terms = Terms::new(&terms).with_size(d.powi(3) * self.scale.strain());
        Some(Divergence::by(Method::ClosedForm, terms.rounded()))
    }
}
