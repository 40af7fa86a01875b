//! What a user names on the command line → the files that it means.

use std::fmt;
use std::path::{Path, PathBuf};

use crate::Error;

/// Where a table is: one file or several of the same columns, or standard input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Location {
    name: String,
    pub(crate) files: Vec<Input>,
}

/// One file, or standard input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Input {
    Stdin,
    File(PathBuf),
}

impl fmt::Display for Input {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stdin => f.write_str("standard input"),
            Self::File(path) => path.display().fmt(f),
        }
    }
}

impl Input {
    /// Whether it can be read once only: standard input, or a pipe with a name.
    pub(crate) fn is_once(&self) -> bool {
        match self {
            Self::Stdin => true,
            Self::File(path) => path
                .metadata()
                .is_ok_and(|found| !found.is_file() && !found.is_dir()),
        }
    }
}

/// The endings that a directory is searched for, before an optional `.gz` or `.zst`.
const ENDINGS: [&str; 12] = [
    "csv", "tsv", "tab", "txt", "data", "json", "jsonl", "ndjson", "parquet", "pq", "arrow",
    "feather",
];

impl Location {
    /// Reads a location: a file, several files joined by commas, a glob, a directory (its table
    /// files, not its subdirectories'), or `-` for standard input.
    ///
    /// ```
    /// use kullback_table::Location;
    ///
    /// assert_eq!(Location::parse("-")?.name(), "standard input");
    /// let error = Location::parse("no-such-file.csv").unwrap_err();
    /// assert_eq!(error.to_string(), "no-such-file.csv: no such file or directory");
    /// # Ok::<(), kullback_table::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// When there is no such file, a directory holds no tables, or a glob matches nothing.
    pub fn parse(text: &str) -> Result<Self, Error> {
        if text == "-" {
            return Ok(Self {
                name: Input::Stdin.to_string(),
                files: vec![Input::Stdin],
            });
        }
        let mut files = Vec::new();
        // A comma may be part of a name: the whole text is tried first.
        if Path::new(text).exists() || !text.contains(',') {
            files.extend(resolve(text)?);
        } else {
            for part in text
                .split(',')
                .map(str::trim)
                .filter(|part| !part.is_empty())
            {
                files.extend(resolve(part)?);
            }
        }
        Ok(Self {
            name: text.to_owned(),
            files: files.into_iter().map(Input::File).collect(),
        })
    }

    /// The location as it was named.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The files, in the order in which they are read.
    pub fn files(&self) -> impl Iterator<Item = String> + '_ {
        self.files.iter().map(Input::to_string)
    }

    /// Whether this is standard input.
    pub fn is_stdin(&self) -> bool {
        self.files == [Input::Stdin]
    }

    /// What of it can be read only once, if anything: standard input, or a pipe with a name.
    pub fn read_once(&self) -> Option<String> {
        let once = self.files.iter().find(|input| input.is_once());
        once.map(Input::to_string)
    }

    /// How many bytes the files hold, where that is known.
    pub fn bytes(&self) -> Option<u64> {
        self.files
            .iter()
            .map(|input| match input {
                Input::Stdin => None,
                Input::File(path) => path
                    .metadata()
                    .ok()
                    .filter(|file| file.is_file())
                    .map(|file| file.len()),
            })
            .sum()
    }
}

fn resolve(text: &str) -> Result<Vec<PathBuf>, Error> {
    let path = Path::new(text);
    match path.metadata() {
        Ok(found) if found.is_dir() => directory(path),
        Ok(_) => Ok(vec![path.to_owned()]),
        Err(_) if text.contains(['*', '?', '[']) => matches(text),
        Err(error) => Err(Error::io(&error).in_file(text)),
    }
}

fn directory(path: &Path) -> Result<Vec<PathBuf>, Error> {
    let fail = |error: std::io::Error| Error::io(&error).in_file(path.display());
    let mut files = Vec::new();
    for entry in path.read_dir().map_err(fail)? {
        let file = entry.map_err(fail)?.path();
        if file.is_file() && is_table(&file) {
            files.push(file);
        }
    }
    files.sort();
    if files.is_empty() {
        return Err(Error::new("the directory holds no table files")
            .in_file(path.display())
            .advise(format!(
                "table files end in one of: {}; name other files by a glob",
                ENDINGS.join(", ")
            )));
    }
    Ok(files)
}

fn is_table(file: &Path) -> bool {
    let name = file
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .to_lowercase();
    let name = name
        .strip_suffix(".gz")
        .or(name.strip_suffix(".zst"))
        .unwrap_or(&name);
    // Spark and its kin leave markers such as `_SUCCESS` and hidden checksums.
    !name.starts_with(['.', '_'])
        && name
            .rsplit_once('.')
            .is_some_and(|(_, ending)| ENDINGS.contains(&ending))
}

fn matches(pattern: &str) -> Result<Vec<PathBuf>, Error> {
    let bad = |what: String| Error::new(what).in_file(pattern);
    let mut files = Vec::new();
    for path in glob::glob(pattern).map_err(|error| bad(format!("not a glob: {error}")))? {
        let path = path.map_err(|error| bad(error.to_string()))?;
        if path.is_file() {
            files.push(path);
        }
    }
    if files.is_empty() {
        return Err(bad("no file matches".to_owned()));
    }
    Ok(files)
}
