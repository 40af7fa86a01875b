//! The scales that 8-bit floats are multiplied by.

use super::stored::Stored;
use crate::{Bytes, Error};

/// The side of the square blocks that share a scale, as in DeepSeek-V3 and its followers.
const BLOCK: u64 = 128;

/// The scales of a tensor: a tensor of their own, and what each of them belongs to.
#[derive(Debug, Clone)]
pub(super) struct Scale {
    stored: Box<Stored>,
    layout: Layout,
    columns: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Layout {
    /// One for the whole tensor.
    Whole,
    /// One for each row, which is all of the last dimension.
    Row,
    /// One for each block of 128 × 128 of a matrix.
    Block,
}

/// The names under which scales are kept for a tensor. All of them multiply, `_inv` too.
pub(super) fn names(of: &str) -> Vec<String> {
    let mut names = vec![format!("{of}_scale_inv"), format!("{of}_scale")];
    names.extend(
        of.strip_suffix(".weight")
            .map(|stem| format!("{stem}.scale")),
    );
    names
}

impl Scale {
    /// The scales `stored` of a tensor of this shape; nothing where their shape does not say what
    /// they belong to.
    pub(super) fn new(stored: Stored, shape: &[u64]) -> Option<Self> {
        let columns = *shape.last().unwrap_or(&1);
        let rows = &shape[..shape.len().saturating_sub(1)];
        let scales = &stored.shape;
        let by_row = scales.strip_suffix(&[1]).unwrap_or(scales);
        let layout = if stored.elements() == 1 {
            Layout::Whole
        } else if !rows.is_empty() && by_row == rows {
            Layout::Row
        } else if shape.len() == 2
            && **scales == [shape[0].div_ceil(BLOCK), shape[1].div_ceil(BLOCK)]
        {
            Layout::Block
        } else {
            return None;
        };
        Some(Self {
            stored: Box::new(stored),
            layout,
            columns,
        })
    }

    /// Reads the scales of elements `start` to `start + count`.
    pub(super) fn load(&self, files: &[Bytes], start: u64, count: u64) -> Result<Loaded, Error> {
        // A tensor without elements has no chunk to load, so that there are columns.
        let (first, end) = (start / self.columns, (start + count).div_ceil(self.columns));
        let across = self.columns.div_ceil(BLOCK);
        let scales = match self.layout {
            Layout::Whole => 0..1,
            Layout::Row => first..end,
            Layout::Block => first / BLOCK * across..end.div_ceil(BLOCK) * across,
        };
        let window = self
            .stored
            .window(files, scales.start, scales.end - scales.start)?;
        let mut values = Vec::new();
        self.stored.append(&window, &mut Vec::new(), &mut values);
        Ok(Loaded {
            values,
            first: scales.start,
            layout: self.layout,
            columns: self.columns,
        })
    }
}

/// The scales of a part of a tensor.
#[derive(Debug)]
pub(super) struct Loaded {
    values: Vec<f64>,
    /// The number of the first of them.
    first: u64,
    layout: Layout,
    columns: u64,
}

impl Loaded {
    fn at(&self, row: u64, column: u64) -> f64 {
        let index = match self.layout {
            Layout::Whole => 0,
            Layout::Row => row,
            Layout::Block => row / BLOCK * self.columns.div_ceil(BLOCK) + column / BLOCK,
        };
        self.values[(index - self.first) as usize]
    }

    /// Multiplies the values from element `start` on, all of them in the part.
    pub(super) fn apply(&self, start: u64, values: &mut [f64]) {
        let (mut row, mut column) = (start / self.columns, start % self.columns);
        let mut rest = values;
        while !rest.is_empty() {
            // To the end of the block or of the row, whichever is nearer.
            let length = (BLOCK - column % BLOCK)
                .min(self.columns - column)
                .min(rest.len() as u64);
            let (values, after) = rest.split_at_mut(length as usize);
            let scale = self.at(row, column);
            values.iter_mut().for_each(|value| *value *= scale);
            rest = after;
            column += length;
            if column == self.columns {
                (row, column) = (row + 1, 0);
            }
        }
    }
}
