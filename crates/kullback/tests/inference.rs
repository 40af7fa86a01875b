//! What two samples say: held to identities, to a naive oracle, and to the truth that drew them.

#![allow(
    clippy::unwrap_used,
    clippy::float_cmp,
    reason = "inputs are valid, values are exact"
)]

use kullback::inference::{
    Caveat, Divergence, GTest, Inference, Level, Method, Tolerance, TwoSamples, Verdict,
    benjamini_hochberg, chain_rule, infer, same_distribution, signed_contributions, unseen,
    verdict,
};
use kullback::{Measure, Pair, Side};

/// Numbers uniform on [0, 1): Knuth's MMIX generator.
struct Uniform(u64);

impl Uniform {
    fn next(&mut self) -> f64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 11) as f64 / (1u64 << 53) as f64
    }

    /// How often each outcome is seen in `rows` draws.
    fn sample(&mut self, rows: u64, weights: &[f64]) -> Vec<u64> {
        let sums: Vec<f64> = weights
            .iter()
            .scan(0.0, |sum, weight| {
                *sum += weight;
                Some(*sum)
            })
            .collect();
        let mut counts = vec![0; weights.len()];
        for _ in 0..rows {
            let at = self.next() * sums[sums.len() - 1];
            counts[sums.partition_point(|&sum| sum <= at).min(sums.len() - 1)] += 1;
        }
        counts
    }
}

fn zipf(outcomes: usize) -> Vec<f64> {
    (1..=outcomes).map(|i| 1.0 / i as f64).collect()
}

fn kl(p: &[u64], q: &[u64]) -> Inference {
    infer(
        &TwoSamples::new(p, q).unwrap(),
        Divergence::Kl,
        Level::default(),
    )
}

fn test(p: &[u64], q: &[u64]) -> GTest {
    same_distribution(&TwoSamples::new(p, q).unwrap(), 0)
}

fn decide(p: &[u64], q: &[u64]) -> Verdict {
    verdict(&kl(p, q), test(p, q).p_value, 0.05, Tolerance::default())
}

fn close(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-12 * (1.0 + a.abs()) || (a.is_infinite() && a.total_cmp(&b).is_eq())
}

#[test]
fn plug_in_is_the_measure_of_the_shares() {
    let (p, q) = ([30, 50, 20, 7], [25, 60, 15, 1]);
    let pair = Pair::from_counts(&p, &q).unwrap();
    let samples = TwoSamples::new(&p, &q).unwrap();
    for (divergence, measure) in [
        (Divergence::Kl, "kl"),
        (Divergence::ReverseKl, "reverse_kl"),
        (Divergence::Js, "js"),
        (Divergence::Psi, "psi"),
    ] {
        let value = Measure::parse(measure).unwrap().value(&pair);
        let inference = infer(&samples, divergence, Level::default());
        assert!(
            close(inference.plug_in, value),
            "{measure}: {} {value}",
            inference.plug_in
        );
    }
}

#[test]
fn exchanging_the_samples_exchanges_the_directions() {
    let mut uniform = Uniform(1);
    for (n, m) in [(200, 200), (100, 5000)] {
        let (p, q) = (uniform.sample(n, &zipf(20)), uniform.sample(m, &zipf(20)));
        let (ahead, back) = (
            TwoSamples::new(&p, &q).unwrap(),
            TwoSamples::new(&q, &p).unwrap(),
        );
        for [one, other] in [
            [Divergence::Kl, Divergence::ReverseKl],
            [Divergence::Js, Divergence::Js],
            [Divergence::Psi, Divergence::Psi],
        ] {
            let a = infer(&ahead, one, Level::default());
            let b = infer(&back, other, Level::default());
            assert!(
                close(a.estimate, b.estimate),
                "{one}: {} {}",
                a.estimate,
                b.estimate
            );
            assert!((a.interval.low - b.interval.low).abs() < 1e-7 * (1.0 + a.interval.low));
            assert!((a.interval.high - b.interval.high).abs() < 1e-7 * (1.0 + a.interval.high));
        }
    }
}

#[test]
fn parts_sum_to_the_whole() {
    let mut uniform = Uniform(2);
    let weights = [5.0, 4.0, 3.0, 0.5, 0.01, 0.01, 0.01, 0.01];
    for (n, m) in [(50, 50), (300, 4000), (20_000, 1000)] {
        let (p, q) = (uniform.sample(n, &weights), uniform.sample(m, &weights));
        let samples = TwoSamples::new(&p, &q).unwrap();
        let whole = kl(&p, &q);
        let parts = signed_contributions(&samples);
        assert!(close(
            parts.iter().map(|part| part.plug_in).sum(),
            whole.plug_in
        ));
        assert!(close(
            parts.iter().map(|part| part.estimate).sum(),
            whole.estimate
        ));
        for null in [None, Some(0), Some(7)] {
            let total = chain_rule(&samples, null).total();
            assert!(close(total.plug_in, whole.plug_in), "{total:?}");
            assert!(close(total.estimate, whole.estimate), "{total:?}");
        }
    }
}

#[test]
fn each_kind_of_change_is_found_where_it_is() {
    let split = |p: &[u64], q: &[u64]| chain_rule(&TwoSamples::new(p, q).unwrap(), Some(0));
    // 80 % new nulls.
    let nulls = split(&[0, 5000, 5000], &[8000, 1000, 1000]);
    assert!(close(nulls.nulls.plug_in, 5f64.ln()) && nulls.shared_values.plug_in.abs() < 1e-12);
    // A new value with a fifth of Q, a value that vanished.
    let new = split(&[0, 5000, 5000, 0], &[0, 4000, 4000, 2000]);
    assert!(close(new.new_values.plug_in, 1.25f64.ln()) && new.vanished_values.plug_in == 0.0);
    let vanished = split(&[0, 4000, 4000, 2000], &[0, 5000, 5000, 0]);
    assert_eq!(vanished.vanished_values.plug_in, f64::INFINITY);
    assert!(vanished.vanished_values.estimate > 1.0 && vanished.vanished_values.estimate < 3.0);
    assert_eq!(vanished.shared_values.plug_in, 0.0);
    let findings = unseen(&TwoSamples::new(&[9, 1, 0], &[7, 0, 3]).unwrap());
    let seen: Vec<_> = findings
        .iter()
        .map(|u| (u.seen_in, u.rows, u.largest))
        .collect();
    assert_eq!(seen, [(Side::P, 1, 1), (Side::Q, 3, 2)]);
}

/// All tables with the same margins, weighed by their probability.
fn exact_p_value(p: &[u64], q: &[u64]) -> f64 {
    fn choose(n: u64, k: u64) -> f64 {
        (0..k).map(|i| (n - i) as f64 / (i + 1) as f64).product()
    }
    fn walk(totals: &[u64], left: u64, x: &mut Vec<u64>, visit: &mut dyn FnMut(&[u64])) {
        if x.len() == totals.len() {
            if left == 0 {
                visit(x);
            }
            return;
        }
        for take in 0..=totals[x.len()].min(left) {
            x.push(take);
            walk(totals, left - take, x, visit);
            x.pop();
        }
    }
    let totals: Vec<u64> = p.iter().zip(q).map(|(x, y)| x + y).collect();
    let g = |x: &[u64]| -> f64 {
        let y: Vec<u64> = totals.iter().zip(x).map(|(t, x)| t - x).collect();
        test(x, &y).statistic
    };
    let observed = g(p) - 1e-9;
    let (mut all, mut reached) = (0.0, 0.0);
    walk(&totals, p.iter().sum(), &mut Vec::new(), &mut |x| {
        let ways: f64 = totals.iter().zip(x).map(|(&t, &x)| choose(t, x)).product();
        all += ways;
        if g(x) >= observed {
            reached += ways;
        }
    });
    reached / all
}

#[test]
fn permutation_agrees_with_all_tables() {
    for (p, q) in [
        ([4, 1, 0, 3], [1, 3, 2, 2]),
        ([5, 0, 0, 1], [1, 2, 3, 2]),
        ([6, 6, 0, 2], [1, 1, 4, 2]),
    ] {
        let exact = exact_p_value(&p, &q);
        let found = test(&p, &q);
        let Method::Permutation { draws } = found.method else {
            panic!("{found:?}");
        };
        let error = (exact * (1.0 - exact) / f64::from(draws)).sqrt() + 1.0 / f64::from(draws);
        assert!(
            (found.p_value - exact).abs() < 4.0 * error,
            "{exact} {found:?}"
        );
    }
}

#[test]
fn adjusted_p_values_are_those_of_the_definition() {
    let mut uniform = Uniform(3);
    let p: Vec<f64> = (0..40).map(|_| uniform.next().powi(3)).collect();
    let mut sorted = p.clone();
    sorted.sort_by(f64::total_cmp);
    for (value, adjusted) in p.iter().zip(benjamini_hochberg(&p)) {
        let later = sorted.iter().enumerate().filter(|(_, x)| *x >= value);
        let naive = later
            .map(|(i, x)| x * 40.0 / (i + 1) as f64)
            .fold(1.0, f64::min);
        assert!(close(adjusted, naive), "{value}: {adjusted} {naive}");
    }
    assert!(benjamini_hochberg(&[]).is_empty());
}

/// Of repeated samples: how many intervals hold the truth, how many tests reject at 5 %, how many
/// plug-ins lie above their null band.
fn repeat(sizes: [u64; 2], p: &[f64], q: &[f64], divergence: Divergence, truth: f64) -> [f64; 3] {
    let repetitions = 400;
    let mut uniform = Uniform(sizes[0] ^ p.len() as u64);
    let mut seen = [0.0; 3];
    for _ in 0..repetitions {
        let (x, y) = (uniform.sample(sizes[0], p), uniform.sample(sizes[1], q));
        let inference = infer(
            &TwoSamples::new(&x, &y).unwrap(),
            divergence,
            Level::default(),
        );
        let interval = inference.interval;
        seen[0] += f64::from(interval.low <= truth && truth <= interval.high);
        seen[1] += f64::from(test(&x, &y).p_value <= 0.05);
        seen[2] += f64::from(inference.plug_in > inference.null.upper);
    }
    seen.map(|count| 100.0 * count / f64::from(repetitions))
}

#[test]
fn intervals_hold_the_truth_as_often_as_they_say() {
    // Standard error 1.1 %; the whole simulation is the example `coverage`.
    let flat = [1.0; 10];
    let tilted: Vec<f64> = (0..10).map(|i| (0.25 * f64::from(i)).exp()).collect();
    let total: f64 = tilted.iter().sum();
    let forward: f64 = tilted.iter().map(|w| 0.1 * (0.1 * total / w).ln()).sum();
    let psi: f64 = tilted
        .iter()
        .map(|w| (0.1 - w / total) * (0.1 * total / w).ln())
        .sum();
    for (sizes, q, divergence, truth) in [
        ([300, 300], &flat[..], Divergence::Kl, 0.0),
        ([300, 2000], &flat[..], Divergence::Js, 0.0),
        ([500, 500], &tilted[..], Divergence::Kl, forward),
        ([500, 3000], &tilted[..], Divergence::Psi, psi),
    ] {
        let [coverage, ..] = repeat(sizes, &flat, q, divergence, truth);
        assert!(
            (92.0..=98.0).contains(&coverage),
            "{sizes:?} {divergence}: {coverage}"
        );
    }
}

#[test]
fn what_has_not_changed_is_rejected_as_often_as_stated() {
    for (sizes, outcomes) in [
        ([200, 200], 5),
        ([100, 100], 15),
        ([500, 500], 300),
        ([60, 900], 60),
    ] {
        let p = zipf(outcomes);
        let [_, rejected, above] = repeat(sizes, &p, &p, Divergence::Js, 0.0);
        assert!(
            (2.0..=8.0).contains(&rejected),
            "{sizes:?} {outcomes}: {rejected}"
        );
        assert!(
            (2.0..=8.0).contains(&above),
            "{sizes:?} {outcomes}: {above}"
        );
    }
}

#[test]
fn one_rare_value_decides_nothing_and_vanished_mass_decides_at_once() {
    let million = [333_333, 333_333, 333_334];
    let with = |last: u64| [&million[..], &[last]].concat();
    assert_eq!(kl(&with(3), &with(0)).plug_in, f64::INFINITY);
    assert_eq!(decide(&with(3), &with(0)), Verdict::Stable);
    for rows in [1000, 1_000_000] {
        let lost = rows * 3 / 100;
        assert_eq!(decide(&[rows - lost, lost], &[rows, 0]), Verdict::Drifted);
    }
    // The same 3 %, but 30 values of one row each.
    let p = [vec![970], vec![1; 30]].concat();
    let q = [vec![1000], vec![0; 30]].concat();
    assert_eq!(decide(&p, &q), Verdict::Drifted);
    assert!(matches!(
        kl(&p, &q).caveats[..],
        [Caveat::ThinCounts { .. }]
    ));
}

#[test]
fn a_thousand_levels_that_did_not_change_are_not_drift() {
    let mut uniform = Uniform(4);
    for _ in 0..8 {
        let (p, q) = (
            uniform.sample(5000, &zipf(1000)),
            uniform.sample(5000, &zipf(1000)),
        );
        assert_ne!(decide(&p, &q), Verdict::Drifted);
        assert!(kl(&p, &q).estimate.abs() < 0.03);
    }
}

#[test]
fn the_rows_that_are_said_to_decide_do() {
    for (p, q, outcome) in [
        ([1000, 1000], [930, 1070], Verdict::Stable),
        ([300, 300], [255, 345], Verdict::Drifted),
    ] {
        let verdict = decide(&p, &q);
        let Verdict::Undecided {
            rows_needed: Some([n, m]),
        } = verdict
        else {
            panic!("{verdict:?}");
        };
        assert!(n == m && n > p[0] + p[1]);
        // With more rows the same shares are corrected less, so the estimate moves a little; twice
        // the rows make up for it.
        let factor = 2 * n / (p[0] + p[1]) + 1;
        let more = |counts: [u64; 2]| counts.map(|count| count * factor);
        assert_eq!(decide(&more(p), &more(q)), outcome);
    }
}

#[test]
fn edges_have_values() {
    let one = kl(&[50, 0], &[70, 0]);
    assert!(one.estimate.abs() < 1e-12 && one.interval.high == 0.0);
    assert_eq!(one.caveats, [Caveat::OneOutcome]);
    assert_eq!(test(&[50, 0], &[70, 0]).p_value, 1.0);
    let disjoint = kl(&[5000, 0], &[0, 7000]);
    assert!(disjoint.estimate.is_finite() && disjoint.interval.low > 1.0);
    let p_value = test(&[5_000_000, 0], &[0, 7_000_000]).p_value;
    assert!(p_value > 0.0 && p_value < 1e-300);
    // Identical samples do not make the interval a point.
    let same = kl(&[3000; 50], &[3000; 50]);
    assert!(same.interval.low == 0.0 && same.interval.high > 1e-5 && same.estimate < 0.0);
    let samples = TwoSamples::new(&[9, 1], &[0, 10]).unwrap();
    let js = infer(&samples, Divergence::Js, Level::default());
    assert!(js.interval.high <= std::f64::consts::LN_2);
}
