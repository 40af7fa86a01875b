//! Measures of two samples of numbers along the line that they lie on.

use kullback::Line;
use pyo3::prelude::*;

use crate::array::Numbers;
use crate::error::raise;
use crate::options;

/// A measure of lines, of two samples with weights or without.
#[pyfunction]
#[pyo3(signature = (name, parameter, p, q, p_weights, q_weights))]
pub(crate) fn line(
    name: &str,
    parameter: Option<f64>,
    p: &Bound<'_, PyAny>,
    q: &Bound<'_, PyAny>,
    p_weights: Option<&Bound<'_, PyAny>>,
    q_weights: Option<&Bound<'_, PyAny>>,
) -> PyResult<f64> {
    let measure = options::measure(name, parameter)?
        .on_lines()
        .map_err(raise)?;
    let list = |given: &Bound<'_, PyAny>, name| Numbers::new(given, name)?.into_vec(name);
    let (p_values, q_values) = (list(p, "p")?, list(q, "q")?);
    let weights = |given: Option<&Bound<'_, PyAny>>, name, n| match given {
        Some(given) => list(given, name),
        None => Ok(vec![1.0; n]),
    };
    let line = if p_weights.is_none() && q_weights.is_none() {
        p.py().detach(|| Line::from_samples(&p_values, &q_values))
    } else {
        let p_weights = weights(p_weights, "p_weights", p_values.len())?;
        let q_weights = weights(q_weights, "q_weights", q_values.len())?;
        let (p_side, q_side) = ([&p_values[..], &p_weights], [&q_values[..], &q_weights]);
        p.py()
            .detach(|| Line::from_weighted_samples(p_side, q_side))
    };
    let line = line.map_err(raise)?;
    Ok(p.py().detach(|| measure.value(&line)))
}
