//! Arrow arrays: typed values, many at a time.

use std::collections::BTreeMap;

use arrow_array::cast::AsArray;
use arrow_array::types::{
    ArrowPrimitiveType, Date32Type, Date64Type, Decimal32Type, Decimal64Type, Decimal128Type,
    DurationMicrosecondType, DurationMillisecondType, DurationNanosecondType, DurationSecondType,
    Float16Type, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type,
    Time32MillisecondType, Time32SecondType, Time64MicrosecondType, Time64NanosecondType,
    TimestampMicrosecondType, TimestampMillisecondType, TimestampNanosecondType,
    TimestampSecondType, UInt8Type, UInt16Type, UInt32Type, UInt64Type,
};
use arrow_array::{AnyDictionaryArray, Array, ArrayRef, RecordBatch};
use arrow_buffer::NullBuffer;
use arrow_schema::{DataType, Schema, TimeUnit};
use kullback::Progress;
use kullback::summary::Axis;
use rayon::prelude::*;

use crate::Error;
use crate::reading::{Declared, Field};
use crate::sink::{NullTexts, Sink};
use crate::sinks::{Plan, Sinks};
use crate::table::Skipped;
use crate::value::{Ordered, Scalar};

/// A column that can be compared, with the way to it: the root column, then fields of structs.
#[derive(Clone, Debug)]
pub(crate) struct Leaf {
    pub(crate) field: Field,
    pub(crate) path: Vec<usize>,
}

/// The columns of a schema, structs taken apart, and those that cannot be compared.
pub(crate) fn leaves(schema: &Schema) -> (Vec<Leaf>, Vec<Skipped>) {
    let (mut leaves, mut skipped) = (Vec::new(), Vec::new());
    for (i, field) in schema.fields().iter().enumerate() {
        descend(
            field,
            field.name().clone(),
            vec![i],
            &mut leaves,
            &mut skipped,
        );
    }
    (leaves, skipped)
}

fn descend(
    field: &arrow_schema::Field,
    name: String,
    path: Vec<usize>,
    leaves: &mut Vec<Leaf>,
    skipped: &mut Vec<Skipped>,
) {
    if let DataType::Struct(fields) = field.data_type() {
        for (i, child) in fields.iter().enumerate() {
            let path = path.iter().copied().chain([i]).collect();
            descend(
                child,
                format!("{name}.{}", child.name()),
                path,
                leaves,
                skipped,
            );
        }
        return;
    }
    let value_type = match field.data_type() {
        DataType::Dictionary(_, values) => values,
        other => other,
    };
    match declared(value_type) {
        Some(declared) => {
            let type_name = value_type.to_string();
            leaves.push(Leaf {
                field: Field {
                    name,
                    declared,
                    type_name,
                },
                path,
            });
        }
        None => skipped.push(Skipped {
            column: name,
            reason: format!(
                "values of type {value_type} have no distribution that is measured here"
            ),
        }),
    }
}

fn declared(data_type: &DataType) -> Option<Declared> {
    use DataType as D;
    match data_type {
        D::Utf8 | D::LargeUtf8 | D::Utf8View | D::Null => Some(Declared::Text),
        D::Boolean => Some(Declared::Boolean),
        D::Float32 => Some(Declared::Single),
        D::Int8
        | D::Int16
        | D::Int32
        | D::Int64
        | D::UInt8
        | D::UInt16
        | D::UInt32
        | D::UInt64
        | D::Float16
        | D::Float64
        | D::Decimal32(..)
        | D::Decimal64(..)
        | D::Decimal128(..)
        | D::Date32
        | D::Date64
        | D::Timestamp(..)
        | D::Time32(_)
        | D::Time64(_)
        | D::Duration(_) => Some(Declared::Ordered),
        _ => None,
    }
}

/// The leaf that the table is split by, if it is split.
pub(crate) fn by_leaf<'l>(leaves: &'l [Leaf], sinks: &Sinks<'_>) -> Option<&'l Leaf> {
    let by = sinks.plan.by.as_ref()?;
    leaves.iter().find(|leaf| leaf.field.name == by.column())
}

/// The wanted leaves with their sinks, gathered by root column.
pub(crate) fn by_root<'l, 's>(
    leaves: &'l [Leaf],
    sinks: &'s mut Sinks<'_>,
) -> Vec<(usize, Vec<(&'l Leaf, &'s mut Sink)>)> {
    let of: Vec<_> = leaves
        .iter()
        .map(|leaf| sinks.of(&leaf.field.name, &leaf.field.declared))
        .collect();
    let mut columns: Vec<_> = sinks.columns.iter_mut().map(Some).collect();
    let mut roots: BTreeMap<usize, Vec<_>> = BTreeMap::new();
    for (leaf, sink) in leaves.iter().zip(of) {
        if let Some(sink) = sink.and_then(|sink| columns[sink].take()) {
            roots.entry(leaf.path[0]).or_default().push((leaf, sink));
        }
    }
    roots.into_iter().collect()
}

/// Takes batches of rows, column by column, each on a thread.
pub(crate) fn take(
    batches: &[RecordBatch],
    leaves: &[Leaf],
    sinks: &mut Sinks<'_>,
    progress: &Progress,
) -> Result<(), Error> {
    let plan = sinks.plan;
    let by = by_leaf(leaves, sinks);
    let of_batch = |batch: &RecordBatch, by: &Leaf| sides(batch.column(by.path[0]), by, plan);
    let sides: Vec<Option<Vec<_>>> = batches
        .iter()
        .map(|batch| by.map(|by| of_batch(batch, by)))
        .collect();
    for (batch, sides) in batches.iter().zip(&sides) {
        sinks.read += batch.num_rows() as u64;
        match sides {
            None => sinks.rows[0] += batch.num_rows() as u64,
            Some(sides) => {
                for side in sides.iter().flatten() {
                    sinks.rows[*side] += 1;
                }
            }
        }
    }
    by_root(leaves, sinks)
        .par_iter_mut()
        .try_for_each(|(root, columns)| {
            for (batch, sides) in batches.iter().zip(&sides) {
                progress.check()?;
                for (column, sink) in columns.iter_mut() {
                    let (array, nulls) = leaf(batch.column(*root), &column.path[1..]);
                    push(
                        sink,
                        &array,
                        nulls.as_ref(),
                        sides.as_deref(),
                        &plan.string_nulls,
                    );
                }
            }
            Ok::<(), Error>(())
        })?;
    sinks.end_rows()
}

/// The side of each row.
pub(crate) fn sides(root: &ArrayRef, by: &Leaf, plan: &Plan) -> Vec<Option<usize>> {
    let (array, nulls) = leaf(root, &by.path[1..]);
    let mut sides = Vec::with_capacity(array.len());
    visit(&array, nulls.as_ref(), &mut |_, value| {
        sides.push(plan.by.as_ref().and_then(|by| by.side(&value)));
    });
    sides
}

/// The array at the end of a path, with the nulls of the structs on the way added to its own.
pub(crate) fn leaf(root: &ArrayRef, path: &[usize]) -> (ArrayRef, Option<NullBuffer>) {
    let mut array = root.clone();
    let mut nulls = array.logical_nulls();
    for &field in path {
        array = array.as_struct().column(field).clone();
        nulls = NullBuffer::union(nulls.as_ref(), array.logical_nulls().as_ref());
    }
    (array, nulls)
}

/// Takes a whole array. `sides` has a side for each row where the table is split.
pub(crate) fn push(
    sink: &mut Sink,
    array: &dyn Array,
    nulls: Option<&NullBuffer>,
    sides: Option<&[Option<usize>]>,
    null_texts: &NullTexts,
) {
    let side = |row: usize| sides.map_or(Some(0), |sides| sides[row]);
    if let Some(dictionary) = array.as_any_dictionary_opt()
        && !sink.keeps_order()
    {
        let keys = keys(dictionary);
        let values = scalars(dictionary.values());
        if let Some(levels) = sink.levels_of(&values, null_texts) {
            for (row, &key) in keys.iter().enumerate() {
                match side(row) {
                    Some(side) if nulls.is_none_or(|nulls| nulls.is_valid(row)) => {
                        sink.push_level(side, levels[key]);
                    }
                    Some(side) => sink.push(side, Scalar::Null, null_texts),
                    None => {}
                }
            }
            return;
        }
        // Each distinct value is read once and counted as often as its key occurs.
        let mut times = vec![[0u64; 2]; dictionary.values().len()];
        for (row, &key) in keys.iter().enumerate() {
            if let Some(side) = side(row) {
                if nulls.is_none_or(|nulls| nulls.is_valid(row)) {
                    times[key][side] += 1;
                } else {
                    sink.push(side, Scalar::Null, null_texts);
                }
            }
        }
        for (key, value) in values.into_iter().enumerate() {
            for (side, &times) in times[key]
                .iter()
                .enumerate()
                .filter(|&(_, &times)| times > 0)
            {
                match value {
                    Scalar::Text(text) => sink.push_texts(side, text, times, null_texts),
                    value => (0..times).for_each(|_| sink.push(side, value, null_texts)),
                }
            }
        }
        return;
    }
    visit(array, nulls, &mut |row, value| {
        if let Some(side) = side(row) {
            sink.push(side, value, null_texts);
        }
    });
}

/// Calls `f` with each row's value, in order.
pub(crate) fn visit<'a>(
    array: &'a dyn Array,
    nulls: Option<&NullBuffer>,
    f: &mut impl FnMut(usize, Scalar<'a>),
) {
    const NANO: i64 = 1_000_000_000;
    const MICRO: i64 = 1_000_000;
    macro_rules! integers {
        ($type:ty) => {
            primitive::<$type>(array, nulls, |x| Ordered::integer(x.into()), f)
        };
    }
    macro_rules! times {
        ($type:ty, $axis:ident, $per_second:expr) => {
            primitive::<$type>(
                array,
                nulls,
                |x| Ordered::time(Axis::$axis, x.into(), $per_second),
                f,
            )
        };
    }
    match array.data_type() {
        DataType::Float64 => primitive::<Float64Type>(array, nulls, Ordered::float, f),
        DataType::Float32 => {
            primitive::<Float32Type>(array, nulls, |x| Ordered::float(x.into()), f)
        }
        DataType::Float16 => {
            primitive::<Float16Type>(array, nulls, |x| Ordered::float(x.into()), f)
        }
        DataType::Int64 => integers!(Int64Type),
        DataType::Int32 => integers!(Int32Type),
        DataType::Int16 => integers!(Int16Type),
        DataType::Int8 => integers!(Int8Type),
        DataType::UInt64 => primitive::<UInt64Type>(array, nulls, Ordered::unsigned, f),
        DataType::UInt32 => integers!(UInt32Type),
        DataType::UInt16 => integers!(UInt16Type),
        DataType::UInt8 => integers!(UInt8Type),
        DataType::Decimal32(_, scale) => {
            primitive::<Decimal32Type>(array, nulls, |x| Ordered::decimal(x.into(), *scale), f)
        }
        DataType::Decimal64(_, scale) => {
            primitive::<Decimal64Type>(array, nulls, |x| Ordered::decimal(x.into(), *scale), f)
        }
        DataType::Decimal128(_, scale) => {
            primitive::<Decimal128Type>(array, nulls, |x| Ordered::decimal(x, *scale), f)
        }
        DataType::Date32 => primitive::<Date32Type>(
            array,
            nulls,
            |days| Ordered::time(Axis::Time, i64::from(days) * 86_400, 1),
            f,
        ),
        DataType::Date64 => times!(Date64Type, Time, 1000),
        DataType::Timestamp(TimeUnit::Second, _) => times!(TimestampSecondType, Time, 1),
        DataType::Timestamp(TimeUnit::Millisecond, _) => {
            times!(TimestampMillisecondType, Time, 1000)
        }
        DataType::Timestamp(TimeUnit::Microsecond, _) => {
            times!(TimestampMicrosecondType, Time, MICRO)
        }
        DataType::Timestamp(TimeUnit::Nanosecond, _) => times!(TimestampNanosecondType, Time, NANO),
        DataType::Time32(TimeUnit::Second) => times!(Time32SecondType, TimeOfDay, 1),
        DataType::Time32(_) => times!(Time32MillisecondType, TimeOfDay, 1000),
        DataType::Time64(TimeUnit::Microsecond) => times!(Time64MicrosecondType, TimeOfDay, MICRO),
        DataType::Time64(_) => times!(Time64NanosecondType, TimeOfDay, NANO),
        DataType::Duration(TimeUnit::Second) => times!(DurationSecondType, Duration, 1),
        DataType::Duration(TimeUnit::Millisecond) => {
            times!(DurationMillisecondType, Duration, 1000)
        }
        DataType::Duration(TimeUnit::Microsecond) => {
            times!(DurationMicrosecondType, Duration, MICRO)
        }
        DataType::Duration(TimeUnit::Nanosecond) => times!(DurationNanosecondType, Duration, NANO),
        DataType::Boolean => {
            let values = array.as_boolean();
            each(
                values.len(),
                nulls,
                |row| Scalar::Boolean(values.value(row)),
                f,
            );
        }
        DataType::Utf8 => {
            let values = array.as_string::<i32>();
            each(
                values.len(),
                nulls,
                |row| Scalar::Text(values.value(row)),
                f,
            );
        }
        DataType::LargeUtf8 => {
            let values = array.as_string::<i64>();
            each(
                values.len(),
                nulls,
                |row| Scalar::Text(values.value(row)),
                f,
            );
        }
        DataType::Utf8View => {
            let values = array.as_string_view();
            each(
                values.len(),
                nulls,
                |row| Scalar::Text(values.value(row)),
                f,
            );
        }
        DataType::Dictionary(..) => {
            let dictionary = array.as_any_dictionary();
            let values = scalars(dictionary.values());
            let keys = keys(dictionary);
            each(keys.len(), nulls, |row| values[keys[row]], f);
        }
        // `leaves` offers no other type; what is left is the type of nothing but nulls.
        _ => (0..array.len()).for_each(|row| f(row, Scalar::Null)),
    }
}

/// The place of each row's value in a dictionary; of no meaning where the row is null.
fn keys(dictionary: &dyn AnyDictionaryArray) -> Vec<usize> {
    if dictionary.values().is_empty() {
        // Arrow panics there, though a column of nothing but nulls is written so.
        return vec![0; dictionary.len()];
    }
    dictionary.normalized_keys()
}

/// The values of a dictionary.
fn scalars(values: &dyn Array) -> Vec<Scalar<'_>> {
    let mut scalars = vec![Scalar::Null; values.len()];
    let nulls = values.logical_nulls();
    visit(values, nulls.as_ref(), &mut |key, value| {
        scalars[key] = value
    });
    scalars
}

#[inline]
fn primitive<'a, T: ArrowPrimitiveType>(
    array: &'a dyn Array,
    nulls: Option<&NullBuffer>,
    value: impl Fn(T::Native) -> Ordered,
    f: &mut impl FnMut(usize, Scalar<'a>),
) {
    let values = array.as_primitive::<T>().values();
    each(
        values.len(),
        nulls,
        |row| Scalar::Ordered(value(values[row])),
        f,
    );
}

#[inline]
fn each<'a>(
    rows: usize,
    nulls: Option<&NullBuffer>,
    value: impl Fn(usize) -> Scalar<'a>,
    f: &mut impl FnMut(usize, Scalar<'a>),
) {
    match nulls {
        None => (0..rows).for_each(|row| f(row, value(row))),
        Some(nulls) => (0..rows).for_each(|row| {
            f(
                row,
                if nulls.is_valid(row) {
                    value(row)
                } else {
                    Scalar::Null
                },
            );
        }),
    }
}
