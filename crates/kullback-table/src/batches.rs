//! Tables in memory: batches of Arrow's, from whoever in the program holds or computes them.
//!
//! They come through the Arrow C stream interface, which every library of data frames has, so that
//! the columns are read where they lie.

use std::ffi::c_void;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use arrow_array::ffi_stream::{FFI_ArrowArrayStream, RecordBatchStreamReader};
use arrow_array::{Array, RecordBatch, RecordBatchIterator, RecordBatchReader};
use arrow_schema::{ArrowError, Schema};
use kullback::Progress;

use crate::Error;
use crate::arrow::{self, Leaf};
use crate::sinks::Sinks;

/// How often the batches of a table can be had.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Supply {
    /// They lie in memory: at any time, and for several readers at once.
    Held,
    /// They are computed when they are asked for: any number of times, one after another.
    Computed,
    /// They come once.
    Once,
}

/// Whom to ask for the batches of a table.
#[derive(Clone)]
pub(crate) struct Supplier {
    pub(crate) name: String,
    pub(crate) supply: Supply,
    ask: Arc<dyn Fn() -> Result<Batches, Error> + Send + Sync>,
}

impl fmt::Debug for Supplier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Supplier")
            .field("name", &self.name)
            .field("supply", &self.supply)
            .finish_non_exhaustive()
    }
}

impl Supplier {
    pub(crate) fn new(
        name: String,
        supply: Supply,
        ask: impl Fn() -> Result<Batches, Error> + Send + Sync + 'static,
    ) -> Self {
        let ask = Arc::new(ask);
        Self { name, supply, ask }
    }

    pub(crate) fn ask(&self) -> Result<Batches, Error> {
        (self.ask)().map_err(|error| error.in_file(&self.name))
    }
}

/// One reading of a table in memory: its schema, then its batches.
pub struct Batches(Box<dyn RecordBatchReader + Send>);

impl fmt::Debug for Batches {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Batches").field(&self.schema()).finish()
    }
}

impl Batches {
    /// Takes over a stream of the Arrow C stream interface, and leaves a released one behind.
    ///
    /// # Safety
    ///
    /// `stream` points to a valid `ArrowArrayStream` that no one else uses meanwhile, and what it
    /// gives is as the interface says: buffers of the lengths that its types need, offsets within
    /// them, texts in UTF-8.
    ///
    /// # Errors
    ///
    /// When the stream was read before, its rows are no table, or they have a type that Arrow does
    /// not know.
    #[allow(
        unsafe_code,
        reason = "the Arrow C stream interface is a struct behind a pointer"
    )]
    pub unsafe fn from_pointer(stream: *mut c_void) -> Result<Self, Error> {
        let stream = stream.cast::<FFI_ArrowArrayStream>();
        // SAFETY: the caller's word.
        let reader = sound(|| unsafe { RecordBatchStreamReader::from_raw(stream) })?;
        Ok(Self(Box::new(reader)))
    }

    pub(crate) fn of(batch: &RecordBatch) -> Self {
        let batches = [Ok(batch.clone())];
        Self(Box::new(RecordBatchIterator::new(batches, batch.schema())))
    }

    pub(crate) fn schema(&self) -> Arc<Schema> {
        self.0.schema()
    }

    /// Counts all rows. Batches are gathered until there is work for all cores, so that of a table
    /// that is computed no more than that is held.
    pub(crate) fn read(
        mut self,
        leaves: &[Leaf],
        name: &str,
        sinks: &mut Sinks<'_>,
        progress: &Progress,
    ) -> Result<(), Error> {
        /// How many values are gathered: 64 MB of numbers.
        const GATHERED: usize = 1 << 23;
        let columns = leaves.len().max(1);
        // Where rows are coded, they are counted in parts.
        let coded = !sinks.plan.factors.is_empty();
        let mut gathered = Vec::new();
        let mut rows = 0;
        loop {
            progress.check()?;
            let next = sound(|| self.0.next().transpose()).map_err(|error| error.in_file(name))?;
            let last = next.is_none();
            if let Some(batch) = next {
                rows += batch.num_rows();
                gathered.push(batch);
            }
            if last || rows.saturating_mul(columns) >= GATHERED {
                let parts: Vec<RecordBatch> = gathered.iter().flat_map(parts).collect();
                let together = if coded { 1 } else { parts.len().max(1) };
                for parts in parts.chunks(together) {
                    arrow::take(parts, leaves, sinks, progress)?;
                }
                let bytes = gathered.iter().map(RecordBatch::get_array_memory_size);
                progress.add(bytes.sum::<usize>() as u64)?;
                gathered.clear();
                rows = 0;
            }
            if last {
                return Ok(());
            }
        }
    }
}

/// A batch in parts of some rows, after each of which a reading can stop. The values of a dictionary
/// are read once for each part, so that it has as many rows at least.
fn parts(batch: &RecordBatch) -> Vec<RecordBatch> {
    const ROWS: usize = 1 << 18;
    let values = |column: &Arc<dyn Array>| {
        use arrow_array::cast::AsArray as _;
        column
            .as_any_dictionary_opt()
            .map_or(0, |dictionary| dictionary.values().len())
    };
    let most = batch.columns().iter().map(values).fold(ROWS, usize::max);
    (0..batch.num_rows())
        .step_by(most)
        .map(|first| batch.slice(first, most.min(batch.num_rows() - first)))
        .collect()
}

/// What `decode` gives, unless what came through the interface is broken: some faults are told by an
/// error, others by a panic.
fn sound<T>(decode: impl FnOnce() -> Result<T, ArrowError>) -> Result<T, Error> {
    let broken = |what: &dyn fmt::Display| {
        Error::new(format!("its Arrow stream cannot be read: {what}"))
            .advise("a column may have a type that Arrow does not know: cast or drop it")
    };
    // A stream that panicked is not used again.
    match catch_unwind(AssertUnwindSafe(decode)) {
        Ok(decoded) => decoded.map_err(|error| broken(&error)),
        Err(_) => Err(broken(&"its buffers do not fit together")),
    }
}
