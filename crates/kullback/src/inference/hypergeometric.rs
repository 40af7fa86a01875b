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
