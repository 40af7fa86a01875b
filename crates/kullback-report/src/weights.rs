//! The weights of two models side by side.

use std::fmt::Write as _;

use kullback::parameters::{Difference, Parameters};
use serde::Serialize;

use crate::number::{Number, count, minus, share, size};
use crate::terminal::{BOLD, WARN};
use crate::text::{cut_front, left, plain, right, width, wrap};
use crate::wide::wide;

/// Something that models A and B each have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct PerModel<T> {
    /// Of A.
    pub a: T,
    /// Of B.
    pub b: T,
}

impl<T> PerModel<T> {
    /// What A and B have, in this order.
    pub fn of([a, b]: [T; 2]) -> Self {
        Self { a, b }
    }
}

/// What the weights of two models differ by.
#[derive(Clone, Debug, Serialize)]
pub struct WeightsReport {
    /// The version of this layout.
    pub schema: u32,
    /// The version of kullback that wrote it.
    pub kullback: &'static str,
    /// The model compared with: the base, the full precision.
    pub a: ModelReport,
    /// The model that is compared.
    pub b: ModelReport,
    /// All tensors together, but for those that hold integers.
    pub total: DifferenceReport,
    /// The tensors of each layer together.
    pub layers: Vec<GroupReport>,
    /// The tensors of each module together, over all layers.
    pub modules: Vec<GroupReport>,
    /// Each tensor.
    pub tensors: Vec<TensorReport>,
    /// The tensors that were not compared, with the reason.
    pub not_compared: Vec<NotComparedReport>,
}

/// A model's weights: where they came from and how many they are.
#[derive(Clone, Debug, Serialize)]
pub struct ModelReport {
    /// What the user named.
    pub name: String,
    /// The files, each with its format.
    pub files: Vec<(String, String)>,
    /// How many tensors.
    pub tensors: u64,
    /// How many elements in all tensors.
    pub elements: u64,
}

/// What the parameters of A and B differ by, and what each side is like.
#[derive(Clone, Debug, Serialize)]
pub struct DifferenceReport {
    /// How many parameters each side has.
    pub elements: u64,
    /// How many positions are finite on both sides; all below is about them, but for `changed`.
    pub compared: u64,
    /// How many positions differ.
    pub changed: u64,
    /// Σ|a − b|.
    pub l1: Number,
    /// √Σ(a − b)².
    pub l2: Number,
    /// ‖A − B‖₂/‖A‖₂; none where A is all zeros.
    pub relative_l2: Option<Number>,
    /// max |a − b|.
    pub l_inf: Number,
    /// The cosine of the angle between A and B; none where a side is all zeros.
    pub cosine: Option<Number>,
    /// Each side by itself.
    #[serde(flatten)]
    pub sides: PerModel<ParametersReport>,
}

/// One side's parameters by themselves.
#[derive(Clone, Debug, Serialize)]
pub struct ParametersReport {
    /// ‖x‖₁ = Σ|x|.
    pub l1: Number,
    /// ‖x‖₂ = √Σx².
    pub l2: Number,
    /// How many are exactly zero: what an L1 penalty drives.
    pub zeros: u64,
    /// The mean; none where nothing was compared.
    pub mean: Option<Number>,
    /// Σ(x − mean)²/n, what an L2 penalty shrinks; none where nothing was compared.
    pub variance: Option<Number>,
    /// How many are NaN.
    pub nan: u64,
    /// How many are infinite.
    pub infinite: u64,
}

/// Several tensors together.
#[derive(Clone, Debug, Serialize)]
pub struct GroupReport {
    /// The layer or the module; none for the tensors that are in no layer.
    pub name: Option<String>,
    /// How many tensors.
    pub tensors: usize,
    /// What they differ by.
    #[serde(flatten)]
    pub difference: DifferenceReport,
}

/// A tensor that was compared.
#[derive(Clone, Debug, Serialize)]
pub struct TensorReport {
    /// Its name.
    pub name: String,
    /// Its shape, the last dimension of which varies fastest.
    pub shape: Vec<u64>,
    /// How each side stores it.
    pub encoding: PerModel<String>,
    /// Whether a side holds integers, which may be no weights: then it is in no group.
    pub integer: bool,
    /// Its layer, where it is in one.
    pub layer: Option<String>,
    /// Its module.
    pub module: String,
    /// What the sides differ by.
    #[serde(flatten)]
    pub difference: DifferenceReport,
}

/// A tensor that was not compared.
#[derive(Clone, Debug, Serialize)]
pub struct NotComparedReport {
    /// Its name.
    pub tensor: String,
    /// The model that has it: `A`, `B` or `both`.
    pub model: &'static str,
    /// Why it was not.
    pub reason: String,
}

impl From<&Difference> for DifferenceReport {
    fn from(difference: &Difference) -> Self {
        Self {
            elements: difference.elements(),
            compared: difference.compared(),
            changed: difference.changed(),
            l1: Number(difference.l1()),
            l2: Number(difference.l2()),
            relative_l2: difference.relative_l2().map(Number),
            l_inf: Number(difference.l_inf()),
            cosine: difference.cosine().map(Number),
            sides: PerModel::of([difference.a(), difference.b()].map(ParametersReport::from)),
        }
    }
}

impl From<&Parameters> for ParametersReport {
    fn from(parameters: &Parameters) -> Self {
        Self {
            l1: Number(parameters.l1()),
            l2: Number(parameters.l2()),
            zeros: parameters.zeros(),
            mean: parameters.mean().map(Number),
            variance: parameters.variance().map(Number),
            nan: parameters.nan(),
            infinite: parameters.infinite(),
        }
    }
}

/// What the lines of the printed tables are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WeightsBy {
    /// Layers.
    Layer,
    /// Modules, over all layers.
    Module,
    /// Single tensors.
    Tensor,
}

/// The report as text of `room` columns, with ANSI styles: how far the sides are apart, what each
/// of them is like, and what must be said about them.
pub fn weights(report: &WeightsReport, by: WeightsBy, room: usize) -> String {
    let room = room.max(40);
    let mut out = String::new();
    sides(&mut out, [&report.a, &report.b], room);
    parameters(&mut out, report, by, room);
    out
}

/// The two models, a line each.
fn sides(out: &mut String, models: [&ModelReport; 2], room: usize) {
    let sizes = models.map(|model| {
        let tensors = count(model.tensors);
        [
            format!("{tensors} tensors"),
            format!("{} parameters", count(model.elements)),
        ]
    });
    let widths = [0, 1].map(|i| sizes.iter().map(|size| width(&size[i])).max().unwrap_or(0));
    let taken = 3 + widths.iter().map(|width| width + 2).sum::<usize>();
    let names =
        models.map(|model| cut_front(&plain(&model.name), room.saturating_sub(taken).max(8)));
    let name_width = names.iter().map(|name| width(name)).max().unwrap_or(0);
    for ((letter, name), size) in ["A", "B"].into_iter().zip(&names).zip(&sizes) {
        // Writing to a string cannot fail.
        let _ = writeln!(
            out,
            "{BOLD}{letter}{BOLD:#}  {}  {}  {}",
            left(name, name_width),
            right(&size[0], widths[0]),
            right(&size[1], widths[1])
        );
    }
    out.push('\n');
}

/// Both tables of parameters, and what was left out of them.
pub(crate) fn parameters(out: &mut String, report: &WeightsReport, by: WeightsBy, room: usize) {
    let mut lines: Vec<(String, &DifferenceReport)> = match by {
        WeightsBy::Layer => report.layers.iter().map(group).collect(),
        WeightsBy::Module => report.modules.iter().map(group).collect(),
        WeightsBy::Tensor => {
            let named = |tensor: &'_ TensorReport| plain(&tensor.name);
            report
                .tensors
                .iter()
                .map(|tensor| (named(tensor), &tensor.difference))
                .collect()
        }
    };
    lines.push(("all".to_owned(), &report.total));
    let title = match by {
        WeightsBy::Layer => "layer",
        WeightsBy::Module => "module",
        WeightsBy::Tensor => "tensor",
    };
    let table = |heading: &[&str], cells: &dyn Fn(&DifferenceReport) -> Vec<String>| {
        let heading = [title]
            .iter()
            .chain(heading)
            .map(|&text| text.to_owned())
            .collect();
        let rows = lines.iter().map(|(name, line)| {
            let mut row = vec![name.clone()];
            row.extend(cells(line));
            row
        });
        std::iter::once(heading).chain(rows).collect::<Vec<_>>()
    };
    wide(
        out,
        &table(
            &["L1", "L2", "rel. L2", "L∞", "cosine", "changed"],
            &distances,
        ),
        room,
    );
    out.push('\n');
    let heading = ["‖A‖₂", "‖B‖₂", "zeros A", "zeros B", "var A", "var B"];
    wide(out, &table(&heading, &each_side), room);
    for remark in remarks(report) {
        let _ = writeln!(
            out,
            "\n{WARN}!{WARN:#} {}",
            wrap(&plain(&remark), room - 2, 2)
        );
    }
    not_compared(out, &report.not_compared, room);
}

fn group(group: &GroupReport) -> (String, &DifferenceReport) {
    let name = group
        .name
        .as_deref()
        .map_or("in no layer".to_owned(), plain);
    (name, &group.difference)
}

fn distances(line: &DifferenceReport) -> Vec<String> {
    vec![
        size(line.l1.0),
        size(line.l2.0),
        known(line.relative_l2, size),
        size(line.l_inf.0),
        known(line.cosine, cosine),
        share(line.changed, line.elements),
    ]
}

fn each_side(line: &DifferenceReport) -> Vec<String> {
    let PerModel { a, b } = &line.sides;
    vec![
        size(a.l2.0),
        size(b.l2.0),
        share(a.zeros, line.compared),
        share(b.zeros, line.compared),
        known(a.variance, size),
        known(b.variance, size),
    ]
}

fn known(value: Option<Number>, text: impl Fn(f64) -> String) -> String {
    value.map_or("–".to_owned(), |value| text(value.0))
}

/// Six digits, and never 1 where it is only near.
pub(crate) fn cosine(x: f64) -> String {
    let text = format!("{x:.6}");
    if text == "1.000000" && x < 1.0 {
        ">0.999999".to_owned()
    } else {
        minus(text)
    }
}

/// What must be said of the numbers.
pub(crate) fn remarks(report: &WeightsReport) -> Vec<String> {
    let mut remarks = Vec::new();
    let integers: Vec<&str> = report
        .tensors
        .iter()
        .filter(|tensor| tensor.integer)
        .map(|tensor| tensor.name.as_str())
        .collect();
    if !integers.is_empty() {
        remarks.push(format!(
            "Integers in {}, which may be codes or positions and no weights: in no layer, no module \
             and not in all: {}",
            tensors(integers.len()),
            some(&integers)
        ));
    }
    let left_out: Vec<&TensorReport> = report
        .tensors
        .iter()
        .filter(|tensor| tensor.difference.compared < tensor.difference.elements)
        .collect();
    if !left_out.is_empty() {
        let sides = [("A", 0), ("B", 1)].map(|(letter, i)| {
            let of = |tensor: &&TensorReport| {
                let PerModel { a, b } = &tensor.difference.sides;
                [(a.nan, a.infinite), (b.nan, b.infinite)][i]
            };
            let nan: u64 = left_out.iter().map(|tensor| of(tensor).0).sum();
            let infinite: u64 = left_out.iter().map(|tensor| of(tensor).1).sum();
            format!("{letter} has {} NaN and {} ∞", count(nan), count(infinite))
        });
        let names: Vec<&str> = left_out.iter().map(|tensor| tensor.name.as_str()).collect();
        remarks.push(format!(
            "{}, left out of everything but the share changed: {}",
            sides.join(", "),
            some(&names)
        ));
    }
    remarks
}

fn tensors(n: usize) -> String {
    format!(
        "{} tensor{}",
        count(n as u64),
        if n == 1 { "" } else { "s" }
    )
}

/// The first few names, and how many more there are.
fn some(names: &[&str]) -> String {
    let mut text = names[..names.len().min(5)].join(", ");
    if names.len() > 5 {
        let _ = write!(text, " and {} more", names.len() - 5);
    }
    text
}

/// The longest list of tensors that were not compared.
const MOST: usize = 20;

fn not_compared(out: &mut String, list: &[NotComparedReport], room: usize) {
    if list.is_empty() {
        return;
    }
    let _ = writeln!(out, "\n{BOLD}Not compared{BOLD:#}");
    for tensor in list.iter().take(MOST) {
        let line = format!("  {}: {}", plain(&tensor.tensor), plain(&tensor.reason));
        let _ = writeln!(out, "{}", wrap(&line, room, 4));
    }
    if list.len() > MOST {
        let more = tensors(list.len() - MOST);
        let _ = writeln!(out, "  and {more} more, which --json lists");
    }
}
