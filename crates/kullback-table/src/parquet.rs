//! Parquet: column after column, each on a thread of its own.

use std::fs::File;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use ::parquet::arrow::ProjectionMask;
use ::parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReaderBuilder,
};
use ::parquet::errors::ParquetError;
use arrow_schema::{DataType, Schema};
use rayon::prelude::*;

use crate::Error;
use crate::arrow::{self, Leaf};
use crate::location::Input;
use crate::positioned::Positioned;
use crate::sink::Sink;
use crate::sinks::Sinks;
use crate::table::Skipped;

/// Rows decoded at a time: a batch of one column stays in a core's cache.
const BATCH: usize = 8192;

/// An opened Parquet file.
pub(crate) struct Parquet {
    metadata: ArrowReaderMetadata,
    pub(crate) leaves: Vec<Leaf>,
    pub(crate) skipped: Vec<Skipped>,
}

impl Parquet {
    pub(crate) fn open(file: File, input: &Input) -> Result<Self, Error> {
        let fail = |error: ParquetError| broken(&error).in_file(input);
        let file = Positioned::new(file).map_err(|error| Error::io(&error).in_file(input))?;
        let metadata = ArrowReaderMetadata::load(&file, ArrowReaderOptions::new()).map_err(fail)?;
        let (leaves, skipped) = arrow::leaves(metadata.schema());
        // Strings are decoded as dictionaries: a batch's distinct values are hashed once each.
        let options =
            ArrowReaderOptions::new().with_schema(Arc::new(with_dictionaries(metadata.schema())));
        let metadata =
            ArrowReaderMetadata::try_new(Arc::clone(metadata.metadata()), options).map_err(fail)?;
        Ok(Self {
            metadata,
            leaves,
            skipped,
        })
    }

    /// Counts all rows. Memory holds the pages of one column for each thread, whatever the
    /// table's width.
    pub(crate) fn read(
        &self,
        file: File,
        input: &Input,
        sinks: &mut Sinks<'_>,
        progress: &AtomicU64,
    ) -> Result<(), Error> {
        let file = Positioned::new(file).map_err(|error| Error::io(&error).in_file(input))?;
        let by = arrow::by_leaf(&self.leaves, sinks);
        let plan = sinks.plan;
        let mut roots = arrow::by_root(&self.leaves, sinks);
        if let (Some(by), []) = (by, &roots[..]) {
            roots.push((by.path[0], Vec::new()));
        }
        let count = |(root, columns): &mut (usize, Vec<(&Leaf, &mut Sink)>)| {
            let mut projected = vec![*root];
            projected.extend(by.map(|by| by.path[0]).filter(|by| by != root));
            projected.sort_unstable();
            let at = |root: usize| usize::from(projected[0] != root);
            let reader = ParquetRecordBatchReaderBuilder::new_with_metadata(
                file.clone(),
                self.metadata.clone(),
            )
            .with_projection(ProjectionMask::roots(
                self.metadata.parquet_schema(),
                projected.iter().copied(),
            ))
            .with_batch_size(BATCH)
            .build()
            .map_err(|error| broken(&error).in_file(input))?;
            let mut rows = vec![0; 2];
            for batch in reader {
                let batch = batch.map_err(|error| broken(&error).in_file(input))?;
                let sides = by.map(|by| arrow::sides(batch.column(at(by.path[0])), by, plan));
                for side in sides.iter().flatten().flatten() {
                    rows[*side] += 1;
                }
                for (leaf, sink) in columns.iter_mut() {
                    let (array, nulls) = arrow::leaf(batch.column(at(*root)), &leaf.path[1..]);
                    arrow::push(
                        sink,
                        &array,
                        nulls.as_ref(),
                        sides.as_deref(),
                        &plan.string_nulls,
                    );
                }
            }
            progress.fetch_add(self.bytes(*root), Ordering::Relaxed);
            Ok(rows)
        };
        // Every column meets the same rows.
        let split: Vec<Vec<u64>> = roots
            .par_iter_mut()
            .map(count)
            .collect::<Result<_, Error>>()?;
        drop(roots);
        let file = self.metadata.metadata().file_metadata();
        let all = file.num_rows().unsigned_abs();
        sinks.read += all;
        let rows = if by.is_some() {
            split.into_iter().next()
        } else {
            Some(vec![all])
        };
        for (sum, rows) in sinks.rows.iter_mut().zip(rows.into_iter().flatten()) {
            *sum += rows;
        }
        Ok(())
    }

    /// The compressed size of a root column.
    fn bytes(&self, root: usize) -> u64 {
        let schema = self.metadata.parquet_schema();
        let groups = self.metadata.metadata().row_groups();
        let columns = groups
            .iter()
            .flat_map(|group| group.columns().iter().enumerate());
        columns
            .filter(|(leaf, _)| schema.get_column_root_idx(*leaf) == root)
            .map(|(_, column)| column.compressed_size().unsigned_abs())
            .sum()
    }
}

fn with_dictionaries(schema: &Schema) -> Schema {
    let fields = schema.fields().iter().map(|field| match field.data_type() {
        text @ (DataType::Utf8 | DataType::LargeUtf8) => {
            let dictionary =
                DataType::Dictionary(Box::new(DataType::Int32), Box::new(text.clone()));
            field.as_ref().clone().with_data_type(dictionary)
        }
        _ => field.as_ref().clone(),
    });
    Schema::new_with_metadata(fields.collect::<Vec<_>>(), schema.metadata().clone())
}

fn broken(error: &(dyn std::error::Error + 'static)) -> Error {
    Error::new(format!("the Parquet cannot be read: {error}"))
        .advise("it may be cut short or damaged: copy or write it again")
}
