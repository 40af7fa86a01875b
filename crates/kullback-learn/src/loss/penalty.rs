//! Penalties on the parameters of a model.

use kullback::loss::Penalty;

use crate::adam::same_lengths;
use crate::{Error, Parameter};

/// The [`Penalty`] of all parameters, biases included as in UDA (Xie et al. 2020); its gradient is added to those of
/// a loss. To leave some out, hand in parts of the lists.
///
/// # Errors
/// When there is not one gradient for each parameter, or a parameter is NaN or infinite.
///
/// ```
/// use kullback::loss::Penalty;
/// use kullback_learn::{Parameter, loss::add_penalty};
///
/// let weights = [Parameter { name: "layers.0.weight".into(), shape: vec![2], values: vec![2.0, -1.0] }];
/// let mut gradients = weights.clone();
/// gradients[0].values = vec![0.0; 2];
/// let value = add_penalty(&Penalty::l2(0.5)?, &weights, &mut gradients)?;
/// assert_eq!((value, &gradients[0].values[..]), (1.25, &[1.0, -0.5][..]));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn add_penalty(
    penalty: &Penalty,
    parameters: &[Parameter],
    gradients: &mut [Parameter],
) -> Result<f64, Error> {
    same_lengths("the gradients", gradients, parameters)?;
    let mut value = 0.0;
    for (parameter, gradient) in parameters.iter().zip(gradients) {
        value += penalty
            .add_gradient(&parameter.values, &mut gradient.values)
            .map_err(|error| Error::from(error).at(format!("tensor `{}`", parameter.name)))?;
    }
    Ok(value)
}
