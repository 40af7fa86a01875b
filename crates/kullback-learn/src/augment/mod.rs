//! Other views of a row that mean the same: what consistency is trained on.
//!
//! Which changes leave the meaning of a row as it is, only who knows the data can say: a 6 that is turned by 180° is a 9.
//! Every draw comes from a stream named by seed, step and row ([`Random`](crate::Random)), so that views do not depend on
//! threads, and a resumed training sees those that it would have seen.

mod images;
mod tables;

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::Error;
use crate::data::{Features, Matrix};
use crate::random::Random;

/// What may be done to a row, as `name=size` with commas between.
///
/// | of images | size |
/// |---|---|
/// | `shift` | most pixels that the image moves, each way |
/// | `rotate` | most degrees that it turns, each way |
/// | `scale` | most that it grows or shrinks, 0.1 for 10 % |
/// | `noise` | standard deviation of what is added to each pixel, where the largest of training is 1 |
/// | `cutout` | side of a square set to 0 (DeVries & Taylor 2017) |
/// | `rand` | how many operations of RandAugment are drawn (Cubuk et al. 2020) |
///
/// Shift, turn and scale are one bilinear resampling, with 0 around the image. Noise follows, then values are held to
/// 0 and 1, the range of pixels; then the cutout. `rand` comes before all: each operation is one of shift or shear along an
/// axis, turn, brightness, contrast and cutout, done with probability ½ and a magnitude of 1 to 9 tenths of the largest
/// (0.3 of the side, a slope of 0.3, 30°, ± 90 %, 0.4 of the side).
///
/// | of tables | size |
/// |---|---|
/// | `noise` | what is added to each number, in standard deviations of its column |
/// | `swap` | probability that a column takes the value of another row (Bahri et al. 2022) |
/// | `nulls` | probability that a column's value is dropped: null, or where training had no nulls, the mean or no text |
///
/// ```
/// use kullback_learn::Augmentation;
///
/// let images: Augmentation = "shift=1,rotate=15".parse()?;
/// assert_eq!(images.to_string(), "shift=1,rotate=15");
/// let error = "shift=1,blur=2".parse::<Augmentation>().unwrap_err();
/// assert_eq!(error.to_string(), "`blur` is no augmentation");
/// # Ok::<(), kullback_learn::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Augmentation {
    sizes: Vec<(Operation, f64)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Operation {
    Shift,
    Rotate,
    Scale,
    Noise,
    Cutout,
    Rand,
    Swap,
    Nulls,
}

const NAMES: [(&str, Operation); 8] = [
    ("shift", Operation::Shift),
    ("rotate", Operation::Rotate),
    ("scale", Operation::Scale),
    ("noise", Operation::Noise),
    ("cutout", Operation::Cutout),
    ("rand", Operation::Rand),
    ("swap", Operation::Swap),
    ("nulls", Operation::Nulls),
];

impl Augmentation {
    /// What is done where nothing is said: for images `shift=1,rotate=15,scale=0.1,noise=0.08`, for tables
    /// `noise=0.1,swap=0.1`.
    ///
    /// ```
    /// use kullback_learn::Augmentation;
    ///
    /// assert_eq!(Augmentation::usual(false).to_string(), "noise=0.1,swap=0.1");
    /// ```
    pub fn usual(images: bool) -> Augmentation {
        let sizes = if images {
            vec![
                (Operation::Shift, 1.0),
                (Operation::Rotate, 15.0),
                (Operation::Scale, 0.1),
                (Operation::Noise, 0.08),
            ]
        } else {
            vec![(Operation::Noise, 0.1), (Operation::Swap, 0.1)]
        };
        Augmentation { sizes }
    }

    fn size(&self, operation: Operation) -> f64 {
        let found = self.sizes.iter().find(|(of, _)| *of == operation);
        found.map_or(0.0, |&(_, size)| size)
    }
}

impl FromStr for Augmentation {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        const ADVICE: &str = "write name=size with commas between, as shift=1,rotate=15: names are shift, rotate, \
                              scale, noise, cutout, rand of images, noise, swap, nulls of tables";
        let mut sizes = Vec::new();
        for part in text.split(',') {
            let (name, size) = part.split_once('=').ok_or_else(|| {
                Error::new(format!("`{part}` is no name with a size")).advise(ADVICE)
            })?;
            let operation = NAMES.iter().find(|(known, _)| *known == name.trim());
            let &(name, operation) = operation
                .ok_or_else(|| Error::new(format!("`{name}` is no augmentation")).advise(ADVICE))?;
            let size = size.trim().parse().ok();
            let size = size.filter(|&size: &f64| size.is_finite() && size >= 0.0);
            let limit = match operation {
                Operation::Swap | Operation::Nulls => Some((1.0, "a probability")),
                // The image is divided by 1 − scale.
                Operation::Scale => Some((0.9, "a share up to 0.9")),
                _ => None,
            };
            match (size, limit) {
                (Some(size), None) => sizes.push((operation, size)),
                (Some(size), Some((most, _))) if size <= most => sizes.push((operation, size)),
                (_, limit) => {
                    let takes = limit.map_or("a number from 0 on", |(_, takes)| takes);
                    return Err(
                        Error::new(format!("{name} takes {takes}, not `{part}`")).advise(ADVICE)
                    );
                }
            }
        }
        Ok(Augmentation { sizes })
    }
}

impl fmt::Display for Augmentation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, (operation, size)) in self.sizes.iter().enumerate() {
            let name = NAMES
                .iter()
                .find(|(_, of)| of == operation)
                .map_or("", |(name, _)| name);
            write!(f, "{}{name}={size}", if i == 0 { "" } else { "," })?;
        }
        Ok(())
    }
}

/// Augmentation of the rows of some features.
#[derive(Debug, Clone)]
pub struct Augmenter {
    kind: Kind,
}

#[derive(Debug, Clone)]
enum Kind {
    Images(images::Images),
    Table(tables::Table),
}

impl Augmenter {
    /// An augmentation of rows with these features.
    ///
    /// # Errors
    /// When it names operations on images and the features are none, or the other way.
    ///
    /// ```
    /// # use kullback_learn::{Column, Features, Value::Text};
    /// use kullback_learn::{Augmentation, Augmenter};
    ///
    /// let color = Column { name: "color".into(), values: vec![Text("red".into()), Text("blue".into())] };
    /// let features = Features::fit(&[("t.csv", &[color])], None)?;
    /// let error = Augmenter::new(&"shift=1".parse()?, &features).unwrap_err();
    /// assert_eq!(error.to_string(), "shift is of images, and the rows are none");
    /// # Ok::<(), kullback_learn::Error>(())
    /// ```
    pub fn new(augmentation: &Augmentation, features: &Features) -> Result<Augmenter, Error> {
        let of_tables = [Operation::Noise, Operation::Swap, Operation::Nulls];
        for &(operation, _) in &augmentation.sizes {
            let is_wrong = match features.image() {
                Some(_) => matches!(operation, Operation::Swap | Operation::Nulls),
                None => !of_tables.contains(&operation),
            };
            if is_wrong {
                let name = NAMES
                    .iter()
                    .find(|(_, of)| *of == operation)
                    .map_or("", |(name, _)| name);
                return Err(match features.image() {
                    Some(_) => Error::new(format!("{name} is of tables, and the rows are images"))
                        .advise("images take shift, rotate, scale, noise, cutout and rand"),
                    None => Error::new(format!("{name} is of images, and the rows are none"))
                        .advise("say how large the images are with --image, or take noise, swap and nulls"),
                });
            }
        }
        let kind = match features.image() {
            Some(shape) => Kind::Images(images::Images::new(augmentation, shape)),
            None => Kind::Table(tables::Table::new(augmentation, features)),
        };
        Ok(Augmenter { kind })
    }

    /// Makes another view of a row, in its place. `others` are rows from which a value may be taken.
    ///
    /// ```
    /// # use kullback::summary::Axis::Number;
    /// # use kullback_learn::{Column, Features, Value::Ordered};
    /// use kullback_learn::{Augmentation, Augmenter, Purpose, Random};
    ///
    /// let x = Column { name: "x".into(), values: [1.0, 3.0].map(|x| Ordered(Number, x)).to_vec() };
    /// let features = Features::fit(&[("t.csv", &[x.clone()])], None)?;
    /// let rows = features.apply(&[x])?.matrix;
    /// let swap = Augmenter::new(&"swap=1".parse()?, &features)?;
    /// let mut row = [7.0];
    /// swap.apply(&mut row, &rows, &mut Random::new(0, Purpose::AugmentUnlabelled, [0, 0]));
    /// assert!(row == [-1.0] || row == [1.0]);
    /// # Ok::<(), kullback_learn::Error>(())
    /// ```
    pub fn apply(&self, row: &mut [f32], others: &Matrix, random: &mut Random) {
        match &self.kind {
            Kind::Images(images) => images.apply(row, random),
            Kind::Table(table) => table.apply(row, others, random),
        }
    }
}
