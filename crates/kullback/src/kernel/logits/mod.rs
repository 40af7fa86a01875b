//! Two rows of logits in two passes: one over what comes from memory, one over what it left behind.
//!
//! The first pass takes from every outcome its weight p = e^(a − m), m being the largest a so far,
//! and the change p·(eˣ − 1) that brings it to the weight of the other row, with
//! x = (b − a) − origin. Where the origin lies decides nothing: the sums that it takes can be
//! measured from another one afterwards, and in the end they are, from ln Z_b − ln Z_a, where x is
//! ln(q/p). But digits are lost where the origin was far off; so it follows the rows, and the pass is
//! done again where it came too late. KL is then Σ p·(eˣ − 1 − x): terms of one sign, so that it is right
//! also where a normaliser in `f32` is off by twenty times as much.
//!
//! The second pass has what no sum of the first can be turned into: |q − p|, and Jensen–Shannon.

use super::lane::Lane;
use super::{Element, Pass};

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
const STRIP: usize = 16;

/// How often the first pass is done again at most. Once does but where the rows have little in common.
const TRIES: usize = 3;

type Lanes<L> = [L; LANES];

/// What the first pass leaves for the second: two numbers for each outcome, three for each strip.
#[derive(Debug)]
#[allow(unreachable_pub, reason = "named by a sealed trait that is public")]
pub struct Scratch<L> {
    /// p and p·(eˣ − 1).
    outcomes: Vec<[Lanes<L>; 2]>,
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

/// Sixteen chunks of lanes and what they were measured from.
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
pub(super) struct Logits<'a, E: Element> {
    pub(super) a: &'a [E],
    pub(super) b: &'a [E],
    pub(super) scratch: &'a mut Scratch<E::Lane>,
}

impl<E: Element> Pass for Logits<'_, E> {
    type Output = Option<Rows>;

    #[inline(always)]
    fn run<const FUSED: bool>(self) -> Option<Rows> {
        let Logits { a, b, scratch } = self;
        let chunks = a.len().div_ceil(LANES);
        if scratch.outcomes.len() < chunks {
            let nothing = [[E::Lane::of(0.0); LANES]; 2];
            scratch.outcomes.resize(chunks, nothing);
        }
        let tails = [tail(a), tail(b)];
        let rows = [a, b];
        let mut first = First::new(rows);
        first.run::<E, FUSED>(rows, &tails, scratch);
        for _ in 0..TRIES {
            if first.is_strained() {
                first = first.again();
                first.run::<E, FUSED>(rows, &tails, scratch);
            }
        }
        if !first.is_sound::<E::Lane>() {
            return None;
        }
        Some(first.rows(second::run::<E, FUSED>(&first, rows, &tails, scratch)))
    }
}

/// The outcomes beyond the last full chunk, and copies of the last of them, which are left out of sums.
#[inline(always)]
fn tail<E: Element>(row: &[E]) -> Lanes<E::Lane> {
    let (_, rest) = row.as_chunks::<LANES>();
    let mut tail = [E::Lane::of(0.0); LANES];
    if let Some(last) = rest.last() {
        tail = [last.lane(); LANES];
        for (to, logit) in tail.iter_mut().zip(rest) {
            *to = logit.lane();
        }
    }
    tail
}

/// The sum of the first lanes, halves first. Loops of constant length, which are unrolled before the
/// compiler decides what is kept in registers.
#[inline(always)]
fn sum_first<L: Lane>(lanes: Lanes<L>, count: usize) -> f64 {
    let mut wide = [0.0; LANES];
    for i in 0..LANES {
        wide[i] = if i < count { lanes[i].wide() } else { 0.0 };
    }
    for i in 0..8 {
        wide[i] += wide[i + 8];
    }
    for i in 0..4 {
        wide[i] += wide[i + 4];
    }
    (wide[0] + wide[2]) + (wide[1] + wide[3])
}

/// The largest of all lanes, likewise.
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

/// (b − a) − origin, with what rounding took from b − a (Knuth 1969).
#[inline(always)]
fn apart<L: Lane>(a: L, b: L, origin: [L; 2]) -> L {
    let difference = b - a;
    let back = difference + a;
    let rest = (b - back) - (a - (back - difference));
    (difference - origin[0]) + (rest - origin[1])
}

/// An origin in two parts.
#[inline(always)]
fn parts<L: Lane>(origin: f64) -> [L; 2] {
    let high = L::of(origin);
    [high, L::of(origin - high.wide())]
}
