//! The nearest of some names to a misspelt one.

/// The name with the fewest single-letter edits, if they are few for a word of that length.
pub(crate) fn nearest(
    word: &str,
    names: impl Iterator<Item = &'static str>,
) -> Option<&'static str> {
    names
        .map(|name| (edits(word, name), name))
        .filter(|&(edits, name)| edits <= name.len().div_ceil(3).max(word.len() / 3))
        .min_by_key(|&(edits, _)| edits)
        .map(|(_, name)| name)
}

/// Insertions, deletions, substitutions and exchanges of neighbours that turn `a` into `b`.
fn edits(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut table: Vec<Vec<usize>> = vec![(0..=b.len()).collect()];
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let substitution = table[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut best = substitution.min(row[j - 1] + 1).min(table[i - 1][j] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                best = best.min(table[i - 2][j - 2] + 1);
            }
            row.push(best);
        }
        table.push(row);
    }
    table[a.len()][b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_edits() {
        assert_eq!(edits("", "abc"), 3);
        assert_eq!(edits("lk", "kl"), 1);
        assert_eq!(edits("jefreys", "jeffreys"), 1);
        assert_eq!(edits("kitten", "sitting"), 3);
    }

    #[test]
    fn stays_silent_when_nothing_is_close() {
        let names = || ["kl", "jeffreys"].into_iter();
        assert_eq!(nearest("jefferys", names()), Some("jeffreys"));
        assert_eq!(nearest("wasserstein", names()), None);
    }
}
