//! Quantiles by linear interpolation.

/// The quantile at a fraction from 0 to 1 of ascending values: between the two values around place
/// fraction·(n − 1), by linear interpolation; NaN without values.
///
/// Source: Hyndman & Fan 1996, definition 7, the default of NumPy and R.
///
/// ```
/// use kullback::scores::quantile;
///
/// assert_eq!(quantile(&[1.0, 2.0, 4.0], 0.5), 2.0);
/// assert_eq!(quantile(&[1.0, 2.0, 4.0], 0.75), 3.0);
/// ```
///
/// # Panics
/// When the fraction is not within 0 and 1.
pub fn quantile(ascending: &[f64], fraction: f64) -> f64 {
    assert!((0.0..=1.0).contains(&fraction), "{fraction} is no fraction");
    let Some(last) = ascending.len().checked_sub(1) else {
        return f64::NAN;
    };
    let place = fraction * last as f64;
    let below = place as usize; // no loss: not negative, and no more than `last`
    let (low, high) = (ascending[below], ascending[last.min(below + 1)]);
    let part = place - below as f64;
    // Between two infinities, and at a value itself, there is nothing to interpolate.
    if part > 0.0 && low < high {
        low + part * (high - low)
    } else {
        low
    }
}

/// The quantiles of a value over the rows of a text.
#[derive(Clone, Debug, PartialEq)]
pub struct Quantiles {
    /// Fraction and value, ascending, from the minimum at 0 to the maximum at 1.
    pub at: Vec<(f64, f64)>,
}

impl Quantiles {
    /// The fractions of llama.cpp's two tables.
    const FRACTIONS: [f64; 13] = [
        0.0, 0.001, 0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999, 1.0,
    ];

    pub(super) fn of(mut values: Vec<f64>) -> Self {
        values.sort_by(f64::total_cmp);
        let at = Self::FRACTIONS.map(|fraction| (fraction, quantile(&values, fraction)));
        Self { at: at.to_vec() }
    }

    /// The quantile at one of the fractions held; `None` for any other.
    pub fn get(&self, fraction: f64) -> Option<f64> {
        let found = self.at.iter().find(|(at, _)| (at - fraction).abs() < 1e-12);
        found.map(|&(_, value)| value)
    }
}

#[cfg(test)]
#[allow(clippy::float_cmp, reason = "these results are exact")]
mod tests {
    use super::*;

    #[test]
    fn infinite_values_have_quantiles() {
        let quantiles = Quantiles::of(vec![f64::INFINITY, 1.0, f64::INFINITY, 0.0]);
        assert_eq!(quantiles.get(0.0), Some(0.0));
        assert_eq!(quantiles.get(0.5), Some(f64::INFINITY));
        assert_eq!(quantiles.get(1.0), Some(f64::INFINITY));
        assert_eq!(quantiles.get(0.3), None);
        assert!(quantile(&[], 0.5).is_nan());
        assert_eq!(quantile(&[7.0], 0.999), 7.0);
    }
}
