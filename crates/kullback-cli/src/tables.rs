//! The two tables that are compared, as they were named: two sources, or two parts of one.

use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use kullback::compare::Factor;
use kullback::joint::PairCounts;
use kullback_table::{By, Location, Options, read, read_pairs, split, split_pairs};

use crate::args::Sources;
use crate::fail::Fail;
use crate::progress;
use crate::summaries::Summaries;

pub(crate) enum Tables<'a> {
    Two(Location, Location),
    Parts(Location, &'a By),
}

impl<'a> Tables<'a> {
    pub(crate) fn find(sources: &'a Sources) -> Result<Self, Fail> {
        let p = Location::parse(&sources.p)?;
        match (&sources.q, &sources.by) {
            (_, Some(by)) => Ok(Self::Parts(p, by)),
            (Some(q), None) => Ok(Self::Two(p, Location::parse(q)?)),
            (None, None) => Err(Fail::new("a second table is missing")
                .advise("name it, or split the first with --by")),
        }
    }

    /// Reads every column by itself.
    pub(crate) fn columns(&self, options: &Options) -> Result<Summaries, Fail> {
        let bytes = Arc::new(AtomicU64::new(0));
        let _bar = progress::show(self.bytes(), &bytes);
        let [p, q] = match self {
            Self::Two(p, q) => read(p, q, options, &bytes),
            Self::Parts(table, by) => split(table, by, options, &bytes),
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
    ) -> Result<[PairCounts; 2], Fail> {
        let bytes = Arc::new(AtomicU64::new(0));
        let _bar = progress::show(self.bytes(), &bytes);
        Ok(match self {
            Self::Two(p, q) => read_pairs(p, q, options, &bytes, factors, rows),
            Self::Parts(table, by) => split_pairs(table, by, options, &bytes, factors, rows),
        }?)
    }

    /// Refuses what cannot be read twice, before it is read at all.
    pub(crate) fn refuse_once(&self) -> Result<(), Fail> {
        match self.locations().find_map(Location::read_once) {
            None => Ok(()),
            Some(name) => Err(Fail::new(format!(
                "{name} can be read only once, and pairs of columns take a second reading"
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
