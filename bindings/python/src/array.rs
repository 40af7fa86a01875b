//! Arrays of NumPy as what the core reads: numbers where they lie.
//!
//! The one place of `unsafe`: NumPy's memory is seen as a slice. Type, alignment and strides are looked at first, and the
//! array is kept alive as long as it is seen. That another thread writes to it meanwhile cannot be ruled out, no more than
//! NumPy itself can: the numbers that come out are wrong then.

#![allow(unsafe_code)]

use half::{bf16, f16};
use kullback::batch::{Batch, Real};
use numpy::{PyArrayDescrMethods, PyUntypedArray, PyUntypedArrayMethods};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;

use crate::error::raise;
use crate::layout::{Layout, Shape};

/// The type of an array's numbers.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Type {
    F64,
    F32,
    F16,
    Bf16,
}

impl Type {
    /// Of NumPy's number for a type. It has none for bf16, whose 16 bits come as whole numbers.
    fn of(number: i32) -> Option<Self> {
        match number {
            4 => Some(Type::Bf16),
            11 => Some(Type::F32),
            12 => Some(Type::F64),
            23 => Some(Type::F16),
            _ => None,
        }
    }

    fn size(self) -> usize {
        match self {
            Type::F64 => size_of::<f64>(),
            Type::F32 => size_of::<f32>(),
            Type::F16 | Type::Bf16 => size_of::<f16>(),
        }
    }
}

/// An array of numbers that can be read where they lie, of any shape and strides.
pub(crate) struct Numbers<'py> {
    pub(crate) of: Type,
    array: Bound<'py, PyUntypedArray>,
}

impl<'py> Numbers<'py> {
    /// Takes an array as it is, and anything else as `kullback._arrays.as_array` makes it one. The name is that of the
    /// argument, for errors.
    pub(crate) fn new(given: &Bound<'py, PyAny>, name: &str) -> PyResult<Self> {
        if let Ok(array) = given.cast::<PyUntypedArray>()
            && let Some(of) = readable(array)
            && of != Type::Bf16
        {
            let array = array.clone();
            return Ok(Self { of, array });
        }
        static AS_ARRAY: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
        let as_array = AS_ARRAY.import(given.py(), "kullback._arrays", "as_array")?;
        let made = as_array.call1((given, name))?;
        let array = made.cast_into::<PyUntypedArray>()?;
        match readable(&array) {
            Some(of) => Ok(Self { of, array }),
            None => Err(PyTypeError::new_err(format!(
                "{name}: numbers of type {} cannot be read",
                array.dtype()
            ))),
        }
    }

    pub(crate) fn shape(&self) -> &[usize] {
        self.array.shape()
    }

    /// The numbers as rows of a shape that they broadcast to; copied only where their rows lie along three axes or more
    /// that cannot be taken for two.
    pub(crate) fn rows(self, shape: &Shape) -> PyResult<Rows<'py>> {
        let size = self.of.size() as isize;
        let strides: Vec<isize> = (self.array.strides().iter())
            .map(|stride| stride / size)
            .collect();
        if let Some(layout) = shape.layout(self.shape(), &strides) {
            return Ok(Rows {
                numbers: self,
                layout,
            });
        }
        let numpy = self.array.py().import("numpy")?;
        let full = shape.full();
        let repeated = numpy.call_method1("broadcast_to", (&self.array, full))?;
        let array = numpy.call_method1("ascontiguousarray", (repeated,))?;
        Ok(Rows {
            layout: shape.contiguous(),
            numbers: Self {
                of: self.of,
                array: array.cast_into::<PyUntypedArray>()?,
            },
        })
    }

    /// All numbers of an array of one axis.
    pub(crate) fn into_vec(self, name: &str) -> PyResult<Vec<f64>> {
        match self.shape() {
            [0] => return Ok(Vec::new()),
            [_] => {}
            shape => {
                return Err(raise(format!(
                    "{name} has the shape {shape:?}: an array of one axis is expected"
                )));
            }
        }
        let shape = Shape::new(&[(self.shape(), name)], 0)?;
        let rows = self.rows(&shape)?;
        fn wide<T: Real>(batch: Batch<'_, T>) -> Vec<f64> {
            let row = batch.row(0).into_iter().flatten();
            row.map(Real::to_f64).collect()
        }
        Ok(match rows.of() {
            Type::F64 => wide(rows.batch::<f64>()?),
            Type::F32 => wide(rows.batch::<f32>()?),
            Type::F16 => wide(rows.batch::<f16>()?),
            Type::Bf16 => wide(rows.batch::<bf16>()?),
        })
    }
}

/// The type of an array that can be read where it lies.
fn readable(array: &Bound<'_, PyUntypedArray>) -> Option<Type> {
    let dtype = array.dtype();
    let of = Type::of(dtype.num())?;
    let size = of.size() as isize;
    let whole = array.strides().iter().all(|stride| stride % size == 0);
    let native = dtype.is_native_byteorder() == Some(true);
    (native && whole && array.is_aligned()).then_some(of)
}

/// Rows of numbers in an array.
pub(crate) struct Rows<'py> {
    numbers: Numbers<'py>,
    layout: Layout,
}

impl Rows<'_> {
    pub(crate) fn of(&self) -> Type {
        self.numbers.of
    }

    /// As the core's view; `T` must be the type that the numbers have.
    pub(crate) fn batch<T: Real>(&self) -> PyResult<Batch<'_, T>> {
        if size_of::<T>() != self.of().size() {
            return Err(PyTypeError::new_err("an array was read as another type"));
        }
        let (lowest, highest) = self.layout.reach();
        // SAFETY: `readable` has seen that the array's entries are numbers of this size, aligned and a whole number of
        // them apart; any bits are such a number. From `lowest` to `highest` all lies within the array's memory, since
        // both are entries of it, and `self` keeps it alive.
        let data: &[T] = unsafe {
            let array = self.numbers.array.as_array_ptr();
            let first: *const T = (*numpy::npyffi::_PyArray_GET_ITEM_DATA(array))
                .data
                .cast_const()
                .cast();
            std::slice::from_raw_parts(first.offset(lowest), (highest - lowest) as usize + 1)
        };
        let Layout { counts, strides } = self.layout;
        Batch::runs(data, lowest.unsigned_abs(), counts, strides).map_err(raise)
    }
}
