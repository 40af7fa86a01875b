//! What a model's file says besides its parameters.

use std::collections::BTreeMap;
use std::path::Path;

use kullback_learn::{Classes, Features, Model};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::fail::Fail;

/// A model with all that it takes to predict the rows of a table.
pub(crate) struct ModelFile {
    pub(crate) model: Model,
    /// How columns become features.
    pub(crate) preprocessing: Features,
    pub(crate) labels: Classes,
    /// The column of the labels.
    pub(crate) label_column: String,
}

impl ModelFile {
    /// Writes the file; `settings` say how it was trained.
    pub(crate) fn save(&self, path: &Path, settings: &impl Serialize) -> Result<(), Fail> {
        let metadata = BTreeMap::from([
            ("kullback".to_owned(), env!("CARGO_PKG_VERSION").to_owned()),
            ("preprocessing".to_owned(), json(&self.preprocessing)?),
            ("labels".to_owned(), json(&self.labels)?),
            ("label_column".to_owned(), self.label_column.clone()),
            ("settings".to_owned(), json(settings)?),
        ]);
        Ok(self.model.save(path, &metadata)?)
    }

    /// Reads a file that [`save`](Self::save) wrote.
    pub(crate) fn load(path: &Path) -> Result<Self, Fail> {
        let (model, metadata) = Model::load(path)?;
        let name = path.display();
        let no_model = |key: &str| {
            Fail::new(format!(
                "{name}: its metadata `{key}` is missing or not what was written"
            ))
            .advise("give a file that kullback train wrote")
        };
        let preprocessing: Features =
            read(&metadata, "preprocessing").ok_or_else(|| no_model("preprocessing"))?;
        let labels: Classes = read(&metadata, "labels").ok_or_else(|| no_model("labels"))?;
        let label_column = metadata
            .get("label_column")
            .ok_or_else(|| no_model("label_column"))?;
        if labels.names().len() != model.classes() {
            return Err(no_model("labels"));
        }
        if preprocessing.width() != model.inputs().features() {
            return Err(no_model("preprocessing"));
        }
        Ok(Self {
            model,
            preprocessing,
            labels,
            label_column: label_column.clone(),
        })
    }
}

fn json(value: &impl Serialize) -> Result<String, Fail> {
    serde_json::to_string(value).map_err(|error| Fail::new(error.to_string()))
}

fn read<T: DeserializeOwned>(metadata: &BTreeMap<String, String>, key: &str) -> Option<T> {
    serde_json::from_str(metadata.get(key)?).ok()
}
