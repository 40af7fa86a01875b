//! Rows in blocks: a window on each file, compared on all cores.

use std::sync::atomic::{AtomicUsize, Ordering};

use kullback::Progress;
use rayon::prelude::*;

use super::frame::{Frame, Full, Place};
use crate::{Error, Window};

/// About how many bytes of a file a block has: a window costs some microseconds whatever its size.
const BLOCK: u64 = 4 << 20;

/// Neighbouring rows of both files.
pub(super) struct Block<'a> {
    /// The number of the first row.
    pub(super) first: u64,
    pub(super) count: u64,
    sides: [(&'a Full, Window); 2],
    places: [Place; 2],
}

impl<'a> Block<'a> {
    /// A side's file and the bytes of row `i` of the block, counted from 0.
    pub(super) fn row(&self, side: usize, i: u64) -> (&'a Full, &[u8]) {
        let (full, window) = &self.sides[side];
        let len = full.row_bytes() as usize;
        (full, &window[i as usize * len..][..len])
    }

    /// The error with its row and file.
    pub(super) fn at(&self, error: Error, side: usize, i: u64) -> Error {
        let row = self.places[side].of(self.first + i);
        error
            .at(format!("row {row}"))
            .in_file(self.sides[side].0.name())
    }
}

/// Calls `score` for every block, on all cores, and returns what it gives in the order of the rows.
/// Of several errors it is the first row's, whatever the number of threads.
pub(super) fn over_blocks<'a, T: Send>(
    frame: &Frame,
    sides: [&'a Full; 2],
    read: &Progress,
    score: impl Fn(&Block<'a>) -> Result<T, Error> + Sync,
) -> Result<Vec<T>, Error> {
    // Within what is contiguous in both files, which is all, or one chunk.
    let run = frame
        .places
        .iter()
        .map(|place| place.count)
        .min()
        .unwrap_or(1);
    let widest = sides.map(Full::row_bytes).into_iter().max().unwrap_or(1);
    let most = (BLOCK / widest.max(1)).clamp(1, run);
    let per_run = run.div_ceil(most);
    let blocks = usize::try_from(frame.rows / run * per_run)
        .map_err(|_| Error::new("has more rows than this machine can count"))?;
    let failed = AtomicUsize::new(usize::MAX);
    let done: Vec<Option<Result<T, Error>>> = (0..blocks)
        .into_par_iter()
        .map(|i| {
            if failed.load(Ordering::Relaxed) < i {
                return None;
            }
            let within = i as u64 % per_run * most;
            let first = i as u64 / per_run * run + within;
            let count = most.min(run - within);
            let bytes = sides.map(Full::row_bytes).into_iter().sum::<u64>() * count;
            let result = open(frame, sides, first, count)
                .and_then(|block| score(&block))
                .and_then(|scored| {
                    read.add(bytes)?;
                    Ok(scored)
                });
            if result.is_err() {
                failed.fetch_min(i, Ordering::Relaxed);
            }
            Some(result)
        })
        .collect();
    done.into_iter().flatten().collect()
}

fn open<'a>(
    frame: &Frame,
    sides: [&'a Full; 2],
    first: u64,
    count: u64,
) -> Result<Block<'a>, Error> {
    let side = |i: usize| {
        let begin = frame.places[i].of(first);
        sides[i]
            .window(begin, begin + count - 1)
            .map(|window| (sides[i], window))
    };
    Ok(Block {
        first,
        count,
        sides: [side(0)?, side(1)?],
        places: frame.places,
    })
}
