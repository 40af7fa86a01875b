//! Whatever a table holds, a terminal gets no orders from it, JSON stays JSON, and text stays text.

use kullback::summary::{Axis, Builder, Column};
use kullback::{Measure, Unit};
use kullback_report::{
    ColumnInput, Decision, NotCompared, Question, Report, SideReport, Sort, Threshold, csv,
    explain_csv, explain_markdown, html, json, markdown, terminal,
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
        "</title></style></svg><script>alert(1)</script>",
        "'><img src=x onerror=alert(1)>",
        "| `a` | *b* | [c](javascript:d) | @everyone | <!--",
        "&lt;b&gt;",
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

fn is_order(c: char) -> bool {
    (c.is_control() && c != '\n')
        || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[test]
fn a_page_has_no_tag_but_its_own() {
    let page = html(&report());
    assert!(!page.contains(is_order));
    // Without its style and its script, which are the program's own, every `<` begins one of these.
    let (head, rest) = page.split_once("<style>").unwrap();
    let (_, rest) = rest.split_once("</style>").unwrap();
    let (body, _) = rest.rsplit_once("<script>").unwrap();
    let own = [
        "a",
        "b",
        "bdi",
        "button",
        "circle",
        "dd",
        "details",
        "div",
        "dl",
        "dt",
        "figcaption",
        "figure",
        "footer",
        "form",
        "g",
        "h1",
        "h2",
        "header",
        "html",
        "i",
        "input",
        "label",
        "li",
        "link",
        "main",
        "meta",
        "option",
        "output",
        "p",
        "path",
        "rect",
        "section",
        "select",
        "small",
        "span",
        "summary",
        "svg",
        "table",
        "td",
        "text",
        "th",
        "title",
        "tr",
        "ul",
        "use",
        "!doctype",
    ];
    for part in head.split('<').chain(body.split('<')).skip(1) {
        let part = part.trim_start_matches('/');
        let end = part.find([' ', '>', '\n']).unwrap_or(part.len());
        let name = &part[..end];
        assert!(name.is_empty() || own.contains(&name), "<{part}");
        // A text in a tag is in quotes, and holds none.
        let tag = &part[..part.find('>').unwrap_or(part.len())];
        assert!(
            !tag.contains("onerror") && !tag.contains("javascript"),
            "<{tag}"
        );
    }
    assert!(body.contains("&lt;script&gt;alert(1)&lt;/script&gt;"));
    assert!(body.contains("&amp;lt;b&amp;gt;"));
}

#[test]
fn a_page_of_long_names_stays_small() {
    // 19 columns and as many entries of every list, each with names of up to 10,000 characters.
    let size = html(&report()).len();
    assert!(size < 400_000, "{size}");
}

#[test]
fn markdown_keeps_its_tables() {
    let text = markdown(&report(), 3);
    assert!(!text.contains(is_order));
    let mut heads = 0;
    let mut bars = 0;
    for line in text.lines() {
        if line.starts_with("| column ") {
            heads += 1;
            bars = line.matches('|').count();
        } else if line.starts_with("| ") {
            assert_eq!(line.matches('|').count(), bars, "{line}");
        }
    }
    assert!(heads > 0);
    // What GitHub or a browser might read as its own stands in code or as an entity.
    for line in text.lines() {
        let outside: String = line.split('`').step_by(2).collect();
        assert!(
            !outside.contains("@everyone") && !outside.contains("<script"),
            "{line}"
        );
        assert!(
            !outside.contains("<img") && !outside.contains("]("),
            "{line}"
        );
    }
    assert!(text.len() < 65_536, "{}", text.len());
    assert!(!explain_markdown(&report(), 3).contains(is_order));
}

#[test]
fn csv_has_one_line_for_each() {
    let report = report();
    let text = csv(&report);
    assert!(!text.contains(is_order));
    assert_eq!(text.lines().count(), 1 + report.columns.len());
    let of_outcomes = explain_csv(&report);
    assert!(!of_outcomes.contains(is_order));
    assert_eq!(
        of_outcomes.lines().count(),
        1 + report.columns[0].outcomes.len()
    );
}
