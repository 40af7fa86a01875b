//! `kullback`: how far is distribution Q from distribution P?

mod args;
mod between;
mod compare;
mod explain;
mod fail;
mod help;
mod logits;
mod models;
mod output;
mod per_row;
mod progress;
mod threads;
#[cfg(feature = "train")]
mod train;
mod weights;

use std::process::ExitCode;

use clap::Parser;

use crate::args::{Args, Command};

/// Exit codes: 0 when all is within the limits, 1 when a limit is exceeded, 2 for an error.
fn main() -> ExitCode {
    let args = Args::parse();
    output::set_color(args.color);
    let result = match args.command {
        Command::Compare(args) => compare::run(&args),
        Command::Explain(args) => explain::run(&args),
        Command::Between(args) => between::run(&args),
        Command::Logits(args) => logits::run(&args),
        Command::Weights(args) => weights::run(&args),
        Command::Models(args) => models::run(&args),
        Command::Help { topic } => help::help(&topic),
        Command::Completions { shell } => help::completions(shell),
        Command::Man { command } => help::man(command.as_deref()),
        #[cfg(feature = "train")]
        Command::Train(args) => train::run(&args),
        #[cfg(feature = "train")]
        Command::Predict(args) => train::predict::run(&args),
        #[cfg(not(feature = "train"))]
        Command::Train(_) | Command::Predict(_) => Err(fail::Fail::new(
            "this kullback was built without training",
        )
        .advise("in the repository, cargo install --path crates/kullback-cli --features train")),
    };
    match result {
        Ok(code) => code,
        Err(fail) => {
            fail.print();
            ExitCode::from(2)
        }
    }
}
