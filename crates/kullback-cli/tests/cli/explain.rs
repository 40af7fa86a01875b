//! `kullback explain`: one column, and when a comparison fails.

use crate::run::{Dir, Ran, run};

const TABLES: [&str; 2] = [
    "examples/titanic/lost.csv",
    "examples/titanic/survivors.csv",
];

fn titanic(command: &str, more: &[&str]) -> Ran {
    run(&[&[command], &TABLES[..], more].concat())
}

#[test]
fn a_column_with_everything_known_of_it() {
    assert_eq!(
        titanic("explain", &["--column", "class"]).answered(),
        "\
P  examples/titanic/lost.csv       1,490 rows
Q  examples/titanic/survivors.csv    711 rows

class: text, 4 outcomes

nats      estimate    95 % interval  plug-in   if same  estimator
KL(P‖Q)     0.1614  0.1192 … 0.2119   0.1644  ≤ 0.0082  Zhang & Grabchak 2014
KL(Q‖P)     0.2071  0.1481 … 0.2789   0.2110  ≤ 0.0081  Zhang & Grabchak 2014
JS(P,Q)     0.0442  0.0325 … 0.0582   0.0449  ≤ 0.0020  bias-corrected (Miller 1955)
PSI(P,Q)    0.3685  0.2677 … 0.4901   0.3754  ≤ 0.0163  Zhang & Grabchak 2014

drifted: the change is significant, and KL(P‖Q) lies above the tolerance of 0.005 nats (5.0
  percentage points)
Nothing changed? G = 180.9 with 3 degrees of freedom, p = 6.4e-39 (χ²)

H(P,Q)       1.3412 nats, cross-entropy, from the samples' shares
− H(P)       1.1768 nats, entropy of P
= KL(P‖Q)    0.1644 nats, the plug-in

KL(P‖Q) comes from
  nulls                    0
  new values               0
  vanished values          0
  shared values      +0.1614

outcome        P       Q     part
crew      45.2 %  29.8 %  +0.1867  ████████████████████
3rd       35.4 %  25.0 %  +0.1222  █████████████
1st        8.2 %  28.6 %  −0.1027  ░░░░░░░░░░░
2nd       11.2 %  16.6 %  −0.0447  ░░░░░

"
    );
}

#[test]
fn signed_parts_and_parts_by_the_chain_rule_sum_to_the_estimate() {
    let dir = Dir::new();
    // Nulls, new and vanished values at once.
    let table = |counts: [usize; 4]| {
        let rows = ["", "a", "b", "c"].iter().zip(counts);
        let rows: String = rows
            .map(|(value, n)| format!("{value},1\n").repeat(n))
            .collect();
        format!("x,one\n{rows}")
    };
    dir.write("p.csv", table([10, 500, 490, 0]))
        .write("q.csv", table([300, 600, 0, 100]));
    let json = dir
        .run(&[
            "explain", "p.csv", "q.csv", "--column", "x", "--base", "bits", "--json",
        ])
        .json();
    let column = &json["columns"][0];
    let estimate = column["estimates"][0]["estimate"].as_f64().unwrap();
    let sum = |list: &str, part: &str| -> f64 {
        let parts = column[list].as_array().unwrap().iter();
        parts.map(|one| one[part].as_f64().unwrap()).sum()
    };
    assert!((sum("outcomes", "signed") - estimate).abs() < 1e-12);
    assert!((sum("parts", "estimate") - estimate).abs() < 1e-12);
    let outcomes = column["outcomes"].as_array().unwrap().iter();
    assert!(
        outcomes
            .map(|o| o["signed"].as_f64().unwrap())
            .any(|part| part < 0.0)
    );
    let text = dir.run(&["explain", "p.csv", "q.csv", "--column", "x"]);
    assert!(
        text.answered()
            .contains("Q has none of P's `b` (49.0 % of its rows; 490 expected")
    );
}

#[test]
fn verdicts_follow_the_tolerance_and_decide_the_exit_code() {
    let verdict = |tolerance: &str| {
        let json = titanic(
            "compare",
            &["--json", "--columns", "age", "--tolerance", tolerance],
        );
        json.json()["columns"][0]["verdict"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    assert_eq!(verdict("0.005"), "drifted");
    assert_eq!(verdict("5pp"), "drifted");
    assert_eq!(verdict("0.02"), "undecided");
    assert_eq!(verdict("20pp"), "stable"); // 0.08 nats
    let code = |more: &[&str]| titanic("compare", &[&["--columns", "age"], more].concat()).code;
    assert_eq!(code(&[]), 0);
    assert_eq!(code(&["--fail-on", "drifted"]), 1);
    assert_eq!(code(&["--fail-on", "drifted", "--tolerance", "0.02"]), 0);
    assert_eq!(code(&["--fail-on", "undecided", "--tolerance", "0.02"]), 1);
    assert_eq!(code(&["--fail-on", "undecided", "--tolerance", "20pp"]), 0);
    titanic("compare", &["--tolerance", "0"]).failed_with(
        "error: invalid value '0' for '--tolerance <NATS|POINTS>': write nats above 0, for example \
         0.005, or percentage points up to 100, for example 5pp\n\nFor more information, try '--help'.\n",
    );
}

#[test]
fn a_column_that_is_not_there() {
    let ran = titanic("explain", &["--column", "klass"]);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("klass"), "{}", ran.stderr);
}
