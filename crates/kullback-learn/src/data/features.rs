//! Values of columns → numbers that a network takes.

use std::ops::Range;

use kullback::summary::Axis;
use serde::{Deserialize, Serialize};

use super::code::{Code, Met, pixel, place};
use super::{Column, Matrix};
use crate::{Error, Inputs};

/// How the columns of a table become features, as fitted on the rows of training.
///
/// A column has up to three kinds of features, told value by value, as the rest of kullback does:
///
/// - **numbers and times**: (x − mean)/deviation, both of the rows of training; 0, the mean, where the row has
///   no number. A column whose numbers are all the same has none.
/// - **texts**: 1 for the text that the row has, 0 for all others. The 100 most frequent texts have a
///   feature each, the others share one.
/// - **nulls**: 1 where the row has no value; only where a row of training had none.
///
/// Pixels of an image are numbers from 0 on, divided by the largest of training, in the order of the columns.
///
/// ```
/// use kullback::summary::Axis::Number;
/// use kullback_learn::{Column, Features, Value::{Null, Ordered, Text}};
///
/// let age = Column { name: "age".into(), values: vec![Ordered(Number, 20.0), Null, Ordered(Number, 40.0)] };
/// let sex = Column { name: "sex".into(), values: ["f", "m", "f"].map(|x| Text(x.into())).to_vec() };
/// let features = Features::fit(&[("people.csv", &[age.clone(), sex.clone()])], None)?;
/// let matrix = features.apply(&[age, sex])?.matrix;
/// assert_eq!(matrix.row(0), [-1.0, 0.0, 1.0, 0.0]); // age, its null, f, m
/// assert_eq!(matrix.row(1), [0.0, 1.0, 0.0, 1.0]);
/// # Ok::<(), kullback_learn::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Features {
    columns: Vec<Code>,
    /// Height and width of the image whose pixels the columns are.
    image: Option<[usize; 2]>,
}

/// The features of a table.
#[derive(Debug, Clone, PartialEq)]
pub struct Applied {
    /// The features, a row for each row of the table.
    pub matrix: Matrix,
    /// What training had not met.
    pub unseen: Vec<Unseen>,
    /// Columns of the table that the features do not use.
    pub unused: Vec<String>,
}

/// What a column had that training had not met, so that its features are 0 there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unseen {
    /// The column.
    pub column: String,
    /// What it had: `nulls` or `texts`.
    pub what: &'static str,
    /// In how many rows.
    pub rows: u64,
}

impl Features {
    /// Fits features on all rows of some tables with the same columns: those with labels, and then those without. Each comes
    /// with its name, for errors. `image` says that the columns are the pixels of images of so many rows (height) and
    /// columns (width).
    ///
    /// # Errors
    /// When a table lacks a column of the first, or has texts where that has none, or numbers; when a number is NaN or infinite, a column holds numbers and times, no
    /// column has two values, or an image has a pixel too many or too few, below 0, or none at all.
    ///
    /// ```
    /// # use kullback::summary::Axis::Number;
    /// # use kullback_learn::{Column, Features, Value::Ordered};
    /// let pixel = |i| Column { name: format!("p{i}"), values: vec![Ordered(Number, 8.0 * f64::from(i))] };
    /// let pixels = [0, 1, 2, 3].map(pixel);
    /// let features = Features::fit(&[("t.csv", &pixels)], Some([2, 2]))?;
    /// assert_eq!(features.apply(&pixels)?.matrix.values, [0.0, 8.0 / 24.0, 16.0 / 24.0, 1.0]);
    /// let error = Features::fit(&[("t.csv", &pixels)], Some([2, 3])).unwrap_err();
    /// assert_eq!(error.to_string(), "t.csv: 4 columns are no images of 2x3, which have 6 pixels");
    /// # Ok::<(), kullback_learn::Error>(())
    /// ```
    pub fn fit(tables: &[(&str, &[Column])], image: Option<[usize; 2]>) -> Result<Features, Error> {
        let first = tables.first().map_or(&[][..], |(_, columns)| columns);
        let refuse = |error: Error| match tables.first() {
            Some((name, _)) => error.at(name),
            None => error,
        };
        if let Some([height, width]) = image
            && height.checked_mul(width) != Some(first.len())
        {
            let what = format!(
                "{} columns are no images of {height}x{width}, which have {} pixels",
                first.len(),
                height.saturating_mul(width)
            );
            return Err(refuse(Error::new(what).advise(
                "leave out what is no pixel with --exclude, or name another size",
            )));
        }
        for (name, table) in tables {
            let names = first.iter().map(|column| column.name.as_str());
            refuse_missing(names, table).map_err(|error| error.at(name))?;
        }
        let mut columns = Vec::with_capacity(first.len());
        let mut largest = 0.0f64;
        for column in first {
            let mut parts = Vec::with_capacity(tables.len());
            for (name, table) in tables {
                let part = find(table, &column.name)?;
                if image.is_some() {
                    let all = part.values.iter().enumerate();
                    for (row, pixel) in all.map(|(row, value)| (row, pixel(value))) {
                        let at = |error: Error| error.at(place(&column.name, row)).at(name);
                        largest = largest.max(pixel.map_err(at)?);
                    }
                }
                parts.push((*name, part));
            }
            columns.push(Code::fit(&column.name, &parts)?);
        }
        if let Some([height, width]) = image {
            if largest == 0.0 {
                let what = format!("all images of {height}x{width} are 0 everywhere");
                return Err(refuse(
                    Error::new(what).advise("an image needs a pixel above 0"),
                ));
            }
            for code in &mut columns {
                code.as_pixels(largest);
            }
        }
        let features = Features { columns, image };
        if features.width() == 0 {
            return Err(refuse(
                Error::new("no column has two different values")
                    .advise("a model needs at least one column that tells rows apart"),
            ));
        }
        Ok(features)
    }

    /// The features of a table that has the columns of training, in any order. More columns are listed, not used.
    ///
    /// # Errors
    /// When columns are missing; when a value is of a kind that its column had not in training (a text among numbers),
    /// is NaN or infinite, or, as a pixel, is null or below 0.
    ///
    /// ```
    /// # use kullback::summary::Axis::Number;
    /// # use kullback_learn::{Column, Features, Value::{Ordered, Text}};
    /// let column = |name: &str, values| Column { name: name.into(), values };
    /// let x = column("x", vec![Ordered(Number, 1.0), Ordered(Number, 2.0)]);
    /// let features = Features::fit(&[("t.csv", &[x])], None)?;
    /// let error = features.apply(&[column("y", Vec::new())]).unwrap_err();
    /// assert_eq!(error.to_string(), "the column `x` is missing");
    /// let error = features.apply(&[column("x", vec![Text("one".into())])]).unwrap_err();
    /// assert_eq!(error.to_string(), "column `x`, row 1: the text `one` where training had numbers");
    /// # Ok::<(), kullback_learn::Error>(())
    /// ```
    pub fn apply(&self, table: &[Column]) -> Result<Applied, Error> {
        refuse_missing(self.columns.iter().map(|code| code.name.as_str()), table)?;
        let rows = table.first().map_or(0, |column| column.values.len());
        let width = self.width();
        let mut matrix = Matrix {
            width,
            values: vec![0.0; rows * width],
        };
        let mut unseen = Vec::new();
        for (code, range) in self.columns.iter().zip(self.ranges()) {
            let column = find(table, &code.name)?;
            let (mut nulls, mut texts) = (0, 0);
            for (row, value) in column.values.iter().enumerate() {
                let start = row * width;
                let features = &mut matrix.values[start + range.start..start + range.end];
                let at = |error: Error| error.at(place(&code.name, row));
                match code
                    .write(value, features, self.image.is_some())
                    .map_err(at)?
                {
                    Met::Yes => {}
                    Met::NullUnseen => nulls += 1,
                    Met::TextUnseen => texts += 1,
                }
            }
            for (what, rows) in [("nulls", nulls), ("texts", texts)] {
                if rows > 0 {
                    let column = code.name.clone();
                    unseen.push(Unseen { column, what, rows });
                }
            }
        }
        let used = |column: &&Column| !self.columns.iter().any(|code| code.name == column.name);
        let unused = table.iter().filter(used).map(|column| column.name.clone());
        Ok(Applied {
            matrix,
            unseen,
            unused: unused.collect(),
        })
    }

    /// How many features a row has.
    ///
    /// ```
    /// # use kullback_learn::{Column, Features, Value::Text};
    /// let color = Column { name: "color".into(), values: vec![Text("red".into()), Text("blue".into())] };
    /// assert_eq!(Features::fit(&[("t.csv", &[color])], None)?.width(), 2);
    /// # Ok::<(), kullback_learn::Error>(())
    /// ```
    pub fn width(&self) -> usize {
        self.columns.iter().map(Code::width).sum()
    }

    /// What a model of these features takes.
    ///
    /// ```
    /// # use kullback_learn::{Column, Features, Inputs, Value::Text};
    /// let color = Column { name: "color".into(), values: vec![Text("red".into()), Text("blue".into())] };
    /// assert_eq!(Features::fit(&[("t.csv", &[color])], None)?.inputs(), Inputs::new(2));
    /// # Ok::<(), kullback_learn::Error>(())
    /// ```
    pub fn inputs(&self) -> Inputs {
        match self.image {
            Some([height, width]) => Inputs::image(height, width),
            None => Inputs::new(self.width()),
        }
    }

    /// The columns in use, each with the axis of its numbers, if it has any, and whether it has texts: how another table
    /// is to be read so that its values are of the same kinds.
    ///
    /// ```
    /// # use kullback_learn::{Column, Features, Value::Text};
    /// let color = Column { name: "color".into(), values: vec![Text("red".into()), Text("blue".into())] };
    /// let features = Features::fit(&[("t.csv", &[color])], None)?;
    /// assert_eq!(features.columns().collect::<Vec<_>>(), [("color", None, true)]);
    /// # Ok::<(), kullback_learn::Error>(())
    /// ```
    pub fn columns(&self) -> impl Iterator<Item = (&str, Option<Axis>, bool)> {
        self.columns
            .iter()
            .map(|code| (code.name.as_str(), code.axis(), !code.texts.is_empty()))
    }

    /// Height and width, where the columns are pixels.
    ///
    /// ```
    /// # use kullback_learn::{Column, Features, Value::Text};
    /// # let color = Column { name: "color".into(), values: vec![Text("red".into()), Text("blue".into())] };
    /// assert_eq!(Features::fit(&[("t.csv", &[color])], None)?.image(), None);
    /// # Ok::<(), kullback_learn::Error>(())
    /// ```
    pub fn image(&self) -> Option<[usize; 2]> {
        self.image
    }

    /// Where the features of each column are, which of them is its number, and which says that it is null.
    pub(crate) fn layout(
        &self,
    ) -> impl Iterator<Item = (Range<usize>, Option<usize>, Option<usize>)> {
        self.columns.iter().zip(self.ranges()).map(|(code, range)| {
            let number = code.has_number().then_some(range.start);
            let null = code
                .nulls
                .then_some(range.start + usize::from(code.has_number()));
            (range, number, null)
        })
    }

    fn ranges(&self) -> impl Iterator<Item = Range<usize>> {
        self.columns.iter().scan(0, |start, code| {
            let range = *start..*start + code.width();
            *start = range.end;
            Some(range)
        })
    }
}

fn find<'a>(table: &'a [Column], name: &str) -> Result<&'a Column, Error> {
    let found = table.iter().find(|column| column.name == name);
    found.ok_or_else(|| Error::new(format!("the column `{name}` is missing")))
}

/// Refuses a table that lacks columns, and names them.
fn refuse_missing<'a>(names: impl Iterator<Item = &'a str>, table: &[Column]) -> Result<(), Error> {
    const SHOWN: usize = 10;
    let missing: Vec<&str> = names
        .filter(|name| !table.iter().any(|column| column.name == *name))
        .collect();
    let (what, verb) = match missing.len() {
        0 => return Ok(()),
        1 => ("the column", "is"),
        _ => ("the columns", "are"),
    };
    let shown: Vec<String> = (missing.iter().take(SHOWN))
        .map(|name| format!("`{name}`"))
        .collect();
    let more = match missing.len().saturating_sub(SHOWN) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let has: Vec<&str> = (table.iter().take(3 * SHOWN))
        .map(|column| column.name.as_str())
        .collect();
    Err(
        Error::new(format!("{what} {}{more} {verb} missing", shown.join(", ")))
            .advise(format!("the columns are: {}", has.join(", "))),
    )
}

#[cfg(test)]
#[allow(
    clippy::float_cmp,
    reason = "codes are exact, and files keep every bit"
)]
mod tests {
    use super::super::Value;
    use super::*;

    fn text(value: &str) -> Value {
        Value::Text(value.into())
    }

    fn number(x: f64) -> Value {
        Value::Ordered(Axis::Number, x)
    }

    fn column(name: &str, values: impl IntoIterator<Item = Value>) -> Column {
        Column {
            name: name.to_owned(),
            values: values.into_iter().collect(),
        }
    }

    fn fit(columns: &[Column]) -> Features {
        Features::fit(&[("t.csv", columns)], None).unwrap()
    }

    #[test]
    fn rare_texts_share_a_feature_and_new_ones_do_too() {
        // t0 comes once, t1 twice, …: the hundred most frequent are t20 to t119.
        let values = (0..120).flat_map(|i| vec![text(&format!("t{i}")); i + 1]);
        let columns = [column("word", values)];
        let features = fit(&columns);
        assert_eq!(features.width(), 101);
        let table = [column(
            "word",
            [text("t119"), text("t20"), text("t19"), text("new")],
        )];
        let applied = features.apply(&table).unwrap();
        let place = |row: usize| {
            applied
                .matrix
                .row(row)
                .iter()
                .position(|&x| x == 1.0)
                .unwrap()
        };
        assert!(place(0) != place(1) && place(0) < 100 && place(1) < 100);
        assert_eq!((place(2), place(3)), (100, 100));
        assert_eq!(applied.unseen, []);
    }

    #[test]
    fn what_training_had_not_is_counted_and_has_no_feature() {
        let columns = [
            column("word", [text("a"), text("b"), text("b")]),
            column("x", [number(1.0), number(3.0), number(2.0)]),
        ];
        let features = fit(&columns);
        let table = [
            column("x", [Value::Null, number(2.0)]),
            column("word", [text("c"), Value::Null]),
            column("id", [number(1.0), number(2.0)]),
        ];
        let applied = features.apply(&table).unwrap();
        assert_eq!(applied.matrix.values, [0.0; 6]);
        let unseen = |column: &str, what| Unseen {
            column: column.to_owned(),
            what,
            rows: 1,
        };
        let expected = [
            unseen("word", "nulls"),
            unseen("word", "texts"),
            unseen("x", "nulls"),
        ];
        assert_eq!(applied.unseen, expected);
        assert_eq!(applied.unused, ["id"]);
    }

    #[test]
    fn columns_that_tell_nothing_apart_have_no_feature() {
        let same = [
            column("x", [number(7.0), number(7.0)]),
            column("y", [text("a"), text("a")]),
        ];
        let error = Features::fit(&[("t.csv", &same)], None).unwrap_err();
        assert_eq!(
            error.to_string(),
            "t.csv: no column has two different values"
        );
        let mut columns = same.to_vec();
        columns.push(column("z", [number(1.0), number(2.0)]));
        let features = fit(&columns);
        assert_eq!(features.width(), 1);
        assert_eq!(features.apply(&columns).unwrap().matrix.values, [-1.0, 1.0]);
    }

    #[test]
    fn unlabelled_rows_take_part_in_the_mean_and_must_be_of_the_same_kind() {
        let labelled = [column("x", [number(1.0)])];
        let more = [column("x", [number(3.0), number(5.0)])];
        let features = Features::fit(&[("a.csv", &labelled), ("b.csv", &more)], None).unwrap();
        assert_eq!(features.apply(&more).unwrap().matrix.values[0], 0.0);
        let told = |more: Column| {
            let tables: [(&str, &[Column]); 2] = [("a.csv", &labelled), ("b.csv", &[more])];
            Features::fit(&tables, None).unwrap_err().to_string()
        };
        assert_eq!(
            told(column("x", [number(3.0), text("many")])),
            "b.csv: column `x`, row 2: the text `many` where training had numbers"
        );
        assert_eq!(
            told(column("x", [Value::Ordered(Axis::Time, 3.0)])),
            "b.csv: column `x`, row 1: times among numbers"
        );
        assert_eq!(
            told(column("x", [number(f64::NAN)])),
            "b.csv: column `x`, row 1: the number NaN"
        );
        assert_eq!(
            told(column("y", [number(1.0)])),
            "b.csv: the column `x` is missing"
        );
    }

    #[test]
    fn a_file_keeps_every_bit() {
        let x = (0..50).map(|i| number((f64::from(i) * 0.7).sin() / 3.0));
        let columns = [
            column("x", x.chain([Value::Null])),
            column("word", (0..51).map(|i| text(["a", "b"][i % 2]))),
        ];
        let features = fit(&columns);
        let json = serde_json::to_string(&features).unwrap();
        let read: Features = serde_json::from_str(&json).unwrap();
        assert_eq!(read, features);
        assert_eq!(
            read.apply(&columns).unwrap(),
            features.apply(&columns).unwrap()
        );
    }

    #[test]
    fn pixels_are_finite_numbers_from_zero_on() {
        let image = |pixel: Value| [column("p", [number(2.0), pixel])];
        let told = |pixel: Value| {
            Features::fit(&[("t.csv", &image(pixel))], Some([1, 1]))
                .unwrap_err()
                .to_string()
        };
        assert_eq!(told(number(-1.0)), "t.csv: column `p`, row 2: the pixel -1");
        assert_eq!(told(Value::Null), "t.csv: column `p`, row 2: no pixel");
        assert_eq!(
            told(text("x")),
            "t.csv: column `p`, row 2: the text `x` where a pixel should be"
        );
        let features = Features::fit(&[("t.csv", &image(number(4.0)))], Some([1, 1])).unwrap();
        assert_eq!(
            features.apply(&image(number(8.0))).unwrap().matrix.values,
            [0.5, 2.0]
        );
    }
}
