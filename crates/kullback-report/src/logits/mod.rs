//! Two models' predictions, token by token.

mod build;
mod caveats;
mod llama;
mod terminal;

pub use llama::llama;
pub use terminal::logits;

use kullback::scores::{Account, ListScore, Scores};
use serde::Serialize;

use crate::column::CaveatReport;
use crate::number::Number;
use crate::report::PerSide;

/// A file of rows: what it is called and what is in it.
#[derive(Clone, Debug, Serialize)]
pub struct RowsReport {
    /// What the user named.
    pub name: String,
    /// Its format: `kld`, `npy`, `npz`, `safetensors`, `jsonl`; `array` in memory.
    pub format: &'static str,
    /// What an element is, as the file has it.
    pub elements: String,
    /// What the rows are: `logits`, `log-probabilities`, `probabilities`.
    pub rows: String,
    /// How many tokens a row covers; none for lists of the largest.
    pub vocabulary: Option<u64>,
}

/// What was found of a candidate.
#[derive(Clone, Copy, Debug)]
pub enum Found<'a> {
    /// Every token of every row.
    Full {
        /// The scores of the rows.
        scores: &'a Scores,
        /// What the rows of both sides leave open.
        accounts: &'a [Account; 2],
        /// How many tokens of each row were compared.
        vocabulary: u64,
        /// The arithmetic that rows were computed in: `single` or `double`.
        precision: &'static str,
        /// The hash of the tokens that came, where they are known.
        tokens: Option<u64>,
    },
    /// Lists of the most likely tokens.
    Lists {
        /// The bounds for the rows.
        scores: &'a [ListScore],
        /// The lengths of the chunks.
        chunks: &'a [usize],
        /// The hash of the tokens that came, where they are known.
        tokens: Option<u64>,
    },
}

/// One or two candidates against a base.
#[derive(Clone, Debug, Serialize)]
pub struct LogitsReport {
    /// The version of this layout.
    pub schema: u32,
    /// The version of kullback that wrote it.
    pub kullback: &'static str,
    /// The unit of every value that is an amount of information.
    pub unit: String,
    /// P.
    pub base: RowsReport,
    /// What was compared with it.
    pub candidates: Vec<CandidateReport>,
    /// The first candidate against the second, where there are two with full rows.
    pub paired: Option<PairedReport>,
}

/// A candidate.
#[derive(Clone, Debug, Serialize)]
pub struct CandidateReport {
    /// What it is called here: `Q`; of two, `A` and `B`.
    pub letter: &'static str,
    /// Its file.
    #[serde(flatten)]
    pub file: RowsReport,
    /// How many rows were compared.
    pub compared: usize,
    /// How many chunks they came in, where that is known.
    pub chunks: Option<usize>,
    /// The hash of the tokens that came, in hexadecimal, where they are known.
    pub tokens: Option<String>,
    /// Of full rows: their divergences.
    pub scores: Option<ScoresReport>,
    /// Of lists of the largest: bounds.
    pub bounds: Option<BoundsReport>,
    /// Rows with the same token most likely.
    pub same_top: MeanReport,
    /// How well both predict the text, where its tokens are known.
    pub perplexity: Option<PerplexityReport>,
    /// What must be said about it.
    pub caveats: Vec<CaveatReport>,
}

/// A mean over rows with its standard errors and its 95 % interval.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct MeanReport {
    /// The mean.
    pub mean: Number,
    /// The standard error, as if rows were independent.
    pub error: Option<Number>,
    /// The standard error from chunks, where they are known.
    pub clustered_error: Option<Number>,
    /// The interval by Student's t, from chunks where they are known.
    pub low: Option<Number>,
    /// Its upper end.
    pub high: Option<Number>,
}

/// A value over the rows: its mean and its quantiles.
#[derive(Clone, Debug, Serialize)]
pub struct SpreadReport {
    /// Mean, errors and interval.
    #[serde(flatten)]
    pub mean: MeanReport,
    /// Quantiles, from the minimum to the maximum.
    pub quantiles: Vec<QuantileReport>,
}

/// A quantile.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct QuantileReport {
    /// From 0, the minimum, to 1, the maximum.
    pub fraction: f64,
    /// The value there.
    pub value: Number,
}

/// What full rows yield.
#[derive(Clone, Debug, Serialize)]
pub struct ScoresReport {
    /// How many tokens of each row were compared.
    pub vocabulary: u64,
    /// The arithmetic that rows were computed in: `single`, to 10⁻⁶, or `double`, to 10⁻¹².
    pub precision: &'static str,
    /// KL(P‖Q).
    pub kl: SpreadReport,
    /// KL(Q‖P).
    pub reverse_kl: SpreadReport,
    /// The Jensen–Shannon divergence.
    pub js: SpreadReport,
    /// The total variation distance.
    pub tv: SpreadReport,
    /// H(P) and H(Q).
    pub entropy: PerSide<MeanReport>,
    /// H(P,Q).
    pub cross_entropy: MeanReport,
    /// Rows by the base's confidence.
    pub by_confidence: Vec<BucketReport>,
    /// The rows with the largest KL(P‖Q).
    pub worst: Vec<WorstReport>,
    /// The smallest and the largest sum of a row's probabilities as stored.
    pub mass: PerSide<[Number; 2]>,
    /// Rows whose log-probabilities were cut.
    pub cut: PerSide<Option<CutReport>>,
}

/// Rows that were cut below their largest log-probability.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct CutReport {
    /// How many nats below the largest.
    pub nats: f64,
    /// How many rows.
    pub rows: u64,
    /// How many of their tokens are at the cut.
    pub tokens: u64,
    /// The most that the probabilities of the tokens at the cut sum to in a row.
    pub mass: Number,
}

/// Rows in which the base is about as sure of itself.
#[derive(Clone, Debug, Serialize)]
pub struct BucketReport {
    /// The base's largest probability is at least this,
    pub from: f64,
    /// and below this.
    pub below: f64,
    /// How many rows.
    pub rows: usize,
    /// Their mean KL(P‖Q).
    pub kl: MeanReport,
    /// How many of them have the same token most likely.
    pub same_top: MeanReport,
}

/// A row with a large KL(P‖Q).
#[derive(Clone, Copy, Debug, Serialize)]
pub struct WorstReport {
    /// Its number, from 0.
    pub row: usize,
    /// The number of its chunk, where chunks are known.
    pub chunk: Option<usize>,
    /// KL(P‖Q).
    pub kl: Number,
    /// The base's largest probability.
    pub top_p: Number,
    /// Whether the same token is most likely.
    pub same_top: bool,
    /// The id of the token that came.
    pub token: Option<u32>,
    /// What P and Q gave it.
    pub probability: Option<PerSide<Number>>,
}

/// How well both sides predict the text.
#[derive(Clone, Debug, Serialize)]
pub struct PerplexityReport {
    /// The perplexities.
    pub perplexity: PerSide<Number>,
    /// Q's over P's.
    pub ratio: Number,
    /// ln of that ratio, in nats whatever the unit, with the error of the paired difference.
    pub ln_ratio: MeanReport,
    /// The correlation of ln p and ln q.
    pub correlation: Number,
    /// Δp = q − p of the token that came.
    pub delta_p: SpreadReport,
    /// √ of the mean of Δp².
    pub rms_delta_p: Number,
}

/// What lists of the most likely tokens say for certain.
#[derive(Clone, Debug, Serialize)]
pub struct BoundsReport {
    /// KL(P‖Q) is at least this.
    pub kl: MeanReport,
    /// KL(Q‖P) is at least this.
    pub reverse_kl: MeanReport,
    /// The Jensen–Shannon divergence lies between these.
    pub js: [MeanReport; 2],
    /// The total variation distance lies between these.
    pub tv: [MeanReport; 2],
    /// The mass of the tokens that not both list.
    pub leftover: PerSide<MeanReport>,
    /// How many tokens both list.
    pub shared: MeanReport,
}

/// Two candidates on the same rows.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct PairedReport {
    /// KL(P‖A) − KL(P‖B): below 0 where A is closer to the base.
    pub kl: MeanReport,
    /// The share of the rows in which A is closer.
    pub first_closer: MeanReport,
    /// ln of A's perplexity over B's, in nats whatever the unit.
    pub ln_perplexity_ratio: Option<MeanReport>,
}
