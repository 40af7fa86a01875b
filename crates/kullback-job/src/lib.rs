//! A job is what a user asks for as a whole: sources in, a report out. The command and the Python
//! package both call it.
//!
//! [`compare`] and [`explain`] are of two tables, [`logits`] of what models predict, [`weights`] of
//! their parameters, [`models`] of both. A face has the arguments, shows the [`Progress`] and prints
//! the report; readers and measures stay in their own crates and meet here.
//!
//! ```
//! use kullback_job::{Pairs, Tables, compare};
//! use kullback_report::Question;
//! use kullback_table::Options;
//!
//! # let folder = tempfile::tempdir().unwrap();
//! # let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
//! std::fs::write(path("p.csv"), "sex,class\nf,1\nm,2\nf,1\nm,1\n").unwrap();
//! std::fs::write(path("q.csv"), "sex,class\nm,1\nm,2\nf,2\nm,2\n").unwrap();
//! let tables = Tables::find(&path("p.csv"), Some(&path("q.csv")), None)?;
//! let question = Question::default();
//! let pairs = Some(Pairs::default());
//! let report = compare(&tables, &Options::default(), &question, pairs.as_ref(), &Default::default())?;
//! assert_eq!(report.columns.len(), 2);
//! assert!(report.joint.is_some());
//! # Ok::<(), kullback_job::Error>(())
//! ```
//!
//! # Errors and options
//!
//! Where an [`Error`] or a note of a report names an option, it does so as `--name`, the way it is
//! given to the command. [`options_as`] spells them otherwise.

mod compare;
mod error;
mod logits;
mod models;
mod pairs;
mod summaries;
mod tables;
mod weights;
mod wording;

pub use compare::{compare, explain};
pub use error::Error;
pub use kullback::Progress;
pub use logits::{logits, logits_report};
pub use models::models;
pub use pairs::Pairs;
pub use tables::Tables;
pub use weights::weights;
pub use wording::options_as;
