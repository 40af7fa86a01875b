//! Writing `.safetensors`.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde::Serialize;

/// Writes tensors of `f32` as `.safetensors`: each its name, its shape and its values, the last dimension
/// fastest, in the order given. The same tensors and metadata are the same bytes, always.
///
/// ```
/// use std::collections::BTreeMap;
/// use kullback_model::{SafeTensors, write_safetensors};
///
/// let metadata = BTreeMap::from([("made by".to_owned(), "hand".to_owned())]);
/// let mut file = Vec::new();
/// write_safetensors(&mut file, &metadata, &[("w", &[1, 2], &[0.5, -2.0])])?;
/// # let folder = tempfile::tempdir()?;
/// # let path = folder.path().join("model.safetensors");
/// std::fs::write(&path, file)?;
/// let model = SafeTensors::open(&path)?;
/// assert_eq!(model.metadata(), &metadata);
/// assert_eq!(model.tensors()[0].shape, [1, 2]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// When `out` cannot be written; when values are not as many as the shape says, two tensors have one name, or
/// one is called `__metadata__`.
pub fn write_safetensors(
    mut out: impl Write,
    metadata: &BTreeMap<String, String>,
    tensors: &[(&str, &[usize], &[f32])],
) -> io::Result<()> {
    #[derive(Serialize)]
    struct Entry<'a> {
        dtype: &'static str,
        shape: &'a [usize],
        data_offsets: [usize; 2],
    }
    #[derive(Serialize)]
    struct Header<'a> {
        #[serde(rename = "__metadata__", skip_serializing_if = "BTreeMap::is_empty")]
        metadata: &'a BTreeMap<String, String>,
        #[serde(flatten)]
        tensors: BTreeMap<&'a str, Entry<'a>>,
    }
    let refuse = |name: &str, why: String| {
        let why = format!("tensor `{name}`: {why}");
        Err(io::Error::new(io::ErrorKind::InvalidInput, why))
    };
    let mut header = Header {
        metadata,
        tensors: BTreeMap::new(),
    };
    let mut end = 0;
    for &(name, shape, values) in tensors {
        if shape.iter().try_fold(1usize, |n, &m| n.checked_mul(m)) != Some(values.len()) {
            return refuse(name, format!("{} values of shape {shape:?}", values.len()));
        }
        let begin = end;
        end += 4 * values.len();
        let entry = Entry {
            dtype: "F32",
            shape,
            data_offsets: [begin, end],
        };
        if name == "__metadata__" || header.tensors.insert(name, entry).is_some() {
            return refuse(name, "the name is taken".to_owned());
        }
    }
    let mut header = serde_json::to_vec(&header)?;
    // The data begins on a multiple of 8, so that a map of the file can be read as numbers.
    header.resize(header.len().next_multiple_of(8), b' ');
    out.write_all(&(header.len() as u64).to_le_bytes())?;
    out.write_all(&header)?;
    for (_, _, values) in tensors {
        let bytes: Vec<u8> = values.iter().flat_map(|x| x.to_le_bytes()).collect();
        out.write_all(&bytes)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(tensors: &[(&str, &[usize], &[f32])]) -> Result<Vec<u8>, String> {
        let mut file = Vec::new();
        let done = write_safetensors(&mut file, &BTreeMap::new(), tensors);
        done.map(|()| file).map_err(|error| error.to_string())
    }

    #[test]
    fn the_bytes_are_those_of_the_format() {
        let file = written(&[("b", &[1], &[1.0]), ("a", &[], &[2.0]), ("c", &[0], &[])]);
        let header = concat!(
            r#"{"a":{"dtype":"F32","shape":[],"data_offsets":[4,8]},"#,
            r#""b":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"#,
            r#""c":{"dtype":"F32","shape":[0],"data_offsets":[8,8]}}"#,
        );
        let mut expected = header.as_bytes().to_vec();
        expected.resize(expected.len().next_multiple_of(8), b' ');
        let mut length = (expected.len() as u64).to_le_bytes().to_vec();
        length.append(&mut expected);
        length.extend([0, 0, 0x80, 0x3f, 0, 0, 0, 0x40]);
        assert_eq!(file, Ok(length));
    }

    #[test]
    fn tensors_that_contradict_themselves_are_refused_before_a_byte_is_written() {
        for (tensors, message) in [
            (
                &[("w", &[2usize, 2][..], &[1.0f32][..])][..],
                "tensor `w`: 1 values of shape [2, 2]",
            ),
            (
                &[("w", &[0], &[]), ("w", &[0], &[])],
                "tensor `w`: the name is taken",
            ),
            (
                &[("__metadata__", &[0], &[])],
                "tensor `__metadata__`: the name is taken",
            ),
        ] {
            assert_eq!(written(tensors), Err(message.to_owned()));
        }
    }
}
