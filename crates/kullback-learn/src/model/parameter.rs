//! Parameters, gradients and whatever else there is one of for each parameter, as plain numbers.

/// A tensor with its name: a parameter of a model, its gradient, or an optimiser's memory of it.
///
/// Names are those of the file: `layers.0.weight`, `layers.0.bias`, `layers.1.weight`, … from the input to
/// the classes. Shapes are PyTorch's: `[outputs, inputs]` of a dense layer,
/// `[outputs, inputs, height, width]` of a convolution.
///
/// ```
/// use kullback_learn::{Architecture, Inputs, Model};
///
/// let model = Model::new(&Architecture::Softmax, Inputs::new(4), 3, 0)?;
/// let [weight, bias] = &model.parameters()[..] else { panic!() };
/// assert_eq!((weight.name.as_str(), weight.shape.as_slice()), ("layers.0.weight", [3, 4].as_slice()));
/// assert_eq!((bias.name.as_str(), bias.values.as_slice()), ("layers.0.bias", [0.0; 3].as_slice()));
/// # Ok::<(), kullback_learn::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Parameter {
    /// `layers.N.weight` or `layers.N.bias`.
    pub name: String,
    /// How many entries in each dimension.
    pub shape: Vec<usize>,
    /// The entries, the last dimension fastest.
    pub values: Vec<f32>,
}
