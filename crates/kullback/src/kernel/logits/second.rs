//! The second pass: total variation and Jensen–Shannon.

use super::first::First;
use super::{Element, LANES, Lane, Lanes, STRIP, Scratch, Strip, apart, parts, sum_first};
use crate::kernel::lane::{fused, long_artanh_tail, polynomial};

/// ½ Σ|q − p|, and Jensen–Shannon's divergence.
#[inline(always)]
pub(super) fn run<E: Element, const FUSED: bool>(
    first: &First,
    [a, b]: [&[E]; 2],
    [tail_a, tail_b]: &[Lanes<E::Lane>; 2],
    scratch: &Scratch<E::Lane>,
) -> [f64; 2] {
    let (a, rest) = a.as_chunks();
    let (b, _) = b.as_chunks();
    let (outcomes, last) = scratch.outcomes.split_at(a.len());
    let strips = a.chunks(STRIP).zip(b.chunks(STRIP));
    let strips = strips.zip(outcomes.chunks(STRIP)).zip(&scratch.strips);
    let mut sums = Second::new(first);
    for (((a, b), outcomes), strip) in strips {
        sums.add::<E, FUSED>(strip, LANES, a, b, outcomes);
    }
    if let (false, Some(strip)) = (rest.is_empty(), scratch.strips.last()) {
        let (a, b) = (std::slice::from_ref(tail_a), std::slice::from_ref(tail_b));
        sums.add::<E::Lane, FUSED>(strip, rest.len(), a, b, &last[..1]);
    }
    [sums.tv, sums.js].map(|sum| 0.5 * sum / first.total())
}

struct Second {
    largest: f64,
    origin: f64,
    tv: f64,
    js: f64,
    /// What the last strip was measured from, and what takes it from there to where all is measured from now.
    from: [f64; 2],
    scale: f64,
    change: [f64; 2],
}

impl Second {
    fn new(first: &First) -> Second {
        Second {
            largest: first.largest()[0],
            origin: first.origin(),
            tv: 0.0,
            js: 0.0,
            from: [f64::NAN; 2],
            scale: 1.0,
            change: [1.0, 0.0],
        }
    }

    #[inline(always)]
    fn add<E: Element, const FUSED: bool>(
        &mut self,
        strip: &Strip<E::Lane>,
        count: usize,
        a: &[[E; LANES]],
        b: &[[E; LANES]],
        outcomes: &[[Lanes<E::Lane>; 2]],
    ) {
        let from = [strip.largest, strip.origin];
        if self.from.map(f64::to_bits) != from.map(f64::to_bits) {
            self.from = from;
            self.scale = (strip.largest - self.largest).exp();
            let by = strip.origin - self.origin;
            self.change = [by.exp(), by.exp_m1()];
        }
        let origin = parts(self.origin);
        let change = self.change.map(E::Lane::of);
        let moved = (strip.origin - self.origin).abs();
        let terms = if strip.farthest.wide() + moved <= E::Lane::NEAR.wide() {
            terms::<E, false, FUSED>(a, b, outcomes, origin, change)
        } else {
            terms::<E, true, FUSED>(a, b, outcomes, origin, change)
        };
        let [tv, js] = terms;
        self.tv += self.scale * sum_first(tv, count);
        self.js += self.scale * sum_first(js, count);
    }
}

/// Σ|q − p| and Σ p ln(p/m) + q ln(q/m) over one strip, with m = ½(p + q), a lane each.
#[inline(always)]
fn terms<E: Element, const FAR: bool, const FUSED: bool>(
    a: &[[E; LANES]],
    b: &[[E; LANES]],
    outcomes: &[[Lanes<E::Lane>; 2]],
    origin: [E::Lane; 2],
    change: [E::Lane; 2],
) -> [Lanes<E::Lane>; 2] {
    let zero = [E::Lane::of(0.0); LANES];
    let (mut tv, mut js) = (zero, zero);
    for ((a, b), [weights, changes]) in a.iter().zip(b).zip(outcomes) {
        for i in 0..LANES {
            let p = weights[i];
            let x = apart(a[i].lane(), b[i].lane(), origin);
            let between = fused::<_, FUSED>(changes[i], change[0], p * change[1]);
            // (q − p)·x is Jeffreys' term; Jensen–Shannon's is a part of it, which x² tells.
            let part = polynomial::<_, FUSED>(E::Lane::NEAR_JS, x * x);
            let near = between * x * part;
            let term = if FAR {
                let far = far::<_, FUSED>(x, p, p + between);
                if x.abs() <= E::Lane::NEAR { near } else { far }
            } else {
                near
            };
            tv[i] += between.abs();
            js[i] += term;
        }
    }
    [tv, js]
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
