//! How far is distribution Q from distribution P?
//!
//! The Kullback–Leibler divergence answers in units of information. For distributions over the
//! same discrete outcomes it is
//!
//! ```text
//! D(P‖Q) = Σ p ln(p/q)
//! ```
//!
//! and an integral of the same form where P and Q are continuous. P is what is true or trusted, Q
//! is what stands in for it, and D(P‖Q) is the price of the substitution: the information lost,
//! on average, with each draw from P that is described by Q.
//!
//! ```
//! let p = [0.5, 0.25, 0.25];
//! let q = [0.4, 0.4, 0.2];
//! let nats = kullback::kl_divergence(&p, &q)?;
//! assert!((nats - 0.049_857).abs() < 1e-6);
//! # Ok::<(), kullback::Error>(())
//! ```
//!
//! # What every user of KL should know
//!
//! **It is a difference of two entropies**, D(P‖Q) = H(P,Q) − H(P). The entropy H(P) is the least
//! average surprise with which draws from P can be met; the cross-entropy H(P,Q) is the surprise
//! of one who believes in Q. Minimising cross-entropy over Q is therefore minimising KL, as long
//! as P stays fixed.
//!
//! ```
//! # let (p, q) = ([0.5, 0.25, 0.25], [0.4, 0.4, 0.2]);
//! let difference = kullback::cross_entropy(&p, &q)? - kullback::entropy(&p)?;
//! assert!((kullback::kl_divergence(&p, &q)? - difference).abs() < 1e-15);
//! # Ok::<(), kullback::Error>(())
//! ```
//!
//! **It is never negative, and 0 exactly where P = Q** (Gibbs' inequality).
//!
//! **It is not a metric.** D(P‖Q) and D(Q‖P) differ, and a detour can be shorter than the direct
//! way. Where a metric is needed, take the Jensen–Shannon *distance*, total variation or Hellinger.
//!
//! ```
//! # use kullback::kl_divergence as kl;
//! let [a, b, c] = [[0.4, 0.6], [0.5, 0.5], [0.6, 0.4]];
//! assert!(kl(&a, &b)? + kl(&b, &c)? < kl(&a, &c)?); // no triangle inequality
//!
//! let d = [0.25, 0.75];
//! assert!(kl(&b, &d)? > 1.09 * kl(&d, &b)?); // no symmetry
//! # Ok::<(), kullback::Error>(())
//! ```
//!
//! **It is infinite where P has an outcome that Q lacks.** Q calls impossible what happens. This
//! is a finding, and nothing here hides it behind a small constant: see which outcomes are to
//! blame with [`Measure::contributions`], or take a bounded measure such as [`Measure::JS`].
//!
//! ```
//! use kullback::Measure;
//!
//! let pair = kullback::from_counts(&[90, 9, 1], &[80, 20, 0])?;
//! assert_eq!(pair.kl_divergence(), f64::INFINITY);
//! assert_eq!(Measure::KL.contributions(&pair)[2], f64::INFINITY);
//! assert!(pair.js_divergence() < std::f64::consts::LN_2);
//! # Ok::<(), kullback::Error>(())
//! ```
//!
//! **It is the one that survives the limit.** For densities D(P‖Q) = ∫ p ln(p/q) dx is the limit, and
//! the supremum, of the divergences over ever finer bins (Gelfand, Yaglom & Perez 1959). Entropies
//! have no such limit: those of bins grow without end.
//!
//! The [`cookbook`] has a recipe for each kind of data, a guide to the measures, and these and more
//! identities as code that runs.
//!
//! # How the crate is laid out
//!
//! - A [`Pair`] holds two distributions on one support, as [`Cell`]s (p, q, ln p/q). Building it
//!   is the only step that fails: see [`Error`]. What to do about sums other than 1 is a named
//!   policy, [`Normalisation`].
//! - A [`Line`] is a pair whose outcomes are points, or two samples of numbers.
//! - A [`Measure`] is an entry of the registry [`MEASURES`]. It reads pairs, or, as
//!   `Measure<Line>`, lines: Wasserstein, Kolmogorov–Smirnov. It gives a value, the contribution of
//!   each cell or point, and a gradient; its [`Laws`] say whether it is symmetric, a metric,
//!   bounded. [`AnyMeasure`] is one whose name comes with the data.
//! - [`entropy`](mod@entropy) has entropy and cross-entropy, [`js_divergence_of`] Jensen–Shannon
//!   for any number of weighted distributions.
//! - [`inference`] says what two samples tell of a divergence: estimate, confidence interval, null
//!   band, test, verdict, and where it comes from.
//! - [`joint`] has tables of several variables: joint and conditional entropies, mutual
//!   information, the chain rule.
//! - [`batch`] measures many distributions at once: rows of f64, f32, f16 or bf16, pairwise matrices.
//! - [`logits`] compares two rows of logits, [`vector`] has eˣ and ln x of slices.
//! - [`summary`] turns columns of data into mergeable counts, and [`compare`] lays two of them on
//!   one support.
//! - [`scores`] has what many rows of two models' predictions come to: means with errors that know
//!   of chunks, quantiles, perplexities.
//! - [`loss`] has losses to train by: value and gradient by the logits of KL, cross-entropy and their
//!   kin, for batches.
//! - [`parameters`] has what L1 and L2 see: the difference of two lists of parameters.
//! - Everything is in nats; [`Unit`] converts what is shown.
//!
//! # Accuracy
//!
//! Divergences of nearly equal distributions are as exact as any others. Two distributions that
//! agree to 14 digits are some 10⁻²⁹ nats apart, and that number is right to 13 digits: it is a
//! sum of non-negative terms, each computed from ln(p/q) without cancellation. Written as
//! Σ p ln(p/q) or as a difference of entropies it would drown in rounding at 10⁻¹⁶.
//!
//! ```
//! let (p, by) = ([0.5, 0.5], 1e-9);
//! let kl = kullback::kl_divergence(&p, &[0.5 + by, 0.5 - by])?;
//! assert!((kl / (2.0 * by * by) - 1.0).abs() < 1e-6);
//! # Ok::<(), kullback::Error>(())
//! ```
//!
//! Values are held to a committed table of 100-digit references, and each declared law is run on
//! random inputs by the test suite.

pub mod batch;
pub mod compare;
#[doc = include_str!("../docs/cookbook.md")]
pub mod cookbook {}
pub mod entropy;
mod error;
pub mod estimate;
pub mod family;
mod front;
pub mod inference;
pub mod joint;
mod kernel;
mod line;
pub mod logits;
pub mod loss;
mod measure;
mod nearest;
mod numeric;
mod pair;
pub mod parameters;
mod progress;
mod random;
mod ratio;
mod samples;
pub mod scores;
pub mod summary;
mod unit;
pub mod vector;

pub use error::{Error, Side};
pub use front::{
    cross_entropy, entropy, from_counts, from_logits, from_samples, js_distance, js_divergence,
    kl_divergence, total_variation,
};
pub use line::Line;
pub use measure::{
    AnyMeasure, Info, Laws, MEASURES, Measure, Parameter, js_contributions_of, js_divergence_of,
    js_gradients_of,
};
pub use pair::{Cell, Normalisation, Pair, STRICT_TOLERANCE};
pub use progress::{Progress, Stopped};
pub use unit::Unit;

/// Runs the Rust block of COMPARE.md as a test.
#[cfg(doctest)]
#[doc = include_str!("../../../COMPARE.md")]
struct Compare;
