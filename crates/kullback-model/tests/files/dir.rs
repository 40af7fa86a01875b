//! Files for a test.

use std::path::PathBuf;

use kullback_model::Error;
use kullback_model::logits::{Comparison, Options, Reading, Source, compare};

/// A directory that goes with the test.
pub(crate) struct Dir(tempfile::TempDir);

impl Dir {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub(crate) fn write(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.0.path().join(name);
        // Some file systems write a file out that takes the place of another of its name.
        let _ = std::fs::remove_file(&path);
        std::fs::write(&path, bytes).unwrap();
        path
    }

    /// An error's text without the directory.
    pub(crate) fn text(&self, error: &Error) -> String {
        let directory = format!("{}/", self.0.path().display());
        error.to_string().replace(&directory, "")
    }

    /// Opens and compares two files of the directory.
    pub(crate) fn compare(
        &self,
        base: &str,
        candidate: &str,
        reading: &Reading,
        options: &Options,
    ) -> Result<Comparison, String> {
        let open = |name: &str| Source::open(self.0.path().join(name), reading);
        let compared = open(base)
            .and_then(|base| compare(&base, &open(candidate)?, options, &Default::default()));
        compared.map_err(|error| self.text(&error))
    }
}

/// Seeded numbers below `n`.
pub(crate) fn random(seed: u64) -> impl FnMut(usize) -> usize {
    let mut state = seed;
    move |n| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % n
    }
}

/// A `.npy` file.
pub(crate) fn array_of(
    descr: &str,
    shape: &str,
    data: impl IntoIterator<Item = impl IntoIterator<Item = u8>>,
) -> Vec<u8> {
    let header = format!("{{'descr': '{descr}', 'fortran_order': False, 'shape': ({shape}), }}");
    let mut file = b"\x93NUMPY\x01\x00".to_vec();
    file.extend((header.len() as u16).to_le_bytes());
    file.extend(header.bytes());
    file.extend(data.into_iter().flatten());
    file
}
