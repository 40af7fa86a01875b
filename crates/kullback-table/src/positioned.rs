//! A file that several threads read at places of their own.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::sync::Arc;

use parquet::errors::Result;
use parquet::file::reader::{ChunkReader, Length};

/// A file read by position. Clones of a [`File`] share one cursor, so threads that seek in them
/// would read each other's bytes; reading at a position needs no cursor.
#[derive(Clone, Debug)]
pub(crate) struct Positioned {
    file: Arc<File>,
    length: u64,
}

impl Positioned {
    pub(crate) fn new(file: File) -> io::Result<Self> {
        let length = file.metadata()?.len();
        Ok(Self {
            file: Arc::new(file),
            length,
        })
    }
}

impl Length for Positioned {
    fn len(&self) -> u64 {
        self.length
    }
}

impl ChunkReader for Positioned {
    type T = BufReader<Tail>;

    fn get_read(&self, start: u64) -> Result<Self::T> {
        Ok(BufReader::new(Tail {
            file: Arc::clone(&self.file),
            position: start,
        }))
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<bytes::Bytes> {
        // A hostile footer may name any length: no more is held than the file has.
        let mut bytes = Vec::new();
        let read = self
            .get_read(start)?
            .take(length as u64)
            .read_to_end(&mut bytes)?;
        if read < length {
            return Err(io::Error::from(io::ErrorKind::UnexpectedEof).into());
        }
        Ok(bytes.into())
    }
}

/// The bytes of a file from a position on.
#[derive(Debug)]
pub(crate) struct Tail {
    file: Arc<File>,
    position: u64,
}

impl Read for Tail {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        #[cfg(unix)]
        let read = std::os::unix::fs::FileExt::read_at(&*self.file, buffer, self.position)?;
        #[cfg(windows)]
        let read = std::os::windows::fs::FileExt::seek_read(&*self.file, buffer, self.position)?;
        self.position += read as u64;
        Ok(read)
    }
}
