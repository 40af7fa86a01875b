//! Seeded numbers, tensors of them, and a plain f64 program of the models.

use burn::tensor::{Device, Tensor, TensorData};
use kullback_learn::Parameter;

/// Seeded numbers from −3 to 3.
pub(crate) fn numbers(seed: u64, count: usize) -> Vec<f32> {
    let mut state = seed;
    let mut next = || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 40) as f32 / (1u64 << 24) as f32
    };
    (0..count).map(|_| 6.0 * next() - 3.0).collect()
}

/// A leaf that wants its gradient.
pub(crate) fn leaf(values: &[f32], columns: usize) -> Tensor<2> {
    let shape = [values.len() / columns, columns];
    let device = Device::flex().autodiff();
    Tensor::from_data(TensorData::new(values.to_vec(), shape), &device).require_grad()
}

/// The logits of one row, by the definitions of the layers, in `f64`.
pub(crate) fn forward(parameters: &[Parameter], mut x: Vec<f64>, mut side: usize) -> Vec<f64> {
    let wide = |x: &Parameter| -> Vec<f64> { x.values.iter().map(|&x| f64::from(x)).collect() };
    for (i, pair) in parameters.chunks(2).enumerate() {
        let (weight, bias) = (wide(&pair[0]), wide(&pair[1]));
        let inputs = pair[0].shape[1];
        x = if pair[0].shape.len() == 4 {
            let layer = pooled(&weight, &bias, &x, inputs, side);
            side /= 2;
            layer
        } else {
            if i > 0 && parameters[2 * i - 2].shape.len() == 2 {
                x.iter_mut().for_each(|x| *x = x.max(0.0));
            }
            let row = |(weight, bias): (&[f64], &f64)| {
                bias + weight.iter().zip(&x).map(|(w, x)| w * x).sum::<f64>()
            };
            weight.chunks(inputs).zip(&bias).map(row).collect()
        };
    }
    x
}

/// A convolution of 3 × 3 with zeros around, ReLU, the largest of each 2 × 2.
fn pooled(weight: &[f64], bias: &[f64], x: &[f64], channels: usize, side: usize) -> Vec<f64> {
    let mut out = Vec::new();
    for (o, bias) in bias.iter().enumerate() {
        let at = |row: usize, column: usize| {
            let mut sum = *bias;
            for c in 0..channels {
                for (dy, dx) in (0..9).map(|k| (k / 3, k % 3)) {
                    let (y, x_) = (row + dy, column + dx);
                    if (1..=side).contains(&y) && (1..=side).contains(&x_) {
                        sum += weight[((o * channels + c) * 3 + dy) * 3 + dx]
                            * x[(c * side + y - 1) * side + x_ - 1];
                    }
                }
            }
            sum.max(0.0)
        };
        for (row, column) in (0..side / 2).flat_map(|y| (0..side / 2).map(move |x| (2 * y, 2 * x)))
        {
            let four = [
                at(row, column),
                at(row, column + 1),
                at(row + 1, column),
                at(row + 1, column + 1),
            ];
            out.push(four.into_iter().fold(f64::NEG_INFINITY, f64::max));
        }
    }
    out
}
