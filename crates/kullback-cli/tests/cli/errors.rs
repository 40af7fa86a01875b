//! Bad input: exit code 2, what was wrong, where, what to do, and no part of an answer.

use std::path::Path;

use crate::run::{Dir, run_in};

/// A table that is right, beside each that is not.
fn dir() -> Dir {
    let dir = Dir::new();
    dir.write("good.csv", "a,b,c\n1,2,x\n2,3,y\n2,3,y\n");
    dir
}

/// A bad table is refused on either side.
#[track_caller]
fn refused(dir: &Dir, bad: &str, stderr: &str) {
    dir.run(&["compare", bad, "good.csv"]).failed_with(stderr);
    dir.run(&["compare", "good.csv", bad]).failed_with(stderr);
}

#[test]
fn a_table_that_is_not_there() {
    let dir = dir();
    refused(
        &dir,
        "none.csv",
        "error: none.csv: no such file or directory\n",
    );
    refused(&dir, "none*.csv", "error: none*.csv: no file matches\n");
    std::fs::create_dir(dir.path().join("folder")).unwrap();
    refused(
        &dir,
        "folder",
        "error: folder: the directory holds no table files\n \
         hint: table files end in one of: csv, tsv, tab, txt, data, json, jsonl, ndjson, parquet, pq, arrow, feather; name other files by a glob\n",
    );
}

#[test]
fn a_table_without_rows() {
    let dir = dir();
    dir.write("empty.csv", "")
        .write("header.csv", "a,b,c\n")
        .write("empty.json", "[]");
    refused(&dir, "empty.csv", "error: empty.csv: the file is empty\n");
    for bad in ["header.csv", "empty.json"] {
        refused(
            &dir,
            bad,
            &format!(
                "error: {bad}: no rows: nothing to compare\n hint: the table needs at least one row below its header\n"
            ),
        );
    }
    dir.run(&["compare", "good.csv", "--by", "a=1,7"]).failed_with(
        "error: good.csv where a = 7: no rows: nothing to compare\n hint: 2 rows are on neither side of the split\n",
    );
}

#[test]
fn a_record_with_other_fields_than_the_header() {
    let dir = dir();
    dir.write("ragged.csv", "a,b,c\n1,2,x\n\"1\n1\",2,x\n1,2\n2,3,y\n");
    refused(
        &dir,
        "ragged.csv",
        "error: ragged.csv: line 5: 2 fields where the header has 3\n \
         hint: quote fields that hold the delimiter, or name the delimiter with --delimiter\n",
    );
}

#[test]
fn a_text_that_is_no_utf8() {
    let dir = dir();
    dir.write("latin.csv", b"a,b,c\n1,2,x\n1,2,caf\xe9\n");
    refused(
        &dir,
        "latin.csv",
        "error: latin.csv: line 3: column `c`: the text is not UTF-8\n \
         hint: convert the file to UTF-8, for example with iconv\n",
    );
}

#[test]
fn files_cut_short() {
    let dir = dir();
    // Headers of the packed formats, and then too little.
    dir.write(
        "t.csv.gz",
        b"\x1f\x8b\x08\0\0\0\0\0\0\xff\0\x10\0\xef\xffa,b,c\n1,2,",
    )
    .write("t.json", "[{\"a\":1,\"b\":2},\n{\"a\":")
    .write("t.parquet", b"PAR1\x15\x04\x15\x10");
    refused(
        &dir,
        "t.csv.gz",
        "error: t.csv.gz: the file is cut short\n \
         hint: copy or download it again, then compare its size with the original's\n",
    );
    refused(
        &dir,
        "t.json",
        "error: t.json: line 2: the JSON is cut short\n hint: copy or download it again\n",
    );
    let ran = dir.run(&["compare", "t.parquet", "good.csv"]);
    assert!(
        ran.stderr
            .starts_with("error: t.parquet: the Parquet cannot be read: "),
        "{}",
        ran.stderr
    );
    assert!(
        ran.stderr
            .ends_with(" hint: it may be cut short or damaged: copy or write it again\n")
    );
    assert_eq!((ran.code, ran.stdout.as_str()), (2, ""));
}

#[allow(clippy::print_stdout)] // a test that is skipped says so
#[test]
fn an_arrow_file_cut_short_or_named_otherwise() {
    let flights =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/flights-200k.arrow");
    let Ok(bytes) = std::fs::read(flights) else {
        println!("skipped: ../shared/data is absent (no flights-200k.arrow)");
        return;
    };
    let dir = dir();
    dir.write("flights.csv", &bytes)
        .write("cut.arrow", &bytes[..bytes.len() / 2]);
    let ran = dir.run(&["compare", "flights.csv", "--by", "time<12"]);
    assert!(
        ran.answered()
            .contains("flights.csv is Arrow IPC whatever its name says, and was read as that"),
        "{}",
        ran.stdout
    );
    let ran = dir.run(&["compare", "cut.arrow", "flights.csv"]);
    assert!(
        ran.stderr
            .starts_with("error: cut.arrow: the Arrow IPC cannot be read: "),
        "{}",
        ran.stderr
    );
    assert!(
        ran.stderr
            .ends_with(" hint: it may be cut short or damaged: copy or write it again\n")
    );
    assert_eq!((ran.code, ran.stdout.as_str()), (2, ""));
}

#[test]
fn names_that_clash_or_are_not_there() {
    let dir = dir();
    dir.write("twice.csv", "a,b,a\n1,2,3\n")
        .write("other.csv", "d,e\n1,2\n");
    refused(
        &dir,
        "twice.csv",
        "error: twice.csv: two columns are named `a`\n hint: rename one; for a file without a header, say --no-header\n",
    );
    dir.run(&["compare", "good.csv", "other.csv"]).failed_with(
        "error: the tables have no column in common that can be compared\n \
         hint: P has: a, b, c; Q has: d, e; if a first row was taken for a header, say --no-header\n",
    );
    dir.run(&["compare", "good.csv", "good.csv", "--columns", "a,B"])
        .failed_with("error: there is no column `B`\n hint: did you mean `b`?\n");
    dir.run(&[
        "compare",
        "good.csv",
        "good.csv",
        "--column-type",
        "z=number",
    ])
    .failed_with("error: there is no column `z`\n hint: the columns are: a, b, c\n");
    dir.run(&["compare", "good.csv", "--by", "z<3"])
        .failed_with("error: good.csv: there is no column `z`\n hint: the columns are: a, b, c\n");
}

#[test]
fn arguments_that_mean_nothing() {
    let dir = dir();
    for (args, expected) in [
        (
            &["--fail-above", "lk=0.1"][..],
            "no measure is called `lk`: did you mean `kl`?",
        ),
        (
            &["--fail-above", "kl"],
            "write a measure and a value, for example kl=0.1",
        ),
        (&["--fail-above", "kl=-1"], "`-1` is no number from 0 on"),
        (&["--measure", "jensen"], "no measure is called `jensen`"),
        (&["--measure", "renyi:-1"], "renyi"),
        (&["--sort", "size"], "no measure is called `size`"),
        (&["--base", "hartleys"], "possible values: nats, bits, bans"),
        (
            &["--column-type", "a=colour"],
            "`colour` is no column type; number, time and categorical are",
        ),
        (
            &["--delimiter", "::"],
            "a delimiter is one ASCII character, or tab",
        ),
        (&["--threads", "0"], "0 is not in 1..=65535"),
        (&["--header", "--no-header"], "cannot be used with"),
        (&["--by", "a=1,2"], "cannot be used with"),
    ] {
        let ran = dir.run(&[&["compare", "good.csv", "good.csv"], args].concat());
        assert!(ran.stderr.contains(expected), "{args:?}: {}", ran.stderr);
        assert_eq!((ran.code, ran.stdout.as_str()), (2, ""), "{args:?}");
    }
    for args in [
        &["compare", "good.csv"][..],
        &["compare", "good.csv", "--by", "a"],
        &[],
    ] {
        let ran = dir.run(args);
        assert_eq!((ran.code, ran.stdout.as_str()), (2, ""), "{args:?}");
        assert!(!ran.stderr.is_empty());
    }
}

#[test]
fn errors_do_not_command_the_terminal() {
    let dir = dir();
    dir.write(
        "h.csv",
        "\"\u{1b}]0;title\u{7}\n\u{202e}\",b,\"\u{1b}]0;title\u{7}\n\u{202e}\"\n1,2,3\n",
    );
    let ran = run_in(
        dir.path(),
        &["compare", "h.csv", "good.csv"],
        &[("CLICOLOR_FORCE", "1")],
        None,
    );
    assert_eq!(
        ran.stderr,
        "\u{1b}[1;31merror:\u{1b}[0m h.csv: two columns are named `\\u{1b}]0;title\\u{7}\\n\\u{202e}`\n \
         \u{1b}[1mhint:\u{1b}[0m rename one; for a file without a header, say --no-header\n"
    );
    assert_eq!((ran.code, ran.stdout.as_str()), (2, ""));
}

#[cfg(target_os = "linux")]
#[test]
fn an_answer_that_cannot_be_written_is_an_error() {
    let dir = dir();
    let full = std::fs::OpenOptions::new()
        .write(true)
        .open("/dev/full")
        .unwrap();
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_kullback"))
        .args(["compare", "good.csv", "good.csv"])
        .current_dir(dir.path())
        .stdout(full)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(
        String::from_utf8(output.stderr)
            .unwrap()
            .starts_with("error: the answer cannot be written: ")
    );
}
