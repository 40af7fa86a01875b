//! Two tables as they were read → the same columns on both sides.

use std::collections::{BTreeSet, HashMap};

use crate::table::{Note, Table, TableColumn};
use crate::{Error, Options};

/// A table as it was read, with all that its source has.
pub(crate) struct Side {
    pub(crate) table: Table,
    /// The names and types of the source's columns, in its order, read or not.
    pub(crate) has: Vec<(String, String)>,
    /// Whether the source has a schema, and not names that come row by row.
    pub(crate) declared: bool,
}

/// Brings two tables to the same columns in the order of P, lists what is on one side only, and
/// refuses what cannot be compared.
pub(crate) fn agree(mut p: Side, mut q: Side, options: &Options) -> Result<[Table; 2], Error> {
    refuse_no_rows(&p.table)?;
    refuse_no_rows(&q.table)?;
    let skipped: BTreeSet<String> = p
        .table
        .skipped
        .iter()
        .chain(&q.table.skipped)
        .map(|skipped| skipped.column.clone())
        .collect();
    let known = p
        .has
        .iter()
        .chain(&q.has)
        .map(|(name, _)| name.clone())
        .chain(skipped.iter().cloned());
    check_known(&known.collect(), options)?;
    for side in [&mut p, &mut q] {
        if !side.declared {
            drop_empty_parents(side);
        }
    }
    let unmatched = |mine: &Side, theirs: &Side| -> Vec<(String, String)> {
        let theirs: BTreeSet<&str> = theirs.has.iter().map(|(name, _)| name.as_str()).collect();
        let alone = mine.has.iter().filter(|(name, _)| {
            !theirs.contains(name.as_str()) && !skipped.contains(name) && options.want(name)
        });
        alone.cloned().collect()
    };
    p.table.unmatched = unmatched(&p, &q);
    q.table.unmatched = unmatched(&q, &p);

    let mut of_q: HashMap<String, TableColumn> = q
        .table
        .columns
        .drain(..)
        .map(|column| (column.name.clone(), column))
        .collect();
    p.table
        .columns
        .retain(|column| of_q.contains_key(&column.name) && !skipped.contains(&column.name));
    // Files of one table may order their columns differently; the first one's order is the table's.
    let order: HashMap<&str, usize> = p
        .has
        .iter()
        .enumerate()
        .map(|(i, (name, _))| (name.as_str(), i))
        .collect();
    p.table
        .columns
        .sort_by_key(|column| order.get(column.name.as_str()).copied());
    q.table.columns = p
        .table
        .columns
        .iter()
        .filter_map(|column| of_q.remove(&column.name))
        .collect();
    if p.table.columns.is_empty() {
        return Err(
            Error::new("the tables have no column in common that can be compared").advise(format!(
                "P has: {}; Q has: {}; if a first row was taken for a header, say --no-header",
                list(p.has.iter().map(|(name, _)| name.as_str())),
                list(q.has.iter().map(|(name, _)| name.as_str())),
            )),
        );
    }
    Ok([p.table, q.table])
}

fn refuse_no_rows(table: &Table) -> Result<(), Error> {
    if table.rows > 0 {
        return Ok(());
    }
    let split = table
        .notes
        .iter()
        .find(|note| matches!(note, Note::OnNeitherSide { .. }));
    let advice = split.map_or_else(
        || "the table needs at least one row below its header".to_owned(),
        ToString::to_string,
    );
    Err(Error::new("no rows: nothing to compare")
        .in_file(&table.name)
        .advise(advice))
}

/// A JSON name that was null where it was not an object is no column beside `name.field`, whether
/// it was counted or the other table lacks it.
pub(crate) fn drop_empty_parents(side: &mut Side) {
    let parents: BTreeSet<String> = side
        .has
        .iter()
        .flat_map(|(name, _)| {
            name.match_indices('.')
                .map(|(dot, _)| name[..dot].to_owned())
        })
        .collect();
    let holds_values: BTreeSet<String> = side
        .table
        .columns
        .iter()
        .filter(|column| column.summary.nulls() < column.summary.rows())
        .map(|column| column.name.clone())
        .collect();
    let is_column = |name: &String| !parents.contains(name) || holds_values.contains(name);
    side.table.columns.retain(|column| is_column(&column.name));
    side.has.retain(|(name, _)| is_column(name));
}

/// Refuses options that name a column which is not known.
pub(crate) fn check_known(known: &BTreeSet<String>, options: &Options) -> Result<(), Error> {
    let mut named = options
        .columns
        .iter()
        .flatten()
        .chain(&options.exclude)
        .chain(options.types.keys());
    match named.find(|&name| !known.contains(name)) {
        Some(name) => Err(no_such_column(name, known.iter().map(String::as_str))),
        None => Ok(()),
    }
}

/// There is no column of this name, and these there are.
pub(crate) fn no_such_column<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Error {
    let known: Vec<&str> = known.collect();
    let advice = match known.iter().find(|known| known.eq_ignore_ascii_case(name)) {
        Some(same) => format!("did you mean `{same}`?"),
        None => format!("the columns are: {}", list(known.iter().copied())),
    };
    Error::new(format!("there is no column `{name}`")).advise(advice)
}

/// Names for a message: all of them, or the first where they are many.
fn list<'a>(names: impl Iterator<Item = &'a str>) -> String {
    const SHOWN: usize = 30;
    let names: Vec<&str> = names.collect();
    let shown = names[..names.len().min(SHOWN)].join(", ");
    match names.len().checked_sub(SHOWN) {
        Some(more @ 1..) => format!("{shown} and {more} more"),
        _ => shown,
    }
}
