//! Floating-point pieces that several measures share.

/// A compensated sum: as accurate as if the terms were added in twice the precision.
///
/// The order of the terms is the order of the cells, so a value never depends on threads.
/// Source: Neumaier 1974 (improved Kahan–Babuška summation).
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Sum {
    high: f64,
    low: f64,
}

impl Sum {
    pub(crate) fn add(&mut self, x: f64) {
        let sum = self.high + x;
        self.low += if self.high.abs() >= x.abs() {
            (self.high - sum) + x
        } else {
            (x - sum) + self.high
        };
        self.high = sum;
    }

    pub(crate) fn add_wide(&mut self, x: Wide) {
        self.add(x.high);
        self.add(x.low);
    }

    pub(crate) fn total(self) -> f64 {
        // Past an infinity the compensation is ∞ − ∞.
        if self.high.is_finite() {
            self.high + self.low
        } else {
            self.high
        }
    }

    /// The sum as a leading part and what is missing from it, about 106 bits together.
    pub(crate) fn wide(self) -> Wide {
        let high = self.total();
        // Of an infinity nothing is missing.
        let low = if high.is_finite() {
            (self.high - high) + self.low
        } else {
            0.0
        };
        Wide { high, low }
    }
}

impl FromIterator<f64> for Sum {
    fn from_iter<I: IntoIterator<Item = f64>>(terms: I) -> Sum {
        let mut sum = Sum::default();
        terms.into_iter().for_each(|x| sum.add(x));
        sum
    }
}

/// A number in two parts, `high + low` with `low` below half an ulp of `high`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Wide {
    pub(crate) high: f64,
    pub(crate) low: f64,
}

impl From<f64> for Wide {
    fn from(high: f64) -> Wide {
        Wide { high, low: 0.0 }
    }
}

impl From<u64> for Wide {
    /// Exact.
    fn from(count: u64) -> Wide {
        let high = count as f64;
        let low = (i128::from(count) - high as i128) as f64;
        Wide { high, low }
    }
}

/// `mass · x` with the convention 0·∞ = 0: an outcome without mass says nothing.
pub(crate) fn times(mass: f64, x: f64) -> f64 {
    if mass == 0.0 { 0.0 } else { mass * x }
}

/// eʸ − 1 − y ≥ 0: how far the exponential lies above its tangent at 0.
///
/// Near 0 the subtraction would cancel, so the series is summed instead; both branches are good
/// to a few ulps.
pub(crate) fn exp_above_tangent(y: f64) -> f64 {
    if y.abs() > 0.25 {
        return y.exp_m1() - y;
    }
    // y²/2 · (1 + y/3 · (1 + y/4 · (…))); the first term left out is y¹²/(3·4·…·14) < 2⁻⁵⁴.
    let tail = (3..=13)
        .rev()
        .fold(1.0, |rest, k| 1.0 + y / f64::from(k) * rest);
    0.5 * y * y * tail
}

#[cfg(test)]
#[allow(clippy::float_cmp, reason = "these results are exact")]
mod tests {
    use super::*;

    #[test]
    fn sum_keeps_what_plain_addition_loses() {
        let terms = [1.0, 1e100, 1.0, -1e100];
        assert_eq!(terms.iter().sum::<f64>(), 0.0);
        assert_eq!(terms.into_iter().collect::<Sum>().total(), 2.0);
    }

    #[test]
    fn sum_of_an_infinity_is_infinite() {
        let sum: Sum = [1.0, f64::INFINITY, 2.0].into_iter().collect();
        assert_eq!(sum.total(), f64::INFINITY);
    }

    #[test]
    fn wide_keeps_the_part_below_the_last_place() {
        let sum: Sum = [1.0, 1e-20].into_iter().collect();
        assert_eq!(
            sum.wide(),
            Wide {
                high: 1.0,
                low: 1e-20
            }
        );
    }

    #[test]
    fn the_two_branches_above_the_tangent_meet() {
        for sign in [-1.0, 1.0] {
            let below = exp_above_tangent(sign * 0.25);
            let above = exp_above_tangent(sign * 0.25f64.next_up());
            assert!((below / above - 1.0).abs() < 4e-15, "{below} {above}");
        }
    }
}
