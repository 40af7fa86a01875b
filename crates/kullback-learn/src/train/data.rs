//! The rows that a model is trained on.

use super::Settings;
use crate::data::{Features, Matrix};
use crate::{Augmenter, Error};

/// The rows of training, checked against each other.
///
/// The unlabelled rows of a step are drawn from the labelled rows too, as in google-research/uda.
#[derive(Debug, Clone)]
pub struct Data {
    pub(super) labelled: Matrix,
    pub(super) labels: Vec<usize>,
    pub(super) classes: usize,
    /// The unlabelled rows, then the labelled ones; empty where no loss takes them.
    pub(super) pool: Matrix,
    pub(super) unlabelled: usize,
    pub(super) held: Option<Held>,
    pub(super) teacher: Option<Teacher>,
    pub(super) augmenter: Augmenter,
}

/// Rows held back.
#[derive(Debug, Clone)]
pub(super) struct Held {
    pub(super) rows: Matrix,
    pub(super) labels: Vec<usize>,
}

/// The logits of a teacher.
#[derive(Debug, Clone)]
pub(super) enum Teacher {
    /// A row for each labelled row.
    Labelled(Matrix),
    /// A row for each row of the pool.
    Pool(Matrix),
}

impl Data {
    /// Labelled rows with the number of their class, and unlabelled rows, if any, all with the same features.
    ///
    /// # Errors
    /// When there are no rows, or not one label for each, when consistency is asked for without unlabelled rows, or the
    /// augmentation does not fit the features.
    ///
    /// ```
    /// # use kullback_learn::{Column, Features, Value::Text};
    /// use kullback_learn::{Data, Settings};
    ///
    /// let color = Column { name: "color".into(), values: ["red", "blue"].map(|x| Text(x.into())).to_vec() };
    /// let features = Features::fit(&[("t.csv", &[color.clone()])], None)?;
    /// let rows = features.apply(&[color])?.matrix;
    /// let settings = Settings::default();
    /// assert!(Data::new(&features, rows.clone(), vec![0, 1], 2, None, &settings).is_ok());
    /// let error = Data::new(&features, rows, vec![0], 2, None, &settings).unwrap_err();
    /// assert_eq!(error.to_string(), "1 label for 2 rows");
    /// # Ok::<(), kullback_learn::Error>(())
    /// ```
    pub fn new(
        features: &Features,
        labelled: Matrix,
        labels: Vec<usize>,
        classes: usize,
        unlabelled: Option<Matrix>,
        settings: &Settings,
    ) -> Result<Data, Error> {
        settings.check()?;
        let rows = labelled.rows();
        if rows == 0 || labels.len() != rows {
            let plural = if labels.len() == 1 { "" } else { "s" };
            return Err(Error::new(format!(
                "{} label{plural} for {rows} rows",
                labels.len()
            )));
        }
        if let Some(label) = labels.iter().find(|&&label| label >= classes) {
            return Err(Error::new(format!("class {label} of {classes}")));
        }
        if settings.uda.is_some() && unlabelled.is_none() {
            return Err(
                Error::new("consistency takes unlabelled rows, and there are none")
                    .advise("name a table with --unlabelled"),
            );
        }
        let width = features.width();
        for matrix in std::iter::once(&labelled).chain(&unlabelled) {
            if matrix.width != width {
                return Err(Error::new(format!(
                    "rows of {} features for {width}",
                    matrix.width
                )));
            }
        }
        let count = unlabelled.as_ref().map_or(0, Matrix::rows);
        Ok(Data {
            pool: unlabelled
                .map(|rows| rows.and(&labelled))
                .unwrap_or_default(),
            unlabelled: count,
            labelled,
            labels,
            classes,
            held: None,
            teacher: None,
            augmenter: Augmenter::new(&settings.augmentation, features)?,
        })
    }

    /// Some of the labelled rows, by number, are held back: they are not trained on, and tell when to stop. Call it before
    /// all else.
    ///
    /// # Errors
    /// When no row is left to train on, or none is held back.
    ///
    /// ```
    /// # use kullback::summary::Axis::Number;
    /// # use kullback_learn::{Column, Data, Features, Settings, Trainer, Value::Ordered};
    /// # let x = Column { name: "x".into(), values: (0..9).map(|i| Ordered(Number, f64::from(i))).collect() };
    /// # let features = Features::fit(&[("t.csv", &[x.clone()])], None)?;
    /// # let rows = features.apply(&[x])?.matrix;
    /// # let labels = (0..9).map(|i| usize::from(i > 4)).collect();
    /// # let settings = Settings { steps: 10, ..Settings::default() };
    /// # let data = Data::new(&features, rows, labels, 2, None, &settings)?;
    /// let error = data.clone().hold_back(&[]).unwrap_err();
    /// assert_eq!(error.to_string(), "9 labelled rows to train on and 0 held back");
    /// assert!(data.hold_back(&[0, 8]).is_ok());
    /// # Ok::<(), kullback_learn::Error>(())
    /// ```
    pub fn hold_back(mut self, held: &[usize]) -> Result<Data, Error> {
        let train: Vec<usize> = (0..self.labels.len())
            .filter(|row| !held.contains(row))
            .collect();
        if train.is_empty() || held.is_empty() {
            return Err(Error::new(format!(
                "{} labelled rows to train on and {} held back",
                train.len(),
                held.len()
            ))
            .advise("hold back another share of the rows with --dev"));
        }
        let select = |rows: &[usize]| rows.iter().map(|&row| self.labels[row]).collect();
        let (labels, held_labels) = (select(&train), select(held));
        self.held = Some(Held {
            rows: self.labelled.select(held),
            labels: held_labels,
        });
        self.labelled = self.labelled.select(&train);
        self.labels = labels;
        if self.unlabelled > 0 {
            let unlabelled: Vec<usize> = (0..self.unlabelled).collect();
            self.pool = self.pool.select(&unlabelled).and(&self.labelled);
        }
        Ok(self)
    }

    /// Follows a teacher: its logits, rows × classes, for each labelled row (in the order of the table, those held back
    /// included), or for each of those and then each unlabelled row.
    ///
    /// # Errors
    /// When there are other numbers of rows or classes, or a logit is NaN or infinite.
    ///
    /// ```
    /// # use kullback::summary::Axis::Number;
    /// # use kullback_learn::{Column, Data, Features, Settings, Trainer, Value::Ordered};
    /// # let x = Column { name: "x".into(), values: (0..9).map(|i| Ordered(Number, f64::from(i))).collect() };
    /// # let features = Features::fit(&[("t.csv", &[x.clone()])], None)?;
    /// # let rows = features.apply(&[x])?.matrix;
    /// # let labels = (0..9).map(|i| usize::from(i > 4)).collect();
    /// # let settings = Settings { steps: 10, ..Settings::default() };
    /// # let data = Data::new(&features, rows, labels, 2, None, &settings)?;
    /// use kullback_learn::Matrix;
    ///
    /// let teacher = Matrix { width: 2, values: vec![0.5; 18] };
    /// assert!(data.clone().follow(&teacher, &[]).is_ok());
    /// let error = data.follow(&Matrix { width: 3, ..teacher }, &[]).unwrap_err();
    /// assert_eq!(error.to_string(), "the teacher has 3 classes, and the labels have 2");
    /// # Ok::<(), kullback_learn::Error>(())
    /// ```
    pub fn follow(mut self, teacher: &Matrix, held: &[usize]) -> Result<Data, Error> {
        let labelled = self.labels.len() + held.len();
        let rows = teacher.rows();
        if teacher.width != self.classes {
            return Err(Error::new(format!(
                "the teacher has {} classes, and the labels have {}",
                teacher.width, self.classes
            )));
        }
        if rows != labelled && rows != labelled + self.unlabelled {
            let all = match self.unlabelled {
                0 => String::new(),
                more => format!(", or {} with the unlabelled ones", labelled + more),
            };
            return Err(Error::new(format!(
                "the teacher has {rows} rows, and there are {labelled} labelled ones{all}"
            ))
            .advise("give its logits for the rows of the tables, in their order"));
        }
        if let Some(at) = teacher.values.iter().position(|logit| !logit.is_finite()) {
            let (row, class) = (at / teacher.width + 1, at % teacher.width);
            let what = format!(
                "the teacher's logit of class {class} is {}",
                teacher.values[at]
            );
            return Err(Error::new(what).at(format!("row {row}")));
        }
        let train: Vec<usize> = (0..labelled).filter(|row| !held.contains(row)).collect();
        self.teacher = Some(if rows == labelled {
            Teacher::Labelled(teacher.select(&train))
        } else {
            let rest: Vec<usize> = (labelled..rows).chain(train).collect();
            Teacher::Pool(teacher.select(&rest))
        });
        Ok(self)
    }

    /// A hash of all numbers: whether a training goes on with the rows that it began with.
    pub(super) fn fingerprint(&self) -> u64 {
        // FNV-1a, of 32 bits at a time.
        let mut hash = 0xcbf2_9ce4_8422_2325u64;
        let mut take = |word: u32| hash = (hash ^ u64::from(word)).wrapping_mul(0x0100_0000_01b3);
        for matrix in [&self.labelled, &self.pool] {
            matrix.values.iter().for_each(|x| take(x.to_bits()));
        }
        self.labels.iter().for_each(|&label| take(label as u32));
        match &self.teacher {
            Some(Teacher::Labelled(logits) | Teacher::Pool(logits)) => {
                logits.values.iter().for_each(|x| take(x.to_bits()));
            }
            None => {}
        }
        if let Some(held) = &self.held {
            held.rows.values.iter().for_each(|x| take(x.to_bits()));
            held.labels.iter().for_each(|&label| take(label as u32));
        }
        hash
    }
}
