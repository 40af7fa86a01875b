//! One value of one row, whatever it was read from.

use std::borrow::Cow;

use jiff::civil;
use jiff::fmt::temporal::DateTimeParser;
use jiff::tz::TimeZone;
use kullback::summary::Axis;

/// A value as its source gives it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Scalar<'a> {
    Null,
    Boolean(bool),
    Ordered(Ordered),
    Text(&'a str),
}

/// A number or a time. Times are in microseconds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Ordered {
    pub(crate) axis: Axis,
    pub(crate) x: f64,
    /// Whether `x` is what the source said, to the last digit of an integer or a time.
    pub(crate) exact: bool,
}

static PARSER: DateTimeParser = DateTimeParser::new();

/// The first integer whose successor is no `f64`.
const EXACT: u64 = 1 << 53;

impl Ordered {
    pub(crate) fn float(x: f64) -> Self {
        Self {
            axis: Axis::Number,
            x,
            exact: true,
        }
    }

    pub(crate) fn integer(x: i64) -> Self {
        Self {
            axis: Axis::Number,
            x: x as f64,
            exact: x.unsigned_abs() <= EXACT,
        }
    }

    pub(crate) fn unsigned(x: u64) -> Self {
        Self {
            axis: Axis::Number,
            x: x as f64,
            exact: x <= EXACT,
        }
    }

    /// `value · 10^-scale`, correctly rounded.
    pub(crate) fn decimal(value: i128, scale: i8) -> Self {
        let exact = value.unsigned_abs() <= u128::from(EXACT);
        // A quotient of two exact numbers is rounded once; 10²² is the last exact power of ten.
        let x = match scale {
            0..=22 if exact => value as f64 / 10f64.powi(scale.into()),
            // Digits with an exponent are always a number.
            _ => format!("{value}e{}", -i32::from(scale))
                .parse()
                .unwrap_or(f64::NAN),
        };
        Self {
            axis: Axis::Number,
            x,
            exact,
        }
    }

    /// A time of `ticks`, of which `per_second` make a second.
    pub(crate) fn time(axis: Axis, ticks: i64, per_second: i64) -> Self {
        const MICROS: i64 = 1_000_000;
        if per_second <= MICROS {
            let micros = i128::from(ticks) * i128::from(MICROS / per_second);
            Self {
                axis,
                x: micros as f64,
                exact: micros.unsigned_abs() <= u128::from(EXACT),
            }
        } else {
            let per_micro = per_second / MICROS;
            let exact = ticks % per_micro == 0 && (ticks / per_micro).unsigned_abs() <= EXACT;
            let x = (ticks / per_micro) as f64 + (ticks % per_micro) as f64 / per_micro as f64;
            Self { axis, x, exact }
        }
    }

    /// The number that `text` writes, if it writes one: decimal digits with an optional sign,
    /// point and exponent, or an infinity or NaN by name.
    #[inline]
    pub(crate) fn parse_number(text: &[u8]) -> Option<Self> {
        match text.first()? {
            b'0'..=b'9' | b'-' | b'+' | b'.' | b'i' | b'I' | b'n' | b'N' => {}
            _ => return None,
        }
        let x: f64 = fast_float2::parse(text).ok()?;
        let exact = x.abs() < EXACT as f64 || !text.iter().skip(1).all(u8::is_ascii_digit) || {
            let digits = std::str::from_utf8(text)
                .ok()
                .and_then(|text| text.parse().ok());
            digits.is_some_and(|digits: i128| digits == x as i128)
        };
        Some(Self {
            axis: Axis::Number,
            x,
            exact,
        })
    }

    /// The date or timestamp that `text` writes in ISO 8601 (a blank may stand for the `T`). A
    /// timestamp without an offset is taken as UTC.
    pub(crate) fn parse_time(text: &[u8]) -> Option<Self> {
        let [b'0'..=b'9', _, _, _, b'-', _, _, b'-', _, _, ..] = text else {
            return None;
        };
        let timestamp = PARSER.parse_timestamp(text).or_else(|_| {
            let time = PARSER.parse_datetime(text)?;
            TimeZone::UTC.to_timestamp(time)
        });
        let nanos = timestamp.ok()?.as_nanosecond();
        // Beyond the range of nanoseconds in an i64 (years 1678 to 2261), microseconds.
        Some(match i64::try_from(nanos) {
            Ok(nanos) => Self::time(Axis::Time, nanos, 1_000_000_000),
            Err(_) => Self::time(Axis::Time, (nanos / 1000) as i64, 1_000_000),
        })
    }

    /// The time of day that `text` writes in ISO 8601.
    pub(crate) fn parse_time_of_day(text: &[u8]) -> Option<Self> {
        let [b'0'..=b'9', b'0'..=b'9', b':', ..] = text else {
            return None;
        };
        let time = PARSER.parse_time(text).ok()?;
        let since_midnight = civil::Time::midnight().until(time).ok()?;
        let nanos = since_midnight.total(jiff::Unit::Nanosecond).ok()?;
        Some(Self::time(Axis::TimeOfDay, nanos as i64, 1_000_000_000))
    }

    /// The value as a text, for a column that is to be read as categories.
    pub(crate) fn to_text(self) -> String {
        let micros = self.x as i64;
        match self.axis {
            Axis::Number => self.x.to_string(),
            Axis::Time => jiff::Timestamp::from_microsecond(micros)
                .map_or_else(|_| self.x.to_string(), |time| time.to_string()),
            Axis::TimeOfDay | Axis::Duration => {
                jiff::SignedDuration::from_micros(micros).to_string()
            }
        }
    }
}

impl<'a> Scalar<'a> {
    /// The value as a text; `None` for null.
    pub(crate) fn text(self) -> Option<Cow<'a, str>> {
        match self {
            Self::Null => None,
            Self::Boolean(value) => Some(Cow::Borrowed(boolean(value))),
            Self::Ordered(value) => Some(Cow::Owned(value.to_text())),
            Self::Text(text) => Some(Cow::Borrowed(text)),
        }
    }
}

/// How a boolean is counted: as one of two texts.
pub(crate) fn boolean(value: bool) -> &'static str {
    if value { "true" } else { "false" }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn time(text: &str) -> Option<(Axis, f64)> {
        let text = text.as_bytes();
        let time = Ordered::parse_time(text).or_else(|| Ordered::parse_time_of_day(text));
        time.map(|time| (time.axis, time.x))
    }

    #[test]
    fn times_are_microseconds() {
        assert_eq!(time("1970-01-02"), Some((Axis::Time, 86_400e6)));
        assert_eq!(time("1970-01-01 00:00:01.5"), Some((Axis::Time, 1.5e6)));
        assert_eq!(time("1970-01-01T01:00:00+01:00"), Some((Axis::Time, 0.0)));
        assert_eq!(time("1970-01-01T00:00:00Z"), Some((Axis::Time, 0.0)));
        assert_eq!(time("00:01:00"), Some((Axis::TimeOfDay, 60e6)));
        assert_eq!(time("0001-01-01").map(|(axis, _)| axis), Some(Axis::Time));
        for text in [
            "2019-13-01",
            "12:61",
            "2019",
            "12/03/2019",
            "2019-03-23 noon",
            "",
        ] {
            assert_eq!(time(text), None, "{text}");
        }
    }

    #[test]
    fn numbers_are_whole_fields() {
        let number = |text: &str| Ordered::parse_number(text.as_bytes()).map(|n| (n.x, n.exact));
        assert_eq!(number("-1.5e3"), Some((-1500.0, true)));
        assert_eq!(number("+7"), Some((7.0, true)));
        assert_eq!(
            number("9007199254740992"),
            Some((9_007_199_254_740_992.0, true))
        );
        assert_eq!(
            number("90071992547409931"),
            Some((90_071_992_547_409_931_f64, false))
        );
        assert!(number("nan").is_some_and(|(x, _)| x.is_nan()));
        for text in ["", "-", "1,5", "12a", "0x10", "north", "1 2"] {
            assert_eq!(number(text), None, "{text}");
        }
    }

    #[test]
    fn decimals_are_the_nearest_double() {
        assert_eq!(Ordered::decimal(11, 2), Ordered::float(0.11));
        assert_eq!(Ordered::decimal(-5, -2), Ordered::float(-500.0));
        assert_eq!(Ordered::decimal(1, 24), Ordered::float(1e-24));
        assert!(!Ordered::decimal(i128::MAX, 2).exact);
    }

    #[test]
    fn nanoseconds_keep_their_fraction() {
        let time = Ordered::time(Axis::Time, 1500, 1_000_000_000);
        assert_eq!((time.x, time.exact), (1.5, false));
        assert!(Ordered::time(Axis::Time, 1_700_000_000, 1).exact);
    }
}
