//! Wasserstein distances: the least work that turns P into Q.

use std::collections::VecDeque;
use std::ops::Bound::{Included, Unbounded};

use super::{Line, raised};
use crate::measure::AnyKernel::OnLines;
use crate::measure::{Info, Kernel, Laws, Parameter, apportion};
use crate::numeric::Sum;

pub(crate) static WASSERSTEIN: Info = Info {
    name: "wasserstein",
    title: "Wasserstein distance",
    symbol: "W(P,Q)",
    formula: "(∫₀¹ |F⁻¹(u) − G⁻¹(u)|ᵖ du)^(1/p); ∫ |F − G| dx for p = 1",
    when: "How far the mass must move, on average, in the unit of the points: at p = 1 the earth \
           mover's distance. A larger p counts long ways more. A metric that stays small for a \
           small shift, where KL may be infinite.",
    source: "Kantorovich 1942; Vaserstein 1969; Vallender 1974",
    aliases: &["earth_mover", "emd", "kantorovich", "mallows"],
    parameter: Some(Parameter {
        name: "p",
        default: 1.0,
        from: Included(1.0),
        to: Unbounded,
    }),
    in_nats: false,
    laws: Laws {
        symmetric: true,
        merging_never_raises: false,
        triangle: true,
        max: f64::INFINITY,
        degree: 1.0,
        reflects: true,
    },
    kernel: OnLines(|p| Box::new(Wasserstein(p))),
};

struct Wasserstein(f64);

/// Mass that the best plan moves: from a point of P, and how far.
struct Move {
    from: usize,
    mass: f64,
    distance: f64,
}

/// The best plan, for every p ≥ 1 the one that keeps the order: what waits first is served first.
///
/// Mass that P and Q share at a point may stay there only where nothing waits. How much waits is
/// |F − G|, which is known better than the masses that it is the difference of.
fn plan(line: &Line) -> Vec<Move> {
    let (points, gaps) = (line.points(), line.gaps());
    let mut moves = Vec::new();
    let mut waiting: VecDeque<(usize, f64)> = VecDeque::new();
    let mut before = 0.0f64;
    for (at, (&gap, &[p, q])) in gaps.iter().zip(line.masses()).enumerate() {
        // What waits is of P where F > G, else of Q; the other side's mass serves it.
        let of_p = before > 0.0;
        let (joining, mut serving) = if of_p { (p, q) } else { (q, p) };
        let all_served = serving >= before.abs();
        while let Some((since, mass)) = waiting.front_mut() {
            let moved = if all_served { *mass } else { mass.min(serving) };
            moves.push(Move {
                from: if of_p { *since } else { at },
                mass: moved,
                distance: points[at] - points[*since],
            });
            serving -= moved;
            *mass -= moved;
            if *mass > 0.0 {
                break;
            }
            waiting.pop_front();
        }
        if all_served {
            waiting.clear();
            if gap != 0.0 {
                waiting.push_back((at, gap.abs()));
            }
        } else if joining > 0.0 {
            waiting.push_back((at, joining));
        }
        if waiting.len() == 1 {
            waiting[0].1 = gap.abs();
        }
        before = gap;
    }
    moves
}

impl Wasserstein {
    /// The p-th powers of the moves, in units of the longest, and that unit.
    fn terms(&self, line: &Line) -> (Vec<(usize, f64)>, f64) {
        let moves = plan(line);
        let longest = moves.iter().map(|m| m.distance).fold(0.0, f64::max);
        let term = |m: &Move| (m.from, m.mass * (m.distance / longest).powf(self.0));
        (moves.iter().map(term).collect(), longest)
    }
}

impl Kernel<Line> for Wasserstein {
    fn value(&self, line: &Line) -> f64 {
        let Wasserstein(power) = *self;
        if power <= 1.0 {
            let gaps = line.gaps().iter().zip(line.widths());
            return gaps
                .map(|(gap, width)| gap.abs() * width)
                .collect::<Sum>()
                .total();
        }
        let (terms, longest) = self.terms(line);
        let sum = terms.iter().map(|term| term.1).collect::<Sum>().total();
        longest * sum.powf(1.0 / power)
    }

    fn contributions(&self, line: &Line) -> Vec<f64> {
        let mut contributions = vec![0.0; line.points().len()];
        for (from, term) in self.terms(line).0 {
            contributions[from] += term;
        }
        apportion(contributions, |_| self.value(line))
    }

    /// Raising F at a point takes mass back there from the next, while its partner stays at the
    /// quantile of the other side: ∂/∂F ∫ |F⁻¹ − G⁻¹|ᵖ = |x − y|ᵖ − |x′ − y|ᵖ, y = G⁻¹(F).
    fn gradient(&self, line: &Line) -> Vec<[f64; 2]> {
        let (value, points) = (self.value(line), line.points());
        let mut functions = vec![[0.0; 2]; points.len()];
        let [of_p, of_q] = [0, 1].map(|side| levels(line, side));
        let power = |distance: f64| (distance.abs() / value).powf(self.0);
        for (at, width) in line.widths().enumerate() {
            let gap = line.gaps()[at];
            if gap == 0.0 || width == 0.0 {
                continue;
            }
            // Where the other side reaches the level: after this point if it is behind, else by it.
            let partner = |own: &[f64], other: &[f64], behind: bool| {
                let reached = other.partition_point(|&level| level < own[at]);
                let last = points.len() - 1;
                points[if behind {
                    reached.clamp(at + 1, last)
                } else {
                    reached.min(at)
                }]
            };
            let slope = |partner: f64| {
                value / self.0 * (power(points[at] - partner) - power(points[at + 1] - partner))
            };
            functions[at] = [
                slope(partner(&of_p, &of_q, gap > 0.0)),
                slope(partner(&of_q, &of_p, gap < 0.0)),
            ];
        }
        raised(&functions)
    }
}

/// The distribution function of a side at each point.
fn levels(line: &Line, side: usize) -> Vec<f64> {
    let mut sum = Sum::default();
    let level = |masses: &[f64; 2]| {
        sum.add(masses[side]);
        sum.total()
    };
    line.masses().iter().map(level).collect()
}
