//! Two columns, ready for any measure of the registry.

use std::cell::OnceCell;

use kullback::compare::{
    Comparison, Findings, Kind, Label, NoLine, NotScored, Points, compare, points,
};
use kullback::inference::Level;
use kullback::summary::Column;
use kullback::{AnyMeasure, Line, Measure, Unit};

use crate::caveat::{caveat, plural};
use crate::column::{CaveatReport, LineReport};
use crate::number::Number;

/// A comparison, and the columns' points on a line once a measure asks for them.
pub(crate) struct Measured<'a> {
    columns: [&'a Column; 2],
    pub(crate) comparison: Comparison,
    points: OnceCell<Result<Points, NoLine>>,
    unit: Unit,
}

impl<'a> Measured<'a> {
    pub(crate) fn new(p: &'a Column, q: &'a Column, unit: Unit) -> Result<Self, NotScored> {
        Ok(Self {
            columns: [p, q],
            comparison: compare(p, q)?,
            points: OnceCell::new(),
            unit,
        })
    }

    /// The value in the unit asked for; `None` where a measure of lines has no line.
    pub(crate) fn value(&self, measure: &AnyMeasure) -> Option<f64> {
        let value = match measure {
            AnyMeasure::OnPairs(measure) => measure.value(self.comparison.pair()),
            AnyMeasure::OnLines(measure) => measure.value(self.points().as_ref().ok()?.line()),
        };
        Some(measure.info().in_unit(value, self.unit))
    }

    /// The value with half as many bins; `None` where it does not depend on bins.
    pub(crate) fn halved(&self, measure: &AnyMeasure) -> Option<f64> {
        let AnyMeasure::OnPairs(of_pairs) = measure else {
            return None;
        };
        let value = of_pairs.value(self.comparison.halved()?);
        Some(measure.info().in_unit(value, self.unit))
    }

    /// How far the values moved on their line; `None` where they have none. Points that no measure
    /// asked for are not kept: those of a wide table would fill memory.
    pub(crate) fn line(&self) -> Option<LineReport> {
        let made;
        let points = match self.points.get() {
            Some(kept) => kept.as_ref().ok()?,
            None => {
                made = points(self.columns[0], self.columns[1]).ok()?;
                &made
            }
        };
        let value = |measure: Measure<Line>| Number(measure.value(points.line()));
        let rows = self.comparison.rows();
        Some(LineReport {
            ks: value(Measure::KOLMOGOROV_SMIRNOV),
            wasserstein: value(Measure::WASSERSTEIN),
            caveats: (points.caveats().iter())
                .map(|one| caveat(one, rows))
                .collect(),
        })
    }

    /// What each outcome adds to the value; 0 where there is none.
    pub(crate) fn contributions(&self, measure: &AnyMeasure) -> Vec<f64> {
        let parts = match measure {
            AnyMeasure::OnPairs(measure) => measure.contributions(self.comparison.pair()),
            AnyMeasure::OnLines(measure) => match self.points() {
                Ok(points) => {
                    let line = points.line();
                    self.by_outcome(line.points(), &measure.contributions(line))
                }
                Err(_) => vec![0.0; self.comparison.outcomes().len()],
            },
        };
        let in_unit = |x| measure.info().in_unit(x, self.unit);
        parts.into_iter().map(in_unit).collect()
    }

    /// What ascending points add, gathered by the outcomes that they lie in.
    fn by_outcome(&self, points: &[f64], parts: &[f64]) -> Vec<f64> {
        let part = |label: &Label| match *label {
            Label::Interval { low, high, .. } => {
                let first = points.partition_point(|&x| x < low);
                let end = points.partition_point(|&x| x <= high);
                parts[first..end].iter().sum()
            }
            _ => 0.0,
        };
        (self.comparison.outcomes().iter())
            .map(|outcome| part(&outcome.label))
            .collect()
    }

    /// What a reader of the measures' values must know: that of lines only where one is asked for.
    pub(crate) fn caveats(&self, measures: &[AnyMeasure]) -> Vec<CaveatReport> {
        let rows = self.comparison.rows();
        let mut caveats: Vec<_> = (self.comparison.caveats().iter())
            .map(|one| caveat(one, rows))
            .collect();
        let mut of_lines: Vec<&str> = (measures.iter())
            .filter(|measure| matches!(measure, AnyMeasure::OnLines(_)))
            .map(|measure| measure.info().name)
            .collect();
        of_lines.sort_unstable();
        of_lines.dedup();
        if !of_lines.is_empty() {
            match self.points() {
                Ok(points) => caveats.extend(points.caveats().iter().map(|one| caveat(one, rows))),
                Err(reason) => caveats.push(no_line(&of_lines, reason)),
            }
        }
        caveats
    }

    /// What the samples say of the divergence. Permutations start from one seed, so that the same
    /// tables give the same report.
    pub(crate) fn findings(&self, level: Level) -> Findings {
        self.comparison.findings(level, 0)
    }

    fn points(&self) -> &Result<Points, NoLine> {
        self.points
            .get_or_init(|| points(self.columns[0], self.columns[1]))
    }
}

fn no_line(measures: &[&str], reason: &NoLine) -> CaveatReport {
    let why = match reason {
        NoLine::Kind(Kind::Mixed) => "its values are of several kinds".to_owned(),
        NoLine::Kind(kind) => format!("its values are {}", plural(*kind)),
        NoLine::NoPoints => "a side has no finite number".to_owned(),
        NoLine::TooFar => "its numbers are farther apart than the largest float".to_owned(),
    };
    CaveatReport {
        code: "no_line".to_owned(),
        text: format!(
            "{} not applicable, for points on a line only: {why}",
            measures.join(", ")
        ),
    }
}
