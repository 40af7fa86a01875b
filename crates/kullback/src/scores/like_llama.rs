//! The statistics that llama.cpp prints, by its own formulas.
//!
//! They differ from those of [`Scores`](super::Scores) in what each row holds (f32, the tail of the
//! base below e⁻¹⁶ left out, the base not normalised) and in errors that take tokens as
//! independent. Source: llama.cpp, tools/perplexity/perplexity.cpp, commits 050fc7f3 and later.

use super::quantile;

/// One row as `llama-perplexity --kl-divergence` has it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LlamaRow {
    /// −ln q of the target.
    pub nll: f32,
    /// −ln p of the target, as stored.
    pub nll_base: f32,
    /// Σ p (ln p − ln q) over tokens with ln p above −16.
    pub kld: f64,
    /// q − p of the target.
    pub delta_p: f32,
    /// Whether both have the same largest entry.
    pub same_top: bool,
}

/// A value and its standard error.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// The value.
    pub value: f64,
    /// Its standard error; 0 where llama.cpp gives none.
    pub error: f64,
}

/// Everything that llama.cpp prints below the chunks.
#[derive(Clone, Debug, PartialEq)]
pub struct LlamaStatistics {
    /// Mean PPL(Q).
    pub ppl: Estimate,
    /// Mean PPL(base).
    pub ppl_base: Estimate,
    /// Cor(ln(PPL(Q)), ln(PPL(base))), from −1 to 1.
    pub correlation: f64,
    /// Mean ln(PPL(Q)/PPL(base)).
    pub ln_ratio: Estimate,
    /// Mean PPL(Q)/PPL(base).
    pub ratio: Estimate,
    /// Mean PPL(Q)-PPL(base).
    pub difference: Estimate,
    /// Mean KLD.
    pub kld: Estimate,
    /// The KLD of every row, ascending, as f32.
    pub klds: Vec<f64>,
    /// Mean Δp.
    pub delta_p: Estimate,
    /// RMS Δp.
    pub rms_delta_p: Estimate,
    /// Every Δp, ascending.
    pub delta_ps: Vec<f64>,
    /// Same top p.
    pub same_top: Estimate,
}

impl LlamaStatistics {
    /// The statistics of rows; `None` without rows.
    ///
    /// ```
    /// use kullback::scores::{LlamaRow, LlamaStatistics};
    ///
    /// let row = LlamaRow { nll: 1.0, nll_base: 0.5, kld: 0.25, delta_p: -0.125, same_top: true };
    /// let statistics = LlamaStatistics::of(&[row; 3]).unwrap();
    /// assert_eq!(statistics.kld.value, 0.25);
    /// assert_eq!(statistics.ppl.value, 1f64.exp());
    /// assert!(LlamaStatistics::of(&[]).is_none());
    /// ```
    pub fn of(rows: &[LlamaRow]) -> Option<Self> {
        if rows.is_empty() {
            return None;
        }
        let n = rows.len() as f64;
        let sum = |value: &dyn Fn(&LlamaRow) -> f64| rows.iter().map(value).sum::<f64>();
        // Squares are taken in f32 there, where what is squared is f32.
        let mean = |first: &dyn Fn(&LlamaRow) -> f64, square: &dyn Fn(&LlamaRow) -> f64| {
            mean_of_sums(sum(first), sum(square), n)
        };
        let nll = mean(&|r| r.nll.into(), &|r| (r.nll * r.nll).into());
        let base = mean(&|r| r.nll_base.into(), &|r| {
            (r.nll_base * r.nll_base).into()
        });
        let products = sum(&|r| (r.nll * r.nll_base).into());
        let covariance = if rows.len() < 10 {
            0.0
        } else {
            (products / n - nll.value * base.value) / (n - 1.0)
        };
        let ln_ratio = Estimate {
            value: nll.value - base.value,
            error: (nll.error.powi(2) + base.error.powi(2) - 2.0 * covariance).sqrt(),
        };
        let exp = |x: Estimate| Estimate {
            value: x.value.exp(),
            error: x.value.exp() * x.error,
        };
        let (ppl, ppl_base) = (exp(nll), exp(base));
        let square = |r: &LlamaRow| f64::from(r.delta_p * r.delta_p);
        let squares = mean(&square, &|r| square(r).powi(2));
        let same = sum(&|r| f64::from(u8::from(r.same_top))) / n;
        Some(Self {
            ppl,
            ppl_base,
            correlation: covariance / (nll.error * base.error),
            ln_ratio,
            ratio: exp(ln_ratio),
            difference: Estimate {
                value: ppl.value - ppl_base.value,
                error: (ppl.error.powi(2) + ppl_base.error.powi(2)
                    - 2.0 * ppl.value * ppl_base.value * covariance)
                    .sqrt(),
            },
            kld: mean(&|r| r.kld, &|r| r.kld.powi(2)),
            klds: ascending(rows, |r| r.kld as f32),
            delta_p: mean(&|r| r.delta_p.into(), &square),
            rms_delta_p: Estimate {
                value: squares.value.sqrt(),
                error: 0.5 / squares.value.sqrt() * squares.error,
            },
            delta_ps: ascending(rows, |r| r.delta_p),
            same_top: Estimate {
                value: same,
                error: (same * (1.0 - same) / (n - 1.0)).sqrt(),
            },
        })
    }

    /// The quantile of KLD at a fraction from 0 to 1.
    pub fn kld_at(&self, fraction: f64) -> f64 {
        quantile(&self.klds, fraction)
    }

    /// The quantile of Δp at a fraction from 0 to 1.
    pub fn delta_p_at(&self, fraction: f64) -> f64 {
        quantile(&self.delta_ps, fraction)
    }
}

fn ascending(rows: &[LlamaRow], value: impl Fn(&LlamaRow) -> f32) -> Vec<f64> {
    let mut values: Vec<f64> = rows.iter().map(|row| f64::from(value(row))).collect();
    values.sort_by(f64::total_cmp);
    values
}

/// A mean and its error from sums; no error with ten rows or fewer, or without variance.
fn mean_of_sums(sum: f64, squares: f64, n: f64) -> Estimate {
    let value = sum / n;
    let variance = squares / n - value * value;
    let error = if variance > 0.0 && n > 10.0 {
        (variance / (n - 1.0)).sqrt()
    } else {
        0.0
    };
    Estimate { value, error }
}
