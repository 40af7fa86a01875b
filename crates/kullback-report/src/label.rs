//! Outcomes in words.

use jiff::{SignedDuration, Timestamp, civil};
use kullback::compare::Label;
use kullback::summary::Axis;

/// The outcome as people read it. Numbers show as many digits as tell them apart, four at least.
pub(crate) fn label(label: &Label) -> String {
    match label {
        Label::Null => "(null)".to_owned(),
        Label::NonFinite(x) if x.is_nan() => "NaN".to_owned(),
        Label::NonFinite(x) => if *x > 0.0 { "+∞" } else { "−∞" }.to_owned(),
        Label::Interval { axis, low, high } if low < high => interval(*axis, *low, *high),
        Label::Interval { axis, low, .. } => value(*axis, *low),
        Label::Text(text) if text.trim().is_empty() => format!("\"{text}\""),
        Label::Text(text) => text.clone(),
        Label::Bucket(key) => format!("(texts of bucket {key})"),
    }
}

/// A value of a column of this kind, in as few digits as an axis needs.
pub(crate) fn point(kind: &str, x: f64) -> String {
    match axis(kind) {
        Axis::Number => crate::number::minus(number(round(x, 4))),
        axis => value(axis, x),
    }
}

/// The values from `low` to `high` of a column of this kind, as people read them.
pub(crate) fn between(kind: &str, low: f64, high: f64) -> String {
    let axis = axis(kind);
    if low < high {
        interval(axis, low, high)
    } else {
        value(axis, low)
    }
}

fn axis(kind: &str) -> Axis {
    match kind {
        "time" => Axis::Time,
        "time of day" => Axis::TimeOfDay,
        "duration" => Axis::Duration,
        _ => Axis::Number,
    }
}

fn value(axis: Axis, x: f64) -> String {
    match axis {
        Axis::Number => crate::number::minus(number(x)),
        Axis::Time => time(x, x % DAY != 0.0),
        Axis::TimeOfDay => time_of_day(x),
        Axis::Duration => duration(x),
    }
}

fn interval(axis: Axis, low: f64, high: f64) -> String {
    let ends = match axis {
        Axis::Number => {
            let rounded = (4..=17).map(|digits| [round(low, digits), round(high, digits)]);
            let ends = rounded.into_iter().find(|[low, high]| low < high);
            ends.unwrap_or([low, high])
                .map(|x| crate::number::minus(number(x)))
        }
        // A day apart, the days tell them apart.
        Axis::Time if high - low >= 2.0 * DAY => [time(low, false), time(high, false)],
        Axis::Time => [time(low, true), time(high, true)],
        Axis::TimeOfDay => [time_of_day(low), time_of_day(high)],
        Axis::Duration => [duration(low), duration(high)],
    };
    ends.join(" to ")
}

const DAY: f64 = 86_400e6;

fn number(x: f64) -> String {
    let size = x.abs();
    if x == 0.0 || (1e-4..1e15).contains(&size) {
        format!("{x}")
    } else {
        format!("{x:e}")
    }
}

/// `x` to so many significant digits; integers of up to 15 digits stay as they are.
fn round(x: f64, digits: usize) -> f64 {
    if x.fract() == 0.0 && x.abs() < 1e15 {
        return x;
    }
    format!("{x:.*e}", digits - 1).parse().unwrap_or(x)
}

fn time(micros: f64, clock: bool) -> String {
    let Ok(timestamp) = Timestamp::from_microsecond(micros as i64) else {
        return format!("{micros} µs since 1970");
    };
    let text = timestamp.to_string();
    match text.split_once('T') {
        Some((date, _)) if !clock => date.to_owned(),
        Some((date, rest)) => format!("{date} {}", rest.trim_end_matches('Z')),
        None => text,
    }
}

fn time_of_day(micros: f64) -> String {
    civil::Time::midnight()
        .checked_add(SignedDuration::from_micros(micros as i64))
        .map_or_else(
            |_| format!("{micros} µs after midnight"),
            |time| time.to_string(),
        )
}

fn duration(micros: f64) -> String {
    format!("{:#}", SignedDuration::from_micros(micros as i64))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(axis: Axis, low: f64, high: f64) -> String {
        label(&Label::Interval { axis, low, high })
    }

    #[test]
    fn numbers_show_what_tells_them_apart() {
        assert_eq!(range(Axis::Number, 17.0, 17.0), "17");
        assert_eq!(range(Axis::Number, -3.0, 12_345.0), "−3 to 12345");
        assert_eq!(
            range(Axis::Number, 0.123_456_7, 0.987_654_3),
            "0.1235 to 0.9877"
        );
        assert_eq!(
            range(Axis::Number, 1.000_000_1, 1.000_000_2),
            "1.0000001 to 1.0000002"
        );
        assert_eq!(range(Axis::Number, 1e-9, 1e300), "1e-9 to 1e300");
    }

    #[test]
    fn times_show_days_or_clocks() {
        assert_eq!(range(Axis::Time, 0.0, 0.0), "1970-01-01");
        assert_eq!(
            range(Axis::Time, 0.0, 10.0 * DAY),
            "1970-01-01 to 1970-01-11"
        );
        assert_eq!(
            range(Axis::Time, 1e6, 61e6),
            "1970-01-01 00:00:01 to 1970-01-01 00:01:01"
        );
        assert_eq!(range(Axis::TimeOfDay, 0.0, 3600e6), "00:00:00 to 01:00:00");
        assert_eq!(range(Axis::Duration, 90e6, 90e6), "1m 30s");
    }

    #[test]
    fn blanks_are_seen() {
        assert_eq!(label(&Label::Text(String::new())), "\"\"");
        assert_eq!(label(&Label::Null), "(null)");
    }
}
