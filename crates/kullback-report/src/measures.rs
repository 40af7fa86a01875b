//! The registry of measures as help.

use std::fmt::Write as _;

use kullback::{AnyMeasure, Info};

use crate::number::divergence;
use crate::terminal::{BOLD, DIM};
use crate::text::wrap;

/// Each measure as text of `room` columns, with ANSI styles: name, formula, range, laws, when to use
/// it, and who wrote it down first.
///
/// ```
/// let text = kullback_report::measures(&kullback::MEASURES[..1], 80);
/// assert!(text.contains("Σ p ln(p/q)") && text.contains("0 to ∞ nats"));
/// ```
pub fn measures(infos: &[&'static Info], room: usize) -> String {
    let room = room.max(40);
    let mut out = String::new();
    for (i, info) in infos.iter().enumerate() {
        if i > 0 {
            out.push('\n');
        }
        // Writing to a string cannot fail.
        let _ = write(&mut out, info, room);
    }
    out
}

fn write(out: &mut String, info: &'static Info, room: usize) -> std::fmt::Result {
    let head = match info.parameter {
        Some(parameter) => format!("{}:{}", info.name, parameter.default),
        None => info.name.to_owned(),
    };
    writeln!(out, "{BOLD}{head}{BOLD:#}  {}, {}", info.title, info.symbol)?;
    let mut line = |text: &str| writeln!(out, "{}", wrap(&format!("    {text}"), room, 4));
    line(info.formula)?;
    line(&laws(info))?;
    if let Some(parameter) = info.parameter {
        line(&format!("{}: {parameter}", parameter.name))?;
    }
    line(info.when)?;
    if !info.aliases.is_empty() {
        line(&format!("Also called {}", info.aliases.join(", ")))?;
    }
    writeln!(out, "    {DIM}{}{DIM:#}", info.source)
}

/// Range and laws in words.
fn laws(info: &'static Info) -> String {
    let laws = info.laws;
    let on_line = matches!(info.measure(), AnyMeasure::OnLines(_));
    let most = match laws.max {
        whole if whole.fract() == 0.0 => whole.to_string(),
        other => divergence(other),
    };
    let unit = if info.in_nats { " nats" } else { "" };
    let mut words = vec![format!("0 to {most}{unit}")];
    words.push(
        match (laws.symmetric, laws.triangle) {
            (true, true) => "a metric",
            (true, false) => "symmetric, without the triangle inequality",
            (false, _) => "not symmetric",
        }
        .to_owned(),
    );
    if on_line {
        words.push("of points on a line, as columns of numbers and times".to_owned());
        words.push(if laws.degree > 0.0 {
            format!(
                "stretching the line by c multiplies it by c^{}",
                laws.degree
            )
        } else {
            "only the order of points counts".to_owned()
        });
    }
    words.push(
        match (on_line, laws.merging_never_raises) {
            (false, true) => "merging outcomes never raises it",
            (true, true) => "merging neighbours never raises it",
            (_, false) => "merging outcomes may raise it",
        }
        .to_owned(),
    );
    words.join("; ")
}
