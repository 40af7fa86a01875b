//! Where the rows of one source go, and which of its columns.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use kullback::compare::Factor;
use kullback::joint::PairCounts;

use crate::by::By;
use crate::reading::{Declared, Reading};
use crate::sink::{NullTexts, Sink};
use crate::value::Scalar;
use crate::{Error, Options};

/// What is to be done with the columns of a source.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    pub(crate) by: Option<By>,
    /// What stands for null in a text file.
    pub(crate) field_nulls: NullTexts,
    /// What stands for null in the strings of a typed source: nothing unless the user says so.
    pub(crate) string_nulls: NullTexts,
    pub(crate) options: Options,
    /// The other table's declarations; where it has no schema, every name may be there.
    pub(crate) other: Option<HashMap<String, Declared>>,
    /// The columns whose pairs are to be counted, with their levels; none where columns are
    /// summarised.
    pub(crate) factors: Vec<(String, Arc<Factor>)>,
    /// Whether the values are wanted themselves, row by row, and not their summary.
    pub(crate) keep: bool,
}

impl Plan {
    /// Whether the user wants the column compared.
    pub(crate) fn wants(&self, name: &str) -> bool {
        let paired =
            self.factors.is_empty() || self.factors.iter().any(|(paired, _)| paired == name);
        paired && self.options.want(name) && self.by.as_ref().is_none_or(|by| by.column() != name)
    }

    /// The levels of a column whose pairs are to be counted.
    fn factor(&self, name: &str) -> Option<Arc<Factor>> {
        let (_, factor) = self.factors.iter().find(|(paired, _)| paired == name)?;
        Some(Arc::clone(factor))
    }

    /// No pairs yet, for each of so many sides; nothing where columns are summarised.
    fn pairs(&self, sides: usize) -> Vec<PairCounts> {
        let levels: Vec<usize> = self
            .factors
            .iter()
            .map(|(_, factor)| factor.levels().len())
            .collect();
        let sides = if levels.is_empty() { 0 } else { sides };
        vec![PairCounts::new(&levels); sides]
    }

    /// How the column is to be read here; `None` when it is not to be.
    pub(crate) fn reading(&self, name: &str, declared: &Declared) -> Option<Reading> {
        if !self.wants(name) {
            return None;
        }
        let other = match &self.other {
            Some(fields) => fields.get(name)?,
            None => &Declared::Json,
        };
        // A table that is split is compared with itself.
        let other = if self.by.is_some() { declared } else { other };
        Some(Reading::agree(
            declared,
            other,
            self.options.types.get(name).copied(),
        ))
    }
}

/// The columns of one source, as rows come in.
pub(crate) struct Sinks<'a> {
    pub(crate) plan: &'a Plan,
    pub(crate) names: Vec<String>,
    pub(crate) columns: Vec<Sink>,
    /// Columns in which a list was met: they have no value to count.
    pub(crate) lists: BTreeSet<usize>,
    /// Columns that are not read, for the other table lacks them or the user does not want them,
    /// in the order in which they were met.
    pub(crate) unread: Vec<String>,
    /// How many rows went to each side.
    pub(crate) rows: Vec<u64>,
    /// How many rows were read, on a side or not.
    pub(crate) read: u64,
    index: HashMap<String, Option<usize>>,
    /// For each side the pairs counted, where rows are coded.
    pairs: Vec<PairCounts>,
    /// How many rows of each side are in the pairs.
    paired: Vec<u64>,
}

/// How many rows are coded before their pairs are counted: enough that many pairs keep all threads
/// busy.
const BATCH: u64 = 1 << 14;

impl<'a> Sinks<'a> {
    pub(crate) fn new(plan: &'a Plan) -> Self {
        let sides = if plan.by.is_some() { 2 } else { 1 };
        Self {
            plan,
            names: Vec::new(),
            columns: Vec::new(),
            lists: BTreeSet::new(),
            unread: Vec::new(),
            rows: vec![0; sides],
            read: 0,
            index: HashMap::new(),
            pairs: plan.pairs(sides),
            paired: vec![0; sides],
        }
    }

    /// The number of the column's sink; `None` when the column is not wanted.
    pub(crate) fn of(&mut self, name: &str, declared: &Declared) -> Option<usize> {
        if let Some(&known) = self.index.get(name) {
            return known;
        }
        let new = self.plan.reading(name, declared).map(|reading| {
            self.names.push(name.to_owned());
            let sides = self.rows.len();
            let mut sink = match self.plan.factor(name) {
                Some(factor) => Sink::coding(reading, sides, factor),
                None if self.plan.keep => Sink::keeping(reading),
                None => Sink::counting(reading, sides),
            };
            if self.plan.keep {
                // Rows before the first that names the column were silent about it.
                sink.fill(&self.rows);
            }
            self.columns.push(sink);
            self.columns.len() - 1
        });
        if new.is_none() {
            self.unread.push(name.to_owned());
        }
        self.index.insert(name.to_owned(), new);
        new
    }

    /// Whether a column of this name was met, wanted or not.
    pub(crate) fn met(&self, name: &str) -> bool {
        self.index.contains_key(name)
    }

    /// Counts a row and gives the side that a row with this value in the splitting column is on.
    pub(crate) fn route(&mut self, by: Option<&Scalar<'_>>) -> Option<usize> {
        self.read += 1;
        let side = match (&self.plan.by, by) {
            (Some(by), Some(value)) => by.side(value)?,
            (Some(_), None) => return None,
            (None, _) => 0,
        };
        self.rows[side] += 1;
        Some(side)
    }

    /// Ends a row, or a batch of rows, that all columns have taken or are silent about. Where rows
    /// are coded, the pairs of those that wait are counted once they are enough.
    pub(crate) fn end_rows(&mut self) -> Result<(), Error> {
        if self.plan.keep {
            self.columns
                .iter_mut()
                .for_each(|sink| sink.fill(&self.rows));
        }
        if self.pairs.is_empty() {
            return Ok(());
        }
        let waiting: Vec<u64> = self
            .rows
            .iter()
            .zip(&self.paired)
            .map(|(rows, paired)| rows - paired)
            .collect();
        self.columns.iter_mut().for_each(|sink| sink.fill(&waiting));
        if waiting.iter().sum::<u64>() < BATCH {
            return Ok(());
        }
        self.count_pairs()
    }

    /// Counts the pairs of the rows that wait.
    fn count_pairs(&mut self) -> Result<(), Error> {
        let mut columns: Vec<Vec<Vec<u8>>> = vec![Vec::new(); self.pairs.len()];
        for (name, _) in &self.plan.factors {
            let Some(&Some(sink)) = self.index.get(name) else {
                return Err(changed());
            };
            let (codes, unknown) = self.columns[sink].take_codes();
            if unknown > 0 {
                return Err(changed());
            }
            for (side, codes) in columns.iter_mut().zip(codes) {
                side.push(codes);
            }
        }
        for (pairs, columns) in self.pairs.iter_mut().zip(&columns) {
            pairs
                .add(columns)
                .map_err(|error| Error::new(error.to_string()))?;
        }
        self.paired.clone_from(&self.rows);
        Ok(())
    }

    /// The pairs of each side, all rows counted; `rows` are those that the first pass met.
    pub(crate) fn into_pairs(mut self, rows: &[u64]) -> Result<Vec<PairCounts>, Error> {
        self.end_rows()?;
        self.count_pairs()?;
        if self.rows != rows {
            return Err(changed());
        }
        Ok(self.pairs)
    }
}

/// Tables are read twice for pairs of columns.
fn changed() -> Error {
    Error::new("the table is not what it was when it was read first")
        .advise("something wrote to it meanwhile: compare a copy, or wait until it is whole")
}
