//! Values against mpmath at 30 digits, and every error bound against the error it bounds.

#![allow(
    clippy::float_cmp,
    clippy::print_stdout,
    reason = "exact values; the worst errors are shown"
)]

use super::quadrature::Integral;
use super::{
    Divergence, Family, Method, Support, closed, cross_entropy, entropy, js_divergence,
    kl_divergence, moments, numeric,
};

fn family(text: &str) -> Family {
    match text.parse() {
        Ok(family) => family,
        Err(error) => panic!("{text}: {error}"),
    }
}

/// P, Q and the reference values of one row.
fn rows(table: &str) -> Vec<(&str, &str, Vec<f64>)> {
    let rows: Vec<_> = table
        .lines()
        .skip(1)
        .map(|line| {
            let mut fields = line.split(';');
            let (p, q) = (fields.next().unwrap(), fields.next().unwrap());
            (p, q, fields.map(|x| x.parse().unwrap()).collect())
        })
        .collect();
    assert!(rows.len() > 50);
    rows
}

fn families() -> Vec<(&'static str, &'static str, Vec<f64>)> {
    rows(include_str!("../../tests/reference/families.csv"))
}

/// Collects what is wrong, and the worst error, so that one run shows all of it.
struct Ledger {
    failures: String,
    worst: (f64, String),
}

impl Ledger {
    fn new() -> Ledger {
        Ledger {
            failures: String::new(),
            worst: (0.0, String::new()),
        }
    }

    /// The value lies within its bound of the reference, and within `tolerance` of it.
    fn hold(&mut self, what: &str, found: Integral, reference: f64, tolerance: f64) {
        let error = (found.value - reference).abs();
        // The reference itself is rounded to f64.
        if error > found.bound + f64::EPSILON * reference.abs() + 1e-30 {
            self.failures += &format!("{what}: {found:?} is off {reference} by {error:.1e}\n");
        }
        // An entropy may be 0.
        let relative = error / reference.abs().max(1e-9);
        if relative > self.worst.0 {
            self.worst = (relative, what.to_owned());
        }
        if relative > tolerance {
            self.failures += &format!("{what}: relative error {relative:.1e}, {reference:e}\n");
        }
        if found.bound > 1e-7 * reference.abs().max(1e-3) {
            self.failures += &format!("{what}: the bound {:.1e} says little\n", found.bound);
        }
    }

    fn close(self, title: &str) {
        println!(
            "{title}: relative error at most {:.1e}, at {}",
            self.worst.0, self.worst.1
        );
        assert!(self.failures.is_empty(), "{title}\n{}", self.failures);
    }
}

fn integral(divergence: Divergence) -> Integral {
    Integral {
        value: divergence.value,
        bound: divergence.error_bound(),
    }
}

#[test]
fn divergences_agree_with_their_integrals() {
    let [mut kl, mut js, mut cross, mut own] = [(); 4].map(|()| Ledger::new());
    for (p, q, reference) in families() {
        let what = format!("{p} | {q}");
        let (p, q) = (family(p), family(q));
        kl.hold(&what, integral(kl_divergence(&p, &q)), reference[0], 1e-12);
        js.hold(&what, integral(js_divergence(&p, &q)), reference[1], 1e-12);
        cross.hold(&what, integral(cross_entropy(&p, &q)), reference[2], 1e-12);
        own.hold(&what, integral(entropy(&p)), reference[3], 1e-12);
    }
    kl.close("KL");
    js.close("JS");
    cross.close("cross-entropy");
    own.close("entropy");
}

#[test]
fn quadrature_and_summation_keep_their_bounds_where_a_formula_exists_too() {
    let mut ledger = Ledger::new();
    for (p, q, reference) in families() {
        let found = numeric::total(&family(p), &family(q), numeric::kl_term);
        ledger.hold(&format!("{p} | {q}"), found, reference[0], 1e-12);
    }
    ledger.close("KL without formulas");
}

#[test]
fn every_formula_agrees_with_the_integral() {
    let mut ledger = Ledger::new();
    let (mut formulas, mut stable) = (0, 0);
    for (p, q, reference) in families() {
        let what = format!("{p} | {q}");
        let (p, q) = (family(p), family(q));
        for (found, counted) in [(closed::kl(&p, &q), true), (moments::kl(&p, &q), false)] {
            let Some(found) = found else { continue };
            formulas += 1;
            stable += usize::from(counted);
            // Moments may cancel: their bound says so, and the caller prefers quadrature then.
            let tolerance = if counted { 1e-13 } else { 1e-12 };
            ledger.hold(&what, found, reference[0], tolerance);
        }
    }
    assert!(formulas > 70 && stable > 35, "{formulas} {stable}");
    ledger.close("KL by formula");
}

#[test]
fn large_and_nearly_equal_parameters_lose_no_digits() {
    let (mut ledger, mut formulas) = (Ledger::new(), 0);
    for (p, q, reference) in rows(include_str!("../../tests/reference/extremes.csv")) {
        let found = kl_divergence(&family(p), &family(q));
        formulas += usize::from(found.method == Method::ClosedForm);
        ledger.hold_relative(&format!("{p} | {q}"), integral(found), reference[0]);
    }
    // Bernoulli variables are summed, and one Gumbel pair is more certain by quadrature.
    assert!(formulas > 50, "{formulas}");
    ledger.close("KL at extremes");
}

impl Ledger {
    fn hold_relative(&mut self, what: &str, found: Integral, reference: f64) {
        let relative = ((found.value - reference) / reference).abs();
        if relative > self.worst.0 {
            self.worst = (relative, what.to_owned());
        }
        if relative > 1e-12 || relative > found.bound / reference + f64::EPSILON {
            self.failures += &format!("{what}: {found:?}, {reference:e}: {relative:.1e}\n");
        }
    }
}

#[test]
fn an_f32_shift_of_a_normal_is_not_lost() {
    let shift = f64::from(1e-4_f32);
    let p = Family::normal(shift, f64::from(1.0_f32)).unwrap();
    let q = Family::normal(0.0, 1.0).unwrap();
    let kl = kl_divergence(&p, &q).value;
    assert!((kl / (0.5 * shift * shift) - 1.0).abs() < 1e-15);
}

#[test]
fn what_others_get_wrong() {
    let kl = |p: &str, q: &str| kl_divergence(&family(p), &family(q));
    // PyTorch: ∞, ∞, NaN.
    assert!((kl("continuous_bernoulli(0.25)", "uniform(0,1)").value - 0.0488).abs() < 1e-4);
    assert!(kl("uniform(0,1)", "continuous_bernoulli(0.25)").value < 0.06);
    assert!((kl("poisson(0)", "poisson(3)").value - 3.0).abs() < 1e-15);
    // Distributions.jl: quadrature aborts.
    assert_eq!(kl("student_t(1,0,1)", "normal(0,1)").method, Method::Tails);
}

#[test]
fn a_tail_that_only_just_suffices() {
    // E eˣ is e^(λ/μ) at λ = 2μ² and ∞ below.
    let (p, q) = (family("inverse_gaussian(1,2)"), family("exp_gamma(1,1)"));
    let cross = 2.0_f64.exp() - 1.0;
    assert!((cross_entropy(&p, &q).value - cross).abs() < 1e-14);
    let kl = kl_divergence(&p, &q);
    assert!((kl.value - (cross - entropy(&p).value)).abs() <= kl.error_bound());
    assert!(kl.error_bound() < 1e-12, "{kl:?}");
    let below = family("inverse_gaussian(1,1.999999)");
    assert_eq!(kl_divergence(&below, &q).method, Method::Tails);
}

#[test]
fn infinite_by_support_or_by_tails() {
    let certain = |p: &str, q: &str, method| {
        let found = kl_divergence(&family(p), &family(q));
        assert_eq!(
            (found.value, found.method),
            (f64::INFINITY, method),
            "{p} | {q}"
        );
        assert!(cross_entropy(&family(p), &family(q)).value == f64::INFINITY);
    };
    for (p, q) in [
        ("normal(0,1)", "gamma(1,1)"),
        ("gumbel(0,1)", "uniform(0,1)"),
        ("exponential(1)", "beta(2,2)"),
        ("pareto(2,1)", "continuous_bernoulli(0.3)"),
        ("gamma(2,1)", "pareto(2,1)"),
        ("pareto(2,1)", "pareto(2,2)"),
        ("poisson(1)", "binomial(9,0.5)"),
        ("poisson(3)", "poisson(0)"),
        ("binomial(4,0.5)", "binomial(3,0.5)"),
        ("categorical(0.5,0.25,0.25)", "categorical(0.5,0,0.5)"),
        (
            "mixture(0.5*uniform(0,1)+0.5*uniform(2,3))",
            "mixture(0.5*uniform(0,1)+0.5*uniform(3,4))",
        ),
        ("poisson(3)", "normal(3,1)"),
        ("normal(3,1)", "poisson(3)"),
    ] {
        certain(p, q, Method::Support);
    }
    for (p, q) in [
        ("cauchy(0,1)", "laplace(0,1)"),
        ("inverse_gamma(1,2)", "gamma(2,1)"),
        ("gamma(0.5,1)", "inverse_gamma(1,1)"),
        ("weibull(0.5,1)", "mixture(1*exp_gamma(1,1))"),
    ] {
        certain(p, q, Method::Tails);
    }
}

#[test]
fn divergences_are_zero_for_equals_and_js_is_symmetric_and_bounded() {
    for (p, q, _) in families() {
        let what = format!("{p} | {q}");
        let (p, q) = (family(p), family(q));
        let (there, back) = (js_divergence(&p, &q), js_divergence(&q, &p));
        let gap = (there.value - back.value).abs();
        assert!(
            gap <= there.error_bound() + back.error_bound(),
            "{what}: {gap:e}"
        );
        assert!(
            there.value > 0.0 && there.value <= std::f64::consts::LN_2,
            "{what}"
        );
        for side in [&p, &q] {
            assert!(kl_divergence(side, side).value.abs() <= 0.0, "{what}");
            let found = numeric::total(side, side, numeric::kl_term);
            assert!(found.value.abs() <= 1e-20, "{what}: {found:?}");
        }
        // The reverse is finite or certain, and no less than 0.
        let reverse = kl_divergence(&q, &p);
        assert!(
            reverse.value > 0.0 && reverse.error_bound() < 1e-8 * reverse.value,
            "{what}: {reverse:?}"
        );
    }
}

/// By quadrature, at places where a wrong constant would show.
#[test]
fn densities_integrate_to_one() {
    let mut seen = std::collections::BTreeSet::new();
    for (p, q, _) in families() {
        for text in [p, q] {
            if !seen.insert(text) {
                continue;
            }
            let family = family(text);
            let mass = numeric::total(&family, &family, |[ln_p, _], [slack, _], jacobian| {
                let value = (ln_p + jacobian).exp();
                super::rule::Term {
                    value,
                    slack: slack * value,
                }
            });
            let error = (mass.value - 1.0).abs();
            assert!(
                error <= mass.bound && mass.bound < 1e-11,
                "{text}: {mass:?}"
            );
        }
    }
}

#[test]
fn densities_vanish_outside_the_support() {
    let mut seen = 0;
    for (p, _, _) in families() {
        let family = family(p);
        if let Support::Intervals(intervals) = family.support() {
            for end in intervals.concat().into_iter().filter(|end| end.is_finite()) {
                let low = intervals.iter().any(|[low, _]| low.total_cmp(&end).is_eq());
                let outside = if low { end - 1e-9 } else { end + 1e-9 };
                assert_eq!(family.ln_density(outside), f64::NEG_INFINITY, "{p}");
                seen += 1;
            }
        }
        assert_eq!(family.ln_density(f64::INFINITY), f64::NEG_INFINITY, "{p}");
        assert!(family.ln_density(f64::NAN).is_nan(), "{p}");
    }
    assert!(seen > 30);
}

/// One or two of every family, with ordinary and with awkward parameters.
const ALL: &[&str] = &[
    "bernoulli(0.3)",
    "bernoulli(0)",
    "binomial(10,0.3)",
    "binomial(1e6,0.001)",
    "categorical(0.2,0,0.8)",
    "geometric(0.001)",
    "geometric(1)",
    "negative_binomial(0.05,0.01)",
    "negative_binomial(1e4,0.5)",
    "ordered_logistic(0,-1,1)",
    "poisson(0)",
    "poisson(3)",
    "poisson(1e7)",
    "probit_bernoulli(-8)",
    "mixture(0.5*poisson(2)+0.5*binomial(50000,0.5))",
    "beta(0.01,0.02)",
    "beta(2,3)",
    "beta(1e6,3e6)",
    "cauchy(1e6,1e-3)",
    "cauchy(0,1)",
    "chi(3)",
    "chi2(0.1)",
    "continuous_bernoulli(1e-300)",
    "continuous_bernoulli(0.5)",
    "exp_gamma(0.01,1)",
    "exp_gamma(1e6,2)",
    "exp_inverse_gamma(2,1)",
    "exponential(1e-6)",
    "exponential(2)",
    "gamma(1e-4,1)",
    "gamma(1e8,1e8)",
    "gamma(2,3)",
    "gumbel(0,1)",
    "gumbel(-50,0.01)",
    "half_normal(1)",
    "inverse_gamma(0.5,2)",
    "inverse_gamma(3,2)",
    "inverse_gaussian(1,3)",
    "inverse_gaussian(10,0.01)",
    "laplace(0,1)",
    "logistic(3,0.5)",
    "log_normal(0,1)",
    "log_normal(3,5)",
    "logit_normal(0,1)",
    "logit_normal(5,4)",
    "moyal(0,1)",
    "normal(0,1)",
    "normal(1e8,1e-4)",
    "pareto(0.1,1)",
    "pareto(3,0.5)",
    "student_t(0.1,0,1)",
    "student_t(2.2,0,1)",
    "student_t(1e9,0,1)",
    "truncated_normal(0,1,-1,2)",
    "truncated_normal(-40,1,0,1)",
    "uniform(0,1)",
    "uniform(-1e9,1e9)",
    "von_mises(0.5,2)",
    "von_mises(9,1e6)",
    "weibull(0.2,1)",
    "weibull(30,2)",
    "mixture(0.3*normal(0,1)+0.7*normal(40,0.01))",
    "mixture(0.5*uniform(0,1)+0.5*uniform(2,3))",
];

#[test]
fn every_pair_answers_and_formulas_agree_with_quadrature() {
    let all: Vec<Family> = ALL.iter().map(|text| family(text)).collect();
    let mut failures = String::new();
    for (i, p) in all.iter().enumerate() {
        for (j, q) in all.iter().enumerate() {
            if (i * 7 + j * 3) % STRIDE != 0 {
                continue;
            }
            let what = format!("{p} | {q}");
            let (kl, js) = (kl_divergence(p, q), js_divergence(p, q));
            let certain = kl.value == f64::INFINITY;
            if !(certain || kl.value >= 0.0 && kl.error_bound() <= 1e-6 * kl.value.max(1e-3)) {
                failures += &format!("{what}: KL {kl:?}\n");
            }
            let most = std::f64::consts::LN_2 + js.error_bound();
            if !(js.value >= 0.0 && js.value <= most && js.error_bound() < 1e-6) {
                failures += &format!("{what}: JS {js:?}\n");
            }
            if kl.value.is_finite() && p != q {
                let found = numeric::total(p, q, numeric::kl_term);
                for formula in [closed::kl(p, q), moments::kl(p, q)].into_iter().flatten() {
                    let gap = (formula.value - found.value).abs();
                    if gap > formula.bound + found.bound {
                        failures += &format!("{what}: {formula:?} by formula, {found:?}\n");
                    }
                }
            }
        }
    }
    assert!(failures.is_empty(), "\n{failures}");
}

/// Every how many pairs of `ALL` are tried: all of them take a minute without optimisation.
const STRIDE: usize = if cfg!(debug_assertions) { 7 } else { 1 };
