//! Many distributions at once: rows of probabilities, compared one to one or all to all.
//!
//! A [`Batch`] is a view of distributions in memory that someone else owns: f64, f32, f16 or bf16, along any
//! axis of an array, with any strides. Nothing is copied before it is measured. Any
//! [`Measure`](crate::Measure) reads it, on all cores; a row's value is that of its
//! [`Pair`](crate::Pair) and does not depend on how many cores there are.
//!
//! | question | function | answers |
//! |---|---|---|
//! | row i of P against row i of Q | [`Batch::row_by_row`] | n |
//! | each row of P against each of Q | [`Batch::matrix`] | n × m |
//! | each row against each other | [`Batch::pairwise`] | n × n |
//!
//! ```
//! use kullback::batch::Batch;
//! use kullback::{Measure, Normalisation::Strict};
//!
//! let p = [0.5f32, 0.5, 0.25, 0.75];
//! let q = [0.5f32, 0.5, 0.5, 0.5];
//! let (p, q) = (Batch::new(&p, 2)?, Batch::new(&q, 2)?);
//! let kl = p.row_by_row(&q, Measure::KL, Strict)?;
//! assert_eq!(kl[0], 0.0);
//! assert!((kl[1] - 0.130_812).abs() < 1e-6);
//! # Ok::<(), kullback::Error>(())
//! ```
//!
//! # Precision
//!
//! A number is taken for what it exactly is, whatever its type, and what rounding to the type did to
//! a row stays in it: the sum of a softmax in f32 is off 1 by some 10⁻⁷, which
//! [`Normalisation::Strict`](crate::Normalisation::Strict) lets pass up to [`Real::TOLERANCE`].
//! Measures are of the form that is ≥ 0 for any masses, so the sum's error does not show as a
//! negative divergence, as it would in Σ p ln(p/q).
//!
//! KL and its reverse, Jensen–Shannon and total variation are computed on vectors: in f64 to
//! 10⁻¹⁴, relative; on rows of f32, f16 or bf16 in f32, to 10⁻⁶, also where the rows nearly agree.
//! Under [`Normalisation::Normalise`](crate::Normalisation::Normalise), between rows of different
//! types, and for all other measures, in f64.

mod masses;
mod measures;
mod real;
mod view;

use masses::{Distribution, Masses};
pub use real::Real;
pub use view::Batch;
