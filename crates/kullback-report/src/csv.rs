//! Reports as CSV, for a spreadsheet or a script.

use crate::column::ColumnReport;
use crate::number::Number;
use crate::report::Report;
use crate::text::plain;

/// The report as CSV: a heading, then a line for each column.
///
/// Numbers are in full; `Infinity` and `NaN` are words, as in the JSON, and what there is none of is
/// empty. Amounts of information are in the report's unit. Fields are quoted where RFC 4180 asks for it;
/// control and direction characters are written out, so that every column has one line and a
/// terminal gets no orders.
///
/// ```
/// use kullback_report::{Question, Report, SideReport, csv};
///
/// let sides = [SideReport::default(), SideReport::default()];
/// let report = Report::new(&Question::default(), sides, &[], Vec::new());
/// assert!(csv(&report).starts_with("column,kind,verdict,kl,kl_low,kl_high,kl_plug_in,kl_if_same,"));
/// ```
pub fn csv(report: &Report) -> String {
    let mut out = String::new();
    let mut head: Vec<String> = ["column", "kind", "verdict"].map(str::to_owned).to_vec();
    for measure in ["kl", "reverse_kl", "js", "psi"] {
        let parts = ["", "_low", "_high", "_plug_in", "_if_same"];
        head.extend(parts.map(|part| format!("{measure}{part}")));
    }
    // The others that were asked for have a value only.
    let others: Vec<usize> = (0..report.measures.len())
        .filter(|&i| {
            !matches!(
                report.measures[i].name.as_str(),
                "kl" | "reverse_kl" | "js" | "psi" | "jeffreys"
            )
        })
        .collect();
    head.extend(others.iter().map(|&i| report.measures[i].name.clone()));
    let rest = [
        "p_value",
        "p_adjusted",
        "entropy_p",
        "cross_entropy",
        "rows_p",
        "rows_q",
        "nulls_p",
        "nulls_q",
        "type_p",
        "type_q",
    ];
    head.extend(rest.map(str::to_owned));
    line(&mut out, &head);
    for column in &report.columns {
        line(&mut out, &of_column(column, &others));
    }
    out
}

fn of_column(column: &ColumnReport, others: &[usize]) -> Vec<String> {
    let found = &column.inference;
    let mut fields = vec![
        column.name.clone(),
        column.kind.to_owned(),
        found.verdict.to_owned(),
    ];
    for one in &found.estimates {
        let (interval, same) = (one.interval, one.if_same);
        let numbers = [
            one.estimate,
            interval.low,
            interval.high,
            one.plug_in,
            same.upper,
        ];
        fields.extend(numbers.map(number));
    }
    fields.extend(others.iter().map(|&i| optional(column.values[i].value)));
    let numbers = [
        found.test.p_value,
        found.test.p_adjusted,
        column.entropy_p,
        column.cross_entropy,
    ];
    fields.extend(numbers.map(number));
    let counts = [column.rows.p, column.rows.q, column.nulls.p, column.nulls.q];
    fields.extend(counts.map(|count| count.to_string()));
    fields.extend([column.types.p.clone(), column.types.q.clone()]);
    fields
}

/// The report's first column as CSV: a heading, then a line for each outcome, in order. Numbers and
/// texts are as in [`csv`].
///
/// ```
/// use kullback::summary::Builder;
/// use kullback_report::{ColumnInput, Question, Report, SideReport, explain_csv};
///
/// let mut letters = Builder::new();
/// letters.push_text("a", 3);
/// letters.push_text("b", 1);
/// let letters = letters.finish();
/// let input = ColumnInput { name: "letter", types: ["text"; 2], p: &letters, q: &letters };
/// let sides = [SideReport::default(), SideReport::default()];
/// let report = Report::new(&Question::default(), sides, &[input], Vec::new());
/// assert!(explain_csv(&report).contains("\na,text,,,3,3,0.75,0.75,"));
/// ```
pub fn explain_csv(report: &Report) -> String {
    let mut out = String::new();
    let head = [
        "outcome",
        "kind",
        "low",
        "high",
        "count_p",
        "count_q",
        "share_p",
        "share_q",
        "signed",
        "estimated",
        "contribution",
    ];
    line(&mut out, &head.map(str::to_owned));
    for outcome in report
        .columns
        .first()
        .iter()
        .flat_map(|column| &column.outcomes)
    {
        let fields = [
            outcome.label.clone(),
            outcome.kind.to_owned(),
            optional(outcome.low),
            optional(outcome.high),
            outcome.count.p.to_string(),
            outcome.count.q.to_string(),
            number(outcome.share.p),
            number(outcome.share.q),
            number(outcome.signed),
            number(outcome.estimated),
            number(outcome.contribution),
        ];
        line(&mut out, &fields);
    }
    out
}

fn line(out: &mut String, fields: &[String]) {
    for (i, field) in fields.iter().enumerate() {
        if i > 0 {
            out.push(',');
        }
        let field = plain(field);
        if field.contains([',', '"']) || field.trim() != field {
            out.push('"');
            out.push_str(&field.replace('"', "\"\""));
            out.push('"');
        } else {
            out.push_str(&field);
        }
    }
    out.push('\n');
}

fn number(x: Number) -> String {
    match x.0 {
        x if x.is_nan() => "NaN".to_owned(),
        x if x.is_infinite() => if x > 0.0 { "Infinity" } else { "-Infinity" }.to_owned(),
        x => format!("{x:?}"),
    }
}

fn optional(x: Option<Number>) -> String {
    x.map_or(String::new(), number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_stay_fields() {
        let mut out = String::new();
        let fields = [
            "a,b",
            "say \"x\"",
            "two\nlines",
            " blank",
            "\u{1b}[2J",
            "naïve 猫",
        ];
        line(&mut out, &fields.map(str::to_owned));
        assert_eq!(
            out,
            "\"a,b\",\"say \"\"x\"\"\",two\\nlines,\" blank\",\\u{1b}[2J,naïve 猫\n"
        );
        assert_eq!(number(Number(f64::INFINITY)), "Infinity");
        assert_eq!(number(Number(1e-300)).parse(), Ok(1e-300));
    }
}
