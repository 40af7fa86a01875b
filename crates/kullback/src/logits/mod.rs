//! Rows of logits: what two language models, or any two softmax classifiers, predict at one place.
//!
//! [`row`] is everything that one asks about two such rows, in one go; [`row_of_codes`] and [`row_of_bytes`] take them as
//! files have them. [`Pair::from_logits`]
//! makes a pair of them, for any [`Measure`](crate::Measure), for contributions and gradients.
//!
//! [`Pair::from_logits`]: crate::Pair::from_logits

mod pair;
mod row;

pub use row::{Codes, Row, row, row_of_bytes, row_of_codes};
