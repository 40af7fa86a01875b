//! The Gauss–Kronrod rule on one interval.

/// Positive nodes of the 21-point Kronrod rule on [−1, 1]; odd positions are the 10-point Gauss
/// nodes. Source: Kronrod 1965; Piessens et al. 1983 (QUADPACK, QK21).
const NODES: [f64; 11] = [
    0.995_657_163_025_808_1,
    0.973_906_528_517_171_7,
    0.930_157_491_355_708_2,
    0.865_063_366_688_984_5,
    0.780_817_726_586_416_9,
    0.679_409_568_299_024_4,
    0.562_757_134_668_604_7,
    0.433_395_394_129_247_2,
    0.294_392_862_701_460_2,
    0.148_874_338_981_631_22,
    0.0,
];
const KRONROD: [f64; 11] = [
    0.011_694_638_867_371_874,
    0.032_558_162_307_964_725,
    0.054_755_896_574_351_995,
    0.075_039_674_810_919_96,
    0.093_125_454_583_697_6,
    0.109_387_158_802_297_64,
    0.123_491_976_262_065_84,
    0.134_709_217_311_473_34,
    0.142_775_938_577_060_09,
    0.147_739_104_901_338_49,
    0.149_445_554_002_916_9,
];
const GAUSS: [f64; 5] = [
    0.066_671_344_308_688_14,
    0.149_451_349_150_580_6,
    0.219_086_362_515_982_04,
    0.269_266_719_309_996_35,
    0.295_524_224_714_752_87,
];

/// What the integrand is at a node: its value, and how far rounding may have moved it.
#[derive(Clone, Copy, Default)]
pub(super) struct Term {
    pub(super) value: f64,
    pub(super) slack: f64,
}

/// The rule's answer on one interval.
#[derive(Clone, Copy, Default)]
pub(super) struct Panel {
    /// The integral by 21 points.
    pub(super) value: f64,
    /// How far the 10 Gauss points among them differ: far more than the error of the 21.
    pub(super) difference: f64,
    /// The integral of |integrand|.
    pub(super) size: f64,
    /// What rounding may have done.
    pub(super) slack: f64,
}

/// Applies the rule to `f` between `from` and `to`.
pub(super) fn panel(f: &mut dyn FnMut(f64) -> Term, from: f64, to: f64) -> Panel {
    let (centre, half) = (0.5 * (from + to), 0.5 * (to - from));
    let (mut kronrod, mut gauss, mut size, mut slack) = (0.0, 0.0, 0.0, 0.0);
    for (i, (&node, &weight)) in NODES.iter().zip(&KRONROD).enumerate() {
        for sign in [-1.0, 1.0] {
            if node == 0.0 && sign > 0.0 {
                continue;
            }
            let term = f(centre + sign * half * node);
            kronrod += weight * term.value;
            size += weight * term.value.abs();
            slack += weight * term.slack;
            if i % 2 == 1 {
                gauss += GAUSS[i / 2] * term.value;
            }
        }
    }
    Panel {
        value: half * kronrod,
        difference: half * (kronrod - gauss).abs(),
        size: half * size,
        slack: half * slack,
    }
}

/// f(from + gap) − f(from) − gap · f′(from) = gap² ∫₀¹ (1 − s) f″(from + s · gap) ds, from f″ alone.
///
/// Nothing cancels, however small the gap is. It must be so small that the rule is exact, which
/// for functions with a singularity at 0 means within a factor of 2.
pub(super) fn bregman(second: impl Fn(f64) -> f64, from: f64, gap: f64) -> f64 {
    gap * gap * over_unit(|s| (1.0 - s) * second(from + s * gap))
}

/// ∫₀¹ f, where f is so smooth that the rule is exact.
pub(super) fn over_unit(f: impl Fn(f64) -> f64) -> f64 {
    let mut integrand = |s: f64| Term {
        value: f(s),
        slack: 0.0,
    };
    panel(&mut integrand, 0.0, 1.0).value
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rule_is_exact_for_polynomials_of_its_degree() {
        for (degree, gauss_is_exact) in [(0, true), (1, true), (18, true), (20, false), (30, false)]
        {
            let mut power = |x: f64| Term {
                value: x.powi(degree),
                slack: 0.0,
            };
            let answer = panel(&mut power, 0.0, 1.0);
            let exact = 1.0 / f64::from(degree + 1);
            assert!((answer.value - exact).abs() < 5e-16, "degree {degree}");
            assert_eq!(answer.difference < 1e-14, gauss_is_exact, "degree {degree}");
        }
    }

    #[test]
    fn bregman_of_the_exponential() {
        // eᵇ − eᵃ − (b − a)eᵃ at a = 0 is b²/2 + b³/6 + …
        let near = bregman(f64::exp, 0.0, 1e-9);
        assert!((near / 5e-19 - 1.0 - 1e-9 / 3.0).abs() < 1e-15);
    }
}
