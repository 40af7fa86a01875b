//! Measures: the registry, and the one type that stands for any of its entries.
//!
//! To add a divergence, write its slope and its [`Info`] in a file of this folder, list it in
//! [`MEASURES`] and in the table above that, and add its formula to `tests/reference/generate.py`. Value, contributions,
//! gradient, names on the command line and the tests of its declared laws follow.

mod bregman;
mod chernoff;
mod chi_squared;
mod hellinger;
mod info;
mod jensen_shannon;
mod kullback_leibler;
mod power;
mod renyi;
mod separable;
mod skew;
mod total_variation;

use std::fmt;
use std::str::FromStr;

use crate::nearest::nearest;
use crate::{Error, LineMeasure, Pair};

pub use info::{Info, Laws, Parameter};
pub(crate) use info::{read_parameter, split_name};
pub use jensen_shannon::js_divergence_of;
pub(crate) use jensen_shannon::js_term;
pub(crate) use kullback_leibler::kl_term;
pub(crate) use separable::apportion;

/// Every measure, in the order in which lists show them.
///
/// | name | formula | range | source |
/// |---|---|---|---|
/// | `kl` | Σ p ln(p/q) | 0 to ∞ nats | Kullback & Leibler 1951 |
/// | `reverse_kl` | Σ q ln(q/p) | 0 to ∞ nats | Kullback & Leibler 1951 |
/// | `jeffreys`, `psi` | Σ (p − q) ln(p/q) | 0 to ∞ nats | Jeffreys 1946 |
/// | `js` | ½ KL(P‖M) + ½ KL(Q‖M), M = (P + Q)/2 | 0 to ln 2 nats | Lin 1991 |
/// | `js_distance` | √JS | 0 to √ln 2, a metric | Endres & Schindelin 2003 |
/// | `tv` | ½ Σ \|p − q\| | 0 to 1, a metric | Jordan 1881 |
/// | `hellinger` | √(½ Σ (√p − √q)²) | 0 to 1, a metric | Hellinger 1909 |
/// | `chi2` | Σ (p − q)²/q | 0 to ∞ | Pearson 1900 |
/// | `neyman_chi2` | Σ (p − q)²/p | 0 to ∞ | Neyman 1949 |
/// | `triangular` | Σ (p − q)²/(p + q) | 0 to 2 | Vincze 1981; Topsøe 2000 |
/// | `bhattacharyya` | −ln Σ √(p q) | 0 to ∞ nats | Bhattacharyya 1943 |
/// | `chernoff` | max over 0 ≤ α ≤ 1 of −ln Σ pᵅ q¹⁻ᵅ | 0 to ∞ nats | Chernoff 1952 |
/// | `squared_euclidean` | Σ (p − q)² | 0 to 2 | Brier 1950; Bregman 1967 |
/// | `itakura_saito` | Σ (p/q − ln(p/q) − 1) | 0 to ∞ | Itakura & Saito 1968 |
/// | `skew_kl:α`, 0 < α ≤ 1 | KL(P‖(1 − α)P + αQ) | 0 to −ln(1 − α) nats | Lin 1991; Lee 1999 |
/// | `renyi:α`, α > 0 | ln(Σ pᵅ q¹⁻ᵅ)/(α − 1) | 0 to ∞ nats | Rényi 1961 |
/// | `tsallis:α`, α > 0 | (Σ pᵅ q¹⁻ᵅ − 1)/(α − 1) | 0 to ∞; to 1/(1 − α) if α < 1 | Tsallis 1998 |
/// | `power:α` | (Σ pᵅ q¹⁻ᵅ − 1)/(α(α − 1)) | 0 to ∞; to 1/(α(1 − α)) if 0 < α < 1 | Havrda & Charvát 1967 |
/// | `cressie_read:λ` | Σ p ((p/q)^λ − 1)/(λ(λ + 1)): `power` with α = λ + 1 | as `power` | Cressie & Read 1984 |
/// | `amari:a` | 4(1 − Σ p^((1−a)/2) q^((1+a)/2))/(1 − a²): `power` with α = (1 − a)/2 | as `power` | Amari 1982 |
///
/// At α = 1 the families `skew_kl`, `renyi`, `tsallis` and `power` are KL, at 0 `power` is reverse
/// KL, and they are continuous there. The generalised KL divergence of unnormalised masses,
/// Σ p ln(p/q) − p + q, is `kl` under
/// [`Normalisation::Unnormalised`](crate::Normalisation::Unnormalised).
///
/// ```
/// let names: Vec<&str> = kullback::MEASURES.iter().map(|info| info.name).collect();
/// assert_eq!(names[..3], ["kl", "reverse_kl", "jeffreys"]);
/// ```
pub static MEASURES: &[&Info] = &[
    &kullback_leibler::KL,
    &kullback_leibler::REVERSE_KL,
    &kullback_leibler::JEFFREYS,
    &jensen_shannon::JS,
    &jensen_shannon::JS_DISTANCE,
    &total_variation::TV,
    &hellinger::HELLINGER,
    &chi_squared::CHI2,
    &chi_squared::NEYMAN_CHI2,
    &chi_squared::TRIANGULAR,
    &renyi::BHATTACHARYYA,
    &chernoff::CHERNOFF,
    &bregman::SQUARED_EUCLIDEAN,
    &bregman::ITAKURA_SAITO,
    &skew::SKEW_KL,
    &renyi::RENYI,
    &power::TSALLIS,
    &power::POWER,
    &power::CRESSIE_READ,
    &power::AMARI,
];

/// A measure of how far Q is from P: an entry of [`MEASURES`] and the value of its parameter.
///
/// - *Unit*: nats where [`Info::in_nats`], else a pure number.
/// - *Range*: from 0, exactly where P = Q, to [`Laws::max`], which may be ∞. Never NaN, and never
///   negative, also in floating point.
/// - *Zeros*: 0·ln 0 = 0. Where P has mass and Q none, KL is ∞: a finding, not an error.
/// - *Unnormalised pairs*: f-divergences are taken in the form that is ≥ 0 for any masses, for
///   KL Σ p ln(p/q) − p + q. With sums of 1 the added masses cancel. Rényi divergence,
///   Bhattacharyya distance and Chernoff information divide both sides by their mass.
/// - *Accuracy*: a relative error below 2·10⁻¹⁴ on the reference table, which spans |α| ≤ 20,
///   ratios of 10³⁰⁰, and P and Q that differ in the last place only.
///
/// The text form is the name, with the parameter after a colon; parsing and display are inverse.
///
/// ```
/// use kullback::{Measure, Pair};
///
/// let pair = Pair::from_counts(&[1, 1], &[1, 3])?;
/// let measure: Measure = "renyi:2".parse()?;
/// assert!((measure.value(&pair) - (4.0f64 / 3.0).ln()).abs() < 1e-15);
/// assert_eq!(measure.to_string(), "renyi:2");
/// # Ok::<(), kullback::Error>(())
/// ```
#[derive(Clone, Copy)]
pub struct Measure {
    info: &'static Info,
    /// NaN where the measure has none.
    parameter: f64,
}

impl Measure {
    /// Kullback–Leibler divergence.
    pub const KL: Measure = kullback_leibler::KL.measure();
    /// Jensen–Shannon divergence.
    pub const JS: Measure = jensen_shannon::JS.measure();
    /// Total variation distance.
    pub const TV: Measure = total_variation::TV.measure();

    /// Reads a name or an alias, with the parameter after a colon if the measure has one.
    ///
    /// Case does not matter, and `-` stands for `_`. Without a parameter the default is taken.
    ///
    /// # Errors
    /// [`Error::UnknownMeasure`], which names the nearest measure; [`Error::NeedsLine`] for the name
    /// of a [`LineMeasure`]; [`Error::BadParameter`].
    ///
    /// ```
    /// use kullback::Measure;
    ///
    /// assert_eq!(Measure::parse("psi")?.to_string(), "jeffreys");
    /// assert_eq!(Measure::parse("Renyi:0.50")?.to_string(), "renyi:0.5");
    ///
    /// let error = Measure::parse("lk").unwrap_err();
    /// assert_eq!(error.to_string(), "no measure is called `lk`: did you mean `kl`?");
    /// # Ok::<(), kullback::Error>(())
    /// ```
    pub fn parse(text: &str) -> Result<Measure, Error> {
        let (key, parameter) = split_name(text);
        let Some(info) = (MEASURES.iter()).find(|info| info.names().any(|name| name == key)) else {
            if let Ok(measure) = LineMeasure::parse(&key) {
                let measure = measure.info().name;
                return Err(Error::NeedsLine { measure });
            }
            let names = MEASURES.iter().flat_map(|info| info.names());
            return Err(Error::UnknownMeasure {
                name: text.split(':').next().unwrap_or(text).to_owned(),
                nearest: nearest(&key, names),
                known: MEASURES.iter().map(|info| info.name).collect(),
            });
        };
        match parameter {
            Some(given) => info.with_parameter(given),
            None => Ok(info.measure()),
        }
    }

    /// Every measure of the registry, families at their default parameter.
    ///
    /// ```
    /// use kullback::{MEASURES, Measure};
    ///
    /// assert_eq!(Measure::all().count(), MEASURES.len());
    /// ```
    pub fn all() -> impl Iterator<Item = Measure> {
        MEASURES.iter().map(|info| info.measure())
    }

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
    /// assert_eq!(Measure::parse("tsallis:3")?.parameter(), Some(3.0));
    /// assert_eq!(Measure::KL.parameter(), None);
    /// # Ok::<(), kullback::Error>(())
    /// ```
    #[must_use]
    pub fn parameter(&self) -> Option<f64> {
        self.info.parameter.map(|_| self.parameter)
    }

    /// How far Q is from P.
    ///
    /// ```
    /// use kullback::{Measure, Pair};
    ///
    /// let disjoint = Pair::from_counts(&[1, 0], &[0, 1])?;
    /// assert_eq!(Measure::KL.value(&disjoint), f64::INFINITY);
    /// assert_eq!(Measure::JS.value(&disjoint), std::f64::consts::LN_2);
    /// assert_eq!(Measure::TV.value(&disjoint), 1.0);
    /// # Ok::<(), kullback::Error>(())
    /// ```
    #[must_use]
    pub fn value(&self, pair: &Pair) -> f64 {
        self.kernel().value(pair)
    }

    /// What each cell adds to the value, in the order of the cells.
    ///
    /// None is negative, each is 0 where p = q, and they sum to the value. For KL a cell adds
    /// p ln(p/q) − p + q, so that both an outcome that became rarer and one that became more
    /// frequent count as difference; summed over cells, the masses cancel. Where the value is a
    /// function of a sum (the root in a distance, the logarithm in Rényi's), it is shared out in
    /// proportion to the sum's terms. An infinite value comes from the cells that are infinite
    /// here; the others keep the terms of the sum.
    ///
    /// ```
    /// use kullback::{Measure, Pair};
    ///
    /// let pair = Pair::from_counts(&[2, 1, 1], &[2, 2, 0])?;
    /// let kl = Measure::KL.contributions(&pair);
    /// assert_eq!((kl[0], kl[2]), (0.0, f64::INFINITY));
    /// # Ok::<(), kullback::Error>(())
    /// ```
    #[must_use]
    pub fn contributions(&self, pair: &Pair) -> Vec<f64> {
        self.kernel().contributions(pair)
    }

    /// ∂D/∂p and ∂D/∂q at each cell, the masses taken as free variables.
    ///
    /// Where a side must keep its sum, only differences between its cells matter. An entry may be
    /// infinite where p or q is 0. At a kink (total variation where p = q, distances at P = Q)
    /// the subgradient 0 is returned; where a Rényi divergence, a Bhattacharyya distance or a
    /// Chernoff information is infinite, NaN.
    ///
    /// ```
    /// use kullback::{Measure, Pair};
    ///
    /// let pair = Pair::from_counts(&[1, 1], &[1, 3])?;
    /// let [dp, dq] = Measure::KL.gradient(&pair)[0];
    /// assert!((dp - 2f64.ln()).abs() < 1e-15); // ln(p/q)
    /// assert!((dq - (1.0 - 2.0)).abs() < 1e-15); // 1 − p/q
    /// # Ok::<(), kullback::Error>(())
    /// ```
    #[must_use]
    pub fn gradient(&self, pair: &Pair) -> Vec<[f64; 2]> {
        self.kernel().gradient(pair)
    }

    fn kernel(&self) -> Box<dyn separable::Kernel> {
        (self.info.kernel)(self.parameter)
    }
}

impl PartialEq for Measure {
    fn eq(&self, other: &Measure) -> bool {
        self.info.name == other.info.name && self.parameter() == other.parameter()
    }
}

impl fmt::Debug for Measure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Measure({self})")
    }
}

impl fmt::Display for Measure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.parameter() {
            Some(parameter) => f.pad(&format!("{}:{parameter}", self.info.name)),
            None => f.pad(self.info.name),
        }
    }
}

impl FromStr for Measure {
    type Err = Error;

    fn from_str(text: &str) -> Result<Measure, Error> {
        Measure::parse(text)
    }
}
