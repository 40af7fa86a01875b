//! `kullback compare --joint` and `--given`: pairs of columns.

use std::fmt::Write as _;

use crate::run::{Dir, Ran, run, run_in};

fn titanic(more: &[&str]) -> Ran {
    let tables = [
        "compare",
        "examples/titanic/lost.csv",
        "examples/titanic/survivors.csv",
    ];
    run(&[&tables[..], more].concat())
}

#[test]
fn pairs_a_tree_and_what_follows_from_a_column() {
    let ran = titanic(&["--top", "0", "--joint", "--given", "class"]);
    let (_, pairs) = ran.answered().split_once("Given").unwrap();
    assert_eq!(
        pairs,
        " class, whose own D(P‖Q) is 0.1604 nats

column    its own  given class  adjusted p  class given it  adjusted p    pair
age        0.0167       0.0275      1.3e-9          0.1713     3.4e-45  0.1879
sex        0.3735       0.3141     1.9e-84          0.1010     4.5e-32  0.4746
The pair's D(P‖Q) is 0.1604 plus that of the column given class, and the column's own plus that of
  class given it (chain rule). – where there are too few rows to test.

Pairs of columns: what their dependence drifted by, beyond the drift of each column, in nats

pair         D(P‖Q*)  margins  levels  adjusted p
class × sex   0.0379   0.4367   4 × 2     1.1e-12
class × age   0.0103   0.1776   4 × 2      3.8e-5
sex × age     0.0080   0.3896   2 × 2      2.2e-5
3 of 3 pairs changed, at 5 % false discoveries.

Whole rows, along the tree of the strongest dependences, in nats

part          D(P‖Q)
sex           0.3735
class         0.1604
class – sex  −0.0594
age           0.0167
class – age   0.0108
together      0.5020
An approximation, which may be too large or too small (Chow & Liu 1968). At least 0.4746 nats, by
  class × sex alone.

3 columns compared: 3 drifted, 0 undecided, 0 stable. Drifted is KL(P‖Q) above 0.005 nats, below
  which no event's probability has moved by more than 5.0 percentage points; at most 5 % of the
  columns called so are expected to be so by chance.
Whole rows: KL(P‖Q) is at least 0.3760 nats, by column sex alone; rows are never closer than a
  column of theirs.
"
    );
}

#[test]
fn the_chain_rule_holds_in_what_is_printed() {
    let json = titanic(&["--json", "--given", "sex", "--base", "bits"]).json();
    let joint = &json["joint"];
    let value = |of: &serde_json::Value| of["value"].as_f64().unwrap();
    let given = &joint["given"];
    for column in given["columns"].as_array().unwrap() {
        let pair = value(&column["divergence"]);
        assert!((value(&given["divergence"]) + value(&column["given"]) - pair).abs() < 1e-12);
        assert!((value(&column["marginal"]) + value(&column["of_given"]) - pair).abs() < 1e-12);
    }
    let sum = |of: &str, part: &str| -> f64 {
        let parts = joint.pointer(of).unwrap().as_array().unwrap();
        parts.iter().map(|one| value(&one[part])).sum()
    };
    let tree = sum("/columns", "divergence") + sum("/tree/edges", "part");
    assert!((tree - value(&joint["tree"]["divergence"])).abs() < 1e-12);
    assert_eq!(
        joint["columns"][1]["levels"],
        serde_json::json!(["male", "female"])
    );
    assert!(titanic(&["--json"]).json().get("joint").is_none());
}

/// A table of two columns whose agreement turns around, while each stays as it is.
fn turned(around: bool) -> String {
    let mut table = "a,b,c\n".to_owned();
    for i in 0..3000u64 {
        // SplitMix64: the two columns of noise have nothing to do with one another.
        let x = (i + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let x = (x ^ (x >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let x = (x ^ (x >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        let a = i % 60;
        let b = if around { 59 - a } else { a };
        let _ = writeln!(table, "{a},{},{}", b + (x >> 40) % 9, (x >> 20) % 4);
    }
    table
}

#[test]
fn a_dependence_that_turns_around_is_the_first_finding() {
    let dir = Dir::new();
    dir.write("p.csv", turned(false))
        .write("q.csv", turned(true));
    let joint = &dir
        .run(&["compare", "p.csv", "q.csv", "--joint", "--json"])
        .json()["joint"];
    let first = &joint["pairs"][0];
    assert_eq!(first["columns"], serde_json::json!(["a", "b"]));
    assert!(first["dependence"]["dependence"]["value"].as_f64().unwrap() > 2.0);
    assert!(first["dependence"]["test"]["adjusted"].as_f64().unwrap() < 1e-100);
    assert_eq!(first["dependence"]["changed"], true);
    assert_eq!(joint["pairs"][1]["dependence"]["changed"], false);
    // More levels show more of it.
    let read = |levels: &str| {
        let ran = dir.run(&[
            "compare", "p.csv", "q.csv", "--joint", "--json", "--levels", levels,
        ]);
        ran.json()["joint"]["at_least"]["value"].as_f64().unwrap()
    };
    assert!(read("2") < read("4") && read("4") < read("8"));
}

#[test]
fn threads_and_the_order_of_rows_do_not_change_a_byte() {
    let [first, second] = [Dir::new(), Dir::new()];
    let (p, q) = (turned(false), turned(true));
    let reversed = |table: &str| {
        let (header, rows) = table.split_once('\n').unwrap();
        let rows: Vec<&str> = rows.lines().rev().collect();
        format!("{header}\n{}\n", rows.join("\n"))
    };
    first.write("p.csv", &p).write("q.csv", &q);
    second
        .write("p.csv", reversed(&p))
        .write("q.csv", reversed(&q));
    let run = |dir: &Dir, threads: &str| {
        let ran = dir.run(&[
            "compare",
            "p.csv",
            "q.csv",
            "--given",
            "c",
            "--json",
            "--threads",
            threads,
        ]);
        ran.answered().to_owned()
    };
    let reference = run(&first, "1");
    for (dir, threads) in [(&first, "3"), (&second, "1"), (&second, "2")] {
        assert!(run(dir, threads) == reference, "{threads} threads");
    }
}

#[test]
fn too_many_columns_are_chosen_by_entropy() {
    let dir = Dir::new();
    // Column i has a 1 in every (i + 2)nd row, so the first have the largest entropy.
    let names: Vec<String> = (0..102).map(|i| format!("c{i}")).collect();
    let mut table = names.join(",") + "\n";
    for row in 0..300 {
        let line: Vec<&str> = (0..102)
            .map(|i| if row % (i + 2) == 0 { "1" } else { "0" })
            .collect();
        table += &(line.join(",") + "\n");
    }
    dir.write("t.csv", table);
    let left = |more: &[&str]| -> Vec<String> {
        let ran = dir.run(&[&["compare", "t.csv", "t.csv", "--json"], more].concat());
        let json = ran.json();
        let left = json["joint"]["left_out"].as_array().unwrap();
        assert!(
            left[0]["reason"]
                .as_str()
                .unwrap()
                .starts_with("in no pair: the 100 columns of largest entropy")
        );
        left.iter()
            .map(|one| one["column"].as_str().unwrap().to_owned())
            .collect()
    };
    let all = left(&["--joint"]);
    assert_eq!(all.len(), 2);
    let kept = left(&["--given", &all[0]]);
    assert!(
        kept.len() == 2 && !kept.contains(&all[0]),
        "the given column stays"
    );
}

#[test]
fn what_cannot_be_paired_is_refused() {
    let dir = Dir::new();
    dir.write("t.csv", "x,one,id\n1,a,u\n2,a,v\n1,a,w\n");
    let table = b"x,y\n1,2\n";
    run_in(
        dir.path(),
        &["compare", "-", "t.csv", "--joint"],
        &[],
        Some(table),
    )
    .failed_with(
        "error: standard input can be read only once, and pairs of columns take a second reading\n \
         hint: write it to a file and compare that\n",
    );
    dir.run(&["compare", "t.csv", "t.csv", "--joint"])
        .failed_with(
            "error: there are no two columns of several values to make a pair of\n \
         hint: leave out --joint and --given\n",
        );
    dir.run(&["compare", "t.csv", "t.csv", "--given", "y"])
        .failed_with(
            "error: no pairs can be made with `y`\n \
         hint: --given names a column that is compared and has several values\n",
        );
}

/// The census tables are two samples of one population. They are not part of the repository: where
/// they are absent, this test says so and passes.
#[test]
#[allow(clippy::print_stdout, reason = "a test that is skipped says so")]
fn two_samples_of_one_population_show_no_drift_of_dependence() {
    let [train, test] = ["adult-train.csv", "adult-test.csv"].map(|file| {
        let path = crate::run::root().join("../shared/data").join(file);
        path.to_str().map(str::to_owned).unwrap_or_default()
    });
    if !std::path::Path::new(&train).exists() {
        println!("skipped: ../shared/data is absent");
        return;
    }
    // The label is spelled differently in the two files.
    let ran = run(&[
        "compare",
        &train,
        &test,
        "--joint",
        "--json",
        "--no-header",
        "--exclude",
        "column_15",
    ]);
    let json = ran.json();
    let pairs = json["joint"]["pairs"].as_array().unwrap();
    assert_eq!(pairs.len(), 91);
    let changed = pairs
        .iter()
        .filter(|pair| pair["dependence"]["changed"] == true);
    assert_eq!(changed.count(), 0);
    let tree = json["joint"]["tree"]["divergence"]["value"]
        .as_f64()
        .unwrap();
    assert!(tree.abs() < 0.01, "{tree}");
}
