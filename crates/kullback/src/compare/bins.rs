//! Bins of equal mass over the exact counts of two sides.

/// A run of neighbouring values with its counts on both sides.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Bin {
    pub(super) low: f64,
    pub(super) high: f64,
    pub(super) counts: [u64; 2],
}

/// How many bins two samples of `rows` are cut into: `min(n, m)^⅓`, from 10 to 128.
///
/// The cube root balances what bins hide against what their noise adds, as in Scott's rule
/// (Scott 1979).
pub(super) fn number(rows: [u64; 2]) -> usize {
    (rows[0].min(rows[1]) as f64)
        .cbrt()
        .ceil()
        .clamp(10.0, 128.0) as usize
}

/// Cuts ascending cells into about `number` bins of equal mass in ½P + ½Q, where P and Q have
/// `rows` rows. A cell that fills a bin keeps it; no more cells than bins are all kept.
pub(super) fn cut(cells: &[Bin], rows: [u64; 2], number: usize) -> Vec<Bin> {
    if cells.len() <= number {
        return cells.to_vec();
    }
    // Mass in units of 1/(2nm), exact: the bins must not depend on rounding.
    let mass = |cell: &Bin| {
        u128::from(cell.counts[0]) * u128::from(rows[1])
            + u128::from(cell.counts[1]) * u128::from(rows[0])
    };
    let total: u128 = cells.iter().map(mass).sum();
    let bins = number as u128;
    let spike = |cell: &Bin| mass(cell) * bins >= total;
    let spikes = cells.iter().filter(|cell| spike(cell)).count() as u128;
    let rest: u128 = cells.iter().filter(|cell| !spike(cell)).map(mass).sum();
    let bins_left = bins.saturating_sub(spikes).max(1);

    let mut out: Vec<Bin> = Vec::new();
    for run in cells.chunk_by(|a, b| !spike(a) && !spike(b)) {
        let run_mass: u128 = run.iter().map(mass).sum();
        // The run's share of the bins, rounded; a run with no mass at all cannot occur.
        let parts = ((2 * run_mass * bins_left + rest) / (2 * rest).max(1)).max(1);
        let (mut before, mut last) = (0, None);
        for cell in run {
            let middle = 2 * before + mass(cell);
            let part = middle * parts / (2 * run_mass).max(1);
            before += mass(cell);
            match out.last_mut() {
                Some(bin) if last == Some(part) => {
                    bin.high = cell.high;
                    bin.counts[0] += cell.counts[0];
                    bin.counts[1] += cell.counts[1];
                }
                _ => out.push(*cell),
            }
            last = Some(part);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(counts: &[[u64; 2]]) -> Vec<Bin> {
        counts
            .iter()
            .enumerate()
            .map(|(i, &counts)| Bin {
                low: i as f64,
                high: i as f64,
                counts,
            })
            .collect()
    }

    #[test]
    fn equal_cells_make_equal_bins() {
        let bins = cut(&cells(&[[1, 2]; 1000]), [1000, 2000], 10);
        assert_eq!(bins.len(), 10);
        assert!(bins.iter().all(|bin| bin.counts == [100, 200]));
        assert_eq!((bins[3].low, bins[3].high), (300.0, 399.0));
    }

    #[test]
    fn a_spike_keeps_a_bin_of_its_own_and_nothing_is_lost() {
        let mut counts = vec![[1, 1]; 1001];
        counts[500] = [5000, 100];
        let bins = cut(&cells(&counts), [6000, 1100], 20);
        let spike = bins
            .iter()
            .find(|bin| (499.5..500.5).contains(&bin.low))
            .unwrap();
        assert_eq!(
            *spike,
            Bin {
                low: 500.0,
                high: 500.0,
                counts: [5000, 100]
            }
        );
        assert_eq!(bins.iter().map(|bin| bin.counts[0]).sum::<u64>(), 6000);
        assert!((19..=22).contains(&bins.len()), "{}", bins.len());
    }

    #[test]
    fn few_values_are_kept_apart() {
        let few = cells(&[[9, 1], [0, 1], [1, 0]]);
        assert_eq!(cut(&few, [10, 2], 10), few);
    }

    #[test]
    fn the_number_of_bins_follows_the_smaller_sample() {
        assert_eq!(number([200_000, 1_000_000]), 59);
        assert_eq!(number([5, 1_000_000]), 10);
        assert_eq!(number([u64::MAX, u64::MAX]), 128);
    }
}
