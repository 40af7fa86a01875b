//! Outputs and parameters of models, read from their files.
//!
//! [`SafeTensors`], [`Npy`] and [`open_npz`] say where the tensors of a file lie; [`Dtype`] turns
//! their bytes into numbers. [`logits`] compares what two models predict, row by row, from two
//! saved files and without running either. [`Weights`] are a model's parameters, of `.safetensors`
//! or [`Gguf`]; a [`WeightsComparison`] is what two models' parameters differ by.
//!
//! A [`MemoryTensor`] is one of a model that is running: rows and weights in memory are compared as those of files.
//!
//! Files are read through windows that are mapped while they are looked at: memory holds a few
//! rows of each, however large the files are. Headers are taken for what they are, claims by a
//! stranger: every size is checked against the file before anything is read or allocated by it.

mod bytes;
mod dtype;
mod error;
mod gguf;
pub mod logits;
mod memory;
mod npy;
mod npz;
mod safetensors;
mod tensor;
mod weights;
mod write_safetensors;

pub use bytes::{Bytes, Window};
pub use dtype::Dtype;
pub use error::Error;
pub use gguf::{Encoding, Gguf, GgufTensor, Quant};
pub use memory::MemoryTensor;
pub use npy::{Npy, write_npy};
pub use npz::open_npz;
pub use safetensors::SafeTensors;
pub use tensor::Tensor;
pub use weights::{Group, NotComparedTensor, TensorDifference, Weights, WeightsComparison};
pub use write_safetensors::write_safetensors;
