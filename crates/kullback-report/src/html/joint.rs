//! Pairs of columns: a matrix of what their dependence drifted by, and whole rows along a tree.

use super::markup::Markup;
use crate::joint::{DependenceReport, GivenReport, JointReport, JointTest, PairReport};
use crate::number::{count, counted, divergence, p_value, signed};

/// The pairs that stand beside the matrix, and the most that can be opened; the matrix shows all.
const FIRST_PAIRS: usize = 12;
const MOST_PAIRS: usize = 100;

/// The shades that tell how much a dependence drifted.
const SHADES: usize = 6;

/// The most columns whose names fit beside the matrix.
const NAMED: usize = 40;

pub(super) fn joint(m: &mut Markup, report: &JointReport, unit: &str) {
    m.raw("<section class=j aria-labelledby=j><h2 id=j>Pairs of columns</h2><p>What the dependence of two columns drifted by, beyond the drift of each, in ");
    m.text(unit)
        .raw(": D(P‖Q*), where Q* has P’s columns and Q’s dependence. ");
    let (changed, tested) = report.changed();
    m.text(&count(changed as u64))
        .raw(" of ")
        .text(&counted(tested, "pair"));
    m.raw(" changed, at ")
        .number(100.0 * report.false_discovery_rate.0, 1)
        .raw(" % false discoveries");
    let sparse = report.pairs.len() - tested;
    if sparse > 0 {
        m.raw("; ")
            .text(&count(sparse as u64))
            .raw(" are too sparse to tell");
    }
    m.raw(".</p>");
    m.raw("<div class=b><div>");
    matrix(m, report);
    m.raw("</div><div>");
    pairs(m, report);
    m.raw("</div></div>");
    if let Some(given) = &report.given {
        conditional(m, given, unit);
    }
    tree(m, report, unit);
    m.raw("</section>");
}

/// One square for each pair; what changed is filled, the stronger the more.
fn matrix(m: &mut Markup, report: &JointReport) {
    let n = report.columns.len();
    let number = |name: &str| report.columns.iter().position(|column| column.name == name);
    let size = (640 / n.max(1)).clamp(6, 28);
    let names = if n <= NAMED { 140 } else { 0 };
    let value = |pair: &PairReport| {
        pair.dependence
            .as_ref()
            .map_or(0.0, |d| d.dependence.value.0)
    };
    let most = report
        .pairs
        .iter()
        .map(value)
        .fold(f64::MIN_POSITIVE, f64::max);
    m.raw("<figure><svg class=m role=img viewBox=\"0 0 ")
        .whole(n * size + names)
        .raw(" ");
    m.whole(n * size)
        .raw("\" style=max-width:")
        .whole(n * size + names);
    m.raw("px><title>Pairs of columns: the stronger, the more their dependence drifted; the table names them</title>");
    let cell = |pair: &PairReport| {
        let [a, b] = [number(&pair.columns[0])?, number(&pair.columns[1])?];
        Some([a.min(b) * size, a.max(b) * size])
    };
    // Pairs of one look are one path: a hundred columns have thousands of pairs.
    for look in 0..=SHADES + 1 {
        let of_look = report.pairs.iter().filter(|pair| {
            look == match &pair.dependence {
                None => SHADES + 1,
                Some(found) if !found.changed => 0,
                // The root, since a divergence grows as the square of what moved.
                Some(_) => {
                    let depth = (value(pair) / most).max(0.0).sqrt();
                    ((SHADES as f64 * depth).ceil() as usize).clamp(1, SHADES)
                }
            }
        });
        let cells: Vec<[usize; 2]> = of_look.filter_map(cell).collect();
        if cells.is_empty() {
            continue;
        }
        m.raw("<path");
        if look > SHADES {
            m.raw(" class=n");
        } else if look > 0 {
            let depth = look as f64 / SHADES as f64;
            m.raw(" class=d style=--d:").number(depth, 2);
        }
        m.raw(" d=\"");
        for [x, y] in cells {
            m.raw("M").whole(x).raw(" ").whole(y);
            m.raw("h").whole(size - 1).raw("v").whole(size - 1);
            m.raw("H").whole(x).raw("z");
        }
        m.raw("\" />");
    }
    // Those of the table say their names under a pointer.
    for pair in report.pairs.iter().take(MOST_PAIRS) {
        if let Some([x, y]) = cell(pair) {
            m.raw("<rect x=").whole(x).raw(" y=").whole(y);
            m.raw(" width=")
                .whole(size)
                .raw(" height=")
                .whole(size)
                .raw("><title>");
            m.outside(&pair.columns[0])
                .raw(" × ")
                .outside(&pair.columns[1]);
            m.raw("</title></rect>");
        }
    }
    if n <= NAMED {
        for (i, column) in report.columns.iter().enumerate() {
            m.raw("<text x=")
                .whole(i * size + 4)
                .raw(" y=")
                .number((i as f64 + 0.72) * size as f64, 1);
            m.raw(">")
                .text(&crate::text::cut(&column.name, 24))
                .raw("</text>");
        }
    }
    m.raw("</svg><figcaption>Filled: changed, the stronger the more. Outlined: no change is shown. Dotted: too sparse to tell.</figcaption></figure>");
}

fn pairs(m: &mut Markup, report: &JointReport) {
    let tested = report
        .pairs
        .iter()
        .filter_map(|pair| Some((pair, pair.dependence.as_ref()?)));
    let tested: Vec<_> = tested.take(MOST_PAIRS).collect();
    let (first, more) = tested.split_at(tested.len().min(FIRST_PAIRS));
    table(m, first);
    if !more.is_empty() {
        m.raw("<details class=t><summary>More pairs</summary>");
        table(m, more);
        m.raw("</details>");
    }
    if report.pairs.len() > MOST_PAIRS {
        m.raw("<p>The first ")
            .whole(MOST_PAIRS)
            .raw(" of ")
            .text(&count(report.pairs.len() as u64));
        m.raw("; the JSON has all.</p>");
    }
    if !report.left_out.is_empty() {
        let names: Vec<&str> = report
            .left_out
            .iter()
            .map(|one| one.column.as_str())
            .collect();
        m.raw("<p>In no pair: ").names(&names, 12).raw(".</p>");
    }
}

fn table(m: &mut Markup, pairs: &[(&PairReport, &DependenceReport)]) {
    m.raw("<div class=x><table class=q><tr><th>pair<th>D(P‖Q*)<th>margins<th>levels<th>adjusted p");
    for (pair, found) in pairs {
        m.raw("<tr><th scope=row>")
            .name(&pair.columns[0])
            .raw(" × ")
            .name(&pair.columns[1]);
        m.raw("<td>").text(&divergence(found.dependence.value.0));
        m.raw("<td>").text(&divergence(found.margins.value.0));
        m.raw("<td>")
            .whole(found.levels[0])
            .raw(" × ")
            .whole(found.levels[1]);
        m.raw("<td>").text(&p_value(found.test.adjusted.0));
    }
    m.raw("</table></div>");
}

fn conditional(m: &mut Markup, given: &GivenReport, unit: &str) {
    let p = |test: &Option<JointTest>| {
        let test = test.as_ref();
        test.map_or("–".to_owned(), |test| p_value(test.adjusted.0))
    };
    m.raw("<h3>Given ")
        .name(&given.column)
        .raw(", whose own D(P‖Q) is ");
    m.text(&divergence(given.divergence.value.0))
        .raw(" ")
        .text(unit);
    m.raw("</h3><div class=x><table class=q><tr><th>column<th>its own<th>given ")
        .name(&given.column);
    m.raw("<th>adjusted p<th>")
        .name(&given.column)
        .raw(" given it<th>adjusted p<th>pair");
    for column in given.columns.iter().take(MOST_PAIRS) {
        m.raw("<tr><th scope=row>").name(&column.column);
        for (value, test) in [
            (column.marginal, None),
            (column.given, Some(&column.given_test)),
            (column.of_given, Some(&column.of_given_test)),
            (column.divergence, None),
        ] {
            m.raw("<td>").text(&divergence(value.value.0));
            if let Some(test) = test {
                m.raw("<td>").text(&p(test));
            }
        }
    }
    m.raw("</table></div>");
}

/// Whole rows: each column under the one that it depends on most, with what it adds.
fn tree(m: &mut Markup, report: &JointReport, unit: &str) {
    let tree = &report.tree;
    m.raw("<h3>Whole rows, along the tree of the strongest dependences</h3><p>Together ");
    m.text(&divergence(tree.divergence.value.0))
        .raw(" ")
        .text(unit);
    m.raw(": what each column drifted by itself, then what its dependence on the one above it adds. An approximation, which may be too large or too small (Chow &amp; Liu 1968).</p>");
    let n = report.columns.len();
    let number = |name: &str| report.columns.iter().position(|column| column.name == name);
    let mut next: Vec<Vec<(usize, usize)>> = vec![Vec::new(); n];
    for (i, edge) in tree.edges.iter().enumerate() {
        if let [Some(a), Some(b)] = [0, 1].map(|side| number(&edge.columns[side])) {
            next[a].push((b, i));
            next[b].push((a, i));
        }
    }
    // From the column with the most neighbours, so that the tree is not deep.
    let mut seen = vec![false; n];
    let Some(root) = (0..n).rev().max_by_key(|&i| next[i].len()) else {
        return;
    };
    m.raw("<div class=x><ul class=tree>");
    let mut open = vec![Step::In(root, None)];
    while let Some(step) = open.pop() {
        let (column, edge) = match step {
            Step::Out => {
                m.raw("</ul>");
                continue;
            }
            Step::In(column, edge) => (column, edge),
        };
        seen[column] = true;
        let found = &report.columns[column];
        m.raw("<li>")
            .name(&found.name)
            .raw(" <small>")
            .text(&divergence(found.divergence.value.0));
        if let Some(edge) = edge.map(|edge: usize| &tree.edges[edge]) {
            m.raw(" ").text(&signed(edge.part.value.0));
            m.raw(if edge.sparse {
                ", sparse: too large"
            } else {
                ""
            });
        }
        m.raw("</small>");
        let children: Vec<_> = next[column].iter().filter(|(to, _)| !seen[*to]).collect();
        if !children.is_empty() {
            m.raw("<ul>");
            open.push(Step::Out);
            let inward = children
                .iter()
                .rev()
                .map(|&&(to, edge)| Step::In(to, Some(edge)));
            open.extend(inward);
        }
    }
    m.raw("</ul></div>");
}

/// A step of the walk over the tree.
enum Step {
    /// Into a column, by an edge.
    In(usize, Option<usize>),
    /// Out of the columns below one.
    Out,
}
