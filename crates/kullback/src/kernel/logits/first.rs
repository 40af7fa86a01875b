//! The first pass: weights, normalisers, entropies and KL both ways.

use super::second::Apart;
use super::{
    LANES, Lane, Lanes, Outcomes, Rows, STRIP, Scratch, Strip, Wide, add_first, larger, largest_of,
    prefetch, take_sum,
};
use crate::kernel::Load;
use crate::kernel::elementary::{exp2_below, expm1_above, near_expm1_above};
use crate::kernel::lane::fused;
use crate::numeric::exp_above_tangent;
use std::f64::consts::LOG2_E;

/// Sums over what was seen so far. Weights p are relative to the largest logit of a, and x to the
/// origin.
#[derive(Debug, Clone, Copy)]
pub(super) struct First {
    /// What the numbers of both rows are multiplied by.
    steps: [f64; 2],
    /// The largest numbers of both rows, and where they are; of a, it is m as well.
    largest: [f64; 2],
    tops: [usize; 2],
    /// What x is measured from.
    origin: f64,
    /// Whether the origin follows the rows, rather than staying where all of them are known to say.
    follow: bool,
    /// Σ p.
    total: f64,
    /// Σ p·y, with y = a − m, in nats.
    energy: f64,
    /// Σ p·(eˣ − 1).
    excess: f64,
    /// Σ p·(eˣ − 1 − x).
    above: f64,
    /// Σ p·(eˣ − 1)·y.
    shifted_energy: f64,
    /// Σ p·d and Σ p·d², d being how far the origin has moved since p was added.
    moved: [f64; 2],
    /// What is to be added to the five of them before they are looked at.
    wide: [Wide; 5],
    farthest: f64,
}

/// What else is known of a strip: its largest logits, and its largest |x|.
struct Ends<L> {
    largest: [Lanes<L>; 2],
    farthest: L,
}

/// The origin follows after each of so many strips, and after one of so many from there on.
const LOOK: usize = 8;

/// The sums over one strip, a lane each: those of [`First`], in their order.
type Terms<L> = [Lanes<L>; 5];

impl First {
    /// Nothing added yet: what comes is measured from the first logits.
    #[inline(always)]
    pub(super) fn new<E: Load<L>, L: Lane>(rows: [&[E]; 2], steps: [f64; 2]) -> First {
        let [a, b] = [rows[0][0].load(), rows[1][0].load()].map(L::wide);
        let origin = L::of(steps[1] * b - steps[0] * a).wide();
        First::from(steps, [a, b], [0; 2], origin, true)
    }

    /// Nothing added yet: what comes is measured from where all that was added says.
    #[inline(always)]
    pub(super) fn again(&self) -> First {
        First::from(self.steps, self.largest, self.tops, self.origin, false)
    }

    #[inline(always)]
    fn from(
        steps: [f64; 2],
        largest: [f64; 2],
        tops: [usize; 2],
        origin: f64,
        follow: bool,
    ) -> First {
        First {
            steps,
            largest,
            tops,
            origin,
            follow,
            total: 0.0,
            energy: 0.0,
            excess: 0.0,
            above: 0.0,
            shifted_energy: 0.0,
            moved: [0.0; 2],
            wide: [[0.0; LANES / 2]; 5],
            farthest: 0.0,
        }
    }

    /// Adds all outcomes, and moves the origin to ln Z_b − ln Z_a.
    #[inline(always)]
    pub(super) fn run<E: Load<L>, L: Lane, const SCALED: bool, const FUSED: bool>(
        &mut self,
        [a, b]: [&[E]; 2],
        [tail_a, tail_b]: &[Lanes<L>; 2],
        scratch: &mut Scratch<L>,
    ) {
        scratch.strips.clear();
        let (a, rest) = a.as_chunks();
        let (b, _) = b.as_chunks();
        let (outcomes, last) = scratch.outcomes.split_at_mut(a.len());
        let strips = a.chunks(STRIP).zip(b.chunks(STRIP));
        let mut start = 0;
        if self.follow && !a.is_empty() {
            // One logit says little of where the origin is; a few say more.
            let few = a.len().min(STRIP / 8);
            self.add::<E, L, SCALED, FUSED>(
                start,
                LANES,
                &a[..few],
                &b[..few],
                &mut outcomes[..few],
            );
            self.settle::<L>();
            *self = First::from(self.steps, self.largest, self.tops, self.origin, true);
        }
        for ((a, b), outcomes) in strips.zip(outcomes.chunks_mut(STRIP)) {
            let strip = self.add::<E, L, SCALED, FUSED>(start, LANES, a, b, outcomes);
            scratch.strips.push(strip);
            start += a.len() * LANES;
        }
        if !rest.is_empty() {
            let (a, b) = (std::slice::from_ref(tail_a), std::slice::from_ref(tail_b));
            let strip = self.add::<L, L, SCALED, FUSED>(start, rest.len(), a, b, &mut last[..1]);
            scratch.strips.push(strip);
        }
        self.collect();
        self.origin_to(self.origin + self.off());
    }

    /// How far the origin is from where the sums say that ln Z_b − ln Z_a is.
    fn off(&self) -> f64 {
        let excess = self.excess / self.total;
        // Far below, E[eˣ] − 1 has no digits left to tell E[eˣ] by; E[x] is nearer then.
        if excess < -0.9 {
            excess - self.above / self.total
        } else {
            excess.ln_1p()
        }
    }

    /// Moves the origin there, to the nearest number that is one of lanes.
    fn settle<L: Lane>(&mut self) {
        self.origin_to(L::of(self.origin + self.off()).wide());
    }

    /// Adds one strip, of which the first outcome has the number `start`.
    #[inline(always)]
    fn add<E: Load<L>, L: Lane, const SCALED: bool, const FUSED: bool>(
        &mut self,
        start: usize,
        count: usize,
        a: &[[E; LANES]],
        b: &[[E; LANES]],
        outcomes: &mut [Outcomes<L>],
    ) -> Strip<L> {
        let (origin, steps) = (L::of(self.origin), self.steps);
        let ends = if !SCALED && self.is_exact() {
            ends::<E, L, SCALED, true, FUSED>(a, b, origin, steps, outcomes)
        } else {
            ends::<E, L, SCALED, false, FUSED>(a, b, origin, steps, outcomes)
        };
        if is_above(ends.largest, self.largest.map(L::of)) {
            self.rise(start, [a, b], ends.largest);
        }
        let m = L::of(self.largest[0]);
        let terms = if ends.farthest <= L::NEAR {
            terms::<E, L, SCALED, true, FUSED>(a, b, m, steps[0], outcomes)
        } else {
            terms::<E, L, SCALED, false, FUSED>(a, b, m, steps[0], outcomes)
        };
        let strip = Strip {
            largest: self.largest(),
            origin: self.origin,
            farthest: ends.farthest,
        };
        // Five lines, of which the compiler would turn a loop around.
        let wide = &mut self.wide;
        add_first(&mut wide[0], terms[0], count);
        add_first(&mut wide[1], terms[1], count);
        add_first(&mut wide[2], terms[2], count);
        add_first(&mut wide[3], terms[3], count);
        add_first(&mut wide[4], terms[4], count);
        self.farthest = self.farthest.max(strip.farthest.wide());
        let strips = start / (LANES * STRIP);
        if self.follow && (strips < LOOK || strips.is_multiple_of(LOOK)) {
            self.look::<L>();
        }
        strip
    }

    /// Whether rounding of b − a may be more than some digits of x: where the origin is larger than x is.
    fn is_exact(&self) -> bool {
        let square = self.origin * self.origin;
        let is_small = square * self.total < 32.0 * self.above;
        square > 0.0 && !is_small
    }

    /// Adds what is to be added.
    #[inline(always)]
    fn collect(&mut self) {
        let [total, energy, excess, above, shifted_energy] = &mut self.wide;
        self.total += take_sum(total);
        self.energy += self.steps[0] * take_sum(energy);
        self.excess += take_sum(excess);
        self.above += take_sum(above);
        self.shifted_energy += self.steps[0] * take_sum(shifted_energy);
    }

    /// Lets the origin follow.
    #[inline(always)]
    fn look<L: Lane>(&mut self) {
        self.collect();
        // From d off, Σ p·(eˣ − 1 − x) reads d²/2 more than it is: as long as that is less than it, no digit is lost.
        if self.excess * self.excess > self.above * self.total {
            self.settle::<L>();
        }
    }

    /// Takes in larger logits, of one side at least.
    #[inline(always)]
    fn rise<E: Load<L>, L: Lane>(
        &mut self,
        start: usize,
        rows: [&[[E; LANES]]; 2],
        largest: [Lanes<L>; 2],
    ) {
        for side in 0..2 {
            let largest = largest_of(largest[side]).wide();
            if largest > self.largest[side] {
                self.tops[side] = start + position(rows[side], largest);
                if side == 0 {
                    self.collect();
                    self.measure_weights_from(largest);
                }
                self.largest[side] = largest;
            }
        }
    }

    /// Measures weights from a larger logit.
    fn measure_weights_from(&mut self, largest: f64) {
        let by = self.steps[0] * (self.largest[0] - largest);
        let scale = by.exp();
        self.energy = scale * (self.energy + by * self.total);
        self.shifted_energy = scale * (self.shifted_energy + by * self.excess);
        self.total *= scale;
        self.excess *= scale;
        self.above *= scale;
        self.moved = self.moved.map(|sum| scale * sum);
    }

    /// Measures x from another origin, if that is one.
    fn origin_to(&mut self, origin: f64) {
        if !origin.is_finite() {
            return;
        }
        let by = origin - self.origin;
        // p·(e^(x − by) − 1) = e^-by·p·(eˣ − 1) + (e^-by − 1)·p.
        let (less, scale) = ((-by).exp_m1(), (-by).exp());
        self.above += less * self.excess + exp_above_tangent(-by) * self.total;
        self.excess = scale * self.excess + less * self.total;
        self.shifted_energy = scale * self.shifted_energy + less * self.energy;
        self.moved[1] += by * (2.0 * self.moved[0] + by * self.total);
        self.moved[0] += by * self.total;
        self.origin = origin;
    }

    /// Whether the origin was so far off when weights were added that digits of KL are lost.
    pub(super) fn is_strained(&self) -> bool {
        self.is_lost() || self.moved[1] > 8.0 * self.above
    }

    /// Whether it was so far off that all digits may be.
    fn is_lost(&self) -> bool {
        self.moved[1] > self.total
    }

    /// Whether all sums are numbers with digits: no x lies beyond [`Lane::FARTHEST`].
    pub(super) fn is_sound<L: Lane>(&self) -> bool {
        self.above.is_finite() && !self.is_lost() && self.farthest <= L::FARTHEST.wide()
    }

    /// ln Z_b − ln Z_a.
    pub(super) fn origin(&self) -> f64 {
        self.origin
    }

    /// The largest logit of a, which is m of all weights.
    pub(super) fn largest(&self) -> f64 {
        self.steps[0] * self.largest[0]
    }

    /// Z_a of the weights, and Z_b of theirs, as they are measured now.
    pub(super) fn total(&self) -> f64 {
        self.total
    }

    /// D(P‖Q); below 0 only by rounding, and where the rows agree to the last digit.
    pub(super) fn kl(&self) -> f64 {
        (self.above / self.total).max(0.0)
    }

    pub(super) fn rows(&self, apart: &Apart) -> Rows {
        let (total, ln) = (self.total, self.total.ln());
        let ln_total = self.largest() + ln;
        let reverse_kl = (apart.jeffreys - self.kl()).max(0.0);
        // Σ q·(b − m − origin) = Σ q·(y + x).
        let other_energy = (self.energy + self.shifted_energy) / total + reverse_kl;
        Rows {
            kl: self.kl(),
            reverse_kl,
            js: apart.js,
            tv: apart.tv,
            entropies: [ln - self.energy / total, ln - other_energy],
            ln_totals: [ln_total, ln_total + self.origin],
            tops: self.tops,
        }
    }
}

/// The largest numbers and |x| of one strip. Leaves x behind, which is of an origin that is a lane.
#[inline(always)]
fn ends<E: Load<L>, L: Lane, const SCALED: bool, const EXACT: bool, const FUSED: bool>(
    a: &[[E; LANES]],
    b: &[[E; LANES]],
    origin: L,
    steps: [f64; 2],
    outcomes: &mut [Outcomes<L>],
) -> Ends<L> {
    let zero = [L::of(0.0); LANES];
    let none = [L::of(f64::NEG_INFINITY); LANES];
    let (step, between_steps) = (L::of(steps[0]), L::of(steps[1] - steps[0]));
    let (mut largest_a, mut largest_b, mut farthest) = (none, none, zero);
    for ((a, b), outcomes) in a.iter().zip(b).zip(outcomes) {
        // An array of its own, so that the compiler sees that no store meets a load.
        let mut x_of = zero;
        for i in 0..LANES {
            let (a, b) = (a[i].load(), b[i].load());
            largest_a[i] = larger(largest_a[i], a);
            largest_b[i] = larger(largest_b[i], b);
            let difference = b - a;
            let mut x = difference - origin;
            if SCALED {
                // Codes are whole numbers, and so is their difference.
                let rest = fused::<L, FUSED>(between_steps, b, -origin);
                x = fused::<L, FUSED>(step, difference, rest);
            }
            if EXACT {
                // What rounding took from b − a (Knuth 1969).
                let back = difference + a;
                x += (b - back) - (a - (back - difference));
            }
            x_of[i] = x;
            farthest[i] = larger(farthest[i], x.abs());
        }
        outcomes.x = x_of;
    }
    Ends {
        largest: [largest_a, largest_b],
        farthest: largest_of(farthest),
    }
}

/// The sums over one strip, energies in steps. Leaves p and p·(eˣ − 1) behind.
#[inline(always)]
fn terms<E: Load<L>, L: Lane, const SCALED: bool, const NEAR: bool, const FUSED: bool>(
    a: &[[E; LANES]],
    b: &[[E; LANES]],
    m: L,
    step: f64,
    outcomes: &mut [Outcomes<L>],
) -> Terms<L> {
    let zero = [L::of(0.0); LANES];
    let unit = L::of(step * LOG2_E);
    let (mut total, mut energy, mut excess) = (zero, zero, zero);
    let (mut above, mut shifted_energy) = (zero, zero);
    for ((a, b), outcomes) in a.iter().zip(b).zip(outcomes) {
        prefetch(a);
        prefetch(b);
        let x_of = outcomes.x;
        let (mut p_of, mut change_of) = (zero, zero);
        for i in 0..LANES {
            let x = x_of[i];
            let mut y = a[i].load() - m;
            if !SCALED {
                y = larger(L::LN_SMALLEST, y);
            }
            let p = exp2_below::<_, FUSED>(y * unit);
            let (expm1, above_tangent) = if NEAR {
                near_expm1_above::<_, FUSED>(x)
            } else {
                expm1_above::<_, FUSED>(x)
            };
            let change = p * expm1;
            p_of[i] = p;
            change_of[i] = change;
            total[i] += p;
            energy[i] = fused::<_, FUSED>(p, y, energy[i]);
            excess[i] += change;
            above[i] = fused::<_, FUSED>(p, above_tangent, above[i]);
            shifted_energy[i] = fused::<_, FUSED>(change, y, shifted_energy[i]);
        }
        outcomes.p = p_of;
        outcomes.change = change_of;
    }
    [total, energy, excess, above, shifted_energy]
}

/// Whether a lane of a row is above its largest.
#[inline(always)]
fn is_above<L: Lane>(lanes: [Lanes<L>; 2], largest: [L; 2]) -> bool {
    let mut above = false;
    for (&a, &b) in lanes[0].iter().zip(&lanes[1]) {
        above |= (a > largest[0]) | (b > largest[1]);
    }
    above
}

/// Where the first logit as large as this is.
#[cold]
fn position<E: Load<L>, L: Lane>(logits: &[[E; LANES]], largest: f64) -> usize {
    let mut logits = logits.as_flattened().iter();
    logits
        .position(|logit| logit.load().wide() >= largest)
        .unwrap_or(0)
}
