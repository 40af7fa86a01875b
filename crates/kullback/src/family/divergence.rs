//! The questions one can ask of two families, and the choice of method.

use std::f64::consts::LN_2;
use std::fmt;

use super::density::Point;
use super::quadrature::Integral;
use super::{Family, closed, moments, numeric, tail};

/// How a value was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Method {
    /// By a formula in the parameters.
    ClosedForm,
    /// By adaptive Gauss–Kronrod quadrature of the densities.
    Quadrature,
    /// By adding the outcomes up.
    Summation,
    /// From the supports alone: what has mass in one has none in the other.
    Support,
    /// From the tails alone: the integral diverges, although the supports agree.
    Tails,
    /// As a mean over random draws, with a standard error in place of a bound.
    MonteCarlo,
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Method::ClosedForm => "closed form",
            Method::Quadrature => "quadrature",
            Method::Summation => "summation",
            Method::Support => "support",
            Method::Tails => "tails",
            Method::MonteCarlo => "Monte Carlo",
        })
    }
}

/// How far off a value may be.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum Uncertainty {
    /// The truth lies within `value ± bound`: truncation, rounding and what is left out of an
    /// infinite range. 0 where the value is certain, as infinities are.
    Bound(f64),
    /// The value is a mean over random draws. This is no bound: the truth lies within one standard
    /// error of it two times in three, within two of them nineteen times in twenty.
    #[non_exhaustive]
    StandardError {
        /// The standard error of the mean.
        error: f64,
        /// How many draws it was taken over.
        draws: u64,
    },
}

/// A divergence or an entropy in nats, how it was found, and how far off it may be.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Divergence {
    /// The value in nats.
    pub value: f64,
    /// How it was found.
    pub method: Method,
    /// How far off it may be: a bound, or by [`Method::MonteCarlo`] a standard error.
    pub uncertainty: Uncertainty,
}

impl Divergence {
    /// A bound on the error of the value; ∞ where only a standard error is known.
    ///
    /// ```
    /// use kullback::family::{Family, entropy};
    ///
    /// assert!(entropy(&Family::normal(0.0, 1.0)?).error_bound() < 1e-14);
    /// # Ok::<(), kullback::family::Error>(())
    /// ```
    pub fn error_bound(&self) -> f64 {
        match self.uncertainty {
            Uncertainty::Bound(bound) => bound,
            Uncertainty::StandardError { .. } => f64::INFINITY,
        }
    }

    pub(super) fn certain(value: f64, method: Method) -> Divergence {
        Divergence {
            value,
            method,
            uncertainty: Uncertainty::Bound(0.0),
        }
    }

    pub(super) fn by(method: Method, found: Integral) -> Divergence {
        Divergence {
            value: found.value,
            method,
            uncertainty: Uncertainty::Bound(found.bound),
        }
    }
}

/// A closed form this exact, relative to its value, is not checked against quadrature.
const EXACT_ENOUGH: f64 = 1e-13;

/// An integral this well known, relative to its value, is not sought in another way.
const WELL_KNOWN: f64 = 1e-9;

/// D(P‖Q) = ∫ p ln(p/q), in nats: the information lost per draw from P that is described by Q.
///
/// Zero or above, and 0 exactly where P = Q. Infinite where P has mass outside Q's support
/// ([`Method::Support`]) and where ln q falls too fast for P's tail ([`Method::Tails`]: a Cauchy P
/// against a normal Q). For the reverse divergence, exchange the arguments.
///
/// ```
/// use kullback::family::{Family, Method, kl_divergence};
///
/// let kl = |p: &str, q: &str| Ok::<_, kullback::family::Error>(kl_divergence(&p.parse()?, &q.parse()?));
/// assert_eq!(kl("poisson(0)", "poisson(3)")?.value, 3.0);
/// assert!((kl("continuous_bernoulli(0.25)", "uniform(0,1)")?.value - 0.048_8).abs() < 1e-4);
/// assert_eq!(kl("uniform(0,2)", "beta(1,1)")?.method, Method::Support);
/// assert_eq!(kl("cauchy(0,1)", "normal(0,1)")?.method, Method::Tails);
/// # Ok::<(), kullback::family::Error>(())
/// ```
///
/// Source: Kullback & Leibler 1951.
pub fn kl_divergence(p: &Family, q: &Family) -> Divergence {
    if p == q {
        return Divergence::certain(0.0, Method::ClosedForm);
    }
    if let Some(infinite) = infinite(p, q) {
        return infinite;
    }
    let formula = closed::kl(p, q).or_else(|| moments::kl(p, q));
    let found = chosen(p, q, formula, numeric::kl_term);
    if found.error_bound() <= WELL_KNOWN * found.value {
        return found;
    }
    // Quadrature may not reach far enough where the tails of P only just suffice for Q.
    match moments::cross_entropy(p, q) {
        Some(cross) => {
            let own = entropy(p);
            let less = Integral {
                value: cross.value - own.value,
                bound: cross.bound + own.error_bound(),
            };
            if less.bound < found.error_bound() {
                Divergence::by(own.method, less)
            } else {
                found
            }
        }
        None => found,
    }
}

/// ½ D(P‖M) + ½ D(Q‖M) with M = ½(P + Q), in nats: symmetric, from 0 to ln 2.
///
/// Always finite. It is ln 2, by [`Method::Support`], where the supports do not meet, as those of
/// a continuous and a discrete family never do.
///
/// ```
/// use kullback::family::{Family, Method, js_divergence};
///
/// let (p, q) = (Family::cauchy(0.0, 1.0)?, Family::normal(0.0, 1.0)?);
/// let js = js_divergence(&p, &q);
/// assert!(js.value > 0.0 && js.value < 0.1 && js.error_bound() < 1e-12);
/// assert_eq!(js_divergence(&p, &Family::poisson(1.0)?).method, Method::Support);
/// # Ok::<(), kullback::family::Error>(())
/// ```
///
/// Source: Lin 1991.
pub fn js_divergence(p: &Family, q: &Family) -> Divergence {
    if p == q {
        return Divergence::certain(0.0, Method::ClosedForm);
    }
    if p.is_discrete() != q.is_discrete() || p.support().is_apart_from(&q.support()) {
        return Divergence::certain(LN_2, Method::Support);
    }
    let found = numeric::total(p, q, numeric::js_term);
    Divergence::by(numeric_method(p), found)
}

/// H(P, Q) = −∫ p ln q, in nats: D(P‖Q) and the entropy of P together.
///
/// Infinite where D(P‖Q) is. For continuous families it is relative to the unit of x, and may be
/// negative.
///
/// ```
/// use kullback::family::{Family, cross_entropy, entropy, kl_divergence};
///
/// let (p, q) = (Family::gamma(2.0, 1.0)?, Family::log_normal(0.0, 1.0)?);
/// let sum = entropy(&p).value + kl_divergence(&p, &q).value;
/// assert!((cross_entropy(&p, &q).value - sum).abs() < 1e-13);
/// # Ok::<(), kullback::family::Error>(())
/// ```
///
/// Source: Shannon 1948; Good 1956.
pub fn cross_entropy(p: &Family, q: &Family) -> Divergence {
    if let Some(infinite) = infinite(p, q) {
        return infinite;
    }
    let formula = if p == q { moments::entropy(p) } else { None };
    let formula = formula.or_else(|| moments::cross_entropy(p, q));
    chosen(p, q, formula, numeric::cross_term)
}

/// H(P) = −∫ p ln p, in nats.
///
/// For continuous families this is the differential entropy: relative to the unit of x, and
/// negative where the mass is narrow.
///
/// ```
/// use kullback::family::{Family, entropy};
///
/// assert_eq!(entropy(&Family::uniform(0.0, 0.5)?).value, 0.5f64.ln());
/// assert!((entropy(&Family::bernoulli(0.5)?).value - 0.5f64.ln().abs()).abs() < 1e-15);
/// # Ok::<(), kullback::family::Error>(())
/// ```
///
/// Source: Shannon 1948.
pub fn entropy(p: &Family) -> Divergence {
    chosen(p, p, moments::entropy(p), numeric::cross_term)
}

impl Family {
    /// The logarithm of the density at `x`, or of the mass if the family is discrete.
    ///
    /// −∞ outside the support, and for a discrete family between the whole numbers; NaN at NaN.
    /// At an end of the support it is the limit, which may be ±∞.
    ///
    /// ```
    /// use kullback::family::Family;
    ///
    /// assert_eq!(Family::exponential(2.0)?.ln_density(0.5), 2.0f64.ln() - 1.0);
    /// assert_eq!(Family::exponential(2.0)?.ln_density(-1.0), f64::NEG_INFINITY);
    /// assert_eq!(Family::poisson(0.0)?.ln_density(0.0), 0.0);
    /// # Ok::<(), kullback::family::Error>(())
    /// ```
    pub fn ln_density(&self, x: f64) -> f64 {
        if x.is_nan() {
            f64::NAN
        } else if !x.is_finite() {
            f64::NEG_INFINITY
        } else if self.is_discrete() {
            if x.fract() == 0.0 {
                self.ln_mass(x)
            } else {
                f64::NEG_INFINITY
            }
        } else {
            self.ln_density_on_support(&Point::at(x))
        }
    }
}

/// Why D(P‖Q) is infinite, if supports or tails say so.
fn infinite(p: &Family, q: &Family) -> Option<Divergence> {
    let certain = |method| Some(Divergence::certain(f64::INFINITY, method));
    if !p.support().fits_into(&q.support()) {
        certain(Method::Support)
    } else if tail::diverges(p, q) {
        certain(Method::Tails)
    } else {
        None
    }
}

/// The formula if it is exact enough, else quadrature or summation, whichever has the lower bound.
fn chosen(p: &Family, q: &Family, formula: Option<Integral>, term: numeric::Kernel) -> Divergence {
    let usable = |found: &Integral| found.value.is_finite() && found.bound.is_finite();
    let formula = formula.filter(usable);
    if let Some(found) = formula
        && found.bound <= EXACT_ENOUGH * found.value.abs()
    {
        return Divergence::by(Method::ClosedForm, found);
    }
    let found = numeric::total(p, q, term);
    if p.is_discrete() && found.value == f64::INFINITY {
        // P has mass at a whole number between where Q has none.
        return Divergence::certain(found.value, Method::Support);
    }
    match formula {
        Some(formula) if formula.bound <= found.bound => {
            Divergence::by(Method::ClosedForm, formula)
        }
        _ => Divergence::by(numeric_method(p), found),
    }
}

fn numeric_method(p: &Family) -> Method {
    if p.is_discrete() {
        Method::Summation
    } else {
        Method::Quadrature
    }
}
