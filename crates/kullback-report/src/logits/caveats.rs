//! What rows leave open, in words.

use kullback::scores::{Account, ListScore, Scores};

use crate::column::CaveatReport;
use crate::number::{count, divergence, share};

fn caveat(code: &str, text: String) -> CaveatReport {
    CaveatReport {
        code: code.to_owned(),
        text,
    }
}

pub(super) fn of_full(q: &str, scores: &Scores, accounts: &[Account; 2]) -> Vec<CaveatReport> {
    let mut caveats = Vec::new();
    let rows = scores.rows().len() as u64;
    let infinite = |value: fn(&kullback::scores::RowScore) -> f64| {
        let found = scores
            .rows()
            .iter()
            .filter(|row| value(row) == f64::INFINITY);
        found.count() as u64
    };
    for (from, to, found) in [
        ("P", q, infinite(|row| row.kl)),
        (q, "P", infinite(|row| row.reverse_kl)),
    ] {
        if found > 0 {
            caveats.push(caveat(
                "infinite",
                format!(
                    "KL({from}‖{to}) is ∞ in {} rows ({}), where {to} calls a token impossible that {from} does not",
                    count(found),
                    share(found, rows)
                ),
            ));
        }
    }
    if scores.chunks().is_none() && rows > 1 {
        caveats.push(caveat(
            "no_chunks",
            "the chunks of the text are not known, and errors take rows as independent, which makes them too small: say --chunk"
                .to_owned(),
        ));
    }
    for (letter, account) in ["P", q].into_iter().zip(accounts) {
        if let Some((nats, cut)) = account.cut() {
            caveats.push(caveat(
                "cut",
                format!(
                    "{letter} is cut {nats} nats below the largest log-probability in {} rows ({}), on average at {} tokens, which were given up to {} of a row's mass together",
                    count(cut.rows),
                    share(cut.rows, rows),
                    count(cut.tokens / cut.rows.max(1)),
                    percent(cut.mass),
                ),
            ));
        }
        let [low, high] = account.mass;
        // More than rounding to single precision makes of a large row.
        if account.is_normalised && (low < 1.0 - 1e-5 || high > 1.0 + 1e-5) {
            caveats.push(caveat(
                "mass",
                format!(
                    "the probabilities of {letter}'s rows sum to {low:.5} to {high:.5} as stored; each row is divided by its sum"
                ),
            ));
        }
        if account.beyond > 0.0 {
            caveats.push(caveat(
                "beyond",
                format!(
                    "tokens beyond the vocabulary compared hold up to {} of the mass of a row of {letter}, which is left out",
                    percent(account.beyond)
                ),
            ));
        }
    }
    caveats
}

pub(super) fn of_lists(scores: &[ListScore]) -> Vec<CaveatReport> {
    let rows = scores.len() as u64;
    let unlisted = scores.iter().filter(|row| row.target.is_none()).count() as u64;
    let mut caveats = vec![caveat(
        "lists",
        "only the most likely tokens are listed: what is printed are bounds, and KL has no upper one"
            .to_owned(),
    )];
    if unlisted > 0 {
        caveats.push(caveat(
            "unlisted",
            format!(
                "in {} rows ({}) a side does not list the token that came, so that there is no perplexity",
                count(unlisted),
                share(unlisted, rows)
            ),
        ));
    }
    caveats
}

/// A small share of one, as 0.0012 %.
fn percent(part: f64) -> String {
    format!("{} %", divergence(100.0 * part))
}
