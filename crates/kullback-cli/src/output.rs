//! Standard output: the answer, and nothing else.

use std::io::{self, BufWriter, Write};

use crate::fail::Fail;

/// The columns of the terminal; 100 where there is none.
pub(crate) fn width() -> usize {
    terminal_size::terminal_size().map_or(100, |(width, _)| usize::from(width.0))
}

/// Writes text with styles, which are left out where they are not wanted, as in a file.
pub(crate) fn print_styled(text: &str) -> Result<(), Fail> {
    write(anstream::stdout(), |stdout| {
        stdout.write_all(text.as_bytes())
    })
}

/// Writes data to the byte: what leaves out styles would leave characters out of its strings.
pub(crate) fn print(data: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), Fail> {
    write(io::stdout().lock(), data)
}

/// Writes an answer that was worked out in full, so that an error leaves no half of it behind. A
/// reader that stops early, as `head` does, is no error.
fn write(
    stdout: impl Write,
    answer: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<(), Fail> {
    let mut stdout = BufWriter::new(stdout);
    match answer(&mut stdout).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Fail::new(format!("the answer cannot be written: {error}")))
        }
        _ => Ok(()),
    }
}
