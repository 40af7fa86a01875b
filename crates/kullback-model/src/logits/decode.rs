//! The bytes of a row → its logits.

use kullback::logits::{Codes, Row, row, row_of_bytes, row_of_codes};
use kullback::scores::{Account, Cut};

use super::frame::{Full, Precision};
use super::kld::KldRow;
use super::source::RowKind;
use crate::{Dtype, Error};

/// Memory for the logits of a row, which is in one of the two.
#[derive(Default)]
pub(super) struct Lists {
    narrow: Vec<f32>,
    wide: Vec<f64>,
}

/// What the core takes as a file has it.
#[derive(Clone, Copy)]
enum Stored<'a> {
    Codes(Codes<'a>),
    /// To be computed in double precision, or not.
    Singles(&'a [[u8; 4]], bool),
}

/// One row as logits: as they are stored, or else in lists.
pub(super) struct Decoded<'a> {
    stored: Option<Stored<'a>>,
    lists: &'a mut Lists,
    /// The row of a `.kld` file.
    kld: Option<KldRow<'a>>,
    /// The share of the tokens kept, where some are beyond the vocabulary.
    kept: f64,
}

impl<'a> Decoded<'a> {
    /// Takes in the first `vocabulary` logits of a row.
    pub(super) fn new(
        full: &Full,
        bytes: &'a [u8],
        vocabulary: u64,
        precision: Precision,
        account: &mut Account,
        lists: &'a mut Lists,
    ) -> Result<Self, Error> {
        lists.narrow.clear();
        lists.wide.clear();
        let mut decoded = Self {
            stored: None,
            lists,
            kld: None,
            kept: 1.0,
        };
        let is_double = precision == Precision::Double;
        match full {
            Full::Kld(kld) => {
                let row = kld.row(bytes)?;
                if is_double {
                    row.logits(&mut decoded.lists.wide);
                } else {
                    decoded.stored = Some(Stored::Codes(row.codes));
                }
                decoded.kld = Some(row);
            }
            Full::Array(array) => {
                let lists = &mut decoded.lists;
                if array.kind == RowKind::Probabilities {
                    array.tensor.dtype.append_f64(bytes, &mut lists.wide);
                    array.ln(&mut lists.wide)?;
                } else if array.tensor.dtype == Dtype::F32 {
                    decoded.stored = Some(Stored::Singles(bytes.as_chunks().0, is_double));
                } else if is_double {
                    array.tensor.dtype.append_f64(bytes, &mut lists.wide);
                } else {
                    array.append(bytes, &mut lists.narrow, &mut lists.wide);
                }
            }
        }
        let vocabulary = vocabulary as usize;
        if vocabulary < full.vocabulary() as usize {
            decoded.list();
            decoded.widen();
            let wide = &mut decoded.lists.wide;
            let all = ln_total(wide);
            wide.truncate(vocabulary);
            decoded.kept = (ln_total(wide) - all).exp();
            account.beyond = account.beyond.max(1.0 - decoded.kept);
        }
        Ok(decoded)
    }

    /// The sum of the row's probabilities as stored, where ln Σ eˣ over the tokens kept is
    /// `ln_total`.
    pub(super) fn mass(&self, ln_total: f64) -> f64 {
        // What to add to each logit for its log-probability as stored.
        let offset = self.kld.map_or(0.0, |row| f64::from(row.lowest));
        (ln_total + offset).exp() / self.kept
    }

    /// Adds what is cut, if the row is.
    pub(super) fn count_cut(&self, account: &mut Account) {
        let Some(row) = self.kld else { return };
        let cuts = [&mut account.cut_at_16, &mut account.cut_at_24];
        for (distance, cut) in [16.0, 24.0].into_iter().zip(cuts) {
            // To the rounding of the division by 65,535.
            if (row.span() - distance).abs() < 1e-5 {
                let tokens = row.codes.zeros();
                cut.add(Cut {
                    rows: 1,
                    tokens,
                    mass: tokens as f64 * f64::from(row.lowest).exp(),
                });
            }
        }
    }

    /// Puts what is stored into a list.
    fn list(&mut self) {
        let lists = &mut self.lists;
        match self.stored.take() {
            None => (),
            Some(Stored::Codes(row)) => lists
                .narrow
                .extend(row.codes.iter().map(|&code| of_code(row.step, code) as f32)),
            Some(Stored::Singles(row, true)) => lists
                .wide
                .extend(row.iter().map(|&x| f64::from(f32::from_le_bytes(x)))),
            Some(Stored::Singles(row, false)) => lists
                .narrow
                .extend(row.iter().map(|&x| f32::from_le_bytes(x))),
        }
    }

    fn widen(&mut self) {
        let Lists { narrow, wide } = &mut *self.lists;
        wide.extend(narrow.drain(..).map(f64::from));
    }

    /// The logit of a token; `None` beyond the vocabulary.
    pub(super) fn find(&self, token: usize) -> Option<f64> {
        match self.stored {
            Some(Stored::Codes(row)) => row.codes.get(token).map(|&code| of_code(row.step, code)),
            Some(Stored::Singles(row, _)) => {
                row.get(token).map(|&x| f64::from(f32::from_le_bytes(x)))
            }
            None => {
                let narrow = self.lists.narrow.get(token).map(|&x| f64::from(x));
                narrow.or_else(|| self.lists.wide.get(token).copied())
            }
        }
    }

    /// The logit of a token of the vocabulary.
    pub(super) fn get(&self, token: usize) -> f64 {
        self.find(token).unwrap_or(f64::NEG_INFINITY)
    }

    /// ln Σ eˣ and the first of the largest.
    pub(super) fn summary(&mut self) -> Result<(f64, usize), Error> {
        self.list();
        self.widen();
        let wide = &self.lists.wide;
        let row = row(wide, wide).map_err(|error| of_core(&error, |error, _| error))?;
        Ok((row.ln_totals[0], row.tops[0]))
    }

    /// Scores this row against another of the same length.
    pub(super) fn score(&mut self, q: &mut Decoded<'_>) -> Result<Row, kullback::Error> {
        match (self.stored, q.stored) {
            (Some(Stored::Codes(a)), Some(Stored::Codes(b))) => return row_of_codes(a, b),
            (Some(Stored::Singles(a, double)), Some(Stored::Singles(b, _))) => {
                return row_of_bytes(a, b, double);
            }
            _ => (),
        }
        self.list();
        q.list();
        if self.lists.narrow.is_empty() || q.lists.narrow.is_empty() {
            self.widen();
            q.widen();
            row(&self.lists.wide, &q.lists.wide)
        } else {
            row(&self.lists.narrow, &q.lists.narrow)
        }
    }
}

/// The logit that a code stands for.
fn of_code(step: f32, code: [u8; 2]) -> f64 {
    f64::from(step) * f64::from(u16::from_le_bytes(code))
}

/// The error of a row, in words of its file; `at` adds the place on side 0 or 1.
pub(super) fn of_core(error: &kullback::Error, at: impl Fn(Error, usize) -> Error) -> Error {
    use kullback::{Error as Core, Side};
    let place = |side: &Side| usize::from(*side == Side::Q);
    match error {
        Core::BadLogit { side, index, value } => {
            let what = format!("entry {index} is {value}, and logits are finite or −∞");
            let advice = "look for NaN in the model that wrote it";
            at(Error::new(what).advise(advice), place(side))
        }
        Core::NoMass { side } => at(
            Error::new("every entry is −∞: no token is possible"),
            place(side),
        ),
        other => at(Error::new(other.to_string()), 0),
    }
}

/// ln Σ eˣ.
pub(super) fn ln_total(row: &[f64]) -> f64 {
    let largest = row.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    if largest == f64::NEG_INFINITY {
        return largest;
    }
    largest + row.iter().map(|x| (x - largest).exp()).sum::<f64>().ln()
}
