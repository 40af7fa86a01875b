//! What pairs of columns say beyond each column by itself, as one serialisable value.

use std::cmp::Ordering;
use std::sync::Arc;

use kullback::Unit;
use kullback::compare::{Factor, Label, Level};
use kullback::joint::{
    ConditionalDrift, ConditionalTest, Dependence, Estimate, JointDrift, PRIOR_ROWS, PairDrift,
    Test, TooSparse,
};
use serde::Serialize;

use crate::label::label;
use crate::number::Number;
use crate::report::{NotCompared, PerSide};

/// The rate of false discoveries at which a dependence is said to have changed.
pub(crate) const FALSE_DISCOVERIES: f64 = 0.05;

/// What was counted of pairs of columns.
#[derive(Clone, Copy, Debug)]
pub struct JointInput<'a> {
    /// The columns with their levels.
    pub columns: &'a [(String, Arc<Factor>)],
    /// Columns that are in no pair, with the reason.
    pub left_out: &'a [NotCompared],
    /// Every pair.
    pub drift: &'a JointDrift,
    /// Every column given one, with that one's number.
    pub given: Option<(usize, &'a [ConditionalDrift])>,
    /// The unit of information.
    pub unit: Unit,
}

/// How far tables are apart in pairs of columns and along a tree of them.
#[derive(Clone, Debug, Serialize)]
pub struct JointReport {
    /// How many rows the prior weighs, by which a combination that one side lacks is rare and not
    /// impossible.
    pub prior_rows: Number,
    /// The rate of false discoveries at which a dependence is said to have changed.
    pub false_discovery_rate: Number,
    /// The columns, as they are in the pairs.
    pub columns: Vec<LevelsReport>,
    /// The columns that are in no pair.
    pub left_out: Vec<NotCompared>,
    /// Every pair: those whose dependence changed first, then by how much it differs; those that
    /// are too sparse to tell come last.
    pub pairs: Vec<PairReport>,
    /// The pair or column that is farthest apart: whole rows are at least as far, by the
    /// data-processing inequality.
    pub at_least: AtLeastReport,
    /// The whole table along a tree.
    pub tree: TreeReport,
    /// Every column given one of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub given: Option<GivenReport>,
}

/// A divergence read from two samples.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct JointEstimate {
    /// The estimate, less its expectation where nothing has changed; near 0 as often below it.
    pub value: Number,
    /// The divergence of the smoothed shares as they are.
    pub plug_in: Number,
    /// How many shares were free to differ.
    pub degrees: isize,
}

/// A column as it is in the pairs.
#[derive(Clone, Debug, Serialize)]
pub struct LevelsReport {
    /// Its name.
    pub name: String,
    /// What its levels are, in words.
    pub levels: Vec<String>,
    /// D(P‖Q) of the levels.
    pub divergence: JointEstimate,
}

/// A pair of columns.
#[derive(Clone, Debug, Serialize)]
pub struct PairReport {
    /// Their names.
    pub columns: [String; 2],
    /// D(P‖Q) of the pair, of all levels.
    pub divergence: JointEstimate,
    /// Their mutual information on each side.
    pub information: PerSide<Number>,
    /// The part of their dependence; none where there are too few rows to tell.
    pub dependence: Option<DependenceReport>,
}

/// The part of the divergence of a pair that its margins do not show, and the part that they do.
#[derive(Clone, Debug, Serialize)]
pub struct DependenceReport {
    /// D(P‖Q*), where Q* has P's margins and Q's odds ratios.
    pub dependence: JointEstimate,
    /// D(Q*‖Q).
    pub margins: JointEstimate,
    /// How many levels of each column were read, after sparse ones were merged.
    pub levels: [usize; 2],
    /// Whether a level holds several values: what drifted among them may pass for dependence.
    pub grouped: bool,
    /// Whether the dependence is the same in both populations.
    pub test: JointTest,
    /// Whether it changed, at the report's rate of false discoveries.
    pub changed: bool,
}

/// A test of "the same in both populations".
#[derive(Clone, Copy, Debug, Serialize)]
pub struct JointTest {
    /// Pearson's X².
    pub chi_squared: Number,
    /// Its degrees of freedom.
    pub degrees: usize,
    /// Its p-value.
    pub p_value: Number,
    /// The p-value among all that were tested (Benjamini & Hochberg 1995).
    pub adjusted: Number,
}

/// The pair, or the column by itself, that is farthest apart.
#[derive(Clone, Debug, Serialize)]
pub struct AtLeastReport {
    /// Its divergence.
    pub value: Number,
    /// Its columns.
    pub columns: Vec<String>,
}

/// The whole table along a tree of pairs; the columns' divergences are among `columns`.
#[derive(Clone, Debug, Serialize)]
pub struct TreeReport {
    /// D(P_tree‖Q_tree): the columns' divergences and the edges' parts together.
    pub divergence: JointEstimate,
    /// The edges, the largest part first.
    pub edges: Vec<EdgeReport>,
}

/// An edge of the tree.
#[derive(Clone, Debug, Serialize)]
pub struct EdgeReport {
    /// Its columns.
    pub columns: [String; 2],
    /// What the pair adds to its columns.
    pub part: JointEstimate,
    /// Whether its table is sparse, so that the part is too large.
    pub sparse: bool,
}

/// Every column given one.
#[derive(Clone, Debug, Serialize)]
pub struct GivenReport {
    /// The column that is given.
    pub column: String,
    /// Its own D(P‖Q).
    pub divergence: JointEstimate,
    /// The others, the largest D of the given column given them first.
    pub columns: Vec<ConditionalReport>,
}

/// A column and the given one.
#[derive(Clone, Debug, Serialize)]
pub struct ConditionalReport {
    /// The column.
    pub column: String,
    /// Its own D(P‖Q).
    pub marginal: JointEstimate,
    /// D of the column given the given one; with the latter's own, the pair's.
    pub given: JointEstimate,
    /// Whether that is 0; none where there are too few rows to tell.
    pub given_test: Option<JointTest>,
    /// D of the given column given this one; with this one's own, the pair's.
    pub of_given: JointEstimate,
    /// Whether that is 0; none where there are too few rows to tell.
    pub of_given_test: Option<JointTest>,
    /// D of the pair.
    pub divergence: JointEstimate,
}

impl JointReport {
    /// Gathers the report.
    pub fn new(input: &JointInput<'_>) -> Self {
        let JointInput {
            columns,
            drift,
            unit,
            ..
        } = *input;
        let estimate = |value| JointEstimate::new(value, unit);
        let names = |pair: [usize; 2]| pair.map(|column| columns[column].0.clone());
        let mut ranked: Vec<&PairDrift> = drift.pairs.iter().collect();
        ranked.sort_by(|a, b| rank(b, a));
        let mut edges: Vec<_> = drift.tree.edges.iter().collect();
        edges.sort_by(|a, b| b.part.corrected.total_cmp(&a.part.corrected));
        Self {
            prior_rows: Number(PRIOR_ROWS),
            false_discovery_rate: Number(FALSE_DISCOVERIES),
            columns: columns
                .iter()
                .zip(&drift.columns)
                .map(|((name, factor), divergence)| LevelsReport {
                    name: name.clone(),
                    levels: factor.levels().iter().map(level).collect(),
                    divergence: estimate(*divergence),
                })
                .collect(),
            left_out: input.left_out.to_vec(),
            pairs: ranked
                .into_iter()
                .map(|pair| PairReport {
                    columns: names(pair.columns),
                    divergence: estimate(pair.divergence),
                    information: {
                        let [p, q] = pair.information.map(|x| Number(unit.from_nats(x)));
                        PerSide { p, q }
                    },
                    dependence: DependenceReport::new(pair, columns, unit),
                })
                .collect(),
            at_least: {
                let (numbers, divergence) = drift.largest();
                let names = numbers.iter().map(|&column| columns[column].0.clone());
                AtLeastReport {
                    value: estimate(divergence).value,
                    columns: names.collect(),
                }
            },
            tree: TreeReport {
                divergence: estimate(drift.tree.divergence),
                edges: edges
                    .into_iter()
                    .map(|edge| EdgeReport {
                        columns: names(edge.columns),
                        part: estimate(edge.part),
                        sparse: edge.sparse,
                    })
                    .collect(),
            },
            given: input.given.map(|(given, others)| {
                let mut others: Vec<&ConditionalDrift> = others.iter().collect();
                others.sort_by(|a, b| b.of_given.corrected.total_cmp(&a.of_given.corrected));
                GivenReport {
                    column: columns[given].0.clone(),
                    divergence: estimate(drift.columns[given]),
                    columns: others
                        .into_iter()
                        .map(|other| ConditionalReport::new(&columns[other.column].0, other, unit))
                        .collect(),
                }
            }),
        }
    }

    /// How many pairs changed, and how many could be tested.
    pub(crate) fn changed(&self) -> (usize, usize) {
        let tested = self
            .pairs
            .iter()
            .filter_map(|pair| pair.dependence.as_ref());
        let changed = tested.clone().filter(|dependence| dependence.changed);
        (changed.count(), tested.count())
    }
}

/// The order of interest.
fn rank(a: &PairDrift, b: &PairDrift) -> Ordering {
    let value = |pair: &PairDrift| {
        let size = pair.dependence.ok().map(|found| found.dependence.corrected);
        (
            pair.changed(FALSE_DISCOVERIES),
            size.unwrap_or(f64::NEG_INFINITY),
        )
    };
    let (a, b) = (value(a), value(b));
    a.0.cmp(&b.0).then(a.1.total_cmp(&b.1))
}

impl JointEstimate {
    fn new(estimate: Estimate, unit: Unit) -> Self {
        Self {
            value: Number(unit.from_nats(estimate.corrected)),
            plug_in: Number(unit.from_nats(estimate.plug_in)),
            degrees: estimate.degrees,
        }
    }
}

impl DependenceReport {
    fn new(pair: &PairDrift, columns: &[(String, Arc<Factor>)], unit: Unit) -> Option<Self> {
        let Dependence {
            dependence,
            margins,
            test,
            levels,
            ..
        } = pair.dependence.ok()?;
        let grouped = pair.columns.iter().zip(levels).any(|(&column, read)| {
            let all = columns[column].1.levels();
            read < all.len() || all.iter().any(holds_several)
        });
        Some(Self {
            dependence: JointEstimate::new(dependence, unit),
            margins: JointEstimate::new(margins, unit),
            levels,
            grouped,
            test: JointTest::new(Ok(test), pair.adjusted)?,
            changed: pair.changed(FALSE_DISCOVERIES),
        })
    }
}

impl JointTest {
    fn new(test: Result<Test, TooSparse>, adjusted: Option<f64>) -> Option<Self> {
        let test = test.ok()?;
        Some(Self {
            chi_squared: Number(test.chi_squared),
            degrees: test.degrees,
            p_value: Number(test.p_value),
            adjusted: Number(adjusted?),
        })
    }
}

impl ConditionalReport {
    fn new(name: &str, drift: &ConditionalDrift, unit: Unit) -> Self {
        let test = |test: ConditionalTest| JointTest::new(test.test, test.adjusted);
        Self {
            column: name.to_owned(),
            marginal: JointEstimate::new(drift.marginal, unit),
            given: JointEstimate::new(drift.given, unit),
            given_test: test(drift.test),
            of_given: JointEstimate::new(drift.of_given, unit),
            of_given_test: test(drift.test_of_given),
            divergence: JointEstimate::new(drift.divergence, unit),
        }
    }
}

fn holds_several(level: &Level) -> bool {
    match level {
        Level::Outcome(Label::Interval { low, high, .. }) => low < high,
        Level::Outcome(Label::Bucket(_)) | Level::NotFinite | Level::OtherTexts { .. } => true,
        Level::Outcome(_) => false,
    }
}

fn level(level: &Level) -> String {
    match level {
        Level::Outcome(outcome) => label(outcome),
        Level::NotFinite => "(not finite)".to_owned(),
        Level::OtherTexts { texts } => format!("({texts} others)"),
    }
}
