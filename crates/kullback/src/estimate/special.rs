//! ψ, ψ′ and ratios of Γ, as accurate as f64 allows.
//!
//! Below [`ASYMPTOTIC`] they climb by their recurrences, from there on the asymptotic series are
//! exact in f64. Source: Abramowitz & Stegun 1964, 6.3 and 6.4; Binet 1839 for μ.

/// From this argument on, eight terms of the asymptotic series are exact in f64.
const ASYMPTOTIC: f64 = 12.0;

/// Σ cₖ x⁻²ᵏ.
fn series(x: f64, coefficients: [f64; 8]) -> f64 {
    let inverse = 1.0 / (x * x);
    let add = |sum: f64, c: &f64| sum * inverse + c;
    coefficients.iter().rev().fold(0.0, add)
}

/// ψ(x), the derivative of ln Γ, for x > 0.
pub(super) fn digamma(x: f64) -> f64 {
    let (mut below, mut x) = (0.0, x);
    while x < ASYMPTOTIC {
        below += 1.0 / x;
        x += 1.0;
    }
    let tail = series(
        x,
        [
            1.0 / 12.0,
            -1.0 / 120.0,
            1.0 / 252.0,
            -1.0 / 240.0,
            1.0 / 132.0,
            -691.0 / 32_760.0,
            1.0 / 12.0,
            -3617.0 / 8160.0,
        ],
    );
    (x.ln() - (0.5 / x + tail / (x * x))) - below
}

/// ψ′(x) for x > 0.
pub(super) fn trigamma(x: f64) -> f64 {
    let (mut below, mut x) = (0.0, x);
    while x < ASYMPTOTIC {
        below += 1.0 / (x * x);
        x += 1.0;
    }
    (1.0 / x + 0.5 / (x * x) + binet_second(x)) + below
}

/// 1/x − ψ′(x + 1) for x > 0, without the cancellation of its two parts at large x.
pub(super) fn trigamma_shortfall(x: f64) -> f64 {
    if x < ASYMPTOTIC {
        1.0 / x - trigamma(x + 1.0)
    } else {
        0.5 / (x * x) - binet_second(x)
    }
}

/// μ″(x) = ψ′(x) − 1/x − 1/(2x²), for x from [`ASYMPTOTIC`] on.
fn binet_second(x: f64) -> f64 {
    let tail = series(
        x,
        [
            1.0 / 6.0,
            -1.0 / 30.0,
            1.0 / 42.0,
            -1.0 / 30.0,
            5.0 / 66.0,
            -691.0 / 2730.0,
            7.0 / 6.0,
            -3617.0 / 510.0,
        ],
    );
    tail / (x * x * x)
}

/// μ(x) = ln Γ(x) − (x − ½) ln x + x − ½ ln 2π, for x from [`ASYMPTOTIC`] on.
fn binet(x: f64) -> f64 {
    let tail = series(
        x,
        [
            1.0 / 12.0,
            -1.0 / 360.0,
            1.0 / 1260.0,
            -1.0 / 1680.0,
            1.0 / 1188.0,
            -691.0 / 360_360.0,
            1.0 / 156.0,
            -3617.0 / 122_400.0,
        ],
    );
    tail / x
}

/// ln Γ(x + n) − ln Γ(x), the logarithm of the rising factorial, for x > 0 and n ≥ 0.
pub(super) fn ln_rising(x: f64, n: f64) -> f64 {
    if n == 0.0 {
        return 0.0;
    }
    let (mut below, mut x) = (0.0, x);
    while x < ASYMPTOTIC {
        below += (n / x).ln_1p();
        x += 1.0;
    }
    let y = x + n;
    (x - 0.5) * (n / x).ln_1p() + n * (y.ln() - 1.0) + (binet(y) - binet(x)) - below
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str = include_str!("../../tests/reference/estimators.csv");

    #[test]
    fn agrees_with_mpmath() {
        let mut held = 0;
        for row in TABLE.lines().filter(|row| row.starts_with("special,")) {
            let row: Vec<&str> = row.split(',').collect();
            let arguments = row[2].split(' ').map(|x| x.parse().unwrap());
            let (value, reference) = match (row[1], &arguments.collect::<Vec<f64>>()[..]) {
                ("digamma", &[x]) => (digamma(x), row[4]),
                ("trigamma", &[x]) => (trigamma(x), row[4]),
                ("trigamma_shortfall", &[x]) => (trigamma_shortfall(x), row[4]),
                ("ln_rising", &[x, n]) => (ln_rising(x, n), row[4]),
                _ => panic!("{row:?}"),
            };
            let reference: f64 = reference.parse().unwrap();
            let error = ((value - reference) / reference).abs();
            assert!(error < 4e-15, "{row:?}: {value}, off by {error:.1e}");
            held += 1;
        }
        assert_eq!(held, 24);
    }
}
