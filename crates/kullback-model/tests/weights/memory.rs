//! Weights in memory differ by what those of files do.

use kullback_model::{Dtype, Error, MemoryTensor, Weights, WeightsComparison};

use crate::fixture::{Dir, Tensor, f32s};

fn in_memory(tensors: &[Tensor<'_>]) -> Result<Weights, Error> {
    let tensors = tensors.iter().map(|(name, dtype, shape, bytes)| {
        let dtype: Dtype = dtype.parse().unwrap();
        MemoryTensor::new(*name, dtype, shape.to_vec(), bytes.clone())
    });
    Weights::of_tensors(tensors.collect::<Result<_, _>>()?)
}

/// Tensors of many formats, of which one is scaled by another.
fn model(last: f32) -> Vec<Tensor<'static>> {
    vec![
        f32s("layers.0.w", &[2, 2], &[1.0, 2.0, 3.0, last]),
        ("layers.1.w", "BF16", &[2], vec![0x80, 0x3f, 0, 0x40]),
        ("layers.1.steps", "I64", &[], 7i64.to_le_bytes().to_vec()),
        ("layers.2.weight", "F8_E4M3", &[2], vec![0x38, 0x40]),
        f32s("layers.2.weight_scale", &[1], &[last]),
        f32s("none", &[0, 4], &[]),
    ]
}

#[test]
fn weights_in_memory_differ_as_those_of_files() {
    let dir = Dir::new();
    let (a, b) = (model(0.5), model(2.0));
    let files = dir.compare(&a, &b).unwrap();
    let (a, b) = (in_memory(&a).unwrap(), in_memory(&b).unwrap());
    let memory = WeightsComparison::new(&a, &b, &Default::default()).unwrap();
    assert_eq!(format!("{memory:?}"), format!("{files:?}"));
    assert_eq!((a.files().count(), a.tensors(), a.elements()), (0, 5, 9));
}

#[test]
fn a_name_is_of_one_tensor() {
    let twice = [f32s("w", &[1], &[1.0]), f32s("w", &[1], &[1.0])];
    let error = in_memory(&twice).unwrap_err();
    assert_eq!(error.to_string(), "tensor `w`: is there twice");
}
