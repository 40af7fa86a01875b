//! Small ordinary models: softmax regression, multilayer perceptron, convolutional network.

mod architecture;
mod convolution;
mod file;
mod layer;
mod parameter;

use std::collections::BTreeMap;
use std::slice;

use burn::module::{Module, ModuleMapper, ModuleVisitor, Param};
use burn::tensor::{Device, Gradients, Tensor, activation};

pub use architecture::{Architecture, Inputs};
pub use parameter::Parameter;

pub use file::{read_parameters, write_parameters};

use crate::Error;
use layer::{Convolution, Dense};

/// Metadata as a file has it.
type Metadata = BTreeMap<String, String>;

/// A classifier: rows of features in, a row of logits for each out.
///
/// It is a Burn module, so Burn's optimisers, devices and visitors take it too.
///
/// ```
/// use burn::tensor::Tensor;
/// use kullback_learn::{Inputs, Model};
///
/// let model = Model::new(&"mlp:16".parse()?, Inputs::new(2), 3, 0)?;
/// let x = Tensor::<2>::from_floats([[0.5, -1.0], [2.0, 0.0]], &model.device());
/// assert_eq!(model.forward(x).dims(), [2, 3]);
/// # Ok::<(), kullback_learn::Error>(())
/// ```
#[derive(Module, Debug)]
pub struct Model {
    convolutions: Vec<Convolution>,
    dense: Vec<Dense>,
    #[module(skip)]
    architecture: Architecture,
    #[module(skip)]
    inputs: Inputs,
    classes: usize,
}

impl Model {
    /// A model with random weights on the processor, ready to be trained.
    ///
    /// Weights are uniform on ±√(6/inputs) (He et al. 2015), biases 0. The same seed gives the same bits on every
    /// machine and any number of threads.
    ///
    /// # Errors
    /// Without features or classes; for a CNN, when the inputs are no images, or are too small to be halved once
    /// for each convolution; when the parameters are more than can be counted.
    ///
    /// ```
    /// use kullback_learn::{Inputs, Model};
    ///
    /// let error = Model::new(&"cnn".parse()?, Inputs::new(64), 10, 0).unwrap_err();
    /// assert_eq!(error.to_string(), "cnn:16,32: rows of 64 features are no images");
    /// # Ok::<(), kullback_learn::Error>(())
    /// ```
    pub fn new(
        architecture: &Architecture,
        inputs: Inputs,
        classes: usize,
        seed: u64,
    ) -> Result<Model, Error> {
        let shapes = shapes(architecture, inputs, classes)?;
        let mut random = SplitMix64(seed);
        let parameters = (shapes.into_iter().enumerate())
            .map(|(i, shape)| initial(i, shape, &mut random))
            .collect::<Vec<_>>();
        Ok(Model::of(architecture, inputs, classes, &parameters))
    }

    /// The model of these parameters, whose shapes are those of the architecture.
    fn of(
        architecture: &Architecture,
        inputs: Inputs,
        classes: usize,
        parameters: &[Parameter],
    ) -> Model {
        let device = Device::flex().autodiff();
        let (mut convolutions, mut dense) = (Vec::new(), Vec::new());
        for pair in parameters.chunks(2) {
            if let [weight, bias] = pair {
                match weight.shape.len() {
                    4 => convolutions.push(Convolution::of(weight, bias, &device)),
                    _ => dense.push(Dense::of(weight, bias, &device)),
                }
            }
        }
        Model {
            convolutions,
            dense,
            architecture: architecture.clone(),
            inputs,
            classes,
        }
    }

    /// The logits, `[rows, classes]`, of rows of features, `[rows, features]`.
    ///
    /// # Panics
    /// As Burn's operations do, when `x` has not as many columns as the model has features.
    ///
    /// ```
    /// # use burn::tensor::Tensor;
    /// # use kullback_learn::{Inputs, Model};
    /// let model = Model::new(&"cnn:4".parse()?, Inputs::image(8, 8), 10, 0)?;
    /// let images = Tensor::<2>::zeros([5, 64], &model.device());
    /// assert_eq!(model.forward(images).dims(), [5, 10]);
    /// # Ok::<(), kullback_learn::Error>(())
    /// ```
    pub fn forward(&self, x: Tensor<2>) -> Tensor<2> {
        let mut x = x;
        if let Some([height, width]) = self.inputs.shape()
            && !self.convolutions.is_empty()
        {
            let rows = x.dims()[0];
            // Channels last.
            let mut images = x.reshape([rows, height, width, 1]);
            for layer in &self.convolutions {
                images = layer.forward(images);
            }
            // As PyTorch flattens them: channel by channel.
            x = images.permute([0, 3, 1, 2]).flatten(1, 3);
        }
        for (i, layer) in self.dense.iter().enumerate() {
            if i > 0 {
                x = activation::relu(x);
            }
            x = layer.forward(x);
        }
        x
    }

    /// What its layers are.
    pub fn architecture(&self) -> &Architecture {
        &self.architecture
    }

    /// What its rows are.
    pub fn inputs(&self) -> Inputs {
        self.inputs
    }

    /// How many classes it tells apart.
    pub fn classes(&self) -> usize {
        self.classes
    }

    /// Where its parameters are, and where its inputs have to be.
    pub fn device(&self) -> Device {
        self.devices()
            .into_iter()
            .next()
            .unwrap_or_else(|| Device::flex().autodiff())
    }

    /// All parameters in order, from the input to the classes.
    ///
    /// ```
    /// # use kullback_learn::{Inputs, Model};
    /// let model = Model::new(&"mlp:16".parse()?, Inputs::new(2), 3, 0)?;
    /// let names: Vec<String> = model.parameters().into_iter().map(|x| x.name).collect();
    /// assert_eq!(names, ["layers.0.weight", "layers.0.bias", "layers.1.weight", "layers.1.bias"]);
    /// # Ok::<(), kullback_learn::Error>(())
    /// ```
    pub fn parameters(&self) -> Vec<Parameter> {
        let mut all = Read { list: Vec::new() };
        self.visit(&mut all);
        all.list
    }

    /// Replaces all parameters.
    ///
    /// # Errors
    /// When a name or shape is not that of [`parameters`](Model::parameters), in their order; nothing is
    /// replaced then.
    ///
    /// ```
    /// # use kullback_learn::{Inputs, Model};
    /// let mut model = Model::new(&"softmax".parse()?, Inputs::new(2), 3, 0)?;
    /// let other = Model::new(&"softmax".parse()?, Inputs::new(2), 3, 1)?;
    /// model.set_parameters(&other.parameters())?;
    /// assert_eq!(model.parameters(), other.parameters());
    /// # Ok::<(), kullback_learn::Error>(())
    /// ```
    pub fn set_parameters(&mut self, parameters: &[Parameter]) -> Result<(), Error> {
        check(parameters, &self.shapes())?;
        let mut all = Replace(parameters.iter());
        *self = self.clone().map(&mut all);
        Ok(())
    }

    /// The gradient of `loss` by each parameter, in the order, and with the names, of
    /// [`parameters`](Model::parameters); zeros where the loss does not depend on one. This consumes the graph.
    ///
    /// ```
    /// # use burn::tensor::Tensor;
    /// # use kullback_learn::{Inputs, Model};
    /// let model = Model::new(&"softmax".parse()?, Inputs::new(2), 1, 0)?;
    /// let x = Tensor::<2>::from_floats([[0.5, -1.0], [2.0, 0.0]], &model.device());
    /// let gradients = model.gradients(&model.forward(x).sum());
    /// assert_eq!((&gradients[0].values[..], &gradients[1].values[..]), (&[2.5, -1.0][..], &[2.0][..]));
    /// # Ok::<(), kullback_learn::Error>(())
    /// ```
    ///
    /// # Panics
    /// As Burn's [`backward`](Tensor::backward), when `loss` was computed on a device without autodiff, or was
    /// used before.
    pub fn gradients(&self, loss: &Tensor<1>) -> Vec<Parameter> {
        let mut all = ReadGradients {
            gradients: loss.backward(),
            list: Vec::new(),
        };
        self.visit(&mut all);
        all.list
    }

    fn shapes(&self) -> Vec<Vec<usize>> {
        let mut all = Shapes(Vec::new());
        self.visit(&mut all);
        all.0
    }
}

/// The shapes of all parameters: of each layer, weight and bias.
fn shapes(
    architecture: &Architecture,
    inputs: Inputs,
    classes: usize,
) -> Result<Vec<Vec<usize>>, Error> {
    if inputs.features() == 0 || classes == 0 {
        let what = format!("{} features and {classes} classes", inputs.features());
        return Err(Error::new(what).advise("give the model at least one of each"));
    }
    let mut shapes = Vec::new();
    let mut width = inputs.features();
    match architecture {
        Architecture::Softmax => {}
        Architecture::Mlp(units) => {
            for &units in units {
                shapes.extend([vec![units, width], vec![units]]);
                width = units;
            }
        }
        Architecture::Cnn(channels) => {
            let [height, columns] = image(architecture, inputs)?;
            let mut before = 1;
            for &channels in channels {
                shapes.extend([vec![channels, before, 3, 3], vec![channels]]);
                before = channels;
            }
            let pixels = (height >> channels.len()) * (columns >> channels.len());
            width = before.saturating_mul(pixels);
        }
    }
    shapes.extend([vec![classes, width], vec![classes]]);
    let count = |shape: &Vec<usize>| shape.iter().try_fold(1usize, |n, &m| n.checked_mul(m));
    match shapes
        .iter()
        .try_fold(0usize, |n, shape| n.checked_add(count(shape)?))
    {
        Some(count) if count <= isize::MAX as usize / 4 => Ok(shapes),
        _ => Err(Error::new("more parameters than memory could hold")
            .at(architecture)
            .advise("give the model fewer units")),
    }
}

/// The i-th parameter before training: a bias is 0; a weight uniform on ±√(6/inputs), of variance 2/inputs,
/// which keeps the size of what passes through ReLU (He et al. 2015). Uniform and not normal: no
/// logarithm whose last digit depends on the machine.
fn initial(i: usize, shape: Vec<usize>, random: &mut SplitMix64) -> Parameter {
    let count: usize = shape.iter().product();
    let values = if i.is_multiple_of(2) {
        let inputs: usize = shape[1..].iter().product();
        let bound = (6.0 / inputs as f64).sqrt();
        let value = |_| (bound * (2.0 * random.uniform() - 1.0)) as f32;
        (0..count).map(value).collect()
    } else {
        vec![0.0; count]
    };
    Parameter {
        name: name(i),
        shape,
        values,
    }
}

/// Steele, Lea & Flood 2014.
struct SplitMix64(u64);

impl SplitMix64 {
    /// From 0, and below 1.
    fn uniform(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let x = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((x ^ (x >> 31)) >> 11) as f64 / (1u64 << 53) as f64
    }
}

/// Height and width of a CNN's images, which must be large enough.
fn image(architecture: &Architecture, inputs: Inputs) -> Result<[usize; 2], Error> {
    let Some([height, width]) = inputs.shape() else {
        let what = format!("rows of {} features are no images", inputs.features());
        return Err(Error::new(what)
            .at(architecture)
            .advise("say the height and width of the images, as 8x8, or take an mlp"));
    };
    let halvings = architecture.hidden().len();
    if height.min(width) >> halvings.min(63) == 0 {
        let what = format!(
            "images of {height}x{width} cannot be halved {halvings} times, once for each convolution"
        );
        return Err(Error::new(what)
            .at(architecture)
            .advise("give the model fewer convolutions"));
    }
    Ok([height, width])
}

/// The name of the i-th parameter: weights and biases take turns.
fn name(i: usize) -> String {
    let kind = if i.is_multiple_of(2) {
        "weight"
    } else {
        "bias"
    };
    format!("layers.{}.{kind}", i / 2)
}

/// That parameters have the names and shapes that are expected.
fn check(parameters: &[Parameter], expected: &[Vec<usize>]) -> Result<(), Error> {
    for (i, shape) in expected.iter().enumerate() {
        let name = name(i);
        if parameters.iter().all(|parameter| parameter.name != name) {
            return Err(Error::new(format!("tensor `{name}` is missing")));
        }
        let found = &parameters[i.min(parameters.len() - 1)];
        if found.name != name {
            let what = format!("tensor `{}` where `{name}` should be", found.name);
            return Err(Error::new(what));
        }
        if found.shape != *shape || found.values.len() != shape.iter().product::<usize>() {
            return Err(Error::new(format!(
                "{} values of shape {:?}, and the model has {shape:?}",
                found.values.len(),
                found.shape
            ))
            .at(format!("tensor `{name}`")));
        }
    }
    match parameters.get(expected.len()) {
        None => Ok(()),
        Some(extra) => Err(Error::new(format!(
            "the model has no tensor `{}`",
            extra.name
        ))),
    }
}

struct Read {
    list: Vec<Parameter>,
}

impl ModuleVisitor for Read {
    fn visit_float<const D: usize>(&mut self, parameter: &Param<Tensor<D>>) {
        self.list.push(Parameter {
            name: name(self.list.len()),
            shape: parameter.dims().to_vec(),
            values: crate::host(parameter.val()),
        });
    }
}

struct ReadGradients {
    gradients: Gradients,
    list: Vec<Parameter>,
}

impl ModuleVisitor for ReadGradients {
    fn visit_float<const D: usize>(&mut self, parameter: &Param<Tensor<D>>) {
        let shape = parameter.dims().to_vec();
        let values = match parameter.val().grad_remove(&mut self.gradients) {
            Some(gradient) => crate::host(gradient),
            None => vec![0.0; shape.iter().product()],
        };
        self.list.push(Parameter {
            name: name(self.list.len()),
            shape,
            values,
        });
    }
}

struct Shapes(Vec<Vec<usize>>);

impl ModuleVisitor for Shapes {
    fn visit_float<const D: usize>(&mut self, parameter: &Param<Tensor<D>>) {
        self.0.push(parameter.dims().to_vec());
    }
}

struct Replace<'a>(slice::Iter<'a, Parameter>);

impl ModuleMapper for Replace<'_> {
    fn map_float<const D: usize>(&mut self, parameter: Param<Tensor<D>>) -> Param<Tensor<D>> {
        match self.0.next() {
            None => parameter,
            Some(from) => {
                let device = parameter.device();
                let tensor = layer::tensor(from, &device);
                // What is only evaluated has no gradients to keep.
                let trained = device.is_autodiff();
                parameter.map(|_| {
                    if trained {
                        tensor.require_grad()
                    } else {
                        tensor
                    }
                })
            }
        }
    }
}
