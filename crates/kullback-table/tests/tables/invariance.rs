//! Neither the order of rows, nor how they are dealt to files, nor threads change a summary.

use std::sync::Arc;

use arrow_array::{ArrayRef, Float64Array, Int64Array, StringArray};

use crate::fixture::{Dir, batch, parquet, parts, summaries, table};

const ROWS: usize = 60_000;

/// More distinct numbers and texts than a summary keeps apart, so that it coarsens on the way.
fn rows() -> Vec<(f64, String, usize)> {
    let mut state = 7u64;
    (0..ROWS)
        .map(|i| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            let x = (state >> 11) as f64 / (1u64 << 53) as f64;
            (x.ln(), format!("id {}", i % 50_000), i % 3)
        })
        .collect()
}

fn csv(rows: &[(f64, String, usize)]) -> String {
    let line = |(x, id, part): &(f64, String, usize)| format!("{x:?},{id},{part}\n");
    std::iter::once("x,id,part\n".to_owned())
        .chain(rows.iter().map(line))
        .collect()
}

fn arrow(rows: &[(f64, String, usize)]) -> Vec<u8> {
    let columns: [(&str, ArrayRef); 3] = [
        (
            "x",
            Arc::new(rows.iter().map(|r| r.0).collect::<Float64Array>()),
        ),
        (
            "id",
            Arc::new(rows.iter().map(|r| Some(&r.1)).collect::<StringArray>()),
        ),
        (
            "part",
            Arc::new(rows.iter().map(|r| r.2 as i64).collect::<Int64Array>()),
        ),
    ];
    parquet(&batch(&columns), 7000)
}

#[test]
fn rows_shards_and_threads_do_not_matter() {
    let dir = Dir::new();
    let mut rows = rows();
    let csv_file = dir.write("t.csv", csv(&rows));
    let parquet_file = dir.write("t.parquet", arrow(&rows));
    let pool = |threads| {
        rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .unwrap()
    };
    let [whole, split] =
        pool(1).install(|| [table(&csv_file), parts(&csv_file, "part=0,1")[0].clone()]);
    assert!(
        whole.columns[0]
            .summary
            .axis(kullback::summary::Axis::Number)
            .finite()
            .level()
            > 0
    );
    assert!(whole.columns[1].summary.texts().level() > 0);
    for threads in [2, 4] {
        let [again, part] = pool(threads).install(|| {
            [
                table(&csv_file),
                parts(&parquet_file, "part=0,1")[0].clone(),
            ]
        });
        assert!(summaries(&again) == summaries(&whole), "{threads} threads");
        assert!(
            summaries(&part) == summaries(&split),
            "{threads} threads, split"
        );
    }
    rows.reverse();
    rows.rotate_left(12_345);
    let shards: Vec<String> = rows
        .chunks(17_001)
        .enumerate()
        .map(|(i, shard)| match i {
            1 => dir.write("shard.parquet", arrow(shard)),
            _ => dir.write(&format!("shard-{i}.csv"), csv(shard)),
        })
        .collect();
    assert!(
        summaries(&table(&shards.join(","))) == summaries(&whole),
        "shards"
    );
}
