"""Entropies, measures by name, and what else is asked of arrays of probabilities."""

from __future__ import annotations

from . import _native
from ._types import Array, Base, Numbers

__all__ = ["cross_entropy", "entropy", "measure", "pairwise"]


def entropy(
    p: Numbers, *, axis: int = -1, base: Base = None, normalize: bool | None = False
) -> Array:
    """Entropy, H(P) = −Σ p ln p: the least average surprise with which draws from P can be met.

    Parameters
    ----------
    p : array of numbers, or a family
        Probabilities.
    axis : int
        The axis along which the distributions lie.
    base : number, 'nats', 'bits', 'bans' or None
        The base of the logarithm: 2 gives bits. None: nats.
    normalize : bool or None
        False: masses must sum to 1. True: they are divided by their sum. None: they are taken as they are.

    Returns
    -------
    float or array of float64
        One value for each distribution, from 0 to the logarithm of the number of outcomes. Differential entropies of
        families may be negative.

    Raises
    ------
    kullback.Error
        If a mass is negative or not finite, or masses do not sum to 1 (see `normalize`).

    References
    ----------
    Shannon 1948.

    Examples
    --------
    >>> import kullback
    >>> kullback.entropy([0.5, 0.5], base=2)
    1.0
    """
    return _native.entropy(p, axis, base, normalize)


def cross_entropy(
    p: Numbers, q: Numbers, *, axis: int = -1, base: Base = None, normalize: bool | None = False
) -> Array:
    """Cross-entropy, H(P,Q) = −Σ p ln q: the average surprise of one who believes in Q while P is true.

    KL(P‖Q) = H(P,Q) − H(P). Since H(P) does not depend on Q, minimising one over Q is minimising the other.

    Parameters
    ----------
    p, q : array of numbers, or families
        Probabilities, broadcast against each other. P is what is true or trusted, Q what stands in for it.
    axis, base, normalize
        As `kullback.entropy` has them.

    Returns
    -------
    float or array of float64
        One value for each distribution, from H(P) to ∞, which it is where P has mass that Q lacks.

    Raises
    ------
    kullback.Error
        If a mass is negative or not finite, masses do not sum to 1 (see `normalize`), or shapes do not match.

    References
    ----------
    Shannon 1948; Kullback & Leibler 1951.

    Examples
    --------
    >>> import kullback
    >>> p, q = [0.5, 0.5], [0.25, 0.75]
    >>> abs(kullback.cross_entropy(p, q) - kullback.entropy(p) - kullback.kl(p, q)) < 1e-15
    True
    """
    return _native.cross_entropy(p, q, axis, base, normalize)


def measure(
    name: str,
    p: Numbers,
    q: Numbers,
    *,
    axis: int = -1,
    base: Base = None,
    normalize: bool | None = False,
) -> Array:
    """Any measure of probabilities by its name, with its parameter after a colon.

    Parameters
    ----------
    name : str
        A name of the registry or an alias, as ``"kl"``, ``"psi"``, ``"renyi:2"``.
    p, q, axis, base, normalize
        As `kullback.kl` has them. The base is of no account for measures that are no amount of information.

    Returns
    -------
    float or array of float64
        One value for each distribution.

    Raises
    ------
    kullback.Error
        If there is no such measure, with the nearest name; otherwise as `kullback.kl`.

    Examples
    --------
    >>> import kullback
    >>> kullback.measure("renyi:2", [0.5, 0.5], [0.25, 0.75]) == kullback.renyi([0.5, 0.5], [0.25, 0.75], 2)
    True
    """
    return _native.measure(name, None, p, q, axis, base, normalize)


def pairwise(
    p: Numbers,
    q: Numbers | None = None,
    *,
    measure: str = "kl",
    base: Base = None,
    normalize: bool | None = False,
) -> Array:
    """A measure of each row of P and each row of Q, or of P and P.

    Parameters
    ----------
    p : array of numbers, of shape (n, k)
        n distributions over k outcomes.
    q : array of numbers, of shape (m, k), or None
        The distributions to compare with. None: those of P.
    measure : str
        A name of the registry, with its parameter after a colon.
    base, normalize
        As `kullback.kl` has them.

    Returns
    -------
    array of float64, of shape (n, m)
        D(Pᵢ‖Qⱼ) in row i and column j. Between rows of P the diagonal is 0.

    Raises
    ------
    kullback.Error
        As `kullback.kl`.

    Examples
    --------
    >>> import kullback
    >>> kullback.pairwise([[0.5, 0.5], [1.0, 0.0]], measure="tv")
    array([[0. , 0.5],
           [0.5, 0. ]])
    """
    return _native.matrix(measure, p, q, base, normalize)
