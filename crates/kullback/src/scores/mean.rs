//! Means of rows that come in chunks.

use crate::numeric::Sum;

/// A mean over rows, with the standard error for independent rows and that for independent chunks.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Mean {
    /// x̄ = Σ xᵢ/n; NaN without rows, infinite where a row is.
    pub value: f64,
    /// √(Σ (xᵢ − x̄)²/(n(n − 1))): right for independent rows, and too small for the tokens of a
    /// text. `None` with fewer than two rows, or infinite ones.
    pub error: Option<f64>,
    /// √(G/(G − 1) Σ_g (Σ_{i∈g} (xᵢ − x̄))²)/n over G chunks: right whatever ties the rows of a chunk
    /// together. `None` where chunks are not known or fewer than two, or rows infinite.
    ///
    /// Source: Liang & Zeger 1986, with the usual correction for few clusters.
    pub clustered_error: Option<f64>,
    /// n.
    pub rows: usize,
    /// G, where it is known.
    pub chunks: Option<usize>,
}

impl Mean {
    /// The mean of values, which come in chunks of these lengths where that is known.
    ///
    /// # Panics
    /// When the lengths add up to more than the number of values.
    pub fn of(values: &[f64], chunks: Option<&[usize]>) -> Self {
        let n = values.len() as f64;
        let value = values.iter().copied().collect::<Sum>().total() / n;
        let deviation = |x: &f64| x - value;
        let error = (values.len() > 1 && value.is_finite()).then(|| {
            let squares: Sum = values.iter().map(|x| deviation(x).powi(2)).collect();
            (squares.total() / n / (n - 1.0)).sqrt()
        });
        let chunks_that_tell = chunks.filter(|chunks| chunks.len() > 1 && value.is_finite());
        let clustered_error = chunks_that_tell.map(|chunks| {
            let groups = chunks.len() as f64;
            let mut rest = values;
            let squares = chunks.iter().map(|&length| {
                let (chunk, after) = rest.split_at(length);
                rest = after;
                chunk.iter().map(deviation).collect::<Sum>().total().powi(2)
            });
            let squares = squares.collect::<Sum>().total();
            (squares * groups / (groups - 1.0)).sqrt() / n
        });
        Self {
            value,
            error,
            clustered_error,
            rows: values.len(),
            chunks: chunks.map(<[usize]>::len),
        }
    }

    /// The 95 % interval by Student's t: from the chunks, where they are known, with one degree of
    /// freedom less than there are; else from the rows, as if they were independent. `None` with
    /// fewer than two, or infinite rows.
    ///
    /// ```
    /// use kullback::scores::Mean;
    ///
    /// let [low, high] = Mean::of(&[1.0, 2.0, 3.0], None).interval().unwrap(); // 2 ± 4.303/√3
    /// assert!((low + 0.484).abs() < 1e-3 && (high - 4.484).abs() < 1e-3);
    /// ```
    pub fn interval(self) -> Option<[f64; 2]> {
        let (error, independent) = match self.chunks {
            Some(chunks) => (self.clustered_error?, chunks),
            None => (self.error?, self.rows),
        };
        let reach = error * t_quantile(independent - 1);
        Some([self.value - reach, self.value + reach])
    }
}

/// The 97.5 % quantile of Student's t with `df` degrees of freedom, to five digits and more.
///
/// Source: Abramowitz & Stegun 1964, 26.7.5, a series in 1/df; a table where df is too small for it.
fn t_quantile(df: usize) -> f64 {
    const Z: f64 = 1.959_963_984_540_054;
    const FEW: [f64; 9] = [
        12.706_204_736_174_7,
        4.302_652_729_749_46,
        3.182_446_305_283_71,
        2.776_445_105_197_79,
        2.570_581_835_636_31,
        2.446_911_851_144_97,
        2.364_624_251_592_79,
        2.306_004_135_204_17,
        2.262_157_162_740_92,
    ];
    if let Some(&t) = df.checked_sub(1).and_then(|i| FEW.get(i)) {
        return t;
    }
    let (n, z) = (df as f64, Z);
    let [z3, z5, z7, z9] = [3, 5, 7, 9].map(|k| z.powi(k));
    z + (z3 + z) / (4.0 * n)
        + (5.0 * z5 + 16.0 * z3 + 3.0 * z) / (96.0 * n.powi(2))
        + (3.0 * z7 + 19.0 * z5 + 17.0 * z3 - 15.0 * z) / (384.0 * n.powi(3))
        + (79.0 * z9 + 776.0 * z7 + 1482.0 * z5 - 1920.0 * z3 - 945.0 * z) / (92160.0 * n.powi(4))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_of_students_t_are_those_of_the_tables() {
        for (df, truth) in [
            (1, 12.706_204_74),
            (2, 4.302_652_73),
            (9, 2.262_157_16),
            (10, 2.228_138_85),
            (15, 2.131_449_55),
            (30, 2.042_272_46),
            (654, 1.963_597_92),
        ] {
            assert!(
                (t_quantile(df) - truth).abs() < 2e-5 * truth / 2.0,
                "{df}: {}",
                t_quantile(df)
            );
        }
    }

    #[test]
    fn chunks_of_one_row_give_the_error_of_independent_rows() {
        let values = [1.0, 4.0, 2.0, 8.0];
        let mean = Mean::of(&values, Some(&[1, 1, 1, 1]));
        let (naive, clustered) = (mean.error.unwrap(), mean.clustered_error.unwrap());
        assert!((naive - clustered).abs() < 1e-15);
        assert!((naive - (28.75f64 / 12.0).sqrt()).abs() < 1e-15);
    }

    #[test]
    fn what_cannot_be_known_is_left_out() {
        let mean = Mean::of(&[1.0, f64::INFINITY], Some(&[2]));
        assert_eq!(
            (mean.value, mean.error, mean.interval()),
            (f64::INFINITY, None, None)
        );
        let mean = Mean::of(&[1.0], Some(&[1]));
        assert_eq!((mean.error, mean.clustered_error), (None, None));
        assert!(Mean::of(&[], None).value.is_nan());
    }
}
