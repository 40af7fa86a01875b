//! Cells and pairs: where every input becomes the same thing, and the only step that can fail.

use std::borrow::Cow;

use crate::numeric::Sum;
use crate::{Error, Side, ratio};

/// How far from 1 the sum of a side may lie under [`Normalisation::Strict`].
///
/// Wide enough for probabilities typed with ten digits, far too narrow for percentages, counts or
/// a forgotten outcome.
pub const STRICT_TOLERANCE: f64 = 1e-9;

/// One outcome seen from both sides, all that an f-divergence knows of it.
///
/// `p`, `q` ≥ 0; `ln_ratio` = ln(p/q) is +∞ where only `q` is 0, −∞ where only `p` is 0, and 0
/// where both are. It is kept beside `p` and `q` because it holds more than they do: two shares
/// that round to neighbouring floats may have an exact ratio.
///
/// ```
/// use kullback::Pair;
///
/// let pair = Pair::from_counts(&[1, 3], &[1, 1])?;
/// let cell = pair.cells()[1];
/// assert_eq!((cell.p, cell.q), (0.75, 0.5));
/// assert_eq!(cell.ln_ratio, 1.5f64.ln());
/// # Ok::<(), kullback::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cell {
    /// Mass of the outcome in P.
    pub p: f64,
    /// Mass of the outcome in Q.
    pub q: f64,
    /// ln(p/q).
    pub ln_ratio: f64,
}

impl Cell {
    pub(crate) fn of_masses(p: f64, q: f64) -> Cell {
        let ln_ratio = ratio::of_masses(p, q);
        Cell { p, q, ln_ratio }
    }

    /// The same outcome with P and Q exchanged.
    ///
    /// ```
    /// let cell = kullback::Cell { p: 0.5, q: 0.25, ln_ratio: 2f64.ln() };
    /// assert_eq!(cell.swapped().ln_ratio, 0.5f64.ln());
    /// ```
    #[must_use]
    pub fn swapped(self) -> Cell {
        Cell {
            p: self.q,
            q: self.p,
            ln_ratio: -self.ln_ratio,
        }
    }

    /// p − q, to full relative accuracy where the two nearly agree.
    ///
    /// ```
    /// use kullback::Pair;
    ///
    /// // One more in a quintillion: the two shares are the same float.
    /// let pair = Pair::from_counts(&[1, 999_999_999_999_999_999], &[1, 1_000_000_000_000_000_000])?;
    /// let cell = pair.cells()[1];
    /// assert_eq!(cell.p, cell.q);
    /// assert!(cell.difference() < 0.0);
    /// # Ok::<(), kullback::Error>(())
    /// ```
    #[must_use]
    pub fn difference(self) -> f64 {
        if self.ln_ratio.abs() < 0.5 {
            self.q * self.ln_ratio.exp_m1()
        } else {
            self.p - self.q
        }
    }
}

/// What to do about a side that does not sum to 1. The choice is always named, never implied.
///
/// ```
/// use kullback::{Normalisation, Pair};
///
/// let (p, q) = ([0.5, 0.5], [0.3, 0.3]);
/// assert!(Pair::from_probabilities(&p, &q, Normalisation::Strict).is_err());
/// let pair = Pair::from_probabilities(&p, &q, Normalisation::Normalise)?;
/// assert_eq!(pair.cells()[0].q, 0.5);
/// let pair = Pair::from_probabilities(&p, &q, Normalisation::Unnormalised)?;
/// assert_eq!(pair.cells()[0].q, 0.3);
/// # Ok::<(), kullback::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Normalisation {
    /// Each side must sum to 1 within [`STRICT_TOLERANCE`]; the masses are then used as they are.
    #[default]
    Strict,
    /// Each side is divided by its sum.
    Normalise,
    /// Masses are used as they are, whatever they sum to. Measures then compare the two as
    /// unnormalised measures: KL becomes the generalised divergence Σ p ln(p/q) − p + q.
    Unnormalised,
}

/// Two distributions on one support.
///
/// Building a pair is the only step that can fail; every measure of a pair has a value.
///
/// - *Shape*: one [`Cell`] per outcome, in the order given, at least one.
/// - *Ranges*: masses are finite and ≥ 0, and each side has some mass.
#[derive(Debug, Clone, PartialEq)]
pub struct Pair {
    cells: Vec<Cell>,
    sizes: Option<[u64; 2]>,
    /// Whether the ratios are those of masses that sum to exactly 1, whatever rounding did to
    /// the masses themselves.
    shares: bool,
}

impl Pair {
    /// Builds a pair from two lists of probabilities (or masses) over the same outcomes.
    ///
    /// Under [`Normalisation::Normalise`] the ratios p/q are those of the exactly normalised
    /// masses: dividing by a rounded sum does not blur a pair that nearly agrees.
    ///
    /// # Errors
    /// [`Error::Empty`], [`Error::LengthMismatch`]; [`Error::BadMass`] for a negative, NaN or
    /// infinite mass; [`Error::NoMass`] if one side is all zeros; [`Error::NotNormalised`] under
    /// [`Normalisation::Strict`].
    ///
    /// ```
    /// use kullback::{Error, Normalisation, Pair, Side};
    ///
    /// let pair = Pair::from_probabilities(&[0.5, 0.5], &[0.25, 0.75], Normalisation::Strict)?;
    /// assert_eq!(pair.cells().len(), 2);
    /// assert_eq!(pair.sizes(), None);
    ///
    /// let error = Pair::from_probabilities(&[50.0, 50.0], &[0.5, 0.5], Normalisation::Strict);
    /// assert_eq!(error, Err(Error::NotNormalised { side: Side::P, sum: 100.0 }));
    /// # Ok::<(), Error>(())
    /// ```
    pub fn from_probabilities(p: &[f64], q: &[f64], policy: Normalisation) -> Result<Pair, Error> {
        check_lengths([Side::P, Side::Q], [p.len(), q.len()])?;
        check_masses(Side::P, p, policy)?;
        check_masses(Side::Q, q, policy)?;
        let cells = match policy {
            Normalisation::Strict | Normalisation::Unnormalised => as_they_are(p, q),
            Normalisation::Normalise => normalised(p, q),
        };
        Ok(Pair {
            cells,
            sizes: None,
            shares: policy == Normalisation::Normalise,
        })
    }

    /// Builds a pair from how often each outcome was seen on either side.
    ///
    /// Probabilities are counts over their total. The ratios come from exact integer products
    /// (p/q = a·m / b·n), so tables that differ by one count in a billion are told apart to full
    /// accuracy.
    ///
    /// # Errors
    /// [`Error::Empty`], [`Error::LengthMismatch`]; [`Error::NoMass`] if one side has seen
    /// nothing; [`Error::CountOverflow`] if a total exceeds `u64`.
    ///
    /// ```
    /// use kullback::{Measure, Pair};
    ///
    /// let pair = Pair::from_counts(&[30, 70], &[25, 75])?;
    /// assert_eq!(pair.sizes(), Some([100, 100]));
    /// let kl = Measure::KL.value(&pair);
    /// assert!((kl - (0.3 * 1.2f64.ln() + 0.7 * (0.7f64 / 0.75).ln())).abs() < 1e-15);
    /// # Ok::<(), kullback::Error>(())
    /// ```
    pub fn from_counts(p: &[u64], q: &[u64]) -> Result<Pair, Error> {
        check_lengths([Side::P, Side::Q], [p.len(), q.len()])?;
        let n = total_count(Side::P, p)?;
        let m = total_count(Side::Q, q)?;
        let cells = p.iter().zip(q).map(|(&a, &b)| Cell {
            p: a as f64 / n as f64,
            q: b as f64 / m as f64,
            ln_ratio: ratio::of_counts(a, n, b, m),
        });
        Ok(Pair {
            cells: cells.collect(),
            sizes: Some([n, m]),
            shares: true,
        })
    }

    /// A pair of cells whose ratios are those of masses that sum to exactly 1.
    pub(crate) fn of_shares(cells: Vec<Cell>) -> Pair {
        Pair {
            cells,
            sizes: None,
            shares: true,
        }
    }

    /// The outcomes, in the order given.
    ///
    /// ```
    /// # use kullback::Pair;
    /// let pair = Pair::from_counts(&[1, 3], &[1, 1])?;
    /// assert_eq!(pair.cells()[0].p, 0.25);
    /// # Ok::<(), kullback::Error>(())
    /// ```
    #[must_use]
    pub fn cells(&self) -> &[Cell] {
        &self.cells
    }

    /// How many observations each side was counted from; `None` for probabilities.
    ///
    /// ```
    /// # use kullback::Pair;
    /// assert_eq!(Pair::from_counts(&[1, 3], &[1, 1])?.sizes(), Some([4, 2]));
    /// # Ok::<(), kullback::Error>(())
    /// ```
    #[must_use]
    pub fn sizes(&self) -> Option<[u64; 2]> {
        self.sizes
    }

    /// The masses of P, in the order of the outcomes.
    ///
    /// ```
    /// # use kullback::Pair;
    /// let pair = Pair::from_counts(&[1, 3], &[1, 1])?;
    /// assert!(pair.p().eq([0.25, 0.75]));
    /// assert!(pair.q().eq([0.5, 0.5]));
    /// # Ok::<(), kullback::Error>(())
    /// ```
    pub fn p(&self) -> impl Iterator<Item = f64> {
        self.cells.iter().map(|cell| cell.p)
    }

    /// The masses of Q, in the order of the outcomes. See [`Pair::p`].
    pub fn q(&self) -> impl Iterator<Item = f64> {
        self.cells.iter().map(|cell| cell.q)
    }

    /// The same two distributions with their roles exchanged.
    ///
    /// ```
    /// # use kullback::{Measure, Pair};
    /// let pair = Pair::from_counts(&[1, 3], &[1, 1])?;
    /// let reverse = Measure::parse("reverse_kl")?;
    /// assert_eq!(Measure::KL.value(&pair.swapped()), reverse.value(&pair));
    /// # Ok::<(), kullback::Error>(())
    /// ```
    #[must_use]
    pub fn swapped(&self) -> Pair {
        Pair {
            cells: self.cells.iter().map(|cell| cell.swapped()).collect(),
            sizes: self.sizes.map(|[n, m]| [m, n]),
            shares: self.shares,
        }
    }

    /// What each side sums to.
    pub(crate) fn masses(&self) -> [f64; 2] {
        if self.shares {
            [1.0; 2]
        } else {
            [sum(self.p()), sum(self.q())]
        }
    }

    /// The cells of the two sides, each divided by its mass.
    pub(crate) fn shapes(&self) -> Cow<'_, [Cell]> {
        if self.shares {
            Cow::Borrowed(&self.cells)
        } else {
            let (p, q): (Vec<f64>, Vec<f64>) = self.cells.iter().map(|c| (c.p, c.q)).unzip();
            Cow::Owned(normalised(&p, &q))
        }
    }
}

fn sum(masses: impl Iterator<Item = f64>) -> f64 {
    masses.collect::<Sum>().total()
}

pub(crate) fn check_lengths(sides: [Side; 2], outcomes: [usize; 2]) -> Result<(), Error> {
    match outcomes {
        [a, b] if a != b => Err(Error::LengthMismatch { sides, outcomes }),
        [0, _] => Err(Error::Empty),
        _ => Ok(()),
    }
}

pub(crate) fn check_masses(side: Side, masses: &[f64], policy: Normalisation) -> Result<(), Error> {
    let is_mass = |mass: f64| mass.is_finite() && mass >= 0.0;
    if let Some(index) = masses.iter().position(|&mass| !is_mass(mass)) {
        let value = masses[index];
        return Err(Error::BadMass { side, index, value });
    }
    if masses.iter().all(|&mass| mass == 0.0) {
        return Err(Error::NoMass { side });
    }
    let sum = sum(masses.iter().copied());
    if policy == Normalisation::Strict && (sum - 1.0).abs() > STRICT_TOLERANCE {
        return Err(Error::NotNormalised { side, sum });
    }
    Ok(())
}

fn total_count(side: Side, counts: &[u64]) -> Result<u64, Error> {
    let total = (counts.iter()).try_fold(0u64, |total, &count| total.checked_add(count));
    match total {
        None => Err(Error::CountOverflow { side }),
        Some(0) => Err(Error::NoMass { side }),
        Some(total) => Ok(total),
    }
}

fn as_they_are(p: &[f64], q: &[f64]) -> Vec<Cell> {
    let masses = p.iter().zip(q);
    masses.map(|(&p, &q)| Cell::of_masses(p, q)).collect()
}

fn normalised(p: &[f64], q: &[f64]) -> Vec<Cell> {
    let (p_scale, q_scale) = (towards_one(p), towards_one(q));
    let total = |masses: &[f64], scale: f64| masses.iter().map(|x| x * scale).collect::<Sum>();
    let p_total = total(p, p_scale).wide();
    let q_total = total(q, q_scale).wide();
    let cell = |(&p, &q): (&f64, &f64)| {
        let (p, q) = (p * p_scale, q * q_scale);
        Cell {
            p: p / p_total.high,
            q: q / q_total.high,
            ln_ratio: ratio::of_shares(p, p_total, q, q_total),
        }
    };
    p.iter().zip(q).map(cell).collect()
}

/// A power of two that brings the largest mass near 1, so that sums neither overflow nor vanish.
/// Multiplying by it is exact.
pub(crate) fn towards_one(masses: &[f64]) -> f64 {
    let largest = masses.iter().fold(0.0f64, |a, &b| a.max(b));
    let exponent = (-largest.log2().floor()).clamp(-1000.0, 1000.0) as i32;
    2.0f64.powi(exponent)
}
