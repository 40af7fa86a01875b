//! Families of distributions, and their divergences.

use kullback::family::{self, Divergence, Multivariate, Sampling, Uncertainty};
use numpy::PyUntypedArray;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyDict, PyList};

use crate::error::raise;
use crate::options;

/// A member of a family of distributions, as `Normal(0, 1)`.
///
/// Made by the functions of `kullback.families`, or from text.
///
/// Parameters
/// ----------
/// text : str
///     A name with its parameters, in parentheses; those of families of several variables are vectors and matrices.
///
/// Raises
/// ------
/// kullback.Error
///     If there is no such family, with the nearest name, or a parameter lies outside of its range.
///
/// Examples
/// --------
/// >>> from kullback import Family, kl
/// >>> p = Family("mixture(0.3*normal(0, 1) + 0.7*normal(4, 1))")
/// >>> kl(p, Family("normal(2.8, 2)")).method
/// 'quadrature'
/// >>> round(kl(Family("mvn([0, 0], [[1, 0], [0, 1]])"), Family("mvn([1, 0], [[1, 0], [0, 2]])")), 6)
/// 0.596574
#[pyclass(frozen, eq, module = "kullback")]
#[derive(PartialEq)]
pub(crate) struct Family(Of);

#[derive(PartialEq)]
enum Of {
    One(family::Family),
    Several(Multivariate),
}

#[pymethods]
impl Family {
    #[new]
    fn new(text: &str) -> PyResult<Self> {
        match text.parse() {
            Ok(one) => Ok(Self(Of::One(one))),
            Err(family::Error::SeveralVariables { .. }) => {
                text.parse().map(|several| Self(Of::Several(several)))
            }
            Err(error) => match text.parse() {
                // A mixture of families of several variables is told by its components.
                Ok(several) => Ok(Self(Of::Several(several))),
                Err(_) => Err(error),
            },
        }
        .map_err(raise)
    }

    fn __str__(&self) -> String {
        match &self.0 {
            Of::One(one) => one.to_string(),
            Of::Several(several) => several.to_string(),
        }
    }

    fn __repr__(&self) -> String {
        format!("Family('{}')", self.__str__())
    }

    fn __getnewargs__(&self) -> (String,) {
        (self.__str__(),)
    }
}

/// What can be asked of families: each a name that arrays know too.
fn measured(name: &str, p: &Family, q: &Family) -> PyResult<Divergence> {
    let sampling = Sampling::default();
    let found = match (&p.0, &q.0) {
        (Of::One(p), Of::One(q)) => match name {
            "kl" => family::kl_divergence(p, q),
            "reverse_kl" => family::kl_divergence(q, p),
            "js" => family::js_divergence(p, q),
            "entropy" => family::entropy(p),
            "cross_entropy" => family::cross_entropy(p, q),
            _ => return Err(not_of_families(name)),
        },
        (Of::Several(p), Of::Several(q)) => match name {
            "kl" => p.kl_divergence(q, sampling),
            "reverse_kl" => q.kl_divergence(p, sampling),
            "js" => p.js_divergence(q, sampling),
            "entropy" => Ok(p.entropy(sampling)),
            "cross_entropy" => p.cross_entropy(q, sampling),
            _ => return Err(not_of_families(name)),
        }
        .map_err(raise)?,
        _ => {
            return Err(raise(format!(
                "{} and {} are not over the same variables: one has one, the other several",
                p.__str__(),
                q.__str__()
            )));
        }
    };
    Ok(found)
}

fn not_of_families(name: &str) -> PyErr {
    PyTypeError::new_err(format!(
        "{name} is not known of families: kl, reverse_kl, js, entropy and cross_entropy are"
    ))
}

/// The family that is meant: one of ours, or a frozen distribution of SciPy. `None` for what is an array.
fn meant<'py>(given: &Bound<'py, PyAny>) -> PyResult<Option<Bound<'py, Family>>> {
    if let Ok(family) = given.cast::<Family>() {
        return Ok(Some(family.clone()));
    }
    if given.cast::<PyUntypedArray>().is_ok() {
        return Ok(None);
    }
    let kind = given.get_type();
    if !kind.name()?.to_str()?.ends_with("_frozen") {
        return Ok(None);
    }
    static FROM_SCIPY: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    let from_scipy = FROM_SCIPY.import(given.py(), "kullback._scipy", "from_scipy")?;
    Ok(Some(from_scipy.call1((given,))?.cast_into::<Family>()?))
}

/// A measure of two families as an `Estimate`; `None` where arrays are given.
pub(crate) fn measure<'py>(
    name: &str,
    p: &Bound<'py, PyAny>,
    q: &Bound<'py, PyAny>,
    base: Option<&Bound<'py, PyAny>>,
) -> PyResult<Option<Bound<'py, PyAny>>> {
    let (p_family, q_family) = match (meant(p)?, meant(q)?) {
        (None, None) => return Ok(None),
        (Some(p), Some(q)) => (p, q),
        (p, _) => {
            let (family, other) = if p.is_some() { ("p", "q") } else { ("q", "p") };
            return Err(PyTypeError::new_err(format!(
                "{family} is a family of distributions and {other} is none"
            )));
        }
    };
    let py = p.py();
    let (p, q) = (p_family.get(), q_family.get());
    let unit = options::nats_per_unit(base)?;
    let found = py.detach(|| measured(name, p, q))?;
    let details = PyDict::new(py);
    details.set_item("name", name)?;
    details.set_item("unit", options::unit_name(base)?)?;
    details.set_item("method", found.method.to_string())?;
    match found.uncertainty {
        Uncertainty::Bound(bound) => details.set_item("error_bound", bound / unit)?,
        Uncertainty::StandardError { error, .. } => {
            details.set_item("standard_error", error / unit)?
        }
        _ => {}
    }
    options::estimate(py, found.value / unit, &details).map(Some)
}

/// The families of one variable, one dict for each: what the functions of `kullback.families` are generated from.
#[pyfunction]
pub(crate) fn families(py: Python<'_>) -> PyResult<Bound<'_, PyList>> {
    let list = PyList::empty(py);
    for info in family::families() {
        let entry = PyDict::new(py);
        entry.set_item("name", info.name)?;
        entry.set_item("signature", info.signature)?;
        entry.set_item("about", info.about)?;
        entry.set_item("parameters", info.parameters)?;
        entry.set_item("example", info.example)?;
        list.append(entry)?;
    }
    Ok(list)
}
