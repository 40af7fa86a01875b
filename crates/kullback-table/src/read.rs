//! Two tables in, two summarised tables out.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use kullback::Progress;
use kullback::compare::Factor;
use kullback::joint::PairCounts;

use crate::Error;
use crate::agree::{Side, agree, check_known, drop_empty_parents, no_such_column};
use crate::by::By;
use crate::location::Location;
use crate::profile::{Profile, ProfileColumn};
use crate::reading::{ColumnType, Declared, Field};
use crate::rows::Rows;
use crate::sink::NullTexts;
use crate::sinks::{Plan, Sinks};
use crate::source::Source;
use crate::table::{Note, Skipped, Table, TableColumn};

/// How tables are read. The default is what most tables need.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The delimiter of text files; told by their first records when not given.
    pub delimiter: Option<u8>,
    /// Whether text files have a header; told by their first record when not given.
    pub header: Option<bool>,
    /// The texts that stand for null, in place of [`NULL_TEXTS`](crate::NULL_TEXTS); given ones
    /// hold for the strings of every format.
    pub null_texts: Option<Vec<String>>,
    /// The columns to compare; all when not given.
    pub columns: Option<Vec<String>>,
    /// Columns not to compare.
    pub exclude: Vec<String>,
    /// Types given to columns.
    pub types: BTreeMap<String, ColumnType>,
}

impl Options {
    /// Whether the column is to be compared.
    pub(crate) fn want(&self, name: &str) -> bool {
        let listed = |list: &[String]| list.iter().any(|entry| entry == name);
        self.columns.as_deref().is_none_or(listed) && !listed(&self.exclude)
    }
}

/// The texts that stand for null in CSV and TSV unless [`Options::null_texts`] says otherwise.
pub const NULL_TEXTS: [&str; 9] = ["", "NA", "N/A", "n/a", "NULL", "null", "None", "?", "#N/A"];

/// Reads the rows of one table, all in memory. Bytes read are added to `progress`.
///
/// Values are typed as they are for [`read`] when a table is compared with itself; `like` says how columns are to be read
/// where the table has them, so that their values are of the kinds that another table's were. What the options say of a
/// column comes first.
///
/// ```
/// use kullback_table::{Cell, Location, Options, read_rows};
///
/// # let folder = tempfile::tempdir().unwrap();
/// # let path = folder.path().join("rows.csv");
/// std::fs::write(&path, "age,sex\n31,f\n,m\n").unwrap();
/// let location = Location::parse(path.to_str().unwrap())?;
/// let rows = read_rows(&location, &Options::default(), &Default::default(), &Default::default())?;
/// assert_eq!(rows.columns[0].cells[1], Cell::Null);
/// assert_eq!(rows.columns[1].cells[0], Cell::Text("f".into()));
/// # Ok::<(), kullback_table::Error>(())
/// ```
///
/// # Errors
///
/// When a file cannot be read, an option names a column that is not there, or there are no rows.
pub fn read_rows(
    location: &Location,
    options: &Options,
    like: &BTreeMap<String, ColumnType>,
    progress: &Progress,
) -> Result<Rows, Error> {
    let mut source = Source::open(location, options, progress)?;
    check_names(std::slice::from_ref(&source), options)?;
    let own = declared(&source);
    let mut plan = plan(options, None, own);
    plan.keep = true;
    for (name, &kind) in like {
        plan.options.types.entry(name.clone()).or_insert(kind);
    }
    Rows::read(&mut source, &plan, options, progress)
}

/// Reads two tables. Bytes read are added to `progress`.
///
/// # Errors
///
/// When a file cannot be read, the tables share no column, an option names a column that is not
/// there, or a side has no rows.
pub fn read(
    p: &Location,
    q: &Location,
    options: &Options,
    progress: &Progress,
) -> Result<[Table; 2], Error> {
    let Both {
        sources: [source_p, source_q],
        plans,
        borrowed,
    } = &mut Both::open(p, q, options, progress)?;
    let (p, q) = both(
        [p, q],
        || summarise(source_p, &plans[0], progress),
        || summarise(source_q, &plans[1], progress),
    );
    let (mut p, mut q) = (p?, q?);
    for (side, note) in p.iter_mut().chain(&mut q).zip(borrowed) {
        if let Some(note) = note.take() {
            side.table
                .notes
                .retain(|note| !matches!(note, Note::NoHeader { .. }));
            side.table.notes.insert(0, note);
        }
    }
    agree(p.remove(0), q.remove(0), options)
}

/// Reads one table in two parts. Bytes read are added to `progress`.
///
/// # Errors
///
/// As [`read`], and when the table has no column of the condition's name.
pub fn split(
    location: &Location,
    by: &By,
    options: &Options,
    progress: &Progress,
) -> Result<[Table; 2], Error> {
    let (mut source, plan) = open_split(location, by, options, progress)?;
    let mut parts = summarise(&mut source, &plan, progress)?;
    let p = parts.remove(0);
    agree(p, parts.remove(0), options)
}

/// The pairs of some columns of two tables that were [`read`] before: `rows` each, with these
/// levels. Bytes read are added to `progress`.
///
/// # Errors
///
/// When a file cannot be read, or is not what it was.
pub fn read_pairs(
    p: &Location,
    q: &Location,
    options: &Options,
    progress: &Progress,
    factors: &[(String, Arc<Factor>)],
    rows: [u64; 2],
) -> Result<[PairCounts; 2], Error> {
    let Both { sources, plans, .. } = &mut Both::open(p, q, options, progress)?;
    let [source_p, source_q] = sources;
    for plan in plans.iter_mut() {
        plan.factors = factors.to_vec();
    }
    let (p, q) = both(
        [p, q],
        || pairs(source_p, &plans[0], progress, &rows[..1]),
        || pairs(source_q, &plans[1], progress, &rows[1..]),
    );
    Ok([p?.remove(0), q?.remove(0)])
}

/// The pairs of some columns of a table that was [`split`] before, as [`read_pairs`] has them.
///
/// # Errors
///
/// As [`read_pairs`].
pub fn split_pairs(
    location: &Location,
    by: &By,
    options: &Options,
    progress: &Progress,
    factors: &[(String, Arc<Factor>)],
    rows: [u64; 2],
) -> Result<[PairCounts; 2], Error> {
    let (mut source, mut plan) = open_split(location, by, options, progress)?;
    plan.factors = factors.to_vec();
    let mut parts = pairs(&mut source, &plan, progress, &rows)?;
    let p = parts.remove(0);
    Ok([p, parts.remove(0)])
}

/// Reads P and Q at the same time, or one after the other where both are computed meanwhile.
fn both<T: Send>(
    locations: [&Location; 2],
    p: impl FnOnce() -> T + Send,
    q: impl FnOnce() -> T + Send,
) -> (T, T) {
    if locations.into_iter().all(Location::is_computed) {
        (p(), q())
    } else {
        rayon::join(p, q)
    }
}

/// Reads one table by itself.
pub(crate) fn profiled(
    location: &Location,
    options: &Options,
    progress: &Progress,
) -> Result<Profile, Error> {
    let mut source = Source::open(location, options, progress)?;
    check_names(std::slice::from_ref(&source), options)?;
    let other = declared(&source);
    let plan = with_types(plan(options, None, other), &[&source]);
    let mut side = summarise(&mut source, &plan, progress)?.remove(0);
    if !side.declared {
        drop_empty_parents(&mut side);
        let known = side.has.iter().map(|(name, _)| name.clone());
        check_known(&known.collect(), options)?;
    }
    let of: HashMap<&str, &Declared> = source
        .fields
        .iter()
        .flatten()
        .map(|field| (field.name.as_str(), &field.declared))
        .collect();
    let Table {
        name,
        files,
        rows,
        columns,
        skipped,
        notes,
        ..
    } = side.table;
    let is_skipped = |name: &str| skipped.iter().any(|skipped| skipped.column == name);
    let columns = columns.into_iter().filter_map(|column| {
        let TableColumn {
            name,
            type_name,
            summary,
        } = column;
        let declared = of.get(name.as_str()).copied().unwrap_or(&Declared::Json);
        let reading = plan
            .reading(&name, declared)
            .filter(|_| !is_skipped(&name))?;
        let declared = declared.clone();
        Some(ProfileColumn {
            field: Field {
                name,
                declared,
                type_name,
            },
            reading,
            summary,
        })
    });
    Ok(Profile {
        name,
        files,
        rows,
        columns: columns.collect(),
        types: plan.options.types.clone(),
        skipped,
        notes,
    })
}

/// Two tables, opened, with what is to be done with their columns.
struct Both {
    sources: [Source; 2],
    plans: [Plan; 2],
    /// Said of a table that took the other's names.
    borrowed: [Option<Note>; 2],
}

impl Both {
    fn open(
        p: &Location,
        q: &Location,
        options: &Options,
        progress: &Progress,
    ) -> Result<Self, Error> {
        if p.is_stdin() && q.is_stdin() {
            return Err(Error::new("standard input cannot be both tables")
                .advise("name a file for one of them, or split one table with --by"));
        }
        let mut sources = [
            Source::open(p, options, progress)?,
            Source::open(q, options, progress)?,
        ];
        let [first, second] = &mut sources;
        let borrowed = [first.borrow_names(second), second.borrow_names(first)];
        let [of_p, of_q] = [first, second].map(|source| declared(source));
        check_names(&sources, options)?;
        let plans = [plan(options, None, of_q), plan(options, None, of_p)]
            .map(|plan| with_types(plan, &[&sources[0], &sources[1]]));
        Ok(Self {
            sources,
            plans,
            borrowed,
        })
    }
}

/// A table that is to be split, opened, with what is to be done with its columns.
fn open_split(
    location: &Location,
    by: &By,
    options: &Options,
    progress: &Progress,
) -> Result<(Source, Plan), Error> {
    let source = Source::open(location, options, progress)?;
    check_names(std::slice::from_ref(&source), options)?;
    if let Some(fields) = &source.fields
        && !fields.iter().any(|field| field.name == by.column())
    {
        return Err(
            no_such_column(by.column(), fields.iter().map(|field| &*field.name))
                .in_file(location.name()),
        );
    }
    let other = declared(&source);
    let plan = plan(options, Some(by.clone()), other);
    Ok((source, plan))
}

fn declared(source: &Source) -> Option<HashMap<String, Declared>> {
    let fields = source.fields.as_ref()?;
    Some(
        fields
            .iter()
            .map(|field| (field.name.clone(), field.declared.clone()))
            .collect(),
    )
}

fn plan(options: &Options, by: Option<By>, other: Option<HashMap<String, Declared>>) -> Plan {
    let given = options.null_texts.as_ref();
    Plan {
        by,
        field_nulls: given.map_or_else(|| NullTexts::new(NULL_TEXTS), NullTexts::new),
        string_nulls: given.map_or_else(NullTexts::default, NullTexts::new),
        options: options.clone(),
        other,
        factors: Vec::new(),
        keep: false,
    }
}

/// What a profile's columns were read as holds for the other table too.
fn with_types(mut plan: Plan, sources: &[&Source]) -> Plan {
    for (name, kind) in sources.iter().flat_map(|source| source.types()) {
        plan.options.types.entry(name).or_insert(kind);
    }
    plan
}

/// Refuses options that name columns which neither table has. A table without a schema may have
/// any: it is asked again once it is read.
fn check_names(sources: &[Source], options: &Options) -> Result<(), Error> {
    let mut known = BTreeSet::new();
    for source in sources {
        let Some(fields) = &source.fields else {
            return Ok(());
        };
        known.extend(fields.iter().map(|field| field.name.clone()));
        known.extend(source.skipped().into_iter().map(|skipped| skipped.column));
    }
    check_known(&known, options)
}

/// Reads a source to its end for the pairs of its columns: of one side, or of two where it is split.
fn pairs(
    source: &mut Source,
    plan: &Plan,
    progress: &Progress,
    rows: &[u64],
) -> Result<Vec<PairCounts>, Error> {
    let mut sinks = Sinks::new(plan);
    source.read(&mut sinks, progress)?;
    sinks
        .into_pairs(rows)
        .map_err(|error| error.in_file(source.location.name()))
}

/// Reads a source to its end: one side, or two where it is split.
fn summarise(source: &mut Source, plan: &Plan, progress: &Progress) -> Result<Vec<Side>, Error> {
    let mut sinks = Sinks::new(plan);
    source.read(&mut sinks, progress)?;
    if let (None, Some(by)) = (&source.fields, &plan.by)
        && sinks.read > 0
        && !sinks.met(by.column())
    {
        let known = sinks.names.iter().map(String::as_str);
        return Err(no_such_column(by.column(), known).in_file(source.location.name()));
    }
    let Sinks {
        names,
        mut columns,
        lists,
        unread,
        rows,
        read,
        ..
    } = sinks;
    columns.iter_mut().for_each(|sink| sink.fill(&rows));
    const JSON: &str = "JSON value";
    let has: Vec<(String, String)> = match &source.fields {
        Some(fields) => fields
            .iter()
            .map(|field| (field.name.clone(), field.type_name.clone()))
            .collect(),
        None => names
            .iter()
            .chain(&unread)
            .map(|name| (name.clone(), JSON.to_owned()))
            .collect(),
    };
    let mut skipped = source.skipped();
    let mut notes = source.notes();
    if let Some(by) = &plan.by {
        let reason = "the table is split by it".to_owned();
        skipped.push(Skipped {
            column: by.column().to_owned(),
            reason,
        });
        let neither = read - rows.iter().sum::<u64>();
        if neither > 0 {
            notes.push(Note::OnNeitherSide { rows: neither });
        }
    }
    for &list in &lists {
        let reason = "it holds lists, which have no distribution that is measured here".to_owned();
        skipped.push(Skipped {
            column: names[list].clone(),
            reason,
        });
    }
    let name = source.location.name();
    let part_names = match &plan.by {
        Some(by) => by
            .parts()
            .map(|part| format!("{name} where {part}"))
            .to_vec(),
        None => vec![name.to_owned()],
    };
    let mut sides: Vec<Side> = rows
        .iter()
        .zip(part_names)
        .map(|(&rows, name)| Side {
            table: Table {
                name,
                files: source.files(),
                rows,
                columns: Vec::new(),
                unmatched: Vec::new(),
                skipped: skipped.clone(),
                notes: notes.clone(),
            },
            has: has.clone(),
            declared: source.fields.is_some(),
        })
        .collect();
    let types: HashMap<&str, &str> = has
        .iter()
        .map(|(name, type_name)| (name.as_str(), type_name.as_str()))
        .collect();
    for (name, sink) in names.iter().zip(columns) {
        let type_name = types.get(name.as_str()).copied().unwrap_or(JSON);
        for (side, summary) in sides.iter_mut().zip(sink.finish()) {
            let (name, type_name) = (name.clone(), type_name.to_owned());
            side.table.columns.push(TableColumn {
                name,
                type_name,
                summary,
            });
        }
    }
    Ok(sides)
}
