//! The two tables that are compared, as they were named: two sources, or two parts of one.

use std::sync::Arc;

use kullback::Progress;
use kullback::compare::Factor;
use kullback::joint::PairCounts;
use kullback_table::{By, Location, Options, read, read_pairs, split, split_pairs};

use crate::Error;
use crate::summaries::Summaries;

/// Two tables.
#[derive(Clone, Debug)]
pub enum Tables {
    /// P and Q.
    Two(Location, Location),
    /// One table, and the condition whose two sides are P and Q.
    Parts(Location, By),
}

impl Tables {
    /// Finds tables by the names that [`Location::parse`] reads.
    ///
    /// # Errors
    ///
    /// When there is no such file, or neither a second table nor a condition is given.
    pub fn find(p: &str, q: Option<&str>, by: Option<&By>) -> Result<Self, Error> {
        let q = q.map(Location::parse).transpose();
        Self::of(Location::parse(p)?, q?, by)
    }

    /// The same, of tables that were found.
    ///
    /// # Errors
    ///
    /// When neither a second table nor a condition is given, or both are.
    pub fn of(p: Location, q: Option<Location>, by: Option<&By>) -> Result<Self, Error> {
        match (q, by) {
            (None, Some(by)) => Ok(Self::Parts(p, by.clone())),
            (Some(q), None) => Ok(Self::Two(p, q)),
            (None, None) => Err(Error::new("a second table is missing")
                .advise("name it, or split the first with --by")),
            (Some(_), Some(_)) => Err(Error::new("--by splits one table, and two are given")
                .advise("leave out the second table, or --by")),
        }
    }

    /// Reads every column by itself.
    pub(crate) fn columns(
        &self,
        options: &Options,
        progress: &Progress,
    ) -> Result<Summaries, Error> {
        progress.begin(self.bytes());
        let [p, q] = match self {
            Self::Two(p, q) => read(p, q, options, progress),
            Self::Parts(table, by) => split(table, by, options, progress),
        }?;
        let split = matches!(self, Self::Parts(..));
        Ok(Summaries { p, q, split })
    }

    /// Reads pairs of columns with these levels, of tables of so many rows.
    pub(crate) fn pairs(
        &self,
        options: &Options,
        factors: &[(String, Arc<Factor>)],
        rows: [u64; 2],
        progress: &Progress,
    ) -> Result<[PairCounts; 2], Error> {
        progress.begin(self.bytes());
        Ok(match self {
            Self::Two(p, q) => read_pairs(p, q, options, progress, factors, rows),
            Self::Parts(table, by) => split_pairs(table, by, options, progress, factors, rows),
        }?)
    }

    /// Refuses what cannot be read twice, before it is read at all.
    pub(crate) fn refuse_once(&self) -> Result<(), Error> {
        match self.locations().find_map(Location::read_once) {
            None => Ok(()),
            Some(why) => Err(Error::new(format!(
                "{why}, and pairs of columns take a second reading"
            ))
            .advise("write it to a file and compare that")),
        }
    }

    fn locations(&self) -> impl Iterator<Item = &Location> {
        let (first, second) = match self {
            Self::Two(p, q) => (p, Some(q)),
            Self::Parts(table, _) => (table, None),
        };
        std::iter::once(first).chain(second)
    }

    /// How many bytes there are to read, where that is known.
    fn bytes(&self) -> Option<u64> {
        self.locations().map(Location::bytes).sum()
    }
}
