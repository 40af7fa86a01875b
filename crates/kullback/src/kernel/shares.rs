//! Sums over two slices of masses, each divided by its total, to the last digits.
//!
//! p/P and q/Q as floats would be off by a rounding, which is all of the answer where they nearly
//! agree. So the masses are brought to one scale by two products, p·Q and q·P, and what the
//! products lost to rounding is handed on beside them (Dekker 1971).

use std::marker::PhantomData;

use super::lane::Lane;
use super::sums::{sum_lanes, with_zeros};
use super::term::Term;
use super::{Element, Pass, chunks};
use crate::numeric::{Sum, Wide};

const LANES: usize = 16;

/// Lanes are added up plainly over this many cells, and compensated from there on.
const BLOCK: usize = 128 * LANES;

/// The pass that adds up one slice, in twice the precision. `None` when an entry is no mass.
pub(super) struct Total<'a, E> {
    pub(super) masses: &'a [E],
}

impl<E: Element> Pass for Total<'_, E> {
    type Output = Option<Wide>;

    #[inline(always)]
    fn run<const FUSED: bool>(self) -> Option<Wide> {
        let (mut high, mut low) = ([0.0; LANES], [0.0; LANES]);
        let mut wrong = [0.0; LANES];
        let mut last = [[E::default(); LANES]; 1];
        for cells in chunks(self.masses, &mut last) {
            for cells in cells {
                for i in 0..LANES {
                    let x = cells[i].lane().wide();
                    let is_mass = x.is_finite() & (x >= 0.0);
                    wrong[i] = if is_mass { wrong[i] } else { 1.0 };
                    let sum = high[i] + x;
                    let back = sum - high[i];
                    low[i] += (high[i] - (sum - back)) + (x - back);
                    high[i] = sum;
                }
            }
        }
        let mut sum = Sum::default();
        for lane in high.into_iter().chain(low) {
            sum.add(lane);
        }
        (sum_lanes(wrong) == 0.0).then(|| sum.wide())
    }
}

/// The pass over two slices of masses that adds up a term of their shares. `None` where a mass is
/// too small or too large for it.
pub(super) struct Shares<'a, E, T> {
    pub(super) p: &'a [E],
    pub(super) q: &'a [E],
    /// What they add up to.
    pub(super) totals: [Wide; 2],
    pub(super) term: PhantomData<T>,
}

impl<E: Element, T: Term> Pass for Shares<'_, E, T> {
    type Output = Option<f64>;

    #[inline(always)]
    fn run<const FUSED: bool>(self) -> Option<f64> {
        let [p_total, q_total] = self.totals;
        let ordinary = 1e-60..=1e60;
        if !ordinary.contains(&p_total.high) || !ordinary.contains(&q_total.high) {
            return None;
        }
        let mut sum = Sum::default();
        let mut wrong = [0.0; LANES];
        for (p, q) in self.p.chunks(BLOCK).zip(self.q.chunks(BLOCK)) {
            let mut lanes = [0.0; LANES];
            let mut last = [[[E::default(); LANES]; 1]; 2];
            let [last_p, last_q] = &mut last;
            for (p, q) in chunks(p, last_p).into_iter().zip(chunks(q, last_q)) {
                for (p, q) in p.iter().zip(q) {
                    for i in 0..LANES {
                        let (p, q) = (p[i].lane().wide(), q[i].lane().wide());
                        let (left, right) = (p * q_total.high, q * p_total.high);
                        let rounding =
                            q.mul_add(p_total.high, -right) - p.mul_add(q_total.high, -left);
                        let lost = rounding + (q * p_total.low - p * q_total.low);
                        let fits = (left.is_plain() | (p == 0.0)) & (right.is_plain() | (q == 0.0));
                        wrong[i] = if fits { wrong[i] } else { 1.0 };
                        lanes[i] += with_zeros::<f64, T, FUSED>(left, right, lost);
                    }
                }
            }
            sum.add(sum_lanes(lanes));
        }
        (sum_lanes(wrong) == 0.0).then(|| sum.total() / (p_total.high * q_total.high))
    }
}
