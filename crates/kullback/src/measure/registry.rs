//! The registry: the one list of measures.

use super::{
    Info, bregman, chernoff, chi_squared, hellinger, jensen_shannon, kullback_leibler, power,
    renyi, skew, total_variation,
};
use crate::line;

/// Every measure, in the order in which lists show them: the one list from which names, help, the
/// tests of laws and the tables of references derive.
///
/// Of pairs:
///
/// | name | formula | range | source |
/// |---|---|---|---|
/// | `kl` | Σ p ln(p/q) | 0 to ∞ nats | Kullback & Leibler 1951 |
/// | `reverse_kl` | Σ q ln(q/p) | 0 to ∞ nats | Kullback & Leibler 1951 |
/// | `jeffreys`, `psi` | Σ (p − q) ln(p/q) | 0 to ∞ nats | Jeffreys 1946 |
/// | `js` | ½ KL(P‖M) + ½ KL(Q‖M), M = (P + Q)/2 | 0 to ln 2 nats | Lin 1991 |
/// | `js_distance` | √JS | 0 to √ln 2, a metric | Endres & Schindelin 2003 |
/// | `tv` | ½ Σ \|p − q\| | 0 to 1, a metric | Jordan 1881 |
/// | `hellinger` | √(½ Σ (√p − √q)²) | 0 to 1, a metric | Hellinger 1909 |
/// | `chi2` | Σ (p − q)²/q | 0 to ∞ | Pearson 1900 |
/// | `neyman_chi2` | Σ (p − q)²/p | 0 to ∞ | Neyman 1949 |
/// | `triangular` | Σ (p − q)²/(p + q) | 0 to 2 | Vincze 1981; Topsøe 2000 |
/// | `bhattacharyya` | −ln Σ √(p q) | 0 to ∞ nats | Bhattacharyya 1943 |
/// | `chernoff` | max over 0 ≤ α ≤ 1 of −ln Σ pᵅ q¹⁻ᵅ | 0 to ∞ nats | Chernoff 1952 |
/// | `squared_euclidean` | Σ (p − q)² | 0 to 2 | Brier 1950; Bregman 1967 |
/// | `itakura_saito` | Σ (p/q − ln(p/q) − 1) | 0 to ∞ | Itakura & Saito 1968 |
/// | `skew_kl:α`, 0 < α ≤ 1 | KL(P‖(1 − α)P + αQ) | 0 to −ln(1 − α) nats | Lin 1991; Lee 1999 |
/// | `weighted_js:w`, 0 < w < 1 | w KL(P‖M) + (1 − w) KL(Q‖M), M = wP + (1 − w)Q | 0 to ln 2 nats | Lin 1991 |
/// | `renyi:α`, α > 0 | ln(Σ pᵅ q¹⁻ᵅ)/(α − 1) | 0 to ∞ nats | Rényi 1961 |
/// | `tsallis:α`, α > 0 | (Σ pᵅ q¹⁻ᵅ − 1)/(α − 1) | 0 to ∞; to 1/(1 − α) if α < 1 | Tsallis 1998 |
/// | `power:α` | (Σ pᵅ q¹⁻ᵅ − 1)/(α(α − 1)) | 0 to ∞; to 1/(α(1 − α)) if 0 < α < 1 | Havrda & Charvát 1967 |
/// | `cressie_read:λ` | Σ p ((p/q)^λ − 1)/(λ(λ + 1)): `power` with α = λ + 1 | as `power` | Cressie & Read 1984 |
/// | `amari:a` | 4(1 − Σ p^((1−a)/2) q^((1+a)/2))/(1 − a²): `power` with α = (1 − a)/2 | as `power` | Amari 1982 |
///
/// Of points on a [`Line`](crate::Line), where F and G are the distribution functions of P and Q, and
/// H = (F + G)/2:
///
/// | name | formula | range | source |
/// |---|---|---|---|
/// | `wasserstein:p`, p ≥ 1 | (∫₀¹ \|F⁻¹(u) − G⁻¹(u)\|ᵖ du)^(1/p); ∫ \|F − G\| dx if p = 1 | 0 to ∞, a metric, in the points' unit | Kantorovich 1942; Vaserstein 1969 |
/// | `ks` | sup \|F − G\| | 0 to 1, a metric | Kolmogorov 1933; Smirnov 1939 |
/// | `kuiper` | sup (F − G) + sup (G − F) | 0 to 1, a metric | Kuiper 1960 |
/// | `cramer_von_mises` | ∫ (F − G)² dH | 0 to 2/3 | Cramér 1928; Anderson 1962 |
/// | `anderson_darling` | ∫ (F − G)²/(H(1 − H)) dH | 0 to 4 ln 2 | Anderson & Darling 1952; Pettitt 1976 |
/// | `energy` | √(2 ∫ (F − G)² dx) | 0 to ∞, a metric, in the root of the points' unit | Székely 2003 |
///
/// At α = 1 the families `skew_kl`, `renyi`, `tsallis` and `power` are KL, at 0 `power` is reverse
/// KL, and they are continuous there; `weighted_js:0.5` is JS. The generalised KL divergence of unnormalised masses,
/// Σ p ln(p/q) − p + q, is `kl` under
/// [`Normalisation::Unnormalised`](crate::Normalisation::Unnormalised).
///
/// ```
/// let names: Vec<&str> = kullback::MEASURES.iter().map(|info| info.name).collect();
/// assert_eq!(names[..3], ["kl", "reverse_kl", "jeffreys"]);
/// ```
pub static MEASURES: &[&Info] = &[
    &kullback_leibler::KL,
    &kullback_leibler::REVERSE_KL,
    &kullback_leibler::JEFFREYS,
    &jensen_shannon::JS,
    &jensen_shannon::JS_DISTANCE,
    &total_variation::TV,
    &hellinger::HELLINGER,
    &chi_squared::CHI2,
    &chi_squared::NEYMAN_CHI2,
    &chi_squared::TRIANGULAR,
    &renyi::BHATTACHARYYA,
    &chernoff::CHERNOFF,
    &bregman::SQUARED_EUCLIDEAN,
    &bregman::ITAKURA_SAITO,
    &skew::SKEW_KL,
    &skew::WEIGHTED_JS,
    &renyi::RENYI,
    &power::TSALLIS,
    &power::POWER,
    &power::CRESSIE_READ,
    &power::AMARI,
    &line::WASSERSTEIN,
    &line::KOLMOGOROV_SMIRNOV,
    &line::KUIPER,
    &line::CRAMER_VON_MISES,
    &line::ANDERSON_DARLING,
    &line::ENERGY,
];
