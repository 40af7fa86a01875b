//! `kullback models`: the outputs and the parameters of two models.

use std::process::ExitCode;

use kullback_job as job;
use kullback_report::{json, models, models_html};

use crate::args::Models;
use crate::fail::Fail;
use crate::{output, progress, threads};

pub(crate) fn run(args: &Models) -> Result<ExitCode, Fail> {
    threads::set(args.weights.threads)?;
    let names = [&*args.weights.a, &*args.weights.b];
    let unit = args.unit.unit();
    let report = progress::shown(|progress| job::models(names, unit, progress))?;
    if let Some(path) = &args.html {
        output::write_page(path, &models_html(&report))?;
    }
    if args.weights.json {
        output::print(|stdout| json(&report, stdout))?;
    } else {
        let by = args.weights.by.into();
        output::print_styled(&models(&report, by, output::width()))?;
    }
    Ok(ExitCode::SUCCESS)
}
