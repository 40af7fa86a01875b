//! Which layers a model has.

use std::fmt;
use std::str::FromStr;

use crate::Error;

/// The layers of a model, as they are named on the command line.
///
/// | text | layers |
/// |---|---|
/// | `softmax` | one dense layer: multinomial logistic regression |
/// | `mlp:128,64` | dense layers of 128 and of 64 units, each with ReLU, then one for the classes |
/// | `cnn:16,32` | convolutions of 3 × 3 with 16 and with 32 channels, each with ReLU and halved by 2 × 2 max-pooling, then a dense layer for the classes |
///
/// `mlp` is `mlp:128,128` and `cnn` is `cnn:16,32`. The text is also what [`Display`](fmt::Display) writes.
///
/// ```
/// use kullback_learn::Architecture;
///
/// let mlp: Architecture = "mlp:128,64".parse()?;
/// assert_eq!(mlp, Architecture::Mlp(vec![128, 64]));
/// assert_eq!("cnn".parse::<Architecture>()?.to_string(), "cnn:16,32");
/// # Ok::<(), kullback_learn::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Architecture {
    /// One dense layer.
    Softmax,
    /// Dense layers of so many units with ReLU, and one for the classes.
    Mlp(Vec<usize>),
    /// Convolutions of so many channels with ReLU and pooling, and a dense layer for the classes.
    Cnn(Vec<usize>),
}

impl Architecture {
    /// The sizes of the hidden layers.
    pub(super) fn hidden(&self) -> &[usize] {
        match self {
            Architecture::Softmax => &[],
            Architecture::Mlp(sizes) | Architecture::Cnn(sizes) => sizes,
        }
    }
}

impl FromStr for Architecture {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let (kind, sizes) = match text.split_once(':') {
            None => (text, None),
            Some((kind, sizes)) => (kind, Some(sizes)),
        };
        let sizes = |of: &str, default: [usize; 2]| -> Result<Vec<usize>, Error> {
            let Some(sizes) = sizes else {
                return Ok(default.into());
            };
            let size = |size: &str| match size.parse() {
                Ok(0) | Err(_) => Err(Error::new(format!("`{size}` is no number of {of}"))
                    .at(text)
                    .advise(format!(
                        "write sizes above 0 with commas between, as {kind}:{},{}",
                        default[0], default[1]
                    ))),
                Ok(size) => Ok(size),
            };
            sizes.split(',').map(size).collect()
        };
        match kind {
            "softmax" if !text.contains(':') => Ok(Architecture::Softmax),
            "mlp" => Ok(Architecture::Mlp(sizes("units", [128, 128])?)),
            "cnn" => Ok(Architecture::Cnn(sizes("channels", [16, 32])?)),
            _ => Err(Error::new(format!("`{text}` is no model"))
                .advise("models are softmax, mlp:128,128 and cnn:16,32, with any sizes")),
        }
    }
}

impl fmt::Display for Architecture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Architecture::Softmax => "softmax",
            Architecture::Mlp(_) => "mlp",
            Architecture::Cnn(_) => "cnn",
        })?;
        for (i, size) in self.hidden().iter().enumerate() {
            write!(f, "{}{size}", if i == 0 { ':' } else { ',' })?;
        }
        Ok(())
    }
}

/// What a model takes: rows of so many features, which may be the pixels of an image.
///
/// ```
/// use kullback_learn::Inputs;
///
/// let digits = Inputs::image(8, 8);
/// assert_eq!((digits.features(), digits.shape()), (64, Some([8, 8])));
/// assert_eq!(Inputs::new(64).shape(), None);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Inputs {
    features: usize,
    shape: Option<[usize; 2]>,
}

impl Inputs {
    /// Rows of so many features, in no order that matters.
    pub fn new(features: usize) -> Inputs {
        Inputs {
            features,
            shape: None,
        }
    }

    /// Images of so many rows of pixels (`height`) of so many each (`width`), row after row.
    pub fn image(height: usize, width: usize) -> Inputs {
        Inputs {
            features: height.saturating_mul(width),
            shape: Some([height, width]),
        }
    }

    /// How many numbers a row has.
    pub fn features(&self) -> usize {
        self.features
    }

    /// Height and width, where rows are images.
    pub fn shape(&self) -> Option<[usize; 2]> {
        self.shape
    }
}
