//! JSON, whose rows say their own columns.

use kullback::compare::Kind;
use kullback_table::Options;

use crate::fixture::{
    Dir, column, compared, names, numbers, pair, refused, skipped, table, texts, told, try_read,
};

#[test]
fn names_may_come_late_and_be_missing() {
    let dir = Dir::new();
    let file = dir.write(
        "t.json",
        r#"[{"a":1},{"b":"x","a":2},{},{"late":true,"a":null}]"#,
    );
    let table = table(&file);
    assert_eq!(names(&table), ["a", "b", "late"]);
    let nulls = ["a", "b", "late"].map(|name| column(&table, name).nulls());
    assert_eq!((nulls, table.rows), ([2, 3, 3], 4));
    assert!(table.columns.iter().all(|c| c.summary.rows() == 4));
}

#[test]
fn objects_in_objects_are_columns_with_a_path() {
    let dir = Dir::new();
    let file = dir.write(
        "t.json",
        r#"{"a":{"b":{"c":1},"d":2},"e":3} {"a":null} {"a":{"b":7}} {"e":4,"a":{}}"#,
    );
    let table = table(&file);
    assert_eq!(names(&table), ["a.b.c", "a.d", "e", "a.b"]);
    assert_eq!(numbers(column(&table, "a.b.c")), [(1.0, 1)]);
    assert_eq!(numbers(column(&table, "a.b")), [(7.0, 1)]);
    assert_eq!(column(&table, "a.d").nulls(), 3);
}

#[test]
fn numbers_and_texts_in_one_column_are_mixed() {
    let dir = Dir::new();
    let file = dir.write(
        "t.json",
        r#"[{"x":1},{"x":"1"},{"x":true},{"x":null},{"x":1.0},{"x":"2019-01-01"}]"#,
    );
    let tables = pair(&file, &file);
    assert_eq!(numbers(column(&tables[0], "x")), [(1.0, 2)]);
    assert_eq!(texts(column(&tables[0], "x")), [("1", 1), ("true", 1)]);
    assert_eq!(
        column(&tables[0], "x")
            .axis(kullback::summary::Axis::Time)
            .total(),
        1
    );
    assert_eq!(compared(&tables, "x").kind(), Kind::Mixed);
}

#[test]
fn lists_are_listed_with_the_reason() {
    let dir = Dir::new();
    let file = dir.write(
        "t.json",
        r#"{"x":1,"l":[1,[2],{"y":3}]}{"x":2,"l":null}{"x":3,"o":{"l":[]}}"#,
    );
    let table = table(&file);
    assert_eq!(names(&table), ["x"]);
    let reason = "it holds lists, which have no distribution that is measured here";
    assert_eq!(skipped(&table), [("l", reason), ("o.l", reason)]);
}

#[test]
fn escapes_are_read() {
    let dir = Dir::new();
    let file = dir.write("t.json", r#"{"n\u0061me":"caf\u00e9 \ud83d\ude00\n\"q\""}"#);
    assert_eq!(
        texts(column(&table(&file), "name")),
        [("café 😀\n\"q\"", 1)]
    );
}

#[test]
fn numbers_are_the_nearest_double() {
    // Each differs in the last place when its digits are summed up and scaled.
    let numbers = [
        "0.1",
        "1e23",
        "9007199254740993.5",
        "2.2250738585072011e-308",
        "8.41e21",
        "5e-324",
        "0.0000012345678901234567",
        "123456789012345678.25",
    ];
    let dir = Dir::new();
    let mut state = 5u64;
    let mut more: Vec<String> = numbers.map(str::to_owned).to_vec();
    more.extend((0..3000).map(|i| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        format!("{:?}", (state >> 12) as f64 * 10f64.powi(i % 60 - 40))
    }));
    let csv = dir.write("t.csv", format!("x\n{}\n", more.join("\n")));
    let json = dir.write("t.json", format!("[{{\"x\":{}}}]", more.join("},{\"x\":")));
    let [p, q] = pair(&csv, &json);
    assert!(column(&p, "x") == column(&q, "x"));
}

#[test]
fn what_is_no_table_is_refused_with_its_place() {
    let dir = Dir::new();
    for (content, expected) in [
        (
            r#"[{"a":1},{"a":1,"a":2}]"#,
            "the name `a` stands twice in one object",
        ),
        (
            r#"[{"a":{"b":1},"a.b":2}]"#,
            "the name `a.b` stands twice in one object",
        ),
        ("[1,2]", "expected an object, a row of the table"),
        ("[[1,2],[3,4]]", "expected an object, a row of the table"),
        ("{\"a\":1}\n{\"a\":1,}", "trailing comma"),
        ("{\"a\":NaN}", "expected value"),
        ("[{\"a\":1}] x", "trailing characters"),
    ] {
        let file = dir.write("t.json", content);
        let error = refused(&file);
        let line = content.lines().count();
        assert!(
            error.starts_with(&format!("{file}: line {line}: byte ")),
            "{error}"
        );
        assert!(error.contains(expected), "{error}");
    }
    let file = dir.write("t.json", b"{\"a\":1}\n{\"a\":\"caf\xe9\"}");
    assert!(
        refused(&file).starts_with(&format!("{file}: line 2: ")),
        "{}",
        refused(&file)
    );
    // A header in brackets is no JSON, and the advice tells why it was taken for it.
    let file = dir.write("t.csv", "[id],b\n1,2\n");
    assert_eq!(
        refused(&file),
        format!(
            "{file}: line 1: byte 2 of the line: expected value\nwhat begins with {{ or [ is read as JSON"
        )
    );
    let file = dir.write("t.json", "[]");
    assert!(refused(&file).contains("no rows: nothing to compare"));
    let file = dir.write(
        "t.json",
        format!("{}1{}", "{\"a\":".repeat(200), "}".repeat(200)),
    );
    assert!(
        refused(&file).contains("recursion limit"),
        "{}",
        refused(&file)
    );
}

#[test]
fn columns_of_one_side_are_told_beside_a_table_with_a_schema() {
    let dir = Dir::new();
    let json = dir.write("t.json", r#"{"a":1,"o":{"b":2},"l":[1]}{"a":2,"c":null}"#);
    let csv = dir.write("t.csv", "a,d\n1,2\n2,3\n");
    let of_json = ["c", "l", "o.b"].map(|name| (name.to_owned(), "JSON value".to_owned()));
    let of_csv = [("d".to_owned(), "text field".to_owned())];
    let sorted = |mut unmatched: Vec<_>| {
        unmatched.sort();
        unmatched
    };
    let [p, q] = pair(&json, &csv);
    assert_eq!(
        (sorted(p.unmatched), q.unmatched),
        (of_json.to_vec(), of_csv.to_vec())
    );
    let [p, q] = pair(&csv, &json);
    assert_eq!(
        (p.unmatched, sorted(q.unmatched)),
        (of_csv.to_vec(), of_json.to_vec())
    );
}

#[test]
fn options_that_name_no_column_are_refused() {
    let dir = Dir::new();
    let json = dir.write("t.json", r#"{"a":1,"o":{"b":2},"l":[1],"only":{"z":null}}"#);
    let csv = dir.write("t.csv", "a,d\n1,2\n2,3\n");
    let choose = |name: &str| Options {
        columns: Some(vec!["a".into(), name.into()]),
        ..Options::default()
    };
    let leave = |name: &str| Options {
        exclude: vec![name.into()],
        ..Options::default()
    };
    for options in [choose("A"), choose("o.c"), leave("zzz")] {
        for other in [&json, &csv] {
            let error = told(&try_read(&json, other, &options).unwrap_err());
            assert!(error.starts_with("there is no column `"), "{error}");
        }
    }
    for options in [choose("o.b"), choose("l"), leave("only.z"), leave("l")] {
        let [p, _] = try_read(&json, &json, &options).unwrap();
        assert!(names(&p).contains(&"a"));
    }
    for options in [choose("d"), leave("d"), leave("o.b")] {
        try_read(&json, &csv, &options).unwrap();
    }
}

#[test]
fn a_name_that_is_null_or_an_object_is_no_column_beside_its_fields_in_json_alone() {
    let dir = Dir::new();
    let json = dir.write("t.json", r#"{"a":null,"x":1}{"a":{"b":1},"x":2}"#);
    assert_eq!(names(&table(&json)), ["x", "a.b"]);
    // In a table with a schema `a` is a column like any other.
    let csv = dir.write("t.csv", "a,a.b,x\n,1,2\n,2,3\n");
    assert_eq!(names(&table(&csv)), ["a", "a.b", "x"]);
}
