//! Codes on their way into [`Counts`].

use super::Counts;

/// Neighbouring keys share a page of this many slots, so a key's low bits are its place in it.
const PAGE: u64 = 256;

/// The most pages: enough for every key of a full summary at one key in eight slots.
const PAGES: usize = 1024;

/// The widest span of keys, in pages, that a directory is kept for.
const SPAN: u64 = 1 << 16;

const NO_PAGE: u16 = u16::MAX;

/// How many codes wait for the slots. Counted together, their cache misses overlap; one by one,
/// between the parsing of two fields, each would be waited for.
const BATCH: usize = 2048;

/// Gathers codes for one [`Counts`].
///
/// A plain list that is sorted when full, until the counts are coarse. From then on keys lie
/// close together, so those near a known key have a slot each and counting is one increment; the
/// list holds the others. The counts come out the same either way.
#[derive(Clone, Debug, Default)]
pub(super) struct Tally {
    pending: Vec<u64>,
    /// Codes that have no slot.
    strays: Vec<u64>,
    /// The level of the counts when the pages were laid out.
    level: u32,
    /// The page number of `directory[0]`.
    first: u64,
    /// Which page of `slots` holds the keys of a page number. Empty while the counts are exact.
    directory: Vec<u16>,
    slots: Vec<u32>,
}

impl Tally {
    /// Takes one more code for `counts`.
    #[inline]
    pub(super) fn push(&mut self, code: u64, counts: &mut Counts) {
        self.pending.push(code);
        if self.pending.len() >= BATCH {
            self.count(counts);
        }
    }

    /// How many codes are not in the counts yet.
    pub(super) fn len(&self) -> u64 {
        let listed = self.pending.len() + self.strays.len();
        listed as u64
            + self
                .slots
                .iter()
                .map(|&count| u64::from(count))
                .sum::<u64>()
    }

    /// Counts all that was taken.
    pub(super) fn drain(&mut self, counts: &mut Counts) {
        let (directory, slots) = (
            std::mem::take(&mut self.directory),
            std::mem::take(&mut self.slots),
        );
        // Exactly as large as needed: a wide table makes many of these.
        let mut runs = Vec::with_capacity(slots.iter().filter(|&&count| count > 0).count());
        for (number, page) in (self.first..)
            .zip(directory)
            .filter(|&(_, page)| page != NO_PAGE)
        {
            let start = page as usize * PAGE as usize;
            let page = &slots[start..start + PAGE as usize];
            let counted = (number * PAGE..).zip(page).filter(|&(_, &count)| count > 0);
            runs.extend(counted.map(|(key, &count)| (key, u64::from(count))));
        }
        // Only draining changes the counts' level, so the slots' keys are still at it.
        counts.add_runs(&runs);
        self.strays.append(&mut self.pending);
        counts.add(&mut self.strays);
        self.strays.clear();
    }

    /// Counts the pending codes that have a slot and lists the others.
    fn count(&mut self, counts: &mut Counts) {
        for code in self.pending.drain(..) {
            let key = code >> self.level;
            let number = (key / PAGE).wrapping_sub(self.first);
            match self.directory.get(number as usize).and_then(|&page| {
                self.slots
                    .get_mut(page as usize * PAGE as usize + (key % PAGE) as usize)
            }) {
                Some(count) if *count < u32::MAX => *count += 1,
                _ => self.strays.push(code),
            }
        }
        // While the counts are exact, more than their cap waits, so that a column of distinct
        // numbers finds its level with one sort.
        let patience = if self.directory.is_empty() {
            counts.cap() + counts.cap() / 4
        } else {
            counts.cap() / 8
        };
        if self.strays.len() >= patience {
            self.drain(counts);
            self.lay_out(counts);
            self.strays.shrink_to(counts.cap() / 8);
        }
    }

    /// Gives slots to the keys of `counts` and their neighbours, where they are close enough.
    fn lay_out(&mut self, counts: &mut Counts) {
        let (Some((first, _)), Some((last, _))) = (counts.iter().next(), counts.iter().next_back())
        else {
            return;
        };
        let (first, last) = (first / PAGE, last / PAGE);
        if counts.level() == 0 || last - first >= SPAN {
            return;
        }
        let mut directory = vec![NO_PAGE; (last - first) as usize + 1];
        let mut pages = 0;
        for (key, _) in counts.iter() {
            let page = &mut directory[(key / PAGE - first) as usize];
            if *page == NO_PAGE {
                *page = pages;
                pages += 1;
            }
            if usize::from(pages) > PAGES {
                return;
            }
        }
        let mut slots = vec![0; usize::from(pages) * PAGE as usize];
        // The slots take over what was counted, so that it is held once.
        counts.take(|key, count| {
            let page = directory[(key / PAGE - first) as usize];
            match u32::try_from(count) {
                Ok(count) => slots[page as usize * PAGE as usize + (key % PAGE) as usize] = count,
                Err(_) => return false,
            }
            true
        });
        self.level = counts.level();
        self.first = first;
        self.directory = directory;
        self.slots = slots;
    }
}
