//! One row of a batch, checked, and what two of them measure.

use std::borrow::Cow;

use half::{bf16, f16};

use super::{Batch, Real};
use crate::kernel::{self, Element, Lane, Term};
use crate::numeric::Wide;
use crate::pair::check_masses;
use crate::{Error, Measure, Normalisation, Pair, Side};

/// A row's masses, where they lie or gathered.
pub enum Masses<'a> {
    F64(Cow<'a, [f64]>),
    F32(Cow<'a, [f32]>),
    F16(Cow<'a, [f16]>),
    Bf16(Cow<'a, [bf16]>),
}

impl Masses<'_> {
    fn wide(&self) -> Cow<'_, [f64]> {
        fn wide<E: Element>(masses: &[E]) -> Cow<'_, [f64]> {
            masses.iter().map(|mass| mass.lane().wide()).collect()
        }
        match self {
            Masses::F64(masses) => Cow::Borrowed(masses),
            Masses::F32(masses) => wide(masses),
            Masses::F16(masses) => wide(masses),
            Masses::Bf16(masses) => wide(masses),
        }
    }
}

/// A row that is a distribution under a policy.
pub(super) struct Distribution<'a> {
    masses: Masses<'a>,
    total: Wide,
}

impl<'a> Distribution<'a> {
    /// The row of this number, which there must be.
    pub(super) fn new<T: Real>(
        batch: &Batch<'a, T>,
        row: usize,
        side: Side,
        policy: Normalisation,
    ) -> Result<Distribution<'a>, Error> {
        let masses = batch.masses(row);
        let error = match kernel::total(&masses) {
            Some(total) if total.high > 0.0 => {
                let sum = total.high;
                if policy != Normalisation::Strict || (sum - 1.0).abs() <= T::TOLERANCE {
                    let masses = T::masses(masses);
                    return Ok(Distribution { masses, total });
                }
                Error::NotNormalised { side, sum }
            }
            _ => {
                let wide: Vec<f64> = masses.iter().map(|mass| mass.to_f64()).collect();
                match check_masses(side, &wide, Normalisation::Unnormalised) {
                    Err(error) => error,
                    // The sum of finite masses overflows.
                    Ok(()) => Error::NotNormalised {
                        side,
                        sum: f64::INFINITY,
                    },
                }
            }
        };
        let error = Box::new(error);
        Err(Error::InRow { row, error })
    }

    /// D(P‖Q), of the masses as they are or each divided by its sum.
    pub(super) fn measure(
        &self,
        q: &Distribution<'_>,
        measure: Measure,
        policy: Normalisation,
    ) -> Result<f64, Error> {
        let totals = self.totals(q, policy);
        let on_vectors = by_kernel(measure, &self.masses, &q.masses, totals, f64::INFINITY);
        if let Some(value) = on_vectors {
            return Ok(value);
        }
        let policy = match policy {
            Normalisation::Normalise => policy,
            Normalisation::Strict | Normalisation::Unnormalised => Normalisation::Unnormalised,
        };
        let pair = Pair::from_probabilities(&self.masses.wide(), &q.masses.wide(), policy)?;
        Ok(measure.value(&pair))
    }

    /// −Σ p ln q, of the masses as they are or each divided by its sum.
    pub(super) fn cross_entropy(&self, q: &Distribution<'_>, policy: Normalisation) -> f64 {
        let term = kernel::CrossEntropy;
        let sum = on_vectors(term, &self.masses, &q.masses, None, f64::INFINITY);
        let sum = sum.unwrap_or(f64::NAN);
        match policy {
            Normalisation::Strict | Normalisation::Unnormalised => sum,
            // −Σ p/P ln(q/Q)
            Normalisation::Normalise => sum / self.total.high + q.total.high.ln(),
        }
    }

    fn totals(&self, q: &Distribution<'_>, policy: Normalisation) -> Option<[Wide; 2]> {
        (policy == Normalisation::Normalise).then_some([self.total, q.total])
    }
}

/// D(P‖Q) of two rows by one pass that also checks them. `None` for what such a pass cannot say:
/// rows that are no distributions under the policy, or nearly none, and measures without a kernel.
pub(super) fn in_one_pass<T: Real, U: Real>(
    (p, p_row): (&Batch<'_, T>, usize),
    (q, q_row): (&Batch<'_, U>, usize),
    measure: Measure,
    policy: Normalisation,
) -> Option<f64> {
    let tolerance = match policy {
        // Less what rounding may do to the sums of a pass in f32.
        Normalisation::Strict => 0.9 * T::TOLERANCE.min(U::TOLERANCE),
        Normalisation::Unnormalised => f64::INFINITY,
        Normalisation::Normalise => return None,
    };
    let (p, q) = (T::masses(p.masses(p_row)), U::masses(q.masses(q_row)));
    by_kernel(measure, &p, &q, None, tolerance)
}

/// A measure that is a sum of terms on vectors.
fn by_kernel(
    measure: Measure,
    p: &Masses<'_>,
    q: &Masses<'_>,
    totals: Option<[Wide; 2]>,
    tolerance: f64,
) -> Option<f64> {
    match measure.info().name {
        "kl" => on_vectors(kernel::Kl, p, q, totals, tolerance),
        "reverse_kl" => {
            let totals = totals.map(|[p, q]| [q, p]);
            on_vectors(kernel::Kl, q, p, totals, tolerance)
        }
        "js" => on_vectors(kernel::Js, p, q, totals, tolerance),
        "js_distance" => on_vectors(kernel::Js, p, q, totals, tolerance).map(f64::sqrt),
        "tv" => on_vectors(kernel::Tv, p, q, totals, tolerance),
        _ => None,
    }
}

/// The sum of a term of two rows' masses, which must be masses whose sums lie that near to 1; or with
/// their totals of their shares.
fn on_vectors<T: Term>(
    term: T,
    p: &Masses<'_>,
    q: &Masses<'_>,
    totals: Option<[Wide; 2]>,
    tolerance: f64,
) -> Option<f64> {
    fn sum<E: Element, T: Term>(
        term: T,
        p: &[E],
        q: &[E],
        totals: Option<[Wide; 2]>,
        tolerance: f64,
    ) -> Option<f64> {
        if let Some(totals) = totals {
            return kernel::shares(term, p, q, totals);
        }
        let sums = kernel::sums(term, p, q);
        let is_near_one = |sum: f64| sum > 0.0 && (sum - 1.0).abs() <= tolerance;
        let checked = sums.valid && is_near_one(sums.p) && is_near_one(sums.q);
        checked.then_some(sums.terms)
    }
    match (p, q) {
        (Masses::F32(p), Masses::F32(q)) => sum(term, p, q, totals, tolerance),
        (Masses::F16(p), Masses::F16(q)) => sum(term, p, q, totals, tolerance),
        (Masses::Bf16(p), Masses::Bf16(q)) => sum(term, p, q, totals, tolerance),
        (p, q) => sum(term, &p.wide(), &q.wide(), totals, tolerance),
    }
}
