//! Tables in memory give what files of the same batches give.

use std::ffi::c_void;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use arrow_array::ffi_stream::FFI_ArrowArrayStream;
use arrow_array::types::Int32Type;
use arrow_array::{
    ArrayRef, BinaryViewArray, BooleanArray, Date32Array, Decimal128Array, DictionaryArray,
    DurationMicrosecondArray, Float32Array, Int32Array, Int64Array, LargeStringArray, ListArray,
    NullArray, RecordBatch, RecordBatchIterator, StringViewArray, StructArray,
    Time64NanosecondArray, TimestampMicrosecondArray,
};
use kullback::Progress;
use kullback::compare::Factor;
use kullback_table::{
    Batches, By, ColumnType, Location, Options, Supply, profile, read, read_pairs, split,
};

use crate::fixture::{Dir, batch, ipc_stream, names, skipped, summaries, told};

/// A stream of the C interface over these batches.
#[allow(unsafe_code, reason = "the Arrow C stream interface is a pointer")]
fn stream(batches: &[RecordBatch]) -> Batches {
    let schema = batches[0].schema();
    let batches: Vec<_> = batches.iter().cloned().map(Ok).collect();
    let reader = Box::new(RecordBatchIterator::new(batches, schema));
    let mut stream = FFI_ArrowArrayStream::new(reader);
    // SAFETY: the stream is arrow's own and lives to the end of the call.
    unsafe { Batches::from_pointer((&raw mut stream).cast::<c_void>()) }.unwrap()
}

fn table(name: &str, supply: Supply, batches: &[RecordBatch]) -> Location {
    let batches = batches.to_vec();
    Location::of_batches(name, supply, move || Ok(stream(&batches)))
}

/// Every type that frames have, some nulls among them.
fn every_type(rows: std::ops::Range<i64>) -> RecordBatch {
    let at = |i: i64, n: i64| (i % 7 != 3).then_some(i % n);
    let word = |i: i64| (i % 5 != 1).then(|| format!("a text longer than twelve bytes {}", i % 4));
    let all = || rows.clone();
    let levels: Vec<_> = all()
        .map(|i| (i % 6 != 2).then_some(["x", "y"][(i % 2) as usize]))
        .collect();
    let lists = all().map(|i| Some(vec![Some(i as i32)]));
    let of_struct = StructArray::from(vec![(
        Arc::new(arrow_schema::Field::new(
            "inner",
            arrow_schema::DataType::Int64,
            true,
        )),
        Arc::new(all().map(|i| at(i, 9)).collect::<Int64Array>()) as ArrayRef,
    )]);
    let decimals: Decimal128Array = all().map(|i| at(i, 11).map(i128::from)).collect();
    let columns: [(&str, ArrayRef); 15] = [
        (
            "integer",
            Arc::new(all().map(|i| at(i, 50)).collect::<Int64Array>()),
        ),
        (
            "single",
            Arc::new(
                all()
                    .map(|i| Some(i as f32 * 0.1))
                    .collect::<Float32Array>(),
            ),
        ),
        (
            "view",
            Arc::new(all().map(word).collect::<StringViewArray>()),
        ),
        (
            "large",
            Arc::new(all().map(word).collect::<LargeStringArray>()),
        ),
        (
            "categorical",
            Arc::new(levels.into_iter().collect::<DictionaryArray<Int32Type>>()),
        ),
        (
            "decimal",
            Arc::new(decimals.with_precision_and_scale(38, 2).unwrap()),
        ),
        (
            "date",
            Arc::new(
                all()
                    .map(|i| at(i, 40).map(|x| x as i32))
                    .collect::<Date32Array>(),
            ),
        ),
        (
            "time",
            Arc::new(all().map(|i| at(i, 40)).collect::<Time64NanosecondArray>()),
        ),
        (
            "stamp",
            Arc::new(
                all()
                    .map(|i| at(i, 40))
                    .collect::<TimestampMicrosecondArray>(),
            ),
        ),
        (
            "duration",
            Arc::new(
                all()
                    .map(|i| at(i, 40))
                    .collect::<DurationMicrosecondArray>(),
            ),
        ),
        (
            "boolean",
            Arc::new(
                all()
                    .map(|i| at(i, 2).map(|x| x == 1))
                    .collect::<BooleanArray>(),
            ),
        ),
        ("null", Arc::new(NullArray::new(rows.clone().count()))),
        ("struct", Arc::new(of_struct)),
        (
            "list",
            Arc::new(ListArray::from_iter_primitive::<Int32Type, _, _>(lists)),
        ),
        (
            "binary",
            Arc::new(all().map(|i| Some([i as u8])).collect::<BinaryViewArray>()),
        ),
    ];
    batch(&columns)
}

#[test]
fn batches_in_memory_are_read_as_their_ipc_stream_is() {
    let dir = Dir::new();
    let batches = [every_type(0..700), every_type(700..1000), every_type(5..6)];
    let file = Location::parse(&dir.write("t.arrows", ipc_stream(&batches))).unwrap();
    // A slice lies in the middle of its buffers.
    let other = [every_type(0..900).slice(100, 700)];
    let other_file = Location::parse(&dir.write("o.arrows", ipc_stream(&other))).unwrap();
    let options = Options::default();
    let [file_p, file_q] = read(&file, &other_file, &options, &Progress::default()).unwrap();
    for supply in [Supply::Held, Supply::Computed, Supply::Once] {
        let [p, q] = [("p", &batches[..]), ("q", &other)].map(|(n, b)| table(n, supply, b));
        let [p, q] = read(&p, &q, &options, &Progress::default()).unwrap();
        assert_eq!((p.rows, q.rows), (1001, 700));
        assert_eq!((&*p.name, p.files.len()), ("p", 0));
        assert_eq!(
            names(&p),
            [
                "integer",
                "single",
                "view",
                "large",
                "categorical",
                "decimal",
                "date",
                "time",
                "stamp",
                "duration",
                "boolean",
                "null",
                "struct.inner"
            ]
        );
        assert_eq!(skipped(&p), skipped(&file_p));
        assert_eq!(
            skipped(&p).iter().map(|s| s.0).collect::<Vec<_>>(),
            ["list", "binary"]
        );
        assert!(summaries(&p) == summaries(&file_p));
        assert!(summaries(&q) == summaries(&file_q));
    }
    // In parts, and in pairs.
    let by: By = "integer<20".parse().unwrap();
    let of_file = split(&file, &by, &options, &Progress::default()).unwrap();
    let held = table("p", Supply::Held, &batches);
    let of_memory = split(&held, &by, &options, &Progress::default()).unwrap();
    for (a, b) in of_file.iter().zip(&of_memory) {
        assert!(a.rows == b.rows && summaries(a) == summaries(b));
    }
    let factors: Vec<_> = file_p
        .columns
        .iter()
        .zip(&file_q.columns)
        .map(|(p, q)| {
            let factor = Factor::new(&p.summary, &q.summary, 4).unwrap();
            (p.name.clone(), Arc::new(factor))
        })
        .collect();
    let rows = [1001, 700];
    let progress = Progress::default();
    let of_files = read_pairs(&file, &other_file, &options, &progress, &factors, rows).unwrap();
    let other = table("q", Supply::Computed, &other);
    let of_memory = read_pairs(&held, &other, &options, &progress, &factors, rows).unwrap();
    assert!(of_files == of_memory);
}

#[test]
fn a_batch_of_many_rows_is_read_in_parts_and_can_be_stopped() {
    let rows = 600_000;
    let many: ArrayRef = Arc::new((0..rows).map(|i| i % 1000).collect::<Int32Array>());
    let batches = [batch(&[("x", many)])];
    let table = table("t", Supply::Held, &batches);
    let progress = Progress::default();
    let [p, _] = read(&table, &table, &Options::default(), &progress).unwrap();
    assert_eq!(p.rows, 600_000);
    assert!(progress.done() >= 2 * 4 * 600_000);
    progress.stop();
    let error = read(&table, &table, &Options::default(), &progress).unwrap_err();
    assert_eq!(error.to_string(), "the reading was stopped before its end");
}

#[test]
fn what_is_computed_is_asked_for_one_after_another() {
    let (open, asked) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let table = |name: &str| {
        let (open, asked) = (Arc::clone(&open), Arc::clone(&asked));
        Location::of_batches(name, Supply::Computed, move || {
            asked.fetch_add(1, Ordering::Relaxed);
            let batches = vec![every_type(0..10)];
            let schema = batches[0].schema();
            open.fetch_add(1, Ordering::Relaxed);
            assert_eq!(open.load(Ordering::Relaxed), 1, "one at a time");
            let open = Arc::clone(&open);
            let mut left = batches.into_iter();
            let mut guard = Some(Guard(open));
            let batches = std::iter::from_fn(move || {
                let next = left.next().map(Ok);
                if next.is_none() {
                    guard = None;
                }
                let _ = &guard;
                next
            });
            Ok(boxed(Box::new(RecordBatchIterator::new(batches, schema))))
        })
    };
    let [p, q] = read(
        &table("p"),
        &table("q"),
        &Options::default(),
        &Progress::default(),
    )
    .unwrap();
    assert_eq!((p.rows, q.rows), (10, 10));
    assert_eq!(asked.load(Ordering::Relaxed), 4);
}

/// Counts itself out when the stream that holds it goes.
struct Guard(Arc<AtomicUsize>);

impl Drop for Guard {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

#[allow(unsafe_code, reason = "the Arrow C stream interface is a pointer")]
fn boxed(reader: Box<dyn arrow_array::RecordBatchReader + Send>) -> Batches {
    let mut stream = FFI_ArrowArrayStream::new(reader);
    // SAFETY: the stream is arrow's own and lives to the end of the call.
    unsafe { Batches::from_pointer((&raw mut stream).cast::<c_void>()) }.unwrap()
}

#[test]
#[allow(unsafe_code, reason = "the Arrow C stream interface is a pointer")]
fn a_stream_that_was_read_is_refused() {
    let mut released = FFI_ArrowArrayStream::empty();
    // SAFETY: an empty stream is a released one, which is what the call is to find out.
    let error = unsafe { Batches::from_pointer((&raw mut released).cast::<c_void>()) }.unwrap_err();
    assert!(
        error
            .to_string()
            .starts_with("its Arrow stream cannot be read: "),
        "{error}"
    );
    let once = table("rows", Supply::Once, &[every_type(0..2)]);
    assert_eq!(once.read_once().unwrap(), "rows can be read only once");
    let held = table("rows", Supply::Held, &[every_type(0..2)]);
    assert!(held.read_once().is_none());
}

#[test]
fn profiles_are_the_table_and_add_up() {
    let options = Options::default();
    let progress = Progress::default();
    let parts = [every_type(0..400), every_type(400..1000)];
    let whole = table("whole", Supply::Held, &parts);
    let of =
        |location: &Location| Location::of_profile(profile(location, &options, &progress).unwrap());
    let one = |i: usize| of(&table("part", Supply::Held, &parts[i..=i]));
    let merged = of(&Location::join("merged", [one(1), one(0)]));
    for profiled in [
        of(&whole),
        merged.clone(),
        Location::join("both", [one(0), one(1)]),
    ] {
        let [p, q] = read(&whole, &profiled, &options, &progress).unwrap();
        assert!(p.rows == q.rows && summaries(&p) == summaries(&q));
        assert_eq!(skipped(&p), skipped(&q));
    }
    assert_eq!(merged.name(), "merged");
    let by: By = "integer<20".parse().unwrap();
    assert_eq!(
        told(&split(&merged, &by, &options, &progress).unwrap_err()),
        "merged: a profile has no rows\ngive the table itself"
    );
    assert_eq!(
        merged.read_once().unwrap(),
        "merged is a profile, which has no rows"
    );
}

#[test]
fn a_profile_is_compared_where_its_columns_were_read_as_they_are_to_be() {
    let dir = Dir::new();
    let progress = Progress::default();
    let csv = Location::parse(&dir.write("t.csv", "integer,view\n1,x\n2,7\n")).unwrap();
    let frame = table("frame", Supply::Held, &[every_type(0..20)]);
    let of = |location: &Location, options: &Options| {
        Location::of_profile(profile(location, options, &progress).unwrap())
    };
    let options = Options::default();
    // Numbers are numbers, and texts of CSV files are what they write on both sides.
    let numbers = Options {
        columns: Some(vec!["integer".to_owned()]),
        ..Options::default()
    };
    assert!(
        read(
            &of(&csv, &options),
            &of(&frame, &options),
            &numbers,
            &progress
        )
        .is_ok()
    );
    assert!(read(&of(&csv, &options), &csv, &options, &progress).is_ok());
    // Strings of a frame beside those of a CSV file are not.
    let texts = Options {
        columns: Some(vec!["view".to_owned()]),
        ..Options::default()
    };
    assert_eq!(
        told(&read(&csv, &of(&frame, &options), &texts, &progress).unwrap_err()),
        "frame: column `view`: it was read as it is declared, and beside the other table it is to be read as whatever each text writes\n\
         give the table itself, or profile it with --column-type"
    );
    // Unless it was said before what they are; that holds for the other table too.
    let categorical = Options {
        types: [("view".to_owned(), ColumnType::Categorical)].into(),
        ..Options::default()
    };
    let said = of(&frame, &categorical);
    let [p, q] = read(&csv, &said, &texts, &progress).unwrap();
    assert_eq!((p.rows, q.rows), (2, 20));
    let merged = of(&Location::join("twice", [said.clone(), said]), &options);
    assert!(read(&csv, &merged, &texts, &progress).is_ok());
}
