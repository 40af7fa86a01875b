//! `kullback weights`, to the letter.

use crate::run::{Dir, run_in};

/// The bytes of a `.safetensors` file of F32 tensors.
pub(crate) fn safetensors(tensors: &[(&str, &[f32])]) -> Vec<u8> {
    let (mut header, mut data) = (Vec::new(), Vec::new());
    for (name, values) in tensors {
        let begin = data.len();
        data.extend(values.iter().flat_map(|x| x.to_le_bytes()));
        let (shape, end) = (values.len(), data.len());
        header.push(format!(
            r#""{name}":{{"dtype":"F32","shape":[{shape}],"data_offsets":[{begin},{end}]}}"#
        ));
    }
    let header = format!("{{{}}}", header.join(","));
    let length = (header.len() as u64).to_le_bytes();
    [&length, header.as_bytes(), &data].concat()
}

/// Two layers and what is in none; B has a pruned weight, a moved one and a broken one.
fn dir() -> Dir {
    let dir = Dir::new();
    let model = |q: &[f32], up: &[f32], head: (&str, &[f32])| {
        safetensors(&[
            ("model.embed.weight", &[0.5, -0.5]),
            ("model.layers.2.q.weight", q),
            ("model.layers.10.up.weight", up),
            head,
        ])
    };
    let a = model(
        &[3.0, 4.0],
        &[1.0, 1.0, 1.0, 0.0],
        ("lm_head.weight", &[1.0]),
    );
    let b = model(
        &[3.0, 0.0],
        &[1.0, 1.5, f32::NAN, 0.0],
        ("head.weight", &[1.0]),
    );
    dir.write("a.safetensors", a).write("b.safetensors", b);
    dir
}

#[test]
fn layers_by_distance_and_each_side() {
    assert_eq!(
        dir()
            .run(&["weights", "a.safetensors", "b.safetensors"])
            .answered(),
        "\
A  a.safetensors  4 tensors  9 parameters
B  b.safetensors  4 tensors  9 parameters

layer                L1      L2  rel. L2      L∞    cosine  changed
in no layer           0       0        0       0  1.000000      0 %
model.layers.2    4.000   4.000   0.8000   4.000  0.600000   50.0 %
model.layers.10  0.5000  0.5000   0.3536  0.5000  0.980581   50.0 %
all               4.500   4.031   0.7687   4.000  0.640855   37.5 %

layer              ‖A‖₂    ‖B‖₂  zeros A  zeros B   var A   var B
in no layer      0.7071  0.7071      0 %      0 %  0.2500  0.2500
model.layers.2    5.000   3.000      0 %   50.0 %  0.2500   2.250
model.layers.10   1.414   1.803   33.3 %   33.3 %  0.2222  0.3889
all               5.244   3.571   14.3 %   28.6 %   2.276   1.204

! A has 0 NaN and 0 ∞, B has 1 NaN and 0 ∞, left out of everything but the share changed:
  model.layers.10.up.weight

Not compared
  head.weight: only in B
  lm_head.weight: only in A
"
    );
}

#[test]
fn a_line_may_be_a_module_or_a_tensor() {
    let dir = dir();
    for (by, named) in [
        ("module", "model.layers.*.q"),
        ("tensor", "model.layers.2.q.weight"),
    ] {
        let ran = dir.run(&["weights", "a.safetensors", "b.safetensors", "--by", by]);
        let line = ran
            .answered()
            .lines()
            .find(|line| line.starts_with(named))
            .unwrap();
        assert_eq!(
            line.split_whitespace().collect::<Vec<_>>(),
            [
                named, "4.000", "4.000", "0.8000", "4.000", "0.600000", "50.0", "%"
            ]
        );
    }
}

#[test]
fn json_has_tensors_layers_and_modules() {
    let json = dir()
        .run(&["weights", "a.safetensors", "b.safetensors", "--json"])
        .json();
    assert_eq!(json["schema"], 1);
    assert_eq!(json["total"]["l1"], 4.5);
    assert_eq!(json["total"]["compared"], 7);
    assert_eq!(json["total"]["b"]["nan"], 1);
    assert_eq!(json["layers"][1]["name"], "model.layers.2");
    assert_eq!(json["layers"][1]["relative_l2"], 0.8);
    assert_eq!(json["modules"][2]["name"], "model.layers.*.up");
    assert_eq!(json["tensors"][1]["encoding"]["b"], "F32");
    assert_eq!(json["tensors"][1]["b"]["zeros"], 1);
    assert_eq!(json["not_compared"][0]["model"], "B");
    let threads = |n| {
        dir()
            .run(&[
                "weights",
                "a.safetensors",
                "b.safetensors",
                "--json",
                "--threads",
                n,
            ])
            .stdout
    };
    assert_eq!(threads("1"), threads("2"));
}

#[test]
fn what_cannot_be_read_is_an_error() {
    let dir = dir();
    dir.write("cut.safetensors", &safetensors(&[("w", &[1.0])])[..60])
        .write("other.safetensors", safetensors(&[("w", &[1.0])]));
    dir.run(&["weights", "a.safetensors", "none.safetensors"])
        .failed_with("error: none.safetensors: no such file\n");
    dir.run(&["weights", "a.safetensors", "other.safetensors"])
        .failed_with(
            "error: the models have no tensor in common that can be compared\n \
         hint: names and shapes must be the same; for example, `w`: only in B\n",
        );
    let ran = dir.run(&["weights", "cut.safetensors", "a.safetensors"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (2, ""));
    assert!(
        ran.stderr.starts_with("error: cut.safetensors: "),
        "{}",
        ran.stderr
    );
}

#[test]
fn names_do_not_command_the_terminal() {
    let dir = Dir::new();
    let model = safetensors(&[(r"l.0.\u001b[31mw", &[1.0])]);
    dir.write("m.safetensors", model);
    let args = [
        "weights",
        "m.safetensors",
        "m.safetensors",
        "--by",
        "tensor",
    ];
    let ran = run_in(dir.path(), &args, &[], None);
    assert!(
        ran.answered().contains(r"l.0.\u{1b}[31mw"),
        "{}",
        ran.stdout
    );
}
