//! Two summaries on one support: what must hold for any columns, beside a naive oracle.

#![allow(
    clippy::unwrap_used,
    clippy::float_cmp,
    reason = "a test that fails may panic; what is compared exactly holds exactly"
)]

use std::collections::BTreeMap;

use kullback::Measure;
use kullback::compare::{Caveat, Comparison, Kind, Label, NotScored, Outcome, compare};
use kullback::summary::{Axis, Builder, CAP, Column};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngSeed};

fn config() -> Config {
    Config {
        cases: 300,
        rng_seed: RngSeed::Fixed(1),
        failure_persistence: None,
        ..Config::default()
    }
}

/// One row of a column.
#[derive(Clone, Debug)]
enum Row {
    Null,
    Value(Axis, f64),
    Text(String),
}

/// Rows of few values, so that none shares a bin.
fn few() -> impl Strategy<Value = Vec<Row>> {
    let row = prop_oneof![
        1 => Just(Row::Null),
        4 => (0..8i32).prop_map(|i| Row::Value(Axis::Number, f64::from(i) * 0.3 - 1.0)),
        1 => prop::sample::select(vec![f64::NAN, f64::INFINITY, f64::NEG_INFINITY])
            .prop_map(|x| Row::Value(Axis::Number, x)),
        1 => (0..5i32).prop_map(|i| Row::Value(Axis::Time, f64::from(i) * 3.6e9)),
        3 => "[a-e]{1,2}".prop_map(Row::Text),
    ];
    prop::collection::vec(row, 1..200)
}

/// Rows of many values: bins hold several.
fn many() -> impl Strategy<Value = Vec<Row>> {
    let row = prop_oneof![
        1 => Just(Row::Null),
        8 => (-1000..1000i32).prop_map(|i| Row::Value(Axis::Number, f64::from(i))),
        2 => Just(Row::Value(Axis::Number, 7.0)),
        2 => any::<f64>().prop_map(|x| Row::Value(Axis::Duration, x)),
        2 => "[a-z]{1,2}".prop_map(Row::Text),
    ];
    prop::collection::vec(row, 1..600)
}

fn column(rows: &[Row], cap: usize) -> Column {
    let mut column = Builder::with_cap(cap);
    for row in rows {
        match row {
            Row::Null => column.push_nulls(1),
            Row::Value(axis, x) => column.push(*axis, *x),
            Row::Text(text) => column.push_text(text, 1),
        }
    }
    column.finish()
}

fn numbers(values: impl IntoIterator<Item = f64>) -> Column {
    let mut column = Builder::new();
    values
        .into_iter()
        .for_each(|x| column.push(Axis::Number, x));
    column.finish()
}

fn texts(values: &[&str]) -> Column {
    let mut column = Builder::new();
    values.iter().for_each(|text| column.push_text(text, 1));
    column.finish()
}

fn kl(p: &Column, q: &Column) -> f64 {
    Measure::KL.value(compare(p, q).unwrap().pair())
}

fn counts(comparison: &Comparison) -> Vec<[u64; 2]> {
    comparison.outcomes().iter().map(|o| [o.p, o.q]).collect()
}

/// Counts of the rows by value: the oracle knows no bins, no hashes and no order.
fn tally(rows: &[Row]) -> BTreeMap<String, u64> {
    let mut tally = BTreeMap::new();
    for row in rows {
        *tally.entry(format!("{row:?}")).or_insert(0) += 1;
    }
    tally
}

fn naive_kl(p: &[Row], q: &[Row]) -> f64 {
    let (n, m) = (p.len() as f64, q.len() as f64);
    let q = tally(q);
    let share = |key| q.get(key).map_or(0.0, |&count| count as f64 / m);
    tally(p)
        .iter()
        .map(|(key, &count)| count as f64 / n * (count as f64 / n / share(key)).ln())
        .sum()
}

fn close(a: f64, b: f64) -> bool {
    a == b || (a - b).abs() <= 1e-12 * (1.0 + a.abs())
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn every_row_is_in_one_outcome(p in many(), q in many()) {
        let (a, b) = (column(&p, CAP), column(&q, CAP));
        let Ok(comparison) = compare(&a, &b) else { return Ok(()) };
        let sum = |side: fn(&Outcome) -> u64| comparison.outcomes().iter().map(side).sum::<u64>();
        prop_assert_eq!([sum(|o| o.p), sum(|o| o.q)], [p.len() as u64, q.len() as u64]);
        prop_assert_eq!(comparison.rows(), [p.len() as u64, q.len() as u64]);
        prop_assert!(comparison.outcomes().iter().all(|o| o.p + o.q > 0));
        let nulls = [&p, &q].map(|rows| rows.iter().filter(|row| matches!(row, Row::Null)).count() as u64);
        prop_assert_eq!(comparison.nulls(), nulls);
        prop_assert_eq!(comparison.pair().cells().len(), comparison.outcomes().len());
        for (cell, o) in comparison.pair().cells().iter().zip(comparison.outcomes()) {
            prop_assert!(close(cell.p, o.p as f64 / p.len() as f64));
            prop_assert!(close(cell.q, o.q as f64 / q.len() as f64));
        }
    }

    #[test]
    fn intervals_ascend_and_count_what_lies_in_them(p in many(), q in many()) {
        let (a, b) = (column(&p, CAP), column(&q, CAP));
        let Ok(comparison) = compare(&a, &b) else { return Ok(()) };
        let mut last: BTreeMap<Axis, f64> = BTreeMap::new();
        for outcome in comparison.outcomes() {
            let Label::Interval { axis, low, high } = outcome.label else { continue };
            prop_assert!(low <= high);
            if let Some(before) = last.insert(axis, high) {
                prop_assert!(before < low, "{before} and {low}");
            }
            let within = |rows: &[Row]| {
                let inside = |row: &&Row| matches!(row, Row::Value(on, x) if *on == axis && (low..=high).contains(x));
                rows.iter().filter(inside).count() as u64
            };
            prop_assert_eq!([outcome.p, outcome.q], [within(&p), within(&q)]);
        }
    }

    #[test]
    fn few_values_are_measured_as_the_definition_says(p in few(), q in few()) {
        let comparison = compare(&column(&p, CAP), &column(&q, CAP));
        let Ok(comparison) = comparison else { return Ok(()) };
        prop_assert!(comparison.halved().is_none());
        let (found, expected) = (Measure::KL.value(comparison.pair()), naive_kl(&p, &q));
        prop_assert!(close(found, expected), "{found} is not {expected}");
        let (t, u) = (tally(&p), tally(&q));
        let half_l1 = t.keys().chain(u.keys()).collect::<std::collections::BTreeSet<_>>().into_iter()
            .map(|key| {
                let share = |tally: &BTreeMap<String, u64>, n: usize| tally.get(key).copied().unwrap_or(0) as f64 / n as f64;
                (share(&t, p.len()) - share(&u, q.len())).abs() / 2.0
            })
            .sum::<f64>();
        prop_assert!(close(Measure::TV.value(comparison.pair()), half_l1));
    }

    #[test]
    fn the_sides_are_treated_alike(p in many(), q in many()) {
        let (a, b) = (column(&p, CAP), column(&q, CAP));
        let (Ok(there), Ok(back)) = (compare(&a, &b), compare(&b, &a)) else {
            prop_assert_eq!(compare(&a, &b).is_err(), compare(&b, &a).is_err());
            return Ok(());
        };
        let turned: Vec<_> = counts(&back).iter().map(|&[q, p]| [p, q]).collect();
        prop_assert_eq!(counts(&there), turned);
        prop_assert_eq!(there.kind(), back.kind());
        prop_assert!(close(Measure::JS.value(there.pair()), Measure::JS.value(back.pair())));
    }

    #[test]
    fn a_column_is_nowhere_from_itself(p in many(), order in any::<prop::sample::Index>()) {
        let mut turned = p.clone();
        turned.rotate_left(order.index(p.len()));
        if let Ok(comparison) = compare(&column(&p, CAP), &column(&turned, CAP)) {
            prop_assert_eq!(Measure::KL.value(comparison.pair()), 0.0);
        }
    }

    // Where no value shares a bin at full precision, dropping bits only merges outcomes.
    #[test]
    fn coarsening_never_raises_kl(p in few(), q in few(), cap in 2usize..12) {
        let fine = compare(&column(&p, CAP), &column(&q, CAP));
        let coarse = compare(&column(&p, cap), &column(&q, cap));
        let (Ok(fine), Ok(coarse)) = (fine, coarse) else { return Ok(()) };
        let [fine_kl, coarse_kl] = [&fine, &coarse].map(|one| Measure::KL.value(one.pair()));
        prop_assert!(coarse_kl <= fine_kl * (1.0 + 1e-12) + 1e-15, "{coarse_kl} above {fine_kl}");
        prop_assert!(coarse.outcomes().len() <= fine.outcomes().len());
        let sides = |one: &Comparison| counts(one).iter().fold([0, 0], |[p, q], o| [p + o[0], q + o[1]]);
        prop_assert_eq!(sides(&fine), sides(&coarse));
    }

    #[test]
    fn monotone_transforms_leave_the_bins(
        p in prop::collection::vec(-1000..1000i32, 1..800),
        q in prop::collection::vec(-1000..1000i32, 1..800),
    ) {
        let through = |f: fn(f64) -> f64| {
            let side = |values: &[i32]| numbers(values.iter().map(|&x| f(f64::from(x))));
            counts(&compare(&side(&p), &side(&q)).unwrap())
        };
        let plain = through(|x| x);
        prop_assert_eq!(&plain, &through(|x| 3.0 * x + 7.0));
        prop_assert_eq!(&plain, &through(|x| x / 1024.0));
        prop_assert_eq!(&plain, &through(|x| x * x * x));
        prop_assert_eq!(&plain, &through(|x| (x / 100.0).exp()));
    }
}

/// A seeded stream of normal values (Box & Muller 1958).
fn normal(seed: u64, mean: f64, n: usize) -> Vec<f64> {
    let mut state = seed;
    let mut uniform = || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        ((state >> 11) as f64 + 0.5) / (1u64 << 53) as f64
    };
    (0..n)
        .map(|_| {
            let (radius, angle) = (
                (-2.0 * uniform().ln()).sqrt(),
                std::f64::consts::TAU * uniform(),
            );
            mean + radius * angle.cos()
        })
        .collect()
}

#[test]
fn one_outlier_changes_little() {
    // Exact summaries, and ones that had to drop bits.
    for n in [10_000, 120_000] {
        let (mut p, q) = (normal(1, 0.0, n), normal(2, 1.0, n));
        let before = kl(&numbers(p.clone()), &numbers(q.clone()));
        // KL of N(0,1) from N(1,1) is ½; bins lose a little of it.
        assert!((0.45..0.52).contains(&before), "{before}");
        p.push(1e6);
        let after = kl(&numbers(p), &numbers(q));
        assert!((after / before - 1.0).abs() < 0.01, "{before} to {after}");
    }
}

#[test]
fn a_frequent_value_keeps_a_bin_of_its_own() {
    // 6 % of the even mixture, in 18 bins: just more than a bin's part.
    let mut p = normal(3, 0.0, 4400);
    p.extend([0.25; 600]);
    let q = normal(4, 0.0, 5000);
    let comparison = compare(&numbers(p), &numbers(q)).unwrap();
    let spike = comparison.outcomes().iter().find(
        |o| matches!(o.label, Label::Interval { low, high, .. } if low == 0.25 && high == 0.25),
    );
    assert_eq!(spike.map(|o| [o.p, o.q]), Some([600, 0]));
    assert!(comparison.halved().is_some());
    assert!(matches!(
        &comparison.caveats()[0],
        Caveat::OnlyInP(unshared) if unshared.rows == 600 && unshared.outcomes == 1
    ));
}

#[test]
fn several_kinds_in_one_column_stay_apart() {
    let mixed = |numbers: u64, words: u64| {
        let mut column = Builder::new();
        (0..numbers).for_each(|_| column.push(Axis::Number, 1.0));
        column.push(Axis::Time, 1.0);
        column.push_text("1", words);
        column.finish()
    };
    let comparison = compare(&mixed(2, 3), &mixed(4, 1)).unwrap();
    assert_eq!(comparison.kind(), Kind::Mixed);
    assert_eq!(counts(&comparison), [[2, 4], [1, 1], [3, 1]]);
    let kinds = vec![
        (Kind::Number, [2, 4]),
        (Kind::Time, [1, 1]),
        (Kind::Text, [3, 1]),
    ];
    assert!(comparison.caveats().contains(&Caveat::Mixed { kinds }));
}

#[test]
fn kinds_are_told_by_both_sides() {
    let kind = |p: &Column, q: &Column| compare(p, q).unwrap().kind();
    let flags = texts(&["true", "false", "true"]);
    assert_eq!(kind(&flags, &flags), Kind::Boolean);
    assert_eq!(kind(&flags, &texts(&["yes", "yes"])), Kind::Text);
    assert_eq!(kind(&flags, &numbers([1.0])), Kind::Mixed);
    for (axis, expected) in [
        (Axis::Number, Kind::Number),
        (Axis::Time, Kind::Time),
        (Axis::TimeOfDay, Kind::TimeOfDay),
        (Axis::Duration, Kind::Duration),
    ] {
        let one = column(&[Row::Value(axis, 1.0), Row::Null], CAP);
        assert_eq!(kind(&one, &one), expected);
    }
    let nulls = column(&[Row::Null, Row::Null], CAP);
    assert_eq!(kind(&nulls, &nulls), Kind::Null);
    assert_eq!(kl(&nulls, &nulls), 0.0);
}

#[test]
fn identifiers_and_nothing_are_not_scored() {
    let names = |from: usize| -> Column {
        let mut column = Builder::new();
        (from..from + 50).for_each(|i| column.push_text(&format!("id {i}"), 1));
        column.push_nulls(2);
        column.finish()
    };
    assert_eq!(
        compare(&names(0), &names(25)).unwrap_err(),
        NotScored::Identifier
    );
    // Twice on one side makes it a distribution; most of its texts still occur once.
    let twice = texts(&["id 0", "id 0", "id 1"]);
    let comparison = compare(&names(0), &twice).unwrap();
    assert!(
        comparison
            .caveats()
            .iter()
            .any(|c| matches!(c, Caveat::MostlyDistinct { .. }))
    );
    // Distinct numbers are measured: they have an order.
    assert!(compare(&numbers([1.0, 2.0]), &numbers([3.0])).is_ok());
    let nothing = Builder::new().finish();
    assert_eq!(compare(&nothing, &twice).unwrap_err(), NotScored::NoRows);
    assert_eq!(compare(&twice, &nothing).unwrap_err(), NotScored::NoRows);
}

#[test]
fn caveats_say_why_it_is_infinite() {
    let caveats =
        |p: &[&str], q: &[&str]| compare(&texts(p), &texts(q)).unwrap().caveats().to_vec();
    assert_eq!(caveats(&["a", "a", "b"], &["a", "b", "b"]), []);
    assert_eq!(
        caveats(&["<=50K", "<=50K", ">50K"], &["<=50K.", ">50K.", ">50K."])[0],
        Caveat::Disjoint {
            alike: Some(("<=50K".into(), "<=50K.".into()))
        }
    );
    assert_eq!(
        caveats(&["a", "a", "b", "b"], &["x", "x", "y", "y"]),
        [Caveat::Disjoint { alike: None }]
    );
    let [Caveat::OnlyInP(p), Caveat::OnlyInQ(q)] = &caveats(
        &["a", "a", "b", "b", "b", "c", "c"],
        &["a", "a", "d", "d", "d"],
    )[..] else {
        panic!("one of each");
    };
    assert_eq!(
        (p.outcomes, p.rows, &p.largest),
        (2, 5, &Label::Text("b".into()))
    );
    assert_eq!(
        (q.outcomes, q.rows, &q.largest),
        (1, 3, &Label::Text("d".into()))
    );
    let nulls = column(&[Row::Null, Row::Null], CAP);
    let comparison = compare(&nulls, &texts(&["a", "a"])).unwrap();
    assert_eq!(
        comparison.caveats()[0],
        Caveat::AllNull {
            sides: [true, false]
        }
    );
}

#[test]
fn caveats_say_what_was_lost() {
    // Dates 1,000 times apart with a few values around them: a cell holds what cannot be cut.
    let coarse = |spread: f64| {
        let mut column = Builder::with_cap(64);
        (0..2000).for_each(|i| column.push(Axis::Number, 1.0 + f64::from(i) / 2000.0 * spread));
        (0..200).for_each(|i| column.push(Axis::Number, 10f64.powi(i - 100)));
        column.finish()
    };
    let comparison = compare(&coarse(0.5), &coarse(0.4)).unwrap();
    assert!(
        comparison.caveats().iter().any(
            |c| matches!(c, Caveat::Coarse { share, low, high } if *share > 0.5 && low < high)
        ),
        "{:?}",
        comparison.caveats()
    );
    let many = |from: u32| {
        let mut column = Builder::with_cap(16);
        (from..from + 40).for_each(|i| column.push_text(&format!("text {}", i % 50), 3));
        column.finish()
    };
    let comparison = compare(&many(0), &many(20)).unwrap();
    assert!(
        comparison
            .caveats()
            .iter()
            .any(|c| matches!(c, Caveat::Buckets { buckets } if *buckets <= 16))
    );
    assert!(
        comparison
            .outcomes()
            .iter()
            .any(|o| matches!(o.label, Label::Bucket(_)))
    );
    let mut rounded = Builder::new();
    rounded.push_rounded(Axis::Number, 2f64.powi(60));
    let rounded = rounded.finish();
    assert!(
        compare(&rounded, &numbers([1.0]))
            .unwrap()
            .caveats()
            .contains(&Caveat::Rounded { values: 1 })
    );
}
