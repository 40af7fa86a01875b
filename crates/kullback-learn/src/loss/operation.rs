//! The one operation that Burn gets to know: a number, with its gradient by the logits beside it.

use burn::backend::autodiff::checkpoint::{base::Checkpointer, strategy::CheckpointStrategy};
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind};
use burn::backend::ops::FloatTensorOps;
use burn::backend::tensor::FloatTensor;
use burn::backend::{Autodiff, Backend, Flex, backend_extension};
use burn::tensor::TensorData;
use rayon::prelude::*;

/// Writes the gradient of a loss of logits over a slice of their shape and returns the value.
pub(super) type Compute<'a> = dyn FnMut(&[f32], &mut [f32]) -> f32 + 'a;

#[backend_extension(Autodiff, Flex, Cube: cfg(any(feature = "cuda", feature = "wgpu")))]
pub(super) trait Operation: Backend {
    /// The value of `compute` at the logits, one number.
    fn loss(logits: FloatTensor<Self>, compute: &mut Compute<'_>) -> FloatTensor<Self>;
}

/// Where logits can be read by the processor.
pub(super) trait Host: Backend {
    /// The value, and the gradient in the shape of the logits.
    fn value_and_gradient(
        logits: FloatTensor<Self>,
        compute: &mut Compute<'_>,
    ) -> [FloatTensor<Self>; 2];

    /// The gradient times the one number in `factor`.
    fn times(gradient: FloatTensor<Self>, factor: FloatTensor<Self>) -> FloatTensor<Self>;
}

impl Operation for Flex {
    fn loss(logits: FloatTensor<Self>, compute: &mut Compute<'_>) -> FloatTensor<Self> {
        let [value, _] = Self::value_and_gradient(logits, compute);
        value
    }
}

impl Host for Flex {
    fn value_and_gradient(
        logits: FloatTensor<Self>,
        compute: &mut Compute<'_>,
    ) -> [FloatTensor<Self>; 2] {
        // No copy where the rows follow each other, as in a part of a batch.
        let logits = if logits.is_contiguous() {
            logits
        } else {
            logits.to_contiguous()
        };
        let values = logits.as_slice::<f32>().unwrap_or_default();
        // On all cores: zeros of the size of the logits cost as much as the loss.
        let zeros = rayon::iter::repeat_n(0.0, values.len()).with_min_len(1 << 18);
        let mut gradient: Vec<f32> = zeros.collect();
        let value = compute(values, &mut gradient);
        let shape = logits.layout().shape().clone();
        let data = [
            TensorData::new(vec![value], [1]),
            TensorData::new(gradient, shape),
        ];
        data.map(|data| Flex::float_from_data(data, &Default::default()))
    }

    fn times(mut gradient: FloatTensor<Self>, factor: FloatTensor<Self>) -> FloatTensor<Self> {
        let by = (factor.as_slice::<f32>()).and_then(|factor| factor.first().copied());
        match by {
            // The usual end of a graph: the bits stay what the core computed.
            Some(1.0) => {}
            Some(by) => gradient
                .storage_mut::<f32>()
                .iter_mut()
                .for_each(|x| *x *= by),
            None => return Flex::float_mul(gradient, factor),
        }
        gradient
    }
}

impl<B: Operation + Host, C: CheckpointStrategy> Operation for Autodiff<B, C> {
    fn loss(logits: FloatTensor<Self>, compute: &mut Compute<'_>) -> FloatTensor<Self> {
        #[derive(Debug)]
        struct FromForwardPass;

        impl<B: Host> Backward<B, 1> for FromForwardPass {
            /// The gradient by the logits.
            type State = FloatTensor<B>;

            fn backward(
                self,
                ops: Ops<FloatTensor<B>, 1>,
                grads: &mut Gradients,
                _: &mut Checkpointer,
            ) {
                let above = grads.consume::<B>(&ops.node);
                let [logits] = ops.parents;
                if let Some(logits) = logits {
                    grads.register::<B>(logits.id, B::times(ops.state, above));
                }
            }
        }

        let step = FromForwardPass
            .prepare::<C>([logits.node()])
            .compute_bound();
        match step.stateful() {
            OpsKind::Tracked(step) => {
                let [value, gradient] = B::value_and_gradient(logits.into_primitive(), compute);
                step.finish(gradient, value)
            }
            OpsKind::UnTracked(step) => step.finish(B::loss(logits.into_primitive(), compute)),
        }
    }
}

/// Where the processor cannot look: the logits are copied to it, and the gradient back.
#[cfg(any(feature = "cuda", feature = "wgpu"))]
mod elsewhere {
    use burn::backend::ops::FloatTensorOps;
    use burn::backend::{Cube, TensorMetadata};
    use burn::tensor::{Shape, TensorData, try_read_sync};

    use super::{Compute, FloatTensor, Host, Operation};

    impl Operation for Cube {
        fn loss(logits: FloatTensor<Self>, compute: &mut Compute<'_>) -> FloatTensor<Self> {
            let [value, _] = Self::value_and_gradient(logits, compute);
            value
        }
    }

    impl Host for Cube {
        fn value_and_gradient(
            logits: FloatTensor<Self>,
            compute: &mut Compute<'_>,
        ) -> [FloatTensor<Self>; 2] {
            let (device, shape) = (logits.device(), logits.shape());
            let read = try_read_sync(Self::float_into_data(logits));
            let mut gradient = vec![0.0; shape.num_elements()];
            // A device that does not answer leaves `compute` uncalled, which `loss` reports.
            let value = match read.map(|data| data.map(|data| data.try_into_vec::<f32>())) {
                Some(Ok(Ok(logits))) => compute(&logits, &mut gradient),
                _ => f32::NAN,
            };
            let data = [
                TensorData::new(vec![value], [1]),
                TensorData::new(gradient, shape),
            ];
            data.map(|data| Self::float_from_data(data, &device))
        }

        fn times(gradient: FloatTensor<Self>, factor: FloatTensor<Self>) -> FloatTensor<Self> {
            let factor = Self::float_reshape(factor, Shape::new([1, 1]));
            Self::float_mul(gradient, factor)
        }
    }
}
