//! One table, however it is written.

use std::sync::Arc;

use arrow_array::{ArrayRef, BooleanArray, Float64Array, Int64Array, StringArray};
use arrow_array::{RecordBatch, TimestampMicrosecondArray};
use kullback_table::{Location, Options};

use crate::fixture::{
    Dir, batch, gzip, ipc_file, ipc_stream, names, notes, pair, parquet, summaries, table, told,
    try_read, zstd,
};

const ROWS: usize = 500;

/// A row's values; the third of them is null now and then.
fn row(i: usize) -> (i64, f64, Option<&'static str>, bool, i64) {
    let word = ["north", "süd", "a,b", "say \"hi\"", "two\nlines"][i % 5];
    (
        (i * i % 97) as i64 - 20,
        // Digits to the last place, so that a parser that rounds wrongly is found out.
        (i as f64 * 0.37).sin() * 10f64.powi(i as i32 % 40 - 20),
        (!i.is_multiple_of(7)).then_some(word),
        i.is_multiple_of(3),
        1_551_000_000_000_000 + (i as i64 % 50) * 3_600_000_000,
    )
}

fn time(micros: i64) -> String {
    let seconds = micros / 1_000_000 - 1_551_000_000;
    // 1 551 000 000 is 2019-02-24T09:20:00Z; at most two days on.
    let minutes = 9 * 60 + 20 + seconds / 60;
    let (day, minute) = (24 + minutes / 1440, minutes % 1440);
    format!("2019-02-{day} {:02}:{:02}:00", minute / 60, minute % 60)
}

fn text(delimiter: char, rows: std::ops::Range<usize>) -> String {
    let quote = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
    let line = |fields: [String; 5]| fields.join(&delimiter.to_string()) + "\n";
    let mut out = line(["count", "x", "word", "flag", "at"].map(str::to_owned));
    for i in rows {
        let (count, x, word, flag, at) = row(i);
        out += &line([
            count.to_string(),
            format!("{x:?}"),
            word.map_or(String::new(), quote),
            flag.to_string(),
            time(at),
        ]);
    }
    out
}

fn json(separator: &str) -> String {
    let objects: Vec<String> = (0..ROWS)
        .map(|i| {
            let (count, x, word, flag, at) = row(i);
            let (word, at) = (serde_json::json!(word), time(at));
            format!(
                "{{\"count\":{count},\"x\":{x:?},\"word\":{word},\"flag\":{flag},\"at\":\"{at}\"}}"
            )
        })
        .collect();
    objects.join(separator)
}

fn arrow(rows: std::ops::Range<usize>) -> RecordBatch {
    let all: Vec<_> = rows.map(row).collect();
    let columns: [(&str, ArrayRef); 5] = [
        (
            "count",
            Arc::new(all.iter().map(|r| r.0).collect::<Int64Array>()),
        ),
        (
            "x",
            Arc::new(all.iter().map(|r| r.1).collect::<Float64Array>()),
        ),
        (
            "word",
            Arc::new(all.iter().map(|r| r.2).collect::<StringArray>()),
        ),
        (
            "flag",
            Arc::new(all.iter().map(|r| Some(r.3)).collect::<BooleanArray>()),
        ),
        (
            "at",
            Arc::new(
                all.iter()
                    .map(|r| r.4)
                    .map(Some)
                    .collect::<TimestampMicrosecondArray>(),
            ),
        ),
    ];
    batch(&columns)
}

#[test]
fn the_same_table_gives_the_same_summaries_in_every_format() {
    let dir = Dir::new();
    let csv = text(',', 0..ROWS);
    let halves = [arrow(0..200), arrow(200..ROWS)];
    let files = [
        dir.write("t.csv", &csv),
        dir.write("t.tsv", text('\t', 0..ROWS)),
        dir.write("semicolon.csv", text(';', 0..ROWS)),
        dir.write(
            "crlf.csv",
            csv.replace('\n', "\r\n")
                .replace("two\r\nlines", "two\nlines"),
        ),
        dir.write("bom.csv", format!("\u{feff}{csv}")),
        dir.write("no-end.csv", csv.trim_end()),
        dir.write("t.csv.gz", gzip(csv.as_bytes())),
        dir.write("t.csv.zst", zstd(csv.as_bytes())),
        dir.write("array.json", format!("[{}]", json(",\n"))),
        dir.write("bom.json", format!("\u{feff} [{}]", json(","))),
        dir.write("lines.ndjson", json("\n")),
        dir.write("lines.json.gz", gzip(json("\n").as_bytes())),
        dir.write("t.parquet", parquet(&arrow(0..ROWS), 120)),
        dir.write("t.parquet.zst", zstd(&parquet(&arrow(0..ROWS), 1000))),
        dir.write("t.arrow", ipc_file(&halves)),
        dir.write("t.arrow.gz", gzip(&ipc_file(&halves))),
        dir.write("stream.arrow", ipc_stream(&halves)),
        dir.write("stream.zst", zstd(&ipc_stream(&halves))),
    ];
    let reference = table(&files[0]);
    assert_eq!(reference.rows, ROWS as u64);
    assert_eq!(names(&reference), ["count", "x", "word", "flag", "at"]);
    for p in &files {
        for q in [&files[0], &files[8], &files[12], &files[14]] {
            let [p_table, q_table] = pair(p, q);
            assert_eq!(p_table.rows, ROWS as u64, "{p}");
            assert_eq!(names(&p_table), names(&reference), "{p}");
            for (mine, theirs) in summaries(&p_table).iter().zip(summaries(&q_table)) {
                assert!(*mine == theirs, "{p} and {q} differ in {}", mine.0);
            }
        }
    }
}

#[test]
fn several_files_are_one_table() {
    let dir = Dir::new();
    let whole = dir.write("whole.csv", text(',', 0..ROWS));
    std::fs::create_dir(dir.path("parts")).unwrap();
    let first = dir.write("parts/a.csv", text(',', 0..100));
    let second = dir.write("parts/b.csv.gz", gzip(text('\t', 100..200).as_bytes()));
    let third = dir.write("parts/c.parquet", parquet(&arrow(200..ROWS), 64));
    dir.write("parts/_SUCCESS", "");
    dir.write("parts/.hidden.csv", "x\n1\n");
    dir.write("parts/notes.md", "not a table");
    std::fs::create_dir(dir.path("parts/deeper")).unwrap();
    dir.write("parts/deeper/d.csv", "x\n1\n");
    let reference = table(&whole);
    for location in [
        dir.path("parts"),
        dir.path("parts/[a-c].*"),
        format!("{first},{second}, {third}"),
        format!("{third},{first},{second}"),
    ] {
        let table = table(&location);
        assert_eq!(table.rows, ROWS as u64, "{location}");
        for (mine, theirs) in summaries(&table).iter().zip(summaries(&reference)) {
            assert!(*mine == theirs, "{location} differs in {}", mine.0);
        }
        assert_eq!(table.files.len(), 3, "{location}");
    }
    // Beside a typed table too: what the files declare is agreed over all of them.
    let typed = dir.write("typed.parquet", parquet(&arrow(0..ROWS), 1000));
    for location in [format!("{third},{first},{second}"), dir.path("parts")] {
        let [p, q] = pair(&location, &typed);
        for (mine, theirs) in summaries(&p).iter().zip(summaries(&q)) {
            assert!(*mine == theirs, "{location} differs in {}", mine.0);
        }
    }
}

#[test]
fn files_of_one_table_have_the_same_columns_in_any_order() {
    let dir = Dir::new();
    let first = dir.write("1.csv", "a,b\n1,x\n");
    let turned = dir.write("2.csv", "b,a\nx,1\n");
    let both = table(&format!("{first},{turned}"));
    assert_eq!(both.rows, 2);
    assert!(
        summaries(&both)
            .iter()
            .all(|(_, column)| column.rows() == 2)
    );

    let lacking = dir.write("3.csv", "a\n1\n");
    let error =
        told(&try_read(&format!("{first},{lacking}"), &first, &Options::default()).unwrap_err());
    assert_eq!(
        error,
        format!("{lacking}: the column `b` of the files before it is missing")
    );
    let error =
        told(&try_read(&format!("{lacking},{first}"), &first, &Options::default()).unwrap_err());
    assert_eq!(
        error,
        format!("{first}: the column `b` is not in the files before it")
    );
}

#[test]
fn json_and_other_formats_are_not_one_table() {
    let dir = Dir::new();
    let csv = dir.write("1.csv", "a,b\n1,2\n");
    let json = dir.write("2.json", "{\"a\":1,\"late\":true,\"b\":2}");
    for location in [format!("{csv},{json}"), format!("{json},{csv}")] {
        let error = try_read(&location, &csv, &Options::default()).unwrap_err();
        assert!(error.to_string().contains("JSON"), "{error}");
        assert!(error.advice().is_some());
    }
}

#[test]
fn a_file_is_what_its_content_says() {
    let dir = Dir::new();
    let parquet = dir.write("really.csv", parquet(&arrow(0..50), 1000));
    let csv = dir.write("really.parquet", text(',', 0..50));
    let [p, q] = pair(&parquet, &csv);
    assert_eq!(summaries(&p), summaries(&q));
    assert_eq!(
        notes(&p),
        [format!(
            "{parquet} is Parquet whatever its name says, and was read as that"
        )]
    );
    assert_eq!(
        notes(&q),
        [format!(
            "{csv} is CSV whatever its name says, and was read as that"
        )]
    );
    assert_eq!(p.files, [(parquet, "Parquet".to_owned())]);
}

#[test]
fn a_comma_or_a_star_may_be_part_of_a_name() {
    let dir = Dir::new();
    let comma = dir.write("a,b.csv", "x\n1\n2\n");
    let star = dir.write("a[1]*.csv", "x\n1\n2\n");
    assert_eq!(table(&comma).rows, 2);
    assert_eq!(table(&star).rows, 2);
    assert_eq!(
        Location::parse(&dir.path("none*")).unwrap_err().to_string(),
        format!("{}: no file matches", dir.path("none*"))
    );
}

#[test]
fn packed_files_of_several_members_are_read_to_the_end() {
    let dir = Dir::new();
    let csv = text(',', 0..ROWS);
    let (head, tail) = csv.as_bytes().split_at(csv.len() / 3);
    let plain = table(&dir.write("t.csv", &csv));
    for (name, packed) in [
        ("t.gz", [gzip(head), gzip(tail)].concat()),
        ("t.zst", [zstd(head), zstd(tail)].concat()),
    ] {
        assert_eq!(
            summaries(&table(&dir.write(name, packed))),
            summaries(&plain)
        );
    }
}

#[test]
fn a_wide_stream_tells_its_schema_before_its_rows() {
    let dir = Dir::new();
    let array: ArrayRef = Arc::new(Int64Array::from(vec![1, 2]));
    let wide: Vec<String> = (0..5000)
        .map(|i| format!("a column with a long name {i}"))
        .collect();
    let columns: Vec<(&str, ArrayRef)> = wide
        .iter()
        .map(|name| (name.as_str(), Arc::clone(&array)))
        .collect();
    let stream = table(&dir.write("wide.arrows", ipc_stream(&[batch(&columns)])));
    assert_eq!((stream.columns.len(), stream.rows), (5000, 2));
}
