//! A training that was interrupted ends as one that was not, to the last bit.

use std::collections::BTreeMap;
use std::path::Path;

use kullback_learn::{Distillation, Settings, Trained, Trainer, Uda};

use crate::rings::{Ready, ready};

/// Everything that has a state: averages, alignment, annealing, momentum, rows held back, zeros of L1.
fn settings() -> Settings {
    Settings {
        steps: 60,
        batch: 16,
        rate: 0.01,
        l1: 1e-3,
        l2: 1e-3,
        ema: Some(0.99),
        uda: Some(Uda {
            align: true,
            ..Uda::default()
        }),
        augmentation: "noise=0.1,swap=0.1".parse().unwrap(),
        augment_labelled: true,
        check_every: 7,
        seed: 3,
        ..Settings::default()
    }
}

fn trainer<'a>(ready: &'a Ready, settings: &'a Settings) -> Trainer<'a> {
    Trainer::new(
        &"mlp:16,16".parse().unwrap(),
        ready.inputs,
        &ready.data,
        settings,
    )
    .unwrap()
}

fn bytes(trained: &Trained, path: &Path) -> Vec<u8> {
    trained.model.save(path, &BTreeMap::new()).unwrap();
    std::fs::read(path).unwrap()
}

fn held(settings: &Settings) -> Ready {
    let ready = ready(settings);
    let data = ready
        .data
        .clone()
        .hold_back(&[0, 1, 2, 3, 4, 5, 6, 7, 8])
        .unwrap();
    Ready { data, ..ready }
}

#[test]
fn resumed_training_ends_with_the_same_bytes() {
    let dir = tempfile::tempdir().unwrap();
    let settings = settings();
    let ready = held(&settings);
    let mut whole = trainer(&ready, &settings);
    let mut lines = Vec::new();
    while !whole.is_done() {
        lines.push(whole.step().unwrap());
    }
    let whole = bytes(&whole.finish().unwrap(), &dir.path().join("whole"));
    for at in [0, 1, 20, 59] {
        let state = dir.path().join(format!("state{at}"));
        let mut first = trainer(&ready, &settings);
        for _ in 0..at {
            first.step().unwrap();
        }
        first.save(&state).unwrap();
        // What happens after it was saved leaves no trace.
        let _ = first.step();
        let mut second = trainer(&ready, &settings);
        second.resume(&state).unwrap();
        assert_eq!(second.steps(), at);
        while !second.is_done() {
            let line = second.step().unwrap();
            assert_eq!(line, lines[line.step as usize - 1]);
        }
        let second = bytes(&second.finish().unwrap(), &dir.path().join("second"));
        assert!(second == whole, "resumed at step {at}");
    }
}

#[test]
fn the_same_seed_gives_the_same_bytes_on_any_number_of_threads() {
    let dir = tempfile::tempdir().unwrap();
    let run = |threads: usize, seed: u64| {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .unwrap();
        pool.install(|| {
            let settings = Settings {
                seed,
                steps: 20,
                ..settings()
            };
            let ready = ready(&settings);
            let mut trainer = trainer(&ready, &settings);
            while !trainer.is_done() {
                trainer.step().unwrap();
            }
            bytes(&trainer.finish().unwrap(), &dir.path().join("model"))
        })
    };
    assert!(run(1, 3) == run(2, 3));
    assert!(run(1, 3) != run(1, 4));
}

#[test]
fn states_of_other_trainings_are_refused() {
    let dir = tempfile::tempdir().unwrap();
    let state = dir.path().join("state");
    let settings = settings();
    let ready = held(&settings);
    trainer(&ready, &settings).save(&state).unwrap();
    let place = state.display();

    let others = Settings {
        rate: 0.5,
        distillation: Some(Distillation::default()),
        ..settings.clone()
    };
    let error = trainer(&ready, &others).resume(&state).unwrap_err();
    let expected = format!("{place}: is of a training with other settings: distillation, rate");
    assert_eq!(error.to_string(), expected);

    let moved = self::ready(&settings);
    let error = trainer(&moved, &settings).resume(&state).unwrap_err();
    assert_eq!(
        error.to_string(),
        format!("{place}: is of a training on other rows")
    );

    let model = dir.path().join("model");
    bytes(&trainer(&ready, &settings).finish().unwrap(), &model);
    let error = trainer(&ready, &settings).resume(&model).unwrap_err();
    assert_eq!(
        error.to_string(),
        format!("{}: is no state of a training", model.display())
    );
}
