//! Jensen–Shannon divergence of any number of distributions.

use super::kullback_leibler::kl_term;
use crate::numeric::Sum;
use crate::pair::{check_lengths, check_masses};
use crate::{Cell, Error, Normalisation, Pair, Side};

/// Jensen–Shannon divergence of any number of distributions, with weights:
/// Σⱼ wⱼ·D(Pⱼ‖M), where M = Σⱼ wⱼ·Pⱼ.
///
/// It is the mutual information between an outcome and the number of the distribution that it was
/// drawn from, where distribution j is chosen with probability wⱼ.
///
/// - *Shapes*: k distributions over the same outcomes; k weights, or none for equal ones. Weights
///   are divided by their sum.
/// - *Unit, range*: nats; from 0, where all with weight agree, to the entropy of the weights,
///   where supports are disjoint. With two equal weights that is [`Measure::JS`](crate::Measure::JS).
/// - *Accuracy*: full relative accuracy where the distributions nearly agree.
/// - *Source*: Lin 1991.
///
/// # Errors
/// [`Error::WeightMismatch`] for no distribution or the wrong number of weights,
/// [`Error::BadWeight`], and those of [`Pair::from_probabilities`], naming [`Side::Nth`].
///
/// ```
/// use kullback::{Normalisation::Strict, js_divergence_of};
///
/// let certain = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]];
/// let certain: Vec<&[f64]> = certain.iter().map(|p| p.as_slice()).collect();
/// let js = js_divergence_of(&certain, None, Strict)?;
/// assert!((js - 3f64.ln()).abs() < 1e-15);
///
/// let js = js_divergence_of(&[&[0.5, 0.5], &[0.25, 0.75]], Some(&[0.9, 0.1]), Strict)?;
/// assert!((js - 0.0118306822392483).abs() < 1e-15);
/// # Ok::<(), kullback::Error>(())
/// ```
pub fn js_divergence_of(
    distributions: &[&[f64]],
    weights: Option<&[f64]>,
    policy: Normalisation,
) -> Result<f64, Error> {
    let several = Several::new(distributions, weights, policy)?;
    let terms = several.outcomes().flat_map(|mixed| mixed.terms());
    Ok(terms.collect::<Sum>().total())
}

/// What each outcome adds to [`js_divergence_of`]: Σⱼ wⱼ (pⱼ ln(pⱼ/m) − pⱼ + m), never negative.
///
/// - *Shape*: one value for each outcome; they sum to the divergence.
/// - *Unit, zeros*: nats; 0 where no distribution has the outcome.
/// - *Source*: Lin 1991.
///
/// # Errors
/// Those of [`js_divergence_of`].
///
/// ```
/// use kullback::{Normalisation::Strict, js_contributions_of};
///
/// let three: [&[f64]; 3] = [&[0.5, 0.5, 0.0], &[0.5, 0.5, 0.0], &[0.5, 0.0, 0.5]];
/// let parts = js_contributions_of(&three, None, Strict)?;
/// assert_eq!(parts[0], 0.0); // all have it alike
/// assert!((parts[2] - (3f64.ln() - 2.0 / 3.0) / 6.0 - 1.0 / 9.0).abs() < 1e-15);
/// # Ok::<(), kullback::Error>(())
/// ```
pub fn js_contributions_of(
    distributions: &[&[f64]],
    weights: Option<&[f64]>,
    policy: Normalisation,
) -> Result<Vec<f64>, Error> {
    let several = Several::new(distributions, weights, policy)?;
    let part = |mixed: Mixed| mixed.terms().into_iter().collect::<Sum>().total();
    Ok(several.outcomes().map(part).collect())
}

/// The gradient of [`js_divergence_of`] with respect to every mass: wⱼ ln(pⱼ/m).
///
/// - *Shape*: a list for each distribution, with one value for each of its masses.
/// - *Zeros*: −∞ where a distribution with weight lacks an outcome that others have; 0 where none
///   has it.
/// - *Constraint*: masses are taken as free. On distributions only differences within a list count.
///
/// # Errors
/// Those of [`js_divergence_of`].
///
/// ```
/// use kullback::{Normalisation::Strict, js_gradients_of};
///
/// let gradients = js_gradients_of(&[&[0.5, 0.5], &[0.25, 0.75]], None, Strict)?;
/// assert!((gradients[0][0] - 0.5 * (0.5f64 / 0.375).ln()).abs() < 1e-15);
/// # Ok::<(), kullback::Error>(())
/// ```
pub fn js_gradients_of(
    distributions: &[&[f64]],
    weights: Option<&[f64]>,
    policy: Normalisation,
) -> Result<Vec<Vec<f64>>, Error> {
    let several = Several::new(distributions, weights, policy)?;
    let mut gradients = vec![Vec::new(); distributions.len()];
    for mixed in several.outcomes() {
        for (list, slope) in gradients.iter_mut().zip(mixed.slopes()) {
            list.push(slope);
        }
    }
    Ok(gradients)
}

/// Weighted distributions, each as a pair with the heaviest of them.
struct Several {
    weights: Vec<f64>,
    pairs: Vec<Pair>,
}

impl Several {
    fn new(
        distributions: &[&[f64]],
        weights: Option<&[f64]>,
        policy: Normalisation,
    ) -> Result<Several, Error> {
        let weights = normalised_weights(weights, distributions.len())?;
        // Everything is measured from the heaviest distribution, whose own distance from the
        // mixture cannot then be lost beside the others'.
        let heaviest =
            (0..weights.len()).fold(0, |a, b| if weights[b] > weights[a] { b } else { a });
        let reference = distributions[heaviest];
        for (number, p) in distributions.iter().enumerate() {
            let sides = [Side::Nth(number), Side::Nth(heaviest)];
            check_lengths(sides, [p.len(), reference.len()])?;
            check_masses(Side::Nth(number), p, policy)?;
        }
        let pairs = (distributions.iter())
            .map(|p| Pair::from_probabilities(p, reference, policy))
            .collect::<Result<Vec<Pair>, Error>>()?;
        Ok(Several { weights, pairs })
    }

    fn outcomes(&self) -> impl Iterator<Item = Mixed<'_>> {
        let outcomes = self.pairs.first().map_or(0, |pair| pair.cells().len());
        (0..outcomes).map(|outcome| {
            let cells = self.pairs.iter().map(|pair| pair.cells()[outcome]);
            Mixed::new(&self.weights, cells.collect())
        })
    }
}

/// One outcome of all distributions and of their mixture.
struct Mixed<'a> {
    weights: &'a [f64],
    /// The cells share the heaviest distribution as their Q.
    cells: Vec<Cell>,
    mixture: f64,
    /// The mixture less the heaviest distribution.
    shift: f64,
}

impl Mixed<'_> {
    fn new(weights: &[f64], cells: Vec<Cell>) -> Mixed<'_> {
        let weighted = |(weight, cell): (&f64, &Cell)| weight * cell.difference();
        let shift = (weights.iter().zip(&cells).map(weighted))
            .collect::<Sum>()
            .total();
        Mixed {
            weights,
            mixture: cells[0].q + shift,
            cells,
            shift,
        }
    }

    /// ln(p/m) of each distribution; 0 where none has the outcome.
    fn ln_ratios(&self) -> impl Iterator<Item = f64> {
        self.cells.iter().map(|cell| {
            let relative = (cell.difference() - self.shift) / self.mixture;
            if self.mixture == 0.0 {
                0.0
            } else if cell.p == 0.0 {
                f64::NEG_INFINITY
            } else if relative.abs() <= 0.5 {
                relative.ln_1p()
            } else {
                cell.p.ln() - self.mixture.ln()
            }
        })
    }

    /// What each distribution adds.
    fn terms(&self) -> Vec<f64> {
        let all = self.weights.iter().zip(&self.cells).zip(self.ln_ratios());
        let term = |((&weight, cell), ln_ratio): ((&f64, &Cell), f64)| {
            let cell = Cell {
                p: cell.p,
                q: self.mixture,
                ln_ratio,
            };
            weight * kl_term(cell)
        };
        all.map(term).collect()
    }

    /// The derivative with respect to each distribution's mass.
    fn slopes(&self) -> impl Iterator<Item = f64> {
        let all = self.weights.iter().zip(self.ln_ratios());
        all.map(|(&weight, ln_ratio)| if weight > 0.0 { weight * ln_ratio } else { 0.0 })
    }
}

fn normalised_weights(weights: Option<&[f64]>, distributions: usize) -> Result<Vec<f64>, Error> {
    let given = weights.map_or(distributions, <[f64]>::len);
    if distributions == 0 || given != distributions {
        return Err(Error::WeightMismatch {
            weights: given,
            distributions,
        });
    }
    let weights = weights.map_or_else(|| vec![1.0; distributions], <[f64]>::to_vec);
    if let Some((index, &value)) =
        (weights.iter().enumerate()).find(|&(_, &weight)| !(weight.is_finite() && weight >= 0.0))
    {
        return Err(Error::BadWeight { index, value });
    }
    let sum = weights.iter().copied().collect::<Sum>().total();
    if sum == 0.0 {
        return Err(Error::BadWeight {
            index: 0,
            value: 0.0,
        });
    }
    Ok(weights.iter().map(|weight| weight / sum).collect())
}
