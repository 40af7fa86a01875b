//! CSV, TSV, JSON, Parquet and Arrow IPC → summaries of columns, in one streaming pass; or rows.
//!
//! [`read`] takes two tables, [`split`] takes one in two parts. Both give a pair of [`Table`]s
//! with the same columns, each with a [`Column`](kullback::summary::Column) that
//! [`kullback::compare`] measures. Formats are told by content, types are agreed over both
//! tables, and whatever is not compared is listed with its reason. [`read_pairs`] and
//! [`split_pairs`] read the same tables once more, for the counts of pairs of columns. [`read_rows`]
//! keeps the values themselves, for what learns from rows. [`profile`](profile()) keeps one table's summaries, to be
//! compared later or merged. A table may lie in memory too: see [`Location::of_batches`].
//!
//! ```no_run
//! use kullback_table::{Location, Options, read};
//!
//! let (p, q) = (Location::parse("train.csv")?, Location::parse("today/*.parquet")?);
//! let [p, q] = read(&p, &q, &Options::default(), &Default::default())?;
//! for (p, q) in p.columns.iter().zip(&q.columns) {
//!     println!("{}: {} and {} rows", p.name, p.summary.rows(), q.summary.rows());
//! }
//! # Ok::<(), kullback_table::Error>(())
//! ```

mod agree;
mod arrow;
mod batches;
mod by;
mod csv;
mod error;
mod ipc;
mod json;
mod location;
mod parquet;
mod positioned;
mod profile;
mod read;
mod reading;
mod rows;
mod sink;
mod sinks;
mod sniff;
mod source;
mod table;
mod value;
mod write;

pub use batches::{Batches, Supply};
pub use by::By;
pub use error::Error;
pub use location::Location;
pub use profile::{Profile, profile};
pub use read::{NULL_TEXTS, Options, read, read_pairs, read_rows, split, split_pairs};
pub use reading::ColumnType;
pub use rows::{Cell, Rows, RowsColumn};
pub use table::{Note, Skipped, Table, TableColumn};
pub use write::{Values, write_table};
