//! The first pass: weights, normalisers, entropies and KL both ways.

use super::{
    Element, LANES, Lane, Lanes, Rows, STRIP, Scratch, Strip, apart, larger, largest_of, parts,
    sum_first,
};
use crate::kernel::elementary::{exp_below, expm1_above};
use crate::kernel::lane::fused;
use crate::numeric::exp_above_tangent;

/// Sums over what was seen so far. Weights p are relative to the largest logit of a, and x to the
/// origin.
#[derive(Debug, Clone, Copy)]
pub(super) struct First {
    /// The largest logits of both rows, and where they are; of a, it is m as well.
    largest: [f64; 2],
    tops: [usize; 2],
    /// What x is measured from.
    origin: f64,
    /// Whether the origin follows the rows, rather than staying where all of them are known to say.
    follow: bool,
    /// Σ p.
    total: f64,
    /// Σ p·y, with y = a − m.
    energy: f64,
    /// Σ p·(eˣ − 1).
    excess: f64,
    /// Σ p·(eˣ − 1 − x).
    above: f64,
    /// Σ p·(eˣ − 1)·x.
    product: f64,
    /// Σ p·(eˣ − 1)·y.
    shifted_energy: f64,
    /// Σ p·d and Σ p·d², d being how far the origin has moved since p was added.
    moved: [f64; 2],
    /// By how much m rose at most: weights are as large as e to that.
    steepest: f64,
    farthest: f64,
}

/// What else is known of a strip: its largest logits, and its largest |x|.
struct Ends<L> {
    largest: [L; 2],
    farthest: L,
}

/// The sums over one strip, a lane each: those of [`First`], in their order.
type Terms<L> = [Lanes<L>; 6];

impl First {
    /// Nothing added yet: what comes is measured from the first logits.
    #[inline(always)]
    pub(super) fn new<E: Element>(rows: [&[E]; 2]) -> First {
        let largest = [rows[0][0].lane().wide(), rows[1][0].lane().wide()];
        First::from(largest, [0; 2], largest[1] - largest[0], true)
    }

    /// Nothing added yet: what comes is measured from where all that was added says.
    #[inline(always)]
    pub(super) fn again(&self) -> First {
        First::from(self.largest, self.tops, self.origin, false)
    }

    #[inline(always)]
    fn from(largest: [f64; 2], tops: [usize; 2], origin: f64, follow: bool) -> First {
        First {
            largest,
            tops,
            origin,
            follow,
            total: 0.0,
            energy: 0.0,
            excess: 0.0,
            above: 0.0,
            product: 0.0,
            shifted_energy: 0.0,
            moved: [0.0; 2],
            steepest: 0.0,
            farthest: 0.0,
        }
    }

    /// Adds all outcomes, and moves the origin to ln Z_b − ln Z_a.
    #[inline(always)]
    pub(super) fn run<E: Element, const FUSED: bool>(
        &mut self,
        [a, b]: [&[E]; 2],
        [tail_a, tail_b]: &[Lanes<E::Lane>; 2],
        scratch: &mut Scratch<E::Lane>,
    ) {
        scratch.strips.clear();
        let (a, rest) = a.as_chunks();
        let (b, _) = b.as_chunks();
        let (outcomes, last) = scratch.outcomes.split_at_mut(a.len());
        let strips = a.chunks(STRIP).zip(b.chunks(STRIP));
        let mut start = 0;
        for ((a, b), outcomes) in strips.zip(outcomes.chunks_mut(STRIP)) {
            let strip = self.add::<E, FUSED>(start, LANES, a, b, outcomes);
            scratch.strips.push(strip);
            start += a.len() * LANES;
        }
        if !rest.is_empty() {
            let (a, b) = (std::slice::from_ref(tail_a), std::slice::from_ref(tail_b));
            let strip = self.add::<E::Lane, FUSED>(start, rest.len(), a, b, &mut last[..1]);
            scratch.strips.push(strip);
        }
        self.settle::<E::Lane>();
    }

    /// Moves the origin to where the sums say that ln Z_b − ln Z_a is.
    fn settle<L: Lane>(&mut self) {
        let excess = self.excess / self.total;
        // Far below, E[eˣ] − 1 has no digits left to tell E[eˣ] by; E[x] is nearer then.
        let by = if excess < -0.9 {
            excess - self.above / self.total
        } else {
            excess.ln_1p()
        };
        if by.is_finite() {
            let [high, low] = parts::<L>(self.origin + by);
            self.measure_from(high.wide() + low.wide());
        }
    }

    /// Adds one strip, of which the first outcome has the number `start`.
    #[inline(always)]
    fn add<E: Element, const FUSED: bool>(
        &mut self,
        start: usize,
        count: usize,
        a: &[[E; LANES]],
        b: &[[E; LANES]],
        outcomes: &mut [[Lanes<E::Lane>; 2]],
    ) -> Strip<E::Lane> {
        let from = [self.largest[0], self.origin];
        let (terms, ends) = terms::<E, FUSED>(a, b, from, outcomes);
        let strip = Strip {
            largest: self.largest[0],
            origin: self.origin,
            farthest: ends.farthest,
        };
        let [total, energy, excess, above, product, shifted_energy] = terms;
        self.total += sum_first(total, count);
        self.energy += sum_first(energy, count);
        self.excess += sum_first(excess, count);
        self.above += sum_first(above, count);
        self.product += sum_first(product, count);
        self.shifted_energy += sum_first(shifted_energy, count);
        self.farthest = self.farthest.max(strip.farthest.wide());
        for (side, row) in [a, b].into_iter().enumerate() {
            let largest = ends.largest[side].wide();
            if largest > self.largest[side] {
                self.tops[side] = start + position(row, largest);
                if side == 0 {
                    self.rise(largest);
                }
                self.largest[side] = largest;
            }
        }
        // From d off, Σ p·(eˣ − 1 − x) reads d²/2 more than it is: as long as that is less than it, no digit is lost.
        if self.follow && self.excess * self.excess > self.above * self.total {
            self.settle::<E::Lane>();
        }
        strip
    }

    /// Measures weights from a larger logit.
    fn rise(&mut self, largest: f64) {
        let by = self.largest[0] - largest;
        self.steepest = self.steepest.max(-by);
        let scale = by.exp();
        self.energy = scale * (self.energy + by * self.total);
        self.shifted_energy = scale * (self.shifted_energy + by * self.excess);
        self.total *= scale;
        self.excess *= scale;
        self.above *= scale;
        self.product *= scale;
        self.moved = self.moved.map(|sum| scale * sum);
    }

    /// Measures x from another origin.
    fn measure_from(&mut self, origin: f64) {
        let by = origin - self.origin;
        // p·(e^(x − by) − 1) = e^-by·p·(eˣ − 1) + (e^-by − 1)·p.
        let (less, scale) = ((-by).exp_m1(), (-by).exp());
        let x = self.excess - self.above;
        self.above += less * self.excess + exp_above_tangent(-by) * self.total;
        self.excess = scale * self.excess + less * self.total;
        self.product = scale * self.product + less * x - by * self.excess;
        self.shifted_energy = scale * self.shifted_energy + less * self.energy;
        self.moved[1] += by * (2.0 * self.moved[0] + by * self.total);
        self.moved[0] += by * self.total;
        self.origin = origin;
    }

    /// Whether m or the origin were so far off when weights were added that digits of KL are lost.
    pub(super) fn is_strained(&self) -> bool {
        self.is_lost() || self.moved[1] > 8.0 * self.above
    }

    /// Whether they were so far off that all digits may be.
    fn is_lost(&self) -> bool {
        self.steepest > 32.0 || self.moved[1] > self.total
    }

    /// Whether all sums are numbers with digits: no x lies beyond [`Lane::FARTHEST`], and no outcome that
    /// decides D(Q‖P) is one that P hardly has, the rounding of whose y would be the rounding of q.
    pub(super) fn is_sound<L: Lane>(&self) -> bool {
        let finite = (self.above + self.product).is_finite();
        let both_have = self.product <= L::LOPSIDED.wide() * self.above;
        finite && both_have && !self.is_lost() && self.farthest <= L::FARTHEST.wide()
    }

    /// ln Z_b − ln Z_a.
    pub(super) fn origin(&self) -> f64 {
        self.origin
    }

    /// The largest logits; the first of them is m of all weights.
    pub(super) fn largest(&self) -> [f64; 2] {
        self.largest
    }

    /// Z_a of the weights, and Z_b of theirs, as they are measured now.
    pub(super) fn total(&self) -> f64 {
        self.total
    }

    pub(super) fn rows(&self, [tv, js]: [f64; 2]) -> Rows {
        let (total, ln) = (self.total, self.total.ln());
        let ln_total = self.largest[0] + ln;
        // Σ q·(b − m − origin) = Σ q·(y + x).
        let other_energy = self.energy + self.shifted_energy + self.product - self.above;
        // Below 0 only by rounding, and where the rows agree to the last digit.
        Rows {
            kl: (self.above / total).max(0.0),
            reverse_kl: ((self.product - self.above) / total).max(0.0),
            js,
            tv,
            entropies: [ln - self.energy / total, ln - other_energy / total],
            ln_totals: [ln_total, ln_total + self.origin],
            tops: self.tops,
        }
    }
}

/// The sums over one strip. Leaves p and p·(eˣ − 1) behind.
#[inline(always)]
fn terms<E: Element, const FUSED: bool>(
    a: &[[E; LANES]],
    b: &[[E; LANES]],
    [m, origin]: [f64; 2],
    outcomes: &mut [[Lanes<E::Lane>; 2]],
) -> (Terms<E::Lane>, Ends<E::Lane>) {
    let zero = [E::Lane::of(0.0); LANES];
    let none = [E::Lane::of(f64::NEG_INFINITY); LANES];
    let (m, origin) = (E::Lane::of(m), parts::<E::Lane>(origin));
    let (mut total, mut energy, mut excess) = (zero, zero, zero);
    let (mut above, mut product, mut shifted_energy) = (zero, zero, zero);
    let (mut largest_a, mut largest_b, mut farthest) = (none, none, zero);
    for ((a, b), outcomes) in a.iter().zip(b).zip(outcomes) {
        // Arrays of their own, so that the compiler sees that no store meets a load.
        let (mut p_of, mut change_of) = (zero, zero);
        for i in 0..LANES {
            let (a, b) = (a[i].lane(), b[i].lane());
            largest_a[i] = larger(largest_a[i], a);
            largest_b[i] = larger(largest_b[i], b);
            let x = apart(a, b, origin);
            farthest[i] = larger(farthest[i], x.abs());
            let y = larger(E::Lane::LN_SMALLEST, a - m);
            let p = exp_below::<_, FUSED>(y);
            let (expm1, above_tangent) = expm1_above::<_, FUSED>(x);
            let change = p * expm1;
            p_of[i] = p;
            change_of[i] = change;
            total[i] += p;
            energy[i] = fused::<_, FUSED>(p, y, energy[i]);
            excess[i] += change;
            above[i] = fused::<_, FUSED>(p, above_tangent, above[i]);
            product[i] = fused::<_, FUSED>(change, x, product[i]);
            shifted_energy[i] = fused::<_, FUSED>(change, y, shifted_energy[i]);
        }
        *outcomes = [p_of, change_of];
    }
    let terms = [total, energy, excess, above, product, shifted_energy];
    let ends = Ends {
        largest: [largest_of(largest_a), largest_of(largest_b)],
        farthest: largest_of(farthest),
    };
    (terms, ends)
}

/// Where the first logit as large as this is.
#[cold]
fn position<E: Element>(logits: &[[E; LANES]], largest: f64) -> usize {
    let mut logits = logits.as_flattened().iter();
    logits
        .position(|logit| logit.lane().wide() >= largest)
        .unwrap_or(0)
}
