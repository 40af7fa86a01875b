//! Pairs of columns: the same counts from every format, any number of threads, in one part or two.

use std::sync::Arc;

use arrow_array::types::Int32Type;
use arrow_array::{Array, ArrayRef, DictionaryArray, Float64Array, Int64Array, StringArray};
use kullback::compare::Factor;
use kullback::joint::PairCounts;
use kullback_table::{By, Error, Location, Options, Table, read_pairs, split_pairs};

use crate::fixture::{Dir, batch, ipc_file, ipc_stream, pair, parquet, parts, told};

const ROWS: usize = 40_000;

/// A number, a text and the part of a row; the first two are null now and then.
fn row(i: usize) -> (Option<f64>, Option<&'static str>, i64) {
    let at = i.wrapping_mul(2_654_435_761) % 1009;
    let x = (!i.is_multiple_of(11)).then_some(at as f64 / 8.0);
    let word = ["north", "south", "east", "west", "up", "down"][(at / 7 + i % 3) % 6];
    (x, (!i.is_multiple_of(13)).then_some(word), (i % 5) as i64)
}

fn csv() -> String {
    let line = |i| {
        let (x, word, part) = row(i);
        let x = x.map_or(String::new(), |x| format!("{x:?}"));
        format!("{x},{},{part}\n", word.unwrap_or(""))
    };
    std::iter::once("x,word,part\n".to_owned())
        .chain((0..ROWS).map(line))
        .collect()
}

/// Silent about what is null, so that columns come late.
fn json() -> String {
    let line = |i| {
        let (x, word, part) = row(i);
        let x = x.map_or(String::new(), |x| format!("\"x\":{x:?},"));
        let word = word.map_or(String::new(), |word| format!("\"word\":\"{word}\","));
        format!("{{{x}{word}\"part\":{part}}}\n")
    };
    (0..ROWS).map(line).collect()
}

fn arrow(texts: impl Fn(StringArray) -> ArrayRef) -> arrow_array::RecordBatch {
    let rows = || (0..ROWS).map(row);
    batch(&[
        (
            "x",
            Arc::new(rows().map(|row| row.0).collect::<Float64Array>()),
        ),
        ("word", texts(rows().map(|row| row.1).collect())),
        (
            "part",
            Arc::new(rows().map(|row| row.2).collect::<Int64Array>()),
        ),
    ])
}

fn plain(texts: StringArray) -> ArrayRef {
    Arc::new(texts)
}

/// With an entry in the dictionary that no row has.
fn dictionary(texts: StringArray) -> ArrayRef {
    let all = std::iter::once(Some("nowhere")).chain(texts.iter());
    let all: DictionaryArray<Int32Type> = all.collect();
    Arc::new(all.slice(1, texts.len()))
}

fn factors([p, q]: &[Table; 2], levels: usize) -> Vec<(String, Arc<Factor>)> {
    let columns = p.columns.iter().zip(&q.columns);
    let factor = |p, q| Arc::new(Factor::new(p, q, levels).unwrap());
    columns
        .map(|(p, q)| (p.name.clone(), factor(&p.summary, &q.summary)))
        .collect()
}

fn count(
    p: &str,
    q: &str,
    factors: &[(String, Arc<Factor>)],
    rows: [u64; 2],
) -> Result<[PairCounts; 2], Error> {
    let [p, q] = [p, q].map(|path| Location::parse(path).unwrap());
    read_pairs(
        &p,
        &q,
        &Options::default(),
        &Default::default(),
        factors,
        rows,
    )
}

/// Counted by the levels of each row, one at a time.
fn by_hand(factors: &[(String, Arc<Factor>)], keep: impl Fn(i64) -> bool) -> PairCounts {
    use kullback::summary::Axis::Number;
    let rows: Vec<_> = (0..ROWS).map(row).filter(|row| keep(row.2)).collect();
    let code = |(name, factor): &(String, Arc<Factor>)| -> Vec<u8> {
        let level = |row: &(Option<f64>, Option<&str>, i64)| match name.as_str() {
            "x" => row.0.map_or(factor.null(), |x| factor.number(Number, x)),
            "word" => row
                .1
                .map_or(factor.null(), |word| factor.text(word.as_bytes())),
            _ => factor.number(Number, row.2 as f64),
        };
        rows.iter().map(|row| level(row).unwrap()).collect()
    };
    let levels: Vec<usize> = factors
        .iter()
        .map(|(_, factor)| factor.levels().len())
        .collect();
    let mut counts = PairCounts::new(&levels);
    counts
        .add(&factors.iter().map(code).collect::<Vec<_>>())
        .unwrap();
    counts
}

#[test]
fn every_format_has_the_same_pairs() {
    let dir = Dir::new();
    let halves: Vec<_> = [0, ROWS / 2]
        .map(|first| arrow(plain).slice(first, ROWS / 2))
        .to_vec();
    let files = [
        dir.write("t.csv", csv()),
        dir.write("t.json", json()),
        dir.write("small-groups.parquet", parquet(&arrow(plain), 7000)),
        dir.write("one-group.parquet", parquet(&arrow(plain), ROWS)),
        dir.write("t.arrow", ipc_file(&halves)),
        dir.write("dictionary.arrow", ipc_file(&[arrow(dictionary)])),
        dir.write("stream.arrow", ipc_stream(&halves)),
    ];
    let rows = [ROWS as u64; 2];
    let factors = factors(&pair(&files[0], &files[0]), 5);
    let expected = by_hand(&factors, |_| true);
    assert_eq!(expected.levels(), [5, 5, 5]);
    for threads in [1, 3] {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .unwrap();
        for file in &files {
            let [p, q] = pool
                .install(|| count(file, &files[0], &factors, rows))
                .unwrap();
            assert!(
                p == expected && q == expected,
                "{file} on {threads} threads"
            );
        }
    }
}

#[test]
fn row_groups_are_read_in_parts() {
    // More rows in one group than are coded together.
    let dir = Dir::new();
    let rows = 600_000;
    let numbers =
        |by: i64| Arc::new((0..rows).map(|i| i * i % by).collect::<Int64Array>()) as ArrayRef;
    let table = batch(&[("a", numbers(7)), ("b", numbers(5)), ("c", numbers(3))]);
    let file = dir.write("t.parquet", parquet(&table, rows as usize));
    let factors = factors(&pair(&file, &file), 8);
    let [p, _] = count(&file, &file, &factors, [rows as u64; 2]).unwrap();
    assert_eq!(p.rows(), rows as u64);
    // Squares modulo 7 are 0, 1, 2, 4 and modulo 5 they are 0, 1, 4.
    let mut by_hand = vec![0; 4 * 3];
    for i in 0..rows {
        let (a, b) = (
            [0, 1, 2, 9, 3][(i * i % 7) as usize],
            [0, 1, 9, 9, 2][(i * i % 5) as usize],
        );
        by_hand[a * 3 + b] += 1;
    }
    assert_eq!(p.table(0, 1), by_hand);
}

#[test]
fn parts_of_a_table_are_its_sides() {
    let dir = Dir::new();
    let files = [
        dir.write("t.csv", csv()),
        dir.write("t.json", json()),
        dir.write("t.parquet", parquet(&arrow(plain), 7000)),
        dir.write("t.arrow", ipc_file(&[arrow(dictionary)])),
    ];
    for file in &files {
        let tables = parts(file, "part=1,3");
        let factors = factors(&tables, 6);
        let by: By = "part=1,3".parse().unwrap();
        let location = Location::parse(file).unwrap();
        let rows = [tables[0].rows, tables[1].rows];
        let [p, q] = split_pairs(
            &location,
            &by,
            &Options::default(),
            &Default::default(),
            &factors,
            rows,
        )
        .unwrap();
        assert_eq!(
            [p, q],
            [
                by_hand(&factors, |part| part == 1),
                by_hand(&factors, |part| part == 3)
            ],
            "{file}"
        );
    }
}

#[test]
fn a_table_that_changed_meanwhile_is_refused() {
    let dir = Dir::new();
    let file = dir.write("t.csv", "a,b\n1,2\n2,1\n1,1\n");
    let factors = factors(&pair(&file, &file), 4);
    let changed = format!(
        "{file}: the table is not what it was when it was read first\n\
         something wrote to it meanwhile: compare a copy, or wait until it is whole"
    );
    for content in [
        "a,b\n1,2\n2,1\n1,3\n",
        "a,b\n1,2\n2,1\n1,1\n1,1\n",
        "a,b\n1,2\n2,1\n1,x\n",
        "a\n1\n2\n1\n",
    ] {
        dir.write("t.csv", content);
        assert_eq!(
            told(&count(&file, &file, &factors, [3, 3]).unwrap_err()),
            changed,
            "{content}"
        );
    }
}
