//! Other views of rows of a table.

use std::ops::Range;

use super::{Augmentation, Operation};
use crate::data::{Features, Matrix};
use crate::random::Random;

/// What is done to the columns of a row.
#[derive(Debug, Clone)]
pub(super) struct Table {
    noise: f64,
    swap: f64,
    nulls: f64,
    /// The features of each column, its number, and what says that it is null.
    columns: Vec<(Range<usize>, Option<usize>, Option<usize>)>,
}

impl Table {
    pub(super) fn new(augmentation: &Augmentation, features: &Features) -> Self {
        Self {
            noise: augmentation.size(Operation::Noise),
            swap: augmentation.size(Operation::Swap),
            nulls: augmentation.size(Operation::Nulls),
            columns: features.layout().collect(),
        }
    }

    pub(super) fn apply(&self, row: &mut [f32], others: &Matrix, random: &mut Random) {
        for (range, number, null) in &self.columns {
            // All draws are made whatever comes of them, so that sizes may change and streams stay.
            let (swaps, drops) = (random.uniform() < self.swap, random.uniform() < self.nulls);
            let (other, noise) = (random.below(others.rows().max(1)), random.normal());
            if swaps && others.rows() > 0 {
                row[range.clone()].copy_from_slice(&others.row(other)[range.clone()]);
            }
            if drops {
                row[range.clone()].fill(0.0);
                if let Some(null) = *null {
                    row[null] = 1.0;
                }
            }
            let is_null = null.is_some_and(|null| row[null] != 0.0);
            if let (Some(number), false) = (*number, is_null) {
                row[number] += (self.noise * noise) as f32;
            }
        }
    }
}

#[cfg(test)]
#[allow(
    clippy::float_cmp,
    reason = "what is not touched is the same to the bit"
)]
mod tests {
    use kullback::summary::Axis;

    use super::super::Augmenter;
    use super::*;
    use crate::data::{Column, Value};
    use crate::random::Purpose;

    /// A number that is null now and then, and a word.
    fn rows() -> (Features, Matrix) {
        let numbers = (0..400).map(|i| match i % 5 {
            0 => Value::Null,
            _ => Value::Ordered(Axis::Number, f64::from(i * 37 % 101)),
        });
        let words = (0..400).map(|i| Value::Text(["a", "b", "c"][i * i % 7 % 3].into()));
        let table = [
            Column {
                name: "x".into(),
                values: numbers.collect(),
            },
            Column {
                name: "word".into(),
                values: words.collect(),
            },
        ];
        let features = Features::fit(&[("t.csv", &table)], None).unwrap();
        let matrix = features.apply(&table).unwrap().matrix;
        (features, matrix)
    }

    fn views(augmentation: &str) -> (Matrix, Vec<Vec<f32>>) {
        let (features, matrix) = rows();
        let augmenter = Augmenter::new(&augmentation.parse().unwrap(), &features).unwrap();
        let view = |row: usize| {
            let mut view = matrix.row(row).to_vec();
            let place = [0, row as u64];
            augmenter.apply(
                &mut view,
                &matrix,
                &mut Random::new(1, Purpose::AugmentUnlabelled, place),
            );
            view
        };
        let views = (0..matrix.rows()).map(view).collect();
        (matrix, views)
    }

    #[test]
    fn noise_moves_numbers_by_the_scale_of_their_column_and_nothing_else() {
        let (matrix, views) = views("noise=0.5");
        let mut moved = Vec::new();
        for (row, view) in views.iter().enumerate() {
            let before = matrix.row(row);
            assert_eq!(view[1..], before[1..]);
            match before[1] {
                1.0 => assert_eq!(view[0], 0.0, "a null has no number to move"),
                _ => moved.push(f64::from(view[0] - before[0])),
            }
        }
        let size = (moved.iter().map(|x| x * x).sum::<f64>() / moved.len() as f64).sqrt();
        assert!((size - 0.5).abs() < 0.07, "{size}");
    }

    #[test]
    fn swaps_take_whole_columns_of_rows_that_are_there() {
        let (matrix, views) = views("swap=0.3");
        let mut swapped = 0;
        for (row, view) in views.iter().enumerate() {
            for range in [0..2, 2..5] {
                let is_there =
                    |other: usize| matrix.row(other)[range.clone()] == view[range.clone()];
                assert!((0..matrix.rows()).any(is_there));
            }
            swapped += usize::from(view[..2] != matrix.row(row)[..2]);
        }
        // 120 of 400 are drawn, and a few of them get the value that they had.
        assert!((75..150).contains(&swapped), "{swapped}");
    }

    #[test]
    fn dropped_values_are_nulls_where_there_are_nulls() {
        let (_, views) = views("nulls=1");
        assert!(
            views
                .iter()
                .all(|view| view[..] == [0.0, 1.0, 0.0, 0.0, 0.0])
        );
    }
}
