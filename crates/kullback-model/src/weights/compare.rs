//! Two models' weights, tensor by tensor.

use std::collections::BTreeSet;

use kullback::Progress;
use kullback::parameters::Difference;
use rayon::prelude::*;

use super::model::Weights;
use super::name;
use super::scale::Loaded;
use super::stored::Stored;
use crate::{Bytes, Error, Window};

/// How many elements a thread takes at a time: a multiple of every format's block, fixed so that
/// the sums are added up in the same order for any number of threads.
const CHUNK: u64 = 1 << 20;

/// How many elements are decoded at a time: both sides stay in the first-level cache.
const STEP: u64 = 1024;

/// What two models' weights differ by.
#[derive(Clone, Debug)]
pub struct WeightsComparison {
    /// The tensors that were compared, ordered by name, layer 2 before layer 10.
    pub tensors: Vec<TensorDifference>,
    /// The tensors of each layer together, in the same order; those in no layer are in a group
    /// without a name.
    pub layers: Vec<Group>,
    /// The tensors of each module together, over all layers.
    pub modules: Vec<Group>,
    /// All tensors together.
    pub total: Difference,
    /// What was not compared.
    pub not_compared: Vec<NotComparedTensor>,
}

/// What a tensor of A and its namesake of B differ by.
#[derive(Clone, Debug)]
pub struct TensorDifference {
    /// The name.
    pub name: String,
    /// The shape, the last dimension of which varies fastest.
    pub shape: Vec<u64>,
    /// How A and B store it: `BF16`, `Q4_K`, `F8_E4M3 with scales`.
    pub encodings: [String; 2],
    /// Whether a side holds integers or truth values: they may be codes or positions and no
    /// weights, and are in no group and not in the total.
    pub is_integer: bool,
    /// The layer, where there is one: the name up to the first number in it.
    pub layer: Option<String>,
    /// The module: the name without its last part, with `*` for numbers.
    pub module: String,
    /// The difference.
    pub difference: Difference,
}

/// Several tensors together.
#[derive(Clone, Debug)]
pub struct Group {
    /// What they have in common; nothing for the tensors that are in no layer.
    pub name: Option<String>,
    /// How many there are.
    pub tensors: usize,
    /// The difference over all of them.
    pub difference: Difference,
}

/// A tensor that was not compared, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotComparedTensor {
    /// The name.
    pub name: String,
    /// Whether A and B have it.
    pub present: [bool; 2],
    /// Why not.
    pub reason: String,
}

impl WeightsComparison {
    /// Compares the tensors of A with those of the same name of B, on all threads of the current
    /// `rayon` pool. Values are read as `f64`; `read` counts the bytes read so far,
    /// and stops the comparison where it is asked to.
    ///
    /// The result does not depend on the number of threads. Memory holds a few megabytes for each
    /// of them.
    ///
    /// ```
    /// use kullback_model::{Weights, WeightsComparison};
    ///
    /// # let folder = tempfile::tempdir().unwrap();
    /// # let path = |name: &str| folder.path().join(name);
    /// for (name, bytes) in [("a.safetensors", [0x80, 0x3f]), ("b.safetensors", [0x00, 0x40])] {
    ///     let header = br#"{"w":{"dtype":"BF16","shape":[1],"data_offsets":[0,2]}}"#;
    ///     let length = (header.len() as u64).to_le_bytes();
    ///     std::fs::write(path(name), [&length, &header[..], &bytes].concat()).unwrap();
    /// }
    /// let (a, b) = (Weights::open(path("a.safetensors"))?, Weights::open(path("b.safetensors"))?);
    /// let found = WeightsComparison::new(&a, &b, &Default::default())?;
    /// assert_eq!((found.tensors[0].name.as_str(), found.total.l1()), ("w", 1.0));
    /// # Ok::<(), kullback_model::Error>(())
    /// ```
    ///
    /// # Errors
    /// When a file was cut since it was opened, or not one tensor can be compared.
    pub fn new(a: &Weights, b: &Weights, read: &Progress) -> Result<Self, Error> {
        let names: BTreeSet<&String> = a.tensors.keys().chain(b.tensors.keys()).collect();
        let mut names: Vec<&str> = names.into_iter().map(String::as_str).collect();
        names.sort_by_cached_key(|name| name::order(name));
        let (mut pairs, mut not_compared) = (Vec::new(), Vec::new());
        for name in names {
            match pair(a, b, name) {
                Ok(pair) => pairs.push(pair),
                Err(not) => not_compared.push(not),
            }
        }
        if pairs.is_empty() {
            return Err(nothing_in_common(&not_compared));
        }
        let tensors = pairs
            .par_iter()
            .map(|&stored| {
                let difference = difference([&a.files, &b.files], stored, read)?;
                Ok(described(stored, difference))
            })
            .collect::<Result<Vec<_>, Error>>()?;
        let weights = || tensors.iter().filter(|tensor| !tensor.is_integer);
        let mut total = Difference::default();
        weights().for_each(|tensor| total.merge(&tensor.difference));
        Ok(Self {
            layers: groups(weights().map(|tensor| (tensor.layer.as_deref(), tensor))),
            modules: groups(weights().map(|tensor| (Some(tensor.module.as_str()), tensor))),
            total,
            not_compared,
            tensors,
        })
    }
}

/// The tensor of this name on both sides, or why it cannot be compared.
fn pair<'a>(
    a: &'a Weights,
    b: &'a Weights,
    name: &str,
) -> Result<[&'a Stored; 2], NotComparedTensor> {
    let sides = [a.tensors.get(name), b.tensors.get(name)];
    let not = |reason: String| NotComparedTensor {
        name: name.to_owned(),
        present: sides.map(|side| side.is_some()),
        reason,
    };
    let (a_tensor, b_tensor) = match sides {
        [Some(a), Some(b)] => (a, b),
        [Some(_), None] => return Err(not("only in A".to_owned())),
        _ => return Err(not("only in B".to_owned())),
    };
    for (letter, model) in [("A", a), ("B", b)] {
        if let Some(reason) = model.unread.get(name) {
            return Err(not(format!("{letter}: {reason}")));
        }
    }
    if a_tensor.shape != b_tensor.shape {
        let (in_a, in_b) = (&a_tensor.shape, &b_tensor.shape);
        return Err(not(format!("its shape is {in_a:?} in A and {in_b:?} in B")));
    }
    Ok([a_tensor, b_tensor])
}

fn nothing_in_common(not_compared: &[NotComparedTensor]) -> Error {
    let error = Error::new("the models have no tensor in common that can be compared");
    let first = not_compared
        .iter()
        .max_by_key(|tensor| tensor.present == [true, true]);
    match first {
        Some(tensor) => error.advise(format!(
            "names and shapes must be the same; for example, `{}`: {}",
            tensor.name, tensor.reason
        )),
        None => error.advise("both have no tensors at all"),
    }
}

fn described([a, b]: [&Stored; 2], difference: Difference) -> TensorDifference {
    TensorDifference {
        name: a.name.clone(),
        shape: a.shape.clone(),
        encodings: [a, b].map(Stored::encoding_text),
        is_integer: a.is_integer() || b.is_integer(),
        layer: name::layer(&a.name).map(str::to_owned),
        module: name::module(&a.name),
        difference,
    }
}

/// The groups in the order of their names.
fn groups<'a>(
    tensors: impl Iterator<Item = (Option<&'a str>, &'a TensorDifference)>,
) -> Vec<Group> {
    let mut members: Vec<_> = tensors.collect();
    // Stable: within a group the order of the tensors stays.
    members.sort_by_cached_key(|(name, _)| name.map(name::order));
    let mut groups: Vec<Group> = Vec::new();
    for (name, tensor) in members {
        match groups.last_mut() {
            Some(group) if group.name.as_deref() == name => {
                group.tensors += 1;
                group.difference.merge(&tensor.difference);
            }
            _ => groups.push(Group {
                name: name.map(str::to_owned),
                tensors: 1,
                difference: tensor.difference,
            }),
        }
    }
    groups
}

fn difference(
    files: [&[Bytes]; 2],
    stored: [&Stored; 2],
    read: &Progress,
) -> Result<Difference, Error> {
    let elements = stored[0].elements();
    let chunks = elements.div_ceil(CHUNK);
    let chunks = (0..chunks).into_par_iter().map(|chunk| {
        let start = chunk * CHUNK;
        let count = CHUNK.min(elements - start);
        chunk_difference(files, stored, start, count, read)
    });
    let chunks = chunks.collect::<Result<Vec<_>, _>>()?;
    let mut whole = Difference::default();
    chunks.iter().for_each(|chunk| whole.merge(chunk));
    Ok(whole)
}

fn chunk_difference(
    files: [&[Bytes]; 2],
    stored: [&Stored; 2],
    start: u64,
    count: u64,
    read: &Progress,
) -> Result<Difference, Error> {
    let mut sides = [
        Chunk::open(files[0], stored[0], start, count)?,
        Chunk::open(files[1], stored[1], start, count)?,
    ];
    let mut sum = Difference::default();
    for step in (0..count).step_by(STEP as usize) {
        let end = count.min(step + STEP);
        sides.iter_mut().for_each(|side| side.decode(step, end));
        let added = sum.add(&sides[0].values, &sides[1].values);
        added.map_err(|error| Error::new(error.to_string()))?;
    }
    let bytes: usize = sides.iter().map(|side| side.bytes.len()).sum();
    read.add(bytes as u64)?;
    Ok(sum)
}

/// A part of one side's tensor, and the values of a step in it.
struct Chunk<'a> {
    stored: &'a Stored,
    start: u64,
    bytes: Window,
    scales: Option<Loaded>,
    narrow: Vec<f32>,
    values: Vec<f64>,
}

impl<'a> Chunk<'a> {
    fn open(files: &[Bytes], stored: &'a Stored, start: u64, count: u64) -> Result<Self, Error> {
        let scale = stored.scale.as_ref();
        Ok(Self {
            stored,
            start,
            bytes: stored.window(files, start, count)?,
            scales: scale
                .map(|scale| scale.load(files, start, count))
                .transpose()?,
            narrow: Vec::new(),
            values: Vec::new(),
        })
    }

    /// Decodes elements `begin` to `end` of the chunk, which are whole blocks.
    fn decode(&mut self, begin: u64, end: u64) {
        let (elements, bytes) = self.stored.block();
        let [begin_byte, end_byte] = [begin, end].map(|place| (place / elements * bytes) as usize);
        self.values.clear();
        let bytes = &self.bytes[begin_byte..end_byte];
        self.stored
            .append(bytes, &mut self.narrow, &mut self.values);
        if let Some(scales) = &self.scales {
            scales.apply(self.start + begin, &mut self.values);
        }
    }
}
