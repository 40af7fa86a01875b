//! Two tables of the same variables: their divergence, and the chain rule that splits it.

use super::Joint;
use super::table::sum;
use crate::measure::kl_term;
use crate::numeric::{Sum, Wide};
use crate::{Cell, Error, Pair, ratio};

impl Joint {
    /// This table as P and another as Q, on one support: any [`Measure`](crate::Measure) reads it.
    ///
    /// Masses of both sides are shares of their exact sums, and so are the ratios.
    ///
    /// # Errors
    /// [`Error::TablesDiffer`] if the shapes do.
    ///
    /// ```
    /// use kullback::{Measure, joint::Joint};
    ///
    /// let p = Joint::from_counts(&[2, 2], &[1, 1, 0, 2])?;
    /// let q = Joint::from_counts(&[2, 2], &[1, 1, 1, 1])?;
    /// assert!((Measure::KL.value(&p.pair(&q)?) - 0.5 * 2f64.ln()).abs() < 1e-15);
    /// # Ok::<(), kullback::Error>(())
    /// ```
    pub fn pair(&self, q: &Joint) -> Result<Pair, Error> {
        check_axes(self, q)?;
        let cell = |(&a, &b): (&Wide, &Wide)| Cell {
            p: a.high / self.total.high,
            q: b.high / q.total.high,
            ln_ratio: ln_ratio([a, q.total], [b, self.total]),
        };
        let cells = self.masses.iter().zip(&q.masses).map(cell);
        Ok(Pair::of_shares(cells.collect()))
    }

    /// Conditional divergence, D(P_Y|X‖Q_Y|X) = Σ p(x)·D(P_Y|x‖Q_Y|x): how far the two tables
    /// disagree about Y, `of`, once X, `given`, is known, on average over P.
    ///
    /// It is the second part of the chain rule D(P_XY‖Q_XY) = D(P_X‖Q_X) + D(P_Y|X‖Q_Y|X): whether
    /// two tables differ in what comes in, or in what follows from it.
    ///
    /// - *Unit, range*: nats; from 0, exactly where the conditionals agree at every x of P, to ∞.
    /// - *Zeros*: ∞ where p(x,y) > 0 meets q(x,y) = 0, and so also where Q lacks an x of P.
    /// - *Accuracy*: relative, also where the conditionals nearly agree.
    /// - *Source*: Cover & Thomas 2006, theorem 2.5.3.
    ///
    /// # Errors
    /// [`Error::TablesDiffer`], [`Error::NoSuchAxis`]; [`Error::RepeatedAxis`], also for an axis in
    /// both groups.
    ///
    /// ```
    /// use kullback::{Measure, joint::Joint};
    ///
    /// let p = Joint::from_counts(&[2, 2], &[30, 10, 20, 40])?;
    /// let q = Joint::from_counts(&[2, 2], &[10, 20, 30, 40])?;
    ///
    /// let whole = Measure::KL.value(&p.pair(&q)?);
    /// let incoming = Measure::KL.value(&p.marginal(&[0])?.pair(&q.marginal(&[0])?)?);
    /// let following = p.conditional_kl(&q, &[1], &[0])?;
    /// assert!((whole - (incoming + following)).abs() < 1e-15);
    /// # Ok::<(), kullback::Error>(())
    /// ```
    pub fn conditional_kl(&self, q: &Joint, of: &[usize], given: &[usize]) -> Result<f64, Error> {
        check_axes(self, q)?;
        let (ours, theirs) = (self.grouped(&[given, of])?, q.grouped(&[given, of])?);
        let values = ours.sizes[1];
        let mut terms = Sum::default();
        for (ours, theirs) in ours.masses.chunks(values).zip(theirs.masses.chunks(values)) {
            let [all_ours, all_theirs] = [ours, theirs].map(|masses| sum(masses.iter()));
            if all_ours.high == 0.0 {
                continue;
            }
            if all_theirs.high == 0.0 {
                return Ok(f64::INFINITY);
            }
            for (&a, &b) in ours.iter().zip(theirs) {
                terms.add(kl_term(Cell {
                    p: a.high / self.total.high,
                    q: (b.high / all_theirs.high) * (all_ours.high / self.total.high),
                    ln_ratio: ln_ratio([a, all_theirs], [b, all_ours]),
                }));
            }
        }
        Ok(terms.total())
    }
}

fn check_axes(p: &Joint, q: &Joint) -> Result<(), Error> {
    if p.shape() == q.shape() {
        return Ok(());
    }
    let shapes = [p.shape().to_vec(), q.shape().to_vec()];
    Err(Error::TablesDiffer { shapes })
}

/// ln of a mass and a sum over a mass and a sum: the masses may be 0, the sums are not.
fn ln_ratio(above: [Wide; 2], below: [Wide; 2]) -> f64 {
    match (above[0].high > 0.0, below[0].high > 0.0) {
        (false, false) => 0.0,
        (false, true) => f64::NEG_INFINITY,
        (true, false) => f64::INFINITY,
        (true, true) => ratio::of_products(&above, &below),
    }
}
