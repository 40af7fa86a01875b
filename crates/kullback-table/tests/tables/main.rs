//! Files in, summaries out: every format, type and way of writing, and what is refused.

#![allow(
    clippy::unwrap_used,
    clippy::float_cmp,
    reason = "a test that fails may panic; counts and their keys are exact"
)]

mod broken;
mod column_types;
mod csv;
mod fixture;
mod formats;
mod invariance;
mod json;
mod memory;
mod pairs;
mod real;
mod rows;
mod split;
mod stop;
