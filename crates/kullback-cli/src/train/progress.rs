//! A line on a terminal while a model is trained.

use std::cell::Cell;
use std::fmt::Write as _;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};
use kullback_learn::StepLog;

/// The line, on standard error, drawn only on a terminal. It goes when dropped.
pub(crate) struct Bar {
    bar: ProgressBar,
    drawn: Cell<Instant>,
}

impl Bar {
    /// Of so many steps.
    pub(crate) fn new(steps: u64) -> Self {
        let bar = ProgressBar::new(steps);
        if let Ok(style) = ProgressStyle::with_template("{bar:20} {pos}/{len}  {msg}  {eta} left") {
            bar.set_style(style);
        }
        Self {
            bar,
            drawn: Cell::new(Instant::now()),
        }
    }

    /// Shows what a step did, ten times a second at most.
    pub(crate) fn show(&self, step: &StepLog) {
        if self.bar.is_hidden() || self.drawn.get().elapsed() < Duration::from_millis(100) {
            return;
        }
        self.drawn.set(Instant::now());
        let mut text = format!("labels {:.3}", step.supervised);
        // Writing to a string cannot fail.
        if let (Some(loss), Some(mask)) = (step.consistency, step.mask_share) {
            let _ = write!(
                text,
                "  consistency {loss:.4} ({:.0} % of rows)",
                100.0 * mask
            );
        }
        if let Some(share) = step.labelled_share {
            let _ = write!(text, "  annealed to {:.0} %", 100.0 * share);
        }
        if let Some(loss) = step.distillation {
            let _ = write!(text, "  teacher {loss:.4}");
        }
        if step.penalty > 0.0 {
            let _ = write!(text, "  penalty {:.3}", step.penalty);
        }
        let _ = write!(text, "  rate {:.1e}", step.rate);
        self.bar.set_message(text);
        self.bar.set_position(step.step);
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
