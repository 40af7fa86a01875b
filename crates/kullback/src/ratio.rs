//! ln(p/q) to full relative accuracy, even where p and q agree in most of their digits.
//!
//! Every measure near P = Q is a function of small ln(p/q), so an absolute error of 10⁻¹⁶ here
//! would be the whole of the answer there. The rule in all three functions is the same: form the
//! difference of the two sides exactly, and only then round.

use crate::numeric::Wide;

/// ln(p/q) of two masses as they are; 0 where both are 0.
pub(crate) fn of_masses(p: f64, q: f64) -> f64 {
    if p == 0.0 || q == 0.0 {
        return at_zero(p, q);
    }
    let relative = (p - q) / q;
    if relative.abs() <= 0.5 {
        // p − q is exact here (Sterbenz 1974).
        return relative.ln_1p();
    }
    let ratio = p / q;
    if ratio.is_normal() {
        ratio.ln()
    } else {
        p.ln() - q.ln()
    }
}

/// ln((p/P)/(q/Q)) of masses p, q and the totals P, Q that they are shares of.
///
/// The totals must lie well inside the exponent range.
pub(crate) fn of_shares(p: f64, p_total: Wide, q: f64, q_total: Wide) -> f64 {
    if p == 0.0 || q == 0.0 {
        return at_zero(p, q);
    }
    let left = p * q_total.high;
    let right = q * p_total.high;
    // What the two products lost to rounding, and the low parts of the totals.
    let rest = (p.mul_add(q_total.high, -left) - q.mul_add(p_total.high, -right))
        + (p * q_total.low - q * p_total.low);
    let relative = ((left - right) + rest) / right;
    if relative.abs() <= 0.5 {
        relative.ln_1p()
    } else {
        of_masses(p / p_total.high, q / q_total.high)
    }
}

/// ln((a/n)/(b/m)) of counts a of n and b of m, from exact integer products.
pub(crate) fn of_counts(a: u64, n: u64, b: u64, m: u64) -> f64 {
    if a == 0 || b == 0 {
        return at_zero(a as f64, b as f64);
    }
    let left = u128::from(a) * u128::from(m);
    let right = u128::from(b) * u128::from(n);
    let distance = left.abs_diff(right) as f64 / right as f64;
    let relative = if left < right { -distance } else { distance };
    if relative.abs() <= 0.5 {
        relative.ln_1p()
    } else {
        (left as f64 / right as f64).ln()
    }
}

/// ln of a quotient of two products, all factors above 0.
///
/// Probabilities of a joint table come as such quotients: p(x,y)/(p(x)·p(y)) and the like. Where
/// one is near 1, it is told from 1 to full relative accuracy.
pub(crate) fn of_products(above: &[Wide], below: &[Wide]) -> f64 {
    let [left, right] = [above, below].map(product);
    let ordinary = 1e-250..=1e250;
    if !ordinary.contains(&left.high) || !ordinary.contains(&right.high) {
        let ln = |factors: &[Wide]| factors.iter().map(|factor| factor.high.ln()).sum::<f64>();
        return ln(above) - ln(below);
    }
    let relative = ((left.high - right.high) + (left.low - right.low)) / right.high;
    if relative.abs() <= 0.5 {
        relative.ln_1p()
    } else {
        (left.high / right.high).ln()
    }
}

/// The product to about 104 bits.
fn product(factors: &[Wide]) -> Wide {
    let one = Wide {
        high: 1.0,
        low: 0.0,
    };
    factors.iter().fold(one, |a, b| {
        let high = a.high * b.high;
        let low = a.high.mul_add(b.high, -high) + (a.high * b.low + a.low * b.high);
        let sum = high + low;
        Wide {
            high: sum,
            low: (high - sum) + low,
        }
    })
}

fn at_zero(p: f64, q: f64) -> f64 {
    match (p > 0.0, q > 0.0) {
        (false, false) => 0.0,
        (false, true) => f64::NEG_INFINITY,
        (true, _) => f64::INFINITY,
    }
}

#[cfg(test)]
#[allow(clippy::float_cmp, reason = "these results are exact")]
mod tests {
    use super::*;

    fn close(x: f64, y: f64) {
        assert!((x / y - 1.0).abs() < 1e-15, "{x} against {y}");
    }

    #[test]
    fn masses_one_ulp_apart() {
        close(of_masses(1.0f64.next_up(), 1.0), f64::EPSILON);
    }

    #[test]
    fn ratios_beyond_the_exponent_range() {
        let tiny = 1e-310;
        close(of_masses(1.0, tiny), -tiny.ln());
        close(of_masses(tiny, 1.0), tiny.ln());
    }

    #[test]
    fn counts_that_differ_by_one_in_a_quintillion() {
        let n = 1_000_000_000_000_000_000;
        close(of_counts(n / 2 + 1, n, n / 2, n), 2e-18);
    }

    #[test]
    fn shares_of_totals_that_no_f64_holds() {
        let total = |low| Wide { high: 1.0, low };
        close(of_shares(0.5, total(0.0), 0.5, total(1e-25)), 1e-25);
    }

    #[test]
    fn products_that_agree_in_thirty_digits() {
        let wide = |high, low| Wide { high, low };
        let [a, b] = [wide(0.3, 0.0), wide(0.7, 0.0)];
        assert_eq!(of_products(&[a, b], &[b, a]), 0.0);
        let apart = of_products(&[a, b], &[wide(0.3, 3e-29), b]);
        assert!((apart + 1e-28).abs() < 1e-31, "{apart}");
        close(of_products(&[a], &[b, b]), (0.3f64 / 0.49).ln());
        let tiny = wide(1e-200, 0.0);
        close(of_products(&[tiny], &[tiny, tiny]), 200.0 * 10f64.ln());
    }

    #[test]
    fn absence() {
        assert_eq!(of_masses(0.0, 0.0), 0.0);
        assert_eq!(of_counts(3, 3, 0, 2), f64::INFINITY);
        assert_eq!(of_counts(0, 3, 2, 2), f64::NEG_INFINITY);
    }
}
