//! `kullback between`, to the letter.

use crate::run::{Dir, run};

#[test]
fn two_vectors_are_measured_by_everything() {
    assert_eq!(
        run(&[
            "between",
            "0.5,0.25,0.25",
            "0.4,0.4,0.2",
            "--measure",
            "kl,reverse_kl,psi,js,js_distance,tv"
        ])
        .answered(),
        "\
H(P,Q)     1.0896  nats, cross-entropy
− H(P)     1.0397  nats, entropy of P
= KL(P‖Q)  0.0499  nats, what Q costs beyond P's own entropy

kl           0.0499  nats, Kullback–Leibler divergence
reverse_kl   0.0541  nats, Reverse Kullback–Leibler divergence
jeffreys     0.1040  nats, Jeffreys divergence
js           0.0129  nats, Jensen–Shannon divergence
js_distance  0.1136  Jensen–Shannon distance
tv           0.1500  Total variation distance

outcome       P       Q  part of KL
      1  0.5000  0.4000      0.0116
      2  0.2500  0.4000      0.0325
      3  0.2500  0.2000      0.0058
"
    );
}

#[test]
fn the_identity_holds_in_every_unit() {
    for (base, unit) in [
        ("nats", 1.0),
        ("bits", std::f64::consts::LN_2),
        ("bans", std::f64::consts::LN_10),
    ] {
        let ran = run(&["between", "1,2,3", "3,2,2", "--base", base, "--json"]);
        let json = ran.json();
        assert_eq!(json["unit"], base);
        let number = |pointer: &str| json.pointer(pointer).unwrap().as_f64().unwrap();
        let kl = number("/values/0/value");
        // Σ p ln(p/q) of 1/6, 2/6, 3/6 and 3/7, 2/7, 2/7.
        let expected = 0.173_781_185_769_988_88;
        assert!((kl * unit - expected).abs() < 1e-12, "{kl}");
        assert!((number("/cross_entropy") - number("/entropy/p") - kl).abs() < 1e-12);
        let parts: f64 = (0..3)
            .map(|i| number(&format!("/outcomes/{i}/contribution")))
            .sum();
        assert!((parts - kl).abs() < 1e-12);
    }
}

#[test]
fn vectors_may_be_in_files() {
    let dir = Dir::new();
    dir.write("p.txt", "0.5\n0.25\n0.25\n")
        .write("q.txt", "40 40; 20\n");
    let ran = dir.run(&["between", "p.txt", "q.txt", "--measure", "kl"]);
    assert!(
        ran.answered().contains("kl  0.0499  nats"),
        "{}",
        ran.stdout
    );
}

#[test]
fn an_outcome_that_q_lacks_makes_it_infinite() {
    let ran = run(&["between", "1,1", "1,0", "--measure", "kl,js"]);
    assert!(
        ran.answered().contains("= KL(P‖Q)       ∞"),
        "{}",
        ran.stdout
    );
    let json = run(&["between", "1,1", "1,0", "--measure", "kl,js", "--json"]).json();
    assert_eq!(json["values"][0]["value"], "Infinity");
}

#[test]
fn what_is_no_distribution_is_refused() {
    let dir = Dir::new();
    dir.write("empty.txt", "\n").write("words.txt", "0.5 half");
    let how = " hint: write numbers joined by commas, or name a file that holds them\n";
    dir.run(&["between", "0.5,x", "1"])
        .failed_with(&format!("error: `x`, entry 2, is no number\n{how}"));
    dir.run(&["between", "words.txt", "1"])
        .failed_with(&format!(
            "error: words.txt: `half`, entry 2, is no number\n{how}"
        ));
    dir.run(&["between", "empty.txt", "1"])
        .failed_with(&format!("error: empty.txt: there are no numbers\n{how}"));
    for (p, q) in [
        ("0.5,0.6", "0.5,0.5"),
        ("0.5,0.5", "0.2,0.3,0.5"),
        ("-1,2", "0.5,0.5"),
        ("nan,1", "0.5,0.5"),
        ("0,0", "1,1"),
    ] {
        let ran = dir.run(&["between", p, q]);
        assert_eq!((ran.code, ran.stdout.as_str()), (2, ""), "{p} {q}");
        assert!(ran.stderr.starts_with("error: "), "{p} {q}: {}", ran.stderr);
    }
    let ran = dir.run(&["between", "0.5,0.6", "0.5,0.5"]);
    assert!(
        ran.stderr
            .contains("say --normalise to divide each side by its sum"),
        "{}",
        ran.stderr
    );
    assert_eq!(
        dir.run(&["between", "0.5,0.6", "0.5,0.5", "--normalise"])
            .code,
        0
    );
}

/// The lines without bounds, which hold rounding and may differ between machines.
fn without_bounds(answer: &str) -> Vec<&str> {
    let lines = answer.lines();
    lines
        .map(|line| line.split(", ±").next().unwrap_or(line))
        .collect()
}

#[test]
fn two_families_are_measured_with_method_and_bound() {
    let ran = run(&["between", "normal(0,1)", "laplace(0,1.5)"]);
    let lines = without_bounds(ran.answered());
    assert_eq!(
        lines,
        [
            "P  normal(0, 1)",
            "Q  laplace(0, 1.5)",
            "",
            "H(P,Q)     1.6305353292  nats, cross-entropy: closed form",
            "− H(P)     1.4189385332  nats, entropy of P: closed form",
            "= KL(P‖Q)  0.2115967960  nats, what Q costs beyond P's own entropy: closed form",
            "",
            "KL(Q‖P)  1.0703262445  nats, reverse Kullback–Leibler divergence: closed form",
            "JS(P,Q)  0.0656902933  nats, Jensen–Shannon divergence: quadrature",
        ]
    );
    let json = run(&["between", "uniform(0,2)", "uniform(0,1)", "--json"]).json();
    assert_eq!(json["kl"]["value"], "Infinity");
    assert_eq!(json["kl"]["method"], "support");
}

#[test]
fn families_of_several_variables_say_what_was_drawn() {
    let ran = run(&["between", "dirichlet(1,2,3)", "dirichlet(2,2,2)"]);
    let lines = without_bounds(ran.answered());
    assert_eq!(
        lines[..7],
        [
            "P  dirichlet(1, 2, 3)",
            "Q  dirichlet(2, 2, 2)",
            "",
            "H(P,Q)     −0.4374917428  nats, cross-entropy: closed form",
            "− H(P)     −1.2443445622  nats, entropy of P: closed form",
            "= KL(P‖Q)   0.8068528194  nats, what Q costs beyond P's own entropy: closed form",
            "",
        ]
    );
    assert!(
        lines[8].contains("Monte Carlo, standard error 0.000")
            && lines[8].ends_with(" of 65536 draws"),
        "{}",
        lines[8]
    );
    for (p, q) in [
        ("mvn([0,0],[[1,0],[0,1]])", "mvn([1,0],[[1,0.5],[0.5,1]])"),
        ("wishart(5,[[1,0],[0,1]])", "wishart(4,[[2,0],[0,1]])"),
        ("vonmisesfisher([1,0,0],10)", "vonmisesfisher([0,1,0],3)"),
    ] {
        let json = run(&["between", p, q, "--json"]).json();
        let (kl, js) = (&json["kl"], &json["js"]);
        assert_eq!(kl["method"], "closed form");
        assert!(kl["error_bound"].as_f64().unwrap() < 1e-12, "{kl}");
        assert!(kl["standard_error"].is_null() && js["error_bound"].is_null());
        assert_eq!(js["method"], "Monte Carlo");
        assert!(js["standard_error"].as_f64().unwrap() < 0.001, "{js}");
        assert_eq!(js["draws"], 65_536);
    }
    run(&["between", "wishart(1,[[1,0],[0,1]])", "dirichlet(1,1)"])
        .failed_with("error: wishart: df is 1, but must be a finite number above 1\n");
    run(&["between", "dirichlet(1,1)", "dirichlet(1,1,1)"]).failed_with(
        "error: P is a distribution of 2 shares, Q of 3 shares: compare distributions on one space\n",
    );
    run(&["between", "beta(1,1)", "dirichlet(1,1)"]).failed_with(
        "error: a distribution of one variable cannot be compared with one of several\n",
    );
}

#[test]
fn families_and_lists_are_not_mixed_up() {
    run(&["between", "normal(0,1)", "0.5,0.5"]).failed_with(
        "error: a family cannot be compared with a list of numbers
 hint: give two families, as normal(0,1) laplace(0,1.5), or two lists\n",
    );
    run(&["between", "norml(0,1)", "normal(0,1)"])
        .failed_with("error: no family is called `norml`: did you mean normal(mean, sd)?\n");
    run(&["between", "normal(0,1)", "normal(0,1)", "--measure", "js"]).failed_with(
        "error: families are compared by KL, its reverse and JS
 hint: leave out --measure and --normalise\n",
    );
}

#[test]
fn lists_of_probabilities_lie_on_no_line() {
    run(&["between", "0.5,0.5", "0.3,0.7", "--measure", "kl,ks"]).failed_with(
        "error: `ks` compares points on a line, and these outcomes have no order: it takes a `Line`\n \
         hint: give columns of numbers: kullback compare P Q --measure ks\n",
    );
}
