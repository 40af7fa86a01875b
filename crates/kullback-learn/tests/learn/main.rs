//! Losses on Burn, models and their files, optimisers: against definitions, references and each other.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test that fails may panic; one that is skipped says so"
)]
#![allow(
    clippy::float_cmp,
    reason = "bits are compared where bits are promised"
)]

mod files;
mod fixture;
mod gradients;
mod losses;
mod repeatable;
