//! Entropy of weighted observations: what equal weights must give, and what weights must do.

#![allow(
    clippy::unwrap_used,
    reason = "a test that fails may panic; the errors are worth reading"
)]

use kullback::Error as Counts;
use kullback::estimate::{
    Error, Prior, WeightedCounts, WeightedEstimator, entropy, entropy_weighted,
};

fn all() -> Vec<WeightedEstimator> {
    let mut all = vec![
        WeightedEstimator::PlugIn,
        WeightedEstimator::MillerMadow,
        WeightedEstimator::JamesStein,
        WeightedEstimator::Nsb2002,
    ];
    all.extend(Prior::ALL.map(WeightedEstimator::Pseudocount));
    all.extend(Prior::ALL.map(WeightedEstimator::Dirichlet));
    all
}

/// Each outcome as often as counted, with one weight for all.
fn repeated(counts: &[u64], weight: f64) -> WeightedCounts {
    let times = |(outcome, &count): (usize, &u64)| vec![(outcome, weight); count as usize];
    let observations: Vec<(usize, f64)> = counts.iter().enumerate().flat_map(times).collect();
    WeightedCounts::new(counts.len(), &observations).unwrap()
}

#[test]
fn equal_weights_are_counts_whatever_their_scale() {
    let counts = [12, 5, 3, 1, 0, 1];
    for estimator in all() {
        let unweighted = entropy(&counts, estimator.into()).unwrap();
        for weight in [1.0, 0.3, 1e-300, 1e300] {
            let sample = repeated(&counts, weight);
            assert!((sample.effective_size() - 22.0).abs() < 1e-13);
            let weighted = entropy_weighted(&sample, estimator);
            let apart = (weighted.value - unweighted.value).abs();
            assert!(apart < 1e-12, "{estimator:?}: {weighted:?}, {unweighted:?}");
            assert_eq!(weighted.deviation.is_some(), unweighted.deviation.is_some());
        }
    }
}

#[test]
fn unequal_weights_are_worth_fewer_observations() {
    // The same shares, from weights that differ by 9 : 1.
    let even = repeated(&[40, 40], 1.0);
    let observations: Vec<(usize, f64)> = (0..80)
        .map(|i| (i % 2, if i < 40 { 9.0 } else { 1.0 }))
        .collect();
    let uneven = WeightedCounts::new(2, &observations).unwrap();
    // 400²/(40·81 + 40·1).
    assert!((uneven.effective_size() - 160_000.0 / 3280.0).abs() < 1e-12);
    let deviation = |sample| {
        let estimator = WeightedEstimator::Dirichlet(Prior::Laplace);
        entropy_weighted(sample, estimator).deviation.unwrap()
    };
    assert!(deviation(&uneven) > 1.3 * deviation(&even));
}

/// Observations drawn from one distribution, weighted to stand for another.
#[test]
fn importance_weights_find_the_other_distribution() {
    let (drawn, wanted) = ([0.5, 0.3, 0.2], [0.2, 0.3, 0.5]);
    let observations: Vec<(usize, f64)> = (0..1000)
        .map(|i| {
            let outcome = match i % 10 {
                0..=4 => 0,
                5..=7 => 1,
                _ => 2,
            };
            (outcome, wanted[outcome] / drawn[outcome])
        })
        .collect();
    let sample = WeightedCounts::new(3, &observations).unwrap();
    let truth: f64 = wanted.iter().map(|p: &f64| -p * p.ln()).sum();
    let value = entropy_weighted(&sample, WeightedEstimator::PlugIn).value;
    assert!((value - truth).abs() < 1e-14, "{value}, not {truth}");
}

#[test]
fn refuses_what_is_no_weighted_sample() {
    let new = WeightedCounts::new;
    assert_eq!(new(0, &[]), Err(Error::Counts(Counts::Empty)));
    let bad = |index, value| Err(Error::Counts(Counts::BadWeight { index, value }));
    assert_eq!(new(2, &[]), bad(0, 0.0));
    assert_eq!(new(2, &[(0, 0.0)]), bad(0, 0.0));
    assert_eq!(new(2, &[(0, 1.0), (1, -1.0)]), bad(1, -1.0));
    assert!(new(2, &[(0, f64::INFINITY)]).is_err());
    assert!(new(2, &[(0, f64::NAN)]).is_err());
}
