//! A file, seen through windows.

use std::fs::File;
use std::ops::Deref;
use std::path::Path;

use memmap2::{Mmap, MmapOptions};

use crate::Error;

/// A file open for reading, of a size known from the start.
///
/// It is read through windows that are mapped while they are looked at, so that memory holds a
/// few of them however large the file is, and nothing is copied.
#[derive(Debug)]
pub struct Bytes {
    file: File,
    name: String,
    len: u64,
}

impl Bytes {
    /// Opens a regular file.
    ///
    /// # Errors
    /// When it cannot be opened, or is a directory, a pipe or a device, which have no size.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, Error> {
        let path = path.as_ref();
        let name = path.display().to_string();
        let opened = File::open(path).and_then(|file| Ok((file.metadata()?, file)));
        let (metadata, file) = opened.map_err(|error| Error::io(&error).in_file(&name))?;
        if !metadata.is_file() {
            return Err(Error::new("is no regular file")
                .in_file(&name)
                .advise("save a stream to a file first: its size is checked against its header"));
        }
        Ok(Self {
            file,
            name,
            len: metadata.len(),
        })
    }

    /// A file already open, under a name for errors.
    pub(crate) fn of(file: File, name: String) -> Result<Self, Error> {
        let len = file.metadata().map_err(|error| Error::io(&error))?.len();
        Ok(Self { file, name, len })
    }

    /// The size in bytes.
    pub fn len(&self) -> u64 {
        self.len
    }

    /// Whether there is not one byte.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The path, as it was given.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The file itself, for a reader of its own.
    pub(crate) fn file(&self) -> &File {
        &self.file
    }

    /// The bytes from `offset` on, `len` of them.
    ///
    /// # Errors
    /// When the file is shorter than that, also when it was cut since it was opened.
    pub fn window(&self, offset: u64, len: u64) -> Result<Window, Error> {
        if len == 0 {
            return Ok(Window(None));
        }
        let map = self.map(offset, len);
        map.map_err(|error| error.in_file(&self.name))
    }

    fn map(&self, offset: u64, len: u64) -> Result<Window, Error> {
        let now = self.file.metadata().map_err(|error| Error::io(&error))?;
        let end = offset.checked_add(len);
        if end.is_none_or(|end| end > self.len.min(now.len())) {
            return Err(Error::new(format!(
                "bytes {offset} to {offset} + {len} are beyond its end: it has {}",
                now.len()
            ))
            .advise("copy or write it again: it is cut short"));
        }
        let len = usize::try_from(len).map_err(|_| Error::new("is too large for this machine"))?;
        let mut options = MmapOptions::new();
        options.offset(offset).len(len);
        // SAFETY: the map is read only, private to `Window`, and lies within the file, as was just
        // checked. That nobody cuts or rewrites the file meanwhile is what every reader of mapped
        // files asks; a copy through a buffer costs three times the reading.
        #[allow(unsafe_code)]
        let map = unsafe { options.map(&self.file) }.map_err(|error| Error::io(&error))?;
        // Reading ahead is a wish, and no error where it is not granted.
        #[cfg(unix)]
        let _ = map.advise(memmap2::Advice::WillNeed);
        Ok(Window(Some(map)))
    }
}

/// A part of a file in memory, for as long as it lives.
#[derive(Debug)]
pub struct Window(Option<Mmap>);

impl Deref for Window {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        self.0.as_deref().unwrap_or_default()
    }
}
