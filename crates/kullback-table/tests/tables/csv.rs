//! Delimited text as it is written in the wild.

use kullback::compare::Kind;
use kullback_table::{Note, Options};

use crate::fixture::{
    Dir, column, compared, names, notes, numbers, pair, refused, refused_with, skipped, summaries,
    table, table_with, texts,
};

fn with_header(header: bool) -> Options {
    Options {
        header: Some(header),
        ..Options::default()
    }
}

#[test]
fn a_header_is_told_from_a_record() {
    let dir = Dir::new();
    for (content, expected) in [
        ("name,age\nx,1\n", Some(["name", "age"])),
        ("name,city\nx,y\n", Some(["name", "city"])),
        (",age\n1,2\n", Some(["column_1", "age"])),
        ("x,1\ny,2\n", None),
        ("x,\ny,2\n", None),
        ("x,2019-01-01\ny,2019-01-02\n", None),
        ("x,12:30\ny,12:31\n", None),
    ] {
        let table = table(&dir.write("t.csv", content));
        let no_header = Note::NoHeader { columns: 2 };
        assert_eq!(
            table.notes.contains(&no_header),
            expected.is_none(),
            "{content}"
        );
        assert_eq!(
            names(&table),
            expected.unwrap_or(["column_1", "column_2"]),
            "{content}"
        );
        assert_eq!(table.rows, 1 + u64::from(expected.is_none()), "{content}");
    }
}

#[test]
fn a_header_can_be_given_or_denied() {
    let dir = Dir::new();
    let years = dir.write("years.csv", "2018,2019\n5,6\n");
    let with = table_with(&years, &with_header(true));
    assert_eq!((names(&with), with.rows), (vec!["2018", "2019"], 1));
    let words = dir.write("words.csv", "x,y\na,b\n");
    let without = table_with(&words, &with_header(false));
    assert_eq!(
        (names(&without), without.rows),
        (vec!["column_1", "column_2"], 2)
    );
    assert_eq!(texts(column(&without, "column_1")), [("a", 1), ("x", 1)]);
}

#[test]
fn a_table_without_a_header_takes_the_names_of_the_other() {
    let dir = Dir::new();
    let named = dir.write("named.csv", "size,word\n1,x\n2,y\n");
    let bare = dir.write("bare.csv", "1,x\n2,y\n");
    for [p, q] in [pair(&named, &bare), pair(&bare, &named)] {
        assert_eq!(names(&p), ["size", "word"]);
        assert_eq!(summaries(&p), summaries(&q));
        let told = [notes(&p), notes(&q)].concat();
        assert_eq!(
            told,
            ["no header found: its columns take the other table's names, in order"]
        );
    }
    let narrow = dir.write("narrow.csv", "1\n2\n");
    let error = crate::fixture::try_read(&named, &narrow, &Options::default()).unwrap_err();
    assert!(error.to_string().contains("no column in common"), "{error}");
}

#[test]
fn row_names_of_r_are_no_column() {
    let dir = Dir::new();
    let rows = "\"1\",5,\"a\"\n\"2\",6,\"b\"\n\"3\",6,\"b\"\n";
    for (name, content) in [
        ("t.csv", format!("\"x\",\"y\"\n{rows}")),
        ("bare.csv", format!("x,y\n{}", rows.replace('"', ""))),
    ] {
        let table = table(&dir.write(name, content));
        assert_eq!(names(&table), ["x", "y"], "{name}");
        assert_eq!(numbers(column(&table, "x")), [(5.0, 1), (6.0, 2)], "{name}");
        assert_eq!(
            skipped(&table),
            [(
                "row_names",
                "the header has one name fewer than the rows have fields, as R writes row names"
            )]
        );
    }
}

#[test]
fn quotes_hold_delimiters_lines_and_quotes() {
    let dir = Dir::new();
    let file = dir.write(
        "t.csv",
        "id,text\n1,\"a,b\"\n2,\"two\nlines\"\n3,\"say \"\"hi\"\"\"\n4,\"\"\n5,5\" pipe\n",
    );
    let table = table(&file);
    assert_eq!(
        texts(column(&table, "text")),
        [
            ("5\" pipe", 1),
            ("a,b", 1),
            ("say \"hi\"", 1),
            ("two\nlines", 1)
        ]
    );
    assert_eq!((column(&table, "text").nulls(), table.rows), (1, 5));
}

#[test]
fn blanks_around_fields_are_not_part_of_them() {
    let dir = Dir::new();
    let blank = dir.write("blank.csv", "age , word\n 39,  x y\n40 ,z \n , NA\n");
    let table = table(&blank);
    assert_eq!(names(&table), ["age", "word"]);
    assert_eq!(numbers(column(&table, "age")), [(39.0, 1), (40.0, 1)]);
    assert_eq!(texts(column(&table, "word")), [("x y", 1), ("z", 1)]);
    assert_eq!(
        (
            column(&table, "age").nulls(),
            column(&table, "word").nulls()
        ),
        (1, 1)
    );
}

#[test]
fn blank_lines_are_no_records() {
    let dir = Dir::new();
    let plain = dir.write("plain.csv", "a,b\n1,2\n3,4\n");
    let blank = dir.write("blank.csv", "\n\na,b\n\n1,2\n\r\n\n3,4\n\n\n");
    assert_eq!(summaries(&table(&plain)), summaries(&table(&blank)));
}

#[test]
fn delimiters_are_told_by_the_records() {
    let dir = Dir::new();
    for delimiter in [",", "\t", ";", "|"] {
        let content = "a#b#c\n1#x, y; z#2\n3#x#4\n".replace('#', delimiter);
        let content = match delimiter {
            "," | ";" => content.replace("x, y; z", "\"x, y; z\""),
            _ => content,
        };
        let table = table(&dir.write("t.txt", content));
        assert_eq!(names(&table), ["a", "b", "c"], "{delimiter:?}");
        assert_eq!(
            texts(column(&table, "b")),
            [("x", 1), ("x, y; z", 1)],
            "{delimiter:?}"
        );
    }
    // Decimal commas between semicolons are texts, and columns stay what they are.
    let table = table(&dir.write("de.csv", "a;b\n1,5;x\n2,5;y\n"));
    assert_eq!(names(&table), ["a", "b"]);
    let given = Options {
        delimiter: Some(b' '),
        ..Options::default()
    };
    let table = table_with(&dir.write("t.txt", "a b\n1 2\n"), &given);
    assert_eq!(names(&table), ["a", "b"]);
}

#[test]
fn one_column_is_a_table() {
    let dir = Dir::new();
    let named = dir.write("named.csv", "x\n1\n2\n2\n");
    let bare = dir.write("bare.csv", "1\n2\n2");
    for file in [named, bare] {
        assert_eq!(
            numbers(&table(&file).columns[0].summary),
            [(1.0, 1), (2.0, 2)],
            "{file}"
        );
    }
}

#[test]
fn a_ragged_record_is_named_by_its_line() {
    let dir = Dir::new();
    let advice = "quote fields that hold the delimiter, or name the delimiter with --delimiter";
    let rows = |n: usize| "1,2,3\n".repeat(n);
    for (content, expected) in [
        (
            format!("a,b,c\n{}1,2\n{}", rows(30), rows(3)),
            "line 32: 2 fields where the header has 3",
        ),
        (
            format!("a,b,c\n{}1,2,3,4\n", rows(30)),
            "line 32: more fields where the header has 3",
        ),
        (
            format!("{}1,2\n", rows(30)),
            "line 31: 2 fields where the first record has 3",
        ),
        // Near the top it must not be taken for a table of one column.
        (
            format!("a,b,c\n{}1,2\n{}", rows(2), rows(9)),
            "line 4: 2 fields where the header has 3",
        ),
        (
            format!("a,b,c\n{}1\n", rows(2)),
            "line 4: 1 field where the header has 3",
        ),
        // Lines are those of the file: in quotes, left blank, and ended as Windows does.
        (
            format!(
                "a,b,c\n{}\"two\nlines\",\"a\n\nb\",3\n{}1,2\n",
                rows(30),
                rows(1)
            ),
            "line 37: 2 fields where the header has 3",
        ),
    ] {
        let file = dir.write("t.csv", &content);
        assert_eq!(
            refused(&file),
            format!("{file}: {expected}\n{advice}"),
            "{content:?}"
        );
    }
}

#[test]
fn lines_are_those_of_the_file_whatever_ends_them() {
    let dir = Dir::new();
    let rows = "1,2,3\n".repeat(30);
    for (content, line) in [
        (format!("a,b,c\n{rows}1,2\n").replace('\n', "\r\n"), 32),
        (format!("a,b,c\n{rows}\n\n1,2\n"), 34),
    ] {
        let file = dir.write("t.csv", &content);
        let error = refused(&file);
        assert!(
            error.starts_with(&format!("{file}: line {line}: ")),
            "{error}"
        );
    }
}

#[test]
fn row_names_of_r_may_end_their_lines_otherwise() {
    let dir = Dir::new();
    let text = "x,y\n1,5,a\n2,6,b\n";
    for end in ["\r\n", "\r"] {
        let table = table(&dir.write("t.csv", text.replace('\n', end)));
        assert_eq!((names(&table), table.rows), (vec!["x", "y"], 2), "{end:?}");
    }
}

#[test]
fn a_quote_that_is_not_closed_is_refused() {
    let dir = Dir::new();
    let rows = "1,2\n".repeat(40);
    let file = dir.write("t.csv", format!("a,b\n{rows}1,\"open\n{rows}"));
    let error = refused(&file);
    assert!(error.starts_with(&format!("{file}: line 42: ")), "{error}");
}

#[test]
fn a_delimiter_at_the_end_of_every_row_makes_a_column_without_values() {
    let dir = Dir::new();
    let table = table(&dir.write("t.csv", "a,b\n1,2,\n3,4,\n"));
    assert_eq!(names(&table), ["a", "b", "column_3"]);
    assert_eq!(column(&table, "column_3").nulls(), 2);
}

#[test]
fn one_wide_record_does_not_make_row_names() {
    let dir = Dir::new();
    let error = refused(&dir.write("t.csv", "a,b\n1,2,3\n1,2\n1,2\n"));
    assert!(
        error.contains("line 2: more fields where the header has 2"),
        "{error}"
    );
}

#[test]
fn integers_just_beyond_2_to_the_53_are_rounded() {
    let dir = Dir::new();
    let table = table(&dir.write("t.csv", "x\n9007199254740992\n9007199254740993\n"));
    assert_eq!(
        column(&table, "x")
            .axis(kullback::summary::Axis::Number)
            .rounded(),
        1
    );
}

#[test]
fn bytes_that_are_not_utf8_are_named_by_line_and_column() {
    let dir = Dir::new();
    let file = dir.write("t.csv", b"a,b\n1,x\n2,caf\xe9\n");
    assert_eq!(
        refused(&file),
        format!(
            "{file}: line 3: column `b`: the text is not UTF-8\nconvert the file to UTF-8, for example with iconv"
        )
    );
    let file = dir.write("t.csv", b"a,caf\xe9\n1,x\n");
    assert!(refused(&file).starts_with(&format!("{file}: line 1: a column's name is not UTF-8")));
}

#[test]
fn a_first_record_that_never_ends_is_refused() {
    let dir = Dir::new();
    let file = dir.write("t.csv", format!("\"a,b\n{}", "1,2\n".repeat(100_000)));
    let error = refused_with(
        &file,
        &Options {
            delimiter: Some(b','),
            ..Options::default()
        },
    );
    assert!(
        error.contains("no whole record in its first 262144 bytes\n"),
        "{error}"
    );
}

#[test]
fn null_texts_can_be_given() {
    let dir = Dir::new();
    let file = dir.write("t.csv", "x,y\n1,NA\n-999,?\n,missing\nnull,None\n");
    let table = table_with(
        &file,
        &Options {
            null_texts: Some(vec!["-999".into(), "missing".into()]),
            ..Options::default()
        },
    );
    assert_eq!(
        texts(column(&table, "y")),
        [("?", 1), ("NA", 1), ("None", 1)]
    );
    assert_eq!(numbers(column(&table, "x")), [(1.0, 1)]);
    assert_eq!(texts(column(&table, "x")), [("", 1), ("null", 1)]);
}

#[test]
fn columns_are_chosen_and_left_out() {
    let dir = Dir::new();
    let file = dir.write("t.csv", "a,b,c\n1,2,3\n");
    let chosen = Options {
        columns: Some(vec!["c".into(), "a".into(), "b".into()]),
        exclude: vec!["b".into()],
        ..Options::default()
    };
    assert_eq!(names(&table_with(&file, &chosen)), ["a", "c"]);
    let other = dir.write("other.csv", "c,d,a\n3,4,1\n");
    let [p, q] = pair(&file, &other);
    assert_eq!((names(&p), names(&q)), (vec!["a", "c"], vec!["a", "c"]));
    assert_eq!(p.unmatched, [("b".to_owned(), "text field".to_owned())]);
    assert_eq!(q.unmatched, [("d".to_owned(), "text field".to_owned())]);
    assert_eq!(numbers(column(&q, "a")), [(1.0, 1)]);
}

#[test]
fn a_number_column_that_turns_to_text_late_is_mixed() {
    let dir = Dir::new();
    let numbers: String = (0..900_000).map(|i| format!("{}\n", i % 100)).collect();
    let p = dir.write("p.csv", format!("x\n{numbers}broken\nbroken\n"));
    let q = dir.write("q.csv", format!("x\n{}", &numbers[..numbers.len() / 10]));
    let tables = pair(&p, &q);
    let comparison = compared(&tables, "x");
    assert_eq!(comparison.kind(), Kind::Mixed);
    assert_eq!(texts(column(&tables[0], "x")), [("broken", 2)]);
    assert_eq!(crate::fixture::numbers(column(&tables[0], "x")).len(), 100);
}
