//! What is known of a measure besides its value: names, prose, parameter, laws.

use std::fmt;
use std::ops::{Bound, RangeBounds};

use super::{AnyMeasure, Measure};
use crate::{Error, Line, Pair, Unit};

/// One entry of the registry: everything that a command line, a report or a test needs to know.
///
/// ```
/// let kl = kullback::Measure::KL.info();
/// assert_eq!((kl.name, kl.symbol), ("kl", "KL(P‖Q)"));
/// assert!(!kl.laws.is_metric());
/// ```
pub struct Info {
    /// The name in code, on the command line and in files: `kl`.
    pub name: &'static str,
    /// The name in prose: Kullback–Leibler divergence.
    pub title: &'static str,
    /// The name in formulas: KL(P‖Q).
    pub symbol: &'static str,
    /// The definition for distributions that sum to 1. On a line, F and G are the distribution
    /// functions of P and Q, and H = (F + G)/2.
    pub formula: &'static str,
    /// When to use it, and what its extremes mean.
    pub when: &'static str,
    /// Author and year.
    pub source: &'static str,
    /// Other names that [`AnyMeasure::parse`] takes.
    pub aliases: &'static [&'static str],
    /// The parameter, for families of measures.
    pub parameter: Option<Parameter>,
    /// Whether the value is an amount of information, and so scales with its [`Unit`].
    ///
    /// Not so for the Jensen–Shannon *distance*, the root of an amount in nats.
    pub in_nats: bool,
    /// The laws that hold at every value of the parameter; the test suite executes them.
    pub laws: Laws,
    pub(crate) kernel: AnyKernel,
}

/// What an entry computes, from the parameter's value on: of pairs, or of points on a line.
pub(crate) enum AnyKernel {
    OnPairs(NewKernel<Pair>),
    OnLines(NewKernel<Line>),
}

/// Makes the kernel of a measure from the value of its parameter.
pub(super) type NewKernel<On> = fn(f64) -> Box<dyn Kernel<On>>;

/// What a measure computes from a pair or from a line.
pub(crate) trait Kernel<On> {
    fn value(&self, on: &On) -> f64;

    /// What each cell or point adds to the value.
    fn contributions(&self, on: &On) -> Vec<f64>;

    /// ∂D/∂p and ∂D/∂q at each cell or point.
    fn gradient(&self, on: &On) -> Vec<[f64; 2]>;
}

impl Info {
    /// The measure itself, at its default parameter if it has one.
    ///
    /// ```
    /// use kullback::{AnyMeasure, MEASURES, Measure};
    ///
    /// assert_eq!(MEASURES[0].measure(), AnyMeasure::OnPairs(Measure::KL));
    /// ```
    #[must_use]
    pub const fn measure(&'static self) -> AnyMeasure {
        self.at(match self.parameter {
            Some(parameter) => parameter.default,
            None => f64::NAN,
        })
    }

    const fn at(&'static self, parameter: f64) -> AnyMeasure {
        match self.kernel {
            AnyKernel::OnPairs(kernel) => AnyMeasure::OnPairs(Measure {
                info: self,
                parameter,
                kernel,
            }),
            AnyKernel::OnLines(kernel) => AnyMeasure::OnLines(Measure {
                info: self,
                parameter,
                kernel,
            }),
        }
    }

    /// The measure with the parameter that stands after the colon of its text form.
    pub(super) fn with_parameter(&'static self, given: &str) -> Result<AnyMeasure, Error> {
        let bad = |takes: String| Error::BadParameter {
            measure: self.name,
            given: given.to_owned(),
            takes,
        };
        let Some(parameter) = self.parameter else {
            return Err(bad("takes no parameter".to_owned()));
        };
        match given.trim().parse::<f64>() {
            Ok(value) if parameter.allows(value) => Ok(self.at(value)),
            _ => Err(bad(format!(
                "takes {parameter}, as in `{}:{}`",
                self.name, parameter.default
            ))),
        }
    }

    /// The name and its aliases.
    ///
    /// ```
    /// let names: Vec<&str> = kullback::MEASURES[2].names().collect();
    /// assert_eq!(names[..2], ["jeffreys", "psi"]);
    /// ```
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        std::iter::once(self.name).chain(self.aliases.iter().copied())
    }

    /// Shows a value in a unit: amounts of information are converted, all others left alone.
    ///
    /// ```
    /// use kullback::{Measure, Unit};
    ///
    /// let ln_2 = std::f64::consts::LN_2;
    /// assert_eq!(Measure::KL.info().in_unit(ln_2, Unit::Bits), 1.0);
    /// assert_eq!(Measure::TV.info().in_unit(ln_2, Unit::Bits), ln_2);
    /// ```
    #[must_use]
    pub fn in_unit(&self, value: f64, unit: Unit) -> f64 {
        if self.in_nats {
            unit.from_nats(value)
        } else {
            value
        }
    }
}

impl fmt::Debug for Info {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Info")
            .field("name", &self.name)
            .field("parameter", &self.parameter)
            .field("laws", &self.laws)
            .finish_non_exhaustive()
    }
}

/// The parameter of a family of measures: a finite number between two bounds.
///
/// Displayed as a phrase.
///
/// ```
/// let alpha = kullback::Measure::parse("renyi")?.info().parameter;
/// assert_eq!(alpha.map(|alpha| alpha.to_string()).as_deref(), Some("a finite alpha above 0"));
/// # Ok::<(), kullback::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Parameter {
    /// Its name in prose.
    pub name: &'static str,
    /// The value taken when none is given.
    pub default: f64,
    /// The lower bound, and whether it is allowed itself.
    pub from: Bound<f64>,
    /// The upper bound, and whether it is allowed itself.
    pub to: Bound<f64>,
}

impl Parameter {
    /// Whether a value lies in the allowed range.
    ///
    /// ```
    /// let alpha = kullback::Measure::parse("renyi")?.info().parameter;
    /// assert!(alpha.is_some_and(|alpha| alpha.allows(2.0) && !alpha.allows(0.0)));
    /// # Ok::<(), kullback::Error>(())
    /// ```
    #[must_use]
    pub fn allows(&self, value: f64) -> bool {
        value.is_finite() && (self.from, self.to).contains(&value)
    }
}

impl fmt::Display for Parameter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a finite {}", self.name)?;
        match self.from {
            Bound::Excluded(bound) => write!(f, " above {bound}")?,
            Bound::Included(bound) => write!(f, " from {bound}")?,
            Bound::Unbounded => {}
        }
        match self.to {
            Bound::Excluded(bound) => write!(f, " below {bound}"),
            Bound::Included(bound) => write!(f, " up to {bound}"),
            Bound::Unbounded => Ok(()),
        }
    }
}

/// The laws that a measure obeys on distributions that sum to 1, beyond those that all obey:
/// it is never negative, and 0 exactly where P = Q.
///
/// A law declared `false` is broken by some input, which the tests exhibit. Measures of pairs do not
/// look at points: whatever is done to the line leaves them as they are.
///
/// ```
/// use kullback::Measure;
///
/// let laws = Measure::JS.info().laws;
/// assert!(laws.symmetric && laws.merging_never_raises && !laws.triangle);
/// assert_eq!(laws.max, std::f64::consts::LN_2);
///
/// let laws = Measure::WASSERSTEIN.info().laws;
/// assert!(laws.is_metric() && laws.reflects && laws.degree == 1.0);
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Laws {
    /// D(P‖Q) = D(Q‖P).
    pub symmetric: bool,
    /// D(P‖R) ≤ D(P‖Q) + D(Q‖R).
    pub triangle: bool,
    /// The least upper bound, in the unit that values come in; ∞ if there is none.
    pub max: f64,
    /// Merging outcomes (on a line, neighbours, at either's point) never raises the value: the
    /// data-processing inequality, so that a coarsened pair gives a lower bound.
    pub merging_never_raises: bool,
    /// Stretching the line by a factor c multiplies the value by cᵈ, d = `degree`. Where it is 0,
    /// every increasing map of the line leaves the value as it is: only the order of points counts.
    pub degree: f64,
    /// Turning the line around leaves the value as it is.
    pub reflects: bool,
}

impl Laws {
    /// What every f-divergence obeys, and Rényi's: nothing but monotonicity under merging.
    pub(super) const F_DIVERGENCE: Laws = Laws {
        symmetric: false,
        triangle: false,
        max: f64::INFINITY,
        merging_never_raises: true,
        degree: 0.0,
        reflects: true,
    };

    /// Whether the measure is a metric: symmetric, with the triangle inequality.
    ///
    /// ```
    /// use kullback::MEASURES;
    ///
    /// let metrics = MEASURES.iter().filter(|info| info.laws.is_metric());
    /// let names: Vec<&str> = metrics.map(|info| info.name).collect();
    /// assert_eq!(names[..3], ["js_distance", "tv", "hellinger"]);
    /// assert_eq!(names[3..], ["wasserstein", "ks", "kuiper", "energy"]);
    /// ```
    #[must_use]
    pub fn is_metric(&self) -> bool {
        self.symmetric && self.triangle
    }
}
