//! Two short distributions, measured by everything there is.

use std::fmt::Write as _;

use kullback::entropy::{cross_entropy, entropy_p, entropy_q};
use kullback::{Measure, Pair, Unit};
use serde::Serialize;

use crate::column::Value;
use crate::number::{Number, divergence, or_dash};
use crate::report::{MeasureReport, PerSide};
use crate::terminal::{BOLD, DIM};
use crate::text::{left, right, width};

/// Every measure of two distributions.
#[derive(Clone, Debug, Serialize)]
pub struct BetweenReport {
    /// The version of this layout.
    pub schema: u32,
    /// The unit of every value that is an amount of information.
    pub unit: String,
    /// The entropies H(P) and H(Q).
    pub entropy: PerSide<Number>,
    /// H(P,Q), the cross-entropy; KL(P‖Q) = H(P,Q) − H(P).
    pub cross_entropy: Number,
    /// What the values measure.
    pub measures: Vec<MeasureReport>,
    /// The values, in the same order.
    pub values: Vec<Value>,
    /// The probabilities and each outcome's term of KL(P‖Q).
    pub outcomes: Vec<Term>,
}

/// An outcome's probabilities and its term of KL(P‖Q).
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Term {
    /// P's probability.
    pub p: Number,
    /// Q's probability.
    pub q: Number,
    /// The outcome's part of KL(P‖Q).
    pub contribution: Number,
}

impl BetweenReport {
    /// Measures a pair by the measures given.
    pub fn new(pair: &Pair, measures: &[Measure], unit: Unit) -> Self {
        let nats = |x| Number(unit.from_nats(x));
        let values = measures.iter().map(|measure| Value {
            measure: measure.to_string(),
            value: Some(Number(measure.info().in_unit(measure.value(pair), unit))),
            halved_bins: None,
        });
        let outcomes = pair
            .cells()
            .iter()
            .zip(Measure::KL.contributions(pair))
            .map(|(cell, term)| Term {
                p: Number(cell.p),
                q: Number(cell.q),
                contribution: nats(term),
            });
        Self {
            schema: 1,
            unit: unit.to_string(),
            entropy: PerSide {
                p: nats(entropy_p(pair)),
                q: nats(entropy_q(pair)),
            },
            cross_entropy: nats(cross_entropy(pair)),
            measures: measures
                .iter()
                .map(|&measure| MeasureReport::new(&measure.into(), unit))
                .collect(),
            values: values.collect(),
            outcomes: outcomes.collect(),
        }
    }
}

/// The report as text: KL as the identity that it is, then all measures, then the outcomes.
pub fn between(report: &BetweenReport) -> String {
    let kl = report
        .values
        .iter()
        .find(|value| value.measure == "kl")
        .and_then(|value| value.value);
    let unit = &report.unit;
    let mut lines = vec![
        (
            "H(P,Q)".to_owned(),
            divergence(report.cross_entropy.0),
            format!("{unit}, cross-entropy"),
        ),
        (
            "− H(P)".to_owned(),
            divergence(report.entropy.p.0),
            format!("{unit}, entropy of P"),
        ),
    ];
    lines.extend(kl.map(|kl| {
        (
            "= KL(P‖Q)".to_owned(),
            divergence(kl.0),
            format!("{unit}, what Q costs beyond P's own entropy"),
        )
    }));
    let mut out = String::new();
    table(&mut out, &lines);
    out.push('\n');
    let lines: Vec<_> = report
        .measures
        .iter()
        .zip(&report.values)
        .map(|(measure, value)| {
            let unit = measure
                .unit
                .as_ref()
                .map_or(String::new(), |unit| format!("{unit}, "));
            (
                measure.name.clone(),
                or_dash(value.value.map(|x| x.0)),
                format!("{unit}{}", measure.title),
            )
        })
        .collect();
    table(&mut out, &lines);
    out.push('\n');
    let cells: Vec<[String; 4]> =
        std::iter::once(["outcome", "P", "Q", "part of KL"].map(str::to_owned))
            .chain(report.outcomes.iter().enumerate().map(|(i, term)| {
                [
                    (i + 1).to_string(),
                    divergence(term.p.0),
                    divergence(term.q.0),
                    divergence(term.contribution.0),
                ]
            }))
            .collect();
    let widths: [usize; 4] =
        std::array::from_fn(|i| cells.iter().map(|row| width(&row[i])).max().unwrap_or(0));
    for (i, row) in cells.iter().enumerate() {
        let line: Vec<String> = row
            .iter()
            .zip(widths)
            .map(|(cell, width)| right(cell, width))
            .collect();
        let style = if i == 0 { BOLD } else { DIM };
        // Writing to a string cannot fail.
        let _ = writeln!(out, "{style}{}{style:#}", line.join("  "));
    }
    out
}

/// Names, values and words in columns.
pub(crate) fn table(out: &mut String, lines: &[(String, String, String)]) {
    let names = lines
        .iter()
        .map(|(name, ..)| width(name))
        .max()
        .unwrap_or(0);
    let values = lines
        .iter()
        .map(|(_, value, _)| width(value))
        .max()
        .unwrap_or(0);
    for (name, value, words) in lines {
        let _ = writeln!(
            out,
            "{}  {}  {DIM}{words}{DIM:#}",
            left(name, names),
            right(value, values)
        );
    }
}
