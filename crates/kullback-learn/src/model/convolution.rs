//! A convolution with all that follows it, as one operation where the processor computes.
//!
//! Burn's own operations for it take one pass over memory each, and reorder it between them. Here the convolution is
//! a product of matrices: the nine neighbours of each pixel become a row (Chellapilla, Puri & Simard 2006), with
//! channels last, so that a neighbour is one stretch of memory. Bias, ReLU and pooling are one pass over the
//! product, which keeps which pixel of each four won.

use std::sync::Arc;

use burn::backend::autodiff::checkpoint::{base::Checkpointer, strategy::CheckpointStrategy};
use burn::backend::autodiff::grads::Gradients;
use burn::backend::autodiff::ops::{Backward, Ops, OpsKind};
use burn::backend::ops::FloatTensorOps;
use burn::backend::tensor::FloatTensor;
use burn::backend::{Autodiff, Backend, Flex, backend_extension};
use burn::tensor::TensorData;
use rayon::prelude::*;

#[backend_extension(Autodiff, Flex)]
pub(super) trait Operation: Backend {
    /// The largest of each 2 × 2 of max(0, W∗x + b): from `[rows, height, width, inputs]` with weights
    /// `[outputs, inputs, 3, 3]` to `[rows, height/2, width/2, outputs]`.
    fn convolve(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
    ) -> FloatTensor<Self>;
}

/// Forward and backward pass where memory can be reached.
pub(super) trait Passes: Backend {
    /// What the backward pass needs of the forward pass.
    type Kept: Clone + Send + std::fmt::Debug + 'static;

    fn forward(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
    ) -> (FloatTensor<Self>, Self::Kept);

    /// The gradients by weight and bias, and by x if that is wanted.
    fn backward(
        kept: Self::Kept,
        above: FloatTensor<Self>,
        x_too: bool,
    ) -> ([FloatTensor<Self>; 2], Option<FloatTensor<Self>>);
}

impl Operation for Flex {
    fn convolve(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
    ) -> FloatTensor<Self> {
        Self::forward(x, weight, bias).0
    }
}

impl<B: Operation + Passes, C: CheckpointStrategy> Operation for Autodiff<B, C> {
    fn convolve(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
    ) -> FloatTensor<Self> {
        #[derive(Debug)]
        struct Convolve;

        impl<B: Passes> Backward<B, 3> for Convolve {
            type State = B::Kept;

            fn backward(
                self,
                ops: Ops<Self::State, 3>,
                grads: &mut Gradients,
                _: &mut Checkpointer,
            ) {
                let above = grads.consume::<B>(&ops.node);
                let [x, weight, bias] = ops.parents;
                let ([by_weight, by_bias], by_x) = B::backward(ops.state, above, x.is_some());
                let by = [(weight, Some(by_weight)), (bias, Some(by_bias)), (x, by_x)];
                for (node, gradient) in by {
                    if let (Some(node), Some(gradient)) = (node, gradient) {
                        grads.register::<B>(node.id, gradient);
                    }
                }
            }
        }

        let nodes = [x.node(), weight.node(), bias.node()];
        let step = Convolve.prepare::<C>(nodes).compute_bound().stateful();
        let [x, weight, bias] = [x, weight, bias].map(|tensor| tensor.into_primitive());
        match step {
            OpsKind::Tracked(step) => {
                let (out, kept) = B::forward(x, weight, bias);
                step.finish(kept, out)
            }
            OpsKind::UnTracked(step) => step.finish(B::convolve(x, weight, bias)),
        }
    }
}

/// The sizes of one convolution.
#[derive(Debug, Clone, Copy)]
struct Sizes {
    rows: usize,
    height: usize,
    width: usize,
    inputs: usize,
    outputs: usize,
}

impl Sizes {
    fn pixels(&self) -> usize {
        self.height * self.width
    }

    /// How many numbers the nine neighbours of a pixel are.
    fn neighbours(&self) -> usize {
        9 * self.inputs
    }

    fn pooled(&self) -> usize {
        (self.height / 2) * (self.width / 2)
    }

    /// For each pooled pixel of an image, the upper left of its four.
    fn corners(&self) -> impl Iterator<Item = usize> {
        let (halves, width) = (self.width / 2, self.width);
        (0..self.height / 2).flat_map(move |y| (0..halves).map(move |x| 2 * y * width + 2 * x))
    }

    /// The four pixels that are pooled, from the upper left one.
    fn four(&self) -> [usize; 4] {
        [0, 1, self.width, self.width + 1]
    }

    /// Calls `each` with a stretch of the neighbours of a pixel (pixel, first number) and the stretch of the image
    /// that it is (first number), both of the length that comes last. What lies beyond the image is not called.
    fn stretches(&self, mut each: impl FnMut(usize, usize, usize, usize)) {
        for (y, x) in (0..self.height).flat_map(|y| (0..self.width).map(move |x| (y, x))) {
            // One before the first pixel of the three in a line, and one beyond the last, may not be there.
            let (first, last) = (usize::from(x == 0), 2 - usize::from(x + 1 == self.width));
            for dy in usize::from(y == 0)..3 - usize::from(y + 1 == self.height) {
                let from = (y + dy - 1) * self.width + x + first - 1;
                let to = (3 * dy + first) * self.inputs;
                let length = (last + 1 - first) * self.inputs;
                each(y * self.width + x, to, from * self.inputs, length);
            }
        }
    }
}

/// What stays of the forward pass on the processor.
#[derive(Debug, Clone)]
pub(super) struct Kept {
    sizes: Sizes,
    /// `[rows × pixels, neighbours]`
    neighbours: FloatTensor<Flex>,
    /// `[outputs, neighbours]`
    weight: FloatTensor<Flex>,
    /// Which of its four pixels each pooled one is, 4 where ReLU left nothing.
    winners: Arc<Vec<u32>>,
}

const NOTHING: u32 = 4;

impl Passes for Flex {
    type Kept = Kept;

    fn forward(
        x: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
    ) -> (FloatTensor<Self>, Kept) {
        let [rows, height, width, inputs] = x.layout().shape().dims();
        let sizes = Sizes {
            rows,
            height,
            width,
            inputs,
            outputs: weight.layout().shape()[0],
        };
        let [x, weight, bias] = [x, weight, bias].map(numbers);
        let (pixels, across, outputs) = (sizes.pixels(), sizes.neighbours(), sizes.outputs);

        let mut neighbours = vec![0.0; rows * pixels * across];
        (neighbours.par_chunks_mut(pixels * across))
            .zip(x.par_chunks(pixels * inputs))
            .for_each(|(neighbours, x)| {
                sizes.stretches(|pixel, to, from, length| {
                    let to = pixel * across + to;
                    neighbours[to..to + length].copy_from_slice(&x[from..from + length]);
                });
            });
        let neighbours = tensor(neighbours, [rows * pixels, across]);
        let weight = tensor(reordered(&weight, 9, inputs), [outputs, across]);
        let product = Flex::float_swap_dims(weight.clone(), 0, 1);
        let product = numbers(Flex::float_matmul(neighbours.clone(), product));

        let mut pooled = vec![0.0; rows * sizes.pooled() * outputs];
        let mut winners = vec![NOTHING; pooled.len()];
        let image = sizes.pooled() * outputs;
        (pooled
            .par_chunks_mut(image)
            .zip(winners.par_chunks_mut(image)))
        .zip(product.par_chunks(pixels * outputs))
        .for_each(|((pooled, winners), product)| {
            let out = pooled.chunks_mut(outputs).zip(winners.chunks_mut(outputs));
            for ((pooled, winners), corner) in out.zip(sizes.corners()) {
                let [a, b, c, d] = sizes.four().map(|pixel| {
                    let at = (corner + pixel) * outputs;
                    &product[at..at + outputs]
                });
                for i in 0..outputs {
                    let (mut best, mut winner) = (a[i], 0);
                    for (which, x) in [(1, b[i]), (2, c[i]), (3, d[i])] {
                        // NaN wins, and stays to be seen.
                        let wins = (x > best) | x.is_nan();
                        best = if wins { x } else { best };
                        winner = if wins { which } else { winner };
                    }
                    let x = best + bias[i];
                    winners[i] = if x <= 0.0 { NOTHING } else { winner };
                    pooled[i] = if x <= 0.0 { 0.0 } else { x };
                }
            }
        });
        let kept = Kept {
            sizes,
            neighbours,
            weight,
            winners: Arc::new(winners),
        };
        let shape = [rows, height / 2, width / 2, outputs];
        (tensor(pooled, shape), kept)
    }

    fn backward(
        kept: Kept,
        above: FloatTensor<Self>,
        x_too: bool,
    ) -> ([FloatTensor<Self>; 2], Option<FloatTensor<Self>>) {
        let sizes = kept.sizes;
        let (pixels, across, outputs) = (sizes.pixels(), sizes.neighbours(), sizes.outputs);
        let above = numbers(above);
        let image = sizes.pooled() * outputs;

        // To where the four's largest was; all else is 0.
        let mut by_product = vec![0.0; sizes.rows * pixels * outputs];
        (by_product.par_chunks_mut(pixels * outputs))
            .zip(above.par_chunks(image).zip(kept.winners.par_chunks(image)))
            .for_each(|(by_product, (above, winners))| {
                let pooled = above.chunks(outputs).zip(winners.chunks(outputs));
                for ((above, winners), corner) in pooled.zip(sizes.corners()) {
                    for (which, pixel) in (0..).zip(sizes.four()) {
                        let at = (corner + pixel) * outputs;
                        let to = &mut by_product[at..at + outputs];
                        for ((to, &above), &winner) in to.iter_mut().zip(above).zip(winners) {
                            *to = if winner == which { above } else { 0.0 };
                        }
                    }
                }
            });
        // In the order of the rows, whatever the threads do.
        let mut by_bias = vec![0.0; outputs];
        for (above, winners) in above.chunks(outputs).zip(kept.winners.chunks(outputs)) {
            for ((sum, &above), &winner) in by_bias.iter_mut().zip(above).zip(winners) {
                *sum += if winner == NOTHING { 0.0 } else { above };
            }
        }
        let by_product = tensor(by_product, [sizes.rows * pixels, outputs]);
        let by_weight = Flex::float_swap_dims(by_product.clone(), 0, 1);
        let by_weight = numbers(Flex::float_matmul(by_weight, kept.neighbours));
        let by_weight = reordered(&by_weight, sizes.inputs, 9);
        let by_x = x_too.then(|| {
            let by_neighbours = numbers(Flex::float_matmul(by_product, kept.weight));
            let mut by_x = vec![0.0; sizes.rows * pixels * sizes.inputs];
            (by_x.par_chunks_mut(pixels * sizes.inputs))
                .zip(by_neighbours.par_chunks(pixels * across))
                .for_each(|(by_x, by_neighbours)| {
                    sizes.stretches(|pixel, from, to, length| {
                        let from = &by_neighbours[pixel * across + from..][..length];
                        for (to, &x) in by_x[to..to + length].iter_mut().zip(from) {
                            *to += x;
                        }
                    });
                });
            tensor(by_x, [sizes.rows, sizes.height, sizes.width, sizes.inputs])
        });
        let shape = [outputs, sizes.inputs, 3, 3];
        ([tensor(by_weight, shape), tensor(by_bias, [outputs])], by_x)
    }
}

fn tensor<const D: usize>(values: Vec<f32>, shape: [usize; D]) -> FloatTensor<Flex> {
    Flex::float_from_data(TensorData::new(values, shape), &Default::default())
}

/// The numbers of a tensor of `f32`, moved where nothing else holds it.
fn numbers(tensor: FloatTensor<Flex>) -> Vec<f32> {
    tensor.into_data().try_into_vec().unwrap_or_default()
}

/// Of each output's matrix, columns before rows: `[…, inner, outer]` from `[…, outer, inner]`.
fn reordered(values: &[f32], outer: usize, inner: usize) -> Vec<f32> {
    let matrices = values.chunks(outer * inner);
    let columns = |matrix: &[f32]| -> Vec<f32> {
        (0..outer * inner)
            .map(|i| matrix[i % inner * outer + i / inner])
            .collect()
    };
    matrices.flat_map(columns).collect()
}
