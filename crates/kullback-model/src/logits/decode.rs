//! The bytes of a row → its logits.

use kullback::logits::{Row, row};
use kullback::scores::{Account, Cut};

use super::frame::{Full, Precision};
use super::source::RowKind;
use crate::Error;

/// One row as logits: all of them in one of the two lists.
#[derive(Default)]
pub(super) struct Decoded {
    narrow: Vec<f32>,
    wide: Vec<f64>,
    /// What to add to each logit for its log-probability as stored.
    offset: f64,
    /// The share of the tokens kept, where some are beyond the vocabulary.
    kept: f64,
}

impl Decoded {
    /// Takes in the first `vocabulary` logits of a row.
    pub(super) fn decode(
        &mut self,
        full: &Full,
        bytes: &[u8],
        vocabulary: u64,
        precision: Precision,
        account: &mut Account,
    ) -> Result<(), Error> {
        self.narrow.clear();
        self.wide.clear();
        (self.offset, self.kept) = (0.0, 1.0);
        match full {
            Full::Kld(kld) => {
                let row = kld.row(bytes)?;
                match precision {
                    Precision::Single => row.rounded_logits(&mut self.narrow),
                    Precision::Double => row.logits(&mut self.wide),
                }
                self.offset = f64::from(row.lowest);
                let cuts = [&mut account.cut_at_16, &mut account.cut_at_24];
                for (distance, cut) in [16.0, 24.0].into_iter().zip(cuts) {
                    // To the rounding of the division by 65,535.
                    if (row.span() - distance).abs() < 1e-5 {
                        let tokens = row.zeros();
                        cut.add(Cut {
                            rows: 1,
                            tokens,
                            mass: tokens as f64 * self.offset.exp(),
                        });
                    }
                }
            }
            Full::Array(array) => {
                let is_probabilities = array.kind == RowKind::Probabilities;
                if is_probabilities || precision == Precision::Double {
                    array.tensor.dtype.append_f64(bytes, &mut self.wide);
                } else {
                    array.append(bytes, &mut self.narrow, &mut self.wide);
                }
                if is_probabilities {
                    array.ln(&mut self.wide)?;
                }
            }
        }
        let vocabulary = vocabulary as usize;
        if vocabulary < self.narrow.len().max(self.wide.len()) {
            self.widen();
            let all = ln_total(&self.wide);
            self.wide.truncate(vocabulary);
            self.kept = (ln_total(&self.wide) - all).exp();
            account.beyond = account.beyond.max(1.0 - self.kept);
        }
        Ok(())
    }

    /// The sum of the row's probabilities as stored, where ln Σ eˣ over the tokens kept is
    /// `ln_total`.
    pub(super) fn mass(&self, ln_total: f64) -> f64 {
        (ln_total + self.offset).exp() / self.kept
    }

    fn widen(&mut self) {
        self.wide.extend(self.narrow.drain(..).map(f64::from));
    }

    /// The logit of a token; `None` beyond the vocabulary.
    pub(super) fn find(&self, token: usize) -> Option<f64> {
        let narrow = self.narrow.get(token).map(|&x| f64::from(x));
        narrow.or_else(|| self.wide.get(token).copied())
    }

    /// The logit of a token of the vocabulary.
    pub(super) fn get(&self, token: usize) -> f64 {
        self.find(token).unwrap_or(f64::NEG_INFINITY)
    }

    /// ln Σ eˣ and the first of the largest.
    pub(super) fn summary(&mut self) -> Result<(f64, usize), Error> {
        self.widen();
        let row = row(&self.wide, &self.wide).map_err(|error| of_core(&error, |error, _| error))?;
        Ok((row.ln_totals[0], row.tops[0]))
    }

    /// Scores this row against another of the same length.
    pub(super) fn score(&mut self, q: &mut Self) -> Result<Row, kullback::Error> {
        if self.narrow.is_empty() || q.narrow.is_empty() {
            self.widen();
            q.widen();
            row(&self.wide, &q.wide)
        } else {
            row(&self.narrow, &q.narrow)
        }
    }
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
