//! L1, L2 and elastic net: penalties on parameters, beside losses on outputs.

use super::error::Error;
use crate::numeric::Sum;
use crate::vector::Float;

/// A penalty on parameters: λ₁ Σ|w| + ½ λ₂ Σ w².
///
/// It pulls parameters to 0 and knows nothing of outputs: L1 drives many of them to exactly 0 (with
/// steps that stop there, as proximal ones do), L2 shrinks all alike.
///
/// - *Gradient*: λ₁ sign(w) + λ₂ w, with 0, the least of the subgradients, at w = 0.
/// - *Units*: those of λ; λ₂ is weight decay's λ, and ½λ₂ what scikit-learn and papers that write
///   λ Σ w² call λ.
/// - *Source*: L1 Tibshirani 1996; L2 Hoerl & Kennard 1970; elastic net Zou & Hastie 2005.
///
/// ```
/// use kullback::loss::Penalty;
///
/// let (parameters, mut gradient) = ([2.0, 0.0, -1.0], [0.0; 3]);
/// let value = Penalty::elastic_net(0.1, 0.5)?.add_gradient(&parameters, &mut gradient)?;
/// assert!((value - (0.1 * 3.0 + 0.25 * 5.0)).abs() < 1e-15);
/// assert_eq!(gradient, [1.1, 0.0, -0.6]);
/// # Ok::<(), kullback::loss::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Penalty {
    l1: f64,
    l2: f64,
}

impl Penalty {
    /// λ Σ|w|.
    ///
    /// # Errors
    /// [`Error::BadSetting`] for λ that is negative, NaN or infinite.
    ///
    /// ```
    /// # use kullback::loss::Penalty;
    /// assert_eq!(Penalty::l1(0.5)?.add_gradient(&[2.0, -4.0], &mut [0.0; 2])?, 3.0);
    /// # Ok::<(), kullback::loss::Error>(())
    /// ```
    pub fn l1(lambda: f64) -> Result<Penalty, Error> {
        Penalty::elastic_net(lambda, 0.0)
    }

    /// ½ λ Σ w².
    ///
    /// # Errors
    /// [`Error::BadSetting`] for λ that is negative, NaN or infinite.
    ///
    /// ```
    /// # use kullback::loss::Penalty;
    /// assert_eq!(Penalty::l2(0.5)?.add_gradient(&[2.0, -4.0], &mut [0.0; 2])?, 5.0);
    /// # Ok::<(), kullback::loss::Error>(())
    /// ```
    pub fn l2(lambda: f64) -> Result<Penalty, Error> {
        Penalty::elastic_net(0.0, lambda)
    }

    /// λ₁ Σ|w| + ½ λ₂ Σ w².
    ///
    /// # Errors
    /// [`Error::BadSetting`] for a λ that is negative, NaN or infinite.
    ///
    /// ```
    /// # use kullback::loss::Penalty;
    /// assert!(Penalty::elastic_net(0.1, -0.1).is_err());
    /// ```
    pub fn elastic_net(l1: f64, l2: f64) -> Result<Penalty, Error> {
        for (name, value) in [("λ of L1", l1), ("λ of L2", l2)] {
            if !(value.is_finite() && value >= 0.0) {
                let takes = "finite, zero or above";
                return Err(Error::BadSetting { name, value, takes });
            }
        }
        Ok(Penalty { l1, l2 })
    }

    /// The penalty; its gradient is *added* to what the slice holds, which usually is a loss's.
    ///
    /// Sums are compensated in `f64`.
    ///
    /// # Errors
    /// [`Error::Shape`] when there is not one entry of the gradient for each parameter;
    /// [`Error::BadParameter`] for NaN and ∞, with the gradient untouched.
    ///
    /// ```
    /// # use kullback::loss::Penalty;
    /// let mut gradient = [1.0];
    /// Penalty::l2(0.5)?.add_gradient(&[4.0], &mut gradient)?;
    /// assert_eq!(gradient, [3.0]);
    /// # Ok::<(), kullback::loss::Error>(())
    /// ```
    pub fn add_gradient<F: Float>(
        &self,
        parameters: &[F],
        gradient: &mut [F],
    ) -> Result<f64, Error> {
        if gradient.len() != parameters.len() {
            return Err(Error::Shape {
                what: "the gradient",
                length: gradient.len(),
                expected: parameters.len(),
            });
        }
        let is_bad = |w: &F| !w.wide().is_finite();
        if let Some(index) = parameters.iter().position(is_bad) {
            let value = parameters[index].wide();
            return Err(Error::BadParameter { index, value });
        }
        let mut sums = [Sum::default(); 2];
        for (w, gradient) in parameters.iter().map(|w| w.wide()).zip(gradient) {
            sums[0].add(w.abs());
            sums[1].add(w * w);
            let sign = if w == 0.0 { 0.0 } else { w.signum() };
            *gradient += F::of(self.l1 * sign + self.l2 * w);
        }
        let [absolutes, squares] = sums.map(Sum::total);
        Ok(self.l1 * absolutes + 0.5 * self.l2 * squares)
    }
}
