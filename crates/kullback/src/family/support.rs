//! Where a distribution lives.

use super::Family;

/// Where the mass of a distribution lies.
///
/// ```
/// use kullback::family::{Family, Support};
///
/// assert_eq!(Family::gamma(2.0, 1.0)?.support(), Support::Intervals(vec![[0.0, f64::INFINITY]]));
/// assert_eq!(Family::binomial(9.0, 0.5)?.support(), Support::Integers { first: 0.0, last: 9.0 });
/// # Ok::<(), kullback::family::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Support {
    /// Continuous on these disjoint intervals, ascending; single points do not matter.
    ///
    /// Only a mixture has more than one. The circle of a von Mises distribution is (−π, π).
    Intervals(Vec<[f64; 2]>),
    /// Discrete on whole numbers. Both ends have mass; those between may lack it.
    Integers {
        /// The least outcome.
        first: f64,
        /// The greatest outcome, or ∞.
        last: f64,
    },
}

impl Support {
    /// Whether all of `self` can lie in `other`. Gaps between integers are not looked into.
    pub(super) fn fits_into(&self, other: &Support) -> bool {
        match (self, other) {
            (Support::Intervals(inner), Support::Intervals(outer)) => inner.iter().all(|i| {
                let holds = |o: &[f64; 2]| o[0] <= i[0] && i[1] <= o[1];
                outer.iter().any(holds)
            }),
            (
                Support::Integers { first, last },
                Support::Integers {
                    first: outer_first,
                    last: outer_last,
                },
            ) => outer_first <= first && last <= outer_last,
            _ => false,
        }
    }

    /// Whether no outcome can lie in both.
    pub(super) fn is_apart_from(&self, other: &Support) -> bool {
        let (a, b) = (self.ends(), other.ends());
        let meets = |i: &[f64], o: &[f64]| i[0] < o[1] && o[0] < i[1];
        match (self, other) {
            (Support::Integers { .. }, Support::Integers { .. }) => a[1] < b[0] || b[1] < a[0],
            _ => !a.chunks(2).any(|i| b.chunks(2).any(|o| meets(i, o))),
        }
    }

    /// The ends of the intervals; of integers the first and the last.
    pub(super) fn ends(&self) -> Vec<f64> {
        match self {
            Support::Intervals(intervals) => intervals.concat(),
            Support::Integers { first, last } => vec![*first, *last],
        }
    }
}

impl Family {
    /// Whether outcomes are whole numbers with masses rather than points with a density.
    ///
    /// ```
    /// use kullback::family::Family;
    ///
    /// assert!(Family::poisson(3.0)?.is_discrete());
    /// assert!(!Family::continuous_bernoulli(0.3)?.is_discrete());
    /// # Ok::<(), kullback::family::Error>(())
    /// ```
    pub fn is_discrete(&self) -> bool {
        match self {
            Family::Mixture { components } => components.iter().all(|(_, c)| c.is_discrete()),
            Family::Bernoulli { .. }
            | Family::Binomial { .. }
            | Family::Categorical { .. }
            | Family::Geometric { .. }
            | Family::NegativeBinomial { .. }
            | Family::OrderedLogistic { .. }
            | Family::Poisson { .. }
            | Family::ProbitBernoulli { .. } => true,
            _ => false,
        }
    }

    /// Where the mass lies: see [`Support`].
    pub fn support(&self) -> Support {
        let integers = |first, last| Support::Integers { first, last };
        // All mass at one end, if the probability says so.
        let trials = |probability: f64, most: f64| {
            integers(
                if probability >= 1.0 { most } else { 0.0 },
                if probability == 0.0 { 0.0 } else { most },
            )
        };
        let [low, high] = match self {
            Family::Bernoulli { probability } => return trials(*probability, 1.0),
            Family::Binomial {
                trials: n,
                probability,
            } => return trials(*probability, *n),
            Family::ProbitBernoulli { .. } => return integers(0.0, 1.0),
            Family::OrderedLogistic { cutpoints, .. } => {
                return integers(0.0, cutpoints.len() as f64);
            }
            Family::Categorical { probabilities } => {
                let first = probabilities.iter().position(|&p| p > 0.0);
                let last = probabilities.iter().rposition(|&p| p > 0.0);
                return integers(first.unwrap_or(0) as f64, last.unwrap_or(0) as f64);
            }
            Family::Geometric { probability } | Family::NegativeBinomial { probability, .. }
                if *probability >= 1.0 =>
            {
                return integers(0.0, 0.0);
            }
            Family::Poisson { rate: 0.0 } => return integers(0.0, 0.0),
            Family::Geometric { .. } | Family::NegativeBinomial { .. } | Family::Poisson { .. } => {
                return integers(0.0, f64::INFINITY);
            }
            Family::Mixture { components } => return mixed(components),
            Family::Beta { .. }
            | Family::ContinuousBernoulli { .. }
            | Family::LogitNormal { .. } => [0.0, 1.0],
            Family::Chi { .. }
            | Family::Chi2 { .. }
            | Family::Exponential { .. }
            | Family::Gamma { .. }
            | Family::HalfNormal { .. }
            | Family::InverseGamma { .. }
            | Family::InverseGaussian { .. }
            | Family::LogNormal { .. }
            | Family::Weibull { .. } => [0.0, f64::INFINITY],
            Family::Pareto { scale, .. } => [*scale, f64::INFINITY],
            Family::Uniform { low, high } | Family::TruncatedNormal { low, high, .. } => {
                [*low, *high]
            }
            Family::VonMises { .. } => [-std::f64::consts::PI, std::f64::consts::PI],
            Family::Cauchy { .. }
            | Family::ExpGamma { .. }
            | Family::ExpInverseGamma { .. }
            | Family::Gumbel { .. }
            | Family::Laplace { .. }
            | Family::Logistic { .. }
            | Family::Moyal { .. }
            | Family::Normal { .. }
            | Family::StudentT { .. } => [f64::NEG_INFINITY, f64::INFINITY],
        };
        Support::Intervals(vec![[low, high]])
    }
}

/// The union of the components' supports.
fn mixed(components: &[(f64, Family)]) -> Support {
    let mut intervals: Vec<[f64; 2]> = Vec::new();
    let (mut first, mut last) = (f64::INFINITY, 0.0_f64);
    for (_, component) in components {
        match component.support() {
            Support::Intervals(more) => intervals.extend(more),
            Support::Integers { first: a, last: b } => {
                (first, last) = (first.min(a), last.max(b));
            }
        }
    }
    if intervals.is_empty() {
        return Support::Integers { first, last };
    }
    intervals.sort_by(|a, b| a[0].total_cmp(&b[0]));
    let mut merged: Vec<[f64; 2]> = Vec::new();
    for interval in intervals {
        match merged.last_mut() {
            Some(previous) if interval[0] <= previous[1] => {
                previous[1] = previous[1].max(interval[1]);
            }
            _ => merged.push(interval),
        }
    }
    Support::Intervals(merged)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_supports_of_a_mixture_unite() {
        let family: Family = "mixture(0.25*uniform(0,1) + 0.25*uniform(3,4) + 0.5*uniform(1,2))"
            .parse()
            .unwrap();
        let union = Support::Intervals(vec![[0.0, 2.0], [3.0, 4.0]]);
        assert_eq!(family.support(), union);
        let inside = Support::Intervals(vec![[0.5, 1.5], [3.0, 3.5]]);
        let across = Support::Intervals(vec![[1.5, 3.5]]);
        assert!(inside.fits_into(&union) && !across.fits_into(&union));
    }

    #[test]
    fn sure_outcomes_shrink_the_support() {
        let one = |x| Support::Integers { first: x, last: x };
        assert_eq!(Family::binomial(7.0, 1.0).unwrap().support(), one(7.0));
        assert_eq!(Family::poisson(0.0).unwrap().support(), one(0.0));
        assert_eq!(
            Family::categorical(&[0.0, 1.0]).unwrap().support(),
            one(1.0)
        );
    }
}
