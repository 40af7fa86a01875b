//! Multinomial distributions and their mixtures, outcome by outcome.

use super::multinomial::Multinomial;
use super::{Kind, Multivariate};
use crate::family::numeric::Kernel;
use crate::family::quadrature::Integral;
use crate::numeric::Sum;

/// More outcomes than this are not added up.
const MOST: f64 = 1e6;

/// The multinomial components of a distribution of counts; empty for any other.
fn components(of: &Multivariate) -> Vec<&Multinomial> {
    let singles = of.singles().into_iter();
    let inner = singles.map(|(_, single)| match &single.kind {
        Kind::Multinomial(inner) => Some(inner),
        _ => None,
    });
    inner.flatten().collect()
}

/// Σ of a term over all outcomes of two distributions of counts, if they are not too many.
pub(super) fn total(p: &Multivariate, q: &Multivariate, kernel: Kernel) -> Option<Integral> {
    let all = [components(p), components(q)].concat();
    let categories = all.first()?.probabilities.len();
    let mut trials: Vec<f64> = all.iter().map(|one| one.trials).collect();
    trials.sort_by(f64::total_cmp);
    trials.dedup();
    // C(n + k − 1, k − 1), factor by factor.
    let outcomes =
        |&n: &f64| (1..categories).fold(1.0, |product, i| product * (n + i as f64) / i as f64);
    if trials.iter().map(outcomes).sum::<f64>() > MOST {
        return None;
    }
    let (p, q) = (p.inner(), q.inner());
    let (mut value, mut bound) = (Sum::default(), 0.0);
    for n in trials {
        // Logarithms of masses are right to a few ulps of their parts.
        let fixed = 4.0 * f64::EPSILON * (2.0 + 10.0 * n.sqrt());
        let rounding = |ln: f64| if ln.is_finite() { ln.abs() } else { 0.0 };
        each(n, &mut vec![0.0; categories], 0, &mut |counts| {
            let ln = [p.ln_density(counts), q.ln_density(counts)];
            let slack = ln.map(|ln| fixed + 2.0 * f64::EPSILON * rounding(ln));
            let term = kernel(ln, slack, 0.0);
            value.add(term.value);
            bound += term.slack;
        });
    }
    let value = value.total();
    Some(Integral { value, bound })
}

/// Visits all ways to split `left` among the categories from `at` on.
fn each(left: f64, counts: &mut Vec<f64>, at: usize, visit: &mut dyn FnMut(&[f64])) {
    if at + 1 == counts.len() {
        counts[at] = left;
        visit(counts);
        return;
    }
    let mut here = 0.0;
    while here <= left {
        counts[at] = here;
        each(left - here, counts, at + 1, visit);
        here += 1.0;
    }
}

/// Whether P has an outcome that Q lacks.
///
/// An outcome is possible under a component that has its trials and all of its categories.
pub(super) fn escapes(p: &Multivariate, q: &Multivariate) -> bool {
    let outer = components(q);
    components(p).into_iter().any(|inner| {
        let same: Vec<&Multinomial> = outer
            .iter()
            .copied()
            .filter(|outer| outer.trials.total_cmp(&inner.trials).is_eq())
            .collect();
        avoids(&same, inner, &mut Vec::new())
    })
}

/// Whether categories of `inner` can be added to those `chosen`, no more than it has trials, so
/// that none of the components has them all.
fn avoids(components: &[&Multinomial], inner: &Multinomial, chosen: &mut Vec<usize>) -> bool {
    let possible = |of: &Multinomial, i: usize| of.probabilities[i] > 0.0;
    let holds = |c: &&&Multinomial| chosen.iter().all(|&i| possible(c, i));
    let Some(&holder) = components.iter().find(holds) else {
        return true;
    };
    if chosen.len() as f64 >= inner.trials {
        return false;
    }
    (0..inner.probabilities.len()).any(|i| {
        let new = possible(inner, i) && !possible(holder, i);
        new && {
            chosen.push(i);
            let found = avoids(components, inner, chosen);
            chosen.pop();
            found
        }
    })
}
