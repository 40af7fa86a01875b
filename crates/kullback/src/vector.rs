//! eˣ, eˣ − 1, ln x and ln(1 + x) of every number of a slice, on the widest vectors there are.
//!
//! | | error | at the ends |
//! |---|---:|---|
//! | [`exp`] | ≤ 1 ulp | 0 and ∞ beyond the range of the floats |
//! | [`expm1`] | ≤ 1.5 ulp | −1 far below 0 |
//! | [`ln`] | ≤ 1 ulp | −∞ at 0, NaN below |
//! | [`ln_1p`] | ≤ 1 ulp | −∞ at −1, NaN below |
//!
//! An ulp is the distance between the two floats around the exact value: a correctly rounded
//! result is off by at most ½. The bounds are tested on all 2³² `f32`, and for `f64` on random
//! arguments; subnormal arguments and results are among them. NaN gives NaN.

use crate::kernel::{self, Function, Lane};

/// A float that there are vectors of: `f32` or `f64`. Sealed.
///
/// ```
/// fn probabilities<F: kullback::vector::Float>(mut logs: Vec<F>) -> Vec<F> {
///     kullback::vector::exp(&mut logs);
///     logs
/// }
/// assert_eq!(probabilities(vec![0.0f32, f32::NEG_INFINITY]), [1.0, 0.0]);
/// ```
pub trait Float: Lane {}

impl Float for f32 {}
impl Float for f64 {}

/// eˣ in the place of each x.
///
/// ```
/// let mut x = [0.0, 1.0, -1000.0];
/// kullback::vector::exp(&mut x);
/// assert!((x[1] - std::f64::consts::E).abs() < 1e-15);
/// assert_eq!((x[0], x[2]), (1.0, 0.0));
/// ```
pub fn exp<F: Float>(x: &mut [F]) {
    kernel::apply(Function::Exp, x);
}

/// eˣ − 1 in the place of each x, to full relative accuracy near 0.
///
/// ```
/// let mut x = [1e-20, f32::NEG_INFINITY];
/// kullback::vector::expm1(&mut x);
/// assert_eq!(x, [1e-20, -1.0]);
/// ```
pub fn expm1<F: Float>(x: &mut [F]) {
    kernel::apply(Function::Expm1, x);
}

/// ln x in the place of each x.
///
/// ```
/// let mut x = [1.0, 0.0];
/// kullback::vector::ln(&mut x);
/// assert_eq!(x, [0.0, f64::NEG_INFINITY]);
/// ```
pub fn ln<F: Float>(x: &mut [F]) {
    kernel::apply(Function::Ln, x);
}

/// ln(1 + x) in the place of each x, to full relative accuracy near 0.
///
/// ```
/// let mut x = [1e-20, -1.0];
/// kullback::vector::ln_1p(&mut x);
/// assert_eq!(x, [1e-20, f64::NEG_INFINITY]);
/// ```
pub fn ln_1p<F: Float>(x: &mut [F]) {
    kernel::apply(Function::Ln1p, x);
}
