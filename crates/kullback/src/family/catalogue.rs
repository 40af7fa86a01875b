//! Every family, one row each: its formula, its parameters, their ranges.

use super::Error;
use super::range::{Range, checked, shares};

/// Expands the rows into the enum, its constructors and what parsing and printing need.
macro_rules! families {
    ($(
        $(#[doc = $doc:literal])+
        $variant:ident: $signature:literal, as $name:ident($($example:literal),+) =>
        $($parameter:ident: $range:expr, $about:literal;)+
    )+) => {
        /// A family of distributions with its parameters, which are checked when it is built.
        ///
        /// Build one with the constructor of its name ([`Family::normal`], …), from text
        /// (`"normal(0, 1)".parse()`), or as a [`Family::mixture`]. The fields can be read by
        /// matching, but not written: a `Family` is always valid.
        #[derive(Debug, Clone, PartialEq)]
        #[non_exhaustive]
        pub enum Family {
            $(
                $(#[doc = $doc])+
                #[non_exhaustive]
                $variant {
                    $(#[doc = $about] $parameter: f64,)+
                },
            )+
            /// Categorical on 0, 1, …, K − 1: mass pₖ at k. [`Family::categorical`] builds it.
            #[non_exhaustive]
            Categorical {
                /// The masses, which sum to 1.
                probabilities: Vec<f64>,
            },
            /// Ordered logistic on 0, …, K: P(X > k) = 1/(1 + exp(cₖ − location)), cutpoints cₖ
            /// ascending. McCullagh 1980. [`Family::ordered_logistic`] builds it.
            #[non_exhaustive]
            OrderedLogistic {
                /// Where the latent logistic variable is centred.
                location: f64,
                /// K ascending cutpoints.
                cutpoints: Vec<f64>,
            },
            /// A mixture Σ wᵢ fᵢ of families of one kind. [`Family::mixture`] builds it.
            #[non_exhaustive]
            Mixture {
                /// Weights, which sum to 1, and components, none of them a mixture.
                components: Vec<(f64, Family)>,
            },
        }

        impl Family {
            $(
                #[doc = concat!("`", $signature, "`: see [`Family::", stringify!($variant), "`].")]
                ///
                /// # Errors
                ///
                /// [`Error::OutOfRange`] names the parameter that lies outside its range.
                ///
                /// ```
                /// use kullback::family::Family;
                ///
                #[doc = concat!("let family = Family::", stringify!($name), "(", $(stringify!($example), ", ",)+ ")?;")]
                /// assert_eq!(family.to_string().parse::<Family>()?, family);
                #[doc = concat!("assert!(Family::", stringify!($name), "(", $("f64::NAN + ", stringify!($example), ", ",)+ ").is_err());")]
                /// # Ok::<(), kullback::family::Error>(())
                /// ```
                pub fn $name($($parameter: f64),+) -> Result<Family, Error> {
                    $(
                        let $parameter = checked(
                            stringify!($name),
                            stringify!($parameter),
                            $parameter,
                            $range,
                        )?;
                    )+
                    Ok(Family::$variant { $($parameter),+ })
                }
            )+

            /// Name and parameters, in the order of the constructor; a mixture's are empty.
            pub(super) fn parts(&self) -> (&'static str, Vec<f64>) {
                match self {
                    $(Family::$variant { $($parameter),+ } => {
                        (stringify!($name), vec![$(*$parameter),+])
                    })+
                    Family::Categorical { probabilities } => ("categorical", probabilities.clone()),
                    Family::OrderedLogistic { location, cutpoints } => {
                        let first = std::iter::once(*location);
                        ("ordered_logistic", first.chain(cutpoints.iter().copied()).collect())
                    }
                    Family::Mixture { .. } => ("mixture", Vec::new()),
                }
            }
        }

        /// What parsing needs to know of each family but mixtures.
        pub(super) static ENTRIES: &[Entry] = &[
            $(Entry {
                info: FamilyInfo {
                    name: stringify!($name),
                    signature: $signature,
                    about: concat!($($doc),+),
                    parameters: &[$((stringify!($parameter), $about)),+],
                    example: &[$($example),+],
                },
                build: |given| match given {
                    &[$($parameter),+] => Family::$name($($parameter),+),
                    _ => Err(Error::WrongCount { takes: $signature, given: given.len() }),
                },
            },)+
            Entry {
                info: FamilyInfo {
                    name: "categorical",
                    signature: CATEGORICAL,
                    about: "Categorical on 0, 1, …, K − 1: mass pₖ at k.",
                    parameters: &[("probabilities", "The masses, which sum to 1.")],
                    example: &[0.5, 0.25, 0.25],
                },
                build: Family::categorical,
            },
            Entry {
                info: FamilyInfo {
                    name: "ordered_logistic",
                    signature: ORDERED_LOGISTIC,
                    about: "Ordered logistic on 0, …, K: P(X > k) = 1/(1 + exp(cₖ − location)). McCullagh 1980.",
                    parameters: &[
                        ("location", "Where the latent logistic variable is centred."),
                        ("cutpoints", "K ascending cutpoints."),
                    ],
                    example: &[0.0, -1.0, 1.0],
                },
                build: |given| match given {
                    [location, cutpoints @ ..] => Family::ordered_logistic(*location, cutpoints),
                    [] => Err(Error::WrongCount { takes: ORDERED_LOGISTIC, given: 0 }),
                },
            },
        ];
    };
}

/// What is known of a family besides its divergences.
///
/// ```
/// let families = kullback::family::families();
/// let normal = families.iter().find(|family| family.name == "normal");
/// assert!(normal.is_some_and(|normal| normal.signature == "normal(mean, sd)"));
/// ```
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct FamilyInfo {
    /// The name in code and text.
    pub name: &'static str,
    /// How it is written as text.
    pub signature: &'static str,
    /// Support, density and source.
    pub about: &'static str,
    /// Each parameter with what it is and its range; the last one may stand for several numbers.
    pub parameters: &'static [(&'static str, &'static str)],
    /// Numbers that are a member of the family.
    pub example: &'static [f64],
}

/// Every family of one variable but mixtures.
///
/// ```
/// use kullback::family::{Family, families};
///
/// for family in families() {
///     let numbers: Vec<String> = family.example.iter().map(f64::to_string).collect();
///     let text = format!("{}({})", family.name, numbers.join(", "));
///     assert!(text.parse::<Family>().is_ok(), "{text}");
/// }
/// ```
#[must_use]
pub fn families() -> Vec<FamilyInfo> {
    ENTRIES.iter().map(|entry| entry.info).collect()
}

/// A family's row, as the parser sees it.
pub(super) struct Entry {
    pub(super) info: FamilyInfo,
    pub(super) build: fn(&[f64]) -> Result<Family, Error>,
}

const CATEGORICAL: &str = "categorical(p0, p1, …)";
const ORDERED_LOGISTIC: &str = "ordered_logistic(location, cutpoint0, cutpoint1, …)";

families! {
    /// Bernoulli on {0, 1}: mass `probability` at 1. J. Bernoulli 1713.
    Bernoulli: "bernoulli(probability)", as bernoulli(0.25) =>
    probability: Range::Probability, "P(X = 1), from 0 to 1.";

    /// Beta on (0, 1): x^(a−1) (1 − x)^(b−1) / B(a, b). Pearson 1895.
    Beta: "beta(a, b)", as beta(2.0, 3.0) =>
    a: Range::Positive, "The shape at 0, above 0.";
    b: Range::Positive, "The shape at 1, above 0.";

    /// Binomial on {0, …, n}: C(n, k) pᵏ (1 − p)ⁿ⁻ᵏ. J. Bernoulli 1713.
    Binomial: "binomial(trials, probability)", as binomial(10.0, 0.25) =>
    trials: Range::Count, "The number n of trials, whole.";
    probability: Range::Probability, "The probability p of success in each, from 0 to 1.";

    /// Cauchy on the line: 1 / (π s (1 + z²)), z = (x − location)/s. Poisson 1824; Cauchy 1853.
    Cauchy: "cauchy(location, scale)", as cauchy(0.0, 1.0) =>
    location: Range::Finite, "The median.";
    scale: Range::Positive, "The half-width s at half maximum, above 0.";

    /// Chi on (0, ∞), the root of a chi-squared variable: 2^(1−k/2) x^(k−1) e^(−x²/2) / Γ(k/2).
    /// Helmert 1876.
    Chi: "chi(df)", as chi(3.0) =>
    df: Range::Positive, "Degrees of freedom k, above 0; need not be whole.";

    /// Chi-squared on (0, ∞): x^(k/2−1) e^(−x/2) / (2^(k/2) Γ(k/2)). Helmert 1876.
    Chi2: "chi2(df)", as chi2(3.0) =>
    df: Range::Positive, "Degrees of freedom k, above 0; need not be whole.";

    /// Continuous Bernoulli on (0, 1): proportional to λˣ (1 − λ)¹⁻ˣ. Loaiza-Ganem & Cunningham
    /// 2019.
    ContinuousBernoulli: "continuous_bernoulli(probability)", as continuous_bernoulli(0.25) =>
    probability: Range::OpenUnit, "λ, above 0 and below 1; it is not the mean.";

    /// The logarithm of a gamma variable, on the line: βᵃ exp(a x − β eˣ) / Γ(a). Bartlett &
    /// Kendall 1946.
    ExpGamma: "exp_gamma(shape, rate)", as exp_gamma(2.0, 1.0) =>
    shape: Range::Positive, "The gamma variable's shape a, above 0.";
    rate: Range::Positive, "The gamma variable's rate β, above 0.";

    /// The logarithm of an inverse-gamma variable, on the line: βᵃ exp(−a x − β e⁻ˣ) / Γ(a).
    /// Bartlett & Kendall 1946, mirrored.
    ExpInverseGamma: "exp_inverse_gamma(shape, scale)", as exp_inverse_gamma(2.0, 1.0) =>
    shape: Range::Positive, "The inverse-gamma variable's shape a, above 0.";
    scale: Range::Positive, "The inverse-gamma variable's scale β, above 0.";

    /// Exponential on (0, ∞): λ e^(−λx). Laplace 1774.
    Exponential: "exponential(rate)", as exponential(2.0) =>
    rate: Range::Positive, "λ, one over the mean, above 0.";

    /// Gamma on (0, ∞): βᵃ x^(a−1) e^(−βx) / Γ(a). Pearson 1893.
    Gamma: "gamma(shape, rate)", as gamma(2.0, 3.0) =>
    shape: Range::Positive, "a, above 0.";
    rate: Range::Positive, "β, one over the scale, above 0; the mean is a/β.";

    /// Geometric on {0, 1, …}: p (1 − p)ᵏ, the failures before the first success. Pascal 1654.
    Geometric: "geometric(probability)", as geometric(0.25) =>
    probability: Range::PositiveProbability, "p, above 0 and at most 1.";

    /// Gumbel (of maxima) on the line: exp(−z − e⁻ᶻ)/s, z = (x − location)/s. Gumbel 1935.
    Gumbel: "gumbel(location, scale)", as gumbel(0.0, 1.0) =>
    location: Range::Finite, "The mode.";
    scale: Range::Positive, "s, above 0.";

    /// Half-normal on (0, ∞), |X| of a normal X: √(2/π) exp(−x²/2σ²)/σ. Gauss 1809, folded.
    HalfNormal: "half_normal(scale)", as half_normal(1.0) =>
    scale: Range::Positive, "σ of the normal variable, above 0.";

    /// Inverse gamma on (0, ∞): βᵃ x^(−a−1) e^(−β/x) / Γ(a). Pearson 1895 (type V).
    InverseGamma: "inverse_gamma(shape, scale)", as inverse_gamma(3.0, 2.0) =>
    shape: Range::Positive, "a, above 0.";
    scale: Range::Positive, "β, above 0.";

    /// Inverse Gaussian on (0, ∞): √(λ/2πx³) exp(−λ(x − μ)²/2μ²x). Schrödinger 1915; Tweedie 1957.
    InverseGaussian: "inverse_gaussian(mean, shape)", as inverse_gaussian(1.0, 2.0) =>
    mean: Range::Positive, "μ, above 0.";
    shape: Range::Positive, "λ, above 0; the variance is μ³/λ.";

    /// Laplace on the line: exp(−|x − location|/b)/(2b). Laplace 1774.
    Laplace: "laplace(location, scale)", as laplace(0.0, 1.5) =>
    location: Range::Finite, "The mean.";
    scale: Range::Positive, "b, the mean distance from the location, above 0.";

    /// Logistic on the line: e⁻ᶻ / (s (1 + e⁻ᶻ)²), z = (x − location)/s. Verhulst 1845.
    Logistic: "logistic(location, scale)", as logistic(0.0, 1.0) =>
    location: Range::Finite, "The mean.";
    scale: Range::Positive, "s, above 0; the variance is π²s²/3.";

    /// Log-normal on (0, ∞): ln X is normal. Galton 1879; McAlister 1879.
    LogNormal: "log_normal(mean, sd)", as log_normal(0.0, 0.5) =>
    mean: Range::Finite, "The mean of ln X.";
    sd: Range::Positive, "The standard deviation of ln X, above 0.";

    /// Logit-normal on (0, 1): ln(X/(1 − X)) is normal. Johnson 1949.
    LogitNormal: "logit_normal(mean, sd)", as logit_normal(0.0, 1.0) =>
    mean: Range::Finite, "The mean of the logit.";
    sd: Range::Positive, "The standard deviation of the logit, above 0.";

    /// Moyal on the line: exp(−½(z + e⁻ᶻ))/(s √2π), z = (x − location)/s. Moyal 1955.
    Moyal: "moyal(location, scale)", as moyal(0.0, 1.0) =>
    location: Range::Finite, "The mode.";
    scale: Range::Positive, "s, above 0.";

    /// Negative binomial on {0, 1, …}: C(k + r − 1, k) pʳ (1 − p)ᵏ, the failures before the r-th
    /// success (PyTorch's and TFP's `probs` is 1 − p). Pascal 1679; Greenwood & Yule 1920.
    NegativeBinomial: "negative_binomial(successes, probability)", as negative_binomial(2.5, 0.4) =>
    successes: Range::Positive, "r, above 0; need not be whole.";
    probability: Range::PositiveProbability, "p of success in each trial, above 0 and at most 1.";

    /// Normal on the line: exp(−z²/2)/(σ √2π), z = (x − mean)/σ. De Moivre 1733; Gauss 1809.
    Normal: "normal(mean, sd)", as normal(0.0, 1.0) =>
    mean: Range::Finite, "The mean.";
    sd: Range::Positive, "The standard deviation σ (not the variance), above 0.";

    /// Pareto on (m, ∞): α mᵅ / x^(α+1). Pareto 1896.
    Pareto: "pareto(shape, scale)", as pareto(3.0, 1.0) =>
    shape: Range::Positive, "The tail index α, above 0.";
    scale: Range::Positive, "The least value m, above 0.";

    /// Poisson on {0, 1, …}: λᵏ e⁻λ / k!. Poisson 1837.
    Poisson: "poisson(rate)", as poisson(3.0) =>
    rate: Range::AtLeastZero, "λ, the mean, 0 or above; at 0 all mass is at 0.";

    /// Bernoulli on {0, 1} with P(X = 1) = Φ(probit). Bliss 1934.
    ProbitBernoulli: "probit_bernoulli(probit)", as probit_bernoulli(-0.5) =>
    probit: Range::Finite, "The standard normal quantile of P(X = 1).";

    /// Student's t on the line: (1 + z²/ν)^(−(ν+1)/2) / (s √ν B(ν/2, ½)), z = (x − location)/s.
    /// Lüroth 1876; Student 1908.
    StudentT: "student_t(df, location, scale)", as student_t(3.0, 0.0, 1.0) =>
    df: Range::Positive, "Degrees of freedom ν, above 0; the tail index.";
    location: Range::Finite, "The median.";
    scale: Range::Positive, "s, above 0; not the standard deviation.";

    /// A normal variable given that it lies in (low, high). Galton 1898; Pearson & Lee 1908.
    TruncatedNormal: "truncated_normal(mean, sd, low, high)",
    as truncated_normal(0.0, 1.0, -1.0, 2.0) =>
    mean: Range::Finite, "The mean before truncation.";
    sd: Range::Positive, "The standard deviation before truncation, above 0.";
    low: Range::Finite, "Where the support begins.";
    high: Range::Above(low), "Where the support ends, above `low`.";

    /// Uniform on (low, high): 1/(high − low).
    Uniform: "uniform(low, high)", as uniform(0.0, 1.0) =>
    low: Range::Finite, "Where the support begins.";
    high: Range::Above(low), "Where the support ends, above `low`.";

    /// Von Mises on the circle (−π, π): exp(κ cos(x − mean)) / (2π I₀(κ)). Von Mises 1918.
    VonMises: "von_mises(mean, concentration)", as von_mises(0.5, 2.0) =>
    mean: Range::Finite, "The mean direction in radians, of any turn.";
    concentration: Range::AtLeastZero, "κ, 0 or above; at 0 it is uniform.";

    /// Weibull on (0, ∞): (k/λ)(x/λ)^(k−1) exp(−(x/λ)ᵏ). Weibull 1939.
    Weibull: "weibull(shape, scale)", as weibull(1.5, 2.0) =>
    shape: Range::Positive, "k, above 0.";
    scale: Range::Positive, "λ, above 0.";
}

impl Family {
    /// `categorical(p0, p1, …)`: see [`Family::Categorical`].
    ///
    /// The masses are divided by their sum, which must be 1 within
    /// [`STRICT_TOLERANCE`](crate::STRICT_TOLERANCE).
    ///
    /// # Errors
    ///
    /// [`Error::OutOfRange`] for a mass outside [0, 1], [`Error::NotNormalised`] for another sum,
    /// [`Error::WrongCount`] for no mass at all.
    ///
    /// ```
    /// use kullback::family::{Family, kl_divergence};
    ///
    /// let (p, q) = (Family::categorical(&[0.5, 0.5])?, Family::categorical(&[0.25, 0.75])?);
    /// assert!((kl_divergence(&p, &q).value - 0.143_841_036_225_890_5).abs() < 1e-15);
    /// assert!(Family::categorical(&[0.5, 0.6]).is_err());
    /// # Ok::<(), kullback::family::Error>(())
    /// ```
    pub fn categorical(probabilities: &[f64]) -> Result<Family, Error> {
        if probabilities.is_empty() {
            return Err(Error::WrongCount {
                takes: CATEGORICAL,
                given: 0,
            });
        }
        let range = Range::Probability;
        let probabilities = shares("categorical", "a probability", probabilities, range)?;
        Ok(Family::Categorical { probabilities })
    }

    /// `ordered_logistic(location, cutpoint0, …)`: see [`Family::OrderedLogistic`].
    ///
    /// # Errors
    ///
    /// [`Error::OutOfRange`] for a number that is not finite or a cutpoint that is not above the
    /// one before, [`Error::WrongCount`] for no cutpoint.
    ///
    /// ```
    /// use kullback::family::Family;
    ///
    /// let family = Family::ordered_logistic(0.0, &[-1.0, 1.0])?; // three outcomes
    /// assert!((family.ln_density(1.0).exp() - 0.462_117_157_260_009_8).abs() < 1e-15);
    /// assert!(Family::ordered_logistic(0.0, &[1.0, 1.0]).is_err());
    /// # Ok::<(), kullback::family::Error>(())
    /// ```
    pub fn ordered_logistic(location: f64, cutpoints: &[f64]) -> Result<Family, Error> {
        let name = "ordered_logistic";
        let location = checked(name, "location", location, Range::Finite)?;
        let Some(&first) = cutpoints.first() else {
            return Err(Error::WrongCount {
                takes: ORDERED_LOGISTIC,
                given: 1,
            });
        };
        checked(name, "a cutpoint", first, Range::Finite)?;
        for pair in cutpoints.windows(2) {
            checked(name, "a cutpoint", pair[1], Range::Above(pair[0]))?;
        }
        Ok(Family::OrderedLogistic {
            location,
            cutpoints: cutpoints.to_vec(),
        })
    }

    /// The mixture Σ wᵢ fᵢ: see [`Family::Mixture`]. Mixtures of mixtures are flattened.
    ///
    /// The weights are divided by their sum, which must be 1 within
    /// [`STRICT_TOLERANCE`](crate::STRICT_TOLERANCE).
    ///
    /// # Errors
    ///
    /// [`Error::OutOfRange`] for a weight outside (0, 1], [`Error::NotNormalised`] for another
    /// sum, [`Error::MixedKinds`] for continuous and discrete components together,
    /// [`Error::WrongCount`] for no component.
    ///
    /// ```
    /// use kullback::family::Family;
    ///
    /// let components = [(0.3, Family::normal(0.0, 1.0)?), (0.7, Family::normal(4.0, 1.0)?)];
    /// let mixture = Family::mixture(&components)?;
    /// assert_eq!(mixture.to_string(), "mixture(0.3*normal(0, 1) + 0.7*normal(4, 1))");
    /// # Ok::<(), kullback::family::Error>(())
    /// ```
    pub fn mixture(components: &[(f64, Family)]) -> Result<Family, Error> {
        let Some((_, first)) = components.first() else {
            return Err(Error::WrongCount {
                takes: super::text::MIXTURE,
                given: 0,
            });
        };
        if components
            .iter()
            .any(|(_, c)| c.is_discrete() != first.is_discrete())
        {
            return Err(Error::MixedKinds);
        }
        let weights: Vec<f64> = components.iter().map(|&(weight, _)| weight).collect();
        let weights = shares("mixture", "a weight", &weights, Range::PositiveProbability)?;
        let mut flat = Vec::new();
        for (weight, (_, component)) in weights.into_iter().zip(components) {
            match component {
                Family::Mixture { components: inner } => {
                    flat.extend(inner.iter().map(|(w, c)| (weight * w, c.clone())));
                }
                single => flat.push((weight, single.clone())),
            }
        }
        Ok(Family::Mixture { components: flat })
    }
}
