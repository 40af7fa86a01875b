//! A file, or memory of someone else, seen through windows.

use std::fmt;
use std::fs::File;
use std::ops::{Deref, Range};
use std::path::Path;
use std::sync::Arc;

use memmap2::{Mmap, MmapOptions};

use crate::Error;

/// A file open for reading, of a size known from the start; or bytes that are in memory already.
///
/// A file is read through windows that are mapped while they are looked at, so that memory holds a
/// few of them however large the file is, and nothing is copied.
#[derive(Debug)]
pub struct Bytes {
    place: Place,
    name: String,
    len: u64,
}

#[derive(Debug)]
enum Place {
    File(File),
    Memory(Memory),
}

/// Bytes in memory, kept for as long as anyone looks at them.
#[derive(Clone)]
struct Memory(Arc<dyn AsRef<[u8]> + Send + Sync>);

impl Memory {
    fn bytes(&self) -> &[u8] {
        (*self.0).as_ref()
    }
}

impl fmt::Debug for Memory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Memory({} bytes)", self.bytes().len())
    }
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
            place: Place::File(file),
            name,
            len: metadata.len(),
        })
    }

    /// Bytes in memory, under a name for errors. They are seen where they lie.
    ///
    /// ```
    /// use kullback_model::Bytes;
    ///
    /// let bytes = Bytes::in_memory("mine", vec![1, 2, 3, 4]);
    /// assert_eq!(&bytes.window(1, 2)?[..], [2, 3]);
    /// # Ok::<(), kullback_model::Error>(())
    /// ```
    pub fn in_memory(
        name: impl Into<String>,
        memory: impl AsRef<[u8]> + Send + Sync + 'static,
    ) -> Self {
        Self {
            len: memory.as_ref().len() as u64,
            place: Place::Memory(Memory(Arc::new(memory))),
            name: name.into(),
        }
    }

    /// A file already open, under a name for errors.
    pub(crate) fn of(file: File, name: String) -> Result<Self, Error> {
        let len = file.metadata().map_err(|error| Error::io(&error))?.len();
        let place = Place::File(file);
        Ok(Self { place, name, len })
    }

    /// The size in bytes.
    pub fn len(&self) -> u64 {
        self.len
    }

    /// Whether there is not one byte.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The path, or the name, as it was given.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The file itself, for a reader of its own.
    pub(crate) fn file(&self) -> Result<&File, Error> {
        match &self.place {
            Place::File(file) => Ok(file),
            Place::Memory(_) => Err(Error::new("is in memory, and is read from files only")
                .in_file(&self.name)
                .advise("save it to a file")),
        }
    }

    pub(crate) fn is_file(&self) -> bool {
        matches!(self.place, Place::File(_))
    }

    /// The bytes from `offset` on, `len` of them.
    ///
    /// # Errors
    /// When the file is shorter than that, also when it was cut since it was opened.
    pub fn window(&self, offset: u64, len: u64) -> Result<Window, Error> {
        if len == 0 {
            return Ok(Window(Part::Nothing));
        }
        let window = match &self.place {
            Place::File(file) => self.map(file, offset, len),
            Place::Memory(memory) => self.part(memory, offset, len),
        };
        window.map_err(|error| error.in_file(&self.name))
    }

    fn part(&self, memory: &Memory, offset: u64, len: u64) -> Result<Window, Error> {
        let end = offset.checked_add(len).filter(|&end| end <= self.len);
        let end = end.ok_or_else(|| {
            let have = self.len;
            let what =
                format!("bytes {offset} to {offset} + {len} are beyond its end: it has {have}");
            Error::new(what)
        })?;
        // Both are at most the length of a slice.
        let place = offset as usize..end as usize;
        Ok(Window(Part::Memory(memory.clone(), place)))
    }

    fn map(&self, file: &File, offset: u64, len: u64) -> Result<Window, Error> {
        let now = file.metadata().map_err(|error| Error::io(&error))?;
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
        let map = unsafe { options.map(file) }.map_err(|error| Error::io(&error))?;
        // Reading ahead is a wish, and no error where it is not granted.
        #[cfg(unix)]
        let _ = map.advise(memmap2::Advice::WillNeed);
        Ok(Window(Part::File(map)))
    }
}

/// A part of a file in memory, for as long as it lives.
#[derive(Debug)]
pub struct Window(Part);

#[derive(Debug)]
enum Part {
    Nothing,
    File(Mmap),
    Memory(Memory, Range<usize>),
}

impl Deref for Window {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match &self.0 {
            Part::Nothing => &[],
            Part::File(map) => map,
            Part::Memory(memory, place) => memory.bytes().get(place.clone()).unwrap_or_default(),
        }
    }
}
