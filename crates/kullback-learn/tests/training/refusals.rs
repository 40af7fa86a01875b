//! What is refused, and in which words.

use kullback_learn::{Matrix, Settings, Trainer, Uda};

use crate::rings::ready;

#[test]
fn a_loss_that_is_no_number_names_step_and_rows_and_changes_nothing() {
    let settings = Settings {
        rate: 1e30,
        ..Settings::default()
    };
    let ready = ready(&settings);
    let mut trainer = Trainer::new(
        &"mlp:8".parse().unwrap(),
        ready.inputs,
        &ready.data,
        &settings,
    )
    .unwrap();
    let mut steps = 0;
    let error = loop {
        match trainer.step() {
            Ok(_) => steps += 1,
            Err(error) => break error,
        }
    };
    assert_eq!(trainer.steps(), steps);
    let text = error.to_string();
    assert!(
        text.starts_with(&format!(
            "step {}: the loss is not a number: the logits of labelled row ",
            steps + 1
        )),
        "{text}"
    );
    assert_eq!(
        error.advice(),
        Some("take a smaller learning rate than 1e30, as --rate 1e29")
    );
}

#[test]
fn data_that_does_not_fit_together_is_refused() {
    let settings = Settings::default();
    let data = ready(&settings).data;
    let teacher = |rows: usize, width: usize| Matrix {
        width,
        values: vec![0.0; rows * width],
    };
    let told = |teacher: Matrix| data.clone().follow(&teacher, &[]).unwrap_err().to_string();
    assert_eq!(
        told(teacher(60, 4)),
        "the teacher has 4 classes, and the labels have 3"
    );
    assert_eq!(
        told(teacher(59, 3)),
        "the teacher has 59 rows, and there are 60 labelled ones"
    );
    let mut bad = teacher(60, 3);
    bad.values[4] = f32::NAN;
    assert_eq!(told(bad), "row 2: the teacher's logit of class 1 is NaN");
    let uda = Settings {
        uda: Some(Uda::default()),
        ..Settings::default()
    };
    let told = ready(&uda)
        .data
        .follow(&teacher(59, 3), &[])
        .unwrap_err()
        .to_string();
    assert_eq!(
        told,
        "the teacher has 59 rows, and there are 60 labelled ones, or 300 with the unlabelled ones"
    );
    let all: Vec<usize> = (0..60).collect();
    assert_eq!(
        data.hold_back(&all).unwrap_err().to_string(),
        "0 labelled rows to train on and 60 held back"
    );
}

#[test]
fn settings_out_of_range_are_named() {
    let told = |settings: Settings| settings.check().unwrap_err().to_string();
    let uda = |uda: Uda| Settings {
        uda: Some(uda),
        ..Settings::default()
    };
    assert_eq!(
        told(Settings {
            l2: f64::NAN,
            ..Settings::default()
        }),
        "the λ of L2 is NaN: it must be finite, 0 or above"
    );
    assert_eq!(
        told(Settings {
            steps: 0,
            ..Settings::default()
        }),
        "the number of steps is 0: it must be 1 or more"
    );
    assert_eq!(
        told(Settings {
            ema: Some(1.0),
            ..Settings::default()
        }),
        "the decay of the moving average is 1: it must be from 0 to below 1"
    );
    assert_eq!(
        told(uda(Uda {
            confidence: 1.0,
            ..Uda::default()
        })),
        "the confidence is 1: it must be from 0 to below 1"
    );
    assert_eq!(
        told(uda(Uda {
            sharpen: 0.0,
            ..Uda::default()
        })),
        "the sharpening temperature is 0: it must be finite and above 0"
    );
}
