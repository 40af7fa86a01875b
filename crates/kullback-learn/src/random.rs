//! Random numbers that can be had again without those before them.
//!
//! A stream is named by a seed, a [`Purpose`] and a place, such as a step and a row. So step 700 draws the same
//! numbers whether training began at step 0 or was resumed at step 699, and rows draw theirs in any order. SplitMix64
//! (Steele, Lea & Flood 2014) is a hash of a counter; the names choose where it starts.

use std::f64::consts::TAU;

/// What random numbers are for. Each has streams of its own, so that one more draw here moves nothing there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Which labelled rows are held back.
    Split,
    /// The order of labelled rows.
    Labelled,
    /// The order of unlabelled rows.
    Unlabelled,
    /// Other views of labelled rows.
    AugmentLabelled,
    /// Other views of unlabelled rows.
    AugmentUnlabelled,
}

/// A stream of random numbers.
///
/// ```
/// use kullback_learn::{Purpose, Random};
///
/// let draw = |row| Random::new(7, Purpose::AugmentUnlabelled, [100, row]).uniform();
/// assert_eq!(draw(3), draw(3));
/// assert_ne!(draw(3), draw(4));
/// ```
#[derive(Debug, Clone)]
pub struct Random(u64);

const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;

fn mix(z: u64) -> u64 {
    let z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

impl Random {
    /// The stream of a seed, a purpose and a place.
    ///
    /// ```
    /// # use kullback_learn::{Purpose, Random};
    /// let mut random = Random::new(0, Purpose::Split, [0, 0]);
    /// assert!((0.0..1.0).contains(&random.uniform()));
    /// ```
    pub fn new(seed: u64, purpose: Purpose, place: [u64; 2]) -> Random {
        let names = [purpose as u64, place[0], place[1]];
        Random(
            names
                .into_iter()
                .fold(mix(seed.wrapping_add(GOLDEN)), |key, name| {
                    mix(key ^ mix(name.wrapping_add(1).wrapping_mul(GOLDEN)))
                }),
        )
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(GOLDEN);
        mix(self.0)
    }

    /// Uniform on [0, 1).
    ///
    /// ```
    /// # use kullback_learn::{Purpose, Random};
    /// let mut random = Random::new(0, Purpose::Labelled, [0, 0]);
    /// let mean = (0..1000).map(|_| random.uniform()).sum::<f64>() / 1000.0;
    /// assert!((mean - 0.5).abs() < 0.05);
    /// ```
    pub fn uniform(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// Uniform on [−`bound`, `bound`).
    pub(crate) fn within(&mut self, bound: f64) -> f64 {
        bound * (2.0 * self.uniform() - 1.0)
    }

    /// Uniform on 0, …, n − 1, for n ≥ 1; the bias is below n·2⁻⁶⁴.
    pub(crate) fn below(&mut self, n: usize) -> usize {
        ((u128::from(self.next()) * n as u128) >> 64) as usize
    }

    /// Standard normal (Box & Muller 1958).
    pub(crate) fn normal(&mut self) -> f64 {
        let radius = (-2.0 * (1.0 - self.uniform()).ln()).sqrt();
        radius * (TAU * self.uniform()).cos()
    }

    /// Puts a list in an order drawn from all orders alike (Durstenfeld 1964).
    pub(crate) fn shuffle<T>(&mut self, list: &mut [T]) {
        for i in (1..list.len()).rev() {
            list.swap(i, self.below(i + 1));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_of_near_names_have_nothing_in_common() {
        // Correlations of 20,000 draws: 5 standard errors are 0.035.
        let draws = |seed, purpose, place| {
            let mut random = Random::new(seed, purpose, place);
            (0..20_000).map(|_| random.normal()).collect::<Vec<f64>>()
        };
        let all = [
            draws(0, Purpose::Split, [0, 0]),
            draws(1, Purpose::Split, [0, 0]),
            draws(0, Purpose::Labelled, [0, 0]),
            draws(0, Purpose::Split, [1, 0]),
            draws(0, Purpose::Split, [0, 1]),
        ];
        for (i, a) in all.iter().enumerate() {
            for (j, b) in all.iter().enumerate() {
                let mean = a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>() / 2e4;
                let expected = f64::from(u8::from(i == j));
                assert!((mean - expected).abs() < 0.05, "{i} {j}: {mean}");
            }
        }
    }

    #[test]
    fn every_number_below_n_is_equally_likely() {
        let mut random = Random::new(3, Purpose::Split, [0, 0]);
        let mut seen = [0; 7];
        (0..70_000).for_each(|_| seen[random.below(7)] += 1);
        // 10,000 ± 93.
        assert!(seen.iter().all(|n| (9500..10_500).contains(n)), "{seen:?}");
    }
}
