//! Seeded random distributions: the same cases on every run and every machine.

#![allow(clippy::unwrap_used, reason = "a test that fails may panic")]
#![allow(dead_code, reason = "each test file draws what it needs")]

use kullback::{Normalisation, Pair};
use proptest::prelude::*;
use proptest::test_runner::{RngAlgorithm, TestCaseResult, TestError, TestRng, TestRunner};

/// Runs a test on 300 inputs drawn from a fixed seed; panics with the smallest that fails.
pub(crate) fn for_each<S: Strategy>(inputs: &S, test: impl Fn(S::Value) -> TestCaseResult) {
    let config = ProptestConfig {
        cases: 300,
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, b"kullback & leibler, 1951, seed 1");
    match TestRunner::new_with_rng(config, rng).run(inputs, test) {
        Ok(()) => {}
        Err(TestError::Fail(why, input)) => panic!("{why}\nfor {input:?}"),
        Err(TestError::Abort(why)) => panic!("no input is left: {why}"),
    }
}

/// A mass: often ordinary, sometimes absent, sometimes very rare.
fn mass() -> impl Strategy<Value = f64> {
    prop_oneof![
        6 => 0.01..1.0,
        1 => Just(0.0),
        1 => (-30.0..0.0f64).prop_map(f64::exp),
    ]
}

/// Lists of masses over the same outcomes, two to ten of them.
pub(crate) fn masses<const N: usize>() -> impl Strategy<Value = [Vec<f64>; N]> {
    (2..=10usize)
        .prop_flat_map(|outcomes| std::array::from_fn(|_| prop::collection::vec(mass(), outcomes)))
        .prop_filter("a side has no mass", |sides: &[Vec<f64>; N]| {
            sides.iter().all(|side| side.iter().any(|&mass| mass > 0.0))
        })
}

/// Two lists of masses, none of them rare, that sum to 1 but for rounding.
pub(crate) fn interior() -> impl Strategy<Value = [Vec<f64>; 2]> {
    (2..=8usize).prop_flat_map(|outcomes| {
        let side = prop::collection::vec(0.05..1.0, outcomes).prop_map(|side| {
            let sum: f64 = side.iter().sum();
            side.iter().map(|mass| mass / sum).collect()
        });
        [side.clone(), side]
    })
}

/// A list of masses and one that differs from it by a relative 10⁻¹ to 10⁻¹².
pub(crate) fn near() -> impl Strategy<Value = [Vec<f64>; 2]> {
    let moves = prop::collection::vec((0.01..1.0, -1.0..1.0), 2..=10);
    (moves, -12..=-1i32).prop_map(|(moves, exponent)| {
        let by = 10f64.powi(exponent);
        let moved = |&(mass, sign): &(f64, f64)| (mass, mass * (1.0 + by * sign));
        let (p, q) = moves.iter().map(moved).unzip();
        [p, q]
    })
}

/// Two lists of counts, near each other or not.
pub(crate) fn counts() -> impl Strategy<Value = [Vec<u64>; 2]> {
    let count = prop_oneof![1 => Just(0u64), 4 => 1..100u64, 2 => 1_000_000..2_000_000u64];
    let pair = (count.clone(), count, prop::option::of(0..3u64)).prop_map(|(a, b, near)| {
        // Now and then both sides are the same but for a few.
        (a, near.map_or(b, |more| a + more))
    });
    prop::collection::vec(pair, 2..=10)
        .prop_map(|pairs| {
            let (p, q) = pairs.into_iter().unzip();
            [p, q]
        })
        .prop_filter("a side has no counts", |sides: &[Vec<u64>; 2]| {
            sides.iter().all(|side| side.iter().any(|&count| count > 0))
        })
}

pub(crate) fn normalised(p: &[f64], q: &[f64]) -> Pair {
    Pair::from_probabilities(p, q, Normalisation::Normalise).unwrap()
}

pub(crate) fn unnormalised(p: &[f64], q: &[f64]) -> Pair {
    Pair::from_probabilities(p, q, Normalisation::Unnormalised).unwrap()
}

/// Whether two values agree up to a relative error; an infinity agrees with itself alone.
#[allow(clippy::float_cmp, reason = "an infinity agrees exactly")]
pub(crate) fn close(x: f64, y: f64, tolerance: f64) -> bool {
    if x.is_finite() && y.is_finite() {
        (x - y).abs() <= tolerance * x.abs().max(y.abs())
    } else {
        x == y
    }
}
