//! Two families of distributions, with how each value was found and how far off it may be.

use kullback::Unit;
use kullback::family::{Divergence, Family, cross_entropy, entropy, js_divergence, kl_divergence};
use serde::Serialize;

use crate::between::table;
use crate::number::{Number, divergence};
use crate::report::PerSide;

/// What is known of two families of distributions.
#[derive(Clone, Debug, Serialize)]
pub struct FamiliesReport {
    /// The version of this layout.
    pub schema: u32,
    /// The unit of every value.
    pub unit: String,
    /// P and Q, with their parameters.
    pub families: PerSide<String>,
    /// H(P) and H(Q); differential entropies where the families are continuous.
    pub entropy: PerSide<Found>,
    /// H(P,Q), the cross-entropy; KL(P‖Q) = H(P,Q) − H(P).
    pub cross_entropy: Found,
    /// KL(P‖Q).
    pub kl: Found,
    /// KL(Q‖P).
    pub reverse_kl: Found,
    /// The Jensen–Shannon divergence.
    pub js: Found,
}

/// A value with its method and a bound on its error.
#[derive(Clone, Debug, Serialize)]
pub struct Found {
    /// The value.
    pub value: Number,
    /// How it was found: `closed form`, `quadrature`, `summation`, `support` or `tails`.
    pub method: String,
    /// The truth lies within `value ± error_bound`.
    pub error_bound: Number,
}

impl FamiliesReport {
    /// Measures one family against another.
    pub fn new(p: &Family, q: &Family, unit: Unit) -> Self {
        let found = |Divergence {
                         value,
                         method,
                         error_bound,
                         ..
                     }| Found {
            value: Number(unit.from_nats(value)),
            method: method.to_string(),
            error_bound: Number(unit.from_nats(error_bound)),
        };
        Self {
            schema: 1,
            unit: unit.to_string(),
            families: PerSide {
                p: p.to_string(),
                q: q.to_string(),
            },
            entropy: PerSide {
                p: found(entropy(p)),
                q: found(entropy(q)),
            },
            cross_entropy: found(cross_entropy(p, q)),
            kl: found(kl_divergence(p, q)),
            reverse_kl: found(kl_divergence(q, p)),
            js: found(js_divergence(p, q)),
        }
    }
}

/// The report as text: KL as the identity that it is, the reverse and Jensen–Shannon below.
pub fn families(report: &FamiliesReport) -> String {
    let unit = &report.unit;
    let line = |name: &str, found: &Found, title: &str| {
        let bound = match found.error_bound.0 {
            bound if bound > 0.0 => format!(", ± {}", divergence(bound)),
            _ => String::new(),
        };
        let words = format!("{unit}, {title}: {}{bound}", found.method);
        (name.to_owned(), precise(found.value.0), words)
    };
    let mut out = format!("P  {}\nQ  {}\n\n", report.families.p, report.families.q);
    table(
        &mut out,
        &[
            line("H(P,Q)", &report.cross_entropy, "cross-entropy"),
            line("− H(P)", &report.entropy.p, "entropy of P"),
            line(
                "= KL(P‖Q)",
                &report.kl,
                "what Q costs beyond P's own entropy",
            ),
        ],
    );
    out.push('\n');
    table(
        &mut out,
        &[
            line(
                "KL(Q‖P)",
                &report.reverse_kl,
                "reverse Kullback–Leibler divergence",
            ),
            line("JS(P,Q)", &report.js, "Jensen–Shannon divergence"),
        ],
    );
    out
}

/// Ten digits, since these values are known to that many and more.
fn precise(x: f64) -> String {
    if x.is_finite() && (0.001..1e6).contains(&x.abs()) {
        crate::number::minus(format!("{x:.10}"))
    } else {
        divergence(x)
    }
}
