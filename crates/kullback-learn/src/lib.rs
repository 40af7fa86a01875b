//! Training with KL, cross-entropy and consistency, beside L1 and L2, on Burn.

mod adam;
mod augment;
mod data;
mod ema;
mod error;
mod evaluate;
pub mod loss;
mod model;
mod random;
pub mod train;
pub mod uda;

use burn::tensor::Tensor;

pub use adam::Adam;
pub use augment::{Augmentation, Augmenter};
pub use data::{Applied, Classes, Column, Features, Matrix, Unseen, Value, hold_back};
pub use ema::Ema;
pub use error::Error;
pub use evaluate::{Evaluation, evaluate, likeliest, softmax};
pub use model::{Architecture, Inputs, Model, Parameter, read_parameters, write_parameters};
pub use random::{Purpose, Random};
pub use train::{Data, Distillation, HeldLog, Settings, StepLog, Trained, Trainer, predict};
pub use uda::{Annealing, Consistency, Preset, Uda};

/// The numbers of a tensor, the last dimension fastest, in memory of the processor.
///
/// A tensor that is held nowhere else is moved and not copied; the graph of its gradient is left behind.
///
/// ```
/// use burn::tensor::{Device, Tensor};
///
/// let x = Tensor::<2>::from_floats([[1.0, 2.0], [3.0, 4.0]], &Device::flex());
/// assert_eq!(kullback_learn::host(x.transpose()), [1.0, 3.0, 2.0, 4.0]);
/// ```
///
/// Floats of another width than `f32` are rounded to it.
///
/// # Panics
/// When the device cannot be read.
pub fn host<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
    match tensor.inner().into_data().try_into_vec_as() {
        Ok(values) => values,
        Err(error) => panic!("the device's memory: {error}"),
    }
}
