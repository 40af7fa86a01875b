//! From what the user names to tensors: shards, directories, scales, and what does not fit.

use kullback_model::Weights;

use crate::fixture::{Dir, Tensor, compare, f32s, safetensors};

fn index(entries: &[(&str, &str)]) -> String {
    let entries: Vec<String> = entries
        .iter()
        .map(|(tensor, file)| format!(r#""{tensor}":"{file}""#))
        .collect();
    format!(
        r#"{{"metadata":{{"total_size":8}},"weight_map":{{{}}}}}"#,
        entries.join(",")
    )
}

/// A directory `m` with two shards, one tensor in each.
fn sharded(dir: &Dir) {
    dir.write(
        "m/model-00001-of-00002.safetensors",
        safetensors(&[f32s("x", &[1], &[1.0])]),
    );
    dir.write(
        "m/model-00002-of-00002.safetensors",
        safetensors(&[f32s("y", &[1], &[2.0])]),
    );
}

const INDEX: &str = "m/model.safetensors.index.json";
const SHARDS: [(&str, &str); 2] = [
    ("x", "model-00001-of-00002.safetensors"),
    ("y", "model-00002-of-00002.safetensors"),
];

#[test]
fn a_sharded_model_is_its_single_file() {
    let dir = Dir::new();
    sharded(&dir);
    let by_index = dir.write(INDEX, index(&SHARDS));
    // Outputs beside it are no weights.
    dir.write("m/logits.safetensors", "");
    let single = dir.write(
        "one/model.safetensors",
        safetensors(&[f32s("y", &[1], &[2.0]), f32s("x", &[1], &[1.5])]),
    );
    for a in [&by_index, &dir.path("m")] {
        for b in [&single, &dir.path("one")] {
            let found = compare(a, b).unwrap();
            assert_eq!((found.tensors.len(), found.total.l1()), (2, 0.5));
        }
    }
    let weights = Weights::open(dir.path("m")).unwrap();
    assert_eq!(
        (
            weights.tensors(),
            weights.elements(),
            weights.files().count()
        ),
        (2, 2, 2)
    );
}

#[test]
fn an_index_that_does_not_belong_to_its_shards() {
    let dir = Dir::new();
    sharded(&dir);
    let [x, y] = SHARDS;
    for (content, expected) in [
        (
            index(&[x, y, ("z", y.1)]),
            "m/model.safetensors.index.json: tensor `z`: should be in \
             m/model-00002-of-00002.safetensors, and is not",
        ),
        (
            index(&[("x", y.1), ("y", x.1)]),
            "m/model.safetensors.index.json: tensor `x`: should be in \
             m/model-00002-of-00002.safetensors, and is not",
        ),
        (
            index(&[x, ("z", y.1)]),
            "m/model.safetensors.index.json: tensor `z`: should be in \
             m/model-00002-of-00002.safetensors, and is not",
        ),
        (
            index(&[("x", "none.safetensors")]),
            "m/none.safetensors: no such file",
        ),
        (
            index(&[("x", "../m/model-00001-of-00002.safetensors")]),
            "m/model.safetensors.index.json: tensor `x`: \
             `../m/model-00001-of-00002.safetensors` is no name of a file in the same directory",
        ),
        (
            index(&[]),
            "m/model.safetensors.index.json: the index names no tensor",
        ),
        (
            "{".to_owned(),
            "m/model.safetensors.index.json: is no index of shards: EOF while parsing an object at \
             line 1 column 1",
        ),
    ] {
        dir.write(INDEX, content);
        let error = Weights::open(dir.path("m")).unwrap_err();
        assert_eq!(dir.message(&error), expected);
    }
    dir.write(
        &x.1.replace("model-", "m/model-"),
        safetensors(&[f32s("x", &[1], &[1.0]), f32s("w", &[1], &[1.0])]),
    );
    dir.write(INDEX, index(&SHARDS));
    let error = Weights::open(dir.path("m")).unwrap_err();
    assert_eq!(
        dir.message(&error),
        "m/model.safetensors.index.json: tensor `w`: is in m/model-00001-of-00002.safetensors, and \
         the index does not name it"
    );
}

#[test]
fn directories_without_one_model() {
    let dir = Dir::new();
    dir.write("m/logits.npy", "");
    let error = Weights::open(dir.path("m")).unwrap_err();
    assert_eq!(dir.message(&error), "m: the directory holds no weights");
    sharded(&dir);
    let error = Weights::open(dir.path("m")).unwrap_err();
    assert_eq!(
        dir.message(&error),
        "m: the directory holds 2 files of weights and no index that makes them one model"
    );
    assert_eq!(
        error.advice(),
        Some(
            "name one of them: model-00001-of-00002.safetensors, model-00002-of-00002.safetensors"
        )
    );
}

#[test]
fn names_and_shapes_that_do_not_match_are_listed() {
    let dir = Dir::new();
    let found = dir
        .compare(
            &[
                f32s("x", &[2], &[1.0, 2.0]),
                f32s("l.2.w", &[1], &[1.0]),
                f32s("a", &[1], &[1.0]),
            ],
            &[
                f32s("x", &[2, 1], &[1.0, 2.0]),
                f32s("l.10.w", &[1], &[1.0]),
                f32s("a", &[1], &[1.0]),
            ],
        )
        .unwrap();
    assert_eq!(found.tensors.len(), 1);
    let listed: Vec<_> = found
        .not_compared
        .iter()
        .map(|t| (t.name.as_str(), t.present, t.reason.as_str()))
        .collect();
    assert_eq!(
        listed,
        [
            ("l.2.w", [true, false], "only in A"),
            ("l.10.w", [false, true], "only in B"),
            ("x", [true, true], "its shape is [2] in A and [2, 1] in B"),
        ]
    );
    let error = dir
        .compare(&[f32s("x", &[1], &[1.0])], &[f32s("y", &[1], &[1.0])])
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "the models have no tensor in common that can be compared"
    );
}

fn e4m3<'a>(name: &'a str, shape: &'a [u64], byte: u8) -> Tensor<'a> {
    let elements: u64 = shape.iter().product();
    (name, "F8_E4M3", shape, vec![byte; elements as usize])
}

/// 0x38 is 1 in E4M3.
#[test]
fn eight_bit_floats_are_multiplied_by_their_scales() {
    let dir = Dir::new();
    let shape = [130, 129];
    let weight = || e4m3("l.weight", &shape, 0x38);
    // Two rows of blocks, two blocks in each; the truth from the definition.
    let by_block: Vec<f32> = (0..130 * 129)
        .map(|i| [[1.0, 2.0], [4.0, 8.0]][usize::from(i / 129 >= 128)][usize::from(i % 129 >= 128)])
        .collect();
    let by_row: Vec<f32> = (0..130 * 129).map(|i| (i / 129) as f32).collect();
    let rows: Vec<f32> = (0..130).map(|row| row as f32).collect();
    for (scales, truth) in [
        (
            f32s("l.weight_scale_inv", &[2, 2], &[1.0, 2.0, 4.0, 8.0]),
            by_block,
        ),
        (f32s("l.weight_scale", &[130, 1], &rows), by_row.clone()),
        (f32s("l.scale", &[130], &rows), by_row),
        (f32s("l.weight_scale", &[], &[3.0]), vec![3.0; 130 * 129]),
    ] {
        let found = dir
            .compare(&[weight(), scales], &[f32s("l.weight", &shape, &truth)])
            .unwrap();
        assert_eq!(found.not_compared, []);
        assert_eq!(found.tensors[0].encodings, ["F8_E4M3 with scales", "F32"]);
        assert_eq!(
            (found.total.elements(), found.total.changed()),
            (130 * 129, 0)
        );
        assert!(found.total.a().l1() > 0.0);
    }
}

#[test]
fn eight_bit_floats_without_scales_are_refused_by_name() {
    let dir = Dir::new();
    let other = || f32s("x", &[1], &[1.0]);
    let reason = |scales: &[Tensor<'_>]| {
        let model = [&[e4m3("l.weight", &[2, 3], 0x38), other()], scales].concat();
        let found = dir
            .compare(&model, &[f32s("l.weight", &[2, 3], &[1.0; 6]), other()])
            .unwrap();
        assert_eq!(found.tensors.len(), 1);
        found.not_compared[0].reason.clone()
    };
    assert_eq!(
        reason(&[]),
        "A: F8_E4M3 needs the scales that it is multiplied by, and there is no \
         l.weight_scale_inv, l.weight_scale, l.scale"
    );
    assert_eq!(
        reason(&[f32s("l.weight_scale", &[3], &[1.0; 3])]),
        "A: its scales `l.weight_scale`, F32 [3], are neither one, nor one for each row, nor one \
         for each block of 128 × 128 of [2, 3]"
    );
    assert_eq!(
        reason(&[("l.weight_scale", "U8", &[1], vec![1])]),
        "A: its scales `l.weight_scale`, U8 [1], are neither one, nor one for each row, nor one \
         for each block of 128 × 128 of [2, 3]"
    );
}
