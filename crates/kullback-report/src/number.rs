//! Numbers as JSON and as people read them.

use serde::{Serialize, Serializer};

/// A number that JSON may lack: infinities and NaN are the strings `"Infinity"`, `"-Infinity"`
/// and `"NaN"`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Number(pub f64);

impl Serialize for Number {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            x if x.is_finite() => serializer.serialize_f64(x),
            x if x.is_nan() => serializer.serialize_str("NaN"),
            x if x > 0.0 => serializer.serialize_str("Infinity"),
            _ => serializer.serialize_str("-Infinity"),
        }
    }
}

/// A divergence to four digits: `0.3770`, `12.50`, `3.5e-9`, `∞`.
pub(crate) fn divergence(x: f64) -> String {
    let size = x.abs();
    if x.is_nan() {
        "NaN".to_owned()
    } else if size == f64::INFINITY {
        if x > 0.0 { "∞" } else { "−∞" }.to_owned()
    } else if size == 0.0 {
        "0".to_owned()
    } else if size < 0.0005 {
        minus(format!("{x:.1e}"))
    } else if size < 10.0 {
        minus(format!("{x:.4}"))
    } else {
        minus(format!("{x:.2}"))
    }
}

/// A divergence, or a dash where there is none.
pub(crate) fn or_dash(x: Option<f64>) -> String {
    x.map_or("–".to_owned(), divergence)
}

/// A part of a divergence with its sign: `+0.3770`, `−0.1470`, `0`.
pub(crate) fn signed(x: f64) -> String {
    let plus = if x > 0.0 { "+" } else { "" };
    format!("{plus}{}", divergence(x))
}

/// A limit as it was given, unless the unit gave it more digits than anyone reads: `0.005`, `0.0072`.
pub(crate) fn limit(x: f64) -> String {
    let given = x.to_string();
    match given.len() {
        0..=8 => given,
        _ => divergence(x),
    }
}

/// Where a divergence lies: `0.0312 … 0.0350`.
pub(crate) fn interval(low: f64, high: f64) -> String {
    format!("{} … {}", divergence(low), divergence(high))
}

/// A p-value to two digits, with a floor where no one would trust a digit.
pub(crate) fn p_value(p: f64) -> String {
    if p < 1e-300 {
        "<1e-300".to_owned()
    } else if p < 0.001 {
        format!("{p:.1e}")
    } else {
        format!("{p:.3}")
    }
}

/// The same with its letter: `p = 0.031`, `p < 1e-300`.
pub(crate) fn p_is(p: f64) -> String {
    match p_value(p).strip_prefix('<') {
        Some(least) => format!("p < {least}"),
        None => format!("p = {}", p_value(p)),
    }
}

/// A size to four digits whatever its magnitude: `0.01235`, `12.35`, `12346`, `1.235e7`, `∞`.
pub(crate) fn size(x: f64) -> String {
    if !x.is_finite() || x == 0.0 {
        return divergence(x);
    }
    let text = format!("{x:.3e}");
    let exponent = text
        .rsplit_once('e')
        .and_then(|(_, digits)| digits.parse::<i32>().ok());
    minus(match exponent {
        Some(exponent @ -3..=4) => format!("{x:.*}", (3 - exponent).max(0) as usize),
        _ => text,
    })
}

/// A share as a percentage, never rounded to 0 % or 100 % when it is neither.
pub(crate) fn share(part: u64, whole: u64) -> String {
    let share = 100.0 * part as f64 / whole as f64;
    if part == 0 {
        "0 %".to_owned()
    } else if part == whole {
        "100 %".to_owned()
    } else if share < 0.05 {
        "<0.1 %".to_owned()
    } else if share > 99.95 {
        ">99.9 %".to_owned()
    } else {
        format!("{share:.1} %")
    }
}

/// A count with thin groups: `1,234,567`.
pub(crate) fn count(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A count of things: `1 column`, `1,234 columns`.
pub(crate) fn counted(n: usize, of: &str) -> String {
    format!("{} {of}{}", count(n as u64), if n == 1 { "" } else { "s" })
}

pub(crate) fn minus(text: String) -> String {
    text.replace('-', "−").replace("e−", "e-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_has_words_for_what_it_lacks() {
        let text =
            serde_json::to_string(&[Number(0.5), Number(f64::INFINITY), Number(f64::NAN)]).unwrap();
        assert_eq!(text, r#"[0.5,"Infinity","NaN"]"#);
    }

    #[test]
    fn sizes_have_four_digits() {
        let all = [
            0.0,
            0.012_345_6,
            9.999_96,
            -12.345,
            12_345.6,
            1e5,
            1e-4,
            f64::NAN,
        ]
        .map(size);
        let expected = [
            "0", "0.01235", "10.00", "−12.35", "12346", "1.000e5", "1.000e-4", "NaN",
        ];
        assert_eq!(all, expected);
    }

    #[test]
    fn people_read_four_digits() {
        let all = [0.0, 3.5e-9, 0.377_04, -0.147, 12.5, f64::INFINITY].map(divergence);
        assert_eq!(all, ["0", "3.5e-9", "0.3770", "−0.1470", "12.50", "∞"]);
    }

    #[test]
    fn limits_keep_their_digits_where_they_have_few() {
        let all = [0.005, 0.000_8, 0.005 / std::f64::consts::LN_2].map(limit);
        assert_eq!(all, ["0.005", "0.0008", "0.0072"]);
    }

    #[test]
    fn shares_are_not_rounded_to_nothing_or_all() {
        assert_eq!(share(0, 10), "0 %");
        assert_eq!(share(1, 1_000_000), "<0.1 %");
        assert_eq!(share(999_999, 1_000_000), ">99.9 %");
        assert_eq!(share(1, 3), "33.3 %");
        assert_eq!(count(1_234_567), "1,234,567");
        assert_eq!(count(12), "12");
    }
}
