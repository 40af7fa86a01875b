//! GGUF: values against the reference, and the same tensors in both formats.

use std::path::{Path, PathBuf};

use crate::fixture::{Dir, compare};
use kullback_model::{Encoding, Gguf};

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/weights")
        .join(name)
}

/// quants.py wrote both files; the second holds what the reference reads in the first.
#[test]
fn every_format_is_read_to_the_bit() {
    let found = compare(&fixture("quants.gguf"), &fixture("quants.safetensors")).unwrap();
    assert_eq!(found.not_compared, []);
    assert_eq!(found.tensors.len(), 13);
    for tensor in &found.tensors {
        let difference = &tensor.difference;
        assert_eq!(difference.changed(), 0, "{}", tensor.name);
        assert_eq!(
            (difference.compared(), difference.l1()),
            (1536, 0.0),
            "{}",
            tensor.name
        );
        assert!(difference.a().l2() > 1.0, "{}", tensor.name);
        assert_eq!(
            tensor.shape,
            [3, 512],
            "{}: dimensions are reversed",
            tensor.name
        );
        assert_eq!(tensor.layer.as_deref(), Some("blk.0"));
    }
}

#[test]
fn types_have_the_names_of_ggml() {
    let file = Gguf::open(fixture("quants.gguf")).unwrap();
    for tensor in file.tensors() {
        let name = tensor.name.split('.').nth(2).unwrap();
        assert_eq!(tensor.encoding.to_string().to_lowercase(), name);
        assert!(!matches!(tensor.encoding, Encoding::Other(_)));
    }
}

/// A GGUF file with one tensor of 32 × 2, and the type and bytes given.
pub(crate) fn gguf(version: u32, kind: u32, data: &[u8]) -> Vec<u8> {
    let text = |text: &str| [&(text.len() as u64).to_le_bytes(), text.as_bytes()].concat();
    let numbers =
        |numbers: &[u64]| -> Vec<u8> { numbers.iter().flat_map(|n| n.to_le_bytes()).collect() };
    let mut file = [
        b"GGUF".as_slice(),
        &version.to_le_bytes(),
        &numbers(&[1, 2]),
        // An array of arrays of bytes, and an alignment of 64.
        &text("nested"),
        &9u32.to_le_bytes(),
        &9u32.to_le_bytes(),
        &numbers(&[1]),
        &0u32.to_le_bytes(),
        &numbers(&[3]),
        &[1, 2, 3],
        &text("general.alignment"),
        &4u32.to_le_bytes(),
        &64u32.to_le_bytes(),
        &text("w"),
        &2u32.to_le_bytes(),
        &numbers(&[32, 2]),
        &kind.to_le_bytes(),
        &numbers(&[0]),
    ]
    .concat();
    file.resize(file.len().next_multiple_of(64), 0);
    file.extend_from_slice(data);
    file
}

#[test]
fn both_versions_and_any_alignment_are_read() {
    let dir = Dir::new();
    for version in [2, 3] {
        let open = Gguf::open(dir.write("w.gguf", gguf(version, 0, &[0; 256]))).unwrap();
        let tensor = &open.tensors()[0];
        assert_eq!(
            (tensor.shape.as_slice(), tensor.bytes),
            ([2, 32].as_slice(), 256)
        );
        assert_eq!(tensor.offset % 64, 0);
    }
}

#[test]
fn what_is_not_read_is_named() {
    let dir = Dir::new();
    for (bytes, expected) in [
        (
            gguf(1, 0, &[0; 256]),
            "w.gguf: is GGUF version 1; versions 2 and 3 are read",
        ),
        (
            gguf(3 << 24, 0, &[0; 256]),
            "w.gguf: is big-endian GGUF, which is not read",
        ),
        (
            gguf(3, 31, &[0; 256]),
            "w.gguf: tensor `w`: is of type 31, which ggml does not have",
        ),
        (
            gguf(3, 12, &[0; 256]),
            "w.gguf: tensor `w`: Q4_K [2, 32] has no size in bytes that a file could have",
        ),
        (
            gguf(3, 0, &[0; 255]),
            "w.gguf: tensor `w`: its 256 bytes at offset 0 go beyond the end of the file, which \
             has 447 bytes, 255 of them data",
        ),
        (
            b"GGML".to_vec(),
            "w.gguf: is no GGUF file: its first bytes are not `GGUF`",
        ),
    ] {
        let error = Gguf::open(dir.write("w.gguf", bytes)).unwrap_err();
        assert_eq!(dir.message(&error), expected);
    }
    // A type that ggml has and this crate does not read: listed, with its name.
    let (a, b) = (
        dir.write("a.gguf", gguf(3, 20, &[0; 36])),
        dir.write("b.gguf", gguf(3, 0, &[0; 256])),
    );
    let error = compare(&a, &b).unwrap_err();
    assert_eq!(
        error.advice(),
        Some(
            "names and shapes must be the same; for example, `w`: A: values of type IQ4_NL are not read"
        )
    );
}
