//! Two models as a page: what they answer beside what they are made of.

use super::markup::Markup;
use super::page::page;
use super::scale::LogScale;
use crate::logits::{BoundsReport, CandidateReport, MeanReport, ScoresReport, SpreadReport};
use crate::models::ModelsReport;
use crate::number::{count, divergence, share, size};
use crate::weights::{DifferenceReport, WeightsReport, cosine, remarks};

/// The most tensors of a table; the JSON has all.
const MOST: usize = 400;

/// The report as one HTML page that needs no network and no scripts. One half is what the outputs
/// differ by: KL over the rows, by the confidence of A, the worst rows. The other is what the
/// parameters differ by: L1 and L2 by layer, module and tensor. All lines of a half are on one
/// logarithmic axis.
///
/// ```
/// use kullback_report::{ModelsReport, PerModel, models_html};
///
/// let report = ModelsReport {
///     schema: 1,
///     kullback: "0.1.0",
///     names: PerModel { a: "<base>".to_owned(), b: "tuned".to_owned() },
///     outputs: None,
///     parameters: None,
///     missing: vec!["A and B have no outputs".to_owned()],
/// };
/// assert!(models_html(&report).contains("<bdi>&lt;base&gt;</bdi>"));
/// ```
pub fn models_html(report: &ModelsReport) -> String {
    let title = format!("{} – {}", report.names.a, report.names.b);
    page(&title, |m| {
        head(m, report);
        m.raw("<div class=half>");
        if let Some(outputs) = &report.outputs {
            m.raw("<section><h2>What they answer</h2>");
            for candidate in &outputs.candidates {
                answers(m, candidate, &outputs.unit);
            }
            m.raw("</section>");
        }
        if let Some(weights) = &report.parameters {
            m.raw("<section><h2>What they are made of</h2>");
            parameters(m, weights);
            m.raw("</section>");
        }
        m.raw("</div>");
        for missing in &report.missing {
            m.raw("<p class=note>").text(missing).raw(".</p>");
        }
        m.raw("<section class=a><h2>How to read this</h2><p>KL(A‖B) is of the outputs, A as what is true or trusted. L1 is Σ|a − b|, L2 √Σ(a − b)², both of the parameters. Neither follows from the other: hidden units that change places move the parameters and not the outputs, one bias may move the outputs and hardly the parameters.</p></section>");
    })
}

fn head(m: &mut Markup, report: &ModelsReport) {
    m.raw("<header><p>What do A and B differ by?</p><h1>");
    outputs(m, report);
    m.raw(match (&report.outputs, &report.parameters) {
        (Some(_), Some(_)) => "; parameters: ",
        (None, Some(_)) => "Parameters: ",
        (Some(_), None) => "",
        (None, None) => "They have nothing in common to compare",
    });
    if let Some(weights) = &report.parameters {
        match weights.total.relative_l2 {
            Some(relative) => m.raw("relative L2 ").text(&size(relative.0)),
            None => m.raw("L2 ").text(&size(weights.total.l2.0)),
        };
    }
    m.raw("</h1><div class=sides>");
    for (letter, class, name) in [("A", "P", &report.names.a), ("B", "Q", &report.names.b)] {
        m.raw("<div class=")
            .raw(class)
            .raw("><b>")
            .raw(letter)
            .raw("</b><p class=name>");
        m.name(name).raw("</p></div>");
    }
    m.raw("</div></header>");
}

/// How far the outputs are apart, in a few words.
fn outputs(m: &mut Markup, report: &ModelsReport) {
    let Some(outputs) = &report.outputs else {
        return;
    };
    m.raw("Outputs: KL(A‖B) ");
    let first = outputs.candidates.first();
    let [scores, bounds] = [
        first.and_then(|found| Some(&found.scores.as_ref()?.kl.mean)),
        first.and_then(|found| Some(&found.bounds.as_ref()?.kl)),
    ];
    match (scores, bounds) {
        (Some(mean), _) => m.text(&divergence(mean.mean.0)),
        (None, Some(least)) => m.raw("at least ").text(&divergence(least.mean.0)),
        (None, None) => m.raw("unknown"),
    };
    m.raw(" ").text(&outputs.unit);
}

fn answers(m: &mut Markup, found: &CandidateReport, unit: &str) {
    m.raw("<p>Means over ")
        .text(&count(found.compared as u64))
        .raw(" rows, in ");
    m.text(unit).raw("; the same token on top in ");
    m.number(100.0 * found.same_top.mean.0, 1)
        .raw(" % of them.</p>");
    match (&found.scores, &found.bounds) {
        (Some(scores), _) => of_rows(m, scores),
        (None, Some(bounds)) => of_lists(m, bounds),
        (None, None) => {}
    }
    if !found.caveats.is_empty() {
        m.raw("<ul class=w>");
        for caveat in &found.caveats {
            m.raw("<li>").text(&caveat.text);
        }
        m.raw("</ul>");
    }
}

fn of_rows(m: &mut Markup, scores: &ScoresReport) {
    let spreads = [
        ("KL(A‖B)", &scores.kl),
        ("KL(B‖A)", &scores.reverse_kl),
        ("JS(A,B)", &scores.js),
        ("TV(A,B)", &scores.tv),
    ];
    let buckets = scores.by_confidence.iter();
    let means = buckets.clone().flat_map(|bucket| interval(&bucket.kl));
    let quantiles = spreads
        .iter()
        .flat_map(|(_, spread)| [0.01, 0.99].map(|at| spread.at(at)));
    let scale = scale(means.chain(quantiles));
    m.raw("<h3>By row</h3><div class=rows>");
    axis(m, scale, "mean");
    for (name, spread) in spreads {
        m.raw("<span>").text(name).raw("</span>");
        of_spread(m, scale, name, spread);
        m.raw("<span>")
            .text(&divergence(spread.mean.mean.0))
            .raw("</span>");
    }
    m.raw("</div><p class=key>A line from 1 % to 99 % of the rows, a bar from 25 % to 75 %, a dot at the mean.</p>");
    m.raw("<h3>KL(A‖B) by how sure A is</h3><div class=rows>");
    axis(m, scale, "KL(A‖B)");
    for bucket in buckets {
        let name = format!("p {} to {}", bucket.from, bucket.below);
        m.raw("<span>")
            .text(&name)
            .raw(" <small>")
            .text(&count(bucket.rows as u64));
        m.raw(" rows</small></span>");
        let [low, high] = interval(&bucket.kl);
        m.raw("<svg class=s role=img><title>").text(&name).raw(": ");
        m.text(&divergence(bucket.kl.mean.0)).raw("</title>");
        bar(m, "i", [low, high].map(|x| scale.at(x)));
        dot(m, "", scale.at(bucket.kl.mean.0));
        m.raw("</svg><span>")
            .text(&divergence(bucket.kl.mean.0))
            .raw("</span>");
    }
    m.raw("</div>");
    if !scores.worst.is_empty() {
        m.raw("<h3>The worst rows</h3><table class=q><tr><th>row<th>KL(A‖B)<th>top p of A<th>same top");
        for row in &scores.worst {
            m.raw("<tr><td>")
                .text(&count(row.row as u64))
                .raw("<td>")
                .text(&divergence(row.kl.0));
            m.raw("<td>").text(&divergence(row.top_p.0));
            m.raw(if row.same_top { "<td>yes" } else { "<td>no" });
        }
        m.raw("</table>");
    }
}

/// The 95 % interval, or the mean alone where there is none.
fn interval(mean: &MeanReport) -> [f64; 2] {
    match (mean.low, mean.high) {
        (Some(low), Some(high)) => [low.0, high.0],
        _ => [mean.mean.0; 2],
    }
}

fn of_spread(m: &mut Markup, scale: LogScale, name: &str, spread: &SpreadReport) {
    let at = |fraction| scale.at(spread.at(fraction));
    m.raw("<svg class=s role=img><title>")
        .text(name)
        .raw(": mean ");
    m.text(&divergence(spread.mean.mean.0)).raw(", median ");
    m.text(&divergence(spread.at(0.5)))
        .raw(", 99 % of the rows below ");
    m.text(&divergence(spread.at(0.99))).raw("</title>");
    bar(m, "thin", [at(0.01), at(0.99)]);
    bar(m, "thick", [at(0.25), at(0.75)]);
    dot(m, "", scale.at(spread.mean.mean.0));
    m.raw("</svg>");
}

fn of_lists(m: &mut Markup, bounds: &BoundsReport) {
    m.raw("<table class=q><tr><th><th>at least<th>at most");
    let rows = [
        ("KL(A‖B)", &bounds.kl, None),
        ("KL(B‖A)", &bounds.reverse_kl, None),
        ("JS(A,B)", &bounds.js[0], Some(&bounds.js[1])),
        ("TV(A,B)", &bounds.tv[0], Some(&bounds.tv[1])),
    ];
    for (name, low, high) in rows {
        m.raw("<tr><td>")
            .raw(name)
            .raw("<td>")
            .text(&divergence(low.mean.0))
            .raw("<td>");
        match high {
            Some(high) => m.text(&divergence(high.mean.0)),
            None => m.raw("unbounded"),
        };
    }
    m.raw("</table>");
}

fn parameters(m: &mut Markup, report: &WeightsReport) {
    let layers = report
        .layers
        .iter()
        .map(|group| (group.name.as_deref(), &group.difference));
    let layers: Vec<_> = layers.chain([(Some("all"), &report.total)]).collect();
    let modules = report
        .modules
        .iter()
        .map(|group| (group.name.as_deref(), &group.difference));
    let modules: Vec<_> = modules.collect();
    let both = layers
        .iter()
        .chain(&modules)
        .flat_map(|(_, line)| [line.l1.0, line.l2.0]);
    let scale = scale(both);
    m.raw("<p>")
        .text(&count(report.total.elements))
        .raw(" parameters compared, ");
    m.text(&share(report.total.changed, report.total.elements))
        .raw(" of them changed.</p>");
    lines(m, "By layer", scale, &layers);
    lines(m, "By module", scale, &modules);
    m.raw("<p class=key>● L2 and ○ L1; what has not moved stands at the left end.</p>");
    m.raw("<details class=t><summary>Table</summary><div class=x><table class=q>");
    heading(m);
    for (name, line) in layers.iter().chain(&modules) {
        numbers(m, name.unwrap_or("in no layer"), line);
    }
    m.raw("</table></div></details><details class=t><summary>Tensors</summary><div class=x><table class=q>");
    heading(m);
    for tensor in report.tensors.iter().take(MOST) {
        numbers(m, &tensor.name, &tensor.difference);
    }
    m.raw("</table></div>");
    if report.tensors.len() > MOST {
        m.raw("<p>The first ")
            .whole(MOST)
            .raw(" of ")
            .text(&count(report.tensors.len() as u64));
        m.raw("; the JSON has all.</p>");
    }
    m.raw("</details>");
    for remark in remarks(report) {
        m.raw("<p class=note>").outside(&remark).raw("</p>");
    }
    if !report.not_compared.is_empty() {
        let names: Vec<&str> = report
            .not_compared
            .iter()
            .map(|one| one.tensor.as_str())
            .collect();
        m.raw("<p class=note>Not compared: ")
            .names(&names, 12)
            .raw("</p>");
    }
}

fn lines(
    m: &mut Markup,
    title: &'static str,
    scale: LogScale,
    groups: &[(Option<&str>, &DifferenceReport)],
) {
    if groups.is_empty() {
        return;
    }
    m.raw("<h3>").raw(title).raw("</h3><div class=rows>");
    axis(m, scale, "relative L2");
    for (name, line) in groups {
        let name = name.unwrap_or("in no layer");
        m.raw("<span>")
            .value(name)
            .raw("</span><svg class=s role=img><title>");
        m.outside(name)
            .raw(": L1 ")
            .text(&size(line.l1.0))
            .raw(", L2 ");
        m.text(&size(line.l2.0)).raw("</title>");
        let [l1, l2] = [line.l1, line.l2].map(|x| scale.at(x.0));
        bar(m, "thin", [l2, l1]);
        dot(m, "o1", l1);
        dot(m, "", l2);
        m.raw("</svg><span>");
        m.text(&line.relative_l2.map_or("–".to_owned(), |x| size(x.0)))
            .raw("</span>");
    }
    m.raw("</div>");
}

fn heading(m: &mut Markup) {
    m.raw("<tr><th>name<th>L1<th>L2<th>relative L2<th>L∞<th>cosine<th>changed");
}

fn numbers(m: &mut Markup, name: &str, line: &DifferenceReport) {
    m.raw("<tr><th scope=row>")
        .value(name)
        .raw("<td>")
        .text(&size(line.l1.0));
    m.raw("<td>").text(&size(line.l2.0)).raw("<td>");
    m.text(&line.relative_l2.map_or("–".to_owned(), |x| size(x.0)));
    m.raw("<td>").text(&size(line.l_inf.0)).raw("<td>");
    m.text(&line.cosine.map_or("–".to_owned(), |x| cosine(x.0)));
    m.raw("<td>").text(&share(line.changed, line.elements));
}

/// The axis that holds all that is above 0 and finite, no more than nine decades of it.
fn scale(values: impl Iterator<Item = f64>) -> LogScale {
    let shown = values.filter(|x| x.is_finite() && *x > 0.0);
    let (low, high) = shown.fold((f64::INFINITY, 0.0), |(low, high): (f64, f64), x| {
        (low.min(x), high.max(x))
    });
    if low > high {
        return LogScale::new(0.1, 1.0);
    }
    LogScale::new(low.max(1e-9 * high), high)
}

fn axis(m: &mut Markup, scale: LogScale, value: &'static str) {
    m.raw("<span></span><span class=axis aria-hidden=true>");
    scale.labels(m);
    m.raw("</span><small>").raw(value).raw("</small>");
}

fn bar(m: &mut Markup, class: &'static str, [from, to]: [f64; 2]) {
    m.raw("<rect class=")
        .raw(class)
        .raw(" x=")
        .number(from, 1)
        .raw("% width=");
    m.number((to - from).max(0.0), 1).raw("% />");
}

fn dot(m: &mut Markup, class: &'static str, at: f64) {
    m.raw("<circle class=\"")
        .raw(class)
        .raw("\" cx=")
        .number(at, 1)
        .raw("% />");
}
