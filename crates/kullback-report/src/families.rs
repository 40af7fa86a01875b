//! Two families of distributions, with how each value was found and how far off it may be.

use kullback::Unit;
use kullback::family::{
    self, Divergence, Error, Family, Multivariate, Sampling, cross_entropy, entropy, js_divergence,
    kl_divergence,
};
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

/// A value with its method and how far off it may be.
#[derive(Clone, Debug, Serialize)]
pub struct Found {
    /// The value.
    pub value: Number,
    /// How it was found: `closed form`, `quadrature`, `summation`, `support`, `tails` or
    /// `Monte Carlo`.
    pub method: String,
    /// A bound on the error, or a standard error.
    #[serde(flatten)]
    pub uncertainty: Uncertainty,
}

/// How far off a value may be.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(untagged)]
pub enum Uncertainty {
    /// The truth lies within `value ± error_bound`.
    Bound {
        /// The bound.
        error_bound: Number,
    },
    /// The value is a mean over random draws.
    Draws {
        /// Its standard error, which is no bound.
        standard_error: Number,
        /// How many draws.
        draws: u64,
    },
}

impl FamiliesReport {
    /// Measures one family against another.
    pub fn new(p: &Family, q: &Family, unit: Unit) -> Self {
        Self::of(
            PerSide {
                p: p.to_string(),
                q: q.to_string(),
            },
            [
                entropy(p),
                entropy(q),
                cross_entropy(p, q),
                kl_divergence(p, q),
                kl_divergence(q, p),
                js_divergence(p, q),
            ],
            unit,
        )
    }

    /// Measures one distribution of several variables against another.
    ///
    /// # Errors
    ///
    /// Where [`Multivariate::kl_divergence`] refuses the two.
    pub fn of_several(
        p: &Multivariate,
        q: &Multivariate,
        sampling: Sampling,
        unit: Unit,
    ) -> Result<Self, Error> {
        let families = PerSide {
            p: p.to_string(),
            q: q.to_string(),
        };
        let found = [
            p.entropy(sampling),
            q.entropy(sampling),
            p.cross_entropy(q, sampling)?,
            p.kl_divergence(q, sampling)?,
            q.kl_divergence(p, sampling)?,
            p.js_divergence(q, sampling)?,
        ];
        Ok(Self::of(families, found, unit))
    }

    fn of(families: PerSide<String>, found: [Divergence; 6], unit: Unit) -> Self {
        let amount = |nats| Number(unit.from_nats(nats));
        let [of_p, of_q, cross_entropy, kl, reverse_kl, js] = found.map(|found| Found {
            value: amount(found.value),
            method: found.method.to_string(),
            uncertainty: match found.uncertainty {
                family::Uncertainty::StandardError { error, draws, .. } => Uncertainty::Draws {
                    standard_error: amount(error),
                    draws,
                },
                _ => Uncertainty::Bound {
                    error_bound: amount(found.error_bound()),
                },
            },
        });
        Self {
            schema: 1,
            unit: unit.to_string(),
            families,
            entropy: PerSide { p: of_p, q: of_q },
            cross_entropy,
            kl,
            reverse_kl,
            js,
        }
    }
}

/// The report as text: KL as the identity that it is, the reverse and Jensen–Shannon below.
pub fn families(report: &FamiliesReport) -> String {
    let unit = &report.unit;
    let line = |name: &str, found: &Found, title: &str| {
        let off = match found.uncertainty {
            Uncertainty::Bound { error_bound } if error_bound.0 > 0.0 => {
                format!(", ± {}", divergence(error_bound.0))
            }
            Uncertainty::Bound { .. } => String::new(),
            Uncertainty::Draws {
                standard_error,
                draws,
            } => format!(
                ", standard error {} of {draws} draws",
                divergence(standard_error.0)
            ),
        };
        // As many digits as are known.
        let value = match found.uncertainty {
            Uncertainty::Bound { .. } => precise(found.value.0),
            Uncertainty::Draws { .. } => divergence(found.value.0),
        };
        let words = format!("{unit}, {title}: {}{off}", found.method);
        (name.to_owned(), value, words)
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
