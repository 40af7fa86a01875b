//! What the rows of a file leave open: mass that is missing or too much, log-probabilities that
//! were cut, tokens beyond the vocabulary compared.

/// What was found in a side's rows.
///
/// ```
/// use kullback::scores::{Account, Cut};
///
/// let mut account = Account::NOTHING;
/// account.cut_at_16.add(Cut { rows: 1, tokens: 3, mass: 1e-6 });
/// account.add_mass(1.0, true);
/// assert_eq!(account.cut().unwrap().0, 16.0);
/// assert_eq!(account.mass, [1.0, 1.0]);
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Account {
    /// The smallest and the largest sum of a row's probabilities as stored, before each row is
    /// divided by its sum.
    pub mass: [f64; 2],
    /// Whether rows should sum to 1: those of probabilities should, those of logits need not.
    pub is_normalised: bool,
    /// Rows whose log-probabilities were cut, at most 16 nats below the largest: by llama.cpp.
    pub cut_at_16: Cut,
    /// The same at 24 nats: by ik_llama.cpp.
    pub cut_at_24: Cut,
    /// The share of the tokens beyond the vocabulary compared, in the row with most of it; 0 where
    /// all are compared.
    pub beyond: f64,
}

/// Rows that were cut at one distance from the largest log-probability.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Cut {
    /// Rows with the span of that distance.
    pub rows: u64,
    /// Their tokens at the cut: each had that log-probability or less.
    pub tokens: u64,
    /// The most that the probabilities written for the tokens at the cut sum to in a row: what the
    /// row may have too much, since the writer does not lower the others.
    pub mass: f64,
}

impl Account {
    /// Before the first row.
    pub const NOTHING: Self = Self {
        mass: [f64::INFINITY, f64::NEG_INFINITY],
        is_normalised: false,
        cut_at_16: Cut {
            rows: 0,
            tokens: 0,
            mass: 0.0,
        },
        cut_at_24: Cut {
            rows: 0,
            tokens: 0,
            mass: 0.0,
        },
        beyond: 0.0,
    };

    /// Adds a row whose probabilities sum to `mass` as stored, and should to 1 or need not.
    pub fn add_mass(&mut self, mass: f64, is_normalised: bool) {
        self.mass = [self.mass[0].min(mass), self.mass[1].max(mass)];
        self.is_normalised |= is_normalised;
    }

    /// Adds what was found in other rows.
    pub fn add(&mut self, other: &Self) {
        self.mass = [
            self.mass[0].min(other.mass[0]),
            self.mass[1].max(other.mass[1]),
        ];
        self.is_normalised |= other.is_normalised;
        self.cut_at_16.add(other.cut_at_16);
        self.cut_at_24.add(other.cut_at_24);
        self.beyond = self.beyond.max(other.beyond);
    }

    /// The cut of the file and its distance in nats. A file that is cut at 24 nats may have a row
    /// that spans 16 by chance, so that a row of 24 decides.
    pub fn cut(&self) -> Option<(f64, Cut)> {
        let cuts = [self.cut_at_24, self.cut_at_16];
        [24.0, 16.0]
            .into_iter()
            .zip(cuts)
            .find(|(_, cut)| cut.rows > 0)
    }
}

impl Cut {
    /// Adds what was found in other rows.
    pub fn add(&mut self, other: Self) {
        self.rows += other.rows;
        self.tokens += other.tokens;
        self.mass = self.mass.max(other.mass);
    }
}
