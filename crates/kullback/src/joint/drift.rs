//! All pairs of columns of two tables at once.

use rayon::prelude::*;

use super::pairs::{pairs, place};
use super::tree::spanning;
use super::{Dependence, Edge, Estimate, PairCounts, Test, TooSparse, Tree, TwoTables};
use crate::Error;
use crate::inference::benjamini_hochberg;

/// How far table Q is from table P in its columns, in its pairs of columns, and along a tree.
///
/// ```
/// use kullback::joint::{JointDrift, PairCounts};
///
/// let table = |agree: bool| {
///     let mut pairs = PairCounts::new(&[2, 2]);
///     let x = [0, 0, 1, 1].repeat(50);
///     let y = x.iter().map(|&x| if agree { x } else { 1 - x }).collect();
///     pairs.add(&[x, y]).map(|()| pairs)
/// };
/// let drift = JointDrift::new(&table(true)?, &table(false)?)?;
/// assert!(drift.columns.iter().all(|column| column.plug_in < 1e-12)); // the margins agree
/// assert!(drift.pairs[0].changed(0.05));
/// assert!(drift.tree.divergence.corrected > 4.0);
/// # Ok::<(), kullback::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct JointDrift {
    /// D(P_i‖Q_i) of each column's levels.
    pub columns: Vec<Estimate>,
    /// Every pair of columns i < j, in order.
    pub pairs: Vec<PairDrift>,
    /// The whole table along a tree of its pairs.
    pub tree: Tree,
}

/// How far a pair of columns is apart in two tables.
#[derive(Clone, Debug)]
pub struct PairDrift {
    /// The columns' numbers, the lower first.
    pub columns: [usize; 2],
    /// D(P_ij‖Q_ij), of all levels: whole rows cannot be closer than that, by the data-processing
    /// inequality.
    pub divergence: Estimate,
    /// The part of the dependence, or that there are too few rows to tell.
    pub dependence: Result<Dependence, TooSparse>,
    /// I(X;Y) in P and in Q.
    pub information: [f64; 2],
    /// The test's p-value among all pairs that were tested: the smallest rate of false discoveries
    /// at which this pair is one (Benjamini & Hochberg 1995).
    pub adjusted: Option<f64>,
}

impl PairDrift {
    /// Whether the dependence has changed, at this rate of false discoveries among all pairs.
    #[must_use]
    pub fn changed(&self, rate: f64) -> bool {
        self.adjusted.is_some_and(|adjusted| adjusted <= rate)
    }

    fn is_sparse(&self, levels: &[usize]) -> bool {
        let all = self.columns.map(|column| levels[column]);
        !self.dependence.is_ok_and(|found| found.levels == all)
    }
}

impl JointDrift {
    /// Compares all pairs of columns of two tables, on all threads.
    ///
    /// # Errors
    /// [`Error::TablesDiffer`] unless both have the same columns with the same levels;
    /// [`Error::NoSuchAxis`] for fewer than two columns; [`Error::NoMass`] for a side without rows.
    pub fn new(p: &PairCounts, q: &PairCounts) -> Result<Self, Error> {
        let columns = check(p, q)?;
        let compared = pairs(columns)
            .collect::<Vec<_>>()
            .into_par_iter()
            .map(|(i, j)| {
                let table = table(p, q, i, j)?;
                let pair = PairDrift {
                    columns: [i, j],
                    divergence: table.divergence(),
                    dependence: table.dependence(),
                    information: table.mutual_information(),
                    adjusted: None,
                };
                Ok((pair, [0, 1].map(|axis| table.marginal_divergence(axis))))
            });
        let compared: Vec<(PairDrift, [Estimate; 2])> = compared.collect::<Result<_, Error>>()?;
        // The first column is in the first pair with each of the others.
        let margins = |column: usize| match column {
            0 => compared[0].1[0],
            _ => compared[column - 1].1[1],
        };
        let of_columns: Vec<Estimate> = (0..columns).map(margins).collect();
        let mut pairs: Vec<PairDrift> = compared.into_iter().map(|(pair, _)| pair).collect();
        let tested = |pair: &PairDrift| pair.dependence.ok().map(|found| found.test.p_value);
        let adjusted = adjusted(&pairs.iter().map(tested).collect::<Vec<_>>());
        for (pair, adjusted) in pairs.iter_mut().zip(adjusted) {
            pair.adjusted = adjusted;
        }
        let tree = tree(&of_columns, &pairs, p.levels());
        Ok(Self {
            columns: of_columns,
            pairs,
            tree,
        })
    }

    /// The pair, or the column by itself, whose divergence is the largest, by numbers of columns: a
    /// lower bound of the divergence of whole rows, as far as an estimate is one.
    #[must_use]
    pub fn largest(&self) -> (Vec<usize>, Estimate) {
        let pairs = self
            .pairs
            .iter()
            .map(|pair| (pair.columns.to_vec(), pair.divergence));
        // What is estimated of a pair may fall short of what is of its columns.
        let columns = self
            .columns
            .iter()
            .enumerate()
            .map(|(i, &of)| (vec![i], of));
        let all = pairs.chain(columns);
        let most = all.reduce(|most, one| {
            // The first of the largest.
            if one.1.corrected > most.1.corrected {
                one
            } else {
                most
            }
        });
        most.expect("a table has two columns and a pair of them")
    }
}

/// How far a column and a given one are apart in two tables, by the chain rule in both directions.
#[derive(Clone, Debug)]
pub struct ConditionalDrift {
    /// The column's number.
    pub column: usize,
    /// D(P_column‖Q_column).
    pub marginal: Estimate,
    /// D(P_column|given‖Q_column|given); with the given column's own divergence, the pair's.
    pub given: Estimate,
    /// D(P_given|column‖Q_given|column); with this column's own divergence, the pair's.
    pub of_given: Estimate,
    /// D of the pair.
    pub divergence: Estimate,
    /// Whether P_column|given = Q_column|given.
    pub test: ConditionalTest,
    /// Whether P_given|column = Q_given|column.
    pub test_of_given: ConditionalTest,
}

/// A test of a conditional distribution, among those of all columns.
#[derive(Clone, Copy, Debug)]
pub struct ConditionalTest {
    /// The test, or that there are too few rows for it.
    pub test: Result<Test, TooSparse>,
    /// Its p-value among all columns' (Benjamini & Hochberg 1995).
    pub adjusted: Option<f64>,
}

/// Every other column given one, and that one given every other: whether what follows from a column
/// has changed, or what it follows from. Where the given column is the label, the second is known as
/// concept drift.
///
/// P-values are adjusted over the columns, each direction by itself (Benjamini & Hochberg 1995).
///
/// # Errors
/// Those of [`JointDrift::new`], and [`Error::NoSuchAxis`] where there is no such column.
///
/// ```
/// use kullback::joint::{PairCounts, conditional_drift};
///
/// let table = |label: &[u8]| {
///     let mut pairs = PairCounts::new(&[2, 2]);
///     pairs.add(&[[0, 1].repeat(100), label.repeat(100)]).map(|()| pairs)
/// };
/// let drift = conditional_drift(&table(&[0, 1])?, &table(&[1, 1])?, 1)?;
/// let [feature] = &drift[..] else { unreachable!() };
/// assert!(feature.marginal.plug_in < 1e-12 && feature.of_given.corrected > 1.0);
/// # Ok::<(), kullback::Error>(())
/// ```
pub fn conditional_drift(
    p: &PairCounts,
    q: &PairCounts,
    given: usize,
) -> Result<Vec<ConditionalDrift>, Error> {
    let axes = check(p, q)?;
    if given >= axes {
        return Err(Error::NoSuchAxis { axis: given, axes });
    }
    let others: Vec<usize> = (0..axes).filter(|&column| column != given).collect();
    let compare = |&column: &usize| {
        let table = table(p, q, given.min(column), given.max(column))?;
        let axis = usize::from(column > given);
        let test = |axis| ConditionalTest {
            test: table.conditional_test(axis),
            adjusted: None,
        };
        Ok(ConditionalDrift {
            column,
            marginal: table.marginal_divergence(axis),
            given: table.conditional_divergence(axis),
            of_given: table.conditional_divergence(1 - axis),
            divergence: table.divergence(),
            test: test(axis),
            test_of_given: test(1 - axis),
        })
    };
    let mut drift: Vec<ConditionalDrift> = others
        .par_iter()
        .map(compare)
        .collect::<Result<_, Error>>()?;
    adjust(&mut drift, |one| &mut one.test);
    adjust(&mut drift, |one| &mut one.test_of_given);
    Ok(drift)
}

fn adjust(
    drift: &mut [ConditionalDrift],
    test: impl Fn(&mut ConditionalDrift) -> &mut ConditionalTest,
) {
    let p_value = |one| test(one).test.ok().map(|test| test.p_value);
    let p_values: Vec<_> = drift.iter_mut().map(p_value).collect();
    for (one, adjusted) in drift.iter_mut().zip(adjusted(&p_values)) {
        test(one).adjusted = adjusted;
    }
}

fn check(p: &PairCounts, q: &PairCounts) -> Result<usize, Error> {
    let axes = p.levels().len();
    if p.levels() != q.levels() {
        let shapes = [p.levels().to_vec(), q.levels().to_vec()];
        Err(Error::TablesDiffer { shapes })
    } else if axes < 2 {
        Err(Error::NoSuchAxis { axis: 1, axes })
    } else {
        Ok(axes)
    }
}

fn table(p: &PairCounts, q: &PairCounts, i: usize, j: usize) -> Result<TwoTables, Error> {
    let shape = [p.levels()[i], p.levels()[j]];
    TwoTables::from_counts(shape, p.table(i, j), q.table(i, j))
}

fn tree(columns: &[Estimate], pairs: &[PairDrift], levels: &[usize]) -> Tree {
    let of = |i, j| &pairs[place(columns.len(), i, j)];
    let weight = |i: usize, j: usize| {
        if i == j {
            0.0
        } else {
            of(i, j).information.iter().sum()
        }
    };
    let edges: Vec<Edge> = spanning(columns.len(), weight)
        .into_iter()
        .map(|[i, j]| Edge {
            columns: [i, j],
            part: of(i, j).divergence - columns[i] - columns[j],
            sparse: of(i, j).is_sparse(levels),
        })
        .collect();
    let parts = columns
        .iter()
        .copied()
        .chain(edges.iter().map(|edge| edge.part));
    let nothing = Estimate {
        plug_in: 0.0,
        corrected: 0.0,
        degrees: 0,
    };
    let divergence = parts.fold(nothing, |sum, part| sum + part);
    Tree { edges, divergence }
}

/// Those that were tested, adjusted for one another.
fn adjusted(p_values: &[Option<f64>]) -> Vec<Option<f64>> {
    let tested: Vec<f64> = p_values.iter().copied().flatten().collect();
    let mut adjusted = benjamini_hochberg(&tested).into_iter();
    (p_values.iter())
        .map(|p| p.and_then(|_| adjusted.next()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn false_discoveries_are_ranked() {
        // The example of Benjamini & Hochberg 1995, section 3.2: four discoveries at 5 %.
        let p = [
            0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262,
            0.5719, 0.6528, 0.7590, 1.0,
        ];
        let mut p: Vec<Option<f64>> = p.into_iter().map(Some).collect();
        p.insert(3, None);
        let adjusted = adjusted(&p);
        assert_eq!(adjusted[3], None);
        let found = adjusted.iter().flatten().filter(|&&p| p <= 0.05).count();
        assert_eq!(found, 4);
        assert!((adjusted[0].unwrap() - 0.0015).abs() < 1e-15);
    }
}
