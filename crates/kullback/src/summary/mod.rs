//! Summaries: what a column held, at adaptive precision.
//!
//! A [`Builder`] takes rows and gives a [`Column`], which counts the values of one column: numbers, times and texts, nulls, NaN and
//! infinities, each as an outcome of its own. It starts exact. When a part holds more distinct
//! values than its cap, it drops low bits of every key until it holds no more than that.
//!
//! A summary is a function of the multiset of values alone. Rows in any order, any sharding and
//! any number of threads give equal summaries, so summaries are a commutative monoid under
//! [`Column::merge`]. Dropping bits merges outcomes, and merging never raises an f-divergence
//! (the data-processing inequality; Csiszár 1967): an answer from a coarsened summary is a lower
//! bound.
//!
//! ```
//! use kullback::summary::{Axis, Builder};
//!
//! let summary = |rows: &[f64]| {
//!     let mut column = Builder::new();
//!     rows.iter().for_each(|&x| column.push(Axis::Number, x));
//!     column.finish()
//! };
//! let mut shards = summary(&[2.0, 1.0]);
//! shards.merge(&summary(&[1.0, 3.0]));
//! assert_eq!(shards, summary(&[3.0, 1.0, 2.0, 1.0]));
//! ```

mod builder;
mod categories;
mod column;
mod counts;
mod numbers;
mod order;
mod tally;

pub use builder::Builder;
pub(crate) use categories::text_hash;
pub use categories::{Categories, Category};
pub use column::{Axis, Column};
pub use counts::Counts;
pub use numbers::Numbers;
pub(crate) use numbers::cell;

/// How many distinct keys a part of a summary holds before it drops low bits: 32,768.
pub const CAP: usize = 1 << 15;
