//! The numbers that a batch may hold.

use half::{bf16, f16};

use crate::STRICT_TOLERANCE;
use crate::kernel::Lane;

/// A floating-point type of which a [`Batch`](super::Batch) may be made: `f64`, `f32`, or `f16` and
/// `bf16` of the crate `half`.
///
/// Sealed, so that types can be added without breaking anyone.
///
/// ```
/// use kullback::batch::Real;
///
/// assert_eq!(0.5f32.to_f64(), 0.5);
/// assert!(f32::TOLERANCE > f64::TOLERANCE);
/// ```
pub trait Real: sealed::Sealed {
    /// How far from 1 the sum of a row may lie under
    /// [`Normalisation::Strict`](crate::Normalisation::Strict).
    ///
    /// [`STRICT_TOLERANCE`] for f64. For f32 it is 10⁻⁵: a softmax in single precision whose sum is
    /// taken in blocks, as array libraries do, is off by 10⁻⁷ at any length. One that is summed
    /// term by term is off by 10⁻⁶ over 1000 outcomes and 10⁻⁴ over 100,000; to pass the latter,
    /// say [`Normalisation::Normalise`](crate::Normalisation::Normalise).
    const TOLERANCE: f64;

    /// The same number in f64; exact.
    fn to_f64(self) -> f64 {
        self.lane().wide()
    }
}

impl Real for f64 {
    const TOLERANCE: f64 = STRICT_TOLERANCE;
}

impl Real for f32 {
    const TOLERANCE: f64 = 1e-5;
}

/// Probabilities in f16 are off by up to 2⁻¹¹ of themselves, 5·10⁻⁴, and so may be their sum.
impl Real for f16 {
    const TOLERANCE: f64 = 1e-3;
}

/// Probabilities in bf16 are off by up to 2⁻⁹ of themselves, 2·10⁻³, and so may be their sum.
impl Real for bf16 {
    const TOLERANCE: f64 = 4e-3;
}

mod sealed {
    use std::borrow::Cow;

    use half::{bf16, f16};

    use crate::batch::Masses;
    use crate::kernel::Element;

    /// What the kernels can read.
    pub trait Sealed: Element {
        fn masses(row: Cow<'_, [Self]>) -> Masses<'_>;
    }

    macro_rules! sealed {
        ($($float:ident $masses:ident),*) => {
            $(impl Sealed for $float {
                fn masses(row: Cow<'_, [Self]>) -> Masses<'_> {
                    Masses::$masses(row)
                }
            })*
        };
    }
    sealed!(f64 F64, f32 F32, f16 F16, bf16 Bf16);
}
