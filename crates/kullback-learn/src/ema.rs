//! The moving average of a model's parameters.

use crate::adam::same_lengths;
use crate::{Error, Parameter};

/// An exponential moving average of parameters, which is often better at its task than the last of them.
///
/// After each step of training, average ← d·average + (1 − d)·parameters. The decay d is 0.9999 in UDA (Xie et al.
/// 2020), which forgets the beginning over 10⁴ steps; in a run of fewer, take a warm-up.
///
/// Source: Polyak & Juditsky 1992; with exponential weights, Tarvainen & Valpola 2017.
///
/// ```
/// use kullback_learn::{Ema, Parameter};
///
/// let at = |x: f32| vec![Parameter { name: "w".into(), shape: vec![1], values: vec![x] }];
/// let mut ema = Ema::new(0.75, &at(0.0))?;
/// ema.update(&at(4.0))?;
/// assert_eq!(ema.parameters()[0].values, [1.0]);
/// # Ok::<(), kullback_learn::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Ema {
    decay: f64,
    warm_up: bool,
    updates: u64,
    average: Vec<Parameter>,
}

impl Ema {
    /// An average that begins at these parameters, with a decay from 0 to 1.
    ///
    /// # Errors
    /// For a decay outside \[0, 1\].
    pub fn new(decay: f64, parameters: &[Parameter]) -> Result<Ema, Error> {
        if !(0.0..=1.0).contains(&decay) {
            let what = format!("the decay of the moving average is {decay}");
            return Err(Error::new(what).advise("give one from 0 to 1, as 0.999"));
        }
        Ok(Ema {
            decay,
            warm_up: false,
            updates: 0,
            average: parameters.to_vec(),
        })
    }

    /// With a warm-up, the n-th update has the decay min(d, n/(n + 9)): so the average follows closely at first, and
    /// the random start is forgotten. It is what TensorFlow's `ExponentialMovingAverage` does with `num_updates` = n − 1.
    ///
    /// ```
    /// # use kullback_learn::{Ema, Parameter};
    /// # let at = |x: f32| vec![Parameter { name: "w".into(), shape: vec![1], values: vec![x] }];
    /// let mut ema = Ema::new(0.9999, &at(0.0))?.with_warm_up();
    /// ema.update(&at(1.0))?; // decay 1/10
    /// assert_eq!(ema.parameters()[0].values, [0.9]);
    /// # Ok::<(), kullback_learn::Error>(())
    /// ```
    #[must_use]
    pub fn with_warm_up(self) -> Ema {
        Ema {
            warm_up: true,
            ..self
        }
    }

    /// Takes in the parameters after a step.
    ///
    /// # Errors
    /// When they are not as many as those that it began at.
    pub fn update(&mut self, parameters: &[Parameter]) -> Result<(), Error> {
        same_lengths("the moving average", parameters, &self.average)?;
        self.updates += 1;
        let n = self.updates as f64;
        let warm = if self.warm_up { n / (n + 9.0) } else { 1.0 };
        let rest = (1.0 - self.decay.min(warm)) as f32;
        for (average, parameter) in self.average.iter_mut().zip(parameters) {
            for (average, &x) in average.values.iter_mut().zip(&parameter.values) {
                *average += rest * (x - *average);
            }
        }
        Ok(())
    }

    /// The average, to be evaluated or saved in the place of the parameters.
    pub fn parameters(&self) -> &[Parameter] {
        &self.average
    }

    /// How many updates there were.
    pub fn updates(&self) -> u64 {
        self.updates
    }

    /// Goes on from an average after so many updates, to the last bit.
    ///
    /// # Errors
    /// When it is not of as many parameters as this one.
    pub fn resume(&mut self, average: Vec<Parameter>, updates: u64) -> Result<(), Error> {
        same_lengths("the moving average", &average, &self.average)?;
        (self.average, self.updates) = (average, updates);
        Ok(())
    }
}
