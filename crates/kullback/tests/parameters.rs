//! Differences of parameters: exact references, the naive definition, and what must hold.

#![allow(clippy::unwrap_used, reason = "a test that fails may panic")]
#![allow(clippy::float_cmp, reason = "what is compared with == is exact")]

use kullback::parameters::Difference;
use proptest::prelude::*;

/// The lists of reference/parameters.py.
fn numbers(length: usize, seed: u64, scale: i32, offset: f64) -> Vec<f64> {
    let mut state = seed;
    let next = || {
        state = state * 48271 % 2_147_483_647;
        (state as f64 / 2_147_483_648.0 - 0.5) * 2f64.powi(scale) + offset
    };
    std::iter::repeat_with(next).take(length).collect()
}

fn near(values: &[f64]) -> Vec<f64> {
    let moved = |(i, &x): (usize, &f64)| {
        if i % 3 == 0 {
            x + x * 2f64.powi(-20)
        } else {
            x
        }
    };
    values.iter().enumerate().map(moved).collect()
}

fn case(name: &str) -> [Vec<f64>; 2] {
    let both = |length, scales: [i32; 2], offset, seeds: [u64; 2]| {
        [0, 1].map(|i| numbers(length, seeds[i], scales[i], offset))
    };
    match name {
        "unit" => both(1000, [0, 0], 0.0, [1, 2]),
        "near" => {
            let a = numbers(5000, 3, 0, 0.0);
            let b = near(&a);
            [a, b]
        }
        "far_from_zero" => both(3000, [-10, -10], 1.0, [4, 5]),
        "tiny" => both(2049, [-200, -200], 0.0, [6, 7]),
        "huge" => both(1025, [300, 300], 0.0, [8, 9]),
        "unequal" => both(4096, [40, -40], 0.0, [10, 11]),
        "single" => both(1, [0, 0], 0.0, [12, 13]),
        _ => panic!("no case is called {name}"),
    }
}

#[test]
fn values_are_those_of_exact_fractions() {
    let table = include_str!("reference/parameters.csv");
    let mut cases = 0;
    for line in table.lines().skip(1) {
        let fields: Vec<&str> = line.split(',').collect();
        let [a, b] = case(fields[0]);
        let found = Difference::of(&a, &b).unwrap();
        let values = [
            found.l1(),
            found.l2(),
            found.l_inf(),
            found.cosine().unwrap(),
            found.a().l1(),
            found.a().l2(),
            found.a().mean().unwrap(),
            found.a().variance().unwrap(),
            found.b().l2(),
            found.b().variance().unwrap(),
        ];
        let spread = found.a().mean().unwrap().abs() / found.a().variance().unwrap().sqrt();
        for (i, (value, truth)) in values.into_iter().zip(&fields[1..]).enumerate() {
            let truth: f64 = truth.parse().unwrap();
            // Of the cosine and the mean the absolute error is bounded, of a variance it depends
            // on how far from zero the values lie; the bounds are those of the documentation.
            let bound = match i {
                3 => 1e-13,
                6 => 1e-13 * found.a().l1() / a.len() as f64,
                7 | 9 if spread.is_finite() => 1e-13 * (1.0 + spread) * truth,
                _ => 1e-13 * truth,
            };
            assert!(
                (value - truth).abs() <= bound,
                "{}, value {i}: {value} {truth}",
                fields[0]
            );
        }
        assert_eq!(found.changed().to_string(), fields[11], "{}", fields[0]);
        cases += 1;
    }
    assert_eq!(cases, 7);
}

#[test]
fn nothing_is_known_of_nothing() {
    let none = Difference::of(&[], &[]).unwrap();
    assert_eq!((none.elements(), none.l1(), none.l2()), (0, 0.0, 0.0));
    assert_eq!(
        (none.cosine(), none.relative_l2(), none.a().variance()),
        (None, None, None)
    );
    let zero = Difference::of(&[0.0, -0.0], &[1.0, 0.0]).unwrap();
    assert_eq!(
        (zero.cosine(), zero.relative_l2(), zero.changed()),
        (None, None, 1)
    );
    let message = Difference::of(&[1.0], &[]).unwrap_err().to_string();
    assert!(
        message.starts_with("A has 1 parameters and B has 0: "),
        "{message}"
    );
}

#[test]
fn squares_that_overflow_are_infinite() {
    let huge = Difference::of(&[1e300, 1.0], &[-1e300, 1.0]).unwrap();
    assert_eq!(
        (huge.compared(), huge.l2(), huge.a().l2()),
        (2, f64::INFINITY, f64::INFINITY)
    );
    assert_eq!(huge.l_inf(), 2e300);
}

fn lists() -> impl Strategy<Value = (Vec<f64>, Vec<f64>)> {
    let number = prop_oneof![4 => -10.0..10.0, 1 => Just(0.0), 1 => Just(f64::NAN), 1 => Just(f64::INFINITY)];
    prop::collection::vec((number.clone(), number), 0..3000)
        .prop_map(|pairs| pairs.into_iter().unzip())
}

fn close(x: f64, y: f64) -> bool {
    (x - y).abs() <= 1e-12 * (x.abs() + y.abs())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn the_naive_definition_agrees((a, b) in lists()) {
        let found = Difference::of(&a, &b).unwrap();
        let pairs: Vec<(f64, f64)> =
            a.iter().copied().zip(b.iter().copied()).filter(|(a, b)| a.is_finite() && b.is_finite()).collect();
        let sum = |f: &dyn Fn(f64, f64) -> f64| pairs.iter().map(|&(a, b)| f(a, b)).sum::<f64>();
        prop_assert_eq!(found.compared(), pairs.len() as u64);
        prop_assert!(close(found.l1(), sum(&|a, b| (a - b).abs())));
        prop_assert!(close(found.l2(), sum(&|a, b| (a - b).powi(2)).sqrt()));
        prop_assert!(close(found.b().l1(), sum(&|_, b| b.abs())));
        prop_assert_eq!(found.l_inf(), pairs.iter().map(|(a, b)| (a - b).abs()).fold(0.0, f64::max));
        prop_assert_eq!(found.b().zeros(), pairs.iter().filter(|(_, b)| *b == 0.0).count() as u64);
        prop_assert_eq!(found.a().nan(), a.iter().filter(|x| x.is_nan()).count() as u64);
        prop_assert_eq!(found.a().infinite(), a.iter().filter(|x| x.is_infinite()).count() as u64);
        let differ = a.iter().zip(&b).filter(|(a, b)| a != b && !(a.is_nan() && b.is_nan())).count();
        prop_assert_eq!(found.changed(), differ as u64);
    }

    #[test]
    fn pieces_come_to_the_whole((a, b) in lists(), cut in 0.0..1.0) {
        let whole = Difference::of(&a, &b).unwrap();
        let cut = (cut * a.len() as f64) as usize;
        let mut merged = Difference::of(&a[..cut], &b[..cut]).unwrap();
        merged.merge(&Difference::of(&a[cut..], &b[cut..]).unwrap());
        prop_assert_eq!((merged.elements(), merged.changed()), (whole.elements(), whole.changed()));
        prop_assert!(close(merged.l1(), whole.l1()) && close(merged.l2(), whole.l2()));
        let variances = [merged, whole].map(|d| d.a().variance().unwrap_or(0.0));
        prop_assert!(close(variances[0], variances[1]));
        let mut added = Difference::of(&a[..cut / 1024 * 1024], &b[..cut / 1024 * 1024]).unwrap();
        added.add(&a[cut / 1024 * 1024..], &b[cut / 1024 * 1024..]).unwrap();
        prop_assert_eq!(format!("{added:?}"), format!("{whole:?}"));
    }

    #[test]
    fn distances_are_metrics((a, b) in lists()) {
        let d = Difference::of(&a, &b).unwrap();
        let back = Difference::of(&b, &a).unwrap();
        prop_assert_eq!((d.l1(), d.l2(), d.l_inf()), (back.l1(), back.l2(), back.l_inf()));
        // L∞ ≤ L2 ≤ L1 ≤ √n·L2, and the triangle inequality of the norms.
        let slack = 1.0 + 1e-12;
        prop_assert!(d.l_inf() <= d.l2() * slack && d.l2() <= d.l1() * slack);
        prop_assert!(d.l1() <= (d.compared() as f64).sqrt() * d.l2() * slack);
        prop_assert!((d.a().l2() - d.b().l2()).abs() <= d.l2() * slack + 1e-12);
        if let Some(cosine) = d.cosine() {
            prop_assert!(cosine.abs() <= slack);
        }
    }
}
