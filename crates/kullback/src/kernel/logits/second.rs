//! The second pass: total variation and Jensen–Shannon.

use super::first::First;
use super::{LANES, Lane, Lanes, Outcomes, STRIP, Scratch, Strip, Wide, add_first, take_sum};
use crate::kernel::lane::{fused, long_artanh_tail, polynomial};

/// What the second pass yields.
pub(super) struct Apart {
    /// ½ Σ|q − p|.
    pub(super) tv: f64,
    /// Jensen–Shannon's divergence.
    pub(super) js: f64,
    /// D(P‖Q) + D(Q‖P).
    pub(super) jeffreys: f64,
}

/// The second pass over so many outcomes.
#[inline(always)]
pub(super) fn run<L: Lane, const FUSED: bool>(
    first: &First,
    count: usize,
    scratch: &Scratch<L>,
) -> Apart {
    let (full, rest) = (count / LANES, count % LANES);
    let (outcomes, last) = scratch.outcomes.split_at(full);
    let strips = outcomes.chunks(STRIP).zip(&scratch.strips);
    let mut sums = Second::new(first);
    for (outcomes, strip) in strips {
        sums.add::<L, FUSED>(strip, LANES, outcomes);
    }
    if let (1.., Some(strip)) = (rest, scratch.strips.last()) {
        sums.add::<L, FUSED>(strip, rest, &last[..1]);
    }
    sums.settle();
    let total = first.total();
    Apart {
        tv: 0.5 * sums.tv / total,
        js: 0.5 * sums.js / total,
        jeffreys: sums.jeffreys / total,
    }
}

struct Second {
    largest: f64,
    origin: f64,
    tv: f64,
    js: f64,
    jeffreys: f64,
    /// What is to be added to the three, times the scale.
    wide: [Wide; 3],
    /// What the last strip was measured from, and what takes it from there to where all is measured from now:
    /// with x + by, q − p is scale·(p·(eˣ − 1) + p·less).
    from: [f64; 2],
    by: f64,
    scale: f64,
    less: f64,
}

/// How far from 0 the x of a strip lie.
const NEAR: u8 = 0;
const MIDDLE: u8 = 1;
const FAR: u8 = 2;

impl Second {
    fn new(first: &First) -> Second {
        Second {
            largest: first.largest(),
            origin: first.origin(),
            tv: 0.0,
            js: 0.0,
            jeffreys: 0.0,
            wide: [[0.0; LANES / 2]; 3],
            from: [f64::NAN; 2],
            by: 0.0,
            scale: 1.0,
            less: 0.0,
        }
    }

    #[inline(always)]
    fn add<L: Lane, const FUSED: bool>(
        &mut self,
        strip: &Strip<L>,
        count: usize,
        outcomes: &[Outcomes<L>],
    ) {
        let from = [strip.largest, strip.origin];
        if self.from.map(f64::to_bits) != from.map(f64::to_bits) {
            self.settle();
            self.from = from;
            self.by = strip.origin - self.origin;
            self.scale = (strip.largest - self.largest + self.by).exp();
            self.less = -(-self.by).exp_m1();
        }
        let [by, less] = [self.by, self.less].map(L::of);
        let farthest = strip.farthest.wide() + self.by.abs();
        let [tv, js, jeffreys] = if farthest <= L::NEAR.wide() {
            terms::<L, NEAR, FUSED>(outcomes, by, less)
        } else if farthest <= L::MIDDLE.wide() {
            terms::<L, MIDDLE, FUSED>(outcomes, by, less)
        } else {
            terms::<L, FAR, FUSED>(outcomes, by, less)
        };
        add_first(&mut self.wide[0], tv, count);
        add_first(&mut self.wide[1], js, count);
        add_first(&mut self.wide[2], jeffreys, count);
    }

    #[inline(always)]
    fn settle(&mut self) {
        self.tv += self.scale * take_sum(&mut self.wide[0]);
        self.js += self.scale * take_sum(&mut self.wide[1]);
        self.jeffreys += self.scale * take_sum(&mut self.wide[2]);
    }
}

/// Σ|q − p|, Σ p ln(p/m) + q ln(q/m) with m = ½(p + q), and Σ (q − p)·ln(q/p) over one strip, a lane each, less
/// the factor e^by.
#[inline(always)]
fn terms<L: Lane, const WHERE: u8, const FUSED: bool>(
    outcomes: &[Outcomes<L>],
    by: L,
    less: L,
) -> [Lanes<L>; 3] {
    let zero = [L::of(0.0); LANES];
    let (mut tv, mut js, mut jeffreys) = (zero, zero, zero);
    let near = if WHERE == NEAR {
        L::NEAR_JS
    } else {
        L::MIDDLE_JS
    };
    for outcomes in outcomes {
        for i in 0..LANES {
            let (x, p) = (outcomes.x[i] + by, outcomes.p[i]);
            let between = fused::<_, FUSED>(p, less, outcomes.change[i]);
            tv[i] += between.abs();
            // Jensen–Shannon's term is a part of Jeffreys', which x² tells.
            let both = between * x;
            jeffreys[i] += both;
            let part = polynomial::<_, FUSED>(near, x * x);
            if WHERE == FAR {
                // p without the factor, as q is: q − between.
                let q = p + outcomes.change[i];
                let far = far::<_, FUSED>(x, q - between, q);
                js[i] += if x.abs() <= L::MIDDLE {
                    both * part
                } else {
                    far
                };
            } else {
                js[i] = fused::<_, FUSED>(both, part, js[i]);
            }
        }
    }
    [tv, js, jeffreys]
}

/// p ln(p/m) + q ln(q/m) = (p + q) ln(large/m) − |x|·small where p and q lie apart; and ln(large/m) =
/// 2 artanh s, where s is (large − m)/(large + m).
#[inline(always)]
fn far<L: Lane, const FUSED: bool>(x: L, p: L, q: L) -> L {
    let (small, large) = if p < q { (p, q) } else { (q, p) };
    let s = (large - small) / fused::<L, FUSED>(L::of(3.0), large, small);
    let z = s * s;
    let half = fused::<L, FUSED>(s * z, long_artanh_tail::<L, FUSED>(z), s);
    (p + q) * (L::of(2.0) * half) - small * x.abs()
}
