//! Rows in memory say what rows in files do.

use kullback_model::logits::{Comparison, Options, Reading, RowKind, Source, compare};
use kullback_model::{Dtype, MemoryTensor, Npy};

use crate::fixture::{path, source};

/// The array of a `.npy` file, in memory.
fn in_memory(name: &str) -> Source {
    let file = Npy::open(path(name), None).unwrap();
    let tensor = file.tensor();
    let bytes = file.window(0, tensor.elements()).unwrap().to_vec();
    let tensor = MemoryTensor::new("mine", tensor.dtype, tensor.shape.clone(), bytes).unwrap();
    Source::of_tensor(tensor, &Reading::default()).unwrap()
}

#[test]
fn rows_in_memory_score_to_the_last_bit_as_those_of_files() {
    for (base, candidate) in [
        (source("base_logits.npy"), in_memory("cand_logits.npy")),
        (in_memory("base_logits.npy"), in_memory("cand_logits.npy")),
        (source("base.kld"), in_memory("cand_logits.npy")),
    ] {
        let files = match base.format() {
            "kld" => ["base.kld", "cand_logits.npy"],
            _ => ["base_logits.npy", "cand_logits.npy"],
        };
        let rows = |base: &Source, candidate: &Source| {
            let compared = compare(base, candidate, &Options::default(), &Default::default());
            let Comparison::Full(full) = compared.unwrap() else {
                panic!("rows are full")
            };
            (full.scores, full.tokens, full.precision)
        };
        let files = files.map(source);
        assert_eq!(rows(&base, &candidate), rows(&files[0], &files[1]));
    }
    let mine = in_memory("cand_logits.npy");
    assert_eq!(
        (mine.name(), mine.format(), mine.kind()),
        ("mine", "array", RowKind::Logits)
    );
    assert_eq!(
        (mine.vocabulary(), mine.bytes()),
        (Some(37), 4 * 8 * 32 * 37)
    );
}

#[test]
fn what_is_no_rows_is_said() {
    let of = |dtype, shape: Vec<u64>, bytes| {
        let tensor = MemoryTensor::new("mine", dtype, shape, vec![0u8; bytes])?;
        Source::of_tensor(tensor, &Reading::default())
    };
    let text = |found: Result<Source, kullback_model::Error>| found.unwrap_err().to_string();
    assert_eq!(
        text(of(Dtype::F32, vec![2, 3], 20)),
        "tensor `mine`: has 20 bytes, and F32 [2, 3] needs 24"
    );
    assert_eq!(
        text(of(Dtype::F32, vec![u64::MAX, 3], 20)),
        "tensor `mine`: has 20 bytes, and F32 [18446744073709551615, 3] needs more than there can be"
    );
    assert!(
        text(of(Dtype::I8, vec![2, 3], 6)).starts_with("mine: holds I8, and rows of logits are")
    );
    assert!(text(of(Dtype::F32, vec![1; 4], 4)).starts_with("mine: its shape is [1, 1, 1, 1]"));
    assert!(text(of(Dtype::F32, vec![0, 4], 0)).starts_with("mine: its shape is [0, 4]"));
}

#[test]
fn an_error_names_the_array_and_the_row() {
    let bytes = [0.0, 1.0, f64::NAN, 2.0].map(f64::to_le_bytes).concat();
    let of = |name| {
        let tensor = MemoryTensor::new(name, Dtype::F64, vec![2, 2], bytes.clone()).unwrap();
        let rows = Some(RowKind::Logits);
        let reading = Reading {
            rows,
            ..Reading::default()
        };
        Source::of_tensor(tensor, &reading).unwrap()
    };
    let found = compare(
        &of("base"),
        &of("candidate"),
        &Options::default(),
        &Default::default(),
    );
    let text = "base: row 1: entry 0 is NaN, and logits are finite or −∞";
    assert_eq!(found.unwrap_err().to_string(), text);
}
