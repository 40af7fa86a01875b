//! Divergences and entropies of any two families, by integral or sum over their densities.

use super::density::Point;
use super::landmarks::{landmarks, saddles};
use super::quadrature::{Integral, integrate};
use super::rule::Term;
use super::summation::sum;
use super::{Family, Support};
use crate::numeric::exp_above_tangent;

/// A term of the integral: from ln p and ln q, how far rounding may have moved each of them, and
/// the Jacobian's logarithm.
pub(super) type Kernel = fn([f64; 2], [f64; 2], f64) -> Term;

/// p (r − 1 − ln r) ≥ 0 with r = q/p, whose integral is KL(P‖Q): nothing cancels.
pub(super) fn kl_term([ln_p, ln_q]: [f64; 2], slack: [f64; 2], jacobian: f64) -> Term {
    let (p, q) = ((ln_p + jacobian).exp(), (ln_q + jacobian).exp());
    if p == 0.0 {
        return Term {
            value: q,
            slack: q * slack[1],
        };
    }
    let log = ln_q - ln_p;
    let value = if log > 1.0 {
        q - p * (1.0 + log)
    } else {
        p * exp_above_tangent(log)
    };
    // The derivatives by ln p and ln q are −p ln r and q − p.
    Term {
        value,
        slack: slack[0] * (p * log).abs() + slack[1] * (q - p).abs() + 4.0 * f64::EPSILON * value,
    }
}

/// ½ [p ln(2p/(p+q)) + q ln(2q/(p+q))] ≥ 0.
pub(super) fn js_term([ln_p, ln_q]: [f64; 2], slack: [f64; 2], jacobian: f64) -> Term {
    let (p, q) = ((ln_p + jacobian).exp(), (ln_q + jacobian).exp());
    let mean = 0.5 * (p + q);
    if mean == 0.0 {
        return Term::default();
    }
    let d = (0.5 * (ln_p - ln_q)).tanh();
    let value = 0.5
        * mean
        * if d.abs() < 0.25 {
            // Σ d²ᵏ/(k(2k − 1)).
            let square = d * d;
            let tail = (1..=14).rev().map(f64::from);
            square * tail.fold(0.0, |rest, k| rest * square + 1.0 / (k * (2.0 * k - 1.0)))
        } else {
            let part = |x: f64| {
                if x <= -1.0 {
                    0.0
                } else {
                    (1.0 + x) * x.ln_1p()
                }
            };
            part(d) + part(-d)
        };
    // The derivatives are ½ p ln(2p/(p+q)) and ½ q ln(2q/(p+q)).
    let pull = |share: f64| {
        if share > 0.0 {
            share * share.ln().abs()
        } else {
            0.0
        }
    };
    Term {
        value,
        slack: 0.5 * mean * (slack[0] * pull(p / mean) + slack[1] * pull(q / mean))
            + 4.0 * f64::EPSILON * value,
    }
}

/// −p ln q, whose integral is the cross-entropy; the entropy where q = p.
pub(super) fn cross_term([ln_p, ln_q]: [f64; 2], slack: [f64; 2], jacobian: f64) -> Term {
    let p = (ln_p + jacobian).exp();
    if p == 0.0 {
        return Term::default();
    }
    Term {
        value: -p * ln_q,
        slack: p * (slack[0] * ln_q.abs() + slack[1]),
    }
}

/// ∫ or Σ of a term over all outcomes of the two families, which must be of one kind.
pub(super) fn total(p: &Family, q: &Family, kernel: Kernel) -> Integral {
    let grains = [p, q].map(grain);
    let term = |ln: [f64; 2], jacobian: f64| {
        // ln-densities are right to a few ulps of themselves and of what they are made of.
        let size = |x: f64| if x.is_finite() { x.abs() } else { 0.0 };
        let fixed = |grain: f64| 4.0 * f64::EPSILON * (1.0 + grain);
        let slack = [0, 1].map(|i| fixed(grains[i]) + 2.0 * f64::EPSILON * size(ln[i]));
        kernel(ln, slack, jacobian)
    };
    if p.is_discrete() {
        return sum(&[p, q], &|k| {
            term([p, q].map(|family| family.ln_mass(k)), 0.0)
        });
    }
    let mut ends = [all_ends(p), all_ends(q)].concat();
    let mut marks = Vec::new();
    landmarks(p, &mut marks);
    landmarks(q, &mut marks);
    saddles(p, q, &mut marks);
    for points in [&mut ends, &mut marks] {
        points.retain(|x| !x.is_nan());
        points.sort_by(f64::total_cmp);
        points.dedup();
    }
    // Singularities stay sharp even if an end of one support lies inside the other.
    integrate(&ends, &marks, &|x: &Point, jacobian| {
        let ln = [p, q].map(|family| family.ln_density_on_support(x));
        let bounded = std::ptr::fn_addr_eq(kernel, js_term as Kernel);
        if ln[1] == f64::NEG_INFINITY && ln[0].is_finite() && !bounded {
            // Q's surprisal has overflowed, P's mass underflowed: their product need not have.
            let value = (ln[0] + jacobian + q.ln_surprisal_at(x)).exp();
            let slack = f64::EPSILON * (8.0 + 4.0 * ln[0].abs() + grains[0]) * value;
            return Term { value, slack };
        }
        term(ln, jacobian)
    })
}

/// The ends of every component's support.
fn all_ends(family: &Family) -> Vec<f64> {
    match family {
        Family::Mixture { components } => {
            components.iter().flat_map(|(_, c)| all_ends(c)).collect()
        }
        single => match single.support() {
            Support::Intervals(_) => single.support().ends(),
            Support::Integers { .. } => Vec::new(),
        },
    }
}

/// How much the rounding of x is magnified in the log-density: large where the mass is narrow
/// against its distance from the origin.
fn grain(family: &Family) -> f64 {
    let root = |n: f64| 10.0 * n.sqrt();
    match *family {
        Family::Gamma { shape, .. }
        | Family::ExpGamma { shape, .. }
        | Family::ExpInverseGamma { shape, .. }
        | Family::InverseGamma { shape, .. } => root(shape),
        Family::Chi { df } | Family::Chi2 { df } => root(df),
        Family::Beta { a, b } => root(a + b),
        Family::Weibull { shape, .. } => 10.0 * shape,
        Family::Binomial { trials, .. } => root(trials),
        Family::Poisson { rate } => root(rate),
        Family::NegativeBinomial {
            successes,
            probability,
        } => root(successes / probability),
        Family::LogNormal { mean, sd } => 10.0 * (1.0 + mean.abs()) / sd.min(1.0),
        Family::LogitNormal { mean, sd } => 10.0 * (1.0 + mean.abs()) / sd.min(1.0),
        Family::InverseGaussian { mean, shape } => root(1.0 + shape / mean),
        Family::VonMises { concentration, .. } => root(concentration),
        Family::ContinuousBernoulli { probability } => super::density::logit(probability).abs(),
        Family::Pareto { shape, .. } => shape,
        Family::StudentT { df, .. } => 1.0 + df.ln().abs(),
        Family::Mixture { ref components } => {
            components.iter().map(|(_, c)| grain(c)).fold(0.0, f64::max)
        }
        _ => 1.0,
    }
}
