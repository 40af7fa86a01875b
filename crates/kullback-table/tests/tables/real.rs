//! Published tables, faults included. They are not part of the repository: where they are absent,
//! these tests say so and pass.
//!
//! Figures beside the assertions were counted apart from this code, in Python: fields by the `csv`
//! module with blanks stripped, empty fields (and `?`) as one outcome, KL as Σ p ln(p/q) over
//! `collections.Counter`.

use std::path::Path;

use kullback::compare::{Caveat, Kind, Label, points};
use kullback::summary::Axis;
use kullback::{Line, Measure};

use crate::fixture::{column, compared, kl, names, notes, pair, parts, skipped};

/// The path of a table; `None`, said, where it is absent.
#[allow(clippy::print_stdout)] // a test that is skipped says so
fn data(file: &str) -> Option<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../../shared/data")
        .join(file);
    if path.exists() {
        return path.to_str().map(str::to_owned);
    }
    println!("skipped: ../shared/data is absent (no {file})");
    None
}

#[track_caller]
fn near(found: f64, expected: f64) {
    assert!(
        (found - expected).abs() <= 1e-12 * expected.abs().max(1.0),
        "{found} is not {expected}"
    );
}

#[test]
fn adult_labels_differ_only_in_spelling() {
    let (Some(train), Some(test)) = (data("adult-train.csv"), data("adult-test.csv")) else {
        return;
    };
    let tables = pair(&train, &test);
    assert_eq!(tables.each_ref().map(|table| table.rows), [32_561, 16_281]);
    for table in &tables {
        assert_eq!(table.columns.len(), 15);
        assert_eq!(
            notes(table),
            [
                "no header found: its 15 columns are named column_1 to column_15 (--header if there is one)"
            ]
        );
    }
    let income = compared(&tables, "column_15");
    assert_eq!(kl(&tables, "column_15"), f64::INFINITY);
    assert_eq!(
        income.caveats(),
        [Caveat::Disjoint {
            alike: Some(("<=50K".into(), "<=50K.".into()))
        }]
    );
    let counts: Vec<_> = income.outcomes().iter().map(|o| (o.p, o.q)).collect();
    for count in [(24_720, 0), (7841, 0), (0, 12_435), (0, 3846)] {
        assert!(counts.contains(&count), "{counts:?}");
    }
    // `?` is null, with a blank before it.
    for (name, nulls) in [
        ("column_2", [1836, 963]),
        ("column_7", [1843, 966]),
        ("column_14", [583, 274]),
    ] {
        assert_eq!(compared(&tables, name).nulls(), nulls, "{name}");
    }
    near(kl(&tables, "column_2"), 0.000_261_105_750_545_564_3);
    near(kl(&tables, "column_4"), 0.000_681_449_120_401_546);
    near(kl(&tables, "column_10"), 1.061_538_695_968_896_1e-5);
    assert_eq!(compared(&tables, "column_1").kind(), Kind::Number);
}

#[test]
fn occupancy_has_row_names() {
    let (Some(train), Some(test)) = (data("occupancy-train.csv"), data("occupancy-test2.csv"))
    else {
        return;
    };
    let tables = pair(&train, &test);
    assert_eq!(tables.each_ref().map(|table| table.rows), [8143, 9752]);
    for table in &tables {
        assert_eq!(
            names(table),
            [
                "date",
                "Temperature",
                "Humidity",
                "Light",
                "CO2",
                "HumidityRatio",
                "Occupancy"
            ]
        );
        let skipped = skipped(table);
        assert_eq!(skipped[0].0, "row_names");
        assert!(skipped[0].1.contains("as R writes row names"));
        // Quoted in one file only, and a time in both.
        assert_eq!(column(table, "date").axis(Axis::Time).total(), table.rows);
    }
    assert_eq!(compared(&tables, "date").kind(), Kind::Time);
    // 4 to 10 February, and 11 to 18: at most the bin in the middle has rows of both.
    let date = compared(&tables, "date");
    assert_eq!(kl(&tables, "date"), f64::INFINITY);
    assert!(
        date.outcomes()
            .iter()
            .filter(|o| o.p > 0 && o.q > 0)
            .count()
            <= 1
    );
    assert!(matches!(
        date.caveats()[0],
        Caveat::OnlyInP(_) | Caveat::Disjoint { alike: None }
    ));
    near(kl(&tables, "Occupancy"), 1.479_445_301_008_977_5e-5);
}

/// The references are `ks_2samp`, `wasserstein_distance` and `energy_distance` of SciPy 1.17.1.
#[test]
fn occupancy_on_a_line_agrees_with_scipy() {
    let (Some(train), Some(test)) = (data("occupancy-train.csv"), data("occupancy-test2.csv"))
    else {
        return;
    };
    let tables = pair(&train, &test);
    for (name, references) in [
        (
            "CO2",
            [
                0.667_934_416_158_581_3,
                160.577_394_977_013_28,
                10.098_034_831_470_478,
            ],
        ),
        (
            "Humidity",
            [
                0.370_277_402_484_728_24,
                4.167_812_983_195_748,
                1.509_153_307_533_514_8,
            ],
        ),
        (
            "Temperature",
            [
                0.233_519_113_886_852_5,
                0.382_714_046_057_65,
                0.322_554_236_268_793,
            ],
        ),
        (
            "Light",
            [
                0.032_309_705_100_088_99,
                11.975_211_379_801_468,
                0.690_524_636_538_529_7,
            ],
        ),
    ] {
        let [p, q] = tables.each_ref().map(|table| column(table, name));
        let points = points(p, q).unwrap();
        assert!(points.caveats().is_empty(), "{name}");
        for (measure, reference) in ["ks", "wasserstein", "energy"].iter().zip(references) {
            let value = measure
                .parse::<Measure<Line>>()
                .unwrap()
                .value(points.line());
            assert!(
                (value / reference - 1.0).abs() < 1e-12,
                "{measure} of {name}"
            );
        }
    }
}

#[test]
fn red_wine_is_far_from_white() {
    let (Some(red), Some(white)) = (data("winequality-red.csv"), data("winequality-white.csv"))
    else {
        return;
    };
    let tables = pair(&red, &white);
    assert_eq!(tables.each_ref().map(|table| table.rows), [1599, 4898]);
    assert_eq!(tables[0].columns.len(), 12);
    near(kl(&tables, "column_12"), 0.049_789_697_755_527_25);
    // Volatile acidity, chlorides and total sulphur dioxide: over 10 bins of equal mass in the
    // even mixture (numpy), KL is 1.60, 2.43 and 2.98.
    for name in ["column_2", "column_5", "column_7"] {
        let kl = kl(&tables, name);
        assert!((1.5..3.5).contains(&kl), "{name}: {kl}");
    }
}

#[test]
fn diamonds_by_cut() {
    let Some(diamonds) = data("diamonds.csv") else {
        return;
    };
    let tables = parts(&diamonds, "cut=Ideal,Fair");
    assert_eq!(tables.each_ref().map(|table| table.rows), [21_551, 1610]);
    assert_eq!(
        notes(&tables[0]),
        ["30779 rows are on neither side of the split"]
    );
    assert_eq!(tables[0].columns.len(), 9);
    near(kl(&tables, "color"), 0.027_601_951_143_137_154);
    near(kl(&tables, "clarity"), 0.453_505_399_850_130_9);
    assert_eq!(compared(&tables, "carat").kind(), Kind::Number);
}

#[test]
fn taxis_by_colour_and_by_time() {
    let Some(taxis) = data("taxis.csv") else {
        return;
    };
    let tables = parts(&taxis, "color=yellow,green");
    assert_eq!(tables.each_ref().map(|table| table.rows), [5451, 982]);
    assert_eq!(compared(&tables, "payment").nulls(), [39, 5]);
    near(kl(&tables, "payment"), 0.048_262_765_592_967_8);
    near(kl(&tables, "pickup_borough"), 0.866_524_440_702_673_2);
    assert_eq!(compared(&tables, "dropoff").kind(), Kind::Time);

    let tables = parts(&taxis, "pickup<2019-03-15");
    assert_eq!(tables.each_ref().map(|table| table.rows), [3038, 3395]);
    near(kl(&tables, "color"), 4.611_576_160_121_851e-6);
    // Who was picked up before the 15th was set down before the 16th: hardly a value is shared.
    assert_eq!(kl(&tables, "dropoff"), f64::INFINITY);
}

#[test]
fn penguins_by_species() {
    let Some(penguins) = data("penguins.csv") else {
        return;
    };
    let tables = parts(&penguins, "species=Adelie,Gentoo");
    assert_eq!(tables.each_ref().map(|table| table.rows), [152, 124]);
    assert_eq!(
        notes(&tables[0]),
        ["68 rows are on neither side of the split"]
    );
    assert_eq!(compared(&tables, "sex").nulls(), [6, 5]);
    near(kl(&tables, "sex"), 0.000_314_701_955_395_341_75);
    assert_eq!(compared(&tables, "body_mass_g").nulls(), [1, 1]);
    // No Gentoo lives on Dream or Torgersen.
    assert_eq!(kl(&tables, "island"), f64::INFINITY);
    let island = compared(&tables, "island");
    let Caveat::OnlyInP(unshared) = &island.caveats()[0] else {
        panic!("{:?}", island.caveats());
    };
    assert_eq!((unshared.outcomes, unshared.rows), (2, 56 + 52));
    assert_eq!(unshared.largest, Label::Text("Dream".into()));
}

#[test]
fn flights_by_hour() {
    let Some(flights) = data("flights-200k.arrow") else {
        return;
    };
    let tables = parts(&flights, "time<12");
    assert_eq!(tables.each_ref().map(|table| table.rows), [78_846, 121_154]);
    assert_eq!(names(&tables[0]), ["delay", "distance"]);
    for name in ["delay", "distance"] {
        assert_eq!(compared(&tables, name).kind(), Kind::Number);
        assert_eq!(compared(&tables, name).nulls(), [0, 0]);
    }
    let first = |table| {
        column(table, "delay")
            .axis(Axis::Number)
            .cells()
            .next()
            .unwrap()
            .0
    };
    let last = |table| {
        column(table, "delay")
            .axis(Axis::Number)
            .cells()
            .last()
            .unwrap()
            .1
    };
    assert_eq!(first(&tables[0]).min(first(&tables[1])), -86.0);
    assert_eq!(last(&tables[0]).max(last(&tables[1])), 1444.0);
}

#[test]
fn movies_by_genre() {
    let Some(movies) = data("movies.json") else {
        return;
    };
    let tables = parts(&movies, "Major Genre=Drama,Comedy");
    assert_eq!(tables.each_ref().map(|table| table.rows), [789, 675]);
    assert_eq!(
        notes(&tables[0]),
        ["1737 rows are on neither side of the split"]
    );
    near(kl(&tables, "Creative Type"), 0.673_792_054_452_122);
    assert_eq!(compared(&tables, "Creative Type").nulls(), [66, 40]);
    assert_eq!(compared(&tables, "MPAA Rating").nulls(), [81, 82]);
    assert_eq!(kl(&tables, "MPAA Rating"), f64::INFINITY);
    // Nine titles are numbers: each value is what it is.
    let whole = pair(&movies, &movies);
    assert_eq!(column(&whole[0], "Title").axis(Axis::Number).total(), 9);
    // "11:14" is a title, and no time of day.
    assert_eq!(column(&whole[0], "Title").texts().total(), 3191);
    assert_eq!(column(&whole[0], "Title").nulls(), 1);
    assert_eq!(compared(&whole, "Title").kind(), Kind::Mixed);
    assert_eq!(compared(&whole, "IMDB Rating").nulls(), [213, 213]);
}
