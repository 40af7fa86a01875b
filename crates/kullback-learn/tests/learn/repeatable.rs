//! Training is a function of its seed: on any number of threads, and across an interruption.

use burn::tensor::{Tensor, TensorData};
use kullback::loss::{Penalty, Reduction, Target};
use kullback_learn::loss::{add_penalty, loss};
use kullback_learn::{
    Adam, Ema, Inputs, Model, Parameter, host, read_parameters, write_parameters,
};

use crate::fixture::numbers;

struct Run {
    model: Model,
    parameters: Vec<Parameter>,
    adam: Adam,
    ema: Ema,
}

impl Run {
    fn new(architecture: &str) -> Run {
        let inputs = Inputs::image(8, 8);
        let model = Model::new(&architecture.parse().unwrap(), inputs, 10, 3).unwrap();
        let parameters = model.parameters();
        Run {
            adam: Adam::new(&parameters),
            ema: Ema::new(0.99, &parameters).unwrap().with_warm_up(),
            model,
            parameters,
        }
    }

    /// Steps of consistency training with a penalty, on rows that the number of the step decides; the losses.
    fn steps(&mut self, numbered: std::ops::Range<u64>, rows: usize) -> Vec<f64> {
        let penalty = Penalty::elastic_net(1e-5, 1e-3).unwrap();
        let labels: Vec<usize> = (0..rows).map(|row| row % 10).collect();
        let step = |number| {
            let x = TensorData::new(numbers(number, 3 * rows * 64), [3 * rows, 64]);
            let logits = self
                .model
                .forward(Tensor::from_data(x, &self.model.device()));
            let part = |i: usize| logits.clone().narrow(0, i * rows, rows);
            let supervised = loss(part(0), |batch, gradient| {
                batch.cross_entropy_target_model(&Target::classes(&labels, 10)?, gradient)
            });
            let target = host(part(1));
            let consistency = loss(part(2), |batch, gradient| {
                let batch = batch.reduce(Reduction::MeanOverAllRows);
                batch.kl_target_model(&Target::logits(&target, 10, 0.4)?, gradient)
            });
            let (supervised, consistency) = (supervised.unwrap(), consistency.unwrap());
            let total = supervised.tensor + consistency.tensor;
            let mut gradients = self.model.gradients(&total);
            let penalty = add_penalty(&penalty, &self.parameters, &mut gradients).unwrap();
            self.adam
                .step(1e-3, &mut self.parameters, &gradients)
                .unwrap();
            self.model.set_parameters(&self.parameters).unwrap();
            self.ema.update(&self.parameters).unwrap();
            supervised.value + consistency.value + penalty
        };
        numbered.map(step).collect()
    }
}

fn bits(parameters: &[Parameter]) -> Vec<u32> {
    let values = parameters.iter().flat_map(|x| &x.values);
    values.map(|x| x.to_bits()).collect()
}

#[test]
fn the_same_bits_on_any_number_of_threads() {
    // So many rows that Burn spreads them over threads where it can.
    for (architecture, rows) in [("mlp:128,128", 256), ("cnn:16,32", 128)] {
        let [one, two, five] = [1, 2, 5].map(|threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads);
            pool.build().unwrap().install(|| {
                let mut run = Run::new(architecture);
                let losses = run.steps(0..4, rows);
                assert!(losses.iter().all(|loss| loss.is_finite()));
                (losses, bits(&run.parameters), bits(run.ema.parameters()))
            })
        });
        assert_eq!(one, two, "{architecture}");
        assert_eq!(one, five, "{architecture}");
    }
}

#[test]
fn an_interrupted_run_goes_on_to_the_same_bits() {
    let folder = tempfile::tempdir().unwrap();
    let [model, state] = ["model", "state"].map(|name| folder.path().join(name));
    for architecture in ["mlp:16", "cnn:4"] {
        let mut whole = Run::new(architecture);
        let losses = whole.steps(0..10, 16);

        let mut first = Run::new(architecture);
        first.steps(0..6, 16);
        first.model.save(&model, &Default::default()).unwrap();
        let average = first.ema.parameters().iter().map(|x| Parameter {
            name: format!("{}.average", x.name),
            ..x.clone()
        });
        let all: Vec<Parameter> = first.adam.state().into_iter().chain(average).collect();
        write_parameters(&state, &Default::default(), &all).unwrap();
        let (steps, updates) = (first.adam.steps(), first.ema.updates());
        drop(first);

        let (model, _) = Model::load(&model).unwrap();
        let parameters = model.parameters();
        let (_, mut adam) = read_parameters(&state).unwrap();
        let average = adam.split_off(2 * parameters.len());
        let mut ema = Ema::new(0.99, &parameters).unwrap().with_warm_up();
        ema.resume(average, updates).unwrap();
        let mut second = Run {
            adam: Adam::restore(&parameters, steps, adam).unwrap(),
            ema,
            model,
            parameters,
        };
        assert_eq!(second.steps(6..10, 16), losses[6..]);
        assert_eq!(bits(&second.parameters), bits(&whole.parameters));
        assert_eq!(bits(second.ema.parameters()), bits(whole.ema.parameters()));
        assert_eq!(second.adam, whole.adam);
    }
}

#[test]
fn training_lowers_the_loss() {
    let mut run = Run::new("mlp:32");
    // The same rows each time.
    let losses: Vec<f64> = (0..60).flat_map(|_| run.steps(1..2, 32)).collect();
    assert!(losses[59] < 0.5 * losses[0], "{losses:?}");
}

#[test]
fn adam_is_its_formula() {
    let of = |values: Vec<f32>| {
        vec![Parameter {
            name: "w".to_owned(),
            shape: vec![values.len()],
            values,
        }]
    };
    let mut parameters = of(numbers(1, 9));
    let mut w: Vec<f64> = parameters[0].values.iter().map(|&x| f64::from(x)).collect();
    let (mut m, mut v) = (vec![0.0; 9], vec![0.0; 9]);
    let mut adam = Adam::new(&parameters);
    for t in 1..=50 {
        let gradients = of(numbers(100 + t, 9));
        let rate = 0.01 / t as f64;
        adam.step(rate, &mut parameters, &gradients).unwrap();
        for i in 0..9 {
            let g = f64::from(gradients[0].values[i]);
            m[i] = 0.9 * m[i] + 0.1 * g;
            v[i] = 0.999 * v[i] + 0.001 * g * g;
            let mean = m[i] / (1.0 - 0.9f64.powi(t as i32));
            let square: f64 = v[i] / (1.0 - 0.999f64.powi(t as i32));
            w[i] -= rate * mean / (square.sqrt() + 1e-8);
        }
    }
    for (found, expected) in parameters[0].values.iter().zip(&w) {
        assert!(
            (f64::from(*found) - expected).abs() < 1e-5,
            "{found} {expected}"
        );
    }
}

#[test]
fn what_does_not_belong_together_is_refused() {
    let parameters = Run::new("mlp:4").parameters;
    let mut adam = Adam::new(&parameters);
    let mut short = parameters.clone();
    short.pop();
    let error = adam.step(0.1, &mut short, &parameters).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the parameters: 3 tensors where there must be 4"
    );
    let mut thin = parameters.clone();
    thin[2].values.pop();
    let error = adam.step(0.1, &mut parameters.clone(), &thin).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the gradients: tensor `layers.1.weight`: 39 values where there must be 40"
    );
    assert_eq!(
        adam,
        Adam::new(&parameters),
        "a step that failed left no trace"
    );
    let error = Adam::restore(
        &parameters,
        3,
        [parameters.clone(), parameters.clone()].concat(),
    )
    .unwrap_err();
    assert_eq!(
        error.to_string(),
        "the optimiser's state: `layers.0.weight` where `layers.0.weight.mean` should be"
    );
    for decay in [-0.1, 1.5, f64::NAN] {
        assert!(Ema::new(decay, &parameters).is_err());
    }
    let mut bad = parameters.clone();
    bad[1].values[2] = f32::NAN;
    let penalty = Penalty::l1(1.0).unwrap();
    let error = add_penalty(&penalty, &bad, &mut parameters.clone()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "tensor `layers.0.bias`: parameter 2 is NaN: a penalty takes finite parameters"
    );
}
