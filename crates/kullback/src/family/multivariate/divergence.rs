//! The questions one can ask of two distributions of several variables, and the choice of method.

use std::f64::consts::LN_2;

use super::counts;
use super::{Kind, Multivariate, Sampling};
use crate::family::Error;
use crate::family::divergence::{Divergence, Method, Uncertainty};
use crate::family::numeric::{Kernel, cross_term, js_term, kl_term};
use crate::family::quadrature::Integral;

impl Multivariate {
    /// D(P‖Q) with P this distribution, in nats.
    ///
    /// In closed form within a family, between normal distributions however their covariance is
    /// given, and from a Dirichlet to a logistic normal; by a finite sum for mixtures of multinomials with no more than a million
    /// outcomes; otherwise as a mean over draws with its standard error, of terms
    /// that are zero or above. Infinite, by [`Method::Support`], where Q lacks an outcome of P.
    ///
    /// # Errors
    ///
    /// [`Error::Incomparable`] if the two do not live on one space; [`Error::NotCovariance`] if
    /// the covariance of a low-rank normal, written out beside one that is, is singular.
    ///
    /// ```
    /// use kullback::family::{Multivariate, Sampling};
    ///
    /// let p: Multivariate = "mvn([0, 0], [[1, 0.5], [0.5, 1]])".parse()?;
    /// let q: Multivariate = "mvn([1, 0], [[1, 0], [0, 1]])".parse()?;
    /// let kl = p.kl_divergence(&q, Sampling::default())?;
    /// assert!((kl.value - (0.5 - 0.5 * 0.75f64.ln())).abs() <= kl.error_bound());
    /// # Ok::<(), kullback::family::Error>(())
    /// ```
    ///
    /// Source: Kullback & Leibler 1951.
    pub fn kl_divergence(&self, q: &Multivariate, sampling: Sampling) -> Result<Divergence, Error> {
        self.on_the_space_of(q)?;
        if self == q {
            return Ok(Divergence::certain(0.0, Method::ClosedForm));
        }
        if let Some(found) = formula(self, q)? {
            return Ok(if found.value == f64::INFINITY {
                Divergence::certain(found.value, Method::Support)
            } else {
                Divergence::by(Method::ClosedForm, found)
            });
        }
        if counts::escapes(self, q) {
            return Ok(Divergence::certain(f64::INFINITY, Method::Support));
        }
        Ok(self.summed_or_sampled(q, kl_term, sampling))
    }

    /// ½ D(P‖M) + ½ D(Q‖M) with M = ½(P + Q), in nats: symmetric, from 0 to ln 2.
    ///
    /// By a finite sum for multinomials with no more than a million outcomes, else as a mean over
    /// draws with its standard error.
    ///
    /// # Errors
    ///
    /// [`Error::Incomparable`] if the two do not live on one space.
    ///
    /// ```
    /// use kullback::family::{Method, Multivariate, Sampling};
    ///
    /// let p = Multivariate::multinomial(5.0, &[0.2, 0.3, 0.5])?;
    /// let q = Multivariate::multinomial(5.0, &[0.4, 0.4, 0.2])?;
    /// assert_eq!(p.js_divergence(&q, Sampling::default())?.method, Method::Summation);
    /// # Ok::<(), kullback::family::Error>(())
    /// ```
    ///
    /// Source: Lin 1991.
    pub fn js_divergence(&self, q: &Multivariate, sampling: Sampling) -> Result<Divergence, Error> {
        self.on_the_space_of(q)?;
        if self == q {
            return Ok(Divergence::certain(0.0, Method::ClosedForm));
        }
        if let (Kind::Multinomial(p), Kind::Multinomial(q)) = (&self.kind, &q.kind)
            && p.trials.total_cmp(&q.trials).is_ne()
        {
            return Ok(Divergence::certain(LN_2, Method::Support));
        }
        Ok(self.summed_or_sampled(q, js_term, sampling))
    }

    /// H(P, Q) = −E_P[ln q], in nats: D(P‖Q) and the entropy of P together.
    ///
    /// Relative to the unit of x where it is continuous, and then perhaps negative.
    ///
    /// # Errors
    ///
    /// Those of [`Multivariate::kl_divergence`].
    ///
    /// ```
    /// use kullback::family::{Multivariate, Sampling};
    ///
    /// let p: Multivariate = "dirichlet(2, 3, 4)".parse()?;
    /// let uniform: Multivariate = "dirichlet(1, 1, 1)".parse()?;
    /// let cross = p.cross_entropy(&uniform, Sampling::default())?;
    /// assert!((cross.value + 2.0f64.ln()).abs() <= cross.error_bound());
    /// # Ok::<(), kullback::family::Error>(())
    /// ```
    ///
    /// Source: Shannon 1948; Good 1956.
    pub fn cross_entropy(&self, q: &Multivariate, sampling: Sampling) -> Result<Divergence, Error> {
        self.on_the_space_of(q)?;
        if self == q {
            return Ok(self.entropy(sampling));
        }
        if let (Some(kl), Some(own)) = (formula(self, q)?, self.inner().entropy()) {
            return Ok(if kl.value == f64::INFINITY {
                Divergence::certain(kl.value, Method::Support)
            } else {
                Divergence {
                    value: own.value + kl.value,
                    method: own.method,
                    uncertainty: Uncertainty::Bound(own.error_bound() + kl.bound),
                }
            });
        }
        if counts::escapes(self, q) {
            return Ok(Divergence::certain(f64::INFINITY, Method::Support));
        }
        Ok(match counts::total(self, q, cross_term) {
            Some(found) => Divergence::by(Method::Summation, found),
            None => sampling.surprisal(self.inner(), q.inner()),
        })
    }

    /// H(P) = −E_P[ln p], in nats; for continuous distributions relative to the unit of x.
    ///
    /// In closed form, for a multinomial by sums, for a mixture by draws.
    ///
    /// ```
    /// use kullback::family::{Multivariate, Sampling};
    ///
    /// let unit: Multivariate = "mvn([0, 0], [[1, 0], [0, 1]])".parse()?;
    /// let entropy = unit.entropy(Sampling::default());
    /// let exact = 1.0 + std::f64::consts::TAU.ln();
    /// assert!((entropy.value - exact).abs() <= entropy.error_bound());
    /// # Ok::<(), kullback::family::Error>(())
    /// ```
    ///
    /// Source: Shannon 1948.
    pub fn entropy(&self, sampling: Sampling) -> Divergence {
        if let Some(found) = self.inner().entropy() {
            return found;
        }
        match counts::total(self, self, cross_term) {
            Some(found) => Divergence::by(Method::Summation, found),
            None => sampling.surprisal(self.inner(), self.inner()),
        }
    }

    /// Refuses what cannot be compared.
    pub(super) fn on_the_space_of(&self, q: &Multivariate) -> Result<(), Error> {
        let [here, there] = [self, q].map(|side| side.inner().space());
        if here == there {
            Ok(())
        } else {
            Err(Error::Incomparable {
                p: here.to_string(),
                q: there.to_string(),
            })
        }
    }

    fn summed_or_sampled(&self, q: &Multivariate, term: Kernel, sampling: Sampling) -> Divergence {
        match counts::total(self, q, term) {
            Some(found) => Divergence::by(Method::Summation, found),
            None => sampling.integral(self.inner(), q.inner(), term),
        }
    }
}

/// KL(P‖Q) in closed form, if there is one; ∞ by support alone.
fn formula(p: &Multivariate, q: &Multivariate) -> Result<Option<Integral>, Error> {
    use Kind::{
        Dirichlet, LogisticNormal, LowRank, MatrixNormal, Multinomial, Normal, VonMisesFisher,
        Wishart,
    };
    Ok(Some(match (&p.kind, &q.kind) {
        (Dirichlet(p), Dirichlet(q)) => p.kl(q),
        (Dirichlet(p), LogisticNormal(q)) => q.kl_from(p, &p.entropy()),
        (LogisticNormal(p), LogisticNormal(q)) => p.ratios.kl(&q.ratios),
        (LowRank(p), LowRank(q)) => p.kl(q),
        (LowRank(p), Normal(q)) => p.written_out()?.kl(q),
        (Normal(p), LowRank(q)) => p.kl(&q.written_out()?),
        (MatrixNormal(p), MatrixNormal(q)) => p.kl(q),
        (Multinomial(p), Multinomial(q)) => p.kl(q),
        (Normal(p), Normal(q)) => p.kl(q),
        (VonMisesFisher(p), VonMisesFisher(q)) => p.kl(q),
        (Wishart(p), Wishart(q)) => p.kl(q),
        _ => return Ok(None),
    }))
}
