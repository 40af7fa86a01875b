//! The laws of every line measure, executed on seeded random lines and against naive oracles.

#![allow(
    clippy::float_cmp,
    clippy::unwrap_used,
    reason = "a test that fails may panic; some laws hold exactly"
)]

mod inputs;

use inputs::{close, for_each};
use kullback::{AnyMeasure, Line, Measure, Normalisation, Pair};
use proptest::prelude::*;

const ROUNDING: f64 = 1e-12;

/// The registry's entries for lines, at their default parameter; `laws.rs` has those for pairs.
fn entries() -> impl Iterator<Item = Measure<Line>> {
    AnyMeasure::all().filter_map(|measure| measure.on_lines().ok())
}

fn every_measure() -> Vec<Measure<Line>> {
    let more = ["wasserstein:1.5", "wasserstein:2", "wasserstein:7"];
    let more = more.map(|text| text.parse().unwrap());
    entries().chain(more).collect()
}

fn value(text: &str, line: &Line) -> f64 {
    text.parse::<Measure<Line>>().unwrap().value(line)
}

fn line(points: &[f64], p: &[f64], q: &[f64]) -> Line {
    let pair = Pair::from_probabilities(p, q, Normalisation::Normalise).unwrap();
    Line::new(points, &pair).unwrap()
}

/// Points, often tied, and N lists of masses at them, some of which are 0.
fn masses<const N: usize>() -> impl Strategy<Value = (Vec<f64>, [Vec<f64>; N])> {
    let mass = prop_oneof![4 => 0.01..1.0, 1 => Just(0.0), 1 => (-30.0..0.0f64).prop_map(f64::exp)];
    let point = prop_oneof![3 => -10.0..10.0, 2 => (-3..3i32).prop_map(f64::from)];
    (2..=12usize)
        .prop_flat_map(move |n| {
            let sides = std::array::from_fn(|_| prop::collection::vec(mass.clone(), n));
            (prop::collection::vec(point.clone(), n), sides)
        })
        .prop_filter("no mass", |(_, sides): &(_, [Vec<f64>; N])| {
            sides.iter().all(|side| side.iter().any(|&mass| mass > 0.0))
        })
}

/// Sorted distinct points, with masses that are not small.
fn interior() -> impl Strategy<Value = (Vec<f64>, [Vec<f64>; 2])> {
    (3..=8usize).prop_flat_map(|n| {
        let side = prop::collection::vec(0.1..1.0, n);
        let steps = prop::collection::vec(0.1..2.0, n);
        let points = steps.prop_map(|steps| {
            let climb = |at: &mut f64, step| {
                *at += step;
                Some(*at)
            };
            steps.into_iter().scan(0.0, climb).collect()
        });
        (points, [side.clone(), side])
    })
}

#[test]
fn bounded_symmetric_and_zero_exactly_where_equal() {
    for_each(&masses(), |(points, [p, q])| {
        let (there, back) = (line(&points, &p, &q), line(&points, &q, &p));
        let equal = line(&points, &p, &p);
        let differ = there.gaps().iter().any(|&gap| gap != 0.0);
        for measure in every_measure() {
            let forth = measure.value(&there);
            let max = measure.info().laws.max;
            prop_assert!(
                (0.0..=max * (1.0 + ROUNDING)).contains(&forth),
                "{measure}: {forth}"
            );
            prop_assert_eq!(forth > 0.0, differ, "{}", measure);
            prop_assert!(
                measure.info().laws.symmetric,
                "no line refutes it for {measure}"
            );
            let back = measure.value(&back);
            prop_assert!(close(forth, back, ROUNDING), "{measure}: {forth}, {back}");
            prop_assert_eq!(measure.value(&equal), 0.0, "{}", measure);
        }
        Ok(())
    });
}

#[test]
fn the_bound_is_the_least() {
    // P on one point, Q on very many above it, far away.
    let n = 20_000;
    let points: Vec<f64> = (0..=n)
        .map(|k| 1e9 * f64::from(k.min(1)) + f64::from(k))
        .collect();
    let mut p = vec![0.0; points.len()];
    let mut q = vec![1.0; points.len()];
    (p[0], q[0]) = (1.0, 0.0);
    let line = line(&points, &p, &q);
    for measure in entries() {
        let (value, max) = (measure.value(&line), measure.info().laws.max);
        let near = if max.is_finite() {
            close(value, max, 1e-4)
        } else {
            value > 1e4
        };
        assert!(near, "{measure}: {value} is far below {max}");
    }
}

#[test]
fn triangle_inequality_where_declared_and_a_shorter_detour_elsewhere() {
    for_each(&masses(), |(points, [p, q, r])| {
        for measure in every_measure() {
            let way = |a: &[f64], b: &[f64]| measure.value(&line(&points, a, b));
            let (direct, detour) = (way(&p, &r), way(&p, &q) + way(&q, &r));
            if measure.info().laws.triangle {
                prop_assert!(direct <= detour * (1.0 + ROUNDING), "{measure}");
            }
        }
        Ok(())
    });
    let [a, b, c] = [[0.25, 0.75], [0.5, 0.5], [0.75, 0.25]];
    for measure in entries().filter(|measure| !measure.info().laws.triangle) {
        let way = |a: &[f64], b: &[f64]| measure.value(&line(&[0.0, 1.0], a, b));
        assert!(way(&a, &b) + way(&b, &c) < 0.9 * way(&a, &c), "{measure}");
    }
}

#[test]
fn moving_stretching_and_turning_the_line() {
    for_each(&masses(), |(points, [p, q])| {
        let on = |map: &dyn Fn(f64) -> f64| {
            let points: Vec<f64> = points.iter().map(|&x| map(x)).collect();
            line(&points, &p, &q)
        };
        let as_it_is = on(&|x| x);
        for measure in every_measure() {
            let value = measure.value(&as_it_is);
            let laws = measure.info().laws;
            let moved = measure.value(&on(&|x| x + 256.0));
            prop_assert!(close(value, moved, 1e-10), "{measure}: {value}, {moved}");
            let stretched = measure.value(&on(&|x| 1e6 * x));
            let scaled = value * 1e6f64.powf(laws.degree);
            prop_assert!(
                close(scaled, stretched, ROUNDING),
                "{measure}: {scaled}, {stretched}"
            );
            if laws.degree == 0.0 {
                prop_assert_eq!(value, measure.value(&on(&|x| x.powi(3))), "{}", measure);
            }
            if laws.reflects {
                let turned = measure.value(&on(&|x| -x));
                prop_assert!(
                    close(value, turned, ROUNDING),
                    "{measure}: {value}, {turned}"
                );
            }
        }
        Ok(())
    });
}

#[test]
fn some_line_changes_when_turned_where_the_law_is_denied() {
    let points = [[0.0, 1.0, 2.0], [0.0, -1.0, -2.0]];
    let [there, turned] = points.map(|at| line(&at, &[0.5, 0.25, 0.25], &[0.1, 0.1, 0.8]));
    for measure in entries().filter(|measure| !measure.info().laws.reflects) {
        assert!(
            !close(measure.value(&there), measure.value(&turned), 0.01),
            "{measure}"
        );
    }
}

/// The line with the points `at` and `at + 1`, in ascending order, both at the point of the first
/// or both at that of the second.
fn merged(points: &[f64], at: usize, onto_second: bool) -> Vec<f64> {
    let mut merged = points.to_vec();
    let onto = points[at + usize::from(onto_second)];
    merged[at..=at + 1].fill(onto);
    merged
}

#[test]
fn merging_neighbours_never_raises_where_declared() {
    let inputs = (interior(), any::<prop::sample::Index>(), any::<bool>());
    for_each(&inputs, |((points, [p, q]), at, onto_second)| {
        let coarse = merged(&points, at.index(points.len() - 1), onto_second);
        let [fine, coarse] = [points, coarse].map(|points| line(&points, &p, &q));
        let declared = |measure: &Measure<Line>| measure.info().laws.merging_never_raises;
        for measure in every_measure().into_iter().filter(declared) {
            let values = [&coarse, &fine].map(|line| measure.value(line));
            prop_assert!(
                values[0] <= values[1] * (1.0 + ROUNDING),
                "{measure}: {values:?}"
            );
        }
        Ok(())
    });
}

#[test]
fn some_merger_raises_where_the_law_is_denied() {
    let points = [0.0, 1.0, 2.0];
    let [p, q] = [[0.25, 0.5, 0.25], [0.0, 0.25, 0.75]];
    let fine = line(&points, &p, &q);
    let coarse = [0, 1].map(|at| line(&merged(&points, at, at == 1), &p, &q));
    for measure in entries().filter(|measure| !measure.info().laws.merging_never_raises) {
        let raised = |coarse| measure.value(coarse) > measure.value(&fine);
        assert!(coarse.iter().any(raised), "{measure}");
    }
}

#[test]
fn contributions_sum_to_the_value() {
    for_each(&masses(), |(points, [p, q])| {
        let line = line(&points, &p, &q);
        for measure in every_measure() {
            let contributions = measure.contributions(&line);
            prop_assert_eq!(contributions.len(), line.points().len());
            prop_assert!(contributions.iter().all(|&x| x >= 0.0), "{measure}");
            let (sum, value) = (contributions.iter().sum(), measure.value(&line));
            prop_assert!(close(sum, value, ROUNDING), "{measure}: {sum}, {value}");
        }
        Ok(())
    });
}

#[test]
fn gradients_are_finite_differences() {
    for_each(&interior(), |(points, sides)| {
        let [p, q] = &sides;
        let here = line(&points, p, q);
        for measure in every_measure() {
            let gradient = measure.gradient(&here);
            for side in 0..2 {
                let total: f64 = sides[side].iter().sum();
                let mean: f64 = (0..p.len())
                    .map(|k| here.masses()[k][side] * gradient[k][side])
                    .sum();
                for at in 0..p.len() {
                    let moved = |by: f64| {
                        let mut sides = sides.clone();
                        sides[side][at] += by * total;
                        measure.value(&line(&points, &sides[0], &sides[1]))
                    };
                    let (ahead, behind) = (moved(1e-6) - moved(0.0), moved(0.0) - moved(-1e-6));
                    if (ahead - behind).abs() > 1e-8 * (1.0 + moved(0.0)) {
                        continue; // a kink within the step
                    }
                    // A mass that is then normalised takes from all.
                    let (slope, secant) = (gradient[at][side] - mean, (ahead + behind) / 2e-6);
                    let error = (slope - secant).abs() / (1.0 + secant.abs());
                    prop_assert!(error < 2e-3, "{measure}: {slope} or {secant}");
                }
            }
        }
        Ok(())
    });
}

#[test]
fn gradients_vanish_where_the_sides_are_equal() {
    let equal = line(&[0.0, 1.0, 3.0], &[0.2, 0.3, 0.5], &[0.2, 0.3, 0.5]);
    for measure in every_measure() {
        let gradient = measure.gradient(&equal);
        assert!(
            gradient.iter().flatten().all(|&slope| slope == 0.0),
            "{measure}"
        );
    }
}

#[test]
fn relations() {
    for_each(&masses(), |(points, [p, q])| {
        let pair = Pair::from_probabilities(&p, &q, Normalisation::Normalise).unwrap();
        let line = Line::new(&points, &pair).unwrap();
        let ends = [line.points()[0], line.points()[line.points().len() - 1]];
        let (range, tv) = (ends[1] - ends[0], Measure::TV.value(&pair));
        let of = |text: &str| value(text, &line);
        let (ks, w) = (of("ks"), of("wasserstein"));
        for (name, low, high) in [
            ("KS ≤ Kuiper", ks, of("kuiper")),
            ("Kuiper ≤ TV", of("kuiper"), tv),
            ("W ≤ range·TV", w, range * tv),
            ("W ≤ range·KS", w, range * ks),
            ("E² ≤ 2·KS·W", of("energy").powi(2), 2.0 * ks * w),
            ("W₁ ≤ W₂", w, of("wasserstein:2")),
            ("W₂ ≤ W₇", of("wasserstein:2"), of("wasserstein:7")),
            ("W ≥ |difference of means|", mean_difference(&line).abs(), w),
            ("4·ω² ≤ A²", 4.0 * of("cvm"), of("anderson_darling")),
        ] {
            prop_assert!(
                low <= high * (1.0 + ROUNDING) + 1e-14,
                "{name}: {low}, {high}"
            );
        }
        Ok(())
    });
}

fn mean_difference(line: &Line) -> f64 {
    (line.points().iter().zip(line.masses()))
        .map(|(x, [p, q])| x * (p - q))
        .sum()
}

/// Two samples of equal size, sorted, with ties.
fn samples() -> impl Strategy<Value = [Vec<f64>; 2]> {
    let point = prop_oneof![3 => -10.0..10.0, 1 => (-3..3i32).prop_map(f64::from)];
    (1..=12usize).prop_flat_map(move |n| {
        std::array::from_fn(|_| {
            let sample = prop::collection::vec(point.clone(), n);
            sample.prop_map(|mut sample| {
                sample.sort_by(f64::total_cmp);
                sample
            })
        })
    })
}

#[test]
fn samples_of_equal_size_against_naive_oracles() {
    for_each(&samples(), |[x, y]| {
        let (n, line) = (x.len() as f64, Line::from_samples(&x, &y).unwrap());
        let of = |text: &str| value(text, &line);
        let below =
            |sample: &[f64], at: f64| sample.iter().filter(|&&x| x <= at).count() as f64 / n;
        let pooled = [x.clone(), y.clone()].concat();
        let gap = |&at: &f64| below(&x, at) - below(&y, at);
        let gaps: Vec<f64> = pooled.iter().map(gap).collect();
        let largest = |sign: f64| gaps.iter().map(|gap| sign * gap).fold(0.0, f64::max);
        // Sorted samples are matched in their order.
        let matched = |power: i32| {
            let ways = x.iter().zip(&y).map(|(x, y)| (x - y).abs().powi(power));
            (ways.sum::<f64>() / n).powf(1.0 / f64::from(power))
        };
        let distance = |a: &[f64], b: &[f64]| {
            let ways = a.iter().flat_map(|x| b.iter().map(move |y| (x - y).abs()));
            ways.sum::<f64>() / (n * n)
        };
        let energy = 2.0 * distance(&x, &y) - distance(&x, &x) - distance(&y, &y);
        let weighted = |at: &f64| {
            let h = 0.5 * (below(&x, *at) + below(&y, *at));
            if h < 1.0 {
                gap(at).powi(2) / (h * (1.0 - h))
            } else {
                0.0
            }
        };
        for (name, naive) in [
            ("ks", largest(1.0).max(largest(-1.0))),
            ("kuiper", largest(1.0) + largest(-1.0)),
            ("wasserstein", matched(1)),
            ("wasserstein:2", matched(2)),
            ("wasserstein:7", matched(7)),
            ("energy", energy.max(0.0).sqrt()),
            (
                "cramer_von_mises",
                gaps.iter().map(|gap| gap * gap).sum::<f64>() / (2.0 * n),
            ),
            (
                "anderson_darling",
                pooled.iter().map(weighted).sum::<f64>() / (2.0 * n),
            ),
        ] {
            let value = of(name);
            prop_assert!(
                (value - naive).abs() <= 1e-7 * value.max(1.0),
                "{name}: {value}, {naive}"
            );
        }
        Ok(())
    });
}
