//! Shapes: arrays broadcast against each other, and where their rows lie.

use pyo3::PyResult;
use pyo3::exceptions::PyIndexError;

use crate::error::raise;

/// The shape that arrays broadcast to, and the axis along which distributions lie.
pub(crate) struct Shape {
    full: Vec<usize>,
    axis: usize,
}

/// Where rows lie: runs of rows of outcomes, how many of each, and from one to the next, in entries.
#[derive(Clone, Copy)]
pub(crate) struct Layout {
    pub(crate) counts: [usize; 3],
    pub(crate) strides: [isize; 3],
}

impl Shape {
    /// Broadcasts shapes as NumPy does, but for the axis: no distribution is repeated along itself.
    pub(crate) fn new(shapes: &[(&[usize], &str)], axis: isize) -> PyResult<Self> {
        let axes = shapes.iter().map(|(shape, _)| shape.len()).max();
        let axes = axes.unwrap_or(0);
        let (first, first_name) = shapes[0];
        if axes == 0 {
            return Err(raise(format!(
                "{first_name} is a single number: a distribution is a row of them"
            )));
        }
        let from_front = if axis < 0 { axis + axes as isize } else { axis };
        let Some(axis) = usize::try_from(from_front).ok().filter(|&at| at < axes) else {
            return Err(PyIndexError::new_err(format!(
                "axis {axis} is out of bounds: the arrays have {axes}"
            )));
        };
        let mut full = vec![1; axes];
        for &(shape, name) in shapes {
            let missing = axes - shape.len();
            for (at, &n) in (missing..).zip(shape) {
                if full[at] == 1 {
                    full[at] = n;
                } else if n != 1 && n != full[at] && at != axis {
                    return Err(raise(format!(
                        "{first_name} has the shape {first:?} and {name} {shape:?}, which do not broadcast: \
                         along axis {at} there are {} and {n}",
                        full[at]
                    )));
                }
            }
        }
        let along = |shape: &[usize]| {
            let at = axis.checked_sub(axes - shape.len())?;
            shape.get(at).copied()
        };
        for &(shape, name) in shapes {
            let (here, there) = (along(first), along(shape));
            if here != there {
                let outcomes = |n: Option<usize>| n.map_or("none".to_owned(), |n| n.to_string());
                return Err(raise(format!(
                    "{first_name} and {name} must be distributions over the same outcomes: along axis {axis} there \
                     are {} and {}",
                    outcomes(here),
                    outcomes(there)
                )));
            }
        }
        full[axis] = along(first).unwrap_or(0);
        if full[axis] == 0 {
            return Err(raise(format!(
                "{first_name} is empty: a distribution has one outcome or more"
            )));
        }
        Ok(Self { full, axis })
    }

    pub(crate) fn full(&self) -> &[usize] {
        &self.full
    }

    /// The shape without the axis: that of one value for each distribution.
    pub(crate) fn outer(&self) -> Vec<usize> {
        let mut outer = self.full.clone();
        outer.remove(self.axis);
        outer
    }

    /// Where the rows of an array of this shape lie; `None` where no two strides lead through all of them.
    pub(crate) fn layout(&self, shape: &[usize], strides: &[isize]) -> Option<Layout> {
        let missing = self.full.len() - shape.len();
        let stride = |at: usize| match at.checked_sub(missing) {
            Some(at) if shape[at] != 1 => strides[at],
            _ => 0,
        };
        // From the innermost axis out, those that one stride leads through taken together.
        let mut levels: Vec<(usize, isize)> = Vec::with_capacity(2);
        for at in (0..self.full.len()).rev() {
            let n = self.full[at];
            if at == self.axis || n == 1 {
                continue;
            }
            let next = stride(at);
            match levels.last_mut() {
                Some((m, inner)) if next == *inner * *m as isize => *m *= n,
                _ => levels.push((n, next)),
            }
        }
        let support = (self.full[self.axis], stride(self.axis));
        let [rows, runs] = match levels[..] {
            [] => [(1, 0), (1, 0)],
            [rows] => [rows, (1, 0)],
            [rows, runs] => [rows, runs],
            _ => return None,
        };
        Some(Layout {
            counts: [runs.0, rows.0, support.0],
            strides: [runs.1, rows.1, support.1],
        })
    }

    /// Where the rows of an array of the full shape lie that is in NumPy's own order.
    pub(crate) fn contiguous(&self) -> Layout {
        let product = |axes: &[usize]| axes.iter().product::<usize>();
        let (before, after) = (&self.full[..self.axis], &self.full[self.axis + 1..]);
        let (support, rows) = (self.full[self.axis], product(after));
        Layout {
            counts: [product(before), rows, support],
            strides: [(rows * support) as isize, 1, rows as isize],
        }
    }
}

impl Layout {
    /// The positions of the first and the last entry in memory.
    pub(crate) fn reach(&self) -> (isize, isize) {
        let (mut lowest, mut highest) = (0, 0);
        for (&n, &stride) in self.counts.iter().zip(&self.strides) {
            let reach = (n as isize - 1) * stride;
            lowest += reach.min(0);
            highest += reach.max(0);
        }
        (lowest, highest)
    }
}
