//! `kullback._native`: what the Python package calls.
//!
//! Python has the names, the prose and the types (`python/kullback/`); here arguments become what the core takes, and
//! what it says becomes Python's.

mod array;
mod batch;
mod error;
mod family;
mod layout;
mod line;
mod loss;
mod memory;
mod models;
mod options;
mod pair;
mod watch;

use pyo3::prelude::*;

/// The functions of the engine; see the package `kullback`, which is their only caller.
#[pymodule(gil_used = false)]
mod _native {
    #[pymodule_export]
    use crate::batch::{cross_entropy, entropy, matrix, measure};
    #[pymodule_export]
    use crate::family::{Family, families};
    #[pymodule_export]
    use crate::line::line;
    #[pymodule_export]
    use crate::loss::{loss, penalty};
    #[pymodule_export]
    use crate::models::{Both, Logits, Parameters, logits, models, weights};
    #[pymodule_export]
    use crate::options::{in_nats, registry, unit};
    #[pymodule_export]
    use crate::pair::Pair;
    use pyo3::prelude::*;

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        module.add("__version__", env!("CARGO_PKG_VERSION"))?;
        module.add("Error", module.py().get_type::<crate::error::Error>())
    }
}
