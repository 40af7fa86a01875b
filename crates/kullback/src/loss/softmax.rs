//! One row: its softmax, sums over it, and the two shapes that a gradient has.

use crate::kernel::softmax::{self, Normaliser};
use crate::vector::Float;

/// softmax(z/T) into `shares`, and the way to its logarithm, of a row that was checked.
pub(super) fn softmax<F: Float>(logits: &[F], temperature: f64, shares: &mut [F]) -> Normaliser<F> {
    let largest = softmax::largest(logits).unwrap_or(F::of(f64::NAN));
    softmax::softmax(logits, largest, temperature, shares)
}

/// Added up in their own type over eight terms a lane, in `f64` with compensation from there on.
pub(super) fn sum<F: Float>(row: &[F]) -> f64 {
    softmax::total(row)
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
