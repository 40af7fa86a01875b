//! Tables on standard input and through pipes.

use crate::run::{Dir, run_in};

fn table() -> String {
    // More than is looked at before a table is read.
    let rows: String = (0..60_000)
        .map(|i| format!("{},word {}\n", i % 50, i % 7))
        .collect();
    format!("n,w\n{rows}")
}

#[test]
fn a_dash_is_standard_input() {
    let dir = Dir::new();
    let table = table();
    dir.write("t.csv", &table);
    for args in [["compare", "-", "t.csv"], ["compare", "t.csv", "-"]] {
        let ran = run_in(dir.path(), &args, &[], Some(table.as_bytes()));
        assert!(
            ran.answered().contains("standard input  60,000 rows"),
            "{}",
            ran.stdout
        );
        assert!(
            ran.stdout
                .contains("2 columns compared: 0 drifted, 0 undecided, 2 stable"),
            "{}",
            ran.stdout
        );
    }
    let ran = run_in(
        dir.path(),
        &["compare", "-", "--by", "n<10"],
        &[],
        Some(table.as_bytes()),
    );
    assert!(
        ran.answered().contains("standard input where n<10"),
        "{}",
        ran.stdout
    );
    run_in(
        dir.path(),
        &["compare", "-", "-"],
        &[],
        Some(table.as_bytes()),
    )
    .failed_with(
        "error: standard input cannot be both tables\n \
         hint: name a file for one of them, or split one table with --by\n",
    );
    run_in(dir.path(), &["compare", "-", "t.csv"], &[], Some(b""))
        .failed_with("error: standard input: the file is empty\n");
}

#[cfg(target_os = "linux")]
#[test]
fn a_pipe_with_a_name_is_read_once_and_whole() {
    let dir = Dir::new();
    let table = table();
    dir.write("t.csv", &table);
    let ran = run_in(
        dir.path(),
        &["compare", "/dev/stdin", "t.csv"],
        &[],
        Some(table.as_bytes()),
    );
    assert!(
        ran.answered().contains("/dev/stdin  60,000 rows"),
        "{}",
        ran.stdout
    );
    assert!(
        ran.stdout
            .contains("2 columns compared: 0 drifted, 0 undecided, 2 stable"),
        "{}",
        ran.stdout
    );
}
