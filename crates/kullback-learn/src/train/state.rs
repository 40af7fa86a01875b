//! The state of a training in a file, from which it goes on to the last bit.

use std::collections::BTreeMap;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::{Best, Trainer};
use crate::{Adam, Error, Parameter, read_parameters, write_parameters};

/// What the file says besides tensors. Numbers are held as their bits, and come back as they were.
#[derive(Serialize, Deserialize)]
struct Head {
    settings: serde_json::Value,
    /// Of the rows of training.
    fingerprint: u64,
    step: u64,
    waited: u64,
    average_updates: Option<u64>,
    alignment: Option<Vec<u64>>,
    best: Option<BestHead>,
}

#[derive(Serialize, Deserialize)]
struct BestHead {
    step: u64,
    accuracy: u64,
    nll: u64,
}

/// The metadata that holds the head.
const KEY: &str = "training";

impl Trainer<'_> {
    /// Writes all that the training needs to go on, as `.safetensors`, completely or not at all.
    ///
    /// Tensors are `model.*`, Adam's `adam.*.mean` and `adam.*.square`, and, where there are any, `average.*` and `best.*`;
    /// the metadata `training` is JSON: the settings, a hash of the rows, the step.
    ///
    /// # Errors
    /// When the file cannot be written.
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
    /// let begin = || Trainer::new(&"softmax".parse()?, features.inputs(), &data, &settings);
    /// let mut first = begin()?;
    /// first.step()?;
    /// # let folder = tempfile::tempdir().unwrap();
    /// # let path = folder.path().join("state");
    /// first.save(&path)?;
    /// let mut second = begin()?;
    /// second.resume(&path)?;
    /// assert_eq!(first.step()?, second.step()?);
    /// # Ok::<(), kullback_learn::Error>(())
    /// ```
    pub fn save(&self, path: impl AsRef<Path>) -> Result<(), Error> {
        let path = path.as_ref();
        let bits = |values: &Vec<f64>| values.iter().map(|x| x.to_bits()).collect();
        let head = Head {
            settings: json(self.settings)?,
            fingerprint: self.data.fingerprint(),
            step: self.step,
            waited: self.waited,
            average_updates: self.ema.as_ref().map(|ema| ema.updates()),
            alignment: self
                .alignment
                .as_ref()
                .map(|alignment| bits(&alignment.mean)),
            best: self.best.as_ref().map(|best| BestHead {
                step: best.step,
                accuracy: best.accuracy.to_bits(),
                nll: best.nll.to_bits(),
            }),
        };
        let mut tensors = prefixed("model", &self.parameters);
        tensors.extend(prefixed("adam", &self.adam.state()));
        if let Some(ema) = &self.ema {
            tensors.extend(prefixed("average", ema.parameters()));
        }
        if let Some(best) = &self.best {
            tensors.extend(prefixed("best", &best.parameters));
        }
        let metadata = BTreeMap::from([(KEY.to_owned(), json(&head)?.to_string())]);
        write_parameters(path, &metadata, &tensors)
    }

    /// Goes on from a state that was saved, with the same model, data and settings.
    ///
    /// # Errors
    /// When the file cannot be read, or is of another training: other settings, which are named, or other rows.
    pub fn resume(&mut self, path: impl AsRef<Path>) -> Result<(), Error> {
        let path = path.as_ref();
        let (metadata, tensors) = read_parameters(path)?;
        self.restore(&metadata, tensors)
            .map_err(|error| error.at(path.display()))
    }

    fn restore(
        &mut self,
        metadata: &BTreeMap<String, String>,
        tensors: Vec<Parameter>,
    ) -> Result<(), Error> {
        const ADVICE: &str = "it is written beside the model by `kullback train`";
        let no_state = || Error::new("is no state of a training").advise(ADVICE);
        let head = metadata.get(KEY).ok_or_else(no_state)?;
        let head: Head = serde_json::from_str(head).map_err(|_| no_state())?;
        self.same_settings(&head.settings)?;
        if head.fingerprint != self.data.fingerprint() {
            return Err(Error::new("is of a training on other rows")
                .advise("give the same tables and options, or begin anew without --resume"));
        }
        let mut named: BTreeMap<String, Parameter> = tensors
            .into_iter()
            .map(|tensor| (tensor.name.clone(), tensor))
            .collect();
        let mut take = |prefix: &str, like: &[Parameter]| -> Result<Vec<Parameter>, Error> {
            let take = |like: &Parameter| {
                let name = format!("{prefix}.{}", like.name);
                let found = named
                    .remove(&name)
                    .filter(|found| found.shape == like.shape);
                let bad = || Error::new(format!("lacks the tensor `{name}`, of {:?}", like.shape));
                found.ok_or_else(bad).map(|found| Parameter {
                    name: like.name.clone(),
                    ..found
                })
            };
            like.iter().map(take).collect()
        };
        let parameters = take("model", &self.parameters)?;
        let state = take("adam", &self.adam.state())?;
        let steps = u32::try_from(head.step).map_err(|_| no_state())?;
        self.adam = Adam::restore(&parameters, steps, state)?;
        if let (Some(ema), Some(updates)) = (&mut self.ema, head.average_updates) {
            ema.resume(take("average", &parameters)?, updates)?;
        }
        if let (Some(alignment), Some(bits)) = (&mut self.alignment, head.alignment) {
            alignment.mean = bits.into_iter().map(f64::from_bits).collect();
        }
        self.best = match head.best {
            None => None,
            Some(best) => Some(Best {
                step: best.step,
                accuracy: f64::from_bits(best.accuracy),
                nll: f64::from_bits(best.nll),
                parameters: take("best", &parameters)?,
            }),
        };
        (self.step, self.waited) = (head.step, head.waited);
        self.model.set_parameters(&parameters)?;
        self.parameters = parameters;
        Ok(())
    }

    /// That the state is of a training with these settings.
    fn same_settings(&self, theirs: &serde_json::Value) -> Result<(), Error> {
        let ours = json(self.settings)?;
        if ours == *theirs {
            return Ok(());
        }
        let differ = |name: &&String| ours.get(name.as_str()) != theirs.get(name.as_str());
        let names: Vec<&str> = (ours.as_object().into_iter())
            .flat_map(|ours| ours.keys())
            .filter(differ)
            .map(String::as_str)
            .collect();
        Err(Error::new(format!(
            "is of a training with other settings: {}",
            names.join(", ")
        ))
        .advise("give the same options, or begin anew without --resume"))
    }
}

fn json(value: &impl Serialize) -> Result<serde_json::Value, Error> {
    serde_json::to_value(value).map_err(|error| Error::new(error.to_string()))
}

fn prefixed(prefix: &str, list: &[Parameter]) -> Vec<Parameter> {
    let name = |x: &Parameter| Parameter {
        name: format!("{prefix}.{}", x.name),
        ..x.clone()
    };
    list.iter().map(name).collect()
}
