//! Two summaries of a column, measured against each other.
//!
//! [`compare`] lays two [`Column`]s on one support: the outcomes that both could have. Nulls, NaN
//! and infinities are outcomes of their own, texts are outcomes by value, and numbers and times
//! are cut into bins of equal mass. The outcomes make a [`Pair`], and any
//! [`Measure`](crate::Measure) reads that. [`points`](fn@points) puts the numbers themselves on a
//! [`Line`](crate::Line), for the measures that see how far mass has moved. A [`Factor`] has a few
//! levels only, to be crossed with other columns ([`PairCounts`](crate::joint::PairCounts)).
//!
//! ```
//! use kullback::{Measure, summary::{Axis, Builder}};
//!
//! let column = |ages: &[f64]| {
//!     let mut column = Builder::new();
//!     ages.iter().for_each(|&age| column.push(Axis::Number, age));
//!     column.finish()
//! };
//! let (p, q) = (column(&[20.0, 20.0, 30.0, 40.0]), column(&[20.0, 30.0, 30.0, 40.0]));
//! let comparison = kullback::compare::compare(&p, &q).unwrap();
//! let kl = Measure::parse("kl").unwrap().value(comparison.pair());
//! assert!((kl - 0.25 * 2f64.ln()).abs() < 1e-15); // ½ ln 2 − ¼ ln 2
//! ```

mod bins;
mod caveat;
mod factor;
mod findings;
mod outcomes;
mod points;
mod spelling;

pub use crate::samples::compare_samples;
pub use caveat::{Caveat, Unshared};
pub use factor::{Factor, Level, MOST_LEVELS, number_of_levels};
pub use findings::Findings;
pub use outcomes::{Label, Outcome};
pub use points::{NoLine, Points, points};

use crate::Pair;
use crate::summary::{Axis, Column};
use outcomes::Outcomes;

/// Two columns on one support, with what a reader of the numbers must know.
#[derive(Clone, Debug)]
pub struct Comparison {
    outcomes: Vec<Outcome>,
    pair: Pair,
    halved: Option<(Pair, [Vec<u64>; 2])>,
    kind: Kind,
    rows: [u64; 2],
    nulls: [u64; 2],
    caveats: Vec<Caveat>,
}

/// Why two columns have no divergence worth a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotScored {
    /// A side has no rows.
    NoRows,
    /// P and Q have more rows together than `u64` holds.
    TooManyRows,
    /// Every text is different on both sides: the column names its rows and has no distribution.
    Identifier,
}

/// What the values of a column are, on both sides taken together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Nothing but nulls.
    Null,
    /// `true` and `false`.
    Boolean,
    /// Numbers.
    Number,
    /// Dates and timestamps.
    Time,
    /// Times of day.
    TimeOfDay,
    /// Durations.
    Duration,
    /// Texts.
    Text,
    /// More than one of these.
    Mixed,
}

impl Kind {
    /// The kind's name, in lower case: `"number"`, `"time of day"`, …
    pub fn name(self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Boolean => "boolean",
            Self::Number => "number",
            Self::Time => "time",
            Self::TimeOfDay => "time of day",
            Self::Duration => "duration",
            Self::Text => "text",
            Self::Mixed => "mixed",
        }
    }

    fn of(p: &Column, q: &Column) -> Self {
        let axes = Axis::ALL
            .into_iter()
            .filter(|&axis| p.axis(axis).total() + q.axis(axis).total() > 0)
            .map(|axis| match axis {
                Axis::Number => Self::Number,
                Axis::Time => Self::Time,
                Axis::TimeOfDay => Self::TimeOfDay,
                Axis::Duration => Self::Duration,
            });
        let boolean = |column: &Column| {
            column.texts().len() <= 2
                && column
                    .texts()
                    .iter()
                    .all(|c| matches!(c.text, Some("true" | "false")))
        };
        let texts = (!p.texts().is_empty() || !q.texts().is_empty()).then(|| {
            if boolean(p) && boolean(q) {
                Self::Boolean
            } else {
                Self::Text
            }
        });
        let mut kinds = axes.chain(texts);
        match (kinds.next(), kinds.next()) {
            (None, _) => Self::Null,
            (Some(kind), None) => kind,
            _ => Self::Mixed,
        }
    }
}

/// Lays two columns on one support.
///
/// Numbers and times are cut into about `min(n, m)^⅓` bins (10 to 128) of equal mass in the
/// even mixture ½P + ½Q; a value that fills a bin by itself keeps it, and a column with no more
/// distinct values than bins keeps them all.
///
/// # Errors
///
/// [`NotScored`] when a side has no rows, when both have too many, or when both are identifiers.
pub fn compare(p: &Column, q: &Column) -> Result<Comparison, NotScored> {
    let rows = [p.rows(), q.rows()];
    let kind = scored(p, q)?;
    let bins = bins::number(rows);
    let support = Outcomes::of(p, q, bins);
    let pair = support.pair().ok_or(NotScored::NoRows)?;
    let halved = support.binned.then(|| Outcomes::of(p, q, bins / 2));
    let halved = halved.and_then(|half| Some((half.pair()?, findings::counts(&half.outcomes))));
    let caveats = caveat::find(p, q, kind, bins, &support);
    Ok(Comparison {
        outcomes: support.outcomes,
        pair,
        halved,
        kind,
        rows,
        nulls: [p.nulls(), q.nulls()],
        caveats,
    })
}

/// What the values are, unless they have no distribution to compare.
fn scored(p: &Column, q: &Column) -> Result<Kind, NotScored> {
    if p.rows() == 0 || q.rows() == 0 {
        return Err(NotScored::NoRows);
    }
    if p.rows().checked_add(q.rows()).is_none() {
        return Err(NotScored::TooManyRows);
    }
    let kind = Kind::of(p, q);
    if kind == Kind::Text && p.texts().all_distinct() && q.texts().all_distinct() {
        return Err(NotScored::Identifier);
    }
    Ok(kind)
}

impl Comparison {
    /// The outcomes: null, then each axis in ascending order, then the texts, most frequent first.
    pub fn outcomes(&self) -> &[Outcome] {
        &self.outcomes
    }

    /// The outcomes' counts as two distributions, in the same order.
    pub fn pair(&self) -> &Pair {
        &self.pair
    }

    /// The same with half as many bins, where bins hold several values: how far a measure moves
    /// from one to the other says how much it depends on the bins.
    pub fn halved(&self) -> Option<&Pair> {
        self.halved.as_ref().map(|(pair, _)| pair)
    }

    /// What the values are.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// The numbers of rows of P and of Q, nulls included.
    pub fn rows(&self) -> [u64; 2] {
        self.rows
    }

    /// The numbers of nulls of P and of Q.
    pub fn nulls(&self) -> [u64; 2] {
        self.nulls
    }

    /// What a reader of the numbers must know, most important first.
    pub fn caveats(&self) -> &[Caveat] {
        &self.caveats
    }
}
