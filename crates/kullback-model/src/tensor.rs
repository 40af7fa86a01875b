//! Where a tensor lies in a file.

use crate::{Bytes, Dtype, Error, Window};

/// A tensor's name, format, shape and place in its file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tensor {
    /// Its name; that of the file where the format has none for it.
    pub name: String,
    /// What an element is.
    pub dtype: Dtype,
    /// Its dimensions, the last of which varies fastest. Empty for a single number.
    pub shape: Vec<u64>,
    /// Where its first byte is, from the beginning of the file.
    pub offset: u64,
    /// How many bytes it has: those that `dtype` and `shape` need, as was checked.
    pub bytes: u64,
}

impl Tensor {
    /// How many elements it has.
    pub fn elements(&self) -> u64 {
        self.shape.iter().product()
    }

    /// A window on elements `start` to `start + count`, which must lie on whole bytes.
    ///
    /// # Errors
    /// When there are not so many elements, or the file was cut since it was opened.
    pub fn window(&self, file: &Bytes, start: u64, count: u64) -> Result<Window, Error> {
        let place = self.dtype.bytes(start).zip(self.dtype.bytes(count));
        match place {
            Some((begin, len)) if begin <= self.bytes && len <= self.bytes - begin => {
                file.window(self.offset + begin, len)
            }
            _ => Err(Error::new(format!(
                "has no elements {start} to {start} + {count}: there are {}",
                self.elements()
            ))
            .in_file(file.name())
            .at(format!("tensor `{}`", self.name))),
        }
    }

    /// The shape as it is written: `[32, 4096]`.
    pub fn shape_text(&self) -> String {
        format!("{:?}", self.shape)
    }
}

/// How many elements a shape has and how many bytes they take; `None` beyond 2⁶⁴ or where they
/// are no whole number of bytes.
pub(crate) fn size(dtype: Dtype, shape: &[u64]) -> Option<u64> {
    // A zero makes it 0, whatever the others would come to.
    if shape.contains(&0) {
        return Some(0);
    }
    let elements = shape
        .iter()
        .try_fold(1u64, |product, &length| product.checked_mul(length))?;
    dtype.bytes(elements)
}

/// The place of the name that is asked for; else of the only one, or of that called `logits`.
pub(crate) fn choose(names: &[&str], wanted: Option<&str>, what: &str) -> Result<usize, Error> {
    let find = |wanted: &str| names.iter().position(|name| *name == wanted);
    let (found, problem) = match wanted {
        Some(wanted) => (find(wanted), format!("has no {what} called `{wanted}`")),
        None if names.len() == 1 => (Some(0), String::new()),
        None => (
            find("logits"),
            format!("has {} {what}s, none called `logits`", names.len()),
        ),
    };
    found.ok_or_else(|| {
        let some: Vec<String> = names
            .iter()
            .take(8)
            .map(|name| format!("`{name}`"))
            .collect();
        let more = if names.len() > some.len() {
            ", …"
        } else {
            ""
        };
        Error::new(problem).advise(match some.as_slice() {
            [] => "write it again: it is empty".to_owned(),
            some => format!("name one with --tensor: {}{more}", some.join(", ")),
        })
    })
}
