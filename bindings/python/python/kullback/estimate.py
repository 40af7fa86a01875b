"""Estimates of what lies behind samples: entropy, KL and mutual information, from counts and from points.

Shares of a finite sample are not the probabilities behind it: their entropy is too low, their divergence and their information
too high. Each estimator corrects for that in its own way, and is named by its authors. For two samples of counts see
`kullback.from_counts`, which has intervals too. Nothing is clamped: an estimate of what cannot be negative may be.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from . import _native
from ._arrays import whole
from ._estimate import Estimate
from ._types import Base, Numbers
from .pair import Counts

__all__ = [
    "Mmd",
    "entropy",
    "entropy_estimators",
    "entropy_of_points",
    "kl_of_points",
    "mmd",
    "mutual_information",
    "mutual_information_of_points",
]


def entropy_estimators() -> dict[str, tuple[str, str]]:
    """The estimators of entropy by name, each with its formula and its source.

    Examples
    --------
    >>> from kullback import estimate
    >>> estimate.entropy_estimators()["miller_madow"][1]
    'Miller & Madow 1954; Miller 1955'
    """
    return {name: (formula, source) for name, formula, source in _native.entropy_estimators()}


def entropy(counts: Counts, *, estimator: str = "chao_wang_jost_2013", base: Base = None) -> Estimate:
    """The entropy behind a sample, from how often each outcome was seen.

    Parameters
    ----------
    counts : array of whole numbers, of one axis, or a mapping of counts by outcome
        Outcomes that were never seen may be listed with 0; estimators with a prior look at how many there are.
    estimator : str
        A name of `entropy_estimators`. ``"plug_in"`` is the entropy of the shares, too low by about (S − 1)/2n;
        ``"chao_wang_jost_2013"`` allows for outcomes that were not seen; ``"nsb_2002"`` where their number is known.
    base : number, 'nats', 'bits', 'bans' or None
        The base of the logarithm: 2 gives bits. None: nats.

    Returns
    -------
    Estimate
        With a standard error where the estimator has one.

    Raises
    ------
    kullback.Error
        If there is no such estimator, with the nearest name; if a count is no whole number, or nothing was seen.

    Examples
    --------
    >>> from kullback import estimate
    >>> counts = [1, 2, 1, 1, 3, 1, 1]  # ten draws, seven different outcomes: surely not all there are
    >>> round(estimate.entropy(counts, estimator="plug_in"), 2), round(estimate.entropy(counts), 2)
    (1.83, 2.68)
    """
    seen = list(counts.values()) if isinstance(counts, Mapping) else counts
    return _native.entropy_of_counts(whole(seen, "counts"), estimator, base)


def mutual_information(
    table: Sequence[Numbers], *, estimator: str = "zhang_grabchak_2014", base: Base = None
) -> Estimate:
    """The mutual information behind a table of counts, one row for each value of X, one column for each of Y.

    Parameters
    ----------
    table : array of whole numbers, of shape (rows, columns)
        How often each pair was seen.
    estimator : str
        ``"plug_in"`` (what scikit-learn's ``mutual_info_score`` is; too high), ``"bias_corrected"`` (Panzeri & Treves
        1996) or ``"zhang_grabchak_2014"`` (for information, Zhang & Zheng 2015).
    base
        As `entropy` has it.

    Returns
    -------
    Estimate
        With its asymptotic standard error.

    Raises
    ------
    kullback.Error
        If there is no such estimator, rows differ in length, a count is no whole number, or nothing was seen.

    Examples
    --------
    >>> from kullback import estimate
    >>> round(estimate.mutual_information([[30, 10], [10, 30]], estimator="plug_in"), 6)
    0.130812
    """
    rows = [whole(row, f"row {number}") for number, row in enumerate(table)]
    return _native.mutual_information_of_counts(rows, estimator, base)


def entropy_of_points(points: Numbers, k: int = 3, *, base: Base = None) -> Estimate:
    """The differential entropy behind a sample of points, by the distances to their k-th nearest neighbours.

    Parameters
    ----------
    points : array of numbers, of shape (points, columns) or (points,)
        A sample of a continuous distribution. Points with k copies make it −∞: they are an atom.
    k : int
        From 1 to one less than the points; small k has little bias, large k little spread.
    base
        As `entropy` has it.

    Returns
    -------
    Estimate
        Any real number; in other units of a column it moves by the logarithm of the factor.

    Raises
    ------
    kullback.Error
        If there are not more points than k, or a coordinate is not finite.

    References
    ----------
    Kozachenko & Leonenko 1987; Kraskov, Stögbauer & Grassberger 2004.

    Examples
    --------
    >>> import numpy as np
    >>> from kullback import estimate
    >>> x = np.random.default_rng(0).uniform(size=(2000, 2))  # of entropy 0
    >>> abs(estimate.entropy_of_points(x)) < 0.1
    True
    """
    return _native.entropy_of_points(points, k, base)


def kl_of_points(p: Numbers, q: Numbers, k: int = 3, *, base: Base = None) -> Estimate:
    """The KL divergence D(P‖Q) behind two samples of points, by nearest neighbours: without bins, in several columns.

    Parameters
    ----------
    p : array of numbers, of shape (n, columns) or (n,)
        A sample of P.
    q : array of numbers, of shape (m, columns) or (m,)
        A sample of Q.
    k : int
        Below n and at most m; 3 to 5 is usual.
    base
        As `entropy` has it.

    Returns
    -------
    Estimate
        May be negative where P and Q are close. Where Q has no points near those of P it is far too low.

    Raises
    ------
    kullback.Error
        If there are too few points for k, columns differ, or a coordinate is not finite.

    References
    ----------
    Wang, Kulkarni & Verdú 2009.

    Examples
    --------
    >>> import numpy as np
    >>> from kullback import estimate
    >>> rng = np.random.default_rng(0)
    >>> p, q = rng.normal(size=5000), rng.normal(1, 1, size=5000)
    >>> abs(estimate.kl_of_points(p, q) - 0.5) < 0.1  # KL(N(0,1) ‖ N(1,1)) = 1/2
    True
    """
    return _native.kl_of_points(p, q, k, base)


def mutual_information_of_points(x: Numbers, y: Numbers, k: int = 3, *, base: Base = None) -> Estimate:
    """The mutual information behind pairs of points, by nearest neighbours in both.

    Parameters
    ----------
    x, y : array of numbers, of shape (n, columns) or (n,)
        Row i of one with row i of the other. Bring columns to a common spread.
    k : int
        From 1 to n − 1; 3 to 5 is usual.
    base
        As `entropy` has it.

    Returns
    -------
    Estimate
        May be slightly negative near independence.

    Raises
    ------
    kullback.Error
        If the rows are not as many, there are too few for k, or a coordinate is not finite.

    References
    ----------
    Kraskov, Stögbauer & Grassberger 2004, their first estimator.

    Examples
    --------
    >>> import numpy as np
    >>> from kullback import estimate
    >>> rng = np.random.default_rng(0)
    >>> x = rng.normal(size=5000)
    >>> y = 0.8 * x + 0.6 * rng.normal(size=5000)
    >>> abs(estimate.mutual_information_of_points(x, y) + 0.5 * np.log(1 - 0.8**2)) < 0.05
    True
    """
    return _native.mutual_information_of_points(x, y, k, base)


@dataclass(frozen=True)
class Mmd:
    """A maximum mean discrepancy, with the p-value of a permutation test."""

    #: The unbiased estimate of MMD²; negative half the time where P = Q.
    squared: float
    #: The share of permutations with a value as large, the data counted as one: never 0.
    p_value: float
    #: The width of the Gaussian kernel: the median distance between two points.
    bandwidth: float


def mmd(p: Numbers, q: Numbers, *, permutations: int = 999, seed: int = 0) -> Mmd:
    """The squared maximum mean discrepancy of two samples of points, with a permutation test.

    Parameters
    ----------
    p, q : array of numbers, of shape (points, columns) or (points,)
        Two samples, of two points or more. Time and memory grow with the square of their number.
    permutations : int
        19 or more.
    seed : int
        Of the permutations.

    Returns
    -------
    Mmd

    Raises
    ------
    kullback.Error
        If there are too few points or permutations, columns differ, or a coordinate is not finite.

    References
    ----------
    Gretton, Borgwardt, Rasch, Schölkopf & Smola 2012.

    Examples
    --------
    >>> import numpy as np
    >>> from kullback import estimate
    >>> rng = np.random.default_rng(0)
    >>> estimate.mmd(rng.normal(size=(60, 3)), rng.normal(1, 1, size=(60, 3)), permutations=199).p_value
    0.005
    """
    return Mmd(*_native.mmd(p, q, permutations, seed))
