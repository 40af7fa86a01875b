//! Line measures: reference values, what is refused, and that the registry reads back.

#![allow(
    clippy::float_cmp,
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test that fails may panic; the errors are worth reading"
)]

mod inputs;

use std::collections::{BTreeMap, BTreeSet};

use inputs::close;
use kullback::{AnyMeasure, Error, Line, Measure};
use kullback::{Normalisation, Pair, Side};

const TOLERANCE: f64 = 2e-14;

/// The registry's entries for lines, at their default parameter.
fn entries() -> impl Iterator<Item = Measure<Line>> {
    AnyMeasure::all().filter_map(|measure| measure.on_lines().ok())
}

fn rows(table: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    table.lines().skip(1).map(|line| line.split(',').collect())
}

fn numbers<T: std::str::FromStr<Err: std::fmt::Debug>>(text: &str) -> Vec<T> {
    let number = |x: &str| x.parse().unwrap();
    text.split_whitespace().map(number).collect()
}

fn lines() -> BTreeMap<&'static str, Line> {
    let line = |row: Vec<&'static str>| {
        let pair = match row[1] {
            "counts" => Pair::from_counts(&numbers(row[3]), &numbers(row[4])),
            _ => {
                let policy = Normalisation::Normalise;
                Pair::from_probabilities(&numbers(row[3]), &numbers(row[4]), policy)
            }
        };
        (row[0], Line::new(&numbers(row[2]), &pair.unwrap()).unwrap())
    };
    rows(include_str!("reference/line.csv")).map(line).collect()
}

#[test]
fn line_measures_agree_with_their_definitions() {
    let lines = lines();
    let mut worst: BTreeMap<&str, (f64, &str)> = BTreeMap::new();
    let (mut failures, mut covered) = (String::new(), BTreeSet::new());
    for row in rows(include_str!("reference/line_values.csv")) {
        let (case, name, reference) = (row[0], row[1], row[2].parse::<f64>().unwrap());
        let value = name.parse::<Measure<Line>>().unwrap().value(&lines[case]);
        if !close(value, reference, TOLERANCE) {
            failures += &format!("{name} of {case}: {value:e}, not {reference:e}\n");
        }
        let error = ((value - reference) / reference).abs();
        if error >= worst.get(name).map_or(0.0, |worst| worst.0) {
            worst.insert(name, (error, case));
        }
        covered.insert((name.split(':').next().unwrap(), case));
    }
    for (name, (error, case)) in &worst {
        println!("{name:>20}: relative error at most {error:.1e}, in {case}");
    }
    assert!(failures.is_empty(), "\n{failures}");
    for measure in entries() {
        let name = measure.info().name;
        for &case in lines.keys() {
            assert!(covered.contains(&(name, case)), "{name} of {case}");
        }
    }
}

#[test]
fn a_tail_of_little_mass_far_away_is_not_lost() {
    let pair = Pair::from_counts(&[1_000_000_000_000_000_000, 1], &[1, 0]).unwrap();
    for points in [[0.0, 1e30], [1e30, 0.0], [0.0, -1e30]] {
        let line = Line::new(&points, &pair).unwrap();
        let way = Measure::WASSERSTEIN.value(&line);
        assert!(close(way, 1e12, 1e-14), "{way}");
    }
}

#[test]
fn pairs_and_points_that_do_not_fit() {
    let pair = Pair::from_counts(&[1, 1], &[1, 3]).unwrap();
    let (points, masses) = (3, 2);
    let mismatch = Err(Error::PointMismatch { points, masses });
    assert_eq!(Line::new(&[1.0, 2.0, 3.0], &pair), mismatch);
    let message = |result: Result<Line, Error>| result.unwrap_err().to_string();
    assert_eq!(
        message(Line::new(&[1.0, f64::NAN], &pair)),
        "point 1 is NaN: points and the distances between them must be finite numbers"
    );
    assert!(message(Line::new(&[1e308, -1e308], &pair)).starts_with("point 0 is 1"));
    let policy = Normalisation::Unnormalised;
    let heavy = Pair::from_probabilities(&[0.5, 0.5], &[0.5, 1.0], policy).unwrap();
    let (side, sum) = (Side::Q, 1.5);
    assert_eq!(
        Line::new(&[0.0, 1.0], &heavy),
        Err(Error::NotNormalised { side, sum })
    );

    let side = Side::Q;
    assert_eq!(
        Line::from_samples(&[1.0], &[]),
        Err(Error::NoPoints { side })
    );
    let weighted =
        |weights: &[f64]| Line::from_weighted_samples([&[1.0], &[1.0]], [&[2.0, 3.0], weights]);
    assert_eq!(weighted(&[0.0, 0.0]), Err(Error::NoMass { side }));
    let (index, value) = (1, -1.0);
    assert_eq!(
        weighted(&[0.5, value]),
        Err(Error::BadMass { side, index, value })
    );
    let (points, masses) = (2, 1);
    assert_eq!(
        weighted(&[1.0]),
        Err(Error::PointMismatch { points, masses })
    );
}

#[test]
fn zeros_of_either_sign_are_one_point() {
    let line = Line::from_samples(&[0.0, 1.0], &[-0.0, 1.0]).unwrap();
    assert_eq!(line.points(), [0.0, 1.0]);
    assert!(entries().all(|measure| measure.value(&line) == 0.0));
}
