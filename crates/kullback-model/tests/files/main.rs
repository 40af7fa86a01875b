//! Files of models: right ones, wrong ones, and what they yield.

#![allow(clippy::unwrap_used, reason = "a test that fails may panic")]

mod arrays;
mod damaged;
mod dir;
mod fixture;
mod headers;
mod lists;
mod memory;
