//! From values to places on a page.

use super::markup::Markup;

/// A logarithmic axis, whose left end stands for everything below it too: estimates may be 0 or less.
#[derive(Clone, Copy, Debug)]
pub(super) struct LogScale {
    low: i32,
    high: i32,
}

impl LogScale {
    /// The decades that show `from` and `to`, which are above 0.
    pub(super) fn new(from: f64, to: f64) -> Self {
        let low = from.log10().floor() as i32;
        let high = (to.log10().ceil() as i32).max(low + 1);
        Self { low, high }
    }

    /// Where a value lies, in percent of the axis; ends stop what lies beyond them.
    pub(super) fn at(self, x: f64) -> f64 {
        if x.is_nan() || x <= 0.0 {
            return 0.0;
        }
        let decades = f64::from(self.high - self.low);
        (100.0 * (x.log10() - f64::from(self.low)) / decades).clamp(0.0, 100.0)
    }

    /// The powers of ten on the axis, each with its place.
    pub(super) fn ticks(self) -> impl Iterator<Item = (f64, f64)> {
        // Labels need room: seven at most.
        let step = usize::try_from((self.high - self.low) / 7 + 1).unwrap_or(1);
        (self.low..=self.high).step_by(step).map(move |power| {
            let x = 10f64.powi(power);
            (x, self.at(x))
        })
    }
}

impl LogScale {
    /// The labels of the axis, the left end as what holds all that is smaller, too.
    pub(super) fn labels(self, m: &mut Markup) {
        for (i, (x, at)) in self.ticks().enumerate() {
            m.raw("<i style=left:").number(at, 1).raw("%>");
            m.raw(if i == 0 { "≤ " } else { "" }).text(&short(x));
            m.raw("</i>");
        }
    }
}

/// A power of ten in few characters.
fn short(x: f64) -> String {
    if (1e-3..1e4).contains(&x) {
        format!("{x}")
    } else {
        format!("{x:e}")
    }
}

/// Round numbers between two, three to seven of them.
pub(super) fn round_ticks(from: f64, to: f64) -> Vec<f64> {
    let span = to - from;
    if !(span.is_finite() && span > 0.0) {
        return Vec::new();
    }
    let decade = 10f64.powf((span / 3.0).log10().floor());
    let step = [1.0, 2.0, 5.0, 10.0]
        .map(|times| times * decade)
        .into_iter()
        .rfind(|step| span / step >= 3.0)
        .unwrap_or(decade);
    let (first, last) = ((from / step).ceil() as i64, (to / step).floor() as i64);
    (first..=last).map(|i| i as f64 * step).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decades_hold_what_is_shown() {
        let scale = LogScale::new(1e-4, 0.4);
        let percent = |x| scale.at(x).round() as i64;
        assert_eq!([-1.0, 0.0, 1e-9, f64::NAN].map(percent), [0; 4]);
        assert_eq!([1.0, 2.0, f64::INFINITY].map(percent), [100; 3]);
        assert!((scale.at(0.01) - 50.0).abs() < 1e-9);
        let ticks: Vec<f64> = scale.ticks().map(|(x, _)| x).collect();
        assert_eq!(ticks.len(), 5);
    }

    #[test]
    fn ticks_are_round() {
        assert_eq!(round_ticks(17.2, 99.0), [20.0, 40.0, 60.0, 80.0]);
        assert_eq!(round_ticks(-1.0, 1.0), [-1.0, -0.5, 0.0, 0.5, 1.0]);
        assert_eq!(
            round_ticks(0.0, 1424.7),
            [0.0, 200.0, 400.0, 600.0, 800.0, 1000.0, 1200.0, 1400.0]
        );
        assert!(round_ticks(1.0, 1.0).is_empty());
        assert!(round_ticks(0.0, f64::INFINITY).is_empty());
    }
}
