//! Units of information: the base of the logarithm, applied when a value is shown.

use std::fmt;
use std::str::FromStr;

use crate::Error;

/// A unit of information. Everything is computed in nats and converted at the end.
///
/// | unit | logarithm | 1 nat is |
/// |---|---|---|
/// | nats | natural | 1 |
/// | bits | base 2 | 1.442695… |
/// | bans | base 10 | 0.434294… |
///
/// Source: Shannon 1948 (bits); Hartley 1928 and Good 1950 (bans).
///
/// ```
/// use kullback::Unit;
///
/// let unit: Unit = "bits".parse()?;
/// assert_eq!(unit.from_nats(std::f64::consts::LN_2), 1.0);
/// assert_eq!(unit.to_string(), "bits");
/// # Ok::<(), kullback::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Unit {
    /// Natural logarithm, the unit of the mathematics.
    #[default]
    Nats,
    /// Base 2: one bit is the answer to one fair yes-or-no question.
    Bits,
    /// Base 10, also called hartleys or dits.
    Bans,
}

impl Unit {
    /// Converts an amount of information from nats to this unit.
    ///
    /// ```
    /// use kullback::Unit;
    ///
    /// assert_eq!(Unit::Nats.from_nats(2.0), 2.0);
    /// assert_eq!(Unit::Bans.from_nats(std::f64::consts::LN_10), 1.0);
    /// ```
    #[must_use]
    pub fn from_nats(self, x: f64) -> f64 {
        match self {
            Unit::Nats => x,
            Unit::Bits => x / std::f64::consts::LN_2,
            Unit::Bans => x / std::f64::consts::LN_10,
        }
    }

    /// The unit's name in the plural, as in "0.5 nats".
    ///
    /// ```
    /// assert_eq!(kullback::Unit::Bans.name(), "bans");
    /// ```
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Unit::Nats => "nats",
            Unit::Bits => "bits",
            Unit::Bans => "bans",
        }
    }
}

impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Unit {
    type Err = Error;

    fn from_str(text: &str) -> Result<Unit, Error> {
        match text.trim().to_ascii_lowercase().as_str() {
            "nat" | "nats" => Ok(Unit::Nats),
            "bit" | "bits" | "shannon" | "shannons" => Ok(Unit::Bits),
            "ban" | "bans" | "hartley" | "hartleys" | "dit" | "dits" => Ok(Unit::Bans),
            _ => Err(Error::UnknownUnit {
                name: text.to_owned(),
            }),
        }
    }
}
