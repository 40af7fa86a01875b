//! `kullback models`: outputs by KL beside parameters by L1 and L2, and why both are needed.

use crate::run::{Dir, run};
use crate::weights::safetensors;

/// examples/models/build.py moved the hidden units of one model and one bias of the other.
#[test]
fn parameters_far_apart_with_the_same_answers() {
    let json = run(&[
        "models",
        "examples/models/base",
        "examples/models/permuted",
        "--json",
    ])
    .json();
    let outputs = &json["outputs"]["candidates"][0]["scores"];
    for measure in ["kl", "reverse_kl", "js", "tv"] {
        assert_eq!(outputs[measure]["mean"], 0.0, "{measure}");
    }
    let total = &json["parameters"]["total"];
    assert!(total["relative_l2"].as_f64().unwrap() > 1.0, "{total}");
    assert!(total["cosine"].as_f64().unwrap() < 0.2, "{total}");
    // Moved, and not changed: each side by itself is the same.
    assert_eq!(total["a"]["l1"], total["b"]["l1"]);
}

#[test]
fn parameters_near_with_other_answers() {
    assert_eq!(
        run(&["models", "examples/models/base", "examples/models/nudged"]).answered(),
        "\
A  examples/models/base
B  examples/models/nudged

Outputs: means over 64 rows; divergences in nats

     KL(A‖B)  KL(B‖A)  JS(A,B)  TV(A,B)  same top
all   0.3082   0.4153   0.0847   0.3617     1.6 %

Parameters: 680 compared

layer           L1     L2  rel. L2     L∞    cosine  changed
in no layer  2.000  2.000   0.5852  2.000  0.860724    0.7 %
layers.0         0      0        0      0  1.000000      0 %
layers.1         0      0        0      0  1.000000      0 %
all          2.000  2.000   0.2536  2.000  0.969209    0.1 %

layer         ‖A‖₂   ‖B‖₂  zeros A  zeros B    var A    var B
in no layer  3.418  3.928    9.6 %    9.6 %  0.08539   0.1121
layers.0     5.192  5.192    5.9 %    5.9 %  0.09909  0.09909
layers.1     4.856  4.856    7.0 %    7.0 %  0.08669  0.08669
all          7.888  8.122    7.1 %    7.1 %  0.09147  0.09695
"
    );
}

fn dir() -> Dir {
    let dir = Dir::new();
    for model in ["both", "weights", "outputs", "nothing"] {
        std::fs::create_dir(dir.path().join(model)).unwrap();
    }
    let weights = safetensors(&[("w", &[1.0, 2.0])]);
    let header = r#"{"logits":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]}}"#;
    let length = (header.len() as u64).to_le_bytes();
    let outputs = [
        &length,
        header.as_bytes(),
        &1f32.to_le_bytes(),
        &5f32.to_le_bytes(),
    ]
    .concat();
    dir.write("both/model.safetensors", &weights)
        .write("weights/any.safetensors", &weights)
        .write("both/logits.safetensors", &outputs)
        .write("outputs/logits.safetensors", &outputs);
    dir
}

#[test]
fn what_only_one_has_is_said() {
    let dir = dir();
    let ran = dir.run(&["models", "both", "weights"]);
    assert!(
        ran.answered().contains("! B has no outputs\n"),
        "{}",
        ran.stdout
    );
    assert!(
        ran.stdout.contains("Parameters: 2 compared"),
        "{}",
        ran.stdout
    );
    let json = dir.run(&["models", "outputs", "both", "--json"]).json();
    assert_eq!(json["missing"][0], "A has no weights");
    assert_eq!(json["parameters"], serde_json::Value::Null);
    assert_eq!(json["outputs"]["candidates"][0]["compared"], 1);
}

#[test]
fn models_without_anything_in_common_are_refused() {
    let dir = dir();
    let how = " hint: a model is a directory with weights, or outputs as logits.npy, or both\n";
    dir.run(&["models", "outputs", "weights"])
        .failed_with(&format!(
            "error: there is nothing to compare: B has no outputs; A has no weights\n{how}"
        ));
    dir.run(&["models", "nothing", "nothing"]).failed_with(&format!(
        "error: there is nothing to compare: A and B have no outputs; A and B have no weights\n{how}"
    ));
    dir.run(&["models", "both", "both/model.safetensors"])
        .failed_with(
            "error: both/model.safetensors: is no directory\n \
         hint: two files are compared with kullback weights or kullback logits\n",
        );
    dir.write("both/logits.npy", "");
    dir.run(&["models", "both", "both"]).failed_with(
        "error: both/logits.npy and both/logits.safetensors both hold outputs\n \
         hint: leave one of them in the directory\n",
    );
}
