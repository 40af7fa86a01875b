//! What is said of one column.

use kullback::compare::{Findings, Label, Outcome};
use kullback::entropy::{cross_entropy, entropy_p};
use kullback::summary::Column;
use serde::Serialize;

use crate::inference::InferenceReport;
use crate::label::label;
use crate::measured::Measured;
use crate::number::Number;
use crate::question::Question;
use crate::report::PerSide;

/// A column that was compared.
#[derive(Clone, Debug, Serialize)]
pub struct ColumnReport {
    /// Its name.
    pub name: String,
    /// What its values are: `number`, `text`, `time`, …
    pub kind: &'static str,
    /// Its type as each source names it.
    pub types: PerSide<String>,
    /// How many rows, nulls included: the n and m of every estimate.
    pub rows: PerSide<u64>,
    /// How many nulls.
    pub nulls: PerSide<u64>,
    /// A value for each of the report's measures, in their order.
    pub values: Vec<Value>,
    /// What the samples say of the distributions behind them.
    #[serde(flatten)]
    pub inference: InferenceReport,
    /// H(P), the entropy of P over the outcomes.
    pub entropy_p: Number,
    /// H(P,Q), the cross-entropy; KL(P‖Q) = H(P,Q) − H(P).
    pub cross_entropy: Number,
    /// How far the values moved on their line; none where they are no points on one, or were not asked.
    pub line: Option<LineReport>,
    /// The outcomes with their counts, null first, then in order; texts by frequency.
    pub outcomes: Vec<OutcomeReport>,
    /// What a reader of the values must know.
    pub caveats: Vec<CaveatReport>,
}

/// A value of a measure.
#[derive(Clone, Debug, Serialize)]
pub struct Value {
    /// The measure's name.
    pub measure: String,
    /// The plug-in value; none where the measure reads points on a line and the column has none, as
    /// the caveat `no_line` says.
    pub value: Option<Number>,
    /// The value with half as many bins, where it depends on bins that hold several values each.
    pub halved_bins: Option<Number>,
}

/// What the numbers or times themselves say, and not their bins.
#[derive(Clone, Debug, Serialize)]
pub struct LineReport {
    /// Kolmogorov–Smirnov: the largest difference of the two distribution functions, 0 to 1.
    pub ks: Number,
    /// Wasserstein of order 1: how far a value has moved on average, in the column's own unit; of
    /// times and durations microseconds.
    pub wasserstein: Number,
    /// What a reader of the two must know.
    pub caveats: Vec<CaveatReport>,
}

/// An outcome with its counts and its part in the first measure.
#[derive(Clone, Debug, Serialize)]
pub struct OutcomeReport {
    /// What it is: `null`, `value`, `interval`, `non_finite`, `text` or `bucket`.
    pub kind: &'static str,
    /// The outcome in words.
    pub label: String,
    /// The lowest value of an interval; times in microseconds since 1970, or since midnight.
    pub low: Option<Number>,
    /// The highest value of an interval.
    pub high: Option<Number>,
    /// How many rows have it.
    pub count: PerSide<u64>,
    /// What share of the rows has it.
    pub share: PerSide<Number>,
    /// Its part of the first measure, never negative; the parts add up to the value.
    pub contribution: Number,
    /// Its part of the estimate of KL(P‖Q), below 0 where it is more frequent in Q; the parts add
    /// up to the estimate.
    pub signed: Number,
    /// The same − p + q, as `contribution` is of the plug-in: how much it moves the estimate.
    pub estimated: Number,
}

/// A caveat.
#[derive(Clone, Debug, Serialize)]
pub struct CaveatReport {
    /// What it is, for programs.
    pub code: String,
    /// What it is, for people.
    pub text: String,
}

/// A column of both tables.
#[derive(Clone, Copy, Debug)]
pub struct ColumnInput<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its type in P and in Q.
    pub types: [&'a str; 2],
    /// Its summary in P.
    pub p: &'a Column,
    /// Its summary in Q.
    pub q: &'a Column,
}

impl ColumnReport {
    pub(crate) fn new(
        question: &Question,
        input: &ColumnInput<'_>,
        measured: &Measured<'_>,
        findings: &Findings,
        inference: InferenceReport,
    ) -> Self {
        let (unit, comparison) = (question.unit, &measured.comparison);
        let pair = comparison.pair();
        let values = question.measures.iter().map(|measure| Value {
            measure: measure.to_string(),
            value: measured.value(measure).map(Number),
            halved_bins: measured.halved(measure).map(Number),
        });
        let contributions = (question.measures.first()).map(|first| measured.contributions(first));
        let outcomes = comparison
            .outcomes()
            .iter()
            .zip(contributions.unwrap_or_default())
            .zip(findings.signed.iter().zip(&findings.contributions))
            .map(|((outcome, contribution), (signed, estimated))| {
                let of_kl = [signed.estimate, *estimated].map(|x| unit.from_nats(x));
                OutcomeReport::new(outcome, comparison.rows(), contribution, of_kl)
            });
        let side = |[p, q]: [u64; 2]| PerSide { p, q };
        Self {
            name: input.name.to_owned(),
            kind: comparison.kind().name(),
            types: PerSide {
                p: input.types[0].to_owned(),
                q: input.types[1].to_owned(),
            },
            rows: side(comparison.rows()),
            nulls: side(comparison.nulls()),
            values: values.collect(),
            inference,
            entropy_p: Number(unit.from_nats(entropy_p(pair))),
            cross_entropy: Number(unit.from_nats(cross_entropy(pair))),
            line: question.line.then(|| measured.line()).flatten(),
            outcomes: outcomes.collect(),
            caveats: measured.caveats(&question.asked()),
        }
    }

    /// What is shown of the i-th measure: the estimate where there is one, else the plug-in value.
    pub(crate) fn shown(&self, i: usize) -> Option<f64> {
        let value = &self.values[i];
        let estimate = self.inference.estimate(&value.measure);
        estimate
            .map(|one| one.estimate)
            .or(value.value)
            .map(|x| x.0)
    }
}

impl OutcomeReport {
    fn new(
        outcome: &Outcome,
        [n, m]: [u64; 2],
        contribution: f64,
        [signed, estimated]: [f64; 2],
    ) -> Self {
        let (kind, ends) = match &outcome.label {
            Label::Null => ("null", None),
            Label::NonFinite(_) => ("non_finite", None),
            Label::Interval { low, high, .. } if low < high => ("interval", Some((*low, *high))),
            Label::Interval { low, high, .. } => ("value", Some((*low, *high))),
            Label::Text(_) => ("text", None),
            Label::Bucket(_) => ("bucket", None),
        };
        Self {
            kind,
            label: label(&outcome.label),
            low: ends.map(|(low, _)| Number(low)),
            high: ends.map(|(_, high)| Number(high)),
            count: PerSide {
                p: outcome.p,
                q: outcome.q,
            },
            share: PerSide {
                p: Number(outcome.p as f64 / n as f64),
                q: Number(outcome.q as f64 / m as f64),
            },
            contribution: Number(contribution),
            signed: Number(signed),
            estimated: Number(estimated),
        }
    }
}
