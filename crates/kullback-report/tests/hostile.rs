//! Whatever a table holds, a terminal gets no orders from it and JSON stays JSON.

use kullback::summary::{Axis, Builder, Column};
use kullback::{Measure, Unit};
use kullback_report::{
    ColumnInput, Decision, NotCompared, Question, Report, SideReport, Sort, Threshold, json,
    terminal,
};

/// Texts that would clear a screen, set a title, turn a line around, end it, or fill it.
fn hostile() -> Vec<String> {
    let mut texts = [
        "\u{1b}[2J\u{1b}[31mred",
        "\u{1b}]0;title\u{7}",
        "\u{9b}31mone byte",
        "back\u{8}\r\ndown\u{b}",
        "\u{202e}desrever",
        "\u{2066}isolated\u{2069}\u{61c}",
        "line\u{2028}separator\u{2029}",
        "\u{7f}\u{0}",
        "👩‍👩‍👧‍👦 e\u{301} 猫",
        "\"quotes\" \\ and {braces}",
        "",
        " ",
    ]
    .map(str::to_owned)
    .to_vec();
    texts.extend([
        "x".repeat(10_000),
        "猫".repeat(5000),
        "long words ".repeat(900),
    ]);
    texts
}

fn column(texts: &[String]) -> Column {
    let mut column = Builder::new();
    for (i, text) in texts.iter().enumerate() {
        column.push_text(text, 1 + i as u64);
    }
    column.push(Axis::Number, f64::NAN);
    column.push(Axis::Number, f64::INFINITY);
    column.push_nulls(3);
    column.finish()
}

fn report() -> Report {
    let texts = hostile();
    let (p, q) = (column(&texts), column(&texts[3..]));
    let question = Question {
        measures: vec![Measure::KL.into(), Measure::JS.into()],
        unit: Unit::Nats,
        sort: Sort::Name,
        thresholds: vec![Threshold {
            measure: Measure::JS.into(),
            limit: 0.0,
        }],
        decision: Decision::default(),
        line: true,
    };
    let side = |rows: &Column| SideReport {
        name: texts.concat(),
        files: texts.iter().map(|t| (t.clone(), t.clone())).collect(),
        rows: rows.rows(),
        notes: texts.clone(),
    };
    let inputs: Vec<_> = texts
        .iter()
        .map(|name| ColumnInput {
            name,
            types: [name.as_str(); 2],
            p: &p,
            q: &q,
        })
        .collect();
    let not_compared = texts.iter().map(|text| NotCompared {
        column: text.clone(),
        table: "P",
        reason: text.clone(),
    });
    Report::new(
        &question,
        [side(&p), side(&q)],
        &inputs,
        not_compared.collect(),
    )
}

/// The text without the styles that the report itself sets.
fn unstyled(text: &str) -> String {
    let mut out = text.to_owned();
    for style in ["\u{1b}[1m", "\u{1b}[2m", "\u{1b}[33m", "\u{1b}[0m"] {
        out = out.replace(style, "");
    }
    out
}

#[test]
fn a_terminal_gets_no_orders_from_values_and_names() {
    for room in [40, 100, 1000] {
        let text = unstyled(&terminal(&report(), 100, room));
        for c in text.chars() {
            let order = (c.is_control() && c != '\n')
                || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
            assert!(!order, "{c:?} in {text}");
        }
        assert!(text.contains("\\u{1b}[2J\\u{1b}[31mred"));
    }
}

#[test]
fn a_long_name_does_not_fill_the_screen() {
    let long = "x".repeat(10_000);
    let mut values = Builder::new();
    values.push(Axis::Number, 1.0);
    let values = values.finish();
    let mut others = Builder::new();
    others.push(Axis::Number, 2.0);
    let others = others.finish();
    let question = Question {
        thresholds: vec![Threshold {
            measure: Measure::KL.into(),
            limit: 0.0,
        }],
        ..Question::default()
    };
    let input = ColumnInput {
        name: &long,
        types: ["Int64"; 2],
        p: &values,
        q: &others,
    };
    let not_compared = vec![NotCompared {
        column: long.clone(),
        table: "P",
        reason: "only P has it".to_owned(),
    }];
    let side = || SideReport {
        name: long.clone(),
        rows: 1,
        ..SideReport::default()
    };
    let report = Report::new(&question, [side(), side()], &[input], not_compared);
    for line in terminal(&report, 3, 80).lines() {
        assert!(unstyled(line).chars().count() <= 80, "{line}");
    }
}

#[test]
fn json_is_valid_and_keeps_every_character() {
    let mut bytes = Vec::new();
    json(&report(), &mut bytes).unwrap();
    let value: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
    let names: Vec<&str> = value["columns"]
        .as_array()
        .unwrap()
        .iter()
        .map(|column| column["name"].as_str().unwrap())
        .collect();
    let mut expected = hostile();
    expected.sort();
    assert_eq!(names, expected);
    let labels: Vec<&str> = value["columns"][0]["outcomes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|outcome| outcome["label"].as_str().unwrap())
        .collect();
    for text in hostile()
        .iter()
        .filter(|text| text.len() < 200 && !text.trim().is_empty())
    {
        assert!(labels.contains(&text.as_str()), "{text:?}");
    }
    assert!(labels.contains(&"NaN") && labels.contains(&"+∞") && labels.contains(&"(null)"));
    assert_eq!(value["columns"][0]["values"][0]["value"], "Infinity");
}
