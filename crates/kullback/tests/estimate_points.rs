//! Estimators from points: known distributions, naive oracles, ties, promises.

#![allow(
    clippy::unwrap_used,
    reason = "a test that fails may panic; the errors are worth reading"
)]

use std::f64::consts::{E, PI, TAU};

use kullback::estimate::{
    Error, Ksg, Points, WeightedPoints, entropy_of_points, kl_of_points, mmd, mmd_weighted,
    mutual_information_of_points,
};

/// Standard normal numbers: Knuth's linear congruential generator, Box & Muller's transform.
struct Normal(u64);

impl Normal {
    fn uniform(&mut self) -> f64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 11) as f64 + 0.5) / (1u64 << 53) as f64
    }

    fn next(&mut self) -> f64 {
        let radius = (-2.0 * self.uniform().ln()).sqrt();
        radius * (TAU * self.uniform()).cos()
    }

    fn rows(&mut self, n: usize, columns: usize, shift: f64) -> Vec<Vec<f64>> {
        let mut row = || (0..columns).map(|_| shift + self.next()).collect();
        (0..n).map(|_| row()).collect()
    }

    fn points(&mut self, n: usize, columns: usize, shift: f64) -> Points {
        Points::new(&self.rows(n, columns, shift)).unwrap()
    }
}

fn mean(values: impl ExactSizeIterator<Item = f64>) -> f64 {
    let n = values.len() as f64;
    values.sum::<f64>() / n
}

#[test]
fn kl_of_shifted_normals_is_a_half_at_any_sizes() {
    for m in [500, 1000, 2000, 4000] {
        let mut random = Normal(1951);
        let value = |_| {
            let (p, q) = (random.points(2000, 1, 0.0), random.points(m, 1, 1.0));
            kl_of_points(&p, &q, 3).unwrap()
        };
        // One value spreads by 0.05 at M = 500 and by 0.03 at M = 4000.
        let values: Vec<f64> = (0..8).map(value).collect();
        let mean = mean(values.iter().copied());
        assert!((mean - 0.5).abs() < 0.06, "M = {m}: {values:?}");
        assert!(
            values.iter().all(|value| (value - 0.5).abs() < 0.2),
            "M = {m}: {values:?}"
        );
    }
}

#[test]
fn kl_in_several_dimensions() {
    let mut random = Normal(3);
    // Each column adds ½·0.5².
    // The more columns, the lower the estimate: neighbours are too far for the densities there.
    for (columns, tolerance) in [(2, 0.08), (4, 0.12), (7, 0.3), (10, 0.6)] {
        let (p, q) = (
            random.points(3000, columns, 0.0),
            random.points(2500, columns, 0.5),
        );
        let truth = 0.125 * columns as f64;
        let value = kl_of_points(&p, &q, 4).unwrap();
        assert!(
            (value - truth).abs() < tolerance,
            "{columns}: {value}, not {truth}"
        );
    }
}

/// Half of the mass on one point in both: the divergence is half of that of the rest, ½·½.
#[test]
fn kl_of_a_mixture_of_an_atom_and_a_density() {
    let mut random = Normal(50);
    let mut sample = |n: usize, shift: f64| {
        let half = |i: usize, x: f64| if i.is_multiple_of(2) { 9.0 } else { x };
        let values: Vec<f64> = (0..n).map(|i| half(i, shift + random.next())).collect();
        Points::line(&values).unwrap()
    };
    for (n, m) in [(1000, 1000), (700, 2000), (2000, 700)] {
        for k in [1, 4] {
            let values =
                (0..10).map(|_| kl_of_points(&sample(n, 0.0), &sample(m, 1.0), k).unwrap());
            let mean = mean(values.collect::<Vec<_>>().into_iter());
            // One value spreads by 0.06 at k = 1.
            assert!((mean - 0.25).abs() < 0.06, "{n}, {m}, k = {k}: {mean}");
        }
    }
}

#[test]
fn kl_of_one_distribution_is_zero_on_average() {
    let mut random = Normal(8);
    let value = |_| {
        let (p, q) = (random.points(300, 2, 0.0), random.points(200, 2, 0.0));
        kl_of_points(&p, &q, 3).unwrap()
    };
    let values: Vec<f64> = (0..30).map(value).collect();
    let mean = mean(values.iter().copied());
    assert!(mean.abs() < 0.05, "{mean}");
    assert!(values.iter().any(|&value| value < 0.0));
}

/// The published form, by a search of all pairs; without ties they must agree.
fn naive_kl(p: &[Vec<f64>], q: &[Vec<f64>], k: usize) -> f64 {
    let distance = |a: &[f64], b: &[f64]| -> f64 {
        let squares = a.iter().zip(b).map(|(x, y)| (x - y).powi(2));
        squares.sum::<f64>().sqrt()
    };
    let kth = |point: &Vec<f64>, sample: &[Vec<f64>], k: usize| {
        let mut all: Vec<f64> = sample.iter().map(|row| distance(point, row)).collect();
        all.sort_by(f64::total_cmp);
        all[k]
    };
    let d = p[0].len() as f64;
    let logs = p.iter().map(|x| (kth(x, q, k - 1) / kth(x, p, k)).ln());
    // ψ(m + 1) − ψ(n) as a difference of harmonic numbers.
    let harmonic = |n: usize| (1..=n).map(|i| 1.0 / i as f64).sum::<f64>();
    d * mean(logs) + harmonic(q.len()) - harmonic(p.len() - 1)
}

#[test]
fn kl_agrees_with_a_search_of_all_pairs() {
    let mut random = Normal(5);
    for columns in 1..=5 {
        for k in [1, 3] {
            let (p, q) = (
                random.rows(120, columns, 0.0),
                random.rows(70, columns, 0.3),
            );
            let naive = naive_kl(&p, &q, k);
            let value = kl_of_points(&Points::new(&p).unwrap(), &Points::new(&q).unwrap(), k);
            assert!(
                (value.clone().unwrap() - naive).abs() < 1e-12,
                "{value:?} {naive}"
            );
        }
    }
}

#[test]
fn kl_of_copies_is_the_estimate_for_counts() {
    // 60 : 40 against 30 : 70, as points at 0 and 1.
    let sample = |zeros: usize, ones: usize| {
        let values: Vec<f64> = (0..zeros + ones)
            .map(|i| f64::from(u8::from(i >= zeros)))
            .collect();
        Points::line(&values).unwrap()
    };
    let value = kl_of_points(&sample(600, 400), &sample(300, 700), 4).unwrap();
    let truth = 0.6 * 2f64.ln() + 0.4 * (4.0f64 / 7.0).ln();
    assert!((value - truth).abs() < 0.005, "{value}, not {truth}");
}

#[test]
fn kl_is_finite_and_the_same_for_any_order_of_tied_rows() {
    let mut random = Normal(21);
    let mut rounded = |n: usize, shift: f64| -> Vec<Vec<f64>> {
        let mut rows = random.rows(n, 2, shift);
        rows.iter_mut()
            .flatten()
            .for_each(|x| *x = (*x * 2.0).round() / 2.0);
        rows
    };
    let (mut p, mut q) = (rounded(400, 0.0), rounded(300, 0.5));
    for k in [1, 4, 10] {
        let value = |p: &[Vec<f64>], q: &[Vec<f64>]| {
            kl_of_points(&Points::new(p).unwrap(), &Points::new(q).unwrap(), k).unwrap()
        };
        let before = value(&p, &q);
        assert!((before - 0.25).abs() < 0.15, "k = {k}: {before}");
        p.reverse();
        q.rotate_left(17);
        assert_eq!(before.to_bits(), value(&p, &q).to_bits());
    }
    // One side all copies, the other none.
    let copies = Points::line(&[0.5; 50]).unwrap();
    let spread = Points::line(&(0..50).map(f64::from).collect::<Vec<_>>()).unwrap();
    for (p, q) in [(&copies, &spread), (&spread, &copies)] {
        assert!(kl_of_points(p, q, 3).unwrap().is_finite());
    }
}

#[test]
fn entropy_of_normal_points() {
    let mut random = Normal(1987);
    for columns in 1..=4 {
        let points = random.points(3000, columns, 0.0);
        let truth = 0.5 * columns as f64 * (TAU * E).ln();
        let value = entropy_of_points(&points, 4).unwrap();
        let tolerance = 0.03 * (columns as f64 + 0.5);
        assert!(
            (value - truth).abs() < tolerance,
            "{columns}: {value}, not {truth}"
        );
    }
}

#[test]
fn entropy_agrees_with_a_search_of_all_pairs() {
    let values = [0.0, 0.3, 1.0, 1.1, 2.5];
    // Distances to the second nearest other; the ball is 2ρ.
    let distances: [f64; 5] = [1.0, 0.7, 0.7, 0.8, 1.5];
    let naive =
        (1.0 + 0.5 + 1.0 / 3.0 + 0.25) - 1.0 + 2f64.ln() + mean(distances.map(f64::ln).into_iter());
    let value = entropy_of_points(&Points::line(&values).unwrap(), 2).unwrap();
    assert!((value - naive).abs() < 1e-14, "{value} {naive}");
    let copies = Points::line(&[1.0, 1.0, 2.0]).unwrap();
    assert!(
        entropy_of_points(&copies, 1)
            .unwrap()
            .total_cmp(&f64::NEG_INFINITY)
            .is_eq()
    );
}

#[test]
fn information_of_correlated_normals() {
    let mut random = Normal(2004);
    for correlation in [0.0f64, 0.6, 0.9] {
        let truth = -0.5 * (1.0 - correlation * correlation).ln();
        for which in [Ksg::First, Ksg::Second] {
            let (x, y): (Vec<f64>, Vec<f64>) = (0..2000)
                .map(|_| {
                    let x = random.next();
                    let rest = (1.0 - correlation * correlation).sqrt() * random.next();
                    (x, correlation * x + rest)
                })
                .unzip();
            let (x, y) = (Points::line(&x).unwrap(), Points::line(&y).unwrap());
            let value = mutual_information_of_points(&x, &y, 4, which).unwrap();
            assert!(
                (value - truth).abs() < 0.07,
                "{which:?} at {correlation}: {value}, not {truth}"
            );
        }
    }
}

/// Both estimators as published, by a search of all pairs.
fn naive_ksg(x: &[f64], y: &[f64], k: usize, which: Ksg) -> f64 {
    let psi = |n: usize| (1..n).map(|i| 1.0 / i as f64).sum::<f64>() - 0.577_215_664_901_532_9;
    let n = x.len();
    let term = |i: usize| {
        let apart = |j: usize| ((x[i] - x[j]).abs(), (y[i] - y[j]).abs());
        let mut others: Vec<(f64, f64)> = (0..n).filter(|&j| j != i).map(apart).collect();
        others.sort_by(|a, b| a.0.max(a.1).total_cmp(&b.0.max(b.1)));
        let count = |f: &dyn Fn(&&(f64, f64)) -> bool| others.iter().filter(f).count();
        let reach = others[k - 1].0.max(others[k - 1].1);
        match which {
            Ksg::First => {
                psi(k) - psi(count(&|o| o.0 < reach) + 1) - psi(count(&|o| o.1 < reach) + 1)
            }
            Ksg::Second => {
                let in_x = others[..k].iter().fold(0.0, |a, o| o.0.max(a));
                let in_y = others[..k].iter().fold(0.0, |a, o| o.1.max(a));
                psi(k)
                    - 1.0 / k as f64
                    - psi(count(&|o| o.0 <= in_x))
                    - psi(count(&|o| o.1 <= in_y))
            }
        }
    };
    psi(n) + mean((0..n).map(term))
}

#[test]
fn information_agrees_with_a_search_of_all_pairs() {
    let mut random = Normal(6);
    let x: Vec<f64> = (0..150).map(|_| random.next()).collect();
    let y: Vec<f64> = x.iter().map(|x| x * x + 0.5 * random.next()).collect();
    for which in [Ksg::First, Ksg::Second] {
        for k in [1, 4] {
            let (x_points, y_points) = (Points::line(&x).unwrap(), Points::line(&y).unwrap());
            let value = mutual_information_of_points(&x_points, &y_points, k, which).unwrap();
            let naive = naive_ksg(&x, &y, k, which);
            assert!(
                (value - naive).abs() < 1e-12,
                "{which:?}, k = {k}: {value} {naive}"
            );
        }
    }
}

#[test]
fn information_of_copies_is_that_of_counts() {
    // 300 + 100 + 100 + 300: x and y agree three times in four.
    let rows = [
        (0.0, 0.0, 300),
        (0.0, 1.0, 100),
        (1.0, 0.0, 100),
        (1.0, 1.0, 300),
    ];
    let repeat = |of: fn(&(f64, f64, usize)) -> f64| -> Points {
        let values = rows.iter().flat_map(|row| vec![of(row); row.2]);
        Points::line(&values.collect::<Vec<_>>()).unwrap()
    };
    let (x, y) = (repeat(|row| row.0), repeat(|row| row.1));
    let truth = 0.75 * 1.5f64.ln() + 0.25 * 0.5f64.ln();
    for which in [Ksg::First, Ksg::Second] {
        let value = mutual_information_of_points(&x, &y, 4, which).unwrap();
        assert!(
            (value - truth).abs() < 0.003,
            "{which:?}: {value}, not {truth}"
        );
    }
}

#[test]
fn discrepancy_agrees_with_its_definition() {
    let mut random = Normal(4);
    let (p, q) = (random.rows(12, 2, 0.0), random.rows(9, 2, 1.0));
    let test = mmd(&Points::new(&p).unwrap(), &Points::new(&q).unwrap(), 19, 0).unwrap();
    let squared =
        |a: &[f64], b: &[f64]| -> f64 { a.iter().zip(b).map(|(x, y)| (x - y).powi(2)).sum() };
    let pooled: Vec<&Vec<f64>> = p.iter().chain(&q).collect();
    let pairs = (0..21).flat_map(|i| (0..i).map(move |j| (i, j)));
    let mut distances: Vec<f64> = pairs.map(|(i, j)| squared(pooled[i], pooled[j])).collect();
    distances.sort_by(f64::total_cmp);
    let variance = distances[(distances.len() - 1) / 2];
    assert!((test.bandwidth - variance.sqrt()).abs() < 1e-15);
    let kernel = |a: &[f64], b: &[f64]| (-squared(a, b) / (2.0 * variance)).exp();
    let total = |a: &[Vec<f64>], b: &[Vec<f64>]| -> f64 {
        a.iter()
            .flat_map(|x| b.iter().map(move |y| kernel(x, y)))
            .sum()
    };
    let naive =
        (total(&p, &p) - 12.0) / 132.0 + (total(&q, &q) - 9.0) / 72.0 - 2.0 * total(&p, &q) / 108.0;
    assert!((test.squared - naive).abs() < 1e-14, "{test:?} {naive}");
}

#[test]
fn discrepancy_test_rejects_as_often_as_it_says() {
    let mut random = Normal(2012);
    let rounds = 200;
    let (mut under_null, mut with_power) = (0, 0);
    for seed in 0..rounds {
        let (p, q) = (random.points(20, 2, 0.0), random.points(15, 2, 0.0));
        under_null += u32::from(mmd(&p, &q, 99, seed).unwrap().p_value <= 0.1);
        let far = random.points(15, 2, 1.2);
        with_power += u32::from(mmd(&p, &far, 99, seed).unwrap().p_value <= 0.1);
    }
    // 20 ± 4.2 expected.
    assert!((8..=33).contains(&under_null), "{under_null} of {rounds}");
    assert!(with_power > 180, "{with_power} of {rounds}");
}

/// Where P = Q every p-value from 1/20 to 20/20 is as likely as the others.
#[test]
fn p_values_are_uniform_under_the_null() {
    let mut random = Normal(77);
    let mut seen = [0u32; 20];
    for seed in 0..1000 {
        let (p, q) = (random.points(8, 1, 0.0), random.points(6, 1, 0.0));
        let p_value = mmd(&p, &q, 19, seed).unwrap().p_value;
        seen[(p_value * 20.0).round() as usize - 1] += 1;
    }
    // χ² with 19 degrees of freedom exceeds 43.8 once in a thousand times.
    let statistic: f64 = seen
        .iter()
        .map(|&n| (f64::from(n) - 50.0).powi(2) / 50.0)
        .sum();
    assert!(statistic < 43.8, "{statistic}: {seen:?}");
}

#[test]
fn equal_weights_change_no_discrepancy_and_whole_ones_are_copies() {
    let mut random = Normal(40);
    let (p, q) = (random.rows(12, 2, 0.0), random.rows(9, 2, 0.8));
    let points = |rows: &[Vec<f64>]| Points::new(rows).unwrap();
    let unweighted = mmd(&points(&p), &points(&q), 99, 3).unwrap();
    let weighed = |rows: &[Vec<f64>], weight: f64| {
        WeightedPoints::new(&points(rows), &vec![weight; rows.len()]).unwrap()
    };
    let test = mmd_weighted(&weighed(&p, 0.3), &weighed(&q, 1e200), 99, 3).unwrap();
    assert!((test.squared - unweighted.squared).abs() < 1e-14);
    assert!((test.p_value - unweighted.p_value).abs() < 1e-14);

    // By hand, with the weights in the sums.
    let weights: Vec<f64> = (1..=12).map(f64::from).collect();
    let sample = WeightedPoints::new(&points(&p), &weights).unwrap();
    let test = mmd_weighted(&sample, &weighed(&q, 1.0), 99, 3).unwrap();
    let kernel = |a: &[f64], b: &[f64]| {
        let squared: f64 = a.iter().zip(b).map(|(x, y)| (x - y).powi(2)).sum();
        (-squared / (2.0 * test.bandwidth.powi(2))).exp()
    };
    let mean = |a: &[Vec<f64>], v: &[f64], b: &[Vec<f64>], w: &[f64], same: bool| {
        let (mut sum, mut all) = (0.0, 0.0);
        for (i, x) in a.iter().enumerate() {
            for (j, y) in b.iter().enumerate().filter(|&(j, _)| !same || i != j) {
                sum += v[i] * w[j] * kernel(x, y);
                all += v[i] * w[j];
            }
        }
        sum / all
    };
    let one = [1.0; 9];
    let naive = mean(&p, &weights, &p, &weights, true) + mean(&q, &one, &q, &one, true)
        - 2.0 * mean(&p, &weights, &q, &one, false);
    assert!((test.squared - naive).abs() < 1e-14, "{test:?} {naive}");
}

/// Drawn from one distribution, weighted to stand for the other: nothing is left to tell apart.
#[test]
fn weights_undo_a_shift() {
    let mut random = Normal(11);
    let (p, q) = (random.points(300, 1, 0.0), random.rows(300, 1, 0.7));
    // The ratio of the densities of N(0, 1) and N(0.7, 1).
    let ratio: Vec<f64> = q.iter().map(|x| (-0.7 * x[0] + 0.245).exp()).collect();
    let q = Points::new(&q).unwrap();
    let even = WeightedPoints::new(&p, &[1.0; 300]).unwrap();
    let weighted = WeightedPoints::new(&q, &ratio).unwrap();
    let apart = mmd(&p, &q, 99, 1).unwrap().squared;
    let undone = mmd_weighted(&even, &weighted, 99, 1).unwrap().squared;
    assert!(apart > 0.1 && undone.abs() < 0.02, "{apart} {undone}");
    // (Σw)²/Σw² is about n/E[w²] = 300·exp(−0.49).
    let effective = weighted.effective_size();
    assert!((150.0..220.0).contains(&effective), "{effective}");
}

#[test]
fn refuses_what_is_no_weighted_sample_of_points() {
    let points = Points::line(&[1.0, 2.0, 4.0]).unwrap();
    let new = |weights: &[f64]| WeightedPoints::new(&points, weights);
    let mismatch = Error::WeightMismatch {
        points: 3,
        weights: 2,
    };
    assert_eq!(new(&[1.0, 1.0]), Err(mismatch));
    for weights in [[1.0, -1.0, 1.0], [0.0; 3], [1.0, f64::NAN, 1.0]] {
        assert!(
            matches!(new(&weights), Err(Error::Counts(_))),
            "{weights:?}"
        );
    }
    // One point with weight is too few to have a pair.
    let one = new(&[0.0, 2.0, 0.0]).unwrap();
    assert!(mmd_weighted(&one, &one, 99, 0).is_err());
}

#[test]
#[allow(clippy::float_cmp, reason = "the smallest p-value is exact")]
fn p_value_is_never_zero_and_one_where_all_is_equal() {
    let mut random = Normal(9);
    let (p, q) = (random.points(30, 1, 0.0), random.points(30, 1, 9.0));
    assert_eq!(mmd(&p, &q, 199, 1).unwrap().p_value, 1.0 / 200.0);
    let copies = Points::line(&[PI; 10]).unwrap();
    let test = mmd(&copies, &copies, 99, 1).unwrap();
    assert_eq!((test.squared, test.p_value), (0.0, 1.0));
}

#[test]
fn refuses_what_is_no_sample() {
    let rows: [[f64; 1]; 0] = [];
    assert_eq!(
        Points::new(&rows),
        Err(Error::TooFewPoints {
            points: 0,
            needs: 1
        })
    );
    assert_eq!(
        Points::new(&[[0.0; 11]]),
        Err(Error::BadColumns { columns: 11 })
    );
    assert_eq!(
        Points::new(&[[0.0; 0]]),
        Err(Error::BadColumns { columns: 0 })
    );
    let infinite = Points::new(&[[0.0, 1.0], [2.0, f64::INFINITY]]);
    assert!(matches!(
        infinite,
        Err(Error::BadCoordinate {
            row: 1,
            column: 1,
            ..
        })
    ));
    assert!(Points::line(&[1e200]).is_err());

    let (line, plane) = (
        Points::line(&[1.0, 2.0, 4.0]).unwrap(),
        Points::new(&[[1.0, 2.0], [0.0, 5.0]]).unwrap(),
    );
    assert!(matches!(
        kl_of_points(&line, &plane, 1),
        Err(Error::ColumnMismatch { .. })
    ));
    assert_eq!(kl_of_points(&line, &line, 0), Err(Error::NoNeighbours));
    let few = Err(Error::TooFewPoints {
        points: 3,
        needs: 4,
    });
    assert_eq!(kl_of_points(&line, &line, 3), few);
    assert_eq!(entropy_of_points(&line, 3), few);
    let unpaired = mutual_information_of_points(&line, &plane, 1, Ksg::First);
    assert_eq!(unpaired, Err(Error::UnpairedPoints { rows: [3, 2] }));
    assert!(mmd(&line, &line, 18, 0).is_err());
}

/// The tree halves intervals, so values like these make it as deep as it gets.
#[test]
fn values_over_many_octaves_are_no_hindrance() {
    let octaves = (-150..150).map(|exponent| 2f64.powi(3 * exponent));
    let values: Vec<f64> = octaves.flat_map(|x| [x, -x]).collect();
    let points = Points::line(&values).unwrap();
    assert!(entropy_of_points(&points, 3).unwrap().is_finite());
    let kl = kl_of_points(&points, &points, 3).unwrap();
    assert!(kl.is_finite(), "{kl}");
}
