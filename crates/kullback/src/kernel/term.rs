//! One outcome's part of each sum, without a branch.

use std::f64::consts::LN_2;

use super::elementary::ln;
use super::lane::{Lane, artanh_tail, fused};
use crate::Cell;
use crate::measure::{js_term, kl_term};
use crate::numeric::times;

/// A sum over the outcomes of two distributions.
pub(crate) trait Term {
    /// The part of an outcome with two [plain](Lane::is_plain) masses, to a few ulp.
    ///
    /// `lost` is what q − p lacks where the masses are themselves rounded; −0 where they are not.
    fn plain<L: Lane, const FUSED: bool>(p: L, q: L, lost: L) -> L;

    /// The part of an outcome that P or Q has no mass at, or neither.
    fn at_zero<L: Lane>(p: L, q: L) -> L;

    /// The part of any outcome.
    fn any(p: f64, q: f64) -> f64;
}

/// p ln(p/q) − p + q.
pub(crate) struct Kl;

impl Term for Kl {
    #[inline(always)]
    fn plain<L: Lane, const FUSED: bool>(p: L, q: L, lost: L) -> L {
        kl::<L, FUSED>(p, q, lost)
    }

    #[inline(always)]
    fn at_zero<L: Lane>(p: L, q: L) -> L {
        if p > L::of(0.0) {
            L::of(f64::INFINITY)
        } else {
            q
        }
    }

    fn any(p: f64, q: f64) -> f64 {
        kl_term(Cell::of_masses(p, q))
    }
}

/// ½ p ln(p/m) + ½ q ln(q/m), m = (p + q)/2.
pub(crate) struct Js;

impl Term for Js {
    #[inline(always)]
    fn plain<L: Lane, const FUSED: bool>(p: L, q: L, lost: L) -> L {
        js::<L, FUSED>(p, q, lost)
    }

    #[inline(always)]
    fn at_zero<L: Lane>(p: L, q: L) -> L {
        L::of(0.5 * LN_2) * (p + q)
    }

    fn any(p: f64, q: f64) -> f64 {
        js_term(Cell::of_masses(p, q))
    }
}

/// ½|p − q|.
pub(crate) struct Tv;

impl Term for Tv {
    #[inline(always)]
    fn plain<L: Lane, const FUSED: bool>(p: L, q: L, lost: L) -> L {
        L::of(0.5) * ((q - p) + lost).abs()
    }

    #[inline(always)]
    fn at_zero<L: Lane>(p: L, q: L) -> L {
        L::of(0.5) * (p + q)
    }

    fn any(p: f64, q: f64) -> f64 {
        0.5 * (p - q).abs()
    }
}

/// −p ln q.
pub(crate) struct CrossEntropy;

impl Term for CrossEntropy {
    #[inline(always)]
    fn plain<L: Lane, const FUSED: bool>(p: L, q: L, _: L) -> L {
        -(p * ln::<L, FUSED>(q))
    }

    #[inline(always)]
    fn at_zero<L: Lane>(p: L, q: L) -> L {
        if p > q {
            L::of(f64::INFINITY)
        } else {
            L::of(0.0)
        }
    }

    fn any(p: f64, q: f64) -> f64 {
        times(p, -q.ln())
    }
}

/// p ln(p/q) − p + q, for two [plain](Lane::is_plain) masses, to a few ulp.
///
/// With q = 2ᵏ·q′, q′ near p, it is (q − q′) − p·k ln 2 and the term of p and q′, of which the former is
/// exactly 0 where q is near p itself. With s = (q′ − p)/(q′ + p), ln(q′/p) = 2 artanh s =
/// 2s + 2s³·A(s²), where A is a short series since |s| ≤ 0.2; p ln(p/q′) and q′ − p cancel, and what is
/// left of them is s·((q′ − p) − 2p s² A).
#[inline(always)]
fn kl<L: Lane, const FUSED: bool>(p: L, q: L, lost: L) -> L {
    let (power, aligned) = L::align(p, q);
    let exact = L::of(-0.0);
    // The subtraction is exact (Sterbenz 1974).
    let difference = (aligned - p) + if power == L::of(0.0) { lost } else { exact };
    let s = difference / (aligned + p);
    let z = s * s;
    let a = artanh_tail::<L, FUSED>(z);
    let above_tangent = fused::<L, FUSED>(L::of(-2.0) * p, z * a, difference);
    let of_power = fused::<L, FUSED>(-(p * power), L::of(LN_2), q - aligned);
    fused::<L, FUSED>(s, above_tangent, of_power)
}

/// ½ p ln(p/m) + ½ q ln(q/m) with m = (p + q)/2, for two [plain](Lane::is_plain) masses, to a few
/// ulp.
///
/// Near each other, with d = (p − q)/(p + q), it is ½m·((1+d) ln(1+d) + (1−d) ln(1−d)), a series in
/// d² whose terms are all positive; apart, two terms of KL, in which nothing cancels then.
#[inline(always)]
fn js<L: Lane, const FUSED: bool>(p: L, q: L, lost: L) -> L {
    let mean = L::of(0.5) * (p + q);
    let d = ((q - p) + lost) / (p + q);
    let z = d * d;
    // 1 + z/6 + z²/15 + …: 1/(k(2k − 1)) in front of zᵏ⁻¹.
    let reciprocal = |k: u32| L::of(1.0 / f64::from(k * (2 * k - 1)));
    let mut k = L::JS_TERMS;
    let mut sum = reciprocal(k);
    while k > 1 {
        k -= 1;
        sum = fused::<L, FUSED>(sum, z, reciprocal(k));
    }
    let near = L::of(0.5) * mean * z * sum;
    let exact = L::of(-0.0);
    let far = L::of(0.5) * (kl::<L, FUSED>(p, mean, exact) + kl::<L, FUSED>(q, mean, exact));
    if z < L::of(0.03) { near } else { far }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Cell;
    use crate::measure::{js_term, kl_term};

    fn check(p: f64, q: f64) {
        let cell = Cell::of_masses(p, q);
        for (value, truth) in [
            (kl::<f64, true>(p, q, -0.0), kl_term(cell)),
            (kl::<f64, false>(p, q, -0.0), kl_term(cell)),
            (js::<f64, true>(p, q, -0.0), js_term(cell)),
            (js::<f64, false>(p, q, -0.0), js_term(cell)),
        ] {
            assert!(
                (value - truth).abs() <= 5e-15 * truth,
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
        for mass in [1.0, 1e-30, 1e30, 0.1] {
            assert!(mass.is_plain() && (mass as f32).is_plain(), "{mass:e}");
        }
        for mass in [
            0.0,
            -0.0,
            -1.0,
            1e-300,
            1e300,
            f64::INFINITY,
            f64::NAN,
            -f64::NAN,
        ] {
            assert!(!mass.is_plain() && !(mass as f32).is_plain(), "{mass:e}");
        }
    }
}
