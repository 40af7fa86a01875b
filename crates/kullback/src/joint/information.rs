//! Entropies and informations within one table.

use super::Joint;
use super::table::{Grouped, sum};
use crate::measure::kl_term;
use crate::numeric::{Sum, Wide};
use crate::{Cell, Error, ratio};

impl Joint {
    /// Joint entropy of all variables, H(X,Y,…) = −Σ p ln p.
    ///
    /// - *Unit, range*: nats; from 0 to the logarithm of the number of cells.
    /// - *Zeros*: 0·ln 0 = 0.
    /// - *Source*: Shannon 1948.
    ///
    /// ```
    /// use kullback::joint::Joint;
    ///
    /// let two_coins = Joint::from_counts(&[2, 2], &[1, 1, 1, 1])?;
    /// assert!((two_coins.entropy() - 4f64.ln()).abs() < 1e-15);
    /// # Ok::<(), kullback::Error>(())
    /// ```
    #[must_use]
    pub fn entropy(&self) -> f64 {
        let surprise = |mass: &Wide| self.share(*mass) * ln_ratio(self.total, *mass);
        self.masses.iter().map(surprise).collect::<Sum>().total()
    }

    /// Entropy of some of the variables, H(X) for axes X.
    ///
    /// Unit, range and source as of [`Joint::entropy`].
    ///
    /// # Errors
    /// [`Error::NoSuchAxis`], [`Error::RepeatedAxis`].
    ///
    /// ```
    /// use kullback::joint::Joint;
    ///
    /// let table = Joint::from_counts(&[2, 2], &[1, 1, 0, 2])?;
    /// assert!((table.marginal_entropy(&[0])? - 2f64.ln()).abs() < 1e-15);
    /// # Ok::<(), kullback::Error>(())
    /// ```
    pub fn marginal_entropy(&self, axes: &[usize]) -> Result<f64, Error> {
        Ok(self.marginal(axes)?.entropy())
    }

    /// Conditional entropy, H(Y|X) = Σ p(x,y) ln(p(x)/p(x,y)): what is open about Y, `of`, once X,
    /// `given`, is known.
    ///
    /// - *Unit, range*: nats; from 0, where X determines Y, to H(Y), where they are independent.
    /// - *Accuracy*: relative, also near 0.
    /// - *Source*: Shannon 1948.
    ///
    /// # Errors
    /// [`Error::NoSuchAxis`]; [`Error::RepeatedAxis`], also for an axis in both groups.
    ///
    /// ```
    /// use kullback::joint::Joint;
    ///
    /// // X decides Y in half of the cases, and leaves it to a coin in the other.
    /// let table = Joint::from_counts(&[2, 2], &[1, 1, 0, 2])?;
    /// let open = table.conditional_entropy(&[1], &[0])?;
    /// assert!((open - 0.5 * 2f64.ln()).abs() < 1e-15);
    /// # Ok::<(), kullback::Error>(())
    /// ```
    pub fn conditional_entropy(&self, of: &[usize], given: &[usize]) -> Result<f64, Error> {
        let table = self.grouped(&[given, of])?;
        let row = |row: &[Wide]| {
            let known = sum(row.iter());
            let open = |mass: &Wide| self.share(*mass) * ln_ratio(known, *mass);
            row.iter().map(open).collect::<Sum>().total()
        };
        let rows = table.masses.chunks(table.sizes[1]).map(row);
        Ok(rows.collect::<Sum>().total())
    }

    /// Mutual information, I(X;Y) = D(P_XY‖P_X·P_Y): how far X and Y are from independent.
    ///
    /// - *Unit, range*: nats; from 0, exactly where they are independent, to the smaller of H(X)
    ///   and H(Y). Symmetric.
    /// - *Accuracy*: relative, also near independence.
    /// - *Source*: Shannon 1948.
    ///
    /// # Errors
    /// [`Error::NoSuchAxis`]; [`Error::RepeatedAxis`], also for an axis in both groups.
    ///
    /// ```
    /// use kullback::joint::Joint;
    ///
    /// let copies = Joint::from_counts(&[2, 2], &[1, 0, 0, 1])?;
    /// assert!((copies.mutual_information(&[0], &[1])? - 2f64.ln()).abs() < 1e-15);
    /// let independent = Joint::from_counts(&[2, 2], &[10, 20, 30, 60])?;
    /// assert_eq!(independent.mutual_information(&[0], &[1])?, 0.0);
    /// # Ok::<(), kullback::Error>(())
    /// ```
    pub fn mutual_information(&self, x: &[usize], y: &[usize]) -> Result<f64, Error> {
        self.conditional_mutual_information(x, y, &[])
    }

    /// Conditional mutual information, I(X;Y|Z) = Σ p(x,y,z) ln(p(x,y,z)·p(z)/(p(x,z)·p(y,z))): what
    /// X says about Y to one who knows Z, `given`.
    ///
    /// - *Unit, range*: nats; from 0, exactly where X and Y are independent at each z, to the
    ///   smaller of H(X|Z) and H(Y|Z). It may be above I(X;Y) or below.
    /// - *Accuracy*: relative, also near independence.
    /// - *Source*: Shannon 1948; McGill 1954.
    ///
    /// # Errors
    /// [`Error::NoSuchAxis`]; [`Error::RepeatedAxis`], also for an axis in two groups.
    ///
    /// ```
    /// use kullback::joint::Joint;
    ///
    /// // Z = X xor Y for two fair coins: no two of them say anything about each other, yet two
    /// // decide the third.
    /// let xor = Joint::from_counts(&[2, 2, 2], &[1, 0, 0, 1, 0, 1, 1, 0])?;
    /// assert_eq!(xor.mutual_information(&[0], &[1])?, 0.0);
    /// let bit = xor.conditional_mutual_information(&[0], &[1], &[2])?;
    /// assert!((bit - 2f64.ln()).abs() < 1e-15);
    /// # Ok::<(), kullback::Error>(())
    /// ```
    pub fn conditional_mutual_information(
        &self,
        x: &[usize],
        y: &[usize],
        given: &[usize],
    ) -> Result<f64, Error> {
        let Grouped { sizes, masses } = self.grouped(&[given, x, y])?;
        let [_, rows, columns] = sizes;
        let mut terms = Sum::default();
        for table in masses.chunks(rows * columns) {
            let all = sum(table.iter());
            if all.high == 0.0 {
                continue;
            }
            let row_sums: Vec<Wide> = table.chunks(columns).map(|row| sum(row.iter())).collect();
            let column = |k: usize| sum(table[k..].iter().step_by(columns));
            let column_sums: Vec<Wide> = (0..columns).map(column).collect();
            for (row, &in_row) in table.chunks(columns).zip(&row_sums) {
                for (&mass, &in_column) in row.iter().zip(&column_sums) {
                    let expected = in_row.high * (in_column.high / all.high);
                    terms.add(kl_term(Cell {
                        p: self.share(mass),
                        q: expected / self.total.high,
                        ln_ratio: quotient(&[mass, all], &[in_row, in_column]),
                    }));
                }
            }
        }
        Ok(terms.total())
    }

    /// Total correlation of all variables, C = D(P_XYZ…‖P_X·P_Y·P_Z·…): how far they are from
    /// independent altogether.
    ///
    /// - *Unit, range*: nats; from 0, exactly where all are independent, to Σ H − max H. Of two
    ///   variables it is their mutual information, of one 0.
    /// - *Accuracy*: relative, also near independence.
    /// - *Source*: Watanabe 1960 (also called multi-information).
    ///
    /// ```
    /// use kullback::joint::Joint;
    ///
    /// let xor = Joint::from_counts(&[2, 2, 2], &[1, 0, 0, 1, 0, 1, 1, 0])?;
    /// assert!((xor.total_correlation() - 2f64.ln()).abs() < 1e-15);
    /// # Ok::<(), kullback::Error>(())
    /// ```
    #[must_use]
    pub fn total_correlation(&self) -> f64 {
        let variables = self.shape().len();
        let margins: Vec<Vec<Wide>> = (0..variables).map(|axis| self.margin(axis)).collect();
        let mut at = vec![0; variables];
        let mut terms = Sum::default();
        for &mass in &self.masses {
            let alone: Vec<Wide> = margins
                .iter()
                .zip(&at)
                .map(|(margin, &k)| margin[k])
                .collect();
            let above: Vec<Wide> = (std::iter::once(mass))
                .chain(std::iter::repeat_n(self.total, variables.saturating_sub(1)))
                .collect();
            terms.add(kl_term(Cell {
                p: self.share(mass),
                q: alone.iter().map(|&margin| self.share(margin)).product(),
                ln_ratio: if variables == 0 {
                    0.0
                } else {
                    quotient(&above, &alone)
                },
            }));
            for axis in (0..variables).rev() {
                at[axis] += 1;
                if at[axis] < self.shape()[axis] {
                    break;
                }
                at[axis] = 0;
            }
        }
        terms.total()
    }

    fn share(&self, mass: Wide) -> f64 {
        mass.high / self.total.high
    }

    /// The sums along every other axis.
    fn margin(&self, axis: usize) -> Vec<Wide> {
        let after: usize = self.shape()[axis + 1..].iter().product();
        let mut sums = vec![Sum::default(); self.shape()[axis]];
        for (cell, &mass) in self.masses.iter().enumerate() {
            sums[cell / after % self.shape()[axis]].add_wide(mass);
        }
        sums.into_iter().map(Sum::wide).collect()
    }
}

/// ln of a product over a product, of which only the first factor may be 0 while the others are
/// not; 0 where a factor below is 0, and the cell with it.
fn quotient(above: &[Wide], below: &[Wide]) -> f64 {
    if below.iter().any(|factor| factor.high == 0.0) {
        0.0
    } else if above[0].high == 0.0 {
        f64::NEG_INFINITY
    } else {
        ratio::of_products(above, below)
    }
}

/// ln(whole/part) for the surprise at a part, 0 where there is none.
fn ln_ratio(whole: Wide, part: Wide) -> f64 {
    if part.high == 0.0 {
        0.0
    } else {
        ratio::of_products(&[whole], &[part])
    }
}
