//! Closed forms within one family or one group of families.
//!
//! Each is written as a sum of terms that are zero or above, or of second order in the
//! differences of the parameters, so that nearly equal distributions lose no digits.

use super::Family;
use super::bessel::{cumulant, cumulant_bregman};
use super::density::{ln_sinhc, logit};
use super::log_gamma::LogGamma;
use super::quadrature::Integral;
use super::rule::bregman;
use super::special::{
    above_log, deviance, digamma, excess, ln_gamma_bregman, ln_gamma_bregman_rest,
};
use crate::numeric::{Sum, Wide, exp_above_tangent};
use crate::ratio;

/// KL(P‖Q) in closed form, if there is one for these two; P's support lies within Q's.
pub(super) fn kl(p: &Family, q: &Family) -> Option<Integral> {
    use Family::{
        Beta, Binomial, Cauchy, ContinuousBernoulli, Geometric, InverseGaussian, Laplace,
        LogNormal, LogitNormal, NegativeBinomial, Normal, Pareto, Poisson, Uniform, VonMises,
    };
    let value = match (p, q) {
        (Normal { mean: m, sd: s }, Normal { mean: n, sd: t })
        | (LogNormal { mean: m, sd: s }, LogNormal { mean: n, sd: t })
        | (LogitNormal { mean: m, sd: s }, LogitNormal { mean: n, sd: t }) => normal(m - n, *s, *t),
        (
            Laplace {
                location: m,
                scale: s,
            },
            Laplace {
                location: n,
                scale: t,
            },
        ) => {
            let shift = (m - n).abs() / s;
            excess(*s, *t) + s / t * exp_above_tangent(-shift)
        }
        (
            Cauchy {
                location: m,
                scale: s,
            },
            Cauchy {
                location: n,
                scale: t,
            },
        ) => {
            let [by_scale, by_location] = [(s - t) / s, (m - n) / s];
            (0.25 * (by_scale * (s - t) / t + by_location * (m - n) / t)).ln_1p()
        }
        (Beta { a, b }, Beta { a: c, b: d }) => dirichlet(&[*a, *b], &[*c, *d]),
        (ContinuousBernoulli { probability: p }, ContinuousBernoulli { probability: q }) => {
            continuous_bernoulli(*p, *q)
        }
        (Pareto { shape: a, scale: m }, Pareto { shape: b, scale: n }) => {
            excess(*b, *a) + b * ratio::of_masses(*m, *n)
        }
        (Uniform { low: a, high: b }, Uniform { low: c, high: d }) => {
            (((a - c) + (d - b)) / (b - a)).ln_1p()
        }
        (InverseGaussian { mean: m, shape: s }, InverseGaussian { mean: n, shape: t }) => {
            let off = (m - n) / n;
            0.5 * (excess(*t, *s) + t / m * off * off)
        }
        (
            VonMises {
                mean: m,
                concentration: k,
            },
            VonMises {
                mean: n,
                concentration: l,
            },
        ) => {
            let sine = (0.5 * (m - n)).sin();
            cumulant_bregman(0.0, *l, *k) + 2.0 * cumulant(0.0, *k).mean * l * sine * sine
        }
        (Poisson { rate: a }, Poisson { rate: b }) => deviance(*a, *b),
        (
            Binomial {
                trials: n,
                probability: p,
            },
            Binomial {
                trials: m,
                probability: q,
            },
        ) if n.total_cmp(m).is_eq() => n * bernoulli(*p, *q),
        (Geometric { probability: p }, Geometric { probability: q }) => bernoulli(*p, *q) / p,
        (
            NegativeBinomial {
                successes: r,
                probability: p,
            },
            NegativeBinomial {
                successes: s,
                probability: q,
            },
        ) if r.total_cmp(s).is_eq() => r * (bernoulli(*p, *q) / p),
        _ => return of_log_gamma(LogGamma::of(p)?, LogGamma::of(q)?),
    };
    Some(exactly(value))
}

/// A value whose terms do not cancel.
pub(super) fn exactly(value: f64) -> Integral {
    Integral {
        value,
        bound: 64.0 * f64::EPSILON * value,
    }
}

/// ½ [(m − n)²/t² + x − ln(1 + x)] with x = (s² − t²)/t², of two normals.
fn normal(shift: f64, s: f64, t: f64) -> f64 {
    let (z, d) = (shift / t, (s - t) / t);
    // x = d(2 + d), and ln(1 + x) = 2 ln(1 + d).
    0.5 * (z * z + d * d) + excess(s, t)
}

/// p ln(p/q) + (1 − p) ln((1 − p)/(1 − q)).
fn bernoulli(p: f64, q: f64) -> f64 {
    // The deviance of the complements, by the difference that is exact.
    let (rest, d) = (1.0 - p, p - q);
    let of_rest = if rest == 0.0 {
        1.0 - q
    } else if d.abs() < 0.5 * rest {
        rest * above_log(d / rest)
    } else {
        deviance(rest, 1.0 - q)
    };
    deviance(p, q) + of_rest
}

/// KL of two Dirichlet distributions; with two parameters, of two beta distributions.
///
/// Σ B(bᵢ; aᵢ) − B(b₀; a₀), where B is the Bregman divergence of ln Γ and index 0 the sums.
pub(super) fn dirichlet(a: &[f64], b: &[f64]) -> f64 {
    let total = |x: &[f64]| x.iter().copied().collect::<Sum>().wide();
    let (a0, b0) = (total(a), total(b));
    let mut sum = Sum::default();
    for (&a, &b) in a.iter().zip(b) {
        // b ln((b/b₀)/(a/a₀)) − b + a b₀/a₀ ≥ 0
        let log = ratio::of_shares(a, a0, b, b0);
        sum.add(b * exp_above_tangent(log));
        sum.add(ln_gamma_bregman_rest(b, a));
    }
    sum.add(-ln_gamma_bregman_rest(b0.high, a0.high));
    sum.total()
}

/// The Bregman divergence of ln((e^η − 1)/η) between the tilts η = logit λ.
fn continuous_bernoulli(p: f64, q: f64) -> f64 {
    let (from, to) = (logit(p), logit(q));
    if (to - from).abs() <= 2.0 {
        // logit q − logit p, exact where they are close.
        let gap = ((q - p) / p).ln_1p() - ((p - q) / (1.0 - p)).ln_1p();
        return bregman(tilted_variance, from, gap);
    }
    let mean_less_half = tilted_mean_less_half(from);
    ln_sinhc(0.5 * to) - ln_sinhc(0.5 * from) - (to - from) * mean_less_half
}

/// The mean of the continuous Bernoulli of tilt η, less ½: ½ coth(η/2) − 1/η.
pub(super) fn tilted_mean_less_half(tilt: f64) -> f64 {
    if tilt.abs() < 1.0 {
        // Bernoulli numbers: Σ B₂ₖ η^(2k−1)/(2k)!.
        let square = tilt * tilt;
        let terms = [
            1.0 / 12.0,
            -1.0 / 720.0,
            1.0 / 30_240.0,
            -1.0 / 1_209_600.0,
            1.0 / 47_900_160.0,
            -691.0 / 1_307_674_368_000.0,
            1.0 / 74_724_249_600.0,
            -3617.0 / 10_670_622_842_880_000.0,
        ];
        tilt * terms
            .iter()
            .rev()
            .fold(0.0, |sum, term| sum * square + term)
    } else {
        0.5 / (0.5 * tilt).tanh() - 1.0 / tilt
    }
}

/// The variance of the continuous Bernoulli of tilt η: 1/η² − 1/(4 sinh²(η/2)).
pub(super) fn tilted_variance(tilt: f64) -> f64 {
    if tilt.abs() < 1.0 {
        let square = tilt * tilt;
        let terms = [
            1.0 / 12.0,
            -3.0 / 720.0,
            5.0 / 30_240.0,
            -7.0 / 1_209_600.0,
            9.0 / 47_900_160.0,
            -11.0 * 691.0 / 1_307_674_368_000.0,
            13.0 / 74_724_249_600.0,
            -15.0 * 3617.0 / 10_670_622_842_880_000.0,
        ];
        terms
            .iter()
            .rev()
            .fold(0.0, |sum, term| sum * square + term)
    } else {
        let sinh = (0.5 * tilt).sinh();
        1.0 / (tilt * tilt) - 0.25 / (sinh * sinh)
    }
}

/// KL between powers or logarithms of gamma variables, all of them in one formula.
///
/// With ρ the ratio of the stretches and c the shift in units of Q's stretch,
/// KL = a (eᵘ − 1 − u) + a B(a+ρ; a+1) + (ρ − 1 − ln|ρ|) + B(b; a) + (a − b)(c + (ρ − 1)ψ(a)),
/// u = c + ln Γ(a + ρ) − ln Γ(a + 1); at ρ = 1 it is the gamma divergence. Infinite unless
/// a + ρ > 0. Source: Bauckhage 2014 (generalised gamma), rearranged.
fn of_log_gamma(p: LogGamma, q: LogGamma) -> Option<Integral> {
    if p.positive != q.positive {
        return None;
    }
    let (a, b) = (p.shape, q.shape);
    // ρ − 1 as a fraction formed without rounding its numerator.
    let (left, right) = (p.stretch[0] * q.stretch[1], p.stretch[1] * q.stretch[0]);
    let rest =
        p.stretch[0].mul_add(q.stretch[1], -left) - p.stretch[1].mul_add(q.stretch[0], -right);
    let off = ((left - right) + rest) / right;
    let rho = left / right;
    let exact = |x: f64| Wide { high: x, low: 0.0 };
    let by_scale = ratio::of_shares(p.scale[0], exact(p.scale[1]), q.scale[0], exact(q.scale[1]));
    let by_location = p.mean - q.mean;
    let shift = (by_scale + by_location) / q.stretch() + (p.bias - q.bias) + p.bias * off;
    if a + rho <= 0.0 {
        return Some(Integral {
            value: f64::INFINITY,
            bound: 0.0,
        });
    }
    if off == 0.0 {
        // b ln(b/(a eᶜ)) − b + a eᶜ, by the distance of a eᶜ from b.
        let d = if shift.abs() < 0.5 {
            (a - b) / b + a / b * shift.exp_m1()
        } else {
            a / b * shift.exp() - 1.0
        };
        let first = if d.abs() < 0.5 {
            b * above_log(d)
        } else {
            b * ((b / a).ln() - shift) + b * d
        };
        return Some(exactly(first + ln_gamma_bregman_rest(b, a)));
    }
    let beyond = ln_gamma_bregman(a + rho, a + 1.0, off);
    let u = shift + off * digamma(a + 1.0) + beyond;
    let terms = [
        a * exp_above_tangent(u),
        a * beyond,
        if off.abs() < 0.5 {
            above_log(off)
        } else {
            off - rho.abs().ln()
        },
        ln_gamma_bregman(b, a, b - a),
        (a - b) * (shift + off * digamma(a)),
    ];
    let size: f64 = terms.iter().map(|term| term.abs()).sum();
    // Rounding of u is magnified by the slope of the first term.
    let of_u = shift.abs() + (off * digamma(a + 1.0)).abs() + 1e-300;
    let slope = a * u.exp_m1().abs() * of_u + (a - b).abs() * of_u;
    Some(Integral {
        value: terms.into_iter().collect::<Sum>().total(),
        bound: 64.0 * f64::EPSILON * (size + slope),
    })
}
