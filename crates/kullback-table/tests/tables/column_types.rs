//! Every type of a typed format, and its agreement with the same values elsewhere.

use std::sync::Arc;

use arrow_array::types::{ArrowPrimitiveType, Float16Type, Int8Type, Int32Type, UInt16Type};
use arrow_array::{
    Array, ArrayRef, BinaryArray, BooleanArray, Date32Array, Date64Array, Decimal32Array,
    Decimal64Array, Decimal128Array, Decimal256Array, DictionaryArray, DurationMicrosecondArray,
    DurationMillisecondArray, DurationNanosecondArray, DurationSecondArray, Float16Array,
    Float32Array, Float64Array, Int8Array, Int16Array, Int32Array, Int64Array, LargeStringArray,
    ListArray, NullArray, StringArray, StringViewArray, StructArray, Time32MillisecondArray,
    Time32SecondArray, Time64MicrosecondArray, Time64NanosecondArray, TimestampMicrosecondArray,
    TimestampMillisecondArray, TimestampNanosecondArray, TimestampSecondArray, UInt8Array,
    UInt16Array, UInt32Array, UInt64Array,
};
use arrow_schema::{DataType, Field};
use kullback::compare::Kind;
use kullback::summary::Axis;
use kullback_table::{ColumnType, Options, Table};

use crate::fixture::{
    Dir, batch, column, compared, ipc_file, ipc_stream, names, numbers, pair, parquet, skipped,
    table, table_with, texts, try_read, values,
};

/// The columns through an Arrow file and stream, and through Parquet where it has the types.
fn through(columns: &[(&str, ArrayRef)], in_parquet: bool) -> Vec<Table> {
    let dir = Dir::new();
    let rows = batch(columns);
    let mut files = vec![
        dir.write("t.arrow", ipc_file(std::slice::from_ref(&rows))),
        dir.write("stream.arrow", ipc_stream(std::slice::from_ref(&rows))),
    ];
    if in_parquet {
        files.push(dir.write("t.parquet", parquet(&rows, 2)));
    }
    files.iter().map(|file| table(file)).collect()
}

fn array(array: impl Array + 'static) -> ArrayRef {
    Arc::new(array)
}

#[test]
fn numbers_of_every_width_are_numbers() {
    let half = <Float16Type as ArrowPrimitiveType>::Native::from_f32;
    let columns = [
        ("i8", array(Int8Array::from(vec![Some(-3), None, Some(5)]))),
        (
            "i16",
            array(Int16Array::from(vec![Some(-3), None, Some(5)])),
        ),
        (
            "i32",
            array(Int32Array::from(vec![Some(-3), None, Some(5)])),
        ),
        (
            "i64",
            array(Int64Array::from(vec![Some(-3), None, Some(5)])),
        ),
        (
            "f16",
            array(Float16Array::from(vec![
                Some(half(-3.0)),
                None,
                Some(half(5.0)),
            ])),
        ),
        (
            "f32",
            array(Float32Array::from(vec![Some(-3.0), None, Some(5.0)])),
        ),
        (
            "f64",
            array(Float64Array::from(vec![Some(-3.0), None, Some(5.0)])),
        ),
        (
            "d32",
            array(
                Decimal32Array::from(vec![Some(-300), None, Some(500)])
                    .with_precision_and_scale(5, 2)
                    .unwrap(),
            ),
        ),
        (
            "d64",
            array(
                Decimal64Array::from(vec![Some(-3), None, Some(5)])
                    .with_precision_and_scale(5, 0)
                    .unwrap(),
            ),
        ),
        (
            "d128",
            array(
                Decimal128Array::from(vec![Some(-3_000_000), None, Some(5_000_000)])
                    .with_precision_and_scale(30, 6)
                    .unwrap(),
            ),
        ),
        ("dictionary", {
            let keys = Int8Array::from(vec![Some(1), None, Some(0)]);
            array(DictionaryArray::<Int8Type>::new(
                keys,
                array(Int64Array::from(vec![5, -3])),
            ))
        }),
    ];
    for table in through(&columns, true) {
        for name in names(&table) {
            assert_eq!(
                numbers(column(&table, name)),
                [(-3.0, 1), (5.0, 1)],
                "{name}"
            );
            assert_eq!(column(&table, name).nulls(), 1, "{name}");
        }
        assert_eq!(table.columns.len(), columns.len());
    }
    let columns = [
        ("u8", array(UInt8Array::from(vec![0, 200, 200]))),
        ("u16", array(UInt16Array::from(vec![0, 200, 200]))),
        ("u32", array(UInt32Array::from(vec![0, 200, 200]))),
        ("u64", array(UInt64Array::from(vec![0, 200, 200]))),
    ];
    for table in through(&columns, true) {
        for name in names(&table) {
            assert_eq!(
                numbers(column(&table, name)),
                [(0.0, 1), (200.0, 2)],
                "{name}"
            );
        }
    }
}

#[test]
fn integers_that_lose_digits_are_counted_and_said() {
    let exact = 1u64 << 53;
    let columns = [
        (
            "u64",
            array(UInt64Array::from(vec![exact, exact + 1, u64::MAX])),
        ),
        (
            "i64",
            array(Int64Array::from(vec![i64::MIN + 1, -(exact as i64), 7])),
        ),
    ];
    for table in through(&columns, true) {
        assert_eq!(column(&table, "u64").axis(Axis::Number).rounded(), 2);
        assert_eq!(column(&table, "i64").axis(Axis::Number).rounded(), 1);
        assert_eq!(numbers(column(&table, "u64"))[1], (u64::MAX as f64, 1));
    }
    let dir = Dir::new();
    let json = dir.write(
        "t.json",
        format!(
            "[{{\"x\":{exact}}},{{\"x\":{}}},{{\"x\":{}}}]",
            exact + 1,
            u64::MAX
        ),
    );
    assert_eq!(column(&table(&json), "x").axis(Axis::Number).rounded(), 2);
}

#[test]
fn numbers_that_are_not_finite_are_outcomes() {
    let wild = vec![f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -0.0, 0.0];
    let floats = array(Float64Array::from(wild.clone()));
    let singles = array(Float32Array::from_iter_values(
        wild.iter().map(|&x| x as f32),
    ));
    let dir = Dir::new();
    let csv = dir.write(
        "t.csv",
        "f64,f32\nNaN,nan\ninf,Infinity\n-inf,-Infinity\n-0,-0.0\n0,0\n",
    );
    let mut tables = through(&[("f64", floats), ("f32", singles)], true);
    tables.push(table(&csv));
    for table in tables {
        for name in ["f64", "f32"] {
            let numbers = column(&table, name).axis(Axis::Number);
            assert_eq!(numbers.nan(), 1);
            assert_eq!(
                (numbers.positive_infinity(), numbers.negative_infinity()),
                (1, 1)
            );
            assert_eq!(numbers.finite().iter().count(), 1, "0 and −0 are one value");
        }
    }
}

#[test]
fn texts_of_every_layout_are_texts() {
    let words = vec![Some("b"), None, Some("a"), Some("b"), Some("")];
    let mut columns = vec![
        ("utf8", array(StringArray::from(words.clone()))),
        ("large", array(LargeStringArray::from(words.clone()))),
        ("view", array(StringViewArray::from(words.clone()))),
        (
            "d32",
            array(
                words
                    .clone()
                    .into_iter()
                    .collect::<DictionaryArray<Int32Type>>(),
            ),
        ),
    ];
    for tables in [through(&columns, true), {
        columns.push((
            "d16",
            array(words.into_iter().collect::<DictionaryArray<UInt16Type>>()),
        ));
        through(&columns, false)
    }] {
        for table in tables {
            for name in names(&table) {
                assert_eq!(
                    texts(column(&table, name)),
                    [("", 1), ("a", 1), ("b", 2)],
                    "{name}"
                );
                assert_eq!(column(&table, name).nulls(), 1, "{name}");
            }
        }
    }
}

#[test]
fn a_dictionary_may_be_empty_or_hold_a_null() {
    let none: DictionaryArray<Int32Type> = vec![None::<&str>, None].into_iter().collect();
    let null_value = DictionaryArray::<Int32Type>::new(
        Int32Array::from(vec![0, 1]),
        array(StringArray::from(vec![None, Some("a")])),
    );
    let columns = [("none", array(none)), ("null value", array(null_value))];
    for table in through(&columns, false) {
        assert_eq!(column(&table, "none").nulls(), 2);
        assert_eq!(column(&table, "null value").nulls(), 1);
        assert_eq!(texts(column(&table, "null value")), [("a", 1)]);
    }
    let dir = Dir::new();
    let none: ArrayRef = Arc::new(StringArray::from(vec![None::<&str>, None]));
    let some: ArrayRef = Arc::new(Int32Array::from(vec![1, 2]));
    let parquet = dir.write(
        "t.parquet",
        parquet(&batch(&[("none", none), ("some", some)]), 9),
    );
    assert_eq!(column(&table(&parquet), "none").nulls(), 2);
}

#[test]
fn booleans_are_two_outcomes_and_agree_with_what_other_formats_write() {
    let booleans = array(BooleanArray::from(vec![
        Some(true),
        None,
        Some(false),
        Some(true),
    ]));
    let dir = Dir::new();
    let typed = dir.write("t.parquet", parquet(&batch(&[("b", booleans)]), 3));
    for (name, content) in [
        ("t.csv", "b,c\ntrue,\n,\nfalse,\ntrue,\n"),
        ("python.csv", "b,c\nTrue,\nNone,\nFalse,\nTrue,\n"),
        ("digits.csv", "b,c\n1,\nNA,\n0,\n1,\n"),
        (
            "t.json",
            "{\"b\":true}{\"b\":null}{\"b\":false}{\"b\":true}",
        ),
        (
            "texts.json",
            "{\"b\":\"TRUE\"}{}{\"b\":\"FALSE\"}{\"b\":\"1\"}",
        ),
    ] {
        let other = dir.write(name, content);
        let tables = pair(&typed, &other);
        assert_eq!(texts(column(&tables[0], "b")), [("false", 1), ("true", 2)]);
        assert_eq!(column(&tables[0], "b"), column(&tables[1], "b"), "{name}");
        assert_eq!(compared(&tables, "b").kind(), Kind::Boolean);
    }
}

#[test]
fn dates_and_timestamps_of_every_unit_are_one_axis() {
    let day = 86_400i64;
    let columns = [
        (
            "date32",
            array(Date32Array::from(vec![Some(1), None, Some(-1)])),
        ),
        (
            "date64",
            array(Date64Array::from(vec![
                Some(day * 1000),
                None,
                Some(-day * 1000),
            ])),
        ),
        (
            "s",
            array(TimestampSecondArray::from(vec![
                Some(day),
                None,
                Some(-day),
            ])),
        ),
        (
            "ms",
            array(TimestampMillisecondArray::from(vec![
                Some(day * 1000),
                None,
                Some(-day * 1000),
            ])),
        ),
        (
            "µs",
            array(TimestampMicrosecondArray::from(vec![
                Some(day * 1_000_000),
                None,
                Some(-day * 1_000_000),
            ])),
        ),
        (
            "ns",
            array(TimestampNanosecondArray::from(vec![
                Some(day * 1_000_000_000),
                None,
                Some(-day * 1_000_000_000),
            ])),
        ),
        (
            "utc",
            array(
                TimestampMillisecondArray::from(vec![Some(day * 1000), None, Some(-day * 1000)])
                    .with_timezone("UTC"),
            ),
        ),
        (
            "paris",
            array(
                TimestampMicrosecondArray::from(vec![
                    Some(day * 1_000_000),
                    None,
                    Some(-day * 1_000_000),
                ])
                .with_timezone("+01:00"),
            ),
        ),
    ];
    let dir = Dir::new();
    let csv = dir.write(
        "t.csv",
        "date32,date64,s,ms,µs,ns,utc,paris\n\
         1970-01-02,1970-01-02,1970-01-02 00:00:00,1970-01-02T00:00:00.000,1970-01-02 00:00:00,1970-01-02 00:00:00,1970-01-02T00:00:00Z,1970-01-02T01:00:00+01:00\n\
         ,,,,,,,\n\
         1969-12-31,1969-12-31,1969-12-31 00:00:00,1969-12-31,1969-12-31,1969-12-31,1969-12-30T19:00:00-05:00,1969-12-31T00:00:00Z\n",
    );
    let expected = [(-86_400e6, 1), (86_400e6, 1)];
    let mut tables = through(&columns, true);
    tables.push(table(&csv));
    for table in tables {
        assert_eq!(table.columns.len(), 8);
        for name in names(&table) {
            assert_eq!(values(column(&table, name), Axis::Time), expected, "{name}");
            assert_eq!(column(&table, name).nulls(), 1, "{name}");
        }
    }
}

#[test]
fn times_of_day_and_durations_have_axes_of_their_own() {
    let columns = [
        ("t s", array(Time32SecondArray::from(vec![60, 3600]))),
        (
            "t ms",
            array(Time32MillisecondArray::from(vec![60_000, 3_600_000])),
        ),
        (
            "t µs",
            array(Time64MicrosecondArray::from(vec![
                60_000_000,
                3_600_000_000,
            ])),
        ),
        (
            "t ns",
            array(Time64NanosecondArray::from(vec![
                60_000_000_000,
                3_600_000_000_000,
            ])),
        ),
    ];
    let dir = Dir::new();
    let mut tables = through(&columns, true);
    tables.push(table(&dir.write(
        "t.csv",
        "t s,t ms,t µs,t ns\n00:01:00,00:01,00:01:00.000000,00:01:00\n01:00:00,01:00,01:00,01:00:00\n",
    )));
    for table in tables {
        for name in names(&table) {
            assert_eq!(
                values(column(&table, name), Axis::TimeOfDay),
                [(60e6, 1), (3600e6, 1)],
                "{name}"
            );
        }
    }
    let columns = [
        ("d s", array(DurationSecondArray::from(vec![60, -1]))),
        (
            "d ms",
            array(DurationMillisecondArray::from(vec![60_000, -1000])),
        ),
        (
            "d µs",
            array(DurationMicrosecondArray::from(vec![60_000_000, -1_000_000])),
        ),
        (
            "d ns",
            array(DurationNanosecondArray::from(vec![
                60_000_000_000,
                -1_000_000_000,
            ])),
        ),
    ];
    for table in through(&columns, false) {
        for name in names(&table) {
            assert_eq!(
                values(column(&table, name), Axis::Duration),
                [(-1e6, 1), (60e6, 1)],
                "{name}"
            );
        }
    }
}

#[test]
fn a_column_of_nothing_is_null() {
    let columns = [
        ("nothing", array(NullArray::new(3))),
        ("x", array(Int64Array::from(vec![None, None, None]))),
    ];
    for table in through(&columns, true) {
        for name in ["nothing", "x"] {
            assert_eq!(
                (column(&table, name).nulls(), column(&table, name).rows()),
                (3, 3)
            );
        }
    }
}

#[test]
fn what_has_no_distribution_is_listed_with_the_reason() {
    let list = ListArray::from_iter_primitive::<Int32Type, _, _>(vec![Some(vec![Some(1)]), None]);
    let inner = array(list.clone());
    let parent = StructArray::from(vec![(
        Arc::new(Field::new("items", inner.data_type().clone(), true)),
        inner,
    )]);
    let columns = [
        ("x", array(Int64Array::from(vec![1, 2]))),
        ("list", array(list)),
        ("s", array(parent)),
        ("bytes", array(BinaryArray::from(vec![&b"a"[..], b"b"]))),
        (
            "wide",
            array(Decimal256Array::from_iter_values([1.into(), 2.into()])),
        ),
    ];
    for table in through(&columns, true) {
        assert_eq!(names(&table), ["x"]);
        let skipped = skipped(&table);
        assert_eq!(
            skipped.iter().map(|(name, _)| *name).collect::<Vec<_>>(),
            ["list", "s.items", "bytes", "wide"]
        );
        for (name, reason) in skipped {
            assert!(reason.starts_with("values of type "), "{name}: {reason}");
            assert!(
                reason.ends_with("have no distribution that is measured here"),
                "{name}"
            );
        }
    }
}

#[test]
fn fields_of_structs_are_columns_and_are_null_with_their_parent() {
    let inner = StructArray::new(
        vec![Field::new("c", DataType::Int64, true)].into(),
        vec![array(Int64Array::from(vec![
            Some(1),
            Some(2),
            Some(3),
            None,
        ]))],
        Some(vec![true, false, true, true].into()),
    );
    let outer = StructArray::new(
        vec![
            Field::new("b", inner.data_type().clone(), true),
            Field::new("word", DataType::Utf8, true),
        ]
        .into(),
        vec![
            array(inner),
            array(StringArray::from(vec![
                Some("x"),
                Some("y"),
                Some("x"),
                None,
            ])),
        ],
        Some(vec![true, true, false, true].into()),
    );
    let columns = [
        ("a", array(outer)),
        ("x", array(Int64Array::from(vec![1, 2, 3, 4]))),
    ];
    let mut tables = through(&columns, true);
    let dir = Dir::new();
    tables.push(table(&dir.write(
        "t.json",
        r#"[{"a":{"b":{"c":1},"word":"x"},"x":1},{"a":{"b":null,"word":"y"},"x":2},
            {"a":null,"x":3},{"a":{"b":{"c":null},"word":null},"x":4}]"#,
    )));
    for table in tables {
        assert_eq!(names(&table), ["a.b.c", "a.word", "x"]);
        assert_eq!(numbers(column(&table, "a.b.c")), [(1.0, 1)]);
        assert_eq!(column(&table, "a.b.c").nulls(), 3);
        assert_eq!(texts(column(&table, "a.word")), [("x", 1), ("y", 1)]);
        assert_eq!(column(&table, "a.word").nulls(), 2);
    }
}

#[test]
fn types_are_agreed_over_both_tables() {
    let dir = Dir::new();
    let ints = dir.write(
        "ints.parquet",
        parquet(&batch(&[("x", array(Int64Array::from(vec![1, 2, 2])))]), 9),
    );
    let words = dir.write(
        "words.parquet",
        parquet(
            &batch(&[("x", array(StringArray::from(vec!["1", "2", "2"])))]),
            9,
        ),
    );
    let csv = dir.write("t.csv", "x\n1\n2\n2\n");
    let json = dir.write("t.json", r#"{"x":1}{"x":2}{"x":2}"#);
    let json_words = dir.write("words.json", r#"{"x":"1"}{"x":"2"}{"x":"2"}"#);
    let as_numbers = [(1.0, 1), (2.0, 2)];
    for (p, q) in [
        (&ints, &words),
        (&ints, &csv),
        (&ints, &json),
        (&ints, &json_words),
        (&words, &csv),
        (&csv, &json),
        (&csv, &json_words),
    ] {
        for [p, q] in [pair(p, q), pair(q, p)] {
            assert_eq!(
                numbers(column(&p, "x")),
                as_numbers,
                "{} {}",
                p.name,
                q.name
            );
            assert_eq!(column(&p, "x"), column(&q, "x"), "{} {}", p.name, q.name);
        }
    }
    // Where both say text, text it is: codes such as 007 keep their zeros.
    for (p, q) in [
        (&words, &words),
        (&words, &json_words),
        (&json_words, &json_words),
    ] {
        let [p, q] = pair(p, q);
        assert_eq!(texts(column(&p, "x")), [("1", 1), ("2", 2)]);
        assert_eq!(column(&p, "x"), column(&q, "x"));
    }
}

#[test]
fn types_are_agreed_over_the_files_of_a_table() {
    let dir = Dir::new();
    let flags = array(BooleanArray::from(vec![true, false]));
    let flags = dir.write("flags.parquet", parquet(&batch(&[("x", flags)]), 9));
    let written = dir.write("flags.csv", "x\nTrue\n0\n");
    let ints = array(Int64Array::from(vec![1, 2]));
    let ints = dir.write("ints.parquet", parquet(&batch(&[("x", ints)]), 9));
    let words = array(StringArray::from(vec!["1", "2"]));
    let words = dir.write("words.parquet", parquet(&batch(&[("x", words)]), 9));
    for (first, second, other) in [(&flags, &written, &flags), (&ints, &words, &words)] {
        for several in [format!("{first},{second}"), format!("{second},{first}")] {
            for [p, q] in [pair(&several, other), pair(other, &several)] {
                let tables = [p, q];
                assert_eq!(compared(&tables, "x").outcomes().len(), 2, "{several}");
            }
        }
    }
}

#[test]
fn a_type_can_be_given() {
    let dir = Dir::new();
    let with = |column_type| Options {
        types: [("x".to_owned(), column_type)].into(),
        ..Options::default()
    };
    let csv = dir.write("t.csv", "x\n01\n1\n2019-01-01\n");
    let ints = dir.write(
        "t.parquet",
        parquet(&batch(&[("x", array(Int64Array::from(vec![1, 2])))]), 9),
    );
    let words = dir.write("t.json", r#"{"x":"1"}{"x":"2"}{"x":"1970-01-01"}"#);
    let table = table_with(&csv, &with(ColumnType::Categorical));
    assert_eq!(
        texts(column(&table, "x")),
        [("01", 1), ("1", 1), ("2019-01-01", 1)]
    );
    let table = table_with(&csv, &with(ColumnType::Number));
    assert_eq!(numbers(column(&table, "x")), [(1.0, 2)]);
    assert_eq!(texts(column(&table, "x")), [("2019-01-01", 1)]);
    let table = table_with(&csv, &with(ColumnType::Time));
    assert_eq!(texts(column(&table, "x")), [("01", 1), ("1", 1)]);
    let table = table_with(&words, &with(ColumnType::Number));
    assert_eq!(numbers(column(&table, "x")), [(1.0, 1), (2.0, 1)]);
    let [p, q] = try_read(&ints, &words, &with(ColumnType::Categorical)).unwrap();
    assert_eq!(texts(column(&p, "x")), [("1", 1), ("2", 1)]);
    assert_eq!(
        texts(column(&q, "x")),
        [("1", 1), ("1970-01-01", 1), ("2", 1)]
    );
}

#[test]
fn a_typed_column_of_null_texts_is_null_only_when_asked() {
    let dir = Dir::new();
    let words = array(StringArray::from(vec![
        Some("NA"),
        Some("?"),
        Some(""),
        None,
    ]));
    let file = dir.write("t.parquet", parquet(&batch(&[("x", words)]), 9));
    assert_eq!(
        texts(column(&table(&file), "x")),
        [("", 1), ("?", 1), ("NA", 1)]
    );
    let asked = Options {
        null_texts: Some(vec!["NA".into(), String::new()]),
        ..Options::default()
    };
    let table = table_with(&file, &asked);
    assert_eq!(
        (texts(column(&table, "x")), column(&table, "x").nulls()),
        (vec![("?", 1)], 3)
    );
}

#[test]
fn single_precision_and_text_are_the_same_numbers() {
    let dir = Dir::new();
    let rows = batch(&[("x", array(Float32Array::from(vec![0.1, 0.2, 0.3, 0.1])))]);
    let single = dir.write("single.parquet", parquet(&rows, 2));
    let text = dir.write("text.csv", "x\n0.1\n0.2\n0.3\n0.1\n");
    let tables = pair(&single, &text);
    assert_eq!(column(&tables[0], "x"), column(&tables[1], "x"));
}
