//! Two tables in, two summarised tables out.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use crate::Error;
use crate::by::By;
use crate::location::Location;
use crate::reading::{ColumnType, Declared};
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

/// The texts that stand for null in CSV and TSV unless [`Options::null_texts`] says otherwise.
pub const NULL_TEXTS: [&str; 9] = ["", "NA", "N/A", "n/a", "NULL", "null", "None", "?", "#N/A"];

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
    progress: &Arc<AtomicU64>,
) -> Result<[Table; 2], Error> {
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
    let declared = [first, second].map(|source| declared(source));
    check_names(&sources, options)?;
    let [of_p, of_q] = declared;
    let plans = [plan(options, None, of_q), plan(options, None, of_p)];
    let [source_p, source_q] = &mut sources;
    let (read_p, read_q) = rayon::join(
        || summarise(source_p, &plans[0], progress),
        || summarise(source_q, &plans[1], progress),
    );
    let mut tables = read_p?;
    tables.extend(read_q?);
    finish(tables, &sources, [0, 1], borrowed, options)
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
    progress: &Arc<AtomicU64>,
) -> Result<[Table; 2], Error> {
    let mut sources = [Source::open(location, options, progress)?];
    check_names(&sources, options)?;
    if let Some(fields) = &sources[0].fields
        && !fields.iter().any(|field| field.name == by.column())
    {
        return Err(
            no_such_column(by.column(), fields.iter().map(|field| &*field.name))
                .in_file(location.name()),
        );
    }
    let other = declared(&sources[0]);
    let plan = plan(options, Some(by.clone()), other);
    let tables = summarise(&mut sources[0], &plan, progress)?;
    finish(tables, &sources, [0, 0], [None, None], options)
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
        columns: options.columns.clone(),
        exclude: options.exclude.clone(),
        types: options.types.clone(),
        other,
    }
}

/// Refuses options that name columns which neither table has, unless one has no schema.
fn check_names(sources: &[Source], options: &Options) -> Result<(), Error> {
    let mut known = BTreeSet::new();
    for source in sources {
        let Some(fields) = &source.fields else {
            return Ok(());
        };
        known.extend(fields.iter().map(|field| field.name.clone()));
        known.extend(source.skipped().into_iter().map(|skipped| skipped.column));
    }
    let named = options
        .columns
        .iter()
        .flatten()
        .chain(&options.exclude)
        .chain(options.types.keys());
    match named.into_iter().find(|&name| !known.contains(name)) {
        Some(name) => Err(no_such_column(name, known.iter().map(String::as_str))),
        None => Ok(()),
    }
}

fn no_such_column<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Error {
    let known: Vec<&str> = known.collect();
    let same = known.iter().find(|known| known.eq_ignore_ascii_case(name));
    let advice = match same {
        Some(same) => format!("did you mean `{same}`?"),
        None => format!("the columns are: {}", known.join(", ")),
    };
    Error::new(format!("there is no column `{name}`")).advise(advice)
}

/// Reads a source to its end: one table, or two where it is split.
fn summarise(
    source: &mut Source,
    plan: &Plan,
    progress: &Arc<AtomicU64>,
) -> Result<Vec<Table>, Error> {
    let mut sinks = Sinks::new(plan);
    source.read(&mut sinks, progress)?;
    let Sinks {
        names,
        mut columns,
        lists,
        rows,
        read,
        ..
    } = sinks;
    columns.iter_mut().for_each(|sink| sink.fill(&rows));
    let parts = plan.by.as_ref().map(By::parts);
    let neither = read - rows.iter().sum::<u64>();
    let mut tables: Vec<Table> = rows
        .iter()
        .enumerate()
        .map(|(side, &rows)| {
            let name = source.location.name();
            Table {
                name: parts.as_ref().map_or_else(
                    || name.to_owned(),
                    |parts| format!("{name} where {}", parts[side]),
                ),
                files: source.files(),
                rows,
                columns: Vec::new(),
                unmatched: Vec::new(),
                skipped: source.skipped(),
                notes: source.notes(),
            }
        })
        .collect();
    if let Some(by) = &plan.by {
        let reason = "the table is split by it".to_owned();
        tables[0].skipped.push(Skipped {
            column: by.column().to_owned(),
            reason,
        });
        if neither > 0 {
            tables[0].notes.push(Note::OnNeitherSide { rows: neither });
        }
    }
    let types: HashMap<&str, &str> = source
        .fields
        .iter()
        .flatten()
        .map(|field| (field.name.as_str(), field.type_name.as_str()))
        .collect();
    for (i, (name, sink)) in names.into_iter().zip(columns).enumerate() {
        let type_name = types.get(name.as_str()).copied().unwrap_or("JSON value");
        for (side, (table, summary)) in tables.iter_mut().zip(sink.finish()).enumerate() {
            if lists.contains(&i) {
                let reason =
                    "it holds lists, which have no distribution that is measured here".to_owned();
                if side == 0 {
                    table.skipped.push(Skipped {
                        column: name.clone(),
                        reason,
                    });
                }
            } else {
                let type_name = type_name.to_owned();
                table.columns.push(TableColumn {
                    name: name.clone(),
                    type_name,
                    summary,
                });
            }
        }
    }
    Ok(tables)
}

/// Brings two tables to the same columns in the same order, and refuses what cannot be compared.
fn finish(
    mut tables: Vec<Table>,
    sources: &[Source],
    of: [usize; 2],
    borrowed: [Option<Note>; 2],
    options: &Options,
) -> Result<[Table; 2], Error> {
    let (Some(mut q), Some(mut p)) = (tables.pop(), tables.pop()) else {
        return Err(Error::new("a side of the comparison is missing"));
    };
    for (table, note) in [&mut p, &mut q].into_iter().zip(borrowed) {
        if let Some(note) = note {
            table
                .notes
                .retain(|note| !matches!(note, Note::NoHeader { .. }));
            table.notes.insert(0, note);
        }
    }
    for table in [&p, &q] {
        if table.rows == 0 {
            let split = table
                .notes
                .iter()
                .chain(&p.notes)
                .find_map(|note| match note {
                    Note::OnNeitherSide { rows } => {
                        Some(format!("{rows} rows are on neither side of the split"))
                    }
                    _ => None,
                });
            return Err(Error::new("no rows: nothing to compare")
                .in_file(&table.name)
                .advise(split.unwrap_or_else(|| {
                    "the table needs at least one row below its header".to_owned()
                })));
        }
    }
    drop_empty_parents(&mut p);
    drop_empty_parents(&mut q);
    // What each side has: what it counted and, where it declares more, what it declares.
    let names = |table: &Table, source: &Source| -> Vec<(String, String)> {
        match &source.fields {
            Some(fields) => fields
                .iter()
                .map(|field| (field.name.clone(), field.type_name.clone()))
                .collect(),
            None => table
                .columns
                .iter()
                .map(|c| (c.name.clone(), c.type_name.clone()))
                .collect(),
        }
    };
    let has = [names(&p, &sources[of[0]]), names(&q, &sources[of[1]])];
    let wanted = |name: &str| {
        options
            .columns
            .as_ref()
            .is_none_or(|columns| columns.iter().any(|column| column == name))
            && !options.exclude.iter().any(|column| column == name)
    };
    let skipped: BTreeSet<String> = p
        .skipped
        .iter()
        .chain(&q.skipped)
        .map(|skipped| skipped.column.clone())
        .collect();
    let unmatched =
        |mine: &[(String, String)], theirs: &[(String, String)]| -> Vec<(String, String)> {
            let lacking = |name: &str| !theirs.iter().any(|(other, _)| other == name);
            mine.iter()
                .filter(|(name, _)| lacking(name) && wanted(name) && !skipped.contains(name))
                .cloned()
                .collect()
        };
    p.unmatched = unmatched(&has[0], &has[1]);
    q.unmatched = unmatched(&has[1], &has[0]);
    let mut of_q: HashMap<String, TableColumn> = q
        .columns
        .drain(..)
        .map(|column| (column.name.clone(), column))
        .collect();
    p.columns
        .retain(|column| of_q.contains_key(&column.name) && !skipped.contains(&column.name));
    // JSON names its columns as they come: the order of P's declaration, or else of its first rows.
    let order: HashMap<&str, usize> = has[0]
        .iter()
        .enumerate()
        .map(|(i, (name, _))| (name.as_str(), i))
        .collect();
    p.columns
        .sort_by_key(|column| order.get(column.name.as_str()).copied());
    q.columns = p
        .columns
        .iter()
        .filter_map(|column| of_q.remove(&column.name))
        .collect();
    if p.columns.is_empty() {
        let list = |table: &[(String, String)]| {
            table
                .iter()
                .map(|(name, _)| name.as_str())
                .collect::<Vec<_>>()
                .join(", ")
        };
        return Err(
            Error::new("the tables have no column in common that can be compared").advise(format!(
                "P has: {}; Q has: {}; if a first row was taken for a header, say --no-header",
                list(&has[0]),
                list(&has[1])
            )),
        );
    }
    Ok([p, q])
}

/// A JSON name that was null where it was not an object is no column beside `name.field`.
fn drop_empty_parents(table: &mut Table) {
    let names: Vec<String> = table
        .columns
        .iter()
        .map(|column| column.name.clone())
        .collect();
    table.columns.retain(|column| {
        column.summary.nulls() < column.summary.rows()
            || !names.iter().any(|name| {
                name.strip_prefix(&column.name)
                    .is_some_and(|rest| rest.starts_with('.'))
            })
    });
}
