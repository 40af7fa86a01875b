//! A column's values gathered into a few levels, to be crossed with those of other columns.

use std::collections::HashMap;

use super::bins::{self, Bin};
use super::outcomes::{self, Label};
use super::{NotScored, scored};
use crate::numeric::Sum;
use crate::summary::{Axis, Column, text_hash};

/// The most levels that a [`Factor`] may be asked for.
pub const MOST_LEVELS: usize = 32;

/// A column as a factor: every value of either side belongs to one of a few levels.
///
/// Null is a level of its own, and so is what is not finite. Numbers and times are cut into bins of
/// equal mass in ½P + ½Q, a value that fills a bin keeping it; the most frequent texts keep a level
/// each and all others share one. Levels merge outcomes, so a divergence of factors is a lower
/// bound (Csiszár 1967).
///
/// A factor is made from the summaries of a column and then codes its values one by one.
///
/// ```
/// use kullback::compare::Factor;
/// use kullback::summary::{Axis, Builder};
///
/// let mut column = Builder::new();
/// column.push_nulls(5);
/// for x in 0..95 {
///     column.push(Axis::Number, f64::from(x));
/// }
/// let column = column.finish();
/// let factor = Factor::new(&column, &column, 6).unwrap();
/// assert_eq!(factor.levels().len(), 6); // null, and five bins of nineteen values each
/// assert_eq!(factor.null(), Some(0));
/// assert_eq!(factor.number(Axis::Number, 18.0), Some(1));
/// assert_eq!(factor.number(Axis::Number, 19.0), Some(2));
/// assert_eq!(factor.text(b"none"), None); // the column has no such value
/// ```
#[derive(Clone, Debug)]
pub struct Factor {
    levels: Vec<Level>,
    /// How many rows of P and of Q each level has.
    counts: Vec<[u64; 2]>,
    null: Option<u8>,
    non_finite: Option<u8>,
    /// For each axis the highest value of each bin, ascending, with the first bin's number.
    bins: [(Vec<f64>, u8); 4],
    /// The texts that have a level of their own, by their hashes without the low bits.
    texts: HashMap<u64, u8>,
    other_texts: Option<u8>,
    dropped_bits: u32,
}

/// One level of a [`Factor`].
#[derive(Clone, Debug, PartialEq)]
pub enum Level {
    /// An outcome: null, a value, an interval or a text.
    Outcome(Label),
    /// NaN, +∞ and −∞.
    NotFinite,
    /// All texts that have no level of their own.
    OtherTexts {
        /// How many there are; hash buckets where the column has more texts than its cap.
        texts: usize,
    },
}

/// How many levels suit two samples of `rows`: ⌊√(min(n, m)/10)⌋, from 2 to 8, so that the cells of
/// a pair of columns hold ten rows on average.
///
/// ```
/// assert_eq!(kullback::compare::number_of_levels([100_000, 250]), 5);
/// ```
#[must_use]
pub fn number_of_levels(rows: [u64; 2]) -> usize {
    ((rows[0].min(rows[1]) / 10).isqrt() as usize).clamp(2, 8)
}

impl Factor {
    /// The levels of a column with summaries `p` and `q`: no more than `levels`, which is from 2 to
    /// [`MOST_LEVELS`], unless the column holds so many kinds of values that one level for each is
    /// more.
    ///
    /// # Errors
    /// [`NotScored`] for a side without rows and for identifiers.
    pub fn new(p: &Column, q: &Column, levels: usize) -> Result<Self, NotScored> {
        scored(p, q)?;
        let wanted = levels.clamp(2, MOST_LEVELS);
        let rows = [p.rows(), q.rows()];
        let mut factor = Self {
            levels: Vec::new(),
            counts: Vec::new(),
            null: None,
            non_finite: None,
            bins: Default::default(),
            texts: HashMap::new(),
            other_texts: None,
            dropped_bits: p.texts().level().max(q.texts().level()),
        };
        if p.nulls() + q.nulls() > 0 {
            let nulls = [p.nulls(), q.nulls()];
            factor.null = Some(factor.push(Level::Outcome(Label::Null), nulls));
        }
        let finite = |side: &Column, axis| side.axis(axis).finite().total();
        let not_finite = [p, q].map(|side| {
            let of = |axis| side.axis(axis).total() - finite(side, axis);
            Axis::ALL.into_iter().map(of).sum()
        });
        if not_finite != [0, 0] {
            factor.non_finite = Some(factor.push(Level::NotFinite, not_finite));
        }
        let held = |&axis: &Axis| finite(p, axis) + finite(q, axis) > 0;
        let axes = Axis::ALL.iter().filter(|&axis| held(axis)).count();
        let kinds = axes + usize::from(p.texts().total() + q.texts().total() > 0);
        let share = (wanted.saturating_sub(factor.levels.len()) / kinds.max(1)).max(1);
        for axis in Axis::ALL {
            let cells = outcomes::align(p.axis(axis), q.axis(axis));
            // Values that fill a bin by themselves may make more bins than were asked for.
            let cuts = (1..=share).rev().map(|bins| bins::cut(&cells, rows, bins));
            let bins = cuts.into_iter().find(|bins| bins.len() <= share);
            for Bin { low, high, counts } in bins.unwrap_or_default() {
                let label = Label::Interval { axis, low, high };
                let level = factor.push(Level::Outcome(label), counts);
                let (highest, first) = &mut factor.bins[axis as usize];
                if highest.is_empty() {
                    *first = level;
                }
                highest.push(high);
            }
        }
        let texts = outcomes::texts(p, q, rows);
        let kept = if texts.len() <= share {
            texts.len()
        } else {
            share - 1
        };
        let mut texts = texts.into_iter();
        for (key, outcome) in texts.by_ref().take(kept) {
            let counts = [outcome.p, outcome.q];
            let level = factor.push(Level::Outcome(outcome.label), counts);
            factor.texts.insert(key, level);
        }
        let (others, counts) = texts.fold((0, [0, 0]), |(others, [p, q]), (_, other)| {
            (others + 1, [p + other.p, q + other.q])
        });
        if others > 0 {
            factor.other_texts = Some(factor.push(Level::OtherTexts { texts: others }, counts));
        }
        Ok(factor)
    }

    /// There are few enough levels that a number fits a byte.
    fn push(&mut self, level: Level, counts: [u64; 2]) -> u8 {
        self.levels.push(level);
        self.counts.push(counts);
        (self.levels.len() - 1) as u8
    }

    /// The levels, by their numbers.
    #[must_use]
    pub fn levels(&self) -> &[Level] {
        &self.levels
    }

    /// Entropy of the levels in ½P + ½Q, in nats: no column can share more information than that
    /// with another.
    #[must_use]
    pub fn entropy(&self) -> f64 {
        let rows = [0, 1].map(|side| self.counts.iter().map(|level| level[side]).sum::<u64>());
        let share =
            |[p, q]: &[u64; 2]| 0.5 * (*p as f64 / rows[0] as f64 + *q as f64 / rows[1] as f64);
        let surprise = |level| -share(level) * share(level).ln();
        self.counts.iter().map(surprise).collect::<Sum>().total()
    }

    /// The level of a null; `None` where the column has none.
    #[must_use]
    pub fn null(&self) -> Option<u8> {
        self.null
    }

    /// The level of a number or time; `None` for one above all that the column has.
    #[must_use]
    #[inline]
    pub fn number(&self, axis: Axis, x: f64) -> Option<u8> {
        if !x.is_finite() {
            return self.non_finite;
        }
        let (highest, first) = &self.bins[axis as usize];
        // So few that counting beats a search.
        let below = highest.iter().filter(|&&high| high < x).count();
        (below < highest.len()).then(|| first + below as u8)
    }

    /// The level of a text; `None` where the column has no texts but those of other levels.
    #[must_use]
    pub fn text(&self, text: &[u8]) -> Option<u8> {
        let key = text_hash(text) >> self.dropped_bits;
        self.texts.get(&key).copied().or(self.other_texts)
    }
}
