//! Weights of two models, from their files to what they differ by.

#![allow(clippy::unwrap_used, reason = "a test that fails may panic")]
#![allow(clippy::float_cmp, reason = "what is compared here is exact")]

mod differences;
mod files;
mod fixture;
mod gguf;
mod hostile;
mod memory;
