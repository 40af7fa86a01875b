//! One pass over two slices: what each adds up to, and the sum of a [`Term`].

use std::marker::PhantomData;

use super::lane::Lane;
use super::term::Term;
use super::{Element, Pass, chunks};
use crate::numeric::Sum;

/// How many cells advance together.
const LANES: usize = 16;

/// A lane is added up in its own type over this many of its cells, and in f64 from there on: a relative error
/// of at most 7 ulp/2 of `f32` whatever the length.
const STRIP: usize = 8 * LANES;

/// Lanes of f64 are added up plainly over this many cells, and compensated from there on: at most
/// 128 ulp/2 of `f64`, in practice below one.
const BLOCK: usize = 128 * LANES;

/// What one pass over two slices of equal length yields.
pub(crate) struct Sums {
    /// Σ p.
    pub(crate) p: f64,
    /// Σ q.
    pub(crate) q: f64,
    /// Σ of the terms.
    pub(crate) terms: f64,
    /// Whether every mass is finite and not negative. If not, the sums mean nothing.
    pub(crate) valid: bool,
}

/// The pass over two slices that adds up a term.
pub(super) struct Slices<'a, E, T> {
    pub(super) p: &'a [E],
    pub(super) q: &'a [E],
    pub(super) term: PhantomData<T>,
}

impl<E: Element, T: Term> Pass for Slices<'_, E, T> {
    type Output = Sums;

    #[inline(always)]
    fn run<const FUSED: bool>(self) -> Sums {
        let mut sums = [Sum::default(); 3];
        let mut valid = true;
        for (p, q) in self.p.chunks(BLOCK).zip(self.q.chunks(BLOCK)) {
            let mut wide = [[0.0; LANES]; 3];
            for (p, q) in p.chunks(STRIP).zip(q.chunks(STRIP)) {
                // Cells without mass, which add nothing to any sum.
                let mut last = [[[E::default(); LANES]; 1]; 2];
                let [last_p, last_q] = &mut last;
                for (p, q) in chunks(p, last_p).into_iter().zip(chunks(q, last_q)) {
                    valid &= add::<E, T, FUSED>(p, q, &mut wide);
                }
            }
            for (sum, lanes) in sums.iter_mut().zip(wide) {
                sum.add(sum_lanes(lanes));
            }
        }
        let [p, q, terms] = sums.map(Sum::total);
        Sums { p, q, terms, valid }
    }
}

/// Adds the cells of at most one strip. `false` when one of them is no mass.
#[inline(always)]
fn add<E: Element, T: Term, const FUSED: bool>(
    p: &[[E; LANES]],
    q: &[[E; LANES]],
    wide: &mut [[f64; LANES]; 3],
) -> bool {
    if all::<E, false>(p, q) {
        add_each::<E, T, false, FUSED>(p, q, wide);
        true
    } else if all::<E, true>(p, q) {
        add_each::<E, T, true, FUSED>(p, q, wide);
        true
    } else {
        one_by_one::<E, T>(p, q, wide)
    }
}

/// Whether all masses of both sides are plain, or plain or 0.
#[inline(always)]
fn all<E: Element, const OR_ZERO: bool>(p: &[[E; LANES]], q: &[[E; LANES]]) -> bool {
    let zero = E::Lane::of(0.0);
    let mut all = true;
    for (p, q) in p.as_flattened().iter().zip(q.as_flattened()) {
        let (p, q) = (p.lane(), q.lane());
        all &= p.is_plain() | (OR_ZERO & (p == zero));
        all &= q.is_plain() | (OR_ZERO & (q == zero));
    }
    all
}

/// Adds cells whose masses are all plain, or plain or 0.
#[inline(always)]
fn add_each<E: Element, T: Term, const ZEROS: bool, const FUSED: bool>(
    p: &[[E; LANES]],
    q: &[[E; LANES]],
    wide: &mut [[f64; LANES]; 3],
) {
    let mut lanes = [[E::Lane::of(0.0); LANES]; 3];
    for (p, q) in p.iter().zip(q) {
        for i in 0..LANES {
            let (p, q) = (p[i].lane(), q[i].lane());
            lanes[0][i] += p;
            lanes[1][i] += q;
            lanes[2][i] += if ZEROS {
                with_zeros::<_, T, FUSED>(p, q, E::Lane::of(-0.0))
            } else {
                T::plain::<_, FUSED>(p, q, E::Lane::of(-0.0))
            };
        }
    }
    for (wide, lanes) in wide.iter_mut().zip(lanes) {
        for (wide, lane) in wide.iter_mut().zip(lanes) {
            *wide += lane.wide();
        }
    }
}

/// The term of two masses that are plain or 0.
#[inline(always)]
pub(super) fn with_zeros<L: Lane, T: Term, const FUSED: bool>(p: L, q: L, lost: L) -> L {
    let (zero, one) = (L::of(0.0), L::of(1.0));
    let is_plain = (p != zero) & (q != zero);
    let safe_p = if p == zero { one } else { p };
    let safe_q = if q == zero { one } else { q };
    let plain = T::plain::<L, FUSED>(safe_p, safe_q, lost);
    if is_plain { plain } else { T::at_zero(p, q) }
}

/// Adds cells of which some are subnormal, very large, or no masses. `false` when one of them is
/// no mass.
#[cold]
fn one_by_one<E: Element, T: Term>(
    p: &[[E; LANES]],
    q: &[[E; LANES]],
    [p_sum, q_sum, terms]: &mut [[f64; LANES]; 3],
) -> bool {
    let mut valid = true;
    for (p, q) in p.iter().zip(q) {
        for i in 0..LANES {
            let (p, q) = (p[i].lane().wide(), q[i].lane().wide());
            valid &= p.is_finite() && q.is_finite() && p >= 0.0 && q >= 0.0;
            p_sum[i] += p;
            q_sum[i] += q;
            terms[i] += T::any(p, q);
        }
    }
    valid
}

/// The sum of all lanes, halves first.
#[inline(always)]
pub(super) fn sum_lanes<L: Lane, const N: usize>(lanes: [L; N]) -> f64 {
    let mut wide = [0.0; N];
    for (wide, lane) in wide.iter_mut().zip(lanes) {
        *wide = lane.wide();
    }
    let mut n = N;
    while n > 1 {
        n /= 2;
        for i in 0..n {
            wide[i] += wide[i + n];
        }
    }
    wide[0]
}
