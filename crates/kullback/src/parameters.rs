//! Two lists of parameters: how far apart they are, and what each of them is like.
//!
//! Parameters are no distribution. Their L1 and L2 distances say nothing of what a model answers,
//! as KL of its answers says nothing of them: a model whose hidden units change places has other
//! parameters and the same answers. What the two penalties of training do shows here as well: L1
//! drives parameters to exactly zero ([`Parameters::zeros`]), L2 shrinks them
//! ([`Parameters::variance`]).
//!
//! ```
//! use kullback::parameters::Difference;
//!
//! // Two hidden units that changed places.
//! let difference = Difference::of(&[3.0, 0.0, 4.0], &[0.0, 3.0, 4.0])?;
//! assert_eq!((difference.l1(), difference.l_inf(), difference.changed()), (6.0, 3.0, 2));
//! assert_eq!(difference.l2(), 18f64.sqrt());
//! assert_eq!(difference.relative_l2(), Some(18f64.sqrt() / 5.0));
//! assert_eq!(difference.cosine(), Some(0.64));
//! assert_eq!(difference.a().zeros(), 1);
//! # Ok::<(), kullback::Error>(())
//! ```
//!
//! # Accuracy
//!
//! Sums are kept in `f64`: plainly over the 128 terms of a lane, compensated from there on
//! (Neumaier 1974). So L1, L2 and the norms have a relative error below 10⁻¹³ for any number of
//! parameters, the cosine an absolute one; the variance, added up from means and deviations of
//! blocks (Chan, Golub & LeVeque 1983), one below 10⁻¹³·(1 + |mean|/σ). No step depends on the
//! machine or on threads. Values of `f64` beyond 10¹⁵⁰ in size overflow when squared, to ∞; those
//! below 10⁻¹⁵⁰ vanish.

use crate::Error;
use crate::kernel::parameters::{BLOCK, SideSums, Sums, sums};
use crate::numeric::Sum;

/// What two lists of parameters, A and B, differ by. It can be added to, in pieces.
///
/// Positions where either side is NaN or infinite are counted and left out of everything else but
/// [`changed`](Self::changed).
#[derive(Clone, Copy, Debug, Default)]
pub struct Difference {
    elements: u64,
    changed: u64,
    l1: Sum,
    squares: Sum,
    l_inf: f64,
    dot: Sum,
    sides: [Parameters; 2],
}

/// One of the two lists: its norms, zeros, mean and variance.
#[derive(Clone, Copy, Debug, Default)]
pub struct Parameters {
    finite: u64,
    zeros: u64,
    nan: u64,
    infinite: u64,
    sum: Sum,
    l1: Sum,
    squares: Sum,
    deviations: Sum,
}

impl Difference {
    /// The difference of two lists.
    ///
    /// ```
    /// use kullback::parameters::Difference;
    ///
    /// let difference = Difference::of(&[1.0, f64::NAN], &[2.0, 0.0])?;
    /// assert_eq!((difference.elements(), difference.compared()), (2, 1));
    /// assert_eq!((difference.l1(), difference.a().nan()), (1.0, 1));
    /// assert!(Difference::of(&[1.0], &[]).is_err());
    /// # Ok::<(), kullback::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// When one list is longer than the other.
    pub fn of(a: &[f64], b: &[f64]) -> Result<Self, Error> {
        let mut difference = Self::default();
        difference.add(a, b)?;
        Ok(difference)
    }

    /// Adds further parameters. In blocks of a multiple of 1,024 the result is, to the byte, that
    /// of all at once.
    ///
    /// ```
    /// use kullback::parameters::Difference;
    ///
    /// let mut difference = Difference::of(&[1.0], &[2.0])?;
    /// difference.add(&[1.0], &[0.5])?;
    /// assert_eq!(difference.l1(), 1.5);
    /// # Ok::<(), kullback::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// When one list is longer than the other.
    pub fn add(&mut self, a: &[f64], b: &[f64]) -> Result<(), Error> {
        if a.len() != b.len() {
            let lengths = [a.len(), b.len()];
            return Err(Error::ParameterMismatch { lengths });
        }
        for (a, b) in a.chunks(BLOCK).zip(b.chunks(BLOCK)) {
            self.elements += a.len() as u64;
            let sums = sums(a, b);
            if sums.sides.iter().all(|side| side.l1.is_finite()) {
                self.add_sums(&sums, a.len() as u64);
            } else {
                self.add_finite(a, b);
            }
        }
        Ok(())
    }

    /// A block in which something is not finite, or overflows.
    #[cold]
    fn add_finite(&mut self, a: &[f64], b: &[f64]) {
        let mut finite: [Vec<f64>; 2] = Default::default();
        for (&a, &b) in a.iter().zip(b) {
            for (side, x) in self.sides.iter_mut().zip([a, b]) {
                side.nan += u64::from(x.is_nan());
                side.infinite += u64::from(x.is_infinite());
            }
            if a.is_finite() && b.is_finite() {
                finite[0].push(a);
                finite[1].push(b);
            } else {
                let same = a.is_nan() && b.is_nan() || a.to_bits() == b.to_bits();
                self.changed += u64::from(!same);
            }
        }
        self.add_sums(&sums(&finite[0], &finite[1]), finite[0].len() as u64);
    }

    fn add_sums(&mut self, sums: &Sums, finite: u64) {
        self.changed += sums.changed;
        self.l1.add(sums.l1);
        self.squares.add(sums.squares);
        self.l_inf = self.l_inf.max(sums.largest);
        self.dot.add(sums.dot);
        for (side, sums) in self.sides.iter_mut().zip(&sums.sides) {
            side.add(sums, finite);
        }
    }

    /// Adds what other parameters differ by.
    ///
    /// ```
    /// use kullback::parameters::Difference;
    ///
    /// let mut both = Difference::of(&[1.0], &[2.0])?;
    /// both.merge(&Difference::of(&[1.0], &[-1.0])?);
    /// assert_eq!((both.elements(), both.l1(), both.cosine()), (2, 3.0, Some(0.1f64.sqrt())));
    /// # Ok::<(), kullback::Error>(())
    /// ```
    pub fn merge(&mut self, other: &Self) {
        self.elements += other.elements;
        self.changed += other.changed;
        self.l1.add_wide(other.l1.wide());
        self.squares.add_wide(other.squares.wide());
        self.l_inf = self.l_inf.max(other.l_inf);
        self.dot.add_wide(other.dot.wide());
        for (side, other) in self.sides.iter_mut().zip(&other.sides) {
            side.merge(other);
        }
    }

    /// How many parameters each side has.
    #[must_use]
    pub fn elements(&self) -> u64 {
        self.elements
    }

    /// How many positions are finite on both sides.
    #[must_use]
    pub fn compared(&self) -> u64 {
        self.sides[0].finite
    }

    /// How many positions differ. 0 and −0 are the same, and so are NaN and NaN.
    #[must_use]
    pub fn changed(&self) -> u64 {
        self.changed
    }

    /// The L1 distance, Σ|a − b|: from 0.
    #[must_use]
    pub fn l1(&self) -> f64 {
        self.l1.total()
    }

    /// The L2 (Euclidean) distance, √Σ(a − b)²: from 0.
    #[must_use]
    pub fn l2(&self) -> f64 {
        self.squares.total().sqrt()
    }

    /// The L∞ distance, max |a − b|: from 0, exact.
    #[must_use]
    pub fn l_inf(&self) -> f64 {
        self.l_inf
    }

    /// The L2 distance by A's norm, ‖A − B‖₂/‖A‖₂: from 0. Nothing where A is all zeros.
    #[must_use]
    pub fn relative_l2(&self) -> Option<f64> {
        let norm = self.a().l2();
        (norm > 0.0).then(|| self.l2() / norm)
    }

    /// The cosine of the angle between A and B, Σab/(‖A‖₂·‖B‖₂): from −1 to 1. Nothing where a
    /// side is all zeros.
    #[must_use]
    pub fn cosine(&self) -> Option<f64> {
        let [a, b] = self.sides.map(|side| side.squares.total());
        // √(s·s) is s to the last bit, so that equal sides have the cosine 1.
        let product = a * b;
        let norms = if product.is_normal() {
            product.sqrt()
        } else {
            a.sqrt() * b.sqrt()
        };
        (a > 0.0 && b > 0.0).then(|| self.dot.total() / norms)
    }

    /// The first list by itself.
    #[must_use]
    pub fn a(&self) -> &Parameters {
        &self.sides[0]
    }

    /// The second list by itself.
    #[must_use]
    pub fn b(&self) -> &Parameters {
        &self.sides[1]
    }
}

impl Parameters {
    fn add(&mut self, sums: &SideSums, finite: u64) {
        self.merge(&Self {
            finite,
            zeros: sums.zeros,
            sum: Sum::from_iter([sums.sum]),
            l1: Sum::from_iter([sums.l1]),
            squares: Sum::from_iter([sums.squares]),
            deviations: Sum::from_iter([sums.deviations]),
            ..Self::default()
        });
    }

    fn merge(&mut self, other: &Self) {
        if let (Some(mean), Some(others)) = (self.mean(), other.mean()) {
            let (n, m) = (self.finite as f64, other.finite as f64);
            let apart = others - mean;
            self.deviations.add(apart * apart * (n * (m / (n + m))));
        }
        self.deviations.add_wide(other.deviations.wide());
        self.finite += other.finite;
        self.zeros += other.zeros;
        self.nan += other.nan;
        self.infinite += other.infinite;
        self.sum.add_wide(other.sum.wide());
        self.l1.add_wide(other.l1.wide());
        self.squares.add_wide(other.squares.wide());
    }

    /// The L1 norm, Σ|x|: from 0.
    #[must_use]
    pub fn l1(&self) -> f64 {
        self.l1.total()
    }

    /// The L2 (Euclidean) norm, √Σx²: from 0.
    #[must_use]
    pub fn l2(&self) -> f64 {
        self.squares.total().sqrt()
    }

    /// How many parameters are exactly zero: what an L1 penalty drives.
    #[must_use]
    pub fn zeros(&self) -> u64 {
        self.zeros
    }

    /// The mean. Nothing where no parameter was compared.
    #[must_use]
    pub fn mean(&self) -> Option<f64> {
        (self.finite > 0).then(|| self.sum.total() / self.finite as f64)
    }

    /// The variance σ² = Σ(x − mean)²/n: what an L2 penalty shrinks. Nothing where no parameter
    /// was compared.
    ///
    /// ```
    /// let difference = kullback::parameters::Difference::of(&[1.0, 3.0], &[2.0, 2.0])?;
    /// assert_eq!(difference.a().variance(), Some(1.0));
    /// assert_eq!(difference.b().variance(), Some(0.0));
    /// # Ok::<(), kullback::Error>(())
    /// ```
    #[must_use]
    pub fn variance(&self) -> Option<f64> {
        (self.finite > 0).then(|| self.deviations.total() / self.finite as f64)
    }

    /// How many parameters are NaN.
    #[must_use]
    pub fn nan(&self) -> u64 {
        self.nan
    }

    /// How many parameters are infinite.
    #[must_use]
    pub fn infinite(&self) -> u64 {
        self.infinite
    }
}
