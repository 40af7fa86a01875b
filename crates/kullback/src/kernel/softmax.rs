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
const STRIP: usize = 8 * LANES;

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

struct Largest<'a, L> {
    row: &'a [L],
}

impl<L: Lane> Pass for Largest<'_, L> {
    type Output = Option<L>;

    #[inline(always)]
    fn run<const FUSED: bool>(self) -> Option<L> {
        let (zero, one, infinity) = (L::of(0.0), L::of(1.0), L::of(f64::INFINITY));
        let (mut largest, mut wrong) = ([-infinity; LANES], [zero; LANES]);
        let (chunks, rest) = self.row.as_chunks::<LANES>();
        for chunk in chunks {
            for i in 0..LANES {
                let x = chunk[i];
                largest[i] = if x > largest[i] { x } else { largest[i] };
                wrong[i] = if x < infinity { wrong[i] } else { one };
            }
        }
        for (i, &x) in rest.iter().enumerate() {
            largest[i] = if x > largest[i] { x } else { largest[i] };
            wrong[i] = if x < infinity { wrong[i] } else { one };
        }
        let mut found = largest[0];
        for x in largest {
            found = if x > found { x } else { found };
        }
        (sum_lanes(wrong) == 0.0).then_some(found)
    }
}

struct Total<'a, L> {
    row: &'a [L],
}

impl<L: Lane> Pass for Total<'_, L> {
    type Output = f64;

    #[inline(always)]
    fn run<const FUSED: bool>(self) -> f64 {
        let mut total = Sum::default();
        for strip in self.row.chunks(STRIP) {
            let mut lanes = [L::of(0.0); LANES];
            let (chunks, rest) = strip.as_chunks::<LANES>();
            for chunk in chunks {
                for i in 0..LANES {
                    lanes[i] += chunk[i];
                }
            }
            for (i, &x) in rest.iter().enumerate() {
                lanes[i] += x;
            }
            total.add(sum_lanes(lanes));
        }
        total.total()
    }
}

/// e^((z − largest)/T), and what they add up to.
struct Weights<'a, L> {
    logits: &'a [L],
    normaliser: Normaliser<L>,
    to: &'a mut [L],
}

impl<L: Lane> Pass for Weights<'_, L> {
    type Output = f64;

    #[inline(always)]
    fn run<const FUSED: bool>(self) -> f64 {
        let Normaliser {
            largest,
            inverse_temperature,
            ..
        } = self.normaliser;
        let mut total = Sum::default();
        for (from, to) in self.logits.chunks(STRIP).zip(self.to.chunks_mut(STRIP)) {
            let mut lanes = [L::of(0.0); LANES];
            let (chunks, rest) = from.as_chunks::<LANES>();
            let (to_chunks, to_rest) = to.as_chunks_mut::<LANES>();
            for (from, to) in chunks.iter().zip(to_chunks) {
                for i in 0..LANES {
                    to[i] = exp::<L, FUSED>((from[i] - largest) * inverse_temperature);
                    lanes[i] += to[i];
                }
            }
            for (i, (&z, to)) in rest.iter().zip(to_rest).enumerate() {
                *to = exp::<L, FUSED>((z - largest) * inverse_temperature);
                lanes[i] += *to;
            }
            total.add(sum_lanes(lanes));
        }
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

impl<L: Lane, const KL: bool> Towards<'_, L, KL> {
    /// One class: its term and its gradient.
    #[inline(always)]
    fn class(&self, p: L, ln_p: L, q: L, logit: L) -> [L; 2] {
        let ln_q = self.normaliser.log(logit);
        let log = if KL { ln_p - ln_q } else { -ln_q };
        // No mass costs nothing, whatever the logarithm is.
        let term = if p > L::of(0.0) { p * log } else { L::of(0.0) };
        let term = if KL { term + (q - p) } else { term };
        [term, self.scale * (q * self.mass - p)]
    }
}

impl<L: Lane, const KL: bool> Pass for Towards<'_, L, KL> {
    type Output = f64;

    #[inline(always)]
    fn run<const FUSED: bool>(mut self) -> f64 {
        let mut total = Sum::default();
        let q = std::mem::take(&mut self.q);
        let strips = (self.p.chunks(STRIP).zip(self.ln_p.chunks(STRIP)))
            .zip(q.chunks_mut(STRIP).zip(self.logits.chunks(STRIP)));
        for ((p, ln_p), (q, logits)) in strips {
            let mut lanes = [L::of(0.0); LANES];
            let (p, p_rest) = p.as_chunks::<LANES>();
            let (ln_p, ln_p_rest) = ln_p.as_chunks::<LANES>();
            let (q, q_rest) = q.as_chunks_mut::<LANES>();
            let (logits, logits_rest) = logits.as_chunks::<LANES>();
            for ((p, ln_p), (q, logits)) in p.iter().zip(ln_p).zip(q.iter_mut().zip(logits)) {
                for i in 0..LANES {
                    let [term, gradient] = self.class(p[i], ln_p[i], q[i], logits[i]);
                    lanes[i] += term;
                    q[i] = gradient;
                }
            }
            let rest = (p_rest.iter().zip(ln_p_rest)).zip(q_rest.iter_mut().zip(logits_rest));
            for (i, ((&p, &ln_p), (q, &logit))) in rest.enumerate() {
                let [term, gradient] = self.class(p, ln_p, *q, logit);
                lanes[i] += term;
                *q = gradient;
            }
            total.add(sum_lanes(lanes));
        }
        total.total()
    }
}
