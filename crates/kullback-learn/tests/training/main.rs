//! Training: what a step does, what resuming keeps, what the settings change.

#![allow(
    clippy::unwrap_used,
    clippy::float_cmp,
    clippy::print_stdout,
    reason = "a test that fails may panic; bytes are exact; a test that is skipped says so"
)]

mod annealing;
mod refusals;
mod resume;
mod rings;
mod steps;
