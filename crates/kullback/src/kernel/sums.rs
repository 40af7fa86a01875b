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
        let (mut valid, mut has_zeros) = (true, false);
        for (p, q) in self.p.chunks(BLOCK).zip(self.q.chunks(BLOCK)) {
            let mut wide = [[0.0; LANES]; 3];
            for (p, q) in p.chunks(STRIP).zip(q.chunks(STRIP)) {
                // Cells without mass, which add nothing to any sum.
                let mut last = [[[E::default(); LANES]; 1]; 2];
                let [last_p, last_q] = &mut last;
                for (p, q) in chunks(p, last_p).into_iter().zip(chunks(q, last_q)) {
                    valid &= add::<E, T, FUSED>(p, q, &mut has_zeros, &mut wide);
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

/// Adds the cells of at most one strip, of which `expect_zeros` is a guess that the next strip is told.
/// `false` when one of them is no mass.
#[inline(always)]
fn add<E: Element, T: Term, const FUSED: bool>(
    p: &[[E; LANES]],
    q: &[[E; LANES]],
    expect_zeros: &mut bool,
    wide: &mut [[f64; LANES]; 3],
) -> bool {
    if !*expect_zeros && add_each::<E, T, false, FUSED>(p, q, wide) {
        return true;
    }
    *expect_zeros = true;
    add_each::<E, T, true, FUSED>(p, q, wide) || one_by_one::<E, T>(p, q, wide)
}

/// Adds cells if their masses are all plain, or plain or 0; `false` if not.
#[inline(always)]
fn add_each<E: Element, T: Term, const ZEROS: bool, const FUSED: bool>(
    p: &[[E; LANES]],
    q: &[[E; LANES]],
    wide: &mut [[f64; LANES]; 3],
) -> bool {
    let (zero, one) = (E::Lane::of(0.0), E::Lane::of(1.0));
    // Apart from each other, not an array of arrays, which would lie in memory.
    let (mut p_sum, mut q_sum, mut terms) = ([zero; LANES], [zero; LANES], [zero; LANES]);
    let mut last = [one.rank(); LANES];
    for (p, q) in p.iter().zip(q) {
        for i in 0..LANES {
            let (p, q) = (p[i].lane(), q[i].lane());
            p_sum[i] += p;
            q_sum[i] += q;
            terms[i] += if ZEROS {
                with_zeros::<_, T, FUSED>(p, q, E::Lane::of(-0.0))
            } else {
                T::plain::<_, FUSED>(p, q, E::Lane::of(-0.0))
            };
            let plain_p = if ZEROS & (p == zero) { one } else { p };
            let plain_q = if ZEROS & (q == zero) { one } else { q };
            last[i] = last[i].max(plain_p.rank()).max(plain_q.rank());
        }
    }
    let mut all_plain = true;
    for rank in last {
        all_plain &= rank < E::Lane::RANK_END;
    }
    if all_plain {
        for i in 0..LANES {
            wide[0][i] += p_sum[i].wide();
            wide[1][i] += q_sum[i].wide();
            wide[2][i] += terms[i].wide();
        }
    }
    all_plain
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::{CrossEntropy, Js, Kl, Logits, Tv, Vectors};

    /// Seeded numbers from 0 to 1.
    fn random(seed: u64) -> impl FnMut() -> f64 {
        let mut state = seed;
        move || {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (state >> 11) as f64 / (1u64 << 53) as f64
        }
    }

    /// Every path against the sum of terms one by one.
    fn check<E: Element, T: Term>(p: &[E], q: &[E], bound: f64) {
        let term = PhantomData::<T>;
        let wide = |side: &[E]| -> Vec<f64> { side.iter().map(|x| x.lane().wide()).collect() };
        let (wide_p, wide_q) = (wide(p), wide(q));
        let naive = || wide_p.iter().zip(&wide_q).map(|(&p, &q)| T::any(p, q));
        let truth = naive().collect::<Sum>().total();
        let size = naive().map(f64::abs).sum::<f64>();
        for vectors in Vectors::available() {
            let sums = vectors.run(Slices::<E, T> { p, q, term });
            let off = [
                sums.terms - truth,
                sums.p - wide_p.iter().sum::<f64>(),
                sums.q - wide_q.iter().sum::<f64>(),
            ];
            let of = [size, sums.p, sums.q];
            for (off, of) in off.into_iter().zip(of) {
                assert!(
                    off.abs() <= bound * of || of.is_infinite(),
                    "{vectors:?}, {} cells: off by {off:e} of {of:e}",
                    p.len()
                );
            }
            assert!(sums.valid && sums.terms.is_infinite() == truth.is_infinite());
        }
    }

    fn check_all<E: Element>(p: &[E], q: &[E], bound: f64) {
        check::<E, Kl>(p, q, bound);
        check::<E, Kl>(q, p, bound);
        check::<E, Js>(p, q, bound);
        check::<E, Tv>(p, q, bound);
        check::<E, CrossEntropy>(p, q, bound);
    }

    #[test]
    fn every_path_agrees_with_the_naive_sum() {
        let mut random = random(1);
        for n in [1, 2, 10, 16, 17, 127, 128, 129, 2048, 5000] {
            for by in [0.0, 1e-8, 1e-4, 0.1, 3.0, 60.0] {
                for zeros in [0.0, 0.1] {
                    let mut mass = || if random() < zeros { 0.0 } else { random() };
                    let p: Vec<f64> = (0..n).map(|_| mass()).collect();
                    let q: Vec<f64> = (p.iter())
                        .map(|&p| {
                            let p = if mass() == 0.0 { 0.0 } else { p };
                            p * (by * (2.0 * mass() - 1.0)).exp()
                        })
                        .collect();
                    check_all(&p, &q, 1e-14);
                    let single =
                        |side: &[f64]| -> Vec<f32> { side.iter().map(|&x| x as f32).collect() };
                    check_all(&single(&p), &single(&q), 1e-6);
                }
            }
        }
    }

    #[test]
    fn every_path_takes_any_mass() {
        let mut p = vec![0.25; 300];
        p[7] = 5e-324;
        p[200] = 1e300;
        p[201] = 1e-300;
        let q: Vec<f64> = p.iter().rev().copied().collect();
        check_all(&p, &q, 1e-14);
        let p: Vec<f32> = p
            .iter()
            .map(|&p| if p > 1e38 { 3e38 } else { p as f32 })
            .collect();
        let q: Vec<f32> = p.iter().rev().map(|p| p.max(1e-45)).collect();
        check_all(&p, &q, 1e-6);
        for wrong in [-1e-9, f64::NAN, f64::INFINITY] {
            let mut p = vec![0.25; 40];
            p[39] = wrong;
            for vectors in Vectors::available() {
                let (q, term) = (&[0.25; 40], PhantomData::<Kl>);
                assert!(!vectors.run(Slices { p: &p, q, term }).valid, "{wrong}");
            }
        }
    }

    #[test]
    fn a_term_of_singles_is_right_to_a_millionth() {
        let mut random = random(2);
        for _ in 0..200_000 {
            let p = random() as f32 + 0.1;
            let q = p * ((4.0 * random() - 2.0).exp2() as f32);
            let cell = |term: f64, truth: f64| {
                assert!(
                    (term - truth).abs() <= 1e-6 * truth,
                    "{p:e} {q:e}: {term:e} {truth:e}"
                );
            };
            let (wide_p, wide_q) = (f64::from(p), f64::from(q));
            cell(
                Kl::plain::<f32, true>(p, q, -0.0).wide(),
                Kl::any(wide_p, wide_q),
            );
            cell(
                Js::plain::<f32, true>(p, q, -0.0).wide(),
                Js::any(wide_p, wide_q),
            );
        }
    }

    #[test]
    fn rows_of_logits_are_the_same_on_every_path() {
        let mut random = random(3);
        let a: Vec<f32> = (0..3000).map(|_| 20.0 * random() as f32).collect();
        for by in [1e-3, 3.0] {
            let b: Vec<f32> = a.iter().map(|a| a + by * random() as f32).collect();
            let run = |vectors: Vectors| {
                vectors.run(Logits::<_, f32, false> {
                    a: &a,
                    b: &b,
                    steps: [1.0; 2],
                    scratch: &mut Default::default(),
                })
            };
            let rows: Vec<_> = Vectors::available().filter_map(run).collect();
            assert_eq!(rows.len(), Vectors::available().count());
            for row in &rows {
                for (one, other) in [
                    (row.kl, rows[0].kl),
                    (row.reverse_kl, rows[0].reverse_kl),
                    (row.js, rows[0].js),
                ] {
                    assert!((one / other - 1.0).abs() <= 1e-5, "{one:e} {other:e}");
                }
            }
        }
    }
}
