//! Sums over slices in one pass, on the widest vectors that the machine has.
//!
//! The same lines serve every machine and both lane types: what is done to a [`Lane`](lane::Lane)
//! has no branch and no call, so the compiler turns a loop over it into vector code for whatever
//! the calling function is allowed to use. [`dispatch`] compiles a [`Pass`] three times (AVX-512,
//! AVX2, baseline; NEON is the baseline of aarch64), and chooses when it runs.

use std::marker::PhantomData;

use half::{bf16, f16};

use crate::numeric::Wide;

mod elementary;
mod lane;
mod logits;
pub(crate) mod parameters;
mod shares;
pub(crate) mod softmax;
mod sums;
mod term;

use elementary::Apply;
pub(crate) use elementary::Function;
#[allow(
    unreachable_pub,
    reason = "a bound of public traits, which are sealed by it"
)]
pub use lane::Lane;
use logits::Logits;
pub(crate) use logits::Rows;
use shares::{Shares, Total};
use sums::Slices;
pub(crate) use sums::Sums;
pub(crate) use term::{CrossEntropy, Js, Kl, Term, Tv};

/// A number as it lies in memory, and the lane that it is computed in.
pub trait Element: Copy + Default + Send + Sync {
    type Lane: Lane + Element<Lane = Self::Lane>;

    /// Exact.
    fn lane(self) -> Self::Lane;
}

impl Element for f64 {
    type Lane = f64;
    #[inline(always)]
    fn lane(self) -> f64 {
        self
    }
}

impl Element for f32 {
    type Lane = f32;
    #[inline(always)]
    fn lane(self) -> f32 {
        self
    }
}

/// What a row of logits can consist of, for computing in these lanes.
#[allow(unreachable_pub, reason = "a bound within the kernel, on public types")]
pub trait Load<L>: Copy + Send + Sync {
    /// The number, exact; of codes, the code.
    fn load(self) -> L;
}

impl<E: Element> Load<E::Lane> for E {
    #[inline(always)]
    fn load(self) -> E::Lane {
        self.lane()
    }
}

/// A little-endian `f32`.
impl Load<f32> for [u8; 4] {
    #[inline(always)]
    fn load(self) -> f32 {
        f32::from_le_bytes(self)
    }
}

impl Load<f64> for [u8; 4] {
    #[inline(always)]
    fn load(self) -> f64 {
        f64::from(f32::from_le_bytes(self))
    }
}

/// A little-endian code.
impl Load<f32> for [u8; 2] {
    #[inline(always)]
    fn load(self) -> f32 {
        f32::from(u16::from_le_bytes(self))
    }
}

/// Σ p, Σ q and Σ of a term over two slices of equal length.
///
/// In `f64` the sum of the terms is within 10⁻¹⁴ of the exact one, relative to it (for
/// [`CrossEntropy`] to Σ|p ln q|); in lanes of `f32`, within 10⁻⁶.
pub(crate) fn sums<E: Element, T: Term>(_: T, p: &[E], q: &[E]) -> Sums {
    dispatch(Slices::<E, T> {
        p,
        q,
        term: PhantomData,
    })
}

/// What a slice of masses adds up to; `None` when one of them is negative, infinite or NaN.
pub(crate) fn total<E: Element>(masses: &[E]) -> Option<Wide> {
    dispatch(Total { masses })
}

/// Σ of a term over two slices of masses of equal length, each divided by its [`total`]; within
/// 10⁻¹⁴ of the exact sum, relative to it. `None` where a mass is too small or too large for that.
pub(crate) fn shares<E: Element, T: Term>(
    _: T,
    p: &[E],
    q: &[E],
    totals: [Wide; 2],
) -> Option<f64> {
    dispatch(Shares::<E, T> {
        p,
        q,
        totals,
        term: PhantomData,
    })
}

/// A function's values, in the place of its arguments.
pub(crate) fn apply<L: Lane>(function: Function, to: &mut [L]) {
    dispatch(Apply { function, to });
}

/// The divergences of two rows of logits of equal length, at least one; `None` where a logit is not
/// finite or a sum of them overflows. In `f32` within 10⁻⁶ of the exact value, in `f64` within
/// 10⁻¹³.
pub(crate) fn logits<E: Load<L>, L: Lane>(a: &[E], b: &[E]) -> Option<Rows> {
    scaled_logits::<E, L, false>(a, b, [1.0; 2])
}

/// The same of rows whose numbers are to be multiplied, each row by its own factor. No number of a may then be
/// more than 80 below its largest.
pub(crate) fn codes<E: Load<f32>>(a: &[E], b: &[E], steps: [f32; 2]) -> Option<Rows> {
    scaled_logits::<E, f32, true>(a, b, steps.map(f64::from))
}

/// How many codes are 0.
pub(crate) fn zeros(codes: &[[u8; 2]]) -> u64 {
    dispatch(Zeros { codes })
}

struct Zeros<'a> {
    codes: &'a [[u8; 2]],
}

impl Pass for Zeros<'_> {
    type Output = u64;

    #[inline(always)]
    fn run<const FUSED: bool>(self) -> u64 {
        let mut zeros = 0;
        // A block's count fits 16 bits, of which a vector has as many as it has codes.
        for block in self.codes.chunks(4096) {
            let mut count = 0u16;
            for &code in block {
                count += u16::from(code == [0, 0]);
            }
            zeros += u64::from(count);
        }
        zeros
    }
}

fn scaled_logits<E: Load<L>, L: Lane, const SCALED: bool>(
    a: &[E],
    b: &[E],
    steps: [f64; 2],
) -> Option<Rows> {
    let mut scratch = L::take_scratch();
    let rows = dispatch(Logits::<E, L, SCALED> {
        a,
        b,
        steps,
        scratch: &mut scratch,
    });
    L::keep_scratch(scratch);
    rows
}

/// A slice as chunks of lanes, and its last few elements as a chunk that is filled up, or nothing.
#[inline(always)]
fn chunks<'a, E: Element, const LANES: usize>(
    slice: &'a [E],
    last: &'a mut [[E; LANES]; 1],
) -> [&'a [[E; LANES]]; 2] {
    let (chunks, rest) = slice.as_chunks();
    last[0][..rest.len()].copy_from_slice(rest);
    [chunks, if rest.is_empty() { &[] } else { last }]
}

impl Element for f16 {
    type Lane = f32;
    #[inline(always)]
    fn lane(self) -> f32 {
        let bits = u32::from(self.to_bits());
        // The exponent counts from 15 here, from 127 there. What is subnormal here becomes normal.
        let magnitude = f32::from_bits((bits & 0x7fff) << 13) * f32::from_bits((127 + 112) << 23);
        let beyond = f32::from_bits((bits & 0x3ff) << 13 | 0xff << 23);
        let magnitude = if bits & 0x7c00 == 0x7c00 {
            beyond
        } else {
            magnitude
        };
        f32::from_bits(magnitude.to_bits() | (bits & 0x8000) << 16)
    }
}

impl Element for bf16 {
    type Lane = f32;
    #[inline(always)]
    fn lane(self) -> f32 {
        f32::from_bits(u32::from(self.to_bits()) << 16)
    }
}

/// Work that runs faster on wider vectors.
trait Pass {
    type Output;

    /// Must be `#[inline(always)]`, with all that it calls, and without closures, which cannot be:
    /// only what is compiled as part of the calling function may use its vectors. `FUSED` is whether there is fused multiply-add.
    fn run<const FUSED: bool>(self) -> Self::Output;
}

/// The vectors that a pass is compiled for.
#[derive(Debug, Clone, Copy)]
enum Vectors {
    #[cfg(target_arch = "x86_64")]
    Avx512,
    #[cfg(target_arch = "x86_64")]
    Avx2,
    Baseline,
}

impl Vectors {
    /// Those that the machine has, the widest first.
    fn available() -> impl Iterator<Item = Vectors> {
        #[cfg(target_arch = "x86_64")]
        let found = {
            let fma = is_x86_feature_detected!("fma");
            // AVX-512DQ includes AVX-512F.
            let avx512 = (fma && is_x86_feature_detected!("avx512dq")).then_some(Vectors::Avx512);
            let avx2 = (fma && is_x86_feature_detected!("avx2")).then_some(Vectors::Avx2);
            avx512.into_iter().chain(avx2)
        };
        #[cfg(not(target_arch = "x86_64"))]
        let found = std::iter::empty();
        found.chain(std::iter::once(Vectors::Baseline))
    }

    /// Runs a pass compiled for these vectors, which must be [available](Vectors::available).
    #[inline(always)]
    fn run<P: Pass>(self, pass: P) -> P::Output {
        #[cfg(target_arch = "x86_64")]
        #[target_feature(enable = "avx512f,avx512dq,fma")]
        fn avx512<P: Pass>(pass: P) -> P::Output {
            pass.run::<true>()
        }
        #[cfg(target_arch = "x86_64")]
        #[target_feature(enable = "avx2,fma")]
        fn avx2<P: Pass>(pass: P) -> P::Output {
            pass.run::<true>()
        }
        match self {
            #[cfg(target_arch = "x86_64")]
            #[allow(unsafe_code)]
            // SAFETY: the machine was found to have the features that the function is compiled for.
            Vectors::Avx512 => unsafe { avx512(pass) },
            #[cfg(target_arch = "x86_64")]
            #[allow(unsafe_code)]
            // SAFETY: as above.
            Vectors::Avx2 => unsafe { avx2(pass) },
            // Without an instruction for it, a fused multiply-add is a slow call.
            Vectors::Baseline => pass.run::<{ cfg!(target_arch = "aarch64") }>(),
        }
    }
}

/// Runs a pass on the widest vectors that the machine has.
fn dispatch<P: Pass>(pass: P) -> P::Output {
    let widest = Vectors::available().next();
    widest.unwrap_or(Vectors::Baseline).run(pass)
}
