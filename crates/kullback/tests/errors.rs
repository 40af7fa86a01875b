//! Bad input: what is refused, and what the message says.

#![allow(clippy::unwrap_used, reason = "a test that fails may panic")]

use kullback::{
    AnyMeasure, Error, Line, MEASURES, Measure, Normalisation, Pair, Side, Unit, js_divergence_of,
};

fn strict(p: &[f64], q: &[f64]) -> Result<Pair, Error> {
    Pair::from_probabilities(p, q, Normalisation::Strict)
}

fn message<T: std::fmt::Debug>(result: Result<T, Error>) -> String {
    result.unwrap_err().to_string()
}

#[test]
fn lists_that_are_not_two_distributions() {
    assert_eq!(strict(&[], &[]), Err(Error::Empty));
    assert_eq!(Pair::from_counts(&[], &[]), Err(Error::Empty));
    assert_eq!(
        strict(&[1.0], &[0.5, 0.5]),
        Err(Error::LengthMismatch {
            sides: [Side::P, Side::Q],
            outcomes: [1, 2]
        })
    );
    assert_eq!(
        Pair::from_counts(&[1, 2], &[1]),
        Err(Error::LengthMismatch {
            sides: [Side::P, Side::Q],
            outcomes: [2, 1]
        })
    );
    for policy in [Normalisation::Normalise, Normalisation::Unnormalised] {
        let nothing = Pair::from_probabilities(&[1.0, 0.0], &[0.0, 0.0], policy);
        assert_eq!(nothing, Err(Error::NoMass { side: Side::Q }));
    }
    assert_eq!(
        Pair::from_counts(&[0, 0], &[1, 0]),
        Err(Error::NoMass { side: Side::P })
    );
    assert_eq!(
        Pair::from_counts(&[1, 1], &[u64::MAX, 1]),
        Err(Error::CountOverflow { side: Side::Q })
    );
}

#[test]
fn masses_that_are_none_are_named_by_side_and_index() {
    assert_eq!(
        message(strict(&[0.5, 0.5], &[1.5, -0.5])),
        "Q[1] is -0.5: a probability must be a finite number, zero or above"
    );
    for bad in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        for policy in [
            Normalisation::Strict,
            Normalisation::Normalise,
            Normalisation::Unnormalised,
        ] {
            let result = Pair::from_probabilities(&[0.5, bad], &[0.5, 0.5], policy);
            assert!(message(result).starts_with("P[1] is "), "{bad} {policy:?}");
        }
    }
}

#[test]
fn sums_are_held_to_the_tolerance() {
    assert!(strict(&[0.5, 0.5 + 9e-10], &[0.5, 0.5]).is_ok());
    assert!(strict(&[0.5, 0.5 + 2e-9], &[0.5, 0.5]).is_err());
    assert_eq!(
        message(strict(&[0.5, 0.5], &[0.3, 0.3])),
        "Q sums to 0.6, not to 1: give probabilities that sum to 1, ask for normalisation, or for \
         unnormalised masses"
    );
}

#[test]
fn mixtures() {
    let halves: &[f64] = &[0.5, 0.5];
    let of = |parts: &[&[f64]], weights: Option<&[f64]>| {
        js_divergence_of(parts, weights, Normalisation::Strict)
    };
    assert_eq!(
        of(&[], None),
        Err(Error::WeightMismatch {
            weights: 0,
            distributions: 0
        })
    );
    assert_eq!(
        of(&[halves], Some(&[0.5, 0.5])),
        Err(Error::WeightMismatch {
            weights: 2,
            distributions: 1
        })
    );
    assert_eq!(
        of(&[halves, halves], Some(&[1.0, -1.0])),
        Err(Error::BadWeight {
            index: 1,
            value: -1.0
        })
    );
    assert!(message(of(&[halves, &[1.0]], None)).starts_with("P1 has 1 outcomes and P0 has 2:"));
    assert!(message(of(&[halves, halves], Some(&[0.0, 0.0]))).contains("not all zero"));
    assert_eq!(
        message(of(&[halves, &[0.5, 0.4]], None)),
        "P1 sums to 0.9, not to 1: give probabilities that sum to 1, ask for \
         normalisation, or for unnormalised masses"
    );
}

#[test]
fn unknown_names_lead_to_the_nearest() {
    for (typo, meant) in [
        ("lk", "kl"),
        ("jefreys", "jeffreys"),
        ("helinger", "hellinger"),
        ("js-distnce", "js_distance"),
        ("rényi", "renyi"),
        ("wassertein", "wasserstein"),
    ] {
        let text = message(Measure::parse(typo));
        assert!(
            text.ends_with(&format!("did you mean `{meant}`?")),
            "{text}"
        );
    }
    let text = message(Measure::parse("mahalanobis"));
    for info in MEASURES {
        assert!(text.contains(info.name), "{text}");
    }
    assert_eq!(
        message("furlongs".parse::<Unit>()),
        "no unit of information is called `furlongs`: choose nats, bits or bans"
    );
}

#[test]
fn parameters_are_checked() {
    for (text, takes) in [
        ("kl:2", "`kl:2` cannot be read: kl takes no parameter"),
        ("ks:2", "`ks:2` cannot be read: ks takes no parameter"),
        (
            "renyi:0",
            "`renyi:0` cannot be read: renyi takes a finite alpha above 0, as in `renyi:0.5`",
        ),
        (
            "power:inf",
            "`power:inf` cannot be read: power takes a finite alpha, as in `power:0.5`",
        ),
    ] {
        assert_eq!(message(Measure::parse(text)), takes);
    }
    for text in ["renyi:", "renyi:two", "tsallis:-1", "tsallis:nan"] {
        assert!(Measure::parse(text).is_err(), "{text}");
    }
}

#[test]
fn names_are_unique_and_read_back() {
    let mut names: Vec<&str> = MEASURES.iter().flat_map(|info| info.names()).collect();
    for &name in &names {
        let measure = AnyMeasure::parse(name).unwrap();
        assert_eq!(AnyMeasure::parse(&measure.to_string()), Ok(measure));
        assert_eq!(
            AnyMeasure::parse(&name.to_uppercase().replace('_', "-")),
            Ok(measure)
        );
    }
    let all = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), all, "two measures share a name");
    let renyi = Measure::parse("renyi:0.1").unwrap();
    assert_eq!(Measure::parse(&renyi.to_string()), Ok(renyi));
    assert_ne!(Measure::parse("renyi:0.2"), Ok(renyi));
}

#[test]
fn measures_of_pairs_and_of_lines_are_told_apart() {
    for any in AnyMeasure::all() {
        let measure = any.info().name;
        let of_pairs = measure.parse::<Measure>().map(AnyMeasure::from);
        let of_lines = measure.parse::<Measure<Line>>().map(AnyMeasure::from);
        match any {
            AnyMeasure::OnPairs(_) => {
                assert_eq!(of_pairs, Ok(any));
                assert_eq!(of_lines, Err(Error::NeedsPair { measure }));
            }
            AnyMeasure::OnLines(_) => {
                assert_eq!(of_pairs, Err(Error::NeedsLine { measure }));
                assert_eq!(of_lines, Ok(any));
            }
        }
    }
}
