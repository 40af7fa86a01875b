//! The core's losses as tensors that Burn differentiates.
//!
//! There is one function, [`loss`]: it hands the logits of a tensor to any loss of [`kullback::loss`], with the
//! core's own masks, weights, temperature and [`Reduction`](kullback::loss::Reduction), and makes of the value a
//! tensor whose gradient by the logits is the closed form that the core wrote down beside it.
//!
//! ```
//! use burn::tensor::Tensor;
//! use kullback::loss::Target;
//! use kullback_learn::{Inputs, Model, loss::loss};
//!
//! let model = Model::new(&"mlp:16".parse()?, Inputs::new(2), 3, 0)?;
//! let x = Tensor::<2>::from_floats([[0.5, -1.0], [2.0, 0.0]], &model.device());
//! let labels = Target::classes(&[2, 0], 3)?;
//! let loss = loss(model.forward(x), |batch, gradient| {
//!     batch.cross_entropy_target_model(&labels, gradient)
//! })?;
//! let gradients = model.gradients(&loss.tensor);
//! assert_eq!(gradients.len(), 4);
//! assert!(loss.value > 0.0 && loss.rows.len() == 2);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Consistency
//!
//! A target is constant: numbers without a graph, as after `detach` in other frameworks. Take those of the model
//! itself by [`host`](crate::host). Why no gradient may flow into them is told
//! [in the core](kullback::loss#when-the-target-moves). Several losses of one forward pass are added up as tensors:
//!
//! ```
//! # use burn::tensor::Tensor;
//! # use kullback::loss::{Reduction, Target};
//! # use kullback_learn::{Inputs, Model, host, loss::loss};
//! # let model = Model::new(&"mlp:16".parse()?, Inputs::new(2), 3, 0)?;
//! # let rows = || Tensor::<2>::ones([4, 2], &model.device());
//! # let (labelled, plain, augmented) = (rows(), rows(), rows());
//! let logits = model.forward(Tensor::cat(vec![labelled, plain, augmented], 0));
//! let part = |i: usize| logits.clone().narrow(0, 4 * i, 4);
//! let supervised = loss(part(0), |batch, gradient| {
//!     batch.cross_entropy_target_model(&Target::classes(&[0, 1, 2, 0], 3)?, gradient)
//! })?;
//! let target = host(part(1));
//! let kept = [true, false, true, true];
//! let consistency = loss(part(2), |batch, gradient| {
//!     let batch = batch.keep(&kept)?.reduce(Reduction::MeanOverAllRows);
//!     batch.kl_target_model(&Target::logits(&target, 3, 0.4)?, gradient)
//! })?;
//! let gradients = model.gradients(&(supervised.tensor + consistency.tensor));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Where it runs
//!
//! On Burn's `flex` the loss reads the logits where they lie, on all cores, and its gradient is the only other
//! thing of their size. Other devices have their logits copied to the processor, and the gradient copied back: the
//! same numbers, and right for models whose logits are small beside their layers.

mod operation;
mod penalty;

use burn::backend::Dispatch;
use burn::tensor::{DType, Tensor};
use kullback::loss::{Batch, Loss as Computed};

use crate::Error;
use operation::Operation;
pub use penalty::add_penalty;

/// A loss that can be differentiated.
#[derive(Debug, Clone)]
pub struct Loss {
    /// The value, as a tensor with its graph, of one number.
    pub tensor: Tensor<1>,
    /// The value as the core computed it, in nats.
    pub value: f64,
    /// What each row adds; see [`kullback::loss::Loss::rows`].
    pub rows: Vec<f64>,
}

/// The loss of logits, `[rows, classes]`, that `compute` computes with one of the methods of [`Batch`].
///
/// `compute` is called once, with a batch of which all rows count and a slice for the gradient. What it writes
/// there is what the backward pass multiplies by: nothing is differentiated numerically or by a graph.
///
/// # Errors
/// When the logits are not of `f32`; those of [`Batch::new`], and those of `compute`.
///
/// ```
/// use burn::tensor::{Device, Tensor};
/// use kullback_learn::loss::loss;
///
/// let logits = Tensor::<2>::from_floats([[0.0, f32::NEG_INFINITY]], &Device::flex().autodiff());
/// let entropy = loss(logits, |batch, gradient| batch.entropy(gradient))?;
/// assert_eq!(entropy.value, 0.0);
/// # Ok::<(), kullback_learn::Error>(())
/// ```
pub fn loss(
    logits: Tensor<2>,
    compute: impl FnOnce(Batch<'_, f32>, &mut [f32]) -> Result<Computed, kullback::loss::Error>,
) -> Result<Loss, Error> {
    let [_, classes] = logits.dims();
    let dtype = logits.dtype();
    if dtype != DType::F32 {
        return Err(Error::new(format!("the logits are of {dtype:?}"))
            .advise("cast them to F32 before the loss"));
    }
    let mut compute = Some(compute);
    let mut outcome = None;
    let mut once = |logits: &[f32], gradient: &mut [f32]| -> f32 {
        let computed = compute
            .take()
            .map(|compute| Batch::new(logits, classes).and_then(|batch| compute(batch, gradient)));
        let value = match &computed {
            Some(Ok(loss)) => loss.value as f32,
            _ => f32::NAN,
        };
        outcome = computed;
        value
    };
    let tensor = <Dispatch as Operation>::loss(logits.into_dispatch(), &mut once);
    let Some(computed) = outcome else {
        return Err(Error::new(
            "the device of the logits did not compute the loss",
        ));
    };
    let Computed { value, rows } = computed?;
    Ok(Loss {
        tensor: Tensor::from_dispatch(tensor),
        value,
        rows,
    })
}
