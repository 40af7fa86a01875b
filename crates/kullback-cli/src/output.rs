//! Standard output: the answer, and nothing else.

use std::io::{self, BufWriter, Write};
use std::path::Path;

use crate::args::Color;
use crate::fail::Fail;

/// Sets for the whole run whether text is styled.
pub(crate) fn set_color(color: Option<Color>) {
    let choice = match color {
        None | Some(Color::Auto) => anstream::ColorChoice::Auto,
        Some(Color::Always) => anstream::ColorChoice::Always,
        Some(Color::Never) => anstream::ColorChoice::Never,
    };
    choice.write_global();
}

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

/// Writes a page beside the answer.
pub(crate) fn write_page(path: &Path, page: &str) -> Result<(), Fail> {
    std::fs::write(path, page)
        .map_err(|error| Fail::new(format!("{}: cannot be written: {error}", path.display())))
}
