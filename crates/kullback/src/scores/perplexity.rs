//! Perplexities of both sides on the tokens that came.

use super::{Mean, Scores, Target};

/// How well both sides predict the text itself.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Perplexity {
    /// Mean of −ln p, the base's surprise per token: its perplexity is exp of it.
    pub nll_p: Mean,
    /// Mean of −ln q, the candidate's.
    pub nll_q: Mean,
    /// Mean of ln p − ln q: exp of it is the candidate's perplexity over the base's. Its error is
    /// that of paired differences.
    pub ln_ratio: Mean,
    /// The correlation of ln p and ln q over the rows, from −1 to 1; NaN where one does not vary.
    pub correlation: f64,
    /// Mean of Δp = q − p.
    pub delta_p: Mean,
    /// √ of the mean of Δp².
    pub rms_delta_p: f64,
}

impl Perplexity {
    /// `None` where the target of a row is not known, and without rows.
    pub(super) fn of(scores: &Scores) -> Option<Self> {
        let known = |row: &super::RowScore| row.target.is_some();
        if scores.rows().is_empty() || !scores.rows().iter().all(known) {
            return None;
        }
        let mean =
            |value: fn(Target) -> f64| scores.mean(move |row| row.target.map_or(f64::NAN, value));
        let (nll_p, nll_q) = (mean(|t| -t.ln_p), mean(|t| -t.ln_q));
        // One over n cancels.
        let sum_of = |value: &dyn Fn(f64, f64) -> f64| -> f64 {
            let targets = scores.rows().iter().filter_map(|row| row.target);
            targets
                .map(|t| value(-t.ln_p - nll_p.value, -t.ln_q - nll_q.value))
                .sum()
        };
        let (pp, qq) = (sum_of(&|p, _| p * p), sum_of(&|_, q| q * q));
        Some(Self {
            nll_p,
            nll_q,
            ln_ratio: mean(|t| t.ln_p - t.ln_q),
            correlation: sum_of(&|p, q| p * q) / (pp * qq).sqrt(),
            delta_p: mean(Target::delta_p),
            rms_delta_p: mean(|t| t.delta_p().powi(2)).value.sqrt(),
        })
    }

    /// The base's perplexity, exp of its mean surprise: from 1 to ∞.
    pub fn base(&self) -> f64 {
        self.nll_p.value.exp()
    }

    /// The candidate's perplexity.
    pub fn candidate(&self) -> f64 {
        self.nll_q.value.exp()
    }

    /// The candidate's perplexity over the base's.
    pub fn ratio(&self) -> f64 {
        self.ln_ratio.value.exp()
    }
}
