"""Losses beside their definitions in NumPy, in float64, and their gradients beside central differences."""

import math

import numpy as np
import pytest

import kullback
from kullback import loss

ABSENT = -math.inf
RNG = np.random.default_rng(11)
Z = RNG.normal(size=(2, 3, 5)) * 2
TARGET = RNG.dirichlet(np.ones(5), size=(2, 3))
TEACHER = RNG.normal(size=(2, 3, 5))
CLASSES = RNG.integers(0, 5, size=(2, 3))


def softmax(z, temperature=1.0):
    weights = np.exp(z / temperature - np.max(z / temperature, axis=-1, keepdims=True))
    return weights / weights.sum(-1, keepdims=True)


def mean_log(mass, a, b=1.0):
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.sum(np.where(mass > 0, mass * np.log(a / b), 0.0), axis=-1)


def js(p, q, beta=0.5):
    m = beta * p + (1 - beta) * q
    return beta * mean_log(p, p, m) + (1 - beta) * mean_log(q, q, m)


# The loss of a row by p and q.
LOSSES = {
    "cross_entropy": lambda p, q: -mean_log(p, q),
    "kl_target_model": lambda p, q: mean_log(p, p, q),
    "kl_model_target": lambda p, q: mean_log(q, q, p),
    "symmetric_kl": lambda p, q: mean_log(p, p, q) + mean_log(q, q, p),
    "js": js,
    "cross_entropy_model_target": lambda p, q: -mean_log(q, p),
    "squared_error": lambda p, q: np.sum((p - q) ** 2, axis=-1),
}


def central(value, z, step=1e-6):
    gradient = np.empty_like(z)
    for place in np.ndindex(z.shape):
        moved = [z.copy(), z.copy()]
        moved[0][place] += step
        moved[1][place] -= step
        gradient[place] = (value(moved[0]) - value(moved[1])) / (2 * step)
    return gradient


@pytest.mark.parametrize("name", LOSSES)
@pytest.mark.parametrize("temperature", [1.0, 2.5])
def test_values_are_their_definitions_and_gradients_central_differences(name, temperature):
    ask = getattr(loss, name)
    value, gradient = ask(Z, TARGET, temperature=temperature)
    rows = LOSSES[name](TARGET, softmax(Z, temperature))
    assert value == pytest.approx(rows.mean(), rel=1e-12)
    assert gradient.shape == Z.shape and gradient.dtype == np.float64
    moved = central(lambda z: ask(z, TARGET, temperature=temperature, grad=False), Z)
    np.testing.assert_allclose(gradient, moved, atol=1e-9)


def test_entropy():
    value, gradient = loss.entropy(Z)
    q = softmax(Z)
    assert value == pytest.approx(-mean_log(q, q).mean(), rel=1e-12)
    np.testing.assert_allclose(gradient, central(lambda z: loss.entropy(z, grad=False), Z), atol=1e-9)


@pytest.mark.parametrize(
    "target, said, p",
    [
        (CLASSES, {}, np.eye(5)[CLASSES]),
        (CLASSES.astype("u1"), {"label_smoothing": 0.2}, 0.8 * np.eye(5)[CLASSES] + 0.04),
        (TEACHER, {"from_logits": True}, softmax(TEACHER)),
        (TEACHER, {"from_logits": True, "target_temperature": 0.4}, softmax(TEACHER, 0.4)),
        (3 * TARGET, {"normalize": True}, TARGET),
        (np.eye(5, dtype=int)[CLASSES], {}, np.eye(5)[CLASSES]),
    ],
)
def test_targets(target, said, p):
    for name in ("cross_entropy", "kl_target_model", "js"):
        value = getattr(loss, name)(Z, target, grad=False, reduction="none", **said)
        np.testing.assert_allclose(value, LOSSES[name](p, softmax(Z)), rtol=1e-12, atol=1e-15)


def test_masses_as_they_are_are_those_of_the_generalised_kl():
    q = softmax(Z)
    value = loss.kl_target_model(Z, 3 * TARGET, normalize=None, reduction="none", grad=False)
    np.testing.assert_allclose(value, (3 * TARGET * np.log(3 * TARGET / q) - 3 * TARGET + q).sum(-1), rtol=1e-12)


def test_reductions_and_weights():
    rows = loss.cross_entropy(Z, CLASSES, reduction="none", grad=False)
    weights = np.array([[1.0, 0.0, 2.0], [0.5, 0.0, 1.0]])
    for reduction, divisor in [("sum", 1), ("mean_over_kept_rows", weights.sum()), ("mean_over_all_rows", 6)]:
        value, gradient = loss.cross_entropy(Z, CLASSES, weights=weights, reduction=reduction)
        assert value == pytest.approx((weights * rows).sum() / divisor)
        single = loss.cross_entropy(Z, CLASSES, reduction="none")[1]
        np.testing.assert_allclose(gradient, weights[..., None] * single / divisor, rtol=1e-12, atol=1e-17)
    kept = weights > 0
    assert loss.js(Z, TARGET, weights=kept, grad=False) == pytest.approx(js(TARGET, softmax(Z))[kept].mean())


def test_rows_whose_class_says_so_do_not_count():
    target = CLASSES.copy()
    target[0, 1] = target[1, 2] = -100
    value, gradient = loss.cross_entropy(Z, target, ignore_index=-100)
    rows = loss.cross_entropy(Z, CLASSES, reduction="none", grad=False)
    assert value == pytest.approx(rows[target >= 0].mean())
    assert not gradient[target < 0].any() and gradient[target >= 0].all()


def test_class_weights():
    v = np.array([0.5, 2.0, 0.0, 1.0, 3.0])
    value = loss.cross_entropy(Z, TARGET, class_weights=v, reduction="none", grad=False)
    np.testing.assert_allclose(value, -(v * TARGET * np.log(softmax(Z))).sum(-1), rtol=1e-12)


def test_distillation():
    value, gradient = loss.distillation(Z, TEACHER, temperature=4.0)
    plain = mean_log(softmax(TEACHER, 4.0), softmax(TEACHER, 4.0), softmax(Z, 4.0)).mean()
    assert value == pytest.approx(16 * plain, rel=1e-12)
    np.testing.assert_allclose(
        gradient, central(lambda z: loss.distillation(z, TEACHER, temperature=4.0, grad=False), Z), atol=1e-8
    )


def near(scale):
    """Logits of 32,000 tokens that a step of training moved a little, in float32; and their KL, in float64."""
    rng = np.random.default_rng(5)
    a = (3 * rng.normal(size=32000)).astype("f4")
    b = (a + scale * rng.normal(size=32000)).astype("f4")
    p, q = softmax(a.astype("f8")), softmax(b.astype("f8"))
    x = np.log(q / p)  # to 1e-16, where the two differ by 1e-4
    return a, b, float(np.sum(p * (np.expm1(x) - x)))


@pytest.mark.parametrize("scale", [1e-1, 1e-3, 1e-4])
def test_rows_that_nearly_agree(scale):
    a, b, truth = near(scale)
    value, gradient = loss.kl_from_logits(a, b)
    assert value == pytest.approx(truth, rel=2e-5)
    assert gradient.dtype == np.float32
    wide = softmax(b.astype("f8")) - softmax(a.astype("f8"))
    np.testing.assert_allclose(gradient, wide, atol=1e-6 * wide.max() / min(scale, 1))


def test_kl_from_logits_at_a_temperature_and_its_gradient():
    value, gradient = loss.kl_from_logits(TEACHER, Z, temperature=2.0)
    p, q = softmax(TEACHER, 2.0), softmax(Z, 2.0)
    assert value == pytest.approx(mean_log(p, p, q).mean(), rel=1e-12)
    moved = central(lambda z: loss.kl_from_logits(TEACHER, z, temperature=2.0, grad=False), Z)
    np.testing.assert_allclose(gradient, moved, atol=1e-9)


def test_nothing_is_nan_where_masses_are_zero():
    z = np.array([[0.0, 0.0, ABSENT], [1.0, ABSENT, 0.0]])
    p = np.array([[0.5, 0.5, 0.0], [0.0, 1.0, 0.0]])
    value, gradient = loss.kl_target_model(z, p, reduction="none")
    np.testing.assert_array_equal(value, [0.0, math.inf])
    q = 1 / (1 + math.exp(-1))
    np.testing.assert_allclose(gradient, [[0, 0, 0], [q, -1, 1 - q]], atol=1e-15)
    for name in LOSSES:
        value, gradient = getattr(loss, name)(z, p, reduction="none")
        assert not np.isnan(value).any() and not np.isnan(gradient).any(), name
    value, gradient = loss.kl_model_target([0.0, 0.0], [1.0, 0.0])
    assert value == math.inf and gradient.tolist() == [-math.inf, math.inf]


@pytest.mark.parametrize("dtype, out", [("f8", "f8"), ("f4", "f4"), ("f2", "f4"), (">f8", "f8"), ("i8", "f8")])
def test_types(dtype, out):
    z = np.array([[0, 1, 2], [2, 0, 1]], dtype=dtype)
    value, gradient = loss.cross_entropy(z, [2, 0])
    assert gradient.dtype == np.dtype(out)
    assert value == pytest.approx(-math.log(softmax(np.arange(3.0))[2]), rel=1e-6)


def test_a_target_of_float64_makes_it_float64():
    _, gradient = loss.kl_target_model(Z.astype("f4"), TARGET)
    assert gradient.dtype == np.float64


def test_any_strides_and_many_rows():
    z = RNG.normal(size=(7, 64, 40))
    target = RNG.integers(0, 64, size=(7, 40))
    strided = np.moveaxis(z, 1, 2)
    assert not strided.flags.c_contiguous
    value, gradient = loss.cross_entropy(strided, target)
    expected = -np.log(softmax(strided))[np.arange(7)[:, None], np.arange(40), target].mean()
    assert value == pytest.approx(expected, rel=1e-12)
    assert gradient.shape == (7, 40, 64)


def test_one_row_has_a_float():
    value, gradient = loss.cross_entropy([0.0, 0.0], 1, reduction="none")
    assert value == pytest.approx(math.log(2)) and gradient.tolist() == [0.5, -0.5]


def test_penalty():
    w = RNG.normal(size=(4, 3))
    value, gradient = loss.penalty(w, l1=0.3, l2=0.7)
    assert value == pytest.approx(0.3 * np.abs(w).sum() + 0.35 * (w**2).sum())
    np.testing.assert_allclose(gradient, 0.3 * np.sign(w) + 0.7 * w)
    assert loss.penalty(w.astype("f4"), l2=1.0)[1].dtype == np.float32


@pytest.mark.parametrize(
    "call, error, says",
    [
        (lambda: loss.cross_entropy([[0.0, math.nan]], [0]), kullback.Error, "class 1 in row 0 is NaN"),
        (lambda: loss.cross_entropy([[ABSENT, ABSENT]], [0]), kullback.Error, "row 0 gives no class a chance"),
        (lambda: loss.cross_entropy([[0.0, 1.0]], [2]), kullback.Error, "row 0 has class 2: the classes of 2"),
        (lambda: loss.cross_entropy([[0.0, 1.0]], [-1]), kullback.Error, "say ignore_index=-1"),
        (lambda: loss.cross_entropy([[0.0, 1.0]], [0, 1]), kullback.Error, r"target has the shape \[2\]"),
        (lambda: loss.cross_entropy([[0.0, 1.0]], [0.5]), TypeError, "target holds float64: class numbers are whole"),
        (lambda: loss.cross_entropy([0.0, 1.0], [0.5, 0.6]), kullback.Error, "sums to 1.1, not to 1: .* normalize=True"),
        (lambda: loss.cross_entropy(1.0, [1.0]), kullback.Error, "a single number"),
        (lambda: loss.cross_entropy([[0.0, 1.0]], [0], weights=[1.0, 1.0]), kullback.Error, r"weights has the shape \[2\]"),
        (lambda: loss.cross_entropy([[0.0, 1.0]], [0], weights=[-1.0]), kullback.Error, "the weight of row 0 is -1"),
        (lambda: loss.cross_entropy([[0.0, 1.0]], [0], weights=[0.0]), kullback.Error, "no row is kept"),
        (lambda: loss.cross_entropy([0.0, 1.0], 0, class_weights=[1.0]), kullback.Error, r"class_weights has the shape"),
        (lambda: loss.cross_entropy([0.0, 1.0], 0, reduction="mean"), kullback.Error, "there is no reduction 'mean'"),
        (lambda: loss.cross_entropy([0.0, 1.0], 0, temperature=0.0), kullback.Error, "the temperature is 0"),
        (lambda: loss.js([0.0, 1.0], 0, beta=1.0), kullback.Error, "β"),
        (lambda: loss.cross_entropy(["a", "b"], 0), TypeError, "logits holds <U1"),
        (lambda: loss.penalty([math.inf], l1=1.0), kullback.Error, "parameter 0 is inf"),
        (lambda: loss.penalty([1.0], l1=-1.0), kullback.Error, "λ of L1 is -1"),
    ],
)
def test_what_cannot_be_a_loss_is_said(call, error, says):
    with pytest.raises(error, match=says):
        call()
