//! The parameters of two models → a report.

use kullback::Progress;
use kullback_model::{Group, NotComparedTensor, TensorDifference, Weights, WeightsComparison};
use kullback_report::{
    DifferenceReport, GroupReport, ModelReport, NotComparedReport, PerModel, TensorReport,
    WeightsReport,
};

use crate::Error;

/// Compares the weights of two models, which go by these names.
///
/// # Errors
///
/// When a file was cut since it was opened, or not one tensor can be compared.
pub fn weights(
    names: [&str; 2],
    [a, b]: &[Weights; 2],
    progress: &Progress,
) -> Result<WeightsReport, Error> {
    progress.begin(Some(a.bytes() + b.bytes()));
    let comparison = WeightsComparison::new(a, b, progress)?;
    Ok(WeightsReport {
        schema: 1,
        kullback: env!("CARGO_PKG_VERSION"),
        a: model(names[0], a),
        b: model(names[1], b),
        total: (&comparison.total).into(),
        layers: comparison.layers.into_iter().map(group).collect(),
        modules: comparison.modules.into_iter().map(group).collect(),
        tensors: comparison.tensors.into_iter().map(tensor).collect(),
        not_compared: comparison
            .not_compared
            .into_iter()
            .map(not_compared)
            .collect(),
    })
}

fn model(name: &str, weights: &Weights) -> ModelReport {
    let files = weights.files();
    ModelReport {
        name: name.to_owned(),
        files: files
            .map(|(file, format)| (file.to_owned(), format.to_owned()))
            .collect(),
        tensors: weights.tensors() as u64,
        elements: weights.elements(),
    }
}

fn group(group: Group) -> GroupReport {
    GroupReport {
        name: group.name,
        tensors: group.tensors,
        difference: (&group.difference).into(),
    }
}

fn tensor(tensor: TensorDifference) -> TensorReport {
    TensorReport {
        name: tensor.name,
        shape: tensor.shape,
        encoding: PerModel::of(tensor.encodings),
        integer: tensor.is_integer,
        layer: tensor.layer,
        module: tensor.module,
        difference: DifferenceReport::from(&tensor.difference),
    }
}

fn not_compared(tensor: NotComparedTensor) -> NotComparedReport {
    NotComparedReport {
        model: match tensor.present {
            [true, true] => "both",
            [true, false] => "A",
            [false, _] => "B",
        },
        tensor: tensor.name,
        reason: tensor.reason,
    }
}
