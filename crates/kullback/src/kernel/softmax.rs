//! Passes over one row of a batch of logits, for losses and their gradients.
//!
//! A row is in the cache after the first of them, so that what counts is how many there are and how wide their
//! vectors.

use super::elementary::exp;
use super::lane::Lane;
use super::sums::sum_lanes;
use super::{Pass, dispatch};
use crate::numeric::Sum;

const LANES: usize = 16;

/// A lane adds up so many terms in its own type; from there on, sums are of `f64` and compensated.
const STRIP: usize = 8;

/// What turns a row's logits into logarithms of probabilities: (z − largest)/T − ln Z.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Normaliser<L> {
    pub(crate) largest: L,
    pub(crate) inverse_temperature: L,
    /// ln Σ e^((z − largest)/T).
    pub(crate) ln_total: L,
}

impl<L: Lane> Normaliser<L> {
    /// ln softmax(z/T) of one logit.
    #[inline(always)]
    pub(crate) fn log(&self, logit: L) -> L {
        (logit - self.largest) * self.inverse_temperature - self.ln_total
    }
}

/// The largest of a row, −∞ if it is empty; `None` where one is NaN or +∞.
pub(crate) fn largest<L: Lane>(row: &[L]) -> Option<L> {
    dispatch(Largest { row })
}

/// What a row adds up to.
pub(crate) fn total<L: Lane>(row: &[L]) -> f64 {
    dispatch(Total { row })
}

/// softmax(z/T) into `shares`, and the way to its logarithm. `largest` is that of the logits.
pub(crate) fn softmax<L: Lane>(
    logits: &[L],
    largest: L,
    temperature: f64,
    shares: &mut [L],
) -> Normaliser<L> {
    let mut normaliser = Normaliser {
        largest,
        inverse_temperature: L::of(1.0 / temperature),
        ln_total: L::of(0.0),
    };
    let total = dispatch(Weights {
        logits,
        normaliser,
        to: &mut *shares,
    });
    let factor = L::of(1.0 / total);
    dispatch(Times {
        row: shares,
        factor,
    });
    normaliser.ln_total = L::of(total.ln());
    normaliser
}

/// Every number of a row times a factor.
pub(crate) fn times<L: Lane>(row: &mut [L], factor: L) {
    dispatch(Times { row, factor });
}

/// The logarithms of a row's probabilities.
pub(crate) fn logs<L: Lane>(normaliser: Normaliser<L>, logits: &[L], to: &mut [L]) {
    dispatch(Logs {
        normaliser,
        logits,
        to,
    });
}

/// Of a target P and the model's Q, whose gradient by the logits is `scale`·(q·Σp − p): that in the place of q, and what
/// the terms add up to.
pub(crate) struct Forward<'a, L> {
    pub(crate) p: &'a [L],
    /// For KL, Σ p ln(p/q) − p + q, no term of which is negative, and where the masses cancel; without, for
    /// cross-entropy, −Σ p ln q.
    pub(crate) ln_p: Option<&'a [L]>,
    pub(crate) q: &'a mut [L],
    pub(crate) logits: &'a [L],
    pub(crate) normaliser: Normaliser<L>,
    pub(crate) scale: L,
}

impl<L: Lane> Forward<'_, L> {
    pub(crate) fn run(self) -> f64 {
        let mass = L::of(total(self.p));
        let Forward {
            p,
            ln_p,
            q,
            logits,
            normaliser,
            scale,
        } = self;
        match ln_p {
            Some(ln_p) => dispatch(Towards::<L, true> {
                p,
                ln_p,
                q,
                logits,
                normaliser,
                mass,
                scale,
            }),
            None => dispatch(Towards::<L, false> {
                p,
                ln_p: p,
                q,
                logits,
                normaliser,
                mass,
                scale,
            }),
        }
    }
}

/// A slice as chunks of lanes; its last few as a chunk that is filled up by `fill`.
#[inline(always)]
fn lanes_of<L: Lane>(slice: &[L], fill: L) -> (&[[L; LANES]], [[L; LANES]; 1]) {
    let (chunks, rest) = slice.as_chunks();
    let mut last = [[fill; LANES]];
    last[0][..rest.len()].copy_from_slice(rest);
    (chunks, last)
}

struct Largest<'a, L> {
    row: &'a [L],
}

/// The largest of each lane, and 1 where one was NaN or +∞.
#[inline(always)]
fn largest_lanes<L: Lane>(chunks: &[[L; LANES]], [largest, wrong]: &mut [[L; LANES]; 2]) {
    for chunk in chunks {
        for i in 0..LANES {
            let x = chunk[i];
            largest[i] = if x > largest[i] { x } else { largest[i] };
            wrong[i] = if x < L::of(f64::INFINITY) {
                wrong[i]
            } else {
                L::of(1.0)
            };
        }
    }
}

impl<L: Lane> Pass for Largest<'_, L> {
    type Output = Option<L>;

    #[inline(always)]
    fn run<const FUSED: bool>(self) -> Option<L> {
        let lowest = L::of(f64::NEG_INFINITY);
        let (chunks, last) = lanes_of(self.row, lowest);
        let mut found = [[lowest; LANES], [L::of(0.0); LANES]];
        largest_lanes(chunks, &mut found);
        largest_lanes(&last, &mut found);
        let [largest, wrong] = found;
        let mut found = lowest;
        for x in largest {
            found = if x > found { x } else { found };
        }
        (sum_lanes(wrong) == 0.0).then_some(found)
    }
}

struct Total<'a, L> {
    row: &'a [L],
}

#[inline(always)]
fn total_of<L: Lane>(chunks: &[[L; LANES]]) -> f64 {
    let mut lanes = [L::of(0.0); LANES];
    for chunk in chunks {
        for i in 0..LANES {
            lanes[i] += chunk[i];
        }
    }
    sum_lanes(lanes)
}

impl<L: Lane> Pass for Total<'_, L> {
    type Output = f64;

    #[inline(always)]
    fn run<const FUSED: bool>(self) -> f64 {
        let mut total = Sum::default();
        let (chunks, last) = lanes_of(self.row, L::of(0.0));
        for strip in chunks.chunks(STRIP) {
            total.add(total_of(strip));
        }
        total.add(total_of(&last));
        total.total()
    }
}

/// e^((z − largest)/T), and what they add up to.
struct Weights<'a, L> {
    logits: &'a [L],
    normaliser: Normaliser<L>,
    to: &'a mut [L],
}

#[inline(always)]
fn weights_of<L: Lane, const FUSED: bool>(
    normaliser: Normaliser<L>,
    logits: &[[L; LANES]],
    to: &mut [[L; LANES]],
) -> f64 {
    let mut lanes = [L::of(0.0); LANES];
    for (logits, to) in logits.iter().zip(to) {
        for i in 0..LANES {
            let x = (logits[i] - normaliser.largest) * normaliser.inverse_temperature;
            let weight = exp::<L, FUSED>(x);
            lanes[i] += weight;
            to[i] = weight;
        }
    }
    sum_lanes(lanes)
}

impl<L: Lane> Pass for Weights<'_, L> {
    type Output = f64;

    #[inline(always)]
    fn run<const FUSED: bool>(self) -> f64 {
        let mut total = Sum::default();
        let (chunks, last) = lanes_of(self.logits, L::of(f64::NEG_INFINITY));
        let (to, to_rest) = self.to.as_chunks_mut();
        for (logits, to) in chunks.chunks(STRIP).zip(to.chunks_mut(STRIP)) {
            total.add(weights_of::<L, FUSED>(self.normaliser, logits, to));
        }
        let mut to = [[L::of(0.0); LANES]];
        total.add(weights_of::<L, FUSED>(self.normaliser, &last, &mut to));
        to_rest.copy_from_slice(&to[0][..to_rest.len()]);
        total.total()
    }
}

struct Times<'a, L> {
    row: &'a mut [L],
    factor: L,
}

impl<L: Lane> Pass for Times<'_, L> {
    type Output = ();

    #[inline(always)]
    fn run<const FUSED: bool>(self) {
        for x in self.row {
            *x = self.factor * *x;
        }
    }
}

struct Logs<'a, L> {
    normaliser: Normaliser<L>,
    logits: &'a [L],
    to: &'a mut [L],
}

impl<L: Lane> Pass for Logs<'_, L> {
    type Output = ();

    #[inline(always)]
    fn run<const FUSED: bool>(self) {
        for (to, &logit) in self.to.iter_mut().zip(self.logits) {
            *to = self.normaliser.log(logit);
        }
    }
}

struct Towards<'a, L, const KL: bool> {
    p: &'a [L],
    ln_p: &'a [L],
    q: &'a mut [L],
    logits: &'a [L],
    normaliser: Normaliser<L>,
    mass: L,
    scale: L,
}

/// The terms of some chunks, added up; their gradients take the place of q.
#[inline(always)]
fn towards_of<L: Lane, const KL: bool>(
    [p, ln_p, logits]: [&[[L; LANES]]; 3],
    q: &mut [[L; LANES]],
    normaliser: Normaliser<L>,
    [mass, scale]: [L; 2],
) -> f64 {
    let zero = L::of(0.0);
    let mut lanes = [zero; LANES];
    for ((p, ln_p), (q, logits)) in p.iter().zip(ln_p).zip(q.iter_mut().zip(logits)) {
        for i in 0..LANES {
            let ln_q = normaliser.log(logits[i]);
            let log = if KL { ln_p[i] - ln_q } else { -ln_q };
            // No mass costs nothing, whatever the logarithm is.
            let product = p[i] * log;
            let term = if p[i] > zero { product } else { zero };
            lanes[i] += if KL { term + (q[i] - p[i]) } else { term };
            q[i] = scale * (q[i] * mass - p[i]);
        }
    }
    sum_lanes(lanes)
}

impl<L: Lane, const KL: bool> Pass for Towards<'_, L, KL> {
    type Output = f64;

    #[inline(always)]
    fn run<const FUSED: bool>(self) -> f64 {
        let (zero, normaliser) = (L::of(0.0), self.normaliser);
        let factors = [self.mass, self.scale];
        let mut total = Sum::default();
        let (p, last_p) = lanes_of(self.p, zero);
        let (ln_p, last_ln_p) = lanes_of(self.ln_p, zero);
        let (logits, last_logits) = lanes_of(self.logits, zero);
        let (_, mut last_q) = lanes_of(self.q, zero);
        let (q, q_rest) = self.q.as_chunks_mut();
        let strips = (p.chunks(STRIP).zip(ln_p.chunks(STRIP)))
            .zip(logits.chunks(STRIP).zip(q.chunks_mut(STRIP)));
        for ((p, ln_p), (logits, q)) in strips {
            let sides = [p, ln_p, logits];
            total.add(towards_of::<L, KL>(sides, q, normaliser, factors));
        }
        let sides: [&[_]; 3] = [&last_p, &last_ln_p, &last_logits];
        total.add(towards_of::<L, KL>(sides, &mut last_q, normaliser, factors));
        q_rest.copy_from_slice(&last_q[0][..q_rest.len()]);
        total.total()
    }
}
