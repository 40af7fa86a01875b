//! Iterative proportional fitting: tables scaled until they have the margins asked for.

/// How many rounds a fit may take.
const ROUNDS: usize = 2000;

/// A table of `rows` × `columns` masses, the columns fastest.
pub(super) fn row_sums(table: &[f64], columns: usize) -> Vec<f64> {
    table.chunks(columns).map(|row| row.iter().sum()).collect()
}

/// The sums down the columns of a table with so many of them.
pub(super) fn column_sums(table: &[f64], columns: usize) -> Vec<f64> {
    let mut sums = vec![0.0; columns];
    for row in table.chunks(columns) {
        row.iter()
            .zip(&mut sums)
            .for_each(|(mass, sum)| *sum += mass);
    }
    sums
}

/// The table with the margins of `to` that has the odds ratios of `from`: the closest to `from`, as
/// KL(·‖from), among all with those margins (its I-projection; Csiszár 1975). `None` where the fit
/// does not settle, because cells that it needs are nearly empty.
///
/// Source: Deming & Stephan 1940.
pub(super) fn to_margins_of(to: &[f64], from: &[f64], columns: usize) -> Option<Vec<f64>> {
    let (rows_wanted, columns_wanted) = (row_sums(to, columns), column_sums(to, columns));
    let tolerance = 1e-13 * rows_wanted.iter().sum::<f64>();
    let mut fit = from.to_vec();
    for _ in 0..ROUNDS {
        scale_columns(&mut fit, &columns_wanted);
        // The columns are right: where the rows were too, all is.
        let off = scale_rows(&mut fit, columns, &rows_wanted);
        if off <= tolerance {
            return Some(fit);
        }
    }
    None
}

/// What two samples' counts would be if the association of rows and columns were the same in both:
/// the fit with the margins [rows × columns], [rows × sample] and [columns × sample], which has no
/// three-factor interaction. `None` where it does not settle.
///
/// Source: Bartlett 1935; Bishop, Fienberg & Holland 1975, ch. 3.
pub(super) fn same_association(counts: &[Vec<f64>; 2], columns: usize) -> Option<[Vec<f64>; 2]> {
    let pooled: Vec<f64> = counts[0]
        .iter()
        .zip(&counts[1])
        .map(|(p, q)| p + q)
        .collect();
    let rows_wanted = counts.each_ref().map(|side| row_sums(side, columns));
    let columns_wanted = counts.each_ref().map(|side| column_sums(side, columns));
    let tolerance = 1e-9 * pooled.iter().sum::<f64>();
    let share: f64 = counts[0].iter().sum::<f64>() / pooled.iter().sum::<f64>();
    let mut fits =
        [share, 1.0 - share].map(|share| pooled.iter().map(|n| share * n).collect::<Vec<_>>());
    for _ in 0..ROUNDS {
        let mut off = 0.0;
        for (side, fit) in fits.iter_mut().enumerate() {
            off += scale_rows(fit, columns, &rows_wanted[side]);
            off += scale_columns(fit, &columns_wanted[side]);
        }
        let [p, q] = &mut fits;
        for ((p, q), pooled) in p.iter_mut().zip(q).zip(&pooled) {
            let scale = ratio(*pooled, *p + *q);
            *p *= scale;
            *q *= scale;
        }
        if off <= tolerance {
            return Some(fits);
        }
    }
    None
}

/// Gives the columns the sums that are wanted, and says how far they were from them.
fn scale_columns(table: &mut [f64], wanted: &[f64]) -> f64 {
    let sums = column_sums(table, wanted.len());
    let scales: Vec<f64> = sums
        .iter()
        .zip(wanted)
        .map(|(&sum, &wanted)| ratio(wanted, sum))
        .collect();
    for row in table.chunks_mut(wanted.len()) {
        row.iter_mut()
            .zip(&scales)
            .for_each(|(mass, scale)| *mass *= scale);
    }
    distance(&sums, wanted)
}

/// Gives the rows the sums that are wanted, and says how far they were from them.
fn scale_rows(table: &mut [f64], columns: usize, wanted: &[f64]) -> f64 {
    let sums = row_sums(table, columns);
    for (row, (&sum, &wanted)) in table.chunks_mut(columns).zip(sums.iter().zip(wanted)) {
        let scale = ratio(wanted, sum);
        row.iter_mut().for_each(|mass| *mass *= scale);
    }
    distance(&sums, wanted)
}

/// 0 for a margin that is empty and stays so.
fn ratio(wanted: f64, is: f64) -> f64 {
    if is > 0.0 { wanted / is } else { 0.0 }
}

fn distance(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| (a - b).abs()).sum()
}
