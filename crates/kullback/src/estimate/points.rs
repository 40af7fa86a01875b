//! Samples of points: rows of finite numbers, checked once.

use std::cmp::Ordering;

use super::Error;
use crate::Side;

/// The most columns that points may have. Beyond some ten, every point is about as far away as
/// every other, and estimates by neighbours say little.
pub const MOST_COLUMNS: usize = 10;

/// Squares of distances must not overflow.
const LARGEST: f64 = 1e150;

/// A sample of points: rows of equally many finite numbers, 1 to [`MOST_COLUMNS`] of them.
///
/// Coordinates lie within ±10¹⁵⁰; −0 is taken as 0, and differences below 10⁻¹⁶⁰ as none, so that
/// squares of distances neither overflow nor matter where they vanish.
///
/// ```
/// use kullback::estimate::Points;
///
/// let points = Points::new(&[[0.0, 1.0], [2.0, 3.0], [4.0, 5.0]])?;
/// assert_eq!((points.len(), points.columns()), (3, 2));
///
/// let error = Points::new(&[vec![0.0], vec![f64::NAN]]).unwrap_err();
/// assert_eq!(error.to_string(), "row 1, column 0 is NaN: points need finite numbers within ±1e150");
/// # Ok::<(), kullback::estimate::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Points {
    /// Row after row.
    values: Vec<f64>,
    columns: usize,
}

impl Points {
    /// Checks and copies rows.
    ///
    /// # Errors
    /// [`Error::BadColumns`] for no column or more than [`MOST_COLUMNS`], [`Error::RaggedRow`],
    /// [`Error::BadCoordinate`]; [`Error::TooFewPoints`] for no row.
    ///
    /// ```
    /// use kullback::estimate::{Error, Points};
    ///
    /// let error = Points::new(&[vec![1.0, 2.0], vec![3.0]]).unwrap_err();
    /// assert_eq!(error, Error::RaggedRow { row: 1, columns: 1, expected: 2 });
    /// ```
    pub fn new<R: AsRef<[f64]>>(rows: &[R]) -> Result<Points, Error> {
        let Some(first) = rows.first() else {
            return Err(Error::TooFewPoints {
                points: 0,
                needs: 1,
            });
        };
        let columns = first.as_ref().len();
        if !(1..=MOST_COLUMNS).contains(&columns) {
            return Err(Error::BadColumns { columns });
        }
        let mut values = Vec::with_capacity(rows.len() * columns);
        for (number, row) in rows.iter().enumerate() {
            let row = row.as_ref();
            if row.len() != columns {
                return Err(Error::RaggedRow {
                    row: number,
                    columns: row.len(),
                    expected: columns,
                });
            }
            if let Some(column) = row.iter().position(|&x| !in_range(x)) {
                return Err(Error::BadCoordinate {
                    row: number,
                    column,
                    value: row[column],
                });
            }
            values.extend(row.iter().map(|x| x + 0.0));
        }
        Ok(Points { values, columns })
    }

    /// A sample of single numbers.
    ///
    /// # Errors
    /// Those of [`Points::new`].
    ///
    /// ```
    /// assert_eq!(kullback::estimate::Points::line(&[3.0, 1.0])?.columns(), 1);
    /// # Ok::<(), kullback::estimate::Error>(())
    /// ```
    pub fn line(values: &[f64]) -> Result<Points, Error> {
        let rows: Vec<[f64; 1]> = values.iter().map(|&x| [x]).collect();
        Points::new(&rows)
    }

    /// The number of points.
    #[must_use]
    pub fn len(&self) -> usize {
        self.values.len() / self.columns
    }

    /// Always `false`: a sample has at least one point.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// The number of columns.
    #[must_use]
    pub fn columns(&self) -> usize {
        self.columns
    }

    pub(super) fn rows(&self) -> impl ExactSizeIterator<Item = &[f64]> {
        self.values.chunks_exact(self.columns)
    }

    /// Whether there are enough points.
    pub(super) fn need(&self, needs: usize) -> Result<(), Error> {
        if self.len() < needs {
            let points = self.len();
            return Err(Error::TooFewPoints { points, needs });
        }
        Ok(())
    }

    /// Whether another sample has as many columns.
    pub(super) fn match_columns(&self, other: &Points) -> Result<(), Error> {
        if self.columns == other.columns {
            return Ok(());
        }
        Err(Error::ColumnMismatch {
            sides: [Side::P, Side::Q],
            columns: [self.columns, other.columns],
        })
    }
}

/// Whether a number may be a coordinate: finite, with a square that is.
pub(super) fn in_range(x: f64) -> bool {
    x.abs() <= LARGEST
}

/// Which of two points comes first, coordinate by coordinate.
pub(super) fn total_order(a: &[f64], b: &[f64]) -> Ordering {
    let mut orders = a.iter().zip(b).map(|(x, y)| x.total_cmp(y));
    orders
        .find(|order| order.is_ne())
        .unwrap_or(Ordering::Equal)
}
