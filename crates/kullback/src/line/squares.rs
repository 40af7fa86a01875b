//! Measures by the mean squared gap between two distribution functions.

use super::{Line, raised};
use crate::measure::AnyKernel::OnLines;
use crate::measure::{Info, Kernel, Laws, apportion};
use crate::numeric::Sum;

pub(crate) static CRAMER_VON_MISES: Info = Info {
    name: "cramer_von_mises",
    title: "Cramér–von Mises distance",
    symbol: "ω²(P,Q)",
    formula: "∫ (F − G)² dH, H = (F + G)/2",
    when: "The whole of two distribution functions and not their largest gap alone; only the order \
           of points counts. For two samples of n each, n/2 times this number is Anderson's \
           statistic T. A square, not a metric.",
    source: "Cramér 1928; Anderson 1962",
    aliases: &["cvm"],
    parameter: None,
    in_nats: false,
    laws: Laws {
        symmetric: true,
        merging_never_raises: false,
        triangle: false,
        max: 2.0 / 3.0,
        degree: 0.0,
        reflects: false,
    },
    kernel: OnLines(|_| Box::new(Squares(cramer_von_mises))),
};

pub(crate) static ANDERSON_DARLING: Info = Info {
    name: "anderson_darling",
    title: "Anderson–Darling distance",
    symbol: "A²(P,Q)",
    formula: "∫ (F − G)²/(H(1 − H)) dH, H = (F + G)/2",
    when: "As Cramér–von Mises, with weight in the tails: a gap counts by the noise that it stands \
           out from. For two samples of n each, n/2 times this number is Pettitt's statistic A².",
    source: "Anderson & Darling 1952; Pettitt 1976",
    aliases: &["ad"],
    parameter: None,
    in_nats: false,
    laws: Laws {
        symmetric: true,
        merging_never_raises: false,
        triangle: false,
        max: 2.772_588_722_239_781,
        degree: 0.0,
        reflects: false,
    },
    kernel: OnLines(|_| Box::new(Squares(anderson_darling))),
};

pub(crate) static ENERGY: Info = Info {
    name: "energy",
    title: "Energy distance",
    symbol: "E(P,Q)",
    formula: "√(2 ∫ (F − G)² dx) = √(2E|X − Y| − E|X − X′| − E|Y − Y′|)",
    when: "How much farther apart points of different sides are than points of the same side. A \
           metric, in the root of the points' unit; some call its square the energy distance. For \
           probability forecasts the half of the square is the excess of the CRPS.",
    source: "Székely 2003; Székely & Rizzo 2013",
    aliases: &["energy_distance"],
    parameter: None,
    in_nats: false,
    laws: Laws {
        symmetric: true,
        merging_never_raises: false,
        triangle: true,
        max: f64::INFINITY,
        degree: 0.5,
        reflects: true,
    },
    kernel: OnLines(|_| Box::new(Energy)),
};

/// One gap's part in an integral Σ (F − G)²·w(h, H), h the step of H at its point.
struct Weight {
    /// w.
    value: f64,
    /// ∂w/∂h with H fixed.
    by_step: f64,
    /// ∂w/∂H with h fixed.
    by_level: f64,
}

/// A step h of H, up to the level H and 1 − H.
type Weigh = fn(step: f64, level: f64, rest: f64) -> Weight;

fn cramer_von_mises(step: f64, _: f64, _: f64) -> Weight {
    Weight {
        value: step,
        by_step: 1.0,
        by_level: 0.0,
    }
}

fn anderson_darling(step: f64, level: f64, rest: f64) -> Weight {
    let variance = level * rest;
    Weight {
        value: step / variance,
        by_step: 1.0 / variance,
        by_level: step / variance * ((level - rest) / variance),
    }
}

/// ∫ (F − G)² w dH. The last point has no gap, and none is where H is still 0.
struct Squares(Weigh);

impl Squares {
    fn weights(&self, line: &Line) -> Vec<Weight> {
        let steps = line.masses().iter().map(|[p, q]| 0.5 * p + 0.5 * q);
        let steps: Vec<f64> = steps.collect();
        // 1 − H is summed from above: in the upper tail, H has lost it to rounding.
        let mut rest = Sum::default();
        let mut rests: Vec<f64> = (steps.iter().rev())
            .map(|&step| {
                let above = rest.total();
                rest.add(step);
                above
            })
            .collect();
        rests.reverse();
        let mut level = Sum::default();
        let weight = |(&step, &rest): (&f64, &f64)| {
            level.add(step);
            if rest == 0.0 || level.total() == 0.0 {
                let (value, by_step, by_level) = (0.0, 0.0, 0.0);
                return Weight {
                    value,
                    by_step,
                    by_level,
                };
            }
            (self.0)(step, level.total(), rest)
        };
        steps.iter().zip(&rests).map(weight).collect()
    }
}

impl Kernel<Line> for Squares {
    fn value(&self, line: &Line) -> f64 {
        self.contributions(line)
            .into_iter()
            .collect::<Sum>()
            .total()
    }

    fn contributions(&self, line: &Line) -> Vec<f64> {
        let weights = self.weights(line);
        let terms = line.gaps().iter().zip(weights);
        terms
            .map(|(gap, weight)| gap * gap * weight.value)
            .collect()
    }

    fn gradient(&self, line: &Line) -> Vec<[f64; 2]> {
        let weights = self.weights(line);
        let slope = |(gap, weight): (&f64, &Weight)| {
            let by_gap = 2.0 * gap * weight.value;
            let by_level = 0.5 * gap * gap * weight.by_level;
            [by_gap + by_level, by_level - by_gap]
        };
        let functions: Vec<[f64; 2]> = line.gaps().iter().zip(&weights).map(slope).collect();
        let by_step = (line.gaps().iter().zip(&weights))
            .map(|(gap, weight)| 0.5 * gap * gap * weight.by_step);
        (raised(&functions).into_iter().zip(by_step))
            .map(|(slopes, by_step)| slopes.map(|slope| slope + by_step))
            .collect()
    }
}

struct Energy;

impl Energy {
    /// 2(F − G)²·dx from each point to the next.
    fn terms(&self, line: &Line) -> Vec<f64> {
        let widths = line.widths().chain([0.0]);
        let term = |(gap, width): (&f64, f64)| 2.0 * gap * gap * width;
        line.gaps().iter().zip(widths).map(term).collect()
    }
}

impl Kernel<Line> for Energy {
    fn value(&self, line: &Line) -> f64 {
        let terms = self.terms(line).into_iter();
        terms.collect::<Sum>().total().sqrt()
    }

    fn contributions(&self, line: &Line) -> Vec<f64> {
        apportion(self.terms(line), f64::sqrt)
    }

    fn gradient(&self, line: &Line) -> Vec<[f64; 2]> {
        let value = self.value(line);
        let outer = if value > 0.0 { 0.5 / value } else { 0.0 };
        let widths = line.widths().chain([0.0]);
        let slope = |(gap, width): (&f64, f64)| {
            let by_gap = outer * 4.0 * gap * width;
            [by_gap, -by_gap]
        };
        let functions: Vec<[f64; 2]> = line.gaps().iter().zip(widths).map(slope).collect();
        raised(&functions)
    }
}
