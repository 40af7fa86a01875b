//! The modified Bessel function I₀ and the moments of the von Mises distribution.
//!
//! Source: Abramowitz & Stegun 1964, 9.6.12 and 9.7.1.

use super::rule::bregman;
use super::special::excess;

/// From here on the asymptotic series is exact in f64.
const ASYMPTOTIC: f64 = 20.0;

/// ln(e^(−κ) I₀(κ)) for κ ≥ 0.
pub(super) fn ln_i0_scaled(kappa: f64) -> f64 {
    if kappa < ASYMPTOTIC {
        moments(kappa)[0].ln_1p() - kappa
    } else {
        -0.5 * (2.0 * std::f64::consts::PI * kappa).ln() + ln_tail(kappa)[0]
    }
}

/// A(κ) = I₁(κ)/I₀(κ), the mean cosine.
pub(super) fn mean_cosine(kappa: f64) -> f64 {
    if kappa < ASYMPTOTIC {
        let [i0_less_one, i1, _] = moments(kappa);
        i1 / (1.0 + i0_less_one)
    } else {
        1.0 - 0.5 / kappa + ln_tail(kappa)[1]
    }
}

/// ln I₀(to) − ln I₀(from) − (to − from) A(from) ≥ 0.
pub(super) fn ln_i0_bregman(to: f64, from: f64) -> f64 {
    let (low, high) = if to < from { (to, from) } else { (from, to) };
    if low >= ASYMPTOTIC {
        let rest = if high <= 2.0 * low {
            bregman(|kappa| ln_tail(kappa)[2], from, to - from)
        } else {
            let [value, slope, _] = ln_tail(from);
            ln_tail(to)[0] - value - (to - from) * slope
        };
        return 0.5 * excess(to, from) + rest;
    }
    if high - low <= 2.0 && high < ASYMPTOTIC {
        return bregman(cosine_variance, from, to - from);
    }
    let values = (ln_i0_scaled(to) + to) - (ln_i0_scaled(from) + from);
    values - (to - from) * mean_cosine(from)
}

/// A′(κ), the variance of the cosine, below the asymptotic range.
fn cosine_variance(kappa: f64) -> f64 {
    let [i0_less_one, i1, i2] = moments(kappa);
    let i0 = 1.0 + i0_less_one;
    // E cos² = ½ + ½ E cos 2θ.
    let mean = i1 / i0;
    0.5 + 0.5 * i2 / i0 - mean * mean
}

/// I₀ − 1, I₁ and I₂ by their series of positive terms.
fn moments(kappa: f64) -> [f64; 3] {
    let (half, square) = (0.5 * kappa, 0.25 * kappa * kappa);
    let mut term = 1.0;
    let (mut i0_less_one, mut i1, mut i2) = (0.0, 0.0, 0.0);
    for k in 1..400 {
        let k = f64::from(k);
        i1 += term * half / k;
        i2 += term * square / (k * (k + 1.0));
        term *= square / (k * k);
        i0_less_one += term;
        if term < 1e-18 * i0_less_one {
            break;
        }
    }
    [i0_less_one, i1, i2]
}

/// ln S, (ln S)′ and (ln S)″ where I₀(κ) = e^κ S(κ)/√(2πκ), S = 1 + 1/(8κ) + 9/(128κ²) + …
fn ln_tail(kappa: f64) -> [f64; 3] {
    let (mut term, mut sum, mut slope, mut second) = (1.0, 0.0, 0.0, 0.0);
    for k in 1..60 {
        let k = f64::from(k);
        let next = term * (2.0 * k - 1.0).powi(2) / (8.0 * k * kappa);
        if next < 1e-18 || next > term {
            break;
        }
        term = next;
        sum += term;
        slope -= k * term / kappa;
        second += k * (k + 1.0) * term / (kappa * kappa);
    }
    let all = 1.0 + sum;
    [
        sum.ln_1p(),
        slope / all,
        second / all - (slope / all).powi(2),
    ]
}
