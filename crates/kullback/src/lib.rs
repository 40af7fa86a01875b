//! kullback: how far is distribution Q from distribution P?
pub mod compare;
pub mod entropy;
mod error;
mod front;
mod measure;
mod nearest;
mod numeric;
mod pair;
mod ratio;
pub mod summary;
mod unit;

pub use error::{Error, Side};
pub use front::{
    cross_entropy, entropy, js_distance, js_divergence, kl_divergence, total_variation,
};
pub use measure::{Info, Laws, MEASURES, Measure, Parameter, js_divergence_of};
pub use pair::{Cell, Normalisation, Pair, STRICT_TOLERANCE};
pub use unit::Unit;
