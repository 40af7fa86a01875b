//! The normaliser of the von Mises–Fisher distributions and its derivatives.
//!
//! With ν = d/2 − 1 in d dimensions, Φ(κ) = ln Σ (κ²/4)ᵏ/(k! (ν+1)ₖ) = ln[Γ(ν+1) (2/κ)^ν I_ν(κ)] is
//! the cumulant function of the cosine to the mean direction: Φ′ is its mean, Φ″ its variance. On
//! the circle ν = 0 and Φ = ln I₀. Source: Abramowitz & Stegun 1964, 9.6.10 and 9.7.1; Watson 1983.

use std::f64::consts::{LN_2, TAU};

use super::moments::Terms;
use super::quadrature::Integral;
use super::rule::over_unit;
use super::special::ln_gamma;
use crate::numeric::Sum;

/// Φ and its derivatives at one concentration.
#[derive(Clone, Copy)]
pub(super) struct Cumulant {
    /// Φ(κ) − κ.
    pub(super) scaled: f64,
    /// Φ′(κ), the mean cosine.
    pub(super) mean: f64,
    /// 1 − Φ′(κ), exact where the mean is near 1.
    pub(super) shortfall: f64,
    /// Φ″(κ), the variance of the cosine.
    pub(super) variance: f64,
    /// What rounding may have done to `scaled`.
    pub(super) slack: f64,
}

/// Φ of order ν ≥ 0 at κ ≥ 0.
pub(super) fn cumulant(order: f64, kappa: f64) -> Cumulant {
    if kappa >= asymptotic(order) {
        at_large(order, kappa)
    } else if kappa < 1e-8 {
        // κ²/(4ν + 4), the next term being of fourth order.
        let variance = 0.5 / (order + 1.0);
        let mean = variance * kappa;
        Cumulant {
            scaled: 0.5 * mean * kappa - kappa,
            mean,
            shortfall: 1.0 - mean,
            variance,
            slack: f64::EPSILON * kappa,
        }
    } else {
        by_series(order, kappa)
    }
}

/// From here on the asymptotic series is exact in f64.
fn asymptotic(order: f64) -> f64 {
    (order * order).max(20.0)
}

/// Φ(to) − Φ(from) − (to − from) Φ′(from) = ∫ (to − κ) Φ″(κ) dκ ≥ 0.
///
/// Cut where κ doubles, so that the rule is exact on each piece: the nearest singularities are the
/// zeros of I_ν, at imaginary κ beyond ν.
pub(super) fn cumulant_bregman(order: f64, to: f64, from: f64) -> f64 {
    let (low, high) = if to < from { (to, from) } else { (from, to) };
    let mut corners = vec![low];
    let mut corner = order.max(2.0);
    while corner < high {
        if corner > low {
            corners.push(corner);
        }
        corner *= 2.0;
    }
    corners.push(high);
    if to < from {
        corners.reverse();
    }
    let pieces = corners.windows(2).map(|piece| {
        let (gap, beyond) = (piece[1] - piece[0], to - piece[1]);
        let weighted =
            |s: f64| (beyond + (1.0 - s) * gap) * cumulant(order, piece[0] + s * gap).variance;
        gap * over_unit(weighted)
    });
    pieces.collect::<Sum>().total()
}

/// By the series of positive terms, outwards from the largest.
fn by_series(order: f64, kappa: f64) -> Cumulant {
    let x = 0.25 * kappa * kappa;
    let top = (0.5 * kappa * (kappa / (order + order.hypot(kappa)))).floor();
    // Weights relative to the largest, by their distance from it.
    let (mut rest, mut first, mut second) = (Sum::default(), Sum::default(), Sum::default());
    for up in [true, false] {
        let (mut weight, mut k) = (1.0, top);
        loop {
            if up {
                weight *= x / ((k + 1.0) * (order + k + 1.0));
                k += 1.0;
            } else if k > 0.0 {
                weight *= k * (order + k) / x;
                k -= 1.0;
            } else {
                break;
            }
            let off = k - top;
            rest.add(weight);
            first.add(weight * off);
            second.add(weight * off * off);
            if weight < 1e-20 {
                break;
            }
        }
    }
    let all = 1.0 + rest.total();
    let off = first.total() / all;
    let (mean_index, spread) = (top + off, second.total() / all - off * off);
    // ln of the largest weight; of the first, exactly 0.
    let largest = if top > 0.0 {
        Terms::new(&[
            top * x.ln(),
            -ln_gamma(top + 1.0),
            -ln_gamma(order + top + 1.0),
            ln_gamma(order + 1.0),
        ])
    } else {
        Terms::new(&[])
    };
    let Integral { value, bound } = largest.with_size(kappa).rounded();
    let mean = 2.0 * mean_index / kappa;
    Cumulant {
        scaled: value + rest.total().ln_1p() - kappa,
        mean,
        shortfall: 1.0 - mean,
        variance: (4.0 * spread - 2.0 * mean_index) / (kappa * kappa),
        slack: bound,
    }
}

/// I_ν(κ) = e^κ S(κ)/√(2πκ) with S = 1 − (4ν² − 1)/(8κ) + …
fn at_large(order: f64, kappa: f64) -> Cumulant {
    let (mut term, mut sum, mut slope, mut second) = (1.0_f64, 0.0, 0.0, 0.0);
    for k in 1..80 {
        let k = f64::from(k);
        let odd = 2.0 * k - 1.0;
        let next = -term * (2.0 * order - odd) * (2.0 * order + odd) / (8.0 * k * kappa);
        if next.abs() < 1e-18 || next.abs() > term.abs() {
            break;
        }
        term = next;
        sum += term;
        slope -= k * term / kappa;
        second += k * (k + 1.0) * term / (kappa * kappa);
    }
    let slope = slope / (1.0 + sum);
    let power = order + 0.5;
    let Integral { value, bound } = Terms::new(&[
        -0.5 * TAU.ln(),
        -power * kappa.ln(),
        order * LN_2,
        ln_gamma(order + 1.0),
        sum.ln_1p(),
    ])
    .rounded();
    let shortfall = power / kappa - slope;
    Cumulant {
        scaled: value,
        mean: 1.0 - shortfall,
        shortfall,
        variance: power / (kappa * kappa) + (second / (1.0 + sum) - slope * slope),
        slack: bound,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_series_and_the_asymptotic_series_meet() {
        for order in [0.0, 0.5, 1.0, 4.0, 12.0, 99.0] {
            let kappa = asymptotic(order) * 1.01;
            let (a, b) = (by_series(order, kappa), at_large(order, kappa));
            for (a, b, tolerance) in [
                (a.scaled, b.scaled, 1e-13),
                (a.mean, b.mean, 1e-14),
                (a.variance, b.variance, 1e-11),
            ] {
                assert!((a / b - 1.0).abs() < tolerance, "{order}: {a} {b}");
            }
        }
    }

    #[test]
    fn in_three_dimensions_it_is_a_hyperbolic_sine() {
        for kappa in [1e-9, 1e-3, 0.7, 5.0, 19.0, 40.0, 1e6] {
            let found = cumulant(0.5, kappa);
            let exact: f64 = if kappa < 0.01 {
                // coth κ − 1/κ
                kappa / 3.0
            } else {
                1.0 / f64::tanh(kappa) - 1.0 / kappa
            };
            assert!((found.mean / exact - 1.0).abs() < 1e-6, "{kappa}");
            let ln = (-(-2.0 * kappa).exp_m1() / (2.0 * kappa)).ln();
            assert!((found.scaled - ln).abs() <= 1e-15 + found.slack, "{kappa}");
        }
    }
}
