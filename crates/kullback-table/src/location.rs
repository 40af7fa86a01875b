//! What a user names or holds → the files and batches that it means.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::batches::Supplier;
use crate::write::batch;
use crate::{Batches, Error, Profile, Supply, Values};

/// Where a table is: one file or several of the same columns, standard input, or memory.
#[derive(Clone, Debug)]
pub struct Location {
    name: String,
    pub(crate) files: Vec<Input>,
}

/// One file, standard input, batches from elsewhere in the program, or summaries.
#[derive(Clone, Debug)]
pub(crate) enum Input {
    Stdin,
    File(PathBuf),
    Batches(Supplier),
    Profile(Arc<Profile>),
}

impl fmt::Display for Input {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stdin => f.write_str("standard input"),
            Self::File(path) => path.display().fmt(f),
            Self::Batches(supplier) => f.write_str(&supplier.name),
            Self::Profile(profile) => f.write_str(profile.name()),
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
            Self::Batches(supplier) => supplier.supply == Supply::Once,
            Self::Profile(_) => false,
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

    /// A table in memory, or one that something else computes, as batches of Arrow's.
    ///
    /// `ask` is called once when the table is opened and, where they can be had again, once for each
    /// reading. Columns are read where they lie: nothing is copied.
    pub fn of_batches(
        name: impl Into<String>,
        supply: Supply,
        ask: impl Fn() -> Result<Batches, Error> + Send + Sync + 'static,
    ) -> Self {
        let name = name.into();
        let supplier = Supplier::new(name.clone(), supply, ask);
        Self {
            name,
            files: vec![Input::Batches(supplier)],
        }
    }

    /// A table of columns of one length in memory.
    ///
    /// ```
    /// use kullback_table::{Location, Options, Values, read};
    ///
    /// let ages = Values::Integers(vec![Some(31), None, Some(45)]);
    /// let table = Location::of_columns("people", &[("age", ages)])?;
    /// let [p, _] = read(&table, &table, &Options::default(), &Default::default())?;
    /// assert_eq!((p.rows, p.columns[0].summary.nulls()), (3, 1));
    /// # Ok::<(), kullback_table::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// When the columns are not of one length, or there is none.
    pub fn of_columns(name: impl Into<String>, columns: &[(&str, Values)]) -> Result<Self, Error> {
        let name = name.into();
        let batch = batch(columns).map_err(|error| error.in_file(&name))?;
        Ok(Self::of_batches(name, Supply::Held, move || {
            Ok(Batches::of(&batch))
        }))
    }

    /// A table that was summarised before.
    pub fn of_profile(profile: Profile) -> Self {
        Self {
            name: profile.name().to_owned(),
            files: vec![Input::Profile(Arc::new(profile))],
        }
    }

    /// One table of several parts, which have the same columns.
    ///
    /// ```
    /// use kullback_table::Location;
    ///
    /// let parts = [Location::parse("-")?, Location::parse("-")?];
    /// assert_eq!(Location::join("twice", parts).files().count(), 2);
    /// # Ok::<(), kullback_table::Error>(())
    /// ```
    pub fn join(name: impl Into<String>, parts: impl IntoIterator<Item = Self>) -> Self {
        Self {
            name: name.into(),
            files: parts.into_iter().flat_map(|part| part.files).collect(),
        }
    }

    /// A file of this very name, whatever commas and stars it has, a directory, or files that match
    /// it as a glob.
    ///
    /// # Errors
    ///
    /// As [`Location::parse`].
    pub fn file(name: &str) -> Result<Self, Error> {
        Ok(Self {
            name: name.to_owned(),
            files: resolve(name)?.into_iter().map(Input::File).collect(),
        })
    }

    /// The same location under another name, for reports.
    #[must_use]
    pub fn named(self, name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            ..self
        }
    }

    /// The location as it was named.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The files and other parts, in the order in which they are read.
    pub fn files(&self) -> impl Iterator<Item = String> + '_ {
        self.files.iter().map(Input::to_string)
    }

    /// Whether this is standard input.
    pub fn is_stdin(&self) -> bool {
        matches!(self.files[..], [Input::Stdin])
    }

    /// Whether its rows are computed while they are read, so that two such readings are not to
    /// happen at once.
    pub(crate) fn is_computed(&self) -> bool {
        let computed = |input: &Input| match input {
            Input::Batches(supplier) => supplier.supply != Supply::Held,
            _ => false,
        };
        self.files.iter().any(computed)
    }

    /// Why it cannot be read twice, if it cannot: it is standard input, a pipe with a name, batches
    /// that come once, or a profile, which has no rows.
    pub fn read_once(&self) -> Option<String> {
        self.files.iter().find_map(|input| match input {
            Input::Profile(_) => Some(format!("{input} is a profile, which has no rows")),
            _ => input
                .is_once()
                .then(|| format!("{input} can be read only once")),
        })
    }

    /// How many bytes the files hold, where that is known.
    pub fn bytes(&self) -> Option<u64> {
        self.files
            .iter()
            .map(|input| match input {
                Input::Stdin | Input::Batches(_) => None,
                Input::Profile(_) => Some(0),
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
