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
        let on_vectors = match measure.info().name {
            "kl" => self.sum(q, kernel::Kl, policy),
            "reverse_kl" => q.sum(self, kernel::Kl, policy),
            "js" => self.sum(q, kernel::Js, policy),
            "js_distance" => self.sum(q, kernel::Js, policy).map(f64::sqrt),
            "tv" => self.sum(q, kernel::Tv, policy),
            _ => None,
        };
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
        let sum = on_vectors(kernel::CrossEntropy, &self.masses, &q.masses, None);
        let sum = sum.unwrap_or(f64::NAN);
        match policy {
            Normalisation::Strict | Normalisation::Unnormalised => sum,
            // −Σ p/P ln(q/Q)
            Normalisation::Normalise => sum / self.total.high + q.total.high.ln(),
        }
    }

    fn sum<T: Term>(&self, q: &Distribution<'_>, term: T, policy: Normalisation) -> Option<f64> {
        let totals = [self.total, q.total];
        let totals = (policy == Normalisation::Normalise).then_some(totals);
        on_vectors(term, &self.masses, &q.masses, totals)
    }
}

/// The sum of a term of two rows' masses, or with their totals of their shares.
fn on_vectors<T: Term>(
    term: T,
    p: &Masses<'_>,
    q: &Masses<'_>,
    totals: Option<[Wide; 2]>,
) -> Option<f64> {
    fn sum<E: Element, T: Term>(
        term: T,
        p: &[E],
        q: &[E],
        totals: Option<[Wide; 2]>,
    ) -> Option<f64> {
        match totals {
            Some(totals) => kernel::shares(term, p, q, totals),
            None => Some(kernel::sums(term, p, q).terms),
        }
    }
    match (p, q) {
        (Masses::F32(p), Masses::F32(q)) => sum(term, p, q, totals),
        (Masses::F16(p), Masses::F16(q)) => sum(term, p, q, totals),
        (Masses::Bf16(p), Masses::Bf16(q)) => sum(term, p, q, totals),
        (p, q) => sum(term, &p.wide(), &q.wide(), totals),
    }
}
