//! The command as a person or a script runs it: its output, its errors, its exit codes.

#![allow(clippy::unwrap_used, reason = "a test that fails may panic")]

mod between;
mod compare;
mod errors;
mod explain;
mod faces;
mod joint;
mod logits;
mod models;
mod run;
mod stdin;
mod weights;
