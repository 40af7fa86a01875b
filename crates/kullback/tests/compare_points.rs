//! Columns on a line: the values while they are counted exactly, and bounds that hold after that.

#![allow(
    clippy::unwrap_used,
    clippy::float_cmp,
    reason = "a test that fails may panic; what is compared exactly holds exactly"
)]

mod inputs;

use inputs::{close, for_each};
use kullback::compare::{Caveat, Kind, NoLine, points};
use kullback::summary::{Axis, Builder, CAP, Column};
use kullback::{Line, Measure};
use proptest::prelude::*;

fn column(axis: Axis, values: &[f64], cap: usize) -> Column {
    let mut column = Builder::with_cap(cap);
    values.iter().for_each(|&x| column.push(axis, x));
    column.finish()
}

fn samples() -> impl Strategy<Value = [Vec<f64>; 2]> {
    let value = prop_oneof![
        3 => -100.0..100.0,
        1 => (-3..3i32).prop_map(f64::from),
        1 => (-300.0..300.0f64).prop_map(f64::exp),
        1 => Just(5e-324),
    ];
    let side = prop::collection::vec(value, 1..80);
    [side.clone(), side]
}

#[test]
fn exact_columns_are_the_samples_themselves() {
    for_each(&samples(), |[p, q]| {
        let of_columns = points(
            &column(Axis::Number, &p, CAP),
            &column(Axis::Number, &q, CAP),
        );
        let of_columns = of_columns.unwrap();
        let of_samples = Line::from_samples(&p, &q).unwrap();
        prop_assert_eq!(of_columns.line().points(), of_samples.points());
        for (count, sum) in of_columns.line().masses().iter().zip(of_samples.masses()) {
            // One is a quotient, the other a sum of many.
            for side in 0..2 {
                prop_assert!(close(count[side], sum[side], 1e-14));
            }
        }
        prop_assert!(of_columns.caveats().is_empty());
        Ok(())
    });
}

#[test]
fn bounds_of_coarsened_columns_hold() {
    let (ks, wasserstein) = (Measure::KOLMOGOROV_SMIRNOV, Measure::WASSERSTEIN);
    let mut coarsened = 0;
    for cap in [4, 16] {
        for_each(&samples(), |[p, q]| {
            let exact = Line::from_samples(&p, &q).unwrap();
            let rough = points(
                &column(Axis::Number, &p, cap),
                &column(Axis::Number, &q, cap),
            );
            let rough = rough.unwrap();
            let bounds = match rough.caveats() {
                [] => [0.0; 2],
                &[
                    Caveat::Cells {
                        kolmogorov_smirnov,
                        wasserstein,
                    },
                ] => [kolmogorov_smirnov, wasserstein],
                other => panic!("{other:?}"),
            };
            let [exact_ks, rough_ks] = [&exact, rough.line()].map(|line| ks.value(line));
            prop_assert!(rough_ks <= exact_ks + 1e-12);
            prop_assert!(exact_ks <= rough_ks + bounds[0] + 1e-12);
            let [far, rough_far] = [&exact, rough.line()].map(|line| wasserstein.value(line));
            prop_assert!((far - rough_far).abs() <= bounds[1] + 1e-12 * far);
            Ok(())
        });
        let many: Vec<f64> = (0..100).map(f64::from).collect();
        let column = column(Axis::Number, &many, cap);
        coarsened += usize::from(!points(&column, &column).unwrap().caveats().is_empty());
    }
    assert_eq!(coarsened, 2, "the caps are too large to test anything");
}

#[test]
fn what_is_no_point_is_left_out_and_counted() {
    let mut p = Builder::new();
    for x in [1.0, f64::NAN, f64::INFINITY, 2.0] {
        p.push(Axis::Number, x);
    }
    p.push_nulls(3);
    let (p, q) = (p.finish(), column(Axis::Number, &[1.0, 2.0], CAP));
    let points = points(&p, &q).unwrap();
    assert_eq!(Measure::WASSERSTEIN.value(points.line()), 0.0);
    assert_eq!(points.caveats(), [Caveat::OffLine { rows: [5, 0] }]);
}

#[test]
fn times_are_points_too() {
    let [p, q] = [[0.0, 1e6], [2e6, 3e6]].map(|times| column(Axis::Time, &times, CAP));
    let points = points(&p, &q).unwrap();
    assert_eq!(Measure::WASSERSTEIN.value(points.line()), 2e6);
    assert_eq!(points.caveats(), [Caveat::Microseconds]);
}

#[test]
fn columns_that_lie_on_no_line() {
    let texts = |values: &[&str]| {
        let mut column = Builder::new();
        values.iter().for_each(|text| column.push_text(text, 1));
        column.finish()
    };
    let number = column(Axis::Number, &[1.0], CAP);
    let nan = column(Axis::Number, &[f64::NAN], CAP);
    let mut null = Builder::new();
    null.push_nulls(1);
    let null = null.finish();
    let far = |x: f64| column(Axis::Number, &[x], CAP);
    for (p, q, why) in [
        (&texts(&["a"]), &texts(&["b"]), NoLine::Kind(Kind::Text)),
        (
            &texts(&["true"]),
            &texts(&["false"]),
            NoLine::Kind(Kind::Boolean),
        ),
        (&texts(&["a"]), &number, NoLine::Kind(Kind::Mixed)),
        (&null, &null, NoLine::Kind(Kind::Null)),
        (&null, &number, NoLine::NoPoints),
        (&number, &nan, NoLine::NoPoints),
        (&far(1e308), &far(-1e308), NoLine::TooFar),
    ] {
        assert_eq!(points(p, q).unwrap_err(), why);
    }
}
