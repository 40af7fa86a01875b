//! Estimators that read the unseen from what was seen once or twice (Good and Turing's coverage).

use super::Estimate;
use super::bias::zhang;
use super::tally::Tally;
use crate::numeric::Sum;

/// −Σ C p̂ ln(C p̂)/(1 − (1 − C p̂)ⁿ) with the coverage C = 1 − f₁/n.
///
/// Where every draw was seen once (f₁ = n) the coverage would be 0: f₁ = n − 1 is taken, as the
/// authors' own program does.
pub(super) fn chao_shen(tally: &Tally) -> Estimate {
    let n = tally.n;
    let singletons = tally.seen_exactly(1.0);
    let coverage = if singletons < n {
        1.0 - singletons / n
    } else {
        1.0 / n
    };
    Estimate::value(tally.sum(|count| {
        let share = coverage * count / n;
        let seen_at_all = -(n * (-share).ln_1p()).exp_m1();
        -share * share.ln() / seen_at_all
    }))
}

/// Zhang's sum plus (f₁/n)(1 − A)^(1−n) (−ln A − Σ_{r<n} (1 − A)ʳ/r), the entropy of the unseen.
pub(super) fn chao_wang_jost(tally: &Tally) -> Estimate {
    let n = tally.n;
    let (once, twice) = (tally.seen_exactly(1.0), tally.seen_exactly(2.0));
    let seen = zhang(tally).value;
    if once == 0.0 {
        return Estimate::value(seen);
    }
    // A is the estimated chance of an outcome that was seen once.
    let rare = if twice > 0.0 {
        2.0 * twice / ((n - 1.0) * once + 2.0 * twice)
    } else {
        2.0 / ((n - 1.0) * (once - 1.0) + 2.0)
    };
    Estimate::value(seen + once / n * scaled_log_tail(rare, n))
}

/// (1 − a)^(1−n) Σ_{r≥n} (1 − a)ʳ/r, for 0 < a ≤ 1 and n ≥ 1.
///
/// It equals (1 − a)·∫₀^∞ e⁻ⁿˢ/(1 − (1 − a)e⁻ˢ) ds, Lerch's transcendent. With u = ns = eᵗ the
/// trapezium rule converges geometrically, and no term is negative: full relative accuracy at a
/// cost that does not grow with n.
fn scaled_log_tail(a: f64, n: f64) -> f64 {
    if a >= 1.0 {
        // The limit; so where one outcome alone was seen once, and none twice.
        return 0.0;
    }
    let ln_kept = (-a).ln_1p();
    let step = 0.125;
    // Below the first point the integrand falls like u/(na), above the last like e⁻ᵘ.
    let first = ((n * a).min(1.0).ln() - 40.0) / step;
    let terms = (first.floor() as i64..=(4.0 / step) as i64).map(|i| {
        let u = (i as f64 * step).exp();
        u * (-u).exp() / -(ln_kept - u / n).exp_m1()
    });
    (1.0 - a) * step / n * terms.collect::<Sum>().total()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tail_of_the_logarithm_agrees_with_its_definition() {
        for n in [1.0, 2.0, 10.0, 60.0] {
            for a in [1e-9, 1e-3, 0.1, 0.5, 0.9] {
                let kept: f64 = 1.0 - a;
                let head: f64 = (1..n as i32).map(|r| kept.powi(r) / f64::from(r)).sum();
                let direct = kept.powf(1.0 - n) * (-f64::ln(a) - head);
                let value = scaled_log_tail(a, n);
                // The definition cancels: all but kept^n of it.
                let tolerance = 1e-14 * (1.0 + kept.powf(-n)) * (1.0 - a.ln());
                assert!(
                    (value - direct).abs() < tolerance,
                    "{n} {a}: {value} {direct}"
                );
            }
        }
    }
}
