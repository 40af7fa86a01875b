//! A bar for inputs that take longer than a second.

use std::sync::mpsc;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use kullback::Progress;

/// Does a piece of work with a bar on standard error, drawn only on a terminal and only after a
/// second.
pub(crate) fn shown<T>(work: impl FnOnce(&Progress) -> T) -> T {
    let progress = Progress::default();
    let (done, finished) = mpsc::channel::<()>();
    std::thread::scope(|scope| {
        scope.spawn(|| watch(&progress, finished));
        let result = work(&progress);
        drop(done);
        result
    })
}

/// Draws until the other end is dropped.
fn watch(progress: &Progress, finished: mpsc::Receiver<()>) {
    let tick = |wait| finished.recv_timeout(wait) == Err(mpsc::RecvTimeoutError::Timeout);
    if !tick(Duration::from_secs(1)) {
        return;
    }
    let bar = ProgressBar::no_length();
    let mut shown = None;
    loop {
        let total = progress.total();
        if shown != Some(total) {
            shown = Some(total);
            let template = match total {
                Some(_) => "reading {bar:40} {bytes}/{total_bytes}, {eta} left",
                None => "reading {bytes}",
            };
            if let Ok(style) = ProgressStyle::with_template(template) {
                bar.set_style(style);
            }
            total.map_or_else(|| bar.unset_length(), |total| bar.set_length(total));
            bar.reset_eta();
        }
        bar.set_position(progress.done());
        if !tick(Duration::from_millis(100)) {
            bar.finish_and_clear();
            return;
        }
    }
}
