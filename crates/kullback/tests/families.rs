//! Families as text, and their errors: what a user types and reads.

use kullback::family::{
    Error, Family, Method, Multivariate, Sampling, js_divergence, kl_divergence, names,
};
use proptest::prelude::*;

fn error(text: &str) -> String {
    match text.parse::<Family>() {
        Err(error) => error.to_string(),
        Ok(family) => panic!("{text} was read as {family}"),
    }
}

#[test]
fn names_are_read_in_any_spelling() {
    for (given, shown) in [
        ("normal(0,1)", "normal(0, 1)"),
        (" Student-T( 3 , 0, 1e0 ) ", "student_t(3, 0, 1)"),
        ("lognormal(-0,1)", "log_normal(0, 1)"),
        ("poisson(1e-300)", "poisson(1e-300)"),
        ("Categorical(0.25, 0.75)", "categorical(0.25, 0.75)"),
        (
            "mixture( 2.5e-1*normal(0,1)+0.75 * uniform(-1e+3,1e+3) )",
            "mixture(0.25*normal(0, 1) + 0.75*uniform(-1000, 1000))",
        ),
        (
            "mixture(0.5*mixture(0.5*poisson(1)+0.5*poisson(2))+0.5*poisson(3))",
            "mixture(0.25*poisson(1) + 0.25*poisson(2) + 0.5*poisson(3))",
        ),
    ] {
        let family: Family = given.parse().unwrap();
        assert_eq!(family.to_string(), shown);
        assert_eq!(shown.parse::<Family>().unwrap(), family);
    }
}

#[test]
fn errors_say_what_was_wrong_and_what_is_taken() {
    for (text, message) in [
        (
            "norml(0,1)",
            "no family is called `norml`: did you mean normal(mean, sd)?",
        ),
        ("normal(0)", "1 parameter given: write normal(mean, sd)"),
        ("normal()", "0 parameters given: write normal(mean, sd)"),
        ("normal", "`normal` cannot be read: write normal(mean, sd)"),
        (
            "normal(0,1",
            "`normal(0,1` cannot be read: write normal(mean, sd)",
        ),
        (
            "normal(0,x)",
            "`x` cannot be read: a number is expected, as in normal(mean, sd)",
        ),
        (
            "normal(0,1) + 1",
            "`normal(0,1) + 1` cannot be read: write normal(mean, sd)",
        ),
        (
            "normal(0,-1)",
            "normal: sd is -1, but must be a finite number above 0",
        ),
        (
            "normal(nan,1)",
            "normal: mean is NaN, but must be a finite number",
        ),
        (
            "uniform(1,1)",
            "uniform: high is 1, but must be a finite number above 1",
        ),
        (
            "binomial(2.5,0.5)",
            "binomial: trials is 2.5, but must be a whole number from 0 to 2^53",
        ),
        (
            "bernoulli(1.5)",
            "bernoulli: probability is 1.5, but must be a number from 0 to 1",
        ),
        (
            "categorical(0.5,0.6)",
            "categorical: the probabilities sum to 1.1, not to 1: divide them by their sum",
        ),
        (
            "mixture(0.5*normal(0,1)+0.5*poisson(1))",
            "mixture: continuous and discrete components share no reference measure, so the \
             mixture has neither a density nor masses: mix one kind",
        ),
        (
            "mixture(normal(0,1))",
            "`normal(0,1)` cannot be read: a component is weight*family, as in \
             mixture(weight*family + weight*family + …)",
        ),
    ] {
        assert_eq!(error(text), message, "{text}");
    }
    assert!(
        error("zzzzzzzz(1)")
            .starts_with("no family is called `zzzzzzzz`: choose one of bernoulli, ")
    );
}

#[test]
fn several_variables_are_read_in_any_spelling() {
    for (given, shown) in [
        (
            " MVN( [0, 1e0],[[1,-0.5],[-0.5,1]] )",
            "multivariate_normal([0, 1], [[1, -0.5], [-0.5, 1]])",
        ),
        ("dirichlet(1,2,3)", "dirichlet(1, 2, 3)"),
        ("multinomial(3,0.25,0.75)", "multinomial(3, 0.25, 0.75)"),
        ("Wishart(2.5,[[1]])", "wishart(2.5, [[1]])"),
        (
            "vonmisesfisher([1,0,0],10)",
            "von_mises_fisher([1, 0, 0], 10)",
        ),
        (
            "low-rank normal([0,0],[[1],[2]],[1,0.5])",
            "low_rank_normal([0, 0], [[1], [2]], [1, 0.5])",
        ),
        (
            "matrix_normal([[1,2]],[[3]],[[1,0],[0,1]])",
            "matrix_normal([[1, 2]], [[3]], [[1, 0], [0, 1]])",
        ),
        (
            "mixture(2.5e-1*dirichlet(1,1)+0.75*mixture(1*dirichlet(1e+3,2)))",
            "mixture(0.25*dirichlet(1, 1) + 0.75*dirichlet(1000, 2))",
        ),
    ] {
        let family: Multivariate = given.parse().unwrap();
        assert_eq!(family.to_string(), shown);
        assert_eq!(shown.parse::<Multivariate>().unwrap(), family);
    }
}

#[test]
fn errors_of_several_variables_name_the_argument() {
    for (text, message) in [
        (
            "mvn([0,0])",
            "1 parameter given: write mvn([m0, …], [[s00, …], …])",
        ),
        (
            "mvn(0,[[1]])",
            "`0` cannot be read: mean is a list of numbers in square brackets, as in \
             mvn([m0, …], [[s00, …], …])",
        ),
        (
            "mvn([0],[1])",
            "`1` cannot be read: a row of the covariance is a list of numbers in square brackets, \
             as in mvn([m0, …], [[s00, …], …])",
        ),
        (
            "mvn([0,0,0],[[1,0],[0,1]])",
            "multivariate_normal: mean has length 3, but must have 2",
        ),
        (
            "mvn([0,0],[[1,2],[2,1]])",
            "multivariate_normal: covariance fails at row 1, counted from 0: it must be positive \
             definite",
        ),
        (
            "mvn([0,0],[[1,0.5],[0.25,1]])",
            "multivariate_normal: covariance fails at row 1, counted from 0: it must be symmetric",
        ),
        (
            "mvn([0,0],[[1,0]])",
            "multivariate_normal: covariance fails at row 0, counted from 0: it must have as many \
             columns as rows",
        ),
        (
            "mvn([],[])",
            "multivariate_normal: covariance fails at row 0, counted from 0: it must have a row",
        ),
        (
            "low_rank_normal([0,0],[[1],[1,2]],[1,1])",
            "low_rank_normal: a row of the factor has length 2, but must have 1",
        ),
        (
            "low_rank_normal([0],[[1]],[0])",
            "low_rank_normal: diagonal is 0, but must be a finite number above 0",
        ),
        (
            "low_rank_normal([],[],[])",
            "low_rank_normal: mean has length 0, but must have 1",
        ),
        (
            "wishart(1,[[1,0],[0,1]])",
            "wishart: df is 1, but must be a finite number above 1",
        ),
        (
            "von_mises_fisher([2,0],1)",
            "von_mises_fisher: the mean direction has length 2, not 1: divide it by its length",
        ),
        (
            "multinomial()",
            "`` cannot be read: trials is a number, as in multinomial(trials, p0, p1, …)",
        ),
        (
            "dirichlet(1,x)",
            "`x` cannot be read: a concentration is a number, as in dirichlet(a0, a1, …)",
        ),
        (
            "mixture(0.5*dirichlet(1,1)+0.5*dirichlet(1,1,1))",
            "P is a distribution of 2 shares, Q of 3 shares: compare distributions on one space",
        ),
        (
            "mixture(1*normal(0,1))",
            "normal is a family of one variable, and one of several variables is expected",
        ),
    ] {
        match text.parse::<Multivariate>() {
            Err(error) => assert_eq!(error.to_string(), message, "{text}"),
            Ok(family) => panic!("{text} was read as {family}"),
        }
    }
    let (p, q) = ("dirichlet(1,1)", "mvn([0,0],[[1,0],[0,1]])");
    let [p, q] = [p, q].map(|text| text.parse::<Multivariate>().unwrap());
    assert_eq!(
        p.js_divergence(&q, Sampling::default())
            .unwrap_err()
            .to_string(),
        "P is a distribution of 2 shares, Q of vectors of 2: compare distributions on one space"
    );
}

#[test]
fn nesting_is_bounded() {
    let deep = "mixture(1*".repeat(10_000) + "normal(0,1)" + &")".repeat(10_000);
    assert!(matches!(
        deep.parse::<Family>(),
        Err(Error::Unreadable { .. })
    ));
}

#[test]
fn every_name_is_found_by_its_own_misspelling() {
    for name in names() {
        let misspelt = format!("{}q(1)", &name[..name.len() - 1]);
        match misspelt.parse::<Family>() {
            Err(Error::UnknownFamily { nearest, .. }) => {
                let near = nearest.unwrap_or_default();
                assert!(near.starts_with(&name[..2]), "{misspelt}: {near}");
            }
            other => panic!("{misspelt}: {other:?}"),
        }
    }
}

/// A constructor from location and scale.
type Build = fn(f64, f64) -> Result<Family, Error>;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn no_text_panics(text in "[a-z_(),.*+0-9e -]{0,40}") {
        let _ = text.parse::<Family>();
        let _ = format!("normal({text})").parse::<Family>();
        let _ = format!("mixture({text})").parse::<Family>();
    }

    #[test]
    fn no_text_of_several_variables_panics(text in "[\\[\\](),.+*0-9e -]{0,40}") {
        for name in names() {
            let _ = format!("{name}({text})").parse::<Multivariate>();
        }
        let _ = format!("mixture(1*mvn({text}))").parse::<Multivariate>();
    }

    /// KL is 0 or above, and does not change when location and unit do.
    #[test]
    fn kl_is_invariant_under_shift_and_scale(
        (m, s) in (-3.0..3.0, 0.2..4.0),
        (n, t) in (-3.0..3.0, 0.2..4.0),
        (shift, scale) in (-5.0..5.0, 0.1..10.0),
    ) {
        let move_ = |x: f64| shift + scale * x;
        let pairs: [Build; 4] =
            [Family::logistic, Family::laplace, Family::gumbel, Family::cauchy];
        for p in pairs {
            for q in [Family::student_t(4.0, n, t)?, Family::cauchy(n, t)?] {
                let moved = match q {
                    Family::Cauchy { .. } => Family::cauchy(move_(n), scale * t)?,
                    _ => Family::student_t(4.0, move_(n), scale * t)?,
                };
                let here = kl_divergence(&p(m, s)?, &q);
                let there = kl_divergence(&p(move_(m), scale * s)?, &moved);
                prop_assert!(here.value > 0.0);
                let gap = (here.value - there.value).abs();
                prop_assert!(gap <= here.error_bound() + there.error_bound() + 1e-11, "{gap}");
            }
        }
    }

    /// JS is at most a quarter of Jeffreys' divergence (Lin 1991), and at most ln 2.
    #[test]
    fn js_is_bounded_by_kl((a, r) in (0.3..20.0, 0.2..4.0), (m, s) in (-1.0..2.0, 0.2..1.5)) {
        let (p, q) = (Family::gamma(a, r)?, Family::log_normal(m, s)?);
        let (there, back, js) = (kl_divergence(&p, &q), kl_divergence(&q, &p), js_divergence(&p, &q));
        prop_assert!(js.value <= 0.25 * (there.value + back.value) + 1e-12);
        prop_assert!(js.value <= std::f64::consts::LN_2 && js.method == Method::Quadrature);
    }
}
