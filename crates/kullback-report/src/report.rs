//! The report: everything that is printed, as one serialisable value.

use std::cmp::Ordering;

use kullback::compare::{Findings, NotScored};
use kullback::{AnyMeasure, Unit};
use serde::Serialize;

use crate::column::{ColumnInput, ColumnReport};
use crate::inference::{DRIFTED, DecisionReport, InferenceReport, STABLE, UNDECIDED};
use crate::joint::JointReport;
use crate::measured::Measured;
use crate::number::Number;
use crate::question::{Question, Sort};

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
    /// What the verdicts rest on.
    pub decision: DecisionReport,
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
    /// How many of them drifted.
    pub drifted: usize,
    /// How many are stable.
    pub stable: usize,
    /// Of how many nothing can be said, for lack of rows.
    pub undecided: usize,
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

impl Report {
    /// Compares each column and gathers the report.
    pub fn new(
        question: &Question,
        [p, q]: [SideReport; 2],
        inputs: &[ColumnInput<'_>],
        mut not_compared: Vec<NotCompared>,
    ) -> Self {
        let mut scored = Vec::with_capacity(inputs.len());
        for input in inputs {
            match Measured::new(input.p, input.q, question.unit) {
                Ok(measured) => {
                    let findings = measured.findings(question.decision.level);
                    scored.push((input, measured, findings));
                }
                Err(reason) => not_compared.push(not_scored(input.name, reason)),
            }
        }
        let findings: Vec<&Findings> = scored.iter().map(|(.., findings)| findings).collect();
        let inferences = InferenceReport::of_all(&findings, question.decision, question.unit);

        let mut columns = Vec::with_capacity(scored.len());
        let mut exceeded: Vec<Vec<String>> = vec![Vec::new(); question.thresholds.len()];
        let mut sort_values = Vec::with_capacity(scored.len());
        for ((input, measured, findings), inference) in scored.iter().zip(inferences) {
            // The estimate where there is one, else the plug-in value.
            let shown = |measure: &AnyMeasure| {
                let estimate = inference.estimate(&measure.to_string());
                estimate
                    .map(|one| one.estimate.0)
                    .or_else(|| measured.value(measure))
            };
            for (threshold, exceeded) in question.thresholds.iter().zip(&mut exceeded) {
                if shown(&threshold.measure).is_some_and(|value| value > threshold.limit) {
                    exceeded.push(input.name.to_owned());
                }
            }
            // Ties go by the measures asked for, in order. Columns without a value come last.
            let by = match question.sort {
                Sort::Measure(measure) => shown(&measure),
                Sort::Name | Sort::Table => None,
            };
            let ties = question.measures.iter().map(shown);
            sort_values.push(std::iter::once(by).chain(ties).collect::<Vec<_>>());
            columns.push(ColumnReport::new(
                question,
                input,
                measured,
                findings,
                inference.clone(),
            ));
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
        let count = |verdict| {
            let said = columns.iter().map(|column| column.inference.verdict);
            said.filter(|&said| said == verdict).count()
        };
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
            decision: DecisionReport::new(question.decision, question.unit),
            whole: Whole {
                columns: columns.len(),
                drifted: count(DRIFTED),
                stable: count(STABLE),
                undecided: count(UNDECIDED),
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
        NotScored::TooManyRows => "P and Q have more rows together than can be counted",
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
                let value = column.shown(i).filter(|&value| value > 0.0)?;
                Some((value, column))
            });
            let (value, column) = values.max_by(|(a, _), (b, _)| a.total_cmp(b))?;
            Some(AtLeast {
                measure: measure.to_string(),
                value: Number(value),
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
