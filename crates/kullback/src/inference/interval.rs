//! Confidence intervals that stay right near equality.

use super::chi_squared::noncentral_cdf;
use super::root;

/// The share of repetitions in which an interval is to hold the truth, between 0 and 1.
///
/// ```
/// use kullback::inference::Level;
///
/// assert_eq!(Level::default().get(), 0.95);
/// assert!(Level::new(0.9).is_some() && Level::new(95.0).is_none());
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Level(f64);

impl Level {
    /// `None` unless 0 < level < 1.
    #[must_use]
    pub fn new(level: f64) -> Option<Level> {
        (level > 0.0 && level < 1.0).then_some(Level(level))
    }

    /// The share.
    #[must_use]
    pub fn get(self) -> f64 {
        self.0
    }
}

impl Default for Level {
    /// 0.95.
    fn default() -> Level {
        Level(0.95)
    }
}

/// A confidence interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    /// Its lower end, 0 or above.
    pub low: f64,
    /// Its upper end; ∞ where the counts set no limit.
    pub high: f64,
    /// The share of repetitions in which it is to hold the truth.
    pub level: Level,
}

/// How a bias-corrected divergence T scatters about the truth D.
///
/// Near equality T is a quadratic form in the samples' errors, far from it a linear one. Both are
/// a·(χ′²_ν(D/a) − ν): its mean is D, its variance 2a²ν + 4aD.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Scatter {
    scale: f64,
    degrees: f64,
}

impl Scatter {
    /// From the variance at equality and what each nat of divergence adds to it.
    pub(super) fn new(at_equality: f64, per_nat: f64) -> Scatter {
        let scale = 0.25 * per_nat;
        Scatter {
            scale,
            degrees: at_equality / (2.0 * scale * scale),
        }
    }

    /// The same for samples `factor` times as large.
    pub(super) fn at_size(self, factor: f64) -> Scatter {
        Scatter {
            scale: self.scale / factor,
            ..self
        }
    }

    /// P(T ≤ t) where the truth is `truth`.
    fn cdf(self, t: f64, truth: f64) -> f64 {
        noncentral_cdf(
            self.degrees,
            truth / self.scale,
            t / self.scale + self.degrees,
        )
    }

    /// The standard deviation of T where the samples' distributions are equal.
    pub(super) fn deviation_at_equality(self) -> f64 {
        self.scale * (2.0 * self.degrees).sqrt()
    }

    /// All truths under which T would not be surprisingly far from `t`, up to `bound`.
    ///
    /// The chance 1 − level is split between the two tails by the truth itself: at D = 0 all of it
    /// lies above, so that the interval excludes 0 exactly when a test at that level does, and from
    /// a few standard deviations on half of it lies on either side. Every truth is covered with
    /// the same probability, 0 included; and since the lower tail stays empty up to half a
    /// standard deviation, samples that are uncommonly alike do not shrink the interval to a point.
    /// Source: Feldman & Cousins 1998 for the aim; Puza & O'Neill 2006 for tail functions.
    pub(super) fn interval(self, t: f64, level: Level, bound: f64) -> Interval {
        let alpha = 1.0 - level.0;
        let unit = self.deviation_at_equality();
        let below = |truth: f64| -0.5 * alpha * (-(truth / unit - 0.5).max(0.0)).exp_m1();
        let is_too_high = |truth: f64| below(truth) - self.cdf(t, truth);
        let is_too_low = |truth: f64| (1.0 - self.cdf(t, truth)) - (alpha - below(truth));
        let low = if is_too_low(0.0) >= 0.0 {
            0.0
        } else {
            root::find(is_too_low, [0.0, t])
        };
        // Up to here no truth is too high.
        let start = t.max(0.5 * unit);
        let mut end = start + 2.0 * unit;
        while is_too_high(end) < 0.0 {
            end *= 2.0;
        }
        let high = if is_too_high(start) < 0.0 {
            root::find(is_too_high, [start, end])
        } else {
            start
        };
        Interval {
            low: low.min(bound),
            high: high.min(bound),
            level,
        }
    }
}
