//! Estimates from weighted observations: what equal weights must give, and what weights must do.

#![allow(
    clippy::unwrap_used,
    reason = "a test that fails may panic; the errors are worth reading"
)]

use kullback::Error as Counts;
use kullback::estimate::{
    Error, Estimate, Prior, ShareEstimator, WeightedCounts, WeightedEstimator, WeightedTable,
    entropy, entropy_weighted, js, js_weighted, kl, kl_weighted, mutual_information,
    mutual_information_weighted,
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

fn agree(weighted: Estimate, unweighted: Estimate) {
    let apart = (weighted.value - unweighted.value).abs();
    assert!(apart < 1e-13, "{weighted:?}, {unweighted:?}");
    let [a, b] = [weighted, unweighted].map(|estimate| estimate.deviation.unwrap());
    assert!((a - b).abs() < 1e-13, "{weighted:?}, {unweighted:?}");
}

#[test]
fn divergences_of_equal_weights_are_those_of_counts() {
    let (p, q) = ([12, 5, 0, 1, 0], [9, 8, 3, 2, 0]);
    for estimator in [ShareEstimator::PlugIn, ShareEstimator::BiasCorrected] {
        for weight in [1.0, 0.3, 1e-300, 1e300] {
            let (a, b) = (repeated(&p, weight), repeated(&q, 1.0));
            agree(
                kl_weighted(&a, &b, estimator).unwrap(),
                kl(&p, &q, estimator.into()).unwrap(),
            );
            agree(
                js_weighted(&a, &b, estimator).unwrap(),
                js(&p, &q, estimator).unwrap(),
            );
            let cells = [p, q].into_iter().enumerate().flat_map(|(row, counts)| {
                let times = move |(column, count)| vec![(row, column, weight); count as usize];
                counts.into_iter().enumerate().flat_map(times)
            });
            let table = WeightedTable::new(2, 5, &cells.collect::<Vec<_>>()).unwrap();
            assert!((table.effective_size() - 40.0).abs() < 1e-12);
            agree(
                mutual_information_weighted(&table, estimator),
                mutual_information(&[p, q], estimator.into()).unwrap(),
            );
        }
    }
    // An outcome seen in Q's place only, and the other way round.
    let (a, b) = (repeated(&p, 1.0), repeated(&q, 1.0));
    let unseen = kl_weighted(&b, &a, ShareEstimator::BiasCorrected).unwrap();
    assert!(unseen.value.is_infinite() && unseen.deviation.is_none());
}

/// Draws with weights that have nothing to do with the outcomes: the effective size must correct as
/// much bias as there is.
#[test]
fn correction_by_the_effective_size_removes_the_bias() {
    let mut state = 17u64;
    let mut uniform = || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 11) as f64 / (1u64 << 53) as f64
    };
    let mut sample = || {
        let draw = |_| {
            (
                (uniform() * 6.0) as usize,
                if uniform() < 0.5 { 1.0 } else { 5.0 },
            )
        };
        WeightedCounts::new(6, &(0..200).map(draw).collect::<Vec<_>>()).unwrap()
    };
    let rounds = 400;
    let mut bias = [[0.0; 2]; 2];
    for _ in 0..rounds {
        let (p, q) = (sample(), sample());
        for (at, estimator) in [ShareEstimator::PlugIn, ShareEstimator::BiasCorrected]
            .into_iter()
            .enumerate()
        {
            bias[0][at] += kl_weighted(&p, &q, estimator).unwrap().value / f64::from(rounds);
            bias[1][at] += js_weighted(&p, &q, estimator).unwrap().value / f64::from(rounds);
        }
    }
    // The truth is 0, and the plug-in too high by about 5/2 (1/n + 1/m) and a quarter of it.
    let [[kl, kl_corrected], [js, js_corrected]] = bias;
    assert!(kl > 0.03 && kl_corrected.abs() < 0.1 * kl, "{bias:?}");
    assert!(js > 0.008 && js_corrected.abs() < 0.1 * js, "{bias:?}");
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

    let (two, three) = (new(2, &[(0, 1.0)]).unwrap(), new(3, &[(0, 1.0)]).unwrap());
    let mismatch = kl_weighted(&two, &three, ShareEstimator::PlugIn);
    assert!(matches!(
        mismatch,
        Err(Error::Counts(Counts::LengthMismatch { .. }))
    ));
    assert!(WeightedTable::new(usize::MAX, 2, &[(0, 0, 1.0)]).is_err());
    assert!(WeightedTable::new(2, 0, &[]).is_err());
}
