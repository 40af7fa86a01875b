//! Shares taken at face value, and corrections of their bias, count by count.

use std::f64::consts::LN_2;

use super::Estimate;
use super::special::digamma;
use super::tally::Tally;

/// H(p̂) = Σ p̂ ln(1/p̂), and its asymptotic standard error √(Var ln p̂ / n).
pub(super) fn plug_in(tally: &Tally) -> Estimate {
    let value = tally.mean(|count| tally.surprise(count));
    let variance = tally.mean(|count| (tally.surprise(count) - value).powi(2));
    Estimate::with_deviation(value, (variance / tally.n).sqrt())
}

/// H(p̂) + (S − 1)/2n with S outcomes seen.
pub(super) fn miller_madow(tally: &Tally) -> Estimate {
    let plug_in = plug_in(tally);
    Estimate {
        value: plug_in.value + (tally.distinct() - 1.0) / (2.0 * tally.n),
        ..plug_in
    }
}

/// Σ p̂ (ln n − ψ(nᵢ) − (−1)^nᵢ/(nᵢ(nᵢ + 1))).
pub(super) fn grassberger_1988(tally: &Tally) -> Estimate {
    let ln_n = tally.n.ln();
    Estimate::value(tally.mean(|count| {
        let sign = if count % 2.0 == 0.0 { 1.0 } else { -1.0 };
        ln_n - digamma(count) - sign / (count * (count + 1.0))
    }))
}

/// Σ p̂ (ln n − G(nᵢ)), where G(2m) = G(2m + 1) = ψ(m + ½) + ln 2.
pub(super) fn grassberger_2003(tally: &Tally) -> Estimate {
    let ln_n = tally.n.ln();
    let g = |count: f64| digamma((count / 2.0).floor() + 0.5) + LN_2;
    Estimate::value(tally.mean(|count| ln_n - g(count)))
}

/// Σ p̂ (ψ(n) − ψ(nᵢ)), which is Σ p̂ Σᵥ (1/v) Πⱼ (1 − (nᵢ − 1)/(n − j)).
pub(super) fn zhang(tally: &Tally) -> Estimate {
    let psi_n = digamma(tally.n);
    Estimate::value(tally.mean(|count| psi_n - digamma(count)))
}
