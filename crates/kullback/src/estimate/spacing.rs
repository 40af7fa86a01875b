//! Differential entropy on the line, from the gaps between values m places apart.

use super::Error;
use super::points::in_range;
use super::special::digamma;
use super::two_samples::sum;

/// Differential entropy by spacings, Vasicek's estimator.
///
/// ```text
/// H = (1/n) Σ ln( n/(2m) · (x₍ᵢ₊ₘ₎ − x₍ᵢ₋ₘ₎) ),   x₍ⱼ₎ the j-th smallest, cut off at both ends
/// ```
///
/// - *Input*: n numbers; a window m with 1 ≤ m < n/2. About √n is usual.
/// - *Unit, range*: nats, any real number. Too low by about what the cut-off ends take; consistent
///   as m → ∞ and m/n → 0.
/// - *Ties*: where more than 2m values are equal, −∞: the entropy of a distribution with an atom.
/// - *Source*: Vasicek 1976.
///
/// # Errors
/// [`Error::BadCoordinate`], [`Error::NoNeighbours`] for m = 0, [`Error::TooFewPoints`] unless
/// n > 2m.
///
/// ```
/// use kullback::estimate::vasicek;
///
/// // The midpoints of 1000 equal parts of (0, e): entropy 1.
/// let values: Vec<f64> = (0..1000).map(|i| (f64::from(i) + 0.5) * 1e-3 * 1f64.exp()).collect();
/// assert!((vasicek(&values, 10)? - 1.0).abs() < 0.01);
/// # Ok::<(), kullback::estimate::Error>(())
/// ```
pub fn vasicek(values: &[f64], window: usize) -> Result<f64, Error> {
    let sorted = sorted(values, window)?;
    let n = sorted.len();
    let scale = n as f64 / (2 * window) as f64;
    let terms = (0..n).map(|i| {
        let above = sorted[(i + window).min(n - 1)];
        let below = sorted[i.saturating_sub(window)];
        (scale * (above - below)).ln()
    });
    Ok(sum(terms) / n as f64)
}

/// Differential entropy by spacings, van Es's estimator, which corrects its bias.
///
/// ```text
/// H = (1/(n − m)) Σ ln( (n + 1)/m · (x₍ᵢ₊ₘ₎ − x₍ᵢ₎) ) + Σ_{k=m}^{n} 1/k + ln m − ln(n + 1)
/// ```
///
/// The sum of reciprocals is ψ(n + 1) − ψ(m). Input, unit, ties and errors are those of
/// [`vasicek`], except that −∞ takes more than m equal values. Source: van Es 1992.
///
/// # Errors
/// Those of [`vasicek`].
///
/// ```
/// use kullback::estimate::van_es;
///
/// let values: Vec<f64> = (0..1000).map(|i| (f64::from(i) + 0.5) * 1e-3 * 1f64.exp()).collect();
/// assert!((van_es(&values, 10)? - 1.0).abs() < 0.06);
/// # Ok::<(), kullback::estimate::Error>(())
/// ```
pub fn van_es(values: &[f64], window: usize) -> Result<f64, Error> {
    let sorted = sorted(values, window)?;
    let (n, m) = (sorted.len() as f64, window as f64);
    let gaps = sorted.iter().zip(&sorted[window..]);
    let mean = sum(gaps.map(|(x, y)| ((n + 1.0) / m * (y - x)).ln())) / (n - m);
    Ok(mean + (digamma(n + 1.0) - digamma(m)) + (m / (n + 1.0)).ln())
}

/// Differential entropy by spacings, Ebrahimi, Pflughoeft and Soofi's estimator, which weighs the
/// cut-off ends.
///
/// ```text
/// H = (1/n) Σ ln( n/(cᵢm) · (x₍ᵢ₊ₘ₎ − x₍ᵢ₋ₘ₎) ),   cᵢ = 1 + (i − 1)/m  for i ≤ m,
///                                                   cᵢ = 1 + (n − i)/m  for i > n − m, else 2
/// ```
///
/// Input, unit, ties and errors are those of [`vasicek`], whose cᵢ is 2 everywhere: this lies above
/// it by a constant of n and m. Source: Ebrahimi, Pflughoeft & Soofi 1994.
///
/// # Errors
/// Those of [`vasicek`].
///
/// ```
/// use kullback::estimate::ebrahimi;
///
/// let values: Vec<f64> = (0..1000).map(|i| (f64::from(i) + 0.5) * 1e-3 * 1f64.exp()).collect();
/// assert!((ebrahimi(&values, 10)? - 1.0).abs() < 0.02);
/// # Ok::<(), kullback::estimate::Error>(())
/// ```
pub fn ebrahimi(values: &[f64], window: usize) -> Result<f64, Error> {
    let vasicek = vasicek(values, window)?;
    // Each end has m points, and i − 1 and n − i go from 0 to m − 1: ln(2/c) for each.
    let m = window as f64;
    let ends = (0..window).map(|i| 2.0 * (2.0 * m / (m + i as f64)).ln());
    Ok(vasicek + sum(ends) / values.len() as f64)
}

/// Differential entropy by spacings, Correa's estimator: the slope of a line fitted to each window
/// instead of the difference of its ends.
///
/// ```text
/// H = −(1/n) Σ ln( Σⱼ (x₍ⱼ₎ − x̄ᵢ)(j − i) / (n Σⱼ (x₍ⱼ₎ − x̄ᵢ)²) ),   j from i − m to i + m,
/// x̄ᵢ the window's mean
/// ```
///
/// Input, unit, ties and errors are those of [`vasicek`], with a smaller mean square error. Source:
/// Correa 1995.
///
/// # Errors
/// Those of [`vasicek`].
///
/// ```
/// use kullback::estimate::correa;
///
/// let values: Vec<f64> = (0..1000).map(|i| (f64::from(i) + 0.5) * 1e-3 * 1f64.exp()).collect();
/// assert!((correa(&values, 10)? - 1.0).abs() < 0.02);
/// # Ok::<(), kullback::estimate::Error>(())
/// ```
pub fn correa(values: &[f64], window: usize) -> Result<f64, Error> {
    let sorted = sorted(values, window)?;
    let n = sorted.len();
    let terms = (0..n).map(|i| {
        // Positions in the window, cut off at both ends of the sample; values from its first.
        let at = |j: usize| sorted[(i + j).saturating_sub(window).min(n - 1)];
        let offset = |j: usize| at(j) - at(0);
        let width = 2 * window + 1;
        let mean = (0..width).map(offset).sum::<f64>() / width as f64;
        let squares: f64 = (0..width).map(|j| (offset(j) - mean).powi(2)).sum();
        let slope = (0..width).map(|j| (offset(j) - mean) * (j as f64 - window as f64));
        if squares > 0.0 {
            (n as f64 * squares / slope.sum::<f64>()).ln()
        } else {
            f64::NEG_INFINITY
        }
    });
    Ok(sum(terms) / n as f64)
}

fn sorted(values: &[f64], window: usize) -> Result<Vec<f64>, Error> {
    if window == 0 {
        return Err(Error::NoNeighbours);
    }
    if values.len() / 2 < window || values.len() == 2 * window {
        return Err(Error::TooFewPoints {
            points: values.len(),
            needs: window.saturating_mul(2).saturating_add(1),
        });
    }
    if let Some(row) = values.iter().position(|&x| !in_range(x)) {
        return Err(Error::BadCoordinate {
            row,
            column: 0,
            value: values[row],
        });
    }
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    Ok(sorted)
}
