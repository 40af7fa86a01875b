//! Labels of any type → classes by number.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::Error;

/// The classes that labels name, each by its text, in order: numbers ascending, where all are numbers, else texts.
///
/// ```
/// use kullback_learn::Classes;
///
/// let labels: Vec<Option<std::sync::Arc<str>>> = ["10", "9", "10"].map(|x| Some(x.into())).to_vec();
/// let classes = Classes::fit(&labels)?;
/// assert_eq!(classes.names(), ["9", "10"]);
/// assert_eq!(classes.numbers(&labels)?, [1, 0, 1]);
/// # Ok::<(), kullback_learn::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Classes {
    names: Vec<String>,
}

impl Classes {
    /// The classes of the labels of training.
    ///
    /// # Errors
    /// When a label is null, or all are the same.
    ///
    /// ```
    /// # use kullback_learn::Classes;
    /// let error = Classes::fit(&[Some("a".into()), None]).unwrap_err();
    /// assert_eq!(error.to_string(), "row 2 has no label");
    /// let error = Classes::fit(&[Some("a".into()), Some("a".into())]).unwrap_err();
    /// assert_eq!(error.to_string(), "all 2 rows have the label `a`");
    /// ```
    pub fn fit(labels: &[Option<Arc<str>>]) -> Result<Classes, Error> {
        let mut names: Vec<String> = Vec::new();
        for (row, label) in labels.iter().enumerate() {
            names.push(present(row, label)?.to_string());
        }
        names.sort_unstable();
        names.dedup();
        if let [one] = &names[..] {
            return Err(
                Error::new(format!("all {} rows have the label `{one}`", labels.len()))
                    .advise("training takes rows of two classes and more"),
            );
        }
        let numbers: Option<Vec<f64>> = names.iter().map(|name| name.parse().ok()).collect();
        if let Some(numbers) = numbers {
            let mut both: Vec<(f64, String)> = numbers.into_iter().zip(names).collect();
            both.sort_by(|a, b| a.0.total_cmp(&b.0));
            names = both.into_iter().map(|(_, name)| name).collect();
        }
        Ok(Classes { names })
    }

    /// The class of each row.
    ///
    /// # Errors
    /// When a label is null, or was not met in training.
    ///
    /// ```
    /// # use kullback_learn::Classes;
    /// let classes = Classes::fit(&[Some("a".into()), Some("b".into())])?;
    /// let error = classes.numbers(&[Some("c".into())]).unwrap_err();
    /// assert_eq!(error.to_string(), "row 1 has the label `c`, which no row of training has");
    /// # Ok::<(), kullback_learn::Error>(())
    /// ```
    pub fn numbers(&self, labels: &[Option<Arc<str>>]) -> Result<Vec<usize>, Error> {
        let number = |(row, label): (usize, &Option<Arc<str>>)| {
            let label = present(row, label)?;
            let found = self.names.iter().position(|name| **name == **label);
            found.ok_or_else(|| {
                Error::new(format!(
                    "row {} has the label `{label}`, which no row of training has",
                    row + 1
                ))
                .advise(format!("the classes are: {}", self.names.join(", ")))
            })
        };
        labels.iter().enumerate().map(number).collect()
    }

    /// The texts of the classes, in the order of their numbers.
    ///
    /// ```
    /// # use kullback_learn::Classes;
    /// assert_eq!(Classes::fit(&[Some("no".into()), Some("yes".into())])?.names(), ["no", "yes"]);
    /// # Ok::<(), kullback_learn::Error>(())
    /// ```
    pub fn names(&self) -> &[String] {
        &self.names
    }
}

/// Rows of tables are counted from 1, the first below the header.
fn present(row: usize, label: &Option<Arc<str>>) -> Result<&Arc<str>, Error> {
    label.as_ref().ok_or_else(|| {
        Error::new(format!("row {} has no label", row + 1))
            .advise("leave such rows out, or give them with --unlabelled")
    })
}
