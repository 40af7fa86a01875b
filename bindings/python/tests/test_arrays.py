"""Whatever holds numbers is read as what it is."""

import numpy as np
import pytest

import kullback

P = np.array([0.5, 0.25, 0.25])
Q = np.array([0.4, 0.4, 0.2])
KL = float(np.sum(P * np.log(P / Q)))


def test_arrays_broadcast_as_numpy_does():
    rng = np.random.default_rng(7)
    p = rng.dirichlet(np.ones(5), size=(2, 3, 4))
    q = rng.dirichlet(np.ones(5), size=(3, 1))
    got = kullback.kl(p, q)
    assert got.shape == (2, 3, 4)
    np.testing.assert_allclose(got, np.sum(p * np.log(p / q), axis=-1), rtol=1e-12)


@pytest.mark.parametrize("axis", [0, 1, 2, -1, -3])
def test_any_axis_and_stride(axis):
    rng = np.random.default_rng(8)
    p, q = (np.moveaxis(rng.dirichlet(np.ones(6), size=(4, 3)), -1, axis) for _ in range(2))
    for make in (np.ascontiguousarray, np.asfortranarray, lambda x: x[::-1], lambda x: np.flip(x)):
        a, b = make(p), make(q)
        np.testing.assert_allclose(kullback.kl(a, b, axis=axis), np.sum(a * np.log(a / b), axis=axis), rtol=1e-12)


def test_rows_that_no_two_strides_lead_through():
    rng = np.random.default_rng(9)
    p = rng.dirichlet(np.ones(3), size=(4, 4, 4, 4))[::2, ::-1, ::3]
    q = rng.dirichlet(np.ones(3), size=(1, 4, 1, 4))
    np.testing.assert_allclose(kullback.kl(p, q), np.sum(p * np.log(p / q), axis=-1), rtol=1e-12)


@pytest.mark.parametrize("dtype, tolerance", [("f8", 1e-15), ("f4", 1e-6), ("f2", 2e-3), (">f8", 1e-15), (">f4", 1e-6)])
def test_types(dtype, tolerance):
    assert kullback.kl(P.astype(dtype), Q.astype(dtype)) == pytest.approx(KL, rel=tolerance * 20)


def test_whole_numbers_and_bools_are_masses():
    assert kullback.tv([1, 0], [0, 1]) == 1.0
    assert kullback.tv(np.array([True, False]), [0.5, 0.5]) == 0.5
    assert kullback.kl([1, 1], [1, 3], normalize=True) == pytest.approx(0.143841036225890)


def test_no_distributions_have_no_values():
    assert kullback.kl(np.empty((0, 3)), Q).shape == (0,)


@pytest.mark.parametrize(
    "p, q, error, says",
    [
        ([0.5, 0.5], [0.2, 0.3, 0.5], kullback.Error, "over the same outcomes: along axis 0 there are 2 and 3"),
        ([0.5, 0.5], [0.5, 0.6], kullback.Error, "sums to 1.1"),
        ([[0.5, 0.5], [1.5, -0.5]], [0.5, 0.5], kullback.Error, r"distribution \[1\]: P\[1\] is -0.5"),
        (0.5, 0.5, kullback.Error, "a single number"),
        ([], [], kullback.Error, "empty"),
        (["a"], [1.0], TypeError, "p holds <U1"),
        ([1j], [1.0], TypeError, "p holds complex128"),
        ([1.0], [[1.0], [0.5, 0.5]], TypeError, "q is no array of numbers"),
        (np.ones(2, dtype="g"), [0.5, 0.5], TypeError, "p holds (float128|longdouble)"),
        ([2**53 + 1], [1], TypeError, "p has whole numbers beyond"),
    ],
)
def test_what_cannot_be_measured_is_said(p, q, error, says):
    with pytest.raises(error, match=says):
        kullback.kl(p, q)


def test_an_axis_that_is_not_there():
    with pytest.raises(IndexError, match="axis 1 is out of bounds: the arrays have 1"):
        kullback.kl(P, Q, axis=1)


def test_frames():
    for library in ("pandas", "polars"):
        frame = pytest.importorskip(library)
        assert kullback.kl(frame.Series(P), frame.Series(Q)) == pytest.approx(KL, rel=1e-14)
        with pytest.raises(TypeError, match="1 nulls"):
            kullback.kl(frame.Series([0.5, None, 0.5]), [0.5, 0.2, 0.3])
    arrow = pytest.importorskip("pyarrow")
    assert kullback.kl(arrow.array(P), arrow.chunked_array([Q[:1], Q[1:]])) == pytest.approx(KL, rel=1e-14)
    with pytest.raises(TypeError, match="1 nulls"):
        kullback.kl(arrow.array([0.5, None, 0.5]), [0.5, 0.2, 0.3])


def test_what_has_nothing_but_an_arrow_stream():
    duckdb = pytest.importorskip("duckdb")
    relation = duckdb.sql("SELECT unnest([0.5, 0.25, 0.25]) AS p")
    assert kullback.kl(relation, Q) == pytest.approx(KL, rel=1e-14)
    with pytest.raises(TypeError, match="row 1 of p is null"):
        kullback.kl(duckdb.sql("SELECT unnest([0.5, NULL, 0.5]) AS p"), Q)
    with pytest.raises(TypeError, match="p has 2 columns"):
        kullback.kl(duckdb.sql("SELECT 1 AS a, 2 AS b"), Q)


def test_tensors():
    torch = pytest.importorskip("torch")
    p, q = torch.tensor(P), torch.tensor(Q)
    assert kullback.kl(p, q) == pytest.approx(KL, rel=1e-14)
    assert kullback.kl(p.bfloat16(), q.bfloat16(), normalize=True) == pytest.approx(KL, rel=0.05)
    with pytest.raises(TypeError, match="requires a gradient"):
        kullback.kl(p.requires_grad_(), q)
