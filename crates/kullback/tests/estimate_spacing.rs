//! Entropy by spacings: reference values, ties, refusals.

#![allow(
    clippy::unwrap_used,
    reason = "a test that fails may panic; the errors are worth reading"
)]

use kullback::estimate::{Error, correa, ebrahimi, van_es, vasicek};

const TABLE: &str = include_str!("reference/estimators.csv");

type Estimator = fn(&[f64], usize) -> Result<f64, Error>;

const ESTIMATORS: [(&str, Estimator); 4] = [
    ("vasicek", vasicek),
    ("van_es", van_es),
    ("ebrahimi", ebrahimi),
    ("correa", correa),
];

#[test]
fn agrees_with_definitions_at_fifty_digits() {
    let mut held = 0;
    for line in TABLE.lines().filter(|line| line.starts_with("spacing,")) {
        let row: Vec<&str> = line.split(',').collect();
        let (_, estimator) = ESTIMATORS.iter().find(|(name, _)| *name == row[1]).unwrap();
        let values: Vec<f64> = row[2].split(' ').map(|x| x.parse().unwrap()).collect();
        let value = estimator(&values, row[3].parse().unwrap()).unwrap();
        let reference: f64 = row[4].parse().unwrap();
        assert!(
            (value - reference).abs() < 1e-13 * reference.abs().max(1.0),
            "{line}: {value}"
        );
        held += 1;
    }
    assert_eq!(held, 20);
}

/// What SciPy 1.17.1 gives for `differential_entropy` of these numbers, windows of 3.
#[test]
fn agrees_with_scipy() {
    let values: Vec<f64> = (0..20).map(|i| f64::from(i * i % 23) / 7.0).collect();
    for ((name, estimator), expected) in ESTIMATORS.iter().zip(SCIPY) {
        let value = estimator(&values, 3).unwrap();
        assert!(
            (value - expected).abs() < 1e-12,
            "{name}: {value}, not {expected}"
        );
    }
}

const SCIPY: [f64; 4] = [
    0.8287025527944711,
    1.1165997890004697,
    0.9567959373406776,
    0.9790327041649272,
];

#[test]
fn many_equal_values_are_an_atom() {
    let values = [1.0, 1.0, 1.0, 1.0, 2.0, 3.0];
    for (name, estimator) in ESTIMATORS {
        let value = estimator(&values, 1).unwrap();
        assert!(
            value.total_cmp(&f64::NEG_INFINITY).is_eq(),
            "{name}: {value}"
        );
    }
}

#[test]
fn refuses_what_is_no_sample() {
    for (_, estimator) in ESTIMATORS {
        let few = Error::TooFewPoints {
            points: 2,
            needs: 3,
        };
        assert_eq!(estimator(&[1.0, 2.0], 1), Err(few));
        assert_eq!(estimator(&[1.0, 2.0, 3.0], 0), Err(Error::NoNeighbours));
        for value in [f64::NAN, f64::INFINITY, 1e200] {
            let error = estimator(&[1.0, value, 2.0], 1);
            assert!(
                matches!(error, Err(Error::BadCoordinate { row: 1, .. })),
                "{error:?}"
            );
        }
    }
}
