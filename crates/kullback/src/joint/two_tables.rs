//! A two-way table counted in two samples: divergences of the pair, and their chain rule.

use super::{Joint, TooSparse};
use crate::inference::chi_squared;
use crate::{Error, Measure, Side};

/// How many rows the prior of [`TwoTables`] weighs on each side: 4, which is ½ a row for each level
/// of a column with eight.
///
/// They are spread evenly over the cells of whatever table is looked at, so a marginal of a smoothed
/// table is the smoothed marginal, and chain rule and data-processing inequality hold among the
/// values. A Dirichlet prior of one mass for tables of all shapes is that of Perks 1947; ½ for each
/// of eight levels is Krichevsky & Trofimov's of 1981.
pub const PRIOR_ROWS: f64 = 4.0;

/// Two variables X, of r levels, and Y, of c levels, counted in a sample of P and in one of Q.
///
/// Divergences are of the *smoothed* shares, (count + [`PRIOR_ROWS`]/cells)/(rows + [`PRIOR_ROWS`]),
/// so that a combination that one sample lacks is rare and not impossible; and each comes with the
/// value that is left after its expectation where nothing has changed is taken off ([`Estimate`]).
///
/// ```
/// use kullback::joint::TwoTables;
///
/// // Smoker or not, by ill or not, last year and this.
/// let table = TwoTables::from_counts([2, 2], &[30, 70, 10, 90], &[25, 75, 26, 74])?;
/// let whole = table.divergence();
/// let smoking = table.marginal_divergence(0);
/// let illness_given_smoking = table.conditional_divergence(1);
/// let parts = smoking.corrected + illness_given_smoking.corrected;
/// assert!((whole.corrected - parts).abs() < 1e-15);
/// # Ok::<(), kullback::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct TwoTables {
    pub(super) shape: [usize; 2],
    pub(super) counts: [Vec<u64>; 2],
    pub(super) rows: [u64; 2],
    pub(super) smoothed: [Joint; 2],
}

/// A divergence read from two samples, in nats.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// The divergence of the smoothed shares; never negative unless it is a difference of others.
    pub plug_in: f64,
    /// The same less its expectation where nothing has changed, to first order: degrees/2 · (1/n +
    /// 1/m). Near 0 it is as often negative as positive.
    ///
    /// Source: Miller & Madow 1954 for entropies; Wilks 1938 for likelihood ratios.
    pub corrected: f64,
    /// How many shares were free to differ; of a difference, the difference.
    pub degrees: isize,
}

impl std::ops::Add for Estimate {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            plug_in: self.plug_in + other.plug_in,
            corrected: self.corrected + other.corrected,
            degrees: self.degrees + other.degrees,
        }
    }
}

impl std::ops::Sub for Estimate {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self {
            plug_in: self.plug_in - other.plug_in,
            corrected: self.corrected - other.corrected,
            degrees: self.degrees - other.degrees,
        }
    }
}

/// A test of "the same in both populations".
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Test {
    /// Pearson's X² = Σ (count − expected)²/expected (Pearson 1900).
    pub chi_squared: f64,
    /// The degrees of freedom of its χ² distribution where nothing has changed.
    pub degrees: usize,
    /// The probability of an X² as large where nothing has changed, from χ²; at least the smallest
    /// normal `f64`, about 2·10⁻³⁰⁸.
    pub p_value: f64,
}

impl Test {
    pub(super) fn new(chi_squared: f64, degrees: usize) -> Self {
        let p_value = chi_squared::p_value(degrees as f64, chi_squared);
        Self {
            chi_squared,
            degrees,
            p_value,
        }
    }
}

impl TwoTables {
    /// Counts of every combination in the sample of P and in that of Q, the levels of Y fastest.
    ///
    /// # Errors
    /// [`Error::ShapeMismatch`] unless there is a count for each of r·c cells on both sides,
    /// [`Error::Empty`] for a variable without levels, [`Error::NoMass`] for a side without rows,
    /// [`Error::CountOverflow`].
    pub fn from_counts(shape: [usize; 2], p: &[u64], q: &[u64]) -> Result<Self, Error> {
        let cells = shape[0].checked_mul(shape[1]);
        if cells == Some(0) {
            return Err(Error::Empty);
        }
        let mut rows = [0u64; 2];
        for ((side, counts), rows) in [(Side::P, p), (Side::Q, q)].into_iter().zip(&mut rows) {
            if cells != Some(counts.len()) {
                let (shape, entries) = (shape.to_vec(), counts.len());
                return Err(Error::ShapeMismatch { shape, entries });
            }
            let sum = counts.iter().try_fold(0u64, |sum, &n| sum.checked_add(n));
            *rows = sum.ok_or(Error::CountOverflow { side })?;
            if *rows == 0 {
                return Err(Error::NoMass { side });
            }
        }
        let smoothed = [smooth(shape, p)?, smooth(shape, q)?];
        let counts = [p.to_vec(), q.to_vec()];
        Ok(Self {
            shape,
            counts,
            rows,
            smoothed,
        })
    }

    /// How many levels X and Y have.
    #[must_use]
    pub fn shape(&self) -> [usize; 2] {
        self.shape
    }

    /// How many rows of P and of Q were counted: n and m.
    #[must_use]
    pub fn rows(&self) -> [u64; 2] {
        self.rows
    }

    /// D(P_XY‖Q_XY), of the pair as a whole.
    #[must_use]
    pub fn divergence(&self) -> Estimate {
        self.estimate(
            kl(&self.smoothed[0], &self.smoothed[1]),
            self.occupied() - 1,
        )
    }

    /// D(P_X‖Q_X) for axis 0, D(P_Y‖Q_Y) for axis 1.
    ///
    /// # Panics
    /// For any other axis.
    #[must_use]
    pub fn marginal_divergence(&self, axis: usize) -> Estimate {
        let marginal = |side: &Joint| side.marginal(&[axis]).expect(AXES);
        let [p, q] = self.smoothed.each_ref().map(marginal);
        self.estimate(kl(&p, &q), self.occupied_levels(axis).len() - 1)
    }

    /// D(P_Y|X‖Q_Y|X) for axis 1, D(P_X|Y‖Q_X|Y) for axis 0: how far the two samples disagree about
    /// one variable once the other is known. With the other's own divergence it makes up the whole
    /// ([`Joint::conditional_kl`]), before and after the correction.
    ///
    /// # Panics
    /// For any other axis.
    #[must_use]
    pub fn conditional_divergence(&self, axis: usize) -> Estimate {
        let given = 1 - axis;
        let [p, q] = &self.smoothed;
        let plug_in = p.conditional_kl(q, &[axis], &[given]).expect(AXES);
        let degrees = self.occupied() - self.occupied_levels(given).len();
        self.estimate(plug_in, degrees)
    }

    /// Tests whether one variable (the axis) depends on the other in the same way in both
    /// populations: P_Y|X = Q_Y|X for axis 1.
    ///
    /// X² of conditional independence of Y and the sample given X. At each level of X, neighbouring
    /// levels of Y are taken together until each group is expected to hold five rows of both samples;
    /// a level of X without two groups says nothing.
    ///
    /// Source: Bishop, Fienberg & Holland 1975, ch. 3; Cochran 1954 (the five rows).
    ///
    /// # Errors
    /// [`TooSparse`] where no level of X says anything.
    ///
    /// # Panics
    /// For any other axis.
    pub fn conditional_test(&self, axis: usize) -> Result<Test, TooSparse> {
        let (mut chi_squared, mut degrees) = (0.0, 0);
        for level in 0..self.shape[1 - axis] {
            let cells: Vec<[u64; 2]> = self.slice(1 - axis, level).collect();
            let sums = [0, 1].map(|side| cells.iter().map(|cell| cell[side]).sum::<u64>() as f64);
            let shares = sums.map(|sum| sum / (sums[0] + sums[1]));
            let groups = groups_of_five(&cells, shares[0].min(shares[1]));
            for group in &groups {
                let pooled = (group[0] + group[1]) as f64;
                for (&count, share) in group.iter().zip(shares) {
                    let expected = pooled * share;
                    chi_squared += (count as f64 - expected).powi(2) / expected;
                }
            }
            degrees += groups.len().saturating_sub(1);
        }
        if degrees == 0 {
            return Err(TooSparse);
        }
        Ok(Test::new(chi_squared, degrees))
    }

    /// I(X;Y) in P and in Q, of the smoothed shares.
    #[must_use]
    pub fn mutual_information(&self) -> [f64; 2] {
        let information = |side: &Joint| side.mutual_information(&[0], &[1]).expect(AXES);
        self.smoothed.each_ref().map(information)
    }

    pub(super) fn estimate(&self, plug_in: f64, degrees: usize) -> Estimate {
        let per_degree = 0.5 / self.rows[0] as f64 + 0.5 / self.rows[1] as f64;
        Estimate {
            plug_in,
            corrected: plug_in - degrees as f64 * per_degree,
            degrees: degrees.cast_signed(),
        }
    }

    /// How many combinations were seen in either sample.
    fn occupied(&self) -> usize {
        let [p, q] = &self.counts;
        p.iter().zip(q).filter(|&(&p, &q)| p + q > 0).count()
    }

    /// The levels of a variable that were seen in either sample.
    fn occupied_levels(&self, axis: usize) -> Vec<usize> {
        let seen = |&level: &usize| self.slice(axis, level).any(|[p, q]| p + q > 0);
        (0..self.shape[axis]).filter(seen).collect()
    }

    /// The counts of both samples at one level of a variable, over the levels of the other.
    fn slice(&self, axis: usize, level: usize) -> impl Iterator<Item = [u64; 2]> + '_ {
        let [rows, columns] = self.shape;
        let other = [columns, rows][axis];
        (0..other).map(move |at| {
            let (x, y) = if axis == 0 { (level, at) } else { (at, level) };
            [0, 1].map(|side| self.counts[side][x * columns + y])
        })
    }
}

/// Neighbouring cells taken together until the sample with the smaller share is expected to have
/// five rows of each group; nothing where that takes all of them.
fn groups_of_five(cells: &[[u64; 2]], smaller_share: f64) -> Vec<[u64; 2]> {
    let mut groups: Vec<[u64; 2]> = Vec::new();
    let mut group = [0, 0];
    for cell in cells {
        group = [group[0] + cell[0], group[1] + cell[1]];
        if (group[0] + group[1]) as f64 * smaller_share >= 5.0 {
            groups.push(std::mem::take(&mut group));
        }
    }
    match groups.last_mut() {
        Some(last) => *last = [last[0] + group[0], last[1] + group[1]],
        None => return Vec::new(),
    }
    groups
}

const AXES: &str = "the axes are 0 and 1";

/// KL of two tables of one shape.
pub(super) fn kl(p: &Joint, q: &Joint) -> f64 {
    Measure::KL.value(
        &p.pair(q)
            .expect("both tables have the shape of their counts"),
    )
}

fn smooth(shape: [usize; 2], counts: &[u64]) -> Result<Joint, Error> {
    let prior = PRIOR_ROWS / counts.len() as f64;
    let masses: Vec<f64> = counts.iter().map(|&count| count as f64 + prior).collect();
    Joint::from_weights(&shape, &masses)
}
