//! Long work beside an interpreter that goes on: signals are heard, progress is shown, and both can stop it.

use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;

use kullback_job::{Error, Progress};
use pyo3::prelude::*;

use crate::error::raise_job;

/// How often the interpreter looks up: soon enough for a person who presses Ctrl-C.
const TICK: Duration = Duration::from_millis(50);

/// Does the work on a thread of its own, without the interpreter. `watch` is called with the bytes done and all there
/// are, or None; an exception there, or a signal's, stops the work and is raised.
pub(crate) fn watched<T: Send>(
    py: Python<'_>,
    watch: Option<&Bound<'_, PyAny>>,
    work: impl FnOnce(&Progress) -> Result<T, Error> + Send,
) -> PyResult<T> {
    let progress = Progress::default();
    std::thread::scope(|scope| {
        let (done, mut finished) = channel::<()>();
        let worker = scope.spawn({
            let progress = progress.clone();
            move || {
                let result = work(&progress);
                drop(done);
                result
            }
        });
        let mut interrupted = Ok(());
        loop {
            let waited;
            (waited, finished) = py.detach(move || (finished.recv_timeout(TICK), finished));
            if waited == Err(RecvTimeoutError::Disconnected) {
                break;
            }
            if interrupted.is_err() {
                continue;
            }
            interrupted = py.check_signals().and_then(|()| match watch {
                Some(watch) => watch.call1((progress.done(), progress.total())).map(|_| ()),
                None => Ok(()),
            });
            if interrupted.is_err() {
                progress.stop();
            }
        }
        let result = py.detach(|| worker.join());
        interrupted?;
        match result {
            Ok(result) => result.map_err(|error| raise_job(&error)),
            Err(panic) => std::panic::resume_unwind(panic),
        }
    })
}
