//! Families of several variables, and their divergences within a family.

use super::Error;
use super::closed::dirichlet;
use super::divergence::{Divergence, Method};
use super::matrix::{Rows, cholesky, eigenvalues, solve_lower, whiten};
use super::quadrature::Integral;
use super::range::{Range, checked, shares};
use super::special::excess;
use crate::numeric::{Sum, exp_above_tangent};
use crate::ratio;

/// A family of distributions of several variables, its parameters checked when it is built.
///
/// ```
/// use kullback::family::Multivariate;
///
/// let p = Multivariate::dirichlet(&[1.0, 2.0, 3.0])?;
/// let q = Multivariate::dirichlet(&[1.0, 1.0, 1.0])?;
/// assert!((p.kl_divergence(&q)?.value - 0.551_197_381_662_155_4).abs() < 1e-14);
/// # Ok::<(), kullback::family::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Multivariate {
    /// Dirichlet on the simplex: Π xᵢ^(aᵢ−1) / B(a). Dirichlet 1839.
    /// [`Multivariate::dirichlet`] builds it.
    #[non_exhaustive]
    Dirichlet {
        /// aᵢ, above 0.
        concentrations: Vec<f64>,
    },
    /// Multinomial: n! Π pᵢ^kᵢ / kᵢ!, the kᵢ summing to n. De Moivre 1711.
    /// [`Multivariate::multinomial`] builds it.
    #[non_exhaustive]
    Multinomial {
        /// n, whole.
        trials: f64,
        /// pᵢ, which sum to 1.
        probabilities: Vec<f64>,
    },
    /// Normal: exp(−½ (x − μ)ᵀ Σ⁻¹ (x − μ)) / √det(2πΣ). Bravais 1846.
    /// [`Multivariate::normal`] builds it.
    #[non_exhaustive]
    Normal {
        /// μ.
        mean: Vec<f64>,
        /// Σ, symmetric and positive definite, by rows.
        covariance: Vec<Vec<f64>>,
    },
}

impl Multivariate {
    /// A Dirichlet distribution with these concentrations.
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
    /// ```
    pub fn dirichlet(concentrations: &[f64]) -> Result<Multivariate, Error> {
        if concentrations.len() < 2 {
            return Err(Error::WrongCount {
                takes: "dirichlet(a0, a1, …)",
                given: concentrations.len(),
            });
        }
        for &a in concentrations {
            checked("dirichlet", "a concentration", a, Range::Positive)?;
        }
        Ok(Multivariate::Dirichlet {
            concentrations: concentrations.to_vec(),
        })
    }

    /// A multinomial distribution of `trials` draws with these probabilities.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfRange`] for a number of trials that is not whole or a probability outside
    /// [0, 1], [`Error::NotNormalised`] if they do not sum to 1.
    ///
    /// ```
    /// use kullback::family::Multivariate;
    ///
    /// assert!(Multivariate::multinomial(10.0, &[0.25, 0.75]).is_ok());
    /// assert!(Multivariate::multinomial(0.5, &[0.25, 0.75]).is_err());
    /// ```
    pub fn multinomial(trials: f64, probabilities: &[f64]) -> Result<Multivariate, Error> {
        let trials = checked("multinomial", "trials", trials, Range::Count)?;
        let range = Range::Probability;
        let probabilities = shares("multinomial", "a probability", probabilities, range)?;
        Ok(Multivariate::Multinomial {
            trials,
            probabilities,
        })
    }

    /// A normal distribution with this mean and covariance matrix.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfRange`] for a number that is not finite; [`Error::NotCovariance`] for a
    /// matrix that is not square of the mean's size, not symmetric or not positive definite.
    ///
    /// ```
    /// use kullback::family::Multivariate;
    ///
    /// let correlated = [vec![1.0, 0.5], vec![0.5, 1.0]];
    /// let p = Multivariate::normal(&[0.0, 0.0], &correlated)?;
    /// let q = Multivariate::normal(&[0.0, 0.0], &[vec![1.0, 0.0], vec![0.0, 1.0]])?;
    /// // The mutual information of the two, −½ ln(1 − ρ²).
    /// assert!((p.kl_divergence(&q)?.value + 0.5 * 0.75f64.ln()).abs() < 1e-15);
    /// # Ok::<(), kullback::family::Error>(())
    /// ```
    pub fn normal(mean: &[f64], covariance: &[Vec<f64>]) -> Result<Multivariate, Error> {
        for &x in mean.iter().chain(covariance.iter().flatten()) {
            checked("multivariate normal", "an entry", x, Range::Finite)?;
        }
        let square = covariance.len() == mean.len() && !mean.is_empty();
        if !square || covariance.iter().any(|row| row.len() != mean.len()) {
            return Err(Error::NotCovariance {
                row: covariance.len(),
                why: "it must have as many rows and columns as the mean has entries",
            });
        }
        for (i, row) in covariance.iter().enumerate() {
            if (0..i).any(|j| row[j].total_cmp(&covariance[j][i]).is_ne()) {
                return Err(Error::NotCovariance {
                    row: i,
                    why: "it must be symmetric",
                });
            }
        }
        let covariance = covariance.to_vec();
        factor(&covariance)?;
        Ok(Multivariate::Normal {
            mean: mean.to_vec(),
            covariance,
        })
    }

    /// D(P‖Q) with P this distribution, in nats and in closed form.
    ///
    /// Infinite, by [`Method::Support`], where a multinomial Q lacks an outcome of P or has
    /// another number of trials.
    ///
    /// # Errors
    ///
    /// [`Error::Incomparable`] if the two are not of one family and one dimension.
    ///
    /// ```
    /// use kullback::family::{Method, Multivariate};
    ///
    /// let p = Multivariate::multinomial(3.0, &[0.5, 0.5])?;
    /// let q = Multivariate::multinomial(3.0, &[1.0, 0.0])?;
    /// assert_eq!(p.kl_divergence(&q)?.method, Method::Support);
    /// assert_eq!(q.kl_divergence(&p)?.value, 3.0 * 2.0f64.ln());
    /// # Ok::<(), kullback::family::Error>(())
    /// ```
    ///
    /// Source: Kullback 1959 (normal); Penny 2001 (Dirichlet), rearranged.
    pub fn kl_divergence(&self, q: &Multivariate) -> Result<Divergence, Error> {
        use Multivariate::{Dirichlet, Multinomial, Normal};
        let (value, magnified) = match (self, q) {
            (Dirichlet { concentrations: a }, Dirichlet { concentrations: b })
                if a.len() == b.len() =>
            {
                (dirichlet(a, b), a.len() as f64)
            }
            (
                Multinomial {
                    trials: n,
                    probabilities: a,
                },
                Multinomial {
                    trials: m,
                    probabilities: b,
                },
            ) if a.len() == b.len() => {
                let same = n.total_cmp(m).is_eq();
                let value = if same {
                    n * categorical(a, b)
                } else {
                    f64::INFINITY
                };
                (value, a.len() as f64)
            }
            (
                Normal {
                    mean: m,
                    covariance: s,
                },
                Normal {
                    mean: n,
                    covariance: t,
                },
            ) if m.len() == n.len() => {
                let strain = strain(s)?.max(strain(t)?);
                (normal(m, s, n, t)?, (m.len() * m.len()) as f64 * strain)
            }
            _ => return Err(Error::Incomparable),
        };
        if value == f64::INFINITY {
            return Ok(Divergence::certain(value, Method::Support));
        }
        let bound = 64.0 * f64::EPSILON * magnified * value;
        Ok(Divergence::by(
            Method::ClosedForm,
            Integral { value, bound },
        ))
    }
}

/// Σ p (r − 1 − ln r) with r = q/p.
fn categorical(p: &[f64], q: &[f64]) -> f64 {
    let term = |(&p, &q): (&f64, &f64)| {
        if p == 0.0 {
            q
        } else {
            p * exp_above_tangent(ratio::of_masses(q, p))
        }
    };
    p.iter().zip(q).map(term).collect::<Sum>().total()
}

/// How much of a variable's variance, at worst, is its own: how far rounding is magnified.
///
/// The largest of variance over variance given the variables before it; units do not matter.
fn strain(covariance: &Rows) -> Result<f64, Error> {
    let lower = factor(covariance)?;
    let shares = (0..lower.len()).map(|i| covariance[i][i] / (lower[i][i] * lower[i][i]));
    Ok(shares.fold(1.0, f64::max))
}

fn factor(covariance: &Rows) -> Result<Rows, Error> {
    cholesky(covariance).map_err(|row| Error::NotCovariance {
        row,
        why: "it must be positive definite",
    })
}

/// ½ [Σ (λ − ln(1 + λ)) + |L⁻¹(m − n)|²] with λ the eigenvalues of L⁻¹(S − T)L⁻ᵀ, T = LLᵀ: every
/// term is zero or above, and nothing cancels where S and T are close.
fn normal(m: &[f64], s: &Rows, n: &[f64], t: &Rows) -> Result<f64, Error> {
    let lower = factor(t)?;
    let difference = s
        .iter()
        .zip(t)
        .map(|(s, t)| s.iter().zip(t).map(|(s, t)| s - t).collect());
    let mut sum = Sum::default();
    for lambda in eigenvalues(whiten(&lower, &difference.collect())) {
        sum.add(if lambda.abs() < 0.5 {
            super::special::above_log(lambda)
        } else {
            excess(1.0 + lambda, 1.0)
        });
    }
    let shift: Vec<f64> = m.iter().zip(n).map(|(m, n)| m - n).collect();
    for z in solve_lower(&lower, &shift) {
        sum.add(z * z);
    }
    Ok(0.5 * sum.total())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(family: &str, text: &str) -> Multivariate {
        let row = |row: &str| row.split_whitespace().map(|x| x.parse().unwrap()).collect();
        let rows: Rows = text.split('/').map(row).collect();
        match family {
            "dirichlet" => Multivariate::dirichlet(&rows[0]).unwrap(),
            _ => Multivariate::normal(&rows[0], &rows[1..]).unwrap(),
        }
    }

    #[test]
    fn divergences_agree_with_textbook_formulas_at_120_digits() {
        let table = include_str!("../../tests/reference/multivariate.csv");
        let mut count = 0;
        for line in table.lines().skip(1) {
            let &[family, p, q, reference] = &line.split(';').collect::<Vec<_>>()[..] else {
                panic!("{line}");
            };
            let reference: f64 = reference.parse().unwrap();
            let found = read(family, p).kl_divergence(&read(family, q)).unwrap();
            let error = ((found.value - reference) / reference).abs();
            assert!(error < 1e-12, "{line}: {found:?}, {error:.1e}");
            assert!(
                error * reference <= found.error_bound,
                "{line}: {found:?}, {error:.1e}"
            );
            count += 1;
        }
        assert_eq!(count, 10);
    }

    #[test]
    fn a_multinomial_of_two_outcomes_is_a_binomial() {
        let p = Multivariate::multinomial(10.0, &[0.3, 0.7]).unwrap();
        let q = Multivariate::multinomial(10.0, &[0.6, 0.4]).unwrap();
        let of = |p| super::super::Family::binomial(10.0, p).unwrap();
        let binomial = super::super::kl_divergence(&of(0.3), &of(0.6)).value;
        assert!((p.kl_divergence(&q).unwrap().value / binomial - 1.0).abs() < 1e-14);
    }

    #[test]
    fn what_is_no_covariance_is_refused() {
        let normal = |rows: &[Vec<f64>]| Multivariate::normal(&[0.0, 0.0], rows);
        for (rows, row) in [
            (vec![vec![1.0, 0.0]], 1),
            (vec![vec![1.0, 0.5], vec![0.25, 1.0]], 1),
            (vec![vec![1.0, 2.0], vec![2.0, 1.0]], 1),
            (vec![vec![0.0, 0.0], vec![0.0, 1.0]], 0),
        ] {
            match normal(&rows) {
                Err(Error::NotCovariance { row: found, .. }) => assert_eq!(found, row),
                other => panic!("{rows:?}: {other:?}"),
            }
        }
        let other = Multivariate::dirichlet(&[1.0, 1.0]).unwrap();
        let plane = normal(&[vec![1.0, 0.0], vec![0.0, 1.0]]).unwrap();
        assert_eq!(plane.kl_divergence(&other), Err(Error::Incomparable));
    }
}
