//! Joint tables: reference values, the laws of information, and what is refused.

#![allow(
    clippy::float_cmp,
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test that fails may panic; the errors are worth reading"
)]

mod inputs;

use std::collections::BTreeMap;

use inputs::{close, for_each};
use kullback::joint::Joint;
use kullback::{Error, Measure, Normalisation, Pair, Side};
use proptest::prelude::*;

const TOLERANCE: f64 = 2e-14;

fn rows(table: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    table.lines().skip(1).map(|line| line.split(',').collect())
}

fn numbers<T: std::str::FromStr<Err: std::fmt::Debug>>(text: &str) -> Vec<T> {
    let number = |x: &str| x.parse().unwrap();
    text.split_whitespace().map(number).collect()
}

fn axes(digits: &str) -> Vec<usize> {
    let axis = |digit: char| digit.to_digit(10).unwrap() as usize;
    digits.chars().map(axis).collect()
}

fn quantity(name: &str, [p, q]: &[Joint; 2]) -> f64 {
    let Some((what, groups)) = name.split_once(' ') else {
        return p.total_correlation();
    };
    let (of, given) = groups.split_once('|').unwrap();
    let given = axes(given);
    match (what, of.split_once(';')) {
        ("i", Some((x, y))) => p.conditional_mutual_information(&axes(x), &axes(y), &given),
        ("h", None) if given.is_empty() => p.marginal_entropy(&axes(of)),
        ("h", None) => p.conditional_entropy(&axes(of), &given),
        ("d", None) => p.conditional_kl(q, &axes(of), &given),
        _ => panic!("no quantity is called {name}"),
    }
    .unwrap()
}

#[test]
fn quantities_agree_with_their_definitions() {
    let table = |kind: &str, shape: &str, masses: &str| match kind {
        "counts" => Joint::from_counts(&numbers(shape), &numbers(masses)).unwrap(),
        _ => Joint::from_weights(&numbers(shape), &numbers(masses)).unwrap(),
    };
    let tables: BTreeMap<&str, [Joint; 2]> = rows(include_str!("reference/joint.csv"))
        .map(|row| {
            (
                row[0],
                [row[3], row[4]].map(|masses| table(row[1], row[2], masses)),
            )
        })
        .collect();
    let (mut worst, mut failures) = ((0.0, String::new()), String::new());
    for row in rows(include_str!("reference/joint_values.csv")) {
        let reference: f64 = row[2].parse().unwrap();
        let value = quantity(row[1], &tables[row[0]]);
        if !close(value, reference, TOLERANCE) {
            failures += &format!("{} of {}: {value:e}, not {reference:e}\n", row[1], row[0]);
        }
        let error = ((value - reference) / reference).abs();
        if error > worst.0 {
            worst = (error, format!("{} of {}", row[1], row[0]));
        }
    }
    println!("relative error at most {:.1e}, in {}", worst.0, worst.1);
    assert!(failures.is_empty(), "\n{failures}");
}

/// Two tables of three variables, with a zero here and there.
fn tables() -> impl Strategy<Value = [Joint; 2]> {
    let weight = prop_oneof![5 => 0.01..1.0, 1 => Just(0.0)];
    let shape = [1..=3usize, 1..=3usize, 1..=3usize];
    shape.prop_flat_map(move |shape| {
        let masses = prop::collection::vec(weight.clone(), shape.iter().product::<usize>());
        let masses = masses.prop_filter("no mass", |masses| masses.iter().any(|&x| x > 0.0));
        let table = masses.prop_map(move |masses| Joint::from_weights(&shape, &masses).unwrap());
        [table.clone(), table]
    })
}

#[test]
fn chain_rule_of_entropy_and_of_information() {
    for_each(&tables(), |[table, _]| {
        let h = |axes: &[usize]| table.marginal_entropy(axes).unwrap();
        let open = |of: &[usize], given: &[usize]| table.conditional_entropy(of, given).unwrap();
        let shared = |x: &[usize], y: &[usize], given: &[usize]| {
            table.conditional_mutual_information(x, y, given).unwrap()
        };
        for (name, one, other) in [
            (
                "H(X,Y) = H(X) + H(Y|X)",
                h(&[0, 1]),
                h(&[0]) + open(&[1], &[0]),
            ),
            ("H(Y,X) = H(X,Y)", h(&[1, 0]), h(&[0, 1])),
            ("H(X,Y,Z)", table.entropy(), h(&[0]) + open(&[1, 2], &[0])),
            (
                "H(X) = I + H(X|Y)",
                h(&[0]),
                shared(&[0], &[1], &[]) + open(&[0], &[1]),
            ),
            (
                "I(X;X′) over groups",
                shared(&[0], &[2, 1], &[]),
                shared(&[1, 2], &[0], &[]),
            ),
            (
                "I(X;Y,Z) = I(X;Z) + I(X;Y|Z)",
                shared(&[0], &[1, 2], &[]),
                shared(&[0], &[2], &[]) + shared(&[0], &[1], &[2]),
            ),
            (
                "C = I(X;Y) + I(X,Y;Z)",
                table.total_correlation(),
                shared(&[0], &[1], &[]) + shared(&[0, 1], &[2], &[]),
            ),
        ] {
            prop_assert!((one - other).abs() < 1e-14, "{name}: {one}, {other}");
            prop_assert!(one >= 0.0, "{name}: {one}");
        }
        prop_assert!(shared(&[0], &[1], &[]) <= h(&[0]).min(h(&[1])) + 1e-14);
        Ok(())
    });
}

#[test]
fn chain_rule_of_divergence() {
    for_each(&tables(), |[p, q]| {
        let kl = |p: &Joint, q: &Joint| Measure::KL.value(&p.pair(q).unwrap());
        let whole = kl(&p, &q);
        for (first, rest) in [(&[0][..], &[1, 2][..]), (&[2, 0], &[1]), (&[], &[2, 1, 0])] {
            let [of_p, of_q] = [&p, &q].map(|table| table.marginal(first).unwrap());
            let split = kl(&of_p, &of_q) + p.conditional_kl(&q, rest, first).unwrap();
            prop_assert!(close(whole, split, 1e-12), "{first:?}: {whole}, {split}");
        }
        prop_assert_eq!(p.conditional_kl(&p, &[0], &[1]).unwrap(), 0.0);
        Ok(())
    });
}

#[test]
fn mutual_information_is_the_divergence_from_independence() {
    for_each(&tables(), |[table, _]| {
        let [x, y] = [0, 1].map(|axis| table.marginal(&[axis]).unwrap());
        let joint: Vec<f64> = table.marginal(&[0, 1]).unwrap().probabilities().collect();
        let independent: Vec<f64> = (x.probabilities())
            .flat_map(|a| y.probabilities().map(move |b| a * b))
            .collect();
        let pair = Pair::from_probabilities(&joint, &independent, Normalisation::Strict).unwrap();
        let information = table.mutual_information(&[0], &[1]).unwrap();
        let divergence = Measure::KL.value(&pair);
        prop_assert!(
            (information - divergence).abs() < 1e-14,
            "{information}, {divergence}"
        );
        Ok(())
    });
}

#[test]
fn independence_is_exactly_zero() {
    let table = Joint::from_counts(&[2, 3], &[1, 2, 3, 7, 14, 21]).unwrap();
    assert!(
        table
            .mutual_information(&[0], &[1])
            .unwrap()
            .total_cmp(&0.0)
            .is_eq()
    );
    assert!(table.total_correlation().total_cmp(&0.0).is_eq());
}

#[test]
fn tables_without_axes_or_with_one() {
    let certain = Joint::from_weights(&[], &[3.0]).unwrap();
    let line = Joint::from_counts(&[2], &[1, 1]).unwrap();
    for table in [&certain, &line] {
        assert!(table.total_correlation().total_cmp(&0.0).is_eq());
        assert!(table.marginal_entropy(&[]).unwrap().total_cmp(&0.0).is_eq());
    }
    assert!(close(line.entropy(), 2f64.ln(), 1e-15));
}

#[test]
fn what_is_no_table_is_refused() {
    let strict = |shape: &[usize], masses: &[f64]| Joint::from_probabilities(shape, masses);
    let halves = [0.5, 0.5];
    assert_eq!(strict(&[0, 2], &[]), Err(Error::Empty));
    assert_eq!(
        strict(&[usize::MAX, 2], &halves).unwrap_err().to_string(),
        format!(
            "2 entries for a table of shape [{}, 2]: give one for each cell, the last axis fastest",
            usize::MAX
        )
    );
    let (side, index) = (Side::P, 1);
    let value = -0.5;
    assert_eq!(
        strict(&[2], &[1.5, value]),
        Err(Error::BadMass { side, index, value })
    );
    assert_eq!(
        strict(&[2], &[0.5, 0.6]),
        Err(Error::NotNormalised { side, sum: 1.1 })
    );
    assert_eq!(
        Joint::from_counts(&[2], &[0, 0]),
        Err(Error::NoMass { side })
    );

    let table = strict(&[1, 2], &halves).unwrap();
    assert_eq!(
        table.marginal(&[2]),
        Err(Error::NoSuchAxis { axis: 2, axes: 2 })
    );
    let repeated = Err(Error::RepeatedAxis { axis: 1 });
    assert_eq!(table.mutual_information(&[1], &[0, 1]), repeated);
    assert_eq!(table.conditional_entropy(&[1], &[1]), repeated);
    let other = strict(&[2, 1], &halves).unwrap();
    let shapes = [vec![1, 2], vec![2, 1]];
    assert_eq!(
        table.pair(&other),
        Err(Error::TablesDiffer {
            shapes: shapes.clone()
        })
    );
    assert_eq!(
        table.conditional_kl(&other, &[0], &[1]),
        Err(Error::TablesDiffer { shapes })
    );
}
