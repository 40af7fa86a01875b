//! The estimators of entropy, one registry of them, and the function that runs one.

use std::fmt;
use std::str::FromStr;

use super::tally::Tally;
use super::{Error, Estimate, Prior, bias, coverage, dirichlet, nsb, shares};
use crate::nearest::nearest;

/// An estimator of entropy from counts. See [`ENTROPY_ESTIMATORS`] for formulas and sources.
///
/// The text form is the name in the registry; parsing and display are inverse.
///
/// ```
/// use kullback::estimate::{EntropyEstimator, Prior};
///
/// let estimator: EntropyEstimator = "dirichlet_perks".parse()?;
/// assert_eq!(estimator, EntropyEstimator::Dirichlet(Prior::Perks));
/// assert_eq!(estimator.to_string(), "dirichlet_perks");
///
/// let error = "grassberger".parse::<EntropyEstimator>().unwrap_err();
/// assert!(error.to_string().contains("did you mean `grassberger_"));
/// # Ok::<(), kullback::estimate::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum EntropyEstimator {
    /// The entropy of the shares themselves. Too low, by about (S − 1)/2n.
    PlugIn,
    /// The plug-in plus (S − 1)/2n, with S the number of outcomes seen.
    MillerMadow,
    /// ln nᵢ replaced by ψ(nᵢ) and an alternating term.
    Grassberger1988,
    /// ln nᵢ replaced by G(nᵢ), whose bias is smaller still.
    Grassberger2003,
    /// Horvitz–Thompson weights on shares scaled by the coverage.
    ChaoShen2003,
    /// Zhang's estimator plus the expected entropy of what was not seen.
    ChaoWangJost2013,
    /// ln nᵢ replaced by ψ(nᵢ): all that n draws can say without bias.
    Zhang2012,
    /// Shares shrunk towards equal ones as far as the data leave it open.
    JamesStein,
    /// The plug-in of the shares with the prior's counts added.
    Pseudocount(Prior),
    /// The posterior mean of the entropy under a Dirichlet prior.
    Dirichlet(Prior),
    /// The posterior mean under a mixture of Dirichlet priors that is nearly flat in entropy.
    Nsb2002,
}

/// What is known of an estimator besides its value.
///
/// ```
/// use kullback::estimate::EntropyEstimator;
///
/// let info = EntropyEstimator::Nsb2002.info();
/// assert_eq!((info.name, info.uses_unseen), ("nsb_2002", true));
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct EntropyInfo {
    /// The estimator.
    pub estimator: EntropyEstimator,
    /// The name in code, on the command line and in files.
    pub name: &'static str,
    /// The name in prose.
    pub title: &'static str,
    /// The definition, with counts nᵢ > 0, their sum n, shares p̂ = nᵢ/n, S outcomes seen, K
    /// listed, and f₁, f₂ outcomes seen once and twice.
    pub formula: &'static str,
    /// Author and year.
    pub source: &'static str,
    /// Whether outcomes with a count of 0 matter: then the value depends on how many are listed.
    pub uses_unseen: bool,
    /// Whether the value can never exceed ln K.
    pub at_most_ln_k: bool,
}

const fn info(
    estimator: EntropyEstimator,
    name: &'static str,
    title: &'static str,
    formula: &'static str,
    source: &'static str,
) -> EntropyInfo {
    let (uses_unseen, at_most_ln_k) = match estimator {
        EntropyEstimator::PlugIn => (false, true),
        EntropyEstimator::MillerMadow
        | EntropyEstimator::Grassberger1988
        | EntropyEstimator::Grassberger2003
        | EntropyEstimator::ChaoShen2003
        | EntropyEstimator::ChaoWangJost2013
        | EntropyEstimator::Zhang2012 => (false, false),
        EntropyEstimator::JamesStein
        | EntropyEstimator::Pseudocount(_)
        | EntropyEstimator::Dirichlet(_)
        | EntropyEstimator::Nsb2002 => (true, true),
    };
    EntropyInfo {
        estimator,
        name,
        title,
        formula,
        source,
        uses_unseen,
        at_most_ln_k,
    }
}

const PSEUDOCOUNT: &str = "−Σ p ln p, p = (nᵢ + a)/(n + Ka)";
const DIRICHLET: &str = "ψ(A + 1) − Σ (aᵢ/A) ψ(aᵢ + 1), aᵢ = nᵢ + a, A = n + Ka";

/// Every estimator of entropy, in the order in which lists show them.
///
/// | name | value | source |
/// |---|---|---|
/// | `plug_in` | −Σ p̂ ln p̂ | Fisher 1922; Shannon 1948 |
/// | `miller_madow` | plug-in + (S − 1)/2n | Miller & Madow 1954; Miller 1955 |
/// | `grassberger_1988` | Σ p̂ (ln n − ψ(nᵢ) − (−1)^nᵢ/(nᵢ(nᵢ + 1))) | Grassberger 1988 |
/// | `grassberger_2003` | Σ p̂ (ln n − G(nᵢ)), G(k) = ψ(k) + ½(−1)ᵏ(ψ((k + 1)/2) − ψ(k/2)) | Grassberger 2003 |
/// | `chao_shen_2003` | −Σ Cp̂ ln(Cp̂)/(1 − (1 − Cp̂)ⁿ), C = 1 − f₁/n | Chao & Shen 2003 |
/// | `chao_wang_jost_2013` | `zhang_2012` + (f₁/n)(1 − A)^(1−n) (−ln A − Σ_{r<n} (1 − A)ʳ/r) | Chao, Wang & Jost 2013 |
/// | `zhang_2012` | Σ p̂ (ψ(n) − ψ(nᵢ)) | Zhang 2012; Schürmann 2015 |
/// | `james_stein` | −Σ p ln p, p = λ/K + (1 − λ)p̂, λ = (1 − Σp̂²)/((n − 1)Σ(1/K − p̂)²) ≤ 1 | Hausser & Strimmer 2009 |
/// | `pseudocount_…` | −Σ p ln p, p = (nᵢ + a)/(n + Ka) | Agresti & Hitchcock 2005 |
/// | `dirichlet_…` | ψ(A + 1) − Σ (aᵢ/A) ψ(aᵢ + 1), aᵢ = nᵢ + a, A = n + Ka | Wolpert & Wolf 1995 |
/// | `nsb_2002` | ∫ E[H\|β] w(β) dβ / ∫ w(β) dβ, w = dξ/dβ · Γ(Kβ)/Γ(n + Kβ) · Π Γ(nᵢ + β)/Γ(β), ξ = ψ(Kβ + 1) − ψ(β + 1) | Nemenman, Shafee & Bialek 2002 |
///
/// The last but one and the last but two stand for four entries each, one for every [`Prior`].
/// What other programs call the Bayesian or Dirichlet estimator is often `pseudocount_…`, and
/// "Grassberger" alone may mean either year.
///
/// ```
/// use kullback::estimate::{ENTROPY_ESTIMATORS, entropy};
///
/// for info in ENTROPY_ESTIMATORS {
///     let estimate = entropy(&[500, 300, 200], info.estimator)?;
///     assert!((estimate.value - 1.0297).abs() < 0.01, "{}", info.name);
/// }
/// # Ok::<(), kullback::estimate::Error>(())
/// ```
pub const ENTROPY_ESTIMATORS: &[EntropyInfo] = &[
    info(
        EntropyEstimator::PlugIn,
        "plug_in",
        "Plug-in (maximum likelihood)",
        "−Σ p̂ ln p̂",
        "Fisher 1922; Shannon 1948",
    ),
    info(
        EntropyEstimator::MillerMadow,
        "miller_madow",
        "Miller–Madow",
        "−Σ p̂ ln p̂ + (S − 1)/2n",
        "Miller & Madow 1954; Miller 1955",
    ),
    info(
        EntropyEstimator::Grassberger1988,
        "grassberger_1988",
        "Grassberger 1988",
        "Σ p̂ (ln n − ψ(nᵢ) − (−1)^nᵢ/(nᵢ(nᵢ + 1)))",
        "Grassberger 1988",
    ),
    info(
        EntropyEstimator::Grassberger2003,
        "grassberger_2003",
        "Grassberger 2003",
        "Σ p̂ (ln n − G(nᵢ)), G(k) = ψ(k) + ½(−1)ᵏ(ψ((k + 1)/2) − ψ(k/2))",
        "Grassberger 2003",
    ),
    info(
        EntropyEstimator::ChaoShen2003,
        "chao_shen_2003",
        "Chao–Shen",
        "−Σ Cp̂ ln(Cp̂)/(1 − (1 − Cp̂)ⁿ), C = 1 − f₁/n",
        "Chao & Shen 2003",
    ),
    info(
        EntropyEstimator::ChaoWangJost2013,
        "chao_wang_jost_2013",
        "Chao–Wang–Jost",
        "Σ p̂ (ψ(n) − ψ(nᵢ)) + (f₁/n)(1 − A)^(1−n) (−ln A − Σ_{r<n} (1 − A)ʳ/r), \
         A = 2f₂/((n − 1)f₁ + 2f₂), or 2/((n − 1)(f₁ − 1) + 2) if f₂ = 0",
        "Chao, Wang & Jost 2013",
    ),
    info(
        EntropyEstimator::Zhang2012,
        "zhang_2012",
        "Zhang",
        "Σ p̂ (ψ(n) − ψ(nᵢ))",
        "Zhang 2012; Schürmann 2015",
    ),
    info(
        EntropyEstimator::JamesStein,
        "james_stein",
        "James–Stein shrinkage",
        "−Σ p ln p, p = λ/K + (1 − λ)p̂, λ = (1 − Σp̂²)/((n − 1)Σ(1/K − p̂)²), at most 1",
        "Hausser & Strimmer 2009",
    ),
    info(
        EntropyEstimator::Pseudocount(Prior::Laplace),
        "pseudocount_laplace",
        "Plug-in with 1 added to each count",
        PSEUDOCOUNT,
        "Laplace 1774; Agresti & Hitchcock 2005",
    ),
    info(
        EntropyEstimator::Pseudocount(Prior::Jeffreys),
        "pseudocount_jeffreys",
        "Plug-in with ½ added to each count",
        PSEUDOCOUNT,
        "Krichevsky & Trofimov 1981; Agresti & Hitchcock 2005",
    ),
    info(
        EntropyEstimator::Pseudocount(Prior::Perks),
        "pseudocount_perks",
        "Plug-in with 1/K added to each count",
        PSEUDOCOUNT,
        "Perks 1947; Schürmann & Grassberger 1996",
    ),
    info(
        EntropyEstimator::Pseudocount(Prior::Minimax),
        "pseudocount_minimax",
        "Plug-in with √n/K added to each count",
        PSEUDOCOUNT,
        "Trybuła 1958; Agresti & Hitchcock 2005",
    ),
    info(
        EntropyEstimator::Dirichlet(Prior::Laplace),
        "dirichlet_laplace",
        "Posterior mean, Laplace's prior (a = 1)",
        DIRICHLET,
        "Wolpert & Wolf 1995",
    ),
    info(
        EntropyEstimator::Dirichlet(Prior::Jeffreys),
        "dirichlet_jeffreys",
        "Posterior mean, Jeffreys' prior (a = ½)",
        DIRICHLET,
        "Wolpert & Wolf 1995",
    ),
    info(
        EntropyEstimator::Dirichlet(Prior::Perks),
        "dirichlet_perks",
        "Posterior mean, Perks' prior (a = 1/K)",
        DIRICHLET,
        "Wolpert & Wolf 1995; Schürmann & Grassberger 1996",
    ),
    info(
        EntropyEstimator::Dirichlet(Prior::Minimax),
        "dirichlet_minimax",
        "Posterior mean, minimax prior (a = √n/K)",
        DIRICHLET,
        "Wolpert & Wolf 1995; Trybuła 1958",
    ),
    info(
        EntropyEstimator::Nsb2002,
        "nsb_2002",
        "Nemenman–Shafee–Bialek",
        "∫ E[H|β] w(β) dβ / ∫ w(β) dβ, w = dξ/dβ · Γ(Kβ)/Γ(n + Kβ) · Π Γ(nᵢ + β)/Γ(β), \
         ξ = ψ(Kβ + 1) − ψ(β + 1)",
        "Nemenman, Shafee & Bialek 2002",
    ),
];

/// The entropy of the distribution that counts were drawn from, by a named estimator.
///
/// - *Input*: how often each of K outcomes was seen in n independent draws. Outcomes never seen
///   may be listed with 0; where [`EntropyInfo::uses_unseen`], their number matters.
/// - *Unit, range*: nats; ≤ ln K where [`EntropyInfo::at_most_ln_k`]. `grassberger_2003` may be
///   slightly negative where nearly all draws were alike, the others never are.
/// - *Deviation*: the asymptotic standard error √(Var ln p̂/n) for `plug_in` and `miller_madow`
///   (Basharin 1959), the posterior's standard deviation for `dirichlet_…` (Wolpert & Wolf 1995)
///   and `nsb_2002`; none for the others.
/// - *Limits*: with K = 1 it is 0, but for Grassberger's two, which are not. The order of the
///   outcomes changes no bit of it.
/// - *Accuracy*: a relative error below 10⁻¹² on the reference table, NSB's integral included.
///
/// # Errors
/// [`Error::Counts`]: no outcomes, no counts above 0, or counts that add up to more than a `u64`.
///
/// ```
/// use kullback::estimate::{EntropyEstimator, entropy};
///
/// let counts = [4, 2, 3, 1];
/// let plug_in = entropy(&counts, EntropyEstimator::PlugIn)?;
/// assert!((plug_in.value - 1.279854).abs() < 1e-6);
/// let corrected = entropy(&counts, EntropyEstimator::MillerMadow)?;
/// assert!((corrected.value - plug_in.value - 3.0 / 20.0).abs() < 1e-15);
/// # Ok::<(), kullback::estimate::Error>(())
/// ```
pub fn entropy(counts: &[u64], estimator: EntropyEstimator) -> Result<Estimate, Error> {
    Ok(entropy_of(&Tally::of_counts(counts)?, estimator))
}

pub(super) fn entropy_of(tally: &Tally, estimator: EntropyEstimator) -> Estimate {
    match estimator {
        EntropyEstimator::PlugIn => bias::plug_in(tally),
        EntropyEstimator::MillerMadow => bias::miller_madow(tally),
        EntropyEstimator::Grassberger1988 => bias::grassberger_1988(tally),
        EntropyEstimator::Grassberger2003 => bias::grassberger_2003(tally),
        EntropyEstimator::ChaoShen2003 => coverage::chao_shen(tally),
        EntropyEstimator::ChaoWangJost2013 => coverage::chao_wang_jost(tally),
        EntropyEstimator::Zhang2012 => bias::zhang(tally),
        EntropyEstimator::JamesStein => shares::james_stein(tally),
        EntropyEstimator::Pseudocount(prior) => shares::pseudocount(tally, prior),
        EntropyEstimator::Dirichlet(prior) => dirichlet::posterior(tally, prior),
        EntropyEstimator::Nsb2002 => nsb::nsb(tally),
    }
}

impl EntropyEstimator {
    /// The registry's entry: name, prose, formula, source.
    ///
    /// ```
    /// use kullback::estimate::EntropyEstimator;
    ///
    /// assert_eq!(EntropyEstimator::ChaoShen2003.info().source, "Chao & Shen 2003");
    /// ```
    #[must_use]
    pub fn info(self) -> &'static EntropyInfo {
        let entry = ENTROPY_ESTIMATORS.iter().find(|e| e.estimator == self);
        // Every estimator is listed, and a test sees to it.
        entry.unwrap_or(&ENTROPY_ESTIMATORS[0])
    }
}

impl fmt::Display for EntropyEstimator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.info().name)
    }
}

impl FromStr for EntropyEstimator {
    type Err = Error;

    fn from_str(text: &str) -> Result<EntropyEstimator, Error> {
        let key = text.trim().to_lowercase().replace('-', "_");
        let entry = ENTROPY_ESTIMATORS.iter().find(|entry| entry.name == key);
        entry
            .map(|entry| entry.estimator)
            .ok_or_else(|| Error::UnknownEstimator {
                name: text.to_owned(),
                nearest: nearest(&key, ENTROPY_ESTIMATORS.iter().map(|e| e.name)),
            })
    }
}
