//! The same report as Markdown, CSV and a page; colours; help, completions and manual pages.

use crate::run::{Dir, Ran, root, run, run_in};

const TABLES: [&str; 2] = [
    "examples/titanic/lost.csv",
    "examples/titanic/survivors.csv",
];

fn titanic(command: &str, more: &[&str]) -> Ran {
    run(&[&[command], &TABLES[..], more].concat())
}

#[test]
fn markdown_for_a_pull_request() {
    let ran = titanic("compare", &["--format", "markdown", "--top", "2"]);
    assert_eq!(
        ran.answered(),
        "\
**3 of 3 columns drifted, `sex` most: 0.3760 nats**

P: `examples/titanic/lost.csv`, 1,490 rows<br>
Q: `examples/titanic/survivors.csv`, 711 rows

| column | kind | verdict | KL(P‖Q) | 95 % interval | if same | JS(P,Q) | moved most, P → Q |
|---|---|---|--:|--:|--:|--:|---|
| `sex` | text | **drifted** | 0.3760 | 0.3125 … 0.4470 | ≤ 0.0040 | 0.1055 | `male` 91.5 % → 51.6 %<br>`female` 8.5 % → 48.4 % |
| `class` | text | **drifted** | 0.1614 | 0.1192 … 0.2119 | ≤ 0.0082 | 0.0442 | `crew` 45.2 % → 29.8 %<br>`1st` 8.2 % → 28.6 % |
| `age` | text | **drifted** | 0.0167 | 0.0057 … 0.0357 | ≤ 0.0041 | 0.0046 | `adult` 96.5 % → 92.0 %<br>`child` 3.5 % → 8.0 % |

<sub>Drifted is KL(P‖Q) above 0.005 nats, below which no event's probability has moved by more than 5.0 percentage points; at most 5 % of the columns called so are expected to be so by chance. kullback 0.1.0</sub>
"
    );
}

#[test]
fn markdown_folds_what_is_stable() {
    let dir = Dir::new();
    let rows = |shift: usize| -> String {
        let row = |i: usize| format!("{},{}\n", i % 3, (i + shift * (i % 2)) % 2);
        (0..4000).map(row).collect()
    };
    dir.write("p.csv", format!("same|d,moved\n{}", rows(0)));
    dir.write("q.csv", format!("same|d,moved\n{}", rows(1)));
    let ran = dir.run(&["compare", "p.csv", "q.csv", "--format", "markdown"]);
    assert_eq!(ran.answered(),
        "\
**1 of 2 columns drifted, `moved`: 3.7424 nats**

P: `p.csv`, 4,000 rows<br>
Q: `q.csv`, 4,000 rows

| column | kind | verdict | KL(P‖Q) | 95 % interval | if same | JS(P,Q) | moved most, P → Q |
|---|---|---|--:|--:|--:|--:|---|
| `moved` | number | **drifted** | 3.7424 | 2.5193 … 5.2861 | ≤ 0.0010 | 0.2157 | `0` 50.0 % → 100 %<br>`1` 50.0 % → 0 % |

<details><summary>1 stable column</summary>

| column | kind | verdict | KL(P‖Q) | 95 % interval | if same | JS(P,Q) |
|---|---|---|--:|--:|--:|--:|
| <code>same&#124;d</code> | number | stable | −5.0e-4 | 0 … 2.6e-4 | ≤ 0.0015 | −1.3e-4 |

</details>

<sub>Drifted is KL(P‖Q) above 0.005 nats, below which no event's probability has moved by more than 5.0 percentage points; at most 5 % of the columns called so are expected to be so by chance. kullback 0.1.0</sub>
");
}

#[test]
fn csv_has_a_line_for_each_column() {
    let ran = titanic("compare", &["--format", "csv", "--measure", "kl,tv"]);
    let lines: Vec<&str> = ran.answered().lines().collect();
    assert_eq!(
        lines[0],
        "column,kind,verdict,kl,kl_low,kl_high,kl_plug_in,kl_if_same,reverse_kl,reverse_kl_low,\
         reverse_kl_high,reverse_kl_plug_in,reverse_kl_if_same,js,js_low,js_high,js_plug_in,\
         js_if_same,psi,psi_low,psi_high,psi_plug_in,psi_if_same,tv,p_value,p_adjusted,entropy_p,\
         cross_entropy,rows_p,rows_q,nulls_p,nulls_q,type_p,type_q"
    );
    let names: Vec<&str> = lines[1..].iter().map(|line| &line[..3]).collect();
    assert_eq!(names, ["sex", "cla", "age"]);
    let json = titanic("compare", &["--json", "--measure", "kl,tv"]).json();
    for (line, column) in lines[1..].iter().zip(json["columns"].as_array().unwrap()) {
        let fields: Vec<&str> = line.split(',').collect();
        assert_eq!(fields.len(), lines[0].split(',').count());
        let number = |i: usize| fields[i].parse::<f64>().unwrap();
        let kl = &column["estimates"][0];
        assert_eq!(Some(number(3)), kl["estimate"].as_f64());
        assert_eq!(Some(number(5)), kl["interval"]["high"].as_f64());
        assert_eq!(Some(number(23)), column["values"][1]["value"].as_f64());
        assert_eq!(Some(number(24)), column["test"]["p_value"].as_f64());
    }
}

#[test]
fn a_column_as_markdown_and_csv() {
    let ran = titanic("explain", &["--column", "age", "--format", "markdown"]);
    assert_eq!(ran.answered(),
        "\
**`age`: drifted** – the change is significant, and KL(P‖Q) lies above the tolerance of 0.005 nats (5.0 percentage points). Nothing changed? G = 19.6 with 1 degree of freedom, p = 1.0e-5 (χ²).

P: `examples/titanic/lost.csv`, 1,490 rows<br>
Q: `examples/titanic/survivors.csv`, 711 rows

| nats | estimate | 95 % interval | plug-in | if same |
|---|--:|--:|--:|--:|
| KL(P‖Q) | 0.0167 | 0.0057 … 0.0357 | 0.0173 | ≤ 0.0041 |
| KL(Q‖P) | 0.0210 | 0.0063 … 0.0486 | 0.0225 | ≤ 0.0040 |
| JS(P,Q) | 0.0046 | 0.0015 … 0.0102 | 0.0048 | ≤ 0.0010 |
| PSI(P,Q) | 0.0377 | 0.0120 … 0.0843 | 0.0398 | ≤ 0.0081 |

| outcome | P | Q | part of KL(P‖Q) |
|---|--:|--:|--:|
| `adult` | 96.5 % | 92.0 % | +0.0463 |
| `child` | 3.5 % | 8.0 % | −0.0296 |
");
}

#[test]
fn a_column_as_csv() {
    let ran = titanic("explain", &["--column", "age", "--format", "csv"]);
    assert_eq!(ran.answered(),
        "\
outcome,kind,low,high,count_p,count_q,share_p,share_q,signed,estimated,contribution
adult,text,,,1438,654,0.9651006711409396,0.919831223628692,0.04629473952748494,0.0010252920152373293,0.0010961290210860792
child,text,,,52,57,0.0348993288590604,0.08016877637130802,-0.02963023949747413,0.015639208014773493,0.0162448441859066
");
}

#[test]
fn json_has_a_short_form() {
    let long = titanic("compare", &["--format", "json"]);
    assert_eq!(long.answered(), titanic("compare", &["--json"]).answered());
    let both = titanic("compare", &["--json", "--format", "csv"]);
    assert_eq!(both.code, 2);
    assert!(
        both.stderr.contains("cannot be used with"),
        "{}",
        both.stderr
    );
}

#[test]
fn a_page_stands_beside_the_answer() {
    let dir = Dir::new();
    let page = dir.path().join("report.html");
    let path = page.to_str().unwrap();
    let with = titanic("compare", &["--html", path]);
    assert_eq!(with.answered(), titanic("compare", &[]).answered());
    let html = std::fs::read_to_string(&page).unwrap();
    assert!(html.starts_with("<!doctype html>\n"), "{html}");
    assert!(html.contains("<h1>3 of 3 columns drifted, <bdi>sex</bdi> most: 0.3760 nats</h1>"));
    // The same call, the same bytes.
    titanic("compare", &["--html", path]).answered();
    assert_eq!(std::fs::read_to_string(&page).unwrap(), html);

    titanic("explain", &["--column", "class", "--html", path]).answered();
    let html = std::fs::read_to_string(&page).unwrap();
    assert!(
        html.contains("<h1><bdi>class</bdi> drifted: 0.1614 nats</h1>"),
        "{html}"
    );
}

#[test]
fn a_page_of_two_models() {
    let dir = Dir::new();
    let page = dir.path().join("models.html");
    let models = ["models", "examples/models/base", "examples/models/nudged"];
    run(&[&models[..], &["--html", page.to_str().unwrap()]].concat()).answered();
    let html = std::fs::read_to_string(&page).unwrap();
    assert!(html.contains("<h1>Outputs: KL(A‖B) 0.3082 nats; parameters: relative L2 0.2536</h1>"));
}

#[test]
fn a_page_that_cannot_be_written_leaves_no_answer() {
    let ran = titanic("compare", &["--html", "no/such/folder/report.html"]);
    ran.failed_with(
        "error: no/such/folder/report.html: cannot be written: No such file or directory (os error 2)\n",
    );
}

#[test]
fn colours_follow_the_flag_then_the_environment() {
    let styled = |flag: &[&str], environment: &[(&str, &str)]| {
        let args = [&["compare"], &TABLES[..], flag].concat();
        run_in(&root(), &args, environment, None)
            .answered()
            .contains('\u{1b}')
    };
    assert!(!styled(&[], &[]));
    assert!(styled(&["--color", "always"], &[]));
    assert!(styled(&["--color", "always"], &[("NO_COLOR", "1")]));
    assert!(styled(&[], &[("CLICOLOR_FORCE", "1")]));
    assert!(!styled(&["--color", "never"], &[("CLICOLOR_FORCE", "1")]));
}

#[test]
fn help_teaches_the_measures() {
    assert_eq!(
        run(&["help", "measures", "js", "ks"]).answered(),
        "\
js  Jensen–Shannon divergence, JS(P,Q)
    ½ KL(P‖M) + ½ KL(Q‖M), M = (P + Q)/2
    0 to 0.6931 nats; symmetric, without the triangle inequality; merging outcomes never raises it
    Neither side is the reference, or supports differ: symmetric, always finite, at most ln 2 (1
    bit). It is the information that one draw gives about which side it came from.
    Also called jensen_shannon, js_divergence
    Lin 1991

ks  Kolmogorov–Smirnov distance, KS(P,Q)
    sup |F − G|
    0 to 1; a metric; of points on a line, as columns of numbers and times; only the order of points
    counts; merging neighbours never raises it
    No threshold splits the two sides more differently: the probability of staying below any x
    differs by at most this. Blind to how far mass moves and weak in the tails. 1 where one side
    lies wholly below the other.
    Also called kolmogorov_smirnov, kolmogorov
    Kolmogorov 1933; Smirnov 1939
"
    );
}

#[test]
fn help_lists_every_measure() {
    let text = run(&["help", "measures"]).answered().to_owned();
    for info in kullback::MEASURES {
        assert!(
            text.contains(info.title) && text.contains(info.source),
            "{}",
            info.name
        );
    }
}

#[test]
fn help_of_commands_and_of_nothing() {
    let of_compare = run(&["help", "compare"]).answered().to_owned();
    assert_eq!(of_compare, run(&["compare", "--help"]).answered());
    run(&["help", "nope"]).failed_with(
        "error: there is no command `nope`\n hint: the commands are compare, explain, between, logits, weights, models, train, predict, help, completions, man\n",
    );
    run(&["help", "measures", "kll"])
        .failed_with("error: no measure is called `kll`: did you mean `kl`?\n");
}

#[test]
fn completions_and_manual_pages_know_the_flags() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = run(&["completions", shell]).answered().to_owned();
        assert!(script.contains("fail-above"), "{shell}");
    }
    let page = run(&["man", "compare"]).answered().to_owned();
    assert!(page.contains(".TH kullback-compare 1") && page.contains("\\-\\-fail\\-above"));
    assert!(run(&["man"]).answered().contains("kullback\\-compare(1)"));
}
