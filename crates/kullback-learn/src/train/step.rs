//! One step.

use burn::tensor::Tensor;
use kullback::loss::{DistillationScale, Penalty, Reduction, Target};
use rayon::prelude::*;
use serde::Serialize;

use super::data::Teacher;
use super::{Data, Settings, Trainer, sparse, tensor};
use crate::data::Matrix;
use crate::evaluate::softmax;
use crate::loss::{Loss, add_penalty, loss};
use crate::random::{Purpose, Random};
use crate::uda::{Alignment, Preset, Uda, unlearnt};
use crate::{Error, Parameter};

/// What a step did: a line of the log. Losses are in nats, as they were before the step.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct StepLog {
    /// The step, counted from 1.
    pub step: u64,
    /// Its learning rate.
    pub rate: f64,
    /// What was minimised: the parts, times their weights, and the penalty.
    pub loss: f64,
    /// Cross-entropy of the labelled rows.
    pub supervised: f64,
    /// The share of the labelled rows that annealing left, where there is annealing.
    pub labelled_share: Option<f64>,
    /// The consistency loss, not weighted.
    pub consistency: Option<f64>,
    /// The share of the unlabelled rows whose prediction was sure enough to count.
    pub mask_share: Option<f64>,
    /// T²·KL(teacher‖model), not weighted.
    pub distillation: Option<f64>,
    /// λ₁ Σ|w| + ½ λ₂ Σ w².
    pub penalty: f64,
    /// The rows held back, where they were looked at after this step.
    pub held: Option<HeldLog>,
}

/// What the rows held back said.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct HeldLog {
    /// The share of rows that are right.
    pub accuracy: f64,
    /// Mean −ln q(label), in nats.
    pub nll: f64,
}

/// The rows of a step: labelled ones, rows of the pool as they are, and other views of them.
struct Rows {
    labelled: Vec<usize>,
    pool: Vec<usize>,
    values: Vec<f32>,
}

impl Rows {
    fn of(
        data: &Data,
        settings: &Settings,
        labelled: Vec<usize>,
        pool: Vec<usize>,
        step: u64,
    ) -> Self {
        let mut values = data.labelled.select(&labelled);
        if settings.augment_labelled {
            augment(data, settings, &mut values, Purpose::AugmentLabelled, step);
        }
        let mut all = values.values;
        if !pool.is_empty() {
            let mut plain = data.pool.select(&pool);
            all.extend_from_slice(&plain.values);
            if settings.uda.is_some() {
                augment(data, settings, &mut plain, Purpose::AugmentUnlabelled, step);
                all.extend(plain.values);
            }
        }
        Self {
            labelled,
            pool,
            values: all,
        }
    }

    /// How many rows there are of each kind: labelled, plain, views.
    fn kinds(&self, width: usize) -> [usize; 3] {
        let (labelled, plain) = (self.labelled.len(), self.pool.len());
        [
            labelled,
            plain,
            self.values.len() / width - labelled - plain,
        ]
    }
}

fn augment(data: &Data, settings: &Settings, rows: &mut Matrix, purpose: Purpose, step: u64) {
    let others = if data.pool.rows() > 0 {
        &data.pool
    } else {
        &data.labelled
    };
    rows.values
        .par_chunks_mut(rows.width)
        .enumerate()
        .for_each(|(i, row)| {
            let mut random = Random::new(settings.seed, purpose, [step, i as u64]);
            data.augmenter.apply(row, others, &mut random);
        });
}

/// The kinds of rows in a step, in their order.
const LABELLED: usize = 0;
const PLAIN: usize = 1;
const VIEWS: usize = 2;

/// The logits of all rows of a step, from one pass.
struct Forward {
    logits: Tensor<2>,
    numbers: Vec<f32>,
    classes: usize,
    kinds: [usize; 3],
}

impl Forward {
    fn first(&self, kind: usize) -> usize {
        self.kinds[..kind].iter().sum()
    }

    /// The logits of a kind of rows, with their graph.
    fn tensor(&self, kind: usize) -> Tensor<2> {
        self.logits
            .clone()
            .narrow(0, self.first(kind), self.kinds[kind])
    }

    /// The same without.
    fn numbers(&self, kind: usize) -> &[f32] {
        let first = self.first(kind);
        &self.numbers[first * self.classes..(first + self.kinds[kind]) * self.classes]
    }
}

/// The parts of a step's loss, added up.
struct Total {
    tensor: Tensor<1>,
    value: f64,
}

impl Total {
    fn add(&mut self, found: Loss, weight: f64) {
        self.value += weight * found.value;
        self.tensor = self.tensor.clone() + found.tensor * weight;
    }
}

impl Trainer<'_> {
    /// Makes a step.
    ///
    /// # Errors
    /// When a loss or a gradient is not finite any more: it names the step and the rows. The training is then as it was
    /// before the step, and can be [saved](Trainer::save).
    pub fn step(&mut self) -> Result<StepLog, Error> {
        let (data, settings) = (self.data, self.settings);
        let rows = self.rows();
        let width = data.labelled.width;
        let logits = self
            .model
            .forward(tensor(&self.model, rows.values.clone(), width));
        let forward = Forward {
            numbers: crate::host(logits.clone()),
            logits,
            classes: data.classes,
            kinds: rows.kinds(width),
        };
        self.refuse_not_finite(&rows, &forward.numbers)?;

        let (found, labelled_share) = self.supervised(&rows, &forward)?;
        let supervised = found.value;
        let mut total = Total {
            tensor: found.tensor,
            value: found.value,
        };
        let mut alignment = self.alignment.clone();
        let views = match &settings.uda {
            Some(uda) => Some(self.consistency(uda, &forward, alignment.as_mut(), &mut total)?),
            None => None,
        };
        let distillation = self.distillation(&rows, &forward, &mut total)?;
        if !total.value.is_finite() {
            return Err(self.not_finite(format!("the loss is {}", total.value)));
        }
        let mut gradients = self.model.gradients(&total.tensor);
        let penalty = self.descend(&mut gradients)?;
        self.alignment = alignment;
        if let Some(ema) = &mut self.ema {
            ema.update(&self.parameters)?;
        }
        let rate = settings.rate_at(self.step);
        self.step += 1;
        Ok(StepLog {
            step: self.step,
            rate,
            loss: total.value + penalty,
            supervised,
            labelled_share,
            consistency: views.map(|(loss, _)| loss),
            mask_share: views.map(|(_, share)| share),
            distillation,
            penalty,
            held: self.look()?,
        })
    }

    /// The rows of the next step.
    fn rows(&mut self) -> Rows {
        let (data, settings) = (self.data, self.settings);
        let labelled = self.labelled.step(self.step, settings.batch);
        let takes_pool = settings.uda.is_some() || matches!(data.teacher, Some(Teacher::Pool(_)));
        let pool = match takes_pool {
            true => self.pool.step(self.step, settings.ratio * settings.batch),
            false => Vec::new(),
        };
        Rows::of(data, settings, labelled, pool, self.step)
    }

    /// Adds the consistency loss; gives its value, and the share of rows that counted.
    fn consistency(
        &self,
        uda: &Uda,
        forward: &Forward,
        alignment: Option<&mut Alignment>,
        total: &mut Total,
    ) -> Result<(f64, f64), Error> {
        let classes = forward.classes;
        let mut target = forward.numbers(PLAIN).to_vec();
        if let Some(alignment) = alignment {
            let rows: Vec<Vec<f64>> = target.chunks(classes).map(softmax).collect();
            alignment.update(&rows);
            target
                .chunks_mut(classes)
                .for_each(|row| alignment.apply(row));
        }
        let rows: Vec<Vec<f64>> = target.chunks(classes).map(softmax).collect();
        let sure = uda.confident(&rows);
        let found = loss(forward.tensor(VIEWS), |batch, gradient| {
            let batch = batch.keep(&sure)?.reduce(Reduction::MeanOverAllRows);
            let target = Target::logits(&target, classes, uda.sharpen)?;
            uda.computed().loss(&batch, &target, gradient)
        })?;
        let value = found.value;
        total.add(found, uda.weight);
        if uda.moving_target {
            let found = loss(forward.tensor(PLAIN), |batch, gradient| {
                let batch = batch.keep(&sure)?.reduce(Reduction::MeanOverAllRows);
                let batch = batch.at_temperature(uda.sharpen)?;
                let target = Target::logits(forward.numbers(VIEWS), classes, 1.0)?;
                uda.computed().loss_by_target(&batch, &target, gradient)
            })?;
            // The same loss once more, for its gradient alone.
            total.add(
                Loss {
                    value: 0.0,
                    ..found
                },
                uda.weight,
            );
        }
        Ok((value, share(&sure)))
    }

    /// Adds the loss of the teacher's rows, where there is a teacher, and gives its value.
    fn distillation(
        &self,
        rows: &Rows,
        forward: &Forward,
        total: &mut Total,
    ) -> Result<Option<f64>, Error> {
        let (Some(with), Some(teacher)) = (self.settings.distillation, &self.data.teacher) else {
            return Ok(None);
        };
        let (student, teacher) = match teacher {
            Teacher::Labelled(teacher) => (LABELLED, teacher.select(&rows.labelled)),
            Teacher::Pool(teacher) => (PLAIN, teacher.select(&rows.pool)),
        };
        let found = loss(forward.tensor(student), |batch, gradient| {
            let scale = DistillationScale::TimesTSquared;
            batch.distillation_teacher_student(&teacher.values, with.temperature, scale, gradient)
        })?;
        let value = found.value;
        total.add(found, with.weight);
        Ok(Some(value))
    }

    /// Cross-entropy of labelled rows, and the share of them that annealing left.
    fn supervised(&self, rows: &Rows, forward: &Forward) -> Result<(Loss, Option<f64>), Error> {
        let (classes, smoothing) = (self.data.classes, self.settings.smoothing);
        let labels: Vec<usize> = rows
            .labelled
            .iter()
            .map(|&row| self.data.labels[row])
            .collect();
        let annealing = self
            .settings
            .uda
            .as_ref()
            .and_then(|uda| Some((uda.annealing?, uda.preset)));
        let t = self.step as f64 / self.settings.steps as f64;
        let kept = annealing.map(|(annealing, preset)| {
            unlearnt(
                annealing,
                preset,
                forward.numbers(LABELLED),
                &labels,
                classes,
                t,
            )
        });
        let reduction = match (annealing, &kept) {
            (Some((_, Preset::TorchSsl)), _) => Reduction::MeanOverAllRows,
            // The divisor is max(Σ mask, 1), and the sum of no rows is 0.
            (_, Some(kept)) if !kept.contains(&true) => Reduction::Sum,
            _ => Reduction::MeanOverKeptRows,
        };
        let found = loss(forward.tensor(LABELLED), |batch, gradient| {
            let batch = match &kept {
                Some(kept) => batch.keep(kept)?,
                None => batch,
            };
            let target = match smoothing {
                0.0 => Target::classes(&labels, classes)?,
                smoothing => Target::smoothed_classes(&labels, classes, smoothing)?,
            };
            batch
                .reduce(reduction)
                .cross_entropy_target_model(&target, gradient)
        })?;
        Ok((found, kept.as_deref().map(share)))
    }

    /// Adds the penalty's gradient and steps against all of it, unless it is not finite; gives the penalty.
    fn descend(&mut self, gradients: &mut [Parameter]) -> Result<f64, Error> {
        let settings = self.settings;
        let mut penalty = 0.0;
        if settings.l1 > 0.0 || settings.l2 > 0.0 {
            let both = Penalty::elastic_net(settings.l1, settings.l2)?;
            penalty = add_penalty(&both, &self.parameters, gradients)?;
        }
        if settings.l1 > 0.0 {
            sparse::hold_zeros(settings.l1, &self.parameters, gradients);
        }
        for gradient in &*gradients {
            if let Some(bad) = gradient.values.iter().find(|x| !x.is_finite()) {
                return Err(self.not_finite(format!("a gradient of `{}` is {bad}", gradient.name)));
            }
        }
        let mut next = self.parameters.clone();
        self.adam
            .step(settings.rate_at(self.step), &mut next, gradients)?;
        if settings.l1 > 0.0 {
            sparse::stop_at_zero(&self.parameters, gradients, &mut next);
        }
        self.parameters = next;
        self.model.set_parameters(&self.parameters)?;
        Ok(penalty)
    }

    /// Stops where a logit is NaN or infinite, and says of which rows.
    fn refuse_not_finite(&self, rows: &Rows, logits: &[f32]) -> Result<(), Error> {
        const SHOWN: usize = 5;
        let kinds = rows.kinds(self.data.labelled.width);
        let bad: Vec<usize> = (logits.chunks(self.data.classes).enumerate())
            .filter(|(_, row)| row.iter().any(|logit| !logit.is_finite()))
            .map(|(i, _)| i)
            .collect();
        if bad.is_empty() {
            return Ok(());
        }
        let name = |&i: &usize| match i.checked_sub(kinds[0]) {
            None => format!("labelled row {}", rows.labelled[i] + 1),
            Some(i) => match rows.pool[i % kinds[1]] {
                row if row < self.data.unlabelled => format!("unlabelled row {}", row + 1),
                row => format!("labelled row {}", row - self.data.unlabelled + 1),
            },
        };
        let mut shown: Vec<String> = Vec::new();
        for name in bad.iter().map(name) {
            if !shown.contains(&name) {
                shown.push(name);
            }
        }
        let more = match shown.len().saturating_sub(SHOWN) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        shown.truncate(SHOWN);
        Err(self.not_finite(format!(
            "the loss is not a number: the logits of {}{more} are not finite",
            shown.join(", ")
        )))
    }

    fn not_finite(&self, what: String) -> Error {
        let rate = self.settings.rate;
        Error::new(what)
            .at(format!("step {}", self.step + 1))
            .advise(format!(
                "take a smaller learning rate than {rate:e}, as --rate {:.0e}",
                rate / 10.0
            ))
    }
}

/// The share that is true.
fn share(all: &[bool]) -> f64 {
    all.iter().filter(|&&x| x).count() as f64 / all.len() as f64
}
