//! Scores of rows → the report of them.

use kullback::Unit;
use kullback::scores::{Account, Bucket, ListScore, Mean, Perplexity, Quantiles, RowScore, Scores};

use super::{
    BoundsReport, BucketReport, CandidateReport, CutReport, Found, LogitsReport, MeanReport,
    PairedReport, PerplexityReport, QuantileReport, RowsReport, ScoresReport, SpreadReport,
    WorstReport, caveats,
};
use crate::number::Number;
use crate::report::PerSide;

impl LogitsReport {
    /// The report of one candidate, or of two. `worst` rows are listed of each.
    pub fn new(
        base: RowsReport,
        candidates: Vec<(RowsReport, Found<'_>)>,
        worst: usize,
        unit: Unit,
    ) -> Self {
        let paired = match candidates.as_slice() {
            [
                (_, Found::Full { scores: a, .. }),
                (_, Found::Full { scores: b, .. }),
            ] if a.rows().len() == b.rows().len() => Some(paired(a, b, unit)),
            _ => None,
        };
        let letters: &[&str] = if candidates.len() == 1 {
            &["Q"]
        } else {
            &["A", "B"]
        };
        let reports = letters.iter().zip(candidates);
        let report = |(letter, (file, found)): (&&'static str, _)| {
            CandidateReport::new(letter, file, found, worst, unit)
        };
        Self {
            schema: 1,
            kullback: env!("CARGO_PKG_VERSION"),
            unit: unit.to_string(),
            base,
            candidates: reports.map(report).collect(),
            paired,
        }
    }
}

impl CandidateReport {
    fn new(
        letter: &'static str,
        file: RowsReport,
        found: Found<'_>,
        worst: usize,
        unit: Unit,
    ) -> Self {
        let listed;
        let (scores, tokens, report) = match found {
            Found::Full {
                scores,
                accounts,
                vocabulary,
                precision,
                tokens,
            } => {
                let report =
                    ScoresReport::new(scores, accounts, (vocabulary, precision), worst, unit);
                (scores, tokens, Ok(report))
            }
            Found::Lists {
                scores,
                chunks,
                tokens,
            } => {
                listed = Scores::new(scores.iter().map(known).collect()).in_chunks(chunks);
                (
                    &listed,
                    tokens,
                    Err(BoundsReport::new(scores, chunks, unit)),
                )
            }
        };
        let caveats = match found {
            Found::Full { accounts, .. } => caveats::of_full(letter, scores, accounts),
            Found::Lists { scores, .. } => caveats::of_lists(scores),
        };
        Self {
            letter,
            file,
            compared: scores.rows().len(),
            chunks: scores.chunks().map(<[usize]>::len),
            tokens: tokens.map(|hash| format!("{hash:016x}")),
            same_top: MeanReport::new(scores.same_top(), 1.0),
            perplexity: scores
                .perplexity()
                .map(|found| PerplexityReport::new(scores, &found)),
            caveats,
            bounds: report.as_ref().err().cloned(),
            scores: report.ok(),
        }
    }
}

/// What a list says of its row that needs no bound.
fn known(list: &ListScore) -> RowScore {
    RowScore {
        same_top: list.same_top,
        target: list.target,
        ..RowScore::default()
    }
}

impl MeanReport {
    /// A mean whose values are to be multiplied by `scale`.
    fn new(mean: Mean, scale: f64) -> Self {
        let number = |x: f64| Number(x * scale);
        let interval = mean.interval();
        Self {
            mean: number(mean.value),
            error: mean.error.map(number),
            clustered_error: mean.clustered_error.map(number),
            low: interval.map(|[low, _]| number(low)),
            high: interval.map(|[_, high]| number(high)),
        }
    }
}

impl SpreadReport {
    fn new(mean: Mean, quantiles: &Quantiles, scale: f64) -> Self {
        let quantile = |&(fraction, value): &(f64, f64)| QuantileReport {
            fraction,
            value: Number(value * scale),
        };
        Self {
            mean: MeanReport::new(mean, scale),
            quantiles: quantiles.at.iter().map(quantile).collect(),
        }
    }

    /// The quantile at a fraction that is there.
    pub(crate) fn at(&self, fraction: f64) -> f64 {
        let near = |quantile: &&QuantileReport| (quantile.fraction - fraction).abs() < 1e-12;
        let found = self.quantiles.iter().find(near);
        found.map_or(f64::NAN, |quantile| quantile.value.0)
    }
}

impl ScoresReport {
    fn new(
        scores: &Scores,
        accounts: &[Account; 2],
        (vocabulary, precision): (u64, &'static str),
        worst: usize,
        unit: Unit,
    ) -> Self {
        let scale = unit.from_nats(1.0);
        let spread = |value: fn(&RowScore) -> f64, scale| {
            SpreadReport::new(scores.mean(value), &scores.quantiles(value), scale)
        };
        let mean = |value: fn(&RowScore) -> f64| MeanReport::new(scores.mean(value), scale);
        let bucket = |Bucket {
                          from,
                          below,
                          scores,
                      }: Bucket| BucketReport {
            from,
            below,
            rows: scores.rows().len(),
            kl: MeanReport::new(scores.mean(|row| row.kl), scale),
            same_top: MeanReport::new(scores.same_top(), 1.0),
        };
        let cut = |account: &Account| {
            account.cut().map(|(nats, cut)| CutReport {
                nats,
                rows: cut.rows,
                tokens: cut.tokens,
                mass: Number(cut.mass),
            })
        };
        let [p, q] = accounts;
        Self {
            vocabulary,
            precision,
            kl: spread(|row| row.kl, scale),
            reverse_kl: spread(|row| row.reverse_kl, scale),
            js: spread(|row| row.js, scale),
            tv: spread(|row| row.tv, 1.0),
            entropy: PerSide {
                p: mean(|row| row.entropy_p),
                q: mean(|row| row.entropy_q),
            },
            cross_entropy: mean(|row| row.cross_entropy),
            by_confidence: scores.by_confidence().into_iter().map(bucket).collect(),
            worst: scores
                .worst(worst)
                .into_iter()
                .map(|row| WorstReport::new(scores, row, scale))
                .collect(),
            mass: PerSide {
                p: p.mass.map(Number),
                q: q.mass.map(Number),
            },
            cut: PerSide {
                p: cut(p),
                q: cut(q),
            },
        }
    }
}

impl WorstReport {
    fn new(scores: &Scores, row: usize, scale: f64) -> Self {
        let score = &scores.rows()[row];
        Self {
            row,
            chunk: scores.chunk_of(row),
            kl: Number(score.kl * scale),
            top_p: Number(score.top_p),
            same_top: score.same_top,
            token: score.target.map(|target| target.token),
            probability: score.target.map(|target| PerSide {
                p: Number(target.ln_p.exp()),
                q: Number(target.ln_q.exp()),
            }),
        }
    }
}

impl PerplexityReport {
    fn new(scores: &Scores, found: &Perplexity) -> Self {
        let delta = |row: &RowScore| row.target.map_or(f64::NAN, |target| target.delta_p());
        Self {
            perplexity: PerSide {
                p: Number(found.base()),
                q: Number(found.candidate()),
            },
            ratio: Number(found.ratio()),
            ln_ratio: MeanReport::new(found.ln_ratio, 1.0),
            correlation: Number(found.correlation),
            delta_p: SpreadReport::new(found.delta_p, &scores.quantiles(delta), 1.0),
            rms_delta_p: Number(found.rms_delta_p),
        }
    }
}

impl BoundsReport {
    fn new(scores: &[ListScore], chunks: &[usize], unit: Unit) -> Self {
        let scale = unit.from_nats(1.0);
        let mean = |value: fn(&ListScore) -> f64, scale| {
            let values: Vec<f64> = scores.iter().map(value).collect();
            MeanReport::new(Mean::of(&values, Some(chunks)), scale)
        };
        Self {
            kl: mean(|row| row.kl, scale),
            reverse_kl: mean(|row| row.reverse_kl, scale),
            js: [mean(|row| row.js[0], scale), mean(|row| row.js[1], scale)],
            tv: [mean(|row| row.tv[0], 1.0), mean(|row| row.tv[1], 1.0)],
            leftover: PerSide {
                p: mean(|row| row.leftover[0], 1.0),
                q: mean(|row| row.leftover[1], 1.0),
            },
            shared: mean(|row| row.shared as f64, 1.0),
        }
    }
}

fn paired(a: &Scores, b: &Scores, unit: Unit) -> PairedReport {
    let closer: Vec<f64> = a
        .rows()
        .iter()
        .zip(b.rows())
        .map(|(a, b)| f64::from(u8::from(a.kl < b.kl)))
        .collect();
    let both_known = a.perplexity().is_some() && b.perplexity().is_some();
    let nll = |row: &RowScore| row.target.map_or(f64::NAN, |target| -target.ln_q);
    PairedReport {
        kl: MeanReport::new(a.paired(b, |row| row.kl), unit.from_nats(1.0)),
        first_closer: MeanReport::new(Mean::of(&closer, a.chunks()), 1.0),
        ln_perplexity_ratio: both_known.then(|| MeanReport::new(a.paired(b, nll), 1.0)),
    }
}
