//! What is asked of the tables.

use kullback::{AnyMeasure, Measure, Unit};

use crate::inference::Decision;

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
    /// When a column has drifted.
    pub decision: Decision,
    /// Whether to say how far numbers moved on their line, for which every value is looked at once
    /// more.
    pub line: bool,
}

impl Default for Question {
    fn default() -> Self {
        Self {
            measures: vec![Measure::KL.into(), Measure::JS.into()],
            unit: Unit::Nats,
            sort: Sort::Measure(Measure::KL.into()),
            thresholds: Vec::new(),
            decision: Decision::default(),
            line: true,
        }
    }
}

impl Question {
    /// Every measure that the answer depends on.
    pub(crate) fn asked(&self) -> Vec<AnyMeasure> {
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
