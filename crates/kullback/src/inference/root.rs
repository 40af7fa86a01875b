//! The root of a function between two points where it has different signs.

/// The root of `f`, which is below 0 at one end of the bracket and not at the other: where |f| is
/// below 10⁻¹⁰, or after 80 steps.
///
/// False position that halves the weight of an end that stays (Illinois; Dowell & Jarratt 1971).
pub(super) fn find(f: impl Fn(f64) -> f64, [mut a, mut b]: [f64; 2]) -> f64 {
    let (mut at_a, mut at_b) = (f(a), f(b));
    for _ in 0..80 {
        if at_b.abs() < 1e-10 {
            break;
        }
        // Rounding must not carry it out of the bracket.
        let middle = (b - at_b * (b - a) / (at_b - at_a)).clamp(a.min(b), a.max(b));
        let at_middle = f(middle);
        if (at_middle < 0.0) == (at_b < 0.0) {
            at_a *= 0.5;
        } else {
            (a, at_a) = (b, at_b);
        }
        (b, at_b) = (middle, at_middle);
    }
    b
}
