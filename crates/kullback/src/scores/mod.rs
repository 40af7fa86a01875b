//! Scores of many rows: how far one model's predictions are from another's, token by token, and
//! what that comes to over a text.
//!
//! A row is a distribution over a vocabulary, the prediction of the next token. P is the base (the
//! full-precision model), Q the candidate (the quantised one). Tokens of one chunk of text depend
//! on each other, so a mean has two standard errors: one that takes rows as independent, which is
//! too small, and one that takes chunks as independent.
//!
//! ```
//! use kullback::scores::{RowScore, Scores};
//!
//! let row = |kl| RowScore { kl, ..RowScore::default() };
//! // Two chunks, whose rows are alike: four rows say no more than two.
//! let scores = Scores::new(vec![row(0.1), row(0.1), row(0.3), row(0.3)]).in_chunks(&[2, 2]);
//! let mean = scores.mean(|row| row.kl);
//! assert!((mean.value - 0.2).abs() < 1e-15);
//! assert!((mean.error.unwrap() - 0.0577).abs() < 1e-4);
//! assert!((mean.clustered_error.unwrap() - 0.1).abs() < 1e-15);
//! ```

mod account;
mod like_llama;
mod lists;
mod mean;
mod perplexity;
mod quantile;

pub use account::{Account, Cut};
pub use like_llama::{Estimate, LlamaRow, LlamaStatistics};
pub use lists::ListScore;
pub use mean::Mean;
pub use perplexity::Perplexity;
pub use quantile::{Quantiles, quantile};

/// What is known of one row: divergences in nats, and what each side holds likely.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct RowScore {
    /// KL(P‖Q), from 0 to ∞: base against candidate.
    pub kl: f64,
    /// KL(Q‖P), from 0 to ∞.
    pub reverse_kl: f64,
    /// The Jensen–Shannon divergence, from 0 to ln 2.
    pub js: f64,
    /// The total variation distance, from 0 to 1.
    pub tv: f64,
    /// H(P).
    pub entropy_p: f64,
    /// H(Q).
    pub entropy_q: f64,
    /// H(P,Q) = H(P) + KL(P‖Q).
    pub cross_entropy: f64,
    /// The largest probability of P: the base's confidence.
    pub top_p: f64,
    /// Whether P and Q hold the same token most likely; the first of several that are equal.
    pub same_top: bool,
    /// What both say of the token that came, where that is known.
    pub target: Option<Target>,
}

/// What both sides say of the token that came next in the text.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Target {
    /// Its id.
    pub token: u32,
    /// ln p, zero or below.
    pub ln_p: f64,
    /// ln q, zero or below.
    pub ln_q: f64,
}

impl Target {
    /// Δp = q − p, from −1 to 1: what the candidate adds to the token's probability.
    pub fn delta_p(self) -> f64 {
        self.ln_q.exp() - self.ln_p.exp()
    }
}

/// The rows of a text and, where that is known, its chunks.
#[derive(Clone, Debug, PartialEq)]
pub struct Scores {
    rows: Vec<RowScore>,
    /// The lengths of the chunks, which add up to the rows.
    chunks: Option<Vec<usize>>,
}

/// The rows in which the base is about as sure of itself.
#[derive(Clone, Debug, PartialEq)]
pub struct Bucket {
    /// The base's largest probability is at least this,
    pub from: f64,
    /// and below this; 1 belongs to the last bucket.
    pub below: f64,
    /// The rows.
    pub scores: Scores,
}

/// Where buckets by the base's confidence begin.
const CONFIDENCE: [f64; 6] = [0.0, 0.25, 0.5, 0.75, 0.9, 0.99];

impl Scores {
    /// Scores of rows of which no chunks are known.
    pub fn new(rows: Vec<RowScore>) -> Self {
        Self { rows, chunks: None }
    }

    /// The same rows in chunks of these lengths.
    ///
    /// # Panics
    /// When the lengths do not add up to the number of rows.
    #[must_use]
    pub fn in_chunks(self, lengths: &[usize]) -> Self {
        let sum: usize = lengths.iter().sum();
        assert_eq!(sum, self.rows.len(), "chunks must hold every row");
        Self {
            chunks: Some(lengths.to_vec()),
            ..self
        }
    }

    /// The rows, in the order of the text.
    pub fn rows(&self) -> &[RowScore] {
        &self.rows
    }

    /// The lengths of the chunks, where they are known.
    pub fn chunks(&self) -> Option<&[usize]> {
        self.chunks.as_deref()
    }

    /// The chunk of a row, both counted from 0, where chunks are known.
    pub fn chunk_of(&self, row: usize) -> Option<usize> {
        let mut end = 0;
        self.chunks.as_ref()?.iter().position(|length| {
            end += length;
            row < end
        })
    }

    /// The mean of a value over the rows, with both standard errors.
    pub fn mean(&self, value: impl Fn(&RowScore) -> f64) -> Mean {
        let values: Vec<f64> = self.rows.iter().map(value).collect();
        Mean::of(&values, self.chunks())
    }

    /// The mean over rows of what a value is here minus what it is in `other`, which has scores of
    /// the same rows against the same base: its error is that of the paired difference, in which
    /// what is hard for both cancels.
    ///
    /// ```
    /// use kullback::scores::{RowScore, Scores};
    ///
    /// let row = |kl| RowScore { kl, ..RowScore::default() };
    /// let a = Scores::new(vec![row(0.1), row(5.2), row(0.3)]);
    /// let b = Scores::new(vec![row(0.2), row(5.3), row(0.4)]);
    /// let difference = a.paired(&b, |row| row.kl);
    /// assert!((difference.value + 0.1).abs() < 1e-15);
    /// assert!(difference.error.unwrap() < 1e-15);
    /// ```
    ///
    /// # Panics
    /// When `other` has another number of rows.
    pub fn paired(&self, other: &Self, value: impl Fn(&RowScore) -> f64) -> Mean {
        assert_eq!(self.rows.len(), other.rows.len(), "rows must be the same");
        let rows = self.rows.iter().zip(&other.rows);
        let differences: Vec<f64> = rows.map(|(a, b)| value(a) - value(b)).collect();
        Mean::of(&differences, self.chunks())
    }

    /// Quantiles of a value over the rows.
    pub fn quantiles(&self, value: impl Fn(&RowScore) -> f64) -> Quantiles {
        Quantiles::of(self.rows.iter().map(value).collect())
    }

    /// The share of rows in which both hold the same token most likely.
    pub fn same_top(&self) -> Mean {
        self.mean(|row| f64::from(u8::from(row.same_top)))
    }

    /// Perplexities, where the target of every row is known.
    pub fn perplexity(&self) -> Option<Perplexity> {
        Perplexity::of(self)
    }

    /// The rows with the largest KL(P‖Q), the largest first; of equal ones the first.
    pub fn worst(&self, count: usize) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.rows.len()).collect();
        order.sort_by(|&a, &b| self.rows[b].kl.total_cmp(&self.rows[a].kl));
        order.truncate(count);
        order
    }

    /// The rows by the base's confidence; buckets without a row are left out.
    pub fn by_confidence(&self) -> Vec<Bucket> {
        let last = CONFIDENCE.len() - 1;
        let buckets = CONFIDENCE.iter().enumerate().map(|(i, &from)| {
            let below = CONFIDENCE.get(i + 1).copied().unwrap_or(1.0);
            let holds = |row: &RowScore| row.top_p >= from && (row.top_p < below || i == last);
            Bucket {
                from,
                below,
                scores: self.filter(holds),
            }
        });
        buckets
            .filter(|bucket| !bucket.scores.rows.is_empty())
            .collect()
    }

    fn filter(&self, holds: impl Fn(&RowScore) -> bool) -> Self {
        let chunks = self.chunks.as_ref().map(|lengths| {
            let mut rest = self.rows.as_slice();
            let held = lengths.iter().map(|&length| {
                let (chunk, after) = rest.split_at(length);
                rest = after;
                chunk.iter().filter(|row| holds(row)).count()
            });
            held.filter(|&length| length > 0).collect()
        });
        let rows = self.rows.iter().filter(|row| holds(row)).copied();
        Self {
            rows: rows.collect(),
            chunks,
        }
    }
}
