//! What many rows come to: buckets, the worst, perplexities.

#![allow(clippy::unwrap_used, reason = "a test that fails may panic")]

use kullback::scores::{Mean, RowScore, Scores, Target};

fn row(kl: f64, top_p: f64) -> RowScore {
    RowScore {
        kl,
        top_p,
        ..RowScore::default()
    }
}

#[test]
fn buckets_hold_every_row_once_and_keep_their_chunks() {
    let rows: Vec<RowScore> = (0..=100)
        .map(|i| row(f64::from(i), f64::from(i) / 100.0))
        .collect();
    let scores = Scores::new(rows).in_chunks(&[50, 51]);
    let buckets = scores.by_confidence();
    let held: usize = buckets
        .iter()
        .map(|bucket| bucket.scores.rows().len())
        .sum();
    assert_eq!((buckets.len(), held), (6, 101));
    for bucket in &buckets {
        let lengths = bucket.scores.chunks().unwrap();
        assert_eq!(lengths.iter().sum::<usize>(), bucket.scores.rows().len());
        let within = |row: &RowScore| row.top_p >= bucket.from && row.top_p <= bucket.below;
        assert!(bucket.scores.rows().iter().all(within));
    }
    assert_eq!(
        buckets[1].scores.chunks(),
        Some([25].as_slice()),
        "0.25 to 0.5 is one chunk's"
    );
    assert_eq!(buckets[5].scores.rows().len(), 2, "0.99 and 1");
}

#[test]
fn the_worst_rows_come_first_and_know_their_chunk() {
    let scores = Scores::new(
        [0.5, 2.0, 0.5, f64::INFINITY]
            .map(|kl| row(kl, 0.5))
            .to_vec(),
    );
    assert_eq!(scores.worst(3), [3, 1, 0]);
    assert_eq!(scores.chunk_of(3), None);
    let chunked = scores.in_chunks(&[1, 3]);
    assert_eq!(
        [0, 1, 3].map(|row| chunked.chunk_of(row)),
        [Some(0), Some(1), Some(1)]
    );
}

#[test]
fn perplexities_are_those_of_the_definition() {
    let target = |p: f64, q: f64| RowScore {
        target: Some(Target {
            token: 0,
            ln_p: p.ln(),
            ln_q: q.ln(),
        }),
        ..RowScore::default()
    };
    let scores = Scores::new(vec![target(0.5, 0.25), target(0.125, 0.25)]);
    let found = scores.perplexity().unwrap();
    let near = |x: f64, y: f64| assert!((x - y).abs() < 1e-14, "{x} {y}");
    near(found.base(), 4.0); // √(2·8)
    near(found.candidate(), 4.0);
    near(found.ratio(), 1.0);
    near(found.delta_p.value, (-0.25 + 0.125) / 2.0);
    near(found.rms_delta_p, ((0.0625f64 + 0.015_625) / 2.0).sqrt());
    assert!(found.correlation.is_nan(), "Q does not vary");
    // One row whose token is not known, and there is none.
    let mut rows = scores.rows().to_vec();
    rows.push(row(0.0, 0.5));
    assert!(Scores::new(rows).perplexity().is_none());
}

#[test]
fn rows_that_are_copies_of_each_other_do_not_lower_the_clustered_error() {
    let chunks = [0.1, 0.4, 0.2, 0.7, 0.3];
    let once = Mean::of(&chunks, Some(&[1; 5]));
    let tenfold: Vec<f64> = chunks.iter().flat_map(|&x| [x; 10]).collect();
    let copied = Mean::of(&tenfold, Some(&[10; 5]));
    let error = |mean: Mean| mean.clustered_error.unwrap();
    assert!((error(once) - error(copied)).abs() < 1e-15);
    assert!(copied.error.unwrap() < 0.4 * error(copied));
}
