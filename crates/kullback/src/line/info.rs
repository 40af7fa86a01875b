//! What is known of a line measure besides its value.

use std::fmt;

use super::{Kernel, LineMeasure};
use crate::Parameter;

/// One entry of [`LINE_MEASURES`](crate::LINE_MEASURES); the fields are those of
/// [`Info`](crate::Info), the laws those of a line.
///
/// ```
/// let ks = kullback::LineMeasure::KOLMOGOROV_SMIRNOV.info();
/// assert_eq!((ks.name, ks.symbol), ("ks", "KS(P,Q)"));
/// assert!(ks.laws.triangle);
/// ```
pub struct LineInfo {
    /// The name in code, on the command line and in files: `wasserstein`.
    pub name: &'static str,
    /// The name in prose: Wasserstein distance.
    pub title: &'static str,
    /// The name in formulas: W(P,Q).
    pub symbol: &'static str,
    /// The definition; F and G are the distribution functions of P and Q.
    pub formula: &'static str,
    /// When to use it, and what its extremes mean.
    pub when: &'static str,
    /// Author and year.
    pub source: &'static str,
    /// Other names that [`LineMeasure::parse`] takes.
    pub aliases: &'static [&'static str],
    /// The parameter, for families of measures.
    pub parameter: Option<Parameter>,
    /// The laws that hold at every value of the parameter; the test suite executes them.
    pub laws: LineLaws,
    pub(super) kernel: fn(f64) -> Box<dyn Kernel>,
}

impl LineInfo {
    /// The measure itself, at its default parameter if it has one.
    ///
    /// ```
    /// use kullback::{LINE_MEASURES, LineMeasure};
    ///
    /// assert_eq!(LINE_MEASURES[0].measure(), LineMeasure::WASSERSTEIN);
    /// ```
    #[must_use]
    pub const fn measure(&'static self) -> LineMeasure {
        let parameter = match self.parameter {
            Some(parameter) => parameter.default,
            None => f64::NAN,
        };
        LineMeasure {
            info: self,
            parameter,
        }
    }

    /// The name and its aliases.
    pub(super) fn names(&self) -> impl Iterator<Item = &'static str> {
        std::iter::once(self.name).chain(self.aliases.iter().copied())
    }
}

impl fmt::Debug for LineInfo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LineInfo")
            .field("name", &self.name)
            .field("parameter", &self.parameter)
            .field("laws", &self.laws)
            .finish_non_exhaustive()
    }
}

/// The laws that a line measure obeys, beyond those that all obey: it is never negative, 0 exactly
/// where P = Q, symmetric, and the same wherever on the line both sides are moved together.
///
/// A law declared `false` is broken by some line, which the tests exhibit.
///
/// ```
/// let laws = kullback::LineMeasure::WASSERSTEIN.info().laws;
/// assert!(laws.triangle && laws.reflects && laws.degree == 1.0);
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LineLaws {
    /// D(P,R) ≤ D(P,Q) + D(Q,R): the measure is a metric.
    pub triangle: bool,
    /// The least upper bound; ∞ if there is none.
    pub max: f64,
    /// Stretching the line by a factor c multiplies the value by cᵈ, d = `degree`. Where it is 0,
    /// every increasing map of the line leaves the value as it is: only the order of points counts.
    pub degree: f64,
    /// Turning the line around leaves the value as it is.
    pub reflects: bool,
}
