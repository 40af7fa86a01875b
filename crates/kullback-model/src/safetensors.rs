//! `.safetensors`: a JSON header, then the tensors.
//!
//! Layout (Hugging Face, safetensors README): the length of the header as a little-endian `u64`;
//! the header, `{"name": {"dtype", "shape", "data_offsets": [begin, end]}, …}` with an optional
//! `"__metadata__"` of texts; the data, which the tensors cover without a hole.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};

use crate::tensor::size;
use crate::{Bytes, Dtype, Error, Tensor, Window};

/// The longest header that the format allows.
const LONGEST_HEADER: u64 = 100_000_000;

/// An open `.safetensors` file: its tensors in the order of their data.
///
/// The header is checked in full when the file is opened: sizes follow from dtype and shape, the
/// tensors follow each other from the first byte of the data to the last of the file. Data is
/// read later, through windows.
///
/// ```
/// use kullback_model::{Dtype, SafeTensors};
///
/// let header = br#"{"w":{"dtype":"F16","shape":[2],"data_offsets":[0,4]}}"#;
/// let mut file = (header.len() as u64).to_le_bytes().to_vec();
/// file.extend_from_slice(header);
/// file.extend([0x00, 0x3c, 0x00, 0xc0]);
/// # let folder = tempfile::tempdir().unwrap();
/// # let path = folder.path().join("model.safetensors");
/// std::fs::write(&path, file).unwrap();
///
/// let model = SafeTensors::open(&path)?;
/// let w = model.tensor("w").unwrap();
/// assert_eq!((w.dtype, w.shape.as_slice()), (Dtype::F16, [2].as_slice()));
/// let mut values = Vec::new();
/// w.dtype.append_f64(&model.window(w, 0, 2)?, &mut values);
/// assert_eq!(values, [1.0, -2.0]);
/// # Ok::<(), kullback_model::Error>(())
/// ```
#[derive(Debug)]
pub struct SafeTensors {
    bytes: Bytes,
    tensors: Vec<Tensor>,
    metadata: BTreeMap<String, String>,
}

impl SafeTensors {
    /// Opens a file and checks its header.
    ///
    /// # Errors
    /// When it cannot be opened, its header is longer than the file or 100 MB, is no JSON of the
    /// kind above, names a tensor twice, has a dtype that is not known, or sizes and places that
    /// contradict each other or the size of the file.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, Error> {
        let bytes = Bytes::open(path)?;
        let (tensors, metadata) = header(&bytes).map_err(|error| error.in_file(bytes.name()))?;
        Ok(Self {
            bytes,
            tensors,
            metadata,
        })
    }

    /// The tensors, in the order of their data.
    pub fn tensors(&self) -> &[Tensor] {
        &self.tensors
    }

    /// The tensor of this name.
    pub fn tensor(&self, name: &str) -> Option<&Tensor> {
        self.tensors.iter().find(|tensor| tensor.name == name)
    }

    /// The texts under `__metadata__`.
    pub fn metadata(&self) -> &BTreeMap<String, String> {
        &self.metadata
    }

    /// The file.
    pub fn bytes(&self) -> &Bytes {
        &self.bytes
    }

    /// A window on elements `start` to `start + count` of a tensor of this file.
    ///
    /// # Errors
    /// As [`Tensor::window`].
    pub fn window(&self, tensor: &Tensor, start: u64, count: u64) -> Result<Window, Error> {
        tensor.window(&self.bytes, start, count)
    }

    pub(crate) fn into_bytes(self) -> Bytes {
        self.bytes
    }
}

type Header = (Vec<Tensor>, BTreeMap<String, String>);

fn header(bytes: &Bytes) -> Result<Header, Error> {
    const CUT: &str = "copy or download it again, then compare its size with the original's";
    if bytes.len() < 8 {
        return Err(Error::new(format!(
            "is no .safetensors file: it has {} bytes, fewer than the length of a header takes",
            bytes.len()
        ))
        .advise(CUT));
    }
    let mut length = [0; 8];
    length.copy_from_slice(&bytes.window(0, 8)?);
    let length = u64::from_le_bytes(length);
    if length > LONGEST_HEADER {
        return Err(Error::new(format!(
            "is no .safetensors file: its first 8 bytes say that the header has {length} bytes, \
             and the format allows {LONGEST_HEADER}"
        )));
    }
    let data = 8 + length;
    if data > bytes.len() {
        return Err(Error::new(format!(
            "the header should have {length} bytes, and the file ends after {}",
            bytes.len() - 8
        ))
        .advise(CUT));
    }
    let parsed: Parsed = serde_json::from_slice(&bytes.window(8, length)?)
        .map_err(|error| Error::new(format!("the header is not what .safetensors has: {error}")))?;
    let mut tensors = parsed
        .tensors
        .into_iter()
        .map(|(name, entry)| {
            tensor(&name, entry, data).map_err(|error| error.at(format!("tensor `{name}`")))
        })
        .collect::<Result<Vec<_>, _>>()?;
    tensors.sort_by_key(|tensor| (tensor.offset, tensor.bytes));
    let mut end = data;
    for tensor in &tensors {
        if tensor.offset != end {
            let what = if tensor.offset > end {
                "leaves a hole before it"
            } else {
                "overlaps another"
            };
            return Err(Error::new(format!(
                "{what}: it begins at byte {} of the data, and {} was next",
                tensor.offset - data,
                end - data
            ))
            .at(format!("tensor `{}`", tensor.name)));
        }
        end += tensor.bytes;
    }
    if end != bytes.len() {
        return Err(Error::new(format!(
            "its header makes it {end} bytes long, and it has {}",
            bytes.len()
        ))
        .advise(CUT));
    }
    Ok((tensors, parsed.metadata))
}

fn tensor(name: &str, entry: Entry, data: u64) -> Result<Tensor, Error> {
    let dtype: Dtype = entry.dtype.parse().map_err(Error::new)?;
    let [begin, end] = entry.data_offsets;
    let size = size(dtype, &entry.shape).ok_or_else(|| {
        Error::new(format!(
            "{dtype} {:?} has no size in bytes that a file could have",
            entry.shape
        ))
    })?;
    if end.checked_sub(begin) != Some(size) {
        return Err(Error::new(format!(
            "{dtype} {:?} takes {size} bytes, and its data_offsets are {begin} to {end}",
            entry.shape
        )));
    }
    let beyond = || Error::new(format!("its data_offsets {begin} to {end} are too large"));
    // So that no later sum of an offset and a size leaves 64 bits.
    end.checked_add(data).ok_or_else(beyond)?;
    Ok(Tensor {
        name: name.to_owned(),
        dtype,
        shape: entry.shape,
        offset: data + begin,
        bytes: size,
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    dtype: String,
    shape: Vec<u64>,
    data_offsets: [u64; 2],
}

struct Parsed {
    tensors: BTreeMap<String, Entry>,
    metadata: BTreeMap<String, String>,
}

/// By hand, for a map type would drop the first of two tensors of one name.
impl<'de> Deserialize<'de> for Parsed {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Whole;
        impl<'de> Visitor<'de> for Whole {
            type Value = Parsed;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object of tensors")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Parsed, A::Error> {
                let mut parsed = Parsed {
                    tensors: BTreeMap::new(),
                    metadata: BTreeMap::new(),
                };
                while let Some(name) = map.next_key::<String>()? {
                    if name == "__metadata__" {
                        parsed.metadata = map.next_value()?;
                        continue;
                    }
                    if parsed.tensors.contains_key(&name) {
                        let twice = format!("tensor `{name}` is there twice");
                        return Err(serde::de::Error::custom(twice));
                    }
                    parsed.tensors.insert(name, map.next_value()?);
                }
                Ok(parsed)
            }
        }
        deserializer.deserialize_map(Whole)
    }
}
