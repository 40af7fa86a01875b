//! What the counts of two columns say of the distributions behind them.

use super::{Comparison, Label, Outcome};
use crate::inference::Divergence::{Js, Kl, Psi, ReverseKl};
use crate::inference::{
    ChainRule, GTest, Inference, Level, Parts, TwoSamples, chain_rule, infer, same_distribution,
    signed_contributions,
};

/// What two samples of a column say, beyond their plug-in values. All divergences are in nats.
#[derive(Clone, Debug)]
pub struct Findings {
    /// KL, reverse KL, JS and PSI, each with its interval and null band, in this order.
    pub inferences: [Inference; 4],
    /// KL with half as many bins, where bins hold several values: how far the estimate moves
    /// says how much it depends on the bins.
    pub halved_bins: Option<Inference>,
    /// The test of "nothing has changed".
    pub test: GTest,
    /// KL, split into nulls, new values, vanished values and the rest.
    pub chain_rule: ChainRule,
    /// What each outcome adds to KL, signed, in the order of [`Comparison::outcomes`].
    pub signed: Vec<Parts>,
    /// What each outcome adds to the estimate of KL with its masses, signed − p + q: as
    /// [`Measure::contributions`](crate::Measure::contributions) below 0 for no share, and for an
    /// estimate by no more than its bias. So nulls that only Q has weigh what they take from all else.
    pub contributions: Vec<f64>,
}

impl Comparison {
    /// Estimates, intervals, test and explanation of the divergence, from the outcomes' counts.
    ///
    /// - *Level*: of the confidence intervals.
    /// - *Seed*: of the permutations, where counts are small; the same seed gives the same result.
    ///
    /// ```
    /// use kullback::inference::Level;
    /// use kullback::summary::Builder;
    ///
    /// let column = |yes, no| {
    ///     let mut column = Builder::new();
    ///     column.push_text("yes", yes);
    ///     column.push_text("no", no);
    ///     column.finish()
    /// };
    /// let comparison = kullback::compare::compare(&column(700, 300), &column(600, 400)).unwrap();
    /// let findings = comparison.findings(Level::default(), 0);
    /// let [kl, ..] = &findings.inferences;
    /// assert!(kl.interval.low > 0.005 && kl.interval.high < 0.05);
    /// assert!(findings.test.p_value < 1e-5);
    /// let signed: f64 = findings.signed.iter().map(|part| part.estimate).sum();
    /// assert!((signed - kl.estimate).abs() < 1e-12);
    /// let parts: f64 = findings.contributions.iter().sum();
    /// assert!((parts - kl.estimate).abs() < 1e-12);
    /// ```
    #[must_use]
    pub fn findings(&self, level: Level, seed: u64) -> Findings {
        let counts = counts(&self.outcomes);
        let samples = two_samples(&counts);
        let signed = signed_contributions(&samples);
        let null = self.outcomes.iter().position(|o| o.label == Label::Null);
        Findings {
            inferences: [Kl, ReverseKl, Js, Psi]
                .map(|divergence| infer(&samples, divergence, level)),
            halved_bins: self
                .halved
                .as_ref()
                .map(|(_, counts)| infer(&two_samples(counts), Kl, level)),
            test: same_distribution(&samples, seed),
            chain_rule: chain_rule(&samples, null),
            contributions: (signed.iter().zip(self.pair.cells()))
                .map(|(part, cell)| part.estimate - cell.difference())
                .collect(),
            signed,
        }
    }
}

/// The counts of P and those of Q.
pub(super) fn counts(outcomes: &[Outcome]) -> [Vec<u64>; 2] {
    [|o: &Outcome| o.p, |o: &Outcome| o.q].map(|side| outcomes.iter().map(side).collect())
}

/// The counts as samples: [`compare`](super::compare) has seen to what they must be.
pub(super) fn two_samples([p, q]: &[Vec<u64>; 2]) -> TwoSamples<'_> {
    TwoSamples::new(p, q).expect("both sides have rows, and u64 holds them together")
}
