//! `.npz`: arrays in a zip archive, stored or deflated.

use std::fs::File;
use std::io::{Read, copy};

use zip::{CompressionMethod, ZipArchive};

use crate::tensor::choose;
use crate::{Bytes, Dtype, Error, Npy};

/// The most that deflate makes of a byte.
const LARGEST_RATIO: u64 = 1032;

/// Opens one array of an archive: that of this name, or the only one. A stored array is read where
/// it lies; a deflated one is unpacked into a temporary file first, for rows are looked up.
///
/// # Errors
/// When the file is no archive of arrays, has several and none is named, none of that name, or
/// one that is packed in another way; and as [`Npy::open`].
pub fn open_npz(bytes: Bytes, array: Option<&str>, void: Option<Dtype>) -> Result<Npy, Error> {
    let file = bytes.name().to_owned();
    member(bytes, array, void).map_err(|error| error.in_file(file))
}

fn member(bytes: Bytes, array: Option<&str>, void: Option<Dtype>) -> Result<Npy, Error> {
    let broken = |error: zip::result::ZipError| {
        Error::new(format!("is no zip archive that can be read: {error}"))
            .advise("copy or write it again, then compare its size with the original's")
    };
    let mut archive = ZipArchive::new(bytes.file()?).map_err(broken)?;
    let names = archive
        .file_names()
        .map(|name| name.map(|name| name.into_owned()))
        .collect::<Result<Vec<String>, _>>()
        .map_err(broken)?;
    let stems: Vec<&str> = names.iter().map(|name| stem(name)).collect();
    let index = choose(&stems, array, "array")?;
    let member = archive.by_name(&names[index]).map_err(broken)?;
    let (size, packed) = (member.size(), member.compressed_size());
    let name = format!("{}[{}]", bytes.name(), stems[index]);
    match member.compression() {
        CompressionMethod::Stored => {
            let start = member.data_start();
            let start = start.ok_or_else(|| Error::new("does not say where its array begins"))?;
            drop(member);
            let end = start.checked_add(size).filter(|&end| end <= bytes.len());
            let end = end.ok_or_else(|| Error::new(format!("ends within array `{name}`")))?;
            drop(archive);
            Npy::within(bytes, start, end, void)
        }
        CompressionMethod::Deflated if size / LARGEST_RATIO > packed => Err(Error::new(format!(
            "says that {packed} bytes unpack to {size}, which is more than deflate can do"
        ))),
        CompressionMethod::Deflated => {
            let unpacked = unpack(member.take(size + 1), size)?;
            Npy::within(Bytes::of(unpacked, name)?, 0, size, void)
        }
        other => Err(Error::new(format!("its array is packed by {other}"))
            .advise("save it with numpy.savez or numpy.savez_compressed")),
    }
}

/// The name of an array: that of its member without `.npy`.
fn stem(name: &str) -> &str {
    name.strip_suffix(".npy").unwrap_or(name)
}

fn unpack(mut packed: impl Read, size: u64) -> Result<File, Error> {
    let failed = |error| Error::io(&error).at("unpacking its array");
    let mut file = tempfile::tempfile().map_err(failed)?;
    let written = copy(&mut packed, &mut file).map_err(failed)?;
    if written == size {
        Ok(file)
    } else {
        Err(Error::new(format!(
            "its array unpacks to another size than the {size} bytes that it states"
        )))
    }
}
