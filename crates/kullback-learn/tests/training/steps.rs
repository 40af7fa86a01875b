//! What a step does.

use kullback_learn::{
    Annealing, Consistency, Distillation, Matrix, Preset, Settings, StepLog, Trained, Trainer, Uda,
    evaluate, predict,
};

use crate::rings::{Ready, ready, ready_but};

fn settings() -> Settings {
    Settings {
        steps: 300,
        batch: 32,
        rate: 0.01,
        augmentation: "noise=0.05".parse().unwrap(),
        ..Settings::default()
    }
}

fn uda() -> Settings {
    Settings {
        uda: Some(Uda::default()),
        ..settings()
    }
}

/// All lines of a training, and what it ended with.
fn run(ready: &Ready, settings: &Settings) -> (Vec<StepLog>, Trained) {
    let mut trainer = Trainer::new(
        &"mlp:32,32".parse().unwrap(),
        ready.inputs,
        &ready.data,
        settings,
    )
    .unwrap();
    let mut lines = Vec::new();
    while !trainer.is_done() {
        lines.push(trainer.step().unwrap());
    }
    (lines, trainer.finish().unwrap())
}

fn accuracy(ready: &Ready, trained: &Trained) -> f64 {
    let logits = predict(&trained.model, &ready.all).unwrap();
    evaluate(&logits, &ready.labels, 3).unwrap().accuracy
}

#[test]
fn rings_are_learnt_and_losses_fall() {
    for settings in [settings(), uda()] {
        let ready = ready(&settings);
        let (lines, trained) = run(&ready, &settings);
        assert!(accuracy(&ready, &trained) > 0.9);
        assert!(lines[0].supervised > 0.8 && lines[299].supervised < 0.2);
        assert_eq!(lines[0].rate, 0.01);
        assert!(
            (lines[299].rate / 0.01 - 0.199).abs() < 1e-3,
            "{}",
            lines[299].rate
        );
        assert!(
            (lines[299].loss - lines[299].supervised - lines[299].consistency.unwrap_or(0.0)).abs()
                < 1e-9
        );
    }
}

#[test]
fn cross_entropy_and_kl_train_the_same_model_to_the_bit() {
    let of = |consistency, preset| {
        let settings = Settings {
            uda: Some(Uda {
                consistency,
                preset,
                ..Uda::default()
            }),
            steps: 30,
            ..settings()
        };
        let ready = ready(&settings);
        run(&ready, &settings)
    };
    let (kl_lines, kl) = of(Consistency::Kl, Preset::Google);
    let (ce_lines, ce) = of(Consistency::Ce, Preset::Google);
    assert_eq!(kl.model.parameters(), ce.model.parameters());
    // They differ by the entropy of the targets that count.
    let sum = |lines: &[StepLog]| {
        lines
            .iter()
            .filter_map(|line| line.consistency)
            .sum::<f64>()
    };
    assert!(sum(&ce_lines) > sum(&kl_lines));
    // TorchSSL's KL is a cross-entropy; its mask differs at the threshold itself alone.
    let (torch_lines, torch) = of(Consistency::Kl, Preset::TorchSsl);
    assert_eq!(torch_lines, ce_lines);
    assert_eq!(torch.model.parameters(), ce.model.parameters());
}

#[test]
fn every_loss_between_views_trains_and_they_are_not_the_same() {
    let mut all = Vec::new();
    for consistency in [
        Consistency::Kl,
        Consistency::ReverseKl,
        Consistency::Js,
        Consistency::Mse,
    ] {
        let settings = Settings {
            uda: Some(Uda {
                consistency,
                ..Uda::default()
            }),
            ..settings()
        };
        let ready = ready(&settings);
        let (_, trained) = run(&ready, &settings);
        let accuracy = accuracy(&ready, &trained);
        assert!(accuracy > 0.85, "{consistency:?}: {accuracy}");
        all.push(trained.model.parameters());
    }
    for (i, a) in all.iter().enumerate() {
        assert!(all[..i].iter().all(|b| a != b));
    }
}

#[test]
fn masked_rows_cost_nothing_and_count_in_the_divisor() {
    // No model is surer than 0.999 of anything before its first step.
    let settings = Settings {
        uda: Some(Uda {
            confidence: 0.999,
            ..Uda::default()
        }),
        steps: 1,
        ..settings()
    };
    let ready = ready(&settings);
    let (lines, _) = run(&ready, &settings);
    assert_eq!(
        (lines[0].consistency, lines[0].mask_share),
        (Some(0.0), Some(0.0))
    );
}

#[test]
fn annealing_begins_with_the_rows_below_chance() {
    let of = |preset| {
        let uda = Uda {
            annealing: Some(Annealing::Linear),
            preset,
            ..Uda::default()
        };
        let settings = Settings {
            uda: Some(uda),
            ..settings()
        };
        let ready = ready(&settings);
        run(&ready, &settings).0
    };
    let google = of(Preset::Google);
    let share = |lines: &[StepLog], step: usize| lines[step].labelled_share.unwrap();
    assert!(
        (0.2..0.95).contains(&share(&google, 0)),
        "{}",
        share(&google, 0)
    );
    assert!(share(&google, 299) > 0.0);
    // The likeliest class is never below chance, so the first step of TorchSSL has no label at all.
    let torch = of(Preset::TorchSsl);
    assert_eq!((share(&torch, 0), torch[0].supervised), (0.0, 0.0));
}

#[test]
fn l1_sets_parameters_to_zero_and_l2_shrinks_them() {
    let of = |l1, l2| {
        let settings = Settings {
            l1,
            l2,
            ..settings()
        };
        let ready = ready(&settings);
        let (_, trained) = run(&ready, &settings);
        let all: Vec<f32> = trained
            .model
            .parameters()
            .into_iter()
            .flat_map(|x| x.values)
            .collect();
        let zeros = all.iter().filter(|&&x| x == 0.0).count();
        (zeros, all.iter().map(|x| f64::from(x * x)).sum::<f64>())
    };
    let ((plain_zeros, plain), (l1_zeros, _), (l2_zeros, l2)) =
        (of(0.0, 0.0), of(0.01, 0.0), of(0.0, 0.01));
    assert!(
        plain_zeros < 20 && l2_zeros < 20,
        "{plain_zeros} {l2_zeros}"
    );
    assert!(l1_zeros > 500, "{l1_zeros} of 1251");
    assert!(l2 < 0.5 * plain, "{l2} {plain}");
}

#[test]
fn a_student_follows_its_teacher() {
    let settings = settings();
    let ready_now = ready(&settings);
    // A teacher who has the labels wrong by one class.
    let labelled: Vec<usize> = (0..300).step_by(5).collect();
    let mut teacher = Matrix {
        width: 3,
        values: vec![0.0; 3 * 60],
    };
    for (i, &row) in labelled.iter().enumerate() {
        teacher.values[3 * i + (ready_now.labels[row] + 1) % 3] = 9.0;
    }
    let with = Settings {
        distillation: Some(Distillation {
            temperature: 2.0,
            weight: 100.0,
        }),
        ..settings
    };
    let data = ready_now.data.clone().follow(&teacher, &[]).unwrap();
    let ready_now = Ready { data, ..ready_now };
    let (lines, trained) = run(&ready_now, &with);
    assert!(lines[0].distillation.unwrap() > 1.0);
    assert!(
        accuracy(&ready_now, &trained) < 0.1,
        "the teacher weighs more than the labels"
    );
}

#[test]
fn training_stops_when_rows_held_back_are_predicted_no_better() {
    // Where labels contradict the rest, certainty costs more from some step on.
    let settings = Settings {
        steps: 5000,
        check_every: 10,
        patience: Some(5),
        ..settings()
    };
    let ready_now = ready_but(&settings, |i| i % 20 == 5);
    let held: Vec<usize> = (0..60).step_by(4).collect();
    let ready_now = Ready {
        data: ready_now.data.clone().hold_back(&held).unwrap(),
        ..ready_now
    };
    let (lines, trained) = run(&ready_now, &settings);
    let best = trained.best_step.unwrap();
    assert_eq!(trained.steps, best + 50);
    let looks = || {
        lines
            .iter()
            .filter_map(|line| Some((line.step, line.held?)))
    };
    let best_look = looks().find(|(step, _)| *step == best).unwrap().1;
    assert!(looks().all(|(_, look)| look.accuracy <= best_look.accuracy));
    // The model is that of the best step.
    let rows: Vec<usize> = held.iter().map(|i| 5 * i).collect();
    let labels: Vec<usize> = rows.iter().map(|&row| ready_now.labels[row]).collect();
    let logits = predict(&trained.model, &ready_now.all.select(&rows)).unwrap();
    assert_eq!(evaluate(&logits, &labels, 3).unwrap().nll, best_look.nll);
}

/// Both views are certain of the same class, whatever the row is: the loss of cross-entropy is 0, and so is what was learnt.
#[test]
fn a_target_that_moves_makes_cross_entropy_collapse_and_not_kl() {
    let accuracy = |consistency, moving_target| {
        let uda = Uda {
            consistency,
            sharpen: 1.0,
            confidence: 0.0,
            weight: 10.0,
            moving_target,
            ..Uda::default()
        };
        let settings = Settings {
            uda: Some(uda),
            ..settings()
        };
        let ready = ready(&settings);
        let (_, trained) = run(&ready, &settings);
        accuracy(&ready, &trained)
    };
    let constant = accuracy(Consistency::Ce, false);
    let (kl, ce) = (
        accuracy(Consistency::Kl, true),
        accuracy(Consistency::Ce, true),
    );
    assert!(
        constant > 0.9 && kl > 0.9 && ce < 0.7,
        "{constant} {kl} {ce}"
    );
}
