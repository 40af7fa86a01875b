//! What losses and steps of training cost, in milliseconds: the median and the least of many, one line each.
//!
//! `cargo bench -p kullback-learn --bench train`; beside PyTorch: `bench/train/run.py`.

#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a bench prints, and panics where it cannot run"
)]

use std::hint::black_box;
use std::time::Instant;

use burn::nn::loss::{CrossEntropyLossConfig, KLDivLossConfig, Reduction as BurnReduction};
use burn::tensor::{Device, Int, Tensor, TensorData, activation};
use kullback::loss::{Reduction, Target};
use kullback_learn::loss::loss;
use kullback_learn::{Adam, Inputs, Model, Parameter, host};

const ROWS: usize = 256;
const CLASSES: usize = 32_000;

/// Seeded numbers from −4 to 4.
fn numbers(count: usize, mut state: u64) -> Vec<f32> {
    let mut next = || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 40) as f32 / (1u64 << 21) as f32 - 4.0
    };
    (0..count).map(|_| next()).collect()
}

/// Runs for about so many seconds and prints the median and the least time of one call.
fn time(name: &str, seconds: f64, mut call: impl FnMut()) {
    (0..3).for_each(|_| call());
    let mut times = Vec::new();
    let begin = Instant::now();
    while begin.elapsed().as_secs_f64() < seconds || times.len() < 5 {
        let start = Instant::now();
        call();
        times.push(1e3 * start.elapsed().as_secs_f64());
    }
    times.sort_by(f64::total_cmp);
    println!("{name}\t{:.4}\t{:.4}", times[times.len() / 2], times[0]);
}

/// Megabytes (10⁶ bytes) that a call needs at its peak, beyond what was there before; Linux only.
fn peak(name: &str, call: impl FnOnce()) {
    let status = |key: &str| -> Option<f64> {
        let status = std::fs::read_to_string("/proc/self/status").ok()?;
        let line = status.lines().find(|line| line.starts_with(key))?;
        line.split_whitespace().nth(1)?.parse().ok()
    };
    // 5 sets the peak back to what is resident now.
    if std::fs::write("/proc/self/clear_refs", "5").is_err() {
        return;
    }
    let before = status("VmRSS");
    call();
    if let (Some(before), Some(peak)) = (before, status("VmHWM")) {
        println!(
            "{name}, MB\t{:.1}\t{:.1}",
            (peak - before) * 1.024e-3,
            (peak - before) * 1.024e-3
        );
    }
}

fn losses() {
    let device = Device::flex().autodiff();
    let data = |seed| TensorData::new(numbers(ROWS * CLASSES, seed), [ROWS, CLASSES]);
    let leaf = Tensor::<2>::from_data(data(1), &device).require_grad();
    let teacher = numbers(ROWS * CLASSES, 2);
    let right: Vec<usize> = (0..ROWS).map(|row| 97 * row).collect();
    let classes = Target::classes(&right, CLASSES).unwrap();
    let soft = Target::logits(&teacher, CLASSES, 1.0).unwrap();
    let indices: Vec<i64> = right.iter().map(|&class| class as i64).collect();
    let indices = Tensor::<1, Int>::from_data(TensorData::new(indices, [ROWS]), &device);
    let teacher = Tensor::<2>::from_data(data(2), &device);

    let ours = || {
        let value = loss(leaf.clone(), |batch, gradient| {
            batch.cross_entropy_target_model(&classes, gradient)
        });
        let mut gradients = value.unwrap().tensor.backward();
        black_box(leaf.grad_remove(&mut gradients));
    };
    let ours_kl = || {
        let value = loss(leaf.clone(), |batch, gradient| {
            let batch = batch.reduce(Reduction::MeanOverAllRows);
            batch.kl_target_model(&soft, gradient)
        });
        let mut gradients = value.unwrap().tensor.backward();
        black_box(leaf.grad_remove(&mut gradients));
    };
    let composed = || {
        let value = CrossEntropyLossConfig::new().init(&device);
        let value = value.forward(leaf.clone(), indices.clone());
        let mut gradients = value.backward();
        black_box(leaf.grad_remove(&mut gradients));
    };
    let composed_kl = || {
        let q = activation::log_softmax(leaf.clone(), 1);
        let p = activation::softmax(teacher.clone(), 1);
        let value = KLDivLossConfig::new().init();
        let value = value.forward(q, p, BurnReduction::BatchMean);
        let mut gradients = value.backward();
        black_box(leaf.grad_remove(&mut gradients));
    };
    peak("cross-entropy", ours);
    peak("cross-entropy, composed", composed);
    time("cross-entropy", 3.0, ours);
    time("cross-entropy, composed", 3.0, composed);
    time("KL", 3.0, ours_kl);
    time("KL, composed", 3.0, composed_kl);
}

/// One step: 64 labelled rows, 128 plain and 128 augmented ones, forward in one batch.
fn step(
    model: &mut Model,
    adam: &mut Adam,
    parameters: &mut [Parameter],
    rows: &[f32],
    labels: &[usize],
) {
    let x = TensorData::new(rows.to_vec(), [320, 64]);
    let logits = model.forward(Tensor::from_data(x, &model.device()));
    let supervised = loss(logits.clone().narrow(0, 0, 64), |batch, gradient| {
        batch.cross_entropy_target_model(&Target::classes(labels, 10)?, gradient)
    });
    let target = host(logits.clone().narrow(0, 64, 128));
    let consistency = loss(logits.narrow(0, 192, 128), |batch, gradient| {
        let batch = batch.reduce(Reduction::MeanOverAllRows);
        batch.kl_target_model(&Target::logits(&target, 10, 0.4)?, gradient)
    });
    let total = supervised.unwrap().tensor + consistency.unwrap().tensor;
    let gradients = model.gradients(&total);
    adam.step(1e-3, parameters, &gradients).unwrap();
    model.set_parameters(parameters).unwrap();
}

fn steps() {
    for architecture in ["mlp:128,128", "cnn:16,32"] {
        let inputs = Inputs::image(8, 8);
        let architecture = architecture.parse().unwrap();
        let mut model = Model::new(&architecture, inputs, 10, 0).unwrap();
        let mut parameters = model.parameters();
        let mut adam = Adam::new(&parameters);
        let rows = numbers(320 * 64, 3);
        let labels: Vec<usize> = (0..64).map(|row| row % 10).collect();
        time(&format!("step of {architecture}"), 4.0, || {
            step(&mut model, &mut adam, &mut parameters, &rows, &labels);
        });
    }
}

fn main() {
    losses();
    steps();
}
