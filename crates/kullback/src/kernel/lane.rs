//! What the kernels ask of a number: `f32` and `f64`, handled by the same lines.

use std::cell::Cell;
use std::ops::{Add, AddAssign, Div, Mul, Neg, Sub};

use super::Load;
use super::logits::Scratch;

/// One lane of a vector.
///
/// A function of lanes has no branch and no call, so that the compiler turns a loop over it into
/// vector code for whatever the calling function is allowed to use.
pub trait Lane:
    Copy
    + PartialOrd
    + Add<Output = Self>
    + AddAssign
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Div<Output = Self>
    + Neg<Output = Self>
    + Load<Self>
    + 'static
{
    /// ln 2 in two parts. The first ends in so many zeros that a whole number times it is exact,
    /// for all whole numbers that are exponents.
    const LN_2: [Self; 2];

    /// 1.5·2^(digits − 1). The digits of a number added to it are those before the point, so that
    /// adding rounds to a whole number, and the last bits of the sum are that number.
    const ROUND: Self;

    /// (eʳ − 1 − r)/r² on ±½ ln 2, lowest power first: Chebyshev's fit, at most 10⁻⁹ off for `f32`,
    /// 10⁻¹⁸ for `f64`.
    const ABOVE_TANGENT: &'static [Self];

    /// The same on ±[`NEAR`](Self::NEAR): at most 10⁻⁷ off for `f32`, 5·10⁻¹⁶ for `f64`.
    const NEAR_TANGENT: &'static [Self];

    /// 2ʳ on ±½, but for a factor that is the same for all r, with 1 at 0: Chebyshev's fit, at most 2·10⁻⁷ off
    /// for `f32`, 2·10⁻¹⁵ for `f64`.
    const EXP2: &'static [Self];

    /// How far from 0 the fits for arguments near it hold.
    const NEAR: Self;

    /// Which part of (q − p)·x Jensen–Shannon's term p ln(p/m) + q ln(q/m) is, in powers of x² with
    /// x = ln(q/p): ½ − ln cosh(½x)/(x tanh(½x)), Chebyshev's fit, up to [`NEAR`](Self::NEAR).
    const NEAR_JS: &'static [Self];

    /// How far from 0 the next holds.
    const MIDDLE: Self;

    /// The same, up to there.
    const MIDDLE_JS: &'static [Self];

    /// So far from 0, eˣ of the rough reduction is still right to the digits of a sum.
    const FARTHEST: Self;

    /// How many times D(P‖Q) both divergences may be together before digits of q are lost that is
    /// taken from p.
    const LOPSIDED: Self;

    /// Between these, eˣ is neither 0 nor ∞.
    const EXP_RANGE: [Self; 2];

    /// Below this, eˣ − 1 is −1.
    const EXPM1_LOWEST: Self;

    /// The odd numbers that the series of artanh ends with, where its argument is at most 0.2, and ⅓.
    const SERIES_END: [u32; 2];

    /// How many terms of its own series Jensen–Shannon takes.
    const JS_TERMS: u32;

    /// The memory of [`logits`](super::logits), kept for the thread's next row.
    fn take_scratch() -> Scratch<Self>;

    /// Gives the memory back.
    fn keep_scratch(scratch: Scratch<Self>);

    /// The smallest number with all its digits.
    const SMALLEST_NORMAL: Self;

    /// Its logarithm, rounded up to a whole number.
    const LN_SMALLEST: Self;

    /// The nearest lane of a constant.
    fn of(x: f64) -> Self;

    /// The same number.
    fn wide(self) -> f64;

    fn abs(self) -> Self;

    /// a·b + c, in one step.
    fn mul_add(self, b: Self, c: Self) -> Self;

    /// k and m with x = 2ᵏ·m and m from √½ to √2, for x positive and normal.
    fn split(self) -> (Self, Self);

    /// 2ᵏ, from k + [`Lane::ROUND`]; k an exponent of normal numbers.
    fn power_of_two(rounded: Self) -> Self;

    /// x·2ᵏ, from k + [`Lane::ROUND`]; x and x·2ᵏ normal.
    fn times_power_of_two(self, rounded: Self) -> Self;

    /// k and q′ with q = 2ᵏ·q′ and q′/p from ⅔ to 1½, for p and q [plain](Lane::is_plain).
    fn align(p: Self, q: Self) -> (Self, Self);

    /// What [`Lane::rank`] is of.
    type Rank: Copy + Ord + Send;

    /// The rank of the first mass beyond the [plain](Lane::is_plain) ones.
    const RANK_END: Self::Rank;

    /// Where the mass stands among all floats, the plain masses first.
    fn rank(self) -> Self::Rank;

    /// Whether the terms of a divergence can take this mass: positive, neither tiny nor huge, no
    /// NaN.
    #[inline(always)]
    fn is_plain(self) -> bool {
        self.rank() < Self::RANK_END
    }
}

thread_local! {
    static SINGLE: Cell<Scratch<f32>> = Cell::default();
    static DOUBLE: Cell<Scratch<f64>> = Cell::default();
}

macro_rules! lane {
    ($float:ident, $bits:ident, $digits:expr, $scratch:ident, plain: $plain:expr,
     ln_2: $ln_2:expr, above_tangent: $above:expr,
     near_tangent: $near_tangent:expr, exp2: $exp2:expr,
     near: $near:expr, $near_js:expr, middle: $middle:expr, $middle_js:expr, farthest: $farthest:expr, lopsided: $lopsided:expr, exp: $exp:expr, expm1: $expm1:expr, ln_smallest: $ln_smallest:expr,
     series: $series:expr, js: $js:expr) => {
        impl Lane for $float {
            const LN_2: [Self; 2] = $ln_2;
            const ROUND: Self = (3u64 << ($digits - 1)) as $float;
            const ABOVE_TANGENT: &'static [Self] = &$above;
            const NEAR_TANGENT: &'static [Self] = &$near_tangent;
            const EXP2: &'static [Self] = &$exp2;
            const NEAR: Self = $near;
            const NEAR_JS: &'static [Self] = &$near_js;
            const MIDDLE: Self = $middle;
            const MIDDLE_JS: &'static [Self] = &$middle_js;
            const FARTHEST: Self = $farthest;
            const LOPSIDED: Self = $lopsided;
            const EXP_RANGE: [Self; 2] = $exp;
            const EXPM1_LOWEST: Self = $expm1;
            const SERIES_END: [u32; 2] = $series;
            const JS_TERMS: u32 = $js;
            const SMALLEST_NORMAL: Self = $float::MIN_POSITIVE;
            const LN_SMALLEST: Self = $ln_smallest;

            fn take_scratch() -> Scratch<Self> {
                $scratch.take()
            }

            fn keep_scratch(scratch: Scratch<Self>) {
                $scratch.set(scratch);
            }

            #[inline(always)]
            fn of(x: f64) -> Self {
                x as $float
            }

            #[inline(always)]
            fn wide(self) -> f64 {
                f64::from(self)
            }

            #[inline(always)]
            fn abs(self) -> Self {
                self.abs()
            }

            #[inline(always)]
            fn mul_add(self, b: Self, c: Self) -> Self {
                self.mul_add(b, c)
            }

            #[inline(always)]
            fn split(self) -> (Self, Self) {
                const ONE: $bits = (1.0 as $float).to_bits();
                const ROOT: $bits = (std::f64::consts::FRAC_1_SQRT_2 as $float).to_bits();
                let shifted = self.to_bits().wrapping_add(ONE - ROOT);
                let biased = shifted >> $digits;
                let part = $float::from_bits((shifted & ((1 << $digits) - 1)).wrapping_add(ROOT));
                // Vectors before AVX-512 have no instruction from 64-bit integers to floats.
                let whole = $float::from_bits(Self::ROUND.to_bits().wrapping_add(biased));
                (whole - (Self::ROUND + (ONE >> $digits) as $float), part)
            }

            #[inline(always)]
            fn power_of_two(rounded: Self) -> Self {
                const ONE: $bits = (1.0 as $float).to_bits();
                $float::from_bits((rounded.to_bits() << $digits).wrapping_add(ONE))
            }

            #[inline(always)]
            fn times_power_of_two(self, rounded: Self) -> Self {
                $float::from_bits(self.to_bits().wrapping_add(rounded.to_bits() << $digits))
            }

            #[inline(always)]
            fn align(p: Self, q: Self) -> (Self, Self) {
                // The bits of a float, as a whole number, are its logarithm to base 2 in units of
                // 2^-digits, give or take; their difference, rounded, is k. It stays above 0 by BIAS.
                const BIAS: $bits = $float::MAX_EXP as $bits * 2 - 1;
                const HALF: $bits = 1 << ($digits - 1);
                let between = q.to_bits().wrapping_sub(p.to_bits());
                let biased = between.wrapping_add((BIAS << $digits) + HALF) >> $digits;
                let whole = $float::from_bits(Self::ROUND.to_bits().wrapping_add(biased));
                let shift = biased.wrapping_sub(BIAS) << $digits;
                let aligned = $float::from_bits(q.to_bits().wrapping_sub(shift));
                (whole - (Self::ROUND + BIAS as $float), aligned)
            }

            type Rank = $bits;
            const RANK_END: $bits = (2 * $plain) << $digits;

            #[inline(always)]
            fn rank(self) -> $bits {
                const LOWEST: $bits = (1.0 as $float).to_bits() - ($plain << $digits);
                // As whole numbers, the bits of negative numbers, infinities and NaN lie above.
                self.to_bits().wrapping_sub(LOWEST)
            }
        }
    };
}

lane!(f32, u32, 23, SINGLE, plain: 110,
    ln_2: [0.693_145_75, 1.428_606_8e-6],
    above_tangent: [
        0.5,
        0.166_666_67,
        0.041_666_464,
        0.008_333_311,
        0.001_393_373_1,
        0.000_198_910_81,
    ],
    near_tangent: [
        0.5,
        0.166_666_97,
        0.041_666_697,
        0.008_330_886,
        0.001_388_644_8,
        0.000_203_290_42,
        2.528_843_5e-5,
    ],
    exp2: [
        1.0,
        std::f32::consts::LN_2,
        0.240_221_06,
        0.055_503_567,
        0.009_676_031,
        0.001_339_086_2,
    ],
    near: 1.0,
    [
        0.249_999_98,
        -0.010_416_191,
        0.000_518_645,
        -2.462_336_3e-5,
    ],
    middle: 2.0,
    [
        0.25,
        -0.010_416_546,
        0.000_520_474_18,
        -2.750_222_6e-5,
        1.427_338_6e-6,
        -5.022_066_2e-8,
    ],
    farthest: 50.0, lopsided: 8.0,
    exp: [-104.0, 89.0], expm1: -20.0, ln_smallest: -87.0, series: [9, 13], js: 5);

lane!(f64, u64, 52, DOUBLE, plain: 900,
    ln_2: [6.931_471_803_691_238e-1, 1.908_214_929_270_587_7e-10],
    above_tangent: [
        0.5,
        0.166_666_666_666_666_7,
        0.041_666_666_666_666_67,
        0.008_333_333_333_326_084,
        0.001_388_888_888_888_371_1,
        0.000_198_412_698_750_022_8,
        2.480_158_732_567_746e-5,
        2.755_725_517_000_089e-6,
        2.755_727_347_871_858e-7,
        2.510_531_272_962_210_3e-8,
        2.091_475_532_589_32e-9,
    ],
    near_tangent: [
        0.5,
        0.166_666_666_666_664_21,
        0.041_666_666_666_666_51,
        0.008_333_333_333_402_1,
        0.001_388_888_888_893_181,
        0.000_198_412_697_862_750_93,
        2.480_158_726_725_940_8e-5,
        2.755_733_806_780_384e-6,
        2.755_733_098_715_279e-7,
        2.504_897_129_972_493e-8,
        2.087_479_843_099_664e-9,
        1.630_941_264_968_474_2e-10,
        1.162_709_813_042_344_7e-11,
    ],
    exp2: [
        1.0,
        std::f64::consts::LN_2,
        0.240_226_506_959_100_7,
        0.055_504_108_664_760_424,
        0.009_618_129_107_624_946,
        0.001_333_355_817_904_311,
        0.000_154_035_304_122_160_7,
        1.525_268_684_626_772e-5,
        1.321_545_967_214_335e-6,
        1.020_312_106_339_173e-7,
        7.069_370_048_972_09e-9,
    ],
    near: 1.0,
    [
        0.25,
        -0.010_416_666_666_663_762,
        0.000_520_833_333_255_664,
        -2.790_178_491_297_988e-5,
        1.636_211_675_155_73e-6,
        -1.052_849_933_003_426e-7,
        7.310_923_212_549_841e-9,
        -5.208_150_340_577_375e-10,
        2.963_125_725_682_385e-11,
    ],
    middle: 1.0,
    [
        0.25,
        -0.010_416_666_666_663_762,
        0.000_520_833_333_255_664,
        -2.790_178_491_297_988e-5,
        1.636_211_675_155_73e-6,
        -1.052_849_933_003_426e-7,
        7.310_923_212_549_841e-9,
        -5.208_150_340_577_375e-10,
        2.963_125_725_682_385e-11,
    ],
    farthest: 600.0, lopsided: 1e300,
    exp: [-746.0, 710.0], expm1: -40.0, ln_smallest: -708.0, series: [23, 33], js: 12);

/// a·b + c, in one step where the machine has one: without it, a fused multiply-add is a slow call.
#[inline(always)]
pub(crate) fn fused<L: Lane, const FUSED: bool>(a: L, b: L, c: L) -> L {
    if FUSED { a.mul_add(b, c) } else { a * b + c }
}

/// A polynomial by Horner's rule, lowest power first.
#[inline(always)]
pub(crate) fn polynomial<L: Lane, const FUSED: bool>(coefficients: &[L], x: L) -> L {
    let mut k = coefficients.len() - 1;
    let mut sum = coefficients[k];
    while k > 0 {
        k -= 1;
        sum = fused::<L, FUSED>(sum, x, coefficients[k]);
    }
    sum
}

/// (artanh s − s)/s³ = ⅓ + z/5 + z²/7 + … with z = s² ≤ 0.04, to the last digit of artanh.
#[inline(always)]
pub(crate) fn artanh_tail<L: Lane, const FUSED: bool>(z: L) -> L {
    artanh_tail_to::<L, FUSED>(z, L::SERIES_END[0])
}

/// The same for z ≤ 1/9.
#[inline(always)]
pub(crate) fn long_artanh_tail<L: Lane, const FUSED: bool>(z: L) -> L {
    artanh_tail_to::<L, FUSED>(z, L::SERIES_END[1])
}

#[inline(always)]
fn artanh_tail_to<L: Lane, const FUSED: bool>(z: L, end: u32) -> L {
    let mut denominator = end;
    let mut sum = L::of(1.0 / f64::from(denominator));
    while denominator > 3 {
        denominator -= 2;
        sum = fused::<L, FUSED>(sum, z, L::of(1.0 / f64::from(denominator)));
    }
    sum
}
