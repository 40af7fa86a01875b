//! What a row of logits is to be near to.

use rayon::prelude::*;

use super::error::{Error, positive};
use super::softmax::{softmax, sum};
use crate::Normalisation;
use crate::batch::Real;
use crate::kernel::softmax::{largest, logs};
use crate::vector::{self, Float};

/// Constant targets P of a batch, a row of them for each row of logits.
///
/// Constant: a loss gives the gradient by the model's logits alone, as after `detach` or
/// `stop_gradient` in a framework. For a target that moves see the
/// [module](crate::loss#when-the-target-moves).
#[derive(Debug, Clone, Copy)]
pub struct Target<'a, F> {
    pub(super) kind: Kind<'a, F>,
    pub(super) classes: usize,
}

#[derive(Debug, Clone, Copy)]
pub(super) enum Kind<'a, F> {
    Probabilities {
        masses: &'a [F],
        normalise: bool,
    },
    Logits {
        logits: &'a [F],
        temperature: f64,
    },
    Classes {
        indices: &'a [usize],
        smoothing: f64,
    },
}

impl<'a, F: Float> Target<'a, F> {
    /// Soft targets: rows × classes probabilities, contiguous.
    ///
    /// `policy` says what to do about a row that does not sum to 1. Under
    /// [`Normalisation::Unnormalised`] masses are used as they are, and KL is the generalised
    /// Σ p ln(p/q) − p + q.
    ///
    /// # Errors
    /// [`Error::Empty`], [`Error::PartOfRow`]; [`Error::BadMass`] for a negative, NaN or infinite mass;
    /// [`Error::NoMass`] for a row of zeros; [`Error::NotNormalised`] under
    /// [`Normalisation::Strict`], within [`Real::TOLERANCE`].
    ///
    /// ```
    /// use kullback::{Normalisation, loss::{Error, Target}};
    ///
    /// assert!(Target::probabilities(&[0.5, 0.5, 1.0, 0.0], 2, Normalisation::Strict).is_ok());
    /// let error = Target::probabilities(&[0.5, 0.5, 1.0, 1.0], 2, Normalisation::Strict).unwrap_err();
    /// assert_eq!(error, Error::NotNormalised { row: 1, sum: 2.0 });
    /// ```
    pub fn probabilities(
        masses: &'a [F],
        classes: usize,
        policy: Normalisation,
    ) -> Result<Self, Error>
    where
        F: Real,
    {
        check_shape("target probabilities", masses, classes)?;
        check_rows(masses, classes, |row, masses| {
            let is_bad = |mass: &F| !(mass.wide() >= 0.0 && mass.wide() < f64::INFINITY);
            if let Some(class) = masses.iter().position(is_bad) {
                let value = masses[class].wide();
                return Err(Error::BadMass { row, class, value });
            }
            let sum = sum(masses);
            if sum == 0.0 {
                Err(Error::NoMass { row })
            } else if policy == Normalisation::Strict && (sum - 1.0).abs() > F::TOLERANCE
                || sum.is_infinite()
            {
                Err(Error::NotNormalised { row, sum })
            } else {
                Ok(())
            }
        })?;
        let normalise = policy == Normalisation::Normalise;
        let kind = Kind::Probabilities { masses, normalise };
        Ok(Target { kind, classes })
    }

    /// Targets softmax(logits/T) of a teacher, or of the model itself on another view of the rows:
    /// rows × classes, contiguous. T < 1 sharpens, T > 1 softens.
    ///
    /// Their logarithms are taken from the logits, so that a probability too small for a float
    /// still counts with its logarithm.
    ///
    /// # Errors
    /// [`Error::Empty`], [`Error::PartOfRow`]; [`Error::BadLogit`] for NaN and +∞; [`Error::NoMass`] for a row of
    /// −∞; [`Error::BadSetting`] for a temperature that is not finite and above 0.
    ///
    /// ```
    /// use kullback::loss::Target;
    ///
    /// assert!(Target::logits(&[1.0, f64::NEG_INFINITY], 2, 0.4).is_ok());
    /// assert!(Target::logits(&[1.0, f64::NAN], 2, 0.4).is_err());
    /// ```
    pub fn logits(logits: &'a [F], classes: usize, temperature: f64) -> Result<Self, Error> {
        check_logits("target logits", logits, classes)?;
        let temperature = positive("the temperature", temperature)?;
        let kind = Kind::Logits {
            logits,
            temperature,
        };
        Ok(Target { kind, classes })
    }

    /// Hard targets: the number of the right class of each row.
    ///
    /// # Errors
    /// [`Error::Empty`]; [`Error::NoSuchClass`] for a number beyond the classes.
    ///
    /// ```
    /// use kullback::loss::Target;
    ///
    /// assert!(Target::<f32>::classes(&[2, 0], 3).is_ok());
    /// ```
    pub fn classes(indices: &'a [usize], classes: usize) -> Result<Self, Error> {
        if indices.is_empty() || classes == 0 {
            return Err(Error::Empty);
        }
        if let Some(row) = indices.iter().position(|&class| class >= classes) {
            let class = indices[row];
            return Err(Error::NoSuchClass {
                row,
                class,
                classes,
            });
        }
        let kind = Kind::Classes {
            indices,
            smoothing: 0.0,
        };
        Ok(Target { kind, classes })
    }

    /// Hard targets with label smoothing ε: 1 − ε + ε/K for the right one of K classes, ε/K for each
    /// other.
    ///
    /// Source: Szegedy et al. 2016.
    ///
    /// # Errors
    /// As [`Target::classes`]; [`Error::BadSetting`] for ε outside \[0, 1\].
    ///
    /// ```
    /// use kullback::loss::Target;
    ///
    /// assert!(Target::<f32>::smoothed_classes(&[2, 0], 3, 0.1).is_ok());
    /// assert!(Target::<f32>::smoothed_classes(&[2, 0], 3, 1.1).is_err());
    /// ```
    pub fn smoothed_classes(
        indices: &'a [usize],
        classes: usize,
        smoothing: f64,
    ) -> Result<Self, Error> {
        if !(0.0..=1.0).contains(&smoothing) {
            return Err(Error::BadSetting {
                name: "label smoothing",
                value: smoothing,
                takes: "from 0 to 1",
            });
        }
        let Target { classes, .. } = Target::<F>::classes(indices, classes)?;
        let kind = Kind::Classes { indices, smoothing };
        Ok(Target { kind, classes })
    }

    pub(super) fn rows(&self) -> usize {
        match self.kind {
            Kind::Probabilities { masses: values, .. } | Kind::Logits { logits: values, .. } => {
                values.len() / self.classes
            }
            Kind::Classes { indices, .. } => indices.len(),
        }
    }

    /// The masses of one row and, if wanted, their logarithms.
    pub(super) fn row(&self, row: usize, p: &mut [F], ln_p: Option<&mut [F]>) {
        let within = row * self.classes..(row + 1) * self.classes;
        match self.kind {
            Kind::Logits {
                logits,
                temperature,
            } => {
                let normaliser = softmax(&logits[within.clone()], temperature, p);
                if let Some(ln_p) = ln_p {
                    logs(normaliser, &logits[within], ln_p);
                }
                return;
            }
            Kind::Probabilities { masses, normalise } => {
                p.copy_from_slice(&masses[within]);
                if normalise {
                    let total = F::of(sum(p));
                    p.iter_mut().for_each(|p| *p = *p / total);
                }
            }
            Kind::Classes { indices, smoothing } => {
                let each = smoothing / self.classes as f64;
                p.fill(F::of(each));
                p[indices[row]] = F::of(1.0 - smoothing + each);
            }
        }
        if let Some(ln_p) = ln_p {
            ln_p.copy_from_slice(p);
            vector::ln(ln_p);
        }
    }
}

pub(super) fn check_logits<F: Float>(
    what: &'static str,
    logits: &[F],
    classes: usize,
) -> Result<(), Error> {
    check_shape(what, logits, classes)?;
    check_rows(logits, classes, |row, logits| match largest(logits) {
        Some(largest) if largest.wide() == f64::NEG_INFINITY => Err(Error::NoMass { row }),
        Some(_) => Ok(()),
        None => {
            // Looked for in vectors, named by a search.
            let is_bad = |logit: &F| logit.wide().is_nan() || logit.wide() == f64::INFINITY;
            let class = logits.iter().position(is_bad).unwrap_or(0);
            let value = logits[class].wide();
            Err(Error::BadLogit { row, class, value })
        }
    })
}

fn check_shape<F>(what: &'static str, values: &[F], classes: usize) -> Result<(), Error> {
    if values.is_empty() || classes == 0 {
        return Err(Error::Empty);
    }
    if !values.len().is_multiple_of(classes) {
        let length = values.len();
        return Err(Error::PartOfRow {
            what,
            length,
            classes,
        });
    }
    Ok(())
}

/// The error of the first row that has one.
fn check_rows<F: Float>(
    values: &[F],
    classes: usize,
    check: impl Fn(usize, &[F]) -> Result<(), Error> + Sync,
) -> Result<(), Error> {
    let rows = values.par_chunks(classes).enumerate();
    let errors = rows
        .with_min_len(rows_at_once(classes))
        .filter_map(|(row, values)| check(row, values).err());
    errors.find_first(|_| true).map_or(Ok(()), Err)
}

/// How many rows are worth handing to another thread.
pub(super) fn rows_at_once(classes: usize) -> usize {
    (1 << 14) / classes + 1
}
