//! How the measures are related to each other: identities, inequalities, limits of the families.

#![allow(clippy::unwrap_used, reason = "a test that fails may panic")]

mod inputs;

use std::f64::consts::LN_2;

use inputs::{close, for_each, masses, near, normalised, unnormalised};
use kullback::{Measure, Normalisation, js_contributions_of, js_divergence_of, js_gradients_of};
use proptest::prelude::*;

/// Room for rounding in laws that hold with equality now and then.
const ROUNDING: f64 = 1e-12;

#[test]
fn renyi_divergence_of_order_near_zero_sees_supports_only() {
    let measure = Measure::parse("renyi:1e-12").unwrap();
    let pair = unnormalised(&[0.9, 0.1, 0.0], &[0.25, 0.25, 0.5]);
    assert!(close(measure.value(&pair), 2f64.ln(), 1e-10));
}

#[test]
fn chernoff_information_where_one_support_holds_the_other() {
    // The best exponent is at the end, where the sum is the mass of Q on the support of P.
    let pair = unnormalised(&[0.9, 0.1, 0.0], &[0.25, 0.25, 0.5]);
    let measure = Measure::parse("chernoff").unwrap();
    for pair in [&pair, &pair.swapped()] {
        assert!(close(measure.value(pair), 2f64.ln(), 1e-15));
    }
    let gradient = measure.gradient(&pair);
    assert!(gradient.iter().flatten().all(|slope| slope.is_finite()));
}

#[test]
fn generalised_kl_is_kl_of_unnormalised_masses() {
    let pair = unnormalised(&[2.0, 0.5], &[1.0, 1.0]);
    let measure = Measure::parse("generalised_kl").unwrap();
    let expected = 2.0 * LN_2 - 0.5 * LN_2 - 0.5;
    assert!(close(measure.value(&pair), expected, 1e-15));
}

#[test]
fn classics_are_related() {
    let measure = |text: &str| Measure::parse(text).unwrap();
    for_each(&(masses(), near()), |([p, q], [near_p, near_q])| {
        for pair in [normalised(&p, &q), normalised(&near_p, &near_q)] {
            let value = |text: &str| measure(text).value(&pair);
            let kl = value("kl");
            let hellinger_squared = value("hellinger").powi(2);
            for (name, one, other) in [
                ("jeffreys", value("jeffreys"), kl + value("reverse_kl")),
                ("js", value("js"), value("js_distance").powi(2)),
                ("power 1", value("power:1"), kl),
                ("power 0", value("power:0"), value("reverse_kl")),
                ("power 2", value("power:2"), 0.5 * value("chi2")),
                ("power ½", value("power:0.5"), 4.0 * hellinger_squared),
                ("tsallis 2", value("tsallis:2"), value("chi2")),
                (
                    "cressie-read ¾",
                    value("power:1.75"),
                    value("cressie_read:0.75"),
                ),
                ("amari ½", value("amari:0.5"), value("power:0.25")),
                ("skew 1", value("skew_kl:1"), kl),
                ("renyi 1", value("renyi:1"), kl),
                ("neyman", value("neyman_chi2"), 2.0 * value("power:-1")),
                ("renyi 2", value("renyi:2"), value("chi2").ln_1p()),
                (
                    "renyi ½",
                    value("renyi:0.5"),
                    -2.0 * (-hellinger_squared).ln_1p(),
                ),
            ] {
                prop_assert!(close(one, other, 1e-10), "{name}: {one}, {other}");
            }
            let close_above = |low: f64, high: f64| low <= high * (1.0 + ROUNDING);
            let chernoff = value("chernoff");
            prop_assert!(close_above(value("bhattacharyya"), chernoff));
            prop_assert!(close_above(chernoff, kl.min(value("reverse_kl"))));
            // Topsøe 2000.
            prop_assert!(close_above(0.25 * value("triangular"), value("js")));
            prop_assert!(close_above(value("js"), 0.5 * LN_2 * value("triangular")));
            // Pinsker 1964, in the constant of Csiszár and Kullback 1967.
            prop_assert!(2.0 * value("tv").powi(2) <= kl * (1.0 + ROUNDING));
        }
        Ok(())
    });
}

#[test]
fn families_below_one_are_bounded() {
    let disjoint = unnormalised(&[1.0, 0.0], &[0.0, 1.0]);
    for (text, bound) in [("tsallis:0.5", 2.0), ("power:0.5", 4.0)] {
        let measure = Measure::parse(text).unwrap();
        assert!(close(measure.value(&disjoint), bound, 1e-15), "{text}");
        for_each(&masses(), |[p, q]| {
            let value = measure.value(&normalised(&p, &q));
            prop_assert!(value <= bound * (1.0 + ROUNDING), "{measure}: {value}");
            Ok(())
        });
    }
}

#[test]
fn weighted_jensen_shannon_is_that_of_any_number_of_distributions() {
    for_each(&masses(), |[p, q]| {
        let pair = normalised(&p, &q);
        for weight in [0.01, 0.5, 0.7] {
            let measure = Measure::parse(&format!("weighted_js:{weight}")).unwrap();
            let weights = [weight, 1.0 - weight];
            let of_two =
                js_divergence_of(&[&p, &q], Some(&weights), Normalisation::Normalise).unwrap();
            let value = measure.value(&pair);
            prop_assert!(close(value, of_two, 1e-12), "{weight}: {value}, {of_two}");
            let parts =
                js_contributions_of(&[&p, &q], Some(&weights), Normalisation::Normalise).unwrap();
            prop_assert!(parts.iter().all(|&part| part >= 0.0));
            for (part, of_pair) in parts.iter().zip(measure.contributions(&pair)) {
                prop_assert!(close(*part, of_pair, 1e-12), "{weight}: {part}, {of_pair}");
            }
        }
        let half = Measure::parse("weighted_js").unwrap().value(&pair);
        prop_assert!(close(half, Measure::JS.value(&pair), 1e-12));
        Ok(())
    });
}

#[test]
fn gradients_of_many_distributions_are_finite_differences() {
    let parts = [
        vec![0.1, 0.2, 0.7],
        vec![0.3, 0.3, 0.4],
        vec![0.25, 0.5, 0.25],
    ];
    let weights = [0.5, 0.2, 0.3];
    let js = |parts: &[Vec<f64>]| {
        let parts: Vec<&[f64]> = parts.iter().map(Vec::as_slice).collect();
        js_divergence_of(&parts, Some(&weights), Normalisation::Unnormalised).unwrap()
    };
    let lists: Vec<&[f64]> = parts.iter().map(Vec::as_slice).collect();
    let gradients = js_gradients_of(&lists, Some(&weights), Normalisation::Unnormalised).unwrap();
    for (j, gradient) in gradients.iter().enumerate() {
        for (i, slope) in gradient.iter().enumerate() {
            let moved = |by: f64| {
                let mut parts = parts.to_vec();
                parts[j][i] += by;
                js(&parts)
            };
            let difference = (moved(1e-5) - moved(-1e-5)) / 2e-5;
            assert!(
                (slope - difference).abs() < 1e-9,
                "{j}, {i}: {slope}, {difference}"
            );
        }
    }
    let lacking: [&[f64]; 2] = [&[1.0, 0.0, 0.0], &[0.5, 0.5, 0.0]];
    let lacking = js_gradients_of(&lacking, None, Normalisation::Strict).unwrap();
    assert!(close(lacking[0][0], 0.5 * (4.0f64 / 3.0).ln(), 1e-15));
    assert_eq!(lacking[0][1..], [f64::NEG_INFINITY, 0.0]);
}
