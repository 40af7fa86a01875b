//! The table itself: validation, marginals, and axes merged into groups.

use crate::numeric::{Sum, Wide};
use crate::pair::{check_masses, towards_one};
use crate::{Error, Normalisation, Side};

/// A distribution over several discrete variables: one non-negative mass for each combination of
/// their values.
///
/// - *Shape*: one axis for each variable, with its number of values; masses are listed with the
///   last axis fastest (row-major). Without axes, a table of one cell.
/// - *Ranges*: masses are finite and ≥ 0, and some are above 0. Information is a matter of shares,
///   so every mass is read as a share of the table's exact sum.
///
/// See the [module](crate::joint) for what can be asked of it.
///
/// ```
/// use kullback::joint::Joint;
///
/// let table = Joint::from_counts(&[2, 3], &[1, 2, 3, 4, 5, 6])?;
/// let columns = table.marginal(&[1])?;
/// assert!(columns.probabilities().eq([5.0 / 21.0, 7.0 / 21.0, 9.0 / 21.0]));
/// # Ok::<(), kullback::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Joint {
    shape: Vec<usize>,
    pub(super) masses: Vec<Wide>,
    pub(super) total: Wide,
}

impl Joint {
    /// A table of probabilities, which must sum to 1 within
    /// [`STRICT_TOLERANCE`](crate::STRICT_TOLERANCE).
    ///
    /// # Errors
    /// [`Error::ShapeMismatch`], [`Error::Empty`]; [`Error::BadMass`] and [`Error::NoMass`] of side
    /// P, with the index in the list; [`Error::NotNormalised`].
    ///
    /// ```
    /// use kullback::{Error, joint::Joint};
    ///
    /// assert!(Joint::from_probabilities(&[2, 2], &[0.1, 0.2, 0.3, 0.4]).is_ok());
    /// let error = Joint::from_probabilities(&[2, 2], &[0.5, 0.5]);
    /// assert_eq!(error, Err(Error::ShapeMismatch { shape: vec![2, 2], entries: 2 }));
    /// # Ok::<(), Error>(())
    /// ```
    pub fn from_probabilities(shape: &[usize], masses: &[f64]) -> Result<Joint, Error> {
        Joint::from_masses(shape, masses, Normalisation::Strict)
    }

    /// A table of weights, each of which is divided by their sum.
    ///
    /// # Errors
    /// Those of [`Joint::from_probabilities`] but the last.
    ///
    /// ```
    /// use kullback::joint::Joint;
    ///
    /// let table = Joint::from_weights(&[2], &[1.5, 4.5])?;
    /// assert!(table.probabilities().eq([0.25, 0.75]));
    /// # Ok::<(), kullback::Error>(())
    /// ```
    pub fn from_weights(shape: &[usize], weights: &[f64]) -> Result<Joint, Error> {
        Joint::from_masses(shape, weights, Normalisation::Normalise)
    }

    /// A contingency table: how often each combination was seen. Counts are taken exactly.
    ///
    /// # Errors
    /// [`Error::ShapeMismatch`], [`Error::Empty`], and [`Error::NoMass`] if nothing was seen.
    ///
    /// ```
    /// use kullback::joint::Joint;
    ///
    /// let table = Joint::from_counts(&[2, 2, 2], &[1, 0, 0, 1, 0, 1, 1, 0])?;
    /// assert_eq!(table.shape(), [2, 2, 2]);
    /// # Ok::<(), kullback::Error>(())
    /// ```
    pub fn from_counts(shape: &[usize], counts: &[u64]) -> Result<Joint, Error> {
        check_shape(shape, counts.len())?;
        if counts.iter().all(|&count| count == 0) {
            return Err(Error::NoMass { side: Side::P });
        }
        let masses = counts.iter().map(|&count| Wide::from(count)).collect();
        Ok(Joint::of(shape.to_vec(), masses))
    }

    fn from_masses(shape: &[usize], masses: &[f64], policy: Normalisation) -> Result<Joint, Error> {
        check_shape(shape, masses.len())?;
        check_masses(Side::P, masses, policy)?;
        let scale = towards_one(masses);
        let masses = masses
            .iter()
            .map(|&mass| Wide::from(mass * scale))
            .collect();
        Ok(Joint::of(shape.to_vec(), masses))
    }

    fn of(shape: Vec<usize>, masses: Vec<Wide>) -> Joint {
        let total = sum(masses.iter());
        Joint {
            shape,
            masses,
            total,
        }
    }

    /// How many values each variable has, in the order of the axes.
    ///
    /// ```
    /// # use kullback::joint::Joint;
    /// assert_eq!(Joint::from_counts(&[1, 2], &[3, 4])?.shape(), [1, 2]);
    /// # Ok::<(), kullback::Error>(())
    /// ```
    #[must_use]
    pub fn shape(&self) -> &[usize] {
        &self.shape
    }

    /// The probability of each combination, the last axis fastest.
    ///
    /// ```
    /// # use kullback::joint::Joint;
    /// assert!(Joint::from_counts(&[2], &[1, 3])?.probabilities().eq([0.25, 0.75]));
    /// # Ok::<(), kullback::Error>(())
    /// ```
    pub fn probabilities(&self) -> impl Iterator<Item = f64> {
        self.masses.iter().map(|mass| mass.high / self.total.high)
    }

    /// The joint distribution of some of the variables, in the order in which they are named.
    ///
    /// # Errors
    /// [`Error::NoSuchAxis`], [`Error::RepeatedAxis`].
    ///
    /// ```
    /// use kullback::joint::Joint;
    ///
    /// let table = Joint::from_counts(&[2, 2], &[1, 2, 3, 4])?;
    /// assert!(table.marginal(&[0])?.probabilities().eq([0.3, 0.7]));
    /// assert!(table.marginal(&[1, 0])?.probabilities().eq([0.1, 0.3, 0.2, 0.4])); // transposed
    /// # Ok::<(), kullback::Error>(())
    /// ```
    pub fn marginal(&self, axes: &[usize]) -> Result<Joint, Error> {
        let masses = self.grouped(&[axes])?.masses;
        let shape = axes.iter().map(|&axis| self.shape[axis]).collect();
        Ok(Joint::of(shape, masses))
    }

    /// The table with the axes of each group merged into one, and all others summed over.
    pub(super) fn grouped<const N: usize>(
        &self,
        groups: &[&[usize]; N],
    ) -> Result<Grouped<N>, Error> {
        let axes: Vec<usize> = groups
            .iter()
            .flat_map(|group| group.iter().copied())
            .collect();
        for (number, &axis) in axes.iter().enumerate() {
            if axis >= self.shape.len() {
                let axes = self.shape.len();
                return Err(Error::NoSuchAxis { axis, axes });
            }
            if axes[..number].contains(&axis) {
                return Err(Error::RepeatedAxis { axis });
            }
        }
        let strides = self.strides_towards(&axes);
        let size = |group: &&[usize]| group.iter().map(|&axis| self.shape[axis]).product();
        let sizes: [usize; N] = groups.each_ref().map(size);
        let mut sums = vec![Sum::default(); sizes.iter().product()];
        let mut at = vec![0; self.shape.len()];
        let mut cell = 0;
        for &mass in &self.masses {
            sums[cell].add_wide(mass);
            // Counts up by one, the last axis fastest, and keeps the target's index in step.
            for axis in (0..at.len()).rev() {
                at[axis] += 1;
                cell += strides[axis];
                if at[axis] < self.shape[axis] {
                    break;
                }
                cell -= strides[axis] * at[axis];
                at[axis] = 0;
            }
        }
        let masses = sums.into_iter().map(Sum::wide).collect();
        Ok(Grouped { sizes, masses })
    }

    /// How far one step along each axis moves in the table of the given axes alone.
    fn strides_towards(&self, axes: &[usize]) -> Vec<usize> {
        let mut strides = vec![0; self.shape.len()];
        let mut stride = 1;
        for &axis in axes.iter().rev() {
            strides[axis] = stride;
            stride *= self.shape[axis];
        }
        strides
    }
}

/// A table with one axis for each group of variables.
pub(super) struct Grouped<const N: usize> {
    pub(super) sizes: [usize; N],
    pub(super) masses: Vec<Wide>,
}

pub(super) fn sum<'a>(masses: impl Iterator<Item = &'a Wide>) -> Wide {
    let mut sum = Sum::default();
    masses.for_each(|&mass| sum.add_wide(mass));
    sum.wide()
}

fn check_shape(shape: &[usize], entries: usize) -> Result<(), Error> {
    let cells = shape
        .iter()
        .try_fold(1usize, |cells, &n| cells.checked_mul(n));
    if cells != Some(entries) {
        let shape = shape.to_vec();
        Err(Error::ShapeMismatch { shape, entries })
    } else if entries == 0 {
        Err(Error::Empty)
    } else {
        Ok(())
    }
}
