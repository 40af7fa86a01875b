//! χ² and its non-central sibling, for any positive real number of degrees of freedom.

use std::f64::consts::TAU;

use crate::family::special::{binet, deviance, ln_phi};

/// Relative size at which a series or a continued fraction has converged.
const CONVERGED: f64 = 1e-14;

/// xᵃ e⁻ˣ/Γ(a + 1), the Poisson mass of a under mean x, for a, x > 0.
fn poisson(a: f64, x: f64) -> f64 {
    (-deviance(a, x) - binet(a)).exp() / (TAU * a).sqrt()
}

/// P(a, x), the regularised lower incomplete gamma function, by its series; good for x < a + 1.
fn lower_series(a: f64, x: f64) -> f64 {
    let (mut term, mut sum, mut k) = (1.0, 1.0, a);
    while term > CONVERGED * sum {
        k += 1.0;
        term *= x / k;
        sum += term;
    }
    poisson(a, x) * sum
}

/// Γ(a, x)/(xᵃ e⁻ˣ) by Legendre's continued fraction (modified Lentz 1976); good for x ≥ a + 1.
fn upper_fraction(a: f64, x: f64) -> f64 {
    let mut b = x + 1.0 - a;
    let mut c = f64::INFINITY;
    let mut d = 1.0 / b;
    let mut value = d;
    // Far more than it takes: about √a.
    for k in 1..100_000 {
        let k = f64::from(k);
        let numerator = k * (a - k);
        b += 2.0;
        d = 1.0 / (b + numerator * d);
        c = b + numerator / c;
        value *= c * d;
        if (c * d - 1.0).abs() < CONVERGED {
            break;
        }
    }
    value
}

/// P(χ²_ν ≤ x), for ν > 0.
pub(super) fn cdf(degrees: f64, x: f64) -> f64 {
    let (a, x) = (0.5 * degrees, 0.5 * x);
    if x <= 0.0 {
        0.0
    } else if x < a + 1.0 {
        lower_series(a, x)
    } else {
        1.0 - poisson(a, x) * a * upper_fraction(a, x)
    }
}

/// ln P(χ²_ν > x), which does not underflow.
pub(super) fn ln_survival(degrees: f64, x: f64) -> f64 {
    let (a, x) = (0.5 * degrees, 0.5 * x);
    if x <= 0.0 {
        0.0
    } else if x < a + 1.0 {
        (-lower_series(a, x)).ln_1p()
    } else {
        let ln_poisson = -deviance(a, x) - binet(a) - 0.5 * (TAU * a).ln();
        ln_poisson + a.ln() + upper_fraction(a, x).ln()
    }
}

/// P(χ²_ν > x) as a p-value: never 0, the smallest normal `f64` standing for less, and 1 where
/// nothing is free.
pub(crate) fn p_value(degrees: f64, x: f64) -> f64 {
    if degrees > 0.0 {
        ln_survival(degrees, x).exp().max(f64::MIN_POSITIVE)
    } else {
        1.0
    }
}

/// Above this sum of ν and λ the non-central law is taken by Sankaran's transformation.
const TRANSFORMED: f64 = 200.0;

/// P(χ′²_ν(λ) ≤ x), for ν > 0 and λ ≥ 0.
///
/// The Poisson mixture of central laws, summed outwards from its mode; for large ν + λ Sankaran's
/// power transformation to a normal, whose error there is below 10⁻⁴. Source: Sankaran 1963.
pub(super) fn noncentral_cdf(degrees: f64, noncentrality: f64, x: f64) -> f64 {
    if x <= 0.0 {
        0.0
    } else if noncentrality <= 0.0 {
        cdf(degrees, x)
    } else if degrees + noncentrality > TRANSFORMED {
        sankaran(degrees, noncentrality, x)
    } else {
        mixture(degrees, noncentrality, x)
    }
}

fn mixture(degrees: f64, noncentrality: f64, x: f64) -> f64 {
    let (a, y, mean) = (0.5 * degrees, 0.5 * x, 0.5 * noncentrality);
    let mode = mean.floor();
    let weight_at_mode = if mode > 0.0 {
        poisson(mode, mean)
    } else {
        (-mean).exp()
    };
    let (cdf_at_mode, mass_at_mode) = (cdf(2.0 * (a + mode), x), poisson(a + mode, y));
    let mut sum = weight_at_mode * cdf_at_mode;
    // Upwards: P(a + 1, y) = P(a, y) − yᵃe⁻ʸ/Γ(a + 1).
    let (mut j, mut weight, mut below, mut mass) =
        (mode, weight_at_mode, cdf_at_mode, mass_at_mode);
    while weight > 1e-10 && below > 1e-10 {
        below -= mass;
        j += 1.0;
        weight *= mean / j;
        mass *= y / (a + j);
        sum += weight * below.max(0.0);
    }
    let (mut j, mut weight, mut below, mut mass) =
        (mode, weight_at_mode, cdf_at_mode, mass_at_mode);
    while weight > 1e-10 && j > 0.0 {
        mass *= (a + j) / y;
        below += mass;
        weight *= j / mean;
        j -= 1.0;
        sum += weight * below.min(1.0);
    }
    sum.min(1.0)
}

fn sankaran(degrees: f64, noncentrality: f64, x: f64) -> f64 {
    let mean = degrees + noncentrality;
    let half_variance = mean + noncentrality;
    let h = 1.0 - 2.0 * mean * (mean + 2.0 * noncentrality) / (3.0 * half_variance.powi(2));
    let p = half_variance / mean.powi(2);
    let m = (h - 1.0) * (1.0 - 3.0 * h);
    let centre = 1.0 + h * p * (h - 1.0 - 0.5 * (2.0 - h) * m * p);
    let deviation = h * (2.0 * p).sqrt() * (1.0 + 0.5 * m * p);
    ln_phi(((x / mean).powf(h) - centre) / deviation).exp()
}

/// The x below which a share `at` of χ²_ν lies, for 0 < at < 1.
pub(super) fn quantile(degrees: f64, at: f64) -> f64 {
    let mut high = degrees + 10.0;
    while cdf(degrees, high) < at {
        high *= 2.0;
    }
    super::root::find(|x| cdf(degrees, x) - at, [0.0, high])
}

#[cfg(test)]
mod tests {
    use super::*;

    /// function, ν, λ, x, value; tests/reference/inference.py prints them.
    const TABLE: &str = include_str!("../../tests/reference/inference.csv");

    #[test]
    fn agrees_with_mpmath() {
        let mut held = 0;
        for row in TABLE.lines() {
            let (function, numbers) = row.split_once(',').unwrap();
            let numbers: Vec<f64> = numbers.split(',').map(|x| x.parse().unwrap()).collect();
            let [degrees, noncentrality, x, reference] = numbers[..] else {
                panic!("{row}");
            };
            let (value, tolerance) = match function {
                "ln_survival" => (ln_survival(degrees, x), 1e-12 * reference.abs() + 1e-13),
                // The transformation to a normal is an approximation.
                _ if degrees + noncentrality > TRANSFORMED => {
                    (noncentral_cdf(degrees, noncentrality, x), 1e-4)
                }
                _ => (noncentral_cdf(degrees, noncentrality, x), 1e-8),
            };
            assert!((value - reference).abs() <= tolerance, "{row}: {value}");
            held += 1;
        }
        assert_eq!(held, 94);
    }

    #[test]
    fn quantile_inverts_the_distribution_function() {
        for degrees in [0.4, 1.0, 30.0, 5000.0] {
            for at in [0.1, 0.5, 0.95] {
                let back = cdf(degrees, quantile(degrees, at));
                assert!((back - at).abs() < 1e-6, "{degrees} {at}: {back}");
            }
        }
    }

    #[test]
    fn p_values_agree_with_mpmath_and_are_never_zero() {
        let table = include_str!("../../tests/reference/association.csv");
        let rows = table.lines().filter(|row| row.starts_with("chi_squared,"));
        let errors = rows.map(|row| {
            let row: Vec<&str> = row.split(',').collect();
            let value = p_value(row[2].parse().unwrap(), row[1].parse().unwrap());
            let reference: f64 = row[4].parse().unwrap();
            assert!((value / reference - 1.0).abs() < 1e-12, "{row:?}: {value}");
        });
        assert_eq!(errors.count(), 8);
        assert_eq!(p_value(49.0, 1e6).to_bits(), f64::MIN_POSITIVE.to_bits());
        assert_eq!(p_value(0.0, 0.0).to_bits(), 1f64.to_bits());
    }
}
