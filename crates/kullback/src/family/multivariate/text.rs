//! Distributions of several variables as text: `mvn([0, 1], [[1, 0], [0, 2]])`.

use std::fmt;
use std::str::FromStr;

use super::{Kind, Multivariate, Normal};
use crate::family::Error;
use crate::family::matrix::Rows;
use crate::family::text::{
    Number, at_top_level, head, is_of_one_variable, mixture, plain, unknown, unreadable,
};

/// A family's row, as the parser sees it.
struct Entry {
    name: &'static str,
    signature: &'static str,
    build: fn(Arguments) -> Result<Multivariate, Error>,
}

const ENTRIES: &[Entry] = &[
    Entry {
        name: "dirichlet",
        signature: super::dirichlet::DIRICHLET,
        build: |given| Multivariate::dirichlet(&given.numbers(0, "a concentration")?),
    },
    Entry {
        name: "logistic_normal",
        signature: "logistic_normal([m0, …], [[s00, …], …])",
        build: |given| {
            let (mean, covariance) = given.moments()?;
            Multivariate::logistic_normal(&mean, &covariance)
        },
    },
    Entry {
        name: "low_rank_normal",
        signature: "low_rank_normal([m0, …], [[w00, …], …], [d0, …])",
        build: |given| {
            let [mean, factor, diagonal] = given.take()?;
            Multivariate::low_rank_normal(
                &given.vector("mean", mean)?,
                &given.matrix("factor", factor)?,
                &given.vector("diagonal", diagonal)?,
            )
        },
    },
    Entry {
        name: "matrix_normal",
        signature: "matrix_normal([[m00, …], …], [[u00, …], …], [[v00, …], …])",
        build: |given| {
            let [mean, rows, columns] = given.take()?;
            Multivariate::matrix_normal(
                &given.matrix("mean", mean)?,
                &given.matrix("rows", rows)?,
                &given.matrix("columns", columns)?,
            )
        },
    },
    Entry {
        name: "multinomial",
        signature: "multinomial(trials, p0, p1, …)",
        build: |given| {
            let trials = given.number("trials", given.parts.first().copied().unwrap_or(""))?;
            Multivariate::multinomial(trials, &given.numbers(1, "a probability")?)
        },
    },
    Entry {
        name: "multivariate_normal",
        signature: "multivariate_normal([m0, …], [[s00, …], …])",
        build: |given| {
            let (mean, covariance) = given.moments()?;
            Multivariate::normal(&mean, &covariance)
        },
    },
    Entry {
        name: "mvn",
        signature: "mvn([m0, …], [[s00, …], …])",
        build: |given| {
            let (mean, covariance) = given.moments()?;
            Multivariate::normal(&mean, &covariance)
        },
    },
    Entry {
        name: "von_mises_fisher",
        signature: "von_mises_fisher([m0, m1, …], concentration)",
        build: |given| {
            let [mean, concentration] = given.take()?;
            let mean = given.vector("mean", mean)?;
            Multivariate::von_mises_fisher(&mean, given.number("concentration", concentration)?)
        },
    },
    Entry {
        name: "wishart",
        signature: "wishart(df, [[v00, …], …])",
        build: |given| {
            let [df, scale] = given.take()?;
            Multivariate::wishart(given.number("df", df)?, &given.matrix("scale", scale)?)
        },
    },
];

/// What stands between the parentheses, and how it should.
struct Arguments<'a> {
    parts: Vec<&'a str>,
    signature: &'static str,
}

impl<'a> Arguments<'a> {
    fn take<const N: usize>(&self) -> Result<[&'a str; N], Error> {
        let parts = self.parts.as_slice().try_into();
        parts.map_err(|_| Error::WrongCount {
            takes: self.signature,
            given: self.parts.len(),
        })
    }

    fn expected(&self, part: &str, parameter: &str, what: &str) -> Error {
        let expected = format!("{parameter} is {what}, as in {}", self.signature);
        unreadable(part, expected)
    }

    fn number(&self, parameter: &str, part: &str) -> Result<f64, Error> {
        let number = part.trim().parse();
        number.map_err(|_| self.expected(part, parameter, "a number"))
    }

    /// All arguments from `first` on.
    fn numbers(&self, first: usize, parameter: &str) -> Result<Vec<f64>, Error> {
        let parts = self.parts.iter().skip(first);
        parts.map(|part| self.number(parameter, part)).collect()
    }

    /// The entries of a list in square brackets.
    fn entries(&self, parameter: &str, part: &'a str, what: &str) -> Result<Vec<&'a str>, Error> {
        let inside = part.trim().strip_prefix('[');
        let inside = inside.and_then(|inside| inside.strip_suffix(']'));
        let inside = inside.ok_or_else(|| self.expected(part, parameter, what))?;
        Ok(list(inside))
    }

    /// A mean and a covariance matrix.
    fn moments(&self) -> Result<(Vec<f64>, Rows), Error> {
        let [mean, covariance] = self.take()?;
        let mean = self.vector("mean", mean)?;
        Ok((mean, self.matrix("covariance", covariance)?))
    }

    fn vector(&self, parameter: &str, part: &'a str) -> Result<Vec<f64>, Error> {
        let what = "a list of numbers in square brackets";
        let entries = self.entries(parameter, part, what)?.into_iter();
        let number = |entry: &str| entry.trim().parse();
        let numbers: Result<_, _> = entries.map(number).collect();
        numbers.map_err(|_| self.expected(part, parameter, what))
    }

    fn matrix(&self, parameter: &str, part: &'a str) -> Result<Rows, Error> {
        let what = "a list of rows in square brackets";
        let rows = self.entries(parameter, part, what)?.into_iter();
        rows.map(|row| self.vector(&format!("a row of the {parameter}"), row))
            .collect()
    }
}

/// What stands between commas; nothing in an empty text.
fn list(text: &str) -> Vec<&str> {
    if text.trim().is_empty() {
        Vec::new()
    } else {
        at_top_level(text, ',')
    }
}

fn entry(name: &str) -> Option<&'static Entry> {
    ENTRIES
        .iter()
        .find(|entry| plain(entry.name) == plain(name))
}

/// Whether a family of several variables has this name.
pub(in crate::family) fn is_named(name: &str) -> bool {
    entry(name).is_some()
}

/// How the family of this name is written.
pub(in crate::family) fn signature(name: &str) -> Option<&'static str> {
    entry(name).map(|entry| entry.signature)
}

/// The names of the families of several variables.
pub(in crate::family) fn names() -> impl Iterator<Item = &'static str> {
    ENTRIES.iter().map(|entry| entry.name)
}

impl FromStr for Multivariate {
    type Err = Error;

    /// Reads `name(…)` with vectors in square brackets and matrices as lists of rows; capitals,
    /// spaces, `_` and `-` in names make no difference.
    fn from_str(text: &str) -> Result<Multivariate, Error> {
        parse(text, 0)
    }
}

fn parse(text: &str, depth: usize) -> Result<Multivariate, Error> {
    let (name, inside) = head(text);
    if plain(name) == "mixture" {
        return Multivariate::mixture(&mixture(text, depth, parse)?);
    }
    let Some(entry) = entry(name) else {
        return Err(if is_of_one_variable(name) {
            Error::OneVariable {
                name: name.to_owned(),
            }
        } else {
            unknown(name)
        });
    };
    let write = || unreadable(text, format!("write {}", entry.signature));
    (entry.build)(Arguments {
        parts: list(inside.ok_or_else(write)?),
        signature: entry.signature,
    })
}

/// Items between commas.
struct List<'a, T>(&'a [T], fn(&T, &mut fmt::Formatter<'_>) -> fmt::Result);

impl<T> fmt::Display for List<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, item) in self.0.iter().enumerate() {
            f.write_str(if i == 0 { "" } else { ", " })?;
            self.1(item, f)?;
        }
        Ok(())
    }
}

fn numbers(x: &[f64]) -> List<'_, f64> {
    List(x, |&x, f| write!(f, "{}", Number(x)))
}

fn rows(x: &[Vec<f64>]) -> List<'_, Vec<f64>> {
    List(x, |row, f| write!(f, "[{}]", numbers(row)))
}

fn moments(normal: &Normal) -> String {
    let (mean, covariance) = (numbers(&normal.mean), rows(&normal.covariance.rows));
    format!("[{mean}], [{covariance}]")
}

impl fmt::Display for Multivariate {
    /// The text that parses to the same distribution, to the last bit.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            Kind::Dirichlet(d) => write!(f, "dirichlet({})", numbers(&d.concentrations)),
            Kind::LowRank(n) => {
                let (mean, diagonal) = (numbers(&n.mean), numbers(&n.diagonal));
                write!(
                    f,
                    "low_rank_normal([{mean}], [{}], [{diagonal}])",
                    rows(&n.factor)
                )
            }
            Kind::MatrixNormal(n) => {
                let [by_row, by_column] = [&n.rows, &n.columns].map(|c| rows(&c.rows));
                write!(
                    f,
                    "matrix_normal([{}], [{by_row}], [{by_column}])",
                    rows(&n.mean)
                )
            }
            Kind::Mixture(m) => {
                let part = |(w, c): &(f64, Multivariate)| format!("{}*{c}", Number(*w));
                let parts: Vec<String> = m.components.iter().map(part).collect();
                write!(f, "mixture({})", parts.join(" + "))
            }
            Kind::Multinomial(m) => {
                let trials = Number(m.trials);
                write!(f, "multinomial({trials}, {})", numbers(&m.probabilities))
            }
            Kind::LogisticNormal(n) => write!(f, "logistic_normal({})", moments(&n.ratios)),
            Kind::Normal(n) => write!(f, "multivariate_normal({})", moments(n)),
            Kind::VonMisesFisher(v) => {
                let concentration = Number(v.concentration);
                write!(
                    f,
                    "von_mises_fisher([{}], {concentration})",
                    numbers(&v.mean)
                )
            }
            Kind::Wishart(w) => {
                write!(f, "wishart({}, [{}])", Number(w.df), rows(&w.scale.rows))
            }
        }
    }
}
