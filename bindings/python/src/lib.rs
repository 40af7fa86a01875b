//! `kullback._native`: what the Python package calls.
//!
//! Python has the names, the prose and the types (`python/kullback/`); here arguments become what the core takes, and
//! what it says becomes Python's.

mod array;
mod batch;
mod error;
mod estimate;
mod family;
mod layout;
mod line;
mod logits;
mod loss;
mod memory;
mod options;
mod pair;
mod report;
mod table;
mod watch;
mod weights;

use pyo3::prelude::*;

/// The functions of the engine; see the package `kullback`, which is their only caller.
#[pymodule(gil_used = false)]
mod _native {
    #[pymodule_export]
    use crate::batch::{cross_entropy, entropy, matrix, measure};
    #[pymodule_export]
    use crate::estimate::{
        entropy_estimators, entropy_of_counts, entropy_of_points, kl_of_points, mmd,
        mutual_information_of_counts, mutual_information_of_points,
    };
    #[pymodule_export]
    use crate::family::{Family, families};
    #[pymodule_export]
    use crate::line::line;
    #[pymodule_export]
    use crate::logits::{Logits, logits};
    #[pymodule_export]
    use crate::loss::{loss, penalty};
    #[pymodule_export]
    use crate::options::{in_nats, registry, unit};
    #[pymodule_export]
    use crate::pair::Pair;
    #[pymodule_export]
    use crate::report::{Report, compare};
    #[pymodule_export]
    use crate::table::{Table, profile};
    #[pymodule_export]
    use crate::weights::{Both, Parameters, models, weights};
    use pyo3::prelude::*;

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        module.add("__version__", env!("CARGO_PKG_VERSION"))?;
        module.add("Error", module.py().get_type::<crate::error::Error>())
    }
}
