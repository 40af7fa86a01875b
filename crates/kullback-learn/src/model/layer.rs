//! The two kinds of layer.

use burn::module::{Module, Param};
use burn::tensor::module::{conv2d, linear, max_pool2d};
use burn::tensor::ops::{ConvOptions, MaxPoolOptions};
use burn::tensor::{Device, Tensor, TensorData, activation};

use super::Parameter;

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

    pub(super) fn forward(&self, x: Tensor<4>) -> Tensor<4> {
        let same = ConvOptions::new([1, 1], [1, 1], [1, 1], 1);
        let x = conv2d(x, self.weight.val(), Some(self.bias.val()), same);
        max_pool2d(activation::relu(x), MaxPoolOptions::new([2, 2]))
    }
}

/// A parameter as a tensor of as many dimensions.
pub(super) fn tensor<const D: usize>(parameter: &Parameter, device: &Device) -> Tensor<D> {
    let data = TensorData::new(parameter.values.clone(), parameter.shape.clone());
    Tensor::from_data(data, device)
}
