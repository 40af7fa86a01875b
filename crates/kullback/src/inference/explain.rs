//! Where a KL divergence comes from: outcome by outcome, and by the chain rule.

use super::TwoSamples;
use super::divergence::LogRatio;
use crate::Side;
use crate::numeric::Sum;

/// What each outcome adds to KL(P‖Q), signed.
///
/// - *Formula*: p̂ ln(p̂/q̂) for the plug-in; for the estimate p̂ (ψ(m + 1) − ψ(y + 1) − ψ(n) + ψ(x)), less
///   the cell's share of the bias that remains where nothing has changed.
/// - *Sums*: to [`Inference::plug_in`](super::Inference::plug_in) and
///   [`Inference::estimate`](super::Inference::estimate), up to rounding.
/// - *Signs*: below 0 where the outcome is more frequent in Q. Only the sum is never negative
///   ([`Measure::contributions`](crate::Measure::contributions) has parts that are not, p ln(p/q) − p + q).
///
/// ```
/// use kullback::inference::{TwoSamples, signed_contributions};
///
/// let parts = signed_contributions(&TwoSamples::new(&[50, 50, 0], &[25, 50, 25])?);
/// assert_eq!(parts[0].plug_in, 0.5 * 2f64.ln());
/// assert_eq!((parts[1].plug_in, parts[2].plug_in), (0.0, 0.0));
/// # Ok::<(), kullback::Error>(())
/// ```
#[must_use]
pub fn signed_contributions(samples: &TwoSamples) -> Vec<Parts> {
    let [n, m] = samples.n_m();
    let bias = super::infer::kl_bias(samples);
    samples
        .counts()
        .map(|[x, y]| Parts {
            plug_in: part(plug_in, x as f64, n, y as f64, m) / n,
            estimate: part(zhang_grabchak, x as f64, n, y as f64, m) / n - bias(x + y),
        })
        .collect()
}

/// A part of KL(P‖Q), in nats, as the samples' shares have it and bias-corrected.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Parts {
    /// From the samples' shares; ∞ where Q has none of what P has.
    pub plug_in: f64,
    /// By Zhang & Grabchak 2014; always finite.
    pub estimate: f64,
}

/// What an estimator takes for ln(p/q), from x of n rows and y of m.
type LogRatioOf = fn(f64, f64, f64, f64) -> f64;

fn plug_in(x: f64, n: f64, y: f64, m: f64) -> f64 {
    if y == 0.0 {
        f64::INFINITY
    } else {
        (x / n * (m / y)).ln()
    }
}

fn zhang_grabchak(x: f64, n: f64, y: f64, m: f64) -> f64 {
    LogRatio::new([n, m]).at(x, y)
}

/// x times the logarithm of the ratio; 0 where x is.
fn part(log_ratio: LogRatioOf, x: f64, n: f64, y: f64, m: f64) -> f64 {
    if x == 0.0 {
        0.0
    } else {
        x * log_ratio(x, n, y, m)
    }
}

/// KL(P‖Q) split by the chain rule, each part in nats.
///
/// D = D(null?) + P(value)·[D(new?) + D(vanished?) + P(shared)·D(shared values)]: first whether there is a value at all,
/// then whether it is one that P never had, then which of those that Q never had, then the rest.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ChainRule {
    /// From the share of nulls.
    pub nulls: Parts,
    /// From values that only Q has: ln of one over the share of Q's values that P has too. Never negative as plug-in.
    pub new_values: Parts,
    /// From values that only P has. The plug-in is ∞ if there are any.
    pub vanished_values: Parts,
    /// From the values that both have.
    pub shared_values: Parts,
}

impl ChainRule {
    /// The sum of the parts: KL(P‖Q).
    #[must_use]
    pub fn total(&self) -> Parts {
        let parts = [
            self.nulls,
            self.new_values,
            self.vanished_values,
            self.shared_values,
        ];
        Parts {
            plug_in: parts.iter().map(|part| part.plug_in).sum(),
            estimate: parts.iter().map(|part| part.estimate).sum(),
        }
    }
}

/// Splits KL(P‖Q) into what nulls, new values, vanished values and shared values add.
///
/// `null` is the index of the outcome that stands for "no value", if there is one; one that is no index names none.
/// Both the plug-in and Zhang & Grabchak's estimator obey the chain rule exactly, so the parts sum to the whole.
///
/// ```
/// use kullback::inference::{TwoSamples, chain_rule};
///
/// // Nulls went from 10 % to 50 %, and nothing else changed.
/// let samples = TwoSamples::new(&[100, 600, 300], &[500, 1000, 500])?;
/// let all = chain_rule(&samples, Some(0));
/// assert!(all.nulls.plug_in > 0.05 && all.shared_values.plug_in < 1e-3);
/// assert_eq!(all.vanished_values.plug_in, 0.0);
/// # Ok::<(), kullback::Error>(())
/// ```
#[must_use]
pub fn chain_rule(samples: &TwoSamples, null: Option<usize>) -> ChainRule {
    let bias = super::infer::kl_bias(samples);
    let bias: Sum = samples.counts().map(|[x, y]| bias(x + y)).collect();
    let plug = split(samples, null, plug_in);
    let estimate = split(samples, null, zhang_grabchak);
    let parts = |i: usize| Parts {
        plug_in: plug[i],
        estimate: estimate[i] - if i == 3 { bias.total() } else { 0.0 },
    };
    ChainRule {
        nulls: parts(0),
        new_values: parts(1),
        vanished_values: parts(2),
        shared_values: parts(3),
    }
}

/// Nulls, new, vanished and shared values.
fn split(samples: &TwoSamples, null: Option<usize>, log_ratio: LogRatioOf) -> [f64; 4] {
    let [n, m] = samples.n_m();
    let values = || {
        let numbered = samples.counts().enumerate();
        numbered
            .filter(move |&(i, _)| Some(i) != null)
            .map(|(_, counts)| counts.map(|count| count as f64))
    };
    let shared = || values().filter(|&[x, y]| x > 0.0 && y > 0.0);
    let total = |side: usize| move |sum: f64, counts: [f64; 2]| sum + counts[side];
    let (x, y) = (values().fold(0.0, total(0)), values().fold(0.0, total(1)));
    let (x_shared, y_shared) = (shared().fold(0.0, total(0)), shared().fold(0.0, total(1)));
    let nulls = part(log_ratio, n - x, n, m - y, m) + part(log_ratio, x, n, y, m);
    let new = if y_shared < y {
        part(log_ratio, x, x, y_shared, y)
    } else {
        0.0
    };
    let vanished: Sum = values()
        .filter(|&[_, y]| y == 0.0)
        .map(|[x_i, _]| part(log_ratio, x_i, x, 0.0, y_shared))
        .collect();
    let vanished = vanished.total() + part(log_ratio, x_shared, x, y_shared, y_shared);
    let shared: Sum = shared()
        .map(|[x_i, y_i]| part(log_ratio, x_i, x_shared, y_i, y_shared))
        .collect();
    [nulls, new, vanished, shared.total()].map(|part| part / n)
}

/// Outcomes that one sample has and the other lacks: as a finding, not as an infinity.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Unseen {
    /// The side that has them: in [`Side::P`] they have vanished, in [`Side::Q`] they are new.
    pub seen_in: Side,
    /// How many outcomes.
    pub outcomes: u64,
    /// How many rows of the side that has them.
    pub rows: u64,
    /// The share of that side's rows.
    pub share: f64,
    /// How many rows the other side would have if it had the same share; it has none.
    pub expected: f64,
    /// The index of the most frequent of them; the first, where several are.
    pub largest: usize,
}

/// The outcomes that only one sample has: at most two findings, P's first.
///
/// ```
/// use kullback::{Side, inference::{TwoSamples, unseen}};
///
/// let findings = unseen(&TwoSamples::new(&[970, 30], &[1000, 0])?);
/// assert_eq!(findings.len(), 1);
/// assert_eq!((findings[0].seen_in, findings[0].rows), (Side::P, 30));
/// assert!((findings[0].expected - 30.0).abs() < 1e-12);
/// # Ok::<(), kullback::Error>(())
/// ```
#[must_use]
pub fn unseen(samples: &TwoSamples) -> Vec<Unseen> {
    let sizes = samples.n_m();
    [(Side::P, 0), (Side::Q, 1)]
        .into_iter()
        .filter_map(|(seen_in, side)| {
            let only = || {
                let counts = samples
                    .counts()
                    .map(|counts| (counts[side], counts[1 - side]));
                counts
                    .enumerate()
                    .filter_map(|(i, (here, there))| (here > 0 && there == 0).then_some((i, here)))
            };
            let rows = only().map(|(_, count)| count).sum();
            let (largest, _) = only().reduce(|a, b| if b.1 > a.1 { b } else { a })?;
            let share = rows as f64 / sizes[side];
            Some(Unseen {
                seen_in,
                outcomes: only().count() as u64,
                rows,
                share,
                expected: share * sizes[1 - side],
                largest,
            })
        })
        .collect()
}
