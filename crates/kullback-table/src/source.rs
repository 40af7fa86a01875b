//! A location, opened: its files, their columns, and how each is read.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::sync::Arc;

use kullback::Progress;

use crate::arrow::{self, Leaf};
use crate::batches::{Batches, Supplier, Supply};
use crate::csv::Csv;
use crate::location::{Input, Location};
use crate::parquet::Parquet;
use crate::profile::Profile;
use crate::reading::{ColumnType, Declared, Field};
use crate::sinks::Sinks;
use crate::sniff::{Format, Opened};
use crate::table::{Note, Skipped};
use crate::{Error, Options, ipc, json};

/// An opened location.
pub(crate) struct Source {
    pub(crate) location: Location,
    files: Vec<OpenFile>,
    /// The columns, in the first file's order; `None` for JSON, which tells them row by row.
    pub(crate) fields: Option<Vec<Field>>,
}

struct OpenFile {
    input: Input,
    format: Format,
    body: Body,
    /// What cannot be opened twice. Files are opened again when they are read.
    once: Option<Opened>,
    /// The unpacked copy of a file that must be read from any place and cannot be as it is.
    copy: Option<File>,
}

enum Body {
    Csv(Csv),
    Json,
    Parquet(Parquet),
    Ipc(Vec<Leaf>, Vec<Skipped>),
    Batches {
        leaves: Vec<Leaf>,
        skipped: Vec<Skipped>,
        supplier: Supplier,
        /// What cannot be asked for again.
        once: Option<Batches>,
    },
    Profile(Arc<Profile>),
}

impl Source {
    /// Opens every file and reads its schema.
    pub(crate) fn open(
        location: &Location,
        options: &Options,
        progress: &Progress,
    ) -> Result<Self, Error> {
        let mut files = Vec::with_capacity(location.files.len());
        for input in &location.files {
            files.push(OpenFile::open(input, options, progress)?);
        }
        let mut source = Self {
            location: location.clone(),
            fields: None,
            files,
        };
        source.agree()?;
        Ok(source)
    }

    /// Settles the columns: the same names in every file, each once.
    fn agree(&mut self) -> Result<(), Error> {
        let is_json = |file: &OpenFile| file.format == Format::Json;
        if let Some(json) = self.files.iter().find(|file| is_json(file)) {
            // JSON has no schema that the other files' could be held against.
            return match self.files.iter().find(|file| !is_json(file)) {
                None => Ok(()),
                Some(other) => Err(Error::new(format!(
                    "is {}, while {} of the same table is JSON",
                    other.format, json.input
                ))
                .in_file(&other.input)
                .advise("write the files of one table as JSON, or none of them")),
            };
        }
        let mut fields: Option<Vec<Field>> = None;
        for file in &self.files {
            let own = file.fields();
            let mut seen = BTreeSet::new();
            for field in &own {
                if !seen.insert(&field.name) {
                    return Err(
                        Error::new(format!("two columns are named `{}`", field.name))
                            .in_file(&file.input)
                            .advise("rename one; for a file without a header, say --no-header"),
                    );
                }
            }
            match &mut fields {
                None => fields = Some(own),
                Some(first) => {
                    same_names(first, &own).map_err(|error| error.in_file(&file.input))?;
                    agree_types(first, &own);
                }
            }
        }
        self.fields = fields;
        Ok(())
    }

    /// Takes another table's names, where this one has none and as many columns.
    pub(crate) fn borrow_names(&mut self, other: &Self) -> Option<Note> {
        let names: Vec<String> = other
            .fields
            .as_ref()?
            .iter()
            .map(|field| field.name.clone())
            .collect();
        let lacks = |file: &OpenFile| matches!(&file.body, Body::Csv(csv) if csv.lacks_names());
        let fits = self
            .fields
            .as_ref()
            .is_some_and(|fields| fields.len() == names.len());
        if !fits || !self.files.iter().all(lacks) || other.files.iter().any(lacks) {
            return None;
        }
        for file in &mut self.files {
            if let Body::Csv(csv) = &mut file.body {
                csv.borrow_names(&names);
            }
        }
        for (field, name) in self.fields.iter_mut().flatten().zip(names) {
            field.name = name;
        }
        Some(Note::BorrowedNames)
    }

    /// Counts every row of every file.
    pub(crate) fn read(&mut self, sinks: &mut Sinks<'_>, progress: &Progress) -> Result<(), Error> {
        // What the files agreed on holds for each of them.
        for field in self.fields.iter().flatten() {
            sinks.of(&field.name, &field.declared);
        }
        if self.fields.is_none() {
            // Rows may be silent about a column whose pairs are counted.
            for (name, _) in &sinks.plan.factors {
                sinks.of(name, &Declared::Json);
            }
        }
        for file in &mut self.files {
            file.read(sinks, progress)?;
        }
        Ok(())
    }

    /// The types that were given to columns of its profiles.
    pub(crate) fn types(&self) -> BTreeMap<String, ColumnType> {
        let profiles = self.files.iter().filter_map(|file| match &file.body {
            Body::Profile(profile) => Some(profile),
            _ => None,
        });
        profiles.flat_map(|profile| profile.types.clone()).collect()
    }

    /// The files with their formats.
    pub(crate) fn files(&self) -> Vec<(String, String)> {
        let of_file = |file: &OpenFile| match &file.body {
            Body::Profile(profile) => profile.files.clone(),
            Body::Batches { .. } => Vec::new(),
            _ => vec![(file.input.to_string(), file.format.to_string())],
        };
        self.files.iter().flat_map(of_file).collect()
    }

    /// The columns that cannot be compared, each once.
    pub(crate) fn skipped(&self) -> Vec<Skipped> {
        let mut skipped: Vec<Skipped> = Vec::new();
        for file in &self.files {
            let own = match &file.body {
                Body::Csv(csv) => csv.skipped().into_iter().collect(),
                Body::Json => Vec::new(),
                Body::Parquet(parquet) => parquet.skipped.clone(),
                Body::Ipc(_, skipped) | Body::Batches { skipped, .. } => skipped.clone(),
                Body::Profile(profile) => profile.skipped.clone(),
            };
            for column in own {
                if !skipped.contains(&column) {
                    skipped.push(column);
                }
            }
        }
        skipped
    }

    pub(crate) fn notes(&self) -> Vec<Note> {
        let header = self.files.iter().find_map(|file| match &file.body {
            Body::Csv(csv) => csv.note(),
            _ => None,
        });
        let profiled = self.files.iter().flat_map(|file| match &file.body {
            Body::Profile(profile) => profile.notes.clone(),
            _ => Vec::new(),
        });
        let named = self.files.iter().filter_map(|file| {
            if !matches!(file.input, Input::File(_)) {
                return None;
            }
            let name = file.input.to_string().to_lowercase();
            let name = name
                .strip_suffix(".gz")
                .or(name.strip_suffix(".zst"))
                .unwrap_or(&name);
            let says = match name.rsplit_once('.')?.1 {
                "csv" | "tsv" => [Format::Csv; 2],
                "json" | "jsonl" | "ndjson" => [Format::Json; 2],
                "parquet" | "pq" => [Format::Parquet; 2],
                "arrow" | "feather" => [Format::ArrowFile, Format::ArrowStream],
                _ => return None,
            };
            (!says.contains(&file.format)).then(|| Note::NamedOtherwise {
                file: file.input.to_string(),
                format: file.format.to_string(),
            })
        });
        header.into_iter().chain(named).chain(profiled).collect()
    }
}

impl OpenFile {
    fn open(input: &Input, options: &Options, progress: &Progress) -> Result<Self, Error> {
        if let Some(body) = Body::in_memory(input)? {
            let format = match body {
                Body::Profile(_) => Format::Profile,
                _ => Format::Batches,
            };
            return Ok(Self {
                input: input.clone(),
                format,
                body,
                once: None,
                copy: None,
            });
        }
        let once = input.is_once();
        // A file is read again from its start, and counted then.
        let counter = if once {
            progress.clone()
        } else {
            Progress::default()
        };
        let mut opened = Opened::open(input, &counter)?;
        let format = opened.format;
        let mut copy = None;
        let body = match format {
            Format::Csv => Body::Csv(Csv::open(&opened, input, options)?),
            // No file is told to be what is in memory.
            Format::Json | Format::Batches | Format::Profile => Body::Json,
            Format::ArrowStream => {
                opened
                    .look(ipc::schema_bytes(&opened.prefix))
                    .map_err(|error| Error::io(&error).in_file(input))?;
                let (leaves, skipped) =
                    arrow::leaves(&ipc::stream_schema(&opened.prefix[..], input)?);
                Body::Ipc(leaves, skipped)
            }
            Format::Parquet | Format::ArrowFile => {
                if !opened.plain_file {
                    copy = Some(
                        opened
                            .copy()
                            .map_err(|error| Error::io(&error).in_file(input))?,
                    );
                }
                let file = seekable(input, copy.as_ref())?;
                if format == Format::Parquet {
                    Body::Parquet(Parquet::open(file, input)?)
                } else {
                    let (leaves, skipped) = arrow::leaves(&ipc::file_schema(file, input)?);
                    Body::Ipc(leaves, skipped)
                }
            }
        };
        let once = (once && copy.is_none()).then_some(opened);
        Ok(Self {
            input: input.clone(),
            format,
            body,
            once,
            copy,
        })
    }

    /// The columns that the file declares: none where it is JSON.
    fn fields(&self) -> Vec<Field> {
        let fields = |leaves: &[Leaf]| leaves.iter().map(|leaf| leaf.field.clone()).collect();
        match &self.body {
            Body::Csv(csv) => csv.fields(),
            Body::Json => Vec::new(),
            Body::Parquet(parquet) => fields(&parquet.leaves),
            Body::Ipc(leaves, _) | Body::Batches { leaves, .. } => fields(leaves),
            Body::Profile(profile) => profile.fields(),
        }
    }

    fn read(&mut self, sinks: &mut Sinks<'_>, progress: &Progress) -> Result<(), Error> {
        let input = &self.input;
        if let Body::Batches {
            leaves,
            supplier,
            once,
            ..
        } = &mut self.body
        {
            let batches = match once.take() {
                Some(batches) => batches,
                None => supplier.ask()?,
            };
            return batches.read(leaves, &supplier.name, sinks, progress);
        }
        match (&self.body, self.format) {
            (Body::Profile(profile), _) => return profile.read(sinks),
            (Body::Parquet(parquet), _) => {
                return parquet.read(seekable(input, self.copy.as_ref())?, input, sinks, progress);
            }
            (Body::Ipc(leaves, _), Format::ArrowFile) => {
                return ipc::read_file(
                    seekable(input, self.copy.as_ref())?,
                    leaves,
                    input,
                    sinks,
                    progress,
                );
            }
            _ => {}
        }
        let opened = match self.once.take() {
            Some(opened) => opened,
            None => Opened::open(input, progress)?,
        };
        match &self.body {
            Body::Csv(csv) => csv.read(opened, input, sinks),
            Body::Ipc(leaves, _) => {
                ipc::read_stream(opened.into_reader(), leaves, input, sinks, progress)
            }
            _ => json::read(opened, input, sinks),
        }
    }
}

impl Body {
    /// What is in memory already, with its columns; `None` for what is to be opened.
    fn in_memory(input: &Input) -> Result<Option<Self>, Error> {
        match input {
            Input::Stdin | Input::File(_) => Ok(None),
            Input::Profile(profile) => Ok(Some(Self::Profile(Arc::clone(profile)))),
            Input::Batches(supplier) => {
                let batches = supplier.ask()?;
                let (leaves, skipped) = arrow::leaves(&batches.schema());
                Ok(Some(Self::Batches {
                    leaves,
                    skipped,
                    // What computes them may not do it for two at once.
                    once: (supplier.supply != Supply::Computed).then_some(batches),
                    supplier: supplier.clone(),
                }))
            }
        }
    }
}

/// A file to be read from any place: the copy, where there had to be one.
fn seekable(input: &Input, copy: Option<&File>) -> Result<File, Error> {
    match (copy, input) {
        (Some(copy), _) => copy.try_clone(),
        (None, Input::File(path)) => File::open(path),
        (None, _) => Err(std::io::ErrorKind::NotSeekable.into()),
    }
    .map_err(|error| Error::io(&error).in_file(input))
}

/// Files that declare a column differently leave it to what each value is.
fn agree_types(first: &mut [Field], own: &[Field]) {
    for field in first {
        let other = own.iter().find(|other| other.name == field.name);
        if let Some(other) = other.filter(|other| other.declared != field.declared) {
            field.declared = Declared::Untyped;
            field.type_name = format!("{} or {}", field.type_name, other.type_name);
        }
    }
}

fn same_names(first: &[Field], own: &[Field]) -> Result<(), Error> {
    let missing = |from: &[Field], other: &[Field]| {
        from.iter()
            .find(|field| !other.iter().any(|o| o.name == field.name))
            .map(|field| field.name.clone())
    };
    if let Some(name) = missing(first, own) {
        return Err(Error::new(format!(
            "the column `{name}` of the files before it is missing"
        )));
    }
    if let Some(name) = missing(own, first) {
        return Err(Error::new(format!(
            "the column `{name}` is not in the files before it"
        )));
    }
    Ok(())
}
