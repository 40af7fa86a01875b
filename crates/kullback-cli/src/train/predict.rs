//! `kullback predict`: a model that was trained, applied to a table.

use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::Path;
use std::process::ExitCode;

use kullback_learn::{likeliest, predict, softmax};
use kullback_model::write_npy;
use kullback_report::{PredictionReport, evaluations, json};
use kullback_table::{Values, write_table};

use super::args::Predict;
use super::evaluated;
use super::model_file::ModelFile;
use super::tables::{Table, like};
use crate::fail::Fail;
use crate::{output, threads};

pub(crate) fn run(args: &Predict) -> Result<ExitCode, Fail> {
    threads::set(args.reading.threads)?;
    let file = ModelFile::load(&args.model)?;
    let options = args.reading.options(None, Vec::new());
    let like = like(file.preprocessing.columns());
    let table = Table::read(&args.table, &options, &like, &file.label_column)?;
    let (applied, mut notes) = table.features(&file.preprocessing)?;
    notes.extend(table.notes.iter().cloned());
    let logits = predict(&file.model, &applied.matrix)?;
    let names = file.labels.names();
    let mut evaluations_found = Vec::new();
    if let Some(labels) = &table.labels {
        let labels = file.labels.numbers(labels).map_err(|error| {
            let column = &file.label_column;
            Fail::from(error).of(&format!("{}: column `{column}`", table.name))
        })?;
        evaluations_found.push(evaluated(&table.name, &logits, &labels, names.len())?);
    }
    let tops: Vec<usize> = logits.chunks(names.len()).map(likeliest).collect();
    if let Some(path) = &args.output {
        write(path, &logits, &tops, names)?;
    }
    if let Some(path) = &args.logits {
        write_logits(path, &logits, names.len())?;
    }
    let mut predicted = vec![0; names.len()];
    tops.iter().for_each(|&top| predicted[top] += 1);
    let report = PredictionReport {
        schema: 1,
        kullback: env!("CARGO_PKG_VERSION"),
        model: args.model.display().to_string(),
        table: table.name,
        rows: tops.len() as u64,
        classes: names.to_vec(),
        predicted,
        evaluations: evaluations_found,
        notes,
    };
    if args.json {
        output::print(|stdout| json(&report, stdout))?;
    } else {
        output::print_styled(&evaluations(&report, output::width()))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// A row for each row: the likeliest class, its probability, and the probability of each class.
fn write(path: &Path, logits: &[f32], tops: &[usize], names: &[String]) -> Result<(), Fail> {
    let rows: Vec<Vec<f64>> = logits.chunks(names.len()).map(softmax).collect();
    let tops_and_rows = || tops.iter().zip(&rows);
    let titles: Vec<String> = names.iter().map(|name| format!("p({name})")).collect();
    let mut columns = vec![
        (
            "row",
            Values::Whole((1..=rows.len() as u64).map(Some).collect()),
        ),
        (
            "prediction",
            Values::Texts(tops.iter().map(|&top| Some(names[top].clone())).collect()),
        ),
        (
            "confidence",
            Values::Numbers(tops_and_rows().map(|(&top, row)| Some(row[top])).collect()),
        ),
    ];
    for (class, title) in titles.iter().enumerate() {
        columns.push((
            title,
            Values::Numbers(rows.iter().map(|row| Some(row[class])).collect()),
        ));
    }
    Ok(write_table(path, &columns)?)
}

fn write_logits(path: &Path, logits: &[f32], classes: usize) -> Result<(), Fail> {
    let written = File::create(path).and_then(|file| {
        let mut out = BufWriter::new(file);
        write_npy(&mut out, logits, classes)?;
        out.flush()
    });
    written.map_err(|error| Fail::new(format!("{}: {error}", path.display())))
}
