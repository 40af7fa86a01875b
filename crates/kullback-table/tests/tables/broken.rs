//! What cannot be read is refused, with the place and what to do.

use std::sync::Arc;

use arrow_array::{ArrayRef, Int64Array, StringArray};
use kullback_table::{Location, Options};

use crate::fixture::{
    Dir, batch, gzip, ipc_file, ipc_stream, pair, parquet, refused, told, try_read, zstd,
};

fn columns(rows: i64) -> [(&'static str, ArrayRef); 2] {
    [
        ("n", Arc::new((0..rows).collect::<Int64Array>())),
        (
            "s",
            Arc::new(
                (0..rows)
                    .map(|i| Some(format!("text {}", i % 100)))
                    .collect::<StringArray>(),
            ),
        ),
    ]
}

#[test]
fn files_cut_short_are_refused_wherever_they_are_cut() {
    let dir = Dir::new();
    let table = batch(&columns(5000));
    let csv: String = (0..90_000).map(|i| format!("{i},{}\n", i % 7)).collect();
    for (name, whole) in [
        ("t.parquet", parquet(&table, 1000)),
        ("t.arrow", ipc_file(&[table.clone(), table.clone()])),
        ("stream.arrow", ipc_stream(&[table.clone(), table.clone()])),
        ("t.csv.gz", gzip(format!("a,b\n{csv}").as_bytes())),
        ("t.csv.zst", zstd(format!("a,b\n{csv}").as_bytes())),
        ("t.parquet.gz", gzip(&parquet(&table, 1000))),
        (
            "t.json.gz",
            gzip(format!("[{}{{\"a\":1}}]", "{\"a\":1},".repeat(90_000)).as_bytes()),
        ),
    ] {
        let file = dir.write(name, &whole);
        pair(&file, &file);
        for kept in [9, 40, whole.len() / 2, whole.len() - 12, whole.len() - 1] {
            // The last byte of a stream may be padding: what it lacks there is no row.
            if name == "stream.arrow" && kept > whole.len() - 16 {
                continue;
            }
            let cut = dir.write(&format!("cut-{kept}-{name}"), &whole[..kept]);
            let error = try_read(&cut, &file, &Options::default())
                .expect_err(&format!("{name} of {kept} of {} bytes", whole.len()));
            assert!(
                error.to_string().starts_with(&format!("{cut}: ")),
                "{error}"
            );
            assert!(error.advice().is_some(), "{error} without advice");
        }
    }
}

#[test]
fn a_json_text_cut_short_is_refused() {
    let dir = Dir::new();
    for text in [
        "[{\"a\":1},",
        "[{\"a\":1}",
        "{\"a\":1}\n{\"a\":",
        "[",
        "{\"a\": \"x",
    ] {
        let file = dir.write("cut.json", text);
        let error = refused(&file);
        assert!(error.starts_with(&format!("{file}: line ")), "{error}");
        assert!(error.contains("the JSON is cut short\n"), "{error}");
    }
}

#[test]
fn damaged_bytes_give_an_error_or_a_table_but_never_a_panic() {
    let dir = Dir::new();
    let table = batch(&columns(300));
    let mut state = 3u64;
    let mut random = || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (state >> 33) as usize
    };
    for whole in [
        parquet(&table, 100),
        ipc_file(std::slice::from_ref(&table)),
        ipc_stream(std::slice::from_ref(&table)),
    ] {
        for round in 0..100 {
            let mut bytes = whole.clone();
            for _ in 0..=round % 4 {
                let at = random() % bytes.len();
                bytes[at] = random() as u8;
            }
            let file = dir.write("damaged", &bytes);
            // Whether it is noticed depends on the byte.
            let _ = try_read(&file, &file, &Options::default());
        }
    }
}

#[test]
fn what_is_no_table_is_told_so() {
    let dir = Dir::new();
    for (name, content, error) in [
        ("empty.csv", &b""[..], "the file is empty"),
        ("blank.csv", b" \n\n", "the file holds nothing but blanks"),
        ("empty.gz", &gzip(b""), "the file is empty once unpacked"),
        (
            "binary.csv",
            b"a,b\n1,\x00\n",
            "not a table in a format that is read here\nCSV, TSV, JSON, Parquet and Arrow IPC are, plain or packed with gzip or zstd",
        ),
        (
            "utf16.csv",
            b"\xff\xfea\0,\0",
            "the text is UTF-16\nsave it as UTF-8",
        ),
        (
            "book.xlsx",
            b"PK\x03\x04rest of it",
            "zip archives and spreadsheets are not read\nunpack it, or save the sheet as CSV",
        ),
        (
            "t.bz2",
            b"BZh91AY&SY",
            "bzip2 archives are not read\nunpack it first",
        ),
        (
            "t.xz",
            b"\xfd7zXZ\0\0\0",
            "xz archives are not read\nunpack it first",
        ),
        (
            "old.feather",
            b"FEA1\0\0\0\0",
            "Feather version 1 is not read\nwrite it again as Arrow IPC (Feather version 2) or Parquet",
        ),
        (
            "secret.parquet",
            b"PARE\0\0\0\0",
            "encrypted Parquet is not read",
        ),
    ] {
        let file = dir.write(name, content);
        assert_eq!(refused(&file), format!("{file}: {error}"));
    }
}

#[test]
fn a_table_without_rows_is_refused() {
    let dir = Dir::new();
    let some = dir.write("some.csv", "n,s\n1,x\n");
    let none = batch(&columns(0));
    for (name, content) in [
        ("none.csv", b"n,s\n".to_vec()),
        ("none.json", b"[]".to_vec()),
        ("none.parquet", parquet(&none, 10)),
        ("none.arrow", ipc_file(std::slice::from_ref(&none))),
        ("stream.arrow", ipc_stream(std::slice::from_ref(&none))),
    ] {
        let empty = dir.write(name, content);
        let expected = format!(
            "{empty}: no rows: nothing to compare\nthe table needs at least one row below its header"
        );
        for (p, q) in [(&empty, &some), (&some, &empty)] {
            let error = try_read(p, q, &Options::default()).unwrap_err();
            assert_eq!(told(&error), expected);
        }
    }
}

#[test]
fn a_location_must_hold_tables() {
    let dir = Dir::new();
    let missing = dir.path("missing.csv");
    assert_eq!(
        told(&Location::parse(&missing).unwrap_err()),
        format!("{missing}: no such file or directory")
    );
    dir.write("readme.md", "text");
    let error = told(&Location::parse(&dir.path("")).unwrap_err());
    assert!(
        error.contains("the directory holds no table files\ntable files end in one of: csv, tsv,"),
        "{error}"
    );
    let both = try_read("-", "-", &Options::default()).unwrap_err();
    assert_eq!(both.to_string(), "standard input cannot be both tables");
}

#[test]
fn names_must_be_there_and_be_clear() {
    let dir = Dir::new();
    let p = dir.write("p.csv", "age,name\n1,x\n");
    let q = dir.write("q.csv", "alter,namen\n1,x\n");
    assert_eq!(
        told(&try_read(&p, &q, &Options::default()).unwrap_err()),
        "the tables have no column in common that can be compared\n\
         P has: age, name; Q has: alter, namen; if a first row was taken for a header, say --no-header"
    );
    let twice = dir.write("twice.csv", "a,b,a\n1,2,3\n");
    assert_eq!(
        refused(&twice),
        format!(
            "{twice}: two columns are named `a`\nrename one; for a file without a header, say --no-header"
        )
    );
    let wrong = Options {
        columns: Some(vec!["Age".into()]),
        ..Options::default()
    };
    assert_eq!(
        told(&try_read(&p, &p, &wrong).unwrap_err()),
        "there is no column `Age`\ndid you mean `age`?"
    );
    let wrong = Options {
        exclude: vec!["agee".into()],
        ..Options::default()
    };
    assert_eq!(
        told(&try_read(&p, &p, &wrong).unwrap_err()),
        "there is no column `agee`\nthe columns are: age, name"
    );
}
