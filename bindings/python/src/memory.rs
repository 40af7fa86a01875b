//! Arrays as the engine keeps them: bytes that any thread may look at.
//!
//! `unsafe` for the reason that `array.rs` gives, and with the same limit.

#![allow(unsafe_code)]

use kullback_model::{Dtype, MemoryTensor};
use numpy::{PyArray1, PyReadonlyArray1};
use pyo3::prelude::*;

use crate::error::{raise, raise_job};

/// The bytes of an array, which is kept alive as long as they are looked at.
pub(crate) struct Memory {
    first: *const u8,
    len: usize,
    _array: Py<PyArray1<u8>>,
}

// SAFETY: the bytes are only read, and the array is only let go of, which any thread may do.
unsafe impl Send for Memory {}
// SAFETY: as above.
unsafe impl Sync for Memory {}

impl Memory {
    /// Of an array whose bytes lie one after the other.
    pub(crate) fn new(array: PyReadonlyArray1<'_, u8>) -> PyResult<Self> {
        let bytes = array.as_slice()?;
        Ok(Self {
            first: bytes.as_ptr(),
            len: bytes.len(),
            _array: (*array).clone().unbind(),
        })
    }
}

impl AsRef<[u8]> for Memory {
    fn as_ref(&self) -> &[u8] {
        // SAFETY: so many bytes lie there, as `as_slice` has seen, and the array keeps them.
        unsafe { std::slice::from_raw_parts(self.first, self.len) }
    }
}

/// An array as `kullback._tensors` gives it: name, type, shape, bytes.
pub(crate) type Given<'py> = (String, String, Vec<u64>, PyReadonlyArray1<'py, u8>);

/// As the engine takes it.
pub(crate) fn tensor((name, dtype, shape, bytes): Given<'_>) -> PyResult<MemoryTensor> {
    let dtype: Dtype = dtype.parse().map_err(raise)?;
    MemoryTensor::new(name, dtype, shape, Memory::new(bytes)?).map_err(raise_model)
}

pub(crate) fn raise_model(error: kullback_model::Error) -> PyErr {
    raise_job(&error.into())
}
