//! Draws from the hypergeometric distribution.

use crate::random::Random;

/// How many of `t` rows, drawn from `rows` without replacement, are among the `marked` ones.
///
/// By inversion outwards from the mode, so that the time grows with the deviation, not with t.
pub(super) fn hypergeometric(random: &mut Random, t: u64, marked: u64, rows: u64) -> u64 {
    let least = (t + marked).saturating_sub(rows) as f64;
    let most = t.min(marked) as f64;
    let (t, marked, rows) = (t as f64, marked as f64, rows as f64);
    if least >= most {
        return least as u64;
    }
    let rest = rows - marked - t;
    let mode = ((t + 1.0) * (marked + 1.0) / (rows + 2.0))
        .floor()
        .clamp(least, most);
    let ln_choose =
        |n: f64, k: f64| libm::lgamma(n + 1.0) - libm::lgamma(k + 1.0) - libm::lgamma(n - k + 1.0);
    let ln_mass = ln_choose(marked, mode) + ln_choose(rows - marked, t - mode) - ln_choose(rows, t);
    let (mut up, mut mass_up) = (mode, ln_mass.exp());
    let (mut down, mut mass_down) = (up, mass_up);
    let mut left = random.uniform() - mass_up;
    while left > 0.0 {
        let before = left;
        if up < most {
            mass_up *= (t - up) * (marked - up) / ((up + 1.0) * (rest + up + 1.0));
            up += 1.0;
            left -= mass_up;
            if left <= 0.0 {
                return up as u64;
            }
        }
        if down > least {
            mass_down *= down * (rest + down) / ((t - down + 1.0) * (marked - down + 1.0));
            down -= 1.0;
            left -= mass_down;
            if left <= 0.0 {
                return down as u64;
            }
        }
        if left >= before {
            // What rounding left over, far out in the tails.
            break;
        }
    }
    mode as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draws_are_as_frequent_as_their_masses() {
        // 5 of 12 rows, 7 marked: C(7, x) C(5, 5 − x)/C(12, 5).
        let masses = [1.0, 35.0, 210.0, 350.0, 175.0, 21.0].map(|ways| ways / 792.0);
        let mut random = Random::seeded(3);
        let mut seen = [0.0; 6];
        let draws = 50_000;
        for _ in 0..draws {
            seen[hypergeometric(&mut random, 5, 7, 12) as usize] += 1.0;
        }
        for (seen, mass) in seen.into_iter().zip(masses) {
            let expected = mass * f64::from(draws);
            assert!(
                (seen - expected).abs() < 4.0 * expected.sqrt() + 1.0,
                "{seen} {expected}"
            );
        }
    }

    #[test]
    fn large_draws_have_their_moments() {
        let mut random = Random::seeded(4);
        let (t, marked, rows) = (40_000, 300_000, 1_000_000);
        let draws: Vec<f64> = (0..4000)
            .map(|_| hypergeometric(&mut random, t, marked, rows) as f64)
            .collect();
        let mean = draws.iter().sum::<f64>() / 4000.0;
        let variance = draws.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / 4000.0;
        let expected = 40_000.0 * 0.3 * 0.7 * 0.96;
        assert!(
            (mean - 12_000.0).abs() < 4.0 * f64::sqrt(expected / 4000.0),
            "{mean}"
        );
        assert!((variance / expected - 1.0).abs() < 0.1, "{variance}");
    }

    #[test]
    fn what_is_certain_is_drawn() {
        let mut random = Random::seeded(5);
        assert_eq!(hypergeometric(&mut random, 3, 10, 10), 3);
        assert_eq!(hypergeometric(&mut random, 10, 4, 10), 4);
        assert_eq!(hypergeometric(&mut random, 3, 0, 10), 0);
    }
}
