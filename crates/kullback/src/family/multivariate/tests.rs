//! Values against mpmath, draws against values, and the laws of divergences.

#![allow(clippy::float_cmp, reason = "exact values")]

use super::*;
use crate::family::{Family, Method, Uncertainty};

fn read(text: &str) -> Multivariate {
    match text.parse() {
        Ok(found) => found,
        Err(error) => panic!("{text}: {error}"),
    }
}

/// P, Q and what is known of them: KL, the entropy of P, JS of multinomials.
fn rows() -> Vec<(Multivariate, Multivariate, Vec<Option<f64>>)> {
    let table = include_str!("../../../tests/reference/multivariate.csv");
    let rows = table.lines().skip(1).map(|line| {
        let mut fields = line.split(';');
        let mut side = || read(fields.next().unwrap());
        let (p, q) = (side(), side());
        (p, q, fields.map(|x| x.parse().ok()).collect())
    });
    rows.collect()
}

fn few() -> Sampling {
    Sampling::new(4096, 1).unwrap()
}

#[test]
fn values_agree_with_mpmath_and_keep_their_bounds() {
    let (mut failures, mut held, mut worst) = (String::new(), 0, 0.0_f64);
    for (p, q, reference) in rows() {
        let kl = p.kl_divergence(&q, few()).unwrap();
        let mut hold = |what: &str, found: Divergence, reference: f64, tolerance: f64| {
            let error = (found.value - reference).abs();
            held += 1;
            worst = worst.max(error / reference.abs());
            if error > tolerance * reference.abs() || error > found.error_bound() + 1e-300 {
                failures += &format!(
                    "{what} {p} | {q}: {found:?}, {reference}, {:.1e}\n",
                    error / reference.abs()
                );
            }
            // A correlation of 0.999999 magnifies rounding a million times.
            if found.error_bound() > 1e-7 * reference.abs() {
                failures += &format!("{what} {p} | {q}: {found:?} has a wide bound\n");
            }
        };
        hold("KL", kl, reference[0].unwrap(), 1e-12);
        hold("entropy", p.entropy(few()), reference[1].unwrap(), 1e-11);
        let cross = p.cross_entropy(&q, few()).unwrap();
        let sum = reference[0].unwrap() + reference[1].unwrap();
        hold("cross-entropy", cross, sum, 1e-11);
        if let Some(js) = reference[2] {
            hold("JS", p.js_divergence(&q, few()).unwrap(), js, 1e-12);
        }
    }
    assert!(failures.is_empty(), "worst {worst:.1e}\n{failures}");
    assert!(held > 120, "{held}");
}

/// The draws of every family are its own, and its density is that of its draws: their mean
/// surprisal is the entropy, and by draws from both, KL is what the formula says.
#[test]
fn draws_agree_with_formulas() {
    use crate::family::numeric::kl_term;
    for (p, q, reference) in rows() {
        let known = [reference[1].unwrap(), reference[0].unwrap()];
        let (inner, other) = (p.inner(), q.inner());
        let sampled = [
            few().surprisal(inner, inner),
            few().integral(inner, other, kl_term),
        ];
        for (found, reference) in sampled.into_iter().zip(known) {
            let Uncertainty::StandardError { error, draws, .. } = found.uncertainty else {
                panic!("{p} | {q}: {found:?}");
            };
            assert!(found.method == Method::MonteCarlo && draws >= 4096);
            assert_eq!(found.error_bound(), f64::INFINITY);
            // Rounding counts only where P and Q are so close that nothing else is left.
            let off = (found.value - reference).abs();
            let allowed = 5.0 * error + 1e-9 * reference.abs() + 1e-13;
            assert!(off <= allowed, "{p} | {q}: {found:?}, {reference}");
        }
    }
}

#[test]
fn a_mixture_of_one_component_is_that_component() {
    for text in [
        "dirichlet(1, 2, 3)",
        "mvn([0, 1], [[2, 0.5], [0.5, 1]])",
        "wishart(3, [[2, 0.5], [0.5, 1]])",
        "von_mises_fisher([1, 0, 0], 3)",
        "multinomial(4, 0.25, 0.75)",
        "matrix_normal([[0], [1]], [[1, 0], [0, 1]], [[2]])",
    ] {
        let single = read(text);
        let mixture = read(&format!("mixture(0.5*{text} + 0.5*{text})"));
        let kl = single.kl_divergence(&mixture, few()).unwrap();
        assert!(kl.value.abs() < 1e-20, "{text}: {kl:?}");
        let (found, exact) = (mixture.entropy(few()), single.entropy(few()));
        sampled(found, exact);
    }
}

#[test]
fn js_is_symmetric_and_at_most_ln_2() {
    for (p, q, _) in rows() {
        let [there, back] = [(&p, &q), (&q, &p)].map(|(p, q)| p.js_divergence(q, few()).unwrap());
        for js in [there, back] {
            let most = std::f64::consts::LN_2 * (1.0 + 1e-12);
            assert!(js.value >= 0.0 && js.value <= most, "{p} | {q}: {js:?}");
        }
        if let (
            Uncertainty::StandardError { error: a, .. },
            Uncertainty::StandardError { error: b, .. },
        ) = (there.uncertainty, back.uncertainty)
        {
            let gap = (there.value - back.value).abs();
            assert!(
                gap <= 5.0 * (a + b) + 1e-14,
                "{p} | {q}: {there:?} {back:?}"
            );
        }
    }
}

/// A sampled value is within five standard errors of the exact one, a summed one within its bound.
fn sampled(found: Divergence, exact: Divergence) {
    let error = match found.uncertainty {
        Uncertainty::Bound(bound) => bound,
        Uncertainty::StandardError { error, .. } => 5.0 * error,
    };
    let gap = (found.value - exact.value).abs();
    assert!(gap <= error + exact.error_bound(), "{found:?}, {exact:?}");
}

#[test]
fn a_logistic_normal_of_two_shares_is_a_logit_normal() {
    let [p, q] = [["2", "3"], ["0.1", "40"]].map(|[a, b]| {
        (
            read(&format!("dirichlet({a}, {b})")),
            format!("beta({a}, {b})").parse::<Family>().unwrap(),
        )
    });
    let logistic = read("logistic_normal([-0.5], [[4]])");
    let logit = Family::logit_normal(-0.5, 2.0).unwrap();
    for (several, one) in [p, q] {
        let kl = several.kl_divergence(&logistic, few()).unwrap();
        let exact = crate::family::kl_divergence(&one, &logit);
        assert_eq!(kl.method, Method::ClosedForm);
        assert!(
            (kl.value / exact.value - 1.0).abs() < 1e-12,
            "{kl:?}, {exact:?}"
        );
        sampled(kl, exact);
        let back = logistic.kl_divergence(&several, few()).unwrap();
        sampled(back, crate::family::kl_divergence(&logit, &one));
        let cross = several.cross_entropy(&logistic, few()).unwrap();
        sampled(cross, crate::family::cross_entropy(&one, &logit));
    }
    sampled(logistic.entropy(few()), crate::family::entropy(&logit));
    // Of three shares, by draws.
    use crate::family::numeric::kl_term;
    let p = read("dirichlet(2, 3, 0.5)");
    let q = read("logistic_normal([0.5, -1], [[2, 0.5], [0.5, 1]])");
    let kl = p.kl_divergence(&q, few()).unwrap();
    sampled(few().integral(p.inner(), q.inner(), kl_term), kl);
    assert_eq!(q.ln_density(&[0.5, 0.5, 0.0]).unwrap(), f64::NEG_INFINITY);
}

#[test]
fn mixtures_of_one_variable_agree_with_quadrature() {
    let several = |a: f64, b: f64| {
        read(&format!(
            "mixture(0.3*mvn([{a}], [[1]]) + 0.7*mvn([{b}], [[4]]))"
        ))
    };
    let one = |a: f64, b: f64| {
        let text = format!("mixture(0.3*normal({a}, 1) + 0.7*normal({b}, 2))");
        text.parse::<Family>().unwrap()
    };
    let (p, q, a, b) = (
        several(0.0, 3.0),
        several(1.0, 5.0),
        one(0.0, 3.0),
        one(1.0, 5.0),
    );
    sampled(
        p.kl_divergence(&q, few()).unwrap(),
        crate::family::kl_divergence(&a, &b),
    );
    sampled(
        p.js_divergence(&q, few()).unwrap(),
        crate::family::js_divergence(&a, &b),
    );
    sampled(
        p.cross_entropy(&q, few()).unwrap(),
        crate::family::cross_entropy(&a, &b),
    );
    sampled(p.entropy(few()), crate::family::entropy(&a));
    // A sum over the outcomes of multinomials, against a sum over those of binomials.
    let p = read("mixture(0.3*multinomial(9, 0.8, 0.2) + 0.7*multinomial(9, 0.4, 0.6))");
    let a = "mixture(0.3*binomial(9, 0.2) + 0.7*binomial(9, 0.6))";
    let a = a.parse::<Family>().unwrap();
    let (q, b) = (
        read("multinomial(9, 0.5, 0.5)"),
        Family::binomial(9.0, 0.5).unwrap(),
    );
    let kl = p.kl_divergence(&q, few()).unwrap();
    assert_eq!(kl.method, Method::Summation);
    sampled(kl, crate::family::kl_divergence(&a, &b));
    sampled(p.entropy(few()), crate::family::entropy(&a));
}

#[test]
fn two_variables_and_one_agree() {
    for (several, one) in [
        (
            ["dirichlet(2, 3)", "dirichlet(4, 1.5)"],
            ["beta(2, 3)", "beta(4, 1.5)"],
        ),
        (
            ["multinomial(10, 0.7, 0.3)", "multinomial(10, 0.4, 0.6)"],
            ["binomial(10, 0.3)", "binomial(10, 0.6)"],
        ),
        (
            ["mvn([0], [[1]])", "mvn([1], [[4]])"],
            ["normal(0, 1)", "normal(1, 2)"],
        ),
        (
            [
                "low_rank_normal([0], [[]], [1])",
                "low_rank_normal([1], [[]], [4])",
            ],
            ["normal(0, 1)", "normal(1, 2)"],
        ),
        (
            ["wishart(3, [[2]])", "wishart(5, [[0.5]])"],
            ["gamma(1.5, 0.25)", "gamma(2.5, 1)"],
        ),
        (
            [
                "von_mises_fisher([1, 0], 2)",
                "von_mises_fisher([0.6, 0.8], 50)",
            ],
            ["von_mises(0, 2)", "von_mises(0.9272952180016122, 50)"],
        ),
    ] {
        let [p, q] = several.map(read);
        let [a, b] = one.map(|text| text.parse::<Family>().unwrap());
        for (found, exact) in [
            (
                p.kl_divergence(&q, few()).unwrap(),
                crate::family::kl_divergence(&a, &b),
            ),
            (p.entropy(few()), crate::family::entropy(&a)),
        ] {
            let gap = (found.value / exact.value - 1.0).abs();
            assert!(gap < 1e-13, "{several:?}: {found:?}, {exact:?}");
        }
        let js = p.js_divergence(&q, few()).unwrap();
        sampled(js, crate::family::js_divergence(&a, &b));
    }
}

#[test]
fn support_decides_before_anything_is_drawn() {
    let kl = |p: &str, q: &str| read(p).kl_divergence(&read(q), few()).unwrap();
    // Each component of Q lacks a category of P, and an outcome of P with both of them.
    let p = "multinomial(4000, 0.4, 0.3, 0.3)";
    let halves = "mixture(0.5*multinomial(4000, 0.5, 0.5, 0) + 0.5*multinomial(4000, 0, 0.5, 0.5))";
    let infinite = (f64::INFINITY, Method::Support);
    let found = kl(p, halves);
    assert_eq!((found.value, found.method), infinite);
    assert_eq!(kl(halves, p).method, Method::MonteCarlo);
    // With one trial, every outcome of P is in one of the two.
    let ones = "mixture(0.5*multinomial(1, 0.5, 0.5, 0) + 0.5*multinomial(1, 0, 0.5, 0.5))";
    let found = kl("multinomial(1, 0.4, 0.3, 0.3)", ones);
    assert!(found.value.is_finite() && found.method == Method::Summation);
    let (p, q) = ("multinomial(3, 0.5, 0.5)", "multinomial(4, 0.5, 0.5)");
    assert_eq!(kl(p, q).method, Method::Support);
    let js = read(p).js_divergence(&read(q), few()).unwrap();
    assert_eq!(js.value, std::f64::consts::LN_2);
    assert_eq!(
        read(p).cross_entropy(&read(q), few()).unwrap().value,
        f64::INFINITY
    );
}

#[test]
fn densities_vanish_outside_the_support() {
    let at = |text: &str, x: &[f64]| read(text).ln_density(x).unwrap();
    let none = f64::NEG_INFINITY;
    assert_eq!(at("dirichlet(1,1)", &[0.5, 0.6]), none);
    assert_eq!(at("dirichlet(1,1)", &[-0.5, 1.5]), none);
    assert_eq!(at("dirichlet(1,2)", &[1.0, 0.0]), none);
    assert_eq!(at("multinomial(2,0.5,0.5)", &[1.5, 0.5]), none);
    assert_eq!(at("multinomial(2,0.5,0.5)", &[1.0, 2.0]), none);
    assert_eq!(at("mvn([0,0],[[1,0],[0,1]])", &[0.0, f64::INFINITY]), none);
    assert_eq!(at("wishart(3,[[1,0],[0,1]])", &[1.0, 0.5, 0.25, 1.0]), none);
    assert_eq!(at("wishart(3,[[1,0],[0,1]])", &[1.0, 2.0, 2.0, 1.0]), none);
    assert_eq!(at("von_mises_fisher([1,0],3)", &[1.0, 1.0]), none);
    assert!(at("dirichlet(1,1)", &[0.5, f64::NAN]).is_nan());
    // Known values.
    let near = |x: f64, y: f64| assert!((x - y).abs() < 1e-14, "{x} {y}");
    near(at("dirichlet(1,2)", &[0.25, 0.75]), 1.5f64.ln());
    near(at("multinomial(3,0.5,0.5)", &[1.0, 2.0]), 0.375f64.ln());
    // |X|⁰ e^(−½ tr X)/(2³ π^½ Γ(3/2) Γ(1)) with ν = 3, d = 2.
    let normaliser = 8.0 * std::f64::consts::PI.sqrt() * 0.5 * std::f64::consts::PI.sqrt();
    near(
        at("wishart(3,[[1,0],[0,1]])", &[2.0, 0.5, 0.5, 1.0]),
        -1.5 - normaliser.ln(),
    );
    let surface = 4.0 * std::f64::consts::PI;
    near(
        at("von_mises_fisher([1,0,0],0)", &[0.0, 0.6, 0.8]),
        -surface.ln(),
    );
}
