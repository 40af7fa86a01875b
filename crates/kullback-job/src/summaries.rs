//! The summaries of two tables, as a report takes them.

use kullback_report::{ColumnInput, NotCompared, SideReport};
use kullback_table::Table;

/// P and Q, column by column in the same order.
pub(crate) struct Summaries {
    pub(crate) p: Table,
    pub(crate) q: Table,
    /// Both are parts of one table.
    pub(crate) split: bool,
}

impl Summaries {
    /// The columns that both have.
    pub(crate) fn columns(&self) -> Vec<ColumnInput<'_>> {
        let pairs = self.p.columns.iter().zip(&self.q.columns);
        pairs
            .map(|(p, q)| ColumnInput {
                name: &p.name,
                types: [&p.type_name, &q.type_name],
                p: &p.summary,
                q: &q.summary,
            })
            .collect()
    }

    /// What the report says of each side.
    pub(crate) fn sides(&self) -> [SideReport; 2] {
        let side = |table: &Table| SideReport {
            name: table.name.clone(),
            files: table.files.clone(),
            rows: table.rows,
            notes: table.notes.iter().map(ToString::to_string).collect(),
        };
        let mut sides = [side(&self.p), side(&self.q)];
        if self.split {
            // Both are of one source, and its notes stand under P.
            sides[1].notes.clear();
        }
        sides
    }

    /// Columns of one table only, then those that neither can compare.
    pub(crate) fn not_compared(&self) -> Vec<NotCompared> {
        let (p, q) = (&self.p, &self.q);
        let mut columns = Vec::new();
        for (table, letter) in [(p, "P"), (q, "Q")] {
            columns.extend(
                table
                    .unmatched
                    .iter()
                    .map(|(column, type_name)| NotCompared {
                        column: column.clone(),
                        table: letter,
                        reason: format!("only {letter} has it ({type_name})"),
                    }),
            );
        }
        for skipped in &p.skipped {
            let table = if q.skipped.contains(skipped) || self.split {
                "both"
            } else {
                "P"
            };
            columns.push(NotCompared {
                column: skipped.column.clone(),
                table,
                reason: skipped.reason.clone(),
            });
        }
        for skipped in q
            .skipped
            .iter()
            .filter(|skipped| !p.skipped.contains(skipped))
        {
            columns.push(NotCompared {
                column: skipped.column.clone(),
                table: "Q",
                reason: skipped.reason.clone(),
            });
        }
        columns
    }
}
