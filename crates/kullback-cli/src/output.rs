//! Standard output: the answer, and nothing else.

use std::io::{self, BufWriter, Write};

use crate::fail::Fail;

/// Writes an answer that was worked out in full, so that an error leaves no half of it behind. A
/// reader that stops early, as `head` does, is no error.
pub(crate) fn print(answer: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), Fail> {
    let mut stdout = BufWriter::new(anstream::stdout());
    match answer(&mut stdout).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Fail::new(format!("the answer cannot be written: {error}")))
        }
        _ => Ok(()),
    }
}
