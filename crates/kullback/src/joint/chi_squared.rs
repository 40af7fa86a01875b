//! The χ² distribution's upper tail.

/// The probability that χ² with so many degrees of freedom is at least `x` ≥ 0; at 0 degrees it is
/// always 0. Never 0 itself: the smallest normal `f64` stands for less.
///
/// Q(a, x/2) for a = degrees/2 by the recurrence Q(a+1, y) = Q(a, y) + yᵃe⁻ʸ/Γ(a+1) from Q(½, y) =
/// erfc √y or Q(1, y) = e⁻ʸ, whose terms are all positive (Abramowitz & Stegun 1964, 26.4.4–5).
pub(super) fn upper_tail(x: f64, degrees: usize) -> f64 {
    if degrees == 0 || x <= 0.0 {
        return 1.0;
    }
    let y = 0.5 * x;
    let odd = degrees % 2 == 1;
    let first = if odd {
        libm::erfc(y.sqrt())
    } else {
        (-y).exp()
    };
    // Terms with a = ½, 3/2, … or 1, 2, … below degrees/2.
    let start = if odd { 0.5 } else { 1.0 };
    let term = |k: usize| {
        let a = start + k as f64;
        (a * y.ln() - y - libm::lgamma(a + 1.0)).exp()
    };
    let sum: f64 = first + (0..(degrees - 1) / 2).map(term).sum::<f64>();
    sum.clamp(f64::MIN_POSITIVE, 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agrees_with_mpmath() {
        let table = include_str!("../../tests/reference/association.csv");
        let rows = table.lines().filter(|row| row.starts_with("chi_squared,"));
        let errors = rows.map(|row| {
            let row: Vec<&str> = row.split(',').collect();
            let value = upper_tail(row[1].parse().unwrap(), row[2].parse().unwrap());
            let reference: f64 = row[4].parse().unwrap();
            assert!((value / reference - 1.0).abs() < 1e-12, "{row:?}: {value}");
        });
        assert_eq!(errors.count(), 8);
    }

    #[test]
    fn is_never_zero_and_certain_without_freedom() {
        assert_eq!(upper_tail(1e6, 49).to_bits(), f64::MIN_POSITIVE.to_bits());
        assert_eq!(upper_tail(0.0, 0).to_bits(), 1f64.to_bits());
        assert!(upper_tail(0.0, 3) >= 1.0 && upper_tail(900.0, 961) > 0.9);
    }
}
