//! Measures of points on a line: their registry, and the one type that stands for any entry.
//!
//! To add one, write its kernel and its [`LineInfo`] in a file of this folder, list it in
//! [`LINE_MEASURES`] and in the table above that, and add its formula to
//! `tests/reference/line.py`.

mod info;
mod input;
mod squares;
mod supremum;
mod wasserstein;

use std::fmt;
use std::str::FromStr;

use crate::Error;
use crate::measure::{read_parameter, split_name};
use crate::nearest::nearest;
use crate::numeric::Sum;

pub use info::{LineInfo, LineLaws};
pub use input::Line;

/// Every line measure, in the order in which lists show them. F and G are the distribution
/// functions of P and Q, and H = (F + G)/2.
///
/// | name | formula | range | source |
/// |---|---|---|---|
/// | `wasserstein:p`, p ≥ 1 | (∫₀¹ \|F⁻¹(u) − G⁻¹(u)\|ᵖ du)^(1/p); ∫ \|F − G\| dx if p = 1 | 0 to ∞, a metric, in the points' unit | Kantorovich 1942; Vaserstein 1969 |
/// | `ks` | sup \|F − G\| | 0 to 1, a metric | Kolmogorov 1933; Smirnov 1939 |
/// | `kuiper` | sup (F − G) + sup (G − F) | 0 to 1, a metric | Kuiper 1960 |
/// | `cramer_von_mises` | ∫ (F − G)² dH | 0 to 2/3 | Cramér 1928; Anderson 1962 |
/// | `anderson_darling` | ∫ (F − G)²/(H(1 − H)) dH | 0 to 4 ln 2 | Anderson & Darling 1952; Pettitt 1976 |
/// | `energy` | √(2 ∫ (F − G)² dx) | 0 to ∞, a metric, in the root of the points' unit | Székely 2003 |
///
/// ```
/// let names: Vec<&str> = kullback::LINE_MEASURES.iter().map(|info| info.name).collect();
/// assert_eq!(names[..3], ["wasserstein", "ks", "kuiper"]);
/// ```
pub static LINE_MEASURES: &[&LineInfo] = &[
    &wasserstein::WASSERSTEIN,
    &supremum::KOLMOGOROV_SMIRNOV,
    &supremum::KUIPER,
    &squares::CRAMER_VON_MISES,
    &squares::ANDERSON_DARLING,
    &squares::ENERGY,
];

/// A measure of how far two distributions on a line are apart: an entry of [`LINE_MEASURES`] and
/// the value of its parameter.
///
/// A divergence of a [`Pair`](crate::Pair) asks how much probability differs, outcome by outcome,
/// and would say the same if the outcomes were shuffled. A line measure asks how far it has moved.
/// It needs a [`Line`], which not every pair is, and that is why it is a type of its own beside
/// [`Measure`](crate::Measure) and not an entry of [`MEASURES`](crate::MEASURES): every entry there
/// has a value for every pair, and every entry here for every line, with nothing to check when
/// asked. The reading of names, parameters and laws is the same.
///
/// - *Range*: from 0, exactly where P = Q, to [`LineLaws::max`]. Never NaN, never negative.
/// - *Zeros*: points without mass on either side change nothing.
/// - *Accuracy*: relative, also where P and Q nearly agree, and in far tails of little mass.
///
/// ```
/// use kullback::{Line, LineMeasure};
///
/// let line = Line::from_samples(&[1.0, 2.0, 3.0], &[2.0, 3.0, 4.5])?;
/// let ks: LineMeasure = "ks".parse()?;
/// assert!((ks.value(&line) - 1.0 / 3.0).abs() < 1e-15);
/// assert_eq!(LineMeasure::parse("wasserstein:2")?.to_string(), "wasserstein:2");
/// # Ok::<(), kullback::Error>(())
/// ```
#[derive(Clone, Copy)]
pub struct LineMeasure {
    info: &'static LineInfo,
    /// NaN where the measure has none.
    parameter: f64,
}

/// What an entry computes from a line.
trait Kernel {
    fn value(&self, line: &Line) -> f64;

    /// What each point adds to the value.
    fn contributions(&self, line: &Line) -> Vec<f64>;

    fn slopes(&self, line: &Line) -> Slopes;
}

/// The derivatives from which a gradient is summed up: a little more mass at a point raises the
/// distribution function there and at all points after it.
struct Slopes {
    /// ∂D/∂F and ∂D/∂G at each point.
    functions: Vec<[f64; 2]>,
    /// ∂D/∂p = ∂D/∂q at each point while F and G stay.
    masses: Vec<f64>,
}

impl LineMeasure {
    /// Wasserstein-1, the earth mover's distance.
    pub const WASSERSTEIN: LineMeasure = wasserstein::WASSERSTEIN.measure();
    /// Kolmogorov–Smirnov distance.
    pub const KOLMOGOROV_SMIRNOV: LineMeasure = supremum::KOLMOGOROV_SMIRNOV.measure();

    /// Reads a name or an alias, with the parameter after a colon if the measure has one, as
    /// [`Measure::parse`](crate::Measure::parse) does.
    ///
    /// # Errors
    /// [`Error::UnknownMeasure`], which names the nearest measure, and [`Error::BadParameter`].
    ///
    /// ```
    /// use kullback::{LineMeasure, Measure};
    ///
    /// assert_eq!(LineMeasure::parse("earth-mover")?, LineMeasure::WASSERSTEIN);
    /// let error = LineMeasure::parse("wasserstein:0.5").unwrap_err();
    /// assert_eq!(error.to_string(), "`wasserstein:0.5` cannot be read: \
    ///     wasserstein takes a finite p from 1, as in `wasserstein:1`");
    /// let error = Measure::parse("wasserstein").unwrap_err();
    /// assert!(error.to_string().starts_with("`wasserstein` compares points on a line"));
    /// # Ok::<(), kullback::Error>(())
    /// ```
    pub fn parse(text: &str) -> Result<LineMeasure, Error> {
        let (key, parameter) = split_name(text);
        let called = |info: &&&LineInfo| info.names().any(|name| name == key);
        let Some(info) = LINE_MEASURES.iter().find(called) else {
            let names = LINE_MEASURES.iter().flat_map(|info| info.names());
            return Err(Error::UnknownMeasure {
                nearest: nearest(&key, names),
                name: key,
                known: LINE_MEASURES.iter().map(|info| info.name).collect(),
            });
        };
        let Some(given) = parameter else {
            return Ok(info.measure());
        };
        let parameter = read_parameter(info.name, info.parameter, given)?;
        Ok(LineMeasure { info, parameter })
    }

    /// Every line measure, families at their default parameter.
    ///
    /// ```
    /// use kullback::{LINE_MEASURES, LineMeasure};
    ///
    /// assert_eq!(LineMeasure::all().count(), LINE_MEASURES.len());
    /// ```
    pub fn all() -> impl Iterator<Item = LineMeasure> {
        LINE_MEASURES.iter().map(|info| info.measure())
    }

    /// The registry's entry: names, prose, laws.
    ///
    /// ```
    /// use kullback::LineMeasure;
    ///
    /// assert_eq!(LineMeasure::WASSERSTEIN.info().title, "Wasserstein distance");
    /// ```
    #[must_use]
    pub fn info(&self) -> &'static LineInfo {
        self.info
    }

    /// The value of the parameter, if the measure has one.
    ///
    /// ```
    /// use kullback::LineMeasure;
    ///
    /// assert_eq!(LineMeasure::WASSERSTEIN.parameter(), Some(1.0));
    /// assert_eq!(LineMeasure::KOLMOGOROV_SMIRNOV.parameter(), None);
    /// ```
    #[must_use]
    pub fn parameter(&self) -> Option<f64> {
        self.info.parameter.map(|_| self.parameter)
    }

    /// How far the two distributions are apart.
    ///
    /// ```
    /// use kullback::{Line, LineMeasure};
    ///
    /// let moved = Line::from_samples(&[1.0, 5.0], &[1.5, 5.5])?;
    /// assert_eq!(LineMeasure::WASSERSTEIN.value(&moved), 0.5);
    /// # Ok::<(), kullback::Error>(())
    /// ```
    #[must_use]
    pub fn value(&self, line: &Line) -> f64 {
        (self.info.kernel)(self.parameter).value(line)
    }

    /// What each point adds to the value, in the order of [`Line::points`].
    ///
    /// None is negative, and they sum to the value. For Wasserstein a point adds what it costs to
    /// move P's mass away from it; for the squared measures, what the gap F − G adds from there
    /// to the next point; for the suprema, the points where they are attained add all.
    ///
    /// ```
    /// use kullback::{Line, LineMeasure};
    ///
    /// let line = Line::from_samples(&[1.0, 2.0], &[2.0, 4.0])?;
    /// assert_eq!(LineMeasure::WASSERSTEIN.contributions(&line), [0.5, 1.0, 0.0]);
    /// # Ok::<(), kullback::Error>(())
    /// ```
    #[must_use]
    pub fn contributions(&self, line: &Line) -> Vec<f64> {
        (self.info.kernel)(self.parameter).contributions(line)
    }

    /// ∂D/∂p and ∂D/∂q at each point, in the order of [`Line::points`].
    ///
    /// Both sides must keep their mass, so only differences between points matter: they say what
    /// moving mass from one to the other does. At a kink (where a supremum is attained twice,
    /// where quantile functions jump together, at P = Q) a subgradient is returned.
    ///
    /// ```
    /// use kullback::{Line, LineMeasure};
    ///
    /// let line = Line::from_samples(&[1.0, 2.0], &[2.0, 4.0])?;
    /// let gradient = LineMeasure::WASSERSTEIN.gradient(&line);
    /// // Mass of P that moves from 1 to 2 comes nearer to Q, by 1.
    /// assert_eq!(gradient[1][0] - gradient[0][0], -1.0);
    /// # Ok::<(), kullback::Error>(())
    /// ```
    #[must_use]
    pub fn gradient(&self, line: &Line) -> Vec<[f64; 2]> {
        let slopes = (self.info.kernel)(self.parameter).slopes(line);
        let mut sums = [Sum::default(); 2];
        let mut gradient: Vec<[f64; 2]> = (slopes.functions.iter().zip(&slopes.masses).rev())
            .map(|(functions, &mass)| {
                sums[0].add(functions[0]);
                sums[1].add(functions[1]);
                sums.map(|sum| sum.total() + mass)
            })
            .collect();
        gradient.reverse();
        gradient
    }
}

impl PartialEq for LineMeasure {
    fn eq(&self, other: &LineMeasure) -> bool {
        self.info.name == other.info.name && self.parameter() == other.parameter()
    }
}

impl fmt::Debug for LineMeasure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "LineMeasure({self})")
    }
}

impl fmt::Display for LineMeasure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.parameter() {
            Some(parameter) => f.pad(&format!("{}:{parameter}", self.info.name)),
            None => f.pad(self.info.name),
        }
    }
}

impl FromStr for LineMeasure {
    type Err = Error;

    fn from_str(text: &str) -> Result<LineMeasure, Error> {
        LineMeasure::parse(text)
    }
}
