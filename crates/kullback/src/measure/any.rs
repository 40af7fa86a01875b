//! A measure whose name is known only when the program runs.

use std::fmt;
use std::str::FromStr;

use super::{Info, MEASURES, Measure};
use crate::nearest::nearest;
use crate::{Error, Line};

/// Any measure of the registry: what a command line, a file or another language names.
///
/// ```
/// use kullback::{AnyMeasure, Line, Pair};
///
/// fn value(name: &str, p: &[f64], q: &[f64]) -> Result<f64, kullback::Error> {
///     Ok(match AnyMeasure::parse(name)? {
///         AnyMeasure::OnPairs(measure) => measure.value(&Pair::from_samples(p, q)?),
///         AnyMeasure::OnLines(measure) => measure.value(&Line::from_samples(p, q)?),
///     })
/// }
///
/// let (p, q) = ([1.0, 2.0, 2.0], [2.0, 2.0, 3.0]);
/// assert_eq!(value("kl", &p, &q)?, f64::INFINITY);
/// assert!((value("wasserstein", &p, &q)? - 2.0 / 3.0).abs() < 1e-15);
/// # Ok::<(), kullback::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum AnyMeasure {
    /// It reads a [`Pair`](crate::Pair).
    OnPairs(Measure),
    /// It reads a [`Line`].
    OnLines(Measure<Line>),
}

impl AnyMeasure {
    /// Reads a name or an alias, with the parameter after a colon if the measure has one.
    ///
    /// Case does not matter, and `-` stands for `_`. Without a parameter the default is taken.
    ///
    /// # Errors
    /// [`Error::UnknownMeasure`], which names the nearest measure; [`Error::BadParameter`].
    ///
    /// ```
    /// use kullback::{AnyMeasure, Measure};
    ///
    /// assert_eq!(AnyMeasure::parse("Renyi:0.50")?.to_string(), "renyi:0.5");
    /// assert_eq!(AnyMeasure::parse("earth-mover")?, Measure::WASSERSTEIN.into());
    ///
    /// let message = |text| AnyMeasure::parse(text).unwrap_err().to_string();
    /// assert_eq!(message("lk"), "no measure is called `lk`: did you mean `kl`?");
    /// assert_eq!(message("wasserstein:0.5"), "`wasserstein:0.5` cannot be read: \
    ///     wasserstein takes a finite p from 1, as in `wasserstein:1`");
    /// # Ok::<(), kullback::Error>(())
    /// ```
    pub fn parse(text: &str) -> Result<AnyMeasure, Error> {
        let (name, parameter) = match text.split_once(':') {
            Some((name, parameter)) => (name, Some(parameter)),
            None => (text, None),
        };
        let key = name.trim().to_lowercase().replace('-', "_");
        let called = |info: &&&Info| info.names().any(|name| name == key);
        match (MEASURES.iter().find(called), parameter) {
            (Some(info), Some(given)) => info.with_parameter(given),
            (Some(info), None) => Ok(info.measure()),
            (None, _) => Err(Error::UnknownMeasure {
                name: name.to_owned(),
                nearest: nearest(&key, MEASURES.iter().flat_map(|info| info.names())),
                known: MEASURES.iter().map(|info| info.name).collect(),
            }),
        }
    }

    /// Every measure of the registry, families at their default parameter.
    ///
    /// ```
    /// use kullback::{AnyMeasure, MEASURES};
    ///
    /// assert_eq!(AnyMeasure::all().count(), MEASURES.len());
    /// ```
    pub fn all() -> impl Iterator<Item = AnyMeasure> {
        MEASURES.iter().map(|info| info.measure())
    }

    /// The registry's entry: names, prose, laws.
    ///
    /// ```
    /// assert_eq!(kullback::AnyMeasure::parse("emd")?.info().name, "wasserstein");
    /// # Ok::<(), kullback::Error>(())
    /// ```
    #[must_use]
    pub fn info(&self) -> &'static Info {
        match self {
            AnyMeasure::OnPairs(measure) => measure.info(),
            AnyMeasure::OnLines(measure) => measure.info(),
        }
    }

    /// The measure, if it reads pairs.
    ///
    /// # Errors
    /// [`Error::NeedsLine`].
    ///
    /// ```
    /// use kullback::{AnyMeasure, Error};
    ///
    /// let error = AnyMeasure::parse("ks")?.on_pairs().unwrap_err();
    /// assert_eq!(error, Error::NeedsLine { measure: "ks" });
    /// # Ok::<(), Error>(())
    /// ```
    pub fn on_pairs(self) -> Result<Measure, Error> {
        let measure = self.info().name;
        match self {
            AnyMeasure::OnPairs(measure) => Ok(measure),
            AnyMeasure::OnLines(_) => Err(Error::NeedsLine { measure }),
        }
    }

    /// The measure, if it reads lines.
    ///
    /// # Errors
    /// [`Error::NeedsPair`].
    ///
    /// ```
    /// use kullback::{AnyMeasure, Error};
    ///
    /// let error = AnyMeasure::parse("kl")?.on_lines().unwrap_err();
    /// assert_eq!(error, Error::NeedsPair { measure: "kl" });
    /// # Ok::<(), Error>(())
    /// ```
    pub fn on_lines(self) -> Result<Measure<Line>, Error> {
        let measure = self.info().name;
        match self {
            AnyMeasure::OnLines(measure) => Ok(measure),
            AnyMeasure::OnPairs(_) => Err(Error::NeedsPair { measure }),
        }
    }

    /// For constants of measures that are known to read pairs: the others do not compile.
    pub(super) const fn of_pairs(self) -> Measure {
        match self {
            AnyMeasure::OnPairs(measure) => measure,
            AnyMeasure::OnLines(_) => panic!("it reads lines"),
        }
    }

    /// For constants of measures that are known to read lines: the others do not compile.
    pub(super) const fn of_lines(self) -> Measure<Line> {
        match self {
            AnyMeasure::OnLines(measure) => measure,
            AnyMeasure::OnPairs(_) => panic!("it reads pairs"),
        }
    }
}

impl From<Measure> for AnyMeasure {
    fn from(measure: Measure) -> AnyMeasure {
        AnyMeasure::OnPairs(measure)
    }
}

impl From<Measure<Line>> for AnyMeasure {
    fn from(measure: Measure<Line>) -> AnyMeasure {
        AnyMeasure::OnLines(measure)
    }
}

impl fmt::Display for AnyMeasure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            AnyMeasure::OnPairs(measure) => measure.fmt(f),
            AnyMeasure::OnLines(measure) => measure.fmt(f),
        }
    }
}

impl FromStr for AnyMeasure {
    type Err = Error;

    fn from_str(text: &str) -> Result<AnyMeasure, Error> {
        AnyMeasure::parse(text)
    }
}
