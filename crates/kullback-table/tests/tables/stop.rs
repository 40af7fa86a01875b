//! A reading that is asked to stop does so, whatever the format.

use std::sync::Arc;

use arrow_array::{ArrayRef, Int64Array};
use kullback::Progress;
use kullback_table::{Location, Options, read};

use crate::fixture::{Dir, batch, gzip, ipc_file, ipc_stream, parquet};

const ROWS: i64 = 100_000;

#[test]
fn a_reading_stops_where_it_is_asked_to() {
    let dir = Dir::new();
    let array: ArrayRef = Arc::new((0..ROWS).collect::<Int64Array>());
    let batch = batch(&[("x", array)]);
    let csv: String = std::iter::once("x\n".to_owned())
        .chain((0..ROWS).map(|x| format!("{x}\n")))
        .collect();
    let json: String = (0..ROWS).map(|x| format!("{{\"x\":{x}}}\n")).collect();
    for (name, content) in [
        ("t.csv", csv.clone().into_bytes()),
        ("t.csv.gz", gzip(csv.as_bytes())),
        ("t.json", json.into_bytes()),
        ("t.parquet", parquet(&batch, 1000)),
        ("t.arrow", ipc_file(&[batch.clone(), batch.clone()])),
        ("s.arrow", ipc_stream(&[batch.clone(), batch.clone()])),
    ] {
        let location = Location::parse(&dir.write(name, content)).unwrap();
        let progress = Progress::default();
        let both = |progress: &Progress| read(&location, &location, &Options::default(), progress);
        assert!(both(&progress).is_ok(), "{name}");
        let whole = progress.done();
        assert!(whole > 0, "{name}");
        progress.begin(None);
        progress.stop();
        let error = both(&progress).unwrap_err().to_string();
        assert!(
            error.ends_with("the reading was stopped before its end"),
            "{name}: {error}"
        );
        assert!(progress.done() < whole, "{name}");
    }
}
