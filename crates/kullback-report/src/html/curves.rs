//! A training as a page: how its losses went, step by step.

use serde::Deserialize;

use super::markup::Markup;
use super::page::page;
use super::scale::round_ticks;
use crate::number::{count, counted, divergence};

/// A step of a training: a line of its log, one JSON object each. Fields that are not named here are
/// passed over.
///
/// ```
/// let line = r#"{"step": 20, "rate": 0.001, "supervised": 0.61, "consistency": 0.02,
///     "mask_share": 0.4, "held": {"accuracy": 0.71, "nll": 0.64}}"#;
/// let step: kullback_report::TrainingStep = serde_json::from_str(line).unwrap();
/// assert_eq!((step.step, step.penalty), (20, None));
/// ```
#[derive(Clone, Debug, Deserialize)]
pub struct TrainingStep {
    /// Its number.
    pub step: u64,
    /// The learning rate.
    pub rate: Option<f64>,
    /// Cross-entropy of the labelled rows, in nats.
    pub supervised: Option<f64>,
    /// The consistency of the unlabelled rows, in nats, not weighted.
    pub consistency: Option<f64>,
    /// The divergence from a teacher, in nats, not weighted.
    pub distillation: Option<f64>,
    /// The penalty on the parameters.
    pub penalty: Option<f64>,
    /// The share of the unlabelled rows that counted.
    pub mask_share: Option<f64>,
    /// The rows held back, where they were looked at after this step.
    pub held: Option<HeldStep>,
}

/// What the rows held back said after a step.
#[derive(Clone, Copy, Debug, Deserialize)]
pub struct HeldStep {
    /// The share of them that is right.
    pub accuracy: f64,
    /// Their mean −ln q(label), in nats.
    pub nll: f64,
}

/// The most points of a curve.
const MOST: usize = 300;

/// A training as one HTML page that needs no network and no scripts: its losses apart from each other,
/// the share of rows that counted, the learning rate, and what rows held back said, all over the
/// same steps. Steps come in order. Of many, evenly spaced ones are drawn, and the page says so.
///
/// ```
/// use kullback_report::{TrainingStep, curves_html};
///
/// let step = |n| serde_json::from_str::<TrainingStep>(&format!(r#"{{"step": {n}, "supervised": 0.{n}}}"#));
/// let steps = [step(1).unwrap(), step(2).unwrap()];
/// assert!(curves_html("run.jsonl", &steps).contains("Cross-entropy of labels"));
/// ```
pub fn curves_html(name: &str, steps: &[TrainingStep]) -> String {
    page(name, |m| {
        m.raw("<header><p>How did the training go?</p><h1>")
            .name(name)
            .raw("</h1><p>");
        m.text(&counted(steps.len(), "step"));
        if let Some((step, held)) = best(steps) {
            m.raw("; rows held back were right most often after step ")
                .text(&count(step));
            m.raw(": ").number(100.0 * held.accuracy, 1).raw(" %");
        }
        m.raw(".</p></header>");
        if steps.len() > MOST {
            m.raw("<p class=note>Of a curve of more than ").whole(MOST);
            m.raw(" points, evenly spaced ones are drawn.</p>");
        }
        m.raw("<div class=half>");
        for curve in CURVES {
            let all = steps.iter().filter_map(|step| {
                let value = (curve.value)(step).filter(|value| value.is_finite())?;
                Some((step.step, value))
            });
            let all: Vec<(u64, f64)> = all.collect();
            let stride = all.len().div_ceil(MOST).max(1);
            let points: Vec<(u64, f64)> = all.into_iter().step_by(stride).collect();
            if !points.is_empty() {
                draw(m, curve, &points, steps);
            }
        }
        m.raw("</div>");
    })
}

/// The step after which most rows held back were right, the first of several.
fn best(steps: &[TrainingStep]) -> Option<(u64, HeldStep)> {
    let held = steps
        .iter()
        .rev()
        .filter_map(|step| Some((step.step, step.held?)));
    held.max_by(|(_, a), (_, b)| a.accuracy.total_cmp(&b.accuracy))
}

/// A curve of the page.
struct Curve {
    title: &'static str,
    value: fn(&TrainingStep) -> Option<f64>,
    /// Whether only some steps have a value, which are then dots.
    rare: bool,
}

const CURVES: &[Curve] = &[
    Curve {
        title: "Cross-entropy of labels, in nats",
        value: |step| step.supervised,
        rare: false,
    },
    Curve {
        title: "Rows held back: share that is right",
        value: |step| step.held.map(|held| held.accuracy),
        rare: true,
    },
    Curve {
        title: "Consistency, in nats",
        value: |step| step.consistency,
        rare: false,
    },
    Curve {
        title: "Rows held back: −ln q(label), in nats",
        value: |step| step.held.map(|held| held.nll),
        rare: true,
    },
    Curve {
        title: "Divergence from the teacher, in nats",
        value: |step| step.distillation,
        rare: false,
    },
    Curve {
        title: "Share of unlabelled rows that counted",
        value: |step| step.mask_share,
        rare: false,
    },
    Curve {
        title: "Penalty",
        value: |step| step.penalty,
        rare: false,
    },
    Curve {
        title: "Learning rate",
        value: |step| step.rate,
        rare: false,
    },
];

/// One curve over all steps, and the table of its points.
fn draw(m: &mut Markup, curve: &Curve, points: &[(u64, f64)], steps: &[TrainingStep]) {
    let first = steps.first().map_or(0, |step| step.step) as f64;
    let last = steps.last().map_or(1, |step| step.step) as f64;
    // The base is 0, which losses, shares and rates never fall below.
    let most = points
        .iter()
        .map(|&(_, y)| y)
        .fold(f64::MIN_POSITIVE, f64::max);
    let x = |step: f64| 50.0 + 540.0 * (step - first) / (last - first).max(1.0);
    let y = |value: f64| 106.0 - 100.0 * value.max(0.0) / most;
    m.raw("<section><h3>").raw(curve.title);
    m.raw("</h3><svg class=p viewBox=\"0 0 600 126\" role=img><title>")
        .raw(curve.title);
    m.raw(" over the steps: ")
        .text(&divergence(points[0].1))
        .raw(" at first, ");
    m.text(&divergence(points[points.len() - 1].1))
        .raw(" at last</title>");
    for tick in round_ticks(0.0, most) {
        m.raw("<path class=x opacity=.3 d=\"M50 ")
            .number(y(tick), 0)
            .raw("H590\" />");
        m.raw("<text x=24 y=").number(y(tick) + 4.0, 0).raw(">");
        m.text(&crate::label::point("number", tick)).raw("</text>");
    }
    for tick in round_ticks(first, last) {
        m.raw("<text x=")
            .number(x(tick), 0)
            .raw(" y=121>")
            .text(&count(tick as u64));
        m.raw("</text>");
    }
    m.raw("<path class=Q d=\"");
    for (i, &(step, value)) in points.iter().enumerate() {
        m.raw(if i == 0 { "M" } else { "L" })
            .number(x(step as f64), 1);
        m.raw(" ").number(y(value), 1);
    }
    m.raw("\" />");
    if curve.rare {
        for &(step, value) in points {
            m.raw("<circle class=z r=3 cx=").number(x(step as f64), 1);
            m.raw(" cy=").number(y(value), 1).raw(" />");
        }
    }
    m.raw("</svg><details class=t><summary>Table</summary><table><tr><th>step<th>value");
    for &(step, value) in points {
        m.raw("<tr><td>")
            .text(&count(step))
            .raw("<td>")
            .text(&divergence(value));
    }
    m.raw("</table></details></section>");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn steps(n: u64) -> Vec<TrainingStep> {
        let held = |i: u64| HeldStep {
            accuracy: if i == 20 { 0.75 } else { 0.5 },
            nll: 0.6,
        };
        let step = |i: u64| TrainingStep {
            step: i,
            rate: Some(1e-3),
            supervised: Some(1.0 / i as f64),
            consistency: None,
            distillation: Some(f64::INFINITY),
            penalty: None,
            mask_share: None,
            held: i.is_multiple_of(10).then(|| held(i)),
        };
        (1..=n).map(step).collect()
    }

    #[test]
    fn what_was_not_logged_is_not_drawn() {
        let page = curves_html("<run>", &steps(40));
        assert!(page.contains("<h1><bdi>&lt;run&gt;</bdi></h1>"));
        assert!(page.contains("after step 20: 75 %"), "{page}");
        assert_eq!(page.matches("<svg").count(), 4);
        assert!(!page.contains("teacher") && !page.contains("Consistency"));
        assert!(page.contains("M50 6L63.8 56"), "{page}");
    }

    #[test]
    fn of_many_steps_some_are_drawn() {
        let page = curves_html("run", &steps(30_000));
        assert!(page.contains("more than 300 points"));
        assert!(page.len() < 100_000, "{}", page.len());
    }

    #[test]
    fn no_step_is_no_curve() {
        assert!(curves_html("run", &[]).contains("<p>0 steps.</p>"));
    }
}
