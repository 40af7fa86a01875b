//! Two samples of numbers → a pair.

use crate::compare::{Comparison, compare};
use crate::summary::{Axis, Builder};
use crate::{Error, Pair, Side};

impl Pair {
    /// Builds a pair from two samples of numbers, cut into bins of equal mass.
    ///
    /// There are about min(n, m)^⅓ bins, from 10 to 128, each with the same share of ½P + ½Q; a value
    /// that fills a bin by itself keeps it, and no more distinct values than bins are all kept.
    /// NaN, +∞ and −∞ are outcomes of their own. The order of the values does not matter, and an
    /// increasing map of them changes nothing.
    ///
    /// A pair of bins says no more than its bins do: by the data-processing inequality (Csiszár
    /// 1967) an f-divergence of the bins is at most that of the samples' values. See
    /// [`compare`](mod@crate::compare) for the outcomes and their caveats.
    ///
    /// # Errors
    /// [`Error::NoMass`] if a sample is empty.
    ///
    /// ```
    /// use kullback::{Measure, Pair};
    ///
    /// let p: Vec<f64> = (0..1000).map(f64::from).collect();
    /// let q: Vec<f64> = (500..1500).map(f64::from).collect();
    /// let pair = Pair::from_samples(&p, &q)?;
    /// assert_eq!(pair.sizes(), Some([1000, 1000]));
    /// assert_eq!(Measure::TV.value(&pair), 0.5); // half of each side lies where the other is not
    /// # Ok::<(), kullback::Error>(())
    /// ```
    pub fn from_samples(p: &[f64], q: &[f64]) -> Result<Pair, Error> {
        compare_samples(p, q).map(|comparison| comparison.pair().clone())
    }
}

/// Compares two samples of numbers: the outcomes that [`Pair::from_samples`] has, with their counts.
///
/// # Errors
/// [`Error::NoMass`] if a sample is empty.
///
/// ```
/// use kullback::compare::compare_samples;
///
/// let comparison = compare_samples(&[1.0, 2.0, 2.0], &[2.0])?;
/// assert_eq!(comparison.outcomes()[1].p, 2);
/// assert!(compare_samples(&[], &[2.0]).is_err());
/// # Ok::<(), kullback::Error>(())
/// ```
pub fn compare_samples(p: &[f64], q: &[f64]) -> Result<Comparison, Error> {
    let summary = |sample: &[f64]| {
        let mut column = Builder::new();
        sample.iter().for_each(|&x| column.push(Axis::Number, x));
        column.finish()
    };
    let side = if p.is_empty() { Side::P } else { Side::Q };
    compare(&summary(p), &summary(q)).map_err(|_| Error::NoMass { side })
}
