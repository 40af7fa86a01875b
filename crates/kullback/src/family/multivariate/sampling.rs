//! Divergences as means over random draws.

use super::Distribution;
use crate::family::Error;
use crate::family::divergence::{Divergence, Method, Uncertainty};
use crate::family::numeric::Kernel;
use crate::family::range::{Range, checked};
use crate::random::Random;

/// How what has no exact answer is sampled: the number of draws and the seed.
///
/// The same seed gives the same draws, on any machine. The standard error falls as the root of
/// the number of draws. Where there is a closed form or a finite sum, nothing is drawn.
///
/// ```
/// use kullback::family::{Multivariate, Sampling, Uncertainty};
///
/// let p: Multivariate = "wishart(5, [[1, 0], [0, 1]])".parse()?;
/// let q: Multivariate = "wishart(4, [[1, 0], [0, 2]])".parse()?;
/// let js = p.js_divergence(&q, Sampling::default())?;
/// let Uncertainty::StandardError { error, draws, .. } = js.uncertainty else {
///     panic!("there is no formula for this one");
/// };
/// assert!(error < 0.01 * js.value && draws == 65_536);
/// assert_eq!(js, p.js_divergence(&q, Sampling::default())?);
/// # Ok::<(), kullback::family::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sampling {
    /// From each of the distributions that are drawn from.
    draws: u32,
    seed: u64,
}

impl Sampling {
    /// Takes this many draws from each distribution, by this seed.
    ///
    /// # Errors
    ///
    /// [`Error::OutOfRange`] for fewer than two draws, which have no standard error.
    ///
    /// ```
    /// use kullback::family::Sampling;
    ///
    /// assert!(Sampling::new(1_000_000, 7).is_ok());
    /// assert!(Sampling::new(1, 7).is_err());
    /// ```
    pub fn new(draws: u32, seed: u64) -> Result<Sampling, Error> {
        checked("sampling", "draws", f64::from(draws), Range::Above(1.0))?;
        Ok(Sampling { draws, seed })
    }
}

impl Default for Sampling {
    /// 32,768 draws from each distribution by seed 0.
    fn default() -> Sampling {
        Sampling {
            draws: 1 << 15,
            seed: 0,
        }
    }
}

/// Mean and variance, one number after the other. Source: Welford 1962.
#[derive(Default)]
struct Running {
    count: f64,
    mean: f64,
    squares: f64,
}

impl Running {
    fn add(&mut self, x: f64) {
        self.count += 1.0;
        let off = x - self.mean;
        self.mean += off / self.count;
        self.squares += off * (x - self.mean);
    }

    /// The variance of the mean.
    fn variance(&self) -> f64 {
        self.squares / (self.count - 1.0) / self.count
    }
}

impl Sampling {
    /// ∫ of a term of p and q, by draws from both in equal parts: where m = ½(p + q) is what is
    /// drawn from, the weights p/m and q/m never exceed 2. Source: Hesterberg 1995.
    pub(super) fn integral(
        self,
        p: &dyn Distribution,
        q: &dyn Distribution,
        kernel: Kernel,
    ) -> Divergence {
        let mut random = Random::seeded(self.seed);
        let strata = [p, q].map(|side| {
            self.mean(|| {
                let x = side.draw(&mut random);
                let ln = [p.ln_density(&x), q.ln_density(&x)];
                let top = ln[0].max(ln[1]);
                let ln_mean = top + (0.5 * ((ln[0] - top).exp() + (ln[1] - top).exp())).ln();
                // Relative to m, which is what kernels take a Jacobian for.
                kernel(ln, [0.0; 2], -ln_mean).value
            })
        });
        self.answer(&strata)
    }

    /// −E_P[ln q], by draws from P.
    pub(super) fn surprisal(self, p: &dyn Distribution, q: &dyn Distribution) -> Divergence {
        let mut random = Random::seeded(self.seed);
        let found = self.mean(|| -q.ln_density(&p.draw(&mut random)));
        self.answer(&[found])
    }

    fn mean(self, mut draw: impl FnMut() -> f64) -> Running {
        let mut running = Running::default();
        (0..self.draws).for_each(|_| running.add(draw()));
        running
    }

    fn answer(self, strata: &[Running]) -> Divergence {
        let parts = strata.len() as f64;
        let value = strata.iter().map(|s| s.mean).sum::<f64>() / parts;
        if !value.is_finite() {
            // Q has no mass where P was found to have some.
            return Divergence::certain(f64::INFINITY, Method::Support);
        }
        let variance = strata.iter().map(Running::variance).sum::<f64>();
        Divergence {
            value,
            method: Method::MonteCarlo,
            uncertainty: Uncertainty::StandardError {
                error: variance.sqrt() / parts,
                draws: u64::from(self.draws) * strata.len() as u64,
            },
        }
    }
}
