//! The header of a GGUF file, read field by field.

use std::io::{BufReader, Read};

use crate::{Bytes, Error};

/// The longest name of a tensor or key that is read: the format allows 64 bytes and 65,535.
const LONGEST_NAME: u64 = 65_535;

/// How deep arrays of arrays are followed.
const DEEPEST: u32 = 8;

/// Reads the header's fields and knows how much of the file is left.
pub(super) struct Header<'a> {
    file: BufReader<&'a std::fs::File>,
    position: u64,
    length: u64,
}

impl<'a> Header<'a> {
    pub(super) fn new(bytes: &'a Bytes) -> Result<Self, Error> {
        Ok(Self {
            file: BufReader::with_capacity(1 << 16, bytes.file()?),
            position: 0,
            length: bytes.len(),
        })
    }

    /// Where the next field is.
    pub(super) fn position(&self) -> u64 {
        self.position
    }

    fn advance(&mut self, bytes: u64) -> Result<(), Error> {
        if bytes > self.length - self.position {
            return Err(Error::new(format!(
                "the header goes beyond the end of the file: a field of {bytes} bytes at byte {}, \
                 and the file has {}",
                self.position, self.length
            ))
            .advise(super::CUT));
        }
        self.position += bytes;
        Ok(())
    }

    fn take<const N: usize>(&mut self) -> Result<[u8; N], Error> {
        self.advance(N as u64)?;
        let mut bytes = [0; N];
        let read = self.file.read_exact(&mut bytes);
        read.map_err(|error| Error::io(&error))?;
        Ok(bytes)
    }

    pub(super) fn bytes4(&mut self) -> Result<[u8; 4], Error> {
        self.take()
    }

    pub(super) fn u32(&mut self) -> Result<u32, Error> {
        self.take().map(u32::from_le_bytes)
    }

    pub(super) fn u64(&mut self) -> Result<u64, Error> {
        self.take().map(u64::from_le_bytes)
    }

    /// A name: its length, then UTF-8.
    pub(super) fn name(&mut self) -> Result<String, Error> {
        let (start, length) = (self.position, self.u64()?);
        if length > LONGEST_NAME {
            return Err(Error::new(format!(
                "the name at byte {start} should have {length} bytes, and the format allows \
                 {LONGEST_NAME}"
            )));
        }
        self.advance(length)?;
        // As long as was checked above.
        let mut bytes = vec![0; length as usize];
        let read = self.file.read_exact(&mut bytes);
        read.map_err(|error| Error::io(&error))?;
        String::from_utf8(bytes)
            .map_err(|_| Error::new(format!("the name at byte {start} is not UTF-8")))
    }

    fn skip(&mut self, bytes: u64) -> Result<(), Error> {
        self.advance(bytes)?;
        // A file has less than 2⁶³ bytes, and the field lies within it.
        let moved = self.file.seek_relative(bytes.cast_signed());
        moved.map_err(|error| Error::io(&error))
    }

    /// A value of the metadata: its number where it is a `u16` or a `u32`, else it is passed over.
    pub(super) fn value(&mut self, kind: u32) -> Result<Option<u32>, Error> {
        match kind {
            2 => return Ok(Some(u32::from(u16::from_le_bytes(self.take()?)))),
            4 => return self.u32().map(Some),
            _ => self.skip_value(kind, 0)?,
        }
        Ok(None)
    }

    fn skip_value(&mut self, kind: u32, depth: u32) -> Result<(), Error> {
        match kind {
            8 => {
                let length = self.u64()?;
                self.skip(length)
            }
            9 if depth < DEEPEST => {
                let (kind, length) = (self.u32()?, self.u64()?);
                if let Some(size) = fixed_size(kind) {
                    // Beyond 2⁶⁴ it is beyond the file as well.
                    return self.skip(length.saturating_mul(size));
                }
                for _ in 0..length {
                    self.skip_value(kind, depth + 1)?;
                }
                Ok(())
            }
            9 => Err(Error::new(format!(
                "arrays lie in arrays more than {DEEPEST} deep"
            ))),
            _ => match fixed_size(kind) {
                Some(size) => self.skip(size),
                None => Err(Error::new(format!(
                    "a value is of type {kind}, and the types of GGUF are 0 to 12"
                ))),
            },
        }
    }
}

/// How many bytes a number or truth value takes.
fn fixed_size(kind: u32) -> Option<u64> {
    match kind {
        0 | 1 | 7 => Some(1),
        2 | 3 => Some(2),
        4..=6 => Some(4),
        10..=12 => Some(8),
        _ => None,
    }
}
