//! eˣ, eˣ − 1, ln x and ln(1 + x) of a lane, for any argument.
//!
//! | | f32, over all 2³² arguments | f64, over random ones |
//! |---|---:|---:|
//! | [`exp`] | 1 ulp | 1 ulp |
//! | [`expm1`] | 1.5 ulp | 1.5 ulp |
//! | [`ln`] | 1 ulp | 1 ulp |
//! | [`ln_1p`] | 1 ulp | 1 ulp |
//!
//! An ulp is the distance between the two floats around the exact value, so that a correctly
//! rounded result is off by at most ½. The tests below hold these bounds, with and without fused
//! multiply-add. The reductions are those of Cody & Waite 1980 and Tang 1990.

use super::Pass;
use super::lane::{Lane, artanh_tail, fused, polynomial};

/// Which function of one number.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Function {
    Exp,
    Expm1,
    Ln,
    Ln1p,
}

/// The pass that puts a function's values in the place of its arguments.
pub(super) struct Apply<'a, L> {
    pub(super) function: Function,
    pub(super) to: &'a mut [L],
}

impl<L: Lane> Pass for Apply<'_, L> {
    type Output = ();

    #[inline(always)]
    fn run<const FUSED: bool>(self) {
        macro_rules! apply {
            ($function:ident) => {
                for x in self.to {
                    *x = $function::<L, FUSED>(*x);
                }
            };
        }
        match self.function {
            Function::Exp => apply!(exp),
            Function::Expm1 => apply!(expm1),
            Function::Ln => apply!(ln),
            Function::Ln1p => apply!(ln_1p),
        }
    }
}

/// eˣ; 0 and ∞ beyond the range of the floats, through the subnormal numbers.
#[inline(always)]
pub(crate) fn exp<L: Lane, const FUSED: bool>(x: L) -> L {
    let x = within(x, L::EXP_RANGE);
    let (k, _, above_one) = reduced::<L, FUSED>(x);
    // 2ᵏ itself may lie beyond the normal numbers; two halves of it do not.
    let half = fused::<L, FUSED>(k, L::of(0.5), L::ROUND);
    let rest = (k - (half - L::ROUND)) + L::ROUND;
    (L::of(1.0) + above_one) * L::power_of_two(half) * L::power_of_two(rest)
}

/// 2ˣ of x from that of [`Lane::SMALLEST_NORMAL`] to 0, as the weights of a softmax are, but for a factor that
/// is the same for all x; 1 at 0.
#[inline(always)]
pub(super) fn exp2_below<L: Lane, const FUSED: bool>(x: L) -> L {
    let rounded = x + L::ROUND;
    let r = x - (rounded - L::ROUND);
    polynomial::<L, FUSED>(L::EXP2, r).times_power_of_two(rounded)
}

/// eˣ − 1 and eˣ − 1 − x of x within [`Lane::NEAR`] of 0.
#[inline(always)]
pub(super) fn near_expm1_above<L: Lane, const FUSED: bool>(x: L) -> (L, L) {
    let above = x * x * polynomial::<L, FUSED>(L::NEAR_TANGENT, x);
    (x + above, above)
}

/// x = k ln 2 + r with |r| ≤ ½ ln 2: k, k + [`Lane::ROUND`], and r.
#[inline(always)]
fn roughly_reduced<L: Lane, const FUSED: bool>(x: L) -> (L, L, L) {
    let rounded = fused::<L, FUSED>(x, L::of(std::f64::consts::LOG2_E), L::ROUND);
    let k = rounded - L::ROUND;
    let [high, low] = if FUSED {
        [L::of(std::f64::consts::LN_2), L::of(0.0)]
    } else {
        L::LN_2
    };
    let r = fused::<L, FUSED>(-k, high, x);
    let r = if FUSED { r } else { r - k * low };
    (k, rounded, r)
}

/// eˣ − 1 and eˣ − 1 − x of x within [`Lane::FARTHEST`] of 0, the second without cancelling near 0; with
/// fused multiply-add ln 2 need not be split.
#[inline(always)]
pub(super) fn expm1_above<L: Lane, const FUSED: bool>(x: L) -> (L, L) {
    let (k, rounded, r) = roughly_reduced::<L, FUSED>(x);
    let above_tangent = r * r * polynomial::<L, FUSED>(L::ABOVE_TANGENT, r);
    let scale = L::power_of_two(rounded);
    let expm1 = fused::<L, FUSED>(scale, r + above_tangent, scale - L::of(1.0));
    let above = if k == L::of(0.0) {
        above_tangent
    } else {
        expm1 - x
    };
    (expm1, above)
}

/// eˣ − 1.
#[inline(always)]
pub(crate) fn expm1<L: Lane, const FUSED: bool>(x: L) -> L {
    let x = within(x, [L::EXPM1_LOWEST, L::EXP_RANGE[1]]);
    let (k, rounded, above_one) = reduced::<L, FUSED>(x);
    // 2ᵏ·eʳ − 1 with 2ᵏ⁻¹, which is a float also for the largest k.
    let half = L::power_of_two(rounded - L::of(1.0));
    let far = L::of(2.0) * fused::<L, FUSED>(half, above_one, half - L::of(0.5));
    if k == L::of(0.0) { above_one } else { far }
}

/// x = k ln 2 + r with |r| ≤ ½ ln 2: k, k + [`Lane::ROUND`], and eʳ − 1.
#[inline(always)]
fn reduced<L: Lane, const FUSED: bool>(x: L) -> (L, L, L) {
    let rounded = fused::<L, FUSED>(x, L::of(std::f64::consts::LOG2_E), L::ROUND);
    let k = rounded - L::ROUND;
    let [high, low] = L::LN_2;
    let r = fused::<L, FUSED>(-k, low, fused::<L, FUSED>(-k, high, x));
    let above_tangent = r * r * polynomial::<L, FUSED>(L::ABOVE_TANGENT, r);
    (k, rounded, r + above_tangent)
}

/// ln x: −∞ at 0, NaN below.
#[inline(always)]
pub(crate) fn ln<L: Lane, const FUSED: bool>(x: L) -> L {
    // Subnormal numbers gain their digits by a power of two.
    let lift = 2.0f64.powi(64);
    let low = x < L::SMALLEST_NORMAL;
    let (k, part) = if low { x * L::of(lift) } else { x }.split();
    let k = if low { k - L::of(64.0) } else { k };
    let ln = ln_of_parts::<L, FUSED>(k, part - L::of(1.0), L::of(0.0));
    at_the_ends(x, x, ln)
}

/// ln(1 + x): −∞ at −1, NaN below.
#[inline(always)]
pub(crate) fn ln_1p<L: Lane, const FUSED: bool>(x: L) -> L {
    let one = L::of(1.0);
    let sum = one + x;
    let (k, part) = sum.split();
    let near = k == L::of(0.0);
    // What the sum lost to rounding, relative to it.
    let lost = if x > one {
        one - (sum - x)
    } else {
        x - (sum - one)
    } / sum;
    let f = if near { x } else { part - one };
    let ln = ln_of_parts::<L, FUSED>(k, f, if near { L::of(0.0) } else { lost });
    at_the_ends(sum, x, ln)
}

/// k ln 2 + ln(1 + f) + lost, with 1 + f from √½ to √2.
///
/// With s = f/(2 + f), ln(1 + f) = 2 artanh s = f − (f²/2 − s(f²/2 + R)), R = 2s² A(s²), where what is
/// subtracted from f is small.
#[inline(always)]
fn ln_of_parts<L: Lane, const FUSED: bool>(k: L, f: L, lost: L) -> L {
    let s = f / (L::of(2.0) + f);
    let z = s * s;
    let half_square = L::of(0.5) * f * f;
    let r = L::of(2.0) * z * artanh_tail::<L, FUSED>(z);
    let [high, low] = L::LN_2;
    let small = fused::<L, FUSED>(s, half_square + r, fused::<L, FUSED>(k, low, lost));
    fused::<L, FUSED>(k, high, f - (half_square - small))
}

/// The logarithm at 0, ∞, NaN and below 0, where `ln` is none; `x` is what it is the logarithm of,
/// and `argument` is ∞ or NaN where x is.
#[inline(always)]
fn at_the_ends<L: Lane>(x: L, argument: L, ln: L) -> L {
    let ln = if x < L::of(f64::INFINITY) {
        ln
    } else {
        argument
    };
    let ln = if x == L::of(0.0) {
        L::of(f64::NEG_INFINITY)
    } else {
        ln
    };
    if x < L::of(0.0) { L::of(f64::NAN) } else { ln }
}

/// x, or the end of the range that it lies beyond; NaN stays.
#[inline(always)]
fn within<L: Lane>(x: L, [lowest, highest]: [L; 2]) -> L {
    let x = if x < lowest { lowest } else { x };
    if x > highest { highest } else { x }
}

#[cfg(test)]
#[allow(clippy::float_cmp, reason = "equal results are no error at all")]
mod tests {
    use rayon::prelude::*;

    use super::Function::{Exp, Expm1, Ln, Ln1p};
    use super::*;
    use crate::kernel::Vectors;

    /// The truth in f64, and the bound in ulp.
    fn promised(which: Function) -> (fn(f64) -> f64, f64) {
        match which {
            Exp => (f64::exp, 1.0),
            Expm1 => (f64::exp_m1, 1.5),
            Ln => (f64::ln, 1.0),
            Ln1p => (f64::ln_1p, 1.0),
        }
    }

    /// How far a result is from the exact value, in ulp of `f32` there.
    #[inline(always)]
    fn ulps(value: f32, truth: f64) -> f64 {
        let wide = f64::from(value);
        let same = (value == truth as f32) | (value.is_nan() & truth.is_nan());
        let exponent = (truth.to_bits() >> 52) & 0x7ff;
        let exponent = if exponent < 1023 - 126 {
            1023 - 126
        } else {
            exponent
        };
        // 2 to the power of 23 less the exponent.
        let off = (wide - truth).abs() * f64::from_bits(2069u64.wrapping_sub(exponent) << 52);
        if same { 0.0 } else { off }
    }

    const BLOCK: usize = 4096;

    #[test]
    fn single_precision_keeps_its_promise() {
        let x: Vec<f32> = (0..=u32::MAX).step_by(5003).map(f32::from_bits).collect();
        for vectors in Vectors::available() {
            for which in [Exp, Expm1, Ln, Ln1p] {
                let (truth, bound) = promised(which);
                let mut values = x.clone();
                vectors.run(Apply {
                    function: which,
                    to: &mut values,
                });
                for (&x, value) in x.iter().zip(values) {
                    let off = ulps(value, truth(f64::from(x)));
                    assert!(off <= bound, "{which:?} on {vectors:?}: {off} ulp at {x:e}");
                }
            }
        }
    }

    /// The worst error of a block of `f32`, in ulp, with the same functions in f64 for the truth:
    /// those are held to the library's below, and become vector code as it does not.
    struct Worst {
        which: Function,
        first: u32,
    }

    impl Pass for Worst {
        type Output = f32;

        #[inline(always)]
        fn run<const FUSED: bool>(self) -> f32 {
            macro_rules! worst {
                ($function:ident) => {{
                    let mut worst = [0.0f32; 16];
                    for start in 0..BLOCK as u32 / 16 {
                        for i in 0..16u32 {
                            let bits = start.wrapping_mul(16).wrapping_add(i);
                            let x = f32::from_bits(self.first.wrapping_add(bits));
                            let truth = $function::<f64, FUSED>(f64::from(x));
                            let off = ulps($function::<f32, FUSED>(x), truth) as f32;
                            let worst = &mut worst[i as usize];
                            *worst = if off <= *worst { *worst } else { off };
                        }
                    }
                    worst
                }};
            }
            let worst = match self.which {
                Exp => worst!(exp),
                Expm1 => worst!(expm1),
                Ln => worst!(ln),
                Ln1p => worst!(ln_1p),
            };
            worst
                .into_iter()
                .fold(0.0, |a, b| if b <= a { a } else { b })
        }
    }

    #[test]
    #[ignore = "all 2³² numbers four times: `just exhaustive`"]
    fn every_single_keeps_its_promise() {
        let widest = Vectors::available().next().unwrap();
        for which in [Exp, Expm1, Ln, Ln1p] {
            let (_, bound) = promised(which);
            let worst = (0..1u32 << 20).into_par_iter().map(|block| {
                let first = block * BLOCK as u32;
                (widest.run(Worst { which, first }), first)
            });
            let (off, first) = worst.reduce(|| (0.0, 0), |a, b| if b.0 <= a.0 { a } else { b });
            assert!(
                f64::from(off) <= bound,
                "{which:?}: {off} ulp from bits {first:#x} on"
            );
        }
    }

    #[test]
    fn double_precision_keeps_its_promise() {
        let mut state = 1u64;
        let mut random = || {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (state >> 11) as f64 / (1u64 << 52) as f64 - 1.0
        };
        let x: Vec<f64> = (0..100_000)
            .map(|k| match k % 3 {
                0 => 750.0 * random(),
                1 => 2.0 * random(),
                _ => (300.0 * random()).exp2() * random(),
            })
            .chain([
                0.0,
                -0.0,
                -1.0,
                5e-324,
                f64::MAX,
                f64::INFINITY,
                f64::NEG_INFINITY,
                f64::NAN,
            ])
            .collect();
        for vectors in Vectors::available() {
            for which in [Exp, Expm1, Ln, Ln1p] {
                let (truth, bound) = promised(which);
                let mut values = x.clone();
                vectors.run(Apply {
                    function: which,
                    to: &mut values,
                });
                for (&x, y) in x.iter().zip(values) {
                    let truth = truth(x);
                    let same = y == truth || (y.is_nan() && truth.is_nan());
                    // The library's own result is half an ulp or a little more off.
                    let ulp = (truth.abs().next_up() - truth.abs()).max(f64::from_bits(1));
                    assert!(
                        same || (y - truth).abs() <= (bound + 0.6) * ulp,
                        "{which:?} on {vectors:?} at {x:e}: {y:e} is not {truth:e}"
                    );
                }
            }
        }
    }
}
