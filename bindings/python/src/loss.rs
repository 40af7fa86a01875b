//! Losses: values, and gradients by the logits or by parameters.

use std::borrow::Cow;

use kullback::batch::Real;
use kullback::loss::{Batch, DistillationScale, Error, Loss, Penalty, Reduction, Target};
use kullback::vector::Float;
use numpy::{Element, PyArray1, PyArrayMethods, PyReadonlyArrayDyn, PyUntypedArrayMethods};
use pyo3::prelude::*;

use crate::array::{InOrder, Numbers, Type};
use crate::batch::WORTH_LETTING_GO;
use crate::error::raise;
use crate::options;

/// What is said beside logits and target.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
pub(crate) struct Settings {
    temperature: f64,
    reduction: String,
    /// Whether the target is logits, and at which temperature.
    from_logits: bool,
    target_temperature: f64,
    normalize: Option<bool>,
    label_smoothing: f64,
    /// The class number of rows that do not count.
    ignore_index: Option<i64>,
    /// β of JS(β).
    beta: f64,
    /// Whether distillation multiplies by T².
    times_t_squared: bool,
}

/// Value, or one for each row, and gradient.
type Answer<'py> = (Bound<'py, PyAny>, Bound<'py, PyAny>);

/// A loss by its name in the core. A target that is an array of int64 is class numbers.
#[pyfunction]
#[pyo3(signature = (name, logits, target, weights, class_weights, settings))]
pub(crate) fn loss<'py>(
    name: &str,
    logits: &Bound<'py, PyAny>,
    target: Option<&Bound<'py, PyAny>>,
    weights: Option<&Bound<'py, PyAny>>,
    class_weights: Option<&Bound<'py, PyAny>>,
    settings: Settings,
) -> PyResult<Answer<'py>> {
    let py = logits.py();
    let logits = Numbers::new(logits, "logits")?.in_order()?;
    let Some((&classes, outer)) = logits.shape().split_last() else {
        return Err(raise(
            "logits is a single number: a row of them is expected",
        ));
    };
    let target = target.map(Given::new).transpose()?;
    if let Some(target) = &target {
        target.fits(logits.shape())?;
    }
    let list = |given: &Bound<'py, PyAny>, name, shape: &[usize]| {
        let numbers = Numbers::new(given, name)?.in_order()?;
        same_shape(name, numbers.shape(), shape)?;
        numbers.map(|weight| weight)
    };
    let weights = weights.map(|given| list(given, "weights", outer));
    let class_weights = class_weights.map(|given| list(given, "class_weights", &[classes]));
    let mut question = Question {
        name,
        classes,
        indices: Vec::new(),
        weights: weights.transpose()?,
        class_weights: class_weights.transpose()?,
        reduction: reduction(&settings.reduction)?,
        settings,
    };
    if let Some(Given::Classes(numbers)) = &target {
        question.take_classes(numbers)?;
    }
    let masses = match &target {
        Some(Given::Numbers(masses)) => Some(masses),
        _ => None,
    };
    let wide = [Some(&logits), masses].into_iter().flatten();
    if wide.clone().any(|numbers| numbers.of() == Type::F64) {
        question.ask::<f64>(py, &logits, masses)
    } else {
        question.ask::<f32>(py, &logits, masses)
    }
}

/// A target as it was given.
enum Given<'py> {
    Classes(PyReadonlyArrayDyn<'py, i64>),
    Numbers(InOrder<'py>),
}

impl<'py> Given<'py> {
    fn new(given: &Bound<'py, PyAny>) -> PyResult<Self> {
        if let Ok(classes) = given.extract() {
            return Ok(Self::Classes(classes));
        }
        Ok(Self::Numbers(Numbers::new(given, "target")?.in_order()?))
    }

    /// A number for each logit, or a class for each row.
    fn fits(&self, logits: &[usize]) -> PyResult<()> {
        match self {
            Self::Classes(classes) => {
                same_shape("target", classes.shape(), &logits[..logits.len() - 1])
            }
            Self::Numbers(numbers) => same_shape("target", numbers.shape(), logits),
        }
    }
}

fn same_shape(name: &str, shape: &[usize], expected: &[usize]) -> PyResult<()> {
    if shape == expected {
        return Ok(());
    }
    Err(raise(format!(
        "{name} has the shape {shape:?}, and beside these logits it must have {expected:?}"
    )))
}

/// What is asked of the core, but for the numbers that have a type.
struct Question<'a> {
    name: &'a str,
    classes: usize,
    indices: Vec<usize>,
    weights: Option<Vec<f64>>,
    class_weights: Option<Vec<f64>>,
    reduction: Reduction,
    settings: Settings,
}

impl Question<'_> {
    /// Takes class numbers, and leaves rows out whose number says so.
    fn take_classes(&mut self, numbers: &PyReadonlyArrayDyn<'_, i64>) -> PyResult<()> {
        let numbers = numbers.as_slice()?;
        let ignored = self.settings.ignore_index;
        if ignored.is_some_and(|ignored| numbers.contains(&ignored)) {
            let weights = self.weights.get_or_insert_with(|| vec![1.0; numbers.len()]);
            for (weight, &class) in weights.iter_mut().zip(numbers) {
                if Some(class) == ignored {
                    *weight = 0.0;
                }
            }
        }
        for (row, &class) in numbers.iter().enumerate() {
            let index = if Some(class) == ignored {
                Ok(0)
            } else {
                usize::try_from(class)
            };
            self.indices.push(index.map_err(|_| {
                raise(format!(
                    "row {row} has class {class}: the classes of {} are numbered from 0 to {}; \
                     to leave such rows out, say ignore_index={class}",
                    self.classes,
                    self.classes.saturating_sub(1)
                ))
            })?);
        }
        Ok(())
    }

    fn ask<'py, F: Real + Float + Element>(
        &self,
        py: Python<'py>,
        logits: &InOrder<'py>,
        masses: Option<&InOrder<'py>>,
    ) -> PyResult<Answer<'py>> {
        let shape = logits.shape();
        let logits = read::<F>(logits)?;
        let masses = masses.map(read::<F>).transpose()?;
        let mut gradient = vec![F::of(0.0); logits.len()];
        let mut answer = || self.answer(&logits, masses.as_deref(), &mut gradient);
        let answer = if logits.len() < WORTH_LETTING_GO {
            answer()
        } else {
            py.detach(answer)
        };
        let Loss { value, rows } = answer?;
        let outer = &shape[..shape.len() - 1];
        let value = if self.settings.reduction == "none" && !outer.is_empty() {
            let rows = PyArray1::from_vec(py, rows);
            rows.reshape(outer.to_vec())?.into_any()
        } else {
            value.into_pyobject(py)?.into_any()
        };
        let gradient = PyArray1::from_vec(py, gradient).reshape(shape.to_vec())?;
        Ok((value, gradient.into_any()))
    }

    fn answer<F: Real + Float>(
        &self,
        logits: &[F],
        masses: Option<&[F]>,
        gradient: &mut [F],
    ) -> PyResult<Loss> {
        let Settings {
            temperature, beta, ..
        } = self.settings;
        let batch = self.batch(logits).map_err(said)?;
        let target = || self.target(masses).map_err(said);
        let loss = match (self.name, &self.class_weights) {
            ("cross_entropy_target_model", None) => {
                batch.cross_entropy_target_model(&target()?, gradient)
            }
            ("cross_entropy_target_model", Some(weights)) => {
                let weights: Vec<F> = weights.iter().map(|&weight| F::of(weight)).collect();
                batch.weighted_cross_entropy_target_model(&target()?, &weights, gradient)
            }
            ("cross_entropy_model_target", _) => {
                batch.cross_entropy_model_target(&target()?, gradient)
            }
            ("kl_target_model", _) => batch.kl_target_model(&target()?, gradient),
            ("kl_from_logits", _) => batch.kl_from_logits(masses.unwrap_or_default(), gradient),
            ("kl_model_target", _) => batch.kl_model_target(&target()?, gradient),
            ("symmetric_kl", _) => batch.symmetric_kl(&target()?, gradient),
            ("js", _) => batch.js(&target()?, beta, gradient),
            ("distillation_teacher_student", _) => {
                let scale = match self.settings.times_t_squared {
                    true => DistillationScale::TimesTSquared,
                    false => DistillationScale::Plain,
                };
                let teacher = masses.unwrap_or_default();
                batch.distillation_teacher_student(teacher, temperature, scale, gradient)
            }
            ("squared_error", _) => batch.squared_error(&target()?, gradient),
            ("entropy", _) => batch.entropy(gradient),
            (name, _) => return Err(raise(format!("there is no loss '{name}'"))),
        };
        loss.map_err(said)
    }

    fn batch<'a, F: Float>(&'a self, logits: &'a [F]) -> Result<Batch<'a, F>, Error> {
        let batch = Batch::new(logits, self.classes)?.reduce(self.reduction);
        let batch = batch.at_temperature(self.settings.temperature)?;
        match &self.weights {
            Some(weights) => batch.weigh(weights),
            None => Ok(batch),
        }
    }

    fn target<'a, F: Real + Float>(
        &'a self,
        masses: Option<&'a [F]>,
    ) -> Result<Target<'a, F>, Error> {
        let Settings {
            from_logits,
            target_temperature,
            label_smoothing,
            normalize,
            ..
        } = self.settings;
        match masses {
            Some(logits) if from_logits => Target::logits(logits, self.classes, target_temperature),
            Some(masses) => Target::probabilities(masses, self.classes, options::policy(normalize)),
            None => Target::smoothed_classes(&self.indices, self.classes, label_smoothing),
        }
    }
}

/// The numbers in the core's type, as they lie or widened.
fn read<'a, F: Real + Float>(numbers: &'a InOrder<'_>) -> PyResult<Cow<'a, [F]>> {
    let is_same = match numbers.of() {
        Type::F64 => size_of::<F>() == size_of::<f64>(),
        Type::F32 => size_of::<F>() == size_of::<f32>(),
        Type::F16 | Type::Bf16 => false,
    };
    Ok(if is_same {
        Cow::Borrowed(numbers.slice()?)
    } else {
        Cow::Owned(numbers.map(F::of)?)
    })
}

fn reduction(name: &str) -> PyResult<Reduction> {
    match name {
        "sum" | "none" => Ok(Reduction::Sum),
        "mean_over_kept_rows" => Ok(Reduction::MeanOverKeptRows),
        "mean_over_all_rows" => Ok(Reduction::MeanOverAllRows),
        _ => Err(raise(format!(
            "there is no reduction '{name}': it is 'mean_over_kept_rows' (of cross-entropy what PyTorch calls mean), \
             'mean_over_all_rows' (of KL what it calls batchmean), 'sum' or 'none'"
        ))),
    }
}

/// The core's error, with what to do in the words of Python.
fn said(error: Error) -> PyErr {
    match error {
        Error::NotNormalised { row, sum } => raise(format!(
            "the target of row {row} sums to {sum}, not to 1: mend it, or say normalize=True"
        )),
        error => raise(error),
    }
}

/// L1 and L2 of parameters: the penalty, and its gradient.
#[pyfunction]
#[pyo3(signature = (parameters, l1, l2))]
pub(crate) fn penalty<'py>(
    parameters: &Bound<'py, PyAny>,
    l1: f64,
    l2: f64,
) -> PyResult<Answer<'py>> {
    let py = parameters.py();
    let penalty = Penalty::elastic_net(l1, l2).map_err(said)?;
    let numbers = Numbers::new(parameters, "parameters")?.in_order()?;
    match numbers.of() {
        Type::F64 => penalised::<f64>(py, penalty, &numbers),
        _ => penalised::<f32>(py, penalty, &numbers),
    }
}

fn penalised<'py, F: Real + Float + Element>(
    py: Python<'py>,
    penalty: Penalty,
    numbers: &InOrder<'py>,
) -> PyResult<Answer<'py>> {
    let parameters = read::<F>(numbers)?;
    let mut gradient = vec![F::of(0.0); parameters.len()];
    let value = py.detach(|| penalty.add_gradient(&parameters, &mut gradient));
    let value = value.map_err(said)?.into_pyobject(py)?.into_any();
    let gradient = PyArray1::from_vec(py, gradient).reshape(numbers.shape().to_vec())?;
    Ok((value, gradient.into_any()))
}
