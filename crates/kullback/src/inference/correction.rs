//! Many tests at once.

/// P-values adjusted for their number: the smallest false discovery rate at which each is
/// rejected.
///
/// - *Formula*: with p₍₁₎ ≤ … ≤ p₍ₖ₎, the adjusted p₍ᵢ₎ is min over j ≥ i of k p₍ⱼ₎/j, at most 1.
/// - *Order*: that of the input; an empty list gives an empty list.
/// - *Promise*: of the columns with an adjusted value of at most α, a share of at most α is
///   expected to be clean, if the tests are independent or positively dependent.
/// - *Source*: Benjamini & Hochberg 1995.
///
/// ```
/// use kullback::inference::benjamini_hochberg;
///
/// assert_eq!(benjamini_hochberg(&[0.01, 0.5, 0.03, 0.04]), [0.04, 0.5, 0.16 / 3.0, 0.16 / 3.0]);
/// ```
#[must_use]
pub fn benjamini_hochberg(p_values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..p_values.len()).collect();
    order.sort_by(|&i, &j| p_values[j].total_cmp(&p_values[i]));
    let tests = p_values.len() as f64;
    let (mut adjusted, mut least) = (vec![1.0; p_values.len()], 1.0_f64);
    for (larger, &i) in order.iter().enumerate() {
        least = least.min(p_values[i] * tests / (tests - larger as f64));
        adjusted[i] = least;
    }
    adjusted
}
