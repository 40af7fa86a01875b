//! Training: two streams of rows, one step after the other.
//!
//! A [`Trainer`] takes a model, [`Data`] and [`Settings`], and is driven step by step, so that its caller may show progress,
//! write a log, and save its [state](Trainer::save) at any step. What a step does follows from the parameters, the state
//! and the step's number alone: a training that is resumed ends with the same bytes as one that was never interrupted.
//!
//! The loss of a step, each part with its own value in the [`StepLog`]:
//!
//! ```text
//! cross-entropy of labelled rows            divided by those that annealing leaves
//! + λ · consistency of unlabelled rows      divided by all of them, masked or not
//! + weight · T² · KL(teacher ‖ model)       divided by all rows that have a teacher
//! + λ₁ Σ|w| + ½ λ₂ Σ w²
//! ```

mod data;
mod order;
mod settings;
mod sparse;
mod state;
mod step;

pub use data::Data;
pub use settings::{Distillation, Settings};
pub use step::{HeldLog, StepLog};

use burn::tensor::{Tensor, TensorData};

use crate::data::Matrix;
use crate::evaluate::evaluate;
use crate::random::Purpose;
use crate::uda::Alignment;
use crate::{Adam, Ema, Error, Inputs, Model, Parameter};
use order::Order;

/// A training, between two steps.
///
/// ```
/// # use kullback::summary::Axis::Number;
/// # use kullback_learn::{Column, Features, Value::Ordered};
/// use kullback_learn::{Data, Settings, Trainer};
///
/// let values = |of: fn(i32) -> i32| (0..40).map(|i| Ordered(Number, f64::from(of(i)))).collect();
/// let x = Column { name: "x".into(), values: values(|i| i) };
/// let features = Features::fit(&[("t.csv", &[x.clone()])], None)?;
/// let labels = (0..40).map(|i| usize::from(i >= 20)).collect();
/// let settings = Settings { steps: 200, rate: 0.05, ..Settings::default() };
/// let data = Data::new(&features, features.apply(&[x])?.matrix, labels, 2, None, &settings)?;
/// let mut trainer = Trainer::new(&"softmax".parse()?, features.inputs(), &data, &settings)?;
/// let first = trainer.step()?.supervised;
/// while !trainer.is_done() {
///     assert!(trainer.step()?.supervised.is_finite());
/// }
/// let trained = trainer.finish()?;
/// assert_eq!(trained.steps, 200);
/// # assert!(first > 0.1);
/// # Ok::<(), kullback_learn::Error>(())
/// ```
#[derive(Debug)]
pub struct Trainer<'a> {
    data: &'a Data,
    settings: &'a Settings,
    model: Model,
    parameters: Vec<Parameter>,
    adam: Adam,
    ema: Option<Ema>,
    alignment: Option<Alignment>,
    step: u64,
    best: Option<Best>,
    /// Looks at the held-back rows since the best one.
    waited: u64,
    labelled: Order,
    pool: Order,
}

/// The best parameters so far, by the rows held back.
#[derive(Debug, Clone)]
struct Best {
    step: u64,
    accuracy: f64,
    nll: f64,
    parameters: Vec<Parameter>,
}

/// What training ended with. See [`Trainer`].
#[derive(Debug)]
pub struct Trained {
    /// The model: the best by the rows held back where there are any, else the last, or their moving average.
    pub model: Model,
    /// How many steps were made.
    pub steps: u64,
    /// The step, counted from 1, after which the rows held back were predicted best.
    pub best_step: Option<u64>,
}

impl<'a> Trainer<'a> {
    /// A training before its first step. The settings are those that the data was made with.
    ///
    /// # Errors
    /// As [`Model::new`]; for settings out of range.
    ///
    /// ```
    /// # use kullback::summary::Axis::Number;
    /// # use kullback_learn::{Column, Data, Features, Settings, Trainer, Value::Ordered};
    /// # let x = Column { name: "x".into(), values: (0..9).map(|i| Ordered(Number, f64::from(i))).collect() };
    /// # let features = Features::fit(&[("t.csv", &[x.clone()])], None)?;
    /// # let rows = features.apply(&[x])?.matrix;
    /// # let labels = (0..9).map(|i| usize::from(i > 4)).collect();
    /// # let settings = Settings { steps: 10, ..Settings::default() };
    /// # let data = Data::new(&features, rows, labels, 2, None, &settings)?;
    /// let error = Trainer::new(&"cnn".parse()?, features.inputs(), &data, &settings).unwrap_err();
    /// assert_eq!(error.to_string(), "cnn:16,32: rows of 1 features are no images");
    /// # Ok::<(), kullback_learn::Error>(())
    /// ```
    pub fn new(
        architecture: &crate::Architecture,
        inputs: Inputs,
        data: &'a Data,
        settings: &'a Settings,
    ) -> Result<Self, Error> {
        settings.check()?;
        let model = Model::new(architecture, inputs, data.classes, settings.seed)?;
        let parameters = model.parameters();
        let ema = settings
            .ema
            .map(|decay| Ema::new(decay, &parameters))
            .transpose()?;
        let align = settings.uda.as_ref().is_some_and(|uda| uda.align);
        Ok(Self {
            adam: Adam::new(&parameters),
            ema: ema.map(Ema::with_warm_up),
            alignment: align.then(|| Alignment::new(shares(&data.labels, data.classes))),
            step: 0,
            best: None,
            waited: 0,
            labelled: Order::new(data.labelled.rows(), settings.seed, Purpose::Labelled),
            pool: Order::new(data.pool.rows().max(1), settings.seed, Purpose::Unlabelled),
            data,
            settings,
            model,
            parameters,
        })
    }

    /// How many steps were made.
    ///
    /// ```
    /// # use kullback::summary::Axis::Number;
    /// # use kullback_learn::{Column, Data, Features, Settings, Trainer, Value::Ordered};
    /// # let x = Column { name: "x".into(), values: (0..9).map(|i| Ordered(Number, f64::from(i))).collect() };
    /// # let features = Features::fit(&[("t.csv", &[x.clone()])], None)?;
    /// # let rows = features.apply(&[x])?.matrix;
    /// # let labels = (0..9).map(|i| usize::from(i > 4)).collect();
    /// # let settings = Settings { steps: 10, ..Settings::default() };
    /// # let data = Data::new(&features, rows, labels, 2, None, &settings)?;
    /// let mut trainer = Trainer::new(&"softmax".parse()?, features.inputs(), &data, &settings)?;
    /// trainer.step()?;
    /// assert_eq!((trainer.steps(), trainer.is_done()), (1, false));
    /// # Ok::<(), kullback_learn::Error>(())
    /// ```
    pub fn steps(&self) -> u64 {
        self.step
    }

    /// Whether all steps were made, or the rows held back say that no more are needed.
    pub fn is_done(&self) -> bool {
        let enough = |patience| self.data.held.is_some() && self.waited >= patience;
        self.step >= self.settings.steps || self.settings.patience.is_some_and(enough)
    }

    /// Ends the training.
    ///
    /// # Errors
    /// When parameters and model do not fit together, which they do.
    pub fn finish(mut self) -> Result<Trained, Error> {
        let best_step = self.best.as_ref().map(|best| best.step);
        let parameters = match &self.best {
            Some(best) => best.parameters.clone(),
            None => self.current().to_vec(),
        };
        self.model.set_parameters(&parameters)?;
        Ok(Trained {
            model: self.model,
            steps: self.step,
            best_step,
        })
    }

    /// The parameters to be judged: the moving average where there is one.
    fn current(&self) -> &[Parameter] {
        self.ema.as_ref().map_or(&self.parameters, Ema::parameters)
    }

    /// Looks at the rows held back, and remembers the best.
    fn look(&mut self) -> Result<Option<HeldLog>, Error> {
        let is_due =
            self.step.is_multiple_of(self.settings.check_every) || self.step == self.settings.steps;
        let Some(held) = self.data.held.as_ref().filter(|_| is_due) else {
            return Ok(None);
        };
        let parameters = self.current().to_vec();
        let mut model = self.model.clone();
        model.set_parameters(&parameters)?;
        let found = evaluate(
            &predict(&model, &held.rows)?,
            &held.labels,
            self.data.classes,
        )
        .map_err(|error| error.at("the rows held back"))?;
        let (accuracy, nll) = (found.accuracy, found.nll);
        let better = |best: &Best| (accuracy, -nll) > (best.accuracy, -best.nll);
        if self.best.as_ref().is_none_or(better) {
            self.waited = 0;
            self.best = Some(Best {
                step: self.step,
                accuracy,
                nll,
                parameters,
            });
        } else {
            self.waited += 1;
        }
        Ok(Some(HeldLog { accuracy, nll }))
    }
}

/// The logits of a model, rows × classes, for rows of features.
///
/// # Errors
/// When the rows have another number of features than the model takes.
///
/// ```
/// use kullback_learn::{Inputs, Matrix, Model, predict};
///
/// let model = Model::new(&"softmax".parse()?, Inputs::new(2), 3, 0)?;
/// let logits = predict(&model, &Matrix { width: 2, values: vec![0.5; 8] })?;
/// assert_eq!(logits.len(), 4 * 3);
/// # Ok::<(), kullback_learn::Error>(())
/// ```
pub fn predict(model: &Model, rows: &Matrix) -> Result<Vec<f32>, Error> {
    /// Rows at a time: activations of a few thousand rows fit the memory of any machine.
    const AT_ONCE: usize = 4096;
    if rows.width != model.inputs().features() {
        return Err(Error::new(format!(
            "rows of {} features, and the model takes {}",
            rows.width,
            model.inputs().features()
        )));
    }
    let mut logits = Vec::with_capacity(rows.rows() * model.classes());
    for part in rows.values.chunks(AT_ONCE * rows.width) {
        logits.extend(crate::host(model.forward(tensor(
            model,
            part.to_vec(),
            rows.width,
        ))));
    }
    Ok(logits)
}

/// Rows of features where the model is.
fn tensor(model: &Model, values: Vec<f32>, width: usize) -> Tensor<2> {
    let rows = values.len() / width;
    Tensor::from_data(TensorData::new(values, [rows, width]), &model.device())
}

/// The share of each class.
fn shares(labels: &[usize], classes: usize) -> Vec<f64> {
    let mut shares = vec![0.0; classes];
    labels
        .iter()
        .for_each(|&label| shares[label] += 1.0 / labels.len() as f64);
    shares
}
