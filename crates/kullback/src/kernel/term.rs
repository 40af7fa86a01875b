//! One term of KL without a branch.

use std::f64::consts::{LN_2, SQRT_2};

const MANTISSA: u64 = (1 << 52) - 1;
const ONE: u64 = 1023 << 52;

/// The exponents of the masses that [`kl`] takes: 2⁻⁹⁰⁰ to 2⁹⁰⁰, so that no step of it leaves the
/// normal numbers.
const LOWEST: u64 = (1023 - 900) << 52;
const HIGHEST: u64 = (1023 + 900) << 52;

/// Whether [`kl`] can take this mass: positive, neither tiny nor huge, no NaN.
#[inline(always)]
pub(super) fn is_plain(mass: f64) -> bool {
    // As whole numbers, the bits of negative numbers, infinities and NaN lie above.
    mass.to_bits().wrapping_sub(LOWEST) < HIGHEST - LOWEST
}

/// p ln(p/q) − p + q, for two [plain](is_plain) masses, to a few ulp of relative error.
///
/// With r the ratio q/p freed from its power of two and brought between √½ and √2, and
/// s = (r − 1)/(r + 1), ln r = 2 artanh s = 2s + 2s³·A(s²), where A is a short series since
/// |s| < 0.172. Where the power of two is 0, p and q are near each other, p ln(p/q) and q − p
/// cancel, and the term is written as what is left of them: s·((q − p) − 2p s² A).
#[inline(always)]
pub(super) fn kl<const FUSED: bool>(p: f64, q: f64) -> f64 {
    let (p_bits, q_bits) = (p.to_bits(), q.to_bits());
    let p_part = f64::from_bits(p_bits & MANTISSA | ONE);
    let q_part = f64::from_bits(q_bits & MANTISSA | ONE);
    let (up, down) = (q_part > SQRT_2 * p_part, SQRT_2 * q_part < p_part);
    let scale = if up { 0.5 } else { 1.0 };
    let q_part = q_part * if down { 2.0 } else { scale };
    let power = (q_bits >> 52) as i64 - (p_bits >> 52) as i64 + i64::from(up) - i64::from(down);

    // The subtraction is exact (Sterbenz 1974).
    let s = (q_part - p_part) / (q_part + p_part);
    let z = s * s;
    let a = series::<FUSED>(z);
    let near = s * ((q - p) - 2.0 * p * z * a);
    let ln_ratio = fused::<FUSED>(whole(power), LN_2, 2.0 * fused::<FUSED>(s * z, a, s));
    let far = fused::<FUSED>(-p, ln_ratio, q - p);
    if power == 0 { near } else { far }
}

/// ½ p ln(p/m) + ½ q ln(q/m) with m = (p + q)/2, for two [plain](is_plain) masses, to a few ulp of
/// relative error.
///
/// Near each other, with d = (p − q)/(p + q), it is ½m·((1+d) ln(1+d) + (1−d) ln(1−d)), a series in
/// d² whose terms are all positive; apart, two terms of KL, in which nothing cancels then.
#[inline(always)]
pub(super) fn js<const FUSED: bool>(p: f64, q: f64) -> f64 {
    let mean = 0.5 * (p + q);
    let d = (p - q) / (p + q);
    let z = d * d;
    // 1 + z/6 + z²/15 + …: 1/(k(2k − 1)) in front of zᵏ⁻¹.
    let mut sum = 1.0 / (12.0 * 23.0);
    let mut k = 12.0;
    while k > 1.0 {
        k -= 1.0;
        sum = fused::<FUSED>(sum, z, 1.0 / (k * (2.0 * k - 1.0)));
    }
    let near = 0.5 * mean * z * sum;
    let far = 0.5 * (kl::<FUSED>(p, mean) + kl::<FUSED>(q, mean));
    if z < 0.03 { near } else { far }
}

/// A(z) = ⅓ + z/5 + z²/7 + …; the first term left out is below 2⁻⁵⁶ of the sum.
#[inline(always)]
fn series<const FUSED: bool>(z: f64) -> f64 {
    let mut sum = 1.0 / 23.0;
    let mut denominator = 23.0;
    while denominator > 3.0 {
        denominator -= 2.0;
        sum = fused::<FUSED>(sum, z, 1.0 / denominator);
    }
    sum
}

/// A small whole number as an `f64`, which vectors before AVX-512 have no instruction for: added to
/// the bits of 1.5·2⁵², it is the last digits of that number.
#[inline(always)]
fn whole(x: i64) -> f64 {
    const BASE: f64 = 6_755_399_441_055_744.0;
    f64::from_bits(BASE.to_bits().wrapping_add(x as u64)) - BASE
}

/// a·b + c, in one step where the machine has one.
#[inline(always)]
fn fused<const FUSED: bool>(a: f64, b: f64, c: f64) -> f64 {
    if FUSED { a.mul_add(b, c) } else { a * b + c }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Cell;
    use crate::measure::{js_term, kl_term};

    fn check(p: f64, q: f64) {
        let cell = Cell::of_masses(p, q);
        for (value, truth) in [
            (kl::<true>(p, q), kl_term(cell)),
            (kl::<false>(p, q), kl_term(cell)),
            (js::<true>(p, q), js_term(cell)),
            (js::<false>(p, q), js_term(cell)),
        ] {
            assert!(
                (value - truth).abs() <= 4e-15 * truth,
                "{p:e} {q:e}: {value:e} is not {truth:e}"
            );
        }
    }

    #[test]
    fn terms_agree_with_the_measures_near_and_far() {
        let mut state = 1u64;
        let mut random = || {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (state >> 11) as f64 / (1u64 << 53) as f64
        };
        for _ in 0..200_000 {
            let p = (600.0 * random() - 300.0).exp2();
            check(p, p * (20.0 * random() - 10.0).exp2());
            check(
                p,
                p * (1.0 + (2.0 * random() - 1.0) * (-52.0 * random()).exp2()),
            );
            check(p, (600.0 * random() - 300.0).exp2());
        }
        check(0.25, 0.25);
    }

    #[test]
    fn plain_masses_are_positive_and_of_ordinary_size() {
        for mass in [1.0, 1e-200, 1e200, 0.1] {
            assert!(is_plain(mass), "{mass:e}");
        }
        for mass in [
            0.0,
            -0.0,
            -1.0,
            5e-324,
            1e-290,
            1e290,
            f64::INFINITY,
            f64::NAN,
            -f64::NAN,
        ] {
            assert!(!is_plain(mass), "{mass:e}");
        }
    }
}
