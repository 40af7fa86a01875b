//! How often the intervals of `kullback::inference` hold the truth, and how its p-values are
//! distributed where nothing has changed: a seeded simulation.
//!
//! ```sh
//! cargo run --release -p kullback --example coverage -- bench/coverage
//! ```
//!
//! writes `results.md` (what the documentation quotes) and `results.csv` (every setting) there;
//! a second argument is the number of repetitions of each setting.

mod sampling;

use std::fmt::Write as _;
use std::path::Path;

use kullback::inference::{
    Divergence, Inference, Level, Method, TwoSamples, infer, same_distribution,
};
use kullback::summary::{Axis, Builder, Column};
use rayon::prelude::*;
use sampling::{Random, Shape, at_divergence, truths};

const SIZES: [[u64; 2]; 8] = [
    [100, 100],
    [1000, 1000],
    [10_000, 10_000],
    [100_000, 100_000],
    [100, 10_000],
    [10_000, 100],
    [1000, 100_000],
    [100_000, 1000],
];
const TRUTHS: [f64; 7] = [0.0, 1e-4, 1e-3, 0.01, 0.1, 0.5, 2.0];
const OUTCOMES: [usize; 4] = [2, 10, 100, 1000];
const DIVERGENCES: [Divergence; 4] = [
    Divergence::Kl,
    Divergence::ReverseKl,
    Divergence::Js,
    Divergence::Psi,
];
/// What nominal 95 % may cover.
const BAND: std::ops::RangeInclusive<f64> = 93.0..=97.0;

struct Setting {
    outcomes: usize,
    shape: Shape,
    sizes: [u64; 2],
    nats: f64,
}

/// What many repetitions said of one divergence, as means.
#[derive(Default, Clone)]
struct Tally {
    repetitions: f64,
    covered: f64,
    width: f64,
    estimate: f64,
    plug_in: f64,
    infinite: f64,
}

impl Tally {
    fn add(&mut self, inference: &Inference, truth: f64) {
        let interval = inference.interval;
        self.repetitions += 1.0;
        self.covered += f64::from(interval.low <= truth && truth <= interval.high);
        self.width += interval.high - interval.low;
        self.estimate += inference.estimate;
        if inference.plug_in.is_finite() {
            self.plug_in += inference.plug_in;
        } else {
            self.infinite += 1.0;
        }
    }

    fn coverage(&self) -> f64 {
        100.0 * self.covered / self.repetitions
    }
}

/// Repetitions of a setting, per divergence: those without a caveat and those with one.
type Tallies = [[Tally; 2]; 4];

fn seed(setting: &Setting, repetition: usize) -> u64 {
    let [n, m] = setting.sizes;
    let fields = [setting.outcomes as u64, n, m, (setting.nats * 1e5) as u64];
    let mixed = fields
        .iter()
        .fold(u64::from(setting.shape == Shape::Zipf), |seed, field| {
            (seed ^ field)
                .wrapping_mul(0x2545_f491_4f6c_dd1d)
                .rotate_left(29)
        });
    mixed ^ (repetition as u64).wrapping_mul(0x9e6c_63d0_876a_68de)
}

fn repeat(setting: &Setting, repetitions: usize) -> ([f64; 4], Tallies) {
    let p = setting.shape.distribution(setting.outcomes);
    let q = at_divergence(&p, setting.nats);
    let truths = truths(&p, &q);
    let results: Vec<[Inference; 4]> = (0..repetitions)
        .into_par_iter()
        .map(|repetition| {
            let mut random = Random::seeded(seed(setting, repetition));
            let [n, m] = setting.sizes;
            let (x, y) = (random.multinomial(n, &p), random.multinomial(m, &q));
            let samples = TwoSamples::new(&x, &y).expect("both have rows");
            DIVERGENCES.map(|divergence| infer(&samples, divergence, Level::default()))
        })
        .collect();
    let mut tallies = Tallies::default();
    for result in &results {
        for ((inference, truth), tally) in result.iter().zip(truths).zip(&mut tallies) {
            tally[usize::from(!inference.caveats.is_empty())].add(inference, truth);
        }
    }
    (truths, tallies)
}

/// P-values of samples from one distribution.
fn p_values(repetitions: usize, draw: impl Fn(usize) -> [Vec<u64>; 2] + Sync) -> (Vec<f64>, f64) {
    let tests: Vec<_> = (0..repetitions)
        .into_par_iter()
        .map(|repetition| {
            let [x, y] = draw(repetition);
            let samples = TwoSamples::new(&x, &y).expect("both have rows");
            same_distribution(&samples, repetition as u64)
        })
        .collect();
    let permuted = tests
        .iter()
        .filter(|test| test.method != Method::ChiSquared);
    let share = permuted.count() as f64 / repetitions as f64;
    let mut p_values: Vec<f64> = tests.iter().map(|test| test.p_value).collect();
    p_values.sort_unstable_by(f64::total_cmp);
    (p_values, share)
}

/// One row of the table of p-values: the largest distance of their distribution from the uniform
/// one, above and below its diagonal, and shares below three levels.
fn p_row(name: &str, sizes: [u64; 2], (p_values, permuted): &(Vec<f64>, f64)) -> String {
    let n = p_values.len() as f64;
    let below = |level: f64| 100.0 * p_values.iter().filter(|&&p| p <= level).count() as f64 / n;
    let above = p_values
        .iter()
        .enumerate()
        .map(|(i, p)| (i + 1) as f64 / n - p);
    format!(
        "| {name} | {} | {} | {:.1} | {:.1} | {:.1} | {:.3} | {:.0} |\n",
        sizes[0],
        sizes[1],
        below(0.01),
        below(0.05),
        below(0.1),
        above.fold(0.0, f64::max),
        100.0 * permuted
    )
}

/// Two samples of a normal distribution, cut into bins by the samples themselves.
fn binned(sizes: [u64; 2], repetition: usize) -> [Vec<u64>; 2] {
    let mut random = Random::seeded(repetition as u64);
    let columns: [Column; 2] = sizes.map(|size| {
        let mut column = Builder::new();
        (0..size).for_each(|_| column.push(Axis::Number, random.normal()));
        column.finish()
    });
    let comparison = kullback::compare::compare(&columns[0], &columns[1]).expect("both have rows");
    let counts = comparison
        .outcomes()
        .iter()
        .map(|outcome| (outcome.p, outcome.q));
    let (x, y) = counts.unzip();
    [x, y]
}

/// Coverage over the settings of one divergence and number of outcomes, of repetitions with or
/// without a caveat; settings with too few of these are left out.
fn summary_row(name: &str, tallies: &[Tally], repetitions: usize) -> String {
    let held: Vec<f64> = tallies
        .iter()
        .filter(|tally| tally.repetitions >= 0.5 * repetitions as f64)
        .map(Tally::coverage)
        .collect();
    if held.is_empty() {
        return format!("| {name} | 0 | | | | |\n");
    }
    let inside = held
        .iter()
        .filter(|coverage| BAND.contains(*coverage))
        .count();
    let mean = held.iter().sum::<f64>() / held.len() as f64;
    let (least, most) = (
        held.iter().copied().fold(100.0, f64::min),
        held.iter().copied().fold(0.0, f64::max),
    );
    format!(
        "| {name} | {} | {mean:.1} | {least:.1} | {most:.1} | {inside} |\n",
        held.len()
    )
}

fn main() -> std::io::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments.next().unwrap_or_else(|| "bench/coverage".into());
    let repetitions = arguments
        .next()
        .map_or(1000, |n| n.parse().expect("a number of repetitions"));

    let mut settings = Vec::new();
    for outcomes in OUTCOMES {
        for shape in [Shape::Flat, Shape::Zipf] {
            for sizes in SIZES {
                settings.extend(TRUTHS.map(|nats| Setting {
                    outcomes,
                    shape,
                    sizes,
                    nats,
                }));
            }
        }
    }
    let mut csv = String::from(
        "outcomes,shape,n,m,divergence,truth,caveat,repetitions,coverage,mean_width,bias_estimate,bias_plug_in,plug_in_infinite\n",
    );
    let results: Vec<(Setting, Tallies)> = settings
        .into_iter()
        .map(|setting| {
            let (truths, tallies) = repeat(&setting, repetitions);
            for ((divergence, truth), tally) in DIVERGENCES.iter().zip(truths).zip(&tallies) {
                for (caveat, t) in [(false, &tally[0]), (true, &tally[1])] {
                    if t.repetitions > 0.0 {
                        let finite = t.repetitions - t.infinite;
                        let _ = writeln!(
                            csv,
                            "{},{},{},{},{divergence},{truth:.3e},{caveat},{},{:.2},{:.3e},{:.2e},{:.2e},{:.3}",
                            setting.outcomes,
                            setting.shape.name(),
                            setting.sizes[0],
                            setting.sizes[1],
                            t.repetitions,
                            t.coverage(),
                            t.width / t.repetitions,
                            t.estimate / t.repetitions - truth,
                            t.plug_in / finite.max(1.0) - truth,
                            t.infinite / t.repetitions,
                        );
                    }
                }
            }
            (setting, tallies)
        })
        .collect();

    let mut report = format!(
        "# Coverage of the 95 % intervals, and p-values where nothing has changed\n\n\
         Written by `just coverage`: {repetitions} repetitions of each of {} settings, seeded. Every setting is in\n\
         [results.csv](results.csv). With so many repetitions a coverage of 95 % is read to ±{:.1} (two standard errors).\n\n",
        results.len(),
        200.0 * (0.95 * 0.05 / repetitions as f64).sqrt()
    );
    for (caveat, title) in [
        "Intervals without a caveat",
        "Intervals that say that counts are thin",
    ]
    .into_iter()
    .enumerate()
    {
        let _ = write!(
            report,
            "## {title}\n\n| divergence, K | settings | mean % | least % | most % | of them in 93–97 % |\n|---|--:|--:|--:|--:|--:|\n"
        );
        for (i, divergence) in DIVERGENCES.iter().enumerate() {
            for outcomes in OUTCOMES {
                let tallies: Vec<Tally> = results
                    .iter()
                    .filter(|(setting, _)| setting.outcomes == outcomes)
                    .map(|(_, tallies)| tallies[i][caveat].clone())
                    .collect();
                report += &summary_row(&format!("{divergence}, {outcomes}"), &tallies, repetitions);
            }
        }
        report.push('\n');
    }

    report += "## KL(P‖Q), n = m, flat\n\nOver all repetitions; the plug-in's mean is over those where it is finite.\n\n\
         | K | n | truth | coverage % | with a caveat % | mean width | bias of the estimate | bias of the plug-in | plug-in infinite % |\n\
         |--:|--:|--:|--:|--:|--:|--:|--:|--:|\n";
    for (setting, tallies) in &results {
        if setting.shape == Shape::Flat && setting.sizes[0] == setting.sizes[1] {
            let [sure, thin] = &tallies[0];
            let both = |f: fn(&Tally) -> f64| f(sure) + f(thin);
            let all = both(|t| t.repetitions);
            let infinite = both(|t| t.infinite);
            let plug_in = if infinite < all {
                format!(
                    "{:.1e}",
                    both(|t| t.plug_in) / (all - infinite) - setting.nats
                )
            } else {
                "–".into()
            };
            let _ = writeln!(
                report,
                "| {} | {} | {} | {:.1} | {:.0} | {:.2e} | {:.1e} | {plug_in} | {:.0} |",
                setting.outcomes,
                setting.sizes[0],
                setting.nats,
                100.0 * both(|t| t.covered) / all,
                100.0 * thin.repetitions / all,
                both(|t| t.width) / all,
                both(|t| t.estimate) / all - setting.nats,
                100.0 * infinite / all,
            );
        }
    }

    report += "\n## P-values of the G-test where nothing has changed\n\n\
         The last column but one is the largest excess of their distribution function over the uniform one: what makes a\n\
         test reject too often.\n\n\
         | K | n | m | ≤ 0.01 % | ≤ 0.05 % | ≤ 0.1 % | excess | by permutation % |\n|---|--:|--:|--:|--:|--:|--:|--:|\n";
    for outcomes in OUTCOMES {
        for shape in [Shape::Flat, Shape::Zipf] {
            let p = shape.distribution(outcomes);
            for sizes in SIZES {
                let setting = Setting {
                    outcomes,
                    shape,
                    sizes,
                    nats: 0.0,
                };
                let drawn = p_values(repetitions, |repetition| {
                    let mut random = Random::seeded(!seed(&setting, repetition));
                    sizes.map(|size| random.multinomial(size, &p))
                });
                report += &p_row(&format!("{outcomes} {}", shape.name()), sizes, &drawn);
            }
        }
    }
    for sizes in [
        [100, 100],
        [1000, 1000],
        [100, 10_000],
        [1000, 10_000],
        [10_000, 10_000],
    ] {
        let drawn = p_values(repetitions, |repetition| binned(sizes, repetition));
        report += &p_row("bins of normal numbers", sizes, &drawn);
    }
    std::fs::write(Path::new(&folder).join("results.md"), report)?;
    std::fs::write(Path::new(&folder).join("results.csv"), csv)
}
