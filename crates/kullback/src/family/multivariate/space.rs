//! Where distributions of several variables live.

use std::fmt;

use crate::STRICT_TOLERANCE;
use crate::family::matrix::{Rows, cholesky};

/// A set of points. Two distributions can be compared if they live on the same one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Space {
    /// Shares that sum to 1.
    Simplex(usize),
    /// Whole numbers, 0 or above.
    Counts(usize),
    Vectors(usize),
    /// Rows and columns.
    Matrices(usize, usize),
    /// Symmetric positive definite matrices.
    PositiveDefinite(usize),
    /// Directions: vectors of length 1.
    Sphere(usize),
}

impl Space {
    /// How many numbers make a point.
    pub(super) fn entries(self) -> usize {
        match self {
            Space::Simplex(n) | Space::Counts(n) | Space::Vectors(n) | Space::Sphere(n) => n,
            Space::Matrices(rows, columns) => rows * columns,
            Space::PositiveDefinite(n) => n * n,
        }
    }

    /// The coordinates in which densities are computed, or `None` for a point outside: of shares
    /// their logarithms, of a positive definite matrix its Cholesky factor, by rows.
    pub(super) fn coordinates(self, x: &[f64]) -> Option<Vec<f64>> {
        let near = |value: f64, target: f64| (value - target).abs() <= STRICT_TOLERANCE;
        let inside = match self {
            Space::Simplex(_) => near(x.iter().sum(), 1.0) && x.iter().all(|&x| x >= 0.0),
            Space::Counts(_) => x
                .iter()
                .all(|&x| x >= 0.0 && x.is_finite() && x.fract() == 0.0),
            Space::Vectors(_) | Space::Matrices(..) => x.iter().all(|x| x.is_finite()),
            Space::PositiveDefinite(_) => true,
            Space::Sphere(_) => near(x.iter().map(|x| x * x).sum::<f64>().sqrt(), 1.0),
        };
        if !inside {
            return None;
        }
        match self {
            Space::Simplex(_) => Some(x.iter().map(|x| x.ln()).collect()),
            Space::PositiveDefinite(n) => {
                let rows: Rows = x.chunks(n).map(<[f64]>::to_vec).collect();
                let skew = |i: usize, j: usize| {
                    (rows[i][j] - rows[j][i]).abs()
                        > STRICT_TOLERANCE * (rows[i][i] * rows[j][j]).sqrt()
                };
                if (0..n).any(|i| (0..i).any(|j| skew(i, j))) {
                    return None;
                }
                cholesky(&rows).ok().map(|lower| lower.concat())
            }
            _ => Some(x.to_vec()),
        }
    }
}

impl fmt::Display for Space {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Space::Simplex(n) => write!(f, "{n} shares"),
            Space::Counts(n) => write!(f, "{n} counts"),
            Space::Vectors(n) => write!(f, "vectors of {n}"),
            Space::Matrices(rows, columns) => write!(f, "{rows}×{columns} matrices"),
            Space::PositiveDefinite(n) => write!(f, "{n}×{n} positive definite matrices"),
            Space::Sphere(n) => write!(f, "directions in {n} dimensions"),
        }
    }
}
