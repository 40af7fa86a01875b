//! Rows in arrays: every format and kind of row says the same.

use std::path::Path;

use half::{bf16, f16};
use kullback::scores::{RowScore, Scores};
use kullback_model::Dtype;
use kullback_model::logits::{Comparison, Options, Reading, RowKind, Source};

use crate::dir::{Dir, array_of};
use crate::headers::safetensors;

/// Logits that are exact in 8 bits of mantissa.
const P: [[f64; 4]; 3] = [
    [0.0, 1.0, 2.0, 3.0],
    [5.0, -1.0, 0.5, 0.25],
    [1.0, 1.0, 1.0, 1.0],
];
const Q: [[f64; 4]; 3] = [
    [0.5, 1.0, 2.0, 2.5],
    [5.0, -1.0, 0.5, 0.25],
    [4.0, 1.0, 1.0, 1.0],
];

fn flat(rows: [[f64; 4]; 3]) -> Vec<f64> {
    rows.into_iter().flatten().collect()
}

fn log_probabilities(rows: [[f64; 4]; 3]) -> Vec<f64> {
    let softmax = |row: [f64; 4]| {
        let total = row.iter().map(|x| x.exp()).sum::<f64>().ln();
        row.map(|x| x - total)
    };
    flat(rows.map(softmax))
}

fn scores(compared: Result<Comparison, String>) -> Scores {
    match compared.unwrap() {
        Comparison::Full(full) => full.scores,
        Comparison::Lists(_) => panic!("rows are full"),
    }
}

#[track_caller]
fn same(a: &[RowScore], b: &[RowScore], tolerance: f64) {
    assert_eq!(a.len(), b.len());
    for (a, b) in a.iter().zip(b) {
        let values = |row: &RowScore| [row.kl, row.reverse_kl, row.js, row.tv, row.entropy_p];
        for (a, b) in values(a).into_iter().zip(values(b)) {
            assert!((a - b).abs() <= tolerance, "{a} {b}");
        }
    }
}

#[test]
fn every_element_says_the_same() {
    let dir = Dir::new();
    let wide = |rows| flat(rows).into_iter().map(f64::to_le_bytes);
    dir.write("p.npy", &array_of("<f8", "3, 4", wide(P)));
    dir.write("q.npy", &array_of("<f8", "3, 4", wide(Q)));
    let reading = Reading {
        void: Some(Dtype::Bf16),
        ..Reading::default()
    };
    let compare = |p, q| scores(dir.compare(p, q, &reading, &Options::default()));
    let exact = compare("p.npy", "q.npy");
    assert!((exact.rows()[1].kl, exact.rows()[0].kl > 0.01) == (0.0, true));

    let single: Vec<u8> = flat(Q)
        .iter()
        .flat_map(|&x| (x as f32).to_le_bytes())
        .collect();
    let halves: Vec<u8> = flat(Q)
        .iter()
        .flat_map(|&x| f16::from_f64(x).to_le_bytes())
        .collect();
    let brain: Vec<u8> = flat(Q)
        .iter()
        .flat_map(|&x| bf16::from_f64(x).to_le_bytes())
        .collect();
    let bytes = |bytes: &[u8]| -> Vec<[u8; 1]> { bytes.iter().map(|&byte| [byte]).collect() };
    dir.write("f4.npy", &array_of("<f4", "3, 4", bytes(&single)));
    dir.write("f2.npy", &array_of("<f2", "3, 4", bytes(&halves)));
    dir.write("v2.npy", &array_of("<V2", "3, 4", bytes(&brain)));
    for (dtype, data) in [("F32", &single), ("F16", &halves), ("BF16", &brain)] {
        let header = format!(
            r#"{{"x":{{"dtype":"{dtype}","shape":[3,4],"data_offsets":[0,{}]}}}}"#,
            data.len()
        );
        let mut file = safetensors(&header, 0);
        file.extend(data);
        dir.write(&format!("{dtype}.safetensors"), &file);
    }
    for candidate in [
        "f4.npy",
        "f2.npy",
        "v2.npy",
        "F32.safetensors",
        "F16.safetensors",
        "BF16.safetensors",
    ] {
        same(compare("p.npy", candidate).rows(), exact.rows(), 1e-6);
    }
}

#[test]
fn logits_log_probabilities_and_probabilities_say_the_same() {
    let dir = Dir::new();
    let write = |name: &str, values: Vec<f64>| {
        let values = values.into_iter().map(f64::to_le_bytes);
        Source::open(
            dir.write(name, &array_of("<f8", "3, 4", values)),
            &Reading::default(),
        )
        .unwrap()
        .kind()
    };
    assert_eq!(write("p.npy", flat(P)), RowKind::Logits);
    let exponentials = |rows| log_probabilities(rows).into_iter().map(f64::exp).collect();
    assert_eq!(write("q.npy", flat(Q)), RowKind::Logits);
    assert_eq!(
        write("ln.npy", log_probabilities(Q)),
        RowKind::LogProbabilities
    );
    assert_eq!(write("q1.npy", exponentials(Q)), RowKind::Probabilities);
    let compare = |q| scores(dir.compare("p.npy", q, &Reading::default(), &Options::default()));
    let exact = compare("q.npy");
    same(compare("ln.npy").rows(), exact.rows(), 1e-14);
    same(compare("q1.npy").rows(), exact.rows(), 1e-14);
}

#[test]
fn rows_that_are_no_distributions_are_refused() {
    let dir = Dir::new();
    let write = |name: &str, rows: [[f64; 4]; 2]| {
        let values = rows.into_iter().flatten().map(f64::to_le_bytes);
        dir.write(name, &array_of("<f8", "2, 4", values))
    };
    let fine = [0.25; 4];
    write("p.npy", [fine, fine]);
    write("sum.npy", [fine, [0.25, 0.25, 0.25, 0.3]]);
    write("negative.npy", [fine, [0.5, 0.5, -0.25, 0.25]]);
    write("nan.npy", [[0.0; 4], [0.0, f64::NAN, 0.0, 0.0]]);
    write("none.npy", [[0.0; 4], [f64::NEG_INFINITY; 4]]);
    let refused = |q: &str| {
        dir.compare("p.npy", q, &Reading::default(), &Options::default())
            .unwrap_err()
    };
    assert_eq!(
        refused("sum.npy"),
        "sum.npy: row 1: its probabilities sum to 1.050000, and 1 ± 0.01 is allowed"
    );
    assert_eq!(
        refused("negative.npy"),
        "negative.npy: row 1: entry 2 is -0.25, and probabilities are 0 or above"
    );
    assert_eq!(
        refused("nan.npy"),
        "nan.npy: row 1: entry 1 is NaN, and logits are finite or −∞"
    );
    assert_eq!(
        refused("none.npy"),
        "none.npy: row 1: every entry is −∞: no token is possible"
    );
}

#[test]
fn shapes_and_vocabularies_must_agree() {
    let dir = Dir::new();
    let write = |name: &str, shape: &str, n: u32| {
        let values = (0..n).map(|i| (f64::from(i % 7)).to_le_bytes());
        dir.write(name, &array_of("<f8", shape, values))
    };
    write("p.npy", "3, 4", 12);
    write("longer.npy", "4, 4", 16);
    write("wider.npy", "3, 5", 15);
    write("deep.npy", "1, 1, 3, 4", 12);
    let options = Options::default();
    let refused = |q: &str| {
        dir.compare("p.npy", q, &Reading::default(), &options)
            .unwrap_err()
    };
    assert_eq!(
        refused("longer.npy"),
        "longer.npy: has 4 rows, and p.npy has 3"
    );
    assert_eq!(
        refused("wider.npy"),
        "wider.npy: has a vocabulary of 5 tokens, and p.npy one of 4"
    );
    assert_eq!(
        refused("deep.npy"),
        "deep.npy: its shape is [1, 1, 3, 4]: [rows, vocabulary] or [chunks, positions, vocabulary] is needed, without a zero"
    );
    let padded = Options {
        vocabulary: Some(4),
        ..Options::default()
    };
    let compared = dir.compare("p.npy", "wider.npy", &Reading::default(), &padded);
    let Ok(Comparison::Full(full)) = compared else {
        panic!("{compared:?}")
    };
    assert_eq!(full.vocabulary, 4);
    assert!(full.accounts[1].beyond > 0.0 && full.accounts[0].beyond == 0.0);
    let targets = Options {
        targets: Some(vec![0, 4, 1]),
        ..Options::default()
    };
    let refused = dir
        .compare("p.npy", "p.npy", &Reading::default(), &targets)
        .unwrap_err();
    assert_eq!(refused, "target 1 is token 4, and the vocabulary has 4");
}

#[test]
fn an_archive_says_the_same_packed_or_not() {
    let fixture = |name: &str| {
        let path = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("tests/fixture")
            .join(name);
        std::fs::read(path).unwrap()
    };
    let dir = Dir::new();
    dir.write("stored.npz", &fixture("stored.npz"));
    dir.write("deflated.npz", &fixture("deflated.npz"));
    let named = |tensor: &str| Reading {
        tensor: Some(tensor.to_owned()),
        ..Reading::default()
    };
    let compared = dir.compare(
        "stored.npz",
        "deflated.npz",
        &Reading::default(),
        &Options::default(),
    );
    assert!(scores(compared).rows().iter().all(|row| row.kl == 0.0));
    let compared = dir.compare(
        "stored.npz",
        "stored.npz",
        &named("other"),
        &Options::default(),
    );
    assert_eq!(scores(compared).rows().len(), 3);
    let refused = dir
        .compare(
            "stored.npz",
            "stored.npz",
            &named("none"),
            &Options::default(),
        )
        .unwrap_err();
    assert_eq!(refused, "stored.npz: has no array called `none`");
}
