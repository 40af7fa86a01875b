//! Rows of f32 logits: GB/s of [`kullback::logits::row`], beside a plain read of the same memory.
//!
//! `cargo bench -p kullback --bench logits [-- SIZE…]`; figures are in bench/slices/results.md.

#![allow(clippy::print_stdout)]

use std::hint::black_box;
use std::time::Instant;

/// More than any cache holds, so that each row comes from memory; and no power of two, at which two rows would share
/// the banks of memory that they come from.
const BYTES: usize = 250_000_000;

/// Two rows for each position: those of a model and of a copy whose logits are off by `apart`.
fn rows(size: usize, apart: f32) -> [Vec<f32>; 2] {
    let mut state = 1u64;
    let mut normal = || {
        let mut sum = 0.0;
        for _ in 0..4 {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            sum += (state >> 40) as f32 / (1u64 << 24) as f32 - 0.5;
        }
        sum * 3f32.sqrt()
    };
    let cells = BYTES / 8 / size * size;
    let a: Vec<f32> = (0..cells).map(|_| 3.0 * normal()).collect();
    let b = a.iter().map(|a| a + apart * normal()).collect();
    [a, b]
}

/// Adds up both rows.
fn read(a: &[f32], b: &[f32]) -> f64 {
    let lanes = |x: &[f32]| {
        let mut lanes = [0.0f32; 64];
        for chunk in x.as_chunks::<64>().0 {
            for (lane, x) in lanes.iter_mut().zip(chunk) {
                *lane += x;
            }
        }
        f64::from(lanes.iter().sum::<f32>())
    };
    lanes(a) + lanes(b)
}

fn row(a: &[f32], b: &[f32]) -> f64 {
    kullback::logits::row(a, b).map_or(f64::NAN, |row| row.kl)
}

/// GB/s of a function of rows, on as many threads, each with its part of them; the best of some
/// runs.
fn speed(a: &[f32], b: &[f32], size: usize, threads: usize, of: fn(&[f32], &[f32]) -> f64) -> f64 {
    let part = a.len() / size / threads * size;
    let once = |a: &[f32], b: &[f32]| -> f64 {
        let rows = a.chunks(size).zip(b.chunks(size));
        rows.map(|(a, b)| of(a, b)).sum()
    };
    let mut best = f64::INFINITY;
    for _ in 0..7 {
        let start = Instant::now();
        std::thread::scope(|scope| {
            for (a, b) in a.chunks(part).zip(b.chunks(part)) {
                scope.spawn(move || black_box(once(a, b)));
            }
        });
        best = best.min(start.elapsed().as_secs_f64());
    }
    8e-9 * a.len() as f64 / best
}

fn main() {
    println!("size apart threads  row  read  GB/s of f32 logits");
    let asked: Vec<usize> = std::env::args()
        .filter_map(|size| size.parse().ok())
        .collect();
    let sizes = if asked.is_empty() {
        vec![65_536, 128_256]
    } else {
        asked
    };
    for size in sizes {
        for apart in [0.1, 3.0] {
            let [a, b] = rows(size, apart);
            for threads in [1, 2] {
                let row = speed(&a, &b, size, threads, row);
                let read = speed(&a, &b, size, threads, read);
                println!("{size} {apart} {threads} {row:.2} {read:.2}");
            }
        }
    }
}
