//! A divergence from two samples: estimate, interval, and what it would read if nothing changed.

use super::delta::{FEW_ROWS, Shrunk, spread};
use super::divergence::{LogRatio, zhang_grabchak};
use super::interval::Scatter;
use super::null::{Mean, Null, ScaledChiSquared, cell_means, null};
use super::{Divergence, Estimator, Interval, Level, TwoSamples};
use crate::numeric::Sum;

/// A divergence with what two samples say about it, in nats.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Inference {
    /// Which divergence.
    pub divergence: Divergence,
    /// The value for the samples' shares: too high on average, and ∞ where an outcome that the
    /// divergence needs on both sides was seen on one only.
    pub plug_in: f64,
    /// The bias-corrected value; finite, and negative where the samples are more alike than two
    /// samples of one distribution are on average.
    pub estimate: f64,
    /// How it was corrected.
    pub estimator: Estimator,
    /// The interval for the truth.
    pub interval: Interval,
    /// What the plug-in would read if nothing had changed.
    pub null: NullBand,
    /// What a reader of the numbers must know.
    pub caveats: Vec<Caveat>,
    /// Where counts are thin, the same with all outcomes that have fewer than 5 rows expected on a
    /// side taken as one. By the data-processing inequality its divergence is a lower bound, and
    /// its counts are not thin unless they are in one place: many values that each vanished with a
    /// single row are seen here.
    pub coarsened: Option<Box<Inference>>,
    pub(super) scatter: Option<Scatter>,
    pub(super) sizes: [u64; 2],
}

impl Inference {
    /// The interval of samples `factor` times as large with the same estimate, or the same truth
    /// where that is below 0.
    pub(super) fn at_size(&self, factor: f64) -> Interval {
        match self.scatter {
            Some(scatter) if factor > 1.0 => {
                let estimate = self.estimate.max(0.0);
                let scatter = scatter.at_size(factor);
                scatter.interval(estimate, self.interval.level, self.divergence.bound())
            }
            _ => self.interval,
        }
    }
}

/// What the plug-in reads at these sample sizes when both samples come from one distribution.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct NullBand {
    /// Half of all readings lie below; ∞ where an outcome is missing from a side more often than
    /// not.
    pub median: f64,
    /// 95 % of all readings lie below.
    pub upper: f64,
}

/// The share of the variance that may rest on thin outcomes before the interval's level is in
/// doubt.
const THIN_SHARE: f64 = 0.2;

/// Why an interval may not hold the truth as often as it says.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum Caveat {
    /// Too many outcomes were seen too rarely for the interval's level to be what it says.
    ThinCounts {
        /// The share of the estimate's variance that rests on outcomes with fewer than 5 rows
        /// expected on a side.
        share: f64,
    },
    /// Only one outcome was seen at all.
    OneOutcome,
}

/// What a divergence is, given two samples.
///
/// - *Estimate*: Zhang & Grabchak 2014 for KL, reverse KL and PSI, less the bias that it has at
///   these pooled counts where nothing has changed (0 unless counts are thin and the sizes
///   differ); for JS the plug-in less its expected excess, cell by cell.
/// - *Interval*: the estimate T is taken as a·(χ′²_ν(D/a) − ν), which is what it is near equality
///   (Wilks 1938), with ν from its variance when nothing has changed and a from the delta method,
///   and the truths D are kept under which T is no surprise.
/// - *Unseen outcomes*: an outcome seen on one side only cannot be told from one that is rarer
///   than about one row on the other. Estimate and interval are for the divergence at that resolution.
///
/// ```
/// use kullback::inference::{Divergence, Level, TwoSamples, infer};
///
/// let samples = TwoSamples::new(&[300, 500, 200], &[250, 600, 150])?;
/// let kl = infer(&samples, Divergence::Kl, Level::default());
/// assert!(kl.estimate < kl.plug_in && kl.null.upper < kl.plug_in);
/// assert!(kl.interval.low > 0.005 && kl.interval.high < 0.05);
///
/// // One row of a thousand, unseen in Q: the plug-in is infinite, the estimate unmoved.
/// let samples = TwoSamples::new(&[300, 500, 199, 1], &[300, 500, 200, 0])?;
/// let kl = infer(&samples, Divergence::Kl, Level::default());
/// assert_eq!(kl.plug_in, f64::INFINITY);
/// assert!(kl.interval.low == 0.0 && kl.interval.high < 0.01);
/// # Ok::<(), kullback::Error>(())
/// ```
#[must_use]
pub fn infer(samples: &TwoSamples, divergence: Divergence, level: Level) -> Inference {
    let mut inference = infer_as_is(samples, divergence, level);
    if let [Caveat::ThinCounts { .. }] = inference.caveats[..] {
        let coarse = samples.coarsened(FEW_ROWS);
        inference.coarsened = coarse.as_ref().map(|[p, q]| {
            let coarse = samples.of_same_rows(p, q);
            Box::new(infer_as_is(&coarse, divergence, level))
        });
    }
    inference
}

fn infer_as_is(samples: &TwoSamples, divergence: Divergence, level: Level) -> Inference {
    let [n, m] = samples.n_m();
    let plug_in_term = |x: f64, y: f64| divergence.term(x / n, y / m);
    let estimate_term = zhang_grabchak(divergence, LogRatio::new, [n, m]);
    let unconditional_term = zhang_grabchak(divergence, LogRatio::poisson, [n, m]);
    let noise = 1.0 / n + 1.0 / m;
    let unit = 0.5 * divergence.curvature(1.0) * noise;
    let seen = || {
        samples
            .counts()
            .filter(|&[x, y]| x + y > 0)
            .map(|[x, y]| [x as f64, y as f64])
    };
    let plug_in: Sum = seen().map(|[x, y]| plug_in_term(x, y)).collect();
    let plug_in = plug_in.total();
    let null_plug_in = null(samples, unit, Mean::OfSquares, plug_in_term);
    let shrunk = Shrunk::new(samples);
    let (estimate, at_equality) = match divergence.estimator() {
        Estimator::ZhangGrabchak2014 => {
            let sum: Sum = seen().map(|[x, y]| estimate_term(x, y)).collect();
            let null = null(samples, unit, Mean::Unconstrained, unconditional_term).moments;
            (sum.total() - null.mean, null)
        }
        Estimator::BiasCorrected => {
            // At equality the cells' excesses are exact; away from it they grow as their asymptotic
            // forms do.
            let at_equality = cell_means(samples, unit, Mean::OfSquares, plug_in_term);
            let excess = seen().map(|[x, y]| {
                let [_, _, r] = shrunk.cell([x, y]);
                let growth = 0.5 * divergence.curvature(r) * (1.0 / n + r / m) / unit;
                growth * at_equality((x + y) as u64) * (1.0 - (x + y) / (n + m))
            });
            (
                plug_in - excess.collect::<Sum>().total(),
                null_plug_in.moments,
            )
        }
    };
    let (per_nat, thin) = spread(samples, &shrunk, divergence);
    let scatter = (at_equality.variance > 0.0).then(|| Scatter::new(at_equality.variance, per_nat));
    let caveats = if scatter.is_none() {
        vec![Caveat::OneOutcome]
    } else if thin > THIN_SHARE {
        vec![Caveat::ThinCounts { share: thin }]
    } else {
        Vec::new()
    };
    let zero = Interval {
        low: 0.0,
        high: 0.0,
        level,
    };
    Inference {
        divergence,
        plug_in,
        estimate,
        estimator: divergence.estimator(),
        interval: scatter.map_or(zero, |scatter| {
            scatter.interval(estimate, level, divergence.bound())
        }),
        null: null_band(&null_plug_in),
        caveats,
        coarsened: None,
        scatter,
        sizes: samples.sizes(),
    }
}

fn null_band(null: &Null) -> NullBand {
    let at = |share: f64| {
        let finite = share / (1.0 - null.infinite);
        if null.moments.variance <= 0.0 {
            0.0
        } else if finite < 1.0 {
            ScaledChiSquared::new(null.moments).quantile(finite)
        } else {
            f64::INFINITY
        }
    };
    NullBand {
        median: at(0.5),
        upper: at(0.95),
    }
}

/// The bias of Zhang and Grabchak's estimate of KL(P‖Q) where nothing has changed, that of each
/// cell by its pooled count.
pub(super) fn kl_bias(samples: &TwoSamples) -> impl Fn(u64) -> f64 {
    let [n, m] = samples.n_m();
    let unit = 0.5 * (1.0 / n + 1.0 / m);
    let term = zhang_grabchak(Divergence::Kl, LogRatio::poisson, [n, m]);
    cell_means(samples, unit, Mean::Unconstrained, term)
}
