//! Differences: what they come to, and that they do not depend on threads or on shards.

use kullback_model::{Weights, WeightsComparison};

use crate::fixture::{Dir, Random, compare, f32s, safetensors};

#[test]
fn integers_are_flagged_and_in_no_total() {
    let dir = Dir::new();
    let codes = |x: u8| ("l.0.qweight", "U8", &[2u64][..], vec![x, 7]);
    let weights = |x: f32| f32s("l.0.norm", &[1], &[x]);
    let found = dir
        .compare(&[codes(1), weights(1.0)], &[codes(4), weights(1.5)])
        .unwrap();
    let flags: Vec<_> = found
        .tensors
        .iter()
        .map(|t| (t.name.as_str(), t.is_integer, t.difference.l1()))
        .collect();
    assert_eq!(
        flags,
        [("l.0.norm", false, 0.5), ("l.0.qweight", true, 3.0)]
    );
    assert_eq!(
        (found.total.l1(), found.layers[0].difference.l1()),
        (0.5, 0.5)
    );
}

#[test]
fn groups_are_the_sums_of_their_tensors() {
    let dir = Dir::new();
    let model = |x: f32| {
        [
            f32s("m.layers.10.mlp.weight", &[2], &[x, 0.0]),
            f32s("m.layers.9.mlp.weight", &[1], &[2.0 * x]),
            f32s("m.layers.9.mlp.bias", &[1], &[4.0 * x]),
            f32s("m.embed.weight", &[1], &[8.0 * x]),
        ]
    };
    let found = dir.compare(&model(1.0), &model(0.0)).unwrap();
    let list = |groups: &[kullback_model::Group]| -> Vec<_> {
        groups
            .iter()
            .map(|g| (g.name.clone(), g.tensors, g.difference.l1()))
            .collect()
    };
    let name = |name: &str| Some(name.to_owned());
    assert_eq!(
        list(&found.layers),
        [
            (None, 1, 8.0),
            (name("m.layers.9"), 2, 6.0),
            (name("m.layers.10"), 1, 1.0)
        ]
    );
    assert_eq!(
        list(&found.modules),
        [(name("m.embed"), 1, 8.0), (name("m.layers.*.mlp"), 3, 7.0)]
    );
    assert_eq!(
        (
            found.total.elements(),
            found.total.l1(),
            found.total.a().zeros()
        ),
        (5, 15.0, 1)
    );
    assert_eq!(found.total.b().zeros(), 5);
}

#[test]
fn what_is_not_finite_is_counted_and_left_out() {
    let dir = Dir::new();
    let (nan, inf) = (f32::NAN, f32::INFINITY);
    let found = dir
        .compare(
            &[f32s("w", &[6], &[nan, nan, inf, inf, 1.0, 2.0])],
            &[f32s("w", &[6], &[nan, 1.0, inf, -inf, 1.0, 4.0])],
        )
        .unwrap();
    let w = &found.total;
    assert_eq!((w.elements(), w.compared(), w.changed()), (6, 2, 3));
    assert_eq!((w.l1(), w.l2(), w.l_inf()), (2.0, 2.0, 2.0));
    assert_eq!((w.a().nan(), w.a().infinite()), (2, 2));
    assert_eq!((w.b().nan(), w.b().infinite()), (1, 2));
    assert_eq!((w.a().mean(), w.a().variance()), (Some(1.5), Some(0.25)));
}

#[test]
fn shapes_without_elements_are_compared() {
    let dir = Dir::new();
    let model = || [f32s("none", &[0, 4], &[]), f32s("one", &[], &[1.0])];
    let found = dir.compare(&model(), &model()).unwrap();
    assert_eq!((found.tensors.len(), found.total.elements()), (2, 1));
    assert_eq!(found.tensors[0].difference.a().mean(), None);
}

/// More than a chunk, so that threads have something to share.
#[test]
fn threads_do_not_change_a_byte() {
    let dir = Dir::new();
    let mut random = Random(7);
    let mut values = |n: usize| -> Vec<f32> { (0..n).map(|_| random.value()).collect() };
    let large = 2_500_000;
    let (a, b) = (values(large), values(large));
    let small = values(1000);
    let a = dir.write(
        "a",
        safetensors(&[
            f32s("l.0.w", &[large as u64], &a),
            f32s("l.1.w", &[1000], &small),
        ]),
    );
    let b = dir.write(
        "b",
        safetensors(&[
            f32s("l.0.w", &[large as u64], &b),
            f32s("l.1.w", &[1000], &small),
        ]),
    );
    let (a, b) = (Weights::open(a).unwrap(), Weights::open(b).unwrap());
    let mut printed: Vec<String> = [1, 2, 3]
        .into_iter()
        .map(|threads| {
            let pool = rayon::ThreadPoolBuilder::new()
                .num_threads(threads)
                .build()
                .unwrap();
            let found = pool.install(|| WeightsComparison::new(&a, &b, &Default::default()));
            format!("{:?}", found.unwrap())
        })
        .collect();
    printed.dedup();
    assert_eq!(printed.len(), 1);
}

#[test]
fn a_model_against_itself() {
    let dir = Dir::new();
    let mut random = Random(5);
    let values: Vec<f32> = (0..5000).map(|_| random.value()).collect();
    let a = dir.write("a", safetensors(&[f32s("w", &[5000], &values)]));
    let found = compare(&a, &a).unwrap().total;
    assert_eq!(
        (found.l1(), found.l2(), found.l_inf(), found.changed()),
        (0.0, 0.0, 0.0, 0)
    );
    assert_eq!(
        (found.relative_l2(), found.cosine()),
        (Some(0.0), Some(1.0))
    );
}
