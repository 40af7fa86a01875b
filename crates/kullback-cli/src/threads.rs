//! How many threads there are.

use crate::fail::Fail;

/// Sets the number of threads for the whole run; one for each core where none is given.
pub(crate) fn set(threads: Option<u16>) -> Result<(), Fail> {
    let Some(threads) = threads else {
        return Ok(());
    };
    rayon::ThreadPoolBuilder::new()
        .num_threads(usize::from(threads))
        .build_global()
        .map_err(|error| Fail::new(format!("{threads} threads cannot be started: {error}")))
}
