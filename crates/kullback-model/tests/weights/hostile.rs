//! Files cut short, changed at random, or made to harm: an error or an answer, never a panic.

use kullback_model::{Weights, WeightsComparison};

use crate::fixture::{Dir, Random, f32s, safetensors};
use crate::gguf::gguf;

/// Opens what `bytes` are and, where that is possible, reads all of it.
fn survives(dir: &Dir, bytes: &[u8]) -> bool {
    let path = dir.write("hostile", bytes);
    let Ok(weights) = Weights::open(path) else {
        return false;
    };
    WeightsComparison::new(&weights, &weights, &Default::default()).is_ok()
}

fn files() -> [Vec<u8>; 3] {
    let fp8 = ("l.weight", "F8_E4M3", &[2u64, 2][..], vec![1, 2, 3, 4]);
    [
        safetensors(&[fp8, f32s("l.weight_scale", &[2], &[1.0, 2.0])]),
        gguf(3, 0, &[0; 256]),
        gguf(3, 8, &[0; 68]),
    ]
}

#[test]
fn every_truncation_is_refused() {
    let dir = Dir::new();
    for file in files() {
        assert!(survives(&dir, &file));
        for length in 0..file.len() {
            assert!(
                !survives(&dir, &file[..length]),
                "{length} of {} bytes",
                file.len()
            );
        }
    }
}

#[test]
fn random_changes_are_survived() {
    let dir = Dir::new();
    let mut random = Random(1);
    let mut refused = 0;
    for file in files() {
        for _ in 0..400 {
            let mut bytes = file.clone();
            for _ in 0..=random.below(4) {
                let at = random.below(bytes.len() as u64) as usize;
                bytes[at] = [random.next() as u8, 0xff, 0x80, 0][random.below(4) as usize];
            }
            refused += u32::from(!survives(&dir, &bytes));
        }
    }
    assert!(
        refused > 300,
        "{refused} of 1200 changed files were refused"
    );
}

/// Sizes near 2⁶⁴ and counts that a file of this size cannot hold.
#[test]
fn numbers_made_to_overflow_are_refused() {
    let dir = Dir::new();
    let file = gguf(3, 0, &[0; 256]);
    let refuse = |at: usize, value: u64| {
        let mut bytes = file.clone();
        bytes[at..at + 8].copy_from_slice(&value.to_le_bytes());
        assert!(!survives(&dir, &bytes), "{value} at {at}");
    };
    let name = file
        .windows(9)
        .position(|w| w == b"\x01\0\0\0\0\0\0\0w")
        .unwrap();
    for value in [u64::MAX, 1 << 63, 1 << 62, 1 << 40] {
        // The numbers of tensors and values, a name's length, both dimensions, the offset.
        for at in [8, 16, 24, name, name + 13, name + 21, name + 33] {
            refuse(at, value);
        }
    }
    for shape in [
        "[4611686018427387904,4]",
        "[0,18446744073709551615,4]",
        "[18446744073709551616]",
    ] {
        let header = format!(r#"{{"w":{{"dtype":"F32","shape":{shape},"data_offsets":[0,0]}}}}"#);
        let bytes = [&(header.len() as u64).to_le_bytes(), header.as_bytes()].concat();
        // Without elements it is a tensor like any other, whatever the other dimensions say.
        assert_eq!(survives(&dir, &bytes), shape.starts_with("[0"), "{shape}");
    }
}

#[test]
fn tensors_that_overlap_or_are_there_twice() {
    let dir = Dir::new();
    let file = gguf(3, 0, &[0; 256]);
    let begin = file
        .windows(9)
        .position(|w| w == b"\x01\0\0\0\0\0\0\0w")
        .unwrap();
    let description = &file[begin..begin + 41];
    for (name, expected) in [
        (b'w', "w.gguf: tensor `w` is there twice"),
        (
            b'v',
            "w.gguf: tensor `v`: overlaps another: it begins at offset 0, and the one before ends \
             at 256",
        ),
    ] {
        let mut second = description.to_vec();
        second[8] = name;
        let mut bytes = [&file[..begin + 41], &second].concat();
        bytes[8] = 2;
        bytes.resize(bytes.len().next_multiple_of(64) + 512, 0);
        let error = Weights::open(dir.write("w.gguf", bytes)).unwrap_err();
        assert_eq!(dir.message(&error), expected);
    }
}
