//! Order-preserving 64-bit codes of finite numbers.

const SIGN: u64 = 1 << 63;

/// The code of a finite number: `a < b` exactly when `code(a) < code(b)`, and −0 is 0.
///
/// The IEEE 754 bits with the sign bit flipped, all bits flipped for negative numbers. Equal
/// steps of the code are equal relative steps of the number within an octave.
pub(crate) fn code(x: f64) -> u64 {
    let bits = (x + 0.0).to_bits(); // −0 + 0 = 0
    // All ones for a negative number, the sign bit alone for the others.
    bits ^ (((bits as i64) >> 63) as u64 | SIGN)
}

/// The number of a code; the inverse of [`code`].
pub(crate) fn number(code: u64) -> f64 {
    f64::from_bits(if code & SIGN != 0 { code ^ SIGN } else { !code })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_keep_the_order_and_come_back() {
        let sorted = [
            -f64::MAX,
            -1e300,
            -2.0,
            -1.0,
            -f64::MIN_POSITIVE,
            -5e-324,
            0.0,
            5e-324,
            1e-300,
            1.0,
            1.0 + f64::EPSILON,
            2.0,
            1e300,
            f64::MAX,
        ];
        for pair in sorted.windows(2) {
            assert!(code(pair[0]) < code(pair[1]), "{pair:?}");
        }
        for x in sorted {
            assert_eq!(number(code(x)).to_bits(), x.to_bits());
        }
        assert_eq!(code(-0.0), code(0.0));
    }
}
