//! Two rows of logits → a pair.

use crate::numeric::{Sum, exp_above_tangent};
use crate::pair::check_lengths;
use crate::{Cell, Error, Pair, Side, vector};

impl Pair {
    /// Builds a pair from two rows of logits: p = softmax(a), q = softmax(b).
    ///
    /// Logits may have any offset; log-probabilities are logits too. −∞ is a probability of 0.
    ///
    /// The ratios do not go through the two normalisers, whose rounding would be all of the answer
    /// where the rows nearly agree. With d = b − a, c = E_p\[d\] and x = d − c,
    /// ln(p/q) = ln(1 + E_p\[eˣ − 1 − x\]) − x: nothing in it cancels, so that KL is right also
    /// between `f32` logits that differ in their last digits.
    ///
    /// # Errors
    /// [`Error::Empty`], [`Error::LengthMismatch`]; [`Error::BadLogit`] for NaN and +∞;
    /// [`Error::NoMass`] if a side is nothing but −∞.
    ///
    /// ```
    /// use kullback::{Measure, Pair};
    ///
    /// // The same distribution, whatever the offset.
    /// let pair = Pair::from_logits(&[1.0, 2.0, 3.0], &[11.0, 12.0, 13.0])?;
    /// assert_eq!(Measure::KL.value(&pair), 0.0);
    ///
    /// let pair = Pair::from_logits(&[0.0, 0.0], &[0.0, 3f64.ln()])?; // ½, ½ and ¼, ¾
    /// assert!((Measure::KL.value(&pair) - 0.143841036225890).abs() < 1e-15);
    /// # Ok::<(), kullback::Error>(())
    /// ```
    pub fn from_logits(a: &[f64], b: &[f64]) -> Result<Pair, Error> {
        check_lengths([Side::P, Side::Q], [a.len(), b.len()])?;
        let (p, q) = (Row::new(Side::P, a)?, Row::new(Side::Q, b)?);
        // ln(p/q) = above − (d − centre).
        let (above, centre) = above_mean(a, b, &p).unwrap_or((q.ln_total - p.ln_total, 0.0));
        let ln_ratio = |(&a, &b): (&f64, &f64)| match (a.is_finite(), b.is_finite()) {
            (true, true) => above - beyond(a, b, centre),
            (true, false) => f64::INFINITY,
            (false, true) => f64::NEG_INFINITY,
            (false, false) => 0.0,
        };
        let ratios = a.iter().zip(b).map(ln_ratio);
        let shares = p.shares.iter().zip(&q.shares);
        let cells = shares
            .zip(ratios)
            .map(|((&p, &q), ln_ratio)| Cell { p, q, ln_ratio });
        Ok(Pair::of_shares(cells.collect()))
    }
}

/// One row's softmax.
struct Row {
    shares: Vec<f64>,
    /// ln Σ eᵃ, the row's normaliser.
    ln_total: f64,
}

impl Row {
    fn new(side: Side, logits: &[f64]) -> Result<Row, Error> {
        let is_logit = |logit: f64| logit.is_finite() || logit == f64::NEG_INFINITY;
        if let Some(index) = logits.iter().position(|&logit| !is_logit(logit)) {
            let value = logits[index];
            return Err(Error::BadLogit { side, index, value });
        }
        let largest = logits.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        if largest == f64::NEG_INFINITY {
            return Err(Error::NoMass { side });
        }
        let mut shares: Vec<f64> = logits.iter().map(|logit| logit - largest).collect();
        vector::exp(&mut shares);
        let total = shares.iter().copied().collect::<Sum>().total();
        shares.iter_mut().for_each(|share| *share /= total);
        Ok(Row {
            shares,
            ln_total: largest + total.ln(),
        })
    }
}

/// ln E_p\[e^(d − c)\] and c, the mean of d = b − a over the outcomes that both rows have; `None`
/// where the rows share none, or lie so far apart that the mean says nothing.
fn above_mean(a: &[f64], b: &[f64], p: &Row) -> Option<(f64, f64)> {
    let both = || {
        let rows = p.shares.iter().zip(a.iter().zip(b));
        rows.filter(|(_, (a, b))| a.is_finite() && b.is_finite())
            .map(|(&p, (&a, &b))| (p, a, b))
    };
    let shared = both().map(|(p, ..)| p).collect::<Sum>().total();
    let centre = both().map(|(p, a, b)| p * (b - a)).collect::<Sum>().total() / shared;
    // Σ p·x is what rounding of the centre left over: added back, it takes no digit away.
    let terms = both().map(|(p, a, b)| p * exp_above_tangent(beyond(a, b, centre)));
    let rest = both().map(|(p, a, b)| p * beyond(a, b, centre));
    let only_b = a
        .iter()
        .zip(b)
        .filter(|(a, b)| !a.is_finite() && b.is_finite());
    let new = only_b.map(|(_, b)| (b - p.ln_total - centre).exp());
    let only_a = p.shares.iter().zip(b).filter(|(_, b)| !b.is_finite());
    let gone = only_a.map(|(p, _)| -p);
    let sum = terms
        .chain(rest)
        .chain(new)
        .chain(gone)
        .collect::<Sum>()
        .total();
    let above = sum.ln_1p();
    above.is_finite().then_some((above, centre))
}

/// (b − a) − centre, with what rounding took from b − a (Knuth 1969).
fn beyond(a: f64, b: f64, centre: f64) -> f64 {
    let difference = b - a;
    let back = difference + a;
    let rest = (b - back) - (a - (back - difference));
    (difference - centre) + rest
}
