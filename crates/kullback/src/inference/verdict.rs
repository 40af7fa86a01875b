//! Drifted, stable, or not enough rows to say.

use super::Inference;

/// How much divergence does not matter, in nats.
///
/// ```
/// use kullback::inference::Tolerance;
///
/// let tolerance = Tolerance::percentage_points(5.0).unwrap();
/// assert_eq!(tolerance.as_nats(), 0.005);
/// assert_eq!(tolerance, Tolerance::default());
/// assert!(Tolerance::nats(-1.0).is_none());
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Tolerance(f64);

impl Tolerance {
    /// `None` unless it is finite and above 0.
    #[must_use]
    pub fn nats(nats: f64) -> Option<Tolerance> {
        (nats.is_finite() && nats > 0.0).then_some(Tolerance(nats))
    }

    /// The divergence below which no event's probability has moved by more than so many
    /// percentage points; `None` unless it is above 0 and at most 100.
    ///
    /// By Pinsker's inequality, TV ≤ √(KL/2), it is 2·(points/100)². Source: Tsybakov 2009, 2.4.
    #[must_use]
    pub fn percentage_points(points: f64) -> Option<Tolerance> {
        (points > 0.0 && points <= 100.0).then(|| Tolerance(points * points / 5000.0))
    }

    /// The tolerance in nats.
    #[must_use]
    pub fn as_nats(self) -> f64 {
        self.0
    }

    /// By how many percentage points an event's probability can have moved at most.
    #[must_use]
    pub fn as_percentage_points(self) -> f64 {
        100.0 * (0.5 * self.0).sqrt()
    }
}

impl Default for Tolerance {
    /// 0.005 nats, 5 percentage points.
    fn default() -> Tolerance {
        Tolerance(0.005)
    }
}

/// What the samples say about a change, given a tolerance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Significant, and the whole interval, or that of the coarsened samples, lies above the
    /// tolerance.
    Drifted,
    /// The whole interval, and that of the coarsened samples, lies below the tolerance.
    Stable,
    /// Neither: there are too few rows.
    Undecided {
        /// The sizes n and m, in the same proportion, that would decide it if the estimate stays
        /// where it is; `None` where a million times as many would not.
        rows_needed: Option<[u64; 2]>,
    },
}

/// The sizes searched, in multiples of those at hand.
const MOST: f64 = 1e6;

/// Decides whether a divergence is above a tolerance.
///
/// `p_value` is that of [`same_distribution`](super::same_distribution), adjusted where several columns are tested at once
/// ([`benjamini_hochberg`](super::benjamini_hochberg)); drift needs one of at most `alpha`.
///
/// One rare outcome never decides: seen on one side only it has the weight of its rows times the
/// logarithm of the other sample's size, not ∞.
///
/// ```
/// use kullback::inference::{Divergence, Level, Tolerance, TwoSamples, Verdict, infer, verdict};
///
/// let decide = |p: &[u64], q: &[u64], p_value| -> Result<Verdict, kullback::Error> {
///     let kl = infer(&TwoSamples::new(p, q)?, Divergence::Kl, Level::default());
///     Ok(verdict(&kl, p_value, 0.05, Tolerance::default()))
/// };
/// assert_eq!(decide(&[5000, 5000], &[4000, 6000], 1e-9)?, Verdict::Drifted);
/// assert_eq!(decide(&[5000, 5000], &[4950, 5050], 0.5)?, Verdict::Stable);
/// let Verdict::Undecided { rows_needed: Some([n, _]) } = decide(&[50, 50], &[45, 55], 0.5)? else {
///     panic!("100 rows are too few");
/// };
/// assert!(n > 1000);
/// # Ok::<(), kullback::Error>(())
/// ```
#[must_use]
pub fn verdict(inference: &Inference, p_value: f64, alpha: f64, tolerance: Tolerance) -> Verdict {
    let Tolerance(tolerance) = tolerance;
    let (drifted, stable) = sides(inference, 1.0, tolerance);
    if stable {
        Verdict::Stable
    } else if p_value <= alpha && drifted {
        Verdict::Drifted
    } else {
        Verdict::Undecided {
            rows_needed: rows_needed(inference, tolerance),
        }
    }
}

/// Whether the intervals of samples `factor` times as large, with the same estimates, lie above and
/// below the tolerance.
fn sides(inference: &Inference, factor: f64, tolerance: f64) -> (bool, bool) {
    let interval = inference.at_size(factor);
    let (above, below) = (interval.low > tolerance, interval.high < tolerance);
    match &inference.coarsened {
        None => (above, below),
        Some(coarse) => {
            let (coarse_above, coarse_below) = sides(coarse, factor, tolerance);
            (above || coarse_above, below && coarse_below)
        }
    }
}

fn rows_needed(inference: &Inference, tolerance: f64) -> Option<[u64; 2]> {
    let decides = |factor: f64| {
        let (drifted, stable) = sides(inference, factor, tolerance);
        drifted || stable
    };
    if !decides(MOST) {
        return None;
    }
    let (mut few, mut many) = (1.0, MOST);
    while many / few > 1.01 {
        let middle = f64::sqrt(few * many);
        if decides(middle) {
            many = middle;
        } else {
            few = middle;
        }
    }
    Some(
        inference
            .sizes
            .map(|size| (size as f64 * many).ceil() as u64),
    )
}
