//! A bar for inputs that take longer than a second.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, mpsc};
use std::thread::JoinHandle;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

/// A bar on standard error, drawn only on a terminal and only after a second. It goes when
/// dropped.
pub(crate) struct Bar {
    done: Option<mpsc::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// Shows how many of `total` bytes were read; a count alone where the total is not known.
pub(crate) fn show(total: Option<u64>, read: &Arc<AtomicU64>) -> Bar {
    let (done, finished) = mpsc::channel();
    let read = Arc::clone(read);
    let thread = std::thread::spawn(move || {
        let tick = |wait| finished.recv_timeout(wait) == Err(mpsc::RecvTimeoutError::Timeout);
        if !tick(Duration::from_secs(1)) {
            return;
        }
        let bar = total.map_or_else(ProgressBar::no_length, ProgressBar::new);
        let template = match total {
            Some(_) => "reading {bar:40} {bytes}/{total_bytes}, {eta} left",
            None => "reading {bytes}",
        };
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        loop {
            bar.set_position(read.load(Ordering::Relaxed));
            if !tick(Duration::from_millis(100)) {
                bar.finish_and_clear();
                return;
            }
        }
    });
    Bar {
        done: Some(done),
        thread: Some(thread),
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        drop(self.done.take());
        if let Some(thread) = self.thread.take() {
            // A bar that failed to draw is no reason to fail.
            let _ = thread.join();
        }
    }
}
