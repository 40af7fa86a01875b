//! Losses: gradients against central differences, values against definitions in `f64`, and what
//! holds to the last bit.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test that fails may panic; one that is skipped says so"
)]
#![allow(
    clippy::float_cmp,
    reason = "bits are compared where bits are promised"
)]

use kullback::Normalisation::{Normalise, Strict, Unnormalised};
use kullback::loss::{Batch, DistillationScale, Error, Loss, Penalty, Reduction, Target};

const ABSENT: f64 = f64::NEG_INFINITY;

/// Seeded numbers from −3 to 3.
fn numbers(seed: u64, count: usize) -> Vec<f64> {
    let mut state = seed;
    let mut next = || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 11) as f64 / (1u64 << 53) as f64
    };
    (0..count).map(|_| 6.0 * next() - 3.0).collect()
}

fn softmax(logits: &[f64], temperature: f64) -> Vec<f64> {
    let weights: Vec<f64> = logits.iter().map(|z| (z / temperature).exp()).collect();
    let total: f64 = weights.iter().sum();
    weights.iter().map(|weight| weight / total).collect()
}

/// Σ a ln(b/c) over the classes where a > 0.
fn mean_log(a: &[f64], b: &[f64], c: &[f64]) -> f64 {
    let cells = a.iter().zip(b).zip(c).filter(|((a, _), _)| **a > 0.0);
    cells.map(|((a, b), c)| a * (b / c).ln()).sum()
}

type Call = fn(&Batch<'_, f64>, &Target<'_, f64>, &mut [f64]) -> Result<Loss, Error>;
type Definition = fn(&[f64], &[f64]) -> f64;

fn js(p: &[f64], q: &[f64], beta: f64) -> f64 {
    let m: Vec<f64> = (p.iter().zip(q))
        .map(|(p, q)| beta * p + (1.0 - beta) * q)
        .collect();
    beta * mean_log(p, p, &m) + (1.0 - beta) * mean_log(q, q, &m)
}

const CLASS_WEIGHTS: [f64; 5] = [0.5, 2.0, 0.0, 1.0, 3.0];

/// Every loss beside its definition in p and q.
const LOSSES: [(&str, Call, Definition); 9] = [
    (
        "forward",
        |batch, target, gradient| batch.kl_target_model(target, gradient),
        |p, q| mean_log(p, p, q),
    ),
    (
        "reverse",
        |batch, target, gradient| batch.kl_model_target(target, gradient),
        |p, q| mean_log(q, q, p),
    ),
    (
        "symmetric",
        |batch, target, gradient| batch.symmetric_kl(target, gradient),
        |p, q| mean_log(p, p, q) + mean_log(q, q, p),
    ),
    (
        "js",
        |batch, target, gradient| batch.js(target, 0.3, gradient),
        |p, q| js(p, q, 0.3),
    ),
    (
        "cross-entropy",
        |batch, target, gradient| batch.cross_entropy_target_model(target, gradient),
        |p, q| mean_log(p, &[1.0; 5], q),
    ),
    (
        "weighted",
        |batch, target, gradient| {
            batch.weighted_cross_entropy_target_model(target, &CLASS_WEIGHTS, gradient)
        },
        |p, q| {
            let weighted: Vec<f64> = p.iter().zip(CLASS_WEIGHTS).map(|(p, w)| p * w).collect();
            mean_log(&weighted, &[1.0; 5], q)
        },
    ),
    (
        "cross-entropy of the model",
        |batch, target, gradient| batch.cross_entropy_model_target(target, gradient),
        |p, q| mean_log(q, &[1.0; 5], p),
    ),
    (
        "squared error",
        |batch, target, gradient| batch.squared_error(target, gradient),
        |p, q| p.iter().zip(q).map(|(p, q)| (p - q).powi(2)).sum(),
    ),
    (
        "entropy",
        |batch, _, gradient| batch.entropy(gradient),
        |_, q| mean_log(q, &[1.0; 5], q),
    ),
];

#[test]
fn every_loss_is_its_definition_and_its_gradient_the_central_difference() {
    const CLASSES: usize = 5;
    let (teacher, weights) = (numbers(1, 15), [0.5, 0.0, 2.0]);
    let soft: Vec<f64> = teacher
        .chunks(CLASSES)
        .flat_map(|row| softmax(row, 1.0))
        .collect();
    let targets = [
        Target::probabilities(&soft, CLASSES, Strict).unwrap(),
        Target::logits(&teacher, CLASSES, 0.4).unwrap(),
        Target::smoothed_classes(&[4, 0, 1], CLASSES, 0.2).unwrap(),
    ];
    let masses: [Vec<f64>; 3] = [
        soft.clone(),
        teacher
            .chunks(CLASSES)
            .flat_map(|row| softmax(row, 0.4))
            .collect(),
        [4, 0, 1]
            .into_iter()
            .flat_map(|right| (0..5).map(move |class| if class == right { 0.84 } else { 0.04 }))
            .collect(),
    ];
    for (name, call, definition) in LOSSES {
        for (target, masses) in targets.iter().zip(&masses) {
            for (temperature, reduction, divisor) in [
                (1.0, Reduction::Sum, 1.0),
                (0.4, Reduction::MeanOverKeptRows, 2.5),
                (3.0, Reduction::MeanOverAllRows, 3.0),
            ] {
                let value = |logits: &[f64], gradient: &mut [f64]| {
                    let batch = Batch::new(logits, CLASSES).unwrap();
                    let batch = batch.at_temperature(temperature).unwrap();
                    let batch = batch.weigh(&weights).unwrap().reduce(reduction);
                    call(&batch, target, gradient).unwrap().value
                };
                let mut logits = numbers(2, 15);
                let (mut gradient, mut unused) = (vec![f64::NAN; 15], vec![0.0; 15]);
                let found = value(&logits, &mut gradient);
                let rows = logits.chunks(CLASSES).zip(masses.chunks(CLASSES));
                let expected: f64 = rows
                    .zip(weights)
                    .map(|((z, p), weight)| weight * definition(p, &softmax(z, temperature)))
                    .sum();
                let off = (found - expected / divisor).abs();
                assert!(
                    off < 1e-13,
                    "{name}: {found} and not {}",
                    expected / divisor
                );
                for i in 0..logits.len() {
                    let (at, step) = (logits[i], 1e-5);
                    logits[i] = at + step;
                    let above = value(&logits, &mut unused);
                    logits[i] = at - step;
                    let below = value(&logits, &mut unused);
                    logits[i] = at;
                    let difference = (above - below) / (2.0 * step);
                    let off = (gradient[i] - difference).abs();
                    assert!(off < 2e-9, "{name}[{i}]: {} {difference}", gradient[i]);
                }
            }
        }
    }
}

#[test]
fn singles_agree_with_doubles_over_many_classes_on_all_cores() {
    const CLASSES: usize = 3001;
    let (a, b) = (numbers(3, 20 * CLASSES), numbers(4, 20 * CLASSES));
    let narrow = |wide: &[f64]| -> Vec<f32> { wide.iter().map(|&x| x as f32).collect() };
    let (a32, b32) = (narrow(&a), narrow(&b));
    let (mut by64, mut by32) = (vec![0.0; a.len()], vec![0.0; a.len()]);
    let (batch64, batch32) = (Batch::new(&a, CLASSES), Batch::new(&a32, CLASSES));
    let (batch64, batch32) = (batch64.unwrap(), batch32.unwrap());
    let target64 = Target::logits(&b, CLASSES, 2.0).unwrap();
    let target32 = Target::logits(&b32, CLASSES, 2.0).unwrap();
    let check = |wide: Loss, single: Loss, by64: &[f64], by32: &[f32]| {
        assert!((wide.value / single.value - 1.0).abs() < 1e-6);
        for (wide, &single) in by64.iter().zip(by32) {
            assert!((wide - f64::from(single)).abs() < 1e-8, "{wide} {single}");
        }
    };
    macro_rules! both {
        ($loss:ident $($more:expr)?) => {
            let wide = batch64.$loss(&target64, $($more,)? &mut by64).unwrap();
            let single = batch32.$loss(&target32, $($more,)? &mut by32).unwrap();
            check(wide, single, &by64, &by32);
        };
    }
    both!(kl_target_model);
    both!(kl_model_target);
    both!(symmetric_kl);
    both!(js 0.5);
    both!(squared_error);
    both!(cross_entropy_target_model);
    both!(cross_entropy_model_target);
}

#[test]
fn with_a_constant_target_kl_and_cross_entropy_have_the_same_gradient_to_the_last_bit() {
    let (logits, teacher) = (numbers(5, 700), numbers(6, 700));
    let soft: Vec<f64> = teacher
        .chunks(7)
        .flat_map(|row| softmax(row, 1.0))
        .collect();
    let thirds: Vec<f64> = soft.iter().map(|mass| 3.0 * mass).collect();
    let right: Vec<usize> = (0..100).map(|row| row % 7).collect();
    let batch = Batch::new(&logits, 7).unwrap().at_temperature(0.7).unwrap();
    for target in [
        Target::probabilities(&soft, 7, Strict).unwrap(),
        Target::probabilities(&thirds, 7, Normalise).unwrap(),
        Target::probabilities(&thirds, 7, Unnormalised).unwrap(),
        Target::logits(&teacher, 7, 0.4).unwrap(),
        Target::classes(&right, 7).unwrap(),
        Target::smoothed_classes(&right, 7, 0.1).unwrap(),
    ] {
        let mut by_kl = vec![f64::NAN; 700];
        let mut by_cross_entropy = vec![f64::NAN; 700];
        let kl = batch.kl_target_model(&target, &mut by_kl).unwrap();
        let cross_entropy = batch
            .cross_entropy_target_model(&target, &mut by_cross_entropy)
            .unwrap();
        let bits = |row: &[f64]| -> Vec<u64> { row.iter().map(|x| x.to_bits()).collect() };
        assert_eq!(bits(&by_kl), bits(&by_cross_entropy), "{target:?}");
        assert!(cross_entropy.value >= kl.value);
    }
}

/// Steps of descent over the logits of both predictions, of one row of four classes.
fn both_move(loss: [Call; 2]) -> [Vec<f64>; 2] {
    let (mut a, mut b) = (vec![0.3, 0.0, 0.1, -0.2], vec![0.1, 0.2, 0.0, -0.3]);
    for _ in 0..20_000 {
        let (mut by_a, mut by_b) = ([0.0; 4], [0.0; 4]);
        let batch = |logits| Batch::new(logits, 4).unwrap();
        loss[0](&batch(&a), &Target::logits(&b, 4, 1.0).unwrap(), &mut by_a).unwrap();
        loss[1](&batch(&b), &Target::logits(&a, 4, 1.0).unwrap(), &mut by_b).unwrap();
        for (logits, gradient) in [(&mut a, by_a), (&mut b, by_b)] {
            let steps = logits.iter_mut().zip(gradient);
            steps.for_each(|(logit, gradient)| *logit -= 0.1 * gradient);
        }
    }
    [softmax(&a, 1.0), softmax(&b, 1.0)]
}

#[test]
fn with_a_target_that_moves_cross_entropy_collapses_and_kl_does_not() {
    let [p, q] = both_move([
        |batch, target, gradient| batch.kl_model_target(target, gradient),
        |batch, target, gradient| batch.kl_target_model(target, gradient),
    ]);
    for (p, q) in p.iter().zip(&q) {
        assert!((p - q).abs() < 1e-6 && *p < 0.4, "{p} {q}");
    }
    let [p, q] = both_move([
        |batch, target, gradient| batch.cross_entropy_model_target(target, gradient),
        |batch, target, gradient| batch.cross_entropy_target_model(target, gradient),
    ]);
    assert!(
        p[0].max(p[1]) > 0.99 && q[0].max(q[1]) > 0.99,
        "{p:?} {q:?}"
    );
}

/// Values and gradients of a NumPy program in `f64`, in a folder beside the repository that not every
/// checkout has.
#[test]
fn losses_agree_with_the_shared_table() {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../../shared/reference/uda_golden.json"
    );
    let Ok(text) = std::fs::read_to_string(path) else {
        println!("SKIPPED: {path} is not there");
        return;
    };
    let table: serde_json::Value = serde_json::from_str(&text).unwrap();
    let list = |values: &serde_json::Value| -> Vec<f64> {
        let rows = values.as_array().unwrap().iter();
        rows.flat_map(|row| row.as_array().cloned().unwrap_or_else(|| vec![row.clone()]))
            .map(|x| x.as_f64().unwrap())
            .collect()
    };
    let mut checked = 0;
    for case in table.as_array().unwrap() {
        // By the model's logits, and by the target's: the other direction, the two exchanged.
        let calls: [Call; 2] = match case["kind"].as_str().unwrap() {
            "kl" => [
                |batch, target, gradient| batch.kl_target_model(target, gradient),
                |batch, target, gradient| batch.kl_model_target(target, gradient),
            ],
            "rkl" => [
                |batch, target, gradient| batch.kl_model_target(target, gradient),
                |batch, target, gradient| batch.kl_target_model(target, gradient),
            ],
            "ce" => [
                |batch, target, gradient| batch.cross_entropy_target_model(target, gradient),
                |batch, target, gradient| batch.cross_entropy_model_target(target, gradient),
            ],
            "jsd" => [|batch, target, gradient| batch.js(target, 0.5, gradient); 2],
            "mse" => [|batch, target, gradient| batch.squared_error(target, gradient); 2],
            // The schedules of UDA are no losses.
            "linear" | "exp" | "log" => continue,
            kind => panic!("unknown kind {kind}"),
        };
        let temperature = case["T"].as_f64().unwrap();
        let (p, q) = (list(&case["zp"]), list(&case["zq"]));
        let classes = case["zq"][0].as_array().unwrap().len();
        let mut run = |call: Call, [model, target]: [(&[f64], f64); 2], expected: &str| {
            let mut gradient = vec![f64::NAN; q.len()];
            let batch = Batch::new(model.0, classes).unwrap();
            let batch = batch.at_temperature(model.1).unwrap();
            let target = Target::logits(target.0, classes, target.1).unwrap();
            let batch = batch.reduce(Reduction::Sum);
            let loss = call(&batch, &target, &mut gradient).unwrap();
            let expected = (list(&case["value"]), list(&case[expected]));
            let found = loss.rows.iter().chain(&gradient);
            for (found, expected) in found.zip(expected.0.iter().chain(&expected.1)) {
                let off = (found - expected).abs();
                assert!(
                    off < 1e-12 * (1.0 + expected.abs()),
                    "{case}: {found} {expected}"
                );
            }
            checked += 1;
        };
        run(calls[0], [(&q, 1.0), (&p, temperature)], "dzq");
        run(calls[1], [(&p, temperature), (&q, 1.0)], "dzp");
    }
    assert_eq!(checked, 60);
}

#[test]
fn nothing_is_nan_where_masses_are_zero() {
    let logits = [0.0, ABSENT, 1.0];
    let batch = Batch::new(&logits, 3).unwrap();
    let mut gradient = [f64::NAN; 3];
    let within = [0.5, 0.0, 0.5];
    let beyond = [0.5, 0.5, 0.0];
    for (masses, forward_is_finite, reverse_is_finite) in
        [(within, true, true), (beyond, false, false)]
    {
        for masses in [masses, masses.map(f64::ln)] {
            let target = if masses[0] > 0.0 {
                Target::probabilities(&masses, 3, Strict).unwrap()
            } else {
                Target::logits(&masses, 3, 1.0).unwrap()
            };
            for (name, call, _) in LOSSES.iter().filter(|(name, ..)| *name != "weighted") {
                let value = call(&batch, &target, &mut gradient).unwrap().value;
                let is_finite = match *name {
                    "forward" | "cross-entropy" => forward_is_finite,
                    "reverse" | "cross-entropy of the model" => reverse_is_finite,
                    "symmetric" => forward_is_finite && reverse_is_finite,
                    _ => true,
                };
                assert_eq!(value.is_finite(), is_finite, "{name} {value}");
                assert!(
                    !value.is_nan() && !gradient.iter().any(|x| x.is_nan()),
                    "{name}"
                );
            }
        }
    }
    // The limits where reverse KL is infinite: away from the class that the target lacks.
    let target = Target::probabilities(&beyond, 3, Strict).unwrap();
    batch.kl_model_target(&target, &mut gradient).unwrap();
    assert_eq!(gradient, [-f64::INFINITY, 0.0, f64::INFINITY]);
    // The gradient of an infinite forward KL is finite.
    batch.kl_target_model(&target, &mut gradient).unwrap();
    let q = softmax(&logits, 1.0);
    for (found, expected) in gradient.iter().zip([q[0] - 0.5, -0.5, q[2]]) {
        assert!((found - expected).abs() < 1e-15);
    }
}

#[test]
fn equal_predictions_are_no_distance_apart() {
    for classes in [1, 2, 10, 129] {
        let logits: Vec<f32> = numbers(7, 4 * classes).iter().map(|&x| x as f32).collect();
        let mut gradient = vec![f32::NAN; logits.len()];
        let batch = Batch::new(&logits, classes).unwrap();
        let target = Target::logits(&logits, classes, 1.0).unwrap();
        let forward = batch.kl_target_model(&target, &mut gradient).unwrap();
        let reverse = batch.kl_model_target(&target, &mut gradient).unwrap();
        let symmetric = batch.symmetric_kl(&target, &mut gradient).unwrap();
        let squares = batch.squared_error(&target, &mut gradient).unwrap();
        let values = [forward, reverse, symmetric, squares].map(|loss| loss.value);
        assert_eq!(values, [0.0; 4]);
        assert!(gradient.iter().all(|x| x.abs() < 1e-7));
    }
}

#[test]
fn rows_that_nearly_agree_keep_their_divergence() {
    let classes = 1000;
    let a: Vec<f32> = numbers(21, 3 * classes).iter().map(|&x| x as f32).collect();
    let near = numbers(22, 3 * classes);
    let b: Vec<f32> = (a.iter().zip(near))
        .map(|(a, x)| a + 1e-4 * x as f32)
        .collect();
    for temperature in [1.0, 2.5] {
        let (mut gradient, mut other) = (vec![f32::NAN; a.len()], vec![f32::NAN; a.len()]);
        let batch = Batch::new(&b, classes).unwrap().weigh(&[1.0, 0.5, 2.0]);
        let batch = batch.unwrap().at_temperature(temperature).unwrap();
        let loss = batch.kl_from_logits(&a, &mut gradient).unwrap();
        for (row, weight) in [1.0, 0.5, 2.0].into_iter().enumerate() {
            let wide = |z: &[f32]| -> Vec<f64> {
                let row = &z[row * classes..][..classes];
                row.iter().map(|&z| f64::from(z) / temperature).collect()
            };
            let truth = kullback::logits::row(&wide(&a), &wide(&b)).unwrap().kl;
            assert!(truth < 1e-7, "{truth}");
            assert!((loss.rows[row] / (weight * truth) - 1.0).abs() < 1e-5);
        }
        let target = Target::logits(&a, classes, temperature).unwrap();
        batch.kl_target_model(&target, &mut other).unwrap();
        assert_eq!(gradient, other);
    }
}

#[test]
fn kl_from_logits_is_kl_where_logits_are_absent() {
    let (a, b) = (
        [0.0, 1.0, ABSENT, 2.0, 1.0, 0.0],
        [1.0, 0.0, ABSENT, ABSENT, 0.0, 1.0],
    );
    let mut gradient = [f64::NAN; 6];
    let batch = Batch::new(&b, 3).unwrap().reduce(Reduction::Sum);
    let loss = batch.kl_from_logits(&a, &mut gradient).unwrap();
    let (p, q) = (softmax(&a[..2], 1.0), softmax(&b[..2], 1.0));
    assert!((loss.rows[0] - mean_log(&p, &p, &q)).abs() < 1e-15);
    assert_eq!(loss.rows[1], f64::INFINITY);
    assert!(gradient.iter().all(|x| x.is_finite()));
}

#[test]
fn masked_rows_cost_nothing_even_where_their_loss_is_infinite() {
    let logits = [1.0, 2.0, 0.0, ABSENT];
    let target = Target::classes(&[0, 1], 2).unwrap();
    let batch = Batch::new(&logits, 2).unwrap();
    let mut gradient = [f64::NAN; 4];
    let all = batch.kl_target_model(&target, &mut gradient).unwrap();
    assert_eq!(all.value, f64::INFINITY);
    for batch in [batch.keep(&[true, false]), batch.weigh(&[1.0, 0.0])] {
        let loss = batch.unwrap().kl_target_model(&target, &mut gradient);
        let loss = loss.unwrap();
        assert_eq!((loss.value, loss.rows[1]), (all.rows[0], 0.0));
        assert_eq!(gradient[2..], [0.0; 2]);
    }
    let nothing = batch.keep(&[false; 2]).unwrap();
    assert_eq!(nothing.entropy(&mut gradient), Err(Error::NothingKept));
    let nothing = nothing.reduce(Reduction::MeanOverAllRows);
    assert_eq!(nothing.entropy(&mut gradient).unwrap().value, 0.0);
}

#[test]
fn distillation_is_kl_at_its_temperature() {
    let (student, teacher) = (numbers(8, 12), numbers(9, 12));
    let (mut plain, mut scaled) = (vec![0.0; 12], vec![0.0; 12]);
    let batch = Batch::new(&student, 4).unwrap();
    let target = Target::logits(&teacher, 4, 4.0).unwrap();
    let at_four = batch.at_temperature(4.0).unwrap();
    let kl = at_four.kl_target_model(&target, &mut plain).unwrap();
    let scale = DistillationScale::TimesTSquared;
    let loss = batch.distillation_teacher_student(&teacher, 4.0, scale, &mut scaled);
    assert_eq!(loss.unwrap().value, 16.0 * kl.value);
    for (plain, scaled) in plain.iter().zip(&scaled) {
        assert_eq!(*scaled, 16.0 * plain);
    }
}

#[test]
fn penalties_have_the_gradient_of_the_central_difference() {
    let mut parameters = numbers(10, 20);
    let penalty = Penalty::elastic_net(0.3, 0.7).unwrap();
    let (mut gradient, mut unused) = (vec![0.0; 20], vec![0.0; 20]);
    penalty.add_gradient(&parameters, &mut gradient).unwrap();
    for i in 0..20 {
        let at = parameters[i];
        let mut value = |x| {
            parameters[i] = x;
            penalty.add_gradient(&parameters, &mut unused).unwrap()
        };
        let difference = (value(at + 1e-5) - value(at - 1e-5)) / 2e-5;
        value(at);
        assert!((gradient[i] - difference).abs() < 1e-8);
    }
}

#[test]
fn errors_name_the_place() {
    let logits = [0.0; 6];
    let batch = Batch::new(&logits, 3).unwrap();
    let message = |error: Error| error.to_string();
    let mut gradient = [0.0; 6];
    let one_row = Target::classes(&[0], 3).unwrap();
    let texts = [
        message(Batch::new(&[0.0; 5], 3).unwrap_err()),
        message(Batch::new(&[0.0, 0.0, f64::NAN, 0.0], 2).unwrap_err()),
        message(Batch::new(&[0.0, 0.0, ABSENT, ABSENT], 2).unwrap_err()),
        message(Target::probabilities(&[0.5, 0.5, -0.5, 1.5], 2, Strict).unwrap_err()),
        message(Target::probabilities(&[0.5, 0.5, 0.5, 0.6f32], 2, Strict).unwrap_err()),
        message(batch.kl_target_model(&one_row, &mut gradient).unwrap_err()),
        message(batch.entropy(&mut gradient[..3]).unwrap_err()),
        message(batch.weigh(&[1.0, -1.0]).unwrap_err()),
        message(batch.at_temperature(0.0).unwrap_err()),
        message(Penalty::l1(f64::NAN).unwrap_err()),
        message(
            Penalty::l1(1.0)
                .unwrap()
                .add_gradient(&[f32::NAN], &mut [0.0])
                .unwrap_err(),
        ),
    ];
    assert_eq!(texts.join("\n"), include_str!("loss_errors.txt").trim_end());
}
