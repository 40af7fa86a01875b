//! Damaged files: each is refused, or compared as what it now says, and nothing panics.

use kullback_model::logits::{Kld, Options, Reading, write_head, write_row};

use crate::dir::{Dir, array_of, random};
use crate::fixture;
use crate::headers::safetensors;
use crate::lists::VLLM;

/// Two chunks of 6 tokens over a vocabulary of 5.
fn kld() -> Vec<u8> {
    let mut file = Vec::new();
    write_head(&mut file, 6, 5, &[0, 1, 2, 3, 4, 0, 1, 2, 3, 4, 0, 1]).unwrap();
    for row in 0..4u8 {
        let logits = [0, 1, 2, 3, 40].map(|x| f32::from(x * (row + 1)));
        write_row(&mut file, &logits, 16.0).unwrap();
    }
    file
}

#[test]
fn what_is_wrong_with_a_kld_file_is_said() {
    let with = |at: usize, value: i32| {
        let mut file = kld();
        file[at..at + 4].copy_from_slice(&value.to_le_bytes());
        file
    };
    let first_row = 20 + 4 * 12;
    let cases = [
        (
            b"_logits".to_vec(),
            "is no .kld file: it does not begin with `_logits_`",
        ),
        (
            b"_logits_v2\x10\0\0\0".to_vec(),
            "begins with `_logits_v2`, the layout of a fork of llama.cpp, which is not read here",
        ),
        (
            std::fs::read(fixture::path("truncated_header.kld")).unwrap(),
            "ends within its header, after 12 bytes: llama-perplexity leaves that behind where the text is shorter than two contexts",
        ),
        (
            std::fs::read(fixture::path("truncated_rows.kld")).unwrap(),
            "is too short: 8 chunks of 15 rows over 37 tokens take 11124 bytes, and it has 10124 (108 rows)",
        ),
        (
            with(8, 2),
            "its header has n_ctx = 2, and 3 is the least there can be",
        ),
        (
            with(12, -5),
            "its header has n_vocab = -5, and 1 is the least there can be",
        ),
        (
            with(16, 0),
            "its header has n_chunk = 0, and 1 is the least there can be",
        ),
        (
            with(16, i32::MAX),
            "is too short: 2147483647 chunks of 2 rows over 5 tokens take 137438953428 bytes, and it has 148 (0 rows)",
        ),
        (
            with(12, i32::MAX),
            "is too short: 2 chunks of 2 rows over 2147483647 tokens take 17179869284 bytes, and it has 148 (0 rows)",
        ),
        (
            [kld(), vec![0]].concat(),
            "is too long: 2 chunks of 2 rows over 5 tokens take 148 bytes, and it has 149 (4 rows)",
        ),
        (
            with(20, 5),
            "token 0 of chunk 0: is 5, and the vocabulary has 5 tokens",
        ),
        (
            with(20 + 4 * 11, -1),
            "token 5 of chunk 1: is -1, and the vocabulary has 5 tokens",
        ),
    ];
    for (file, message) in cases {
        let dir = Dir::new();
        let path = dir.write("a.kld", &file);
        let error = Kld::open(path).unwrap_err();
        assert_eq!(dir.text(&error), format!("a.kld: {message}"));
    }
    let dir = Dir::new();
    dir.write("a.kld", &kld());
    dir.write("nan.kld", &with(first_row + 20, f32::NAN.to_bits() as i32));
    let compared = dir
        .compare("a.kld", "nan.kld", &Reading::default(), &Options::default())
        .unwrap_err();
    assert_eq!(
        compared,
        "nan.kld: row 1: its scale is NaN and its min_log_prob -16: the model's logits were no numbers"
    );
}

#[test]
fn two_kld_files_must_be_about_the_same_text() {
    let dir = Dir::new();
    let mut other = kld();
    other[20 + 4 * 7] = 0;
    let mut longer = Vec::new();
    write_head(&mut longer, 6, 5, &[0, 1, 2, 3, 4, 0]).unwrap();
    (0..2).for_each(|_| write_row(&mut longer, &[0.0; 5], 16.0).unwrap());
    dir.write("a.kld", &kld());
    dir.write("other.kld", &other);
    dir.write("one.kld", &longer);
    let refused = |candidate: &str| {
        let compared = dir.compare("a.kld", candidate, &Reading::default(), &Options::default());
        compared.unwrap_err()
    };
    assert_eq!(
        refused("other.kld"),
        "other.kld: is about another text: token 1 of chunk 1 is 0, and 2 in a.kld"
    );
    assert_eq!(
        refused("one.kld"),
        "one.kld: has n_chunk = 1, and a.kld has 2"
    );
}

#[test]
fn damaged_files_never_panic() {
    let row = [0.1f32, 0.2, 0.3, 0.4];
    let array = array_of("<f4", "1, 4", row.map(f32::to_le_bytes));
    let tensors = safetensors(
        r#"{"x":{"dtype":"F32","shape":[1,4],"data_offsets":[0,16]}}"#,
        16,
    );
    let zip = include_bytes!("../fixture/deflated.npz").to_vec();
    let mut random = random(5);
    let dir = Dir::new();
    for (name, whole) in [
        ("whole.kld", kld()),
        ("whole.npy", array),
        ("whole.safetensors", tensors),
        ("whole.npz", zip),
        ("whole.jsonl", VLLM.as_bytes().to_vec()),
    ] {
        dir.write(name, &whole);
        let damaged_name = name.replace("whole", "damaged");
        let compare = |damaged: &[u8]| {
            dir.write(&damaged_name, damaged);
            dir.compare(
                name,
                &damaged_name,
                &Reading::default(),
                &Options::default(),
            )
        };
        assert!(
            compare(&whole).is_ok(),
            "{name}: {:?}",
            compare(&whole).err()
        );
        for cut in 0..whole.len().min(300) {
            let shorter = &whole[..whole.len() - cut - 1];
            // Of a text, the end of its last line may be missing.
            assert!(
                name.ends_with("jsonl") || compare(shorter).is_err(),
                "{name}, {cut} fewer"
            );
        }
        for _ in 0..400 {
            let mut damaged = whole.clone();
            for _ in 0..=random(3) {
                let at = random(damaged.len());
                damaged[at] = random(256) as u8;
            }
            let _ = compare(&damaged);
        }
    }
}
