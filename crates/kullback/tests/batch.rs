//! Batches: every row as its pair, whatever the layout, the type and the number of threads.

#![allow(
    clippy::float_cmp,
    clippy::unwrap_used,
    reason = "a test that fails may panic; a row's value is its pair's"
)]

mod inputs;

use half::{bf16, f16};
use inputs::{close, for_each};
use kullback::Normalisation::{Normalise, Strict, Unnormalised};
use kullback::batch::{Batch, Real};
use kullback::{Error, Measure, Normalisation, Pair, Side};
use proptest::prelude::*;

const N: usize = 3;
const K: usize = 4;

/// Some measures are summed on vectors in a batch and cell by cell in a pair.
fn same(measure: Measure, value: f64, of_pair: f64) -> bool {
    close(value, of_pair, if is_fast(measure) { 1e-14 } else { 0.0 })
}

fn is_fast(measure: Measure) -> bool {
    ["kl", "reverse_kl", "js", "js_distance", "tv"].contains(&measure.info().name)
}

/// N distributions over K outcomes, P and Q, with a zero here and there.
fn rows() -> impl Strategy<Value = [Vec<f64>; 2]> {
    let mass = prop_oneof![6 => 0.01..1.0, 1 => Just(0.0)];
    let row = prop::collection::vec(mass, K);
    let row = row.prop_filter("no mass", |row| row.iter().any(|&x| x > 0.0));
    let side = prop::collection::vec(row, N).prop_map(|rows| {
        let share = |row: Vec<f64>| {
            let sum: f64 = row.iter().sum();
            row.into_iter().map(move |x| x / sum)
        };
        rows.into_iter().flat_map(share).collect()
    });
    [side.clone(), side]
}

fn value(measure: Measure, p: &[f64], q: &[f64], policy: Normalisation) -> f64 {
    measure.value(&Pair::from_probabilities(p, q, policy).unwrap())
}

#[test]
fn each_row_is_its_pair() {
    for_each(&rows(), |[p, q]| {
        let (batch_p, batch_q) = (Batch::new(&p, K).unwrap(), Batch::new(&q, K).unwrap());
        for measure in Measure::all() {
            for policy in [Strict, Normalise, Unnormalised] {
                let of =
                    |i: usize, j: usize| value(measure, &p[i * K..][..K], &q[j * K..][..K], policy);
                let by_row = batch_p.row_by_row(&batch_q, measure, policy).unwrap();
                let matrix = batch_p.matrix(&batch_q, measure, policy).unwrap();
                for i in 0..N {
                    prop_assert!(same(measure, by_row[i], of(i, i)), "{measure}");
                    for j in 0..N {
                        let value = matrix[i * N + j];
                        prop_assert!(same(measure, value, of(i, j)), "{measure} {policy:?}");
                    }
                }
                let only = Batch::new(&q[..K], K).unwrap();
                let to_one = batch_p.row_by_row(&only, measure, policy).unwrap();
                prop_assert!((0..N).all(|i| to_one[i] == matrix[i * N]), "{measure}");
            }
        }
        Ok(())
    });
}

#[test]
fn pairwise_is_the_matrix_of_a_batch_with_itself() {
    for_each(&rows(), |[p, _]| {
        let batch = Batch::new(&p, K).unwrap();
        for measure in Measure::all() {
            let pairwise = batch.pairwise(measure, Normalise).unwrap();
            let matrix = batch.matrix(&batch, measure, Normalise).unwrap();
            for (one, other) in pairwise.iter().zip(matrix) {
                prop_assert!(close(*one, other, 1e-12), "{measure}: {one}, {other}");
            }
        }
        Ok(())
    });
}

#[test]
fn layouts() {
    let cube: Vec<f64> = (0..24).map(f64::from).collect();
    let rows = |batch: Batch<f64>| -> Vec<Vec<f64>> {
        (0..batch.rows())
            .map(|row| batch.row(row).unwrap().collect())
            .collect()
    };
    // Naive: every cell of a 2 × 3 × 4 array goes to the row of its other two indices.
    for (axis, others) in [(0, [1, 2]), (1, [0, 2]), (2, [0, 1])] {
        let shape = [2, 3, 4];
        let mut naive = vec![vec![0.0; shape[axis]]; 24 / shape[axis]];
        for (cell, &x) in cube.iter().enumerate() {
            let at = [cell / 12, cell / 4 % 3, cell % 4];
            naive[at[others[0]] * shape[others[1]] + at[others[1]]][at[axis]] = x;
        }
        assert_eq!(rows(Batch::along(&cube, &shape, axis).unwrap()), naive);
    }
    let strided = Batch::strided(&cube, 1, [2, 3], [12, 4]).unwrap();
    assert_eq!(rows(strided), [[1.0, 5.0, 9.0], [13.0, 17.0, 21.0]]);
    let repeated = Batch::strided(&cube, 0, [2, 2], [0, 1]).unwrap();
    assert_eq!(rows(repeated), [[0.0, 1.0], [0.0, 1.0]]);
    let backwards = Batch::strided(&cube, 23, [2, 3], [-12, -1]).unwrap();
    assert_eq!(rows(backwards), [[23.0, 22.0, 21.0], [11.0, 10.0, 9.0]]);
    let [up, down] = [[12, 4], [-12, -4]].map(|strides| {
        let start = if strides[0] > 0 { 1 } else { 21 };
        let batch = Batch::strided(&cube, start, [2, 3], strides).unwrap();
        let one = Batch::new(&cube[..3], 3).unwrap();
        batch.row_by_row(&one, Measure::KL, Unnormalised).unwrap()
    });
    let naive = |row: [f64; 3]| value(Measure::KL, &row, &cube[..3], Unnormalised);
    assert!(close(up[1], naive([13.0, 17.0, 21.0]), 1e-14));
    assert!(close(down[0], naive([21.0, 17.0, 13.0]), 1e-14));
}

#[test]
fn single_precision() {
    // A softmax in f32: its sum is off, and the divergence from a near copy small beside that.
    let softmax = |shift: f32| -> Vec<f32> {
        let logits = (0..1000).map(|k| ((k * 37 % 101) as f32 / 20.0) + shift * (k % 7) as f32);
        let exps: Vec<f32> = logits.map(f32::exp).collect();
        let sum: f32 = exps.iter().sum();
        exps.iter().map(|x| x / sum).collect()
    };
    let (p, q) = (softmax(0.0), softmax(1e-3));
    let wide = |side: &[f32]| -> Vec<f64> { side.iter().map(|&x| f64::from(x)).collect() };
    assert!((wide(&q).iter().sum::<f64>() - 1.0).abs() > 1e-9);
    let batch = |side| Batch::new(side, 1000).unwrap();
    for measure in Measure::all() {
        let single = batch(&p[..])
            .row_by_row(&batch(&q[..]), measure, Strict)
            .unwrap()[0];
        let double = value(measure, &wide(&p), &wide(&q), Unnormalised);
        let bound = if is_fast(measure) { 1e-6 } else { 0.0 };
        assert!(
            close(single, double, bound),
            "{measure}: {single}, {double}"
        );
        let normalised = value(measure, &wide(&p), &wide(&q), Normalise);
        assert!(
            close(single, normalised, 1e-3),
            "{measure}: {single}, {normalised}"
        );
    }
    // In f64 nothing excuses such a sum.
    let (wide_p, wide_q) = (wide(&p), wide(&q));
    let strict = Batch::new(&wide_q, 1000)
        .unwrap()
        .pairwise(Measure::KL, Strict);
    assert!(matches!(strict, Err(Error::InRow { row: 0, .. })));
    // f32 against f64.
    let mixed = batch(&p[..]).row_by_row(
        &Batch::new(&wide_p, 1000).unwrap(),
        Measure::TV,
        Unnormalised,
    );
    assert_eq!(mixed, Ok(vec![0.0]));
}

#[test]
fn the_number_of_threads_does_not_show() {
    let data: Vec<f64> = (0..50 * 40)
        .map(|k| f64::from(k * 7919 % 1009 + 1))
        .collect();
    let batch = Batch::new(&data, 40).unwrap();
    let on = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .unwrap();
        pool.install(|| {
            Measure::all()
                .map(|m| batch.pairwise(m, Normalise).unwrap())
                .collect::<Vec<_>>()
        })
    };
    assert_eq!(on(1), on(4));
}

#[test]
fn the_first_bad_row_is_named() {
    let mut data = vec![0.5; 2000];
    for row in [900, 300, 500] {
        data[2 * row + 1] = -0.5;
    }
    let (bad, good) = (
        Batch::new(&data, 2).unwrap(),
        Batch::new(&[0.5, 0.5], 2).unwrap(),
    );
    let in_row = |side| {
        let (index, value) = (1, -0.5);
        let error = Box::new(Error::BadMass { side, index, value });
        Err(Error::InRow { row: 300, error })
    };
    for measure in [Measure::KL, Measure::TV] {
        assert_eq!(bad.row_by_row(&good, measure, Normalise), in_row(Side::P));
        assert_eq!(good.matrix(&bad, measure, Unnormalised), in_row(Side::Q));
        assert_eq!(bad.pairwise(measure, Strict), in_row(Side::P));
    }
    let off = Batch::new(&[0.5f32, 0.5, 0.5, 0.5001], 2).unwrap();
    let message = off.pairwise(Measure::KL, Strict).unwrap_err().to_string();
    assert!(message.starts_with("row 1: P sums to 1.0001"), "{message}");
    assert!(off.pairwise(Measure::KL, Normalise).is_ok());
}

#[test]
fn what_is_no_batch_is_refused() {
    let data = [0.5; 6];
    let entries = 6;
    let refused = |result: Result<Batch<f64>, Error>| result.err();
    assert_eq!(refused(Batch::new(&data, 0)), Some(Error::Empty));
    assert_eq!(refused(Batch::new(&[], 2)), Some(Error::Empty));
    let shape = vec![1, 4];
    assert_eq!(
        refused(Batch::new(&data, 4)),
        Some(Error::ShapeMismatch { shape, entries })
    );
    let axis = Batch::along(&data, &[2, 3], 2);
    assert_eq!(refused(axis), Some(Error::NoSuchAxis { axis: 2, axes: 2 }));
    let index = 6;
    let beyond = Batch::strided(&data, 0, [3, 2], [2, 2]);
    assert_eq!(refused(beyond), Some(Error::BeyondData { index, entries }));
    let index = -1;
    let below = Batch::strided(&data, 2, [2, 2], [-2, -1]);
    assert_eq!(refused(below), Some(Error::BeyondData { index, entries }));
    let huge = Batch::strided(&data, 0, [usize::MAX, 2], [isize::MIN, 1]);
    assert!(matches!(refused(huge), Some(Error::BeyondData { .. })));

    let (two, three) = (Batch::new(&data, 3).unwrap(), Batch::new(&data, 2).unwrap());
    let rows = two.row_by_row(&three, Measure::KL, Normalise);
    assert_eq!(rows, Err(Error::RowMismatch { rows: [2, 3] }));
    let (sides, outcomes) = ([Side::P, Side::Q], [3, 2]);
    let supports = two.matrix(&three, Measure::KL, Normalise);
    assert_eq!(supports, Err(Error::LengthMismatch { sides, outcomes }));
}

#[test]
fn halves() {
    let halves = |shift: f64| -> Vec<f16> {
        let weights: Vec<f64> = (0..40)
            .map(|k| f64::from(k * 37 % 101 + 1) + shift * f64::from(k % 7))
            .collect();
        let sum: f64 = weights.iter().sum();
        weights.iter().map(|w| f16::from_f64(w / sum)).collect()
    };
    let (p, q) = (halves(0.0), halves(3.0));
    let wide = |side: &[f16]| -> Vec<f64> { side.iter().map(|x| x.to_f64()).collect() };
    let brief =
        |side: &[f16]| -> Vec<bf16> { side.iter().map(|x| bf16::from_f32(x.to_f32())).collect() };
    let (brief_p, brief_q) = (brief(&p), brief(&q));
    let wide_brief = |side: &[bf16]| -> Vec<f64> { side.iter().map(|x| x.to_f64()).collect() };
    for measure in Measure::all() {
        for policy in [Strict, Normalise] {
            let of_pair = if policy == Strict {
                Unnormalised
            } else {
                policy
            };
            let bound = if is_fast(measure) { 1e-6 } else { 0.0 };
            let batch = Batch::new(&p, 40).unwrap();
            let of = batch
                .row_by_row(&Batch::new(&q, 40).unwrap(), measure, policy)
                .unwrap()[0];
            assert!(
                close(of, value(measure, &wide(&p), &wide(&q), of_pair), bound),
                "{measure}"
            );
            let batch = Batch::new(&brief_p, 40).unwrap();
            let of = batch
                .row_by_row(&Batch::new(&brief_q, 40).unwrap(), measure, policy)
                .unwrap()[0];
            let truth = value(
                measure,
                &wide_brief(&brief_p),
                &wide_brief(&brief_q),
                of_pair,
            );
            assert!(close(of, truth, bound), "{measure}: {of} {truth}");
        }
    }
    // Every number of either type is what it is, and none of the others is a mass.
    for bits in 0..=u16::MAX {
        let (half, brief) = (f16::from_bits(bits), bf16::from_bits(bits));
        for (is, ought) in [
            (half.to_f64(), Real::to_f64(half)),
            (brief.to_f64(), Real::to_f64(brief)),
        ] {
            assert!(
                is == ought || (is.is_nan() && ought.is_nan()),
                "{bits:#x}: {ought}"
            );
        }
    }
}

#[test]
fn entropies_are_those_of_the_pair() {
    for_each(&rows(), |[p, q]| {
        let (batch_p, batch_q) = (Batch::new(&p, K).unwrap(), Batch::new(&q, K).unwrap());
        let scaled: Vec<f64> = p.iter().map(|p| 3.0 * p).collect();
        let own = batch_p.entropy(Strict).unwrap();
        let normalised = Batch::new(&scaled, K).unwrap().entropy(Normalise).unwrap();
        let cross = batch_p.cross_entropy(&batch_q, Strict).unwrap();
        for i in 0..N {
            let (p, q) = (&p[i * K..][..K], &q[i * K..][..K]);
            let pair = Pair::from_probabilities(p, q, Strict).unwrap();
            let entropy = kullback::entropy::entropy_p(&pair);
            prop_assert!((own[i] - entropy).abs() <= 1e-15, "{} {entropy}", own[i]);
            prop_assert!((normalised[i] - entropy).abs() <= 1e-14);
            let truth = kullback::entropy::cross_entropy(&pair);
            prop_assert!(close(cross[i], truth, 1e-14), "{} {truth}", cross[i]);
        }
        Ok(())
    });
}

#[test]
fn shares_that_agree_in_all_but_the_last_digits() {
    let p: Vec<f64> = (0..1000).map(|k| f64::from(k * 37 % 101 + 1)).collect();
    for by in [1e-3, 1e-8, 1e-13] {
        let q: Vec<f64> = (0..1000)
            .map(|k| 3.0 * p[k] * (1.0 + by * (k as f64 / 500.0 - 1.0)))
            .collect();
        let (batch_p, batch_q) = (Batch::new(&p, 1000).unwrap(), Batch::new(&q, 1000).unwrap());
        for measure in [Measure::KL, Measure::JS] {
            let of = batch_p.row_by_row(&batch_q, measure, Normalise).unwrap()[0];
            let truth = value(measure, &p, &q, Normalise);
            assert!(
                close(of, truth, 1e-12),
                "{measure}, {by:e}: {of:e} is not {truth:e}"
            );
        }
    }
}

/// Sums between 0.9 of the tolerance and the tolerance are decided by a second look.
#[test]
fn sums_near_the_tolerance_are_held_to_it() {
    let holds = |tolerance: f64, single: bool| {
        for share in [0.5, 0.85, 0.95, 0.99, 1.01, 1.5] {
            for sign in [-1.0, 1.0] {
                let p = [0.25, 0.25, 0.25, 0.25 + sign * share * tolerance];
                let q = [0.125, 0.375, 0.25, 0.25];
                let measured = if single {
                    let [p, q] = [p, q].map(|side| side.map(|x| x as f32));
                    let (p, q) = (Batch::new(&p, K).unwrap(), Batch::new(&q, K).unwrap());
                    p.row_by_row(&q, Measure::KL, Strict)
                } else {
                    let (p, q) = (Batch::new(&p, K).unwrap(), Batch::new(&q, K).unwrap());
                    p.row_by_row(&q, Measure::KL, Strict)
                };
                assert_eq!(
                    measured.is_ok(),
                    share < 1.0,
                    "{tolerance:e}: {share} {sign}"
                );
            }
        }
    };
    holds(f64::TOLERANCE, false);
    holds(f32::TOLERANCE, true);
}
