//! Pairs of columns in two tables: references, laws, what a test may flag, and what is refused.

#![allow(
    clippy::unwrap_used,
    reason = "a test that fails may panic; the errors are worth reading"
)]

use kullback::compare::{Factor, MOST_LEVELS, number_of_levels};
use kullback::joint::{JointDrift, PairCounts, TwoTables, conditional_drift};
use kullback::summary::{Axis, Builder, Column};
use kullback::{Error, Side};
use proptest::prelude::*;

fn numbers<T: std::str::FromStr<Err: std::fmt::Debug>>(text: &str) -> Vec<T> {
    text.split_whitespace()
        .map(|x| x.parse().unwrap())
        .collect()
}

fn close(value: f64, reference: f64, tolerance: f64) -> bool {
    (value - reference).abs() <= tolerance * reference.abs().max(1e-3)
}

#[test]
fn values_agree_with_their_definitions() {
    let mut held = 0;
    let table = include_str!("reference/association.csv");
    for row in table
        .lines()
        .skip(1)
        .filter(|row| !row.starts_with("chi_squared"))
    {
        let row: Vec<&str> = row.split(',').collect();
        let shape = numbers::<usize>(row[0]);
        let pair = TwoTables::from_counts([shape[0], shape[1]], &numbers(row[1]), &numbers(row[2]))
            .unwrap();
        let found = pair.dependence().unwrap();
        assert_eq!(
            found.levels.to_vec(),
            shape,
            "dense tables are read as they are"
        );
        let (value, tolerance) = match row[3] {
            "divergence" => (pair.divergence().plug_in, 1e-13),
            "x" => (pair.marginal_divergence(0).plug_in, 1e-13),
            "y" => (pair.marginal_divergence(1).plug_in, 1e-13),
            "y|x" => (pair.conditional_divergence(1).plug_in, 1e-13),
            "dependence" => (found.dependence.plug_in, 1e-11),
            "chi_squared" => (found.test.chi_squared, 1e-7),
            "degrees" => (found.test.degrees as f64, 0.0),
            "p_value" => (found.test.p_value, 1e-6),
            quantity => panic!("no quantity is called {quantity}"),
        };
        let reference: f64 = row[4].parse().unwrap();
        let reference = reference.max(if row[3] == "p_value" {
            f64::MIN_POSITIVE
        } else {
            0.0
        });
        assert!(close(value, reference, tolerance), "{row:?}: {value}");
        held += 1;
    }
    assert_eq!(held, 7 * 8);
}

/// Counts of both samples over a table with 2 to 5 levels on each axis.
fn tables() -> impl Strategy<Value = ([usize; 2], Vec<u64>, Vec<u64>)> {
    ([2..6usize, 2..6usize]).prop_flat_map(|shape| {
        let counts = || prop::collection::vec(0..60u64, shape[0] * shape[1]);
        (Just(shape), counts(), counts())
    })
}

fn transposed([rows, columns]: [usize; 2], counts: &[u64]) -> Vec<u64> {
    (0..rows * columns)
        .map(|cell| counts[cell % rows * columns + cell / rows])
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, rng_seed: prop::test_runner::RngSeed::Fixed(4), ..ProptestConfig::default() })]

    #[test]
    fn the_parts_make_up_the_whole((shape, p, q) in tables()) {
        let Ok(pair) = TwoTables::from_counts(shape, &p, &q) else {
            return Ok(()); // a side without rows
        };
        let whole = pair.divergence();
        for axis in [0, 1] {
            let parts = pair.marginal_divergence(axis) + pair.conditional_divergence(1 - axis);
            prop_assert!(close(parts.plug_in, whole.plug_in, 1e-12));
            prop_assert!(close(parts.corrected, whole.corrected, 1e-12));
            prop_assert_eq!(parts.degrees, whole.degrees);
            prop_assert!(pair.marginal_divergence(axis).plug_in <= whole.plug_in + 1e-15);
        }
        if let Ok(found) = pair.dependence() {
            let parts = found.dependence + found.margins;
            prop_assert!(close(parts.plug_in, found.divergence.plug_in, 1e-9), "Pythagoras");
            prop_assert_eq!(parts.degrees, found.divergence.degrees);
            prop_assert!(found.dependence.plug_in >= 0.0 && found.margins.plug_in >= 0.0);
            prop_assert!(found.divergence.plug_in <= whole.plug_in + 1e-12, "merging never raises");
            prop_assert!((0.0..=1.0).contains(&found.test.p_value));
            prop_assert!(found.levels.iter().zip(shape).all(|(&read, all)| 2 <= read && read <= all));
        }
    }

    #[test]
    fn the_axes_are_alike((shape, p, q) in tables()) {
        let Ok(pair) = TwoTables::from_counts(shape, &p, &q) else {
            return Ok(());
        };
        let turned = [shape[1], shape[0]];
        let turned = TwoTables::from_counts(turned, &transposed(shape, &p), &transposed(shape, &q)).unwrap();
        prop_assert!(close(pair.divergence().plug_in, turned.divergence().plug_in, 1e-12));
        prop_assert!(close(pair.conditional_divergence(1).plug_in, turned.conditional_divergence(0).plug_in, 1e-12));
        let test = |pair: &TwoTables, axis| pair.conditional_test(axis).map(|test| test.degrees);
        prop_assert_eq!(test(&pair, 1), test(&turned, 0));
    }

    #[test]
    fn margins_alone_are_no_dependence(
        p in prop::collection::vec(100..5000u64, 9),
        rows in prop::array::uniform3(1..6u64),
        columns in prop::array::uniform3(1..6u64),
    ) {
        // The same odds ratios, with other margins.
        let q: Vec<u64> = (0..9).map(|cell| p[cell] * rows[cell / 3] * columns[cell % 3]).collect();
        let found = TwoTables::from_counts([3, 3], &p, &q).unwrap().dependence().unwrap();
        // The prior adds half a row to each of at least a hundred.
        prop_assert!(found.dependence.plug_in < 1e-5, "{found:?}");
        prop_assert!(found.test.p_value > 0.999);
    }

    #[test]
    fn pairs_are_counted_as_by_hand(
        levels in prop::collection::vec(1..7usize, 2..5),
        cut in 0..40usize,
        seed in prop::collection::vec(0..1000u32, 40 * 4),
    ) {
        let codes: Vec<Vec<u8>> = levels.iter().zip(seed.chunks(40))
            .map(|(&levels, seed)| seed.iter().map(|&x| (x as usize % levels) as u8).collect()).collect();
        let mut counts = PairCounts::new(&levels);
        let (before, after): (Vec<_>, Vec<_>) = codes.iter().map(|codes| (codes[..cut].to_vec(), codes[cut..].to_vec())).unzip();
        counts.add(&before).unwrap();
        counts.add(&after).unwrap();
        for j in 1..levels.len() {
            for i in 0..j {
                let mut by_hand = vec![0; levels[i] * levels[j]];
                for row in 0..40 {
                    by_hand[usize::from(codes[i][row]) * levels[j] + usize::from(codes[j][row])] += 1;
                }
                prop_assert_eq!(counts.table(i, j), by_hand);
            }
        }
        prop_assert_eq!(counts.rows(), 40);
    }
}

/// SplitMix64 (Steele, Lea & Flood 2014), and normal numbers by Box & Muller 1958.
struct Random(u64);

impl Random {
    fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut x = self.0;
        x = (x ^ (x >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        x = (x ^ (x >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        x ^ (x >> 31)
    }

    /// In (0, 1).
    fn uniform(&mut self) -> f64 {
        ((self.bits() >> 11) as f64 + 0.5) / (1u64 << 53) as f64
    }

    fn normal(&mut self) -> f64 {
        (-2.0 * self.uniform().ln()).sqrt() * (std::f64::consts::TAU * self.uniform()).cos()
    }
}

type Numbers = Vec<Vec<f64>>;

/// `columns` that depend on one factor more and more, some of them continuous, some of few values.
fn table(random: &mut Random, rows: usize, columns: usize) -> Numbers {
    let mut table = vec![Vec::with_capacity(rows); columns];
    for _ in 0..rows {
        let factor = random.normal();
        for (i, column) in table.iter_mut().enumerate() {
            let weight = i as f64 / columns as f64;
            let x = weight * factor + (1.0 - weight * weight).sqrt() * random.normal();
            column.push(match i % 4 {
                0 => x,
                1 => (2.0 * x.exp()).floor(),
                2 => f64::from(x > 1.5),
                _ => (3.0 * x * x).floor().min(12.0),
            });
        }
    }
    table
}

/// Two columns of standard normal numbers with a correlation.
fn correlated(random: &mut Random, rows: usize, correlation: f64) -> Numbers {
    let mut table = vec![Vec::with_capacity(rows), Vec::with_capacity(rows)];
    for _ in 0..rows {
        let x = random.normal();
        let y = correlation * x + (1.0 - correlation * correlation).sqrt() * random.normal();
        table[0].push(x);
        table[1].push(y);
    }
    table
}

fn summary(numbers: &[f64]) -> Column {
    let mut column = Builder::new();
    numbers.iter().for_each(|&x| column.push(Axis::Number, x));
    column.finish()
}

fn pairs([p, q]: [&Numbers; 2], levels: usize) -> [PairCounts; 2] {
    let factor =
        |(p, q): (&Vec<f64>, &Vec<f64>)| Factor::new(&summary(p), &summary(q), levels).unwrap();
    let factors: Vec<Factor> = p.iter().zip(q).map(factor).collect();
    let levels: Vec<usize> = factors.iter().map(|factor| factor.levels().len()).collect();
    [p, q].map(|side| {
        let code = |(column, factor): (&Vec<f64>, &Factor)| {
            column
                .iter()
                .map(|&x| factor.number(Axis::Number, x).unwrap())
                .collect()
        };
        let mut counts = PairCounts::new(&levels);
        counts
            .add(&side.iter().zip(&factors).map(code).collect::<Vec<_>>())
            .unwrap();
        counts
    })
}

/// Where nothing has changed, tables in which some pair is said to have changed are no more than
/// the stated rate; the p-values behind it are as often below 5 % as they should be.
#[test]
fn no_more_is_flagged_than_stated() {
    const TABLES: usize = 60;
    let mut random = Random(1995);
    let (mut flagged, mut flagged_given, mut below, mut tested, mut below_given, mut tested_given) =
        (0, 0, 0, 0, 0, 0);
    for _ in 0..TABLES {
        let (p, q) = (table(&mut random, 600, 12), table(&mut random, 900, 12));
        let [p, q] = pairs([&p, &q], number_of_levels([600, 900]));
        let drift = JointDrift::new(&p, &q).unwrap();
        let found: Vec<_> = drift
            .pairs
            .iter()
            .filter_map(|pair| pair.dependence.ok())
            .collect();
        below += found
            .iter()
            .filter(|found| found.test.p_value <= 0.05)
            .count();
        tested += found.len();
        flagged += usize::from(drift.pairs.iter().any(|pair| pair.changed(0.05)));
        let given = conditional_drift(&p, &q, 10).unwrap();
        let found: Vec<_> = given
            .iter()
            .filter_map(|one| one.test_of_given.test.ok())
            .collect();
        below_given += found.iter().filter(|test| test.p_value <= 0.05).count();
        tested_given += found.len();
        flagged_given += usize::from(
            given
                .iter()
                .any(|one| one.test_of_given.adjusted.is_some_and(|p| p <= 0.05)),
        );
    }
    // Of 60 tables at 5 %, 3 are expected; 8 or more have a probability of 1 %.
    assert!(
        flagged < 8 && flagged_given < 8,
        "{flagged} {flagged_given} of {TABLES}"
    );
    let rate = |below: usize, tested: usize| below as f64 / tested as f64;
    assert!(
        tested > 3000 && (0.04..0.06).contains(&rate(below, tested)),
        "{below} of {tested}"
    );
    assert!(
        tested_given > 500 && (0.025..0.075).contains(&rate(below_given, tested_given)),
        "{below_given} of {tested_given}"
    );
}

/// Correlation 0.9 turns to −0.9: 8.526 nats of which the columns show nothing. Levels hide part of
/// it, the less the more there are; with equal-mass bins of the exact distributions it is 1.273,
/// 3.632, 5.618 and 6.906 nats for 2, 4, 8 and 16.
#[test]
fn a_correlation_that_turns_around_is_found() {
    let mut random = Random(9);
    let (p, q) = (
        correlated(&mut random, 200_000, 0.9),
        correlated(&mut random, 200_000, -0.9),
    );
    let mut last = 0.0;
    for (levels, exact, short) in [
        (2, 1.273, 0.02),
        (4, 3.632, 0.1),
        (8, 5.618, 0.8),
        (16, 6.906, 1.7),
        (MOST_LEVELS, 8.526, 3.5),
    ] {
        let [p, q] = pairs([&p, &q], levels);
        let drift = JointDrift::new(&p, &q).unwrap();
        let value = drift.pairs[0].divergence.corrected;
        assert!(
            value > last && exact - short < value && value < exact + 0.01,
            "{levels}: {value}"
        );
        last = value;
        let found = drift.pairs[0].dependence.unwrap();
        assert!(found.margins.corrected.abs() < 1e-3);
        assert!(drift.pairs[0].adjusted.unwrap() < 1e-300);
        assert!(
            close(drift.tree.divergence.corrected, value, 1e-12),
            "two columns are a tree"
        );
    }
}

#[test]
fn a_tree_of_independent_pairs_is_the_whole_table() {
    // Columns 0 and 1 depend, and so do 2 and 3; the two pairs do not.
    let mut random = Random(68);
    let mut table = |first: f64, second: f64| {
        let [a, b] = [first, second].map(|rho| correlated(&mut random, 100_000, rho));
        a.into_iter().chain(b).collect::<Numbers>()
    };
    let (p, q) = (table(0.8, 0.5), table(0.2, 0.7));
    let [p, q] = pairs([&p, &q], 6);
    let drift = JointDrift::new(&p, &q).unwrap();
    let edge = |pair: [usize; 2]| drift.tree.edges.iter().any(|edge| edge.columns == pair);
    assert!(edge([0, 1]) && edge([2, 3]) && drift.tree.edges.len() == 3);
    let of = |pair: [usize; 2]| {
        drift
            .pairs
            .iter()
            .find(|one| one.columns == pair)
            .unwrap()
            .divergence
            .corrected
    };
    let whole = of([0, 1]) + of([2, 3]);
    assert!(
        (drift.tree.divergence.corrected - whole).abs() < 2e-3,
        "{:?}",
        drift.tree
    );
    let (columns, largest) = drift.largest();
    assert!(columns == [0, 1] && largest.corrected < whole);
}

#[test]
fn too_few_rows_are_said() {
    let pair = TwoTables::from_counts([2, 2], &[3, 0, 1, 2], &[2, 2, 1, 1]).unwrap();
    assert!(pair.dependence().is_err() && pair.conditional_test(1).is_err());
    // One row of a level, in one sample: it is merged, and the rest is read.
    let pair =
        TwoTables::from_counts([3, 2], &[40, 60, 1, 0, 30, 50], &[50, 50, 0, 0, 40, 40]).unwrap();
    assert_eq!(pair.dependence().unwrap().levels, [2, 2]);
    // What determines the other column in both samples leaves no odds ratio to differ.
    let pair = TwoTables::from_counts([2, 2], &[50, 0, 0, 70], &[60, 0, 0, 40]).unwrap();
    let found = pair.dependence().unwrap();
    assert_eq!(found.test.degrees, 0);
    assert!(found.test.p_value >= 1.0);
}

#[test]
fn what_is_no_pair_is_refused() {
    let from = |shape, p: &[u64], q: &[u64]| TwoTables::from_counts(shape, p, q).unwrap_err();
    assert_eq!(
        from([2, 2], &[1; 4], &[1; 3]),
        Error::ShapeMismatch {
            shape: vec![2, 2],
            entries: 3
        }
    );
    assert_eq!(from([0, 2], &[], &[]), Error::Empty);
    assert_eq!(
        from([1, 2], &[1, 1], &[0, 0]),
        Error::NoMass { side: Side::Q }
    );
    assert_eq!(
        from([1, 2], &[u64::MAX, 1], &[1, 1]),
        Error::CountOverflow { side: Side::P }
    );
    let mut pairs = PairCounts::new(&[2, 3]);
    let error = pairs.add(&[vec![0, 1], vec![0, 3]]).unwrap_err();
    assert_eq!(
        error.to_string(),
        "row 1 of column 1 has level 3: the column has 3, numbered from 0"
    );
    assert!(pairs.add(&[vec![0, 1], vec![0]]).is_err() && pairs.add(&[vec![0]]).is_err());
    assert_eq!(
        pairs,
        PairCounts::new(&[2, 3]),
        "nothing is counted of what is refused"
    );
    assert!(JointDrift::new(&PairCounts::new(&[2]), &PairCounts::new(&[2])).is_err());
    assert!(JointDrift::new(&PairCounts::new(&[2, 2]), &PairCounts::new(&[2, 3])).is_err());
    assert!(conditional_drift(&pairs, &pairs, 2).is_err());
}

#[test]
fn every_value_of_a_column_has_a_level() {
    let mut column = Builder::new();
    column.push_nulls(3);
    for x in [f64::NAN, f64::INFINITY, -0.0, 0.0, 1.5] {
        column.push(Axis::Number, x);
    }
    column.push(Axis::Time, 1e15);
    for (text, times) in [("a", 50), ("b", 40), ("c", 5), ("d", 4), ("e", 3), ("f", 2)] {
        column.push_text(text, times);
    }
    let column = column.finish();
    for levels in [2, 4, 8, 20, MOST_LEVELS, 1000] {
        let factor = Factor::new(&column, &column, levels).unwrap();
        let given = [
            factor.null(),
            factor.number(Axis::Number, f64::NAN),
            factor.number(Axis::Number, f64::NEG_INFINITY),
            factor.number(Axis::Number, -0.0),
            factor.number(Axis::Number, 1.5),
            factor.number(Axis::Time, 1e15),
            factor.text(b"a"),
            factor.text(b"f"),
        ];
        assert!(
            given
                .iter()
                .all(|level| level.is_some_and(|level| usize::from(level) < factor.levels().len()))
        );
        assert_eq!(
            factor.number(Axis::Number, -0.0),
            factor.number(Axis::Number, 0.0)
        );
        assert_eq!(factor.number(Axis::Number, 2.0), None);
        assert_eq!(factor.number(Axis::Duration, 0.0), None);
        assert!(
            factor.levels().len() <= levels.clamp(5, MOST_LEVELS),
            "{levels}: {:?}",
            factor.levels()
        );
        assert!(factor.entropy() <= (factor.levels().len() as f64).ln());
    }
}
