//! Some labelled rows held back, to tell when to stop.

use crate::random::{Purpose, Random};

/// The rows to train on, and those held back: of each class the given share, rounded, at least one and never all,
/// chosen by the seed. Both are in ascending order. A class of one row keeps it for training.
///
/// ```
/// use kullback_learn::hold_back;
///
/// let labels = [0, 0, 0, 0, 1, 1, 1, 1, 1, 2];
/// let [train, held] = hold_back(&labels, 0.25, 0);
/// assert_eq!((train.len(), held.len()), (8, 2));
/// assert!(train.contains(&9));
/// ```
pub fn hold_back(labels: &[usize], share: f64, seed: u64) -> [Vec<usize>; 2] {
    let (mut train, mut held) = (Vec::new(), Vec::new());
    let classes = labels.iter().max().map_or(0, |last| last + 1);
    for class in 0..classes {
        let mut rows: Vec<usize> = (0..labels.len()).filter(|&i| labels[i] == class).collect();
        Random::new(seed, Purpose::Split, [class as u64, 0]).shuffle(&mut rows);
        let most = rows.len().saturating_sub(1);
        let count = if share > 0.0 {
            (share * rows.len() as f64).round().max(1.0) as usize
        } else {
            0
        };
        let (of_held, of_train) = rows.split_at(count.min(most));
        held.extend(of_held);
        train.extend(of_train);
    }
    train.sort_unstable();
    held.sort_unstable();
    [train, held]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_on_one_side_and_every_class_on_both() {
        let labels: Vec<usize> = (0..200).map(|i| i * i % 7 % 4).collect();
        let [train, held] = hold_back(&labels, 0.2, 5);
        let mut all = [&train[..], &held].concat();
        all.sort_unstable();
        assert_eq!(all, (0..200).collect::<Vec<_>>());
        for class in labels.iter().copied() {
            let of = |rows: &[usize]| rows.iter().filter(|&&row| labels[row] == class).count();
            let (n, held) = (of(&train) + of(&held), of(&held));
            assert_eq!(held, (0.2 * n as f64).round() as usize);
        }
        assert_ne!(hold_back(&labels, 0.2, 6)[1], held);
        assert_eq!(hold_back(&labels, 0.0, 5)[1], [0; 0]);
    }
}
