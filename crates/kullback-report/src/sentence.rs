//! The verdict on two tables in one sentence.

use crate::column::ColumnReport;
use crate::inference::DRIFTED;
use crate::number::{count, counted, divergence};
use crate::report::Report;

/// A sentence with a column's name in it, which is shown as what it is: a text from outside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Sentence<'a> {
    /// What stands before the name; everything where there is none.
    pub(crate) before: String,
    /// The column that drifted most.
    pub(crate) column: Option<&'a str>,
    /// What stands after it.
    pub(crate) after: String,
}

/// How many columns drifted, and which one most.
pub(crate) fn verdict(report: &Report) -> Sentence<'_> {
    let whole = &report.whole;
    let all = counted(whole.columns, "column");
    let only = |before: String| Sentence {
        before,
        column: None,
        after: String::new(),
    };
    if whole.columns == 0 {
        return only("No column could be compared".to_owned());
    }
    let kl = |column: &ColumnReport| column.inference.estimates[0].estimate.0;
    let drifted = (report.columns.iter()).filter(|column| column.inference.verdict == DRIFTED);
    if let Some(most) = drifted.max_by(|a, b| kl(a).total_cmp(&kl(b))) {
        let value = format!("{} {}", divergence(kl(most)), report.unit);
        let before = match whole.columns {
            1 => String::new(),
            _ => format!("{} of {all} drifted, ", count(whole.drifted as u64)),
        };
        let after = match (whole.columns, whole.drifted) {
            (1, _) => format!(" drifted: {value}"),
            (_, 1) => format!(": {value}"),
            _ => format!(" most: {value}"),
        };
        return Sentence {
            before,
            column: Some(&most.name),
            after,
        };
    }
    only(match (whole.undecided, whole.columns) {
        (0, 1) => "The column is stable".to_owned(),
        (0, _) => format!("All {all} are stable"),
        (1, 1) => "Whether the column drifted is open: there are too few rows".to_owned(),
        (open, n) if open == n => {
            format!("Whether any of {all} drifted is open: there are too few rows")
        }
        (open, _) => format!(
            "None of {all} is shown to have drifted; of {} it is open",
            count(open as u64)
        ),
    })
}
