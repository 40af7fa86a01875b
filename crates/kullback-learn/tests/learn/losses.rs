//! Losses as tensors: what the core computed must come out of Burn's backward pass.

use burn::tensor::{Device, FloatDType, Tensor};
use kullback::Normalisation::Strict;
use kullback::loss::{Batch, DistillationScale, Loss, Reduction, Target};
use kullback_learn::host;
use kullback_learn::loss::loss;

use crate::fixture::{leaf, numbers};

type Call = fn(Batch<'_, f32>, &Target<'_, f32>, &mut [f32]) -> Result<Loss, kullback::loss::Error>;

const LOSSES: [(&str, Call); 9] = [
    ("kl", |batch, target, gradient| {
        batch.kl_target_model(target, gradient)
    }),
    ("rkl", |batch, target, gradient| {
        batch.kl_model_target(target, gradient)
    }),
    ("symmetric", |batch, target, gradient| {
        batch.symmetric_kl(target, gradient)
    }),
    ("jsd", |batch, target, gradient| {
        batch.js(target, 0.5, gradient)
    }),
    ("ce", |batch, target, gradient| {
        batch.cross_entropy_target_model(target, gradient)
    }),
    ("weighted", |batch, target, gradient| {
        batch.weighted_cross_entropy_target_model(target, &[2.0, 0.0, 1.0, 0.5, 1.0], gradient)
    }),
    ("reverse ce", |batch, target, gradient| {
        batch.cross_entropy_model_target(target, gradient)
    }),
    ("mse", |batch, target, gradient| {
        batch.squared_error(target, gradient)
    }),
    ("entropy", |batch, _, gradient| batch.entropy(gradient)),
];

fn bits(values: &[f32]) -> Vec<u32> {
    values.iter().map(|x| x.to_bits()).collect()
}

/// Every setting of a batch away from its default.
fn settle(batch: Batch<'_, f32>) -> Result<Batch<'_, f32>, kullback::loss::Error> {
    const WEIGHTS: [f64; 4] = [1.0, 0.0, 2.5, 0.5];
    let batch = batch.at_temperature(2.0)?.weigh(&WEIGHTS)?;
    Ok(batch.reduce(Reduction::MeanOverAllRows))
}

#[test]
fn the_backward_pass_gives_the_closed_form_to_the_last_bit() {
    let (values, teacher) = (numbers(1, 20), numbers(2, 20));
    let target = Target::logits(&teacher, 5, 0.4).unwrap();
    for (name, call) in LOSSES {
        let mut expected = vec![f32::NAN; 20];
        let batch = settle(Batch::new(&values, 5).unwrap()).unwrap();
        let core = call(batch, &target, &mut expected).unwrap();
        let logits = leaf(&values, 5);
        let found = loss(logits.clone(), |batch, gradient| {
            call(settle(batch)?, &target, gradient)
        });
        let found = found.unwrap();
        assert_eq!(
            (found.value, &found.rows),
            (core.value, &core.rows),
            "{name}"
        );
        assert_eq!(host(found.tensor.clone()), [core.value as f32], "{name}");
        let mut gradients = found.tensor.backward();
        let gradient = host(logits.grad_remove(&mut gradients).unwrap());
        assert_eq!(bits(&gradient), bits(&expected), "{name}");
    }
}

#[test]
fn a_graph_around_the_loss_is_followed_on_both_sides() {
    let values = numbers(3, 12);
    let by = |graph: &dyn Fn(Tensor<2>) -> Tensor<1>| {
        let logits = leaf(&values, 4);
        let mut gradients = graph(logits.clone()).backward();
        host(logits.grad_remove(&mut gradients).unwrap())
    };
    let entropy = |logits| {
        loss(logits, |batch, gradient| batch.entropy(gradient))
            .unwrap()
            .tensor
    };
    let plain = by(&|logits| entropy(logits));
    // Above: a factor, and the same logits used twice.
    let scaled = by(&|logits| entropy(logits.clone()).mul_scalar(3.0) - entropy(logits));
    // Below: logits that are not contiguous, and a part of a batch.
    let transposed = by(&|logits| entropy(logits.transpose().mul_scalar(1.0).transpose()));
    let part = by(&|logits| entropy(logits.narrow(0, 1, 2)));
    let mut alone = [f32::NAN; 8];
    Batch::new(&values[4..], 4)
        .unwrap()
        .entropy(&mut alone)
        .unwrap();
    for i in 0..12 {
        assert!((scaled[i] - 2.0 * plain[i]).abs() < 1e-6);
        assert_eq!(transposed[i].to_bits(), plain[i].to_bits());
        assert_eq!(part[i], if i < 4 { 0.0 } else { alone[i - 4] });
    }
}

#[test]
fn kl_and_cross_entropy_of_a_constant_target_have_the_same_gradient_to_the_last_bit() {
    let (values, teacher) = (numbers(4, 700), numbers(5, 700));
    let target = Target::logits(&teacher, 7, 0.4).unwrap();
    let [by_kl, by_cross_entropy] = [LOSSES[0].1, LOSSES[4].1].map(|call| {
        let logits = leaf(&values, 7);
        let value = loss(logits.clone(), |batch, gradient| {
            call(batch, &target, gradient)
        });
        let mut gradients = value.unwrap().tensor.backward();
        bits(&host(logits.grad_remove(&mut gradients).unwrap()))
    });
    assert_eq!(by_kl, by_cross_entropy);
}

#[test]
fn what_is_nan_in_other_libraries_is_finite_here() {
    const ABSENT: f32 = f32::NEG_INFINITY;
    let logits = leaf(&[0.0, 1.0, ABSENT], 3);
    let one_hot = [1.0, 0.0, 0.0];
    let as_logs = [0.0, ABSENT, ABSENT];
    for target in [
        Target::probabilities(&one_hot, 3, Strict).unwrap(),
        Target::logits(&as_logs, 3, 1.0).unwrap(),
        Target::classes(&[0], 3).unwrap(),
    ] {
        for call in [LOSSES[0].1, LOSSES[4].1] {
            let value = loss(logits.clone(), |batch, gradient| {
                call(batch, &target, gradient)
            });
            let value = value.unwrap();
            assert!((value.value - (1.0 + 1f64.exp()).ln()).abs() < 1e-6);
            let mut gradients = value.tensor.backward();
            let gradient = host(logits.grad_remove(&mut gradients).unwrap());
            let q = 1.0 / (1.0 + 1f32.exp());
            assert!((gradient[0] - (q - 1.0)).abs() < 1e-6);
            assert!((gradient[1] - (1.0 - q)).abs() < 1e-6);
            assert_eq!(gradient[2], 0.0);
        }
    }
}

#[test]
fn distillation_goes_through_with_its_scale() {
    let (student, teacher) = (numbers(6, 12), numbers(7, 12));
    let [plain, scaled] =
        [DistillationScale::Plain, DistillationScale::TimesTSquared].map(|scale| {
            let logits = leaf(&student, 4);
            let value = loss(logits.clone(), |batch, gradient| {
                batch.distillation_teacher_student(&teacher, 4.0, scale, gradient)
            });
            let mut gradients = value.unwrap().tensor.backward();
            host(logits.grad_remove(&mut gradients).unwrap())
        });
    for (plain, scaled) in plain.iter().zip(&scaled) {
        assert_eq!(*scaled, 16.0 * plain);
    }
}

#[test]
fn without_autodiff_there_is_a_value_and_no_graph() {
    let logits = Tensor::<2>::from_floats([[0.0, 0.0]], &Device::flex());
    let value = loss(logits, |batch, gradient| batch.entropy(gradient)).unwrap();
    assert!((value.value - 2f64.ln()).abs() < 1e-7);
    assert!(!value.tensor.is_tracked());
    // On a device with autodiff, yet nothing asks for a gradient.
    let logits = Tensor::<2>::from_floats([[0.0, 0.0]], &Device::flex().autodiff());
    let value = loss(logits, |batch, gradient| batch.entropy(gradient)).unwrap();
    assert!(!value.tensor.is_tracked());
}

#[test]
fn errors_come_back_with_their_place() {
    let entropy = |logits| loss(logits, |batch, gradient| batch.entropy(gradient));
    let message = |logits| entropy(logits).unwrap_err().to_string();
    assert_eq!(
        message(leaf(&[0.0, 1.0, f32::NAN, 0.0], 2)),
        "the logit of class 0 in row 1 is NaN: a logit must be finite, or −∞ for a probability of 0"
    );
    let double = leaf(&[0.0, 1.0], 2).cast(FloatDType::F64);
    assert_eq!(message(double), "the logits are of F64");
    let target = Target::classes(&[0], 3).unwrap();
    let error = loss(leaf(&[0.0, 1.0], 2), |batch, gradient| {
        batch.kl_target_model(&target, gradient)
    });
    assert_eq!(
        error.unwrap_err().to_string(),
        "the classes of the target: 3 where there must be 2"
    );
}

/// Values and gradients of a NumPy program in `f64`, in a folder beside the repository that not every checkout has.
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
    let mut checked = 0;
    for case in table.as_array().unwrap() {
        let Some((_, call)) = LOSSES.iter().find(|(name, _)| case["kind"] == *name) else {
            continue;
        };
        let list = |key: &str| -> Vec<f64> {
            let rows = case[key].as_array().unwrap().iter();
            rows.flat_map(|row| row.as_array().cloned().unwrap_or_else(|| vec![row.clone()]))
                .map(|x| x.as_f64().unwrap())
                .collect()
        };
        let single = |key| -> Vec<f32> { list(key).into_iter().map(|x| x as f32).collect() };
        let (p, q) = (single("zp"), single("zq"));
        let classes = case["zq"][0].as_array().unwrap().len();
        let target = Target::logits(&p, classes, case["T"].as_f64().unwrap()).unwrap();
        let logits = leaf(&q, classes);
        let found = loss(logits.clone(), |batch, gradient| {
            call(batch.reduce(Reduction::Sum), &target, gradient)
        });
        let found = found.unwrap();
        let mut gradients = found.tensor.backward();
        let gradient = host(logits.grad_remove(&mut gradients).unwrap());
        // Logits up to some 60, rounded to f32 before anything is computed.
        let values = found.rows.iter().zip(list("value"));
        for (found, expected) in values.map(|(x, y)| (*x, y)) {
            assert!(
                (found - expected).abs() < 1e-5 * (1.0 + expected.abs()),
                "{case}: {found}"
            );
        }
        for (found, expected) in gradient.iter().zip(list("dzq")) {
            let off = (f64::from(*found) - expected).abs();
            assert!(
                off < 1e-5 * (1.0 + expected.abs()),
                "{case}: {found} {expected}"
            );
        }
        checked += 1;
    }
    assert_eq!(checked, 30);
}
