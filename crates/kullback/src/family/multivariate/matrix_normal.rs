//! The matrix normal distribution.

use super::covariance::{Covariance, departure_cost};
use super::normal::{difference, square, vector};
use super::{Distribution, Kind, Multivariate, Space};
use crate::family::Error;
use crate::family::divergence::{Divergence, Method};
use crate::family::matrix::Rows;
use crate::family::moments::Terms;
use crate::family::quadrature::Integral;
use crate::family::special::LN_SQRT_TAU;
use crate::numeric::Sum;
use crate::random::Random;

#[derive(Debug, Clone, PartialEq)]
pub(super) struct MatrixNormal {
    pub(super) mean: Rows,
    /// Among the entries of a column: how rows vary together.
    pub(super) rows: Covariance,
    /// Among the entries of a row: how columns vary together.
    pub(super) columns: Covariance,
}

impl Multivariate {
    /// The matrix normal distribution with mean M (n × k), covariance U (n × n) among the rows
    /// and V (k × k) among the columns: Cov(Xᵢⱼ, Xₗₘ) = Uᵢₗ Vⱼₘ.
    ///
    /// # Errors
    ///
    /// As [`Multivariate::normal`], each matrix by its name.
    ///
    /// ```
    /// use kullback::family::{Multivariate, Sampling};
    ///
    /// let eye = [vec![1.0, 0.0], vec![0.0, 1.0]];
    /// let p = Multivariate::matrix_normal(&[vec![1.0, 0.0]], &[vec![1.0]], &eye)?;
    /// let q = Multivariate::matrix_normal(&[vec![0.0, 0.0]], &[vec![1.0]], &eye)?;
    /// assert_eq!(p.kl_divergence(&q, Sampling::default())?.value, 0.5);
    /// # Ok::<(), kullback::family::Error>(())
    /// ```
    ///
    /// Source: De Waal 1985; Dawid 1981.
    pub fn matrix_normal(
        mean: &[Vec<f64>],
        rows: &[Vec<f64>],
        columns: &[Vec<f64>],
    ) -> Result<Multivariate, Error> {
        let name = "matrix_normal";
        let rows = Covariance::new(name, "rows", rows)?;
        let columns = Covariance::new(name, "columns", columns)?;
        if mean.len() != rows.dimension() {
            return Err(Error::WrongSize {
                family: name,
                parameter: "mean",
                takes: rows.dimension(),
                given: mean.len(),
            });
        }
        let mean = mean
            .iter()
            .map(|row| vector(name, "a row of the mean", row, columns.dimension()))
            .collect::<Result<_, _>>()?;
        Ok(Multivariate {
            kind: Kind::MatrixNormal(MatrixNormal {
                mean,
                rows,
                columns,
            }),
        })
    }
}

impl MatrixNormal {
    /// How many entries a matrix has.
    fn entries(&self) -> f64 {
        (self.rows.dimension() * self.columns.dimension()) as f64
    }

    /// Σ of the squares of L⁻¹ x R⁻ᵀ, with U = LLᵀ and V = RRᵀ.
    fn distance(&self, x: &Rows) -> f64 {
        let half: Rows = x.iter().map(|row| self.columns.whiten(row)).collect();
        let column = |j: usize| half.iter().map(|row| row[j]).collect::<Vec<_>>();
        let columns = 0..self.columns.dimension();
        columns.map(|j| square(&self.rows.whiten(&column(j)))).sum()
    }

    /// As that of the normal distributions of all entries: 1 + λ = (1 + α)(1 + β).
    pub(super) fn kl(&self, q: &MatrixNormal) -> Integral {
        let by_columns = q.columns.departures(&self.columns);
        let mut sum = Sum::default();
        for alpha in q.rows.departures(&self.rows) {
            for beta in &by_columns {
                sum.add(departure_cost(alpha + beta + alpha * beta));
            }
        }
        let means = self.mean.iter().zip(&q.mean);
        sum.add(q.distance(&means.map(|(m, n)| difference(m, n)).collect()));
        let strain = |of: fn(&MatrixNormal) -> &Covariance| of(self).strain().max(of(q).strain());
        let strain = strain(|m| &m.rows) * strain(|m| &m.columns);
        let value = 0.5 * sum.total();
        let dimension = (self.rows.dimension() + self.columns.dimension()) as f64;
        Integral {
            value,
            bound: 64.0 * f64::EPSILON * dimension * dimension * strain * value,
        }
    }

    /// ln det of the covariance of all entries.
    fn ln_det(&self) -> f64 {
        self.columns.dimension() as f64 * self.rows.ln_det()
            + self.rows.dimension() as f64 * self.columns.ln_det()
    }
}

impl Distribution for MatrixNormal {
    fn space(&self) -> Space {
        Space::Matrices(self.rows.dimension(), self.columns.dimension())
    }

    fn ln_density(&self, x: &[f64]) -> f64 {
        let rows = x.chunks(self.columns.dimension()).zip(&self.mean);
        let off = rows.map(|(x, mean)| difference(x, mean)).collect();
        -0.5 * (self.distance(&off) + self.ln_det()) - self.entries() * LN_SQRT_TAU
    }

    /// M + L Z Rᵀ.
    fn draw(&self, random: &mut Random) -> Vec<f64> {
        let mut noise = || -> Vec<f64> {
            let z = self.columns.rows.iter().map(|_| random.normal());
            self.columns.colour(&z.collect::<Vec<_>>())
        };
        let noise: Rows = self.mean.iter().map(|_| noise()).collect();
        let mut x = Vec::new();
        for (lower, mean) in self.rows.lower.iter().zip(&self.mean) {
            for (j, m) in mean.iter().enumerate() {
                let here = lower.iter().zip(&noise).map(|(l, row)| l * row[j]);
                x.push(m + here.sum::<f64>());
            }
        }
        x
    }

    fn entropy(&self) -> Option<Divergence> {
        let n = self.entries();
        let terms = Terms::new(&[n * (0.5 + LN_SQRT_TAU), 0.5 * self.ln_det()]);
        let terms = terms.with_size(n * n * self.rows.strain() * self.columns.strain());
        Some(Divergence::by(Method::ClosedForm, terms.rounded()))
    }
}
