//! Thresholds of training-signal annealing beside those of the research's reference.

use std::path::Path;

use kullback_learn::Annealing;

#[test]
fn thresholds_are_those_of_the_reference() {
    let path =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/reference/uda_golden.json");
    let Ok(text) = std::fs::read_to_string(path) else {
        println!("skipped: ../shared/reference is absent (no uda_golden.json)");
        return;
    };
    let cases: Vec<serde_json::Value> = serde_json::from_str(&text).unwrap();
    let mut checked = 0;
    for case in cases.iter().filter(|case| case["case"] == "tsa") {
        let schedule: Annealing = case["kind"].as_str().unwrap().parse().unwrap();
        let classes = case["k"].as_u64().unwrap() as usize;
        let numbers = |name: &str| {
            case[name]
                .as_array()
                .unwrap()
                .iter()
                .map(|x| x.as_f64().unwrap())
        };
        for (t, expected) in numbers("t").zip(numbers("threshold")) {
            let found = schedule.threshold(t, classes);
            assert!(
                (found - expected).abs() < 1e-15,
                "{schedule:?} at {t}: {found}, not {expected}"
            );
            checked += 1;
        }
    }
    assert_eq!(checked, 15);
}
