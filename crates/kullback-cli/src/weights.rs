//! `kullback weights`: the parameters of two models.

use std::process::ExitCode;

use kullback_job as job;
use kullback_model::Weights;
use kullback_report::{json, weights};

use crate::args;
use crate::fail::Fail;
use crate::{output, progress, threads};

pub(crate) fn run(args: &args::Weights) -> Result<ExitCode, Fail> {
    threads::set(args.threads)?;
    let names = [&*args.a, &*args.b];
    let models = [Weights::open(names[0])?, Weights::open(names[1])?];
    let report = progress::shown(|progress| job::weights(names, &models, progress))?;
    if args.json {
        output::print(|stdout| json(&report, stdout))?;
    } else {
        output::print_styled(&weights(&report, args.by.into(), output::width()))?;
    }
    Ok(ExitCode::SUCCESS)
}
