//! Every measure against values computed from its definition at 100 digits.
//!
//! The tables in `reference/` are made by `reference/generate.py`. Equal infinities agree; finite
//! values agree when their relative error is within the tolerance, so 10⁻²⁹ must be right to as
//! many digits as 1 must.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test that fails may panic; the errors are worth reading"
)]

use std::collections::{BTreeMap, BTreeSet};

use kullback::{Measure, Normalisation, Pair, entropy, js_divergence_of};

const TOLERANCE: f64 = 2e-14;

/// Entropies promise digits after the point, not relative accuracy: ln of a share near 1 has lost
/// what the share's rounding took.
const ENTROPY_TOLERANCE: f64 = 1e-15;

fn rows(table: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    table.lines().skip(1).map(|line| line.split(',').collect())
}

fn masses(text: &str) -> Vec<f64> {
    let number = |x: &str| x.parse().unwrap();
    text.split_whitespace().map(number).collect()
}

fn counts(text: &str) -> Vec<u64> {
    let number = |x: &str| x.parse().unwrap();
    text.split_whitespace().map(number).collect()
}

fn policy(text: &str) -> Normalisation {
    match text {
        "strict" => Normalisation::Strict,
        "normalise" => Normalisation::Normalise,
        "unnormalised" => Normalisation::Unnormalised,
        _ => panic!("no policy is called {text}"),
    }
}

fn pairs() -> BTreeMap<&'static str, Pair> {
    let pair = |row: Vec<&'static str>| {
        let &[case, how, p, q] = &row[..] else {
            panic!("a row of pairs.csv has {} fields", row.len());
        };
        let pair = match how {
            "counts" => Pair::from_counts(&counts(p), &counts(q)),
            _ => Pair::from_probabilities(&masses(p), &masses(q), policy(how)),
        };
        (case, pair.unwrap_or_else(|error| panic!("{case}: {error}")))
    };
    rows(include_str!("reference/pairs.csv"))
        .map(pair)
        .collect()
}

/// How far two values are apart, relative to the second; equal ones, infinite too, are 0 apart.
fn relative_error(value: f64, reference: f64) -> f64 {
    if value.total_cmp(&reference).is_eq() {
        0.0
    } else {
        let error = ((value - reference) / reference).abs();
        if error.is_nan() { f64::INFINITY } else { error }
    }
}

#[test]
fn measures_agree_with_their_definitions() {
    let pairs = pairs();
    let mut worst: BTreeMap<&str, (f64, &str)> = BTreeMap::new();
    let mut failures = String::new();
    for row in rows(include_str!("reference/measures.csv")) {
        let &[case, name, reference] = &row[..] else {
            panic!("a row of measures.csv has {} fields", row.len());
        };
        let (pair, reference) = (&pairs[case], reference.parse::<f64>().unwrap());
        let entropies = match name {
            "entropy_p" => Some(entropy::entropy_p(pair)),
            "entropy_q" => Some(entropy::entropy_q(pair)),
            "cross_entropy" => Some(entropy::cross_entropy(pair)),
            _ => None,
        };
        let (value, agrees) = match entropies {
            Some(value) => {
                let absolute = (value - reference).abs();
                (value, absolute <= ENTROPY_TOLERANCE * reference.max(1.0))
            }
            None => (Measure::parse(name).unwrap().value(pair), false),
        };
        let error = relative_error(value, reference);
        if !agrees && error > TOLERANCE {
            failures += &format!("{name} of {case}: {value:e}, not {reference:e} ({error:.1e})\n");
        }
        if entropies.is_none() && error >= worst.get(name).map_or(0.0, |worst| worst.0) {
            worst.insert(name, (error, case));
        }
    }
    for (name, (error, case)) in &worst {
        println!("{name:>20}: relative error at most {error:.1e}, in {case}");
    }
    assert!(failures.is_empty(), "\n{failures}");
}

#[test]
fn mixtures_agree_with_their_definition() {
    for row in rows(include_str!("reference/mixtures.csv")) {
        let &[how, weights, distributions, reference] = &row[..] else {
            panic!("a row of mixtures.csv has {} fields", row.len());
        };
        let parts: Vec<Vec<f64>> = distributions.split(';').map(masses).collect();
        let parts: Vec<&[f64]> = parts.iter().map(Vec::as_slice).collect();
        let value = js_divergence_of(&parts, Some(&masses(weights)), policy(how)).unwrap();
        let error = relative_error(value, reference.parse().unwrap());
        println!("{error:.1e} {how} {weights}");
        assert!(
            error <= TOLERANCE,
            "{value:e}, not {reference}, for {distributions}"
        );
    }
}

/// Supports of 2 to 2²⁰ ≈ 10⁶ outcomes whose masses alternate between (1 + ε)/n and (1 − ε)/n: exact
/// in binary, and so are the divergences in closed form, down to KL ≈ 2.8e-17.
#[test]
fn large_supports_keep_full_accuracy() {
    for n in [2usize, 1 << 10, 1 << 20] {
        for exponent in [1, 10, 20, 27] {
            let eps = 0.5f64.powi(exponent);
            let p = vec![1.0 / n as f64; n];
            let sign = |i: usize| if i.is_multiple_of(2) { 1.0 } else { -1.0 };
            let q: Vec<f64> = (0..n).map(|i| (1.0 + sign(i) * eps) / n as f64).collect();
            let pair = Pair::from_probabilities(&p, &q, Normalisation::Strict).unwrap();
            // ½ (1 + ε) ln(1 + ε) + ½ (1 − ε) ln(1 − ε), whose terms cancel to ε²/2, as a series.
            let reverse: f64 = (1..40)
                .map(|k| eps.powi(2 * k) / f64::from(2 * k * (2 * k - 1)))
                .sum();
            let forward = -0.5 * (-eps * eps).ln_1p();
            for (value, reference) in [
                (Measure::KL.value(&pair), forward),
                (Measure::parse("reverse_kl").unwrap().value(&pair), reverse),
                (kullback::kl_divergence(&p, &q).unwrap(), forward),
                (Measure::TV.value(&pair), 0.5 * eps),
            ] {
                let error = relative_error(value, reference);
                assert!(error <= 1e-12, "{n}, {eps:e}: {value:e}, not {reference:e}");
            }
        }
    }
    let one = Pair::from_probabilities(&[1.0], &[1.0], Normalisation::Strict).unwrap();
    assert_eq!(Measure::KL.value(&one).to_bits(), 0f64.to_bits());
}

#[test]
fn every_measure_has_reference_values() {
    let covered: BTreeSet<(&str, &str)> = rows(include_str!("reference/measures.csv"))
        .map(|row| (row[1].split(':').next().unwrap_or_default(), row[0]))
        .collect();
    for measure in Measure::all() {
        let name = measure.info().name;
        for case in pairs().keys() {
            assert!(
                covered.contains(&(name, case)),
                "{name} has no reference value for {case}: add it to reference/generate.py",
            );
        }
    }
}
