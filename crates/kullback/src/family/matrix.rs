//! The little linear algebra that multivariate normals need, on dense symmetric matrices.

/// A square matrix as rows.
pub(super) type Rows = Vec<Vec<f64>>;

/// The lower triangle L with L Lᵀ = `a`, or the index of the first pivot that is not above 0.
///
/// Source: Cholesky 1910.
pub(super) fn cholesky(a: &Rows) -> Result<Rows, usize> {
    let n = a.len();
    let mut lower = vec![vec![0.0; n]; n];
    for i in 0..n {
        for j in 0..=i {
            let dot: f64 = (0..j).map(|k| lower[i][k] * lower[j][k]).sum();
            let rest = a[i][j] - dot;
            if i == j {
                if rest.is_nan() || rest <= 0.0 {
                    return Err(i);
                }
                lower[i][i] = rest.sqrt();
            } else {
                lower[i][j] = rest / lower[j][j];
            }
        }
    }
    Ok(lower)
}

/// x with L x = b.
pub(super) fn solve_lower(lower: &Rows, b: &[f64]) -> Vec<f64> {
    let mut x: Vec<f64> = Vec::with_capacity(b.len());
    for (row, &b) in lower.iter().zip(b) {
        let dot: f64 = row.iter().zip(&x).map(|(l, x)| l * x).sum();
        x.push((b - dot) / row[x.len()]);
    }
    x
}

/// L⁻¹ S L⁻ᵀ of a symmetric S.
pub(super) fn whiten(lower: &Rows, s: &Rows) -> Rows {
    // S is its own transpose, so its rows are its columns; so is what comes out.
    let half: Rows = s.iter().map(|column| solve_lower(lower, column)).collect();
    let across = (0..s.len()).map(|i| half.iter().map(|row| row[i]).collect());
    across
        .map(|row: Vec<f64>| solve_lower(lower, &row))
        .collect()
}

/// The eigenvalues of a symmetric matrix, by rotations; small ones lose no digits to large ones
/// unless they share rows. Source: Jacobi 1846.
pub(super) fn eigenvalues(mut a: Rows) -> Vec<f64> {
    let n = a.len();
    for _ in 0..60 {
        let off: f64 = (0..n)
            .flat_map(|i| (0..i).map(move |j| (i, j)))
            .map(|(i, j)| a[i][j].abs())
            .sum();
        if off == 0.0 {
            break;
        }
        for i in 1..n {
            for j in 0..i {
                rotate(&mut a, i, j);
            }
        }
    }
    (0..n).map(|i| a[i][i]).collect()
}

/// Makes a[i][j] 0 by a rotation in the plane of i and j.
fn rotate(a: &mut Rows, i: usize, j: usize) {
    let off = a[i][j];
    if off.abs() <= 1e-18 * (a[i][i].abs() * a[j][j].abs()).sqrt() {
        (a[i][j], a[j][i]) = (0.0, 0.0);
        return;
    }
    let theta = 0.5 * (a[i][i] - a[j][j]) / off;
    let t = theta.signum() / (theta.abs() + theta.hypot(1.0));
    let cos = 1.0 / t.hypot(1.0);
    let sin = t * cos;
    (a[i][i], a[j][j]) = (a[i][i] + t * off, a[j][j] - t * off);
    (a[i][j], a[j][i]) = (0.0, 0.0);
    for k in (0..a.len()).filter(|&k| k != i && k != j) {
        let (x, y) = (a[i][k], a[j][k]);
        let (x, y) = (cos * x + sin * y, cos * y - sin * x);
        (a[i][k], a[k][i]) = (x, x);
        (a[j][k], a[k][j]) = (y, y);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn eigenvalues_of_a_known_matrix() {
        // Second differences: 2 − 2 cos(kπ/5).
        let a = vec![
            vec![2.0, -1.0, 0.0, 0.0],
            vec![-1.0, 2.0, -1.0, 0.0],
            vec![0.0, -1.0, 2.0, -1.0],
            vec![0.0, 0.0, -1.0, 2.0],
        ];
        let mut found = eigenvalues(a);
        found.sort_by(f64::total_cmp);
        for (k, value) in (1..).zip(found) {
            let exact = 2.0 - 2.0 * (f64::from(k) * std::f64::consts::PI / 5.0).cos();
            assert!((value - exact).abs() < 1e-15, "{value} {exact}");
        }
    }

    #[test]
    fn whitening_undoes_the_factor() {
        let s = vec![vec![4.0, 2.0], vec![2.0, 3.0]];
        let lower = cholesky(&s).unwrap();
        let unit = whiten(&lower, &s);
        for (i, row) in unit.iter().enumerate() {
            for (j, x) in row.iter().enumerate() {
                assert!((x - f64::from(u8::from(i == j))).abs() < 1e-15);
            }
        }
        assert_eq!(cholesky(&vec![vec![1.0, 2.0], vec![2.0, 1.0]]), Err(1));
    }
}
