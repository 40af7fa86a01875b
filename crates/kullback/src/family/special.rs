//! Special functions, and the differences of them that must not cancel.
//!
//! ln Γ and erfc are libm's (errors below 1 ulp away from roots, 2 ulps elsewhere, against mpmath).
//! What no crate has is the *Bregman divergence* of ln Γ,
//! B(b; a) = ln Γ(b) − ln Γ(a) − (b − a)ψ(a) ≥ 0, which every divergence of gamma, beta and
//! Dirichlet distributions consists of. Formed from its three parts it loses all digits at
//! parameters of 10⁸. Here it is split by Stirling's formula,
//! ln Γ(x) = (x − ½) ln x − x + ½ ln 2π + μ(x), into three Bregman divergences, each of them a sum
//! of non-negative terms.
//!
//! Source: Binet 1839 (μ); Gudermann 1845 (its series); Loader 2000 (the saddle-point form of
//! probability masses).

use super::rule::bregman;
use crate::numeric::exp_above_tangent;
use crate::ratio;

/// ln √(2π).
pub(super) const LN_SQRT_TAU: f64 = 0.918_938_533_204_672_8;
/// The Euler–Mascheroni constant.
pub(super) const EULER: f64 = 0.577_215_664_901_532_9;

/// ln Γ(x) for x > 0.
pub(super) fn ln_gamma(x: f64) -> f64 {
    libm::lgamma(x)
}

/// d − ln(1 + d) ≥ 0 for d that is not near −1, to full relative accuracy.
pub(super) fn above_log(d: f64) -> f64 {
    exp_above_tangent(d.ln_1p())
}

/// y/x − 1 − ln(y/x) ≥ 0 for x, y > 0, however close or far apart.
pub(super) fn excess(y: f64, x: f64) -> f64 {
    let d = (y - x) / x;
    if d.abs() < 0.5 {
        above_log(d)
    } else {
        d - ratio::of_masses(y, x)
    }
}

/// x ln(x/y) − x + y ≥ 0 for x, y ≥ 0: the Poisson divergence, 0·ln 0 being 0.
pub(crate) fn deviance(x: f64, y: f64) -> f64 {
    let d = (y - x) / x;
    if x == 0.0 {
        y
    } else if d.abs() < 0.5 {
        x * above_log(d)
    } else {
        x * ratio::of_masses(x, y) + (y - x)
    }
}

/// [`deviance`] for a `y` that may have left the exponent range, given by its logarithm too.
pub(super) fn deviance_ln(x: f64, y: f64, ln_y: f64) -> f64 {
    let d = (y - x) / x;
    if d.abs() < 0.5 {
        x * above_log(d)
    } else {
        x * (x.ln() - ln_y) + (y - x)
    }
}

/// From this argument on the asymptotic series below are exact in f64.
const ASYMPTOTIC: f64 = 16.0;

/// Binet's function μ(x) = ln Γ(x) − (x − ½) ln x + x − ½ ln 2π > 0, for x > 0.
///
/// Relative error below 10⁻¹⁵: below 16 it climbs by Gudermann's series of positive terms.
pub(crate) fn binet(x: f64) -> f64 {
    let (mut sum, mut x) = (0.0, x);
    while x < ASYMPTOTIC {
        sum += gudermann(x);
        x += 1.0;
    }
    sum + series(
        x,
        &[
            1.0 / 12.0,
            -1.0 / 360.0,
            1.0 / 1260.0,
            -1.0 / 1680.0,
            1.0 / 1188.0,
            -691.0 / 360_360.0,
            1.0 / 156.0,
            -3617.0 / 122_400.0,
        ],
    ) / x
}

/// μ(x) − μ(x + 1) = (x + ½) ln(1 + 1/x) − 1.
fn gudermann(x: f64) -> f64 {
    let y = 1.0 / (2.0 * x + 1.0);
    if y > 0.5 {
        return (x + 0.5) * (1.0 / x).ln_1p() - 1.0;
    }
    // artanh(y)/y − 1 = y²/3 + y⁴/5 + …
    let square = y * y;
    let (mut power, mut sum, mut k) = (square, 0.0, 3.0);
    while power > 1e-18 * square {
        sum += power / k;
        power *= square;
        k += 2.0;
    }
    sum
}

/// μ″(x) = ψ′(x) − 1/x − 1/(2x²) > 0.
pub(crate) fn binet_second(x: f64) -> f64 {
    let (mut sum, mut x) = (0.0, x);
    while x < ASYMPTOTIC {
        // μ″(x) − μ″(x + 1) is a square.
        sum += 0.5 / (x * (x + 1.0)).powi(2);
        x += 1.0;
    }
    let terms = [
        1.0 / 6.0,
        -1.0 / 30.0,
        1.0 / 42.0,
        -1.0 / 30.0,
        5.0 / 66.0,
        -691.0 / 2730.0,
        7.0 / 6.0,
        -3617.0 / 510.0,
    ];
    sum + series(x, &terms) / x.powi(3)
}

/// Σ cₖ x⁻²ᵏ.
fn series(x: f64, coefficients: &[f64]) -> f64 {
    let inverse = 1.0 / (x * x);
    coefficients
        .iter()
        .rev()
        .fold(0.0, |sum, c| sum * inverse + c)
}

/// μ′(x) = ψ(x) − ln x + 1/(2x) < 0.
fn binet_slope(x: f64) -> f64 {
    let (mut sum, mut x) = (0.0, x);
    while x < ASYMPTOTIC {
        sum += (1.0 / x).ln_1p() - 0.5 / x - 0.5 / (x + 1.0);
        x += 1.0;
    }
    let terms = [
        1.0 / 12.0,
        -1.0 / 120.0,
        1.0 / 252.0,
        -1.0 / 240.0,
        1.0 / 132.0,
        -691.0 / 32_760.0,
        1.0 / 12.0,
        -3617.0 / 8160.0,
    ];
    sum - series(x, &terms) / (x * x)
}

/// ψ(x), the derivative of ln Γ, for x > 0; absolute error below 4·10⁻¹⁵·max(1, |ψ|).
pub(crate) fn digamma(x: f64) -> f64 {
    let (mut below, mut x) = (0.0, x);
    while x < ASYMPTOTIC {
        below += 1.0 / x;
        x += 1.0;
    }
    (x.ln() - 0.5 / x + binet_slope(x)) - below
}

/// ψ′(x) for x > 0.
pub(crate) fn trigamma(x: f64) -> f64 {
    1.0 / x + 0.5 / (x * x) + binet_second(x)
}

/// ln Γ(a) − (a − 1) ψ(a) + a, the entropy of a gamma variable of shape a and rate 1.
pub(super) fn gamma_entropy(a: f64) -> f64 {
    if a < 1.0 {
        ln_gamma(a) + (1.0 - a) * digamma(a) + a
    } else {
        // By Stirling's formula, whose large parts cancel.
        let rest = (a - 1.0) * (0.5 / a - binet_slope(a));
        0.5 * a.ln() + LN_SQRT_TAU + binet(a) + rest
    }
}

/// ln Γ(b) − ln Γ(a) − (b − a)ψ(a) ≥ 0 less its leading part [`deviance`]`(b, a)`.
///
/// Gamma, beta and Dirichlet divergences merge that part with their own.
pub(super) fn ln_gamma_bregman_rest(b: f64, a: f64) -> f64 {
    let binets = if (0.5..=2.0).contains(&(b / a)) {
        bregman(binet_second, a, b - a)
    } else {
        binet(b) - binet(a) - (b - a) * binet_slope(a)
    };
    0.5 * excess(b, a) + binets
}

/// ln Γ(b) − ln Γ(a) − (b − a)ψ(a) ≥ 0, for a, b > 0 and gap = b − a.
///
/// By the gap too, because the difference of the rounded b and a may have lost its digits.
pub(super) fn ln_gamma_bregman(b: f64, a: f64, gap: f64) -> f64 {
    if gap.abs() < 0.5 * a {
        b * above_log(-gap / b) + 0.5 * above_log(gap / a) + bregman(binet_second, a, gap)
    } else {
        deviance(b, a) + ln_gamma_bregman_rest(b, a)
    }
}

/// ln B(a, b), the logarithm of the beta function, without the cancellation of large arguments.
pub(super) fn ln_beta(a: f64, b: f64) -> f64 {
    let n = a + b;
    LN_SQRT_TAU + 0.5 * (n / a / b).ln() - a * (b / a).ln_1p() - b * (a / b).ln_1p()
        + (binet(a) + binet(b) - binet(n))
}

/// eˣ² erfc(x) for x ≥ 0: erfc without its underflow. Relative error below 10⁻¹⁴.
pub(super) fn erfc_scaled(x: f64) -> f64 {
    if x < 6.0 {
        let square = x * x;
        let lost = x.mul_add(x, -square);
        return square.exp() * (1.0 + lost) * libm::erfc(x);
    }
    // Laplace's continued fraction 1/(x + ½/(x + 1/(x + 3/2/(x + …)))), from the far end.
    let fraction = (1..=60)
        .rev()
        .fold(x, |rest, k| x + 0.5 * f64::from(k) / rest);
    std::f64::consts::FRAC_2_SQRT_PI * 0.5 / fraction
}

/// ln Φ(z), the logarithm of the standard normal's distribution function.
pub(crate) fn ln_phi(z: f64) -> f64 {
    let x = z.abs() * std::f64::consts::FRAC_1_SQRT_2;
    if z > 0.0 {
        (-0.5 * libm::erfc(x)).ln_1p()
    } else {
        (0.5 * erfc_scaled(x)).ln() - 0.5 * z * z
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// x, ln Γ, ψ, μ, from mpmath at 40 digits (tests/reference/families.py prints them).
    const TABLE: &str = include_str!("../../tests/reference/special.csv");

    fn rows(function: &str) -> Vec<Vec<f64>> {
        let rows: Vec<Vec<f64>> = TABLE
            .lines()
            .filter_map(|line| line.strip_prefix(function)?.strip_prefix(','))
            .map(|line| line.split(',').map(|x| x.parse().unwrap()).collect())
            .collect();
        assert!(rows.len() >= 8, "{function} has no reference values");
        rows
    }

    fn hold(function: &str, tolerance: f64, f: impl Fn(&[f64]) -> f64) {
        for row in rows(function) {
            let (arguments, reference) = (&row[..row.len() - 1], row[row.len() - 1]);
            let value = f(arguments);
            let error = ((value - reference) / reference).abs();
            assert!(
                error <= tolerance,
                "{function}{arguments:?} is {value:e}, not {reference:e}: {error:.1e}"
            );
        }
    }

    #[test]
    fn special_functions_agree_with_mpmath() {
        use crate::family::bessel::cumulant;
        hold("cumulant", 1e-13, |x| cumulant(x[0], x[1]).scaled);
        hold("cumulant_mean", 1e-13, |x| cumulant(x[0], x[1]).mean);
        hold("cumulant_variance", 1e-11, |x| {
            cumulant(x[0], x[1]).variance
        });
        hold("ln_gamma", 1e-15, |x| ln_gamma(x[0]));
        hold("digamma", 4e-15, |x| digamma(x[0]));
        hold("binet", 1e-15, |x| binet(x[0]));
        hold("binet_second", 1e-15, |x| binet_second(x[0]));
        hold("bregman", 1e-13, |x| {
            ln_gamma_bregman(x[0], x[1], x[0] - x[1])
        });
        hold("ln_beta", 2e-14, |x| ln_beta(x[0], x[1]));
        hold("erfc_scaled", 1e-14, |x| erfc_scaled(x[0]));
        hold("ln_phi", 1e-14, |x| ln_phi(x[0]));
    }
}
