//! Adam, over plain numbers: its state is all there, so that training goes on to the last bit.

use crate::{Error, Parameter};

/// Adam, with the learning rate of each step given by the caller.
///
/// At step t, of a gradient g:
///
/// ```text
/// m ← β₁ m + (1 − β₁) g        v ← β₂ v + (1 − β₂) g²
/// w ← w − rate · m/(1 − β₁ᵗ) / (√(v/(1 − β₂ᵗ)) + ε)
/// ```
///
/// An update is a function of the numbers alone, one after the other: the same bits on any number of threads.
///
/// Source: Kingma & Ba 2015.
///
/// ```
/// use kullback_learn::{Adam, Inputs, Model};
///
/// let model = Model::new(&"softmax".parse()?, Inputs::new(2), 3, 0)?;
/// let (mut parameters, mut gradients) = (model.parameters(), model.parameters());
/// gradients[1].values = vec![2.0, -0.5, 0.0]; // of the biases, which are 0
/// let mut adam = Adam::new(&parameters);
/// adam.step(1e-3, &mut parameters, &gradients)?;
/// // The first step is as long as the rate, whatever the gradient.
/// assert!((parameters[1].values[0] + 1e-3).abs() < 1e-9 && (parameters[1].values[1] - 1e-3).abs() < 1e-9);
/// # Ok::<(), kullback_learn::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Adam {
    steps: u32,
    /// m of all parameters, then v of all.
    moments: [Vec<Parameter>; 2],
}

const BETA: [f64; 2] = [0.9, 0.999];
const EPSILON: f64 = 1e-8;

impl Adam {
    /// Before the first step: β₁ = 0.9, β₂ = 0.999, ε = 10⁻⁸.
    pub fn new(parameters: &[Parameter]) -> Adam {
        let zeros = |of: &str| -> Vec<Parameter> {
            let zero = |x: &Parameter| Parameter {
                name: format!("{}.{of}", x.name),
                shape: x.shape.clone(),
                values: vec![0.0; x.values.len()],
            };
            parameters.iter().map(zero).collect()
        };
        Adam {
            steps: 0,
            moments: ["mean", "square"].map(zeros),
        }
    }

    /// One step against the gradients.
    ///
    /// # Errors
    /// When parameters or gradients are not those, in number and length, that the optimiser was made for.
    pub fn step(
        &mut self,
        rate: f64,
        parameters: &mut [Parameter],
        gradients: &[Parameter],
    ) -> Result<(), Error> {
        let [means, squares] = &mut self.moments;
        same_lengths("the parameters", parameters, means)?;
        same_lengths("the gradients", gradients, means)?;
        self.steps = self.steps.saturating_add(1);
        let t = f64::from(self.steps);
        let [unbias_mean, unbias_square] = BETA.map(|beta| 1.0 / (1.0 - beta.powf(t)));
        let step = (rate * unbias_mean) as f32;
        let unbias_square = unbias_square as f32;
        let [b1, b2] = BETA.map(|beta| beta as f32);
        let [c1, c2] = BETA.map(|beta| (1.0 - beta) as f32);
        let lists = (parameters.iter_mut().zip(gradients)).zip(means.iter_mut().zip(squares));
        for ((parameter, gradient), (mean, square)) in lists {
            let values = parameter.values.iter_mut().zip(&gradient.values);
            let moments = mean.values.iter_mut().zip(&mut square.values);
            for ((w, &g), (m, v)) in values.zip(moments) {
                *m = b1 * *m + c1 * g;
                *v = b2 * *v + c2 * (g * g);
                *w -= step * *m / ((*v * unbias_square).sqrt() + EPSILON as f32);
            }
        }
        Ok(())
    }

    /// How many steps were taken.
    pub fn steps(&self) -> u32 {
        self.steps
    }

    /// All that it remembers, besides the number of steps: `….mean` of all parameters, then `….square`.
    pub fn state(&self) -> Vec<Parameter> {
        self.moments.concat()
    }

    /// The optimiser as it was after so many steps, from its state: the next step is the same to the last bit.
    ///
    /// # Errors
    /// When the state has other names or lengths than that of an optimiser of these parameters.
    ///
    /// ```
    /// # use kullback_learn::{Adam, Inputs, Model};
    /// let parameters = Model::new(&"softmax".parse()?, Inputs::new(2), 3, 0)?.parameters();
    /// let mut adam = Adam::new(&parameters);
    /// adam.step(1e-3, &mut parameters.clone(), &parameters)?;
    /// assert_eq!(Adam::restore(&parameters, adam.steps(), adam.state())?, adam);
    /// # Ok::<(), kullback_learn::Error>(())
    /// ```
    pub fn restore(
        parameters: &[Parameter],
        steps: u32,
        state: Vec<Parameter>,
    ) -> Result<Adam, Error> {
        let mut adam = Adam::new(parameters);
        let expected = adam.state();
        same_lengths("the state", &state, &expected)?;
        for (found, expected) in state.iter().zip(&expected) {
            if found.name != expected.name || found.shape != expected.shape {
                let what = format!("`{}` where `{}` should be", found.name, expected.name);
                return Err(Error::new(what).at("the optimiser's state"));
            }
        }
        let mut means = state;
        let squares = means.split_off(parameters.len());
        adam.moments = [means, squares];
        adam.steps = steps;
        Ok(adam)
    }
}

/// That two lists have as many entries, each of as many numbers.
pub(crate) fn same_lengths(
    what: &str,
    found: &[Parameter],
    expected: &[Parameter],
) -> Result<(), Error> {
    if found.len() != expected.len() {
        let counts = format!(
            "{} tensors where there must be {}",
            found.len(),
            expected.len()
        );
        return Err(Error::new(counts).at(what));
    }
    for (found, expected) in found.iter().zip(expected) {
        let (len, wanted) = (found.values.len(), expected.values.len());
        if len != wanted {
            let counts = format!("{len} values where there must be {wanted}");
            return Err(Error::new(counts)
                .at(format!("tensor `{}`", found.name))
                .at(what));
        }
    }
    Ok(())
}
