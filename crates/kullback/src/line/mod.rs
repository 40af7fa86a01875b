//! Points on a line, and the measures that see how far mass has moved along it.
//!
//! A measure of pairs asks how much probability differs, outcome by outcome, and would say the same
//! if the outcomes were shuffled. A measure of lines needs a [`Line`], which not every pair is.

mod input;
mod squares;
mod supremum;
mod wasserstein;

use crate::numeric::Sum;

pub use input::Line;
pub(crate) use squares::{ANDERSON_DARLING, CRAMER_VON_MISES, ENERGY};
pub(crate) use supremum::{KOLMOGOROV_SMIRNOV, KUIPER};
pub(crate) use wasserstein::WASSERSTEIN;

/// ∂D/∂p and ∂D/∂q at each point from ∂D/∂F and ∂D/∂G: a little more mass at a point raises the
/// distribution function there and at all points after it.
fn raised(functions: &[[f64; 2]]) -> Vec<[f64; 2]> {
    let mut sums = [Sum::default(); 2];
    let mut gradient: Vec<[f64; 2]> = (functions.iter().rev())
        .map(|slopes| {
            sums[0].add(slopes[0]);
            sums[1].add(slopes[1]);
            sums.map(Sum::total)
        })
        .collect();
    gradient.reverse();
    gradient
}
