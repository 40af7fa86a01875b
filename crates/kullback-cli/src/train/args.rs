//! What may be said to `kullback train` and `kullback predict`.

use std::path::PathBuf;
use std::str::FromStr;

use clap::Args as ClapArgs;
use kullback_learn::{
    Annealing, Architecture, Augmentation, Consistency, Distillation, Error, Preset, Settings, Uda,
};

use crate::args::Reading;

pub(crate) const TRAIN_EXAMPLES: &str = "Examples:
  kullback train labelled.csv --label species -o model.safetensors
  kullback train labelled.csv --label digit --unlabelled more.csv --image 8x8 --test test.csv -o model.safetensors
  kullback train labelled.csv --label digit --unlabelled more.csv --image 8x8 --model cnn:16,32 --l2 1e-3 \\
    --ema 0.999 --align --augment-labels --log run.jsonl -o model.safetensors";

#[derive(ClapArgs, Debug)]
pub(crate) struct Train {
    /// The table with labels
    pub(crate) labelled: String,
    /// The column of the labels: texts or numbers, each different one a class
    #[arg(long, value_name = "COLUMN")]
    pub(crate) label: String,
    /// A table with the same columns and no labels: the model is to say the same of a row and of its augmented view
    #[arg(long, value_name = "TABLE")]
    pub(crate) unlabelled: Option<String>,
    /// A table with labels that is not trained on, to judge the result by
    #[arg(long, value_name = "TABLE")]
    pub(crate) test: Option<String>,
    /// The file that the model is written to
    #[arg(short, long, value_name = "FILE.safetensors")]
    pub(crate) output: PathBuf,
    /// Print everything as JSON
    #[arg(long)]
    pub(crate) json: bool,

    /// The layers: softmax (no hidden layer), mlp:128,128 (units), cnn:16,32 (channels; needs --image)
    #[arg(long, value_name = "LAYERS", default_value = "mlp:128,128", value_parser = parsed::<Architecture>, help_heading = "Model")]
    pub(crate) model: Architecture,
    /// The columns are pixels of images of this height and width, row by row
    #[arg(long, value_name = "HxW", value_parser = image, help_heading = "Model")]
    pub(crate) image: Option<[usize; 2]>,
    /// Penalty λ Σ|w|: drives parameters to 0
    #[arg(
        long,
        value_name = "λ",
        default_value_t = 0.0,
        help_heading = "Model",
        hide_default_value = true
    )]
    pub(crate) l1: f64,
    /// Penalty ½ λ Σ w²: shrinks parameters, 1e-3 for example
    #[arg(
        long,
        value_name = "λ",
        default_value_t = 0.0,
        help_heading = "Model",
        hide_default_value = true
    )]
    pub(crate) l2: f64,
    /// Keep a moving average of the parameters with this decay, for example 0.999, and save that
    #[arg(long, value_name = "DECAY", help_heading = "Model")]
    pub(crate) ema: Option<f64>,

    /// Steps of Adam
    #[arg(long, value_name = "N", default_value_t = 1000, help_heading = "Steps")]
    pub(crate) steps: u64,
    /// Labelled rows of a step
    #[arg(
        long,
        value_name = "ROWS",
        default_value_t = 64,
        help_heading = "Steps"
    )]
    pub(crate) batch: usize,
    /// The first step's learning rate, which falls along a cosine to a fifth
    #[arg(long, default_value_t = 1e-3, help_heading = "Steps")]
    pub(crate) rate: f64,
    /// The share of a label's mass that is spread over all classes
    #[arg(
        long,
        value_name = "SHARE",
        default_value_t = 0.0,
        help_heading = "Steps",
        hide_default_value = true
    )]
    pub(crate) smoothing: f64,
    /// Of everything random: the same seed, tables and options give the same bytes
    #[arg(long, value_name = "N", default_value_t = 0, help_heading = "Steps")]
    pub(crate) seed: u64,
    /// Hold back this share of each class's labelled rows, and save the model that predicts them best
    #[arg(long, value_name = "SHARE", value_parser = share, help_heading = "Steps")]
    pub(crate) dev: Option<f64>,
    /// Stop when so many looks at the rows held back bring nothing better
    #[arg(long, value_name = "LOOKS", requires = "dev", help_heading = "Steps")]
    pub(crate) patience: Option<u64>,
    /// Look at the rows held back every so many steps
    #[arg(
        long,
        value_name = "STEPS",
        default_value_t = 50,
        help_heading = "Steps"
    )]
    pub(crate) check_every: u64,

    #[command(flatten)]
    pub(crate) unsupervised: Unsupervised,

    /// What another view of a row is, as name=size,…: of images shift, rotate (degrees), scale, noise, cutout, rand; of
    /// tables noise, swap, nulls [default: shift=1,rotate=15,scale=0.1,noise=0.08 for images, noise=0.1,swap=0.1 for tables]
    #[arg(long, value_name = "VIEWS", value_parser = parsed::<Augmentation>, help_heading = "Augmentation")]
    pub(crate) augment: Option<Augmentation>,
    /// Show labelled rows in other views too
    #[arg(long, help_heading = "Augmentation")]
    pub(crate) augment_labels: bool,

    /// Follow a teacher: its logits in a .npy file, for the rows of the labelled table, or those and then the unlabelled
    #[arg(long, value_name = "FILE.npy", help_heading = "Distillation")]
    pub(crate) distil: Option<PathBuf>,
    /// The temperature T at which teacher and model are compared
    #[arg(
        long,
        value_name = "T",
        default_value_t = 2.0,
        help_heading = "Distillation"
    )]
    pub(crate) distil_temperature: f64,
    /// The weight of T²·KL(teacher‖model) beside the labels
    #[arg(
        long,
        value_name = "WEIGHT",
        default_value_t = 1.0,
        help_heading = "Distillation"
    )]
    pub(crate) distil_weight: f64,

    /// Write a line of JSON for each step: losses, mask, learning rate (docs/training.md)
    #[arg(long, value_name = "FILE.jsonl", help_heading = "Files")]
    pub(crate) log: Option<PathBuf>,
    /// Write the curves of the log as a page that needs no network
    #[arg(long, value_name = "FILE", requires = "log", help_heading = "Files")]
    pub(crate) html: Option<PathBuf>,
    /// Go on where the same command was interrupted; the result is the same to the byte
    #[arg(long, help_heading = "Files")]
    pub(crate) resume: bool,
    /// Save the state, as FILE.safetensors.state, every so many steps; Ctrl-C saves it too
    #[arg(
        long,
        value_name = "STEPS",
        default_value_t = 1000,
        help_heading = "Files"
    )]
    pub(crate) save_every: u64,

    #[command(flatten)]
    pub(crate) columns: Columns,
    #[command(flatten)]
    pub(crate) reading: Reading,
}

/// Consistency on unlabelled rows.
#[derive(ClapArgs, Debug)]
#[command(next_help_heading = "Consistency (with --unlabelled)")]
pub(crate) struct Unsupervised {
    /// The loss between the prediction P of a row and Q of its augmented view: kl is KL(P‖Q), reverse-kl, js, mse, ce
    /// (cross-entropy), or none
    #[arg(long, value_name = "LOSS", default_value = "kl", value_parser = consistency)]
    pub(crate) consistency: Consistent,
    /// Masks and divisors: google as UDA was published, or torchssl as TorchSSL and USB train it
    #[arg(long, default_value = "google", value_parser = parsed::<Preset>)]
    pub(crate) preset: Preset,
    /// The weight of the consistency loss
    #[arg(long, value_name = "λ", default_value_t = 1.0)]
    pub(crate) weight: f64,
    /// The temperature of the target P: below 1 makes it surer, 1 leaves it
    #[arg(long, value_name = "T", default_value_t = 0.4)]
    pub(crate) sharpen: f64,
    /// Rows count when their likeliest class has more than this probability; 0 for all
    #[arg(long, value_name = "PROBABILITY", default_value_t = 0.8)]
    pub(crate) confidence: f64,
    /// Training-signal annealing, linear, exp or log: leave out labelled rows that are learnt already
    #[arg(long, value_name = "SCHEDULE", value_parser = parsed::<Annealing>)]
    pub(crate) tsa: Option<Annealing>,
    /// Distribution alignment: hold targets to the shares of the labels
    #[arg(long)]
    pub(crate) align: bool,
    /// Unlabelled rows of a step for each row of --batch
    #[arg(long, value_name = "N", default_value_t = 2)]
    pub(crate) ratio: usize,
    /// Let the gradient flow into the target too, which UDA does not: see what collapses
    #[arg(long)]
    pub(crate) moving_target: bool,
}

/// Which columns.
#[derive(ClapArgs, Debug)]
pub(crate) struct Columns {
    /// Learn from these columns only
    #[arg(
        long,
        value_name = "NAMES",
        value_delimiter = ',',
        help_heading = "Columns"
    )]
    pub(crate) columns: Option<Vec<String>>,
    /// Do not learn from these columns, ids for example
    #[arg(
        long,
        value_name = "NAMES",
        value_delimiter = ',',
        help_heading = "Columns"
    )]
    pub(crate) exclude: Vec<String>,
}

#[derive(ClapArgs, Debug)]
pub(crate) struct Predict {
    /// A model that kullback train wrote
    pub(crate) model: PathBuf,
    /// A table with the columns that the model was trained on, and maybe the labels
    pub(crate) table: String,
    /// Write the likeliest class of each row, and the probabilities, to a .csv or .parquet file
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// Write the logits, rows × classes, to a .npy file, as kullback logits and kullback models read them
    #[arg(long, value_name = "FILE.npy")]
    pub(crate) logits: Option<PathBuf>,
    /// Print everything as JSON
    #[arg(long)]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) reading: Reading,
}

/// A consistency loss, or none.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Consistent(Option<Consistency>);

fn consistency(text: &str) -> Result<Consistent, String> {
    match text {
        "none" => Ok(Consistent(None)),
        text => parsed(text).map(|loss| Consistent(Some(loss))),
    }
}

/// Reads a value of the library's, with its advice on one line.
fn parsed<T: FromStr<Err = Error>>(text: &str) -> Result<T, String> {
    text.parse().map_err(|error: Error| match error.advice() {
        Some(advice) => format!("{error}: {advice}"),
        None => error.to_string(),
    })
}

fn image(text: &str) -> Result<[usize; 2], String> {
    let sides = text.split_once(['x', '×']).and_then(|(height, width)| {
        let side = |side: &str| side.trim().parse().ok().filter(|&side: &usize| side > 0);
        Some([side(height)?, side(width)?])
    });
    sides.ok_or_else(|| "write height and width in pixels, for example 8x8".to_owned())
}

fn share(text: &str) -> Result<f64, String> {
    let share = text
        .parse()
        .ok()
        .filter(|&share: &f64| share > 0.0 && share < 1.0);
    share.ok_or_else(|| "write a share between 0 and 1, for example 0.2".to_owned())
}

impl Train {
    /// How the model is to be trained.
    pub(crate) fn settings(&self) -> Settings {
        let with = &self.unsupervised;
        let consistency = with.consistency.0.filter(|_| self.unlabelled.is_some());
        let usual = || Augmentation::usual(self.image.is_some());
        Settings {
            steps: self.steps,
            batch: self.batch,
            ratio: with.ratio,
            rate: self.rate,
            smoothing: self.smoothing,
            l1: self.l1,
            l2: self.l2,
            ema: self.ema,
            uda: consistency.map(|consistency| Uda {
                preset: with.preset,
                consistency,
                sharpen: with.sharpen,
                confidence: with.confidence,
                annealing: with.tsa,
                weight: with.weight,
                align: with.align,
                moving_target: with.moving_target,
            }),
            distillation: self.distil.as_ref().map(|_| Distillation {
                temperature: self.distil_temperature,
                weight: self.distil_weight,
            }),
            augmentation: self.augment.clone().unwrap_or_else(usual),
            augment_labelled: self.augment_labels,
            check_every: self.check_every,
            patience: self.patience,
            seed: self.seed,
        }
    }
}
