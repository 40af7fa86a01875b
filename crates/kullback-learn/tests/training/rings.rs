//! Rows of three classes, of which few have labels.

use kullback::summary::Axis;
use kullback_learn::{Column, Data, Features, Inputs, Matrix, Settings, Value};

/// Points on three rings around each other, told apart by x and y alone, in an order without a pattern.
pub(crate) fn rings(rows: usize) -> (Vec<Column>, Vec<usize>) {
    let angle = |i: usize| (i * 2_654_435_761 % 1009) as f64 / 1009.0 * std::f64::consts::TAU;
    let radius = |i: usize| (1 + i % 3) as f64 + 0.2 * ((i * 40_503 % 997) as f64 / 997.0 - 0.5);
    let column = |name: &str, of: fn(f64) -> f64| Column {
        name: name.to_owned(),
        values: (0..rows)
            .map(|i| Value::Ordered(Axis::Number, radius(i) * of(angle(i))))
            .collect(),
    };
    let labels = (0..rows).map(|i| i % 3).collect();
    (vec![column("x", f64::cos), column("y", f64::sin)], labels)
}

/// All that a training takes.
pub(crate) struct Ready {
    pub(crate) data: Data,
    pub(crate) inputs: Inputs,
    pub(crate) all: Matrix,
    pub(crate) labels: Vec<usize>,
}

/// Every fifth row has its label; all others have none, where the settings take them.
pub(crate) fn ready(settings: &Settings) -> Ready {
    ready_but(settings, |_| false)
}

/// The same with some labels wrong.
pub(crate) fn ready_but(settings: &Settings, wrong: fn(usize) -> bool) -> Ready {
    let (columns, mut labels) = rings(300);
    for (i, label) in labels.iter_mut().enumerate().filter(|(i, _)| wrong(*i)) {
        *label = (i + 1) % 3;
    }
    let features = Features::fit(&[("rings", &columns)], None).unwrap();
    let all = features.apply(&columns).unwrap().matrix;
    let labelled: Vec<usize> = (0..300).step_by(5).collect();
    let others: Vec<usize> = (0..300).filter(|i| i % 5 != 0).collect();
    let data = Data::new(
        &features,
        all.select(&labelled),
        labelled.iter().map(|&i| labels[i]).collect(),
        3,
        settings.uda.as_ref().map(|_| all.select(&others)),
        settings,
    );
    Ready {
        data: data.unwrap(),
        inputs: features.inputs(),
        all,
        labels,
    }
}
