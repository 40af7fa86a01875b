//! Models in `.safetensors` files, which say themselves what model they hold.

use std::fs;
use std::path::Path;

use kullback_model::{Dtype, SafeTensors, write_safetensors};

use super::{Architecture, Inputs, Metadata, Model, Parameter, check, name, shapes};
use crate::Error;

/// The metadata that a model is made from; see [`Model::save`].
const KEYS: [&str; 4] = ["architecture", "features", "image", "classes"];

impl Model {
    /// Writes the model as `.safetensors`, `F32`, with PyTorch's names and shapes of tensors, so that
    /// `kullback weights` and PyTorch read it.
    ///
    /// Its metadata are `metadata` and what the model is made from: `architecture` (as `mlp:128,128`),
    /// `features`, `classes`, and `image` (as `8x8`) where there are images. The same model and metadata are the
    /// same bytes. The file is complete or not there: it is written beside `path` as `….part` and then renamed.
    ///
    /// # Errors
    /// When the file cannot be written, or `metadata` has one of the four keys.
    ///
    /// ```
    /// use std::collections::BTreeMap;
    /// use kullback_learn::{Inputs, Model};
    ///
    /// let model = Model::new(&"cnn:4".parse()?, Inputs::image(8, 8), 10, 0)?;
    /// let metadata = BTreeMap::from([("labels".to_owned(), "0 to 9".to_owned())]);
    /// # let folder = tempfile::tempdir().unwrap();
    /// # let path = folder.path().join("model.safetensors");
    /// model.save(&path, &metadata)?;
    /// let (loaded, metadata) = Model::load(&path)?;
    /// assert_eq!(loaded.parameters(), model.parameters());
    /// assert_eq!(metadata["labels"], "0 to 9");
    /// # Ok::<(), kullback_learn::Error>(())
    /// ```
    pub fn save(&self, path: impl AsRef<Path>, metadata: &Metadata) -> Result<(), Error> {
        let path = path.as_ref();
        let in_file = |error: Error| error.at(path.display());
        if let Some(key) = KEYS.iter().find(|key| metadata.contains_key(**key)) {
            return Err(in_file(Error::new(format!(
                "the metadata `{key}` is the model's own"
            ))));
        }
        let mut metadata = metadata.clone();
        let mut add = |key: usize, value| metadata.insert(KEYS[key].to_owned(), value);
        add(0, self.architecture().to_string());
        add(1, self.inputs().features().to_string());
        if let Some([height, width]) = self.inputs().shape() {
            add(2, format!("{height}x{width}"));
        }
        add(3, self.classes().to_string());
        write_parameters(path, &metadata, &self.parameters())
    }

    /// Reads a model that [`save`](Model::save) wrote, and its metadata without the model's own.
    ///
    /// # Errors
    /// When the file cannot be read, is no `.safetensors`, lacks what the model is made from, or has other tensors
    /// than that model: another name, shape or dtype, one too few or too many.
    ///
    /// ```
    /// let error = kullback_learn::Model::load("none.safetensors").unwrap_err();
    /// assert_eq!(error.to_string(), "none.safetensors: no such file");
    /// ```
    pub fn load(path: impl AsRef<Path>) -> Result<(Model, Metadata), Error> {
        let path = path.as_ref();
        let (mut metadata, parameters) = read_parameters(path)?;
        let model = from_parts(&mut metadata, parameters);
        model
            .map(|model| (model, metadata))
            .map_err(|error| error.at(path.display()))
    }
}

/// Writes named tensors and metadata as `.safetensors`, completely or not at all.
///
/// # Errors
/// When the file cannot be written, or the tensors contradict themselves.
///
/// ```
/// use std::collections::BTreeMap;
/// use kullback_learn::{Parameter, read_parameters, write_parameters};
///
/// let mean = Parameter { name: "mean".into(), shape: vec![2], values: vec![0.5, 1.0] };
/// # let folder = tempfile::tempdir().unwrap();
/// # let path = folder.path().join("state.safetensors");
/// write_parameters(&path, &BTreeMap::new(), std::slice::from_ref(&mean))?;
/// assert_eq!(read_parameters(&path)?, (BTreeMap::new(), vec![mean]));
/// # Ok::<(), kullback_learn::Error>(())
/// ```
pub fn write_parameters(
    path: impl AsRef<Path>,
    metadata: &Metadata,
    parameters: &[Parameter],
) -> Result<(), Error> {
    let path = path.as_ref();
    let tensors: Vec<(&str, &[usize], &[f32])> = (parameters.iter())
        .map(|x| (x.name.as_str(), &x.shape[..], &x.values[..]))
        .collect();
    let mut part = path.as_os_str().to_owned();
    part.push(".part");
    let mut bytes = Vec::new();
    write_safetensors(&mut bytes, metadata, &tensors)
        .and_then(|()| fs::write(&part, bytes))
        .and_then(|()| fs::rename(&part, path))
        .map_err(|error| Error::new(error.to_string()).at(path.display()))
}

/// Reads all tensors of a `.safetensors` file, in the order of their data, and its metadata.
///
/// # Errors
/// When the file cannot be read, is no `.safetensors`, or a tensor is not of `F32`.
///
/// ```
/// let error = kullback_learn::read_parameters("none.safetensors").unwrap_err();
/// assert_eq!(error.to_string(), "none.safetensors: no such file");
/// ```
pub fn read_parameters(path: impl AsRef<Path>) -> Result<(Metadata, Vec<Parameter>), Error> {
    let file = SafeTensors::open(&path)?;
    let mut list = Vec::new();
    for tensor in file.tensors() {
        if tensor.dtype != Dtype::F32 {
            let what = format!("is of {}, and F32 is wanted", tensor.dtype);
            return Err(Error::new(what)
                .at(format!("tensor `{}`", tensor.name))
                .at(path.as_ref().display()));
        }
        let window = file.window(tensor, 0, tensor.elements())?;
        let (numbers, _) = window.as_chunks::<4>();
        list.push(Parameter {
            name: tensor.name.clone(),
            // Its bytes are in the file, so its sizes fit the memory's.
            shape: tensor.shape.iter().map(|&n| n as usize).collect(),
            values: numbers.iter().map(|x| f32::from_le_bytes(*x)).collect(),
        });
    }
    Ok((file.metadata().clone(), list))
}

fn from_parts(metadata: &mut Metadata, mut parameters: Vec<Parameter>) -> Result<Model, Error> {
    const ADVICE: &str = "give a file that `kullback train` wrote";
    let mut take = |key: &str| -> Result<String, Error> {
        let missing = || Error::new(format!("has no metadata `{key}`")).advise(ADVICE);
        metadata.remove(key).ok_or_else(missing)
    };
    let number = |key: &str, text: &str| -> Result<usize, Error> {
        let bad = || Error::new(format!("metadata `{key}`: `{text}` is no number")).advise(ADVICE);
        text.parse().map_err(|_| bad())
    };
    let architecture: Architecture = take(KEYS[0])?.parse()?;
    let features = number(KEYS[1], &take(KEYS[1])?)?;
    let classes = number(KEYS[3], &take(KEYS[3])?)?;
    let inputs = match take(KEYS[2]) {
        Err(_) => Inputs::new(features),
        Ok(text) => {
            let (height, width) = text.split_once('x').unwrap_or((&text, ""));
            Inputs::image(number(KEYS[2], height)?, number(KEYS[2], width)?)
        }
    };
    if inputs.features() != features {
        let pixels = inputs.features();
        let what = format!("an image of {pixels} pixels, and {features} features");
        return Err(Error::new(what).advise(ADVICE));
    }
    // Checked before anything is built, so that no claim of the file decides how much memory is asked for.
    let expected = shapes(&architecture, inputs, classes)?;
    let place = |x: &Parameter| (0..expected.len()).find(|&i| name(i) == x.name);
    // Any order of the data will do; a tensor without a place is named last.
    parameters.sort_by_key(|x| place(x).unwrap_or(expected.len()));
    check(&parameters, &expected)?;
    Ok(Model::of(&architecture, inputs, classes, &parameters))
}
