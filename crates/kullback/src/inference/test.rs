//! Whether two samples come from one distribution.

use super::TwoSamples;
use super::delta::FEW_ROWS;
use super::hypergeometric::hypergeometric;
use super::null::{Mean, Moments, ScaledChiSquared, null};
use crate::family::special::deviance;
use crate::numeric::Sum;
use crate::random::Random;

/// The G-test of "both samples come from one distribution".
///
/// ```
/// use kullback::inference::{Method, TwoSamples, same_distribution};
///
/// let test = same_distribution(&TwoSamples::new(&[300, 500, 200], &[250, 600, 150])?, 0);
/// assert_eq!((test.method, test.degrees_of_freedom), (Method::ChiSquared, 2));
/// assert!((test.statistic - 20.8226).abs() < 1e-3 && test.p_value < 1e-4);
/// # Ok::<(), kullback::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct GTest {
    /// G = 2(n + m) times the Jensen–Shannon divergence with weights n : m, in nats; 0 or above.
    pub statistic: f64,
    /// The number of outcomes seen, less 1.
    pub degrees_of_freedom: u64,
    /// How likely a G at least as large is when nothing has changed.
    ///
    /// Never 0: by permutation it is at least 1/(draws + 1), and a smaller one than 2.2·10⁻³⁰⁸ is given as that.
    pub p_value: f64,
    /// How it was found.
    pub method: Method,
}

/// How a p-value was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// From χ², scaled to the mean and variance that G has for these pooled counts. Wilks 1938;
    /// Williams 1976 and Satterthwaite 1946 for the scale.
    ChiSquared,
    /// By permutation of the rows between the samples, which leaves the pooled counts as they are;
    /// stopped as soon as [`EXCEEDANCES`] draws reached the statistic. Besag & Clifford 1991.
    Permutation {
        /// How many were drawn.
        draws: u32,
    },
}

/// A permutation test stops when so many draws were as large as the statistic.
pub const EXCEEDANCES: u32 = 20;

/// A permutation test stops after so many draws.
pub const MOST_DRAWS: u32 = 1999;

/// With more outcomes G is close enough to its moments' χ² however thin they are.
const FEW_OUTCOMES: u64 = 40;

/// With no more rows than this on both sides together G has few values, and no χ² fits it.
const FEW_IN_ALL: f64 = 400.0;

/// P-values of χ² below this are not refined by permutation, which could not see them.
const BEYOND_DRAWS: f64 = 1e-4;

/// Tests whether two samples come from one distribution.
///
/// - *Method*: χ², or permutation where an outcome has fewer than 5 rows expected on a side
///   (Cochran 1954), there are no more than 40 outcomes or 400 rows, and χ² says that p is not
///   below 10⁻⁴.
/// - *Edges*: a single outcome gives G = 0 and p = 1.
/// - *Seed*: the same counts and seed give the same p-value on any machine.
///
/// ```
/// use kullback::inference::{Method, TwoSamples, same_distribution};
///
/// let test = same_distribution(&TwoSamples::new(&[9, 1, 2], &[2, 7, 3])?, 7);
/// assert!(matches!(test.method, Method::Permutation { .. }));
/// assert!(test.p_value > 0.005 && test.p_value < 0.05);
/// # Ok::<(), kullback::Error>(())
/// ```
#[must_use]
pub fn same_distribution(samples: &TwoSamples, seed: u64) -> GTest {
    let statistic = g_statistic(samples);
    let moments = g_null(samples);
    let [n, m] = samples.n_m();
    let smaller = n.min(m) / (n + m);
    let thin = samples
        .pooled()
        .first()
        .is_some_and(|&(t, _)| t as f64 * smaller < FEW_ROWS);
    let asymptotic = if moments.variance > 0.0 {
        let ln_p = ScaledChiSquared::new(moments).ln_survival(statistic);
        ln_p.exp().max(f64::MIN_POSITIVE)
    } else {
        1.0
    };
    let few = samples.outcomes() <= FEW_OUTCOMES || n + m <= FEW_IN_ALL;
    let (p_value, method) = if thin && few && asymptotic > BEYOND_DRAWS {
        permutation(samples, seed)
    } else {
        (asymptotic, Method::ChiSquared)
    };
    GTest {
        statistic,
        degrees_of_freedom: samples.outcomes() - 1,
        p_value,
        method,
    }
}

/// G = 2 Σ x ln(x/x̂) + y ln(y/ŷ), with the counts x̂, ŷ expected from the pooled shares.
pub(super) fn g_statistic(samples: &TwoSamples) -> f64 {
    let term = g_term(samples);
    let terms = samples.counts().map(|[x, y]| term(x as f64, y as f64));
    terms.collect::<Sum>().total()
}

/// Mean and variance of G given the pooled counts.
pub(super) fn g_null(samples: &TwoSamples) -> Moments {
    null(samples, 1.0, Mean::OfSquares, g_term(samples)).moments
}

fn g_term(samples: &TwoSamples) -> impl Fn(f64, f64) -> f64 {
    let [n, m] = samples.n_m();
    let pi = n / (n + m);
    move |x, y| {
        let t = x + y;
        2.0 * (deviance(x, t * pi) + deviance(y, t * (1.0 - pi)))
    }
}

/// The share of permutations whose G is at least that of the samples.
///
/// Given the pooled counts, G grows with Σ x ln x + y ln y, which is all that is computed.
/// Source: Phipson & Smyth 2010 for (b + 1)/(B + 1).
fn permutation(samples: &TwoSamples, seed: u64) -> (f64, Method) {
    let x_ln_x = |x: u64| {
        if x == 0 {
            0.0
        } else {
            x as f64 * (x as f64).ln()
        }
    };
    let totals: Vec<u64> = samples
        .counts()
        .map(|[x, y]| x + y)
        .filter(|&t| t > 0)
        .collect();
    let observed: f64 = samples.counts().map(|[x, y]| x_ln_x(x) + x_ln_x(y)).sum();
    // Equal tables may differ by rounding, since they are added in another order.
    let reached = observed - 1e-12 * observed.abs();
    let [n, m] = samples.sizes();
    let mut random = Random::seeded(seed);
    let mut exceedances = 0;
    for draw in 1..=MOST_DRAWS {
        let (mut of_p, mut rows, mut sum) = (n, n + m, 0.0);
        for &t in &totals {
            let x = hypergeometric(&mut random, t, of_p, rows);
            sum += x_ln_x(x) + x_ln_x(t - x);
            of_p -= x;
            rows -= t;
        }
        exceedances += u32::from(sum >= reached);
        if exceedances == EXCEEDANCES {
            let p = f64::from(EXCEEDANCES) / f64::from(draw);
            return (p, Method::Permutation { draws: draw });
        }
    }
    let p = f64::from(exceedances + 1) / f64::from(MOST_DRAWS + 1);
    (p, Method::Permutation { draws: MOST_DRAWS })
}
