//! Lists of the most likely tokens, against lists or against full rows.

use std::collections::HashMap;

use kullback::Progress;
use kullback::scores::{Account, ListScore, Target};

use super::decode::Decoded;
use super::frame::{Full, Precision, token_hash};
use super::json_lines::{JsonLines, Key, List};
use crate::Error;

/// Two files of which at least one has lists of the most likely tokens.
#[derive(Clone, Debug, Default)]
pub struct ComparedLists {
    /// The bounds for each row.
    pub scores: Vec<ListScore>,
    /// How many rows each line has: rows of one line depend on each other.
    pub lengths: Vec<usize>,
    /// [`token_hash`] of the tokens that came, where they have ids.
    pub tokens: Option<u64>,
}

/// Compares lists with lists, line by line.
pub(super) fn with_lists([p, q]: [&JsonLines; 2], read: &Progress) -> Result<ComparedLists, Error> {
    let (mut p_lines, mut q_lines) = (p.lines()?, q.lines()?);
    let mut compared = Compared::default();
    let mut done = 0;
    loop {
        let (p_lists, q_lists) = match (p_lines.next().transpose()?, q_lines.next().transpose()?) {
            (None, None) => return Ok(compared.finish()),
            (Some(p_lists), Some(q_lists)) => (p_lists, q_lists),
            (p_lists, _) => {
                let (shorter, longer) = if p_lists.is_some() { (q, p) } else { (p, q) };
                return Err(Error::new(format!(
                    "has {} responses, and {} has more",
                    compared.lists.lengths.len(),
                    longer.name()
                ))
                .in_file(shorter.name())
                .advise(SAME_TEXT));
            }
        };
        let at = |error: Error| error.at(format!("line {}", q_lines.line)).in_file(q.name());
        if p_lists.len() != q_lists.len() {
            return Err(at(Error::new(format!(
                "has {} positions, and line {} of {} has {}",
                q_lists.len(),
                p_lines.line,
                p.name(),
                p_lists.len()
            ))
            .advise(SAME_TEXT)));
        }
        for (i, (p_list, q_list)) in p_lists.iter().zip(&q_lists).enumerate() {
            let sides = [Known::of_list(p_list), Known::of_list(q_list)];
            if p_list.target.0 != q_list.target.0 {
                return Err(at(other_text(i, &q_list.target.0, &p_list.target.0)));
            }
            compared.add(&sides, q_list);
        }
        compared.lists.lengths.push(p_lists.len());
        let both = p_lines.read + q_lines.read;
        read.add(both - done)?;
        done = both;
    }
}

/// Compares lists with full rows, those of a line with the rows of a chunk. The lists are of the
/// base where `lists_are_p`, else of the candidate.
pub(super) fn with_full(
    lists: &JsonLines,
    full: &Full,
    lists_are_p: bool,
    read: &Progress,
) -> Result<ComparedLists, Error> {
    let targets = match full {
        Full::Kld(kld) => Some(kld.targets()?),
        Full::Array(_) => None,
    };
    let mut compared = Compared::default();
    let mut decoded = Decoded::default();
    let mut next = 0;
    let mut lines = lists.lines()?;
    let mut done = 0;
    while let Some(line) = lines.next().transpose()? {
        let at = |error: Error| {
            error
                .at(format!("line {}", lines.line))
                .in_file(lists.name())
        };
        let (skip, rows) = full.beside_line(next, line.len()).map_err(at)?;
        for (i, list) in line[skip..].iter().enumerate() {
            let row = next + i as u64;
            let window = full.window(row, row)?;
            let mut account = Account::NOTHING;
            let in_row = |error: Error| error.at(format!("row {row}")).in_file(full.name());
            decoded
                .decode(
                    full,
                    &window,
                    full.vocabulary(),
                    Precision::Double,
                    &mut account,
                )
                .map_err(in_row)?;
            let came = match &list.target.0 {
                Key::Id(id) if u64::from(*id) < full.vocabulary() => *id,
                key => return Err(at(no_id(skip + i, key, full))),
            };
            if let Some(&target) = targets.as_ref().and_then(|all| all.get(row as usize))
                && target != came
            {
                return Err(at(other_text(skip + i, &list.target.0, &Key::Id(target))));
            }
            let (ln_total, top) = decoded.summary().map_err(in_row)?;
            let all = Known::Full {
                row: &decoded,
                ln_total,
                top,
            };
            let listed = Known::of_list(list);
            let sides = if lists_are_p {
                [listed, all]
            } else {
                [all, listed]
            };
            compared.add(&sides, list);
        }
        next += rows;
        compared.lists.lengths.push(line.len() - skip);
        read.add(lines.read - done)?;
        done = lines.read;
    }
    if next == full.rows() {
        Ok(compared.finish())
    } else {
        Err(Error::new(format!(
            "has responses for {next} rows, and {} has {}",
            full.name(),
            full.rows()
        ))
        .in_file(lists.name())
        .advise(SAME_TEXT))
    }
}

const SAME_TEXT: &str = "score the same text with both, as vLLM's prompt_logprobs does";

fn other_text(position: usize, q: &Key, p: &Key) -> Error {
    Error::new(format!(
        "is about another text: position {position} has {q}, and {p} in the base"
    ))
    .advise(SAME_TEXT)
}

fn no_id(position: usize, key: &Key, full: &Full) -> Error {
    Error::new(format!(
        "position {position} has {key}, and {} knows tokens by their ids, below {}",
        full.name(),
        full.vocabulary()
    ))
    .advise("full rows can be compared with vLLM's prompt_logprobs, which have ids")
}

/// What a side says at one position.
enum Known<'a> {
    Listed(HashMap<&'a Key, f64>, Option<&'a Key>),
    Full {
        row: &'a Decoded,
        ln_total: f64,
        top: usize,
    },
}

impl<'a> Known<'a> {
    fn of_list(list: &'a List) -> Self {
        let mut top: Option<&(Key, f64)> = None;
        for entry in &list.tokens {
            if top.is_none_or(|top| entry.1 > top.1) {
                top = Some(entry);
            }
        }
        let tokens = list.tokens.iter().map(|(key, ln)| (key, *ln));
        Self::Listed(tokens.collect(), top.map(|(key, _)| key))
    }

    fn ln(&self, key: &Key) -> Option<f64> {
        match (self, key) {
            (Self::Listed(listed, _), key) => listed.get(key).copied(),
            (Self::Full { row, ln_total, .. }, Key::Id(id)) => {
                row.find(*id as usize).map(|x| x - ln_total)
            }
            (Self::Full { .. }, Key::Bytes(_)) => None,
        }
    }

    fn is_top(&self, key: &Key) -> bool {
        match self {
            Self::Listed(_, top) => *top == Some(key),
            Self::Full { top, .. } => *key == Key::Id(u32::try_from(*top).unwrap_or(u32::MAX)),
        }
    }
}

#[derive(Default)]
struct Compared {
    lists: ComparedLists,
    targets: Vec<u32>,
}

impl Compared {
    /// Adds a position, of whose sides `list` is one.
    fn add(&mut self, [p, q]: &[Known<'_>; 2], list: &List) {
        // In the order of the file, so that sums do not depend on a hash.
        let both = list
            .tokens
            .iter()
            .filter_map(|(key, _)| p.ln(key).zip(q.ln(key)));
        let shared: Vec<(f64, f64)> = both.map(|(p, q)| (p.exp(), q.exp())).collect();
        let came = &list.target.0;
        let token = match came {
            Key::Id(id) => *id,
            Key::Bytes(_) => 0,
        };
        if let Key::Id(id) = came {
            self.targets.push(*id);
        }
        self.lists.scores.push(ListScore {
            same_top: list
                .tokens
                .iter()
                .any(|(key, _)| p.is_top(key) && q.is_top(key)),
            target: p
                .ln(came)
                .zip(q.ln(came))
                .map(|(ln_p, ln_q)| Target { token, ln_p, ln_q }),
            ..ListScore::of(&shared)
        });
    }

    fn finish(mut self) -> ComparedLists {
        if self.targets.len() == self.lists.scores.len() {
            self.lists.tokens = Some(token_hash(&self.targets));
        }
        self.lists
    }
}
