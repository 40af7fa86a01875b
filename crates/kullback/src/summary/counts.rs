//! A sorted map `key → count` that keeps to a cap by dropping low bits of its keys.

/// Counts of 64-bit keys at adaptive precision.
///
/// A key stands for all values whose code is equal after `level` low bits are dropped. The level
/// is the smallest at which no more than `cap` keys are held, so it depends on the multiset of
/// keys alone and not on their order.
///
/// ```
/// use kullback::summary::Counts;
///
/// let mut counts = Counts::new(2);
/// counts.add(&mut [8, 9, 8, 12]);
/// assert_eq!(counts.level(), 1); // 8, 9 → 4; 12 → 6
/// assert_eq!(counts.iter().collect::<Vec<_>>(), [(4, 3), (6, 1)]);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Counts {
    level: u32,
    cap: usize,
    /// Sorted, distinct, already shifted right by `level`.
    keys: Vec<u64>,
    counts: Vec<u64>,
}

impl Counts {
    /// An empty map that holds no more than `cap` keys (at least 2).
    pub fn new(cap: usize) -> Self {
        Self {
            level: 0,
            cap: cap.max(2),
            keys: Vec::new(),
            counts: Vec::new(),
        }
    }

    /// Counts each of `keys` once more; they are left sorted, at this map's level.
    ///
    /// A batch costs one pass over the map: give it thousands of keys at a time.
    pub fn add(&mut self, keys: &mut [u64]) {
        if self.level > 0 {
            keys.iter_mut().for_each(|key| *key >>= self.level);
        }
        keys.sort_unstable();
        let runs: Vec<(u64, u64)> = keys
            .chunk_by(|a, b| a == b)
            .map(|run| (run[0], run.len() as u64))
            .collect();
        self.add_runs(&runs);
    }

    /// Adds the counts of `other`, at the coarser of the two levels or coarser still.
    pub fn merge(&mut self, other: &Self) {
        self.coarsen(other.level);
        let entries: Vec<_> = other.at_level(self.level).collect();
        self.add_runs(&entries);
    }

    /// Drops low bits until `level` of them (at most 63) are dropped; finer levels change nothing.
    pub fn coarsen(&mut self, level: u32) {
        let level = level.min(63);
        if level <= self.level {
            return;
        }
        let shift = level - self.level;
        let mut kept = 0;
        for i in 0..self.keys.len() {
            let key = self.keys[i] >> shift;
            if kept > 0 && self.keys[kept - 1] == key {
                self.counts[kept - 1] += self.counts[i];
            } else {
                self.keys[kept] = key;
                self.counts[kept] = self.counts[i];
                kept += 1;
            }
        }
        self.keys.truncate(kept);
        self.counts.truncate(kept);
        self.level = level;
    }

    /// How many low bits are dropped: 0 while the counts are exact.
    pub fn level(&self) -> u32 {
        self.level
    }

    /// How many keys are held at the most.
    pub fn cap(&self) -> usize {
        self.cap
    }

    /// How many keys are held.
    pub fn len(&self) -> usize {
        self.keys.len()
    }

    /// Whether nothing was counted.
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// How many values were counted.
    pub fn total(&self) -> u64 {
        self.counts.iter().sum()
    }

    /// The keys in ascending order, shifted right by [`level`](Self::level), with their counts.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (u64, u64)> + '_ {
        self.keys.iter().copied().zip(self.counts.iter().copied())
    }

    /// The keys and counts as they are at a coarser level (no finer than this one), ascending.
    pub(crate) fn at_level(&self, level: u32) -> impl Iterator<Item = (u64, u64)> + '_ {
        let shift = level - self.level;
        let mut entries = self
            .iter()
            .map(move |(key, count)| (key >> shift, count))
            .peekable();
        std::iter::from_fn(move || {
            let (key, mut count) = entries.next()?;
            while let Some((_, more)) = entries.next_if(|&(next, _)| next == key) {
                count += more;
            }
            Some((key, count))
        })
    }

    /// Gives up the entries that `taken` accepts; the level stays.
    pub(super) fn take(&mut self, mut taken: impl FnMut(u64, u64) -> bool) {
        let entries = std::mem::take(&mut self.keys)
            .into_iter()
            .zip(std::mem::take(&mut self.counts));
        (self.keys, self.counts) = entries.filter(|&(key, count)| !taken(key, count)).unzip();
    }

    /// Adds sorted distinct keys at this map's level, with their counts.
    pub(super) fn add_runs(&mut self, runs: &[(u64, u64)]) {
        self.insert(runs);
        self.keep_to_cap();
        self.keys.shrink_to_fit();
        self.counts.shrink_to_fit();
    }

    /// Merges sorted distinct entries from the back, in place: the map is as large as its
    /// entries, and a second copy of it would double the memory of a wide table.
    fn insert(&mut self, entries: &[(u64, u64)]) {
        let old = self.keys.len();
        let len = old + entries.len();
        self.keys.reserve_exact(entries.len());
        self.counts.reserve_exact(entries.len());
        self.keys.resize(len, 0);
        self.counts.resize(len, 0);
        let (keys, counts) = (&mut self.keys[..], &mut self.counts[..]);
        let (mut read, mut write) = (old, len);
        for &(key, count) in entries.iter().rev() {
            while read > 0 && keys[read - 1] > key {
                read -= 1;
                write -= 1;
                keys[write] = keys[read];
                counts[write] = counts[read];
            }
            write -= 1;
            keys[write] = key;
            counts[write] = count;
            if read > 0 && keys[read - 1] == key {
                read -= 1;
                counts[write] += counts[read];
            }
        }
        // What was not read stands where it stood; close the gap that equal keys left.
        self.keys.copy_within(write..len, read);
        self.counts.copy_within(write..len, read);
        self.keys.truncate(len - (write - read));
        self.counts.truncate(len - (write - read));
    }

    /// Goes to the finest level that holds no more than `cap` keys.
    fn keep_to_cap(&mut self) {
        if self.keys.len() <= self.cap {
            return;
        }
        // Two neighbours merge at the level where their highest differing bit is dropped, so one
        // pass over the neighbours counts the keys that would be left at every level.
        let mut merged_at = [0usize; 65];
        for pair in self.keys.windows(2) {
            merged_at[64 - (pair[0] ^ pair[1]).leading_zeros() as usize] += 1;
        }
        let (mut left, mut drop) = (self.keys.len(), 0);
        while left > self.cap {
            drop += 1;
            left -= merged_at[drop];
        }
        self.coarsen(self.level + drop as u32);
    }
}
