//! A symmetric positive definite matrix with its factor.

use crate::family::Error;
use crate::family::matrix::{Rows, cholesky, eigenvalues, solve_lower, whiten};
use crate::family::range::{Range, checked};
use crate::family::special::{above_log, excess};

/// A covariance or scale matrix Σ = L Lᵀ.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Covariance {
    pub(super) rows: Rows,
    pub(super) lower: Rows,
}

impl Covariance {
    /// Checks that `rows` make a symmetric positive definite matrix.
    pub(super) fn new(
        family: &'static str,
        matrix: &'static str,
        rows: &[Vec<f64>],
    ) -> Result<Covariance, Error> {
        let fails = |row, why| Error::NotCovariance {
            family,
            matrix,
            row,
            why,
        };
        for (i, row) in rows.iter().enumerate() {
            for &x in row {
                checked(family, matrix, x, Range::Finite)?;
            }
            if row.len() != rows.len() {
                return Err(fails(i, "it must have as many columns as rows"));
            }
            if (0..i).any(|j| row[j].total_cmp(&rows[j][i]).is_ne()) {
                return Err(fails(i, "it must be symmetric"));
            }
        }
        if rows.is_empty() {
            return Err(fails(0, "it must have a row"));
        }
        let rows = rows.to_vec();
        let lower = cholesky(&rows).map_err(|row| fails(row, "it must be positive definite"))?;
        Ok(Covariance { rows, lower })
    }

    pub(super) fn dimension(&self) -> usize {
        self.rows.len()
    }

    /// ln det Σ.
    pub(super) fn ln_det(&self) -> f64 {
        let pivots = (0..self.dimension()).map(|i| self.lower[i][i].ln());
        2.0 * pivots.sum::<f64>()
    }

    /// L⁻¹ x.
    pub(super) fn whiten(&self, x: &[f64]) -> Vec<f64> {
        solve_lower(&self.lower, x)
    }

    /// L z.
    pub(super) fn colour(&self, z: &[f64]) -> Vec<f64> {
        let row = |row: &Vec<f64>| row.iter().zip(z).map(|(l, z)| l * z).sum();
        self.lower.iter().map(row).collect()
    }

    /// λ with 1 + λ the eigenvalues of Σ⁻¹ `other`, exact where the two are close.
    pub(super) fn departures(&self, other: &Covariance) -> Vec<f64> {
        let difference = other.rows.iter().zip(&self.rows);
        let difference =
            difference.map(|(s, t)| s.iter().zip(t).map(|(s, t)| s - t).collect::<Vec<_>>());
        eigenvalues(whiten(&self.lower, &difference.collect()))
    }

    /// How much of a variable's variance, at worst, is its own: how far rounding is magnified.
    ///
    /// The largest of variance over variance given the variables before it; units do not matter.
    pub(super) fn strain(&self) -> f64 {
        let lower = &self.lower;
        let shares = (0..lower.len()).map(|i| self.rows[i][i] / (lower[i][i] * lower[i][i]));
        shares.fold(1.0, f64::max)
    }
}

/// λ − ln(1 + λ) ≥ 0.
pub(super) fn departure_cost(lambda: f64) -> f64 {
    if lambda.abs() < 0.5 {
        above_log(lambda)
    } else {
        excess(1.0 + lambda, 1.0)
    }
}
