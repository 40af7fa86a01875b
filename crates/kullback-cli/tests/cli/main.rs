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
#[cfg(not(feature = "train"))]
mod no_train;
mod run;
mod stdin;
#[cfg(feature = "train")]
mod train;
mod weights;
