//! Distributions with a known divergence, and samples from them.

/// A seeded source of random numbers: SplitMix64 (Steele, Lea & Flood 2014).
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn seeded(seed: u64) -> Random {
        Random(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn uniform(&mut self) -> f64 {
        ((self.next() >> 12) as f64 + 0.5) / (1u64 << 52) as f64
    }

    /// Standard normal (Box & Muller 1958).
    pub(crate) fn normal(&mut self) -> f64 {
        (-2.0 * self.uniform().ln()).sqrt() * (std::f64::consts::TAU * self.uniform()).cos()
    }

    /// By inversion outwards from the mode.
    fn binomial(&mut self, n: u64, p: f64) -> u64 {
        if n == 0 || p <= 0.0 || p >= 1.0 {
            return if p >= 1.0 { n } else { 0 };
        }
        let n = n as f64;
        let mode = ((n + 1.0) * p).floor().min(n);
        let ln_choose =
            libm::lgamma(n + 1.0) - libm::lgamma(mode + 1.0) - libm::lgamma(n - mode + 1.0);
        let mass = (ln_choose + mode * p.ln() + (n - mode) * (-p).ln_1p()).exp();
        let odds = p / (1.0 - p);
        let (mut up, mut mass_up, mut down, mut mass_down) = (mode, mass, mode, mass);
        let mut left = self.uniform() - mass;
        while left > 0.0 && mass_up.max(mass_down) > 1e-18 {
            mass_up *= (n - up) / (up + 1.0) * odds;
            up += 1.0;
            left -= mass_up;
            if left <= 0.0 {
                return up as u64;
            }
            mass_down *= down / (n - down + 1.0) / odds;
            down -= 1.0;
            left -= mass_down;
            if left <= 0.0 {
                return down as u64;
            }
        }
        mode as u64
    }

    /// How often each outcome is seen in n draws.
    pub(crate) fn multinomial(&mut self, n: u64, p: &[f64]) -> Vec<u64> {
        let (mut left, mut mass) = (n, 1.0);
        let (last, others) = p.split_last().expect("a distribution has outcomes");
        let mut counts: Vec<u64> = others
            .iter()
            .map(|p| {
                let count = self.binomial(left, (p / mass).min(1.0));
                left -= count;
                mass -= p;
                count
            })
            .collect();
        debug_assert!(*last > 0.0);
        counts.push(left);
        counts
    }
}

/// How the shares of P fall.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Shape {
    Flat,
    /// Share i is proportional to 1/i.
    Zipf,
}

impl Shape {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Shape::Flat => "flat",
            Shape::Zipf => "Zipf",
        }
    }

    pub(crate) fn distribution(self, outcomes: usize) -> Vec<f64> {
        normalised((1..=outcomes).map(|i| match self {
            Shape::Flat => 1.0,
            Shape::Zipf => 1.0 / i as f64,
        }))
    }
}

fn normalised(weights: impl Iterator<Item = f64>) -> Vec<f64> {
    let weights: Vec<f64> = weights.collect();
    let total: f64 = weights.iter().sum();
    weights.into_iter().map(|weight| weight / total).collect()
}

pub(crate) fn kl(p: &[f64], q: &[f64]) -> f64 {
    p.iter().zip(q).map(|(p, q)| p * (p / q).ln()).sum()
}

/// KL, reverse KL, JS and PSI of two distributions.
pub(crate) fn truths(p: &[f64], q: &[f64]) -> [f64; 4] {
    let middle: Vec<f64> = p.iter().zip(q).map(|(p, q)| 0.5 * (p + q)).collect();
    let (forward, backward) = (kl(p, q), kl(q, p));
    let js = 0.5 * kl(p, &middle) + 0.5 * kl(q, &middle);
    [forward, backward, js, forward + backward]
}

/// A distribution Q ∝ P·exp(θu) with KL(P‖Q) = `nats`, where u is a standard normal drawn for each
/// outcome, and ±1 where there are two.
pub(crate) fn at_divergence(p: &[f64], nats: f64) -> Vec<f64> {
    let mut random = Random::seeded(p.len() as u64);
    let direction: Vec<f64> = match p.len() {
        2 => vec![1.0, -1.0],
        outcomes => (0..outcomes).map(|_| random.normal()).collect(),
    };
    let tilted =
        |theta: f64| normalised(p.iter().zip(&direction).map(|(p, u)| p * (theta * u).exp()));
    if nats <= 0.0 {
        return p.to_vec();
    }
    let (mut low, mut high) = (0.0, 50.0);
    for _ in 0..200 {
        let middle = 0.5 * (low + high);
        if kl(p, &tilted(middle)) < nats {
            low = middle;
        } else {
            high = middle;
        }
    }
    tilted(high)
}
