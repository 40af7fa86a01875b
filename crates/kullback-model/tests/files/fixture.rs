//! The fixture: 8 chunks of 32 tokens over a vocabulary of 37, whose rows hold what goes wrong: a
//! constant row, a logit of −∞, a row that is clamped, one that is one-hot, a tie at the top. What
//! llama.cpp wrote and printed for it is beside it; `reference/logits.py` wrote the exact values.

use std::path::{Path, PathBuf};

use kullback::scores::{RowScore, Scores};
use kullback_model::logits::{
    Compared, Comparison, Kld, Options, Reading, Source, compare, write_head, write_row,
};
use kullback_model::{Dtype, Npy};

use crate::dir::{Dir, array_of};

pub(crate) fn path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/fixture")
        .join(name)
}

pub(crate) fn source(name: &str) -> Source {
    Source::open(path(name), &Reading::default()).unwrap()
}

fn full(base: &str, candidate: &str) -> Compared {
    let sides = [source(base), source(candidate)];
    let compared = compare(
        &sides[0],
        &sides[1],
        &Options::default(),
        &Default::default(),
    );
    match compared.unwrap() {
        Comparison::Full(compared) => compared,
        Comparison::Lists(_) => panic!("the fixture has no lists"),
    }
}

fn array(name: &str) -> Vec<f32> {
    let array = Npy::open(path(name), None).unwrap();
    let mut values = Vec::new();
    let window = array.window(0, array.tensor().elements()).unwrap();
    assert!(Dtype::F32.append_f32(&window, &mut values));
    values
}

#[test]
fn the_writer_writes_what_llama_cpp_writes() {
    let logits = array("base_logits.npy");
    for (name, clamp) in [("base.kld", 16.0), ("base_ik24.kld", 24.0)] {
        let bytes = std::fs::read(path(name)).unwrap();
        let kld = Kld::open(path(name)).unwrap();
        let (context, vocabulary) = (kld.context() as usize, kld.vocabulary() as usize);
        let tokens = bytes[20..][..8 * 32 * 4].as_chunks::<4>().0;
        let tokens: Vec<i32> = tokens
            .iter()
            .map(|&token| i32::from_le_bytes(token))
            .collect();
        let mut written = Vec::new();
        write_head(&mut written, context, vocabulary, &tokens).unwrap();
        for chunk in logits.chunks(context * vocabulary) {
            for row in chunk.chunks(vocabulary).skip(context / 2).take(15) {
                write_row(&mut written, row, clamp).unwrap();
            }
        }
        assert_eq!(written.len(), bytes.len());
        let differs = written.iter().zip(&bytes).position(|(a, b)| a != b);
        assert_eq!(differs, None, "{name}");
    }
}

#[test]
fn raw_logits_give_the_exact_values() {
    let table = include_str!("../reference/logits.csv");
    let [base, candidate] = ["base_logits.npy", "cand_logits.npy"].map(array);
    // The scored half of each chunk, as an array of its own: [8, 15, 37].
    let scored = |all: &[f32]| -> Vec<f32> {
        let chunks = all.chunks(32 * 37);
        chunks
            .flat_map(|chunk| &chunk[16 * 37..31 * 37])
            .copied()
            .collect()
    };
    let dir = Dir::new();
    let write = |name: &str, all: &[f32]| {
        let file = array_of(
            "<f4",
            "8, 15, 37",
            scored(all).into_iter().map(f32::to_le_bytes),
        );
        Source::open(dir.write(name, &file), &Reading::default()).unwrap()
    };
    let sides = [write("p.npy", &base), write("q.npy", &candidate)];
    let compared = compare(
        &sides[0],
        &sides[1],
        &Options::default(),
        &Default::default(),
    );
    let Comparison::Full(compared) = compared.unwrap() else {
        panic!("full rows")
    };
    let lines: Vec<&str> = table.lines().skip(1).collect();
    assert_eq!(lines.len(), compared.scores.rows().len());
    for (line, row) in lines.iter().zip(compared.scores.rows()) {
        let truths = line.split(',').skip(1).map(|number| match number {
            "+inf" => f64::INFINITY,
            number => number.parse::<f64>().unwrap(),
        });
        let RowScore {
            kl,
            reverse_kl,
            js,
            tv,
            entropy_p,
            entropy_q,
            cross_entropy,
            ..
        } = *row;
        let values = [kl, reverse_kl, js, tv, entropy_p, entropy_q, cross_entropy];
        let truths: Vec<f64> = truths.collect();
        assert!(
            (kl - truths[0]).abs() <= 1e-12 * truths[0].max(1e-3),
            "{line}: {kl:e}"
        );
        for (value, truth) in values.into_iter().zip(truths) {
            let near = (value - truth).abs() <= 1e-12 * truth.abs().max(1.0);
            let infinite = value.is_infinite() && truth.is_infinite();
            assert!(near || infinite, "{line}: {value:e} is not {truth:e}");
        }
    }
    let mean = compared.scores.mean(|row| row.kl);
    assert!((mean.value - 0.044_870_033_011_897_49).abs() < 1e-14);
}

#[test]
fn a_file_beside_itself_is_at_zero() {
    for name in ["base.kld", "base_ik24.kld", "base_logits.npy"] {
        let compared = full(name, name);
        for row in compared.scores.rows() {
            let values = [row.kl, row.reverse_kl, row.js, row.tv];
            assert!(values.map(f64::to_bits) == [0; 4], "{name}: {values:?}");
            assert!(row.same_top);
        }
    }
}

#[test]
fn two_kld_files_are_compared_without_a_model() {
    let compared = full("base.kld", "cand.kld");
    // Both decoded and divided by their sums in f64, by NumPy.
    let near = |value: f64, truth: f64| assert!((value - truth).abs() < 1e-7, "{value} {truth}");
    near(compared.scores.mean(|row| row.kl).value, 0.044_869_8);
    near(
        compared.scores.mean(|row| row.reverse_kl).value,
        0.044_535_4,
    );
    assert_eq!(
        (
            compared.scores.rows().len(),
            compared.scores.chunks().map(<[usize]>::len)
        ),
        (120, Some(8))
    );
    assert!(compared.tokens.is_some());
}

#[test]
fn what_the_format_cuts_is_accounted_for() {
    let (distance, cut) = full("base.kld", "cand.kld").accounts[0].cut().unwrap();
    let is_sixteen = (distance - 16.0).abs() < 1e-6;
    assert!(
        is_sixteen && cut.rows >= 2 && cut.tokens > cut.rows,
        "{cut:?}"
    );
    let account = full("base_ik24.kld", "cand.kld").accounts[0];
    let (distance, wide) = account.cut().unwrap();
    assert!(
        (distance - 24.0).abs() < 1e-6 && wide.mass < cut.mass,
        "{wide:?}"
    );
    // A row as stored sums to 1 but for the steps of its codes and what was cut.
    assert!((account.mass[0] - 1.0).abs() < 1e-3 && (account.mass[1] - 1.0).abs() < 1e-3);
}

#[test]
fn rows_beside_a_kld_file_are_those_it_scores() {
    // [8, 32, 37] beside 8 chunks of 32 tokens: positions 16 to 30 of each.
    let arrays = full("base_logits.npy", "cand_logits.npy");
    assert_eq!(arrays.scores.rows().len(), 8 * 32);
    let beside: Scores = full("base.kld", "cand_logits.npy").scores;
    assert_eq!(beside.rows().len(), 8 * 15);
    for (i, row) in beside.rows().iter().enumerate() {
        let same = arrays.scores.rows()[i / 15 * 32 + 16 + i % 15];
        // Beside 16 bits an element, rows are computed in single precision.
        assert!((row.entropy_q - same.entropy_q).abs() < 1e-5, "row {i}");
    }
}
