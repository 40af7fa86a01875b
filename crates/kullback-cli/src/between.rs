//! `kullback between`: two short distributions, or two families.

use std::path::Path;
use std::process::ExitCode;

use kullback::family::{Error, Family, Multivariate, Sampling};
use kullback::{AnyMeasure, Measure, Normalisation, Pair};
use kullback_report::{BetweenReport, FamiliesReport, between, families, json};

use crate::args::Between;
use crate::fail::Fail;
use crate::output;

pub(crate) fn run(args: &Between) -> Result<ExitCode, Fail> {
    // No number and hardly a file has a parenthesis in its name.
    let is_family = |text: &str| text.contains('(') && !Path::new(text).is_file();
    match (is_family(&args.p), is_family(&args.q)) {
        (true, true) => of_families(args)?,
        (false, false) => of_vectors(args)?,
        _ => {
            return Err(
                Fail::new("a family cannot be compared with a list of numbers")
                    .advise("give two families, as normal(0,1) laplace(0,1.5), or two lists"),
            );
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn of_families(args: &Between) -> Result<(), Fail> {
    if !args.question.measure.is_empty() || args.normalise {
        return Err(Fail::new("families are compared by KL, its reverse and JS")
            .advise("leave out --measure and --normalise"));
    }
    let unit = args.question.base.unit();
    let report = match (side(&args.p)?, side(&args.q)?) {
        (Side::One(p), Side::One(q)) => FamiliesReport::new(&p, &q, unit),
        (Side::Several(p), Side::Several(q)) => {
            FamiliesReport::of_several(&p, &q, Sampling::default(), unit)
                .map_err(|error| Fail::new(error.to_string()))?
        }
        _ => {
            return Err(Fail::new(
                "a distribution of one variable cannot be compared with one of several",
            ));
        }
    };
    if args.question.json {
        output::print(|stdout| json(&report, stdout))
    } else {
        output::print_styled(&families(&report))
    }
}

/// A distribution, of one variable or of several.
enum Side {
    One(Family),
    Several(Multivariate),
}

fn side(text: &str) -> Result<Side, Fail> {
    let found = match text.parse() {
        Err(Error::SeveralVariables { .. }) => text.parse().map(Side::Several),
        one => one.map(Side::One),
    };
    found.map_err(|error| Fail::new(error.to_string()))
}

fn of_vectors(args: &Between) -> Result<(), Fail> {
    let (p, q) = (vector(&args.p)?, vector(&args.q)?);
    let pair = pair(&p, &q, args.normalise)?;
    let measures: Vec<Measure> = if args.question.measure.is_empty() {
        Measure::all().collect()
    } else {
        let of_pairs = |measure: &AnyMeasure| measure.on_pairs();
        let asked = args.question.measure.iter().map(of_pairs);
        asked.collect::<Result<_, _>>().map_err(|error| {
            Fail::from(error).advise("give columns of numbers: kullback compare P Q --measure ks")
        })?
    };
    let report = BetweenReport::new(&pair, &measures, args.question.base.unit());
    if args.question.json {
        output::print(|stdout| json(&report, stdout))
    } else {
        output::print_styled(&between(&report))
    }
}

/// One side: counts where all numbers are whole and do not sum to 1, else probabilities.
enum Vector {
    Counts(Vec<u64>),
    Probabilities(Vec<f64>),
}

fn vector(text: &str) -> Result<Vector, Fail> {
    let content;
    let (numbers, source) = if Path::new(text).is_file() {
        content =
            std::fs::read_to_string(text).map_err(|error| Fail::new(format!("{text}: {error}")))?;
        (content.as_str(), format!("{text}: "))
    } else {
        (text, String::new())
    };
    let words: Vec<&str> = numbers
        .split(|c: char| c.is_whitespace() || c == ',' || c == ';')
        .filter(|word| !word.is_empty())
        .collect();
    if words.is_empty() {
        return Err(Fail::new(format!("{source}there are no numbers")).advise(HOW));
    }
    if let Ok(counts) = words
        .iter()
        .map(|word| word.parse())
        .collect::<Result<Vec<u64>, _>>()
        && counts.iter().map(|&count| u128::from(count)).sum::<u128>() != 1
    {
        return Ok(Vector::Counts(counts));
    }
    let number = |(i, word): (usize, &&str)| {
        word.parse::<f64>().map_err(|_| {
            Fail::new(format!("{source}`{word}`, entry {}, is no number", i + 1)).advise(HOW)
        })
    };
    words
        .iter()
        .enumerate()
        .map(number)
        .collect::<Result<_, _>>()
        .map(Vector::Probabilities)
}

const HOW: &str = "write numbers joined by commas, or name a file that holds them";

fn pair(p: &Vector, q: &Vector, normalise: bool) -> Result<Pair, Fail> {
    if let (Vector::Counts(p), Vector::Counts(q)) = (p, q) {
        return Ok(Pair::from_counts(p, q)?);
    }
    // Counts beside probabilities: their shares are exact to rounding.
    let shares = |side: &Vector| match side {
        Vector::Counts(counts) => {
            let total: f64 = counts.iter().map(|&count| count as f64).sum();
            // Nothing counted: the zeros themselves, which are refused by name below.
            let total = if total > 0.0 { total } else { 1.0 };
            counts.iter().map(|&count| count as f64 / total).collect()
        }
        Vector::Probabilities(probabilities) => probabilities.clone(),
    };
    let policy = if normalise {
        Normalisation::Normalise
    } else {
        Normalisation::Strict
    };
    Pair::from_probabilities(&shares(p), &shares(q), policy).map_err(|error| {
        let fail = Fail::from(error.clone());
        if matches!(error, kullback::Error::NotNormalised { .. }) {
            fail.advise("say --normalise to divide each side by its sum")
        } else {
            fail
        }
    })
}
