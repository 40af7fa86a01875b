//! One serialisable [`Report`] of a comparison → terminal, JSON, HTML, Markdown and CSV.
//!
//! [`Report::new`] gathers what [`kullback::compare`] measured; [`terminal`], [`json()`], [`html`],
//! [`markdown`] and [`csv`] render it. Nothing here reads a table, and nothing here estimates: what is
//! printed is what the core returned.
//!
//! ```
//! use kullback::summary::{Axis, Builder};
//! use kullback::Measure;
//! use kullback_report::{ColumnInput, Question, Report, SideReport, terminal};
//!
//! let column = |values: &[&str]| {
//!     let mut column = Builder::new();
//!     values.iter().for_each(|value| column.push_text(value, 1));
//!     column.finish()
//! };
//! let (p, q) = (column(&["a", "a", "b", "b"]), column(&["a", "a", "a", "b"]));
//! let side = |name: &str| SideReport { name: name.into(), rows: 4, ..Default::default() };
//! let input = ColumnInput { name: "letter", types: ["text field"; 2], p: &p, q: &q };
//! let question = Question { measures: vec![Measure::KL.into()], ..Question::default() };
//! let report = Report::new(&question, [side("train"), side("today")], &[input], Vec::new());
//! let value = report.columns[0].values[0].value.unwrap();
//! assert!((value.0 - 0.143841).abs() < 1e-6);
//! assert!(terminal(&report, 3, 80).contains("0.1438"));
//! ```

mod between;
mod caveat;
mod column;
mod columns;
mod csv;
mod explain;
mod families;
mod grid;
mod html;
mod inference;
mod joint;
mod joint_terminal;
mod json;
mod label;
mod list;
mod logits;
mod markdown;
mod measured;
mod measures;
mod models;
mod number;
mod question;
mod report;
mod sentence;
mod shape;
mod spark;
mod terminal;
mod text;
mod training;
mod weights;
mod wide;

pub use between::{BetweenReport, between};
pub use column::{CaveatReport, ColumnInput, ColumnReport, LineReport, OutcomeReport, Value};
pub use csv::{csv, explain_csv};
pub use explain::explain;
pub use families::{FamiliesReport, Found, Uncertainty, families};
pub use html::{HeldStep, TrainingStep, curves_html, html, models_html};
pub use inference::{
    DRIFTED, Decision, DecisionReport, EstimateReport, IfSame, InferenceReport, IntervalReport,
    PartReport, STABLE, TestReport, UNDECIDED,
};
pub use joint::{
    AtLeastReport, ConditionalReport, DependenceReport, EdgeReport, GivenReport, JointEstimate,
    JointInput, JointReport, JointTest, LevelsReport, PairReport, TreeReport,
};
pub use json::json;
pub use logits::{
    BoundsReport, BucketReport, CandidateReport, CutReport, Found as FoundRows, LogitsReport,
    MeanReport, PairedReport, PerplexityReport, QuantileReport, RowsReport, ScoresReport,
    SpreadReport, WorstReport, llama, logits,
};
pub use markdown::{explain_markdown, markdown};
pub use measures::measures;
pub use models::{ModelsReport, models};
pub use number::Number;
pub use question::{Question, Sort, Threshold};
pub use report::{
    AtLeast, MeasureReport, NotCompared, PerSide, Report, SideReport, ThresholdReport, Whole,
};
pub use terminal::terminal;
pub use text::plain;
pub use training::{
    EvaluationReport, PredictionReport, TrainedReport, TrainingLosses, TrainingRows, evaluations,
    training,
};
pub use weights::{
    DifferenceReport, GroupReport, ModelReport, NotComparedReport, ParametersReport, PerModel,
    TensorReport, WeightsBy, WeightsReport, weights,
};
