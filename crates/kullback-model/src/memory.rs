//! Tensors in memory.

use crate::tensor::size;
use crate::{Bytes, Dtype, Error, Tensor};

/// A tensor that lies in memory, of a model that is running: its name, format, shape and bytes,
/// which are seen where they lie.
///
/// [`Weights::of_tensors`](crate::Weights::of_tensors) makes a model of several,
/// [`Source::of_tensor`](crate::logits::Source::of_tensor) rows of one.
#[derive(Debug)]
pub struct MemoryTensor {
    pub(crate) tensor: Tensor,
    pub(crate) bytes: Bytes,
}

impl MemoryTensor {
    /// A tensor of these little-endian bytes, the last dimension of which varies fastest.
    ///
    /// # Errors
    /// When there are not as many bytes as format and shape need.
    ///
    /// ```
    /// use kullback_model::{Dtype, MemoryTensor};
    ///
    /// assert!(MemoryTensor::new("w", Dtype::Bf16, vec![2], vec![0x80, 0x3f, 0, 0x40]).is_ok());
    /// let error = MemoryTensor::new("w", Dtype::Bf16, vec![3], vec![0; 4]).unwrap_err();
    /// assert_eq!(error.to_string(), "tensor `w`: has 4 bytes, and BF16 [3] needs 6");
    /// ```
    pub fn new(
        name: impl Into<String>,
        dtype: Dtype,
        shape: Vec<u64>,
        memory: impl AsRef<[u8]> + Send + Sync + 'static,
    ) -> Result<Self, Error> {
        let name = name.into();
        let bytes = Bytes::in_memory(name.clone(), memory);
        let needed = size(dtype, &shape);
        if needed != Some(bytes.len()) {
            let needs = needed.map_or("more than there can be".to_owned(), |n| n.to_string());
            return Err(Error::new(format!(
                "has {} bytes, and {dtype} {shape:?} needs {needs}",
                bytes.len()
            ))
            .at(format!("tensor `{name}`")));
        }
        let tensor = Tensor {
            name,
            dtype,
            shape,
            offset: 0,
            bytes: bytes.len(),
        };
        Ok(Self { tensor, bytes })
    }
}
