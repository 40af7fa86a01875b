//! Weights of two models: `.safetensors`, in one file or in shards, and GGUF.
//!
//! `locate.rs` (what the user named → files) → `model.rs` (the tensors of a model) → `stored.rs`
//! and `scale.rs` (values out of bytes) → `compare.rs` (two models, tensor by tensor); `name.rs`
//! knows what a tensor's name says of its layer and module.

mod compare;
mod locate;
mod model;
mod name;
mod scale;
mod stored;

pub use compare::{Group, NotComparedTensor, TensorDifference, WeightsComparison};
pub use model::Weights;
