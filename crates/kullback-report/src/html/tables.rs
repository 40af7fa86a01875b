//! Two tables as a page.

use super::column::{Detail, column};
use super::findings::findings;
use super::joint::joint;
use super::markup::Markup;
use super::page::page;
use super::strip::Strip;
use crate::inference::{DRIFTED, STABLE, UNDECIDED};
use crate::number::{count, counted, divergence, limit};
use crate::report::{Report, SideReport};
use crate::sentence::verdict;

/// The report as one HTML page that needs no network, no framework and no scripts: the question, the
/// verdict in a sentence, where both tables come from, all columns on one axis, and behind each column
/// its distributions, estimates and caveats. Scripts add search, order and filter.
///
/// Columns are in the report's order. Where there are many, plots and lists give way a little, so that a
/// page stays below 3 KB a column; what is folded says so. Texts of tables are escaped, have their
/// control and direction characters written out, and are cut at 200 characters.
///
/// ```
/// use kullback_report::{Question, Report, SideReport, html};
///
/// let side = |name: &str| SideReport { name: name.into(), ..SideReport::default() };
/// let report = Report::new(&Question::default(), [side("<P>"), side("Q")], &[], Vec::new());
/// assert!(html(&report).contains("<bdi>&lt;P&gt;</bdi>"));
/// ```
pub fn html(report: &Report) -> String {
    let title = format!("{} – {}", report.p.name, report.q.name);
    page(&title, |m| {
        head(m, report);
        findings(m, report);
        if !report.columns.is_empty() {
            columns(m, report);
        }
        if let Some(found) = &report.joint {
            joint(m, found, &report.unit);
        }
        reading(m, report);
    })
}

/// The question, the verdict, and both tables.
fn head(m: &mut Markup, report: &Report) {
    let sentence = verdict(report);
    m.raw("<header><p>How far is Q from P?</p><h1>")
        .text(&sentence.before);
    if let Some(column) = sentence.column {
        m.name(column);
    }
    m.text(&sentence.after).raw("</h1>");
    whole(m, report);
    m.raw("<div class=sides>");
    side(m, "P", "the reference", &report.p);
    side(m, "Q", "what stands in for it", &report.q);
    m.raw("</div></header>");
}

/// What holds for whole rows, and the limits that were given.
fn whole(m: &mut Markup, report: &Report) {
    if let Some(bound) = report.whole.at_least.first() {
        let mut measures = report.measures.iter();
        let measure = measures.find(|measure| measure.name == bound.measure);
        m.raw("<p>Whole rows: ");
        m.text(measure.map_or("", |measure| measure.symbol));
        m.raw(" is at least ").text(&divergence(bound.value.0));
        if let Some(unit) = measure.and_then(|measure| measure.unit.as_deref()) {
            m.raw(" ").text(unit);
        }
        m.raw(", by ").name(&bound.column);
        m.raw(" alone; rows are never closer than a column of theirs.</p>");
    }
    for threshold in &report.thresholds {
        let names: Vec<&str> = threshold.exceeded_by.iter().map(String::as_str).collect();
        m.raw("<p>");
        m.text(&format!(
            "{} = {}: ",
            threshold.measure,
            divergence(threshold.limit.0)
        ));
        if names.is_empty() {
            m.raw("no column exceeds it.");
        } else {
            m.raw("exceeded by ").names(&names, 12).raw(".");
        }
        m.raw("</p>");
    }
}

fn side(m: &mut Markup, letter: &'static str, role: &'static str, side: &SideReport) {
    m.raw("<div class=")
        .raw(letter)
        .raw("><b>")
        .raw(letter)
        .raw("</b> <small>")
        .raw(role);
    m.raw("</small><p class=name>")
        .name(&side.name)
        .raw("</p><p>");
    m.text(&count(side.rows)).raw(" rows");
    if let [(file, format)] = &side.files[..] {
        m.raw(", ").outside(format);
        if *file != side.name {
            m.raw(" <small>").name(file).raw("</small>");
        }
    } else if !side.files.is_empty() {
        m.raw(", ").text(&counted(side.files.len(), "file"));
        m.raw("<details class=t><summary>Files</summary><ul>");
        for (file, format) in &side.files {
            m.raw("<li>")
                .name(file)
                .raw(" <small>")
                .outside(format)
                .raw("</small>");
        }
        m.raw("</ul></details>");
    }
    m.raw("</p>");
    for note in &side.notes {
        m.raw("<p class=note>").outside(note).raw("</p>");
    }
    m.raw("</div>");
}

/// All columns on one axis.
fn columns(m: &mut Markup, report: &Report) {
    let strip = Strip::new(report);
    let of_kl = &report.columns[0].inference.estimates[0];
    m.raw("<section class=c aria-labelledby=c style=--t:")
        .number(strip.tolerance(), 1);
    m.raw("%><h2 id=c>Columns</h2>");
    tools(m, report);
    m.raw("<p class=key><span><svg class=k viewBox=\"0 0 20 12\" aria-hidden=true><path class=P d=\"M0 12V2H20V12\" /></svg>P</span> ");
    m.raw("<span><svg class=k viewBox=\"0 0 20 12\" aria-hidden=true><path class=Q d=\"M0 3H20\" /></svg>Q</span> ");
    m.raw("<span><i class=dot></i>KL(P‖Q) with its ")
        .number(100.0 * of_kl.interval.level, 1);
    m.raw(" % interval, in ").text(&report.unit).raw("</span> <span><i class=same></i>what is read where nothing has changed</span> <span><i class=tol></i>tolerance ");
    m.text(&limit(report.decision.tolerance.0))
        .raw("</span></p>");
    m.raw("<div class=top aria-hidden=true><span>column</span><span>P and Q</span>");
    strip.axis(m);
    m.raw("<span class=e>KL(P‖Q)</span><span class=v>verdict</span></div><div id=columns>");
    let detail = Detail::of(report.columns.len());
    for i in 0..report.columns.len() {
        m.raw("\n");
        column(m, report, i, &strip, detail);
    }
    m.raw(
        "</div><p id=none hidden>No column is left: change the search or the filter.</p></section>",
    );
}

/// Search, filter and order, which the script brings to life; without it they are not shown.
fn tools(m: &mut Markup, report: &Report) {
    if report.columns.len() < 2 {
        return;
    }
    m.raw("<form class=tools hidden><input type=search id=search placeholder=\"Search columns ( / )\" aria-label=\"Search columns\">");
    let whole = &report.whole;
    m.raw("<span role=group aria-label=\"Show verdicts\">");
    for (verdict, n) in [
        (DRIFTED, whole.drifted),
        (UNDECIDED, whole.undecided),
        (STABLE, whole.stable),
    ] {
        m.raw("<label><input type=checkbox checked value=")
            .raw(verdict)
            .raw(">")
            .raw(verdict);
        m.raw(" ").text(&count(n as u64)).raw("</label>");
    }
    m.raw("</span><label>Order <select id=order><option value=given>as reported<option value=kl>KL(P‖Q)<option value=name>name</select></label>");
    m.raw("<button type=button id=open>Open all</button><output id=shown aria-live=polite></output></form>");
}

/// What the words and numbers of the page mean.
fn reading(m: &mut Markup, report: &Report) {
    let decision = &report.decision;
    m.raw("<section class=a aria-labelledby=a><h2 id=a>How to read this</h2><p>");
    m.text(&format!(
        "A column has drifted where the change is significant and the interval of KL(P‖Q) lies above {} {}, below which no event’s probability has moved by more than {:.1} percentage points. It is stable where the interval lies below, and undecided where there are too few rows to say. At most {:.0} % of the columns called drifted are expected to be so by chance.",
        limit(decision.tolerance.0),
        report.unit,
        decision.percentage_points,
        100.0 * decision.false_discovery_rate,
    ));
    if let Some(column) = report.columns.first() {
        m.raw("</p><p>Estimates of KL are less the bias of the plug-in, the divergence of the two samples’ shares (");
        m.text(&column.inference.estimates[0].estimator);
        m.raw("). If same: what 95 % of plug-ins would read at most, had nothing changed. A part is what an outcome adds to the estimate: above 0 where P has more of it, below 0 where Q has; parts sum to the estimate. H(P,Q) − H(P) = KL(P‖Q): cross-entropy less entropy, of the samples’ shares. KS (Kolmogorov–Smirnov) is the largest difference of the distribution functions, Wasserstein how far a value has moved on average, in the column’s own unit; both are of numbers and times alone, without nulls. Where values are drawn to scale, areas are shares of the rows; where they lie too unevenly for that, intervals are drawn equally wide.");
    }
    m.raw("</p><dl>");
    for measure in &report.measures {
        m.raw("<dt>")
            .text(measure.symbol)
            .raw("<dd>")
            .text(measure.title)
            .raw(": ");
        m.text(measure.formula);
    }
    m.raw("</dl></section>");
}
