//! KL and JS of two slices: nanoseconds a cell, and beside a plain read of the same memory.
//!
//! `cargo bench -p kullback --bench slices`; figures are in bench/README.md.

#![allow(clippy::print_stdout)]

use std::hint::black_box;
use std::time::Instant;

use half::f16;
use kullback::Normalisation::{Normalise, Unnormalised};
use kullback::batch::{Batch, Real};
use kullback::{Measure, Normalisation};

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

/// Adds up a slice.
fn total<T: Copy + Default + std::ops::AddAssign + Into<f64>>(x: &[T]) -> f64 {
    let mut lanes = [T::default(); 64];
    for chunk in x.as_chunks::<64>().0 {
        for (lane, x) in lanes.iter_mut().zip(chunk) {
            *lane += *x;
        }
    }
    lanes.into_iter().map(Into::into).sum()
}

/// KL of one row in one thread.
fn in_batch<T: Real>(p: &[T], q: &[T], policy: Normalisation) -> f64 {
    let batch = |side| Batch::new(side, p.len());
    let rows = batch(p).and_then(|p| p.row_by_row(&batch(q)?, Measure::KL, policy));
    rows.map_or(f64::NAN, |rows| rows[0])
}

fn main() {
    println!("nanoseconds a cell; read: adding up both slices");
    print!(
        "{:>9} {:>9} {:>9} {:>9} {:>9}",
        "n", "kl", "js", "naive kl", "read"
    );
    println!(
        " {:>9} {:>9} {:>9} {:>9}",
        "kl f32", "read f32", "kl f16", "norm. kl"
    );
    for n in [10, 1_000, 100_000, 1_000_000, 10_000_000] {
        let (p, q) = (random_shares(n, 1), random_shares(n, 2));
        let single = |side: &[f64]| -> Vec<f32> { side.iter().map(|&x| x as f32).collect() };
        let half = |side: &[f64]| -> Vec<f16> { side.iter().map(|&x| f16::from_f64(x)).collect() };
        let (p32, q32, p16, q16) = (single(&p), single(&q), half(&p), half(&q));
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
        let read = time(n, || total(black_box(&p)) + total(black_box(&q)));
        let kl32 = time(n, || {
            in_batch(black_box(&p32), black_box(&q32), Unnormalised)
        });
        let read32 = time(n, || total(black_box(&p32)) + total(black_box(&q32)));
        let kl16 = time(n, || {
            in_batch(black_box(&p16), black_box(&q16), Unnormalised)
        });
        let normalised = time(n, || in_batch(black_box(&p), black_box(&q), Normalise));
        print!("{n:>9} {kl:>9.3} {js:>9.3} {naive:>9.3} {read:>9.3}");
        println!(" {kl32:>9.3} {read32:>9.3} {kl16:>9.3} {normalised:>9.3}");
    }
}
