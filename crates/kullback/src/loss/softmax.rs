//! One row: its softmax, sums over it, and the two shapes that a gradient has.

use crate::kernel::Lane;
use crate::numeric::Sum;
use crate::vector::{self, Float};

/// What turns a row's logits into logarithms of probabilities: (z − largest)/T − ln Z.
#[derive(Clone, Copy)]
pub(super) struct Normaliser<F> {
    largest: F,
    inverse_temperature: F,
    /// ln Σ e^((z − largest)/T).
    ln_total: F,
}

impl<F: Float> Normaliser<F> {
    /// softmax(z/T) into `shares`, and the way to its logarithm.
    pub(super) fn softmax(logits: &[F], temperature: f64, shares: &mut [F]) -> Normaliser<F> {
        let mut normaliser = Normaliser {
            largest: largest(logits),
            inverse_temperature: F::of(1.0 / temperature),
            ln_total: F::of(0.0),
        };
        normaliser.logs(logits, shares);
        vector::exp(shares);
        let total = sum(shares);
        let inverse = F::of(1.0 / total);
        for share in &mut *shares {
            *share = *share * inverse;
        }
        normaliser.ln_total = F::of(total.ln());
        normaliser
    }

    /// ln softmax(z/T) of one logit.
    pub(super) fn log(&self, logit: F) -> F {
        (logit - self.largest) * self.inverse_temperature - self.ln_total
    }

    /// ln softmax(z/T) of a row.
    pub(super) fn logs(&self, logits: &[F], to: &mut [F]) {
        for (to, &logit) in to.iter_mut().zip(logits) {
            *to = self.log(logit);
        }
    }
}

const LANES: usize = 16;

fn largest<F: Float>(row: &[F]) -> F {
    let mut lanes = [F::of(f64::NEG_INFINITY); LANES];
    let (chunks, rest) = row.as_chunks::<LANES>();
    for chunk in chunks.iter().map(<[F; LANES]>::as_slice).chain([rest]) {
        for (lane, &x) in lanes.iter_mut().zip(chunk) {
            *lane = if x > *lane { x } else { *lane };
        }
    }
    let larger = |a: F, b: F| if b > a { b } else { a };
    lanes.into_iter().fold(lanes[0], larger)
}

/// Added up in their own type over eight terms a lane, in `f64` with compensation from there on.
pub(super) fn sum<F: Float>(row: &[F]) -> f64 {
    let mut total = Sum::default();
    for strip in row.chunks(8 * LANES) {
        let mut lanes = [F::of(0.0); LANES];
        let (chunks, rest) = strip.as_chunks::<LANES>();
        for chunk in chunks {
            for (lane, &x) in lanes.iter_mut().zip(chunk) {
                *lane += x;
            }
        }
        let wide = lanes.map(Lane::wide).into_iter();
        total.add(wide.chain(rest.iter().map(|x| x.wide())).sum());
    }
    total.total()
}

/// The gradient of −Σ p ln q by the logits of q, scaled: q·Σp − p, in the place of q.
pub(super) fn towards<F: Float>(q: &mut [F], p: &[F], scale: F) {
    let mass = F::of(sum(p));
    for (q, &p) in q.iter_mut().zip(p) {
        *q = scale * (*q * mass - p);
    }
}

/// The gradient by the logits of q of a loss whose slope by q itself is `slopes`, scaled:
/// q·(slope − E_q\[slope\]), in the place of the slopes; returns E_q\[slope\].
///
/// An infinite slope leaves no finite gradient: it is the limit, ±∞ by whether the loss falls or
/// rises with the class.
pub(super) fn along<F: Float>(q: &[F], slopes: &mut [F], terms: &mut [F], scale: F) -> f64 {
    let zero = F::of(0.0);
    for ((term, &q), &slope) in terms.iter_mut().zip(q).zip(&*slopes) {
        *term = times(q, slope);
    }
    let mean = sum(terms);
    let centre = F::of(mean);
    for (slope, &q) in slopes.iter_mut().zip(q) {
        let gradient = if mean.is_finite() {
            times(q, *slope - centre)
        } else if slope.wide().is_infinite() {
            times(q, *slope)
        } else {
            times(q, zero - centre)
        };
        *slope = scale * gradient;
    }
    mean
}

/// mass·x, and 0 where there is no mass, whatever x is.
pub(super) fn times<F: Float>(mass: F, x: F) -> F {
    let zero = F::of(0.0);
    let product = mass * x;
    if mass > zero { product } else { zero }
}
