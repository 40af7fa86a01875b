//! Differences of ψ′ and ratios of Γ, as accurate as f64 allows; ψ and ψ′ are the families'.
//!
//! Below [`ASYMPTOTIC`] they climb by their recurrences. Source: Abramowitz & Stegun 1964, 6.3 and
//! 6.4; Binet 1839 for μ.

use crate::family::special::{binet, binet_second};
pub(super) use crate::family::special::{digamma, trigamma};

/// From this argument on, the parts that Stirling's formula leaves are small beside it.
const ASYMPTOTIC: f64 = 12.0;

/// 1/x − ψ′(x + 1) for x > 0, without the cancellation of its two parts at large x.
pub(super) fn trigamma_shortfall(x: f64) -> f64 {
    if x < ASYMPTOTIC {
        1.0 / x - trigamma(x + 1.0)
    } else {
        0.5 / (x * x) - binet_second(x)
    }
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
