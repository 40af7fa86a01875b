//! One step.

use kullback::loss::{DistillationScale, Penalty, Reduction, Target};
use rayon::prelude::*;
use serde::Serialize;

use super::data::Teacher;
use super::{Data, Settings, Trainer, sparse, tensor};
use crate::data::Matrix;
use crate::evaluate::softmax;
use crate::loss::{Loss, add_penalty, loss};
use crate::random::{Purpose, Random};
use crate::uda::unlearnt;
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
    fn of(data: &Data, settings: &Settings, trainer: (Vec<usize>, Vec<usize>), step: u64) -> Self {
        let (labelled, pool) = trainer;
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

impl Trainer<'_> {
    /// Makes a step.
    ///
    /// # Errors
    /// When a loss or a gradient is not finite any more: it names the step and the rows. The training is then as it was
    /// before the step, and can be [saved](Trainer::save).
    pub fn step(&mut self) -> Result<StepLog, Error> {
        let (data, settings, classes) = (self.data, self.settings, self.data.classes);
        let labelled = self.labelled.step(self.step, settings.batch);
        let takes_pool = settings.uda.is_some() || matches!(data.teacher, Some(Teacher::Pool(_)));
        let pool = match takes_pool {
            true => self.pool.step(self.step, settings.ratio * settings.batch),
            false => Vec::new(),
        };
        let rows = Rows::of(data, settings, (labelled, pool), self.step);
        let kinds = rows.kinds(data.labelled.width);
        let logits = self.model.forward(tensor(
            &self.model,
            rows.values.clone(),
            data.labelled.width,
        ));
        let numbers = crate::host(logits.clone());
        self.refuse_not_finite(&rows, &numbers)?;
        let [labelled, plain, _] = kinds;
        let (of_labelled, rest) = numbers.split_at(labelled * classes);
        let (of_plain, of_views) = rest.split_at(plain * classes);
        let part = |first: usize, rows: usize| logits.clone().narrow(0, first, rows);

        let labels: Vec<usize> = rows.labelled.iter().map(|&row| data.labels[row]).collect();
        let (supervised, labelled_share) =
            self.supervised(part(0, labelled), of_labelled, &labels)?;
        let mut total = supervised.tensor.clone();
        let mut value = supervised.value;
        let mut add = |found: Loss, weight: f64| {
            value += weight * found.value;
            total = total.clone() + found.tensor * weight;
        };

        let (mut consistency, mut mask_share) = (None, None);
        if let Some(uda) = &settings.uda {
            let mut target = of_plain.to_vec();
            let predictions: Vec<Vec<f64>> = of_plain.chunks(classes).map(softmax).collect();
            if let Some(alignment) = &mut self.alignment {
                alignment.update(&predictions);
                target
                    .chunks_mut(classes)
                    .for_each(|row| alignment.apply(row));
            }
            let aligned: Vec<Vec<f64>> = target.chunks(classes).map(softmax).collect();
            let sure = uda.confident(&aligned);
            mask_share = Some(share(&sure));
            let views = part(labelled + plain, plain);
            let found = loss(views, |batch, gradient| {
                let batch = batch.keep(&sure)?.reduce(Reduction::MeanOverAllRows);
                let target = Target::logits(&target, classes, uda.sharpen)?;
                uda.computed().loss(&batch, &target, gradient)
            })?;
            consistency = Some(found.value);
            add(found, uda.weight);
            if uda.moving_target {
                let mut back = loss(part(labelled, plain), |batch, gradient| {
                    let batch = batch.keep(&sure)?.reduce(Reduction::MeanOverAllRows);
                    let batch = batch.at_temperature(uda.sharpen)?;
                    let target = Target::logits(of_views, classes, 1.0)?;
                    uda.computed().turned().loss(&batch, &target, gradient)
                })?;
                // It is the same loss once more, for the sake of its gradient.
                back.value = 0.0;
                add(back, uda.weight);
            }
        }

        let mut distillation = None;
        if let (Some(with), Some(teacher)) = (settings.distillation, &data.teacher) {
            let (student, teacher) = match teacher {
                Teacher::Labelled(teacher) => (part(0, labelled), teacher.select(&rows.labelled)),
                Teacher::Pool(teacher) => (part(labelled, plain), teacher.select(&rows.pool)),
            };
            let found = loss(student, |batch, gradient| {
                let scale = DistillationScale::TimesTSquared;
                let temperature = with.temperature;
                batch.distillation_teacher_student(&teacher.values, temperature, scale, gradient)
            })?;
            distillation = Some(found.value);
            add(found, with.weight);
        }
        if !value.is_finite() {
            return Err(self.not_finite(format!("the loss is {value}")));
        }

        let mut gradients = self.model.gradients(&total);
        let penalty = self.descend(&mut gradients)?;
        let rate = settings.rate_at(self.step);
        self.step += 1;
        if let Some(ema) = &mut self.ema {
            ema.update(&self.parameters)?;
        }
        let held = self.look()?;
        Ok(StepLog {
            step: self.step,
            rate,
            loss: value + penalty,
            supervised: supervised.value,
            labelled_share,
            consistency,
            mask_share,
            distillation,
            penalty,
            held,
        })
    }

    /// Cross-entropy of labelled rows, and the share of them that annealing left.
    fn supervised(
        &self,
        logits: burn::tensor::Tensor<2>,
        numbers: &[f32],
        labels: &[usize],
    ) -> Result<(Loss, Option<f64>), Error> {
        use crate::uda::Preset;
        let (classes, smoothing) = (self.data.classes, self.settings.smoothing);
        let annealing = self
            .settings
            .uda
            .as_ref()
            .and_then(|uda| Some((uda.annealing?, uda.preset)));
        let t = self.step as f64 / self.settings.steps as f64;
        let kept = annealing
            .map(|(annealing, preset)| unlearnt(annealing, preset, numbers, labels, classes, t));
        let reduction = match (annealing, &kept) {
            (Some((_, Preset::TorchSsl)), _) => Reduction::MeanOverAllRows,
            // The divisor is max(Σ mask, 1), and the sum of no rows is 0.
            (_, Some(kept)) if !kept.contains(&true) => Reduction::Sum,
            _ => Reduction::MeanOverKeptRows,
        };
        let found = loss(logits, |batch, gradient| {
            let batch = match &kept {
                Some(kept) => batch.keep(kept)?,
                None => batch,
            };
            let target = match smoothing {
                0.0 => Target::classes(labels, classes)?,
                smoothing => Target::smoothed_classes(labels, classes, smoothing)?,
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
