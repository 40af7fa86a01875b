//! Jensen–Shannon: KL to the mixture, for two distributions or many, equal weights or not.

use std::f64::consts::LN_2;

use super::info::AnyKernel::OnPairs;
use super::info::{Info, Laws};
use super::kullback_leibler::kl_term;
use super::separable::{Separable, root_link};
use crate::numeric::Sum;
use crate::pair::{check_lengths, check_masses};
use crate::{Cell, Error, Normalisation, Pair, Side};

pub(super) static JS: Info = Info {
    name: "js",
    title: "Jensen–Shannon divergence",
    symbol: "JS(P,Q)",
    formula: "½ KL(P‖M) + ½ KL(Q‖M), M = (P + Q)/2",
    when: "Neither side is the reference, or supports differ: symmetric, always finite, at most \
           ln 2 (1 bit). It is the information that one draw gives about which side it came from.",
    source: "Lin 1991",
    aliases: &["jensen_shannon", "js_divergence"],
    parameter: None,
    in_nats: true,
    laws: Laws {
        symmetric: true,
        max: LN_2,
        ..Laws::F_DIVERGENCE
    },
    kernel: OnPairs(|_| Box::new(JensenShannon)),
};

pub(super) static JS_DISTANCE: Info = Info {
    name: "js_distance",
    title: "Jensen–Shannon distance",
    symbol: "√JS(P,Q)",
    formula: "√(½ KL(P‖M) + ½ KL(Q‖M)), M = (P + Q)/2, in nats under the root",
    when: "As the Jensen–Shannon divergence, where a metric is needed: clustering, nearest \
           neighbours. At most √ln 2 ≈ 0.8326.",
    source: "Endres & Schindelin 2003",
    aliases: &["jensen_shannon_distance"],
    parameter: None,
    in_nats: false,
    laws: Laws {
        symmetric: true,
        triangle: true,
        max: 0.832_554_611_157_697_8,
        ..Laws::F_DIVERGENCE
    },
    kernel: OnPairs(|_| Box::new(Distance)),
};

struct JensenShannon;

impl Separable for JensenShannon {
    fn slope(&self, cell: Cell) -> [f64; 2] {
        let x = cell.ln_ratio;
        [0.5 * ln_over_mixture(x), 0.5 * ln_over_mixture(-x)]
    }

    fn term(&self, cell: Cell) -> f64 {
        js_term(cell)
    }
}

/// Half of KL's terms from p and from q to their mean.
pub(crate) fn js_term(cell: Cell) -> f64 {
    let x = cell.ln_ratio;
    let mixture = 0.5 * cell.p + 0.5 * cell.q;
    let to_mixture = |mass, ln_ratio| {
        kl_term(Cell {
            p: mass,
            q: mixture,
            ln_ratio,
        })
    };
    0.5 * (to_mixture(cell.p, ln_over_mixture(x)) + to_mixture(cell.q, ln_over_mixture(-x)))
}

/// ln(p/m) with m = (p + q)/2, from x = ln(p/q).
fn ln_over_mixture(x: f64) -> f64 {
    if x.abs() < 1.0 {
        return -(0.5 * (-x).exp_m1()).ln_1p();
    }
    // ln 2 − ln(1 + e⁻ˣ), with the exponential kept below 1.
    LN_2 - (-x).max(0.0) - (-x.abs()).exp().ln_1p()
}

struct Distance;

impl Separable for Distance {
    fn slope(&self, cell: Cell) -> [f64; 2] {
        JensenShannon.slope(cell)
    }

    fn term(&self, cell: Cell) -> f64 {
        JensenShannon.term(cell)
    }

    fn link(&self, sum: f64) -> [f64; 2] {
        root_link(sum)
    }
}

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
    let weights = normalised_weights(weights, distributions.len())?;
    // Everything is measured from the heaviest distribution, whose own distance from the mixture
    // cannot then be lost beside the others'.
    let heaviest = (0..weights.len()).fold(0, |a, b| if weights[b] > weights[a] { b } else { a });
    let reference = distributions[heaviest];
    for (number, p) in distributions.iter().enumerate() {
        let sides = [Side::Nth(number), Side::Nth(heaviest)];
        check_lengths(sides, [p.len(), reference.len()])?;
        check_masses(Side::Nth(number), p, policy)?;
    }
    let pairs = (distributions.iter())
        .map(|p| Pair::from_probabilities(p, reference, policy))
        .collect::<Result<Vec<Pair>, Error>>()?;
    let terms = (0..reference.len()).flat_map(|outcome| {
        let cells: Vec<Cell> = pairs.iter().map(|pair| pair.cells()[outcome]).collect();
        terms_to_mixture(&weights, &cells)
    });
    Ok(terms.collect::<Sum>().total())
}

/// What each distribution adds at one outcome; the cells share the reference as their Q.
fn terms_to_mixture(weights: &[f64], cells: &[Cell]) -> Vec<f64> {
    let weighted = |(weight, cell): (&f64, &Cell)| weight * cell.difference();
    let shift = (weights.iter().zip(cells).map(weighted))
        .collect::<Sum>()
        .total();
    let mixture = cells[0].q + shift;
    let term = |(&weight, cell): (&f64, &Cell)| {
        if mixture == 0.0 {
            return 0.0;
        }
        let relative = (cell.difference() - shift) / mixture;
        let ln_ratio = if cell.p == 0.0 {
            f64::NEG_INFINITY
        } else if relative.abs() <= 0.5 {
            relative.ln_1p()
        } else {
            cell.p.ln() - mixture.ln()
        };
        weight
            * kl_term(Cell {
                p: cell.p,
                q: mixture,
                ln_ratio,
            })
    };
    weights.iter().zip(cells).map(term).collect()
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
