//! The numbers of two columns as points on a line.

use super::bins::Bin;
use super::outcomes::align;
use super::{Caveat, Kind};
use crate::summary::{Axis, Column};
use crate::{Line, Pair};

/// Two columns of numbers or times on one line, with what a reader of its measures must know.
///
/// The points are the values themselves, not the bins of a [`Comparison`](super::Comparison), as
/// long as the summaries count them exactly. After that they are the middles of the summaries'
/// cells, and [`Caveat::Cells`] bounds what that changes. Times and durations are microseconds.
#[derive(Clone, Debug)]
pub struct Points {
    line: Line,
    caveats: Vec<Caveat>,
}

/// Why two columns do not lie on one line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoLine {
    /// The values have no order and distances: texts, booleans, nulls or several kinds.
    Kind(Kind),
    /// A side has no finite number.
    NoPoints,
    /// The distance between the outermost points is beyond the largest `f64`.
    TooFar,
}

/// Puts the numbers or times of two columns on one line, for measures such as Wasserstein and
/// Kolmogorov–Smirnov.
///
/// Nulls, NaN and infinities have no place there: they are left out and counted in
/// [`Caveat::OffLine`].
///
/// # Errors
///
/// [`NoLine`] where the values are not all numbers, or all times, or where there are none.
///
/// ```
/// use kullback::{Measure, compare, summary::{Axis, Builder}};
///
/// let column = |ages: &[f64]| {
///     let mut column = Builder::new();
///     ages.iter().for_each(|&age| column.push(Axis::Number, age));
///     column.finish()
/// };
/// let points = compare::points(&column(&[20.0, 30.0]), &column(&[20.0, 31.0])).unwrap();
/// assert_eq!(Measure::WASSERSTEIN.value(points.line()), 0.5);
/// assert!(points.caveats().is_empty());
///
/// let mut texts = Builder::new();
/// texts.push_text("twenty", 2);
/// let error = compare::points(&texts.finish(), &column(&[20.0])).unwrap_err();
/// assert_eq!(error, compare::NoLine::Kind(compare::Kind::Mixed));
/// ```
pub fn points(p: &Column, q: &Column) -> Result<Points, NoLine> {
    let axis = match Kind::of(p, q) {
        Kind::Number => Axis::Number,
        Kind::Time => Axis::Time,
        Kind::TimeOfDay => Axis::TimeOfDay,
        Kind::Duration => Axis::Duration,
        kind => return Err(NoLine::Kind(kind)),
    };
    let sides = [p, q].map(|side| side.axis(axis).finite());
    let cells = align(p.axis(axis), q.axis(axis));
    let side = |side: usize| -> Vec<u64> { cells.iter().map(|cell| cell.counts[side]).collect() };
    let pair = Pair::from_counts(&side(0), &side(1)).map_err(|_| NoLine::NoPoints)?;
    let middles: Vec<f64> = cells.iter().map(middle).collect();
    let line = Line::new(&middles, &pair).map_err(|_| NoLine::TooFar)?;

    let mut caveats = Vec::new();
    let rows = [p.rows() - sides[0].total(), q.rows() - sides[1].total()];
    if rows != [0, 0] {
        caveats.push(Caveat::OffLine { rows });
    }
    if sides.iter().any(|side| side.level() > 0) {
        caveats.push(blur(&line, &cells));
    }
    if axis != Axis::Number {
        caveats.push(Caveat::Microseconds);
    }
    Ok(Points { line, caveats })
}

impl Points {
    /// The points with their masses.
    pub fn line(&self) -> &Line {
        &self.line
    }

    /// What a reader of the line's measures must know.
    pub fn caveats(&self) -> &[Caveat] {
        &self.caveats
    }
}

/// Where a cell is one value, this is it, to the last bit.
fn middle(cell: &Bin) -> f64 {
    cell.low + half_width(cell)
}

/// Halved first: the difference of the two may be beyond the largest `f64`.
fn half_width(cell: &Bin) -> f64 {
    0.5 * cell.high - 0.5 * cell.low
}

/// How far measures of the values may be from those of their cells' middles.
///
/// At the ends of cells F and G are known; within one, either may rise before the other does. A
/// value lies at most half a cell from the middle, and Wasserstein is a metric.
fn blur(line: &Line, cells: &[Bin]) -> Caveat {
    let (mut before, mut at_ends, mut within) = (0.0, 0.0f64, 0.0f64);
    let mut shift = 0.0;
    for ((&gap, [p, q]), cell) in line.gaps().iter().zip(line.masses()).zip(cells) {
        at_ends = at_ends.max(gap.abs());
        within = within.max(before + p).max(q - before);
        shift += (p + q) * half_width(cell);
        before = gap;
    }
    Caveat::Cells {
        kolmogorov_smirnov: (within - at_ends).max(0.0),
        wasserstein: shift,
    }
}
