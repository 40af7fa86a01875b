//! The tokens that came, in a file of their own.

use std::path::Path;

use crate::{Error, Npy};

/// Reads the token that came at each row: whole numbers in a `.npy` file, of any shape.
///
/// # Errors
/// When the file cannot be read, or holds anything but whole numbers from 0 to 2³² − 1.
pub fn read_targets(path: &Path) -> Result<Vec<u32>, Error> {
    let file = Npy::open(path, None)?;
    let tensor = file.tensor();
    let name = path.display();
    if !tensor.dtype.is_integer() {
        return Err(Error::new(format!(
            "holds {}, and tokens are whole numbers",
            tensor.dtype
        ))
        .in_file(name)
        .advise("save array.astype('int32')"));
    }
    let mut values = Vec::new();
    tensor
        .dtype
        .append_f64(&file.window(0, tensor.elements())?, &mut values);
    let token = |(i, &x): (usize, &f64)| {
        if (0.0..=f64::from(u32::MAX)).contains(&x) {
            Ok(x as u32)
        } else {
            Err(Error::new(format!("target {i} is {x}, and a token is 0 or above")).in_file(&name))
        }
    };
    values.iter().enumerate().map(token).collect()
}
