//! What stands on a page, and how large it is.

use kullback::summary::{Axis, Builder, Column};
use kullback_report::{ColumnInput, NotCompared, Question, Report, SideReport, html};

fn texts(counts: &[(&str, u64)]) -> Column {
    let mut column = Builder::new();
    for &(text, count) in counts {
        column.push_text(text, count);
    }
    column.finish()
}

/// Whole numbers from a row's number, so that nothing is random.
fn numbers(shift: f64, nulls: u64) -> Column {
    let mut column = Builder::new();
    for i in 0..20_000 {
        column.push(Axis::Number, f64::from(i * i % 9973) / 7.0 + shift);
    }
    column.push_nulls(nulls);
    column.finish()
}

fn side(name: &str, rows: u64) -> SideReport {
    SideReport {
        name: name.to_owned(),
        files: vec![(name.to_owned(), "CSV".to_owned())],
        rows,
        notes: Vec::new(),
    }
}

fn report(columns: &[(&str, &Column, &Column)], not_compared: Vec<NotCompared>) -> Report {
    let inputs: Vec<_> = columns
        .iter()
        .map(|&(name, p, q)| ColumnInput {
            name,
            types: ["text field"; 2],
            p,
            q,
        })
        .collect();
    let sides = [side("train.csv", 1000), side("today.csv", 1000)];
    Report::new(&Question::default(), sides, &inputs, not_compared)
}

/// The part of a page from one text up to another.
fn between<'a>(page: &'a str, from: &str, to: &str) -> &'a str {
    let start = page
        .find(from)
        .unwrap_or_else(|| panic!("no {from} in {page}"));
    let end = page[start..]
        .find(to)
        .unwrap_or_else(|| panic!("no {to} after {from}"));
    &page[start..start + end]
}

#[test]
fn a_line_has_its_estimate_interval_and_band() {
    let (p, q) = (
        texts(&[("a", 700), ("b", 300)]),
        texts(&[("a", 400), ("b", 600)]),
    );
    let page = html(&report(&[("letter", &p, &q)], Vec::new()));
    assert_eq!(
        between(&page, "<details class=drifted", "<div class=b>"),
        r#"<details class=drifted id=c0 data-k=.182662 open><summary><span class=n><bdi>letter</bdi> <small>text</small></span><svg class=k viewBox="0 5 600 102" preserveAspectRatio=none aria-hidden=true><g><path class=P d="M0 106V6H300V63H600V106" /><path class=Q d="M0 106V49H300V20H600V106" /></g></svg><svg class=s role=img><title>0.1827, 0.1353 … 0.2393; if same ≤ 0.0038</title><rect class=u width=39.6% /><rect class=i x=78.3% width=6.2% /><circle cx=81.5% /></svg><span class=e>0.1827</span><span class=v>drifted</span></summary>"#
    );
    assert_eq!(
        between(&page, "<table class=o>", "</table>"),
        r#"<table class=o><tr><th>value<th>P<th>Q<th class=g>share of rows<th>part<th class=h>of KL(P‖Q)<tr style=--p:100;--q:57.1;--s:1><th scope=row><bdi>a</bdi><td>70.0 %<td>40.0 %<td class=g><td>+0.3911<td class=h><tr style=--p:42.9;--q:85.7;--s:-0.53><th scope=row><bdi>b</bdi><td>30.0 %<td>60.0 %<td class=g><td>−0.2084<td class=h>"#
    );
    assert_eq!(
        between(&page, "<p class=y", "</div>"),
        r#"<p class=y style=--h:76.9>H(P,Q) 0.7947 − H(P) 0.6109 = KL(P‖Q) 0.1838 nats"#
    );
}

#[test]
fn what_is_no_number_comes_first() {
    let (p, q) = (texts(&[("a", 1000)]), texts(&[("b", 1000)]));
    let (full, holes) = (numbers(0.0, 0), numbers(0.0, 500));
    let missing = NotCompared {
        column: "old".to_owned(),
        table: "P",
        reason: "only P has it (Int64)".to_owned(),
    };
    let columns = [("letter", &p, &q), ("number", &full, &holes)];
    let page = html(&report(&columns, vec![missing]));
    assert_eq!(
        between(&page, "<section class=f", "</section>"),
        r#"<section class=f aria-labelledby=f><h2 id=f>What no number says</h2><dl><div><dt>Not in Q<dd><ul><li><bdi>old</bdi> <small>only P has it (Int64)</small></ul></div><div><dt>Nulls on one side<dd><ul><li><a href=#c1><bdi>number</bdi></a> <small>0 % → 2.4 %</small></ul></div><div><dt>No value in common<dd><ul><li><a href=#c0><bdi>letter</bdi></a> <small>no value is on both sides, so that the plug-in KL is ∞</small></ul></div><div><dt>Values only Q has<dd><ul><li><a href=#c1><bdi>number</bdi></a> <small>1, 2.4 % of the rows</small></ul></div></dl>"#
    );
}

#[test]
fn a_plot_has_areas_parts_labels_and_a_table() {
    let (p, q) = (numbers(0.0, 0), numbers(300.0, 2000));
    let page = html(&report(&[("number", &p, &q)], Vec::new()));
    let plot = between(&page, "<svg class=p", "</svg>");
    assert!(plot.contains("<use href=#g0 />") && page.contains("<g id=g0><path class=P d="));
    for value in ["0", "500", "1000", "1500"] {
        assert!(
            plot.contains(&format!(">{value}</text>")),
            "{value} in {plot}"
        );
    }
    // The nulls stand beside the axis.
    assert!(plot.contains(">null</text>"), "{plot}");
    let table = between(&page, "<summary>Table</summary>", "</table>");
    assert!(table.contains("<tr><td>(null)<td>0<td>9.1<td>"), "{table}");
    let rows = table.matches("<tr>").count();
    assert!(rows > 20, "{rows} in {table}");
    let report = report(&[("number", &p, &q)], Vec::new());
    let line = report.columns[0].line.as_ref().unwrap();
    assert!((line.wasserstein.0 - 300.0).abs() < 1.0, "{line:?}");
}

#[test]
fn a_thousand_columns_stay_below_three_megabytes() {
    let (p, q) = (numbers(0.0, 0), numbers(1.0, 10));
    let few = [("x", &p, &q); 10];
    let names: Vec<String> = (0..1000).map(|i| format!("column_{i:04}")).collect();
    // Rendering is what is measured: the same column again and again.
    let mut report = report(&few, Vec::new());
    let one = report.columns[0].clone();
    let renamed = |name: &String| {
        let mut column = one.clone();
        column.name.clone_from(name);
        column
    };
    report.columns = names.iter().map(renamed).collect();
    let thousand = html(&report).len();
    assert!(thousand < 3_000_000, "{thousand}");
    report.columns.truncate(100);
    let hundred = html(&report).len();
    assert!(hundred < 300_000, "{hundred}");
}
