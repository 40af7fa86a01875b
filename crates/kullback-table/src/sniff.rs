//! What a file is, told by its content and not by its name.

use std::fmt;
use std::fs::File;
use std::io::{Cursor, Read};

use kullback::Progress;

use crate::Error;
use crate::location::Input;

/// How a table is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    /// Fields between delimiters, records on lines.
    Csv,
    /// An array of objects, or objects one after another.
    Json,
    /// Apache Parquet.
    Parquet,
    /// An Arrow IPC file, also called Feather version 2.
    ArrowFile,
    /// An Arrow IPC stream.
    ArrowStream,
    /// Batches of Arrow's in memory.
    Batches,
    /// Summaries.
    Profile,
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Csv => "CSV",
            Self::Json => "JSON",
            Self::Parquet => "Parquet",
            Self::ArrowFile => "Arrow IPC",
            Self::ArrowStream => "Arrow IPC stream",
            Self::Batches => "a table in memory",
            Self::Profile => "a profile",
        })
    }
}

/// How a file is packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Packing {
    Plain,
    Gzip,
    Zstd,
}

/// How much of a stream is looked at before it is read: enough for a wide header.
const PREFIX: u64 = 1 << 18;

/// An open input with its first bytes at hand.
pub(crate) struct Opened {
    pub(crate) format: Format,
    /// The first quarter of a megabyte, unpacked; all of it when the input is shorter.
    pub(crate) prefix: Vec<u8>,
    /// Whether `prefix` is all there is.
    pub(crate) whole: bool,
    rest: Box<dyn Read + Send>,
    /// Whether the input is a file that is not packed.
    pub(crate) plain_file: bool,
}

impl Opened {
    /// Opens an input and looks at its first bytes. Bytes read are added to `progress`.
    pub(crate) fn open(input: &Input, progress: &Progress) -> Result<Self, Error> {
        let fail = |error: std::io::Error| Error::io(&error).in_file(input);
        let (raw, is_file): (Box<dyn Read + Send>, bool) = match input {
            Input::Batches(_) | Input::Profile(_) => {
                return Err(Error::new("is no file").in_file(input));
            }
            Input::Stdin => (Box::new(std::io::stdin()), false),
            Input::File(path) => {
                let file = File::open(path).map_err(fail)?;
                let found = file.metadata().map_err(fail)?;
                if found.is_dir() {
                    return Err(Error::new("is a directory").in_file(input));
                }
                (Box::new(file), found.is_file())
            }
        };
        let mut raw = Counted {
            inner: raw,
            progress: progress.clone(),
        };
        let mut magic = Vec::new();
        raw.by_ref().take(8).read_to_end(&mut magic).map_err(fail)?;
        if magic.is_empty() {
            return Err(Error::new("the file is empty").in_file(input));
        }
        let packing = packing(&magic).map_err(|error| error.in_file(input))?;
        let whole = Cursor::new(magic).chain(raw);
        let mut rest: Box<dyn Read + Send> = match packing {
            Packing::Plain => Box::new(whole),
            Packing::Gzip => Box::new(flate2::read::MultiGzDecoder::new(whole)),
            Packing::Zstd => Box::new(zstd::Decoder::new(whole).map_err(fail)?),
        };
        let mut prefix = Vec::new();
        rest.by_ref()
            .take(PREFIX)
            .read_to_end(&mut prefix)
            .map_err(fail)?;
        if prefix.is_empty() {
            return Err(Error::new("the file is empty once unpacked").in_file(input));
        }
        let format = format(&prefix).map_err(|error| error.in_file(input))?;
        let whole = (prefix.len() as u64) < PREFIX;
        Ok(Self {
            format,
            prefix,
            whole,
            rest,
            plain_file: is_file && packing == Packing::Plain,
        })
    }

    /// Looks at so many first bytes at least, where there are as many.
    pub(crate) fn look(&mut self, bytes: u64) -> std::io::Result<()> {
        let more = bytes.saturating_sub(self.prefix.len() as u64);
        let read = self
            .rest
            .by_ref()
            .take(more)
            .read_to_end(&mut self.prefix)?;
        self.whole |= (read as u64) < more;
        Ok(())
    }

    /// The whole content as a stream.
    pub(crate) fn into_reader(self) -> impl Read + Send {
        Cursor::new(self.prefix).chain(self.rest)
    }

    /// An unpacked copy of the whole content, in a temporary file that has no name and goes with
    /// the process.
    pub(crate) fn copy(&mut self) -> std::io::Result<File> {
        let mut copy = tempfile::tempfile()?;
        std::io::copy(
            &mut Cursor::new(&self.prefix).chain(&mut self.rest),
            &mut copy,
        )?;
        Ok(copy)
    }
}

fn packing(magic: &[u8]) -> Result<Packing, Error> {
    let unpack = |name: &str| {
        Err(Error::new(format!("{name} archives are not read")).advise("unpack it first"))
    };
    match magic {
        [0x1f, 0x8b, ..] => Ok(Packing::Gzip),
        [0x28, 0xb5, 0x2f, 0xfd, ..] => Ok(Packing::Zstd),
        [b'B', b'Z', b'h', b'1'..=b'9', 0x31 | 0x17, ..] => unpack("bzip2"),
        [0xfd, b'7', b'z', b'X', b'Z', 0, ..] => unpack("xz"),
        [b'P', b'K', 3, 4, ..] => Err(Error::new("zip archives and spreadsheets are not read")
            .advise("unpack it, or save the sheet as CSV")),
        _ => Ok(Packing::Plain),
    }
}

fn format(prefix: &[u8]) -> Result<Format, Error> {
    match prefix {
        [b'P', b'A', b'R', b'1', ..] => return Ok(Format::Parquet),
        [b'P', b'A', b'R', b'E', ..] => return Err(Error::new("encrypted Parquet is not read")),
        [b'A', b'R', b'R', b'O', b'W', b'1', ..] => return Ok(Format::ArrowFile),
        [b'F', b'E', b'A', b'1', ..] => {
            return Err(Error::new("Feather version 1 is not read")
                .advise("write it again as Arrow IPC (Feather version 2) or Parquet"));
        }
        [0xff, 0xff, 0xff, 0xff, ..] => return Ok(Format::ArrowStream),
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => {
            return Err(Error::new("the text is UTF-16").advise("save it as UTF-8"));
        }
        _ => {}
    }
    if prefix.contains(&0) {
        return Err(
            Error::new("not a table in a format that is read here").advise(
                "CSV, TSV, JSON, Parquet and Arrow IPC are, plain or packed with gzip or zstd",
            ),
        );
    }
    let text = prefix.strip_prefix(b"\xef\xbb\xbf").unwrap_or(prefix);
    match text.iter().find(|byte| !byte.is_ascii_whitespace()) {
        None => Err(Error::new("the file holds nothing but blanks")),
        Some(b'{' | b'[') => Ok(Format::Json),
        Some(_) => Ok(Format::Csv),
    }
}

/// Adds the bytes that pass to a count, and ends where the reading is to stop.
struct Counted<R> {
    inner: R,
    progress: Progress,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.progress
            .add(read as u64)
            .map_err(std::io::Error::other)?;
        Ok(read)
    }
}
