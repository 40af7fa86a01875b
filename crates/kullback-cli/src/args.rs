//! What may be said on the command line.

use std::path::PathBuf;

use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};
use kullback::compare::MOST_LEVELS;
use kullback::inference::Tolerance;
use kullback::{AnyMeasure, Unit};
use kullback_job::Tables;
use kullback_report::{Decision, WeightsBy};
use kullback_table::{By, ColumnType, Options};

/// How far is distribution Q from distribution P?
#[derive(Parser, Debug)]
#[command(
    name = "kullback",
    version,
    max_term_width = 100,
    disable_help_subcommand = true
)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) command: Command,
    /// Whether text is styled [auto, always, never; default: auto, on a terminal unless NO_COLOR is set]
    #[arg(
        long,
        value_enum,
        value_name = "WHEN",
        global = true,
        hide_possible_values = true
    )]
    pub(crate) color: Option<Color>,
}

/// Whether text is styled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    /// On a terminal, unless NO_COLOR is set
    Auto,
    /// Also in files and pipes
    Always,
    /// Nowhere
    Never,
}

#[derive(Subcommand, Debug)]
pub(crate) enum Command {
    /// Compare two tables, column by column
    ///
    /// P is what is true or trusted: the reference, the training set. Q is what stands in for it.
    ///
    /// A table is a file, several files joined by commas, a glob in quotes, a directory, or - for
    /// standard input. CSV, TSV, JSON, Parquet and Arrow IPC are told by content, plain or packed
    /// with gzip or zstd.
    ///
    /// Each column is drifted, stable or undecided: see --tolerance.
    ///
    /// Exit codes: 0 when no limit is exceeded, 1 when one is (--fail-above, --fail-on), 2 for an
    /// error.
    #[command(after_help = COMPARE_EXAMPLES)]
    Compare(Box<Compare>),
    /// Explain how one column of two tables differs
    ///
    /// Prints everything that is known of it: estimates with intervals, what they would read if
    /// nothing had changed, the verdict, KL as cross-entropy less entropy, its parts by nulls, new
    /// and vanished values, and what each outcome adds. Tables are named as for compare.
    #[command(after_help = "Example:
  kullback explain train.csv today.csv --column age")]
    Explain(Box<Explain>),
    /// Measure two short distributions, given as numbers or in files, or two families
    ///
    /// Each side is probabilities that sum to 1, or whole numbers that count: 0.5,0.25,0.25 or
    /// 50,25,25, or a file with such numbers between commas, blanks or line ends.
    ///
    /// Or each side is a family with its parameters: normal(0,1), gamma(2,0.5), or a mixture as in
    /// mixture(0.3*normal(0,1)+0.7*normal(4,1)), or one of several variables, with vectors and rows
    /// of matrices in square brackets: mvn([0,0],[[1,0],[0,1]]). Each value comes with its method
    /// and its error bound, or, where it is a mean over draws, its standard error.
    #[command(after_help = "Examples:
  kullback between 0.5,0.25,0.25 0.4,0.4,0.2
  kullback between 'normal(0,1)' 'laplace(0,1.5)'
  kullback between 'dirichlet(1,2,3)' 'dirichlet(2,2,2)'")]
    Between(Between),
    /// Compare what two models predict, row by row, from two saved files
    ///
    /// BASE is the reference, P: the full-precision model. CANDIDATE stands in for it. With two
    /// candidates, A and B, the difference is paired: rows that are hard for both cancel.
    ///
    /// A file is what llama-perplexity --kl-divergence-base writes, an array of [rows, vocabulary]
    /// or [chunks, positions, vocabulary] as .npy, .npz or .safetensors, or responses with lists of
    /// log-probabilities, one a line, as OpenAI's API and vLLM's prompt_logprobs give them; any two
    /// of them. Lists of the most likely tokens give bounds, and never a divergence of lists that
    /// were divided by their sums.
    #[command(after_help = LOGITS_EXAMPLES)]
    Logits(Box<Logits>),
    /// Compare the weights of two models: L1, L2, L∞, cosine, norms, zeros, variance
    ///
    /// A is what B is compared with: the base, the full precision. Each is a .safetensors or .gguf
    /// file, the index of a sharded model, or a directory with one of them. Tensors are matched by
    /// name; what does not match is listed.
    #[command(after_help = "Examples:
  kullback weights base.safetensors tuned.safetensors
  kullback weights bf16.gguf q4_k_m.gguf --by tensor
  kullback weights base/ tuned/ --json")]
    Weights(Weights),
    /// Compare two models: their outputs by KL, their parameters by L1 and L2
    ///
    /// A model is a directory. Its weights are a .safetensors or .gguf file, or shards with their
    /// index; its outputs are a file named logits.kld, logits.npy, logits.npz, logits.safetensors
    /// or logits.jsonl, as kullback logits reads them. What both have is compared; A's outputs are
    /// P, B's are Q.
    #[command(after_help = "Examples:
  kullback models base/ quantised/
  kullback models base/ tuned/ --by module --json")]
    Models(Models),
    /// Train a classifier on a table, with and without labels: cross-entropy, KL consistency, L1, L2
    ///
    /// Each row of the table is an example; --label names the column to be predicted. Numbers are standardised,
    /// texts are categories, nulls have a feature of their own; how is saved with the model. With --unlabelled, the model is
    /// also to say the same of a row and of an augmented view of it (UDA, Xie et al. 2020). Tables are named as for compare.
    ///
    /// Ctrl-C saves the state; the same command with --resume goes on and ends with the same bytes.
    #[cfg(feature = "train")]
    #[command(after_help = crate::train::args::TRAIN_EXAMPLES)]
    Train(Box<crate::train::args::Train>),
    /// Predict the rows of a table with a model that kullback train wrote
    ///
    /// Where the table has the column of the labels, the predictions are judged by it.
    #[cfg(feature = "train")]
    #[command(after_help = "Examples:
  kullback predict model.safetensors rows.csv -o predictions.parquet
  kullback predict model.safetensors rows.csv --logits logits.npy")]
    Predict(Box<crate::train::args::Predict>),
    /// Train a classifier on a table (in a build with --features train)
    #[cfg(not(feature = "train"))]
    Train(NotBuilt),
    /// Predict the rows of a table with a model (in a build with --features train)
    #[cfg(not(feature = "train"))]
    Predict(NotBuilt),
    /// Explain a command, or the measures: help measures, help measures kl js
    Help {
        /// A command, or measures and the names of some
        topic: Vec<String>,
    },
    /// Print completions for a shell
    #[command(after_help = "Example:
  kullback completions bash > ~/.local/share/bash-completion/completions/kullback")]
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Print the manual page, of all or of one command
    #[command(after_help = "Example:
  kullback man compare > kullback-compare.1")]
    Man {
        /// The command
        command: Option<String>,
    },
}

/// Whatever is said to a command that this build lacks.
#[cfg(not(feature = "train"))]
#[derive(ClapArgs, Debug)]
pub(crate) struct NotBuilt {
    #[arg(hide = true, trailing_var_arg = true, allow_hyphen_values = true)]
    _any: Vec<String>,
}

const LOGITS_EXAMPLES: &str = "Examples:
  kullback logits f16.kld q4.kld
  kullback logits f16.kld q4.npy --like-llama
  kullback logits base.safetensors q4.safetensors q5.safetensors --chunk 512
  kullback logits base.npy q4.npy --targets next_tokens.npy --per-row rows.parquet";

const COMPARE_EXAMPLES: &str = "Examples:
  kullback compare train.csv today.csv
  kullback compare train.parquet 'today/*.parquet' --fail-above kl=0.1
  kullback compare taxis.csv --by color=yellow,green
  kullback compare taxis.csv --by 'pickup<2019-03-15' --json
  kullback compare train.csv today.csv --joint --given label";

#[derive(ClapArgs, Debug)]
pub(crate) struct Compare {
    #[command(flatten)]
    pub(crate) sources: Sources,

    #[command(flatten)]
    pub(crate) question: QuestionArgs,
    #[command(flatten)]
    pub(crate) faces: Faces,
    #[command(flatten)]
    pub(crate) decision: DecisionArgs,
    /// Exit with 1 when a column drifted, or also when there are too few rows to say
    #[arg(long, value_enum, value_name = "VERDICT")]
    pub(crate) fail_on: Option<FailOn>,
    /// The order of the columns: a measure (largest first), name or table [default: the first
    /// measure]
    #[arg(long, value_parser = sort)]
    pub(crate) sort: Option<SortBy>,
    /// How many outcomes to show under each column that is not stable
    #[arg(long, default_value_t = 3, value_name = "N")]
    pub(crate) top: usize,
    /// Exit with 1 when a column's value is larger, for example kl=0.1; of kl, reverse_kl, js and
    /// psi the estimate counts
    #[arg(long, value_name = "MEASURE=VALUE", value_parser = limit)]
    pub(crate) fail_above: Vec<(AnyMeasure, f64)>,

    /// Read the tables a second time for pairs of columns: what drifted in their dependence, and
    /// whole rows along a tree
    #[arg(long, help_heading = "Pairs of columns")]
    pub(crate) joint: bool,
    /// The same, with every column given this one and this one given every column
    #[arg(long, value_name = "NAME", help_heading = "Pairs of columns")]
    pub(crate) given: Option<String>,
    /// How many levels a column has in its pairs, from 2 to 32 [default: 2 to 8, by the rows]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(2..=MOST_LEVELS as i64), help_heading = "Pairs of columns")]
    pub(crate) levels: Option<u8>,

    /// Compare these columns only
    #[arg(
        long,
        value_name = "NAMES",
        value_delimiter = ',',
        help_heading = "Columns"
    )]
    pub(crate) columns: Option<Vec<String>>,
    /// Do not compare these columns
    #[arg(
        long,
        value_name = "NAMES",
        value_delimiter = ',',
        help_heading = "Columns"
    )]
    pub(crate) exclude: Vec<String>,
    #[command(flatten)]
    pub(crate) reading: Reading,
}

#[derive(ClapArgs, Debug)]
pub(crate) struct Explain {
    #[command(flatten)]
    pub(crate) sources: Sources,
    /// The column
    #[arg(long, value_name = "NAME")]
    pub(crate) column: String,
    #[command(flatten)]
    pub(crate) question: QuestionArgs,
    #[command(flatten)]
    pub(crate) faces: Faces,
    #[command(flatten)]
    pub(crate) decision: DecisionArgs,
    /// How many outcomes to show
    #[arg(long, default_value_t = 20, value_name = "N")]
    pub(crate) top: usize,
    #[command(flatten)]
    pub(crate) reading: Reading,
}

/// How a report is shown.
#[derive(ClapArgs, Debug)]
pub(crate) struct Faces {
    /// What is printed
    #[arg(long, value_enum, value_name = "FORMAT", conflicts_with = "json", default_value_t = Format::Table)]
    format: Format,
    /// Write everything as one HTML page too, which needs no network
    #[arg(long, value_name = "FILE")]
    pub(crate) html: Option<PathBuf>,
}

impl Faces {
    /// What is printed; `--json` is short for `--format json`.
    pub(crate) fn format(&self, json: bool) -> Format {
        if json { Format::Json } else { self.format }
    }

    /// Whether anything shows how far values moved on their line.
    pub(crate) fn show_line(&self, json: bool) -> bool {
        self.html.is_some() || self.format(json) == Format::Json
    }
}

/// What is printed of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// A table for the terminal
    Table,
    /// Everything
    Json,
    /// A table for a pull request or a wiki
    Markdown,
    /// A line for each column, of explain for each outcome
    Csv,
}

/// When a column has drifted.
#[derive(ClapArgs, Debug)]
pub(crate) struct DecisionArgs {
    /// How much KL divergence does not matter: in nats, or as the percentage points by which an
    /// event's probability may move, for example 5pp [default: 0.005, which is 5pp]
    #[arg(long, value_name = "NATS|POINTS", value_parser = tolerance)]
    tolerance: Option<Tolerance>,
}

impl DecisionArgs {
    pub(crate) fn decision(&self) -> Decision {
        Decision {
            tolerance: self.tolerance.unwrap_or_default(),
            ..Decision::default()
        }
    }
}

/// The verdict from which on a comparison fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum FailOn {
    /// A column drifted
    Drifted,
    /// A column drifted, or has too few rows to say
    Undecided,
}

fn tolerance(text: &str) -> Result<Tolerance, String> {
    let (number, points) = match text.trim().strip_suffix("pp") {
        Some(number) => (number, true),
        None => (text, false),
    };
    let value = number.trim().parse::<f64>().ok();
    let tolerance = match points {
        true => value.and_then(Tolerance::percentage_points),
        false => value.and_then(Tolerance::nats),
    };
    tolerance.ok_or_else(|| {
        "write nats above 0, for example 0.005, or percentage points up to 100, for example 5pp"
            .to_owned()
    })
}

/// Which tables.
#[derive(ClapArgs, Debug)]
pub(crate) struct Sources {
    /// The reference table, P
    pub(crate) p: String,
    /// The table that stands in for it, Q
    #[arg(required_unless_present = "by", conflicts_with = "by")]
    pub(crate) q: Option<String>,
    /// Split one table: column=a,b or column=a (against the rest) or 'column<x' (also <=, >, >=)
    #[arg(long, value_name = "CONDITION")]
    pub(crate) by: Option<By>,
}

impl Sources {
    /// Finds the tables.
    pub(crate) fn find(&self) -> Result<Tables, kullback_job::Error> {
        Tables::find(&self.p, self.q.as_deref(), self.by.as_ref())
    }
}

/// How tables are read.
#[derive(ClapArgs, Debug)]
pub(crate) struct Reading {
    /// Read a column as number, time or categorical
    #[arg(long, value_name = "NAME=TYPE", value_parser = column_type, help_heading = "Columns")]
    pub(crate) column_type: Vec<(String, ColumnType)>,

    /// Text files have no header: their columns are column_1, column_2, …
    #[arg(long, conflicts_with = "header", help_heading = "Reading")]
    pub(crate) no_header: bool,
    /// Text files have a header, whatever it looks like
    #[arg(long, help_heading = "Reading")]
    pub(crate) header: bool,
    /// The delimiter of text files, or tab [default: told by their content]
    #[arg(long, value_parser = delimiter, help_heading = "Reading")]
    pub(crate) delimiter: Option<u8>,
    /// Texts that stand for null, joined by commas [default in text files: empty, NA, N/A, n/a,
    /// NULL, null, None, ?, #N/A]
    #[arg(
        long,
        value_name = "TEXTS",
        value_delimiter = ',',
        help_heading = "Reading"
    )]
    pub(crate) null_values: Option<Vec<String>>,
    /// How many threads to use [default: one for each core]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..), help_heading = "Reading")]
    pub(crate) threads: Option<u16>,
}

#[derive(ClapArgs, Debug)]
pub(crate) struct Between {
    /// The reference distribution, P
    #[arg(allow_hyphen_values = true)]
    pub(crate) p: String,
    /// The distribution that stands in for it, Q
    #[arg(allow_hyphen_values = true)]
    pub(crate) q: String,
    /// Divide each side by its sum instead of requiring a sum of 1
    #[arg(long)]
    pub(crate) normalise: bool,
    #[command(flatten)]
    pub(crate) question: QuestionArgs,
}

#[derive(ClapArgs, Debug)]
pub(crate) struct Logits {
    /// The reference, P
    pub(crate) base: PathBuf,
    /// What stands in for it, Q; or two of them, A and B
    #[arg(required = true, num_args = 1..=2)]
    pub(crate) candidates: Vec<PathBuf>,

    /// What the rows of arrays are [default: told by the first row, and stated]
    #[arg(long, value_enum, value_name = "KIND", help_heading = "Reading")]
    pub(crate) rows: Option<RowsAre>,
    /// Elements that NumPy saved without a type are bfloat16
    #[arg(long, help_heading = "Reading")]
    pub(crate) bf16: bool,
    /// Which array of a file that has several [default: the only one, or `logits`]
    #[arg(long, value_name = "NAME", help_heading = "Reading")]
    pub(crate) tensor: Option<String>,
    /// The token that came at each row, as whole numbers in a .npy file
    #[arg(long, value_name = "FILE", help_heading = "Reading")]
    pub(crate) targets: Option<PathBuf>,
    /// Rows of each chunk of text, which depend on each other, where no file says it
    #[arg(long, value_name = "ROWS", value_parser = clap::value_parser!(u64).range(1..), help_heading = "Reading")]
    pub(crate) chunk: Option<u64>,
    /// Compare the first N tokens, where vocabularies are padded to different lengths
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..), help_heading = "Reading")]
    pub(crate) vocabulary: Option<u64>,
    /// How many threads to use [default: one for each core]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..), help_heading = "Reading")]
    pub(crate) threads: Option<u16>,

    /// The arithmetic of a row [default: single where a file holds 16 bits an element, else double]
    #[arg(long, value_enum, value_name = "KIND")]
    pub(crate) precision: Option<PrecisionIs>,
    /// Print the statistics of llama-perplexity --kl-divergence, by its formulas and to its digits
    #[arg(long, conflicts_with_all = ["json", "per_row"])]
    pub(crate) like_llama: bool,
    /// How many of the worst rows to show
    #[arg(long, default_value_t = 5, value_name = "N")]
    pub(crate) worst: usize,
    /// Write the scores of every row to a .csv or .parquet file
    #[arg(long, value_name = "FILE")]
    pub(crate) per_row: Option<PathBuf>,
    /// The unit of information
    #[arg(long = "base", value_enum, value_name = "BASE", default_value_t = Base::Nats)]
    pub(crate) unit: Base,
    /// Print everything as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// The arithmetic of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum PrecisionIs {
    /// To a relative error of 10⁻⁶
    Single,
    /// To a relative error of 10⁻¹²
    Double,
}

/// What the numbers of a row are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum RowsAre {
    /// Any numbers, whose softmax is meant
    Logits,
    /// Natural logarithms of probabilities
    LogProbabilities,
    /// Probabilities
    Probabilities,
}

#[derive(ClapArgs, Debug)]
pub(crate) struct Weights {
    /// The model compared with, A
    pub(crate) a: String,
    /// The model that is compared, B
    pub(crate) b: String,
    /// What a line of the tables is
    #[arg(long, value_enum, default_value_t = WeightsLine::Layer)]
    pub(crate) by: WeightsLine,
    /// Print everything as JSON
    #[arg(long)]
    pub(crate) json: bool,
    /// How many threads to use [default: one for each core]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) threads: Option<u16>,
}

#[derive(ClapArgs, Debug)]
pub(crate) struct Models {
    #[command(flatten)]
    pub(crate) weights: Weights,
    /// The unit of information
    #[arg(long = "base", value_enum, value_name = "BASE", default_value_t = Base::Nats)]
    pub(crate) unit: Base,
    /// Write everything as one HTML page too, which needs no network
    #[arg(long, value_name = "FILE")]
    pub(crate) html: Option<PathBuf>,
}

/// What a line of a table of weights is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum WeightsLine {
    /// A layer
    Layer,
    /// A module, over all layers
    Module,
    /// A tensor
    Tensor,
}

impl From<WeightsLine> for WeightsBy {
    fn from(by: WeightsLine) -> Self {
        match by {
            WeightsLine::Layer => Self::Layer,
            WeightsLine::Module => Self::Module,
            WeightsLine::Tensor => Self::Tensor,
        }
    }
}

/// What is asked, of tables and of vectors alike.
#[derive(ClapArgs, Debug)]
pub(crate) struct QuestionArgs {
    /// The measures, joined by commas, for example kl,js,psi,renyi:0.5, and for columns of numbers
    /// also ks,wasserstein:1 [default: kl,js for tables, all for vectors]
    #[arg(long, value_name = "NAMES", value_delimiter = ',', value_parser = AnyMeasure::parse)]
    pub(crate) measure: Vec<AnyMeasure>,
    /// The unit of information
    #[arg(long, value_enum, default_value_t = Base::Nats)]
    pub(crate) base: Base,
    /// Print everything as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// The unit of information, by the base of its logarithm.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Base {
    /// Base e
    Nats,
    /// Base 2
    Bits,
    /// Base 10
    Bans,
}

impl Base {
    pub(crate) fn unit(self) -> Unit {
        match self {
            Self::Nats => Unit::Nats,
            Self::Bits => Unit::Bits,
            Self::Bans => Unit::Bans,
        }
    }
}

/// The order of the columns, as it was said.
#[derive(Clone, Debug)]
pub(crate) enum SortBy {
    Measure(AnyMeasure),
    Name,
    Table,
}

fn sort(text: &str) -> Result<SortBy, kullback::Error> {
    match text {
        "name" => Ok(SortBy::Name),
        "table" => Ok(SortBy::Table),
        measure => AnyMeasure::parse(measure).map(SortBy::Measure),
    }
}

fn limit(text: &str) -> Result<(AnyMeasure, f64), String> {
    let (measure, value) = text
        .rsplit_once('=')
        .ok_or_else(|| "write a measure and a value, for example kl=0.1".to_owned())?;
    let measure = AnyMeasure::parse(measure).map_err(|error| error.to_string())?;
    match value.trim().parse::<f64>() {
        Ok(value) if value >= 0.0 => Ok((measure, value)),
        _ => Err(format!("`{value}` is no number from 0 on")),
    }
}

fn column_type(text: &str) -> Result<(String, ColumnType), String> {
    let (name, column_type) = text
        .rsplit_once('=')
        .ok_or_else(|| "write a column and a type, for example age=categorical".to_owned())?;
    Ok((name.to_owned(), column_type.parse()?))
}

fn delimiter(text: &str) -> Result<u8, String> {
    match text {
        "tab" | "\\t" => Ok(b'\t'),
        _ => match text.as_bytes() {
            [byte] if byte.is_ascii() && !matches!(byte, b'"' | b'\n' | b'\r') => Ok(*byte),
            _ => Err("a delimiter is one ASCII character, or tab".to_owned()),
        },
    }
}

impl Reading {
    /// How these columns are read.
    pub(crate) fn options(&self, columns: Option<Vec<String>>, exclude: Vec<String>) -> Options {
        Options {
            delimiter: self.delimiter,
            header: (self.header || self.no_header).then_some(self.header),
            null_texts: self.null_values.clone(),
            columns,
            exclude,
            types: self.column_type.iter().cloned().collect(),
        }
    }
}
