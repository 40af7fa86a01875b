"""Two distributions over the same outcomes, from whatever is known of them."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any, Union

import numpy as np
from numpy.typing import NDArray

from . import _native
from ._arrays import whole
from ._estimate import Estimate
from ._native import Error
from ._types import Base, Numbers

__all__ = ["Pair", "Test", "Verdict", "from_counts", "from_logits", "from_probabilities", "from_samples"]

#: How often each outcome was seen: numbers in one order, or by outcome, as `collections.Counter` has them.
Counts = Union[Numbers, Mapping[Any, int]]


def from_probabilities(p: Numbers, q: Numbers, *, normalize: bool | None = False) -> Pair:
    """Two distributions that are known.

    Parameters
    ----------
    p, q : array of numbers, of one axis
        Probabilities of the same outcomes.
    normalize : bool or None
        False: masses must sum to 1. True: they are divided by their sum. None: they are taken as they are.

    Returns
    -------
    Pair

    Raises
    ------
    kullback.Error
        If a mass is negative or not finite, masses do not sum to 1 (see `normalize`), or lengths differ.

    Examples
    --------
    >>> import kullback
    >>> pair = kullback.from_probabilities([0.5, 0.5], [0.25, 0.75])
    >>> round(pair.cross_entropy() - pair.entropy(), 6) == round(pair.kl(), 6)
    True
    """
    return Pair(_native.Pair.from_probabilities(p, q, normalize), "probabilities", None)


def from_logits(a: Numbers, b: Numbers) -> Pair:
    """Two distributions from their logits: p = softmax(a), q = softmax(b).

    The differences of logits are kept, so that a KL of 10⁻¹⁸ nats is as right as any.

    Parameters
    ----------
    a, b : array of numbers, of one axis
        Logits; −∞ is probability 0.

    Returns
    -------
    Pair

    Raises
    ------
    kullback.Error
        If a logit is NaN or +∞, all are −∞, or lengths differ.

    Examples
    --------
    >>> import kullback, math
    >>> round(kullback.from_logits([0.0, 0.0], [0.0, math.log(3)]).kl(), 6)
    0.143841
    """
    return Pair(_native.Pair.from_logits(a, b), "logits", None)


def from_counts(p: Counts, q: Counts, *, outcomes: Sequence[Hashable] | None = None) -> Pair:
    """Two samples, as how often each outcome was seen in each.

    Parameters
    ----------
    p, q : array of whole numbers, of one axis, or mappings
        Counts of the same outcomes in the same order; or counts by outcome, where one that a side lacks has the count 0.
    outcomes : sequence or None
        What the outcomes are called, for arrays.

    Returns
    -------
    Pair
        Its divergences are estimates, with intervals.

    Raises
    ------
    kullback.Error
        If a count is negative or not whole, a side has seen nothing, or lengths differ.

    Examples
    --------
    >>> from collections import Counter
    >>> import kullback
    >>> pair = kullback.from_counts(Counter("aaabbc"), Counter("aabbbb"))
    >>> pair.outcomes, pair.sizes
    (['a', 'b', 'c'], (6, 6))
    """
    named = None if outcomes is None else list(outcomes)
    if isinstance(p, Mapping) and isinstance(q, Mapping):
        if outcomes is not None:
            raise TypeError("outcomes are the keys of mappings: give them with arrays only")
        keys = dict.fromkeys([*p, *q])
        named = list(keys)
        p, q = [p.get(key, 0) for key in keys], [q.get(key, 0) for key in keys]
    elif isinstance(p, Mapping) or isinstance(q, Mapping):
        raise TypeError("one side has its counts by outcome and the other has not: give both as mappings or as arrays")
    pair = _native.Pair.from_counts(whole(p, "p"), whole(q, "q"))
    if named is not None and len(named) != len(pair.masses()[0]):
        raise Error(f"there are {len(named)} outcomes and {len(pair.masses()[0])} counts: give one name for each")
    return Pair(pair, "counts", named)


def from_samples(p: Any, q: Any) -> Pair:
    """Two samples of numbers, or of anything else that can be told apart.

    Numbers are cut into bins of equal mass, about the third root of the smaller sample of them (10 to 128); an increasing map
    of the values changes nothing. NaN and infinities are outcomes of their own. All else is counted as it is.

    Parameters
    ----------
    p, q : array of numbers, of one axis, or sequence of hashable values
        The values that were seen. For tables with nulls, dates and types that differ see `kullback.compare`.

    Returns
    -------
    Pair
        Its divergences are estimates, with intervals. Those of bins are at most those of the values themselves, by the
        data-processing inequality; ``ks``, ``wasserstein`` and other measures of points read the values.

    Raises
    ------
    kullback.Error
        If a sample is empty.

    Examples
    --------
    >>> import kullback, numpy as np
    >>> rng = np.random.default_rng(0)
    >>> pair = kullback.from_samples(rng.normal(size=10_000), rng.normal(0.5, size=10_000))
    >>> kl = pair.kl()
    >>> kl.interval[0] < 0.125 < kl.interval[1]  # KL(N(0,1) ‖ N(0.5,1)) = 1/8
    True
    >>> round(pair.measure("wasserstein"), 2)
    0.5
    """
    if _texts(p) or _texts(q):
        counts = [dict(zip(*_counted(side))) for side in (p, q)]
        return from_counts(*counts)
    return Pair(_native.Pair.from_samples(p, q), "samples", None)


@dataclass(frozen=True)
class Test:
    """The G-test of "both samples come from one distribution".

    Examples
    --------
    >>> import kullback
    >>> kullback.from_counts([300, 500, 200], [250, 600, 150]).test().method
    'chi-squared'
    """

    #: How likely a statistic at least as large is when nothing has changed; never 0.
    p_value: float
    #: G = 2(n + m) times the Jensen–Shannon divergence with weights n : m, in nats.
    statistic: float
    #: The number of outcomes seen, less 1.
    degrees_of_freedom: int
    #: How the p-value was found: ``"chi-squared"``, or by permutation with so many draws.
    method: str


@dataclass(frozen=True)
class Verdict:
    """What two samples say of a change, given a tolerance.

    Examples
    --------
    >>> import kullback
    >>> verdict = kullback.from_counts([50, 50], [45, 55]).verdict()
    >>> print(verdict, verdict.rows_needed)
    undecided (1759, 1759)
    """

    #: ``"drifted"``, ``"stable"`` or ``"undecided"``.
    verdict: str
    #: Where it is undecided: the rows of both that would decide it if the estimate stays where it is.
    rows_needed: tuple[int, int] | None

    def __str__(self) -> str:
        return self.verdict


class Pair:
    """Two distributions over the same outcomes: see `from_counts`, `from_samples`, `from_logits`, `from_probabilities`.

    Attributes
    ----------
    p, q : array of float64
        The probabilities, or the samples' shares.
    sizes : tuple of int or None
        How many rows either sample has.
    outcomes : list or None
        What the outcomes are: as given, or for samples of numbers the lowest and highest value of each bin.
    """

    def __init__(self, pair: _native.Pair, source: str, outcomes: list[Any] | None) -> None:
        self._pair = pair
        self._source = source
        self.p, self.q = pair.masses()
        self.sizes = pair.sizes
        self.outcomes = outcomes if outcomes is not None else pair.bins

    def measure(self, name: str, *, base: Base = None, level: float = 0.95) -> Estimate:
        """Any measure of the registry.

        Parameters
        ----------
        name : str
            Its name or an alias, with its parameter after a colon: ``"kl"``, ``"renyi:2"``. Samples of numbers also have
            measures of points: ``"ks"``, ``"wasserstein"``.
        base : number, 'nats', 'bits', 'bans' or None
            The base of the logarithm, for measures that are an amount of information. None: nats.
        level : float
            The level of the interval.

        Returns
        -------
        Estimate
            For counts and samples, of ``kl``, ``reverse_kl``, ``js`` and ``psi``: the plug-in less its bias, with an
            interval. All else is the value of the probabilities or shares.

        Raises
        ------
        kullback.Error
            If there is no such measure, or the pair has no points on a line to measure.

        Examples
        --------
        >>> import kullback
        >>> pair = kullback.from_counts([30, 70], [25, 75])
        >>> pair.measure("hellinger").method
        'plug-in'
        """
        return self._measure(name, base, level)

    def _measure(self, name: str, base: Base, level: float) -> Estimate:
        in_nats = name in ("entropy", "cross_entropy") or _native.in_nats(name)
        nats, unit = _native.unit(base) if in_nats else (1.0, None)
        details: dict[str, Any] = {"method": "plug-in" if self.sizes else f"of {self._source}"}
        found = None if name in ("entropy", "cross_entropy") else self._pair.infer(name, level)
        details |= found or {"value": self._pair.value(name)}
        value = details.pop("value") / nats
        for key in ("plug_in", "interval", "if_same"):
            if key in details:
                ends = details[key]
                details[key] = tuple(end / nats for end in ends) if isinstance(ends, tuple) else ends / nats
        return Estimate(value, name=name, unit=unit, **details)

    def kl(self, *, base: Base = None, level: float = 0.95) -> Estimate:
        """Kullback–Leibler divergence KL(P‖Q): see `measure`.

        Examples
        --------
        >>> import kullback
        >>> print(kullback.from_counts([900, 100], [850, 150]).kl())
        kl                      0.0100329 nats
        95 % interval           0.00237463 … 0.0267946
        plug-in                 0.0108961
        if nothing had changed  ≤ 0.00386497
        method                  Zhang & Grabchak 2014
        """
        return self._measure("kl", base, level)

    def reverse_kl(self, *, base: Base = None, level: float = 0.95) -> Estimate:
        """Reverse Kullback–Leibler divergence KL(Q‖P): see `measure`."""
        return self._measure("reverse_kl", base, level)

    def js(self, *, base: Base = None, level: float = 0.95) -> Estimate:
        """Jensen–Shannon divergence: see `measure`."""
        return self._measure("js", base, level)

    def psi(self, *, base: Base = None, level: float = 0.95) -> Estimate:
        """Population stability index, KL(P‖Q) + KL(Q‖P): see `measure`."""
        return self._measure("psi", base, level)

    def entropy(self, *, base: Base = None) -> Estimate:
        """Entropy H(P), of the probabilities or shares."""
        return self._measure("entropy", base, 0.95)

    def cross_entropy(self, *, base: Base = None) -> Estimate:
        """Cross-entropy H(P,Q), of the probabilities or shares."""
        return self._measure("cross_entropy", base, 0.95)

    def contributions(self, name: str = "kl") -> NDArray[np.float64]:
        """What each outcome adds to a measure, in nats, in the order of `outcomes`.

        Parts of f-divergences are zero or above: of KL, p ln(p/q) − p + q. They sum to the value of the shares.

        Examples
        --------
        >>> import kullback
        >>> kullback.from_counts([90, 9, 1], [80, 20, 0]).contributions()[2]
        np.float64(inf)
        """
        return self._pair.contributions(name)

    def gradient(self, name: str = "kl") -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """The slopes ∂D/∂p and ∂D/∂q of a measure at each outcome, in nats.

        Examples
        --------
        >>> import kullback
        >>> by_p, by_q = kullback.from_probabilities([0.5, 0.5], [0.25, 0.75]).gradient()
        >>> by_q  # 1 − p/q
        array([-1.        ,  0.33333333])
        """
        return self._pair.gradient(name)

    def test(self, *, seed: int = 0) -> Test:
        """The G-test of "nothing has changed", for counts and samples.

        Parameters
        ----------
        seed : int
            Of the permutations, by which the p-value is found where counts are small.

        Raises
        ------
        kullback.Error
            For probabilities and logits, which are no samples.

        Examples
        --------
        >>> import kullback
        >>> kullback.from_counts([300, 500, 200], [250, 600, 150]).test().p_value < 1e-4
        True
        """
        statistic, degrees, p_value, method = self._pair.test(seed)
        return Test(p_value, statistic, degrees, method)

    def verdict(self, *, tolerance: float = 0.005, level: float = 0.95, alpha: float = 0.05, seed: int = 0) -> Verdict:
        """Whether KL(P‖Q) is above a tolerance, for counts and samples.

        Parameters
        ----------
        tolerance : float
            In nats. At 0.005, by Pinsker's inequality, no event's probability has moved by more than 5 percentage points.
        level : float
            The level of the interval, which must lie above the tolerance for "drifted" and below it for "stable".
        alpha : float
            The p-value of `test` must not be above it for "drifted".
        seed : int
            As `test` has it.

        Raises
        ------
        kullback.Error
            For probabilities and logits, which are no samples.

        Examples
        --------
        >>> import kullback
        >>> print(kullback.from_counts([5000, 5000], [4000, 6000]).verdict())
        drifted
        """
        return Verdict(*self._pair.verdict(tolerance, level, alpha, seed))

    def __len__(self) -> int:
        return len(self.p)

    def __repr__(self) -> str:
        of = f"{self.sizes[0]:,} and {self.sizes[1]:,} rows" if self.sizes else self._source
        return f"<kullback.Pair of {of}, {len(self)} outcomes: KL(P‖Q) = {float(self.kl()):.6g} nats>"

    def _repr_html_(self) -> str:
        parts = self.contributions()
        order = np.argsort(-parts, kind="stable")[:10]
        outcomes = self.outcomes if self.outcomes is not None else range(len(self))
        rows = "".join(
            f"<tr><td>{escape(_named(outcomes[i]))}</td><td>{self.p[i]:.4g}</td><td>{self.q[i]:.4g}</td>"
            f"<td>{parts[i]:.4g}</td></tr>"
            for i in order
        )
        head = "<tr><th>outcome</th><th>P</th><th>Q</th><th>adds to KL</th></tr>"
        more = f"<p>and {len(self) - len(order)} more</p>" if len(self) > len(order) else ""
        return f"{self.kl()._repr_html_()}<table>{head}{rows}</table>{more}"


def _named(outcome: Any) -> str:
    if isinstance(outcome, tuple) and len(outcome) == 2:
        low, high = outcome
        return f"{low:g}" if low == high else f"{low:g} … {high:g}"
    return str(outcome)


def _texts(sample: Any) -> bool:
    """Whether a sample holds anything but numbers."""
    return np.asarray(sample).dtype.kind not in "biuf"


def _counted(sample: Any) -> tuple[list[Any], list[int]]:
    counts: dict[Any, int] = {}
    for value in np.asarray(sample).tolist():
        counts[value] = counts.get(value, 0) + 1
    return list(counts), list(counts.values())
