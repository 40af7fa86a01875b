//! A line: two distributions on points that have an order and distances.

use crate::numeric::Sum;
use crate::{Error, Normalisation, Pair, STRICT_TOLERANCE, Side};

/// Two distributions on points of the real line.
///
/// It is what a [`Pair`] is, with a position for each outcome, and is built from one, or from two
/// samples. Building it is the only step that can fail; every [`Measure`](crate::Measure)
/// of a line has a value.
///
/// - *Shape*: distinct points in ascending order; outcomes given at the same point are merged.
/// - *Ranges*: points and the distances between them are finite. Both sides have the mass 1: a
///   distribution function must end where the other ends.
///
/// ```
/// use kullback::{Line, Measure};
///
/// let line = Line::from_samples(&[1.0, 3.0, 2.0, 2.0], &[2.0, 4.0])?;
/// assert_eq!(line.points(), [1.0, 2.0, 3.0, 4.0]);
/// assert_eq!(line.gaps(), [0.25, 0.25, 0.5, 0.0]); // F − G
/// assert_eq!(Measure::WASSERSTEIN.value(&line), 1.0);
/// # Ok::<(), kullback::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    points: Vec<f64>,
    masses: Vec<[f64; 2]>,
    gaps: Vec<f64>,
}

impl Line {
    /// Gives each outcome of a pair its point on the line, in any order.
    ///
    /// # Errors
    /// [`Error::PointMismatch`]; [`Error::BadPoint`] with the index in `points`;
    /// [`Error::NotNormalised`] for a side whose mass is not 1 within [`STRICT_TOLERANCE`], as only
    /// [`Normalisation::Unnormalised`] lets pass. What is within the tolerance is divided out.
    ///
    /// ```
    /// use kullback::{Line, Measure, Pair};
    ///
    /// let stars = Pair::from_counts(&[1, 2, 7], &[3, 3, 4])?;
    /// let line = Line::new(&[1.0, 2.0, 3.0], &stars)?;
    /// assert!((Measure::WASSERSTEIN.value(&line) - 0.5).abs() < 1e-15); // half a star
    /// # Ok::<(), kullback::Error>(())
    /// ```
    pub fn new(points: &[f64], pair: &Pair) -> Result<Line, Error> {
        let (of_points, masses) = (points.len(), pair.cells().len());
        if of_points != masses {
            let points = of_points;
            return Err(Error::PointMismatch { points, masses });
        }
        check_points(None, points)?;
        for (side, sum) in [Side::P, Side::Q].into_iter().zip(pair.masses()) {
            if (sum - 1.0).abs() > STRICT_TOLERANCE {
                return Err(Error::NotNormalised { side, sum });
            }
        }
        let mut order: Vec<usize> = (0..points.len()).collect();
        order.sort_by(|&a, &b| points[a].total_cmp(&points[b]));
        let (first, last) = (order[0], order[order.len() - 1]);
        if (points[last] - points[first]).is_infinite() {
            let (side, index) = (None, last);
            let value = points[last];
            return Err(Error::BadPoint { side, index, value });
        }
        let cells = pair.shapes();
        let mut line = Line {
            points: Vec::new(),
            masses: Vec::new(),
            gaps: Vec::new(),
        };
        let mut differences = Vec::new();
        for run in order.chunk_by(|&a, &b| points[a] >= points[b]) {
            let sum = |part: fn(&crate::Cell) -> f64| -> f64 {
                run.iter()
                    .map(|&at| part(&cells[at]))
                    .collect::<Sum>()
                    .total()
            };
            line.points.push(points[run[0]] + 0.0); // −0 is 0
            line.masses.push([sum(|cell| cell.p), sum(|cell| cell.q)]);
            differences.push(sum(|cell| cell.difference()));
        }
        line.gaps = gaps(&line.masses, &differences);
        Ok(line)
    }

    /// Two samples of numbers, each of which weighs the same as the others of its side.
    ///
    /// # Errors
    /// [`Error::NoPoints`] for an empty sample; [`Error::BadPoint`] for a NaN or an infinity, with
    /// its side and index.
    ///
    /// ```
    /// use kullback::{Error, Line, Side};
    ///
    /// let error = Line::from_samples(&[1.0, 2.0], &[0.5, f64::INFINITY]).unwrap_err();
    /// assert_eq!(error.to_string(),
    ///     "point 1 of Q is inf: points and the distances between them must be finite numbers");
    /// ```
    pub fn from_samples(p: &[f64], q: &[f64]) -> Result<Line, Error> {
        let points = pooled(p, q)?;
        let count = |at: usize| u64::from(at < p.len());
        let in_p: Vec<u64> = (0..points.len()).map(count).collect();
        let in_q: Vec<u64> = in_p.iter().map(|count| 1 - count).collect();
        Line::new(&points, &Pair::from_counts(&in_p, &in_q)?)
    }

    /// Two samples of numbers with a weight for each number, divided by the weights' sum.
    ///
    /// # Errors
    /// Those of [`Line::from_samples`]; [`Error::PointMismatch`]; [`Error::BadMass`] and
    /// [`Error::NoMass`] for weights, with side and index.
    ///
    /// ```
    /// use kullback::Line;
    ///
    /// let once_and_thrice = Line::from_weighted_samples([&[5.0, 7.0], &[1.0, 3.0]], [&[5.0], &[2.0]])?;
    /// assert_eq!(once_and_thrice, Line::from_samples(&[5.0, 7.0, 7.0, 7.0], &[5.0])?);
    /// # Ok::<(), kullback::Error>(())
    /// ```
    pub fn from_weighted_samples(p: [&[f64]; 2], q: [&[f64]; 2]) -> Result<Line, Error> {
        let ([p, p_weights], [q, q_weights]) = (p, q);
        for (sample, weights) in [(p, p_weights), (q, q_weights)] {
            let (points, masses) = (sample.len(), weights.len());
            if points != masses {
                return Err(Error::PointMismatch { points, masses });
            }
        }
        let points = pooled(p, q)?;
        // Each side is checked by itself, so that an error's index is that of its own list.
        for (side, weights) in [(Side::P, p_weights), (Side::Q, q_weights)] {
            crate::pair::check_masses(side, weights, Normalisation::Normalise)?;
        }
        let in_p = [p_weights, &vec![0.0; q.len()]].concat();
        let in_q = [&vec![0.0; p.len()], q_weights].concat();
        let pair = Pair::from_probabilities(&in_p, &in_q, Normalisation::Normalise)?;
        Line::new(&points, &pair)
    }

    /// The points, ascending and distinct.
    ///
    /// ```
    /// # use kullback::Line;
    /// assert_eq!(Line::from_samples(&[2.0, 2.0], &[1.0])?.points(), [1.0, 2.0]);
    /// # Ok::<(), kullback::Error>(())
    /// ```
    #[must_use]
    pub fn points(&self) -> &[f64] {
        &self.points
    }

    /// The masses of P and of Q at each point.
    ///
    /// ```
    /// # use kullback::Line;
    /// let line = Line::from_samples(&[2.0, 3.0], &[2.0])?;
    /// assert_eq!(line.masses(), [[0.5, 1.0], [0.5, 0.0]]);
    /// # Ok::<(), kullback::Error>(())
    /// ```
    #[must_use]
    pub fn masses(&self) -> &[[f64; 2]] {
        &self.masses
    }

    /// F − G at each point and up to the next, where F and G are the distribution functions of P
    /// and Q: P(X ≤ x) − Q(X ≤ x), to full accuracy in both tails. The last is 0.
    ///
    /// ```
    /// # use kullback::Line;
    /// let line = Line::from_samples(&[2.0, 3.0], &[2.0])?;
    /// assert_eq!(line.gaps(), [-0.5, 0.0]);
    /// # Ok::<(), kullback::Error>(())
    /// ```
    #[must_use]
    pub fn gaps(&self) -> &[f64] {
        &self.gaps
    }

    /// The distance from each point to the next; one fewer than there are points.
    pub(super) fn widths(&self) -> impl Iterator<Item = f64> {
        self.points.windows(2).map(|ends| ends[1] - ends[0])
    }
}

/// F − G, summed from whichever end has less mass on the way: the sum over all points is 0.
fn gaps(masses: &[[f64; 2]], differences: &[f64]) -> Vec<f64> {
    let (mut below, mut mass) = (Sum::default(), Sum::default());
    let mut gaps = Vec::with_capacity(masses.len());
    let mut left = 0;
    for ([p, q], &difference) in masses.iter().zip(differences) {
        mass.add(p + q);
        below.add(difference);
        gaps.push(below.total());
        left += usize::from(mass.total() <= 1.0);
    }
    let mut above = Sum::default();
    for at in (left..gaps.len()).rev() {
        gaps[at] = -above.total() + 0.0;
        above.add(differences[at]);
    }
    gaps
}

/// The points of both samples, those of P first.
fn pooled(p: &[f64], q: &[f64]) -> Result<Vec<f64>, Error> {
    for (side, points) in [(Side::P, p), (Side::Q, q)] {
        if points.is_empty() {
            return Err(Error::NoPoints { side });
        }
        check_points(Some(side), points)?;
    }
    Ok([p, q].concat())
}

fn check_points(side: Option<Side>, points: &[f64]) -> Result<(), Error> {
    match points.iter().position(|point| !point.is_finite()) {
        Some(index) => {
            let value = points[index];
            Err(Error::BadPoint { side, index, value })
        }
        None => Ok(()),
    }
}
