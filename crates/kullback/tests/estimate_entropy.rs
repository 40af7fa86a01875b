//! Estimators of entropy: reference values, the registry's promises, published values,
//! consistency.

#![allow(
    clippy::unwrap_used,
    reason = "a test that fails may panic; the errors are worth reading"
)]

use std::collections::BTreeSet;

use kullback::estimate::{ENTROPY_ESTIMATORS, EntropyEstimator, Error, Estimate, Prior, entropy};

const TABLE: &str = include_str!("reference/estimators.csv");

/// `quantity, estimator, counts, outcomes, value, deviation`.
fn rows(quantity: &str) -> impl Iterator<Item = Vec<&'static str>> {
    let rows = TABLE
        .lines()
        .map(|line| line.split(',').collect::<Vec<_>>());
    rows.filter(move |row| row[0] == quantity)
}

fn counts(listed: &str, outcomes: usize) -> Vec<u64> {
    let number = |count: &str| count.parse().unwrap();
    let mut counts: Vec<u64> = listed.split(' ').map(number).collect();
    counts.resize(outcomes, 0);
    counts
}

fn off(value: f64, reference: f64) -> f64 {
    (value - reference).abs() / reference.abs().max(1e-3)
}

#[test]
fn agrees_with_definitions_at_fifty_digits() {
    let mut seen = BTreeSet::new();
    for row in rows("entropy") {
        let estimator: EntropyEstimator = row[1].parse().unwrap();
        let counts = counts(row[2], row[3].parse().unwrap());
        let estimate = entropy(&counts, estimator).unwrap();
        let error = off(estimate.value, row[4].parse().unwrap());
        assert!(error < 1e-12, "{row:?}: {estimate:?}, off by {error:.1e}");
        match (estimate.deviation, row[5]) {
            (None, "") => {}
            (Some(deviation), reference) => {
                let error = off(deviation, reference.parse().unwrap());
                assert!(error < 1e-7, "{row:?}: {estimate:?}, off by {error:.1e}");
            }
            (None, _) => panic!("{row:?} has a deviation, {estimate:?} has none"),
        }
        seen.insert(row[1]);
    }
    let registered: BTreeSet<&str> = ENTROPY_ESTIMATORS.iter().map(|e| e.name).collect();
    assert_eq!(seen, registered, "every estimator has reference values");
}

#[test]
fn agrees_with_published_values() {
    // An example of ndd's README, to the digits that its quadrature is good for.
    let listed = "4 12 4 5 3 1 5 1 2 2 2 2 11 3 4 12 12 1 2";
    let nsb = entropy(&counts(listed, 100), EntropyEstimator::Nsb2002).unwrap();
    assert!((nsb.value - 2.806_097).abs() < 1e-6, "{nsb:?}");
}

#[test]
fn names_are_unique_and_parse_back() {
    let names: BTreeSet<&str> = ENTROPY_ESTIMATORS.iter().map(|e| e.name).collect();
    assert_eq!(names.len(), ENTROPY_ESTIMATORS.len());
    for info in ENTROPY_ESTIMATORS {
        assert_eq!(info.name.parse(), Ok(info.estimator));
        assert_eq!(info.estimator.to_string(), info.name);
        assert_eq!(info.estimator.info(), info);
    }
    for prior in Prior::ALL {
        for estimator in [
            EntropyEstimator::Pseudocount(prior),
            EntropyEstimator::Dirichlet(prior),
        ] {
            assert!(estimator.to_string().ends_with(&prior.to_string()));
        }
    }
}

/// Reproducible counts: n draws from weights, by a linear congruential generator (Knuth 1981).
fn draws(seed: u64, n: u64, weights: &[f64]) -> Vec<u64> {
    let total: f64 = weights.iter().sum();
    let mut state = seed;
    let mut counts = vec![0; weights.len()];
    for _ in 0..n {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let mut left = (state >> 11) as f64 / (1u64 << 53) as f64 * total;
        let outcome = weights.iter().position(|weight| {
            left -= weight;
            left < 0.0
        });
        counts[outcome.unwrap_or(weights.len() - 1)] += 1;
    }
    counts
}

/// Bits, so that 0 and −0 differ.
fn bits(estimate: Estimate) -> (u64, Option<u64>) {
    (
        estimate.value.to_bits(),
        estimate.deviation.map(f64::to_bits),
    )
}

#[test]
fn order_of_outcomes_changes_no_bit() {
    let weights: Vec<f64> = (1..=30).map(|i| 1.0 / f64::from(i)).collect();
    for seed in 0..5 {
        let counts = draws(seed, 100, &weights);
        let mut reversed = counts.clone();
        reversed.reverse();
        reversed.rotate_left(7);
        for info in ENTROPY_ESTIMATORS {
            let (a, b) = (
                entropy(&counts, info.estimator).unwrap(),
                entropy(&reversed, info.estimator).unwrap(),
            );
            assert_eq!(bits(a), bits(b), "{}", info.name);
        }
    }
}

#[test]
fn zeros_matter_where_declared_and_nowhere_else() {
    let counts = [5, 3, 1, 1];
    for info in ENTROPY_ESTIMATORS {
        let short = entropy(&counts, info.estimator).unwrap();
        let long = entropy(&[5, 3, 1, 1, 0, 0], info.estimator).unwrap();
        let same = bits(short) == bits(long);
        assert_eq!(same, !info.uses_unseen, "{}", info.name);
    }
}

#[test]
fn at_most_ln_k_where_declared_and_only_there() {
    let mut exceeded = BTreeSet::new();
    let uniform = [1.0; 12];
    for seed in 0..200 {
        let n = 1 + seed % 40;
        let counts = draws(seed, n, &uniform[..1 + (seed % 12) as usize]);
        let bound = (counts.len() as f64).ln();
        for info in ENTROPY_ESTIMATORS {
            let value = entropy(&counts, info.estimator).unwrap().value;
            if value > bound + 1e-12 {
                exceeded.insert(info.name);
                assert!(!info.at_most_ln_k, "{}: {value} of {counts:?}", info.name);
            }
            let may_be_negative = info.estimator == EntropyEstimator::Grassberger2003;
            assert!(
                value >= 0.0 || may_be_negative,
                "{}: {value} of {counts:?}",
                info.name
            );
        }
    }
    for info in ENTROPY_ESTIMATORS {
        // Zhang's never exceeds the expected value of a plug-in at infinite n over S outcomes.
        let bounded = info.at_most_ln_k || info.estimator == EntropyEstimator::Zhang2012;
        assert!(bounded || exceeded.contains(info.name), "{}", info.name);
    }
}

#[test]
fn converges_on_the_truth_and_the_plug_in_is_worst() {
    let weights: Vec<f64> = (1..=50).map(|i| 1.0 / f64::from(i)).collect();
    let total: f64 = weights.iter().sum();
    let truth: f64 = weights.iter().map(|w| -w / total * (w / total).ln()).sum();
    let error = |estimator, n: u64| -> f64 {
        let value = |seed| entropy(&draws(seed, n, &weights), estimator).unwrap().value;
        (0..20).map(value).sum::<f64>() / 20.0 - truth
    };
    let plug_in = error(EntropyEstimator::PlugIn, 100);
    assert!(
        plug_in < -0.15,
        "the plug-in's bias at n = 100 is {plug_in}"
    );
    for info in ENTROPY_ESTIMATORS {
        let (small, large) = (error(info.estimator, 100), error(info.estimator, 20_000));
        assert!(
            large.abs() < 0.01,
            "{}: off by {large} at n = 20,000",
            info.name
        );
        let corrects = !matches!(
            info.estimator,
            EntropyEstimator::PlugIn
                | EntropyEstimator::Pseudocount(_)
                | EntropyEstimator::Dirichlet(_)
        );
        if corrects {
            assert!(
                small.abs() < 0.75 * plug_in.abs(),
                "{}: off by {small}",
                info.name
            );
        }
    }
}

#[test]
fn deviation_is_that_of_repeated_samples() {
    let weights = [0.6, 0.25, 0.1, 0.05];
    let samples: Vec<Vec<u64>> = (0..400).map(|seed| draws(seed, 500, &weights)).collect();
    for name in [
        "plug_in",
        "miller_madow",
        "dirichlet_jeffreys",
        "dirichlet_perks",
        "nsb_2002",
    ] {
        let estimator = name.parse().unwrap();
        let estimates = samples
            .iter()
            .map(|counts| entropy(counts, estimator).unwrap());
        let (values, claimed): (Vec<f64>, Vec<f64>) =
            estimates.map(|e| (e.value, e.deviation.unwrap())).unzip();
        let mean = |x: &[f64]| x.iter().sum::<f64>() / x.len() as f64;
        let centre = mean(&values);
        let spread = mean(
            &values
                .iter()
                .map(|v| (v - centre).powi(2))
                .collect::<Vec<_>>(),
        )
        .sqrt();
        let ratio = mean(&claimed) / spread;
        assert!(
            (0.9..1.1).contains(&ratio),
            "{name}: claims {ratio} of the spread"
        );
    }
}

#[test]
fn large_counts_stay_accurate() {
    for info in ENTROPY_ESTIMATORS {
        let estimate = entropy(&[1 << 40, 1 << 40], info.estimator).unwrap();
        let error = (estimate.value - 2f64.ln()).abs();
        assert!(error < 1e-11, "{}: {estimate:?}", info.name);
    }
}

#[test]
fn refuses_what_is_no_sample() {
    use kullback::{Error as Counts, Side};
    let plug_in = |counts: &[u64]| entropy(counts, EntropyEstimator::PlugIn);
    assert_eq!(plug_in(&[]), Err(Error::Counts(Counts::Empty)));
    let side = Side::P;
    assert_eq!(
        plug_in(&[0, 0]),
        Err(Error::Counts(Counts::NoMass { side }))
    );
    let overflow = plug_in(&[u64::MAX, 1]);
    assert_eq!(overflow, Err(Error::Counts(Counts::CountOverflow { side })));
}
