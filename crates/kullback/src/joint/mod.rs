//! Joint distributions of several variables, as tables: what they share, and what one leaves open
//! about another.
//!
//! A [`Joint`] is an n-dimensional table of probabilities, weights or counts. Its axes are the
//! variables, numbered from 0, and each function takes groups of axes, so that (X, Y) against Z is
//! asked in the same way as X against Y.
//!
//! | quantity | function | formula |
//! |---|---|---|
//! | joint entropy | [`Joint::entropy`] | H(X,Y,…) = −Σ p ln p |
//! | marginal entropy | [`Joint::marginal_entropy`] | H(X) |
//! | conditional entropy | [`Joint::conditional_entropy`] | H(Y\|X) = H(X,Y) − H(X) |
//! | mutual information | [`Joint::mutual_information`] | I(X;Y) = D(P_XY‖P_X·P_Y) |
//! | conditional mutual information | [`Joint::conditional_mutual_information`] | I(X;Y\|Z) |
//! | total correlation | [`Joint::total_correlation`] | D(P_XYZ…‖P_X·P_Y·P_Z·…) |
//! | divergence of two tables | [`Joint::pair`], then any [`Measure`](crate::Measure) | D(P_XY‖Q_XY) |
//! | conditional divergence | [`Joint::conditional_kl`] | D(P_Y\|X‖Q_Y\|X), the chain rule's second part |
//!
//! Two samples of many columns are compared pair by pair: [`PairCounts`] counts them in one pass over
//! the rows, [`JointDrift`] and [`conditional_drift`] say what drifted in their dependence, and
//! [`TwoTables`] is one pair.
//!
//! Everything is in nats and, within one table, computed as a sum of terms that are ≥ 0, each from a
//! ratio of probabilities held in twice the working precision. None is a difference of entropies, so
//! that a mutual information of 10⁻²⁰ nats is right to as many digits as one of 1. The formulas above
//! that read as differences are tested as laws.
//!
//! ```
//! use kullback::joint::Joint;
//!
//! // Smoker or not, by ill or not.
//! let table = Joint::from_counts(&[2, 2], &[30, 70, 10, 90])?;
//! let information = table.mutual_information(&[0], &[1])?;
//! let known = table.marginal_entropy(&[1])? - table.conditional_entropy(&[1], &[0])?;
//! assert!((information - known).abs() < 1e-15);
//! # Ok::<(), kullback::Error>(())
//! ```
//!
//! Sources: Shannon 1948 (entropies, mutual information); McGill 1954 (of three variables);
//! Watanabe 1960 (total correlation); Cover & Thomas 2006, ch. 2 (the chain rules). Those of drift
//! stand with [`Dependence`] and [`Tree`].

mod dependence;
mod divergence;
mod drift;
mod fit;
mod information;
mod pairs;
mod table;
mod tree;
mod two_tables;

pub use dependence::{Dependence, TooSparse};
pub use drift::{ConditionalDrift, ConditionalTest, JointDrift, PairDrift, conditional_drift};
pub use pairs::PairCounts;
pub use table::Joint;
pub use tree::{Edge, Tree};
pub use two_tables::{Estimate, PRIOR_ROWS, Test, TwoTables};
