//! D(P‖Q) = H(P,Q) − H(P): that it holds, and why KL is not computed from it.

#![allow(clippy::float_cmp, reason = "some identities hold exactly")]

mod inputs;

use inputs::{for_each, masses, normalised};
use kullback::{Measure, Normalisation, Pair, entropy};
use proptest::prelude::*;

fn difference_of_entropies(pair: &Pair) -> f64 {
    entropy::cross_entropy(pair) - entropy::entropy_p(pair)
}

#[test]
fn divergence_is_cross_entropy_minus_entropy() {
    for_each(&masses(), |[p, q]| {
        let pair = normalised(&p, &q);
        let (kl, difference) = (Measure::KL.value(&pair), difference_of_entropies(&pair));
        if kl.is_infinite() {
            prop_assert_eq!(difference, f64::INFINITY);
        } else {
            let error = (kl - difference).abs() / (1.0 + entropy::cross_entropy(&pair));
            prop_assert!(error < 1e-14, "{kl}, {difference}");
        }
        Ok(())
    });
}

#[test]
fn entropies_lie_in_their_ranges() {
    for_each(&masses(), |[p, q]| {
        let pair = normalised(&p, &q);
        let most = (p.len() as f64).ln() + 1e-14;
        let [h_p, h_q] = [entropy::entropy_p(&pair), entropy::entropy_q(&pair)];
        prop_assert!((0.0..=most).contains(&h_p) && (0.0..=most).contains(&h_q));
        prop_assert!(entropy::cross_entropy(&pair) >= h_p - 1e-14); // Gibbs' inequality
        prop_assert_eq!(entropy::entropy_q(&pair.swapped()), h_p);
        Ok(())
    });
}

#[test]
fn entropy_of_a_certain_outcome_is_zero_without_a_sign() {
    let pair = Pair::from_counts(&[5, 0], &[1, 1]).unwrap();
    assert!(entropy::entropy_p(&pair).total_cmp(&0.0).is_eq());
}

#[test]
fn near_equality_the_identity_holds_on_paper_only() {
    let (p, by) = ([0.2, 0.3, 0.5], 1e-9);
    let q = [0.2 + by, 0.3 - by, 0.5];
    let pair = Pair::from_probabilities(&p, &q, Normalisation::Strict).unwrap();
    // The leading term of the divergence, ½ Σ (q − p)²/p.
    let leading = 0.5 * by * by * (1.0 / 0.2 + 1.0 / 0.3);
    let kl = Measure::KL.value(&pair);
    assert!((kl / leading - 1.0).abs() < 1e-6, "{kl}");
    // The nearest floats to either entropy lie 50 times as far apart as the divergence is large.
    assert!((difference_of_entropies(&pair) / leading - 1.0).abs() > 0.5);
}
