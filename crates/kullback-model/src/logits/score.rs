//! Two files of full rows → the scores of every row.

use kullback::Progress;
use kullback::scores::{Account, RowScore, Scores, Target};

use super::block::{Block, over_blocks};
use super::decode::{Decoded, of_core};
use super::frame::{Frame, Full, Options, Precision, agree, token_hash};
use super::source::RowKind;
use crate::Error;

/// Two files compared, row by row.
#[derive(Clone, Debug)]
pub struct Compared {
    /// The scores of the rows, P being the base.
    pub scores: Scores,
    /// What was found in the rows of the base and of the candidate.
    pub accounts: [Account; 2],
    /// How many tokens of each row were compared.
    pub vocabulary: u64,
    /// The arithmetic that rows were computed in.
    pub precision: Precision,
    /// [`token_hash`] of the targets, where they are known.
    pub tokens: Option<u64>,
}

pub(super) fn score(
    sides: [&Full; 2],
    options: &Options,
    read: &Progress,
) -> Result<Compared, Error> {
    let frame = agree(sides, options)?;
    let blocks = over_blocks(&frame, sides, read, |block| score_block(&frame, block))?;
    let mut accounts = [Account::NOTHING; 2];
    let mut rows = Vec::with_capacity(usize::try_from(frame.rows).unwrap_or(0));
    for (scores, found) in blocks {
        rows.extend(scores);
        accounts
            .iter_mut()
            .zip(&found)
            .for_each(|(sum, found)| sum.add(found));
    }
    let mut scores = Scores::new(rows);
    if let Some(length) = frame.per_chunk {
        let rows = scores.rows();
        let lengths: Vec<usize> = rows
            .chunks(length as usize)
            .map(<[RowScore]>::len)
            .collect();
        scores = scores.in_chunks(&lengths);
    }
    Ok(Compared {
        scores,
        accounts,
        vocabulary: frame.vocabulary,
        precision: frame.precision,
        tokens: frame.targets.as_deref().map(token_hash),
    })
}

type Found = (Vec<RowScore>, [Account; 2]);

fn score_block(frame: &Frame, block: &Block<'_>) -> Result<Found, Error> {
    let mut rows = [Decoded::default(), Decoded::default()];
    let mut accounts = [Account::NOTHING; 2];
    let mut scores = Vec::with_capacity(block.count as usize);
    for i in 0..block.count {
        let at = |error: Error, side: usize| block.at(error, side, i);
        for side in [0, 1] {
            let (full, bytes) = block.row(side, i);
            rows[side]
                .decode(
                    full,
                    bytes,
                    frame.vocabulary,
                    frame.precision,
                    &mut accounts[side],
                )
                .map_err(|error| at(error, side))?;
        }
        let [p, q] = &mut rows;
        let row = p.score(q).map_err(|error| of_core(&error, at))?;
        for side in [0, 1] {
            let mass = rows[side].mass(row.ln_totals[side]);
            let is_normalised = match block.row(side, i).0 {
                Full::Kld(_) => true,
                Full::Array(array) => {
                    array.check_mass(mass).map_err(|error| at(error, side))?;
                    array.kind != RowKind::Logits
                }
            };
            accounts[side].add_mass(mass, is_normalised);
        }
        let target = frame
            .targets
            .as_ref()
            .map(|targets| targets[(block.first + i) as usize]);
        let logits = |side: usize, token: u32| rows[side].get(token as usize);
        scores.push(RowScore {
            kl: row.kl,
            reverse_kl: row.reverse_kl,
            js: row.js,
            tv: row.tv,
            entropy_p: row.entropy_p,
            entropy_q: row.entropy_q,
            cross_entropy: row.cross_entropy,
            top_p: (rows[0].get(row.tops[0]) - row.ln_totals[0]).exp(),
            same_top: row.tops[0] == row.tops[1],
            target: target.map(|token| Target {
                token,
                ln_p: logits(0, token) - row.ln_totals[0],
                ln_q: logits(1, token) - row.ln_totals[1],
            }),
        });
    }
    Ok((scores, accounts))
}
