"""What two language models, or any two softmax classifiers, predict: row by row."""

from __future__ import annotations

import json
import os
from html import escape
from typing import Any, Literal, Union

import numpy as np

from . import _native
from ._arrays import as_whole
from ._native import Error
from ._progress import shown
from ._scores import Candidate, Mean, Paired, Scored, Spread, mean
from ._shown import columns_of_text, numbers, written
from ._tensors import is_path, rows_of
from ._types import Numbers

__all__ = ["Candidate", "LogitsReport", "logits"]

#: A file of rows, or an array of them.
Rows = Union[str, "os.PathLike[str]", Numbers]


def logits(
    base: Rows,
    *candidates: Rows,
    rows: Literal["logits", "log-probabilities", "probabilities"] | None = None,
    targets: Rows | None = None,
    chunk: int | None = None,
    vocabulary: int | None = None,
    precision: Literal["single", "double"] | None = None,
    unit: str = "nats",
    worst: int = 5,
    tensor: str | None = None,
    bf16: bool = False,
    progress: bool | None = None,
) -> LogitsReport:
    """Compare what models predict, row by row: KL of a candidate from a base, the quantised model from the full one.

    Parameters
    ----------
    base : array, (..., positions, vocabulary), or path
        P, what is true or trusted. An array of NumPy, PyTorch or another library, float64, float32, float16 or bfloat16, read
        where it lies; all axes before the positions are chunks of text. Or a file: llama.cpp's ``.kld``, ``.npy``, ``.npz``,
        ``.safetensors``, or JSON lines with the log-probabilities that an API gave.
    *candidates : array or path
        Q, what stands in for it; of two, A and B, the paired difference is given too. Arrays and files go together.
    rows : {'logits', 'log-probabilities', 'probabilities'} or None
        What the rows of arrays are. None: told by the first row, and stated; a row of numbers from 0 to 1 that sum to 1 is
        one of probabilities.
    targets : array of whole numbers, or path of a .npy file, or None
        The token that came at each row, for perplexities; a ``.kld`` file has its own.
    chunk : int or None
        Rows of each chunk, where neither arrays nor files say: rows of one chunk depend on each other.
    vocabulary : int or None
        Compare the first so many tokens, where vocabularies are padded to different lengths.
    precision : {'single', 'double'} or None
        The arithmetic of a row: to a relative error of 10⁻⁶, or 10⁻¹². None: single where a side has 16 bits an element.
    unit : {'nats', 'bits', 'bans'}
        Of all amounts of information.
    worst : int
        How many of the rows with the largest KL are listed.
    tensor : str or None
        Which array of a file that has several. None: the only one, or ``logits``.
    bf16 : bool
        Elements that NumPy saved without a type are bfloat16.
    progress : bool or None
        Show how far the reading is. None: after a second, in a terminal or a notebook.

    Returns
    -------
    LogitsReport
        Means with standard errors, by rows and by chunks; quantiles; the worst rows; perplexities; what must be said.

    Raises
    ------
    kullback.Error
        If sides are not about the same tokens of the same text, or a row is no distribution.
    OSError
        If a file cannot be read.
    TypeError
        If a side is no array of numbers.

    References
    ----------
    Standard errors by chunks: Liang & Zeger 1986, by Student's t over the chunks.

    Examples
    --------
    >>> import numpy as np
    >>> import kullback
    >>> rng = np.random.default_rng(0)
    >>> base = rng.normal(size=(4, 32, 1000)).astype("f4")      # four chunks of 32 tokens
    >>> report = kullback.logits(base, base + 0.1 * rng.normal(size=base.shape).astype("f4"))
    >>> print(f"{report.kl.value:.4f} ± {report.kl.clustered_error:.4f} nats")
    0.0050 ± 0.0000 nats
    >>> round(report.kl.quantiles[0.99], 4), len(report.per_row["kl"])
    (0.0061, 128)
    """
    if not 1 <= len(candidates) <= 2:
        raise TypeError(f"there are {len(candidates)} candidates: one is compared with the base, or two with each other too")
    names = ["candidate"] if len(candidates) == 1 else ["candidate A", "candidate B"]
    sides = [rows_of(side, name) for side, name in zip(candidates, names)]
    asked = {
        "rows": rows,
        "bf16": bf16,
        "tensor": tensor,
        "targets": None if targets is None else _targets(targets),
        "chunk": chunk,
        "vocabulary": vocabulary,
        "precision": precision,
        "worst": worst,
        "unit": unit,
    }
    with shown(progress) as watch:
        return LogitsReport(_native.logits(rows_of(base, "base"), sides, asked, watch))


def _targets(given: Any) -> list[int]:
    if is_path(given):
        given = np.load(given, allow_pickle=False)
    tokens = as_whole(given, "targets", "tokens are whole numbers")
    wrong = np.flatnonzero((tokens.ravel() < 0) | (tokens.ravel() >= 2**32))
    if wrong.size:
        raise Error(f"target {wrong[0]} is {tokens.ravel()[wrong[0]]}, and a token is 0 or above")
    return list(tokens.ravel().tolist())


class LogitsReport(Scored):
    """What models predict, compared row by row. Printed, it is a table; a notebook shows it as one.

    Of one candidate, all that is known of it can be asked of the report: ``report.kl`` is ``report.candidates[0].kl``.

    Attributes
    ----------
    unit : str
        The unit of every amount of information, but for those that say nats.
    base : dict
        P: its name, format, and what its rows are.
    candidates : tuple of Candidate
        One or two.
    paired : Paired or None
        Two candidates on the same rows.

    Examples
    --------
    >>> import numpy as np
    >>> import kullback
    >>> rng = np.random.default_rng(1)
    >>> base = rng.normal(size=(4, 16, 100))
    >>> a, b = base + 0.1 * rng.normal(size=base.shape), base + 0.2 * rng.normal(size=base.shape)
    >>> report = kullback.logits(base, a, b)
    >>> [round(candidate.kl.value, 3) for candidate in report.candidates]
    [0.005, 0.019]
    >>> report.paired.kl.interval[1] < 0        # A is closer
    True
    """

    def __init__(self, native: _native.Logits) -> None:
        self._native = native
        self._data: dict[str, Any] = numbers(json.loads(native.json()))
        self.unit: str = self._data["unit"]
        self.base: dict[str, Any] = self._data["base"]
        found = enumerate(self._data["candidates"])
        self.candidates: tuple[Candidate, ...] = tuple(Candidate(native, one, place) for place, one in found)

    def _candidate(self) -> Candidate:
        first, *others = self.candidates
        if others:
            raise Error("there are two candidates: ask one of `.candidates`, or `.paired`")
        return first

    @property
    def paired(self) -> Paired | None:
        """Two candidates on the same rows, where there are two with full rows."""
        one = self._data["paired"]
        if one is None:
            return None
        ratio = one["ln_perplexity_ratio"]
        return Paired(mean(one["kl"]), mean(one["first_closer"]), None if ratio is None else mean(ratio))

    def to_dict(self) -> dict[str, Any]:
        """Everything but the rows, as described in docs/json.md; infinities and NaN are floats."""
        return self._data

    def to_json(self) -> str:
        """Everything but the rows as JSON, byte by byte what ``kullback logits --json`` prints."""
        return self._native.json()

    def to_text(self, *, width: int | None = None) -> str:
        """Tables for a terminal of so many columns."""
        return self._native.terminal(columns_of_text(width))

    def to_html(self, path: str | os.PathLike[str] | None = None) -> str:
        """One page that needs no network, of one candidate; also written to `path` where that is given."""
        self._candidate()
        return written(self._native.html(), path)

    def __str__(self) -> str:
        return self.to_text()

    def __repr__(self) -> str:
        return f"LogitsReport({', '.join(map(repr, self.candidates))}, in {self.unit})"

    def _repr_html_(self) -> str:
        return "".join(_table(one, self.unit) for one in self.candidates) + _of_pair(self.paired, self.unit)


def _table(one: Candidate, unit: str) -> str:
    q = one.letter
    lines: list[tuple[str, Mean]] = []
    if one.bounds is None:
        lines += [(f"KL(P‖{q})", one.kl), (f"KL({q}‖P)", one.reverse_kl), (f"JS(P,{q})", one.js), (f"TV(P,{q})", one.tv)]
    else:
        lines += [(f"KL(P‖{q}), at least", one.bounds.kl), (f"KL({q}‖P), at least", one.bounds.reverse_kl)]
    lines.append(("same token on top", one.same_top))
    if one.perplexity is not None:
        lines.append(("ln of the ratio of perplexities, in nats", one.perplexity.ln_ratio))
    head = "".join(f"<th>{text}</th>" for text in ("", "mean", "median", "99 %", "max"))
    rows = "".join(
        f"<tr><th>{escape(name)}</th><td>{found}</td>"
        + "".join(f"<td>{found.quantiles[at]:.4g}</td>" for at in (0.5, 0.99, 1.0) if isinstance(found, Spread))
        + "</tr>"
        for name, found in lines
    )
    notes = "".join(f"<br>{escape(caveat)}" for caveat in one.caveats)
    text = f"{escape(q)}: {escape(one.name)}, {one.rows:,} rows; {escape(unit)}{notes}"
    return f"<p>{text}</p><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"


def _of_pair(paired: Paired | None, unit: str) -> str:
    if paired is None:
        return ""
    interval = paired.kl.interval
    within = "" if interval is None else f", 95 % interval {interval[0]:.4g} to {interval[1]:.4g}"
    return f"<p>KL(P‖A) − KL(P‖B): {paired.kl} {escape(unit)}{within}</p>"
