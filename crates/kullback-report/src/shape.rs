//! Where the outcomes of a column stand beside each other when both distributions are drawn.

use crate::column::{ColumnReport, OutcomeReport};

/// Neighbouring outcomes as one bar.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Bar {
    /// Where it begins and ends, from 0 to 1.
    pub(crate) ends: [f64; 2],
    /// What share of the rows of P and of Q it has.
    pub(crate) share: [f64; 2],
    /// Its part of the estimate of KL(P‖Q).
    pub(crate) signed: f64,
    /// The first and the last of its outcomes.
    pub(crate) outcomes: [usize; 2],
}

impl Bar {
    /// How high P and Q stand over it, so that areas are shares.
    pub(crate) fn heights(&self) -> [f64; 2] {
        self.share
            .map(|share| share / (self.ends[1] - self.ends[0]))
    }
}

/// A column of numbers or times along its axis.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Shape {
    /// The bars along the axis, in ascending order.
    pub(crate) bars: Vec<Bar>,
    /// Whether places are proportional to values; if not, all intervals are equally wide.
    pub(crate) to_scale: bool,
    /// The values at the ends of the axis, but for outer bars that are drawn shorter than they are.
    pub(crate) span: [f64; 2],
    /// The places of `span`.
    pub(crate) span_at: [f64; 2],
    /// The outcomes that have no place on the axis: null, NaN, ±∞.
    pub(crate) apart: Vec<usize>,
}

/// As many single values, and as many intervals, are named and stand in a list.
const VALUES: usize = 12;
const INTERVALS: usize = 4;

/// How many times as wide as its neighbour an outermost bar may be drawn.
const TAIL: f64 = 3.0;

impl Shape {
    /// The shape of a column of at most `most` bars; none where its outcomes are better listed, for
    /// they are texts, of several kinds, or few.
    pub(crate) fn new(column: &ColumnReport, most: usize) -> Option<Self> {
        let on_axis = matches!(column.kind, "number" | "time" | "time of day" | "duration");
        let (on, apart): (Vec<usize>, Vec<usize>) =
            (0..column.outcomes.len()).partition(|&i| ends(&column.outcomes[i]).is_some());
        let single = |&i: &usize| column.outcomes[i].kind == "value";
        let few = if on.iter().all(single) {
            VALUES
        } else {
            INTERVALS
        };
        if !on_axis || on.len() <= few {
            return None;
        }
        let outcomes: Vec<(usize, [f64; 2])> = (on.into_iter())
            .filter_map(|i| Some((i, ends(&column.outcomes[i])?)))
            .collect();
        let folded = outcomes.chunks(outcomes.len().div_ceil(most.max(1)));
        let bars: Vec<Bar> = folded
            .map(|part| {
                let of = |value: fn(&OutcomeReport) -> f64| {
                    part.iter().map(|&(i, _)| value(&column.outcomes[i])).sum()
                };
                Bar {
                    ends: [part[0].1[0], part[part.len() - 1].1[1]],
                    share: [of(|o| o.share.p.0), of(|o| o.share.q.0)],
                    signed: of(|o| o.signed.0),
                    outcomes: [part[0].0, part[part.len() - 1].0],
                }
            })
            .collect();
        let span = [bars[0].ends[0], bars[bars.len() - 1].ends[1]];
        let scaled = to_scale(&bars);
        let to_scale = scaled.is_some();
        let (bars, span, span_at) = scaled.unwrap_or_else(|| (evenly(bars), span, [0.0, 1.0]));
        Some(Self {
            bars,
            to_scale,
            span,
            span_at,
            apart,
        })
    }

    /// The value at a place, where the shape is to scale.
    pub(crate) fn place(&self, value: f64) -> f64 {
        let [from, to] = self.span_at;
        from + (to - from) * (value - self.span[0]) / (self.span[1] - self.span[0])
    }
}

fn ends(outcome: &OutcomeReport) -> Option<[f64; 2]> {
    Some([outcome.low?.0, outcome.high?.0])
}

/// All bars equally wide.
fn evenly(mut bars: Vec<Bar>) -> Vec<Bar> {
    let n = bars.len() as f64;
    for (i, bar) in bars.iter_mut().enumerate() {
        bar.ends = [i as f64 / n, (i + 1) as f64 / n];
    }
    bars
}

/// Bars to scale, with the values and the places between which they are so; none where one interval
/// would take up the axis, or one value tower over it.
fn to_scale(bars: &[Bar]) -> Option<(Vec<Bar>, [f64; 2], [f64; 2])> {
    let n = bars.len();
    // Between two bars lies the middle of what neither holds.
    let mut edges: Vec<f64> = (bars.windows(2))
        .map(|pair| 0.5 * pair[0].ends[1] + 0.5 * pair[1].ends[0])
        .collect();
    let half = |bar: &Bar, edge: f64, side: usize| {
        // A single value reaches as far to either side.
        if bar.ends[0] < bar.ends[1] {
            bar.ends[side]
        } else {
            2.0 * bar.ends[0] - edge
        }
    };
    let outer = [
        half(&bars[0], *edges.first()?, 0),
        half(&bars[n - 1], *edges.last()?, 1),
    ];
    edges.insert(0, outer[0]);
    edges.push(outer[1]);
    let widths: Vec<f64> = edges.windows(2).map(|pair| pair[1] - pair[0]).collect();
    if widths
        .iter()
        .any(|&width| !(width.is_finite() && width > 0.0))
    {
        return None;
    }
    let mut span = outer;
    let first = widths[0].min(TAIL * widths[1]);
    let last = widths[n - 1].min(TAIL * widths[n - 2]);
    if first < widths[0] {
        span[0] = edges[1];
    }
    if last < widths[n - 1] {
        span[1] = edges[n - 1];
    }
    let start = edges[1] - first;
    let total = edges[n - 1] + last - start;
    let place = |edge: f64| ((edge - start) / total).clamp(0.0, 1.0);
    let mut placed = bars.to_vec();
    for (bar, pair) in placed.iter_mut().zip(edges.windows(2)) {
        bar.ends = [place(pair[0]), place(pair[1])];
    }
    let widest = (placed.iter())
        .map(|bar| bar.ends[1] - bar.ends[0])
        .fold(0.0, f64::max);
    let highest = (placed.iter())
        .flat_map(|bar| bar.heights())
        .fold(0.0, f64::max);
    let readable = span[0] < span[1] && widest <= 0.34 && highest <= 20.0;
    readable.then(|| (placed, span, span.map(place)))
}

#[cfg(test)]
mod tests {
    use kullback::summary::{Axis, Builder};

    use super::*;
    use crate::{ColumnInput, Question, Report, SideReport};

    fn shape(values: impl Iterator<Item = f64> + Clone, most: usize) -> Option<Shape> {
        let mut column = Builder::new();
        values.for_each(|x| column.push(Axis::Number, x));
        column.push_nulls(1);
        let column = column.finish();
        let input = ColumnInput {
            name: "x",
            types: ["Float64"; 2],
            p: &column,
            q: &column,
        };
        let sides = [SideReport::default(), SideReport::default()];
        let report = Report::new(&Question::default(), sides, &[input], Vec::new());
        Shape::new(&report.columns[0], most)
    }

    #[test]
    fn bars_fill_the_axis_and_lose_no_row() {
        for to_scale in [true, false] {
            let value = |i: i32| match to_scale {
                true => f64::from(i),
                false => f64::from(i % 40).exp(),
            };
            for most in [7, 16, 1000] {
                let shape = shape((0..5000).map(value), most).unwrap();
                assert_eq!(shape.to_scale, to_scale);
                assert!(shape.bars.len() <= most);
                assert_eq!(shape.bars[0].ends[0].to_bits(), 0);
                assert!((shape.bars.last().unwrap().ends[1] - 1.0).abs() < 1e-12);
                for pair in shape.bars.windows(2) {
                    assert_eq!(pair[0].ends[1].to_bits(), pair[1].ends[0].to_bits());
                    assert_eq!(pair[0].outcomes[1] + 1, pair[1].outcomes[0]);
                }
                let rows: f64 = shape.bars.iter().map(|bar| bar.share[0]).sum();
                assert!((rows - 5000.0 / 5001.0).abs() < 1e-12);
                assert_eq!(shape.apart, [0]);
            }
        }
    }

    #[test]
    fn an_outlier_does_not_press_the_rest_together() {
        let shape = shape((0..5000).map(f64::from).chain([1e9]), 64).unwrap();
        assert!(shape.to_scale);
        assert!(shape.span[1] < 5000.0 && shape.span_at[1] < 1.0);
        assert!((shape.place(2500.0) - 0.45).abs() < 0.05);
    }

    #[test]
    fn few_values_are_listed() {
        assert_eq!(shape((0..5000).map(|i| f64::from(i % 12)), 64), None);
    }
}
