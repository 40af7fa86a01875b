//! kullback: how far is distribution Q from distribution P?
pub mod summary;
