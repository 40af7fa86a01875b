//! Measures: the registry, and the types that stand for its entries.
//!
//! To add a divergence, write its slope and its [`Info`] in a file of this folder, list it in
//! [`MEASURES`] and in the table above that, and add its formula to `tests/reference/generate.py`.
//! Value, contributions, gradient, names on the command line and the tests of its declared laws
//! follow. A measure of points on a line goes into `line/`, and its formula into
//! `tests/reference/line.py`; the rest is the same.

mod any;
mod bregman;
mod chernoff;
mod chi_squared;
mod hellinger;
mod info;
mod jensen_shannon;
mod kullback_leibler;
mod power;
mod registry;
mod renyi;
mod separable;
mod several;
mod skew;
mod total_variation;

use std::fmt;
use std::str::FromStr;

use crate::{Error, Line, Pair};

pub use any::AnyMeasure;
pub(crate) use info::{AnyKernel, Kernel};
pub use info::{Info, Laws, Parameter};

pub(crate) use jensen_shannon::js_term;
pub(crate) use kullback_leibler::kl_term;
pub use registry::MEASURES;
pub(crate) use separable::apportion;
pub use several::{js_contributions_of, js_divergence_of, js_gradients_of};

/// A measure of how far Q is from P: an entry of [`MEASURES`] and the value of its parameter.
///
/// `Measure` reads a [`Pair`]: how much probability differs, outcome by outcome, and the same if
/// the outcomes were shuffled. `Measure<Line>` reads a [`Line`]: how far it has moved. So every
/// measure has a value for everything that it can be asked about, with nothing to check; one whose
/// name is not known in advance is an [`AnyMeasure`].
///
/// - *Unit*: nats where [`Info::in_nats`], else a pure number, or one in the points' unit.
/// - *Range*: from 0, exactly where P = Q, to [`Laws::max`], which may be ∞. Never NaN, and never
///   negative, also in floating point.
/// - *Zeros*: 0·ln 0 = 0. Where P has mass and Q none, KL is ∞: a finding, not an error. Points
///   without mass on either side change nothing.
/// - *Unnormalised pairs*: f-divergences are taken in the form that is ≥ 0 for any masses, for
///   KL Σ p ln(p/q) − p + q. With sums of 1 the added masses cancel. Rényi divergence,
///   Bhattacharyya distance and Chernoff information divide both sides by their mass.
/// - *Accuracy*: a relative error below 2·10⁻¹⁴ on the reference table, which spans |α| ≤ 20,
///   ratios of 10³⁰⁰, far tails of little mass, and P and Q that differ in the last place only.
///
/// The text form is the name, with the parameter after a colon; parsing and display are inverse.
///
/// ```
/// use kullback::{Line, Measure, Pair};
///
/// let pair = Pair::from_counts(&[1, 1], &[1, 3])?;
/// let measure: Measure = "renyi:2".parse()?;
/// assert!((measure.value(&pair) - (4.0f64 / 3.0).ln()).abs() < 1e-15);
/// assert_eq!(measure.to_string(), "renyi:2");
///
/// let line = Line::from_samples(&[1.0, 2.0, 3.0], &[2.0, 3.0, 4.5])?;
/// let measure: Measure<Line> = "ks".parse()?;
/// assert!((measure.value(&line) - 1.0 / 3.0).abs() < 1e-15);
/// # Ok::<(), kullback::Error>(())
/// ```
pub struct Measure<On = Pair> {
    info: &'static Info,
    /// NaN where the measure has none.
    parameter: f64,
    kernel: info::NewKernel<On>,
}

impl Measure {
    /// Kullback–Leibler divergence.
    pub const KL: Measure = kullback_leibler::KL.measure().of_pairs();
    /// Jensen–Shannon divergence.
    pub const JS: Measure = jensen_shannon::JS.measure().of_pairs();
    /// Total variation distance.
    pub const TV: Measure = total_variation::TV.measure().of_pairs();

    /// Reads the name or an alias of a measure of pairs, as [`AnyMeasure::parse`] does.
    ///
    /// # Errors
    /// Those of [`AnyMeasure::parse`]; [`Error::NeedsLine`] for a measure of lines.
    ///
    /// ```
    /// use kullback::Measure;
    ///
    /// assert_eq!(Measure::parse("psi")?.to_string(), "jeffreys");
    /// let error = Measure::parse("wasserstein").unwrap_err();
    /// assert!(error.to_string().starts_with("`wasserstein` compares points on a line"));
    /// # Ok::<(), kullback::Error>(())
    /// ```
    pub fn parse(text: &str) -> Result<Measure, Error> {
        AnyMeasure::parse(text)?.on_pairs()
    }

    /// Every measure of pairs in the registry, families at their default parameter.
    ///
    /// ```
    /// use kullback::Measure;
    ///
    /// assert_eq!(Measure::all().next(), Some(Measure::KL));
    /// ```
    pub fn all() -> impl Iterator<Item = Measure> {
        AnyMeasure::all().filter_map(|measure| measure.on_pairs().ok())
    }
}

impl Measure<Line> {
    /// Wasserstein-1, the earth mover's distance.
    pub const WASSERSTEIN: Measure<Line> = crate::line::WASSERSTEIN.measure().of_lines();
    /// Kolmogorov–Smirnov distance.
    pub const KOLMOGOROV_SMIRNOV: Measure<Line> =
        crate::line::KOLMOGOROV_SMIRNOV.measure().of_lines();
}

impl<On> Measure<On> {
    /// The registry's entry: names, prose, laws.
    ///
    /// ```
    /// use kullback::Measure;
    ///
    /// assert_eq!(Measure::TV.info().title, "Total variation distance");
    /// ```
    #[must_use]
    pub fn info(&self) -> &'static Info {
        self.info
    }

    /// The value of the parameter, if the measure has one.
    ///
    /// ```
    /// use kullback::Measure;
    ///
    /// assert_eq!(Measure::WASSERSTEIN.parameter(), Some(1.0));
    /// assert_eq!(Measure::KL.parameter(), None);
    /// ```
    #[must_use]
    pub fn parameter(&self) -> Option<f64> {
        self.info.parameter.map(|_| self.parameter)
    }

    /// How far Q is from P.
    ///
    /// ```
    /// use kullback::{Line, Measure, Pair};
    ///
    /// let disjoint = Pair::from_counts(&[1, 0], &[0, 1])?;
    /// assert_eq!(Measure::KL.value(&disjoint), f64::INFINITY);
    /// assert_eq!(Measure::JS.value(&disjoint), std::f64::consts::LN_2);
    /// assert_eq!(Measure::TV.value(&disjoint), 1.0);
    ///
    /// let moved = Line::from_samples(&[1.0, 5.0], &[1.5, 5.5])?;
    /// assert_eq!(Measure::WASSERSTEIN.value(&moved), 0.5);
    /// # Ok::<(), kullback::Error>(())
    /// ```
    #[must_use]
    pub fn value(&self, on: &On) -> f64 {
        (self.kernel)(self.parameter).value(on)
    }

    /// What each cell of a pair or point of a line adds to the value, in their order.
    ///
    /// None is negative, and they sum to the value. Where the value is a function of a sum (the
    /// root in a distance, the logarithm in Rényi's), it is shared out in proportion to the sum's
    /// terms.
    ///
    /// - *Pairs*: a cell adds 0 where p = q. For KL it adds p ln(p/q) − p + q, so that both an
    ///   outcome that became rarer and one that became more frequent count as difference; summed
    ///   over cells, the masses cancel. An infinite value comes from the cells that are infinite
    ///   here; the others keep the terms of the sum.
    /// - *Lines*: for Wasserstein a point adds what it costs to move P's mass away from it; for the
    ///   squared measures, what the gap F − G adds from there to the next point; for the suprema,
    ///   the points where they are attained add all.
    ///
    /// ```
    /// use kullback::{Line, Measure, Pair};
    ///
    /// let pair = Pair::from_counts(&[2, 1, 1], &[2, 2, 0])?;
    /// let kl = Measure::KL.contributions(&pair);
    /// assert_eq!((kl[0], kl[2]), (0.0, f64::INFINITY));
    ///
    /// let line = Line::from_samples(&[1.0, 2.0], &[2.0, 4.0])?;
    /// assert_eq!(Measure::WASSERSTEIN.contributions(&line), [0.5, 1.0, 0.0]);
    /// # Ok::<(), kullback::Error>(())
    /// ```
    #[must_use]
    pub fn contributions(&self, on: &On) -> Vec<f64> {
        (self.kernel)(self.parameter).contributions(on)
    }

    /// ∂D/∂p and ∂D/∂q at each cell of a pair or point of a line, in their order.
    ///
    /// - *Pairs*: the masses are taken as free variables. Where a side must keep its sum, only
    ///   differences between its cells matter. An entry may be infinite where p or q is 0; where a
    ///   Rényi divergence, a Bhattacharyya distance or a Chernoff information is infinite, NaN.
    /// - *Lines*: both sides must keep their mass, so only differences between points matter: they
    ///   say what moving mass from one to the other does.
    ///
    /// At a kink (total variation where p = q, a supremum attained twice, distances at P = Q) a
    /// subgradient is returned, for pairs 0.
    ///
    /// ```
    /// use kullback::{Line, Measure, Pair};
    ///
    /// let pair = Pair::from_counts(&[1, 1], &[1, 3])?;
    /// let [dp, dq] = Measure::KL.gradient(&pair)[0];
    /// assert!((dp - 2f64.ln()).abs() < 1e-15); // ln(p/q)
    /// assert!((dq - (1.0 - 2.0)).abs() < 1e-15); // 1 − p/q
    ///
    /// let line = Line::from_samples(&[1.0, 2.0], &[2.0, 4.0])?;
    /// let gradient = Measure::WASSERSTEIN.gradient(&line);
    /// // Mass of P that moves from 1 to 2 comes nearer to Q, by 1.
    /// assert_eq!(gradient[1][0] - gradient[0][0], -1.0);
    /// # Ok::<(), kullback::Error>(())
    /// ```
    #[must_use]
    pub fn gradient(&self, on: &On) -> Vec<[f64; 2]> {
        (self.kernel)(self.parameter).gradient(on)
    }
}

// Derived, these two would ask the same of `On`.
impl<On> Clone for Measure<On> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<On> Copy for Measure<On> {}

impl<On> PartialEq for Measure<On> {
    fn eq(&self, other: &Self) -> bool {
        self.info.name == other.info.name && self.parameter() == other.parameter()
    }
}

impl<On> fmt::Debug for Measure<On> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Measure({self})")
    }
}

impl<On> fmt::Display for Measure<On> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.parameter() {
            Some(parameter) => f.pad(&format!("{}:{parameter}", self.info.name)),
            None => f.pad(self.info.name),
        }
    }
}

impl FromStr for Measure {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        Measure::parse(text)
    }
}

impl FromStr for Measure<Line> {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        AnyMeasure::parse(text)?.on_lines()
    }
}
