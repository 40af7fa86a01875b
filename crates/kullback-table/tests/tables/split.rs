//! One table, two parts.

use std::sync::Arc;

use arrow_array::types::Int32Type;
use arrow_array::{
    Array, ArrayRef, Date32Array, DictionaryArray, Float64Array, Int64Array, StringArray,
    StructArray,
};
use arrow_schema::{DataType, Field};
use kullback_table::Options;

use crate::fixture::{
    Dir, batch, column, ipc_file, ipc_stream, names, notes, numbers, parquet, parts, skipped, told,
    try_split,
};

const COLOURS: [Option<&str>; 6] = [
    Some("red"),
    Some("blue"),
    None,
    Some("red"),
    Some("green"),
    Some("blue"),
];
const HOURS: [Option<f64>; 6] = [
    Some(8.0),
    Some(12.0),
    Some(9.5),
    None,
    Some(20.0),
    Some(11.0),
];
const DAYS: [i32; 6] = [0, 1, 2, 3, 4, 5];

/// The same six rows in every format; `n` tells which rows are where.
fn files(dir: &Dir) -> Vec<String> {
    let csv = (0..6).map(|i| {
        let hour = HOURS[i].map_or(String::new(), |h| h.to_string());
        format!(
            "{},{hour},1970-01-0{},{}\n",
            COLOURS[i].unwrap_or("NA"),
            i + 1,
            i + 1
        )
    });
    let json = (0..6).map(|i| {
        let [colour, hour] = [serde_json::json!(COLOURS[i]), serde_json::json!(HOURS[i])];
        let day = format!("1970-01-0{}", i + 1);
        format!(
            "{{\"colour\":{colour},\"hour\":{hour},\"day\":\"{day}\",\"n\":{}}}\n",
            i + 1
        )
    });
    let dictionary: DictionaryArray<Int32Type> = COLOURS.into_iter().collect();
    let columns: [(&str, ArrayRef); 4] = [
        ("colour", Arc::new(StringArray::from(COLOURS.to_vec()))),
        ("hour", Arc::new(Float64Array::from(HOURS.to_vec()))),
        ("day", Arc::new(Date32Array::from(DAYS.to_vec()))),
        ("n", Arc::new(Int64Array::from_iter_values(1..=6))),
    ];
    let rows = batch(&columns);
    let mut with_dictionary = columns.clone();
    with_dictionary[0].1 = Arc::new(dictionary);
    vec![
        dir.write(
            "t.csv",
            format!("colour,hour,day,n\n{}", csv.collect::<String>()),
        ),
        dir.write("t.json", json.collect::<String>()),
        dir.write("t.parquet", parquet(&rows, 4)),
        dir.write("t.arrow", ipc_file(&[rows.slice(0, 4), rows.slice(4, 2)])),
        dir.write("dictionary.arrow", ipc_file(&[batch(&with_dictionary)])),
        dir.write("stream.arrow", ipc_stream(&[rows])),
    ]
}

#[track_caller]
fn sides(file: &str, by: &str) -> [Vec<f64>; 2] {
    parts(file, by).map(|part| {
        let rows: Vec<f64> = numbers(column(&part, "n"))
            .iter()
            .map(|&(n, _)| n)
            .collect();
        assert_eq!(part.rows, rows.len() as u64, "{file}");
        rows
    })
}

#[test]
fn rows_go_to_their_side_in_every_format() {
    let dir = Dir::new();
    for file in files(&dir) {
        let file = file.as_str();
        assert_eq!(
            sides(file, "colour=red,blue"),
            [vec![1.0, 4.0], vec![2.0, 6.0]],
            "{file}"
        );
        assert_eq!(
            sides(file, "colour=red"),
            [vec![1.0, 4.0], vec![2.0, 5.0, 6.0]],
            "{file}"
        );
        assert_eq!(
            sides(file, "colour<d"),
            [vec![2.0, 6.0], vec![1.0, 4.0, 5.0]],
            "{file}"
        );
        assert_eq!(
            sides(file, "hour<11"),
            [vec![1.0, 3.0], vec![2.0, 5.0, 6.0]],
            "{file}"
        );
        assert_eq!(
            sides(file, "hour<=11"),
            [vec![1.0, 3.0, 6.0], vec![2.0, 5.0]],
            "{file}"
        );
        assert_eq!(
            sides(file, "hour>11"),
            [vec![2.0, 5.0], vec![1.0, 3.0, 6.0]],
            "{file}"
        );
        assert_eq!(
            sides(file, "hour>=11"),
            [vec![2.0, 5.0, 6.0], vec![1.0, 3.0]],
            "{file}"
        );
        assert_eq!(sides(file, "hour=8,20"), [vec![1.0], vec![5.0]], "{file}");
        assert_eq!(
            sides(file, "day<1970-01-03"),
            [vec![1.0, 2.0], vec![3.0, 4.0, 5.0, 6.0]],
            "{file}"
        );
        assert_eq!(
            sides(file, "day>=1970-01-02T12:00:00"),
            [vec![3.0, 4.0, 5.0, 6.0], vec![1.0, 2.0]],
            "{file}"
        );
        let by = "colour=red,blue";
        let [p, q] = parts(file, by);
        assert_eq!(p.name, format!("{file} where colour = red"));
        assert_eq!(q.name, format!("{file} where colour = blue"));
        assert_eq!(notes(&p), ["2 rows are on neither side of the split"]);
        assert_eq!(names(&p), ["hour", "day", "n"]);
        assert_eq!(skipped(&p), [("colour", "the table is split by it")]);
        // The nulls of a part are its own.
        assert_eq!(
            [column(&p, "hour").nulls(), column(&q, "hour").nulls()],
            [1, 0],
            "{file}"
        );
    }
}

#[test]
fn a_part_without_rows_and_a_missing_column_are_refused() {
    let dir = Dir::new();
    for file in files(&dir) {
        let error = try_split(&file, "colour=red,pink", &Options::default()).unwrap_err();
        assert_eq!(
            told(&error),
            format!(
                "{file} where colour = pink: no rows: nothing to compare\n4 rows are on neither side of the split"
            )
        );
        let error = told(&try_split(&file, "color=red", &Options::default()).unwrap_err());
        assert!(
            error.starts_with(&format!(
                "{file}: there is no column `color`\nthe columns are: "
            )),
            "{error}"
        );
    }
}

#[test]
fn a_table_is_split_by_a_field_of_a_struct() {
    let dir = Dir::new();
    let inner: ArrayRef = Arc::new(StringArray::from(vec!["a", "b", "a", "b"]));
    let beside: ArrayRef = Arc::new(Int64Array::from(vec![1, 2, 3, 4]));
    let parent = StructArray::new(
        vec![
            Field::new("kind", DataType::Utf8, true),
            Field::new("n", DataType::Int64, true),
        ]
        .into(),
        vec![inner, beside],
        Some(vec![true, true, false, true].into()),
    );
    let rows = batch(&[
        (
            "x",
            Arc::new(Int64Array::from(vec![1, 2, 3, 4])) as ArrayRef,
        ),
        ("s", Arc::new(parent)),
    ]);
    assert_eq!(rows.column(1).len(), 4);
    for file in [
        dir.write("t.parquet", parquet(&rows, 3)),
        dir.write("t.arrow", ipc_file(std::slice::from_ref(&rows))),
        dir.write(
            "t.json",
            r#"{"x":1,"s":{"kind":"a","n":1}}{"x":2,"s":{"kind":"b","n":2}}{"x":3,"s":null}{"x":4,"s":{"kind":"b","n":4}}"#,
        ),
    ] {
        let [p, q] = parts(&file, "s.kind=a,b");
        assert_eq!(numbers(column(&p, "x")), [(1.0, 1)], "{file}");
        assert_eq!(numbers(column(&q, "s.n")), [(2.0, 1), (4.0, 1)], "{file}");
    }
}

#[test]
fn a_table_of_nothing_but_the_splitting_column_has_nothing_to_compare() {
    let dir = Dir::new();
    let only: ArrayRef = Arc::new(StringArray::from(vec!["a", "b"]));
    let rows = batch(&[("g", only)]);
    for file in [
        dir.write("t.csv", "g\na\nb\n"),
        dir.write("t.parquet", parquet(&rows, 9)),
        dir.write("t.arrow", ipc_file(&[rows])),
    ] {
        let error = try_split(&file, "g=a,b", &Options::default()).unwrap_err();
        assert_eq!(
            error.to_string(),
            "the tables have no column in common that can be compared",
            "{file}"
        );
    }
}
