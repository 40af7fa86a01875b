//! The two kinds of layer.

use burn::backend::{Dispatch, DispatchDevice};
use burn::module::{Module, Param};
use burn::tensor::module::{conv2d, linear, max_pool2d};
use burn::tensor::ops::{ConvOptions, MaxPoolOptions};
use burn::tensor::{DType, Device, Tensor, TensorData, activation};

use super::Parameter;
use super::convolution::Operation;

/// x·Wᵀ + b.
#[derive(Module, Debug)]
pub(super) struct Dense {
    /// `[outputs, inputs]`
    pub(super) weight: Param<Tensor<2>>,
    /// `[outputs]`
    pub(super) bias: Param<Tensor<1>>,
}

impl Dense {
    pub(super) fn of(weight: &Parameter, bias: &Parameter, device: &Device) -> Dense {
        Dense {
            weight: Param::from_tensor(tensor(weight, device)),
            bias: Param::from_tensor(tensor(bias, device)),
        }
    }

    pub(super) fn forward(&self, x: Tensor<2>) -> Tensor<2> {
        linear(x, self.weight.val().transpose(), Some(self.bias.val()))
    }
}

/// A convolution of 3 × 3 that keeps height and width, ReLU, and the largest of each 2 × 2.
#[derive(Module, Debug)]
pub(super) struct Convolution {
    /// `[outputs, inputs, 3, 3]`
    pub(super) weight: Param<Tensor<4>>,
    /// `[outputs]`
    pub(super) bias: Param<Tensor<1>>,
}

impl Convolution {
    pub(super) fn of(weight: &Parameter, bias: &Parameter, device: &Device) -> Convolution {
        Convolution {
            weight: Param::from_tensor(tensor(weight, device)),
            bias: Param::from_tensor(tensor(bias, device)),
        }
    }

    /// `[rows, height/2, width/2, outputs]` from `[rows, height, width, inputs]`: channels last.
    pub(super) fn forward(&self, x: Tensor<4>) -> Tensor<4> {
        let processor = match x.device().as_dispatch() {
            DispatchDevice::Autodiff(device) => matches!(**device, DispatchDevice::Flex(_)),
            device => matches!(device, DispatchDevice::Flex(_)),
        };
        if !(processor && x.dtype() == DType::F32) {
            return self.composed(x);
        }
        let (weight, bias) = (self.weight.val(), self.bias.val());
        let operands = (
            x.into_dispatch(),
            weight.into_dispatch(),
            bias.into_dispatch(),
        );
        let out = <Dispatch as Operation>::convolve(operands.0, operands.1, operands.2);
        Tensor::from_dispatch(out)
    }

    /// The same by Burn's own operations, for any device.
    fn composed(&self, x: Tensor<4>) -> Tensor<4> {
        let same = ConvOptions::new([1, 1], [1, 1], [1, 1], 1);
        let x = x.permute([0, 3, 1, 2]);
        let x = conv2d(x, self.weight.val(), Some(self.bias.val()), same);
        let x = max_pool2d(activation::relu(x), MaxPoolOptions::new([2, 2]));
        x.permute([0, 2, 3, 1])
    }
}

/// A parameter as a tensor of as many dimensions.
pub(super) fn tensor<const D: usize>(parameter: &Parameter, device: &Device) -> Tensor<D> {
    let data = TensorData::new(parameter.values.clone(), parameter.shape.clone());
    Tensor::from_data(data, device)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::host;

    /// Seeded numbers from −1 to 1.
    fn numbers(seed: u64, count: usize) -> Vec<f32> {
        let mut state = seed;
        let mut next = || {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (state >> 40) as f32 / (1u64 << 23) as f32 - 1.0
        };
        (0..count).map(|_| next()).collect()
    }

    #[test]
    fn one_operation_is_burns_several() {
        let device = Device::flex().autodiff();
        for [rows, height, width, inputs, outputs] in [
            [3, 8, 8, 1, 4],
            [2, 7, 5, 3, 2],
            [1, 2, 2, 2, 5],
            [4, 3, 9, 4, 17],
        ] {
            let parameter = |seed, shape: &[usize]| Parameter {
                name: String::new(),
                shape: shape.to_vec(),
                values: numbers(seed, shape.iter().product()),
            };
            let weight = parameter(1, &[outputs, inputs, 3, 3]);
            let layer = Convolution::of(&weight, &parameter(2, &[outputs]), &device);
            let x = parameter(3, &[rows, height, width, inputs]);
            let above = parameter(4, &[rows, height / 2, width / 2, outputs]);
            let [one, several] = [Convolution::forward, Convolution::composed].map(|forward| {
                let x = tensor::<4>(&x, &device).require_grad();
                let out = forward(&layer, x.clone());
                let loss = (out.clone() * tensor(&above, &device)).sum();
                let mut gradients = loss.backward();
                let by_x = host(x.grad_remove(&mut gradients).unwrap());
                let by_weight = host(layer.weight.val().grad_remove(&mut gradients).unwrap());
                let by_bias = host(layer.bias.val().grad_remove(&mut gradients).unwrap());
                [host(out), by_x, by_weight, by_bias]
            });
            for (one, several) in one.iter().zip(&several) {
                assert_eq!(one.len(), several.len());
                for (one, several) in one.iter().zip(several) {
                    assert!((one - several).abs() < 1e-5, "{one} {several}");
                }
            }
        }
    }
}
