//! `kullback compare`: what it prints, and how it ends.

use serde_json::Value;

use crate::run::{Dir, run, run_in};

const TITANIC: [&str; 3] = [
    "compare",
    "examples/titanic/lost.csv",
    "examples/titanic/survivors.csv",
];

fn titanic(more: &[&str]) -> crate::run::Ran {
    run(&[&TITANIC, more].concat())
}

#[test]
fn the_first_command_of_the_readme() {
    assert_eq!(
        titanic(&[]).answered(),
        "\
P  examples/titanic/lost.csv       1,490 rows
Q  examples/titanic/survivors.csv    711 rows

KL(P‖Q): Kullback–Leibler divergence, in nats
less the bias of the plug-in (Zhang & Grabchak 2014); if same: what 95 % of plug-ins would read at
  most, had nothing changed

column    kind  P     Q     KL(P‖Q)    95 % interval  plug-in   if same  verdict  JS(P,Q)
sex       text  █▁    ▅▅     0.3760  0.3125 … 0.4470   0.3770  ≤ 0.0040  drifted   0.1055
    female     8.5 % → 48.4 %  0.2514
    male      91.5 % → 51.6 %  0.1246

class     text  █▇▂▂  ▆▅▆▃   0.1614  0.1192 … 0.2119   0.1644  ≤ 0.0082  drifted   0.0442
    1st        8.2 % → 28.6 %  0.1009
    crew      45.2 % → 29.8 %  0.0331
    3rd       35.4 % → 25.0 %  0.0182

age       text  █▁    █▁     0.0167  0.0057 … 0.0357   0.0173  ≤ 0.0041  drifted   0.0046
    child      3.5 % →  8.0 %  0.0156
    adult     96.5 % → 92.0 %  0.0010

3 columns compared: 3 drifted, 0 undecided, 0 stable. Drifted is KL(P‖Q) above 0.005 nats, below
  which no event's probability has moved by more than 5.0 percentage points; at most 5 % of the
  columns called so are expected to be so by chance.
Whole rows: KL(P‖Q) is at least 0.3760 nats, by column sex alone; rows are never closer than a
  column of theirs.
"
    );
}

#[test]
fn colours_are_for_terminals_and_for_those_who_ask() {
    let ran = run_in(
        &crate::run::root(),
        &TITANIC,
        &[("CLICOLOR_FORCE", "1")],
        None,
    );
    assert!(
        ran.answered().contains("\u{1b}[1mP\u{1b}[0m  examples"),
        "{}",
        ran.stdout
    );
}

#[test]
fn columns_are_sorted_chosen_and_explained_as_asked() {
    let order = |ran: &crate::run::Ran| -> Vec<String> {
        let json = ran.json();
        let columns = json["columns"].as_array().unwrap();
        columns
            .iter()
            .map(|c| c["name"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(order(&titanic(&["--json"])), ["sex", "class", "age"]);
    assert_eq!(
        order(&titanic(&["--json", "--sort", "name"])),
        ["age", "class", "sex"]
    );
    assert_eq!(
        order(&titanic(&["--json", "--sort", "table"])),
        ["class", "sex", "age"]
    );
    assert_eq!(
        order(&titanic(&["--json", "--sort", "tv"])),
        ["sex", "class", "age"]
    );
    assert_eq!(
        order(&titanic(&["--json", "--columns", "age,class"])),
        ["class", "age"]
    );
    assert_eq!(
        order(&titanic(&["--json", "--exclude", "age"])),
        ["sex", "class"]
    );
    let short = titanic(&[
        "--top",
        "0",
        "--measure",
        "tv,renyi:0.5",
        "--exclude",
        "age",
    ]);
    assert_eq!(
        short.answered(),
        "\
P  examples/titanic/lost.csv       1,490 rows
Q  examples/titanic/survivors.csv    711 rows

TV(P,Q): Total variation distance

column    kind  P     Q     TV(P,Q)  verdict  Rα(P‖Q)
sex       text  █▁    ▅▅     0.3993  drifted   0.2338
class     text  █▇▂▂  ▆▅▆▃   0.2575  drifted   0.0939

2 columns compared: 2 drifted, 0 undecided, 0 stable. Drifted is KL(P‖Q) above 0.005 nats, below
  which no event's probability has moved by more than 5.0 percentage points; at most 5 % of the
  columns called so are expected to be so by chance.
Whole rows: TV(P,Q) is at least 0.3993, by column sex alone; rows are never closer than a column of
  theirs.
"
    );
}

#[test]
fn the_unit_is_the_one_asked_for() {
    let value = |base: &str| {
        let json = titanic(&["--json", "--base", base]).json();
        assert_eq!(json["unit"], base);
        assert_eq!(json["measures"][0]["unit"], base);
        json["columns"][0]["values"][0]["value"].as_f64().unwrap()
    };
    let nats = value("nats");
    assert!((nats - 0.377_007_016_288_334_55).abs() < 1e-12);
    assert!((value("bits") * std::f64::consts::LN_2 - nats).abs() < 1e-15);
    assert!((value("bans") * std::f64::consts::LN_10 - nats).abs() < 1e-15);
    // A limit is in the unit asked for: 0.377 nats are 0.544 bits.
    assert_eq!(titanic(&["--fail-above", "kl=0.4"]).code, 0);
    assert_eq!(
        titanic(&["--fail-above", "kl=0.4", "--base", "bits"]).code,
        1
    );
}

#[test]
fn json_adds_up() {
    let json = titanic(&["--json", "--fail-above", "kl=0.1"]).json();
    assert_eq!(
        (&json["p"]["rows"], &json["q"]["rows"]),
        (&1490.into(), &711.into())
    );
    assert_eq!(json["p"]["files"][0][1], "CSV");
    assert_eq!(
        json["thresholds"][0]["exceeded_by"],
        serde_json::json!(["class", "sex"])
    );
    for column in json["columns"].as_array().unwrap() {
        let outcomes = column["outcomes"].as_array().unwrap();
        let sum = |pointer: &str| -> f64 {
            outcomes
                .iter()
                .map(|o| o.pointer(pointer).unwrap().as_f64().unwrap())
                .sum()
        };
        let rows = |side: &str| column["rows"][side].as_f64().unwrap();
        assert!(
            (sum("/count/p") - rows("p")).abs() < 0.5 && (sum("/count/q") - rows("q")).abs() < 0.5
        );
        assert!((sum("/share/p") - 1.0).abs() < 1e-12 && (sum("/share/q") - 1.0).abs() < 1e-12);
        let kl = column["values"][0]["value"].as_f64().unwrap();
        assert!((sum("/contribution") - kl).abs() < 1e-12);
        let entropies =
            column["cross_entropy"].as_f64().unwrap() - column["entropy_p"].as_f64().unwrap();
        assert!((entropies - kl).abs() < 1e-12);
    }
}

#[test]
fn exit_codes_tell_limits_from_errors() {
    assert_eq!(titanic(&["--fail-above", "kl=0.5"]).code, 0);
    let exceeded = titanic(&["--fail-above", "kl=0.1", "--fail-above", "tv=0.9"]);
    assert_eq!((exceeded.code, exceeded.stderr.as_str()), (1, ""));
    assert!(
        exceeded.stdout.ends_with(
            "2 of 3 columns exceed kl = 0.1000: class, sex\nNo column exceeds tv = 0.9000.\n"
        ),
        "{}",
        exceeded.stdout
    );
    assert_eq!(titanic(&["--fail-above", "kl=0.1", "--json"]).code, 1);
    // A limit on a measure that is not shown; infinite values exceed every limit but ∞.
    assert_eq!(titanic(&["--fail-above", "psi=0.5"]).code, 1);
    let dir = Dir::new();
    dir.write("p.csv", "x\n1\n2\n").write("q.csv", "x\n1\n1\n");
    assert_eq!(
        dir.run(&["compare", "p.csv", "q.csv", "--fail-above", "chi2=1e300"])
            .code,
        1
    );
    assert_eq!(
        dir.run(&["compare", "p.csv", "q.csv", "--fail-above", "chi2=inf"])
            .code,
        0
    );
    assert_eq!(
        dir.run(&["compare", "p.csv", "missing.csv", "--fail-above", "kl=0"])
            .code,
        2
    );
}

#[test]
fn what_is_not_compared_is_listed() {
    let dir = Dir::new();
    dir.write("p.csv", "id,x,old\na,1,1\nb,2,1\nc,2,1\n")
        .write("q.csv", "id,x,new\nd,1,1\ne,2,1\nf,2,1\n");
    assert_eq!(
        dir.run(&["compare", "p.csv", "q.csv"]).answered(),
        "\
P  p.csv  3 rows
Q  q.csv  3 rows

KL(P‖Q): Kullback–Leibler divergence, in nats
less the bias of the plug-in (Zhang & Grabchak 2014); if same: what 95 % of plug-ins would read at
  most, had nothing changed

column    kind    P   Q   KL(P‖Q)  95 % interval  plug-in  if same  verdict    JS(P,Q)
x         number  ▄█  ▄█  −0.3333     0 … 0.1928        0      ≤ ∞  undecided  −0.1108
    1         33.3 % → 33.3 %  −0.2222
    2         66.7 % → 66.7 %  −0.1111
  ! too few rows for its interval to be sure: 100 % of the estimate's variance rests on outcomes
    with fewer than 5 rows expected on a side

Not compared
  old (P): only P has it (text field)
  new (Q): only Q has it (text field)
  id: an identifier: no text occurs twice on either side, so there is no distribution to compare

1 column compared: 0 drifted, 1 undecided, 0 stable. Drifted is KL(P‖Q) above 0.005 nats, below
  which no event's probability has moved by more than 5.0 percentage points; at most 5 % of the
  columns called so are expected to be so by chance.
"
    );
}

#[test]
fn a_number_column_that_turns_to_text_is_said_and_not_fatal() {
    let dir = Dir::new();
    let numbers: String = (0..900_000).map(|i| format!("{}\n", i % 5)).collect();
    dir.write("p.csv", format!("x\n{numbers}oops\n"))
        .write("q.csv", "x\n0\n1\n2\n3\n4\n");
    let ran = dir.run(&["compare", "p.csv", "q.csv"]);
    let text = ran.answered();
    assert!(
        text.contains("x         mixed  █████▁  █████   −0.1067"),
        "{text}"
    );
    assert!(
        text.contains("numbers (900,000 in P, 5 in Q),\n    texts (1 in P, 0 in Q)"),
        "{text}"
    );
    assert!(
        text.contains(
            "Q has none of P's `oops` (<0.1 % of its rows; 0 expected on the other side)"
        ),
        "{text}"
    );
    let typed = dir.run(&[
        "compare",
        "p.csv",
        "q.csv",
        "--column-type",
        "x=categorical",
        "--json",
    ]);
    assert_eq!(typed.json()["columns"][0]["kind"], "text");
}

#[test]
fn disjoint_spellings_are_told_in_one_line() {
    let dir = Dir::new();
    dir.write("p.csv", "y\n<=50K\n>50K\n<=50K\n")
        .write("q.csv", "y\n<=50K.\n>50K.\n>50K.\n");
    let ran = dir.run(&["compare", "p.csv", "q.csv"]);
    let line = "  ! no value is on both sides, so that the plug-in KL is ∞, yet they differ only in spelling: P has\n    `<=50K` where Q has `<=50K.`\n";
    assert!(ran.answered().contains(line), "{}", ran.stdout);
}

#[test]
fn rows_and_threads_do_not_change_a_byte() {
    let [first, second] = [Dir::new(), Dir::new()];
    let mut rows: Vec<String> = (0..50_000u64)
        .map(|i| {
            let x = i.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1) >> 11;
            format!(
                "{},w{},{}\n",
                x as f64 / 7.0,
                i % 40_000,
                if i % 5 == 0 { "a" } else { "b" }
            )
        })
        .collect();
    first.write("t.csv", format!("x,w,part\n{}", rows.concat()));
    rows.reverse();
    second.write("t.csv", format!("x,w,part\n{}", rows.concat()));
    let run = |dir: &Dir, threads: &str| {
        let ran = dir.run(&[
            "compare",
            "t.csv",
            "--by",
            "part=a,b",
            "--json",
            "--threads",
            threads,
        ]);
        ran.answered().to_owned()
    };
    let reference = run(&first, "1");
    let json: Value = serde_json::from_str(&reference).unwrap();
    assert_eq!(json["columns"].as_array().unwrap().len(), 2);
    for (dir, threads) in [(&first, "2"), (&first, "4"), (&second, "1"), (&second, "3")] {
        assert!(run(dir, threads) == reference, "{threads} threads");
    }
}

#[test]
fn hostile_values_stay_values() {
    let dir = Dir::new();
    let values = [
        "\u{1b}[2Jclear",
        "\u{9b}31mred",
        "\u{202e}back",
        "two\nlines",
        "😀👩‍👧",
        "\u{7}\u{8}\u{7f}",
        "\u{1b}]0;title\u{7}",
    ];
    let table = |times: usize| {
        let rows: String = values
            .iter()
            .enumerate()
            .map(|(i, value)| format!("\"{value}\",{}\n", "x".repeat(10_000)).repeat(1 + i * times))
            .collect();
        format!("\"\u{1b}[31mname\n\u{202e}\",long\n{rows}")
    };
    dir.write("p.csv", table(1)).write("q.csv", table(3));
    let ran = dir.run(&["compare", "p.csv", "q.csv", "--top", "20"]);
    for c in ran.answered().chars() {
        assert!(
            (!c.is_control() || c == '\n') && c != '\u{202e}',
            "{c:?} in {}",
            ran.stdout
        );
    }
    assert!(
        ran.stdout.contains("\\u{1b}[31mname\\n\\u{202e}"),
        "{}",
        ran.stdout
    );
    let json = dir.run(&["compare", "p.csv", "q.csv", "--json"]).json();
    let mut columns = json["columns"].as_array().unwrap().iter();
    let named = columns.find(|column| column["name"] == "\u{1b}[31mname\n\u{202e}");
    let column = named.unwrap();
    let labels: Vec<&str> = column["outcomes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|outcome| outcome["label"].as_str().unwrap())
        .collect();
    for value in values {
        assert!(labels.contains(&value), "{value:?} in {labels:?}");
    }
}

#[test]
fn measures_of_lines_take_columns_of_numbers_and_of_times() {
    let dir = Dir::new();
    dir.write(
        "p.csv",
        "age,sex,day\n20,f,2024-01-01\n30,m,2024-01-02\n,m,2024-01-03\n",
    );
    dir.write(
        "q.csv",
        "age,sex,day\n20,f,2024-01-01\n31,f,2024-01-03\n40,f,2024-01-05\n",
    );
    assert_eq!(
        dir.run(&["compare", "p.csv", "q.csv", "--measure", "ks,wasserstein"])
            .answered(),
        "\
P  p.csv  3 rows
Q  q.csv  3 rows

KS(P,Q): Kolmogorov–Smirnov distance

column    kind    P      Q      KS(P,Q)  verdict            W(P,Q)  null P  null Q
age       number  ███     █ ██   0.6667  undecided          5.3333  33.3 %       –
    30        33.3 % → 0 %  0.6667
  ! Q has none of 2 values of P (66.7 % of its rows; 2 expected on the other side), the largest
    `(null)`: the plug-in KL(P‖Q) is ∞
  ! P has none of 2 values of Q (66.7 % of its rows; 2 expected on the other side), the largest `31`
  ! left out of the line, as null, NaN or infinite: 1 in P, 0 in Q

day       time    ███    █ ██    0.3333  undecided  86400000000.00       –       –
    2024-01-02  33.3 % → 0 %  0.3333
  ! Q has none of P's `2024-01-02` (33.3 % of its rows; 1 expected on the other side): the plug-in
    KL(P‖Q) is ∞
  ! P has none of Q's `2024-01-05` (33.3 % of its rows; 1 expected on the other side)
  ! distances on the line are in microseconds

sex       text    ▃▆     █            –  undecided               –       –       –
  ! Q has none of P's `m` (66.7 % of its rows; 2 expected on the other side): the plug-in KL(P‖Q) is
    ∞
  ! ks, wasserstein not applicable, for points on a line only: its values are texts

3 columns compared: 0 drifted, 3 undecided, 0 stable. Drifted is KL(P‖Q) above 0.005 nats, below
  which no event's probability has moved by more than 5.0 percentage points; at most 5 % of the
  columns called so are expected to be so by chance.
"
    );
}

#[test]
fn a_limit_that_does_not_apply_is_not_exceeded_and_says_so() {
    let ran = titanic(&["--fail-above", "ks=0", "--json"]);
    assert_eq!(ran.code, 0);
    let column = &ran.json()["columns"][0];
    let codes = column["caveats"].as_array().unwrap().iter();
    assert!(
        codes
            .map(|caveat| &caveat["code"])
            .any(|code| code == "no_line")
    );
}

#[test]
fn new_nulls_are_the_first_finding() {
    let dir = Dir::new();
    let rows = |null: usize| -> String {
        let value = |i: usize| {
            if i % 10 < null {
                "NA\n".to_owned()
            } else {
                format!("{}\n", i % 97)
            }
        };
        (0..5000).map(value).collect()
    };
    dir.write("p.csv", format!("x\n{}", rows(0)))
        .write("q.csv", format!("x\n{}", rows(8)));
    let ran = dir.run(&["compare", "p.csv", "q.csv", "--top", "1"]);
    let mut lines = ran.answered().lines();
    let line = lines.find(|line| line.starts_with("    ")).unwrap();
    assert!(
        line.starts_with("    (null)") && line.ends_with("0 % → 80.0 %  0.8000"),
        "{line}"
    );
}
