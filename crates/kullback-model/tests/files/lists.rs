//! Lists of the most likely tokens: bounds that hold, and texts that must agree.

use kullback::scores::{ListScore, Target};
use kullback::{Measure, Normalisation, Pair};
use kullback_model::logits::{ComparedLists, Comparison, Options, Reading};

use crate::dir::{Dir, array_of, random};

/// Two positions over a vocabulary of 4, as vLLM gives them: token 2 came, then token 0.
pub(crate) const VLLM: &str = r#"{"prompt_logprobs":[null,{"2":{"logprob":-0.5,"rank":1,"decoded_token":"c"},"1":{"logprob":-1.5,"rank":2,"decoded_token":"b"}},{"0":{"logprob":-2.0,"rank":3},"3":{"logprob":-0.3,"rank":1}}]}
"#;

fn lists(compared: Result<Comparison, String>) -> ComparedLists {
    match compared.unwrap() {
        Comparison::Lists(lists) => lists,
        Comparison::Full(_) => panic!("there are lists"),
    }
}

fn compare(dir: &Dir, p: &str, q: &str) -> Result<Comparison, String> {
    dir.compare(p, q, &Reading::default(), &Options::default())
}

#[test]
fn bounds_hold_whatever_is_not_listed() {
    let mut random = random(3);
    for k in 1..8 {
        for _ in 0..300 {
            let mut draw = || -> Vec<f64> {
                let masses: Vec<f64> = (0..8)
                    .map(|_| (random(1000) as f64 / 100.0).exp())
                    .collect();
                let total: f64 = masses.iter().sum();
                masses.iter().map(|mass| mass / total).collect()
            };
            let (p, q) = (draw(), draw());
            let shared: Vec<(f64, f64)> =
                p.iter().copied().zip(q.iter().copied()).take(k).collect();
            let score = ListScore::of(&shared);
            let pair = Pair::from_probabilities(&p, &q, Normalisation::Normalise).unwrap();
            let value = |measure: Measure| measure.value(&pair);
            let within = |value: f64, [low, high]: [f64; 2]| {
                assert!(
                    low <= value + 1e-12 && value <= high + 1e-12,
                    "{low} {value} {high}"
                );
            };
            within(value(Measure::KL), [score.kl, f64::INFINITY]);
            within(value(Measure::JS), score.js);
            within(value(Measure::TV), score.tv);
            assert!(score.kl >= 0.0 && score.reverse_kl >= 0.0 && score.js[0] >= 0.0);
        }
    }
}

#[test]
fn lists_are_compared_by_what_both_list() {
    let dir = Dir::new();
    dir.write("p.jsonl", VLLM.as_bytes());
    dir.write("q.jsonl", VLLM.replace("-0.5", "-0.6").as_bytes());
    let same = lists(compare(&dir, "p.jsonl", "p.jsonl"));
    assert!(
        same.scores
            .iter()
            .all(|row| row.kl == 0.0 && row.js[0] == 0.0 && row.same_top)
    );
    assert_eq!(
        (same.lengths.as_slice(), same.scores[0].shared),
        ([2].as_slice(), 2)
    );
    let target = Some(Target {
        token: 2,
        ln_p: -0.5,
        ln_q: -0.5,
    });
    assert_eq!(same.scores[0].target, target);

    let other = lists(compare(&dir, "p.jsonl", "q.jsonl"));
    assert!(other.scores[0].kl > 0.0 && other.scores[1].kl == 0.0);
    assert_eq!(same.tokens, other.tokens);
}

#[test]
fn a_list_beside_all_logits_is_bounded_by_them() {
    let dir = Dir::new();
    dir.write("list.jsonl", VLLM.as_bytes());
    let row = [[0.5f64, 1.0, 2.0, -1.0], [0.0, 0.25, -3.0, 1.5]];
    dir.write(
        "full.npy",
        &array_of(
            "<f8",
            "2, 4",
            row.as_flattened().iter().map(|x| x.to_le_bytes()),
        ),
    );
    let forward = lists(compare(&dir, "full.npy", "list.jsonl"));
    let backward = lists(compare(&dir, "list.jsonl", "full.npy"));
    for (i, (a, b)) in forward.scores.iter().zip(&backward.scores).enumerate() {
        assert!(a.shared == 2 && a.same_top, "{a:?}");
        let near = |x: f64, y: f64| (x - y).abs() < 1e-15;
        assert!(
            near(a.kl, b.reverse_kl) && near(a.leftover[0], b.leftover[1]),
            "{a:?} {b:?}"
        );
        let total = row[i].iter().map(|x| x.exp()).sum::<f64>().ln();
        let target = a.target.unwrap();
        assert!(
            near(target.ln_p, row[i][target.token as usize] - total),
            "{target:?}"
        );
    }
}

#[test]
fn openai_lists_are_told_apart_by_bytes() {
    let token = |text: &str, ln: f64| {
        format!(
            r#"{{"token":"{text}","logprob":{ln},"bytes":{:?}}}"#,
            text.as_bytes()
        )
    };
    let line = |came: (&str, f64), top: &[(&str, f64)]| {
        let top: Vec<String> = top.iter().map(|(text, ln)| token(text, *ln)).collect();
        let came = token(came.0, came.1);
        format!(
            r#"{{"choices":[{{"logprobs":{{"content":[{},"top_logprobs":[{}]}}]}}}}]}}"#,
            came.trim_end_matches('}'),
            top.join(",")
        ) + "\n"
    };
    let dir = Dir::new();
    dir.write(
        "p.jsonl",
        line(("a", -0.2), &[("a", -0.2), ("b", -2.5)]).as_bytes(),
    );
    dir.write(
        "q.jsonl",
        line(("a", -2.0), &[("b", -0.3), ("c", -9999.0)]).as_bytes(),
    );
    let found = lists(compare(&dir, "p.jsonl", "q.jsonl"));
    let score = found.scores[0];
    assert_eq!(
        (score.shared, score.same_top, found.tokens),
        (2, false, None)
    );
    assert!((score.target.unwrap().ln_q + 2.0).abs() < 1e-15);
    // The completions of old, with texts alone.
    let old = r#"{"choices":[{"logprobs":{"tokens":["x","a"],"token_logprobs":[null,-0.2],"top_logprobs":[null,{"a":-0.2,"b":-2.5}]}}]}"#;
    dir.write("old.jsonl", old.as_bytes());
    let old = lists(compare(&dir, "p.jsonl", "old.jsonl"));
    assert!(old.scores[0].kl.abs() < 1e-300);
}

#[test]
fn what_is_wrong_with_lists_is_said() {
    let dir = Dir::new();
    dir.write("p.jsonl", VLLM.as_bytes());
    for (q, message) in [
        (
            VLLM.replace("\"2\":", "\"3\":"),
            "q.jsonl: line 1: is about another text: position 0 has token 3, and token 2 in the base",
        ),
        (VLLM.replace("null,", ""), ""),
        (
            VLLM.repeat(2),
            "p.jsonl: has 1 responses, and q.jsonl has more",
        ),
        (
            "{\"choices\":[]}\n".to_owned(),
            "q.jsonl: line 1: has no log-probabilities of the most likely tokens",
        ),
        (
            "{\"choices\":[{},{}]}\n".to_owned(),
            "q.jsonl: line 1: has 2 choices, and one is compared",
        ),
        (
            VLLM.replace("-0.5", "0.5"),
            "q.jsonl: line 1: position 0 has a log-probability of 0.5, and 0 is the largest there is",
        ),
        (
            VLLM.replace("-1.5", "-0.5"),
            "q.jsonl: line 1: position 0 lists probabilities that sum to 1.213061",
        ),
        (
            "{\n".to_owned(),
            "q.jsonl: line 1: is no response with log-probabilities: EOF while parsing an object at line 2 column 0",
        ),
    ] {
        dir.write("q.jsonl", q.as_bytes());
        match compare(&dir, "p.jsonl", "q.jsonl") {
            Err(error) => assert_eq!(error, message),
            Ok(_) => assert_eq!(message, ""),
        }
    }
    dir.write(
        "full.npy",
        &array_of("<f8", "1, 4", [1.0f64, 2.0, 3.0, 4.0].map(f64::to_le_bytes)),
    );
    assert_eq!(
        compare(&dir, "full.npy", "p.jsonl").unwrap_err(),
        "p.jsonl: line 1: has 2 positions, and full.npy has 2 rows in a chunk, 1 in all"
    );
}
