//! Counts of texts, by a stable hash of each.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use xxhash_rust::xxh3::xxh3_64;

use super::CAP;

/// Texts longer than this many bytes are kept cut; they are told apart by their whole hash.
const TEXT_BYTES: usize = 200;

/// Counts of texts at adaptive precision.
///
/// Texts are told apart by a 64-bit hash (XXH3), and a bucket is all texts whose hashes are equal
/// after `level` low bits are dropped. Up to the cap each text has a bucket of its own.
///
/// ```
/// use kullback::summary::Categories;
///
/// let mut colours = Categories::new();
/// for colour in ["red", "blue", "red"] {
///     colours.push(colour, 1);
/// }
/// let red = colours.iter().find(|c| c.text == Some("red")).unwrap();
/// assert_eq!(red.count, 2);
/// ```
#[derive(Clone, Debug)]
pub struct Categories {
    level: u32,
    cap: usize,
    buckets: HashMap<u64, Bucket, BuildHasherDefault<Spread>>,
    total: u64,
}

/// Texts that share a bucket, with the one of the lowest hash as their representative.
///
/// The representative, once it is the lowest, is seen whenever it comes again, so its own count
/// is exact whatever the order of rows.
#[derive(Clone, Debug, PartialEq)]
struct Bucket {
    count: u64,
    hash: u64,
    hash_count: u64,
    text: Box<str>,
}

/// One bucket of [`Categories`] as it is read.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Category<'a> {
    /// The bucket: the hash of its texts with the low bits dropped.
    pub key: u64,
    /// How many values fell in it.
    pub count: u64,
    /// The text, when all values of the bucket were this one; long texts end in `…`.
    pub text: Option<&'a str>,
}

impl Categories {
    /// No texts, with the default cap of 32,768 buckets.
    pub fn new() -> Self {
        Self::with_cap(CAP)
    }

    /// No texts, with a cap of one's own.
    pub fn with_cap(cap: usize) -> Self {
        Self {
            level: 0,
            cap: cap.max(2),
            buckets: HashMap::default(),
            total: 0,
        }
    }

    /// Counts `text` so many more times.
    pub fn push(&mut self, text: &str, times: u64) {
        if times > 0 {
            let hash = text_hash(text.as_bytes());
            match self.buckets.get_mut(&(hash >> self.level)) {
                Some(bucket) if bucket.hash == hash => bucket.again(times, &mut self.total),
                _ => self.insert(hash, times, times, text),
            }
        }
    }

    /// Counts one more text given as bytes.
    ///
    /// # Errors
    ///
    /// When the bytes are not UTF-8; nothing is counted then.
    pub fn push_bytes(&mut self, bytes: &[u8]) -> Result<(), std::str::Utf8Error> {
        let hash = text_hash(bytes);
        match self.buckets.get_mut(&(hash >> self.level)) {
            // These bytes were validated when they came first.
            Some(bucket) if bucket.hash == hash => bucket.again(1, &mut self.total),
            _ => self.insert(hash, 1, 1, std::str::from_utf8(bytes)?),
        }
        Ok(())
    }

    /// Adds the counts of `other`.
    pub fn merge(&mut self, other: &Self) {
        self.coarsen(other.level);
        // The result does not depend on the order in which buckets are added.
        #[allow(clippy::iter_over_hash_type)]
        for bucket in other.buckets.values() {
            self.insert(bucket.hash, bucket.count, bucket.hash_count, &bucket.text);
        }
    }

    /// How many low bits of the hashes are dropped: 0 while each text has its own bucket.
    pub fn level(&self) -> u32 {
        self.level
    }

    /// How many buckets are held; at level 0 the number of distinct texts.
    pub fn len(&self) -> usize {
        self.buckets.len()
    }

    /// Whether nothing was counted.
    pub fn is_empty(&self) -> bool {
        self.total == 0
    }

    /// How many texts were counted.
    pub fn total(&self) -> u64 {
        self.total
    }

    /// Whether no text came twice: exact up to the cap; beyond it, judged by the representative
    /// text of every bucket, a sample of tens of thousands of texts chosen by their hash.
    pub fn all_distinct(&self) -> bool {
        !self.is_empty() && self.buckets.values().all(|bucket| bucket.hash_count == 1)
    }

    /// The buckets, ascending by key.
    pub fn iter(&self) -> impl Iterator<Item = Category<'_>> {
        let mut keys: Vec<_> = self.buckets.iter().collect();
        keys.sort_unstable_by_key(|&(key, _)| key);
        keys.into_iter().map(|(&key, bucket)| Category {
            key,
            count: bucket.count,
            text: (bucket.hash_count == bucket.count).then_some(&*bucket.text),
        })
    }

    /// Drops low bits of the hashes until `level` of them are dropped.
    pub fn coarsen(&mut self, level: u32) {
        let level = level.min(63);
        if level <= self.level {
            return;
        }
        self.level = level;
        #[allow(clippy::iter_over_hash_type)] // adding is commutative
        for (_, bucket) in std::mem::take(&mut self.buckets) {
            self.buckets
                .entry(bucket.hash >> level)
                .and_modify(|held| held.absorb(&bucket))
                .or_insert(bucket);
        }
    }

    #[cold]
    fn insert(&mut self, hash: u64, count: u64, hash_count: u64, text: &str) {
        self.total += count;
        let new = Bucket {
            count,
            hash,
            hash_count,
            text: cut(text).into(),
        };
        self.buckets
            .entry(hash >> self.level)
            .and_modify(|held| held.absorb(&new))
            .or_insert(new);
        while self.buckets.len() > self.cap {
            self.coarsen(self.level + 1);
        }
    }
}

impl Default for Categories {
    fn default() -> Self {
        Self::new()
    }
}

impl PartialEq for Categories {
    fn eq(&self, other: &Self) -> bool {
        self.level == other.level && self.buckets == other.buckets
    }
}

impl Bucket {
    fn again(&mut self, times: u64, total: &mut u64) {
        self.count += times;
        self.hash_count += times;
        *total += times;
    }

    fn absorb(&mut self, other: &Self) {
        self.count += other.count;
        if other.hash == self.hash {
            self.hash_count += other.hash_count;
        } else if other.hash < self.hash {
            self.hash = other.hash;
            self.hash_count = other.hash_count;
            self.text.clone_from(&other.text);
        }
    }
}

/// The hash that tells texts apart.
pub(crate) fn text_hash(text: &[u8]) -> u64 {
    xxh3_64(text)
}

/// The text as it is kept: whole, or cut at a character and marked so.
fn cut(text: &str) -> String {
    if text.len() <= TEXT_BYTES {
        return text.to_owned();
    }
    let mut end = TEXT_BYTES;
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    format!("{}…", &text[..end])
}

/// Keys are hashes already; shifted ones lack high bits, which the table needs, so spread them.
#[derive(Clone, Copy, Debug, Default)]
struct Spread(u64);

impl Hasher for Spread {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.write_u64(u64::from(byte));
        }
    }

    fn write_u64(&mut self, key: u64) {
        self.0 = (self.0 ^ key)
            .wrapping_mul(0x9E37_79B9_7F4A_7C15)
            .rotate_left(32);
    }
}
