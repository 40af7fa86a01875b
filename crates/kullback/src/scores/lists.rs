//! Rows of which only the most likely tokens are known, as an API gives them.

use std::f64::consts::LN_2;

use super::Target;
use crate::Cell;
use crate::measure::{js_term, kl_term};

/// How far a listed mass may be off: what is left for the tokens not listed is known to that.
const ROUNDING: f64 = 1e-6;

/// What two lists of the most likely tokens say for certain.
///
/// Tokens that both list are outcomes of their own, all others one outcome together. Merging
/// outcomes never raises a divergence, so what is computed after it is a lower bound. KL has no
/// upper bound without the probability of every token; Jensen–Shannon and total variation do, by
/// what the tokens merged could at most add. A list divided by its own sum would be a distribution
/// that neither model has, and its "KL" can be anything.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ListScore {
    /// KL(P‖Q) is at least this.
    pub kl: f64,
    /// KL(Q‖P) is at least this.
    pub reverse_kl: f64,
    /// The Jensen–Shannon divergence lies between these.
    pub js: [f64; 2],
    /// The total variation distance lies between these.
    pub tv: [f64; 2],
    /// The mass of the tokens that not both list, in P and in Q: where it is large, the bounds say
    /// little.
    pub leftover: [f64; 2],
    /// How many tokens both list.
    pub shared: usize,
    /// Whether the most likely token is the same.
    pub same_top: bool,
    /// What both say of the token that came.
    pub target: Option<Target>,
}

impl ListScore {
    /// The bounds for tokens of which both probabilities are known. `same_top` and `target` are
    /// left to be filled in.
    ///
    /// Source: Csiszár 1967, data processing, for the lower bounds.
    ///
    /// ```
    /// use kullback::scores::ListScore;
    ///
    /// let score = ListScore::of(&[(0.6, 0.5), (0.2, 0.2)]);
    /// // The remaining 0.2 and 0.3 are one outcome.
    /// let kl = 0.6 * (0.6f64 / 0.5).ln() + 0.2 * (0.2f64 / 0.3).ln();
    /// assert!((score.kl - kl).abs() < 1e-5);
    /// assert!((score.tv[0] - 0.1).abs() < 1e-5 && (score.tv[1] - 0.3).abs() < 1e-12);
    /// ```
    pub fn of(shared: &[(f64, f64)]) -> Self {
        let sum = |terms: &dyn Fn(Cell) -> f64| -> f64 {
            shared
                .iter()
                .map(|&(p, q)| terms(Cell::of_masses(p, q)))
                .sum()
        };
        let left = |listed: f64| (1.0 - listed).max(0.0);
        let leftover = [left(sum(&|cell| cell.p)), left(sum(&|cell| cell.q))];
        let [p, q] = leftover;
        // The closest that they can be, since they are known to a rounding.
        let closer = ROUNDING.min((p - q).abs() / 2.0);
        let rest = if p < q {
            Cell::of_masses(p + closer, q - closer)
        } else {
            Cell::of_masses(p - closer, q + closer)
        };
        let swapped = |cell: Cell| kl_term(Cell::of_masses(cell.q, cell.p));
        let js = sum(&js_term);
        let tv = sum(&|cell| (cell.p - cell.q).abs()) / 2.0;
        Self {
            kl: sum(&kl_term) + kl_term(rest),
            reverse_kl: sum(&swapped) + swapped(rest),
            js: [js + js_term(rest), (js + (p + q) / 2.0 * LN_2).min(LN_2)],
            tv: [
                tv + (rest.p - rest.q).abs() / 2.0,
                (tv + (p + q) / 2.0).min(1.0),
            ],
            leftover,
            shared: shared.len(),
            same_top: false,
            target: None,
        }
    }
}
