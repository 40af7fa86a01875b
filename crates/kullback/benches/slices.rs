//! KL and JS of two slices: nanoseconds a cell, and beside a plain read of the same memory.
//!
//! `cargo bench -p kullback --bench slices`; figures are in bench/README.md.

#![allow(clippy::print_stdout)]

use std::hint::black_box;
use std::time::Instant;

fn random_shares(n: usize, seed: u64) -> Vec<f64> {
    let mut state = seed;
    let mut next = || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        ((state >> 11) as f64 + 1.0) / (1u64 << 53) as f64
    };
    let masses: Vec<f64> = (0..n).map(|_| next()).collect();
    let sum: f64 = masses.iter().sum();
    masses.into_iter().map(|mass| mass / sum).collect()
}

/// The best of many runs, in nanoseconds a cell.
fn time(n: usize, mut run: impl FnMut() -> f64) -> f64 {
    let repeats = (2_000_000 / n).max(1);
    let mut best = f64::INFINITY;
    for _ in 0..20 {
        let start = Instant::now();
        for _ in 0..repeats {
            black_box(run());
        }
        best = best.min(start.elapsed().as_secs_f64() / repeats as f64);
    }
    best * 1e9 / n as f64
}

fn main() {
    println!(
        "{:>9} {:>9} {:>9} {:>9} {:>9}  ns a cell; read: adding up both slices",
        "n", "kl", "js", "naive kl", "read"
    );
    for n in [10, 1_000, 100_000, 1_000_000, 10_000_000] {
        let (p, q) = (random_shares(n, 1), random_shares(n, 2));
        let kl = time(n, || {
            kullback::kl_divergence(black_box(&p), black_box(&q)).unwrap_or(f64::NAN)
        });
        let js = time(n, || {
            kullback::js_divergence(black_box(&p), black_box(&q)).unwrap_or(f64::NAN)
        });
        let naive = time(n, || {
            black_box(&p)
                .iter()
                .zip(black_box(&q))
                .map(|(p, q)| p * (p / q).ln())
                .sum()
        });
        let read = time(n, || {
            let lanes = |x: &[f64]| {
                let mut lanes = [0.0; 16];
                for chunk in x.as_chunks::<16>().0 {
                    for (lane, x) in lanes.iter_mut().zip(chunk) {
                        *lane += x;
                    }
                }
                lanes.iter().sum::<f64>()
            };
            lanes(black_box(&p)) + lanes(black_box(&q))
        });
        println!("{n:>9} {kl:>9.3} {js:>9.3} {naive:>9.3} {read:>9.3}");
    }
}
