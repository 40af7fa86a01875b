//! Pairs from logits: the same as from their softmax, and right where softmax is not enough.

#![allow(
    clippy::float_cmp,
    clippy::unwrap_used,
    reason = "a test that fails may panic; what must be exact is compared exactly"
)]

use std::cmp::Ordering;

use kullback::logits::{self, Codes, Row};
use kullback::{Error, Measure, Normalisation, Pair, Side, entropy};

/// Seeded numbers in −1 to 1.
fn random(seed: u64) -> impl FnMut() -> f64 {
    let mut state = seed;
    move || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 11) as f64 / (1u64 << 52) as f64 - 1.0
    }
}

fn softmax(logits: &[f64]) -> Vec<f64> {
    let masses: Vec<f64> = logits.iter().map(|logit| logit.exp()).collect();
    let total: f64 = masses.iter().sum();
    masses.iter().map(|mass| mass / total).collect()
}

#[test]
fn logits_and_their_softmax_measure_alike() {
    let mut random = random(7);
    for size in [1, 2, 10, 1000] {
        for scale in [0.1, 1.0, 5.0] {
            let a: Vec<f64> = (0..size).map(|_| scale * random()).collect();
            let b: Vec<f64> = (0..size).map(|_| scale * random()).collect();
            let offset: Vec<f64> = b.iter().map(|b| b + 100.0).collect();
            let pair = Pair::from_logits(&a, &offset).unwrap();
            let oracle =
                Pair::from_probabilities(&softmax(&a), &softmax(&b), Normalisation::Normalise)
                    .unwrap();
            for measure in Measure::all() {
                let (value, truth) = (measure.value(&pair), measure.value(&oracle));
                assert!(
                    (value - truth).abs() <= 1e-11 * truth + 1e-15,
                    "{measure}, {size} × {scale}: {value} {truth}"
                );
            }
        }
    }
}

#[test]
fn a_small_change_of_one_logit_keeps_its_divergence() {
    // With n equal logits and h added to one of them, KL = ln(1 + u) − h/n with u = (eʰ − 1)/n:
    // what is left of it after u and h/n cancel, as series.
    let n = 50_000.0;
    for h in [1e-3, 1e-6, 1e-9, 1e-12f64] {
        let a = vec![2.0; n as usize];
        let mut b = a.clone();
        b[17] += h;
        let h = b[17] - 2.0; // what the float took
        let u = h.exp_m1() / n;
        let truth = h * h * (0.5 + h / 6.0 + h * h / 24.0 + h * h * h / 120.0) / n
            - u * u * (0.5 - u / 3.0);
        let kl = Measure::KL.value(&Pair::from_logits(&a, &b).unwrap());
        assert!(
            (kl / truth - 1.0).abs() < 1e-12,
            "{h:e}: {kl:e} is not {truth:e}"
        );
    }
}

#[test]
fn a_row_is_no_distance_from_itself() {
    let mut random = random(3);
    let a: Vec<f64> = (0..1000).map(|_| 30.0 * random()).collect();
    for measure in Measure::all() {
        assert!(
            measure.value(&Pair::from_logits(&a, &a).unwrap()) == 0.0,
            "{measure}"
        );
    }
}

#[test]
fn minus_infinity_is_a_probability_of_zero() {
    let none = f64::NEG_INFINITY;
    let (ln_2, inf) = (2f64.ln(), f64::INFINITY);
    let kl = |a: &[f64], b: &[f64]| Measure::KL.value(&Pair::from_logits(a, b).unwrap());
    assert!((kl(&[0.0, none], &[0.0, 0.0]) - ln_2).abs() < 1e-15);
    assert_eq!(
        kl(&[0.0, 0.0], &[0.0, none]).total_cmp(&inf),
        Ordering::Equal
    );
    assert_eq!(
        kl(&[0.0, none], &[none, 0.0]).total_cmp(&inf),
        Ordering::Equal
    );
    let js = Measure::JS.value(&Pair::from_logits(&[0.0, none], &[none, 0.0]).unwrap());
    assert!((js - ln_2).abs() < 1e-15);
    // Far apart, and still what the definition says: ln(1/e⁻⁹⁰⁰).
    let far = kl(&[0.0, -900.0], &[-900.0, 0.0]);
    assert!((far - 900.0).abs() < 1e-9, "{far}");
}

#[test]
fn what_is_no_logit_is_refused_by_place() {
    let error = Pair::from_logits(&[0.0, f64::NAN], &[0.0, 0.0]).unwrap_err();
    assert!(matches!(
        error,
        Error::BadLogit {
            side: Side::P,
            index: 1,
            ..
        }
    ));
    let error = Pair::from_logits(&[0.0, 0.0], &[f64::INFINITY, 0.0]).unwrap_err();
    assert_eq!(
        error.to_string(),
        "Q[0] is inf: a logit must be a number below infinity, and may be -infinity for a probability of 0"
    );
    let none = [f64::NEG_INFINITY; 2];
    assert_eq!(
        Pair::from_logits(&[0.0, 0.0], &none),
        Err(Error::NoMass { side: Side::Q })
    );
    assert_eq!(Pair::from_logits(&[], &[]), Err(Error::Empty));
}

/// What a row says, with the name of each number and the pair's own answer.
fn answers(a: &[f64], b: &[f64]) -> Vec<(&'static str, f64)> {
    let pair = Pair::from_logits(a, b).unwrap();
    let kl = Measure::KL.value(&pair);
    vec![
        ("kl", kl),
        ("reverse kl", Measure::KL.value(&pair.swapped())),
        ("js", Measure::JS.value(&pair)),
        ("tv", Measure::TV.value(&pair)),
        ("entropy of p", entropy::entropy_p(&pair)),
        ("entropy of q", entropy::entropy_q(&pair)),
        ("cross-entropy", entropy::entropy_p(&pair) + kl),
    ]
}

fn numbers(row: Row) -> [f64; 7] {
    let Row {
        kl,
        reverse_kl,
        js,
        tv,
        entropy_p,
        entropy_q,
        cross_entropy,
        ..
    } = row;
    [kl, reverse_kl, js, tv, entropy_p, entropy_q, cross_entropy]
}

fn rounded(row: &[f64]) -> Vec<f32> {
    row.iter().map(|&logit| logit as f32).collect()
}

#[test]
fn a_row_is_its_pair() {
    let mut random = random(11);
    for size in [1, 2, 7, 16, 255, 256, 257, 1000, 5000] {
        for (scale, apart) in [
            (0.0, 3.0),
            (1.0, 1e-3),
            (5.0, 0.3),
            (10.0, 10.0),
            (60.0, 60.0),
        ] {
            let a: Vec<f64> = (0..size).map(|_| scale * random()).collect();
            let b: Vec<f64> = a.iter().map(|a| a + apart * random() + 7.0).collect();
            let wide = |row: &[f32]| -> Vec<f64> { row.iter().map(|&x| f64::from(x)).collect() };
            let (a32, b32) = (rounded(&a), rounded(&b));
            let double = numbers(logits::row(&a, &b).unwrap());
            let single = numbers(logits::row(&a32, &b32).unwrap());
            let truths = answers(&a, &b)
                .into_iter()
                .zip(answers(&wide(&a32), &wide(&b32)));
            for (i, ((name, truth), (_, truth32))) in truths.enumerate() {
                // A divergence is right relative to itself; TV and entropies, to about 1.
                let absolute = match name {
                    "kl" | "reverse kl" | "js" => [1e-24, 1e-13],
                    _ => [1e-14, 1e-6],
                };
                let off = [(double[i] - truth).abs(), (single[i] - truth32).abs()];
                assert!(
                    off[0] <= 1e-12 * truth + absolute[0],
                    "{name}, {size} × {scale}, {apart}: {} is not {truth}",
                    double[i]
                );
                assert!(
                    off[1] <= 1e-6 * truth32 + absolute[1],
                    "{name}, {size} × {scale}, {apart}: {} is not {truth32} in f32",
                    single[i]
                );
            }
        }
    }
}

#[test]
fn rows_of_singles_that_nearly_agree() {
    let mut random = random(5);
    for size in [1000, 65_536, 128_256] {
        let a: Vec<f32> = (0..size).map(|_| (8.0 * random()) as f32).collect();
        let b: Vec<f32> = a.iter().map(|a| a + (1.7e-4 * random()) as f32).collect();
        let wide = |row: &[f32]| -> Vec<f64> { row.iter().map(|&x| f64::from(x)).collect() };
        let row = numbers(logits::row(&a, &b).unwrap());
        assert!((3e-9..8e-9).contains(&row[0]), "{}", row[0]);
        for (value, (name, truth)) in row.into_iter().zip(answers(&wide(&a), &wide(&b))) {
            let off = (value / truth - 1.0).abs();
            let bound = if name == "tv" { 1e-3 } else { 1e-5 };
            assert!(off <= bound, "{name}, {size}: {value:e} is not {truth:e}");
        }
        let itself = numbers(logits::row(&a, &a).unwrap());
        assert!(itself[..4].iter().all(|&x| x == 0.0), "{itself:?}");
    }
}

#[test]
fn rows_with_absent_outcomes() {
    let none = f64::NEG_INFINITY;
    // Absent from both: as if they were not there, and the largest is where it is.
    let row = logits::row(&[none, 0.0, none, 1.0], &[none, 3.0, none, 2.0]).unwrap();
    let without = logits::row(&[0.0, 1.0], &[3.0, 2.0]).unwrap();
    assert_eq!(numbers(row), numbers(without));
    assert_eq!((row.tops, without.tops), ([3, 1], [1, 0]));
    // Absent from one.
    let (a, b) = ([0.0, none, 1.0], [0.5, 0.0, 1.0]);
    for (value, (name, truth)) in numbers(logits::row(&a, &b).unwrap())
        .into_iter()
        .zip(answers(&a, &b))
    {
        assert!(value == truth, "{name}: {value} is not {truth}");
    }
    assert_eq!(logits::row(&b, &a).unwrap().cross_entropy, f64::INFINITY);
    // The lowest float is not -inf, and does as well.
    let masked = logits::row(&[0.0, f32::MIN, 1.0], &[0.5, f32::MIN, 1.0]).unwrap();
    let plain = logits::row(&[0.0f32, 1.0], &[0.5, 1.0]).unwrap();
    assert!((masked.kl / plain.kl - 1.0).abs() < 1e-6);
    assert!(masked.entropy_q.is_finite());
    // Nor does it where all is measured from it at first.
    let first = logits::row(&[f32::MIN, 0.0, 1.0], &[f32::MIN, 0.5, 1.0]).unwrap();
    assert!((first.kl / plain.kl - 1.0).abs() < 1e-6, "{}", first.kl);
    assert_eq!((first.tops, plain.tops), ([2, 2], [1, 1]));
    let one_side = logits::row(&[0.0, f32::MIN, 1.0], &[0.5, 0.0, 1.0]).unwrap();
    assert!(one_side.kl.is_finite() && one_side.reverse_kl > 1e37);
}

#[test]
fn rows_that_are_none_are_refused() {
    assert_eq!(logits::row::<f32>(&[], &[]), Err(Error::Empty));
    let lengths = logits::row(&[0.0], &[0.0, 1.0]);
    assert!(matches!(
        lengths,
        Err(Error::LengthMismatch {
            outcomes: [1, 2],
            ..
        })
    ));
    for bad in [f32::NAN, f32::INFINITY] {
        let error = logits::row(&[0.0, 1.0, 2.0], &[0.0, 1.0, bad]);
        assert!(matches!(
            error,
            Err(Error::BadLogit {
                side: Side::Q,
                index: 2,
                ..
            })
        ));
    }
    let none = [f32::NEG_INFINITY; 3];
    assert_eq!(
        logits::row(&[0.0; 3], &none),
        Err(Error::NoMass { side: Side::Q })
    );
}

#[test]
fn the_ends_of_a_row() {
    let row = logits::row(&[1.0f32, 5.0, 5.0], &[2.0, 1.0, 0.0]).unwrap();
    assert_eq!(row.tops, [1, 0]);
    let truth = (1f64.exp() + 2.0 * 5f64.exp()).ln();
    assert!((row.ln_totals[0] / truth - 1.0).abs() < 1e-7);
    // The largest comes late, and far above what came before.
    let a: Vec<f64> = (0..1000).map(f64::from).collect();
    let row = logits::row(&a, &a).unwrap();
    assert_eq!(row.tops, [999, 999]);
    assert!((row.entropy_p - 1.040652).abs() < 1e-6, "{}", row.entropy_p);
}

#[test]
fn codes_and_bytes_are_their_logits() {
    let mut random = random(17);
    for size in [1, 7, 16, 513, 5000] {
        let codes: Vec<u16> = (0..size)
            .map(|_| (32_000.0 * (1.0 + random())) as u16)
            .collect();
        let near = |code: &u16| code + (700.0 * (1.0 + random())) as u16;
        let others: Vec<u16> = codes.iter().map(near).collect();
        let bytes = |row: &[u16]| -> Vec<[u8; 2]> { row.iter().map(|x| x.to_le_bytes()).collect() };
        let (a, b) = (bytes(&codes), bytes(&others));
        // As llama.cpp has them, cut at different places, of one logit alone, and too wide for f32.
        for steps in [
            [16.0, 16.0],
            [16.0, 24.0],
            [0.0, 16.0],
            [0.0, 0.0],
            [9e4, 9e4],
        ] {
            let [p, q] = steps.map(|span: f32| span / 65_535.0);
            let of = |row: &[u16], step: f32| -> Vec<f64> {
                row.iter()
                    .map(|&x| f64::from(step) * f64::from(x))
                    .collect()
            };
            let (wide_a, wide_b) = (of(&codes, p), of(&others, q));
            let truth = numbers(logits::row(&wide_a, &wide_b).unwrap());
            let (codes_a, codes_b) = (Codes { codes: &a, step: p }, Codes { codes: &b, step: q });
            let row = numbers(logits::row_of_codes(codes_a, codes_b).unwrap());
            for i in 0..7 {
                let off = (row[i] - truth[i]).abs();
                let bound = 2e-6 * truth[i] + if i < 3 { 1e-13 } else { 1e-6 };
                assert!(
                    off <= bound,
                    "{i}, {size}, {steps:?}: {} is not {}",
                    row[i],
                    truth[i]
                );
            }
            let (a32, b32) = (rounded(&wide_a), rounded(&wide_b));
            let bytes =
                |row: &[f32]| -> Vec<[u8; 4]> { row.iter().map(|x| x.to_le_bytes()).collect() };
            let wide = |row: &[f32]| -> Vec<f64> { row.iter().map(|&x| f64::from(x)).collect() };
            let (bytes_a, bytes_b) = (bytes(&a32), bytes(&b32));
            let of_bytes = |double| logits::row_of_bytes(&bytes_a, &bytes_b, double);
            assert_eq!(of_bytes(false), logits::row(&a32, &b32));
            assert_eq!(of_bytes(true), logits::row(&wide(&a32), &wide(&b32)));
        }
    }
}
