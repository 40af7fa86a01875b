"""A number that knows how it was found."""

from __future__ import annotations

from html import escape
from typing import Any


class Estimate(float):
    """A float with its unit, how it was found, and how far off it may be.

    It is a number wherever a number is asked for. What is not known of it is None.

    Attributes
    ----------
    name : str
        What it is of, as in the registry: ``"kl"``.
    unit : str or None
        The unit: nats, bits, bans; None for what is no amount of information.
    method : str
        How it was found: the estimator with author and year, ``"closed form"``, ``"quadrature"``, ...
    interval : tuple of float or None
        The confidence interval, low and high, at `level`.
    level : float or None
        The share of samples whose interval holds the truth.
    plug_in : float or None
        The value of the samples' shares, which is too high on average.
    if_same : tuple of float or None
        What the plug-in would read had nothing changed: its median, and what 95 % of all readings lie below.
    error_bound : float or None
        The truth lies within so much of the value.
    standard_error : float or None
        The standard error of a mean over random draws, which is no bound.
    caveats : tuple of str
        What a reader of the number must know.

    Examples
    --------
    >>> import kullback
    >>> kl = kullback.from_counts([300, 500, 200], [250, 600, 150]).kl()
    >>> round(kl, 4), [round(end, 4) for end in kl.interval]
    (0.0189, [0.0062, 0.0417])
    >>> kl.method
    'Zhang & Grabchak 2014'
    """

    name: str
    unit: str | None
    method: str
    interval: tuple[float, float] | None
    level: float | None
    plug_in: float | None
    if_same: tuple[float, float] | None
    error_bound: float | None
    standard_error: float | None
    caveats: tuple[str, ...]

    def __new__(
        cls,
        value: float,
        *,
        name: str,
        method: str,
        unit: str | None = None,
        interval: tuple[float, float] | None = None,
        level: float | None = None,
        plug_in: float | None = None,
        if_same: tuple[float, float] | None = None,
        error_bound: float | None = None,
        standard_error: float | None = None,
        caveats: tuple[str, ...] = (),
    ) -> Estimate:
        self = super().__new__(cls, value)
        self.name, self.method, self.unit = name, method, unit
        self.interval, self.level = interval, level
        self.plug_in, self.if_same = plug_in, if_same
        self.error_bound, self.standard_error = error_bound, standard_error
        self.caveats = tuple(caveats)
        return self

    def _details(self) -> dict[str, Any]:
        return {key: value for key, value in vars(self).items() if value not in (None, ())}

    def __reduce__(self) -> tuple[Any, ...]:
        return _restored, (float(self), self._details())

    def __repr__(self) -> str:
        details = ", ".join(f"{key}={value!r}" for key, value in self._details().items())
        return f"Estimate({float(self)!r}, {details})"

    def _rows(self) -> list[tuple[str, str]]:
        """What is known, as label and text."""
        unit = f" {self.unit}" if self.unit else ""
        rows = [(self.name, f"{float(self):.6g}{unit}")]
        if self.interval is not None and self.level is not None:
            low, high = self.interval
            rows.append((f"{100 * self.level:g} % interval", f"{low:.6g} … {high:.6g}"))
        if self.plug_in is not None:
            rows.append(("plug-in", f"{self.plug_in:.6g}"))
        if self.if_same is not None:
            rows.append(("if nothing had changed", f"≤ {self.if_same[1]:.6g}"))
        if self.error_bound is not None:
            rows.append(("error", f"≤ {self.error_bound:.2g}"))
        if self.standard_error is not None:
            rows.append(("standard error", f"{self.standard_error:.2g}"))
        rows.append(("method", self.method))
        rows.extend(("caveat", caveat) for caveat in self.caveats)
        return rows

    def __str__(self) -> str:
        rows = self._rows()
        width = max(len(label) for label, _ in rows)
        return "\n".join(f"{label:<{width}}  {text}" for label, text in rows)

    def _repr_html_(self) -> str:
        cell = '<td style="text-align:left">'
        rows = (f"<tr>{cell}{escape(label)}</td>{cell}{escape(text)}</td></tr>" for label, text in self._rows())
        return f"<table>{''.join(rows)}</table>"


def _restored(value: float, details: dict[str, Any]) -> Estimate:
    return Estimate(value, **details)
