//! Caveats in words, each one line.

use kullback::compare::{Caveat, Kind, Label, Unshared};

use crate::column::CaveatReport;
use crate::label::label;
use crate::number::{count, divergence, share};

/// The caveat with a name for programs and a line for people.
pub(crate) fn caveat(caveat: &Caveat, rows: [u64; 2]) -> CaveatReport {
    let (code, text) = match caveat {
        Caveat::Disjoint {
            alike: Some((p, q)),
        } => (
            "disjoint",
            format!(
                "no value is on both sides, so that the plug-in KL is ∞, yet they differ only in spelling: P has `{p}` where Q has `{q}`"
            ),
        ),
        Caveat::Disjoint { alike: None } => (
            "disjoint",
            "no value is on both sides, so that the plug-in KL is ∞".to_owned(),
        ),
        Caveat::OnlyInP(unshared) => (
            "only_in_p",
            format!(
                "Q has none of {}: the plug-in KL(P‖Q) is ∞",
                unshared_of("P", unshared, rows[0])
            ),
        ),
        Caveat::OnlyInQ(unshared) => (
            "only_in_q",
            format!("P has none of {}", unshared_of("Q", unshared, rows[1])),
        ),
        Caveat::Mixed { kinds } => {
            let kinds: Vec<String> = kinds
                .iter()
                .map(|(kind, [p, q])| {
                    format!("{} ({} in P, {} in Q)", plural(*kind), count(*p), count(*q))
                })
                .collect();
            (
                "mixed",
                format!(
                    "the values are of several kinds, each counted as what it is: {}",
                    kinds.join(", ")
                ),
            )
        }
        Caveat::MostlyDistinct { share } => (
            "mostly_distinct",
            format!(
                "{:.0} % of its values are texts that occur once: nearly an identifier, of which any two samples look different",
                100.0 * share
            ),
        ),
        Caveat::Buckets { buckets } => (
            "buckets",
            format!(
                "more distinct texts than are kept apart: they share {} buckets, and the divergence is a lower bound",
                count(*buckets as u64)
            ),
        ),
        Caveat::Coarse { share, low, high } => (
            "coarse",
            format!(
                "{:.0} % of the mass lies between {low:e} and {high:e} and is not cut finer, for a few values lie very far away",
                100.0 * share
            ),
        ),
        Caveat::Rounded { values } => (
            "rounded",
            format!(
                "{} integers or times are beyond 2⁵³ or finer than a microsecond and lost their last digits",
                count(*values)
            ),
        ),
        Caveat::AllNull { sides } => (
            "all_null",
            match sides {
                [true, true] => "nothing but nulls on both sides",
                [true, false] => "P is nothing but nulls",
                _ => "Q is nothing but nulls",
            }
            .to_owned(),
        ),
        Caveat::OffLine { rows: [p, q] } => (
            "off_line",
            format!(
                "left out of the line, as null, NaN or infinite: {} in P, {} in Q",
                count(*p),
                count(*q)
            ),
        ),
        Caveat::Cells {
            kolmogorov_smirnov,
            wasserstein,
        } => (
            "cells",
            format!(
                "more distinct numbers than are kept apart, so that points are middles of cells: ks may be {} too low, and wasserstein:1 off by {}",
                divergence(*kolmogorov_smirnov),
                divergence(*wasserstein)
            ),
        ),
        Caveat::Microseconds => (
            "microseconds",
            "distances on the line are in microseconds".to_owned(),
        ),
        _ => ("other", format!("{caveat:?}")),
    };
    CaveatReport {
        code: code.to_owned(),
        text,
    }
}

/// Values that one side has, with how many rows the other would have of them if nothing had changed.
fn unshared_of(side: &str, unshared: &Unshared, rows: u64) -> String {
    let part = format!(
        "{} of its rows; {} expected on the other side",
        share(unshared.rows, rows),
        count(unshared.expected.round() as u64)
    );
    let largest = label(&unshared.largest);
    if unshared.outcomes == 1 {
        format!("{side}'s `{largest}` ({part})")
    } else {
        let several = match unshared.largest {
            Label::Interval { low, high, .. } if low < high => "intervals",
            _ => "values",
        };
        format!(
            "{} {several} of {side} ({part}), the largest `{largest}`",
            count(unshared.outcomes as u64)
        )
    }
}

pub(crate) fn plural(kind: Kind) -> &'static str {
    match kind {
        Kind::Null => "nulls",
        Kind::Boolean => "booleans",
        Kind::Number => "numbers",
        Kind::Time => "dates and times",
        Kind::TimeOfDay => "times of day",
        Kind::Duration => "durations",
        Kind::Text => "texts",
        Kind::Mixed => "mixed values",
    }
}
