//! A seeded source of random numbers whose stream is fixed for good: results that depend on it
//! can be repeated on any machine and with any later version.
//!
//! xoshiro256++ (Blackman & Vigna 2021), seeded through SplitMix64 (Steele, Lea & Flood 2014).

use std::f64::consts::TAU;

pub(crate) struct Random {
    state: [u64; 4],
}

impl Random {
    pub(crate) fn seeded(seed: u64) -> Random {
        let mut z = seed;
        let state = std::array::from_fn(|_| {
            z = z.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let x = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            let x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            x ^ (x >> 31)
        });
        Random { state }
    }

    fn next(&mut self) -> u64 {
        let [a, b, c, d] = &mut self.state;
        let result = a.wrapping_add(*d).rotate_left(23).wrapping_add(*a);
        let shifted = *b << 17;
        *c ^= *a;
        *d ^= *b;
        *b ^= *c;
        *a ^= *d;
        *c ^= shifted;
        *d = d.rotate_left(45);
        result
    }

    /// Uniform on (0, 1), neither end included.
    pub(crate) fn uniform(&mut self) -> f64 {
        ((self.next() >> 12) as f64 + 0.5) / (1u64 << 52) as f64
    }

    /// Uniform on 0, …, n − 1 without bias (Lemire 2019), for n ≥ 1.
    fn below(&mut self, n: u64) -> u64 {
        loop {
            let product = u128::from(self.next()) * u128::from(n);
            // The first 2⁶⁴ mod n of the low halves would make some results likelier.
            if product as u64 >= n.wrapping_neg() % n {
                return (product >> 64) as u64;
            }
        }
    }

    /// Puts a list in an order drawn from all orders alike (Fisher & Yates 1938; Durstenfeld 1964).
    pub(crate) fn shuffle<T>(&mut self, list: &mut [T]) {
        for i in (1..list.len()).rev() {
            list.swap(i, self.below(i as u64 + 1) as usize);
        }
    }

    /// Standard normal (Box & Muller 1958).
    pub(crate) fn normal(&mut self) -> f64 {
        let radius = (-2.0 * self.uniform().ln()).sqrt();
        radius * (TAU * self.uniform()).cos()
    }

    /// How many of `trials` draws succeed: binomial, by the order statistics of the uniforms that
    /// decide them, in O(log n) steps. Source: Relles 1972; Ahrens & Dieter 1974.
    pub(crate) fn binomial(&mut self, mut trials: u64, mut probability: f64) -> u64 {
        let mut successes = 0;
        while trials > 16 {
            let middle = trials / 2 + 1;
            // The middle-th smallest of the uniforms: a beta variate.
            let below = self.ln_gamma(middle as f64);
            let above = self.ln_gamma((trials - middle + 1) as f64);
            let cut = 1.0 / (1.0 + (above - below).exp());
            if cut <= probability {
                successes += middle;
                trials -= middle;
                probability = (probability - cut) / (1.0 - cut);
            } else {
                trials = middle - 1;
                probability /= cut;
            }
        }
        successes + (0..trials).filter(|_| self.uniform() < probability).count() as u64
    }

    /// The logarithm of a gamma variate of unit scale: shapes near 0 would underflow.
    /// Source: Marsaglia & Tsang 2000.
    pub(crate) fn ln_gamma(&mut self, shape: f64) -> f64 {
        if shape < 1.0 {
            let boost = self.uniform().ln() / shape;
            return self.ln_gamma(shape + 1.0) + boost;
        }
        let d = shape - 1.0 / 3.0;
        let c = 1.0 / (9.0 * d).sqrt();
        loop {
            let x = self.normal();
            let cube = (1.0 + c * x).powi(3);
            if cube > 0.0 {
                let bound = 0.5 * x * x + d * (1.0 - cube + cube.ln());
                if self.uniform().ln() < bound {
                    return d.ln() + cube.ln();
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::family::special::{digamma, trigamma};

    fn moments(values: &[f64]) -> [f64; 2] {
        let n = values.len() as f64;
        let mean = values.iter().sum::<f64>() / n;
        [
            mean,
            values.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / n,
        ]
    }

    #[test]
    fn stream_is_that_of_xoshiro() {
        // The first number that other implementations give for seed 0.
        let mut random = Random::seeded(0);
        assert_eq!(random.next(), 0x53175d61490b23df);
    }

    #[test]
    fn logarithms_of_gamma_variates_have_their_moments() {
        let mut random = Random::seeded(7);
        for shape in [0.02, 0.5, 1.0, 30.0] {
            let draws: Vec<f64> = (0..40_000).map(|_| random.ln_gamma(shape)).collect();
            let [mean, variance] = moments(&draws);
            let expected = trigamma(shape);
            assert!(
                (mean - digamma(shape)).abs() < 4.0 * (expected / 4e4).sqrt(),
                "{shape}"
            );
            assert!(
                (variance / expected - 1.0).abs() < 0.06,
                "{shape}: {variance}"
            );
        }
    }

    #[test]
    fn binomial_variates_have_their_masses() {
        let mut random = Random::seeded(3);
        for (trials, probability) in [(5_u64, 0.3), (40, 0.5), (300, 0.02)] {
            let mut seen = vec![0.0; trials as usize + 1];
            for _ in 0..40_000 {
                seen[random.binomial(trials, probability) as usize] += 1.0;
            }
            let family = crate::family::Family::binomial(trials as f64, probability).unwrap();
            for (k, count) in seen.into_iter().enumerate() {
                let expected = 4e4 * family.ln_density(k as f64).exp();
                let off: f64 = count - expected;
                assert!(
                    off.abs() < 5.0 * expected.sqrt() + 3.0,
                    "{trials} {k}: {off}"
                );
            }
        }
    }

    #[test]
    fn every_order_is_equally_likely() {
        let mut random = Random::seeded(1);
        let mut seen = std::collections::BTreeMap::new();
        for _ in 0..24_000 {
            let mut list = [0, 1, 2, 3];
            random.shuffle(&mut list);
            *seen.entry(list).or_insert(0) += 1;
        }
        assert_eq!(seen.len(), 24);
        // 1000 ± 31 expected.
        assert!(seen.values().all(|n| (860..1140).contains(n)), "{seen:?}");
    }
}
