//! Measures of distributions along an axis of arrays.

use half::{bf16, f16};
use kullback::Error;
use numpy::{PyArray1, PyArrayMethods};
use pyo3::prelude::*;

use crate::array::{Numbers, Rows, Type};
use crate::error::raise;
use crate::layout::Shape;
use crate::{family, options};

/// From so many numbers on the interpreter is let go of while they are measured.
pub(crate) const WORTH_LETTING_GO: usize = 4096;

/// Calls with the rows as a batch of their type.
macro_rules! typed {
    ($rows:ident => $call:expr) => {
        match $rows.of() {
            Type::F64 => {
                let $rows = $rows.batch::<f64>()?;
                $call
            }
            Type::F32 => {
                let $rows = $rows.batch::<f32>()?;
                $call
            }
            Type::F16 => {
                let $rows = $rows.batch::<f16>()?;
                $call
            }
            Type::Bf16 => {
                let $rows = $rows.batch::<bf16>()?;
                $call
            }
        }
    };
}

/// One value for each distribution, in some unit, in the arrays' shape without the axis.
fn answer<'py>(
    py: Python<'py>,
    shape: &Shape,
    nats_per_unit: f64,
    measure: impl FnOnce() -> Result<Vec<f64>, Error> + Send,
) -> PyResult<Bound<'py, PyAny>> {
    let cells: usize = shape.full().iter().product();
    let outer = shape.outer();
    // Letting go of the interpreter takes longer than measuring a few numbers.
    let values = if cells < WORTH_LETTING_GO {
        measure()
    } else {
        py.detach(measure)
    };
    let values = values.map_err(|error| raise(placed(error, &outer)))?;
    finish(py, values, outer, nats_per_unit)
}

/// Values in nats as an array in some unit; or as a float, where there is no axis.
fn finish(
    py: Python<'_>,
    mut values: Vec<f64>,
    shape: Vec<usize>,
    nats_per_unit: f64,
) -> PyResult<Bound<'_, PyAny>> {
    values.iter_mut().for_each(|value| *value /= nats_per_unit);
    match values[..] {
        [value] if shape.is_empty() => Ok(value.into_pyobject(py)?.into_any()),
        _ => Ok(PyArray1::from_vec(py, values).reshape(shape)?.into_any()),
    }
}

/// An error of a row, with the place that the row has in the arrays.
fn placed(error: Error, outer: &[usize]) -> String {
    let Error::InRow { row, error } = error else {
        return error.to_string();
    };
    let mut rest = row;
    let mut place = Vec::with_capacity(outer.len());
    for &n in outer.iter().rev() {
        place.push((rest % n).to_string());
        rest /= n;
    }
    place.reverse();
    match &place[..] {
        [] => error.to_string(),
        place => format!("distribution [{}]: {error}", place.join(", ")),
    }
}

fn none<'py>(py: Python<'py>, shape: &Shape) -> PyResult<Bound<'py, PyAny>> {
    let empty = PyArray1::<f64>::from_vec(py, Vec::new());
    Ok(empty.reshape(shape.outer())?.into_any())
}

/// Two arrays as rows of the shape that both broadcast to; `None` where that has no rows.
fn both<'py>(
    p: &Bound<'py, PyAny>,
    q: &Bound<'py, PyAny>,
    axis: isize,
) -> PyResult<(Shape, Option<[Rows<'py>; 2]>)> {
    let (p, q) = (Numbers::new(p, "p")?, Numbers::new(q, "q")?);
    let shape = Shape::new(&[(p.shape(), "p"), (q.shape(), "q")], axis)?;
    let rows = if shape.full().contains(&0) {
        None
    } else {
        Some([p.rows(&shape)?, q.rows(&shape)?])
    };
    Ok((shape, rows))
}

/// A measure of pairs, row by row.
#[pyfunction]
#[pyo3(signature = (name, parameter, p, q, axis, base, normalize))]
pub(crate) fn measure<'py>(
    name: &str,
    parameter: Option<f64>,
    p: &Bound<'py, PyAny>,
    q: &Bound<'py, PyAny>,
    axis: isize,
    base: Option<&Bound<'py, PyAny>>,
    normalize: Option<bool>,
) -> PyResult<Bound<'py, PyAny>> {
    if let Some(answer) = family::measure(name, p, q, base)? {
        return Ok(answer);
    }
    let measure = options::pairs(name, parameter)?;
    let unit = options::nats_per_unit(base)?;
    let policy = options::policy(normalize);
    let (shape, rows) = both(p, q, axis)?;
    let Some([p_rows, q_rows]) = rows else {
        return none(p.py(), &shape);
    };
    typed!(p_rows => typed!(q_rows => {
        answer(p.py(), &shape, unit, || p_rows.row_by_row(&q_rows, measure, policy))
    }))
}

/// Cross-entropy, row by row.
#[pyfunction]
#[pyo3(signature = (p, q, axis, base, normalize))]
pub(crate) fn cross_entropy<'py>(
    p: &Bound<'py, PyAny>,
    q: &Bound<'py, PyAny>,
    axis: isize,
    base: Option<&Bound<'py, PyAny>>,
    normalize: Option<bool>,
) -> PyResult<Bound<'py, PyAny>> {
    if let Some(answer) = family::measure("cross_entropy", p, q, base)? {
        return Ok(answer);
    }
    let unit = options::nats_per_unit(base)?;
    let policy = options::policy(normalize);
    let (shape, rows) = both(p, q, axis)?;
    let Some([p_rows, q_rows]) = rows else {
        return none(p.py(), &shape);
    };
    typed!(p_rows => typed!(q_rows => {
        answer(p.py(), &shape, unit, || p_rows.cross_entropy(&q_rows, policy))
    }))
}

/// Entropy of each row.
#[pyfunction]
#[pyo3(signature = (p, axis, base, normalize))]
pub(crate) fn entropy<'py>(
    p: &Bound<'py, PyAny>,
    axis: isize,
    base: Option<&Bound<'py, PyAny>>,
    normalize: Option<bool>,
) -> PyResult<Bound<'py, PyAny>> {
    if let Some(answer) = family::measure("entropy", p, p, base)? {
        return Ok(answer);
    }
    let unit = options::nats_per_unit(base)?;
    let policy = options::policy(normalize);
    let numbers = Numbers::new(p, "p")?;
    let shape = Shape::new(&[(numbers.shape(), "p")], axis)?;
    if shape.full().contains(&0) {
        return none(p.py(), &shape);
    }
    let rows = numbers.rows(&shape)?;
    typed!(rows => answer(p.py(), &shape, unit, || rows.entropy(policy)))
}

/// A measure of each row of P and each row of Q, or of P and P where there is no Q.
#[pyfunction]
#[pyo3(signature = (name, p, q, base, normalize))]
pub(crate) fn matrix<'py>(
    name: &str,
    p: &Bound<'py, PyAny>,
    q: Option<&Bound<'py, PyAny>>,
    base: Option<&Bound<'py, PyAny>>,
    normalize: Option<bool>,
) -> PyResult<Bound<'py, PyAny>> {
    let measure = options::pairs(name, None)?;
    let unit = if measure.info().in_nats {
        options::nats_per_unit(base)?
    } else {
        1.0
    };
    let policy = options::policy(normalize);
    let py = p.py();
    let table = |given: &Bound<'py, PyAny>, name| {
        let numbers = Numbers::new(given, name)?;
        match numbers.shape() {
            &[rows, support] if rows > 0 && support > 0 => {
                let shape = Shape::new(&[(numbers.shape(), name)], 1)?;
                Ok((rows, numbers.rows(&shape)?))
            }
            shape => Err(raise(format!(
                "{name} has the shape {shape:?}: rows of distributions are expected, (rows, outcomes)"
            ))),
        }
    };
    let (n, p_rows) = table(p, "p")?;
    let Some(q) = q else {
        let values = typed!(p_rows => py.detach(|| p_rows.pairwise(measure, policy)));
        return finish(py, values.map_err(raise)?, vec![n, n], unit);
    };
    let (m, q_rows) = table(q, "q")?;
    let values = typed!(p_rows => typed!(q_rows => {
        py.detach(|| p_rows.matrix(&q_rows, measure, policy))
    }));
    finish(py, values.map_err(raise)?, vec![n, m], unit)
}
