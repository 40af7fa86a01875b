//! What the samples say of a column: estimates, test, verdict and parts.

use kullback::Unit;
use kullback::compare::Findings;
use kullback::inference::{
    Caveat, Divergence, Inference, Level, Method, Parts, Tolerance, Verdict, benjamini_hochberg,
    verdict,
};
use serde::Serialize;

use crate::column::CaveatReport;
use crate::number::Number;
use crate::report::PerSide;

/// What must be known to decide whether a column drifted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Decision {
    /// How much KL divergence does not matter.
    pub tolerance: Tolerance,
    /// The share of the columns called drifted that may be called so though nothing changed: the
    /// false discovery rate of Benjamini & Hochberg 1995.
    pub false_discovery_rate: f64,
    /// The level of the confidence intervals.
    pub level: Level,
}

impl Default for Decision {
    /// 0.005 nats, 5 %, 95 %.
    fn default() -> Self {
        Self {
            tolerance: Tolerance::default(),
            false_discovery_rate: 0.05,
            level: Level::default(),
        }
    }
}

/// What the verdicts rest on.
#[derive(Clone, Debug, Serialize)]
pub struct DecisionReport {
    /// How much KL divergence does not matter, in the report's unit.
    pub tolerance: Number,
    /// The same as the most by which an event's probability can have moved, in percentage points.
    pub percentage_points: f64,
    /// Of the columns called drifted, the share that may be called so though nothing changed.
    pub false_discovery_rate: f64,
    /// The level of the confidence intervals.
    pub level: f64,
}

impl DecisionReport {
    pub(crate) fn new(decision: Decision, unit: Unit) -> Self {
        Self {
            tolerance: Number(unit.from_nats(decision.tolerance.as_nats())),
            percentage_points: decision.tolerance.as_percentage_points(),
            false_discovery_rate: decision.false_discovery_rate,
            level: decision.level.get(),
        }
    }
}

/// A divergence with what the samples say of it.
#[derive(Clone, Debug, Serialize)]
pub struct EstimateReport {
    /// `kl`, `reverse_kl`, `js` or `psi`.
    pub measure: String,
    /// How it is written.
    pub symbol: &'static str,
    /// The value for the samples' shares.
    pub plug_in: Number,
    /// The value corrected for its bias: finite, and below 0 where the samples are more alike than
    /// two samples of one distribution are on average.
    pub estimate: Number,
    /// How it was corrected.
    pub estimator: String,
    /// Where the truth lies.
    pub interval: IntervalReport,
    /// What the plug-in reads at these numbers of rows and outcomes when nothing has changed.
    pub if_same: IfSame,
    /// Why the interval may not hold the truth as often as it says.
    pub caveats: Vec<CaveatReport>,
}

/// A confidence interval.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct IntervalReport {
    /// Its lower end.
    pub low: Number,
    /// Its upper end.
    pub high: Number,
    /// The share of repetitions in which it is to hold the truth.
    pub level: f64,
}

/// What a plug-in reads when nothing has changed.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct IfSame {
    /// Half of all readings lie below.
    pub median: Number,
    /// 95 % of all readings lie below.
    pub upper: Number,
}

/// The test of "nothing has changed".
#[derive(Clone, Debug, Serialize)]
pub struct TestReport {
    /// G = 2(n + m) times the Jensen–Shannon divergence with weights n : m, in nats.
    pub statistic: Number,
    /// The number of outcomes seen, less 1.
    pub degrees_of_freedom: u64,
    /// How likely a G at least as large is when nothing has changed; never 0.
    pub p_value: Number,
    /// The same, adjusted for the number of columns (Benjamini & Hochberg 1995).
    pub p_adjusted: Number,
    /// How it was found: `chi_squared` or `permutation`.
    pub method: &'static str,
    /// How many permutations were drawn.
    pub draws: Option<u32>,
}

/// A part of KL(P‖Q) by the chain rule.
#[derive(Clone, Debug, Serialize)]
pub struct PartReport {
    /// `nulls`, `new values`, `vanished values` or `shared values`.
    pub part: &'static str,
    /// From the samples' shares.
    pub plug_in: Number,
    /// Corrected for bias; the parts sum to the estimate of KL.
    pub estimate: Number,
}

/// Everything that is inferred of a column.
#[derive(Clone, Debug, Serialize)]
pub struct InferenceReport {
    /// `drifted`, `stable` or `undecided`.
    pub verdict: &'static str,
    /// Where undecided: how many rows would decide it, if the estimate stays where it is.
    pub rows_needed: Option<PerSide<u64>>,
    /// KL, reverse KL, JS and PSI.
    pub estimates: [EstimateReport; 4],
    /// The estimate of KL with half as many bins, where bins hold several values each.
    pub halved_bins: Option<Number>,
    /// The test of "nothing has changed".
    pub test: TestReport,
    /// KL, split by the chain rule.
    pub parts: [PartReport; 4],
}

impl InferenceReport {
    /// What is inferred of all columns: their p-values are adjusted for one another.
    pub(crate) fn of_all(findings: &[&Findings], decision: Decision, unit: Unit) -> Vec<Self> {
        let p_values: Vec<f64> = findings.iter().map(|one| one.test.p_value).collect();
        let adjusted = benjamini_hochberg(&p_values);
        let pairs = findings.iter().zip(adjusted);
        pairs
            .map(|(findings, p)| Self::new(findings, p, decision, unit))
            .collect()
    }

    fn new(findings: &Findings, p_adjusted: f64, decision: Decision, unit: Unit) -> Self {
        let in_unit = |nats| Number(unit.from_nats(nats));
        let alpha = decision.false_discovery_rate;
        let verdict = verdict(
            &findings.inferences[0],
            p_adjusted,
            alpha,
            decision.tolerance,
        );
        let (name, rows_needed) = match verdict {
            Verdict::Drifted => (DRIFTED, None),
            Verdict::Stable => (STABLE, None),
            Verdict::Undecided { rows_needed } => {
                (UNDECIDED, rows_needed.map(|[p, q]| PerSide { p, q }))
            }
        };
        let test = &findings.test;
        let (method, draws) = match test.method {
            Method::ChiSquared => ("chi_squared", None),
            Method::Permutation { draws } => ("permutation", Some(draws)),
        };
        let rule = findings.chain_rule;
        let part = |part, parts: Parts| PartReport {
            part,
            plug_in: in_unit(parts.plug_in),
            estimate: in_unit(parts.estimate),
        };
        Self {
            verdict: name,
            rows_needed,
            estimates: findings
                .inferences
                .each_ref()
                .map(|inference| EstimateReport::new(inference, unit)),
            halved_bins: findings
                .halved_bins
                .as_ref()
                .map(|halved| in_unit(halved.estimate)),
            test: TestReport {
                statistic: Number(test.statistic),
                degrees_of_freedom: test.degrees_of_freedom,
                p_value: Number(test.p_value),
                p_adjusted: Number(p_adjusted),
                method,
                draws,
            },
            parts: [
                part("nulls", rule.nulls),
                part("new values", rule.new_values),
                part("vanished values", rule.vanished_values),
                part("shared values", rule.shared_values),
            ],
        }
    }

    /// What is known of a measure, by its name in the registry, if there is a theory of its samples.
    pub(crate) fn estimate(&self, measure: &str) -> Option<&EstimateReport> {
        let name = if measure == "jeffreys" {
            "psi"
        } else {
            measure
        };
        self.estimates.iter().find(|one| one.measure == name)
    }
}

/// The verdict of a column whose divergence is above the tolerance.
pub const DRIFTED: &str = "drifted";
/// The verdict of a column whose divergence is below the tolerance.
pub const STABLE: &str = "stable";
/// The verdict of a column with too few rows for either.
pub const UNDECIDED: &str = "undecided";

impl EstimateReport {
    fn new(inference: &Inference, unit: Unit) -> Self {
        let in_unit = |nats| Number(unit.from_nats(nats));
        let symbol = match inference.divergence {
            Divergence::Kl => "KL(P‖Q)",
            Divergence::ReverseKl => "KL(Q‖P)",
            Divergence::Js => "JS(P,Q)",
            Divergence::Psi => "PSI(P,Q)",
        };
        Self {
            measure: inference.divergence.to_string(),
            symbol,
            plug_in: in_unit(inference.plug_in),
            estimate: in_unit(inference.estimate),
            estimator: inference.estimator.to_string(),
            interval: IntervalReport {
                low: in_unit(inference.interval.low),
                high: in_unit(inference.interval.high),
                level: inference.interval.level.get(),
            },
            if_same: IfSame {
                median: in_unit(inference.null.median),
                upper: in_unit(inference.null.upper),
            },
            caveats: inference.caveats.iter().map(CaveatReport::from).collect(),
        }
    }
}

impl From<&Caveat> for CaveatReport {
    fn from(caveat: &Caveat) -> Self {
        let (code, text) = match caveat {
            Caveat::ThinCounts { share } => (
                "thin_counts",
                format!(
                    "too few rows for its interval to be sure: {:.0} % of the estimate's variance rests on outcomes with fewer than 5 rows expected on a side",
                    100.0 * share
                ),
            ),
            Caveat::OneOutcome => (
                "one_outcome",
                "only one outcome was seen, on both sides".to_owned(),
            ),
            _ => ("other", format!("{caveat:?}")),
        };
        Self {
            code: code.to_owned(),
            text,
        }
    }
}
