//! Pairs of columns: the second reading of a comparison.

use std::sync::Arc;

use kullback::Unit;
use kullback::compare::{Factor, NotScored, number_of_levels};
use kullback::joint::{JointDrift, PairCounts, conditional_drift};
use kullback_report::{JointInput, JointReport, NotCompared};
use kullback_table::Table;

use crate::Error;

/// The most columns whose pairs are counted: 4,950 tables of 64 cells, 5 MB.
const MOST_COLUMNS: usize = 100;

/// What is asked of pairs of columns.
#[derive(Clone, Debug, Default)]
pub struct Pairs {
    /// The column that every other is compared given, and that is compared given every other.
    pub given: Option<String>,
    /// How many levels a column has in its pairs, from 2 to
    /// [`MOST_LEVELS`](kullback::compare::MOST_LEVELS); by the number of rows where not given.
    pub levels: Option<u8>,
}

/// The columns whose pairs are to be counted, and those that are left out.
pub(crate) struct Columns {
    kept: Vec<(String, Arc<Factor>)>,
    left_out: Vec<NotCompared>,
    given: Option<usize>,
}

impl Columns {
    /// Chooses the levels of each column, and the columns where there are too many: those of the
    /// largest entropy, since two columns share no more information than either has.
    pub(crate) fn choose(asked: &Pairs, p: &Table, q: &Table) -> Result<Self, Error> {
        let levels = asked
            .levels
            .map_or_else(|| number_of_levels([p.rows, q.rows]), usize::from);
        let mut kept = Vec::new();
        let mut left_out = Vec::new();
        let mut leave = |column: &str, reason: &str| {
            left_out.push(NotCompared {
                column: column.to_owned(),
                table: "both",
                reason: reason.to_owned(),
            });
        };
        for (p, q) in p.columns.iter().zip(&q.columns) {
            match Factor::new(&p.summary, &q.summary, levels) {
                Ok(factor) if factor.levels().len() > 1 => {
                    kept.push((p.name.clone(), Arc::new(factor)));
                }
                Ok(_) => leave(&p.name, "in no pair: it has one level only"),
                // The report says it of the column itself.
                Err(NotScored::Identifier | NotScored::NoRows | NotScored::TooManyRows) => {}
            }
        }
        for column in surplus(&mut kept, asked.given.as_deref()) {
            leave(
                &column,
                &format!(
                    "in no pair: the {MOST_COLUMNS} columns of largest entropy over their levels are paired (--columns chooses)"
                ),
            );
        }
        let given = asked.given.as_ref().map(|given| {
            kept.iter()
                .position(|(name, _)| name == given)
                .ok_or_else(|| {
                    Error::new(format!("no pairs can be made with `{given}`"))
                        .advise("--given names a column that is compared and has several values")
                })
        });
        let given = given.transpose()?;
        if kept.len() < 2 {
            return Err(
                Error::new("there are no two columns of several values to make a pair of")
                    .advise("leave out --joint and --given"),
            );
        }
        Ok(Self {
            kept,
            left_out,
            given,
        })
    }

    pub(crate) fn factors(&self) -> &[(String, Arc<Factor>)] {
        &self.kept
    }

    pub(crate) fn report(
        &self,
        unit: Unit,
        [p, q]: &[PairCounts; 2],
    ) -> Result<JointReport, Error> {
        let drift = JointDrift::new(p, q)?;
        let given = match self.given {
            Some(given) => Some((given, conditional_drift(p, q, given)?)),
            None => None,
        };
        Ok(JointReport::new(&JointInput {
            columns: &self.kept,
            left_out: &self.left_out,
            drift: &drift,
            given: given.as_ref().map(|(given, others)| (*given, &others[..])),
            unit,
        }))
    }
}

/// Takes out columns beyond [`MOST_COLUMNS`], those of the smallest entropy; `given` stays.
fn surplus(columns: &mut Vec<(String, Arc<Factor>)>, given: Option<&str>) -> Vec<String> {
    let entropy = |(name, factor): &(String, Arc<Factor>)| match given {
        Some(given) if given == name => f64::INFINITY,
        _ => factor.entropy(),
    };
    let mut order: Vec<(f64, String)> = columns.iter().map(|c| (entropy(c), c.0.clone())).collect();
    order.sort_by(|a, b| b.0.total_cmp(&a.0));
    let beyond = order.split_off(order.len().min(MOST_COLUMNS)).into_iter();
    let beyond: Vec<String> = beyond.map(|(_, name)| name).collect();
    columns.retain(|(name, _)| !beyond.contains(name));
    beyond
}
