//! All divergences of two rows of logits at once.

use crate::batch::Real;
use crate::entropy::{entropy_p, entropy_q};
use crate::kernel::{self, Rows};
use crate::numeric::Sum;
use crate::{Error, Measure, Pair, Side};

/// What [`row`] says of two rows of logits, P = softmax(a) and Q = softmax(b).
///
/// All in nats but `tv`, which is a pure number.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Row {
    /// D(P‖Q) = Σ p ln(p/q).
    pub kl: f64,
    /// D(Q‖P) = Σ q ln(q/p).
    pub reverse_kl: f64,
    /// Jensen–Shannon divergence, from 0 to ln 2.
    pub js: f64,
    /// Total variation distance ½ Σ|p − q|, from 0 to 1.
    pub tv: f64,
    /// H(P) = −Σ p ln p.
    pub entropy_p: f64,
    /// H(Q).
    pub entropy_q: f64,
    /// H(P,Q) = −Σ p ln q = H(P) + D(P‖Q).
    pub cross_entropy: f64,
    /// ln Σ eᵃ and ln Σ eᵇ: a logit less this is its log-probability.
    pub ln_totals: [f64; 2],
    /// Where the largest logit of each row is; of several, the first.
    pub tops: [usize; 2],
}

/// Compares two rows of logits over the same outcomes.
///
/// Logits may have any offset; log-probabilities are logits too. −∞ is a probability of 0, as
/// in the padded entries of a vocabulary.
///
/// - *Shapes*: two rows of one length, at least 1.
/// - *Accuracy*: `kl`, `reverse_kl` and `js` are right relative to themselves, also where the rows
///   nearly agree: to 10⁻⁶ for `f32` (3·10⁻⁶ where a few outcomes decide, 10⁻⁵ where the rows are some
///   10⁻⁹ nats apart), to 10⁻¹² for `f64`. `tv`, entropies and `ln_totals` are right to 10⁻⁶ (`entropies[1]` of rows that
///   are far apart to 3·10⁻⁶) and 10⁻¹⁴, absolute where they are below 1. Where one row has a −∞ that the other has not, all is computed in `f64`.
/// - *Limits*: of two rows that agree, all divergences are 0. `kl` is ∞ where P has an outcome
///   that Q lacks, `cross_entropy` with it; `reverse_kl` likewise.
///
/// # Errors
/// [`Error::Empty`], [`Error::LengthMismatch`]; [`Error::BadLogit`] for NaN and +∞;
/// [`Error::NoMass`] if a side is nothing but −∞.
///
/// ```
/// // ½, ½ against ¼, ¾.
/// let row = kullback::logits::row(&[0.0, 0.0], &[0.0, 3f64.ln()])?;
/// assert!((row.kl - 0.143841036225890).abs() < 1e-15);
/// assert!((row.entropy_p - 2f64.ln()).abs() < 1e-15);
/// assert_eq!(row.tops, [0, 1]);
/// # Ok::<(), kullback::Error>(())
/// ```
pub fn row<T: Real>(a: &[T], b: &[T]) -> Result<Row, Error> {
    crate::pair::check_lengths([Side::P, Side::Q], [a.len(), b.len()])?;
    match kernel::logits::<T, T::Lane>(a, b) {
        Some(rows) => Ok(of_rows(rows)),
        None => without_absent(a, b),
    }
}

/// A row of logits in codes of 16 bits, as llama.cpp's files have them: little-endian, and a logit is
/// step·code.
#[derive(Debug, Clone, Copy)]
pub struct Codes<'a> {
    /// The codes, from 0 to 65,535.
    pub codes: &'a [[u8; 2]],
    /// What lies between two codes, in nats: finite, and not negative.
    pub step: f32,
}

impl Codes<'_> {
    /// Largest code times step that the weights of `f32` have room for.
    const WIDEST: f32 = 80.0;

    /// How many codes are 0: what a row that was cut says of no outcome but "this or less".
    ///
    /// ```
    /// use kullback::logits::Codes;
    ///
    /// assert_eq!(Codes { codes: &[[0, 0], [0, 1], [0, 0]], step: 0.5 }.zeros(), 2);
    /// ```
    pub fn zeros(&self) -> u64 {
        kernel::zeros(self.codes)
    }

    fn logits(self) -> Vec<f64> {
        let code = |&code| f64::from(self.step) * f64::from(u16::from_le_bytes(code));
        self.codes.iter().map(code).collect()
    }
}

/// Compares two rows of codes over the same outcomes, as [`row`] does their logits, in `f32` and without a list of
/// logits in between.
///
/// - *Accuracy*: that of [`row`] for `f32`, relative to the exact logits step·code.
///
/// # Errors
/// [`Error::Empty`], [`Error::LengthMismatch`]; [`Error::BadLogit`] where a step is so large that a logit is infinite, or
/// is NaN.
///
/// ```
/// use kullback::logits::{Codes, row, row_of_codes};
///
/// let a = Codes { codes: &[[0, 0], [2, 0], [4, 0]], step: 0.5 };
/// let b = Codes { codes: &[[0, 0], [3, 0], [4, 0]], step: 0.5 };
/// let of_codes = row_of_codes(a, b)?;
/// let of_logits = row(&[0.0, 1.0, 2.0], &[0.0, 1.5, 2.0])?;
/// assert!((of_codes.kl / of_logits.kl - 1.0).abs() < 1e-6);
/// # Ok::<(), kullback::Error>(())
/// ```
pub fn row_of_codes(a: Codes<'_>, b: Codes<'_>) -> Result<Row, Error> {
    crate::pair::check_lengths([Side::P, Side::Q], [a.codes.len(), b.codes.len()])?;
    let steps = [a.step, b.step];
    let most = Codes::WIDEST / f32::from(u16::MAX);
    let fits = steps.iter().all(|step| (0.0..=most).contains(step));
    match fits.then(|| kernel::codes(a.codes, b.codes, steps)) {
        Some(Some(rows)) => Ok(of_rows(rows)),
        _ => row(&a.logits(), &b.logits()),
    }
}

/// Compares two rows of little-endian `f32` over the same outcomes, wherever in memory they lie, as [`row`] does in `f32`
/// or, where `double`, in `f64`.
///
/// - *Accuracy*: that of [`row`] for `f32`, or for `f64`.
///
/// # Errors
/// Those of [`row`].
///
/// ```
/// use kullback::logits::{row, row_of_bytes};
///
/// let (a, b) = ([0.0f32, 1.0], [0.5f32, 1.0]);
/// let bytes = [a.map(f32::to_le_bytes), b.map(f32::to_le_bytes)];
/// assert_eq!(row_of_bytes(&bytes[0], &bytes[1], false)?, row(&a, &b)?);
/// # Ok::<(), kullback::Error>(())
/// ```
pub fn row_of_bytes(a: &[[u8; 4]], b: &[[u8; 4]], double: bool) -> Result<Row, Error> {
    crate::pair::check_lengths([Side::P, Side::Q], [a.len(), b.len()])?;
    let rows = if double {
        kernel::logits::<_, f64>(a, b)
    } else {
        kernel::logits::<_, f32>(a, b)
    };
    let numbers =
        |row: &[[u8; 4]]| -> Vec<f32> { row.iter().map(|x| f32::from_le_bytes(*x)).collect() };
    match rows {
        Some(rows) => Ok(of_rows(rows)),
        None if double => {
            let wide = |row| -> Vec<f64> { numbers(row).into_iter().map(f64::from).collect() };
            without_absent(&wide(a), &wide(b))
        }
        None => without_absent(&numbers(a), &numbers(b)),
    }
}

fn of_rows(rows: Rows) -> Row {
    let Rows {
        kl,
        reverse_kl,
        js,
        tv,
        entropies: [entropy_p, entropy_q],
        ln_totals,
        tops,
    } = rows;
    Row {
        kl,
        reverse_kl,
        js,
        tv,
        entropy_p,
        entropy_q,
        cross_entropy: entropy_p + kl,
        ln_totals,
        tops,
    }
}

/// Rows with a logit that is no number, or far apart: without the outcomes that neither has, and in
/// `f64`, if that is all.
fn without_absent<T: Real>(a: &[T], b: &[T]) -> Result<Row, Error> {
    let is_absent = |logit: T| logit.to_f64() == f64::NEG_INFINITY;
    let present: Vec<usize> = (0..a.len())
        .filter(|&i| !(is_absent(a[i]) && is_absent(b[i])))
        .collect();
    let take = |row: &[T]| -> Vec<f64> { present.iter().map(|&i| row[i].to_f64()).collect() };
    let narrow = |row: &[T]| -> Vec<T> { present.iter().map(|&i| row[i]).collect() };
    let rows = kernel::logits::<T, T::Lane>(&narrow(a), &narrow(b))
        .or_else(|| kernel::logits::<f64, f64>(&take(a), &take(b)));
    match rows {
        Some(rows) => {
            let row = of_rows(rows);
            let tops = row.tops.map(|top| present[top]);
            Ok(Row { tops, ..row })
        }
        None => by_definition(a, b),
    }
}

/// Any two rows, by way of their pair.
fn by_definition<T: Real>(a: &[T], b: &[T]) -> Result<Row, Error> {
    let wide = |row: &[T]| -> Vec<f64> { row.iter().map(|logit| logit.to_f64()).collect() };
    let (a, b) = (wide(a), wide(b));
    let pair = Pair::from_logits(&a, &b)?;
    let kl = Measure::KL.value(&pair);
    let entropy = entropy_p(&pair);
    Ok(Row {
        kl,
        reverse_kl: Measure::KL.value(&pair.swapped()),
        js: Measure::JS.value(&pair),
        tv: Measure::TV.value(&pair),
        entropy_p: entropy,
        entropy_q: entropy_q(&pair),
        cross_entropy: entropy + kl,
        ln_totals: [ln_total(&a), ln_total(&b)],
        tops: [top(&a), top(&b)],
    })
}

fn ln_total(logits: &[f64]) -> f64 {
    let largest = logits[top(logits)];
    let weights = logits.iter().map(|logit| (logit - largest).exp());
    largest + weights.collect::<Sum>().total().ln()
}

fn top(logits: &[f64]) -> usize {
    (0..logits.len()).fold(0, |top, i| if logits[i] > logits[top] { i } else { top })
}
