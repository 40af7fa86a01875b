//! Estimators of KL, JS and mutual information from counts: reference values, the shrinking of
//! their bias, coverage of intervals.

#![allow(
    clippy::unwrap_used,
    reason = "a test that fails may panic; the errors are worth reading"
)]

use kullback::estimate::{
    DivergenceEstimator, Draws, Error, Estimate, Prior, ShareEstimator, js, js_posterior, kl,
    kl_posterior, mutual_information, mutual_information_posterior,
};
use kullback::{Error as Counts, Side};

const TABLE: &str = include_str!("reference/estimators.csv");

const DIVERGENCES: [DivergenceEstimator; 3] = [
    DivergenceEstimator::PlugIn,
    DivergenceEstimator::BiasCorrected,
    DivergenceEstimator::ZhangGrabchak2014,
];

fn rows(quantity: &str) -> impl Iterator<Item = Vec<&'static str>> {
    let rows = TABLE
        .lines()
        .map(|line| line.split(',').collect::<Vec<_>>());
    rows.filter(move |row| row[0] == quantity)
}

fn samples(listed: &str) -> Vec<Vec<u64>> {
    let number = |count: &str| count.parse().unwrap();
    let row = |row: &str| row.split(' ').map(number).collect();
    listed.split(';').map(row).collect()
}

/// Holds an estimate to a row of the table.
fn hold(row: &[&str], estimate: Estimate) {
    let (value, reference) = (estimate.value, row[4].parse::<f64>().unwrap());
    let agree = if reference.is_finite() {
        (value - reference).abs() < 1e-13 * reference.abs().max(0.1)
    } else {
        value.total_cmp(&reference).is_eq()
    };
    assert!(agree, "{row:?}: {estimate:?}");
    match (estimate.deviation, row[5]) {
        (None, "") => {}
        (Some(value), reference) if !reference.is_empty() => {
            let reference: f64 = reference.parse().unwrap();
            assert!((value - reference).abs() < 1e-12, "{row:?}: {estimate:?}");
        }
        _ => panic!("{row:?}: {estimate:?}"),
    }
}

/// How many rows there are, after holding each of them.
fn hold_all(quantity: &str, estimate: impl Fn(&str, &[Vec<u64>]) -> Option<Estimate>) -> usize {
    let held = rows(quantity).filter_map(|row| {
        let estimate = estimate(row[1], &samples(row[2]))?;
        hold(&row, estimate);
        Some(())
    });
    held.count()
}

fn divergence(name: &str) -> Option<DivergenceEstimator> {
    DIVERGENCES.into_iter().find(|e| e.to_string() == name)
}

#[test]
fn agrees_with_definitions_at_fifty_digits() {
    let held = hold_all("kl", |name, pair| {
        Some(kl(&pair[0], &pair[1], divergence(name)?).unwrap())
    });
    assert_eq!(held, 21);
    let held = hold_all("information", |name, table| {
        Some(mutual_information(table, divergence(name)?).unwrap())
    });
    assert_eq!(held, 15);
    let held = hold_all("js", |name, pair| {
        let both = [ShareEstimator::PlugIn, ShareEstimator::BiasCorrected];
        let estimator = both
            .into_iter()
            .find(|&e| DivergenceEstimator::from(e).to_string() == name)?;
        Some(js(&pair[0], &pair[1], estimator).unwrap())
    });
    assert_eq!(held, 14);
}

#[test]
#[allow(
    clippy::float_cmp,
    reason = "a mean in closed form has no error at all"
)]
fn posterior_means_agree_with_definitions_at_fifty_digits() {
    let draws = Draws::new(0.95, 100, 0).unwrap();
    for row in rows("kl").filter(|row| row[1] == "posterior_jeffreys") {
        let pair = samples(row[2]);
        let posterior = kl_posterior(&pair[0], &pair[1], Prior::Jeffreys, draws).unwrap();
        let reference: f64 = row[4].parse().unwrap();
        assert!(
            (posterior.mean - reference).abs() < 1e-13,
            "{row:?}: {posterior:?}"
        );
        assert_eq!(posterior.mean_error, 0.0);
    }
    for row in rows("information").filter(|row| row[1] == "posterior_jeffreys") {
        let table = samples(row[2]);
        let posterior = mutual_information_posterior(&table, Prior::Jeffreys, draws).unwrap();
        let reference: f64 = row[4].parse().unwrap();
        assert!(
            (posterior.mean - reference).abs() < 1e-13,
            "{row:?}: {posterior:?}"
        );
    }
}

/// The draws' own mean must find the closed form: what the interval is made of is what was meant.
#[test]
fn draws_have_the_posteriors_mean() {
    let draws = Draws::new(0.5, 20_000, 3).unwrap();
    let (p, q) = ([6, 3, 0, 1], [2, 4, 1, 9]);
    for prior in Prior::ALL {
        let kl = kl_posterior(&p, &q, prior, draws).unwrap();
        let table = [p, q];
        let information = mutual_information_posterior(&table, prior, draws).unwrap();
        for posterior in [kl, information] {
            // The middle half of a skewed posterior lies about its mean, and moves with it.
            let [low, high] = posterior.interval;
            assert!(
                low < posterior.mean && posterior.mean < high,
                "{prior}: {posterior:?}"
            );
        }
    }
    let js = js_posterior(&p, &q, Prior::Jeffreys, draws).unwrap();
    let error = js.mean_error;
    assert!(
        (js.deviation / 20_000f64.sqrt() - error).abs() < 1e-15,
        "{js:?}"
    );
}

/// A linear congruential generator (Knuth 1981), and a sample's counts from it.
fn draw_counts(state: &mut u64, n: u64, weights: &[f64]) -> Vec<u64> {
    let mut counts = vec![0; weights.len()];
    for _ in 0..n {
        *state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let mut left = (*state >> 11) as f64 / (1u64 << 53) as f64;
        let outcome = weights.iter().position(|weight| {
            left -= weight;
            left < 0.0
        });
        counts[outcome.unwrap_or(weights.len() - 1)] += 1;
    }
    counts
}

const P: [f64; 5] = [0.35, 0.25, 0.2, 0.15, 0.05];
const Q: [f64; 5] = [0.2, 0.2, 0.2, 0.2, 0.2];

fn truth(p: &[f64], q: &[f64]) -> f64 {
    p.iter().zip(q).map(|(p, q)| p * (p / q).ln()).sum()
}

#[test]
fn corrections_take_most_of_the_bias() {
    let mixture: Vec<f64> = P.iter().zip(Q).map(|(p, q)| (p + q) / 2.0).collect();
    let js_truth = 0.5 * (truth(&P, &mixture) + truth(&Q, &mixture));
    let mut state = 5;
    let mut bias = [0.0; 5];
    let rounds = 2000;
    for _ in 0..rounds {
        let (p, q) = (
            draw_counts(&mut state, 120, &P),
            draw_counts(&mut state, 80, &Q),
        );
        for (bias, estimator) in bias.iter_mut().zip(DIVERGENCES) {
            *bias += kl(&p, &q, estimator).unwrap().value - truth(&P, &Q);
        }
        bias[3] += js(&p, &q, ShareEstimator::PlugIn).unwrap().value - js_truth;
        bias[4] += js(&p, &q, ShareEstimator::BiasCorrected).unwrap().value - js_truth;
    }
    let bias = bias.map(|bias| bias / f64::from(rounds));
    assert!(bias[0] > 0.03, "KL plug-in: {bias:?}");
    assert!(
        bias[1].abs() < 0.006 && bias[2].abs() < 0.006,
        "KL: {bias:?}"
    );
    assert!(bias[3] > 0.008 && bias[4].abs() < 0.002, "JS: {bias:?}");
}

#[test]
fn deviation_is_that_of_repeated_samples() {
    let mut state = 11;
    let (mut kls, mut jss) = (Vec::new(), Vec::new());
    for _ in 0..600 {
        let (p, q) = (
            draw_counts(&mut state, 800, &P),
            draw_counts(&mut state, 500, &Q),
        );
        kls.push(kl(&p, &q, DivergenceEstimator::BiasCorrected).unwrap());
        jss.push(js(&p, &q, ShareEstimator::BiasCorrected).unwrap());
    }
    for estimates in [kls, jss] {
        let n = estimates.len() as f64;
        let mean = estimates.iter().map(|e| e.value).sum::<f64>() / n;
        let spread = estimates
            .iter()
            .map(|e| (e.value - mean).powi(2))
            .sum::<f64>()
            / n;
        let claimed = estimates.iter().map(|e| e.deviation.unwrap()).sum::<f64>() / n;
        let ratio = claimed / spread.sqrt();
        assert!((0.9..1.1).contains(&ratio), "claims {ratio} of the spread");
    }
}

/// Where the truth is drawn from the prior, a credible interval holds it as often as it says.
#[test]
fn credible_intervals_hold_the_truth_as_often_as_they_say() {
    let mut state = 17;
    let draws = Draws::new(0.9, 400, 1).unwrap();
    let rounds = 600;
    let mut held = 0;
    for _ in 0..rounds {
        let mut truths = [[0.0; 3]; 2];
        for side in &mut truths {
            // Laplace's prior: gaps between two sorted uniform numbers.
            let cut = |state: &mut u64| {
                draw_counts(state, 3, &[1.0]);
                (*state >> 11) as f64 / (1u64 << 53) as f64
            };
            let (a, b) = (cut(&mut state), cut(&mut state));
            *side = [a.min(b), (a - b).abs(), 1.0 - a.max(b)];
        }
        let (p, q) = (
            draw_counts(&mut state, 40, &truths[0]),
            draw_counts(&mut state, 60, &truths[1]),
        );
        let [low, high] = kl_posterior(&p, &q, Prior::Laplace, draws)
            .unwrap()
            .interval;
        let value = truth(&truths[0], &truths[1]);
        held += usize::from(low < value && value < high);
    }
    let share = f64::from(held as u32) / f64::from(rounds);
    assert!((0.86..0.94).contains(&share), "held {share}, not 0.9");
}

#[test]
fn order_of_outcomes_changes_nothing() {
    let (p, q) = ([7, 2, 0, 5], [3, 3, 1, 9]);
    let (r, s) = ([0, 5, 7, 2], [1, 9, 3, 3]);
    for estimator in DIVERGENCES {
        let (a, b) = (
            kl(&p, &q, estimator).unwrap(),
            kl(&r, &s, estimator).unwrap(),
        );
        assert!((a.value - b.value).abs() < 1e-15);
        let (a, b) = (
            mutual_information(&[p, q], estimator).unwrap(),
            mutual_information(&[s, r], estimator).unwrap(),
        );
        assert!((a.value - b.value).abs() < 1e-15);
    }
}

/// JS with weights n : m is the mutual information of outcome and sample.
#[test]
fn equal_sizes_tie_js_to_information() {
    let (p, q) = ([7, 2, 0, 5], [3, 3, 1, 7]);
    let js = js(&p, &q, ShareEstimator::PlugIn).unwrap().value;
    let information = mutual_information(&[p, q], DivergenceEstimator::PlugIn)
        .unwrap()
        .value;
    assert!((js - information).abs() < 1e-15);
}

#[test]
fn same_seed_same_interval() {
    let posterior = |seed| {
        let draws = Draws::new(0.95, 500, seed).unwrap();
        kl_posterior(&[3, 4], &[5, 1], Prior::Jeffreys, draws).unwrap()
    };
    assert_eq!(posterior(1), posterior(1));
    assert_ne!(posterior(1), posterior(2));
}

#[test]
fn refuses_what_is_no_table() {
    let plug_in = |table: &[&[u64]]| mutual_information(table, DivergenceEstimator::PlugIn);
    assert_eq!(plug_in(&[]), Err(Error::Counts(Counts::Empty)));
    assert_eq!(plug_in(&[&[], &[]]), Err(Error::Counts(Counts::Empty)));
    let ragged = Counts::LengthMismatch {
        sides: [Side::Nth(1), Side::Nth(0)],
        outcomes: [1, 2],
    };
    assert_eq!(plug_in(&[&[1, 2], &[3]]), Err(Error::Counts(ragged)));
    let overflow = Counts::CountOverflow { side: Side::Nth(1) };
    assert_eq!(plug_in(&[&[u64::MAX], &[1]]), Err(Error::Counts(overflow)));
    let empty = Counts::NoMass { side: Side::P };
    assert_eq!(plug_in(&[&[0, 0]]), Err(Error::Counts(empty)));

    let mismatch = kl(&[1, 2], &[1], DivergenceEstimator::PlugIn);
    assert!(matches!(
        mismatch,
        Err(Error::Counts(Counts::LengthMismatch { .. }))
    ));
    assert_eq!(
        Draws::new(0.0, 1000, 0),
        Err(Error::BadLevel { level: 0.0 })
    );
    assert!(Draws::new(f64::NAN, 1000, 0).is_err());
}
