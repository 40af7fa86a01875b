//! Small models, written as they are needed.

use std::path::{Path, PathBuf};

use kullback_model::{Error, Weights, WeightsComparison};

/// A tensor to be written: name, dtype, shape, bytes.
pub(crate) type Tensor<'a> = (&'a str, &'a str, &'a [u64], Vec<u8>);

/// An F32 tensor of one dimension.
pub(crate) fn f32s<'a>(name: &'a str, shape: &'a [u64], values: &[f32]) -> Tensor<'a> {
    let bytes = values.iter().flat_map(|x| x.to_le_bytes()).collect();
    (name, "F32", shape, bytes)
}

/// The bytes of a `.safetensors` file.
pub(crate) fn safetensors(tensors: &[Tensor<'_>]) -> Vec<u8> {
    let (mut header, mut data) = (Vec::new(), Vec::new());
    for (name, dtype, shape, bytes) in tensors {
        let (begin, end) = (data.len(), data.len() + bytes.len());
        header.push(format!(
            r#""{name}":{{"dtype":"{dtype}","shape":{shape:?},"data_offsets":[{begin},{end}]}}"#
        ));
        data.extend_from_slice(bytes);
    }
    let header = format!("{{{}}}", header.join(","));
    let length = (header.len() as u64).to_le_bytes();
    [&length, header.as_bytes(), &data].concat()
}

/// A directory that goes with the test.
pub(crate) struct Dir(tempfile::TempDir);

impl Dir {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, bytes).unwrap();
        path
    }

    /// What two models of these tensors differ by.
    pub(crate) fn compare(
        &self,
        a: &[Tensor<'_>],
        b: &[Tensor<'_>],
    ) -> Result<WeightsComparison, Error> {
        let a = self.write("a.safetensors", safetensors(a));
        let b = self.write("b.safetensors", safetensors(b));
        compare(&a, &b)
    }

    /// An error without the directory's own path.
    pub(crate) fn message(&self, error: &Error) -> String {
        let here = format!("{}/", self.0.path().display());
        error.to_string().replace(&here, "")
    }
}

pub(crate) fn compare(a: &Path, b: &Path) -> Result<WeightsComparison, Error> {
    WeightsComparison::new(&Weights::open(a)?, &Weights::open(b)?, &Default::default())
}

/// Numbers from a seed, for tests that want many (Steele, Lea & Flood 2014, `SplitMix64`).
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let x = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let x = (x ^ x >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        x ^ x >> 31
    }

    pub(crate) fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    /// From −1 to 1.
    pub(crate) fn value(&mut self) -> f32 {
        (self.next() >> 40) as f32 / (1u64 << 23) as f32 - 1.0
    }
}
