//! In which order rows are seen.

use crate::random::{Purpose, Random};

/// Rows in the order of epochs, each of which has every row once.
///
/// What stands at a place follows from the seed alone: nothing is replayed when training goes on in the middle.
#[derive(Debug, Clone)]
pub(super) struct Order {
    rows: usize,
    seed: u64,
    purpose: Purpose,
    /// The last epoch that was asked for.
    epoch: Option<(u64, Vec<usize>)>,
}

impl Order {
    /// Of so many rows, at least one.
    pub(super) fn new(rows: usize, seed: u64, purpose: Purpose) -> Self {
        Self {
            rows,
            seed,
            purpose,
            epoch: None,
        }
    }

    /// The rows of a step of `count` rows; all in their own order where there are no more.
    pub(super) fn step(&mut self, step: u64, count: usize) -> Vec<usize> {
        if count >= self.rows && self.purpose == Purpose::Labelled {
            return (0..self.rows).collect();
        }
        let first = step * count as u64;
        (first..first + count as u64)
            .map(|place| self.at(place))
            .collect()
    }

    fn at(&mut self, place: u64) -> usize {
        let (epoch, i) = (
            place / self.rows as u64,
            (place % self.rows as u64) as usize,
        );
        match &self.epoch {
            Some((known, order)) if *known == epoch => order[i],
            _ => {
                let mut order: Vec<usize> = (0..self.rows).collect();
                Random::new(self.seed, self.purpose, [epoch, 0]).shuffle(&mut order);
                let row = order[i];
                self.epoch = Some((epoch, order));
                row
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_epoch_has_every_row_once_wherever_one_begins() {
        let mut order = Order::new(10, 3, Purpose::Unlabelled);
        let all: Vec<usize> = (0..5).flat_map(|step| order.step(step, 4)).collect();
        for epoch in all.chunks(10) {
            let mut sorted = epoch.to_vec();
            sorted.sort_unstable();
            assert_eq!(sorted, (0..10).collect::<Vec<_>>());
        }
        assert_ne!(all[..10], all[10..]);
        let mut later = Order::new(10, 3, Purpose::Unlabelled);
        assert_eq!(later.step(3, 4), all[12..16]);
    }

    #[test]
    fn few_labelled_rows_are_all_seen_in_every_step() {
        let mut order = Order::new(3, 0, Purpose::Labelled);
        assert_eq!(order.step(7, 64), [0, 1, 2]);
    }
}
