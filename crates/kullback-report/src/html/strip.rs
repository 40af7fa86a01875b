//! All columns on one axis: estimate, interval, what would be read had nothing changed, tolerance.

use super::markup::Markup;
use super::scale::LogScale;
use crate::column::ColumnReport;
use crate::number::{divergence, interval};
use crate::report::Report;

/// The axis that all columns share.
#[derive(Clone, Copy, Debug)]
pub(super) struct Strip {
    scale: LogScale,
    tolerance: f64,
}

impl Strip {
    pub(super) fn new(report: &Report) -> Self {
        let tolerance = report.decision.tolerance.0;
        let ends = report.columns.iter().map(|column| {
            let kl = &column.inference.estimates[0];
            kl.interval.high.0.max(kl.if_same.upper.0)
        });
        let most = ends.filter(|end| end.is_finite()).fold(0.0, f64::max);
        Self {
            // A fifth below the tolerance, to tell the stable from the almost drifted.
            scale: LogScale::new(tolerance / 50.0, most.max(10.0 * tolerance)),
            tolerance,
        }
    }

    /// Where the tolerance stands, in percent.
    pub(super) fn tolerance(&self) -> f64 {
        self.scale.at(self.tolerance)
    }

    /// The labels of the axis.
    pub(super) fn axis(&self, m: &mut Markup) {
        m.raw("<span class=axis aria-hidden=true>");
        self.scale.labels(m);
        m.raw("</span>");
    }

    /// One column.
    pub(super) fn of(&self, m: &mut Markup, column: &ColumnReport) {
        let kl = &column.inference.estimates[0];
        let [low, high, at, same] = [
            kl.interval.low,
            kl.interval.high,
            kl.estimate,
            kl.if_same.upper,
        ]
        .map(|x| self.scale.at(x.0));
        m.raw("<svg class=s role=img><title>");
        m.text(&divergence(kl.estimate.0)).raw(", ");
        m.text(&interval(kl.interval.low.0, kl.interval.high.0));
        m.raw("; if same ≤ ").text(&divergence(kl.if_same.upper.0));
        m.raw("</title>");
        m.raw("<rect class=u width=").number(same, 1).raw("% />");
        m.raw("<rect class=i x=").number(low, 1);
        m.raw("% width=").number(high - low, 1).raw("% />");
        m.raw("<circle cx=").number(at, 1).raw("% /></svg>");
    }
}
