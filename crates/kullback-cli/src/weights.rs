//! `kullback weights`: the parameters of two models.

use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use kullback_model::{Group, NotComparedTensor, TensorDifference, Weights, WeightsComparison};
use kullback_report::{
    DifferenceReport, GroupReport, ModelReport, NotComparedReport, PerModel, TensorReport,
    WeightsReport, json, weights,
};

use crate::args;
use crate::fail::Fail;
use crate::{output, progress, threads};

pub(crate) fn run(args: &args::Weights) -> Result<ExitCode, Fail> {
    threads::set(args.threads)?;
    let names = [&args.a, &args.b];
    let report = compare(names, &[Weights::open(names[0])?, Weights::open(names[1])?])?;
    if args.json {
        output::print(|stdout| json(&report, stdout))?;
    } else {
        output::print_styled(&weights(&report, args.by.into(), output::width()))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Compares the weights of two models, which go by these names.
pub(crate) fn compare(names: [&String; 2], [a, b]: &[Weights; 2]) -> Result<WeightsReport, Fail> {
    let read = Arc::new(AtomicU64::new(0));
    let comparison = {
        let _bar = progress::show(Some(a.bytes() + b.bytes()), &read);
        WeightsComparison::new(a, b, &read)?
    };
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
