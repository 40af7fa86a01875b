//! The view: where in memory outcome k of row i lies.

use std::borrow::Cow;

use super::Real;
use crate::Error;

/// Rows of masses over one support, lying in memory in whatever order.
///
/// - *Shape*: n rows of k outcomes each, at least one of both.
/// - *Ranges*: whether masses are distributions is looked at when they are measured, with the
///   policy that is named then.
///
/// See the [module](crate::batch) for what can be asked of it.
///
/// ```
/// use kullback::batch::Batch;
///
/// let batch = Batch::new(&[0.5, 0.5, 0.25, 0.75, 1.0, 0.0], 2)?;
/// assert_eq!((batch.rows(), batch.support()), (3, 2));
/// assert!(batch.row(1).is_some_and(|row| row.eq([0.25, 0.75])));
/// # Ok::<(), kullback::Error>(())
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Batch<'a, T> {
    data: &'a [T],
    rows: usize,
    support: usize,
    /// Where outcome 0 of row 0 lies.
    start: usize,
    /// From one outcome to the next.
    step: isize,
    /// Rows come in runs of this many.
    run: usize,
    /// From one row to the next, within a run.
    stride: isize,
    /// From one run to the next.
    run_stride: isize,
}

impl<'a, T: Real> Batch<'a, T> {
    /// Rows one after the other, each of `support` outcomes.
    ///
    /// # Errors
    /// [`Error::Empty`]; [`Error::ShapeMismatch`] if the data does not divide into such rows.
    ///
    /// ```
    /// use kullback::batch::Batch;
    ///
    /// assert_eq!(Batch::new(&[0.5; 6], 2)?.rows(), 3);
    /// assert!(Batch::new(&[0.5; 6], 4).is_err());
    /// # Ok::<(), kullback::Error>(())
    /// ```
    pub fn new(data: &'a [T], support: usize) -> Result<Batch<'a, T>, Error> {
        let rows = data.len().checked_div(support).ok_or(Error::Empty)?;
        Batch::along(data, &[rows, support], 1)
    }

    /// The distributions along one axis of an array that lies in memory with its last axis fastest.
    ///
    /// The rows are all combinations of the other axes, in the array's order.
    ///
    /// # Errors
    /// [`Error::Empty`], [`Error::ShapeMismatch`], [`Error::NoSuchAxis`].
    ///
    /// ```
    /// use kullback::batch::Batch;
    ///
    /// // One distribution in each column.
    /// let batch = Batch::along(&[0.5, 0.25, 0.5, 0.75], &[2, 2], 0)?;
    /// assert!(batch.row(1).is_some_and(|row| row.eq([0.25, 0.75])));
    /// # Ok::<(), kullback::Error>(())
    /// ```
    pub fn along(data: &'a [T], shape: &[usize], axis: usize) -> Result<Batch<'a, T>, Error> {
        let cells = shape
            .iter()
            .try_fold(1usize, |cells, &n| cells.checked_mul(n));
        if cells != Some(data.len()) {
            let (shape, entries) = (shape.to_vec(), data.len());
            return Err(Error::ShapeMismatch { shape, entries });
        }
        let Some(&support) = shape.get(axis) else {
            let axes = shape.len();
            return Err(Error::NoSuchAxis { axis, axes });
        };
        if data.is_empty() {
            return Err(Error::Empty);
        }
        let step: usize = shape[axis + 1..].iter().product();
        Ok(Batch {
            data,
            rows: data.len() / support,
            support,
            start: 0,
            // A slice has no more than isize::MAX entries.
            step: step as isize,
            run: step,
            stride: 1,
            run_stride: (step * support) as isize,
        })
    }

    /// Outcome k of row i at `start + i·row_stride + k·step`, for `[rows, support]` of them.
    ///
    /// Strides count entries, as in NumPy's `array.strides` divided by `array.itemsize`. A stride
    /// may be negative, and a stride of 0 repeats a row.
    ///
    /// # Errors
    /// [`Error::Empty`]; [`Error::BeyondData`] if an entry lies outside the data.
    ///
    /// ```
    /// use kullback::batch::Batch;
    ///
    /// // The first two of three columns, as in `array[:, :2]`.
    /// let data = [0.5, 0.5, 9.0, 0.25, 0.75, 9.0];
    /// let batch = Batch::strided(&data, 0, [2, 2], [3, 1])?;
    /// assert!(batch.row(1).is_some_and(|row| row.eq([0.25, 0.75])));
    ///
    /// // The same from the last row and column on, as in `array[::-1, 1::-1]`.
    /// let batch = Batch::strided(&data, 4, [2, 2], [-3, -1])?;
    /// assert!(batch.row(0).is_some_and(|row| row.eq([0.75, 0.25])));
    /// # Ok::<(), kullback::Error>(())
    /// ```
    pub fn strided(
        data: &'a [T],
        start: usize,
        [rows, support]: [usize; 2],
        [row_stride, step]: [isize; 2],
    ) -> Result<Batch<'a, T>, Error> {
        Batch::runs(data, start, [1, rows, support], [0, row_stride, step])
    }

    /// Outcome k of row (j, i) at `start + j·run_stride + i·row_stride + k·step`, for `[runs, rows, support]` of
    /// them; the row's number is j·rows + i.
    ///
    /// Rows that lie along two axes of an array, as they do where one of them is repeated: strides as
    /// [`Batch::strided`] has them.
    ///
    /// # Errors
    /// Those of [`Batch::strided`].
    ///
    /// ```
    /// use kullback::batch::Batch;
    ///
    /// // Each of two rows three times, as in `numpy.broadcast_to(array[:, None, :], (2, 3, 2))`.
    /// let batch = Batch::runs(&[0.5, 0.5, 0.25, 0.75], 0, [2, 3, 2], [2, 0, 1])?;
    /// assert_eq!(batch.rows(), 6);
    /// assert!(batch.row(2).is_some_and(|row| row.eq([0.5, 0.5])));
    /// assert!(batch.row(3).is_some_and(|row| row.eq([0.25, 0.75])));
    /// # Ok::<(), kullback::Error>(())
    /// ```
    pub fn runs(
        data: &'a [T],
        start: usize,
        [runs, rows, support]: [usize; 3],
        [run_stride, row_stride, step]: [isize; 3],
    ) -> Result<Batch<'a, T>, Error> {
        let all = runs.checked_mul(rows).ok_or(Error::BeyondData {
            index: i128::MAX,
            entries: data.len(),
        })?;
        if all == 0 || support == 0 {
            return Err(Error::Empty);
        }
        // Below 2¹²⁸ for any numbers of 64 bits.
        let reach = |n: usize, stride: isize| (n - 1) as i128 * stride as i128;
        let reaches = [
            reach(runs, run_stride),
            reach(rows, row_stride),
            reach(support, step),
        ];
        let sum = |end: fn(i128) -> i128| start as i128 + reaches.map(end).iter().sum::<i128>();
        let entries = data.len();
        for index in [sum(|reach| reach.min(0)), sum(|reach| reach.max(0))] {
            if !(0..entries as i128).contains(&index) {
                return Err(Error::BeyondData { index, entries });
            }
        }
        Ok(Batch {
            data,
            rows: all,
            support,
            start,
            step,
            run: rows,
            stride: row_stride,
            run_stride,
        })
    }

    /// How many distributions there are.
    ///
    /// ```
    /// # use kullback::batch::Batch;
    /// assert_eq!(Batch::new(&[1.0, 1.0], 1)?.rows(), 2);
    /// # Ok::<(), kullback::Error>(())
    /// ```
    #[must_use]
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// How many outcomes each of them has.
    ///
    /// ```
    /// # use kullback::batch::Batch;
    /// assert_eq!(Batch::new(&[1.0, 1.0], 1)?.support(), 1);
    /// # Ok::<(), kullback::Error>(())
    /// ```
    #[must_use]
    pub fn support(&self) -> usize {
        self.support
    }

    /// The masses of one distribution; `None` if there is no row of this number.
    ///
    /// ```
    /// # use kullback::batch::Batch;
    /// let batch = Batch::new(&[0.5f32, 0.5], 2)?;
    /// assert!(batch.row(0).is_some_and(|row| row.eq([0.5, 0.5])));
    /// assert!(batch.row(1).is_none());
    /// # Ok::<(), kullback::Error>(())
    /// ```
    #[must_use]
    pub fn row(&self, number: usize) -> Option<impl Iterator<Item = T> + use<'a, T>> {
        if number >= self.rows {
            return None;
        }
        let start = self.first(number);
        let (data, step) = (self.data, self.step);
        let at = move |outcome: usize| start.wrapping_add_signed(outcome as isize * step);
        Some((0..self.support).map(move |outcome| data[at(outcome)]))
    }

    /// Where outcome 0 of a row lies.
    fn first(&self, row: usize) -> usize {
        let (run, within) = ((row / self.run) as isize, (row % self.run) as isize);
        self.start
            .wrapping_add_signed(run * self.run_stride + within * self.stride)
    }

    /// The masses of a row that there is: as they lie where they lie in order.
    pub(super) fn masses(&self, row: usize) -> Cow<'a, [T]> {
        if self.step == 1 {
            let first = self.first(row);
            Cow::Borrowed(&self.data[first..first + self.support])
        } else {
            self.row(row).into_iter().flatten().collect()
        }
    }
}
