//! Two rows of logits in two passes: one from memory, one over what it left in the cache.
//!
//! The first finds both normalisers. It takes the weights e^(a − m) relative to the largest logit
//! so far, and rescales its sums when a larger one comes. The second adds up the divergences in
//! x = (b − a) − (ln Z_b − ln Z_a), which is ln(q/p) but for the rounding of the normalisers. That
//! rounding would be all of the answer where the rows nearly agree; so KL is not Σ p·x: with
//! e = E_p\[eˣ − 1\], which is 0 but for the rounding, KL = E_p\[eˣ − 1 − x\] − (e − ln(1 + e)),
//! whatever x was measured from.

use super::elementary::exp_below;
use super::lane::{Lane, fused, long_artanh_tail, polynomial};
use super::sums::sum_lanes;
use super::{Element, Pass, chunks};

const LANES: usize = 16;

/// A lane is added up in its own type over this many of its cells, and in f64 from there on.
const STRIP: usize = 16 * LANES;

/// What two rows of logits yield.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rows {
    pub(crate) sides: [Softmax; 2],
    pub(crate) kl: f64,
    pub(crate) reverse_kl: f64,
    pub(crate) js: f64,
    pub(crate) tv: f64,
}

/// One row.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Softmax {
    /// Where the largest logit is; of several, the first.
    pub(crate) top: usize,
    /// The largest logit m.
    pub(crate) largest: f64,
    /// Σ e^(a − m).
    pub(crate) total: f64,
    /// Σ e^(a − m)·(a − m).
    pub(crate) energy: f64,
}

impl Softmax {
    const NONE: Softmax = Softmax {
        top: 0,
        largest: f64::NEG_INFINITY,
        total: 0.0,
        energy: 0.0,
    };

    /// ln Σ eᵃ.
    pub(crate) fn ln_total(&self) -> f64 {
        self.largest + self.total.ln()
    }

    /// −Σ p ln p.
    pub(crate) fn entropy(&self) -> f64 {
        self.total.ln() - self.energy / self.total
    }

    /// Adds the logits of one strip, of which the first has the number `start`.
    #[inline(always)]
    fn add<E: Element, const FUSED: bool>(&mut self, start: usize, logits: &[[E; LANES]]) {
        if logits.is_empty() {
            return;
        }
        let mut lanes = [E::Lane::of(f64::NEG_INFINITY); LANES];
        for logits in logits {
            for (largest, logit) in lanes.iter_mut().zip(logits) {
                let logit = logit.lane();
                *largest = if logit > *largest { logit } else { *largest };
            }
        }
        let largest = largest_of(lanes).wide();
        if largest > self.largest {
            self.top = start + first(logits, largest);
            self.rise(largest);
        }
        let largest = E::Lane::of(self.largest);
        let zero = [E::Lane::of(0.0); LANES];
        let (mut total, mut energy) = (zero, zero);
        for logits in logits {
            for i in 0..LANES {
                let x = at_least_smallest(logits[i].lane() - largest);
                let weight = exp_below::<_, FUSED>(x);
                total[i] += weight;
                energy[i] = fused::<_, FUSED>(weight, x, energy[i]);
            }
        }
        self.total += sum_lanes(total);
        self.energy += sum_lanes(energy);
    }

    /// Measures from a larger logit.
    fn rise(&mut self, largest: f64) {
        if self.total > 0.0 {
            let by = self.largest - largest;
            self.energy = by.exp() * (self.energy + by * self.total);
            self.total *= by.exp();
        }
        self.largest = largest;
    }
}

/// Where the first logit as large as this is.
#[cold]
fn first<E: Element>(logits: &[[E; LANES]], largest: f64) -> usize {
    let mut logits = logits.as_flattened().iter();
    logits
        .position(|logit| logit.lane().wide() >= largest)
        .unwrap_or(0)
}

/// The largest of all lanes, halves first; NaN is passed over.
#[inline(always)]
fn largest_of<L: Lane>(mut lanes: [L; LANES]) -> L {
    let mut n = LANES;
    while n > 1 {
        n /= 2;
        for i in 0..n {
            lanes[i] = if lanes[i + n] > lanes[i] {
                lanes[i + n]
            } else {
                lanes[i]
            };
        }
    }
    lanes[0]
}

/// The pass over two rows of equal length. `None` where a logit is not finite, or two differ by
/// more than the largest float.
pub(super) struct Logits<'a, E> {
    pub(super) a: &'a [E],
    pub(super) b: &'a [E],
}

impl<E: Element> Pass for Logits<'_, E> {
    type Output = Option<Rows>;

    #[inline(always)]
    fn run<const FUSED: bool>(self) -> Option<Rows> {
        let mut sides = [Softmax::NONE; 2];
        let strips = || self.a.chunks(STRIP).zip(self.b.chunks(STRIP));
        let mut start = 0;
        for (a, b) in strips() {
            let mut last = [[[E::LOWEST; LANES]; 1]; 2];
            let [last_a, last_b] = &mut last;
            for (a, b) in chunks(a, last_a).into_iter().zip(chunks(b, last_b)) {
                sides[0].add::<E, FUSED>(start, a);
                sides[1].add::<E, FUSED>(start, b);
                start += a.len() * LANES;
            }
        }
        let origin = Origin::new(&sides);
        let mut sums = [[0.0; LANES]; TERMS];
        let mut is_far = false;
        for (a, b) in strips() {
            let mut last = [[[E::LOWEST; LANES]; 1]; 2];
            let [last_a, last_b] = &mut last;
            for (a, b) in chunks(a, last_a).into_iter().zip(chunks(b, last_b)) {
                is_far = origin.add::<E, FUSED>(a, b, is_far, &mut sums);
            }
        }
        let [excess, above_tangent, reverse, tv, js] =
            sums.map(|sum| sum_lanes(sum) / sides[0].total);
        if !(excess + above_tangent + reverse).is_finite() {
            return None;
        }
        // How far the logarithm of Σ q falls behind Σ q − 1.
        let ln = excess.ln_1p();
        let behind = excess - ln;
        let kl = above_tangent - behind;
        let reverse_kl = (reverse + behind - ln * excess) / (1.0 + excess);
        // Below 0 only by rounding, and where the rows agree to the last digit.
        Some(Rows {
            sides,
            kl: kl.max(0.0),
            reverse_kl: reverse_kl.max(0.0),
            js: 0.5 * js,
            tv: 0.5 * tv,
        })
    }
}

/// What the second pass measures from.
struct Origin<L> {
    largest: [L; 2],
    /// ln Z_b − ln Z_a, in two parts.
    shift: [L; 2],
    /// Z_a/Z_b of the weights: brings those of b to the scale of a's.
    scale: L,
}

impl<L: Lane> Origin<L> {
    fn new([a, b]: &[Softmax; 2]) -> Origin<L> {
        let (between, ln) = (b.largest - a.largest, (b.total / a.total).ln());
        let high = L::of(between + ln);
        let low = (between - high.wide()) + ln;
        Origin {
            largest: [L::of(a.largest), L::of(b.largest)],
            shift: [high, L::of(low)],
            scale: L::of(a.total / b.total),
        }
    }

    /// Adds one strip to the sums, and says whether it has an x beyond [`Lane::NEAR`].
    #[inline(always)]
    fn add<E: Element<Lane = L>, const FUSED: bool>(
        &self,
        a: &[[E; LANES]],
        b: &[[E; LANES]],
        expect_far: bool,
        sums: &mut [[f64; LANES]; TERMS],
    ) -> bool {
        if !expect_far {
            let (terms, is_far) = self.strip::<E, false, FUSED>(a, b);
            if !is_far {
                add_terms(sums, terms);
                return false;
            }
        }
        let (terms, is_far) = self.strip::<E, true, FUSED>(a, b);
        add_terms(sums, terms);
        is_far
    }

    /// The sums over one strip, and whether an x lies beyond [`Lane::NEAR`]; without `FAR`, they
    /// mean nothing if one does.
    #[inline(always)]
    fn strip<E: Element<Lane = L>, const FAR: bool, const FUSED: bool>(
        &self,
        a: &[[E; LANES]],
        b: &[[E; LANES]],
    ) -> ([[L; LANES]; TERMS], bool) {
        let zero = [L::of(0.0); LANES];
        let mut farthest = zero;
        let (mut excess, mut above, mut reverse, mut tv, mut js) = (zero, zero, zero, zero, zero);
        let Origin {
            largest,
            shift,
            scale,
        } = *self;
        for (a, b) in a.iter().zip(b) {
            for i in 0..LANES {
                let (a, b) = (a[i].lane(), b[i].lane());
                // b − a exactly, in two parts (Knuth 1969).
                let difference = b - a;
                let back = difference + a;
                let rest = (b - back) - (a - (back - difference));
                let x = (difference - shift[0]) + (rest - shift[1]);
                let distance = x.abs();
                farthest[i] = if distance > farthest[i] {
                    distance
                } else {
                    farthest[i]
                };
                let p = weight::<L, FAR, FUSED>(a - largest[0]);
                let near = near::<L, FUSED>(x, p);
                let terms = if FAR {
                    let q = weight::<L, FAR, FUSED>(b - largest[1]) * scale;
                    nearer(distance <= L::NEAR, near, far::<L, FUSED>(x, p, q))
                } else {
                    near
                };
                excess[i] += terms[0];
                above[i] += terms[1];
                reverse[i] += terms[2];
                tv[i] += terms[3];
                js[i] += terms[4];
            }
        }
        (
            [excess, above, reverse, tv, js],
            largest_of(farthest) > L::NEAR,
        )
    }
}

/// The terms of the one kind or the other.
#[inline(always)]
fn nearer<L: Lane>(is_near: bool, near: [L; TERMS], far: [L; TERMS]) -> [L; TERMS] {
    [
        if is_near { near[0] } else { far[0] },
        if is_near { near[1] } else { far[1] },
        if is_near { near[2] } else { far[2] },
        if is_near { near[3] } else { far[3] },
        if is_near { near[4] } else { far[4] },
    ]
}

/// eˣ of x ≤ 0. What lies below the smallest normal number is 0, or, where the other row has as
/// little, that number.
#[inline(always)]
fn weight<L: Lane, const FAR: bool, const FUSED: bool>(x: L) -> L {
    let weight = exp_below::<L, FUSED>(at_least_smallest(x));
    if FAR & (x < L::LN_SMALLEST) {
        L::of(0.0)
    } else {
        weight
    }
}

/// How many sums the second pass has: of p·(eˣ − 1), p·(eˣ − 1 − x), q·(e⁻ˣ − 1 + x), p·|eˣ − 1|, and of
/// twice Jensen–Shannon's terms.
const TERMS: usize = 5;

/// The terms where q = p·eˣ is near p. None is a difference of numbers near each other.
#[inline(always)]
fn near<L: Lane, const FUSED: bool>(x: L, p: L) -> [L; TERMS] {
    let square = x * x;
    let above_tangent = square * polynomial::<L, FUSED>(L::NEAR_ABOVE_TANGENT, x);
    let above_one = x + above_tangent;
    let change = p * above_one;
    let twice_mean = fused::<L, FUSED>(L::of(2.0), p, change);
    let js = square * polynomial::<L, FUSED>(L::NEAR_JS, square);
    [
        change,
        p * above_tangent,
        p * fused::<L, FUSED>(x, above_one, -above_tangent),
        change.abs(),
        twice_mean * js,
    ]
}

/// The terms where p and q lie apart.
#[inline(always)]
fn far<L: Lane, const FUSED: bool>(x: L, p: L, q: L) -> [L; TERMS] {
    let change = q - p;
    // p ln(p/m) + q ln(q/m) = (p + q) ln(large/m) − |x|·small, and ln(large/m) = 2 artanh s, where s is
    // (large − m)/(large + m).
    let (small, large) = if p < q { (p, q) } else { (q, p) };
    let beside = fused::<L, FUSED>(L::of(3.0), large, small);
    let beside = if large > L::of(0.0) {
        beside
    } else {
        L::of(1.0)
    };
    let s = (large - small) / beside;
    let z = s * s;
    let half = fused::<L, FUSED>(s * z, long_artanh_tail::<L, FUSED>(z), s);
    let to_mean = L::of(2.0) * half;
    [
        change,
        change - p * x,
        q * x - change,
        change.abs(),
        (p + q) * to_mean - small * x.abs(),
    ]
}

/// A lane's logarithm of a weight, kept to what [`exp_below`] has a value for.
#[inline(always)]
fn at_least_smallest<L: Lane>(x: L) -> L {
    if x < L::LN_SMALLEST {
        L::LN_SMALLEST
    } else {
        x
    }
}

#[inline(always)]
fn add_terms<L: Lane>(sums: &mut [[f64; LANES]; TERMS], terms: [[L; LANES]; TERMS]) {
    for (sum, terms) in sums.iter_mut().zip(terms) {
        for (sum, term) in sum.iter_mut().zip(terms) {
            *sum += term.wide();
        }
    }
}
