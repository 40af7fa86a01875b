//! Reports as JSON.

use serde::Serialize;

/// A report as indented JSON with a line end.
///
/// The layout is the fields of [`Report`](crate::Report) or
/// [`BetweenReport`](crate::BetweenReport), described in `docs/json.md`.
///
/// # Errors
///
/// When `output` cannot be written.
pub fn json(report: &impl Serialize, mut output: impl std::io::Write) -> std::io::Result<()> {
    serde_json::to_writer_pretty(&mut output, report)?;
    output.write_all(b"\n")
}
