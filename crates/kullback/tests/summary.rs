//! A summary is a function of the multiset of values alone: any order, any sharding, same summary.

use std::collections::BTreeMap;

use kullback::summary::{Axis, Builder, Column};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngSeed};

/// One row of a column.
#[derive(Clone, Debug)]
enum Row {
    Null,
    Number(f64),
    Time(f64),
    Text(String),
}

fn row() -> impl Strategy<Value = Row> {
    prop_oneof![
        1 => Just(Row::Null),
        // Clustered, spiked and wild numbers: exact, coarse and very coarse levels all occur.
        6 => (0..400i32).prop_map(|i| Row::Number(1.0 + f64::from(i) / 128.0)),
        2 => Just(Row::Number(0.0)),
        2 => any::<f64>().prop_map(Row::Number),
        1 => (0..2_000_000i32).prop_map(|i| Row::Time(f64::from(i) * 1e6)),
        3 => "[a-e]{1,3}".prop_map(Row::Text),
    ]
}

fn summary(rows: &[Row], cap: usize) -> Column {
    let mut column = Builder::with_cap(cap);
    for row in rows {
        match row {
            Row::Null => column.push_nulls(1),
            Row::Number(x) => column.push(Axis::Number, *x),
            Row::Time(x) => column.push(Axis::Time, *x),
            Row::Text(text) => column.push_text(text, 1),
        }
    }
    assert_eq!(column.rows(), rows.len() as u64);
    column.finish()
}

/// The definition, word for word: the finest level at which no more than `cap` keys remain.
fn naive(rows: &[Row], cap: usize) -> (u32, BTreeMap<u64, u64>) {
    let code = |x: f64| {
        let bits = if x == 0.0 { 0 } else { x.to_bits() };
        if bits >> 63 == 1 {
            !bits
        } else {
            bits | 1 << 63
        }
    };
    (0..64)
        .map(|level| {
            let mut counts = BTreeMap::new();
            for row in rows {
                if let Row::Number(x) = row
                    && x.is_finite()
                {
                    *counts.entry(code(*x) >> level).or_insert(0) += 1;
                }
            }
            (level, counts)
        })
        .find(|(_, counts)| counts.len() <= cap)
        .expect("two keys remain at level 63")
}

proptest! {
    #![proptest_config(Config { cases: 300, rng_seed: RngSeed::Fixed(1), failure_persistence: None, ..Config::default() })]

    #[test]
    fn order_and_sharding_do_not_matter(
        rows in prop::collection::vec(row(), 0..600),
        cap in 2usize..80,
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..5),
        seed in any::<u64>(),
    ) {
        let whole = summary(&rows, cap);
        let mut shuffled = rows.clone();
        let mut state = seed | 1;
        for i in (1..shuffled.len()).rev() {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            shuffled.swap(i, (state >> 33) as usize % (i + 1));
        }
        let mut at: Vec<usize> = cuts.iter().map(|cut| cut.index(rows.len() + 1)).collect();
        at.extend([0, rows.len()]);
        at.sort_unstable();
        let shards: Vec<Column> =
            at.windows(2).map(|cut| summary(&shuffled[cut[0]..cut[1]], cap)).collect();
        let forwards = shards.iter().fold(summary(&[], cap), |mut all, shard| { all.merge(shard); all });
        let backwards = shards.iter().rev().fold(summary(&[], cap), |mut all, shard| { all.merge(shard); all });
        prop_assert_eq!(&forwards, &whole);
        prop_assert_eq!(&backwards, &whole);
    }

    #[test]
    fn numbers_are_counted_as_the_definition_says(
        rows in prop::collection::vec(row(), 0..600),
        cap in 2usize..80,
    ) {
        let column = summary(&rows, cap);
        let (level, counts) = naive(&rows, cap);
        let finite = column.axis(Axis::Number).finite();
        prop_assert_eq!(finite.level(), level);
        prop_assert_eq!(finite.iter().collect::<BTreeMap<_, _>>(), counts);
    }

    #[test]
    fn a_text_is_named_when_it_is_alone_in_its_bucket(
        rows in prop::collection::vec(row(), 0..600),
        cap in 2usize..80,
    ) {
        let texts = summary(&rows, cap);
        let texts = texts.texts();
        let mut truth = BTreeMap::new();
        for row in &rows {
            if let Row::Text(text) = row {
                *truth.entry(text.as_str()).or_insert(0u64) += 1;
            }
        }
        prop_assert!(texts.len() <= cap);
        prop_assert_eq!(texts.iter().map(|c| c.count).sum::<u64>(), texts.total());
        for category in texts.iter() {
            if let Some(text) = category.text {
                prop_assert_eq!(category.count, truth[text]);
            }
        }
        if texts.level() == 0 {
            prop_assert_eq!(texts.iter().filter(|c| c.text.is_some()).count(), truth.len());
        }
        if !truth.is_empty() && truth.len() <= cap {
            prop_assert_eq!(texts.all_distinct(), truth.values().all(|&n| n == 1));
        }
    }
}

#[test]
fn a_long_text_is_kept_cut_and_told_apart_by_all_of_it() {
    let mut column = Builder::new();
    column.push_text(&"é".repeat(5000), 1);
    column.push_text(&format!("{}x", "é".repeat(5000)), 2);
    let column = column.finish();
    let texts: Vec<_> = column.texts().iter().collect();
    assert_eq!(texts.len(), 2);
    assert!(
        texts
            .iter()
            .all(|c| c.text.is_some_and(|t| t.ends_with("é…") && t.len() < 210))
    );
}

#[test]
fn bytes_that_are_not_utf8_are_refused_in_new_buckets_and_in_held_ones() {
    let mut column = Builder::with_cap(2);
    for text in ["a", "b", "c", "d"] {
        column.push_text(text, 1);
    }
    for byte in 0x80..=0xff {
        assert!(column.push_bytes(&[byte]).is_err());
    }
    assert_eq!(column.finish().texts().total(), 4);
}
