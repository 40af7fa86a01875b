//! Two distributions on one support, and what their counts say of those behind them.

use kullback::compare::{Label, Outcome, compare_samples};
use kullback::inference::{
    self, Inference, Level, Method, Tolerance, TwoSamples, Verdict, same_distribution,
};
use kullback::{Error, Line};
use kullback_report::CaveatReport;
use numpy::PyArray1;
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::array::Numbers;
use crate::error::raise;
use crate::options;

/// Two distributions over the same outcomes. The class `kullback.Pair` is what users see of it.
#[pyclass(frozen, module = "kullback._native")]
pub(crate) struct Pair {
    pair: kullback::Pair,
    /// How often each outcome was seen, where that is what the pair is of.
    counts: Option<[Vec<u64>; 2]>,
    /// The lowest and the highest value of each outcome, where values of samples were cut into bins.
    bins: Option<Vec<(f64, f64)>>,
    /// The values themselves, where they lie on a line.
    line: Option<Line>,
}

type Arrays<'py> = (Bound<'py, PyArray1<f64>>, Bound<'py, PyArray1<f64>>);

#[pymethods]
impl Pair {
    /// Of masses.
    #[staticmethod]
    fn from_probabilities(
        p: &Bound<'_, PyAny>,
        q: &Bound<'_, PyAny>,
        normalize: Option<bool>,
    ) -> PyResult<Self> {
        let [p, q] = lists(p, q)?;
        let pair = kullback::Pair::from_probabilities(&p, &q, options::policy(normalize));
        Ok(Self::bare(pair.map_err(raise)?))
    }

    /// Of logits.
    #[staticmethod]
    fn from_logits(a: &Bound<'_, PyAny>, b: &Bound<'_, PyAny>) -> PyResult<Self> {
        let [a, b] = lists(a, b)?;
        Ok(Self::bare(
            kullback::Pair::from_logits(&a, &b).map_err(raise)?,
        ))
    }

    /// Of how often each outcome was seen.
    #[staticmethod]
    fn from_counts(p: Vec<u64>, q: Vec<u64>) -> PyResult<Self> {
        TwoSamples::new(&p, &q).map_err(raise)?;
        let pair = kullback::Pair::from_counts(&p, &q).map_err(raise)?;
        Ok(Self {
            counts: Some([p, q]),
            ..Self::bare(pair)
        })
    }

    /// Of two samples of numbers.
    #[staticmethod]
    fn from_samples(p: &Bound<'_, PyAny>, q: &Bound<'_, PyAny>) -> PyResult<Self> {
        let [values_p, values_q] = lists(p, q)?;
        p.py()
            .detach(|| Self::of_samples(&values_p, &values_q))
            .map_err(raise)
    }

    /// The masses of both.
    fn masses<'py>(&self, py: Python<'py>) -> Arrays<'py> {
        let list = |masses: Vec<f64>| PyArray1::from_vec(py, masses);
        (list(self.pair.p().collect()), list(self.pair.q().collect()))
    }

    /// How many rows were counted on either side.
    #[getter]
    fn sizes(&self) -> Option<(u64, u64)> {
        self.pair.sizes().map(|[n, m]| (n, m))
    }

    /// How often each outcome was seen.
    #[getter]
    fn counts(&self) -> Option<(Vec<u64>, Vec<u64>)> {
        self.counts.clone().map(|[p, q]| (p, q))
    }

    #[getter]
    fn bins(&self) -> Option<Vec<(f64, f64)>> {
        self.bins.clone()
    }

    /// The value of any measure of the registry, in nats where it is an amount of information.
    fn value(&self, name: &str) -> PyResult<f64> {
        match name {
            "entropy" => return Ok(self.pair.entropy()),
            "cross_entropy" => return Ok(self.pair.cross_entropy()),
            _ => {}
        }
        let measure = options::measure(name, None)?;
        match (measure.on_pairs(), &self.line) {
            (Ok(measure), _) => Ok(measure.value(&self.pair)),
            (Err(_), Some(line)) => Ok(measure.on_lines().map_err(raise)?.value(line)),
            (Err(error), None) => Err(raise(format!("{error}; from_samples has the values"))),
        }
    }

    /// What each outcome adds to a measure of pairs.
    fn contributions<'py>(
        &self,
        py: Python<'py>,
        name: &str,
    ) -> PyResult<Bound<'py, PyArray1<f64>>> {
        let parts = options::pairs(name, None)?.contributions(&self.pair);
        Ok(PyArray1::from_vec(py, parts))
    }

    /// The slope of a measure of pairs by p and by q.
    fn gradient<'py>(&self, py: Python<'py>, name: &str) -> PyResult<Arrays<'py>> {
        let slopes = options::pairs(name, None)?.gradient(&self.pair);
        let side = |at: usize| PyArray1::from_iter(py, slopes.iter().map(|slope| slope[at]));
        Ok((side(0), side(1)))
    }

    /// What the counts say of a divergence, in nats; `None` for measures without such inference, and without counts.
    fn infer<'py>(
        &self,
        py: Python<'py>,
        name: &str,
        level: f64,
    ) -> PyResult<Option<Bound<'py, PyDict>>> {
        let level = checked_level(level)?;
        let (Some([p, q]), Some(divergence)) = (&self.counts, divergence(name)?) else {
            return Ok(None);
        };
        let samples = TwoSamples::new(p, q).map_err(raise)?;
        let found = inference::infer(&samples, divergence, level);
        let details = PyDict::new(py);
        details.set_item("value", found.estimate)?;
        details.set_item("plug_in", found.plug_in)?;
        details.set_item("interval", (found.interval.low, found.interval.high))?;
        details.set_item("level", level.get())?;
        details.set_item("if_same", (found.null.median, found.null.upper))?;
        details.set_item("method", found.estimator.to_string())?;
        details.set_item("caveats", caveats(&found))?;
        Ok(Some(details))
    }

    /// The G-test of "nothing has changed": statistic, degrees of freedom, p-value, method.
    fn test(&self, seed: u64) -> PyResult<(f64, u64, f64, String)> {
        let samples = self.samples()?;
        let test = same_distribution(&samples, seed);
        let method = match test.method {
            Method::ChiSquared => "chi-squared".to_owned(),
            Method::Permutation { draws } => format!("permutation, {draws} draws"),
        };
        Ok((
            test.statistic,
            test.degrees_of_freedom,
            test.p_value,
            method,
        ))
    }

    /// The verdict on KL, and the rows that would decide it where it is open.
    fn verdict(
        &self,
        tolerance: f64,
        level: f64,
        alpha: f64,
        seed: u64,
    ) -> PyResult<(&'static str, Option<(u64, u64)>)> {
        let level = checked_level(level)?;
        let tolerance = Tolerance::nats(tolerance).ok_or_else(|| {
            raise(format!(
                "tolerance is {tolerance}: it is a number of nats, 0 or above"
            ))
        })?;
        let samples = self.samples()?;
        let kl = inference::infer(&samples, inference::Divergence::Kl, level);
        let p_value = same_distribution(&samples, seed).p_value;
        Ok(match inference::verdict(&kl, p_value, alpha, tolerance) {
            Verdict::Drifted => ("drifted", None),
            Verdict::Stable => ("stable", None),
            Verdict::Undecided { rows_needed } => ("undecided", rows_needed.map(|[n, m]| (n, m))),
        })
    }
}

impl Pair {
    fn bare(pair: kullback::Pair) -> Self {
        Self {
            pair,
            counts: None,
            bins: None,
            line: None,
        }
    }

    fn of_samples(p: &[f64], q: &[f64]) -> Result<Self, Error> {
        let comparison = compare_samples(p, q)?;
        let outcomes = comparison.outcomes();
        let counts = |of: fn(&Outcome) -> u64| outcomes.iter().map(of).collect();
        let ends = |outcome: &Outcome| match outcome.label {
            Label::Interval { low, high, .. } => (low, high),
            Label::NonFinite(x) => (x, x),
            _ => (f64::NAN, f64::NAN),
        };
        Ok(Self {
            counts: Some([counts(|outcome| outcome.p), counts(|outcome| outcome.q)]),
            bins: Some(outcomes.iter().map(ends).collect()),
            // NaN and infinities have no place on a line.
            line: Line::from_samples(p, q).ok(),
            pair: comparison.pair().clone(),
        })
    }

    fn samples(&self) -> PyResult<TwoSamples<'_>> {
        let Some([p, q]) = &self.counts else {
            return Err(raise(
                "probabilities and logits are no samples, of which alone something can be inferred: \
                 give from_counts or from_samples what was seen",
            ));
        };
        TwoSamples::new(p, q).map_err(raise)
    }
}

fn lists(p: &Bound<'_, PyAny>, q: &Bound<'_, PyAny>) -> PyResult<[Vec<f64>; 2]> {
    Ok([
        Numbers::new(p, "p")?.into_vec("p")?,
        Numbers::new(q, "q")?.into_vec("q")?,
    ])
}

fn checked_level(level: f64) -> PyResult<Level> {
    Level::new(level).ok_or_else(|| {
        raise(format!(
            "level is {level}: it is a probability, above 0 and below 1"
        ))
    })
}

/// The divergence of this name that is inferred, if there is one.
fn divergence(name: &str) -> PyResult<Option<inference::Divergence>> {
    let measure = options::measure(name, None)?;
    Ok(match measure.info().name {
        "kl" => Some(inference::Divergence::Kl),
        "reverse_kl" => Some(inference::Divergence::ReverseKl),
        "js" => Some(inference::Divergence::Js),
        "jeffreys" => Some(inference::Divergence::Psi),
        _ => None,
    })
}

fn caveats(found: &Inference) -> Vec<String> {
    let said = found.caveats.iter().map(CaveatReport::from);
    let mut caveats: Vec<String> = said.map(|caveat| caveat.text).collect();
    if found.plug_in.is_infinite() {
        caveats.push(
            "an outcome was seen on one side only: the plug-in is infinite, and the estimate takes it for one rarer \
             than about one row"
                .to_owned(),
        );
    }
    caveats
}
