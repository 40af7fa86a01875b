//! Writing `.kld` files.

use std::io::{self, Write};

use super::kld::STEPS;

/// Writes the header and tokens of a `.kld` file; its rows follow, each by [`write_row`].
///
/// The rows of each chunk are those of positions `n_ctx/2` to `n_ctx − 2`.
///
/// ```
/// use kullback_model::logits::{Kld, write_head, write_row};
///
/// let mut file = Vec::new();
/// write_head(&mut file, 4, 3, &[0, 1, 2, 1])?;
/// write_row(&mut file, &[0.5, 0.0, -20.0], 16.0)?;
/// # let folder = tempfile::tempdir()?;
/// # let path = folder.path().join("base.kld");
/// std::fs::write(&path, file)?;
/// assert_eq!(Kld::open(&path)?.rows_per_chunk(), 1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// When `out` cannot be written, or a length is beyond what the format holds.
pub fn write_head(
    mut out: impl Write,
    context: usize,
    vocabulary: usize,
    tokens: &[i32],
) -> io::Result<()> {
    let too_long = |_| io::Error::new(io::ErrorKind::InvalidInput, "beyond 2³¹ − 1");
    out.write_all(b"_logits_")?;
    for length in [context, vocabulary, tokens.len() / context.max(1)] {
        out.write_all(&i32::try_from(length).map_err(too_long)?.to_le_bytes())?;
    }
    tokens
        .iter()
        .try_for_each(|token| out.write_all(&token.to_le_bytes()))
}

/// Writes one row as llama.cpp does, to the byte: logits more than `clamp` nats below the largest
/// are cut. `clamp` is 16 for llama.cpp and 24 for ik_llama.cpp.
///
/// # Errors
/// When `out` cannot be written.
pub fn write_row(mut out: impl Write, logits: &[f32], clamp: f32) -> io::Result<()> {
    let largest = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let smallest = logits.iter().copied().fold(f32::INFINITY, f32::min);
    let lowest = smallest.max(largest - clamp);
    let total: f64 = logits.iter().map(|x| f64::from((x - largest).exp())).sum();
    let ln_total = total.ln() as f32;
    let scale = (largest - lowest) / STEPS;
    let min_log_prob = lowest - largest - ln_total;
    out.write_all(&scale.to_le_bytes())?;
    out.write_all(&min_log_prob.to_le_bytes())?;
    let inverse = 1.0 / scale;
    for &logit in logits {
        let code = if scale > 0.0 && logit > lowest {
            (inverse * (logit - lowest)).round_ties_even() as u16
        } else {
            0
        };
        out.write_all(&code.to_le_bytes())?;
    }
    if !logits.len().is_multiple_of(2) {
        out.write_all(&[0, 0])?;
    }
    Ok(())
}
