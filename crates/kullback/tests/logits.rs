//! Pairs from logits: the same as from their softmax, and right where softmax is not enough.

use std::cmp::Ordering;

use kullback::{Error, Measure, Normalisation, Pair, Side};

/// Seeded numbers in −1 to 1.
fn random(seed: u64) -> impl FnMut() -> f64 {
    let mut state = seed;
    move || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 11) as f64 / (1u64 << 52) as f64 - 1.0
    }
}

fn softmax(logits: &[f64]) -> Vec<f64> {
    let masses: Vec<f64> = logits.iter().map(|logit| logit.exp()).collect();
    let total: f64 = masses.iter().sum();
    masses.iter().map(|mass| mass / total).collect()
}

#[test]
fn logits_and_their_softmax_measure_alike() {
    let mut random = random(7);
    for size in [1, 2, 10, 1000] {
        for scale in [0.1, 1.0, 5.0] {
            let a: Vec<f64> = (0..size).map(|_| scale * random()).collect();
            let b: Vec<f64> = (0..size).map(|_| scale * random()).collect();
            let offset: Vec<f64> = b.iter().map(|b| b + 100.0).collect();
            let pair = Pair::from_logits(&a, &offset).unwrap();
            let oracle =
                Pair::from_probabilities(&softmax(&a), &softmax(&b), Normalisation::Normalise)
                    .unwrap();
            for measure in Measure::all() {
                let (value, truth) = (measure.value(&pair), measure.value(&oracle));
                assert!(
                    (value - truth).abs() <= 1e-11 * truth + 1e-15,
                    "{measure}, {size} × {scale}: {value} {truth}"
                );
            }
        }
    }
}

#[test]
fn a_small_change_of_one_logit_keeps_its_divergence() {
    // With n equal logits and h added to one of them, KL = ln(1 + u) − h/n with u = (eʰ − 1)/n:
    // what is left of it after u and h/n cancel, as series.
    let n = 50_000.0;
    for h in [1e-3, 1e-6, 1e-9, 1e-12f64] {
        let a = vec![2.0; n as usize];
        let mut b = a.clone();
        b[17] += h;
        let h = b[17] - 2.0; // what the float took
        let u = h.exp_m1() / n;
        let truth = h * h * (0.5 + h / 6.0 + h * h / 24.0 + h * h * h / 120.0) / n
            - u * u * (0.5 - u / 3.0);
        let kl = Measure::KL.value(&Pair::from_logits(&a, &b).unwrap());
        assert!(
            (kl / truth - 1.0).abs() < 1e-12,
            "{h:e}: {kl:e} is not {truth:e}"
        );
    }
}

#[test]
fn a_row_is_no_distance_from_itself() {
    let mut random = random(3);
    let a: Vec<f64> = (0..1000).map(|_| 30.0 * random()).collect();
    for measure in Measure::all() {
        assert!(
            measure.value(&Pair::from_logits(&a, &a).unwrap()) == 0.0,
            "{measure}"
        );
    }
}

#[test]
fn minus_infinity_is_a_probability_of_zero() {
    let none = f64::NEG_INFINITY;
    let (ln_2, inf) = (2f64.ln(), f64::INFINITY);
    let kl = |a: &[f64], b: &[f64]| Measure::KL.value(&Pair::from_logits(a, b).unwrap());
    assert!((kl(&[0.0, none], &[0.0, 0.0]) - ln_2).abs() < 1e-15);
    assert_eq!(
        kl(&[0.0, 0.0], &[0.0, none]).total_cmp(&inf),
        Ordering::Equal
    );
    assert_eq!(
        kl(&[0.0, none], &[none, 0.0]).total_cmp(&inf),
        Ordering::Equal
    );
    let js = Measure::JS.value(&Pair::from_logits(&[0.0, none], &[none, 0.0]).unwrap());
    assert!((js - ln_2).abs() < 1e-15);
    // Far apart, and still what the definition says: ln(1/e⁻⁹⁰⁰).
    let far = kl(&[0.0, -900.0], &[-900.0, 0.0]);
    assert!((far - 900.0).abs() < 1e-9, "{far}");
}

#[test]
fn what_is_no_logit_is_refused_by_place() {
    let error = Pair::from_logits(&[0.0, f64::NAN], &[0.0, 0.0]).unwrap_err();
    assert!(matches!(
        error,
        Error::BadLogit {
            side: Side::P,
            index: 1,
            ..
        }
    ));
    let error = Pair::from_logits(&[0.0, 0.0], &[f64::INFINITY, 0.0]).unwrap_err();
    assert_eq!(
        error.to_string(),
        "Q[0] is inf: a logit must be a number below infinity, and may be -infinity for a probability of 0"
    );
    let none = [f64::NEG_INFINITY; 2];
    assert_eq!(
        Pair::from_logits(&[0.0, 0.0], &none),
        Err(Error::NoMass { side: Side::Q })
    );
    assert_eq!(Pair::from_logits(&[], &[]), Err(Error::Empty));
}
