//! How far a long piece of work is, and whether it is to stop.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// How far a reading is, shared between those who read and those who watch. Clones are the same progress.
///
/// Readers [`add`](Self::add) the bytes that they are done with, and learn there whether to go on: a watcher says
/// [`stop`](Self::stop), and the reading ends soon with an error.
///
/// ```
/// use kullback::Progress;
///
/// let progress = Progress::default();
/// progress.begin(Some(100));
/// progress.add(40)?;
/// assert_eq!((progress.done(), progress.total()), (40, Some(100)));
/// progress.stop();
/// assert!(progress.add(60).is_err());
/// # Ok::<(), kullback::Stopped>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Progress(Arc<State>);

#[derive(Debug, Default)]
struct State {
    done: AtomicU64,
    /// One more than there is to do; 0 where that is not known.
    total: AtomicU64,
    stop: AtomicBool,
}

/// The work was stopped before its end, as [`Progress::stop`] asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stopped;

impl fmt::Display for Stopped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the reading was stopped before its end")
    }
}

impl std::error::Error for Stopped {}

impl Progress {
    /// Begins anew, with so many bytes to do where that is known.
    pub fn begin(&self, total: Option<u64>) {
        self.0.done.store(0, Ordering::Relaxed);
        let total = total.map_or(0, |total| total.saturating_add(1));
        self.0.total.store(total, Ordering::Relaxed);
    }

    /// Takes so many bytes as done.
    ///
    /// # Errors
    ///
    /// When the work is to stop.
    pub fn add(&self, bytes: u64) -> Result<(), Stopped> {
        self.0.done.fetch_add(bytes, Ordering::Relaxed);
        self.check()
    }

    /// Fails when the work is to stop.
    ///
    /// # Errors
    ///
    /// When the work is to stop.
    pub fn check(&self) -> Result<(), Stopped> {
        match self.is_stopped() {
            true => Err(Stopped),
            false => Ok(()),
        }
    }

    /// How many bytes are done.
    pub fn done(&self) -> u64 {
        self.0.done.load(Ordering::Relaxed)
    }

    /// How many there are, where that is known.
    pub fn total(&self) -> Option<u64> {
        self.0.total.load(Ordering::Relaxed).checked_sub(1)
    }

    /// Asks the work to stop, from any thread.
    pub fn stop(&self) {
        self.0.stop.store(true, Ordering::Relaxed);
    }

    /// Whether it was asked to.
    pub fn is_stopped(&self) -> bool {
        self.0.stop.load(Ordering::Relaxed)
    }
}
