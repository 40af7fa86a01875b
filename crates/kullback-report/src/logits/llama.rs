//! The statistics as llama.cpp prints them.

use std::fmt::Write as _;

use kullback::scores::{Estimate, LlamaStatistics};

const QUANTILES: [(&str, f64); 13] = [
    ("Maximum", 1.0),
    ("99.9%  ", 0.999),
    ("99.0%  ", 0.99),
    ("95.0%  ", 0.95),
    ("90.0%  ", 0.9),
    ("75.0%  ", 0.75),
    ("Median ", 0.5),
    ("25.0%  ", 0.25),
    ("10.0%  ", 0.1),
    (" 5.0%  ", 0.05),
    (" 1.0%  ", 0.01),
    (" 0.1%  ", 0.001),
    ("Minimum", 0.0),
];

/// What `llama-perplexity --kl-divergence` prints below its chunks, to the letter.
pub fn llama(found: &LlamaStatistics) -> String {
    let mut out = String::new();
    // Writing to a string cannot fail.
    let _ = write(&mut out, found);
    out
}

fn write(out: &mut String, found: &LlamaStatistics) -> std::fmt::Result {
    let estimate = |Estimate { value, error }| format!("{value:10.6} ± {error:10.6}");
    writeln!(out, "====== Perplexity statistics ======")?;
    for (name, value) in [
        ("Mean PPL(Q)                   ", found.ppl),
        ("Mean PPL(base)                ", found.ppl_base),
    ] {
        writeln!(out, "{name}: {}", estimate(value))?;
    }
    let correlation = 100.0 * found.correlation;
    writeln!(out, "Cor(ln(PPL(Q)), ln(PPL(base))): {correlation:6.2}%")?;
    for (name, value) in [
        ("Mean ln(PPL(Q)/PPL(base))     ", found.ln_ratio),
        ("Mean PPL(Q)/PPL(base)         ", found.ratio),
        ("Mean PPL(Q)-PPL(base)         ", found.difference),
    ] {
        writeln!(out, "{name}: {}", estimate(value))?;
    }
    writeln!(out, "\n====== KL divergence statistics ======")?;
    writeln!(out, "Mean    KLD: {}", estimate(found.kld))?;
    // The quartiles are left out there.
    for (name, fraction) in QUANTILES
        .iter()
        .filter(|(_, at)| ![0.25, 0.75].contains(at))
    {
        writeln!(out, "{name} KLD: {:10.6}", found.kld_at(*fraction))?;
    }
    writeln!(out, "\n====== Token probability statistics ======")?;
    let percent =
        |Estimate { value, error }| format!("{:6.3} ± {:5.3} %", 100.0 * value, 100.0 * error);
    writeln!(out, "Mean    Δp: {}", percent(found.delta_p))?;
    for (name, fraction) in QUANTILES {
        let value = 100.0 * found.delta_p_at(fraction);
        writeln!(out, "{name} Δp: {value:6.3}%")?;
    }
    writeln!(out, "RMS Δp    : {}", percent(found.rms_delta_p))?;
    writeln!(out, "Same top p: {}", percent(found.same_top))
}
