//! Families of distributions, and the divergence of any two of them.
//!
//! ```
//! use kullback::family::{Family, Method, kl_divergence};
//!
//! let p: Family = "normal(0, 1)".parse()?;
//! let q: Family = "laplace(0, 1.5)".parse()?;
//! let kl = kl_divergence(&p, &q);
//! assert!((kl.value - 0.211_596_795_998_680_5).abs() < 1e-14);
//! assert_eq!(kl.method, Method::ClosedForm);
//! # Ok::<(), kullback::family::Error>(())
//! ```
//!
//! Every pair has an answer, with the method that found it and a bound on its error:
//!
//! - in closed form where there is one: within a family, between the powers and logarithms of
//!   gamma variables, and wherever the moments that the cross-entropy needs are known;
//! - otherwise by adaptive quadrature, or by summation if the outcomes are whole numbers;
//! - ∞ where P has mass outside Q's support, or where the integral diverges in a tail, which is
//!   decided from the order of the tails and not by the quadrature;
//! - ∞ too, for KL, between a continuous and a discrete family. They share no reference measure:
//!   each has all its mass where the other has none, so neither is absolutely continuous with
//!   respect to the other, and their Jensen–Shannon divergence is ln 2.
//!
//! Distributions of several variables are [`Multivariate`]: Dirichlet, logistic normal, multinomial,
//! normal (with a full or a low-rank covariance, or of matrices), von Mises–Fisher, Wishart, and
//! mixtures of them.
//! Within a family KL is in closed form; what is not is summed if it is finite and small, and
//! otherwise sampled by a seed ([`Sampling`]), with a standard error.
//!
//! A mixture is a family as well:
//!
//! ```
//! use kullback::family::{Family, Method, kl_divergence};
//!
//! let p: Family = "mixture(0.3*normal(0,1) + 0.7*normal(4,1))".parse()?;
//! let kl = kl_divergence(&p, &Family::normal(2.8, 2.0)?);
//! assert!(kl.method == Method::Quadrature && kl.error_bound() < 1e-12);
//! # Ok::<(), kullback::family::Error>(())
//! ```

mod bessel;
mod catalogue;
mod closed;
mod density;
mod divergence;
mod error;
mod landmarks;
mod log_gamma;
mod mass;
mod matrix;
mod moments;
mod multivariate;
mod numeric;
mod quadrature;
mod range;
mod rule;
pub(crate) mod special;
mod summation;
mod support;
mod tail;
#[cfg(test)]
mod tests;
mod text;

pub use catalogue::{Family, FamilyInfo, families};
pub use divergence::{
    Divergence, Method, Uncertainty, cross_entropy, entropy, js_divergence, kl_divergence,
};
pub use error::Error;
pub use multivariate::{Multivariate, Sampling};
pub use support::Support;
pub use text::names;
