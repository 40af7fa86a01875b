//! `.npy`: one array behind a header that is written as a Python dictionary.
//!
//! Layout (NumPy, `numpy.lib.format`): `\x93NUMPY`, two bytes of version, the length of the
//! header as a little-endian `u16` (version 1) or `u32` (2 and 3), the header
//! `{'descr': '<f4', 'fortran_order': False, 'shape': (8, 32, 37), }` padded with blanks, the data.

use std::io::{self, Write};
use std::path::Path;

use crate::tensor::size;
use crate::{Bytes, Dtype, Error, Tensor, Window};

/// The longest header that is read. NumPy itself refuses more than 10,000 bytes by default.
const LONGEST_HEADER: u64 = 1 << 20;

/// An open `.npy` file.
///
/// ```
/// use kullback_model::{Dtype, Npy};
///
/// let mut file = b"\x93NUMPY\x01\x00\x36\x00".to_vec();
/// file.extend(format!("{:<53}\n", "{'descr': '<f4', 'fortran_order': False, 'shape': (2,)}").bytes());
/// # file[8] = (file.len() - 10) as u8;
/// file.extend([1.5f32, -2.0].into_iter().flat_map(f32::to_le_bytes));
/// # let folder = tempfile::tempdir().unwrap();
/// # let path = folder.path().join("array.npy");
/// std::fs::write(&path, file).unwrap();
///
/// let array = Npy::open(&path, None)?;
/// assert_eq!((array.tensor().dtype, array.tensor().shape.as_slice()), (Dtype::F32, [2].as_slice()));
/// let mut values = Vec::new();
/// Dtype::F32.append_f64(&array.window(0, 2)?, &mut values);
/// assert_eq!(values, [1.5, -2.0]);
/// # Ok::<(), kullback_model::Error>(())
/// ```
#[derive(Debug)]
pub struct Npy {
    bytes: Bytes,
    tensor: Tensor,
}

impl Npy {
    /// Opens a file and checks its header. `void` says what elements without a type of NumPy's
    /// are: `ml_dtypes` saves bfloat16 as `<V2` and 8-bit floats as `<V1`.
    ///
    /// # Errors
    /// When it cannot be opened, is no `.npy` file, has elements other than little-endian
    /// numbers, lies in Fortran order, or has another size than its header says.
    pub fn open(path: impl AsRef<Path>, void: Option<Dtype>) -> Result<Self, Error> {
        let bytes = Bytes::open(path)?;
        let end = bytes.len();
        Self::within(bytes, 0, end, void)
    }

    /// The array between two places of a file, as a member of an archive lies in it.
    pub(crate) fn within(
        bytes: Bytes,
        start: u64,
        end: u64,
        void: Option<Dtype>,
    ) -> Result<Self, Error> {
        let tensor =
            header(&bytes, start, end, void).map_err(|error| error.in_file(bytes.name()))?;
        Ok(Self { bytes, tensor })
    }

    /// The array: its name is the file's.
    pub fn tensor(&self) -> &Tensor {
        &self.tensor
    }

    /// A window on elements `start` to `start + count`.
    ///
    /// # Errors
    /// As [`Tensor::window`].
    pub fn window(&self, start: u64, count: u64) -> Result<Window, Error> {
        self.tensor.window(&self.bytes, start, count)
    }

    pub(crate) fn into_parts(self) -> (Bytes, Tensor) {
        (self.bytes, self.tensor)
    }
}

/// Writes rows of `f32`, `columns` numbers each, as an array that NumPy and [`Npy`] read.
///
/// ```
/// use kullback_model::{Npy, write_npy};
///
/// # let folder = tempfile::tempdir().unwrap();
/// # let path = folder.path().join("logits.npy");
/// write_npy(&mut std::fs::File::create(&path).unwrap(), &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0], 3).unwrap();
/// assert_eq!(Npy::open(&path, None)?.tensor().shape, [2, 3]);
/// # Ok::<(), kullback_model::Error>(())
/// ```
///
/// # Errors
/// When `out` cannot be written, or the numbers are no whole number of rows.
pub fn write_npy(out: &mut impl Write, values: &[f32], columns: usize) -> io::Result<()> {
    if columns == 0 || !values.len().is_multiple_of(columns) {
        let what = format!("{} numbers are no rows of {columns}", values.len());
        return Err(io::Error::new(io::ErrorKind::InvalidInput, what));
    }
    let rows = values.len() / columns;
    let header =
        format!("{{'descr': '<f4', 'fortran_order': False, 'shape': ({rows}, {columns}), }}");
    // The data begins at a multiple of 64 bytes, as NumPy has it.
    let length = (10 + header.len() + 1).next_multiple_of(64) - 10;
    out.write_all(b"\x93NUMPY\x01\x00")?;
    out.write_all(&(length as u16).to_le_bytes())?;
    writeln!(out, "{header:<0$}", length - 1)?;
    let bytes: Vec<u8> = values.iter().flat_map(|x| x.to_le_bytes()).collect();
    out.write_all(&bytes)
}

fn header(bytes: &Bytes, start: u64, end: u64, void: Option<Dtype>) -> Result<Tensor, Error> {
    const CUT: &str = "copy or write it again, then compare its size with the original's";
    let have = end - start;
    let prefix = bytes.window(start, have.min(12))?;
    if !prefix.starts_with(b"\x93NUMPY") {
        return Err(Error::new(
            "is no .npy file: it does not begin with \\x93NUMPY",
        ));
    }
    let (length, begin) = match prefix[6..] {
        [1, _, low, high, ..] => (u64::from(u16::from_le_bytes([low, high])), 10),
        [2 | 3, _, a, b, c, d] => (u64::from(u32::from_le_bytes([a, b, c, d])), 12),
        [version, _, _, _, ..] if !(1..=3).contains(&version) => {
            return Err(Error::new(format!(
                "is of version {version} of the .npy format, and 1 to 3 are known"
            )));
        }
        _ => return Err(Error::new("ends within its header").advise(CUT)),
    };
    if length > LONGEST_HEADER {
        return Err(Error::new(format!(
            "its header should have {length} bytes: no array needs more than {LONGEST_HEADER}"
        )));
    }
    if begin + length > have {
        return Err(Error::new("ends within its header").advise(CUT));
    }
    let text = bytes.window(start + begin, length)?;
    let text = std::str::from_utf8(&text).map_err(|_| Error::new("its header is no text"))?;
    let Some(Dictionary {
        descr,
        fortran_order,
        shape,
    }) = Dictionary::parse(text)
    else {
        return Err(Error::new(format!(
            "its header is not what NumPy writes for an array of numbers: `{}`",
            text.trim()
        ))
        .advise("save a plain array of numbers, without named fields or objects"));
    };
    let dtype = dtype(&descr, void)?;
    if fortran_order && shape.iter().filter(|&&length| length > 1).count() > 1 {
        return Err(
            Error::new("its columns are stored one after the other (fortran_order)")
                .advise("save numpy.ascontiguousarray(array)"),
        );
    }
    let size = size(dtype, &shape);
    let data = have - begin - length;
    if size != Some(data) {
        let size = size.map_or("more than any file has".to_owned(), |size| size.to_string());
        return Err(Error::new(format!(
            "{descr} {shape:?} takes {size} bytes of data, and it has {data}"
        ))
        .advise(CUT));
    }
    Ok(Tensor {
        name: bytes.name().to_owned(),
        dtype,
        shape,
        offset: start + begin + length,
        bytes: data,
    })
}

fn dtype(descr: &str, void: Option<Dtype>) -> Result<Dtype, Error> {
    if descr.starts_with('>') {
        return Err(
            Error::new(format!("its elements are big-endian (`{descr}`)"))
                .advise("save array.astype(array.dtype.newbyteorder('<'))"),
        );
    }
    let kind = descr.trim_start_matches(['<', '|', '=']);
    Ok(match kind {
        "f8" => Dtype::F64,
        "f4" => Dtype::F32,
        "f2" => Dtype::F16,
        "i8" => Dtype::I64,
        "u8" => Dtype::U64,
        "i4" => Dtype::I32,
        "u4" => Dtype::U32,
        "i2" => Dtype::I16,
        "u2" => Dtype::U16,
        "i1" => Dtype::I8,
        "u1" => Dtype::U8,
        "b1" => Dtype::Bool,
        "V2" | "V1" => match void {
            Some(dtype) if dtype.bits() == if kind == "V2" { 16 } else { 8 } => dtype,
            _ => {
                return Err(Error::new(format!(
                    "its elements are `{descr}`, which does not say what they are: NumPy has no \
                     bfloat16 and no 8-bit floats"
                ))
                .advise("if they are bfloat16, say --bf16; else save them as float32"));
            }
        },
        _ => {
            return Err(
                Error::new(format!("its elements are `{descr}`, no numbers known here"))
                    .advise("save it as float32, float64 or float16"),
            );
        }
    })
}

/// What the header says.
struct Dictionary {
    descr: String,
    fortran_order: bool,
    shape: Vec<u64>,
}

impl Dictionary {
    /// Reads the dictionary: three keys in any order, each once; `None` for anything else.
    fn parse(text: &str) -> Option<Self> {
        let mut rest = text.trim().strip_prefix('{')?.strip_suffix('}')?.trim();
        let (mut descr, mut fortran_order, mut shape) = (None, None, None);
        while !rest.is_empty() {
            let (key, after) = quoted(rest)?;
            let value = after.trim_start().strip_prefix(':')?.trim_start();
            rest = match key {
                "descr" if descr.is_none() => {
                    let (value, after) = quoted(value)?;
                    descr = Some(value.to_owned());
                    after
                }
                "fortran_order" if fortran_order.is_none() => {
                    let end = value.find(|c: char| !c.is_alphanumeric());
                    let (value, after) = value.split_at(end.unwrap_or(value.len()));
                    fortran_order = Some(match value {
                        "True" => true,
                        "False" => false,
                        _ => return None,
                    });
                    after
                }
                "shape" if shape.is_none() => {
                    let (lengths, after) = value.strip_prefix('(')?.split_once(')')?;
                    shape = Some(tuple(lengths)?);
                    after
                }
                _ => return None,
            };
            rest = rest.trim_start();
            rest = match rest.strip_prefix(',') {
                Some(after) => after.trim_start(),
                None if rest.is_empty() => rest,
                None => return None,
            };
        }
        Some(Self {
            descr: descr?,
            fortran_order: fortran_order?,
            shape: shape?,
        })
    }
}

/// A text in single or double quotes, and what follows it.
fn quoted(text: &str) -> Option<(&str, &str)> {
    let quote = text.chars().next().filter(|c| matches!(c, '\'' | '"'))?;
    text[1..].split_once(quote)
}

/// `8, 32, 37` or `8,`; Python 2 wrote an L behind a long number.
fn tuple(text: &str) -> Option<Vec<u64>> {
    let text = text.trim();
    let text = text.strip_suffix(',').unwrap_or(text);
    if text.is_empty() {
        return Some(Vec::new());
    }
    text.split(',')
        .map(|length| {
            let length = length.trim();
            let digits = length.strip_suffix('L').unwrap_or(length);
            let plain = digits.bytes().all(|byte| byte.is_ascii_digit());
            digits.parse().ok().filter(|_| plain)
        })
        .collect()
}
