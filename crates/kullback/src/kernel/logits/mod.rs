//! Two rows of logits in two passes: one over what comes from memory, one over what it left behind.
//!
//! The first pass takes from every outcome x = (b − a) − origin, its weight p = e^(a − m), m being the
//! largest a so far, and the change p·(eˣ − 1) that brings it to the weight of the other row. Where the
//! origin lies decides nothing: the sums that it takes can be measured from another one afterwards, and
//! in the end they are, from ln Z_b − ln Z_a, where x is ln(q/p). But digits are lost where the origin was
//! far off; so it follows the rows, and the pass is done again where it came too late. KL is then
//! Σ p·(eˣ − 1 − x): terms of one sign, so that it is right also where a normaliser in `f32` is off by
//! twenty times as much.
//!
//! The second pass has what no sum of the first can be turned into: |q − p|, and Jensen–Shannon. It has
//! Jeffreys' divergence as well, for nothing.
//!
//! Both go strip by strip, and a strip's largest |x| says how eˣ and Jensen–Shannon's term are computed: near 0
//! they are polynomials. What bounds the time is how many multiplications and comparisons an outcome takes:
//! 29 where rows are near.

use super::lane::Lane;
use super::{Load, Pass};

mod first;
mod second;

use first::First;

/// What two rows of logits yield.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rows {
    pub(crate) kl: f64,
    pub(crate) reverse_kl: f64,
    pub(crate) js: f64,
    pub(crate) tv: f64,
    pub(crate) entropies: [f64; 2],
    /// ln Σ eᵃ, ln Σ eᵇ.
    pub(crate) ln_totals: [f64; 2],
    /// Where the largest logits are; of several, the first.
    pub(crate) tops: [usize; 2],
}

const LANES: usize = 16;

/// A lane is added up in its own type over this many of its cells, and in f64 from there on.
const STRIP: usize = 32;

/// How often the first pass is done again at most. Once does but where the rows have little in common.
const TRIES: usize = 3;

type Lanes<L> = [L; LANES];

/// What the first pass leaves for the second: three numbers for each outcome, three for each strip.
#[derive(Debug)]
#[allow(unreachable_pub, reason = "named by a sealed trait that is public")]
pub struct Scratch<L> {
    outcomes: Vec<Outcomes<L>>,
    strips: Vec<Strip<L>>,
}

impl<L> Default for Scratch<L> {
    fn default() -> Self {
        Scratch {
            outcomes: Vec::new(),
            strips: Vec::new(),
        }
    }
}

/// Sixteen outcomes, in lines of the cache that are theirs.
#[derive(Debug, Clone, Copy)]
#[repr(align(64))]
struct Outcomes<L> {
    /// (b − a) − origin.
    x: Lanes<L>,
    /// The weight e^(a − m).
    p: Lanes<L>,
    /// p·(eˣ − 1).
    change: Lanes<L>,
}

/// Some chunks of lanes and what they were measured from.
#[derive(Debug, Clone, Copy)]
struct Strip<L> {
    /// m, of the weights.
    largest: f64,
    origin: f64,
    /// The largest |x|.
    farthest: L,
}

/// The pass over two rows of equal length, at least one. `None` where a logit is not finite, or two
/// rows lie farther apart than [`Lane::FARTHEST`].
pub(super) struct Logits<'a, E, L, const SCALED: bool> {
    pub(super) a: &'a [E],
    pub(super) b: &'a [E],
    /// What a number in a row, and one in the other, is multiplied by to be a logit: 1 unless they are `SCALED`.
    pub(super) steps: [f64; 2],
    pub(super) scratch: &'a mut Scratch<L>,
}

impl<E: Load<L>, L: Lane, const SCALED: bool> Pass for Logits<'_, E, L, SCALED> {
    type Output = Option<Rows>;

    #[inline(always)]
    fn run<const FUSED: bool>(self) -> Option<Rows> {
        let Logits {
            a,
            b,
            steps,
            scratch,
        } = self;
        let chunks = a.len().div_ceil(LANES);
        if scratch.outcomes.len() < chunks {
            let zero = [L::of(0.0); LANES];
            let nothing = Outcomes {
                x: zero,
                p: zero,
                change: zero,
            };
            scratch.outcomes.resize(chunks, nothing);
        }
        let tails = [tail(a), tail(b)];
        let rows = [a, b];
        let mut first = First::new(rows, steps);
        first.run::<E, L, SCALED, FUSED>(rows, &tails, scratch);
        for _ in 0..TRIES {
            if first.is_strained() {
                first = first.again();
                first.run::<E, L, SCALED, FUSED>(rows, &tails, scratch);
            }
        }
        if !first.is_sound::<L>() {
            return None;
        }
        let second = second::run::<L, FUSED>(&first, a.len(), scratch);
        let is_lopsided = second.jeffreys > L::LOPSIDED.wide() * first.kl();
        (second.jeffreys.is_finite() && !is_lopsided).then(|| first.rows(&second))
    }
}

/// The outcomes beyond the last full chunk, and copies of the last of them, which are left out of sums.
#[inline(always)]
fn tail<E: Load<L>, L: Lane>(row: &[E]) -> Lanes<L> {
    let (_, rest) = row.as_chunks::<LANES>();
    let mut tail = [L::of(0.0); LANES];
    if let Some(last) = rest.last() {
        tail = [last.load(); LANES];
        for (to, logit) in tail.iter_mut().zip(rest) {
            *to = logit.load();
        }
    }
    tail
}

/// What lanes of several strips add up to, in f64 and two lanes each: adding these up takes longer
/// than a chunk of outcomes.
type Wide = [f64; LANES / 2];

/// Adds the first so many lanes. Loops of constant length, which are unrolled before the compiler
/// decides what is kept in registers.
#[inline(always)]
fn add_first<L: Lane>(wide: &mut Wide, mut lanes: Lanes<L>, count: usize) {
    for (i, lane) in lanes.iter_mut().enumerate() {
        *lane = if i < count { *lane } else { L::of(0.0) };
    }
    for i in 0..LANES / 2 {
        wide[i] += (lanes[i] + lanes[i + LANES / 2]).wide();
    }
}

/// The sum, which is taken out.
#[inline(always)]
fn take_sum(wide: &mut Wide) -> f64 {
    let mut halves = std::mem::take(wide);
    for i in 0..4 {
        halves[i] += halves[i + 4];
    }
    (halves[0] + halves[2]) + (halves[1] + halves[3])
}

/// How many bytes ahead of what is computed memory is asked for: the machine itself does not look beyond a page.
const AHEAD: usize = 4096;

/// Asks for the memory so far behind these elements.
#[inline(always)]
fn prefetch<E>(elements: &[E; LANES]) {
    #[cfg(target_arch = "x86_64")]
    #[allow(unsafe_code)]
    // SAFETY: a hint, which does nothing where there is no memory.
    unsafe {
        use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        let ahead = std::ptr::from_ref(elements)
            .cast::<i8>()
            .wrapping_add(AHEAD);
        for line in 0..size_of::<[E; LANES]>().div_ceil(64) {
            _mm_prefetch::<_MM_HINT_T0>(ahead.wrapping_add(64 * line));
        }
    }
}

/// The largest of all lanes, halves first.
#[inline(always)]
fn largest_of<L: Lane>(mut lanes: Lanes<L>) -> L {
    for i in 0..8 {
        lanes[i] = larger(lanes[i], lanes[i + 8]);
    }
    for i in 0..4 {
        lanes[i] = larger(lanes[i], lanes[i + 4]);
    }
    larger(larger(lanes[0], lanes[2]), larger(lanes[1], lanes[3]))
}

/// The larger of two; `a` where b is NaN.
#[inline(always)]
fn larger<L: Lane>(a: L, b: L) -> L {
    if b > a { b } else { a }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test that fails may panic")]
mod tests {
    use super::*;
    use crate::kernel::{Element, Vectors};
    use crate::random::Random;
    use crate::{Measure, Pair};

    /// KL, reverse KL and JS, by way of the pair.
    fn truth(a: &[f64], b: &[f64]) -> [f64; 3] {
        let pair = Pair::from_logits(a, b).unwrap();
        let kl = Measure::KL.value(&pair);
        let reverse_kl = Measure::KL.value(&pair.swapped());
        [kl, reverse_kl, Measure::JS.value(&pair)]
    }

    fn rows<E: Element>(vectors: Vectors, a: &[E], b: &[E]) -> Option<[f64; 3]> {
        let scratch = &mut Scratch::default();
        let steps = [1.0; 2];
        let rows = vectors.run(Logits::<E, E::Lane, false> {
            a,
            b,
            steps,
            scratch,
        })?;
        Some([rows.kl, rows.reverse_kl, rows.js])
    }

    /// On all vectors, of all lengths, from far to near, wherever the offset is. Where a few outcomes decide, their
    /// roundings in f32 do not average out.
    #[test]
    fn rows_are_their_pair() {
        let mut random = Random::seeded(23);
        for size in [3, 16, 40, 511, 512, 513, 1100, 20_000] {
            for apart in [1e-4, 0.01, 0.1, 0.4, 1.0, 3.0] {
                for offset in [0.0, 0.3, -9.0] {
                    let a: Vec<f32> = (0..size).map(|_| 3.0 * random.normal() as f32).collect();
                    let noise = |a: &f32| *a + (apart * random.normal() + offset) as f32;
                    let b: Vec<f32> = a.iter().map(noise).collect();
                    let wide = |row: &[f32]| row.iter().map(|&x| f64::from(x)).collect();
                    let (wide_a, wide_b): (Vec<f64>, Vec<f64>) = (wide(&a), wide(&b));
                    let truth = truth(&wide_a, &wide_b);
                    for vectors in Vectors::available() {
                        let double = rows(vectors, &wide_a, &wide_b).unwrap();
                        // `None` has rows computed in f64.
                        let single = rows(vectors, &a, &b).unwrap_or(double);
                        for i in 0..3 {
                            let off = [single[i], double[i]].map(|x| (x / truth[i] - 1.0).abs());
                            assert!(
                                off[0] <= 2e-6 && off[1] <= 1e-12,
                                "{vectors:?}, {size}, {apart}, {offset}, {i}: {off:?} off"
                            );
                        }
                    }
                }
            }
        }
    }
}
