//! Reports as Markdown, for a pull request or a wiki.

use std::fmt::Write as _;

use crate::column::ColumnReport;
use crate::explain::{reason, test};
use crate::inference::{DRIFTED, STABLE};
use crate::list::chosen;
use crate::number::{count, counted, divergence, interval, limit, or_dash, share, signed};
use crate::report::Report;
use crate::sentence::verdict;
use crate::text::{cut, plain};

/// The most columns in a table: a comment of GitHub ends at 65,536 characters.
const MOST: usize = 100;

/// The longest name or value, in columns of a terminal.
const LONGEST: usize = 60;

/// The report as Markdown with the tables of GitHub: a sentence, the columns that are not stable with
/// the `top` outcomes that move each most, and the stable ones folded. Names and values are code, so
/// that none of them becomes a link, a mention or markup. At most 100 columns of each kind are listed.
///
/// ```
/// use kullback_report::{Question, Report, SideReport, markdown};
///
/// let side = |name: &str| SideReport { name: name.into(), ..SideReport::default() };
/// let report = Report::new(&Question::default(), [side("a|b"), side("@c")], &[], Vec::new());
/// let text = markdown(&report, 3);
/// assert!(text.contains("P: <code>a&#124;b</code>, 0 rows") && text.contains("Q: `@c`, 0 rows"));
/// ```
pub fn markdown(report: &Report, top: usize) -> String {
    let mut out = String::new();
    // Writing to a string cannot fail.
    let _ = write(&mut out, report, top);
    out
}

fn write(out: &mut String, report: &Report, top: usize) -> std::fmt::Result {
    let sentence = verdict(report);
    let name = sentence.column.map_or(String::new(), code);
    writeln!(out, "**{}{name}{}**\n", sentence.before, sentence.after)?;
    sides(out, report)?;
    let (stable, others): (Vec<_>, Vec<_>) =
        (report.columns.iter()).partition(|column| column.inference.verdict == STABLE);
    if !others.is_empty() {
        table(out, report, &others, top)?;
    }
    if !stable.is_empty() {
        let title = counted(stable.len(), "stable column");
        writeln!(out, "<details><summary>{title}</summary>\n")?;
        table(out, report, &stable, 0)?;
        writeln!(out, "</details>\n")?;
    }
    if !report.not_compared.is_empty() {
        writeln!(out, "Not compared:\n")?;
        for one in report.not_compared.iter().take(MOST) {
            writeln!(out, "- {}: {}", code(&one.column), prose(&one.reason))?;
        }
        if report.not_compared.len() > MOST {
            writeln!(out, "- and {} more", report.not_compared.len() - MOST)?;
        }
        writeln!(out)?;
    }
    if let Some(joint) = &report.joint {
        let (changed, tested) = joint.changed();
        let tested = counted(tested, "pair");
        writeln!(
            out,
            "The dependence of {changed} of {tested} of columns changed.\n"
        )?;
        let changed = joint.pairs.iter().filter_map(|pair| {
            let found = pair.dependence.as_ref().filter(|found| found.changed)?;
            Some((pair, divergence(found.dependence.value.0)))
        });
        for (pair, value) in changed.take(10) {
            let [a, b] = [0, 1].map(|i| code(&pair.columns[i]));
            writeln!(out, "- {a} × {b}: {value} {}", report.unit)?;
        }
        writeln!(out)?;
    }
    let decision = &report.decision;
    writeln!(
        out,
        "<sub>Drifted is KL(P‖Q) above {} {}, below which no event's probability has moved by more than {:.1} percentage points; at most {:.0} % of the columns called so are expected to be so by chance. kullback {}</sub>",
        limit(decision.tolerance.0),
        report.unit,
        decision.percentage_points,
        100.0 * decision.false_discovery_rate,
        report.kullback,
    )
}

fn sides(out: &mut String, report: &Report) -> std::fmt::Result {
    let side = |letter, side: &crate::SideReport| {
        format!("{letter}: {}, {} rows", code(&side.name), count(side.rows))
    };
    writeln!(out, "{}<br>", side("P", &report.p))?;
    writeln!(out, "{}\n", side("Q", &report.q))
}

fn table(
    out: &mut String,
    report: &Report,
    columns: &[&ColumnReport],
    top: usize,
) -> std::fmt::Result {
    // The measures after the first have a value only.
    let first = report.measures.first();
    let level = format!("{:.0} % interval", 100.0 * report.decision.level);
    write!(
        out,
        "| column | kind | verdict | KL(P‖Q) | {level} | if same |"
    )?;
    let others: Vec<usize> = (0..report.measures.len())
        .filter(|&i| report.measures[i].name != "kl")
        .collect();
    for &i in &others {
        write!(out, " {} |", report.measures[i].symbol)?;
    }
    let moved = top > 0 && first.is_some();
    writeln!(out, "{}", if moved { " moved most, P → Q |" } else { "" })?;
    write!(
        out,
        "|---|---|---|--:|--:|--:|{}",
        "--:|".repeat(others.len())
    )?;
    writeln!(out, "{}", if moved { "---|" } else { "" })?;
    for column in columns.iter().take(MOST) {
        let kl = &column.inference.estimates[0];
        let verdict = match column.inference.verdict {
            DRIFTED => "**drifted**",
            other => other,
        };
        write!(
            out,
            "| {} | {} | {verdict} | {} | {} | ≤ {} |",
            code(&column.name),
            column.kind,
            divergence(kl.estimate.0),
            interval(kl.interval.low.0, kl.interval.high.0),
            divergence(kl.if_same.upper.0)
        )?;
        for &i in &others {
            write!(out, " {} |", or_dash(column.shown(i)))?;
        }
        if moved {
            let outcomes: Vec<String> = (chosen(column, top).0.iter())
                .map(|outcome| {
                    let [p, q] = [
                        share(outcome.count.p, column.rows.p),
                        share(outcome.count.q, column.rows.q),
                    ];
                    format!("{} {p} → {q}", code(&outcome.label))
                })
                .collect();
            write!(out, " {} |", outcomes.join("<br>"))?;
        }
        writeln!(out)?;
    }
    if columns.len() > MOST {
        writeln!(out, "\n… and {} more", count((columns.len() - MOST) as u64))?;
    }
    writeln!(out)
}

/// The report's first column as Markdown: its verdict, its estimates, and of its outcomes the `top`
/// that move the estimate most.
///
/// ```
/// use kullback::summary::Builder;
/// use kullback_report::{ColumnInput, Question, Report, SideReport, explain_markdown};
///
/// let mut letters = Builder::new();
/// letters.push_text("a", 3);
/// letters.push_text("b", 1);
/// let letters = letters.finish();
/// let input = ColumnInput { name: "letter", types: ["text"; 2], p: &letters, q: &letters };
/// let sides = [SideReport::default(), SideReport::default()];
/// let report = Report::new(&Question::default(), sides, &[input], Vec::new());
/// assert!(explain_markdown(&report, 3).contains("| `a` | 75.0 % | 75.0 % |"));
/// ```
pub fn explain_markdown(report: &Report, top: usize) -> String {
    let Some(column) = report.columns.first() else {
        return markdown(report, top);
    };
    let mut out = String::new();
    // Writing to a string cannot fail.
    let _ = write_column(&mut out, report, column, top);
    out
}

fn write_column(
    out: &mut String,
    report: &Report,
    column: &ColumnReport,
    top: usize,
) -> std::fmt::Result {
    writeln!(
        out,
        "**{}: {}** – {}. Nothing changed? {}.\n",
        code(&column.name),
        column.inference.verdict,
        reason(report, column),
        test(column)
    )?;
    sides(out, report)?;
    let level = format!("{:.0} % interval", 100.0 * report.decision.level);
    writeln!(
        out,
        "| {} | estimate | {level} | plug-in | if same |",
        report.unit
    )?;
    writeln!(out, "|---|--:|--:|--:|--:|")?;
    for one in &column.inference.estimates {
        writeln!(
            out,
            "| {} | {} | {} | {} | ≤ {} |",
            one.symbol,
            divergence(one.estimate.0),
            interval(one.interval.low.0, one.interval.high.0),
            divergence(one.plug_in.0),
            divergence(one.if_same.upper.0)
        )?;
    }
    writeln!(
        out,
        "\n| outcome | P | Q | part of KL(P‖Q) |\n|---|--:|--:|--:|"
    )?;
    let (listed, rest) = chosen(column, top);
    for outcome in &listed {
        writeln!(
            out,
            "| {} | {} | {} | {} |",
            code(&outcome.label),
            share(outcome.count.p, column.rows.p),
            share(outcome.count.q, column.rows.q),
            signed(outcome.signed.0)
        )?;
    }
    if rest > 0 {
        writeln!(out, "| {} others | | | |", count(rest as u64))?;
    }
    for caveat in &column.caveats {
        writeln!(out, "\n- {}", prose(&caveat.text))?;
    }
    Ok(())
}

/// A text from outside as code: it can mention no one, link nowhere, and end no table.
fn code(text: &str) -> String {
    let text = cut(&plain(text), LONGEST);
    let simple = |c: char| !matches!(c, '`' | '|' | '\\');
    let inner = text.trim();
    if !inner.is_empty() && inner.len() == text.len() && text.chars().all(simple) {
        return format!("`{text}`");
    }
    // Within a code span these would end it or the cell; as entities they are letters anywhere.
    format!("<code>{}</code>", entities(&text))
}

/// A sentence that holds texts from outside.
fn prose(text: &str) -> String {
    entities(&plain(text))
}

/// Every sign that Markdown or HTML might read as its own, as an entity: entities are never markup.
fn entities(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for (i, c) in text.chars().enumerate() {
        let harmless = matches!(
            c,
            ',' | '.' | ';' | ':' | '%' | '(' | ')' | '?' | '=' | '/' | '\''
        );
        if (c.is_ascii_punctuation() && !harmless) || (i == 0 && c == ' ') {
            let _ = write!(out, "&#{};", u32::from(c));
        } else {
            out.push(c);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_code_whatever_they_hold() {
        assert_eq!(code("age"), "`age`");
        assert_eq!(
            code("@everyone <b> [x](y) *z*"),
            "`@everyone <b> [x](y) *z*`"
        );
        assert_eq!(code("a|b"), "<code>a&#124;b</code>");
        assert_eq!(code("`x`\\|"), "<code>&#96;x&#96;&#92;&#124;</code>");
        assert_eq!(code("\n"), "<code>&#92;n</code>");
        assert_eq!(code(""), "<code></code>");
        assert_eq!(code(" "), "<code>&#32;</code>");
        assert_eq!(code(&"x".repeat(10_000)).len(), 2 + 59 + 3);
    }
}
