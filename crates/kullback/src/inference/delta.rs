//! How far an estimate scatters away from equality: the delta method on shares without their noise.

use super::test::{g_null, g_statistic};
use super::{Divergence, TwoSamples};
use crate::numeric::Sum;

/// Outcomes with fewer rows expected on a side are thin. Cochran 1954.
pub(super) const FEW_ROWS: f64 = 5.0;

/// The samples' shares without most of their noise, for what must be known of the truth to judge
/// how an estimate scatters.
///
/// Each ratio p/q is that of the counts with half a row added on either side, so that none is
/// infinite; its logarithm is then shrunk by the square root of the share of the G statistic that
/// is above its mean and deviation under "nothing has changed". Where nothing has changed that
/// share is near 0, and every ratio near 1. Source: James & Stein 1961 for the kind of shrinkage.
pub(super) struct Shrunk {
    sizes: [f64; 2],
    exponent: f64,
}

impl Shrunk {
    pub(super) fn new(samples: &TwoSamples) -> Shrunk {
        let g = g_statistic(samples);
        let null = g_null(samples);
        let noise = null.mean + null.variance.sqrt();
        Shrunk {
            sizes: samples.n_m(),
            // Below that the ratios' logarithms would be lost in rounding, and make no difference.
            exponent: if g > noise * (1.0 + 1e-6) {
                (1.0 - noise / g).sqrt()
            } else {
                0.0
            },
        }
    }

    /// p, q and p/q of a cell with x and y rows.
    pub(super) fn cell(&self, [x, y]: [f64; 2]) -> [f64; 3] {
        let [n, m] = self.sizes;
        let t = x + y;
        let ratio = ((x + 0.5) / n / ((y + 0.5) / m)).powf(self.exponent);
        let rows = t * n * ratio / (m + n * ratio);
        [rows / n, (t - rows) / m, ratio]
    }
}

/// How much a nat of divergence adds to the variance of the estimate, by the delta method, and the
/// share of that variance, and of the one at equality, that rests on cells with few rows.
pub(super) fn spread(samples: &TwoSamples, shrunk: &Shrunk, divergence: Divergence) -> (f64, f64) {
    let [n, m] = samples.n_m();
    let cells: Vec<[f64; 4]> = samples
        .counts()
        .filter(|&[x, y]| x + y > 0)
        .map(|[x, y]| {
            let [p, q, _] = shrunk.cell([x as f64, y as f64]);
            let [dp, dq] = divergence.slope(p, q);
            [p, q, dp, dq]
        })
        .collect();
    let mean = |mass: usize, slope: usize| {
        let total = sum(cells.iter().map(|cell| cell[mass]));
        sum(cells.iter().map(|cell| cell[mass] * cell[slope])) / total
    };
    let (of_p, of_q) = (mean(0, 2), mean(1, 3));
    let (mut first, mut thin, mut second) = (Sum::default(), Sum::default(), Sum::default());
    for &[p, q, dp, dq] in &cells {
        let linear = p * (dp - of_p).powi(2) / n + q * (dq - of_q).powi(2) / m;
        let g = divergence.curvature(p / q) * (1.0 / n + p / q / m);
        first.add(linear);
        second.add(0.5 * g * g);
        if (p * n).min(q * m) < FEW_ROWS {
            thin.add(linear + 0.5 * g * g);
        }
    }
    let value = sum(cells.iter().map(|&[p, q, ..]| divergence.term(p, q)));
    let first = first.total();
    let per_nat = if shrunk.exponent > 0.0 {
        first / value
    } else {
        2.0 * divergence.curvature(1.0) * (1.0 / n + 1.0 / m)
    };
    (per_nat, thin.total() / (first + second.total()))
}

fn sum(terms: impl Iterator<Item = f64>) -> f64 {
    terms.collect::<Sum>().total()
}
