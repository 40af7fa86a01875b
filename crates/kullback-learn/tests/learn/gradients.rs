//! Whole models: logits and gradients against a plain program in `f64` and its central differences.

use burn::module::Module;
use burn::tensor::{Tensor, TensorData};
use kullback::loss::{Batch, Target};
use kullback_learn::loss::loss;
use kullback_learn::{Inputs, Model, Parameter, host};

use crate::fixture::{forward, numbers};

const CLASSES: usize = 4;
const ROWS: usize = 5;

fn check(architecture: &str, inputs: Inputs, side: usize) {
    let mut model = Model::new(&architecture.parse().unwrap(), inputs, CLASSES, 3).unwrap();
    let mut parameters = model.parameters();
    // Biases that are not 0.
    for (i, parameter) in parameters.iter_mut().enumerate() {
        for (x, y) in (parameter.values.iter_mut()).zip(numbers(i as u64, 1 << 12)) {
            *x += 0.05 * y;
        }
    }
    model.set_parameters(&parameters).unwrap();
    let features = inputs.features();
    let rows = numbers(7, ROWS * features);
    let x = Tensor::<2>::from_data(
        TensorData::new(rows.clone(), [ROWS, features]),
        &model.device(),
    );
    let wide: Vec<f64> = rows.iter().map(|&x| f64::from(x)).collect();
    let plain = |parameters: &[Parameter]| -> Vec<f64> {
        let rows = wide.chunks(features);
        rows.flat_map(|row| forward(parameters, row.to_vec(), side))
            .collect()
    };

    let logits = model.forward(x);
    for (found, expected) in host(logits.clone()).into_iter().zip(plain(&parameters)) {
        assert!((f64::from(found) - expected).abs() < 1e-5 * (1.0 + expected.abs()));
    }

    let labels = [0, 3, 1, 2, 2];
    let value = loss(logits, |batch, gradient| {
        batch.cross_entropy_target_model(&Target::classes(&labels, CLASSES)?, gradient)
    });
    let gradients = model.gradients(&value.unwrap().tensor);
    let value = |parameters: &[Parameter]| -> f64 {
        let logits = plain(parameters);
        let target = Target::classes(&labels, CLASSES).unwrap();
        let batch = Batch::new(&logits, CLASSES).unwrap();
        let loss = batch.cross_entropy_target_model(&target, &mut vec![0.0; logits.len()]);
        loss.unwrap().value
    };
    let mut compared = 0;
    for i in 0..parameters.len() {
        assert_eq!(gradients[i].name, parameters[i].name);
        assert_eq!(gradients[i].shape, parameters[i].shape);
        let count = parameters[i].values.len();
        for j in (0..count).step_by(1 + count / 12) {
            let at = parameters[i].values[j];
            // Steps that f32 holds exactly, and so small that no ReLU turns over.
            let step = 2f32.powi(-13);
            let ends = [at + step, at - step];
            let [above, below] = ends.map(|x| {
                parameters[i].values[j] = x;
                value(&parameters)
            });
            parameters[i].values[j] = at;
            let difference = (above - below) / f64::from(ends[0] - ends[1]);
            let found = f64::from(gradients[i].values[j]);
            assert!(
                (found - difference).abs() < 2e-5 + 1e-3 * difference.abs(),
                "{architecture}, {}[{j}]: {found} {difference}",
                gradients[i].name
            );
            compared += usize::from(difference.abs() > 1e-4);
        }
    }
    assert!(compared > 10, "{compared}");
}

#[test]
fn models_and_their_gradients_are_those_of_the_definition() {
    check("softmax", Inputs::new(12), 0);
    check("mlp:9,7", Inputs::new(12), 0);
    check("cnn:3,5", Inputs::image(8, 8), 8);
    // An odd side: the last row and column of pixels are in no pool.
    check("cnn:3", Inputs::image(7, 7), 7);
}

#[test]
fn a_model_that_is_only_evaluated_has_the_same_logits_and_takes_parameters_too() {
    for architecture in ["mlp:9", "cnn:3"] {
        let of = |seed| {
            let inputs = Inputs::image(8, 8);
            Model::new(&architecture.parse().unwrap(), inputs, CLASSES, seed).unwrap()
        };
        let (trained, mut plain) = (of(0), of(1).valid());
        assert!(!plain.device().is_autodiff());
        plain.set_parameters(&trained.parameters()).unwrap();
        let logits = |model: &Model| {
            let x = TensorData::new(numbers(7, ROWS * 64), [ROWS, 64]);
            let logits = model.forward(Tensor::from_data(x, &model.device()));
            assert_eq!(logits.is_tracked(), model.device().is_autodiff());
            host(logits)
        };
        assert_eq!(logits(&trained), logits(&plain));
        // And back again.
        let again = plain.train();
        assert_eq!(again.parameters(), trained.parameters());
    }
}
