//! Quantised blocks of ggml, and their values.

use std::fmt;

use half::f16;

use super::k_quant;

/// A format that packs blocks of elements with a scale in common.
///
/// Values are worked out in `f32`, with the operations and in the order of ggml's reference, so
/// that they are equal to the bit.
///
/// ```
/// use kullback_model::Quant;
///
/// // Q8_0: an f16 scale, here 0.5, and 32 signed bytes.
/// let mut block = vec![0x00, 0x38];
/// block.extend([0u8, 1, 2, 255].iter().cycle().take(32));
/// let mut values = Vec::new();
/// Quant::Q8_0.append_f32(&block, &mut values);
/// assert_eq!(values[..4], [0.0, 0.5, 1.0, -0.5]);
/// assert_eq!(Quant::Q8_0.bytes(64), Some(68));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
#[allow(
    missing_docs,
    non_camel_case_types,
    reason = "the names are those of ggml"
)]
pub enum Quant {
    Q4_0,
    Q4_1,
    Q5_0,
    Q5_1,
    Q8_0,
    Q2_K,
    Q3_K,
    Q4_K,
    Q5_K,
    Q6_K,
}

impl Quant {
    /// How many elements a block has, and how many bytes.
    ///
    /// ```
    /// assert_eq!(kullback_model::Quant::Q4_K.block(), (256, 144));
    /// ```
    pub fn block(self) -> (u64, u64) {
        match self {
            Self::Q4_0 => (32, 18),
            Self::Q4_1 => (32, 20),
            Self::Q5_0 => (32, 22),
            Self::Q5_1 => (32, 24),
            Self::Q8_0 => (32, 34),
            Self::Q2_K => (256, 84),
            Self::Q3_K => (256, 110),
            Self::Q4_K => (256, 144),
            Self::Q5_K => (256, 176),
            Self::Q6_K => (256, 210),
        }
    }

    /// How many bytes `elements` take; nothing where they are no whole number of blocks, or beyond
    /// 2⁶⁴ bytes.
    pub fn bytes(self, elements: u64) -> Option<u64> {
        let (per_block, bytes) = self.block();
        elements
            .is_multiple_of(per_block)
            .then_some(elements / per_block)?
            .checked_mul(bytes)
    }

    /// Appends the values of whole blocks. Bytes after the last whole one are left out.
    pub fn append_f32(self, bytes: &[u8], out: &mut Vec<f32>) {
        match self {
            Self::Q4_0 => append(bytes, out, q4_0),
            Self::Q4_1 => append(bytes, out, q4_1),
            Self::Q5_0 => append(bytes, out, q5_0),
            Self::Q5_1 => append(bytes, out, q5_1),
            Self::Q8_0 => append(bytes, out, q8_0),
            Self::Q2_K => append(bytes, out, k_quant::q2_k),
            Self::Q3_K => append(bytes, out, k_quant::q3_k),
            Self::Q4_K => append(bytes, out, k_quant::q4_k),
            Self::Q5_K => append(bytes, out, k_quant::q5_k),
            Self::Q6_K => append(bytes, out, k_quant::q6_k),
        }
    }
}

impl fmt::Display for Quant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

fn append<const BYTES: usize, const N: usize>(
    bytes: &[u8],
    out: &mut Vec<f32>,
    values: impl Fn(&[u8; BYTES], &mut [f32; N]),
) {
    let (blocks, _) = bytes.as_chunks::<BYTES>();
    let mut block_values = [0.0; N];
    for block in blocks {
        values(block, &mut block_values);
        out.extend_from_slice(&block_values);
    }
}

/// d, 16 bytes of quants: d·(q − 8).
fn q4_0(block: &[u8; 18], out: &mut [f32; 32]) {
    let d = f16_at(block, 0);
    for (i, out) in out.iter_mut().enumerate() {
        *out = d * f32::from(i16::from(nibble(&block[2..], i)) - 8);
    }
}

/// d, m, 16 bytes of quants: d·q + m.
fn q4_1(block: &[u8; 20], out: &mut [f32; 32]) {
    let (d, m) = (f16_at(block, 0), f16_at(block, 2));
    for (i, out) in out.iter_mut().enumerate() {
        *out = d * f32::from(nibble(&block[4..], i)) + m;
    }
}

/// d, 32 fifth bits, 16 bytes of quants: d·(q − 16).
fn q5_0(block: &[u8; 22], out: &mut [f32; 32]) {
    let d = f16_at(block, 0);
    for (i, out) in out.iter_mut().enumerate() {
        let q = nibble(&block[6..], i) | bit(&block[2..6], i) << 4;
        *out = d * f32::from(i16::from(q) - 16);
    }
}

/// d, m, 32 fifth bits, 16 bytes of quants: d·q + m.
fn q5_1(block: &[u8; 24], out: &mut [f32; 32]) {
    let (d, m) = (f16_at(block, 0), f16_at(block, 2));
    for (i, out) in out.iter_mut().enumerate() {
        let q = nibble(&block[8..], i) | bit(&block[4..8], i) << 4;
        *out = d * f32::from(q) + m;
    }
}

/// d, 32 signed bytes: d·q.
fn q8_0(block: &[u8; 34], out: &mut [f32; 32]) {
    let d = f16_at(block, 0);
    for (out, &q) in out.iter_mut().zip(&block[2..]) {
        *out = d * f32::from(q.cast_signed());
    }
}

/// Element `i` of 32: the low nibbles of the 16 bytes come first.
fn nibble(bytes: &[u8], i: usize) -> u8 {
    bytes[i % 16] >> (i / 16 * 4) & 15
}

fn bit(bytes: &[u8], i: usize) -> u8 {
    bytes[i / 8] >> (i % 8) & 1
}

pub(super) fn f16_at(block: &[u8], at: usize) -> f32 {
    f16::from_le_bytes([block[at], block[at + 1]]).to_f32()
}
