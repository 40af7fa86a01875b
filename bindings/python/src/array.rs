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

    /// All numbers in NumPy's own order; copied only where they do not lie so.
    pub(crate) fn in_order(self) -> PyResult<InOrder<'py>> {
        if self.array.is_c_contiguous() {
            return Ok(InOrder { numbers: self });
        }
        let numpy = self.array.py().import("numpy")?;
        let array = numpy.call_method1("ascontiguousarray", (&self.array,))?;
        let array = array.cast_into::<PyUntypedArray>()?;
        Ok(InOrder {
            numbers: Self { of: self.of, array },
        })
    }

    fn check<T: Real>(&self) -> PyResult<()> {
        if size_of::<T>() == self.of.size() {
            return Ok(());
        }
        Err(PyTypeError::new_err("an array was read as another type"))
    }

    /// The numbers in memory from the `lowest` to the `highest` of them, counted from the first.
    ///
    /// # Safety
    /// Both, and so all between them, must lie within the array's memory; and `T` must be the type that the numbers have.
    unsafe fn seen<T: Real>(&self, lowest: isize, highest: isize) -> &[T] {
        // SAFETY: `readable` has seen that the array's entries are numbers of this size, aligned and a whole number of
        // them apart; any bits are such a number. `self` keeps the memory alive.
        unsafe {
            let array = self.array.as_array_ptr();
            let first: *const T = (*numpy::npyffi::_PyArray_GET_ITEM_DATA(array))
                .data
                .cast_const()
                .cast();
            std::slice::from_raw_parts(first.offset(lowest), (highest - lowest) as usize + 1)
        }
    }

    /// All numbers of an array of one axis.
    pub(crate) fn into_vec(self, name: &str) -> PyResult<Vec<f64>> {
        match self.shape() {
            [0] => Ok(Vec::new()),
            [_] => Ok(self.into_rows(name)?.into_iter().flatten().collect()),
            shape => Err(raise(format!(
                "{name} has the shape {shape:?}: an array of one axis is expected"
            ))),
        }
    }

    /// All numbers of an array of two axes, row by row; one axis is taken for rows of one number each.
    pub(crate) fn into_rows(self, name: &str) -> PyResult<Vec<Vec<f64>>> {
        fn wide<T: Real>(batch: Batch<'_, T>) -> Vec<Vec<f64>> {
            let row = |number| {
                batch
                    .row(number)
                    .into_iter()
                    .flatten()
                    .map(Real::to_f64)
                    .collect()
            };
            (0..batch.rows()).map(row).collect()
        }
        let one_axis = match self.shape() {
            [_] => true,
            [_, _] => false,
            shape => {
                return Err(raise(format!(
                    "{name} has the shape {shape:?}: rows are expected, (rows, columns)"
                )));
            }
        };
        if self.shape().contains(&0) {
            return Ok(Vec::new());
        }
        let shape = Shape::new(&[(self.shape(), name)], -1)?;
        let rows = self.rows(&shape)?;
        let rows = match rows.of() {
            Type::F64 => wide(rows.batch::<f64>()?),
            Type::F32 => wide(rows.batch::<f32>()?),
            Type::F16 => wide(rows.batch::<f16>()?),
            Type::Bf16 => wide(rows.batch::<bf16>()?),
        };
        Ok(if one_axis {
            rows.into_iter()
                .flatten()
                .map(|number| vec![number])
                .collect()
        } else {
            rows
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
        self.numbers.check::<T>()?;
        let (lowest, highest) = self.layout.reach();
        // SAFETY: both are entries of the array.
        let data = unsafe { self.numbers.seen(lowest, highest) };
        let Layout { counts, strides } = self.layout;
        Batch::runs(data, lowest.unsigned_abs(), counts, strides).map_err(raise)
    }
}

/// Numbers in NumPy's own order, one after the other.
pub(crate) struct InOrder<'py> {
    numbers: Numbers<'py>,
}

impl InOrder<'_> {
    pub(crate) fn of(&self) -> Type {
        self.numbers.of
    }

    pub(crate) fn shape(&self) -> &[usize] {
        self.numbers.shape()
    }

    /// As they lie; `T` must be the type that the numbers have.
    pub(crate) fn slice<T: Real>(&self) -> PyResult<&[T]> {
        self.numbers.check::<T>()?;
        match self.numbers.array.len() {
            0 => Ok(&[]),
            // SAFETY: so many entries lie one after the other.
            n => Ok(unsafe { self.numbers.seen(0, n as isize - 1) }),
        }
    }

    /// As another type, which the numbers must fit: each as `convert` makes it one.
    pub(crate) fn map<T>(&self, convert: impl Fn(f64) -> T) -> PyResult<Vec<T>> {
        fn of<R: Real, T>(numbers: &[R], convert: impl Fn(f64) -> T) -> Vec<T> {
            numbers.iter().map(|x| convert(x.to_f64())).collect()
        }
        Ok(match self.of() {
            Type::F64 => of(self.slice::<f64>()?, convert),
            Type::F32 => of(self.slice::<f32>()?, convert),
            Type::F16 => of(self.slice::<f16>()?, convert),
            Type::Bf16 => of(self.slice::<bf16>()?, convert),
        })
    }
}
