//! The report: everything that is printed, as one serialisable value.

use std::cmp::Ordering;

use kullback::compare::{Label, NotScored, Outcome};
use kullback::entropy::{cross_entropy, entropy_p};
use kullback::summary::Column;
use kullback::{AnyMeasure, Measure, Unit};
use serde::Serialize;

use crate::joint::JointReport;
use crate::label::label;
use crate::measured::Measured;
use crate::number::{Number, divergence};

/// What is asked of the tables.
#[derive(Clone, Debug)]
pub struct Question {
    /// The measures, the first of which the columns are sorted and their outcomes explained by.
    pub measures: Vec<AnyMeasure>,
    /// The unit of information.
    pub unit: Unit,
    /// The order of the columns.
    pub sort: Sort,
    /// Values that no column may exceed.
    pub thresholds: Vec<Threshold>,
}

impl Default for Question {
    fn default() -> Self {
        Self {
            measures: vec![Measure::KL.into(), Measure::JS.into()],
            unit: Unit::Nats,
            sort: Sort::Measure(Measure::KL.into()),
            thresholds: Vec::new(),
        }
    }
}

impl Question {
    /// Every measure that the answer depends on.
    fn asked(&self) -> Vec<AnyMeasure> {
        let mut asked = self.measures.clone();
        if let Sort::Measure(measure) = self.sort {
            asked.push(measure);
        }
        asked.extend(self.thresholds.iter().map(|threshold| threshold.measure));
        asked
    }
}

/// The order of the columns in a report.
#[derive(Clone, Debug, PartialEq)]
pub enum Sort {
    /// The largest value of a measure first.
    Measure(AnyMeasure),
    /// By name.
    Name,
    /// As they stand in P.
    Table,
}

/// A value of a measure, in the question's unit, that no column may exceed.
#[derive(Clone, Debug, PartialEq)]
pub struct Threshold {
    /// The measure.
    pub measure: AnyMeasure,
    /// The largest value that passes.
    pub limit: f64,
}

/// Something that P and Q each have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct PerSide<T> {
    /// Of P.
    pub p: T,
    /// Of Q.
    pub q: T,
}

/// A comparison of two tables.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// The version of this layout; a field that changes its meaning raises it.
    pub schema: u32,
    /// The version of kullback that wrote it.
    pub kullback: &'static str,
    /// The unit of every value that is an amount of information: `nats`, `bits` or `bans`.
    pub unit: String,
    /// What the values of each column measure.
    pub measures: Vec<MeasureReport>,
    /// The reference: what is true or trusted.
    pub p: SideReport,
    /// What stands in for it.
    pub q: SideReport,
    /// The columns that were compared.
    pub columns: Vec<ColumnReport>,
    /// The columns that were not, with the reason.
    pub not_compared: Vec<NotCompared>,
    /// What holds for the tables as a whole.
    pub whole: Whole,
    /// The limits given, and the columns that exceed them.
    pub thresholds: Vec<ThresholdReport>,
    /// What pairs of columns say beyond each by itself, where that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub joint: Option<JointReport>,
}

/// A measure, as the registry has it.
#[derive(Clone, Debug, Serialize)]
pub struct MeasureReport {
    /// Its name on the command line, with its parameter.
    pub name: String,
    /// Its name in words.
    pub title: &'static str,
    /// How it is written.
    pub symbol: &'static str,
    /// Its formula.
    pub formula: &'static str,
    /// The unit of its values; none for measures that are no amount of information.
    pub unit: Option<String>,
}

/// A table: where it came from and what was noticed.
#[derive(Clone, Debug, Default, Serialize)]
pub struct SideReport {
    /// What the user named.
    pub name: String,
    /// The files read, each with its format.
    pub files: Vec<(String, String)>,
    /// How many rows.
    pub rows: u64,
    /// What must be said about it.
    pub notes: Vec<String>,
}

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
    /// H(P), the entropy of P over the outcomes.
    pub entropy_p: Number,
    /// H(P,Q), the cross-entropy; KL(P‖Q) = H(P,Q) − H(P).
    pub cross_entropy: Number,
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
}

/// A caveat.
#[derive(Clone, Debug, Serialize)]
pub struct CaveatReport {
    /// What it is, for programs.
    pub code: String,
    /// What it is, for people.
    pub text: String,
}

/// A column that was not compared.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct NotCompared {
    /// Its name.
    pub column: String,
    /// Which table has it: `P`, `Q` or `both`.
    pub table: &'static str,
    /// Why it was not compared.
    pub reason: String,
}

/// What holds for the tables as a whole.
#[derive(Clone, Debug, Serialize)]
pub struct Whole {
    /// How many columns were compared.
    pub columns: usize,
    /// For each measure that merging outcomes never raises: the largest column's value, which
    /// the divergence of whole rows cannot be below.
    pub at_least: Vec<AtLeast>,
}

/// A lower bound for the divergence of whole rows, by the data-processing inequality.
#[derive(Clone, Debug, Serialize)]
pub struct AtLeast {
    /// The measure's name.
    pub measure: String,
    /// The bound.
    pub value: Number,
    /// The column that gives it.
    pub column: String,
}

/// A limit, and the columns that exceed it.
#[derive(Clone, Debug, Serialize)]
pub struct ThresholdReport {
    /// The measure's name.
    pub measure: String,
    /// The largest value that passes.
    pub limit: Number,
    /// The columns whose value is larger.
    pub exceeded_by: Vec<String>,
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

impl Report {
    /// Compares each column and gathers the report.
    pub fn new(
        question: &Question,
        [p, q]: [SideReport; 2],
        inputs: &[ColumnInput<'_>],
        mut not_compared: Vec<NotCompared>,
    ) -> Self {
        let mut columns = Vec::with_capacity(inputs.len());
        let mut exceeded: Vec<Vec<String>> = vec![Vec::new(); question.thresholds.len()];
        let mut sort_values = Vec::with_capacity(inputs.len());
        for input in inputs {
            let measured = match Measured::new(input.p, input.q, question.unit) {
                Ok(measured) => measured,
                Err(reason) => {
                    not_compared.push(not_scored(input.name, reason));
                    continue;
                }
            };
            for (threshold, exceeded) in question.thresholds.iter().zip(&mut exceeded) {
                let value = measured.value(&threshold.measure);
                if value.is_some_and(|value| value > threshold.limit) {
                    exceeded.push(input.name.to_owned());
                }
            }
            let column = ColumnReport::new(question, input, &measured);
            // Ties, as between columns whose KL is ∞, go by the measures asked for, in order. Columns
            // without a value come last.
            let by = match question.sort {
                Sort::Measure(measure) => measured.value(&measure),
                Sort::Name | Sort::Table => None,
            };
            let ties = column.values.iter().map(|value| value.value.map(|x| x.0));
            sort_values.push(std::iter::once(by).chain(ties).collect::<Vec<_>>());
            columns.push(column);
        }
        let mut columns: Vec<_> = sort_values.into_iter().zip(columns).collect();
        match question.sort {
            // Stable: columns of equal values stay in the table's order.
            Sort::Measure(_) => {
                columns.sort_by(|(a, _), (b, _)| b.partial_cmp(a).unwrap_or(Ordering::Equal))
            }
            Sort::Name => columns.sort_by(|(_, a), (_, b)| a.name.cmp(&b.name)),
            Sort::Table => {}
        }
        let columns: Vec<_> = columns.into_iter().map(|(_, column)| column).collect();
        let thresholds =
            question
                .thresholds
                .iter()
                .zip(exceeded)
                .map(|(threshold, exceeded_by)| ThresholdReport {
                    measure: threshold.measure.to_string(),
                    limit: Number(threshold.limit),
                    exceeded_by,
                });
        Self {
            schema: 1,
            kullback: env!("CARGO_PKG_VERSION"),
            unit: question.unit.to_string(),
            measures: question
                .measures
                .iter()
                .map(|measure| MeasureReport::new(measure, question.unit))
                .collect(),
            p,
            q,
            whole: Whole {
                columns: columns.len(),
                at_least: at_least(&question.measures, &columns),
            },
            thresholds: thresholds.collect(),
            columns,
            not_compared,
            joint: None,
        }
    }

    /// Whether a column exceeds a limit.
    pub fn exceeded(&self) -> bool {
        self.thresholds
            .iter()
            .any(|threshold| !threshold.exceeded_by.is_empty())
    }
}

fn not_scored(column: &str, reason: NotScored) -> NotCompared {
    let reason = match reason {
        NotScored::NoRows => "a side has no rows",
        NotScored::Identifier => {
            "an identifier: no text occurs twice on either side, so there is no distribution to compare"
        }
    };
    NotCompared {
        column: column.to_owned(),
        table: "both",
        reason: reason.to_owned(),
    }
}

/// Rows are outcomes and no points on a line, so that the bounds are of measures of pairs.
fn at_least(measures: &[AnyMeasure], columns: &[ColumnReport]) -> Vec<AtLeast> {
    let of_pairs = |measure: &AnyMeasure| matches!(measure, AnyMeasure::OnPairs(_));
    let bounded = (measures.iter().enumerate())
        .filter(|(_, measure)| of_pairs(measure) && measure.info().laws.merging_never_raises);
    bounded
        .filter_map(|(i, measure)| {
            let values = columns.iter().rev().filter_map(|column| {
                let value = column.values[i].value?;
                Some((value, column))
            });
            let (value, column) = values.max_by(|(a, _), (b, _)| a.0.total_cmp(&b.0))?;
            Some(AtLeast {
                measure: measure.to_string(),
                value,
                column: column.name.clone(),
            })
        })
        .collect()
}

impl MeasureReport {
    pub(crate) fn new(measure: &AnyMeasure, unit: Unit) -> Self {
        let info = measure.info();
        Self {
            name: measure.to_string(),
            title: info.title,
            symbol: info.symbol,
            formula: info.formula,
            unit: info.in_nats.then(|| unit.to_string()),
        }
    }
}

impl ColumnReport {
    fn new(question: &Question, input: &ColumnInput<'_>, measured: &Measured<'_>) -> Self {
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
            .map(|(outcome, contribution)| {
                OutcomeReport::new(outcome, comparison.rows(), contribution)
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
            entropy_p: Number(unit.from_nats(entropy_p(pair))),
            cross_entropy: Number(unit.from_nats(cross_entropy(pair))),
            outcomes: outcomes.collect(),
            caveats: measured.caveats(&question.asked()),
        }
    }
}

/// The value as people read it; a dash where there is none.
pub(crate) fn value_or_dash(value: &Value) -> String {
    value.value.map_or("–".to_owned(), |x| divergence(x.0))
}

impl OutcomeReport {
    fn new(outcome: &Outcome, [n, m]: [u64; 2], contribution: f64) -> Self {
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
        }
    }
}
