//! Rows as values: the same from every format, in the order of the file.

use std::sync::Arc;

use arrow_array::types::Int32Type;
use arrow_array::{ArrayRef, DictionaryArray, Float64Array, StringArray};
use kullback::summary::Axis;
use kullback_table::{Cell, Error, Location, Options, Rows, read_rows};

use crate::fixture::{Dir, batch, ipc_file, parquet};

const ROWS: usize = 9000;

/// A number and a word, null now and then.
fn row(i: usize) -> (Option<f64>, Option<&'static str>) {
    let x = (!i.is_multiple_of(11)).then_some((i * 37 % 1009) as f64 / 8.0);
    let word = ["north", "south", "east"][i * i % 7 % 3];
    (x, (i % 13 != 5).then_some(word))
}

fn cells(i: usize) -> [Cell; 2] {
    let (x, word) = row(i);
    [
        x.map_or(Cell::Null, |x| Cell::Ordered(Axis::Number, x)),
        word.map_or(Cell::Null, |word| Cell::Text(word.into())),
    ]
}

fn rows(path: &str, options: &Options) -> Result<Rows, Error> {
    read_rows(
        &Location::parse(path)?,
        options,
        &Default::default(),
        &Default::default(),
    )
}

#[test]
fn every_format_gives_the_same_values_in_the_order_of_rows() {
    let dir = Dir::new();
    let all = || (0..ROWS).map(row);
    let mut csv = "x,word\n".to_owned();
    let mut json = String::new();
    for (x, word) in all() {
        let number = x.map_or(String::new(), |x| format!("{x:?}"));
        csv += &format!("{number},{}\n", word.unwrap_or(""));
        // Silent about what is null.
        let number = x.map(|x| format!("\"x\":{x:?}"));
        let word = word.map(|word| format!("\"word\":\"{word}\""));
        let fields: Vec<String> = number.into_iter().chain(word).collect();
        json += &format!("{{{}}}\n", fields.join(","));
    }
    let x: ArrayRef = Arc::new(all().map(|row| row.0).collect::<Float64Array>());
    let words: StringArray = all().map(|row| row.1).collect();
    let codes: DictionaryArray<Int32Type> = words.iter().collect();
    let plain = batch(&[("x", Arc::clone(&x)), ("word", Arc::new(words))]);
    let coded = batch(&[("x", x), ("word", Arc::new(codes))]);
    for path in [
        dir.write("t.csv", csv),
        dir.write("t.json", json),
        dir.write("t.parquet", parquet(&plain, 1000)),
        dir.write("plain.arrow", ipc_file(std::slice::from_ref(&plain))),
        dir.write(
            "coded.arrow",
            ipc_file(&[coded.slice(0, 5000), coded.slice(5000, ROWS - 5000)]),
        ),
    ] {
        let rows = rows(&path, &Options::default()).unwrap();
        let column = |name: &str| {
            rows.columns
                .iter()
                .find(|column| column.name == name)
                .unwrap()
        };
        let (x, word) = (column("x"), column("word"));
        assert_eq!(
            (rows.rows, x.cells.len(), word.cells.len()),
            (ROWS, ROWS, ROWS),
            "{path}"
        );
        for i in 0..ROWS {
            let found = [x.cells[i].clone(), word.cells[i].clone()];
            assert_eq!(found, cells(i), "{path}, row {i}");
        }
    }
}

#[test]
fn columns_that_come_late_are_null_before() {
    let dir = Dir::new();
    let path = dir.write("t.json", r#"[{"a":1},{"b":{"c":"x"}},{"a":3,"b":null}]"#);
    let rows = rows(&path, &Options::default()).unwrap();
    let names: Vec<&str> = rows
        .columns
        .iter()
        .map(|column| column.name.as_str())
        .collect();
    assert_eq!(names, ["a", "b.c"]);
    assert_eq!(
        rows.columns[1].cells,
        [Cell::Null, Cell::Text("x".into()), Cell::Null]
    );
    assert_eq!(rows.columns[0].cells[1], Cell::Null);
}

#[test]
fn what_cannot_be_read_is_refused() {
    let dir = Dir::new();
    let empty = dir.write("empty.csv", "a,b\n");
    let error = rows(&empty, &Options::default()).unwrap_err();
    assert_eq!(error.to_string(), format!("{empty}: no rows"));
    let good = dir.write("good.csv", "a,b\n1,2\n");
    let options = Options {
        columns: Some(vec!["c".to_owned()]),
        ..Options::default()
    };
    let error = rows(&good, &options).unwrap_err();
    assert_eq!(error.to_string(), "there is no column `c`");
    assert_eq!(error.advice(), Some("the columns are: a, b"));
}
