"""What is known of P and Q, and what follows from it."""

import math
import pickle
from collections import Counter

import numpy as np
import pytest

import kullback


def test_counts_by_outcome_are_aligned():
    by_name = kullback.from_counts(Counter(a=3, b=4, d=1), {"b": 5, "a": 1, "c": 2})
    in_order = kullback.from_counts([3, 4, 1, 0], [1, 5, 0, 2], outcomes=["a", "b", "d", "c"])
    assert by_name.outcomes == in_order.outcomes == ["a", "b", "d", "c"]
    assert float(by_name.kl()) == float(in_order.kl())


def test_an_estimate_is_a_number_with_its_interval():
    kl = kullback.from_counts([3000, 5000, 2000], [2500, 6000, 1500]).kl()
    assert isinstance(kl, float) and kl.interval[0] < kl < kl.interval[1]
    assert kl < kl.plug_in == pytest.approx(
        kullback.kl([3000, 5000, 2000], [2500, 6000, 1500], normalize=True), rel=1e-14
    )
    again = pickle.loads(pickle.dumps(kl))
    assert again == kl and again.interval == kl.interval
    bits = kullback.from_counts([3000, 5000, 2000], [2500, 6000, 1500]).kl(base=2)
    assert bits.unit == "bits"
    np.testing.assert_allclose([bits, *bits.interval, bits.plug_in], np.array([kl, *kl.interval, kl.plug_in]) / math.log(2))


def test_an_outcome_of_one_side_is_a_caveat_and_no_infinity():
    kl = kullback.from_counts([300, 500, 199, 1], [300, 500, 200, 0]).kl()
    assert kl.plug_in == math.inf and math.isfinite(kl)
    assert any("seen on one side only" in caveat for caveat in kl.caveats)


def test_the_interval_holds_the_truth_of_samples():
    rng = np.random.default_rng(21)
    kl = kullback.from_samples(rng.normal(size=50_000), rng.normal(0.5, size=50_000)).kl()
    assert kl.interval[0] < 0.125 < kl.interval[1]


def test_samples_of_texts_are_counted():
    pair = kullback.from_samples(["a", "a", "b"], np.array(["b", "c"]))
    assert dict(zip(pair.outcomes, pair.p)) == pytest.approx({"a": 2 / 3, "b": 1 / 3, "c": 0})


def test_measures_of_points_read_the_values():
    pair = kullback.from_samples([1.0, 2.0, 3.0], [2.0, 4.0])
    assert pair.measure("wasserstein") == kullback.wasserstein([1.0, 2.0, 3.0], [2.0, 4.0])
    with pytest.raises(kullback.Error, match="from_samples has the values"):
        kullback.from_counts([1, 2], [2, 1]).measure("ks")


def test_verdicts():
    assert kullback.from_counts([5000, 5000], [4000, 6000]).verdict().verdict == "drifted"
    assert kullback.from_counts([5000, 5000], [4950, 5050]).verdict().verdict == "stable"
    undecided = kullback.from_counts([50, 50], [45, 55]).verdict()
    assert undecided.verdict == "undecided" and undecided.rows_needed[0] > 1000


def test_contributions_sum_to_the_value_and_gradients_are_slopes():
    p, q = np.array([0.5, 0.3, 0.2]), np.array([0.4, 0.4, 0.2])
    pair = kullback.from_probabilities(p, q)
    for name in ("kl", "js", "hellinger", "renyi:2", "psi"):
        value = pair.measure(name)
        assert pair.contributions(name).sum() == pytest.approx(float(value), rel=1e-12)
        h = 1e-6 * np.array([1, -1, 0])
        slope = (kullback.measure(name, p + h, q) - kullback.measure(name, p - h, q)) / 2e-6
        by_p, _ = pair.gradient(name)
        assert by_p[0] - by_p[1] == pytest.approx(slope, rel=1e-5)


def test_logits_that_nearly_agree():
    a = np.random.default_rng(22).normal(size=1000)
    kl = kullback.from_logits(a, a + 1e-10 * np.arange(1000))
    p = np.exp(a - a.max())
    p /= p.sum()
    d = 1e-10 * np.arange(1000)
    truth = 0.5 * (np.sum(p * d * d) - np.sum(p * d) ** 2)  # half the variance of the shift, to first order
    assert kl.kl() == pytest.approx(truth, rel=1e-5, abs=0)


@pytest.mark.parametrize(
    "make, error, says",
    [
        (lambda: kullback.from_counts([1, -1], [1, 1]), kullback.Error, r"p\[1\] is -1: a count is a whole number"),
        (lambda: kullback.from_counts([1, 1], [1, 0.5]), kullback.Error, r"q\[1\] is 0.5"),
        (lambda: kullback.from_counts([0, 0], [1, 1]), kullback.Error, "P"),
        (lambda: kullback.from_counts([1, 2], [1, 2], outcomes=["a"]), kullback.Error, "1 outcomes and 2 counts"),
        (lambda: kullback.from_counts({"a": 1}, [1]), TypeError, "both as mappings or as arrays"),
        (lambda: kullback.from_samples([], [1.0]), kullback.Error, "P"),
        (lambda: kullback.from_samples([[1.0]], [1.0]), kullback.Error, "an array of one axis is expected"),
        (lambda: kullback.from_logits([0.0], [math.nan]), kullback.Error, "NaN"),
        (lambda: kullback.from_probabilities([0.5, 0.5], [0.5, 0.5]).test(), kullback.Error, "are no samples"),
        (lambda: kullback.from_counts([1, 2], [2, 1]).kl(level=1.5), kullback.Error, "level is 1.5"),
        (lambda: kullback.from_counts([1, 2], [2, 1]).kl(base=1), kullback.Error, "base is 1"),
        (lambda: kullback.from_counts([1, 2], [2, 1]).kl(base="digits"), kullback.Error, "nats"),
        (lambda: kullback.from_counts([1, 2], [2, 1]).measure("kk"), kullback.Error, "did you mean `kl`"),
        (lambda: kullback.Normal(0, -1), kullback.Error, "sd"),
        (lambda: kullback.Family("normal(0"), kullback.Error, "normal"),
    ],
)
def test_what_cannot_be_is_said(make, error, says):
    with pytest.raises(error, match=says):
        make()


def test_faces():
    pair = kullback.from_counts({"<b>": 90, "x": 10}, {"<b>": 80, "x": 20})
    assert "&lt;b&gt;" in pair._repr_html_() and "<b>" not in pair._repr_html_()
    assert "100 and 100 rows, 2 outcomes" in repr(pair)
    assert "Zhang &amp; Grabchak 2014" in pair.kl()._repr_html_()
