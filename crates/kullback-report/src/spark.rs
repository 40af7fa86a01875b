//! Two distributions in the width of a word.

use crate::column::ColumnReport;
use crate::list::{bars, chosen};
use crate::shape::{Bar, Shape};

/// The width of a distribution on a terminal.
const WIDTH: usize = 8;

/// P and Q as rows of blocks on one scale: the axis from end to end, or a block for each outcome, of
/// many those that move the estimate most. What has no row is blank.
pub(crate) fn sparklines(column: &ColumnReport) -> [String; 2] {
    let bars = match Shape::new(column, 128) {
        Some(shape) => pixels(&shape.bars),
        None => bars(&chosen(column, WIDTH).0),
    };
    let heights = bars.iter().flat_map(Bar::heights);
    let most = heights.fold(f64::MIN_POSITIVE, f64::max);
    [0, 1].map(|side| {
        bars.iter()
            .map(|bar| block(bar.heights()[side] / most))
            .collect()
    })
}

/// A block of so many eighths; none only where there is nothing.
fn block(height: f64) -> char {
    const BLOCKS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    if height > 0.0 {
        BLOCKS[((8.0 * height).ceil() as usize).clamp(1, 8) - 1]
    } else {
        ' '
    }
}

/// The bars as bars of equal width, which share what they cover.
fn pixels(all: &[Bar]) -> Vec<Bar> {
    let width = 1.0 / WIDTH as f64;
    (0..WIDTH)
        .map(|i| {
            let ends = [i as f64 * width, (i + 1) as f64 * width];
            let mut share = [0.0; 2];
            for bar in all {
                let covered = bar.ends[1].min(ends[1]) - bar.ends[0].max(ends[0]);
                if covered > 0.0 {
                    let part = covered / (bar.ends[1] - bar.ends[0]);
                    share = [
                        share[0] + part * bar.share[0],
                        share[1] + part * bar.share[1],
                    ];
                }
            }
            Bar {
                ends,
                share,
                signed: 0.0,
                outcomes: [0, 0],
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_blank_and_little_is_not() {
        let all: String = [0.0, 1e-9, 0.125, 0.126, 0.5, 0.99, 1.0]
            .map(block)
            .iter()
            .collect();
        assert_eq!(all, " ▁▁▂▄██");
    }

    #[test]
    fn pixels_lose_no_row() {
        let bar = |ends, share| Bar {
            ends,
            share,
            signed: 0.0,
            outcomes: [0, 0],
        };
        let found = pixels(&[bar([0.0, 0.3], [0.9, 0.0]), bar([0.3, 1.0], [0.1, 1.0])]);
        let sum = |side: usize| found.iter().map(|bar| bar.share[side]).sum::<f64>();
        assert!((sum(0) - 1.0).abs() < 1e-12 && (sum(1) - 1.0).abs() < 1e-12);
        assert!((found[0].share[0] - 0.375).abs() < 1e-12);
    }
}
