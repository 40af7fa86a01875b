//! Divergences with credible intervals: two independent Dirichlet posteriors.

use super::information::Table;
use super::special::digamma;
use super::two_samples::sum;
use super::{Error, Prior};
use crate::numeric::exp_above_tangent;
use crate::random::Random;
use crate::{Measure, Normalisation, Pair};

/// How a credible interval is drawn: its level, the number of draws and the seed.
///
/// ```
/// use kullback::estimate::Draws;
///
/// let draws = Draws::default();
/// assert_eq!((draws.level(), draws.count(), draws.seed()), (0.95, 4000, 0));
/// assert!(Draws::new(1.5, 1000, 0).is_err());
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Draws {
    level: f64,
    count: usize,
    seed: u64,
}

impl Default for Draws {
    /// 4000 draws with seed 0 for an interval of 95 %, whose ends are then good to about 3 % of
    /// its width.
    fn default() -> Draws {
        Draws {
            level: 0.95,
            count: 4000,
            seed: 0,
        }
    }
}

impl Draws {
    /// `count` draws with a seed, for an interval that holds `level` of the posterior.
    ///
    /// # Errors
    /// [`Error::BadLevel`] unless 0 < level < 1; [`Error::TooFewDraws`] below 100 draws.
    ///
    /// ```
    /// use kullback::estimate::{Draws, Error};
    ///
    /// assert!(Draws::new(0.9, 10_000, 1).is_ok());
    /// assert_eq!(Draws::new(0.9, 10, 1), Err(Error::TooFewDraws { draws: 10, needs: 100 }));
    /// ```
    pub fn new(level: f64, count: usize, seed: u64) -> Result<Draws, Error> {
        if !(level > 0.0 && level < 1.0) {
            return Err(Error::BadLevel { level });
        }
        if count < 100 {
            return Err(Error::TooFewDraws {
                draws: count,
                needs: 100,
            });
        }
        Ok(Draws { level, count, seed })
    }

    /// The share of the posterior that the interval holds.
    #[must_use]
    pub fn level(&self) -> f64 {
        self.level
    }

    /// The number of draws.
    #[must_use]
    pub fn count(&self) -> usize {
        self.count
    }

    /// The seed.
    #[must_use]
    pub fn seed(&self) -> u64 {
        self.seed
    }

    fn posterior(&self, exact: Option<f64>, draw: impl Fn(&mut Random) -> f64) -> Posterior {
        let mut random = Random::seeded(self.seed);
        let mut values: Vec<f64> = (0..self.count).map(|_| draw(&mut random)).collect();
        values.sort_unstable_by(f64::total_cmp);
        let n = self.count as f64;
        let drawn = sum(values.iter().copied()) / n;
        let squares = values.iter().map(|value| (value - drawn).powi(2));
        let deviation = (sum(squares) / (n - 1.0)).sqrt();
        let tail = 0.5 * (1.0 - self.level);
        Posterior {
            mean: exact.unwrap_or(drawn),
            mean_error: exact.map_or(deviation / n.sqrt(), |_| 0.0),
            deviation,
            interval: [quantile(&values, tail), quantile(&values, 1.0 - tail)],
        }
    }
}

/// Between two neighbours of a sorted list, linearly (Hyndman & Fan 1996, type 7).
fn quantile(sorted: &[f64], at: f64) -> f64 {
    let place = at * (sorted.len() - 1) as f64;
    let below = place as usize;
    let above = (below + 1).min(sorted.len() - 1);
    sorted[below] + (place - below as f64) * (sorted[above] - sorted[below])
}

/// What the data and a prior together say of a divergence, in nats.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Posterior {
    /// The posterior mean.
    pub mean: f64,
    /// The standard error of the mean: 0 where it has a closed form, else that of the draws.
    pub mean_error: f64,
    /// The standard deviation of the draws.
    pub deviation: f64,
    /// The equal-tailed credible interval of the draws.
    ///
    /// It never contains 0: two independent posteriors are never exactly equal. It is no test of
    /// whether the two distributions differ.
    pub interval: [f64; 2],
}

/// The posterior of KL divergence given two samples' counts, P and Q independent with a symmetric
/// Dirichlet prior each.
///
/// With aᵢ = xᵢ + a, bᵢ = yᵢ + b (for [`Prior::Minimax`] a and b differ with the sample sizes) and
/// sums A and B, the mean has a closed form:
///
/// ```text
/// E[D(P‖Q)] = Σ (aᵢ/A) (ψ(aᵢ + 1) − ψ(A + 1) − ψ(bᵢ) + ψ(B))
/// ```
///
/// - *Interval*: equal tails of seeded draws from the posterior, since KL is skewed near 0 and a
///   symmetric interval from its variance would reach below.
/// - *Unit, range*: nats; positive and finite, also where Q lacks an outcome of P. There it is
///   largely the prior that speaks: unseen outcomes of Q add about p/b, which for
///   [`Prior::Perks`] with many outcomes is enormous.
/// - *Cost*: `draws` × 2K gamma variates.
/// - *Source*: Wolpert & Wolf 1995 for the moments; Marsaglia & Tsang 2000 for the draws.
///
/// # Errors
/// [`Error::Counts`]: those of [`Pair::from_counts`].
///
/// ```
/// use kullback::estimate::{Draws, Prior, kl_posterior};
///
/// let posterior = kl_posterior(&[300, 700], &[400, 600], Prior::Jeffreys, Draws::default())?;
/// let [low, high] = posterior.interval;
/// assert!(low < posterior.mean && posterior.mean < high);
/// assert!(low > 0.005 && high < 0.05); // about 0.022 ± 0.01
/// # Ok::<(), kullback::estimate::Error>(())
/// ```
pub fn kl_posterior(p: &[u64], q: &[u64], prior: Prior, draws: Draws) -> Result<Posterior, Error> {
    Pair::from_counts(p, q)?;
    let (a, b) = (concentrations(p, prior), concentrations(q, prior));
    let [total_a, total_b] = [&a, &b].map(|side| sum(side.iter().copied()));
    let (psi_a, psi_b) = (digamma(total_a + 1.0), digamma(total_b));
    let mean = sum(a
        .iter()
        .zip(&b)
        .map(|(&a, &b)| a / total_a * ((digamma(a + 1.0) - psi_a) - (digamma(b) - psi_b))));
    Ok(draws.posterior(Some(mean), |random| {
        let (ln_p, ln_q) = (ln_dirichlet(&a, random), ln_dirichlet(&b, random));
        sum(ln_p
            .iter()
            .zip(&ln_q)
            .map(|(&ln_p, &ln_q)| kl_term(ln_p, ln_q)))
    }))
}

/// p ln(p/q) − p + q ≥ 0, from logarithms that may lie below the range of their exponentials.
fn kl_term(ln_p: f64, ln_q: f64) -> f64 {
    let x = ln_p - ln_q;
    if x.abs() < 1.0 {
        ln_p.exp() * exp_above_tangent(-x)
    } else {
        ln_p.exp() * x - ln_p.exp() + ln_q.exp()
    }
}

/// The posterior of Jensen–Shannon divergence (weights ½ and ½) given two samples' counts.
///
/// As [`kl_posterior`], but with no closed form: the mean is that of the draws, and
/// [`Posterior::mean_error`] says how good it is.
///
/// # Errors
/// [`Error::Counts`]: those of [`Pair::from_counts`].
///
/// ```
/// use kullback::estimate::{Draws, Prior, js_posterior};
///
/// let posterior = js_posterior(&[300, 700], &[400, 600], Prior::Jeffreys, Draws::default())?;
/// assert!((posterior.mean - 0.0058).abs() < 5e-4 && posterior.mean_error < 1e-4);
/// # Ok::<(), kullback::estimate::Error>(())
/// ```
pub fn js_posterior(p: &[u64], q: &[u64], prior: Prior, draws: Draws) -> Result<Posterior, Error> {
    Pair::from_counts(p, q)?;
    let (a, b) = (concentrations(p, prior), concentrations(q, prior));
    let js = |random: &mut Random| {
        let [p, q] = [&a, &b].map(|side| -> Vec<f64> {
            ln_dirichlet(side, random).iter().map(|x| x.exp()).collect()
        });
        // Draws are distributions: finite, and with mass.
        Pair::from_probabilities(&p, &q, Normalisation::Normalise)
            .map_or(f64::NAN, |pair| Measure::JS.value(&pair))
    };
    Ok(draws.posterior(None, js))
}

/// The posterior of mutual information given a table of counts, the cells with a symmetric
/// Dirichlet prior.
///
/// With aᵢⱼ = nᵢⱼ + a, K the number of cells, and margins aᵢ, aⱼ, the mean has a closed form:
///
/// ```text
/// E[I] = Σ (aᵢⱼ/A) (ψ(aᵢⱼ + 1) − ψ(aᵢ + 1) − ψ(aⱼ + 1) + ψ(A + 1))
/// ```
///
/// - *Unit, range*: nats; positive. Every row and column listed counts, seen or not.
/// - *Interval, cost*: as [`kl_posterior`].
/// - *Source*: Wolpert & Wolf 1995; Hutter 2002.
///
/// # Errors
/// Those of [`mutual_information`](super::mutual_information).
///
/// ```
/// use kullback::estimate::{Draws, Prior, mutual_information_posterior};
///
/// let table = [[30, 10], [10, 30]];
/// let posterior = mutual_information_posterior(&table, Prior::Laplace, Draws::default())?;
/// let [low, high] = posterior.interval;
/// assert!(low > 0.02 && posterior.mean < high && high < 0.3);
/// # Ok::<(), kullback::estimate::Error>(())
/// ```
pub fn mutual_information_posterior<R: AsRef<[u64]>>(
    table: &[R],
    prior: Prior,
    draws: Draws,
) -> Result<Posterior, Error> {
    let table = Table::checked(table)?;
    let n = table.total as f64;
    let (rows, columns) = (table.row_totals.len(), table.column_totals.len());
    let added = prior.concentration(n, (rows * columns) as f64);
    let total = n + (rows * columns) as f64 * added;
    let psi_total = digamma(total + 1.0);
    let mean = sum(table.cells().map(|[count, row, column]| {
        let a = count as f64 + added;
        let row = row as f64 + columns as f64 * added;
        let column = column as f64 + rows as f64 * added;
        let apart = (digamma(a + 1.0) - digamma(row + 1.0)) + (psi_total - digamma(column + 1.0));
        a / total * apart
    }));
    let cells: Vec<f64> = table
        .cells()
        .map(|[count, ..]| count as f64 + added)
        .collect();
    Ok(draws.posterior(Some(mean), |random| {
        let p: Vec<f64> = ln_dirichlet(&cells, random)
            .iter()
            .map(|x| x.exp())
            .collect();
        information(&p, columns)
    }))
}

/// I(X;Y) of shares, row by row.
fn information(p: &[f64], columns: usize) -> f64 {
    let mut column_totals = vec![0.0; columns];
    for row in p.chunks_exact(columns) {
        column_totals
            .iter_mut()
            .zip(row)
            .for_each(|(sum, p)| *sum += p);
    }
    sum(p.chunks_exact(columns).flat_map(|row| {
        let row_total: f64 = row.iter().sum();
        let cells = row.iter().zip(&column_totals).filter(|&(&p, _)| p > 0.0);
        cells.map(move |(&p, &column)| kl_term(p.ln(), row_total.ln() + column.ln()))
    }))
}

fn concentrations(counts: &[u64], prior: Prior) -> Vec<f64> {
    let n = counts.iter().sum::<u64>() as f64;
    let added = prior.concentration(n, counts.len() as f64);
    counts.iter().map(|&count| count as f64 + added).collect()
}

/// The logarithms of a draw from a Dirichlet distribution.
fn ln_dirichlet(concentrations: &[f64], random: &mut Random) -> Vec<f64> {
    let mut draw: Vec<f64> = concentrations.iter().map(|&a| random.ln_gamma(a)).collect();
    let largest = draw.iter().fold(f64::NEG_INFINITY, |a, &b| a.max(b));
    let ln_total = largest + sum(draw.iter().map(|x| (x - largest).exp())).ln();
    draw.iter_mut().for_each(|x| *x -= ln_total);
    draw
}
