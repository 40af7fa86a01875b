"""What is known of rows that were compared: means, spreads, rows, by name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

from . import _native
from ._native import Error
from ._shown import frame

__all__ = ["Bounds", "Bucket", "Candidate", "Mean", "Paired", "Perplexity", "Scored", "Spread", "WorstRow"]


@dataclass(frozen=True)
class Mean:
    """A mean over rows, with its standard errors. It is a float where one is needed.

    Attributes
    ----------
    value : float
        The mean.
    error : float or None
        The standard error as if rows were independent, which within a chunk of text they are not: too small.
    clustered_error : float or None
        The standard error from chunks, where they are known.
    interval : tuple of float, or None
        95 %, by Student's t: from chunks where they are known.
    """

    value: float
    error: float | None
    clustered_error: float | None
    interval: tuple[float, float] | None

    def __float__(self) -> float:
        return self.value

    def __str__(self) -> str:
        error = self.error if self.clustered_error is None else self.clustered_error
        return f"{self.value:.4g}" if error is None else f"{self.value:.4g} ± {error:.2g}"


@dataclass(frozen=True)
class Spread(Mean):
    """A value over the rows: its mean, and `quantiles`, from the minimum at 0 to the maximum at 1."""

    quantiles: dict[float, float]


@dataclass(frozen=True)
class Bucket:
    """The rows in which the largest probability of the base is from `low` to below `high`."""

    low: float
    high: float
    rows: int
    kl: Mean
    same_top: Mean


@dataclass(frozen=True)
class WorstRow:
    """A row with a large KL(P‖Q); `token` is the one that came, and `probability` what P and Q gave it, where it is known."""

    row: int
    chunk: int | None
    kl: float
    top_p: float
    same_top: bool
    token: int | None
    probability: tuple[float, float] | None


@dataclass(frozen=True)
class Perplexity:
    """How well both predict the text.

    Attributes
    ----------
    base, candidate : float
        The perplexities.
    ratio : float
        The candidate's over the base's.
    ln_ratio : Mean
        Its logarithm, in nats whatever the unit, with the error of the paired difference.
    correlation : float
        Of ln p and ln q of the tokens that came.
    delta_p : Spread
        q − p of the token that came.
    rms_delta_p : float
        √ of the mean of its square.
    """

    base: float
    candidate: float
    ratio: float
    ln_ratio: Mean
    correlation: float
    delta_p: Spread
    rms_delta_p: float


@dataclass(frozen=True)
class Bounds:
    """What lists of the most likely tokens say for certain: KL is at least `kl`, `js` and `tv` lie between two means.

    `leftover` is the mass of the tokens that not both list, in P and in Q; `shared` how many both list.
    """

    kl: Mean
    reverse_kl: Mean
    js: tuple[Mean, Mean]
    tv: tuple[Mean, Mean]
    leftover: tuple[Mean, Mean]
    shared: Mean


@dataclass(frozen=True)
class Paired:
    """Two candidates on the same rows: `kl` is KL(P‖A) − KL(P‖B), below 0 where A is closer to the base.

    `first_closer` is the share of the rows in which A is; `ln_perplexity_ratio` ln of A's perplexity over B's, in nats.
    """

    kl: Mean
    first_closer: Mean
    ln_perplexity_ratio: Mean | None


class Scored:
    """The scores of a candidate, as a candidate has them, and a report of only one."""

    def _candidate(self) -> Candidate:
        raise NotImplementedError

    def _scores(self) -> dict[str, Any]:
        scores: dict[str, Any] | None = self._candidate()._data["scores"]
        if scores is None:
            raise Error("a side lists only the most likely tokens: there are bounds, see `.bounds`")
        return scores

    @property
    def kl(self) -> Spread:
        """KL(P‖Q), from 0 to ∞."""
        return spread(self._scores()["kl"])

    @property
    def reverse_kl(self) -> Spread:
        """KL(Q‖P), from 0 to ∞."""
        return spread(self._scores()["reverse_kl"])

    @property
    def js(self) -> Spread:
        """The Jensen–Shannon divergence, from 0 to ln 2."""
        return spread(self._scores()["js"])

    @property
    def tv(self) -> Spread:
        """The total variation distance, from 0 to 1."""
        return spread(self._scores()["tv"])

    @property
    def entropy(self) -> tuple[Mean, Mean]:
        """H(P) and H(Q)."""
        both = self._scores()["entropy"]
        return mean(both["p"]), mean(both["q"])

    @property
    def cross_entropy(self) -> Mean:
        """H(P,Q)."""
        return mean(self._scores()["cross_entropy"])

    @property
    def same_top(self) -> Mean:
        """The share of the rows in which the same token is the most likely."""
        return mean(self._candidate()._data["same_top"])

    @property
    def by_confidence(self) -> list[Bucket]:
        """The rows by the largest probability of the base."""
        return [
            Bucket(one["from"], one["below"], one["rows"], mean(one["kl"]), mean(one["same_top"]))
            for one in self._scores()["by_confidence"]
        ]

    @property
    def worst(self) -> list[WorstRow]:
        """The rows with the largest KL(P‖Q)."""
        return [
            WorstRow(
                row=one["row"],
                chunk=one["chunk"],
                kl=one["kl"],
                top_p=one["top_p"],
                same_top=one["same_top"],
                token=one["token"],
                probability=None if one["probability"] is None else (one["probability"]["p"], one["probability"]["q"]),
            )
            for one in self._scores()["worst"]
        ]

    @property
    def perplexity(self) -> Perplexity | None:
        """How well both predict the text, where its tokens are known."""
        one = self._candidate()._data["perplexity"]
        if one is None:
            return None
        return Perplexity(
            base=one["perplexity"]["p"],
            candidate=one["perplexity"]["q"],
            ratio=one["ratio"],
            ln_ratio=mean(one["ln_ratio"]),
            correlation=one["correlation"],
            delta_p=spread(one["delta_p"]),
            rms_delta_p=one["rms_delta_p"],
        )

    @property
    def bounds(self) -> Bounds | None:
        """Where a side lists only the most likely tokens: what is certain nevertheless."""
        one = self._candidate()._data["bounds"]
        if one is None:
            return None
        return Bounds(
            kl=mean(one["kl"]),
            reverse_kl=mean(one["reverse_kl"]),
            js=(mean(one["js"][0]), mean(one["js"][1])),
            tv=(mean(one["tv"][0]), mean(one["tv"][1])),
            leftover=(mean(one["leftover"]["p"]), mean(one["leftover"]["q"])),
            shared=mean(one["shared"]),
        )

    @property
    def per_row(self) -> dict[str, NDArray[Any]]:
        """The scores of each row by name, in nats: ``kl``, ``reverse_kl``, ``js``, ``tv``, ``entropy_p``, ``entropy_q``,
        ``cross_entropy``, ``top_p``, ``same_top``; ``chunk`` where chunks are known; ``token``, ``ln_p`` and ``ln_q`` where
        targets are, −1 and NaN for a token that a list lacks.
        """
        candidate = self._candidate()
        return candidate._native.per_row(candidate._place)

    def to_frame(self, library: str | None = None) -> Any:
        """A row for each row: `per_row` as a frame of Polars, pandas or PyArrow, the first that is installed."""
        return frame(self.per_row, library)

    @property
    def rows(self) -> int:
        """How many rows were compared."""
        return int(self._candidate()._data["compared"])

    @property
    def chunks(self) -> int | None:
        """In how many chunks the rows came, where that is known."""
        chunks: int | None = self._candidate()._data["chunks"]
        return chunks

    @property
    def caveats(self) -> tuple[str, ...]:
        """What a reader of the values must know."""
        return tuple(caveat["text"] for caveat in self._candidate()._data["caveats"])


class Candidate(Scored):
    """What was found of one candidate, Q, against the base, P.

    Attributes
    ----------
    name, letter : str
        Its name, and what it is called in texts: Q; of two, A and B.

    Examples
    --------
    >>> import kullback
    >>> candidate = kullback.logits([[0.0, 2.0]], [[0.0, 0.0]]).candidates[0]
    >>> print(candidate.kl, candidate.same_top.value, candidate.bounds)
    0.3278 0.0 None
    """

    def __init__(self, native: _native.Logits, data: dict[str, Any], place: int) -> None:
        self._native, self._data, self._place = native, data, place
        self.name: str = data["name"]
        self.letter: str = data["letter"]

    def _candidate(self) -> Candidate:
        return self

    def __repr__(self) -> str:
        what = "bounds" if self._data["scores"] is None else f"kl={self.kl}"
        return f"Candidate({self.letter}: {self.name!r}, {what}, {self.rows} rows)"


def mean(data: dict[str, Any]) -> Mean:
    """A mean, of its JSON."""
    return Mean(data["mean"], data["error"], data["clustered_error"], _interval(data))


def spread(data: dict[str, Any]) -> Spread:
    """A spread, of its JSON."""
    quantiles = {one["fraction"]: one["value"] for one in data["quantiles"]}
    return Spread(data["mean"], data["error"], data["clustered_error"], _interval(data), quantiles)


def _interval(data: dict[str, Any]) -> tuple[float, float] | None:
    return None if data["low"] is None else (data["low"], data["high"])
