"""The same numbers as SciPy's and scikit-learn's, and the right ones where theirs are not."""

import math

import numpy as np
import pytest

import kullback

scipy_stats = pytest.importorskip("scipy.stats")
from scipy.spatial.distance import jensenshannon
from scipy.special import rel_entr


@pytest.fixture
def rows():
    rng = np.random.default_rng(11)
    return rng.dirichlet(np.ones(20), size=(2, 50))


@pytest.mark.parametrize("base", [None, 2, 10, 3.5])
def test_entropies(rows, base):
    p, q = rows
    np.testing.assert_allclose(kullback.entropy(p, base=base), scipy_stats.entropy(p, axis=-1, base=base), rtol=1e-13)
    np.testing.assert_allclose(kullback.kl(p, q, base=base), scipy_stats.entropy(p, q, axis=-1, base=base), rtol=1e-12)
    np.testing.assert_allclose(
        kullback.kl(p.T, q.T, axis=0, base=base), scipy_stats.entropy(p, q, axis=-1, base=base), rtol=1e-12
    )


def test_rel_entr(rows):
    p, q = rows
    np.testing.assert_allclose(kullback.kl(p, q), rel_entr(p, q).sum(-1), rtol=1e-12)


def test_js_distance(rows):
    p, q = rows
    np.testing.assert_allclose(kullback.js_distance(p, q), jensenshannon(p, q, axis=-1), rtol=1e-12)
    np.testing.assert_allclose(kullback.js(p, q, base=2), jensenshannon(p, q, axis=-1, base=2) ** 2, rtol=1e-12)


def test_counts_are_normalised_only_when_asked():
    p, q = [1, 2, 3], [3, 2, 1]
    assert kullback.kl(p, q, normalize=True) == pytest.approx(scipy_stats.entropy(p, q), rel=1e-14)
    with pytest.raises(kullback.Error, match="sums to 6"):
        kullback.kl(p, q)


def test_nearly_equal_distributions():
    """SciPy's sum of p ln(p/q) drowns in rounding; KL of (½ ± h) from (½, ½) is 2h² + O(h⁴)."""
    h = 1e-9
    p, q = [0.5 + h, 0.5 - h], [0.5, 0.5]
    truth = 2 * h * h
    assert kullback.kl(p, q) == pytest.approx(truth, rel=1e-6, abs=0)
    assert kullback.js_distance(p, q) == pytest.approx(math.sqrt(truth / 4), rel=1e-6, abs=0)
    assert scipy_stats.entropy(p, q) < 0
    with np.errstate(invalid="ignore"):
        assert math.isnan(jensenshannon(p, q))


def test_points_on_a_line():
    rng = np.random.default_rng(12)
    p, q = rng.normal(size=500), rng.normal(0.3, 1.2, size=700)
    u, v = rng.random(500), rng.random(700)
    assert kullback.wasserstein(p, q) == pytest.approx(scipy_stats.wasserstein_distance(p, q), rel=1e-12)
    assert kullback.wasserstein(p, q, p_weights=u, q_weights=v) == pytest.approx(
        scipy_stats.wasserstein_distance(p, q, u, v), rel=1e-12
    )
    assert kullback.energy(p, q) == pytest.approx(scipy_stats.energy_distance(p, q), rel=1e-10)
    assert kullback.ks(p, q) == pytest.approx(scipy_stats.ks_2samp(p, q).statistic, rel=1e-12)


def test_the_g_test():
    counts = np.array([[300, 500, 200], [250, 600, 150]])
    test = kullback.from_counts(*counts).test()
    theirs = scipy_stats.chi2_contingency(counts, correction=False, lambda_="log-likelihood")
    assert test.statistic == pytest.approx(theirs.statistic, rel=1e-12)
    assert test.degrees_of_freedom == theirs.dof
    # Theirs is Wilks' χ² as it is; ours is scaled to the moments that G has for these counts.
    assert test.p_value == pytest.approx(theirs.pvalue, rel=0.1)


def test_log_loss_is_cross_entropy():
    metrics = pytest.importorskip("sklearn.metrics")
    rng = np.random.default_rng(13)
    q, labels = rng.dirichlet(np.ones(4), size=100), rng.integers(0, 4, size=100)
    ours = kullback.cross_entropy(np.eye(4)[labels], q)
    assert ours.mean() == pytest.approx(metrics.log_loss(labels, q, labels=range(4)), rel=1e-12)
    # Theirs clips: a class that is called impossible and happens costs 36 nats, and is −ln 0 = ∞.
    assert kullback.cross_entropy([1, 0], [0, 1]) == math.inf
    assert metrics.log_loss([0, 1], [[0, 1], [0, 1]], labels=[0, 1]) < 20


def test_mutual_information_is_kl_from_independence():
    metrics = pytest.importorskip("sklearn.metrics")
    rng = np.random.default_rng(14)
    x = rng.integers(0, 5, size=1000)
    y = (x + rng.integers(0, 3, size=1000)) % 5
    table = np.histogram2d(x, y, bins=5)[0]
    independent = np.outer(table.sum(1), table.sum(0))
    ours = kullback.kl(table.ravel(), independent.ravel(), normalize=True)
    theirs = metrics.mutual_info_score(x, y)
    assert ours == pytest.approx(theirs, rel=1e-12)
    plug_in = kullback.estimate.mutual_information(table, estimator="plug_in")
    assert float(plug_in) == pytest.approx(theirs, rel=1e-12)
    # Independent columns: the plug-in reads (R − 1)(C − 1)/2n on average and more, the corrected one about 0.
    x, y = rng.integers(0, 8, size=(2, 200))
    table = np.histogram2d(x, y, bins=8)[0]
    assert metrics.mutual_info_score(x, y) > 0.1
    assert abs(kullback.estimate.mutual_information(table)) < 0.08


def test_no_family_is_moved_silently():
    with pytest.raises(kullback.Error, match="begins at 0 and cannot be moved"):
        kullback.kl(scipy_stats.gamma(2, loc=1), scipy_stats.gamma(2))
    with pytest.raises(kullback.Error, match="scipy.stats.levy is none of the families"):
        kullback.kl(scipy_stats.levy(), scipy_stats.norm())
    with pytest.raises(kullback.Error, match="failures from 0"):
        kullback.kl(scipy_stats.geom(0.5), scipy_stats.geom(0.25))
    with pytest.raises(TypeError, match="p is a family of distributions and q is none"):
        kullback.kl(scipy_stats.norm(), [0.5, 0.5])


FROZEN = [
    scipy_stats.bernoulli(0.3),
    scipy_stats.beta(2.0, 3.0),
    scipy_stats.binom(10, 0.3),
    scipy_stats.cauchy(0.5, 2.0),
    scipy_stats.chi(3.0),
    scipy_stats.chi2(df=3.0),
    scipy_stats.expon(scale=0.5),
    scipy_stats.gamma(2.5, scale=0.5),
    scipy_stats.geom(0.3, loc=-1),
    scipy_stats.gumbel_r(0.5, 2.0),
    scipy_stats.halfnorm(scale=2.0),
    scipy_stats.invgamma(3.0, scale=2.0),
    scipy_stats.invgauss(0.5, scale=2.0),
    scipy_stats.laplace(loc=0.5, scale=2.0),
    scipy_stats.logistic(0.5, 2.0),
    scipy_stats.lognorm(0.7, scale=2.0),
    scipy_stats.moyal(0.5, 2.0),
    scipy_stats.nbinom(2.5, 0.4),
    scipy_stats.norm(0.5, 2.0),
    scipy_stats.pareto(3.0, scale=2.0),
    scipy_stats.poisson(3.0),
    scipy_stats.t(4.0, 0.5, 2.0),
    scipy_stats.truncnorm(-1.0, 2.0, loc=0.5, scale=2.0),
    scipy_stats.uniform(0.5, 2.0),
    scipy_stats.vonmises(2.0, loc=0.5),
    scipy_stats.weibull_min(1.5, scale=2.0),
]


@pytest.mark.parametrize("frozen", FROZEN, ids=lambda frozen: frozen.dist.name)
def test_families_of_scipy(frozen):
    """Parameters are taken for what they are: entropies agree, and cross-entropies, in which location shows."""
    ours, theirs = kullback.entropy(frozen), float(frozen.entropy())
    assert float(ours) == pytest.approx(theirs, rel=1e-6)
    assert float(kullback.kl(frozen, frozen)) == 0.0
    if hasattr(frozen.dist, "pdf"):
        # H(P, Q), by their quadrature: of a cauchy Q on the line, of another von Mises Q on the circle.
        wide = scipy_stats.vonmises(0.5, loc=1.0) if frozen.dist.name == "vonmises" else scipy_stats.cauchy(1.0, 3.0)
        theirs = frozen.expect(lambda x: -wide.logpdf(x), limit=400)
        assert float(kullback.cross_entropy(frozen, wide)) == pytest.approx(theirs, rel=1e-6)


def test_values_of_families_say_how_they_were_found():
    kl = kullback.kl(scipy_stats.norm(0, 1), kullback.Laplace(0, 2), base=2)
    assert kl.unit == "bits" and kl.method == "closed form" and kl.error_bound < 1e-12
    assert float(kl) == pytest.approx(float(kullback.kl(kullback.Normal(0, 1), kullback.Laplace(0, 2))) / math.log(2))
