//! The K-quants: 256 elements in sub-blocks of 16 or 32, each with a scale that is itself
//! quantised.
//!
//! With d (and dmin) an `f16` of the whole block, q an element's few bits, and s (and m) the scale
//! (and minimum) of its sub-block, an element is d·s·q − dmin·m, or d·s·(q − middle) in the
//! formats without a minimum.

use super::quant::f16_at;

/// 2 bits, sub-blocks of 16: 16 bytes of (4-bit scale, 4-bit minimum), 64 of quants, d, dmin.
pub(super) fn q2_k(block: &[u8; 84], out: &mut [f32; 256]) {
    let (d, d_min) = (f16_at(block, 80), f16_at(block, 82));
    for (i, out) in out.iter_mut().enumerate() {
        let scale = block[i / 16];
        let q = two_bits(&block[16..80], i);
        *out = d * f32::from(scale & 15) * f32::from(q) - d_min * f32::from(scale >> 4);
    }
}

/// 3 bits, sub-blocks of 16: 32 bytes of high bits, 64 of low ones, 12 of 6-bit scales, d.
pub(super) fn q3_k(block: &[u8; 110], out: &mut [f32; 256]) {
    let (high, low, scales) = (&block[..32], &block[32..96], &block[96..108]);
    let d = f16_at(block, 108);
    for (i, out) in out.iter_mut().enumerate() {
        let sub = i / 16;
        let nibble = scales[sub % 8] >> (sub / 8 * 4) & 15;
        let top = scales[8 + sub % 4] >> (sub / 4 * 2) & 3;
        let scale = i16::from(nibble | top << 4) - 32;
        let third_bit = high[i % 32] >> (i / 32) & 1;
        let q = i16::from(two_bits(low, i) | third_bit << 2) - 4;
        *out = d * f32::from(scale) * f32::from(q);
    }
}

/// 4 bits, sub-blocks of 32: d, dmin, 12 bytes of 6-bit scales and minima, 128 of quants.
pub(super) fn q4_k(block: &[u8; 144], out: &mut [f32; 256]) {
    let quants = &block[16..144];
    with_minimum(block, out, |i| nibble(quants, i));
}

/// 5 bits, sub-blocks of 32: as [`q4_k`], with 32 bytes of fifth bits before the quants.
pub(super) fn q5_k(block: &[u8; 176], out: &mut [f32; 256]) {
    let (fifth, quants) = (&block[16..48], &block[48..176]);
    with_minimum(block, out, |i| {
        nibble(quants, i) | (fifth[i % 32] >> (i / 32) & 1) << 4
    });
}

/// 6 bits, sub-blocks of 16: 128 bytes of low bits, 64 of high ones, 16 scales, d.
pub(super) fn q6_k(block: &[u8; 210], out: &mut [f32; 256]) {
    let (low, high, scales) = (&block[..128], &block[128..192], &block[192..208]);
    let d = f16_at(block, 208);
    for (i, out) in out.iter_mut().enumerate() {
        // Each half of 128 has 64 bytes, whose low nibbles come first.
        let (half, in_half) = (i / 128, i % 128);
        let nibble = low[half * 64 + in_half % 64] >> (in_half / 64 * 4) & 15;
        let q = i16::from(nibble | two_bits(high, i) << 4) - 32;
        *out = d * f32::from(scales[i / 16].cast_signed()) * f32::from(q);
    }
}

/// Element `i` of 2-bit fields: each half of 128 has 32 bytes, whose lowest bits come first.
fn two_bits(bytes: &[u8], i: usize) -> u8 {
    bytes[i / 128 * 32 + i % 32] >> (i % 128 / 32 * 2) & 3
}

/// Element `i` of 4-bit fields: each quarter of 64 has 32 bytes, whose low nibbles come first.
fn nibble(bytes: &[u8], i: usize) -> u8 {
    bytes[i / 64 * 32 + i % 32] >> (i % 64 / 32 * 4) & 15
}

fn with_minimum<const BYTES: usize>(
    block: &[u8; BYTES],
    out: &mut [f32; 256],
    q: impl Fn(usize) -> u8,
) {
    let (d, d_min) = (f16_at(block, 0), f16_at(block, 2));
    let packed = &block[4..16];
    for (sub, out) in out.as_chunks_mut::<32>().0.iter_mut().enumerate() {
        let (scale, minimum) = scale_and_minimum(packed, sub);
        let (scale, minimum) = (d * f32::from(scale), d_min * f32::from(minimum));
        for (i, out) in out.iter_mut().enumerate() {
            *out = scale * f32::from(q(sub * 32 + i)) - minimum;
        }
    }
}

/// The 6-bit scale and minimum of sub-block `sub` of 8. Those of the first four are the low bits
/// of bytes 0 to 3 and 4 to 7, whose two top bits belong to the last four.
fn scale_and_minimum(packed: &[u8], sub: usize) -> (u8, u8) {
    if sub < 4 {
        (packed[sub] & 63, packed[sub + 4] & 63)
    } else {
        let low = packed[sub + 4];
        (
            low & 15 | packed[sub - 4] >> 6 << 4,
            low >> 4 | packed[sub] >> 6 << 4,
        )
    }
}
