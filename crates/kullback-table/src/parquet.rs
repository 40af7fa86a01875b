//! Parquet: column after column, each on a thread of its own.

use std::fs::File;
use std::sync::Arc;

use ::parquet::arrow::ProjectionMask;
use ::parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReaderBuilder,
};
use ::parquet::errors::ParquetError;
use arrow_schema::{DataType, Schema};
use kullback::Progress;
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

/// The most rows that are coded together: of 100 columns they take 26 MB.
const PART: usize = 1 << 18;

/// Rows of one row group that are read together.
#[derive(Clone, Copy)]
struct Part {
    group: usize,
    first: usize,
    rows: usize,
}

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

    /// Takes all rows. Memory holds the pages of one column for each thread, whatever the table's
    /// width, and a byte for each value of a part where rows are coded.
    pub(crate) fn read(
        &self,
        file: File,
        input: &Input,
        sinks: &mut Sinks<'_>,
        progress: &Progress,
    ) -> Result<(), Error> {
        let file = Positioned::new(file).map_err(|error| Error::io(&error).in_file(input))?;
        let by = arrow::by_leaf(&self.leaves, sinks);
        if sinks.plan.factors.is_empty() {
            return self.read_part(None, &file, by, input, sinks, progress);
        }
        for part in self.parts() {
            self.read_part(Some(part), &file, by, input, sinks, progress)?;
            sinks.end_rows()?;
        }
        Ok(())
    }

    fn parts(&self) -> Vec<Part> {
        let groups = self.metadata.metadata().row_groups().iter().enumerate();
        let parts = groups.flat_map(|(group, found)| {
            let all = found.num_rows().unsigned_abs() as usize;
            let part = move |first| Part {
                group,
                first,
                rows: PART.min(all - first),
            };
            (0..all).step_by(PART).map(part)
        });
        parts.collect()
    }

    /// Takes the rows of a part, or of the whole file.
    fn read_part(
        &self,
        part: Option<Part>,
        file: &Positioned,
        by: Option<&Leaf>,
        input: &Input,
        sinks: &mut Sinks<'_>,
        progress: &Progress,
    ) -> Result<(), Error> {
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
            let mut reader = ParquetRecordBatchReaderBuilder::new_with_metadata(
                file.clone(),
                self.metadata.clone(),
            )
            .with_projection(ProjectionMask::roots(
                self.metadata.parquet_schema(),
                projected.iter().copied(),
            ))
            .with_batch_size(BATCH);
            if let Some(Part { group, first, rows }) = part {
                reader = reader.with_row_groups(vec![group]);
                reader = reader.with_offset(first).with_limit(rows);
            }
            let reader = reader
                .build()
                .map_err(|error| broken(&error).in_file(input))?;
            let mut rows = vec![0; 2];
            for batch in reader {
                progress.check()?;
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
            if part.is_none_or(|part| part.first == 0) {
                progress.add(self.bytes(*root, part))?;
            }
            Ok(rows)
        };
        // Every column meets the same rows.
        let split: Vec<Vec<u64>> = roots
            .par_iter_mut()
            .map(count)
            .collect::<Result<_, Error>>()?;
        drop(roots);
        let file = self.metadata.metadata().file_metadata();
        let all = part.map_or(file.num_rows().unsigned_abs(), |part| part.rows as u64);
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

    /// The compressed size of a root column, in the row group of a part or in all.
    fn bytes(&self, root: usize, part: Option<Part>) -> u64 {
        let schema = self.metadata.parquet_schema();
        let groups = self.metadata.metadata().row_groups().iter().enumerate();
        let columns = groups
            .filter(|(group, _)| part.is_none_or(|part| part.group == *group))
            .flat_map(|(_, group)| group.columns().iter().enumerate());
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
