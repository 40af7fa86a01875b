"""What a comparison of two tables found."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from typing import Any

from . import _native
from ._estimate import Estimate
from ._shown import columns_of_text, frame, numbers, written

__all__ = ["Column", "Outcome", "Report"]

@dataclass(frozen=True)
class Outcome:
    """A value of a column, or an interval of them, on both sides.

    Attributes
    ----------
    label : str
        What it is, in words.
    kind : str
        ``"value"``, ``"interval"``, ``"text"``, ``"null"``, ``"non_finite"``, or ``"bucket"``: texts that are not told apart.
    low, high : float or None
        The ends of an interval; times in microseconds since 1970, or since midnight.
    count : tuple of int
        How many rows of P and of Q have it.
    share : tuple of float
        What share of the rows of P and of Q that is.
    contribution : float
        Its part of the plug-in value of the first measure: never negative; the parts add up.
    signed : float
        Its part of the estimate of KL(P‖Q), below 0 where it is more frequent in Q; the parts add up.
    estimated : float
        The same − p + q: how much it moves the estimate. Values that only Q has weigh what they take from all others.

    Examples
    --------
    >>> import kullback
    >>> first = kullback.explain({"x": ["a", "b"] * 50}, {"x": ["a"] * 9 + ["b"]}, "x").contributions[0]
    >>> first.label, first.count, first.share
    ('b', (50, 1), (0.5, 0.1))
    """

    label: str
    kind: str
    low: float | None
    high: float | None
    count: tuple[int, int]
    share: tuple[float, float]
    contribution: float
    signed: float
    estimated: float


class Column:
    """What is known of one column of two tables. Printed, it is all of that.

    Attributes
    ----------
    name : str
        Its name.
    kind : str
        What its values are: ``"number"``, ``"text"``, ``"time"``, ...
    verdict : str
        ``"drifted"``, ``"stable"`` or ``"undecided"``, by the estimate of KL, its interval, and the tolerance.
    rows, nulls : tuple of int
        How many rows P and Q have, and how many of them are null.
    caveats : tuple of str
        What a reader of the values must know.

    Examples
    --------
    >>> import kullback
    >>> report = kullback.compare({"age": [30, 40, 50] * 40}, {"age": [30, 30, 50] * 40})
    >>> age = report["age"]
    >>> age.verdict, round(age.kl, 2), [round(end, 2) for end in age.interval]
    ('drifted', 1.18, [0.46, 2.37])
    >>> age.contributions[0].label, age.contributions[0].count
    ('40', (40, 0))
    """

    def __init__(self, report: Report, data: dict[str, Any]) -> None:
        self._report, self._data = report, data
        self.name: str = data["name"]
        self.kind: str = data["kind"]
        self.verdict: str = data["verdict"]
        self.rows: tuple[int, int] = _both(data["rows"])
        self.nulls: tuple[int, int] = _both(data["nulls"])
        self.caveats: tuple[str, ...] = tuple(caveat["text"] for caveat in data["caveats"])

    @property
    def values(self) -> dict[str, float | None]:
        """Each measure that was asked for, as a plug-in value: of the samples' shares as they are.

        None where a measure reads points on a line and the column has none.
        """
        return {value["measure"]: value["value"] for value in self._data["values"]}

    @property
    def estimates(self) -> dict[str, Estimate]:
        """KL, reverse KL, JS and PSI less the bias of their plug-ins, with intervals."""
        unit = self._report.unit
        return {one["measure"]: _estimate(one, unit) for one in self._data["estimates"]}

    @property
    def kl(self) -> Estimate:
        """KL(P‖Q), estimated."""
        return self.estimates["kl"]

    @property
    def js(self) -> Estimate:
        """The Jensen–Shannon divergence, estimated."""
        return self.estimates["js"]

    @property
    def interval(self) -> tuple[float, float]:
        """The confidence interval of KL(P‖Q)."""
        interval = self._data["estimates"][0]["interval"]
        return interval["low"], interval["high"]

    @property
    def p_value(self) -> float:
        """How likely samples that differ as much are if nothing has changed (G-test)."""
        return float(self._data["test"]["p_value"])

    @property
    def p_adjusted(self) -> float:
        """The p-value adjusted for the number of columns (Benjamini & Hochberg 1995)."""
        return float(self._data["test"]["p_adjusted"])

    @property
    def rows_needed(self) -> tuple[int, int] | None:
        """Of an undecided column: how many rows would decide it, if the estimate stays where it is."""
        needed = self._data["rows_needed"]
        return None if needed is None else _both(needed)

    @property
    def outcomes(self) -> list[Outcome]:
        """The outcomes: numbers in their order along the axis, texts by how often they occur."""
        return [
            Outcome(
                label=one["label"],
                kind=one["kind"],
                low=one["low"],
                high=one["high"],
                count=_both(one["count"]),
                share=_both(one["share"]),
                contribution=one["contribution"],
                signed=one["signed"],
                estimated=one["estimated"],
            )
            for one in self._data["outcomes"]
        ]

    @property
    def contributions(self) -> list[Outcome]:
        """The outcomes, those first that make up most of the first measure: of KL, most of its estimate."""
        return sorted(self.outcomes, key=lambda outcome: -abs(self._part(outcome)))

    def _part(self, outcome: Outcome) -> float:
        return outcome.estimated if next(iter(self.values)) == "kl" else outcome.contribution

    @property
    def parts(self) -> dict[str, float]:
        """The estimate of KL by the chain rule: nulls, new values, vanished values, shared values."""
        return {part["part"]: part["estimate"] for part in self._data["parts"]}

    def to_dict(self) -> dict[str, Any]:
        """Everything, as in `Report.to_dict`."""
        return self._data

    def to_text(self, *, top: int = 20, width: int | None = None) -> str:
        """Everything, in words, with the `top` outcomes."""
        return self._report._native.only(self.name).explain(top, columns_of_text(width))

    def __str__(self) -> str:
        return self.to_text()

    def __repr__(self) -> str:
        low, high = self.interval
        return f"Column({self.name!r}, {self.verdict}, kl={float(self.kl):.4g}, interval=({low:.4g}, {high:.4g}))"

    def _repr_html_(self) -> str:
        return f"<pre>{escape(str(self))}</pre>"


class Report:
    """A comparison of two tables, column by column. Printed, it is a table; a notebook shows it as one.

    It is a sequence of `Column`, in the order asked for; ``report["age"]`` is a column by its name.

    Attributes
    ----------
    unit : str
        The unit of every amount of information.
    names : list of str
        The columns that were compared, in their order.
    drifted, stable, undecided : list of str
        The columns of each verdict.
    not_compared : list of dict
        The columns that were not compared, each with its `table` and the `reason`.
    p, q : dict
        What was noticed of each table: its name, files, rows and notes.
    joint : dict or None
        What pairs of columns say beyond each by itself, where that was asked for.

    Examples
    --------
    >>> import kullback
    >>> p = {"sex": ["f", "m"] * 500, "age": list(range(20, 70)) * 20}
    >>> q = {"sex": ["f", "m", "m", "m"] * 250, "age": list(range(20, 70)) * 20}
    >>> report = kullback.compare(p, q)
    >>> report.drifted, report.stable
    (['sex'], ['age'])
    >>> round(report["sex"].kl, 3)
    0.143
    >>> [column.name for column in report]
    ['sex', 'age']
    """

    def __init__(self, native: _native.Report, library: str | None = None) -> None:
        self._native, self._library = native, library
        self._data: dict[str, Any] | None = None

    def to_dict(self) -> dict[str, Any]:
        """Everything there is, as described in docs/json.md; infinities and NaN are floats."""
        if self._data is None:
            data: dict[str, Any] = numbers(json.loads(self._native.json()))
            self._data = data
        return self._data

    def to_json(self) -> str:
        """Everything there is as JSON: what ``kullback compare --json`` prints, but for how notes spell options."""
        return self._native.json()

    def to_html(self, path: str | os.PathLike[str] | None = None) -> str:
        """One page that needs no network, with a plot for each column; also written to `path` where that is given."""
        return written(self._native.html(), path)

    def to_markdown(self, *, top: int = 3) -> str:
        """A table for a pull request or a wiki, with the `top` outcomes of each column that is not stable."""
        return self._native.markdown(top)

    def to_csv(self) -> str:
        """A line for each column."""
        return self._native.csv()

    def to_text(self, *, top: int = 3, width: int | None = None) -> str:
        """A table for a terminal of `width` columns, with the `top` outcomes of each column that is not stable."""
        return self._native.terminal(top, columns_of_text(width))

    def to_frame(self, library: str | None = None) -> Any:
        """A row for each column.

        Parameters
        ----------
        library : {'pandas', 'polars', 'pyarrow'} or None
            Whose frame it is. None: that of the first table that was a frame; else the first of Polars, pandas and PyArrow
            that is installed.

        Returns
        -------
        polars.DataFrame, pandas.DataFrame or pyarrow.Table
            `column`, `kind`, `verdict`, `rows_p`, `rows_q`, `nulls_p`, `nulls_q`; each measure's plug-in value by its name;
            `kl_estimate`, `kl_low`, `kl_high`, `p_value`, `p_adjusted`, `caveats`.

        Raises
        ------
        ModuleNotFoundError
            If none is installed, or not the one asked for.
        ValueError
            If `library` is none of these.
        """
        rows = [_row(column) for column in self]
        data = {key: [row[key] for row in rows] for key in (rows[0] if rows else ())}
        return frame(data, library or self._library)

    @property
    def unit(self) -> str:
        """The unit of every amount of information."""
        return str(self.to_dict()["unit"])

    @property
    def p(self) -> dict[str, Any]:
        """What was noticed of P."""
        return dict(self.to_dict()["p"])

    @property
    def q(self) -> dict[str, Any]:
        """What was noticed of Q."""
        return dict(self.to_dict()["q"])

    @property
    def joint(self) -> dict[str, Any] | None:
        """What pairs of columns say, where that was asked for."""
        return self.to_dict().get("joint")

    @property
    def not_compared(self) -> list[dict[str, str]]:
        """The columns that were not compared, with the reason."""
        return list(self.to_dict()["not_compared"])

    @property
    def names(self) -> list[str]:
        """The columns that were compared."""
        return [column["name"] for column in self.to_dict()["columns"]]

    @property
    def drifted(self) -> list[str]:
        """The columns that drifted."""
        return self._said("drifted")

    @property
    def stable(self) -> list[str]:
        """The columns that are stable."""
        return self._said("stable")

    @property
    def undecided(self) -> list[str]:
        """The columns with too few rows to say."""
        return self._said("undecided")

    def _said(self, verdict: str) -> list[str]:
        return [column["name"] for column in self.to_dict()["columns"] if column["verdict"] == verdict]

    def __len__(self) -> int:
        return len(self.to_dict()["columns"])

    def __iter__(self) -> Iterator[Column]:
        return (Column(self, column) for column in self.to_dict()["columns"])

    def __contains__(self, name: object) -> bool:
        return name in self.names

    def __getitem__(self, name: str) -> Column:
        for column in self.to_dict()["columns"]:
            if column["name"] == name:
                return Column(self, column)
        for column in self.not_compared:
            if column["column"] == name:
                raise KeyError(f"`{name}` was not compared: {column['reason']}")
        raise KeyError(f"there is no column `{name}`; there are: {', '.join(self.names[:30])}")

    def __str__(self) -> str:
        return self.to_text()

    def __repr__(self) -> str:
        whole = self.to_dict()["whole"]
        counts = ", ".join(f"{whole[verdict]} {verdict}" for verdict in ("drifted", "undecided", "stable"))
        return f"Report({len(self)} columns: {counts})"

    def _repr_html_(self) -> str:
        unit = self.unit
        rows = []
        for column in self:
            low, high = column.interval
            cells = (
                column.name,
                column.verdict,
                f"{float(column.kl):.4f}",
                f"{low:.4f} … {high:.4f}",
                f"{column.p_adjusted:.2g}",
                "; ".join(
                    f"{one.label}: {one.share[0]:.1%} → {one.share[1]:.1%}, {column._part(one):.4f}"
                    for one in column.contributions[:3]
                ),
            )
            rows.append("<tr>" + "".join(f'<td style="text-align:left">{escape(cell)}</td>' for cell in cells) + "</tr>")
        heads = ("column", "verdict", f"KL(P‖Q), {unit}", "interval", "adjusted p", "most of it")
        head = "".join(f'<th style="text-align:left">{escape(text)}</th>' for text in heads)
        left = "".join(
            f"<br>not compared: {escape(one['column'])} ({escape(one['reason'])})" for one in self.not_compared
        )
        sides = "<br>".join(
            f"{letter}: {escape(side['name'])}, {side['rows']:,} rows" for letter, side in (("P", self.p), ("Q", self.q))
        )
        return f"<p>{sides}{left}</p><table><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"


def _both(sides: dict[str, Any]) -> tuple[Any, Any]:
    return sides["p"], sides["q"]


def _estimate(data: dict[str, Any], unit: str) -> Estimate:
    interval, if_same = data["interval"], data["if_same"]
    return Estimate(
        data["estimate"],
        name=data["measure"],
        unit=unit,
        method=data["estimator"],
        interval=(interval["low"], interval["high"]),
        level=interval["level"],
        plug_in=data["plug_in"],
        if_same=(if_same["median"], if_same["upper"]),
        caveats=tuple(caveat["text"] for caveat in data["caveats"]),
    )


def _row(column: Column) -> dict[str, Any]:
    low, high = column.interval
    return {
        "column": column.name,
        "kind": column.kind,
        "verdict": column.verdict,
        "rows_p": column.rows[0],
        "rows_q": column.rows[1],
        "nulls_p": column.nulls[0],
        "nulls_q": column.nulls[1],
        **column.values,
        "kl_estimate": float(column.kl),
        "kl_low": low,
        "kl_high": high,
        "p_value": column.p_value,
        "p_adjusted": column.p_adjusted,
        "caveats": "; ".join(column.caveats),
    }
