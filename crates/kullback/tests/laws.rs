//! The laws of every measure: what its registry entry declares is executed here, on seeded random
//! distributions, and what it denies is refuted by a counter-example.
//!
//! A new measure is tested by being listed in `MEASURES`.

#![allow(
    clippy::unwrap_used,
    clippy::float_cmp,
    reason = "a test that fails may panic; some laws hold exactly"
)]

mod inputs;

use inputs::{close, counts, for_each, interior, masses, near, normalised, unnormalised};
use kullback::{Info, Measure, Pair};
use proptest::prelude::*;

/// Room for rounding in laws that hold with equality now and then.
const ROUNDING: f64 = 1e-12;

/// A measure as it stands, a family at several of its parameters.
fn instances(info: &'static Info) -> Vec<Measure> {
    let Some(parameter) = info.parameter else {
        return vec![info.measure().on_pairs().unwrap()];
    };
    [-2.0, 0.0, 0.1, 0.5, 1.0, 1.5, 2.0, 4.0]
        .into_iter()
        .filter(|&value| parameter.allows(value))
        .map(|value| Measure::parse(&format!("{}:{value}", info.name)).unwrap())
        .collect()
}

/// The registry's entries for pairs; `line_laws.rs` has those for lines.
fn infos() -> impl Iterator<Item = &'static Info> {
    Measure::all().map(|measure| measure.info())
}

fn every_measure() -> Vec<Measure> {
    infos().flat_map(instances).collect()
}

fn halves(p: f64, q: f64) -> Pair {
    unnormalised(&[p, 1.0 - p], &[q, 1.0 - q])
}

#[test]
fn never_negative_never_nan_never_above_its_bound() {
    for_each(&(masses(), near()), |([p, q], [near_p, near_q])| {
        for pair in [normalised(&p, &q), normalised(&near_p, &near_q)] {
            for measure in every_measure() {
                let value = measure.value(&pair);
                prop_assert!(value >= 0.0, "{measure} is {value}");
                let max = measure.info().laws.max;
                prop_assert!(value <= max * (1.0 + ROUNDING), "{measure} is {value}");
            }
        }
        Ok(())
    });
}

#[test]
fn the_bound_is_the_least() {
    let disjoint = unnormalised(&[1.0, 0.0], &[0.0, 1.0]);
    for info in infos() {
        let reaches = |measure: &Measure| close(measure.value(&disjoint), info.laws.max, ROUNDING);
        let reached = instances(info).iter().any(reaches);
        assert!(reached, "{} stays below {}", info.name, info.laws.max);
    }
}

#[test]
fn zero_exactly_where_equal() {
    for_each(&(masses(), near()), |([p, q], [near_p, near_q])| {
        for measure in every_measure() {
            for side in [&p, &q] {
                prop_assert_eq!(measure.value(&normalised(side, side)), 0.0, "{}", measure);
            }
            let pair = normalised(&near_p, &near_q);
            prop_assert!(measure.value(&pair) > 0.0, "{measure} takes P for Q");
        }
        Ok(())
    });
}

#[test]
fn symmetric_where_declared() {
    for_each(&(masses(), near()), |([p, q], [near_p, near_q])| {
        for (p, q) in [(&p, &q), (&near_p, &near_q)] {
            for measure in every_measure() {
                if measure.info().laws.symmetric {
                    let there = measure.value(&normalised(p, q));
                    let back = measure.value(&normalised(q, p));
                    prop_assert!(close(there, back, ROUNDING), "{measure}: {there}, {back}");
                }
            }
        }
        Ok(())
    });
}

#[test]
fn asymmetric_where_symmetry_is_denied() {
    let (there, back) = (halves(0.5, 0.25), halves(0.25, 0.5));
    for info in infos().filter(|info| !info.laws.symmetric) {
        let differs = |m: &Measure| !close(m.value(&there), m.value(&back), 0.01);
        assert!(instances(info).iter().any(differs), "{}", info.name);
    }
}

#[test]
fn triangle_inequality_where_declared() {
    for_each(&masses(), |[p, q, r]| {
        for measure in every_measure() {
            if measure.info().laws.triangle {
                let direct = measure.value(&normalised(&p, &r));
                let detour =
                    measure.value(&normalised(&p, &q)) + measure.value(&normalised(&q, &r));
                prop_assert!(direct <= detour * (1.0 + ROUNDING), "{measure}");
            }
        }
        Ok(())
    });
}

#[test]
fn a_detour_is_shorter_where_the_triangle_inequality_is_denied() {
    let [first, second, direct] = [halves(0.4, 0.5), halves(0.5, 0.6), halves(0.4, 0.6)];
    for info in infos().filter(|info| !info.laws.triangle) {
        let shorter = |m: &Measure| m.value(&first) + m.value(&second) < 0.9 * m.value(&direct);
        assert!(instances(info).iter().any(shorter), "{}", info.name);
    }
}

#[test]
fn kl_is_not_symmetric() {
    // ½ ln(4/3) = 0.144 against ½ ln 2 + ¾ ln(3/4) + … = 0.131.
    let there = Measure::KL.value(&halves(0.5, 0.25));
    let back = Measure::KL.value(&halves(0.25, 0.5));
    assert!((there - 0.143_841).abs() < 1e-6, "{there}");
    assert!((back - 0.130_812).abs() < 1e-6, "{back}");
}

#[test]
fn kl_breaks_the_triangle_inequality() {
    // From (0.4, 0.6) to (0.6, 0.4), the two steps by way of (0.5, 0.5) come to half the one.
    let direct = Measure::KL.value(&halves(0.4, 0.6));
    let detour = Measure::KL.value(&halves(0.4, 0.5)) + Measure::KL.value(&halves(0.5, 0.6));
    assert!((direct - 0.081_093).abs() < 1e-6, "{direct}");
    assert!((detour - 0.040_547).abs() < 1e-6, "{detour}");
}

#[test]
fn merging_outcomes_never_raises() {
    for_each(
        &(counts(), any::<[prop::sample::Index; 2]>()),
        |([p, q], [from, into])| {
            let merge = |side: &[u64]| {
                let mut merged = side.to_vec();
                let moved = merged.remove(from.index(side.len()));
                merged[into.index(side.len() - 1)] += moved;
                merged
            };
            let fine = Pair::from_counts(&p, &q).unwrap();
            let coarse = Pair::from_counts(&merge(&p), &merge(&q)).unwrap();
            for measure in every_measure() {
                if measure.info().laws.merging_never_raises {
                    let (fine, coarse) = (measure.value(&fine), measure.value(&coarse));
                    prop_assert!(
                        coarse <= fine * (1.0 + ROUNDING),
                        "{measure}: {fine}, {coarse}"
                    );
                }
            }
            Ok(())
        },
    );
}

#[test]
fn some_merger_raises_where_the_law_is_denied() {
    let fine = Pair::from_counts(&[1, 1, 4], &[2, 2, 2]).unwrap();
    let coarse =
        [([2, 4], [4, 2]), ([1, 5], [2, 4])].map(|(p, q)| Pair::from_counts(&p, &q).unwrap());
    for info in infos().filter(|info| !info.laws.merging_never_raises) {
        let raised = |m: &Measure| coarse.iter().any(|pair| m.value(pair) > m.value(&fine));
        assert!(instances(info).iter().any(raised), "{}", info.name);
    }
}

#[test]
fn outcomes_may_be_reordered_and_absent_ones_added() {
    for_each(&masses(), |[mut p, mut q]| {
        let before = normalised(&p, &q);
        p.reverse();
        q.reverse();
        p.push(0.0);
        q.push(0.0);
        let after = normalised(&p, &q);
        for measure in every_measure() {
            let (before, after) = (measure.value(&before), measure.value(&after));
            prop_assert!(
                close(before, after, ROUNDING),
                "{measure}: {before}, {after}"
            );
        }
        Ok(())
    });
}

#[test]
fn contributions_sum_to_the_value() {
    for_each(&(masses(), near()), |([p, q], [near_p, near_q])| {
        for pair in [normalised(&p, &q), normalised(&near_p, &near_q)] {
            for measure in every_measure() {
                let contributions = measure.contributions(&pair);
                prop_assert_eq!(contributions.len(), pair.cells().len());
                prop_assert!(contributions.iter().all(|&x| x >= 0.0), "{measure}");
                let (sum, value) = (contributions.iter().sum(), measure.value(&pair));
                prop_assert!(close(sum, value, ROUNDING), "{measure}: {sum}, {value}");
            }
        }
        Ok(())
    });
}

#[test]
fn contributions_to_a_divergence_whose_terms_overflow() {
    let pair = unnormalised(&[0.5, 0.5], &[1e-300, 1.0]);
    let measure = Measure::parse("renyi:20").unwrap();
    let (value, contributions) = (measure.value(&pair), measure.contributions(&pair));
    assert!(value.is_finite());
    assert!(
        close(contributions[0], value, ROUNDING),
        "{contributions:?}"
    );
}

#[test]
fn gradients_are_finite_differences() {
    for_each(&interior(), |[p, q]| {
        let pair = unnormalised(&p, &q);
        for measure in every_measure() {
            let gradient = measure.gradient(&pair);
            prop_assert_eq!(gradient.len(), p.len());
            for (outcome, slope) in gradient.iter().enumerate() {
                if pair.cells()[outcome].ln_ratio.abs() < 1e-3 {
                    continue; // total variation has a kink at p = q
                }
                let moved = |side: usize, by: f64| {
                    let mut sides = [p.clone(), q.clone()];
                    sides[side][outcome] *= 1.0 + by;
                    measure.value(&unnormalised(&sides[0], &sides[1]))
                };
                for (side, mass) in [p[outcome], q[outcome]].into_iter().enumerate() {
                    let step = 1e-4;
                    let secant = (moved(side, step) - moved(side, -step)) / (2.0 * step * mass);
                    let error = (slope[side] - secant).abs() / (1.0 + secant.abs());
                    prop_assert!(error < 1e-5, "{measure}: {} or {secant}", slope[side]);
                }
            }
        }
        Ok(())
    });
}

#[test]
fn gradients_where_there_is_none() {
    let equal = halves(0.5, 0.5);
    let disjoint = unnormalised(&[1.0, 0.0], &[0.0, 1.0]);
    for name in ["js_distance", "hellinger", "tv"] {
        let gradient = Measure::parse(name).unwrap().gradient(&equal);
        assert_eq!(gradient, [[0.0; 2]; 2], "{name}");
    }
    for name in ["renyi", "bhattacharyya", "chernoff"] {
        let gradient = Measure::parse(name).unwrap().gradient(&disjoint);
        assert!(
            gradient.iter().flatten().all(|slope| slope.is_nan()),
            "{name}"
        );
    }
}

#[test]
fn exchanging_the_sides() {
    let measure = |text: &str| Measure::parse(text).unwrap();
    for_each(&masses(), |[p, q]| {
        let pair = normalised(&p, &q);
        let swapped = pair.swapped();
        prop_assert_eq!(&swapped.swapped(), &pair);
        let counted = Pair::from_counts(&[1, 2], &[3, 4]).unwrap();
        prop_assert_eq!(counted.swapped().sizes(), Some([7, 3]));
        let reverse = measure("reverse_kl");
        prop_assert_eq!(reverse.value(&swapped), Measure::KL.value(&pair));
        for (alpha, mirrored) in [("2", "-1"), ("0.3", "0.7"), ("1", "0")] {
            let there = measure(&format!("power:{alpha}")).value(&pair);
            let back = measure(&format!("power:{mirrored}")).value(&swapped);
            prop_assert!(close(there, back, ROUNDING), "{alpha}: {there}, {back}");
        }
        let gradient = |text: &str, pair: &Pair| measure(text).gradient(pair);
        let mirrored = |[dp, dq]: [f64; 2]| [dq, dp];
        for (there, back) in gradient("kl", &pair)
            .iter()
            .zip(gradient("reverse_kl", &swapped))
        {
            prop_assert_eq!(*there, mirrored(back));
        }
        Ok(())
    });
}

#[test]
fn families_are_continuous_in_their_parameter() {
    for_each(&interior(), |[p, q]| {
        let pair = normalised(&p, &q);
        for info in infos().filter(|info| info.parameter.is_some()) {
            for at in [0.0, 0.5, 1.0, 2.0] {
                if !info.parameter.is_some_and(|parameter| parameter.allows(at)) {
                    continue;
                }
                let value = |alpha: f64| {
                    let measure = Measure::parse(&format!("{}:{alpha}", info.name)).unwrap();
                    measure.value(&pair)
                };
                for step in [-1e-6, -1e-10, -1e-15, 1e-15, 1e-10, 1e-6] {
                    if !info.parameter.is_some_and(|p| p.allows(at + step)) {
                        continue;
                    }
                    let (here, there) = (value(at), value(at + step));
                    prop_assert!(
                        close(here, there, 1e-13 + 10.0 * step.abs()),
                        "{} {at}",
                        info.name
                    );
                }
            }
        }
        Ok(())
    });
}
