//! Number formats of tensors, and their values as `f64` or `f32`.

use std::fmt;

use half::slice::{HalfBitsSliceExt, HalfFloatSliceExt};
use half::{bf16, f16};

/// What one element of a tensor is. The names are those of safetensors.
///
/// ```
/// use kullback_model::Dtype;
///
/// let bf16: Dtype = "BF16".parse().unwrap();
/// assert_eq!((bf16.bits(), bf16.is_float()), (16, true));
///
/// let mut values = Vec::new();
/// assert!(bf16.append_f64(&[0x80, 0x3f, 0x00, 0xc0], &mut values));
/// assert_eq!(values, [1.0, -2.0]);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
#[allow(missing_docs, reason = "the names say it")]
pub enum Dtype {
    F64,
    F32,
    F16,
    Bf16,
    /// Four bits of exponent, three of mantissa, no infinities (Micikevicius et al. 2022).
    F8E4M3,
    /// Five bits of exponent, two of mantissa, IEEE-like (Micikevicius et al. 2022).
    F8E5M2,
    /// A power of two, 2^(byte − 127), as the scales of microscaling formats are.
    F8E8M0,
    F8E4M3Fnuz,
    F8E5M2Fnuz,
    F6E2M3,
    F6E3M2,
    F4,
    I64,
    U64,
    I32,
    U32,
    I16,
    U16,
    I8,
    U8,
    Bool,
    C64,
}

/// Every format with its name in safetensors and its size in bits.
const NAMES: [(Dtype, &str, u64); 22] = [
    (Dtype::F64, "F64", 64),
    (Dtype::F32, "F32", 32),
    (Dtype::F16, "F16", 16),
    (Dtype::Bf16, "BF16", 16),
    (Dtype::F8E4M3, "F8_E4M3", 8),
    (Dtype::F8E5M2, "F8_E5M2", 8),
    (Dtype::F8E8M0, "F8_E8M0", 8),
    (Dtype::F8E4M3Fnuz, "F8_E4M3FNUZ", 8),
    (Dtype::F8E5M2Fnuz, "F8_E5M2FNUZ", 8),
    (Dtype::F6E2M3, "F6_E2M3", 6),
    (Dtype::F6E3M2, "F6_E3M2", 6),
    (Dtype::F4, "F4", 4),
    (Dtype::I64, "I64", 64),
    (Dtype::U64, "U64", 64),
    (Dtype::I32, "I32", 32),
    (Dtype::U32, "U32", 32),
    (Dtype::I16, "I16", 16),
    (Dtype::U16, "U16", 16),
    (Dtype::I8, "I8", 8),
    (Dtype::U8, "U8", 8),
    (Dtype::Bool, "BOOL", 8),
    (Dtype::C64, "C64", 64),
];

impl Dtype {
    fn entry(self) -> (&'static str, u64) {
        let entry = NAMES.iter().find(|(dtype, ..)| *dtype == self);
        entry.map_or(("?", 0), |&(_, name, bits)| (name, bits))
    }

    /// The size of an element in bits; less than 8 where elements share bytes.
    pub fn bits(self) -> u64 {
        self.entry().1
    }

    /// How many bytes `elements` of them take; `None` when that is no whole number of bytes, or
    /// beyond 2⁶⁴.
    ///
    /// ```
    /// use kullback_model::Dtype;
    ///
    /// assert_eq!(Dtype::F4.bytes(6), Some(3));
    /// assert_eq!(Dtype::F4.bytes(5), None);
    /// assert_eq!(Dtype::F64.bytes(u64::MAX / 2), None);
    /// ```
    pub fn bytes(self, elements: u64) -> Option<u64> {
        let bits = u128::from(elements) * u128::from(self.bits());
        bits.is_multiple_of(8)
            .then_some(bits / 8)
            .and_then(|bytes| u64::try_from(bytes).ok())
    }

    /// Whether it is a binary floating-point format of 16 bits or more: a number in itself, which
    /// needs no scale beside it.
    pub fn is_float(self) -> bool {
        matches!(self, Self::F64 | Self::F32 | Self::F16 | Self::Bf16)
    }

    /// Whether it is a whole number.
    pub fn is_integer(self) -> bool {
        use Dtype::{I8, I16, I32, I64, U8, U16, U32, U64};
        matches!(self, I64 | U64 | I32 | U32 | I16 | U16 | I8 | U8)
    }

    /// Appends the values of little-endian `bytes`, each exact but for integers beyond 2⁵³, which
    /// are rounded. Bytes after the last whole element are left out. `false`, and nothing
    /// appended, for formats whose bytes are no numbers by themselves: complex, FNUZ, and those
    /// of less than 8 bits.
    pub fn append_f64(self, bytes: &[u8], out: &mut Vec<f64>) -> bool {
        match self {
            Self::F64 => extend(bytes, out, f64::from_le_bytes),
            Self::F32 => extend(bytes, out, |b| f64::from(f32::from_le_bytes(b))),
            Self::F16 => extend(bytes, out, |b| f16::from_le_bytes(b).to_f64()),
            Self::Bf16 => extend(bytes, out, |b| bf16::from_le_bytes(b).to_f64()),
            Self::F8E4M3 => extend(bytes, out, |[b]| e4m3(b)),
            Self::F8E5M2 => extend(bytes, out, |[b]| f16::from_le_bytes([0, b]).to_f64()),
            Self::F8E8M0 => extend(bytes, out, |[b]| e8m0(b)),
            Self::I64 => extend(bytes, out, |b| i64::from_le_bytes(b) as f64),
            Self::U64 => extend(bytes, out, |b| u64::from_le_bytes(b) as f64),
            Self::I32 => extend(bytes, out, |b| f64::from(i32::from_le_bytes(b))),
            Self::U32 => extend(bytes, out, |b| f64::from(u32::from_le_bytes(b))),
            Self::I16 => extend(bytes, out, |b| f64::from(i16::from_le_bytes(b))),
            Self::U16 => extend(bytes, out, |b| f64::from(u16::from_le_bytes(b))),
            Self::I8 => extend(bytes, out, |b| f64::from(i8::from_le_bytes(b))),
            Self::U8 => extend(bytes, out, |[b]| f64::from(b)),
            Self::Bool => extend(bytes, out, |[b]| f64::from(u8::from(b != 0))),
            _ => return false,
        }
        true
    }

    /// Appends the values of little-endian `bytes` where each is exact in an `f32`: F32, F16,
    /// BF16. `false`, and nothing appended, for all other formats.
    ///
    /// ```
    /// use kullback_model::Dtype;
    ///
    /// let mut values = Vec::new();
    /// assert!(Dtype::F16.append_f32(&[0x00, 0x3c], &mut values));
    /// assert_eq!(values, [1.0]);
    /// assert!(!Dtype::F64.append_f32(&[0; 8], &mut values));
    /// ```
    pub fn append_f32(self, bytes: &[u8], out: &mut Vec<f32>) -> bool {
        match self {
            Self::F32 => extend(bytes, out, f32::from_le_bytes),
            Self::Bf16 => extend(bytes, out, |[low, high]| {
                f32::from_le_bytes([0, 0, low, high])
            }),
            Self::F16 => {
                // In blocks, for which the machine has an instruction.
                let mut bits = Vec::with_capacity(bytes.len() / 2);
                extend(bytes, &mut bits, u16::from_le_bytes);
                let start = out.len();
                out.resize(start + bits.len(), 0.0);
                bits.reinterpret_cast::<f16>()
                    .convert_to_f32_slice(&mut out[start..]);
            }
            _ => return false,
        }
        true
    }
}

impl fmt::Display for Dtype {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.entry().0)
    }
}

impl std::str::FromStr for Dtype {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let entry = NAMES.iter().find(|(_, name, _)| *name == text);
        entry
            .map(|&(dtype, ..)| dtype)
            .ok_or_else(|| format!("`{text}` is no dtype of safetensors that is known here"))
    }
}

fn extend<const N: usize, T>(bytes: &[u8], out: &mut Vec<T>, value: impl Fn([u8; N]) -> T) {
    let (elements, _) = bytes.as_chunks::<N>();
    out.extend(elements.iter().map(|&element| value(element)));
}

/// Sign, four bits of exponent with bias 7, three of mantissa; all ones is NaN.
fn e4m3(byte: u8) -> f64 {
    let sign = if byte & 0x80 == 0 { 1.0 } else { -1.0 };
    let (exponent, mantissa) = (i32::from(byte >> 3 & 15), f64::from(byte & 7));
    match (exponent, byte & 7) {
        (15, 7) => f64::NAN,
        (0, _) => sign * mantissa * 2f64.powi(-9),
        _ => sign * (8.0 + mantissa) * 2f64.powi(exponent - 10),
    }
}

fn e8m0(byte: u8) -> f64 {
    if byte == 255 {
        f64::NAN
    } else {
        2f64.powi(i32::from(byte) - 127)
    }
}

#[cfg(test)]
#[allow(clippy::float_cmp, reason = "conversions are exact")]
mod tests {
    use super::*;

    fn value(dtype: Dtype, bytes: &[u8]) -> f64 {
        let mut out = Vec::new();
        assert!(dtype.append_f64(bytes, &mut out));
        out[0]
    }

    #[test]
    fn eight_bit_floats_are_those_of_the_table() {
        // Table 2 of Micikevicius et al. 2022.
        for (byte, truth) in [
            (0x7e, 448.0),
            (0x08, 2f64.powi(-6)),
            (0x07, 0.875 * 2f64.powi(-6)),
            (0x01, 2f64.powi(-9)),
            (0xfe, -448.0),
            (0x80, 0.0),
            (0x38, 1.0),
        ] {
            assert_eq!(value(Dtype::F8E4M3, &[byte]), truth, "{byte:#x}");
        }
        assert!(value(Dtype::F8E4M3, &[0x7f]).is_nan());
        for (byte, truth) in [
            (0x7b, 57344.0),
            (0x04, 2f64.powi(-14)),
            (0x01, 2f64.powi(-16)),
            (0x7c, f64::INFINITY),
            (0xbc, -1.0),
        ] {
            assert_eq!(value(Dtype::F8E5M2, &[byte]), truth, "{byte:#x}");
        }
        assert_eq!(value(Dtype::F8E8M0, &[130]), 8.0);
    }

    #[test]
    fn f32_and_f64_agree_on_every_half() {
        let bytes: Vec<u8> = (0..=u16::MAX).flat_map(u16::to_le_bytes).collect();
        for dtype in [Dtype::F16, Dtype::Bf16] {
            let (mut narrow, mut wide) = (Vec::new(), Vec::new());
            assert!(dtype.append_f32(&bytes, &mut narrow) && dtype.append_f64(&bytes, &mut wide));
            for (&narrow, wide) in narrow.iter().zip(wide) {
                assert!(f64::from(narrow) == wide || narrow.is_nan() && wide.is_nan());
            }
        }
    }

    #[test]
    fn every_format_has_a_name_of_its_own_and_a_size() {
        for (dtype, name, bits) in NAMES {
            assert_eq!(name.parse(), Ok(dtype));
            assert_eq!((dtype.to_string().as_str(), dtype.bits()), (name, bits));
        }
    }
}
