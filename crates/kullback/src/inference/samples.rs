//! The counts of two samples, checked once.

use crate::{Error, Pair, Side};

/// How often each outcome was seen in a sample of P and in a sample of Q.
///
/// - *Shape*: one count per outcome and side, in the same order; outcomes that neither side has
///   seen are allowed and change nothing.
/// - *Ranges*: each side has seen something, and both together fit a `u64`.
///
/// ```
/// use kullback::inference::TwoSamples;
///
/// let samples = TwoSamples::new(&[30, 70], &[25, 75])?;
/// assert_eq!(samples.sizes(), [100, 100]);
/// assert!(TwoSamples::new(&[0, 0], &[25, 75]).is_err());
/// # Ok::<(), kullback::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct TwoSamples<'a> {
    p: &'a [u64],
    q: &'a [u64],
    sizes: [u64; 2],
    pooled: Vec<(u64, u64)>,
}

impl<'a> TwoSamples<'a> {
    /// Two lists of counts over the same outcomes.
    ///
    /// # Errors
    /// Those of [`Pair::from_counts`]; [`Error::CountOverflow`] also where the two totals together
    /// exceed `u64`.
    ///
    /// ```
    /// use kullback::{Error, inference::TwoSamples};
    ///
    /// let error = TwoSamples::new(&[1, 2], &[3]).unwrap_err();
    /// assert!(matches!(error, Error::LengthMismatch { .. }));
    /// ```
    pub fn new(p: &'a [u64], q: &'a [u64]) -> Result<TwoSamples<'a>, Error> {
        let overflow = Error::CountOverflow { side: Side::Q };
        let sizes = Pair::from_counts(p, q)?.sizes().ok_or(overflow.clone())?;
        sizes[0].checked_add(sizes[1]).ok_or(overflow)?;
        Ok(TwoSamples::of_sizes(p, q, sizes))
    }

    /// Other counts of the same rows.
    pub(super) fn of_same_rows<'b>(&self, p: &'b [u64], q: &'b [u64]) -> TwoSamples<'b> {
        TwoSamples::of_sizes(p, q, self.sizes)
    }

    fn of_sizes<'b>(p: &'b [u64], q: &'b [u64], sizes: [u64; 2]) -> TwoSamples<'b> {
        let mut totals: Vec<u64> = p.iter().zip(q).map(|(x, y)| x + y).collect();
        totals.sort_unstable();
        let runs = totals.chunk_by(|a, b| a == b).filter(|run| run[0] > 0);
        let pooled = runs.map(|run| (run[0], run.len() as u64)).collect();
        TwoSamples {
            p,
            q,
            sizes,
            pooled,
        }
    }

    /// The counts with all outcomes that have fewer than `few` rows expected on a side taken as one;
    /// `None` where fewer than two outcomes have.
    ///
    /// Which they are depends on the pooled counts alone, so that it favours neither side.
    pub(super) fn coarsened(&self, few: f64) -> Option<[Vec<u64>; 2]> {
        let [n, m] = self.n_m();
        let is_rare = |[x, y]: [u64; 2]| (x + y) as f64 * n.min(m) < few * (n + m);
        let common = self.counts().filter(|&counts| !is_rare(counts));
        let (mut p, mut q): (Vec<u64>, Vec<u64>) = common.map(|[x, y]| (x, y)).unzip();
        let rare = || self.counts().filter(|&[x, y]| x + y > 0 && is_rare([x, y]));
        p.push(rare().map(|[x, _]| x).sum());
        q.push(rare().map(|[_, y]| y).sum());
        (rare().count() > 1).then_some([p, q])
    }

    /// The sizes n and m of the samples.
    #[must_use]
    pub fn sizes(&self) -> [u64; 2] {
        self.sizes
    }

    /// The number of outcomes that were seen at all.
    #[must_use]
    pub fn outcomes(&self) -> u64 {
        self.pooled.iter().map(|(_, outcomes)| outcomes).sum()
    }

    /// n and m as floats.
    pub(super) fn n_m(&self) -> [f64; 2] {
        self.sizes.map(|size| size as f64)
    }

    /// The two counts of each outcome.
    pub(super) fn counts(&self) -> impl Iterator<Item = [u64; 2]> {
        self.p.iter().zip(self.q).map(|(&x, &y)| [x, y])
    }

    /// Each pooled count x + y > 0, ascending, and how many outcomes have it.
    pub(super) fn pooled(&self) -> &[(u64, u64)] {
        &self.pooled
    }
}
