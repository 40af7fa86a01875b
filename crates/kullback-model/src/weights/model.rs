//! The weights of one model, ready to be read.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::locate::{Files, locate};
use super::scale::{self, Scale};
use super::stored::Stored;
use crate::{Bytes, Encoding, Error, Gguf, MemoryTensor, SafeTensors};

/// The weights of a model: tensors by name, in one file, in several, or in memory.
///
/// ```
/// use kullback_model::Weights;
///
/// let error = Weights::open("none.safetensors").unwrap_err();
/// assert_eq!(error.to_string(), "none.safetensors: no such file");
/// ```
#[derive(Debug)]
pub struct Weights {
    pub(super) files: Vec<Bytes>,
    formats: Vec<&'static str>,
    pub(super) tensors: BTreeMap<String, Stored>,
    /// Why tensors that are there cannot be compared.
    pub(super) unread: BTreeMap<String, String>,
}

impl Weights {
    /// Opens weights and checks all headers: a `.safetensors` or `.gguf` file, told apart by
    /// content, the index of a sharded model (`model.safetensors.index.json`), or a directory that
    /// holds one of them. Files named `logits.*` in a directory are a model's outputs, and passed
    /// over.
    ///
    /// # Errors
    /// When a file cannot be opened or its header is broken; when an index and its shards
    /// contradict each other; when a directory holds no weights, or several files without an
    /// index.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, Error> {
        let path = path.as_ref();
        Self::find(path)?.ok_or_else(|| {
            Error::new("the directory holds no weights")
                .in_file(path.display())
                .advise("weights are .safetensors and .gguf files; name the file itself")
        })
    }

    /// As [`open`](Self::open), and nothing for a directory that holds no weights.
    ///
    /// # Errors
    /// As [`open`](Self::open), but for that.
    pub fn find(path: impl AsRef<Path>) -> Result<Option<Self>, Error> {
        let Some(files) = locate(path.as_ref())? else {
            return Ok(None);
        };
        let mut weights = Self::EMPTY;
        match files {
            Files::One(file) => weights.add_file(&file)?,
            Files::Sharded {
                index,
                shards,
                shard_of,
            } => {
                for shard in &shards {
                    weights.add_file(shard)?;
                }
                let found = weights.agrees(&shards, &shard_of);
                found.map_err(|error| error.in_file(index.display()))?;
            }
        }
        weights.attach_scales();
        Ok(Some(weights))
    }

    /// The weights of a model in memory: its tensors, each under a name of its own.
    ///
    /// # Errors
    /// When two have the same name.
    ///
    /// ```
    /// use kullback_model::{Dtype, MemoryTensor, Weights, WeightsComparison};
    ///
    /// let weights = |w: f32| {
    ///     let bytes = w.to_le_bytes().to_vec();
    ///     Weights::of_tensors(vec![MemoryTensor::new("layers.0.w", Dtype::F32, vec![1], bytes)?])
    /// };
    /// let found = WeightsComparison::new(&weights(1.0)?, &weights(3.0)?, &Default::default())?;
    /// assert_eq!((found.layers[0].name.as_deref(), found.total.l1()), (Some("layers.0"), 2.0));
    /// # Ok::<(), kullback_model::Error>(())
    /// ```
    pub fn of_tensors(tensors: Vec<MemoryTensor>) -> Result<Self, Error> {
        let mut weights = Self::EMPTY;
        for MemoryTensor { tensor, bytes } in tensors {
            let stored = Stored {
                name: tensor.name.clone(),
                encoding: Encoding::Plain(tensor.dtype),
                shape: tensor.shape,
                file: weights.files.len(),
                offset: 0,
                bytes: tensor.bytes,
                scale: None,
            };
            if let Some(other) = weights.tensors.insert(tensor.name, stored) {
                return Err(Error::new("is there twice").at(format!("tensor `{}`", other.name)));
            }
            weights.files.push(bytes);
            weights.formats.push("memory");
        }
        weights.attach_scales();
        Ok(weights)
    }

    const EMPTY: Self = Self {
        files: Vec::new(),
        formats: Vec::new(),
        tensors: BTreeMap::new(),
        unread: BTreeMap::new(),
    };

    /// The files, each with its format; none of weights in memory.
    pub fn files(&self) -> impl Iterator<Item = (&str, &'static str)> {
        let files = self.files.iter().zip(self.formats.iter().copied());
        let files = files.filter(|(bytes, _)| bytes.is_file());
        files.map(|(bytes, format)| (bytes.name(), format))
    }

    /// How many tensors there are; those that are scales of others are not counted.
    pub fn tensors(&self) -> usize {
        self.tensors.len()
    }

    /// How many elements the tensors have.
    pub fn elements(&self) -> u64 {
        // No file has 2⁶⁴ bits of tensors.
        self.tensors.values().map(Stored::elements).sum()
    }

    /// How many bytes their data takes.
    pub fn bytes(&self) -> u64 {
        self.tensors.values().map(|tensor| tensor.bytes).sum()
    }

    fn add_file(&mut self, path: &Path) -> Result<(), Error> {
        let mut magic = Vec::new();
        let bytes = Bytes::open(path)?;
        magic.extend_from_slice(&bytes.window(0, bytes.len().min(4))?);
        let file = self.files.len();
        let stored = |name, encoding, shape, offset, bytes| Stored {
            name,
            encoding,
            shape,
            file,
            offset,
            bytes,
            scale: None,
        };
        let (bytes, format, tensors): (_, _, Vec<Stored>) = if magic == b"GGUF" {
            let (bytes, tensors) = Gguf::open(path)?.into_parts();
            let tensors = tensors.into_iter();
            let tensors = tensors.map(|t| stored(t.name, t.encoding, t.shape, t.offset, t.bytes));
            (bytes, "GGUF", tensors.collect())
        } else {
            let open = SafeTensors::open(path)?;
            let tensors = open.tensors().iter().cloned();
            let tensors = tensors
                .map(|t| stored(t.name, Encoding::Plain(t.dtype), t.shape, t.offset, t.bytes))
                .collect();
            (open.into_bytes(), "safetensors", tensors)
        };
        for tensor in tensors {
            if let Some(other) = self.tensors.insert(tensor.name.clone(), tensor) {
                return Err(Error::new(format!(
                    "tensor `{}` is also in {}",
                    other.name,
                    self.files[other.file].name()
                ))
                .in_file(bytes.name()));
            }
        }
        self.files.push(bytes);
        self.formats.push(format);
        Ok(())
    }

    /// Every tensor of the index is in the shard it names, and the shards hold no others.
    fn agrees(
        &self,
        shards: &[PathBuf],
        shard_of: &BTreeMap<String, PathBuf>,
    ) -> Result<(), Error> {
        for (name, shard) in shard_of {
            let found = self.tensors.get(name).map(|tensor| &shards[tensor.file]);
            if found != Some(shard) {
                let shard = shard.display();
                return Err(Error::new(format!("should be in {shard}, and is not"))
                    .at(format!("tensor `{name}`"))
                    .advise(
                        "download the index and all shards again: they do not belong together",
                    ));
            }
        }
        let more = self
            .tensors
            .values()
            .find(|t| !shard_of.contains_key(&t.name));
        match more {
            Some(tensor) => Err(Error::new(format!(
                "is in {}, and the index does not name it",
                shards[tensor.file].display()
            ))
            .at(format!("tensor `{}`", tensor.name))
            .advise("download the index and all shards again: they do not belong together")),
            None => Ok(()),
        }
    }

    /// Gives 8-bit floats the scales that lie beside them, and notes what cannot be read.
    fn attach_scales(&mut self) {
        let eight_bit = |tensor: &&Stored| tensor.is_float8();
        let names: Vec<String> = self
            .tensors
            .values()
            .filter(eight_bit)
            .map(|t| t.name.clone())
            .collect();
        for name in names {
            match self.scale_of(&name) {
                Ok((scale_name, scale)) => {
                    self.tensors.remove(&scale_name);
                    if let Some(tensor) = self.tensors.get_mut(&name) {
                        tensor.scale = Some(scale);
                    }
                }
                Err(reason) => {
                    self.unread.insert(name, reason);
                }
            }
        }
        for tensor in self.tensors.values().filter(|tensor| !tensor.is_read()) {
            let reason = format!("values of type {} are not read", tensor.encoding);
            self.unread.insert(tensor.name.clone(), reason);
        }
    }

    /// The scales of an 8-bit tensor and their name, or why there are none.
    fn scale_of(&self, name: &str) -> Result<(String, Scale), String> {
        let tensor = &self.tensors[name];
        let encoding = tensor.encoding;
        let names = scale::names(name);
        let Some(found) = names.iter().find_map(|name| self.tensors.get(name)) else {
            return Err(format!(
                "{encoding} needs the scales that it is multiplied by, and there is no {}",
                names.join(", ")
            ));
        };
        let is_float = matches!(found.encoding, Encoding::Plain(dtype) if dtype.is_float());
        let scale = is_float
            .then(|| Scale::new(found.clone(), &tensor.shape))
            .flatten();
        let scale = scale.ok_or_else(|| {
            format!(
                "its scales `{}`, {} {:?}, are neither one, nor one for each row, nor one for each \
                 block of 128 × 128 of {:?}",
                found.name, found.encoding, found.shape, tensor.shape
            )
        })?;
        Ok((found.name.clone(), scale))
    }
}
