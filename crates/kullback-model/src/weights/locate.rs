//! What a user names → the files of a model.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::Error;

/// The files that hold a model's weights.
#[derive(Debug)]
pub(super) enum Files {
    /// All in one.
    One(PathBuf),
    /// In shards, with the index that says which tensor is in which.
    Sharded {
        index: PathBuf,
        shards: Vec<PathBuf>,
        shard_of: BTreeMap<String, PathBuf>,
    },
}

const INDEX: &str = ".safetensors.index.json";

/// The files behind a path: a file of weights, an index of shards, or a directory with one of
/// them.
///
/// Nothing for a directory without any.
pub(super) fn locate(path: &Path) -> Result<Option<Files>, Error> {
    let metadata = path.metadata();
    let metadata = metadata.map_err(|error| Error::io(&error).in_file(path.display()))?;
    let file = if metadata.is_dir() {
        match in_directory(path)? {
            Some(file) => file,
            None => return Ok(None),
        }
    } else {
        path.to_owned()
    };
    if file.extension().is_some_and(|ending| ending == "json") {
        let files = sharded(&file).map_err(|error| error.in_file(file.display()));
        files.map(Some)
    } else {
        Ok(Some(Files::One(file)))
    }
}

fn in_directory(directory: &Path) -> Result<Option<PathBuf>, Error> {
    let fail = |error: std::io::Error| Error::io(&error).in_file(directory.display());
    let (mut indexes, mut files) = (Vec::new(), Vec::new());
    for entry in directory.read_dir().map_err(fail)? {
        let file = entry.map_err(fail)?.path();
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        // A model's outputs may lie beside it, and hidden files belong to others.
        if name.starts_with("logits.") || name.starts_with('.') {
            continue;
        }
        if name.ends_with(INDEX) {
            indexes.push(file);
        } else if name.ends_with(".safetensors") || name.ends_with(".gguf") {
            files.push(file);
        }
    }
    let mut found = if indexes.is_empty() { files } else { indexes };
    found.sort();
    match (found.pop(), found.len()) {
        (None, _) => Ok(None),
        (Some(file), 0) => Ok(Some(file)),
        (Some(last), _) => {
            let name = |file: &PathBuf| match file.file_name() {
                Some(name) => name.to_string_lossy().into_owned(),
                None => file.display().to_string(),
            };
            let names: Vec<String> = found.iter().chain([&last]).take(8).map(name).collect();
            Err(Error::new(format!(
                "the directory holds {} files of weights and no index that makes them one model",
                found.len() + 1
            ))
            .in_file(directory.display())
            .advise(format!("name one of them: {}", names.join(", "))))
        }
    }
}

#[derive(Deserialize)]
struct Index {
    weight_map: BTreeMap<String, String>,
}

fn sharded(index: &Path) -> Result<Files, Error> {
    /// As much as the header of a `.safetensors` file may have.
    const LONGEST: u64 = 100_000_000;
    let bytes = crate::Bytes::open(index)?;
    if bytes.len() > LONGEST {
        return Err(Error::new(format!(
            "is no index of shards: it has {} bytes, and {LONGEST} are the most that is read",
            bytes.len()
        )));
    }
    let parsed: Index = serde_json::from_slice(&bytes.window(0, bytes.len())?)
        .map_err(|error| Error::new(format!("is no index of shards: {error}")))?;
    let directory = index.parent().unwrap_or(Path::new(""));
    let mut shard_of = BTreeMap::new();
    for (tensor, file) in parsed.weight_map {
        // A name that leads elsewhere reads what the user did not name.
        if Path::new(&file).file_name() != Some(file.as_ref()) {
            return Err(Error::new(format!(
                "`{file}` is no name of a file in the same directory"
            ))
            .at(format!("tensor `{tensor}`")));
        }
        shard_of.insert(tensor, directory.join(file));
    }
    let mut shards: Vec<PathBuf> = shard_of.values().cloned().collect();
    shards.sort();
    shards.dedup();
    if shards.is_empty() {
        return Err(Error::new("the index names no tensor"));
    }
    Ok(Files::Sharded {
        index: index.to_owned(),
        shards,
        shard_of,
    })
}
