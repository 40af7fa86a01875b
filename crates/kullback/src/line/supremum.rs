//! Measures by the largest gaps between two distribution functions.

use super::{Line, raised};
use crate::measure::AnyKernel::OnLines;
use crate::measure::{Info, Kernel, Laws};

pub(crate) static KOLMOGOROV_SMIRNOV: Info = Info {
    name: "ks",
    title: "Kolmogorov–Smirnov distance",
    symbol: "KS(P,Q)",
    formula: "sup |F − G|",
    when: "No threshold splits the two sides more differently: the probability of staying below \
           any x differs by at most this. Blind to how far mass moves and weak in the tails. 1 \
           where one side lies wholly below the other.",
    source: "Kolmogorov 1933; Smirnov 1939",
    aliases: &["kolmogorov_smirnov", "kolmogorov"],
    parameter: None,
    in_nats: false,
    laws: Laws {
        symmetric: true,
        merging_never_raises: true,
        triangle: true,
        max: 1.0,
        degree: 0.0,
        reflects: true,
    },
    kernel: OnLines(|_| Box::new(KolmogorovSmirnov)),
};

pub(crate) static KUIPER: Info = Info {
    name: "kuiper",
    title: "Kuiper distance",
    symbol: "V(P,Q)",
    formula: "sup (F − G) + sup (G − F)",
    when: "No interval's probability differs by more. As sensitive in the tails as at the median, \
           and the same wherever a circle is cut open: angles, times of day.",
    source: "Kuiper 1960",
    aliases: &[],
    parameter: None,
    in_nats: false,
    laws: Laws {
        symmetric: true,
        merging_never_raises: true,
        triangle: true,
        max: 1.0,
        degree: 0.0,
        reflects: true,
    },
    kernel: OnLines(|_| Box::new(Kuiper)),
};

/// Where a gap is attained, with the sign under which it counts; none where there is no gap.
type Peak = Option<(usize, f64)>;

/// The first point with the largest gap of a sign.
fn peak(line: &Line, sign: f64) -> Peak {
    let mut best = (0, 0.0);
    for (at, gap) in line.gaps().iter().enumerate() {
        if sign * gap > best.1 {
            best = (at, sign * gap);
        }
    }
    (best.1 > 0.0).then_some((best.0, sign))
}

fn size(line: &Line, peak: Peak) -> f64 {
    peak.map_or(0.0, |(at, sign)| sign * line.gaps()[at])
}

fn contributions(line: &Line, peaks: &[Peak]) -> Vec<f64> {
    let mut contributions = vec![0.0; line.points().len()];
    for &(at, sign) in peaks.iter().flatten() {
        contributions[at] += sign * line.gaps()[at];
    }
    contributions
}

fn gradient(line: &Line, peaks: &[Peak]) -> Vec<[f64; 2]> {
    let mut functions = vec![[0.0; 2]; line.points().len()];
    for &(at, sign) in peaks.iter().flatten() {
        functions[at] = [sign, -sign];
    }
    raised(&functions)
}

struct KolmogorovSmirnov;

impl KolmogorovSmirnov {
    fn peak(&self, line: &Line) -> Peak {
        let [above, below] = [1.0, -1.0].map(|sign| peak(line, sign));
        if size(line, above) >= size(line, below) {
            above
        } else {
            below
        }
    }
}

impl Kernel<Line> for KolmogorovSmirnov {
    fn value(&self, line: &Line) -> f64 {
        size(line, self.peak(line))
    }

    fn contributions(&self, line: &Line) -> Vec<f64> {
        contributions(line, &[self.peak(line)])
    }

    fn gradient(&self, line: &Line) -> Vec<[f64; 2]> {
        gradient(line, &[self.peak(line)])
    }
}

struct Kuiper;

impl Kuiper {
    fn peaks(&self, line: &Line) -> [Peak; 2] {
        [1.0, -1.0].map(|sign| peak(line, sign))
    }
}

impl Kernel<Line> for Kuiper {
    fn value(&self, line: &Line) -> f64 {
        self.peaks(line).map(|peak| size(line, peak)).iter().sum()
    }

    fn contributions(&self, line: &Line) -> Vec<f64> {
        contributions(line, &self.peaks(line))
    }

    fn gradient(&self, line: &Line) -> Vec<[f64; 2]> {
        gradient(line, &self.peaks(line))
    }
}
