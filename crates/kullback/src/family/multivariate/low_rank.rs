//! The normal distribution whose covariance is of low rank beside a diagonal.
//!
//! With W d × r, the inverse and the determinant of WWᵀ + D need only the r × r matrix
//! I + WᵀD⁻¹W; no d × d matrix is formed. Source: Woodbury 1950; Sylvester 1851.

use super::covariance::Covariance;
use super::normal::{Normal, difference, square, vector};
use super::{Distribution, Kind, Multivariate, Space};
use crate::family::Error;
use crate::family::divergence::{Divergence, Method};
use crate::family::matrix::{Rows, cholesky, solve_lower};
use crate::family::moments::Terms;
use crate::family::quadrature::Integral;
use crate::family::range::{Range, checked};
use crate::family::rule::{Term, panel};
use crate::family::special::{LN_SQRT_TAU, excess};
use crate::numeric::Sum;
use crate::random::Random;

/// What is known this well, relative to its value, is not sought in a second way.
const WELL_KNOWN: f64 = 1e-12;

#[derive(Debug, Clone, PartialEq)]
pub(super) struct LowRank {
    pub(super) mean: Vec<f64>,
    /// W, by rows.
    pub(super) factor: Rows,
    /// D.
    pub(super) diagonal: Vec<f64>,
    /// L with LLᵀ = I + WᵀD⁻¹W.
    inner: Rows,
}

impl Multivariate {
    /// The normal distribution with this mean and covariance WWᵀ + D, W being `factor` (d × r, by
    /// rows) and D `diagonal`: PyTorch's `LowRankMultivariateNormal`. Time and memory grow as d.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfRange`] for a number that is not finite or a diagonal entry that is not above
    /// 0; [`Error::WrongSize`] for a part of another size than the mean;
    /// [`Error::NotCovariance`] if the factor outweighs the diagonal so far that its rounding
    /// would hide it.
    ///
    /// ```
    /// use kullback::family::{Multivariate, Sampling};
    ///
    /// let factor = [vec![1.0], vec![2.0]];
    /// let p = Multivariate::low_rank_normal(&[0.0, 0.0], &factor, &[1.0, 1.0])?;
    /// let full = [vec![2.0, 2.0], vec![2.0, 5.0]];
    /// let q = Multivariate::normal(&[0.0, 0.0], &full)?;
    /// assert!(p.kl_divergence(&q, Sampling::default())?.value < 1e-15);
    /// # Ok::<(), kullback::family::Error>(())
    /// ```
    pub fn low_rank_normal(
        mean: &[f64],
        factor: &[Vec<f64>],
        diagonal: &[f64],
    ) -> Result<Multivariate, Error> {
        let name = "low_rank_normal";
        let mean = vector(name, "mean", mean, mean.len().max(1))?;
        let diagonal = vector(name, "diagonal", diagonal, mean.len())?;
        for &x in &diagonal {
            checked(name, "diagonal", x, Range::Positive)?;
        }
        if factor.len() != mean.len() {
            return Err(Error::WrongSize {
                family: name,
                parameter: "factor",
                takes: mean.len(),
                given: factor.len(),
            });
        }
        let rank = factor[0].len();
        let factor = factor
            .iter()
            .map(|row| vector(name, "a row of the factor", row, rank))
            .collect::<Result<Rows, _>>()?;
        let inner = inner(&factor, &diagonal).map_err(|row| Error::NotCovariance {
            family: name,
            matrix: "factor",
            row,
            why: "the diagonal must not vanish beside it",
        })?;
        Ok(Multivariate {
            kind: Kind::LowRank(LowRank {
                mean,
                factor,
                diagonal,
                inner,
            }),
        })
    }
}

/// L with LLᵀ = I + WᵀD⁻¹W, or the first pivot that is not above 0.
fn inner(factor: &Rows, diagonal: &[f64]) -> Result<Rows, usize> {
    let weights: Vec<f64> = diagonal.iter().map(|d| 1.0 / d).collect();
    let mut gram = product(factor, factor, &weights);
    for (i, row) in gram.iter_mut().enumerate() {
        row[i] += 1.0;
    }
    cholesky(&gram)
}

/// Xᵀ diag(weights) Y.
fn product(x: &Rows, y: &Rows, weights: &[f64]) -> Rows {
    let columns = |m: &Rows| m.first().map_or(0, Vec::len);
    let mut out = vec![vec![0.0; columns(y)]; columns(x)];
    for ((x, y), weight) in x.iter().zip(y).zip(weights) {
        for (out, x) in out.iter_mut().zip(x) {
            for (out, y) in out.iter_mut().zip(y) {
                *out += x * weight * y;
            }
        }
    }
    out
}

/// The rows of two matrices side by side.
fn beside(x: &Rows, y: &Rows) -> Rows {
    let rows = x.iter().zip(y);
    rows.map(|(x, y)| [x.as_slice(), y].concat()).collect()
}

/// tr XY of square matrices.
fn trace(x: &Rows, y: &Rows) -> f64 {
    let entry = |i: usize, j: usize| x[i][j] * y[j][i];
    let n = x.len();
    (0..n)
        .map(|i| (0..n).map(|j| entry(i, j)).sum::<f64>())
        .sum()
}

fn ln_det(lower: &Rows) -> f64 {
    let pivots = lower.iter().enumerate();
    2.0 * pivots.map(|(i, row)| row[i].ln()).sum::<f64>()
}

impl LowRank {
    /// The same distribution with its covariance matrix written out, for what has one anyway.
    pub(super) fn written_out(&self) -> Result<Normal, Error> {
        let entry = |i: usize, j: usize| {
            let shared: f64 = self.factor[i]
                .iter()
                .zip(&self.factor[j])
                .map(|(x, y)| x * y)
                .sum();
            shared + if i == j { self.diagonal[i] } else { 0.0 }
        };
        let n = self.mean.len();
        let rows: Rows = (0..n)
            .map(|i| (0..n).map(|j| entry(i, j)).collect())
            .collect();
        Ok(Normal {
            mean: self.mean.clone(),
            covariance: Covariance::new("low_rank_normal", "covariance", &rows)?,
        })
    }

    /// In units of the square roots of D.
    fn scaled(&self, rows: &Rows) -> Rows {
        let rows = rows.iter().zip(&self.diagonal);
        rows.map(|(row, d)| row.iter().map(|x| x / d.sqrt()).collect())
            .collect()
    }

    /// xᵀ (WWᵀ + D)⁻¹ x and the larger xᵀ D⁻¹ x.
    fn distance(&self, x: &[f64]) -> [f64; 2] {
        let outer = x.iter().zip(&self.diagonal).map(|(x, d)| x * x / d).sum();
        let column: Rows = x.iter().map(|&x| vec![x]).collect();
        let weights: Vec<f64> = self.diagonal.iter().map(|d| 1.0 / d).collect();
        let seen = product(&self.factor, &column, &weights).concat();
        [outer - square(&solve_lower(&self.inner, &seen)), outer]
    }

    fn ln_det(&self) -> f64 {
        self.diagonal.iter().map(|d| d.ln()).sum::<f64>() + ln_det(&self.inner)
    }

    /// How far rounding is magnified: the largest of a variance over what D leaves of it.
    fn strain(&self) -> f64 {
        let rows = self.factor.iter().zip(&self.diagonal);
        rows.map(|(row, d)| 1.0 + square(row) / d)
            .fold(1.0, f64::max)
    }

    /// ½ [tr(T⁻¹S) − d − ln det(T⁻¹S)] + ½ (m − n)ᵀ T⁻¹ (m − n), the first part by the more
    /// certain of two ways.
    pub(super) fn kl(&self, q: &LowRank) -> Integral {
        let strain = self.strain().max(q.strain());
        let [there, outer] = q.distance(&difference(&self.mean, &q.mean));
        let direct = self.by_traces(q);
        let spread = if direct.bound <= WELL_KNOWN * direct.value {
            direct
        } else {
            let path = self.by_path(q, strain);
            if direct.bound < path.bound {
                direct
            } else {
                path
            }
        };
        let rounding = 16.0 * f64::EPSILON * self.factor[0].len().max(1) as f64;
        Integral {
            value: spread.value + 0.5 * there,
            bound: spread.bound + rounding * (there * strain).min(outer),
        }
    }

    /// From the traces and determinants themselves, which cancel where S and T are close.
    fn by_traces(&self, q: &LowRank) -> Integral {
        let ratios = self.diagonal.iter().zip(&q.diagonal);
        let ratios: Vec<f64> = ratios.map(|(s, t)| s / t).collect();
        let (u, v) = (q.scaled(&self.factor), q.scaled(&q.factor));
        let own = self.diagonal.iter().zip(&q.diagonal);
        let mut terms: Vec<f64> = own.map(|(s, t)| excess(*s, *t)).collect();
        terms.extend(u.iter().map(|row| square(row)));
        for (row, ratio) in v.iter().zip(&ratios) {
            terms.push(-ratio * square(&solve_lower(&q.inner, row)));
        }
        // The rows are the columns of VᵀU.
        for column in product(&u, &v, &vec![1.0; ratios.len()]) {
            terms.push(-square(&solve_lower(&q.inner, &column)));
        }
        terms.extend([ln_det(&q.inner), -ln_det(&self.inner)]);
        let found = Terms::new(&terms).rounded();
        Integral {
            value: 0.5 * found.value,
            bound: found.bound * self.factor[0].len().max(1) as f64,
        }
    }

    /// ½ ∫₀¹ (1 − s) tr[((T + sΔ)⁻¹Δ)²] ds with Δ = S − T: of second order in Δ, so that nothing
    /// is lost where S and T are close.
    fn by_path(&self, q: &LowRank, strain: f64) -> Integral {
        let changes = self.diagonal.iter().zip(&q.diagonal);
        let changes: Vec<f64> = changes.map(|(s, t)| (s - t) / t).collect();
        let rank = self.factor[0].len().max(q.factor[0].len());
        let padded = |rows: &Rows| -> Rows {
            let pad = |row: &Vec<f64>| {
                let mut row = row.clone();
                row.resize(rank, 0.0);
                row
            };
            rows.iter().map(pad).collect()
        };
        let (from, to) = (padded(&q.factor), padded(&self.factor));
        let apart = to
            .iter()
            .zip(&from)
            .map(|(u, v)| difference(u, v))
            .collect();
        let along = Along {
            apart: q.scaled(&apart),
            from: q.scaled(&from),
            to: q.scaled(&to),
            changes,
        };
        let mut term = |s: f64| match along.curvature(s) {
            Some([value, size]) => Term {
                value: (1.0 - s) * value,
                slack: 64.0 * f64::EPSILON * strain * (rank.max(1) as f64) * size,
            },
            None => Term {
                value: 0.0,
                slack: f64::INFINITY,
            },
        };
        let found = panel(&mut term, 0.0, 1.0);
        Integral {
            value: 0.5 * found.value,
            bound: 0.5 * (found.difference + found.slack),
        }
    }
}

/// The straight line from T to S, in units in which T's diagonal is 1.
struct Along {
    from: Rows,
    to: Rows,
    /// `to` − `from`, not rounded twice.
    apart: Rows,
    /// The changes of the diagonal.
    changes: Vec<f64>,
}

impl Along {
    /// tr[(AΔ)²] with A the inverse of the covariance at `s`, and the size of its parts.
    fn curvature(&self, s: f64) -> Option<[f64; 2]> {
        let weigh = |rows: &Rows, weight: f64| -> Rows {
            let row = |row: &Vec<f64>| row.iter().map(|x| weight * x).collect();
            rows.iter().map(row).collect()
        };
        let diagonal: Vec<f64> = self.changes.iter().map(|f| 1.0 + s * f).collect();
        let factor = beside(
            &weigh(&self.from, (1.0 - s).sqrt()),
            &weigh(&self.to, s.sqrt()),
        );
        let lower = inner(&factor, &diagonal).ok()?;
        // A = D⁻¹ − ZZᵀ.
        let z: Rows = factor
            .iter()
            .zip(&diagonal)
            .map(|(row, d)| solve_lower(&lower, row).iter().map(|x| x / d).collect())
            .collect();
        let ones = vec![1.0; diagonal.len()];
        let applied = |x: &Rows| -> Rows {
            let seen = product(&z, x, &ones);
            let rows = x.iter().zip(&z).zip(&diagonal);
            rows.map(|((x, z), d)| {
                let entry = |(j, x): (usize, &f64)| {
                    x / d - z.iter().zip(&seen).map(|(z, row)| z * row[j]).sum::<f64>()
                };
                x.iter().enumerate().map(entry).collect()
            })
            .collect()
        };
        // Δ = F + ½ (N Mᵀ + M Nᵀ) with N = U − V, M = U + V.
        let sums = self.from.iter().zip(&self.to);
        let sums: Rows = sums
            .map(|(v, u)| v.iter().zip(u).map(|(v, u)| v + u).collect())
            .collect();
        let (a_apart, a_sums) = (applied(&self.apart), applied(&sums));
        let mixed = product(&sums, &a_apart, &ones);
        let mut parts = vec![
            0.5 * trace(&mixed, &mixed),
            0.5 * trace(
                &product(&self.apart, &a_apart, &ones),
                &product(&sums, &a_sums, &ones),
            ),
        ];
        let crossed = product(&a_sums, &a_apart, &self.changes);
        parts.extend((0..crossed.len()).map(|k| 2.0 * crossed[k][k]));
        for ((f, d), z) in self.changes.iter().zip(&diagonal).zip(&z) {
            parts.push(f / d * (f / d - 2.0 * f * square(z)));
        }
        let within = product(&z, &z, &self.changes);
        parts.push(trace(&within, &within));
        let size = parts.iter().map(|part| part.abs()).sum();
        Some([parts.into_iter().collect::<Sum>().total(), size])
    }
}

impl Distribution for LowRank {
    fn space(&self) -> Space {
        Space::Vectors(self.mean.len())
    }

    fn ln_density(&self, x: &[f64]) -> f64 {
        let [distance, _] = self.distance(&difference(x, &self.mean));
        -0.5 * (distance + self.ln_det()) - self.mean.len() as f64 * LN_SQRT_TAU
    }

    fn draw(&self, random: &mut Random) -> Vec<f64> {
        let shared: Vec<f64> = self.factor[0].iter().map(|_| random.normal()).collect();
        let rows = self.mean.iter().zip(&self.factor).zip(&self.diagonal);
        rows.map(|((m, row), d)| {
            let common: f64 = row.iter().zip(&shared).map(|(w, z)| w * z).sum();
            m + common + d.sqrt() * random.normal()
        })
        .collect()
    }

    fn entropy(&self) -> Option<Divergence> {
        let d = self.mean.len() as f64;
        let by_diagonal: f64 = self.diagonal.iter().map(|d| d.ln()).sum();
        let by_factor = ln_det(&self.inner);
        let terms = Terms::new(&[d * (0.5 + LN_SQRT_TAU), 0.5 * by_diagonal, 0.5 * by_factor]);
        let logarithms: f64 = self.diagonal.iter().map(|d| d.ln().abs()).sum();
        let terms = terms.with_size(logarithms + d * self.inner.len() as f64);
        Some(Divergence::by(Method::ClosedForm, terms.rounded()))
    }
}
