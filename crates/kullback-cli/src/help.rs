//! What is printed of the command itself: help, the measures, completions, manual pages. All of it is
//! generated, from the arguments and from the registry.

use std::process::ExitCode;

use clap::{Command, CommandFactory};
use clap_complete::Shell;
use kullback::{AnyMeasure, Info, MEASURES};
use kullback_report::measures;

use crate::args::Args;
use crate::fail::Fail;
use crate::output;

/// `kullback help`, of a command or of the measures.
pub(crate) fn help(topic: &[String]) -> Result<ExitCode, Fail> {
    let text = match topic {
        [] => command(None)?.render_long_help().ansi().to_string(),
        [name, chosen @ ..] if name == "measures" => of_measures(chosen)?,
        [name] => command(Some(name))?.render_long_help().ansi().to_string(),
        [_, second, ..] => {
            return Err(
                Fail::new(format!("there is no help on `{second}` by itself"))
                    .advise("name one command, or measures: kullback help measures kl"),
            );
        }
    };
    output::print_styled(&text)?;
    Ok(ExitCode::SUCCESS)
}

fn of_measures(names: &[String]) -> Result<String, Fail> {
    if names.is_empty() {
        return Ok(measures(MEASURES, output::width()));
    }
    let infos: Result<Vec<&'static Info>, kullback::Error> = (names.iter())
        .map(|name| Ok(AnyMeasure::parse(name)?.info()))
        .collect();
    Ok(measures(&infos?, output::width()))
}

/// `kullback completions`.
pub(crate) fn completions(shell: Shell) -> Result<ExitCode, Fail> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Args::command(), "kullback", &mut script);
    output::print(|stdout| stdout.write_all(&script))?;
    Ok(ExitCode::SUCCESS)
}

/// `kullback man`.
pub(crate) fn man(name: Option<&str>) -> Result<ExitCode, Fail> {
    let mut page = Vec::new();
    clap_mangen::Man::new(command(name)?)
        .render(&mut page)
        .map_err(|error| Fail::new(format!("the manual page cannot be written: {error}")))?;
    output::print(|stdout| stdout.write_all(&page))?;
    Ok(ExitCode::SUCCESS)
}

/// The whole command, or one of its commands, as the user calls it.
fn command(name: Option<&str>) -> Result<Command, Fail> {
    let mut all = Args::command();
    all.build();
    let Some(name) = name else { return Ok(all) };
    let found = all.find_subcommand(name).cloned();
    found.ok_or_else(|| {
        let names: Vec<&str> = all.get_subcommands().map(Command::get_name).collect();
        Fail::new(format!("there is no command `{name}`"))
            .advise(format!("the commands are {}", names.join(", ")))
    })
}
