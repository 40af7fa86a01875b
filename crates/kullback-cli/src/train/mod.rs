//! `kullback train`: tables → a model.

pub(crate) mod args;
mod log;
mod model_file;
pub(crate) mod predict;
mod progress;
mod tables;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use kullback_learn::{
    Classes, Data, Features, Matrix, Settings, StepLog, Trained, Trainer, evaluate, hold_back,
    predict as predicted,
};
use kullback_model::Npy;
use kullback_report::{
    EvaluationReport, Number, TrainedReport, TrainingLosses, TrainingRows, json, training,
};

use self::args::Train;
use self::log::Log;
use self::model_file::ModelFile;
use self::tables::{Labels, Table};
use crate::fail::Fail;
use crate::{output, threads};

pub(crate) fn run(args: &Train) -> Result<ExitCode, Fail> {
    threads::set(args.reading.threads)?;
    let settings = args.settings();
    settings.check()?;
    let inputs = Inputs::read(args)?;
    let held = match args.dev {
        Some(share) => hold_back(&inputs.labels, share, args.seed)[1].clone(),
        None => Vec::new(),
    };
    let data = inputs.data(args, &settings, &held)?;
    let rows = TrainingRows {
        labelled: (inputs.labels.len() - held.len()) as u64,
        held_back: held.len() as u64,
        unlabelled: inputs.unlabelled.as_ref().map_or(0, Matrix::rows) as u64,
    };
    let features = &inputs.features;
    let mut trainer = Trainer::new(&args.model, features.inputs(), &data, &settings)?;
    let state = state_path(&args.output);
    if args.resume {
        trainer.resume(&state)?;
    }
    let log = args.log.as_deref();
    let open = |path: &Path| {
        Log::open(
            path,
            &args.model.to_string(),
            &rows,
            &settings,
            trainer.steps(),
        )
    };
    let mut log = log.map(open).transpose()?;
    let last = make_steps(&mut trainer, args, &state, log.as_mut())?;
    let trained = trainer.finish()?;
    let evaluations = inputs.evaluate(&trained, &held, args)?;
    let Trained {
        model,
        steps,
        best_step,
    } = trained;
    let file = ModelFile {
        model,
        preprocessing: features.clone(),
        labels: inputs.classes.clone(),
        label_column: args.label.clone(),
    };
    file.save(&args.output, &settings)?;
    let parameters = file.model.parameters();
    let report = TrainedReport {
        schema: 1,
        kullback: env!("CARGO_PKG_VERSION"),
        model: args.output.display().to_string(),
        architecture: args.model.to_string(),
        features: features.width(),
        parameters: parameters.iter().map(|x| x.values.len() as u64).sum(),
        classes: inputs.classes.names().to_vec(),
        rows,
        steps,
        best_step,
        last,
        evaluations,
        notes: inputs.notes,
    };
    if let Some(log) = &mut log {
        log.end(&report)?;
        if let Some(page) = &args.html {
            output::write_page(page, &log.page()?)?;
        }
    }
    // The model is there; a state that stays behind is no failure.
    let _ = std::fs::remove_file(&state);
    if args.json {
        output::print(|stdout| json(&report, stdout))?;
    } else {
        output::print_styled(&training(&report, output::width()))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// The rows of all tables.
struct Inputs {
    features: Features,
    classes: Classes,
    labelled: Matrix,
    labels: Vec<usize>,
    unlabelled: Option<Matrix>,
    test: Option<(String, Matrix, Vec<usize>)>,
    notes: Vec<String>,
}

impl Inputs {
    fn read(args: &Train) -> Result<Self, Fail> {
        let label = &args.label;
        let mut wanted = args.columns.columns.clone();
        if let Some(wanted) = &mut wanted
            && !wanted.contains(label)
        {
            wanted.push(label.clone());
        }
        let options = args.reading.options(wanted, args.columns.exclude.clone());
        let table = Table::read(&args.labelled, &options, &Default::default(), label)?;
        let found = table.labels(label)?;
        let of_label = |error| Fail::from(error).of(&format!("{}: column `{label}`", table.name));
        let classes = Classes::fit(found).map_err(of_label)?;
        let labels = classes.numbers(found).map_err(of_label)?;
        let mut notes = table.notes.clone();
        // What is said of columns is said of the labelled table's; the others' are read like those.
        let mut others = args.reading.options(None, Vec::new());
        others.types.clear();
        let like = table.like();
        let read = |name: &String| Table::read(name, &others, &like, label);
        let unlabelled = args.unlabelled.as_ref().map(read).transpose()?;
        let test = args.test.as_ref().map(read).transpose()?;
        for other in unlabelled.iter().chain(&test) {
            notes.extend(other.notes.iter().cloned());
        }
        if let Some(table) = unlabelled.as_ref().filter(|table| table.labels.is_some()) {
            notes.push(format!(
                "{}: its labels in column `{label}` are not used",
                table.name
            ));
        }

        let mut tables = vec![(table.name.as_str(), &table.columns[..])];
        if let Some(unlabelled) = &unlabelled {
            tables.push((&unlabelled.name, &unlabelled.columns));
        }
        let features = Features::fit(&tables, args.image)?;
        let mut apply = |table: &Table| -> Result<Matrix, Fail> {
            let (applied, found) = table.features(&features)?;
            notes.extend(found);
            Ok(applied.matrix)
        };
        let labelled = apply(&table)?;
        let unlabelled_rows = unlabelled.as_ref().map(&mut apply).transpose()?;
        let test = test
            .map(|test| {
                let numbers = numbers(&test, test.labels(label)?, label, &classes)?;
                Ok::<_, Fail>((test.name.clone(), apply(&test)?, numbers))
            })
            .transpose()?;
        Ok(Self {
            features,
            classes,
            labelled,
            labels,
            unlabelled: unlabelled_rows,
            test,
            notes,
        })
    }

    fn data(&self, args: &Train, settings: &Settings, held: &[usize]) -> Result<Data, Fail> {
        let mut data = Data::new(
            &self.features,
            self.labelled.clone(),
            self.labels.clone(),
            self.classes.names().len(),
            self.unlabelled.clone(),
            settings,
        )?;
        if args.dev.is_some() {
            data = data.hold_back(held)?;
        }
        if let Some(path) = &args.distil {
            let of_file = |error| Fail::from(error).of(&path.display().to_string());
            data = data.follow(&teacher(path)?, held).map_err(of_file)?;
        }
        Ok(data)
    }

    /// How good the model is, on the rows it was trained on, those held back, and those of the test.
    fn evaluate(
        &self,
        trained: &Trained,
        held: &[usize],
        args: &Train,
    ) -> Result<Vec<EvaluationReport>, Fail> {
        let train: Vec<usize> = (0..self.labels.len())
            .filter(|row| !held.contains(row))
            .collect();
        let mut all = Vec::new();
        let mut add = |of: &str, rows: &Matrix, labels: &[usize]| -> Result<(), Fail> {
            let logits = predicted(&trained.model, rows)?;
            all.push(evaluated(of, &logits, labels, trained.model.classes())?);
            Ok(())
        };
        let labels =
            |rows: &[usize]| -> Vec<usize> { rows.iter().map(|&row| self.labels[row]).collect() };
        add("labelled", &self.labelled.select(&train), &labels(&train))?;
        if args.dev.is_some() {
            add("held back", &self.labelled.select(held), &labels(held))?;
        }
        if let Some((name, rows, labels)) = &self.test {
            add(name, rows, labels)?;
        }
        Ok(all)
    }
}

/// The classes of a table's labels.
fn numbers(
    table: &Table,
    labels: &Labels,
    label: &str,
    classes: &Classes,
) -> Result<Vec<usize>, Fail> {
    classes
        .numbers(labels)
        .map_err(|error| Fail::from(error).of(&format!("{}: column `{label}`", table.name)))
}

/// How good logits are.
fn evaluated(
    of: &str,
    logits: &[f32],
    labels: &[usize],
    classes: usize,
) -> Result<EvaluationReport, Fail> {
    let found = evaluate(logits, labels, classes).map_err(|error| Fail::from(error).of(of))?;
    Ok(EvaluationReport {
        of: of.to_owned(),
        rows: found.rows,
        accuracy: found.accuracy,
        nll: Number(found.nll),
        calibration_error: found.calibration_error,
        calibration_bins: found.calibration_bins,
        label_kl: Number(found.label_kl),
        confusion: found.confusion,
    })
}

/// The logits of a teacher.
fn teacher(path: &Path) -> Result<Matrix, Fail> {
    let file = Npy::open(path, None)?;
    let tensor = file.tensor();
    let [_, classes] = tensor.shape[..] else {
        return Err(Fail::new(format!(
            "{}: its shape is {}: [rows, classes] is needed",
            path.display(),
            tensor.shape_text()
        )));
    };
    let mut values = Vec::new();
    tensor
        .dtype
        .append_f64(&file.window(0, tensor.elements())?, &mut values);
    Ok(Matrix {
        // Its bytes are in the file, so its sizes fit the memory's.
        width: classes as usize,
        values: values.into_iter().map(|x| x as f32).collect(),
    })
}

/// Makes all steps, or those up to Ctrl-C, which saves the state; gives the last one's losses.
fn make_steps(
    trainer: &mut Trainer<'_>,
    args: &Train,
    state: &Path,
    mut log: Option<&mut Log>,
) -> Result<TrainingLosses, Fail> {
    let stop = Arc::new(AtomicBool::new(false));
    let asked = Arc::clone(&stop);
    ctrlc::set_handler(move || {
        if asked.swap(true, Ordering::Relaxed) {
            // Asked twice: at once, and without the state.
            std::process::exit(130);
        }
    })
    .map_err(|error| Fail::new(format!("Ctrl-C cannot be caught: {error}")))?;
    let bar = progress::Bar::new(args.steps);
    let mut last = None;
    while !trainer.is_done() {
        if stop.load(Ordering::Relaxed) {
            trainer.save(state)?;
            if let Some(log) = log {
                log.flush()?;
            }
            return Err(Fail::new(format!(
                "interrupted after step {} of {}: the state is in {}",
                trainer.steps(),
                args.steps,
                state.display()
            ))
            .advise("the same command with --resume goes on from there"));
        }
        let step = trainer.step()?;
        bar.show(&step);
        if let Some(log) = log.as_deref_mut() {
            log.step(&step)?;
        }
        if args.save_every > 0 && step.step.is_multiple_of(args.save_every) && !trainer.is_done() {
            trainer.save(state)?;
            if let Some(log) = log.as_deref_mut() {
                log.flush()?;
            }
        }
        last = Some(step);
    }
    last.map(|step| losses(&step)).ok_or_else(|| {
        Fail::new("there is no step left to make").advise("begin anew without --resume")
    })
}

fn losses(step: &StepLog) -> TrainingLosses {
    TrainingLosses {
        supervised: Number(step.supervised),
        consistency: step.consistency.map(Number),
        mask_share: step.mask_share,
        distillation: step.distillation.map(Number),
        penalty: Number(step.penalty),
    }
}

/// Where the state of a training lies: beside its model.
fn state_path(model: &Path) -> PathBuf {
    let mut name = model.as_os_str().to_owned();
    name.push(".state");
    name.into()
}
