//! Integration over the line or a part of it, with a bound on its error.
//!
//! The line is cut at every end of a support and at landmarks that bracket where the mass lies.
//! Between landmarks the Gauss–Kronrod rule is applied and intervals are halved until the 10- and
//! the 21-point rules agree. From the outermost landmark to an end, finite or not, the variable is
//! the logarithm of the distance, in which both a singularity at the end and a heavy tail become
//! smooth and fall exponentially. Source: Gauss–Kronrod as in QUADPACK (Piessens et al. 1983).

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use super::density::Point;
use super::rule::{Panel, Term, panel};
use crate::numeric::Sum;

/// An integral and how far from the truth it may be.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Integral {
    pub(super) value: f64,
    pub(super) bound: f64,
}

/// Logarithms of distances go no further than this.
const FARTHEST: f64 = 1e6;
/// Halvings per integral, at most.
const MOST_PANELS: usize = 4000;

/// A stretch of the line and the variable it is walked by.
#[derive(Clone, Copy)]
enum Walk {
    /// x = anchor + t.
    Plain { anchor: f64 },
    /// x = anchor ± eᵗ.
    Log { anchor: f64, sign: f64 },
}

/// The integrand: its term at a point, times the Jacobian whose logarithm is given.
type Integrand<'a> = &'a dyn Fn(&Point, f64) -> Term;

impl Walk {
    fn panel(self, f: Integrand, from: f64, to: f64) -> Panel {
        let mut at = |t: f64| match self {
            Walk::Plain { anchor } => {
                let point = Point {
                    anchor,
                    offset: t,
                    ln_offset: t.abs().ln(),
                };
                f(&point, 0.0)
            }
            Walk::Log { anchor, sign } => {
                let point = Point {
                    anchor,
                    offset: sign * t.exp(),
                    ln_offset: t,
                };
                f(&point, t)
            }
        };
        panel(&mut at, from, to)
    }
}

/// ∫ f over the line, cut at the sorted `ends` and walked only between the first and the last.
pub(super) fn integrate(ends: &[f64], landmarks: &[f64], f: Integrand) -> Integral {
    let mut work = Vec::new();
    let mut outward = Vec::new();
    for pair in ends.windows(2) {
        pave(pair[0], pair[1], landmarks, &mut work, &mut outward);
    }
    let mut panels: Vec<Candidate> = work
        .into_iter()
        .map(|(walk, span)| Candidate {
            walk,
            span,
            panel: walk.panel(f, span[0], span[1]),
        })
        .collect();
    let mut size: f64 = panels.iter().map(|candidate| candidate.panel.size).sum();
    let mut beyond = 0.0;
    for (walk, start, direction) in outward {
        let (mut from, mut width, mut quiet) = (start, 1.0, 0);
        while quiet < 3 && (from - start).abs() < FARTHEST {
            let to = from + direction * width;
            let span = if to < from { [to, from] } else { [from, to] };
            let panel = walk.panel(f, span[0], span[1]);
            size += panel.size;
            quiet = if panel.size <= 1e-20 * size {
                quiet + 1
            } else {
                0
            };
            panels.push(Candidate { walk, span, panel });
            // The first few steps are single, then they double.
            if (from - start).abs() >= 3.0 {
                width *= 2.0;
            }
            from = to;
        }
        if let Some(last) = panels.last() {
            beyond += last.panel.size;
        }
    }
    refine(panels, size, beyond, f)
}

/// A panel that may be halved further; the one whose rules differ most comes first.
struct Candidate {
    walk: Walk,
    span: [f64; 2],
    panel: Panel,
}

impl PartialEq for Candidate {
    fn eq(&self, other: &Candidate) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Candidate {}

impl PartialOrd for Candidate {
    fn partial_cmp(&self, other: &Candidate) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Candidate {
    fn cmp(&self, other: &Candidate) -> Ordering {
        self.panel.difference.total_cmp(&other.panel.difference)
    }
}

/// Halves panels until both rules agree as far as rounding lets them.
fn refine(candidates: Vec<Candidate>, size: f64, beyond: f64, f: Integrand) -> Integral {
    let mut heap = BinaryHeap::from(candidates);
    let (mut value, mut bound) = (Sum::default(), beyond);
    let mut count = 0;
    while let Some(Candidate { walk, span, panel }) = heap.pop() {
        let fine = 2e-17 * size + 4.0 * f64::EPSILON * panel.size + panel.slack;
        let [from, to] = span;
        let middle = 0.5 * (from + to);
        let settled = panel.difference <= fine || count >= MOST_PANELS;
        if settled || middle <= from || middle >= to {
            value.add(panel.value);
            bound += panel.difference + panel.slack + 4.0 * f64::EPSILON * panel.size;
            continue;
        }
        count += 1;
        for span in [[from, middle], [middle, to]] {
            let panel = walk.panel(f, span[0], span[1]);
            heap.push(Candidate { walk, span, panel });
        }
    }
    let value = value.total();
    let bound = if value.is_finite() && bound.is_finite() {
        bound
    } else {
        f64::INFINITY
    };
    Integral { value, bound }
}

/// Lays panels from `anchor` to the distance `half`, starting as finely as the landmarks stand on
/// its other side.
fn approach(anchor: f64, sign: f64, half: f64, fine: f64, work: &mut Vec<(Walk, [f64; 2])>) {
    let near = fine.min(half);
    let piece = if sign > 0.0 {
        [0.0, near]
    } else {
        [-near, 0.0]
    };
    work.push((Walk::Plain { anchor }, piece));
    let (mut from, to) = (near.ln(), half.ln());
    while from < to {
        let next = (from + 2.0).min(to);
        work.push((Walk::Log { anchor, sign }, [from, next]));
        from = next;
    }
}

/// Lays panels between two ends and notes the walks that go on from there towards them.
fn pave(
    low: f64,
    high: f64,
    landmarks: &[f64],
    work: &mut Vec<(Walk, [f64; 2])>,
    outward: &mut Vec<(Walk, f64, f64)>,
) {
    let mut inside: Vec<f64> = landmarks
        .iter()
        .copied()
        .filter(|&x| low < x && x < high)
        .collect();
    if inside.is_empty() {
        inside.push(match (low.is_finite(), high.is_finite()) {
            (true, true) => 0.5 * low + 0.5 * high,
            (true, false) => low + low.abs().max(1.0),
            (false, true) => high - high.abs().max(1.0),
            (false, false) => 0.0,
        });
    }
    let gap = |i: usize| match (inside.get(i), inside.get(i + 1)) {
        (Some(a), Some(b)) => b - a,
        _ => f64::INFINITY,
    };
    for (i, pair) in inside.windows(2).enumerate() {
        let half = 0.5 * gap(i);
        let before = if i > 0 { gap(i - 1) } else { half };
        approach(pair[0], 1.0, half, before, work);
        approach(pair[1], -1.0, half, gap(i + 1), work);
    }
    let last = inside.len() - 1;
    for (end, nearest, neighbour, sign) in [
        (low, inside[0], gap(0), -1.0),
        (
            high,
            inside[last],
            last.checked_sub(1).map_or(f64::INFINITY, &gap),
            1.0,
        ),
    ] {
        if end.is_finite() {
            // Half the way from the landmark, then from the end.
            let half = 0.5 * (nearest - end).abs();
            approach(nearest, sign, half, neighbour, work);
            let walk = Walk::Log {
                anchor: end,
                sign: -sign,
            };
            outward.push((walk, half.ln(), -1.0));
        } else {
            let near = if neighbour.is_finite() {
                neighbour
            } else {
                1.0
            };
            approach(nearest, sign, near, near, work);
            let walk = Walk::Log {
                anchor: nearest,
                sign,
            };
            outward.push((walk, near.ln(), 1.0));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(value: f64) -> Term {
        Term { value, slack: 0.0 }
    }

    /// factor · exp(ln + jacobian), with what the rounding of `ln` and of the sum costs.
    fn rounded(ln: f64, factor: f64, jacobian: f64) -> Term {
        let value = factor * (ln + jacobian).exp();
        Term {
            value,
            slack: 2.0 * f64::EPSILON * value * ln.abs(),
        }
    }

    #[test]
    fn a_singularity_whose_mass_hides_below_the_smallest_number() {
        // ∫₀¹ a x^(a−1) dx = 1, of which 10^(−308 a) = 0.5 lies below 10⁻³⁰⁸.
        let a = 1e-3;
        let f = |x: &Point, jacobian: f64| rounded((a - 1.0) * x.ln_above(0.0), a, jacobian);
        let answer = integrate(&[0.0, 1.0], &[0.5], &f);
        assert!((answer.value - 1.0).abs() <= answer.bound, "{answer:?}");
        assert!(answer.bound < 1e-11, "{answer:?}");
    }

    #[test]
    fn a_tail_beyond_the_largest_number() {
        // ∫₁^∞ a x^(−a−1) dx = 1.
        let a = 1e-3;
        let f = |x: &Point, jacobian: f64| rounded(-(a + 1.0) * x.ln_above(0.0), a, jacobian);
        let answer = integrate(&[1.0, f64::INFINITY], &[1.5, 2.0], &f);
        assert!((answer.value - 1.0).abs() <= answer.bound, "{answer:?}");
        assert!(answer.bound < 1e-11, "{answer:?}");
    }

    #[test]
    fn a_divergent_integral_does_not_get_a_small_bound() {
        let f = |x: &Point, jacobian: f64| plain((jacobian - x.ln_above(0.0)).exp());
        let answer = integrate(&[1.0, f64::INFINITY], &[1.5, 2.0], &f);
        assert!(answer.bound > 1.0, "{answer:?}");
    }

    #[test]
    fn a_kink_between_landmarks() {
        let f = |x: &Point, jacobian: f64| plain((-(x.above(0.3)).abs() + jacobian).exp());
        let all = [f64::NEG_INFINITY, f64::INFINITY];
        let answer = integrate(&all, &[-1.0, 0.0, 1.0], &f);
        assert!((answer.value - 2.0).abs() <= answer.bound, "{answer:?}");
        assert!(answer.bound < 1e-12, "{answer:?}");
    }
}
