//! Losses of [256, 32000] `f32` logits, forward and backward, in milliseconds: the least of 15 rounds.
//!
//! `cargo bench -p kullback --bench loss`

#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a bench prints, and panics where it cannot run"
)]

use std::hint::black_box;
use std::time::Instant;

use kullback::loss::{Batch, Target};

const ROWS: usize = 256;
const CLASSES: usize = 32_000;

/// Seeded numbers from −4 to 4.
fn numbers(mut state: u64) -> Vec<f32> {
    let mut next = || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 40) as f32 / (1u64 << 21) as f32 - 4.0
    };
    (0..ROWS * CLASSES).map(|_| next()).collect()
}

fn main() {
    let (logits, teacher) = (numbers(1), numbers(2));
    let mut gradient = vec![0.0; logits.len()];
    let right: Vec<usize> = (0..ROWS).map(|row| 97 * row).collect();
    let classes = Target::classes(&right, CLASSES).unwrap();
    let soft = Target::logits(&teacher, CLASSES, 1.0).unwrap();
    let mut time = |name: &str, run: &dyn Fn(&Batch<'_, f32>, &mut [f32]) -> f64| {
        let mut best = f64::INFINITY;
        for _ in 0..15 {
            let start = Instant::now();
            // The check of the logits is part of each step of training.
            let batch = Batch::new(&logits, CLASSES).unwrap();
            black_box(run(&batch, &mut gradient));
            best = best.min(start.elapsed().as_secs_f64());
        }
        println!("{name} {:.1} ms", 1e3 * best);
    };
    time("cross-entropy, classes", &|batch, gradient| {
        let loss = batch.cross_entropy_target_model(&classes, gradient);
        loss.unwrap().value
    });
    time("KL(target‖model), logits", &|batch, gradient| {
        batch.kl_target_model(&soft, gradient).unwrap().value
    });
    time("JS(½), logits", &|batch, gradient| {
        batch.js(&soft, 0.5, gradient).unwrap().value
    });
}
