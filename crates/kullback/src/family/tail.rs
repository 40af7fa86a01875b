//! How fast densities fall at the ends of their supports: whether ∫ p ln q converges at all.
//!
//! KL(Cauchy‖normal) is infinite although the supports agree, because the normal's surprisal
//! grows as x² and a Cauchy variable has no variance. No quadrature can see that; the orders of
//! growth tell it exactly.

use super::log_gamma::LogGamma;
use super::{Family, Support};

/// How the density falls towards an end, in u = |x| at infinity and u = 1/distance at a finite end.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) enum Tail {
    /// P(U > u) ~ u^(−index); the surprisal grows as ln u.
    Power(f64),
    /// The surprisal grows as ln² u: log-normal.
    LogSquare,
    /// The surprisal grows as rate · uᵖᵒʷᵉʳ.
    Stretched {
        power: f64,
        rate: f64,
        /// Whether the factor in front of exp(−rate · u) is integrable by itself.
        integrable: bool,
    },
    /// The surprisal grows as exp(rate · u).
    DoubleExponential(f64),
}

use Tail::{DoubleExponential, LogSquare, Power, Stretched};

impl Tail {
    /// Whether the mean under `self` of the surprisal under `other` diverges at this end.
    fn diverges_against(self, other: Tail) -> bool {
        match (self, other) {
            (_, Power(_) | LogSquare) => false,
            (Power(index), Stretched { power, .. }) => index <= power,
            (_, Stretched { .. }) => false,
            (Power(_) | LogSquare, DoubleExponential(_)) => true,
            (
                Stretched {
                    power,
                    rate,
                    integrable,
                },
                DoubleExponential(growth),
            ) => {
                let barely = (rate - growth).abs() <= 0.0 && !integrable;
                power < 1.0 || (power <= 1.0 && (rate < growth || barely))
            }
            (DoubleExponential(_), DoubleExponential(_)) => false,
        }
    }

    /// For finding the heaviest: kind, then power, then rate; the least is the heaviest.
    fn weight(self) -> (u8, f64, f64) {
        match self {
            Power(index) => (0, index, 0.0),
            LogSquare => (1, 0.0, 0.0),
            Stretched { power, rate, .. } => (2, power, rate),
            DoubleExponential(rate) => (3, rate, 0.0),
        }
    }

    fn heavier(self, other: Tail) -> Tail {
        let (a, b) = (self.weight(), other.weight());
        let order = a.0.cmp(&b.0);
        let order = order.then(a.1.total_cmp(&b.1)).then(a.2.total_cmp(&b.2));
        if order.is_gt() { other } else { self }
    }
}

/// Whether ∫ p ln q diverges at an end of P's support, which must lie within Q's.
pub(super) fn diverges(p: &Family, q: &Family) -> bool {
    let ends = |family: &Family| match family.support() {
        Support::Intervals(intervals) => intervals,
        Support::Integers { .. } => Vec::new(),
    };
    ends(p).into_iter().any(|[low, high]| {
        [(low, Side::Low), (high, Side::High)]
            .into_iter()
            .any(
                |(end, side)| match (tail(p, end, side), tail(q, end, side)) {
                    (Some(p), Some(q)) => p.diverges_against(q),
                    // Q's density is bounded from below there.
                    _ => false,
                },
            )
    })
}

#[derive(Clone, Copy, PartialEq)]
enum Side {
    Low,
    High,
}

/// The tail of `family` towards `end`, if its support ends there, on that side.
#[allow(clippy::float_cmp, reason = "ends are copied, never computed")]
fn tail(family: &Family, end: f64, side: Side) -> Option<Tail> {
    if let Family::Mixture { components } = family {
        let tails = components.iter().filter_map(|(_, c)| tail(c, end, side));
        return tails.reduce(Tail::heavier);
    }
    let Support::Intervals(intervals) = family.support() else {
        return None;
    };
    let [low, high] = *intervals.first()?;
    let ends_here = match side {
        Side::Low => low == end,
        Side::High => high == end,
    };
    if !ends_here {
        return if low < end && end < high {
            // A component that goes on beyond: its density is positive there.
            Some(Power(1.0))
        } else {
            None
        };
    }
    let exponential = |rate| Stretched {
        power: 1.0,
        rate,
        integrable: false,
    };
    let both = |at_low, at_high| match side {
        Side::Low => at_low,
        Side::High => at_high,
    };
    Some(match *family {
        Family::Normal { sd, .. } => Stretched {
            power: 2.0,
            rate: 0.5 / (sd * sd),
            integrable: false,
        },
        Family::Laplace { scale, .. } | Family::Logistic { scale, .. } => exponential(1.0 / scale),
        Family::LogNormal { .. } | Family::LogitNormal { .. } => LogSquare,
        Family::StudentT { df, .. } => Power(df),
        Family::Beta { a, b } => both(Power(a), Power(b)),
        Family::Pareto { shape, .. } => both(Power(1.0), Power(shape)),
        Family::InverseGaussian { mean, shape } => {
            let at = |rate| Stretched {
                power: 1.0,
                rate,
                integrable: true,
            };
            both(at(0.5 * shape), at(0.5 * shape / (mean * mean)))
        }
        _ => match LogGamma::of(family) {
            Some(form) => log_gamma(&form, side),
            // Cauchy at infinity; at finite ends a density that is neither 0 nor ∞.
            None => Power(1.0),
        },
    })
}

/// The tails of the powers and logarithms of a gamma variable.
fn log_gamma(form: &LogGamma, side: Side) -> Tail {
    let (a, stretch) = (form.shape, form.stretch());
    // The end where ln G → ∞.
    let above = (stretch > 0.0) == (side == Side::High);
    let power = 1.0 / stretch.abs();
    match (form.positive, above) {
        (true, true) => {
            let sign = if stretch > 0.0 { -power } else { power };
            Stretched {
                power,
                rate: (form.scale[0] / form.scale[1]).powf(sign),
                integrable: false,
            }
        }
        (true, false) => Power(a * power),
        (false, true) => DoubleExponential(power),
        (false, false) => Stretched {
            power: 1.0,
            rate: a * power,
            integrable: false,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_that_exist_and_those_that_do_not() {
        let diverges = |p: &str, q: &str| diverges(&p.parse().unwrap(), &q.parse().unwrap());
        assert!(diverges("cauchy(0,1)", "normal(0,1)"));
        assert!(diverges("student_t(2,0,1)", "normal(0,1)"));
        assert!(!diverges("student_t(2.01,0,1)", "normal(0,1)"));
        assert!(!diverges("normal(0,1)", "cauchy(0,1)"));
        assert!(diverges("gamma(1,1)", "inverse_gamma(1,1)"));
        assert!(!diverges("gamma(1.1,1)", "inverse_gamma(1,1)"));
        assert!(diverges("laplace(0,1)", "gumbel(0,1)"));
        assert!(!diverges("laplace(0,1)", "gumbel(0,1.01)"));
        assert!(diverges("pareto(1,1)", "exponential(1)"));
        assert!(diverges("log_normal(0,1)", "exp_gamma(1,1)"));
        assert!(!diverges("inverse_gaussian(1,2)", "exp_gamma(1,1)"));
        assert!(diverges("inverse_gaussian(1,1)", "exp_gamma(1,1)"));
        let mixed = "mixture(0.9*normal(0,1)+0.1*student_t(1.5,0,1))";
        assert!(diverges(mixed, "normal(0,1)") && !diverges("normal(0,1)", mixed));
        assert!(!diverges("cauchy(0,1)", mixed));
    }
}
