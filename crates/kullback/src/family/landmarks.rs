//! Where the mass of a continuous family lies: points that quadrature must not step over.

use super::Family;
use super::log_gamma::LogGamma;
use super::special::digamma;

/// Multiples of the spread at which landmarks stand.
const STEPS: [f64; 7] = [-10.0, -4.0, -1.0, 0.0, 1.0, 4.0, 10.0];

/// Adds the point where a normal P times the doubly exponential surprisal of Q peaks, which may
/// lie far from the mass of either.
pub(super) fn saddles(p: &Family, q: &Family, out: &mut Vec<f64>) {
    match (p, q) {
        (Family::Mixture { components }, _) => {
            components.iter().for_each(|(_, c)| saddles(c, q, out));
        }
        (_, Family::Mixture { components }) => {
            components.iter().for_each(|(_, c)| saddles(p, c, out));
        }
        (Family::Normal { mean, sd }, _) => {
            if let Some(form) = LogGamma::of(q).filter(|form| !form.positive) {
                let centre = mean + sd * sd / form.stretch();
                out.extend(STEPS.iter().map(|step| centre + step * sd));
            }
        }
        _ => {}
    }
}

/// Adds points that bracket the bulk of the mass, kinks included; some may lie outside the support.
pub(super) fn landmarks(family: &Family, out: &mut Vec<f64>) {
    let mut around = |centre: f64, spread: f64, map: &dyn Fn(f64) -> f64| {
        out.extend(STEPS.iter().map(|step| map(centre + step * spread)));
    };
    let same = |x: f64| x;
    match *family {
        Family::Normal { mean, sd } => around(mean, sd, &same),
        Family::LogNormal { mean, sd } => around(mean, sd, &f64::exp),
        Family::LogitNormal { mean, sd } => around(mean, sd, &|y| 1.0 / (1.0 + (-y).exp())),
        Family::TruncatedNormal {
            mean,
            sd,
            low,
            high,
        } => {
            around(mean, sd, &same);
            let (near, slope) = if mean < low {
                (low, 1.0)
            } else if mean > high {
                (high, -1.0)
            } else {
                (0.5 * (low + high), 0.0)
            };
            // Far from the mean it falls exponentially, at this length.
            let length = sd / ((near - mean).abs() / sd).max(1.0);
            around(near + slope * length, 0.1 * length, &same);
        }
        Family::Laplace { location, scale }
        | Family::Logistic { location, scale }
        | Family::Cauchy { location, scale }
        | Family::StudentT {
            location, scale, ..
        } => around(location, scale, &same),
        Family::Uniform { low, high } => around(0.5 * (low + high), 0.1 * (high - low), &same),
        Family::ContinuousBernoulli { probability } => {
            let tilt = super::density::logit(probability);
            let length = 1.0 / tilt.abs().max(2.0);
            let centre = if tilt < 0.0 { length } else { 1.0 - length };
            around(centre, 0.1 * length, &same);
        }
        Family::Beta { a, b } => {
            let n = a + b;
            around(a / n, (a / n * (b / n) / (n + 1.0)).sqrt(), &same);
            // The mode, which may lie far from the mean.
            around((a / n).clamp(1e-9, 1.0 - 1e-9), 1e-3, &same);
        }
        Family::Pareto { shape, scale } => around(0.0, 1.0 / shape, &|y| scale * y.exp()),
        Family::InverseGaussian { mean, shape } => {
            let spread = mean * (mean / shape).sqrt().min(1.0);
            around(mean, spread, &same);
            // The mode: μ(√(1 + (3μ/2λ)²) − 3μ/2λ), without its cancellation.
            let skew = 1.5 * mean / shape;
            let mode = mean / ((skew * skew + 1.0).sqrt() + skew);
            around(mode, 0.1 * mode, &same);
        }
        Family::VonMises {
            mean,
            concentration,
        } => {
            let turn = std::f64::consts::TAU;
            let centre = mean - turn * (mean / turn).round();
            let spread = 1.0 / concentration.max(1.0).sqrt();
            for shift in [-turn, 0.0, turn] {
                around(centre + shift, spread, &same);
            }
        }
        Family::Mixture { ref components } => {
            for (_, component) in components {
                landmarks(component, out);
            }
        }
        _ => {
            if let Some(form) = LogGamma::of(family) {
                let a = form.shape;
                let spread = (1.0 / a + 1.0 / (a * a)).sqrt();
                // ln G falls no slower than exponentially to the left, and doubly so to the right.
                let most = (a + 10.0 * a.sqrt() + 40.0).ln();
                around(digamma(a), spread, &|w| form.at(w.min(most)));
                if a < 1.0 {
                    around(0.0, 0.5, &|w| form.at(w));
                }
            }
        }
    }
}
