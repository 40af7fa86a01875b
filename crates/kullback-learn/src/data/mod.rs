//! Columns of a table → features and labels.
//!
//! [`Features`] and [`Classes`] are fitted once, on the rows of training, and travel with the model; applied to other
//! tables they give the same numbers for the same values. What does not fit is an error that names column and row;
//! what was not met in training is counted.

mod classes;
mod code;
mod features;
mod split;

use std::sync::Arc;

use kullback::summary::Axis;

pub use classes::Classes;
pub use features::{Applied, Features, Unseen};
pub use split::hold_back;

/// A column of a table.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// A value for each row.
    pub values: Vec<Value>,
}

/// A value of a row.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// There is none.
    Null,
    /// A number, or a time in microseconds.
    Ordered(Axis, f64),
    /// A text, a category.
    Text(Arc<str>),
}

/// Rows of features, one after the other.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Matrix {
    /// How many features a row has.
    pub width: usize,
    /// The features, rows × width.
    pub values: Vec<f32>,
}

impl Matrix {
    /// How many rows.
    ///
    /// ```
    /// use kullback_learn::Matrix;
    ///
    /// assert_eq!(Matrix { width: 2, values: vec![0.0; 6] }.rows(), 3);
    /// ```
    pub fn rows(&self) -> usize {
        self.values.len() / self.width.max(1)
    }

    /// The features of a row.
    ///
    /// # Panics
    /// When there is no such row, as a slice does.
    ///
    /// ```
    /// # use kullback_learn::Matrix;
    /// let matrix = Matrix { width: 2, values: vec![1.0, 2.0, 3.0, 4.0] };
    /// assert_eq!(matrix.row(1), [3.0, 4.0]);
    /// ```
    pub fn row(&self, row: usize) -> &[f32] {
        &self.values[row * self.width..(row + 1) * self.width]
    }

    /// Some of the rows, in the order asked for.
    ///
    /// ```
    /// # use kullback_learn::Matrix;
    /// let matrix = Matrix { width: 1, values: vec![1.0, 2.0, 3.0] };
    /// assert_eq!(matrix.select(&[2, 0]).values, [3.0, 1.0]);
    /// ```
    #[must_use]
    pub fn select(&self, rows: &[usize]) -> Matrix {
        let values = rows.iter().flat_map(|&row| self.row(row)).copied();
        Matrix {
            width: self.width,
            values: values.collect(),
        }
    }

    /// These rows, and then those of another matrix of the same width.
    #[must_use]
    pub(crate) fn and(&self, other: &Matrix) -> Matrix {
        Matrix {
            width: self.width,
            values: [&self.values[..], &other.values].concat(),
        }
    }
}
