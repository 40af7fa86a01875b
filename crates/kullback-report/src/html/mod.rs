//! Reports as HTML pages of one file.
//!
//! [`Markup`](markup::Markup) is what everything is written with: it escapes by type. `page` is what
//! all pages have; `tables` is a comparison of two tables, made of `findings`, `strip`, `column`, `plot`,
//! `list` and `joint`; `models` is a comparison of two models, `curves` a training.

mod column;
mod curves;
mod findings;
mod joint;
mod list;
mod markup;
mod models;
mod page;
mod plot;
mod scale;
mod strip;
mod tables;

pub use curves::{HeldStep, TrainingStep, curves_html};
pub use models::models_html;
pub use tables::html;
