//! Two models' predictions on a terminal.

use std::fmt::Write as _;

use super::{
    BoundsReport, CandidateReport, LogitsReport, MeanReport, PairedReport, PerplexityReport,
    RowsReport, ScoresReport, SpreadReport,
};
use crate::number::{count, counted, divergence, minus};
use crate::terminal::{BOLD, DIM, WARN};
use crate::text::{cut, left, plain, right, width, wrap};

/// The report as text of `room` columns, with ANSI styles.
pub fn logits(report: &LogitsReport, room: usize) -> String {
    let mut out = String::new();
    // Writing to a string cannot fail.
    let _ = write(&mut out, report, room.max(40));
    out.truncate(out.trim_end().len());
    out.push('\n');
    out
}

fn write(out: &mut String, report: &LogitsReport, room: usize) -> std::fmt::Result {
    let candidates = report
        .candidates
        .iter()
        .map(|found| (found.letter, &found.file));
    let files: Vec<(&str, &RowsReport)> = std::iter::once(("P", &report.base))
        .chain(candidates)
        .collect();
    names(out, &files, room)?;
    for candidate in &report.candidates {
        of_candidate(out, candidate, &report.unit, room)?;
    }
    match &report.paired {
        Some(paired) => of_pair(out, paired, &report.unit, room),
        None => Ok(()),
    }
}

fn names(out: &mut String, files: &[(&str, &RowsReport)], room: usize) -> std::fmt::Result {
    let what = |file: &RowsReport| format!("{}, {} as {}", file.format, file.rows, file.elements);
    let widest = files.iter().map(|(_, file)| width(&what(file))).max();
    let name_room = room.saturating_sub(5 + widest.unwrap_or(0)).max(12);
    let names: Vec<String> = files
        .iter()
        .map(|(_, file)| cut(&plain(&file.name), name_room))
        .collect();
    let names_width = names.iter().map(|name| width(name)).max().unwrap_or(0);
    for ((letter, file), name) in files.iter().zip(&names) {
        let name = left(name, names_width);
        writeln!(
            out,
            "{BOLD}{letter}{BOLD:#}  {name}  {DIM}{}{DIM:#}",
            what(file)
        )?;
    }
    writeln!(out)
}

fn of_candidate(
    out: &mut String,
    found: &CandidateReport,
    unit: &str,
    room: usize,
) -> std::fmt::Result {
    let letter = found.letter;
    let chunks = found.chunks.map_or(String::new(), |chunks| {
        format!(" in {}", counted(chunks, "chunk"))
    });
    let vocabulary = found.scores.as_ref().map_or(String::new(), |scores| {
        format!(
            " over {} tokens, in {} precision",
            count(scores.vocabulary),
            scores.precision
        )
    });
    let tokens = found
        .tokens
        .as_ref()
        .map_or(String::new(), |hash| format!("; text {hash}"));
    let rows = count(found.compared as u64);
    let line = format!("{BOLD}{letter}{BOLD:#}: {rows} rows{chunks}{vocabulary}; {unit}{tokens}");
    writeln!(out, "{}\n", wrap(&line, room, 2))?;
    if let Some(scores) = &found.scores {
        divergences(out, scores, letter)?;
    }
    if let Some(bounds) = &found.bounds {
        of_bounds(out, bounds, letter)?;
    }
    let top = &found.same_top;
    writeln!(out, "Same token on top in {} of the rows", percent(top))?;
    if let Some(perplexity) = &found.perplexity {
        of_perplexity(out, perplexity)?;
    }
    writeln!(out)?;
    if let Some(scores) = &found.scores {
        buckets(out, scores, letter)?;
        worst(out, scores, letter)?;
    }
    for caveat in &found.caveats {
        let text = wrap(&plain(&caveat.text), room.saturating_sub(2), 2);
        writeln!(out, "{WARN}!{WARN:#} {text}")?;
    }
    if found.caveats.is_empty() {
        Ok(())
    } else {
        writeln!(out)
    }
}

fn divergences(out: &mut String, scores: &ScoresReport, letter: &str) -> std::fmt::Result {
    let mut table = vec![
        ["", "mean", "± error", "median", "99 %", "99.9 %", "max"]
            .map(str::to_owned)
            .to_vec(),
    ];
    let spread = |name: String, spread: &SpreadReport| {
        let mut row = vec![name, divergence(spread.mean.mean.0), error(&spread.mean)];
        row.extend([0.5, 0.99, 0.999, 1.0].map(|at| divergence(spread.at(at))));
        row
    };
    table.push(spread(format!("KL(P‖{letter})"), &scores.kl));
    table.push(spread(format!("KL({letter}‖P)"), &scores.reverse_kl));
    table.push(spread(format!("JS(P,{letter})"), &scores.js));
    table.push(spread(format!("TV(P,{letter})"), &scores.tv));
    let plain = |name: String, mean: &MeanReport| vec![name, divergence(mean.mean.0), error(mean)];
    table.push(plain("H(P)".to_owned(), &scores.entropy.p));
    table.push(plain(format!("H({letter})"), &scores.entropy.q));
    table.push(plain(format!("H(P,{letter})"), &scores.cross_entropy));
    aligned(out, &table)?;
    writeln!(out)
}

fn of_bounds(out: &mut String, bounds: &BoundsReport, letter: &str) -> std::fmt::Result {
    let mut table = vec![
        ["", "at least", "at most", "± error"]
            .map(str::to_owned)
            .to_vec(),
    ];
    let mut push = |name: String, low: &MeanReport, high: Option<&MeanReport>| {
        let high = high.map_or("unbounded".to_owned(), |high| divergence(high.mean.0));
        table.push(vec![name, divergence(low.mean.0), high, error(low)]);
    };
    push(format!("KL(P‖{letter})"), &bounds.kl, None);
    push(format!("KL({letter}‖P)"), &bounds.reverse_kl, None);
    push(
        format!("JS(P,{letter})"),
        &bounds.js[0],
        Some(&bounds.js[1]),
    );
    push(
        format!("TV(P,{letter})"),
        &bounds.tv[0],
        Some(&bounds.tv[1]),
    );
    aligned(out, &table)?;
    writeln!(
        out,
        "\n{:.1} tokens are listed by both on average; the others hold {} of P and {} of {letter}",
        bounds.shared.mean.0,
        percent(&bounds.leftover.p),
        percent(&bounds.leftover.q)
    )
}

fn of_perplexity(out: &mut String, found: &PerplexityReport) -> std::fmt::Result {
    let by = found.ln_ratio.mean.0.exp_m1() * 100.0;
    // The delta method: the error of exp(x) is exp(x) times that of x.
    let relative = found.ln_ratio.clustered_error.or(found.ln_ratio.error);
    let error = relative.map_or(String::new(), |error| {
        format!(" ± {}", divergence(100.0 * error.0 * found.ratio.0))
    });
    writeln!(
        out,
        "Perplexity {} → {}: {}{}{error} %",
        significant(found.perplexity.p.0),
        significant(found.perplexity.q.0),
        if by > 0.0 { "+" } else { "" },
        divergence(by),
    )?;
    writeln!(
        out,
        "Probability of the token that came: Δp {} on average, RMS {} %",
        percent(&found.delta_p.mean),
        divergence(100.0 * found.rms_delta_p.0)
    )
}

fn buckets(out: &mut String, scores: &ScoresReport, letter: &str) -> std::fmt::Result {
    let kl = format!("KL(P‖{letter})");
    let header = ["top p of P", "rows", &kl, "± error", "same top"];
    let mut table = vec![header.map(str::to_owned).to_vec()];
    for bucket in &scores.by_confidence {
        table.push(vec![
            format!("{} to {}", bucket.from, bucket.below),
            count(bucket.rows as u64),
            divergence(bucket.kl.mean.0),
            error(&bucket.kl),
            format!("{:.1} %", 100.0 * bucket.same_top.mean.0),
        ]);
    }
    aligned(out, &table)?;
    writeln!(out)
}

fn worst(out: &mut String, scores: &ScoresReport, letter: &str) -> std::fmt::Result {
    if scores.worst.is_empty() {
        return Ok(());
    }
    let kl = format!("KL(P‖{letter})");
    let has_token = scores.worst.iter().any(|row| row.token.is_some());
    let mut header = vec!["worst row", "chunk", &kl, "top p of P", "same top"];
    let q = format!("its {}", letter.to_lowercase());
    if has_token {
        header.extend(["token", "its p", &q]);
    }
    let mut table = vec![header.into_iter().map(str::to_owned).collect::<Vec<_>>()];
    for row in &scores.worst {
        let mut cells = vec![
            row.row.to_string(),
            row.chunk.map_or("–".to_owned(), |chunk| chunk.to_string()),
            divergence(row.kl.0),
            divergence(row.top_p.0),
            if row.same_top { "yes" } else { "no" }.to_owned(),
        ];
        cells.extend(row.token.map(|token| token.to_string()));
        cells.extend(
            row.probability
                .iter()
                .flat_map(|p| [p.p, p.q].map(|p| divergence(p.0))),
        );
        table.push(cells);
    }
    aligned(out, &table)?;
    writeln!(out)
}

fn of_pair(out: &mut String, paired: &PairedReport, unit: &str, room: usize) -> std::fmt::Result {
    let kl = &paired.kl;
    let (low, high) = (
        kl.low.map_or(f64::NAN, |x| x.0),
        kl.high.map_or(f64::NAN, |x| x.0),
    );
    let verdict = if high < 0.0 {
        "A is closer"
    } else if low > 0.0 {
        "B is closer"
    } else {
        "which is closer is open"
    };
    let line = format!(
        "KL(P‖A) − KL(P‖B): {} {unit}, 95 % interval {} to {}: {verdict}. A is closer in {} of the rows.",
        divergence(kl.mean.0),
        divergence(low),
        divergence(high),
        percent(&paired.first_closer),
    );
    writeln!(out, "{}", wrap(&line, room, 2))
}

/// The standard error that is believed: that of chunks, where they are known.
fn error(mean: &MeanReport) -> String {
    let error = mean.clustered_error.or(mean.error);
    error.map_or("–".to_owned(), |error| divergence(error.0))
}

/// A mean share with its error: `82.5 ± 3.5 %`.
fn percent(mean: &MeanReport) -> String {
    let error = mean.clustered_error.or(mean.error);
    let error = error.map_or(String::new(), |error| format!(" ± {:.1}", 100.0 * error.0));
    minus(format!("{:.1}{error} %", 100.0 * mean.mean.0))
}

/// Five digits.
fn significant(x: f64) -> String {
    if (1.0..1e5).contains(&x) {
        let whole = x.log10() as usize;
        format!("{x:.*}", 4 - whole)
    } else {
        divergence(x)
    }
}

/// Cells in columns, the first to the left and the others to the right; a short row ends early.
fn aligned(out: &mut String, table: &[Vec<String>]) -> std::fmt::Result {
    let columns = table.iter().map(Vec::len).max().unwrap_or(0);
    let cell = |row: &Vec<String>, i: usize| row.get(i).map_or(0, |cell| width(cell));
    let widths: Vec<usize> = (0..columns)
        .map(|i| table.iter().map(|row| cell(row, i)).max().unwrap_or(0))
        .collect();
    for (i, row) in table.iter().enumerate() {
        let cells: Vec<String> = row
            .iter()
            .zip(&widths)
            .enumerate()
            .map(|(j, (cell, &width))| {
                if j == 0 {
                    left(cell, width)
                } else {
                    right(cell, width)
                }
            })
            .collect();
        let line = cells.join("  ");
        let line = line.trim_end();
        if i == 0 {
            writeln!(out, "{BOLD}{line}{BOLD:#}")?;
        } else {
            writeln!(out, "{line}")?;
        }
    }
    Ok(())
}
