//! KL and Jensen–Shannon of two slices in one pass, on the widest vectors that the machine has.
//!
//! The same lines serve every machine: [`term::kl`] has no branch and no call, so the compiler
//! turns a loop over it into vector code for whatever the calling function is allowed to use.
//! [`sums`] is compiled three times (AVX-512, AVX2, baseline; NEON is the baseline of aarch64),
//! and the choice is made when it runs.

mod term;

use crate::Cell;
use crate::measure::{js_term, kl_term};
use crate::numeric::Sum;

/// How many cells advance together: two of the widest vectors, to hide each other's latency.
const LANES: usize = 16;

/// Lanes are added up plainly over this many cells, and compensated from there on: a relative
/// error of at most 128 ulp/2 whatever the length, in practice below one.
const BLOCK: usize = 128 * LANES;

/// What one pass over two slices of equal length yields.
pub(crate) struct Sums {
    /// Σ p.
    pub(crate) p: f64,
    /// Σ q.
    pub(crate) q: f64,
    /// Σ of the terms asked for.
    pub(crate) terms: f64,
    /// Whether every mass is finite and not negative. If not, the sums mean nothing.
    pub(crate) valid: bool,
}

/// The terms of KL(P‖Q): p ln(p/q) − p + q.
pub(crate) fn kl(p: &[f64], q: &[f64]) -> Sums {
    run::<false>(p, q)
}

/// The terms of the Jensen–Shannon divergence: half of KL to the mean, from either side.
pub(crate) fn js(p: &[f64], q: &[f64]) -> Sums {
    run::<true>(p, q)
}

fn run<const JS: bool>(p: &[f64], q: &[f64]) -> Sums {
    #[cfg(target_arch = "x86_64")]
    {
        #[target_feature(enable = "avx512f,avx512dq,fma")]
        fn avx512<const JS: bool>(p: &[f64], q: &[f64]) -> Sums {
            sums::<JS, true>(p, q)
        }
        #[target_feature(enable = "avx2,fma")]
        fn avx2<const JS: bool>(p: &[f64], q: &[f64]) -> Sums {
            sums::<JS, true>(p, q)
        }
        if is_x86_feature_detected!("avx512dq") && is_x86_feature_detected!("fma") {
            #[allow(unsafe_code)]
            // SAFETY: the machine has the features that the function is compiled for; AVX-512DQ
            // includes AVX-512F.
            return unsafe { avx512::<JS>(p, q) };
        }
        if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma") {
            #[allow(unsafe_code)]
            // SAFETY: the machine has the features that the function is compiled for.
            return unsafe { avx2::<JS>(p, q) };
        }
    }
    // Without an instruction for it, a fused multiply-add is a slow call.
    sums::<JS, { cfg!(target_arch = "aarch64") }>(p, q)
}

#[inline(always)]
fn sums<const JS: bool, const FUSED: bool>(p: &[f64], q: &[f64]) -> Sums {
    let (mut p_sum, mut q_sum, mut terms) = (Sum::default(), Sum::default(), Sum::default());
    let mut valid = true;
    for (p, q) in p.chunks(BLOCK).zip(q.chunks(BLOCK)) {
        let mut lanes = [[0.0; LANES]; 3];
        let (p_chunks, p_rest) = p.as_chunks::<LANES>();
        let (q_chunks, q_rest) = q.as_chunks::<LANES>();
        for (p, q) in p_chunks.iter().zip(q_chunks) {
            let mut plain = true;
            for i in 0..LANES {
                plain &= term::is_plain(p[i]) & term::is_plain(q[i]);
            }
            if plain {
                for i in 0..LANES {
                    lanes[0][i] += p[i];
                    lanes[1][i] += q[i];
                    lanes[2][i] += plain_term::<JS, FUSED>(p[i], q[i]);
                }
            } else {
                valid &= any::<JS>(p, q, &mut p_sum, &mut q_sum, &mut terms);
            }
        }
        valid &= any::<JS>(p_rest, q_rest, &mut p_sum, &mut q_sum, &mut terms);
        for (sum, lanes) in [&mut p_sum, &mut q_sum, &mut terms].into_iter().zip(lanes) {
            lanes.into_iter().for_each(|lane| sum.add(lane));
        }
    }
    Sums {
        p: p_sum.total(),
        q: q_sum.total(),
        terms: terms.total(),
        valid,
    }
}

#[inline(always)]
fn plain_term<const JS: bool, const FUSED: bool>(p: f64, q: f64) -> f64 {
    if JS {
        term::js::<FUSED>(p, q)
    } else {
        term::kl::<FUSED>(p, q)
    }
}

/// Cells with zeros, subnormal or very large masses, and the last few of a slice, one by one.
/// `false` when one of them is no mass.
#[cold]
fn any<const JS: bool>(
    p: &[f64],
    q: &[f64],
    p_sum: &mut Sum,
    q_sum: &mut Sum,
    terms: &mut Sum,
) -> bool {
    let mut valid = true;
    for (&p, &q) in p.iter().zip(q) {
        valid &= p.is_finite() && q.is_finite() && p >= 0.0 && q >= 0.0;
        p_sum.add(p);
        q_sum.add(q);
        let cell = Cell::of_masses(p, q);
        terms.add(if JS { js_term(cell) } else { kl_term(cell) });
    }
    valid
}
