"""Tables: compared column by column, explained, profiled, merged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from . import _native
from ._progress import shown
from ._tables import Source, as_table, library_of
from .report import Column, Report

__all__ = ["Profile", "compare", "explain", "merge", "profile"]


def compare(
    p: Source,
    q: Source | None = None,
    *,
    by: str | None = None,
    measures: str | Sequence[str] = ("kl", "js"),
    unit: str = "nats",
    columns: Sequence[str] | None = None,
    exclude: Sequence[str] = (),
    types: Mapping[str, str] | None = None,
    tolerance: float | str = 0.005,
    level: float = 0.95,
    joint: bool = False,
    given: str | None = None,
    levels: int | None = None,
    sort: str | None = None,
    names: tuple[str, str] | None = None,
    header: bool | None = None,
    delimiter: str | None = None,
    null_values: Sequence[str] | None = None,
    progress: bool | None = None,
) -> Report:
    """Compare two tables, column by column: which drifted, by how much, and which values make it up.

    P is what is true or trusted (the reference, the training set), Q what stands in for it. Tables may be of different kinds.
    Files are read in one streaming pass; frames are read where they lie, through the Arrow PyCapsule interface, and nothing is
    copied but what their library copies to show it (pandas copies texts). The interpreter is let go of meanwhile, and Ctrl-C
    stops the reading.

    Parameters
    ----------
    p, q : table
        A path: CSV, TSV, JSON, Parquet or Arrow IPC, plain or packed with gzip or zstd; a directory of such files, or a glob or
        several paths joined by commas in a string. A frame of pandas, Polars (a LazyFrame is collected) or PyArrow, a relation
        of DuckDB, anything else with ``__arrow_c_stream__``. A mapping of names to arrays or lists, None being null. A
        `Profile`. A list of any of these with the same columns is one table. The index of a pandas frame is no column.
    by : str, optional
        Instead of `q`, what splits `p`: ``"column=a,b"``, ``"column=a"`` (against the rest), ``"column<x"`` (also <=, >, >=).
    measures : str or sequence of str
        Measures of the registry, as ``"kl"``, ``"psi"``, ``"renyi:0.5"``, and for columns of numbers ``"ks"``,
        ``"wasserstein:1"``. The first sorts the columns and is explained by its outcomes.
    unit : {'nats', 'bits', 'bans'}
        The unit of information.
    columns, exclude : sequence of str
        The columns to compare, all unless given; columns not to compare.
    types : mapping of str to str, optional
        Read a column as ``"number"``, ``"time"`` or ``"categorical"``.
    tolerance : float or str
        How much KL divergence does not matter: in nats, or as the percentage points by which an event's probability may move,
        as ``"5pp"``, which is 0.005 nats.
    level : float
        The level of the intervals, between 0 and 1.
    joint : bool
        Read the tables a second time for pairs of columns: what drifted in their dependence (`Report.joint`).
    given : str, optional
        The same, with every column given this one.
    levels : int, optional
        How many levels a column has in its pairs, 2 to 32; by the number of rows unless given.
    sort : str, optional
        The order of the columns: a measure, ``"name"`` or ``"table"``. None: the first measure.
    names : tuple of str, optional
        What the tables are called in the report.
    header : bool, optional
        Whether text files have a header; told by their first record unless given.
    delimiter : str, optional
        The delimiter of text files; told by their content unless given.
    null_values : sequence of str, optional
        Texts that stand for null. In text files empty, NA, N/A, n/a, NULL, null, None, ? and #N/A unless given.
    progress : bool, optional
        Whether a line says how far the reading is, once it takes a second. None: on a terminal and in notebooks.

    Returns
    -------
    Report

    Raises
    ------
    OSError
        If a file is not there (FileNotFoundError) or cannot be read.
    TypeError
        If `p` or `q` is no table.
    kullback.Error
        If what was read is none, the tables share no column, an option names a column that is not there, or a table cannot be
        had a second time for pairs of columns.

    Notes
    -----
    How the texts of a column are to be read is agreed over both tables: those of a CSV file are what they write, those of a
    column of strings are texts beside another column of strings, and what they write beside anything else. A `Profile` was read
    by itself, so that a comparison where this matters is refused.

    Of categories beyond 32,768 texts, numbers beyond 32,768 values and columns that are identifiers see the caveats.

    References
    ----------
    Kullback & Leibler 1951; Zhang & Grabchak 2014 (the estimate); Benjamini & Hochberg 1995 (many columns).

    Examples
    --------
    >>> import kullback
    >>> train = {"sex": ["f", "m", "m", None] * 100, "age": [31, 45, 52, 60] * 100}
    >>> today = {"sex": ["f", "f", "m", None] * 100, "age": [31, 45, 52, 60] * 100}
    >>> report = kullback.compare(train, today)
    >>> report
    Report(2 columns: 1 drifted, 0 undecided, 1 stable)
    >>> report["sex"].kl.interval == report["sex"].interval
    True
    >>> kullback.compare(train, by="sex=f,m", measures="js", unit="bits")["age"].values
    {'js': 1.0}
    """
    asked = _asked(measures, unit, tolerance, level, sort=sort, joint=joint, given=given, levels=levels)
    reading = _reading(columns, exclude, types, header, delimiter, null_values)
    return _compare(p, q, by, names, asked, reading, progress)


def explain(
    p: Source,
    q: Source | None = None,
    column: str | None = None,
    *,
    by: str | None = None,
    measures: str | Sequence[str] = ("kl",),
    unit: str = "nats",
    types: Mapping[str, str] | None = None,
    tolerance: float | str = 0.005,
    level: float = 0.95,
    names: tuple[str, str] | None = None,
    header: bool | None = None,
    delimiter: str | None = None,
    null_values: Sequence[str] | None = None,
    progress: bool | None = None,
) -> Column:
    """Explain how one column of two tables differs. Printed, it is everything that is known of it.

    Parameters
    ----------
    p, q : table
        As for `compare`.
    column : str
        The column.
    by, measures, unit, types, tolerance, level, names, header, delimiter, null_values, progress
        As for `compare`.

    Returns
    -------
    Column

    Raises
    ------
    OSError, TypeError, kullback.Error
        As `compare`; kullback.Error also if the column has no distribution to compare.

    Examples
    --------
    >>> import kullback
    >>> p, q = {"sex": ["f", "m"] * 100}, {"sex": ["f", "m", "m", "x"] * 50}
    >>> sex = kullback.explain(p, q, "sex")
    >>> [(one.label, one.count) for one in sex.outcomes]
    [('m', (100, 100)), ('f', (100, 50)), ('x', (0, 50))]
    >>> print(sex.to_text(width=80).splitlines()[0])
    P  columns  200 rows
    """
    if column is None:
        raise TypeError("explain takes a column: explain(p, q, 'age')")
    asked = _asked(measures, unit, tolerance, level, sort="table")
    reading = _reading([column], (), types, header, delimiter, null_values)
    report = _compare(p, q, by, names, asked, reading, progress)
    for found in report:
        return found
    raise _native.Error(f"`{column}` is not compared: {report.not_compared[0]['reason']}")


class Profile:
    """The summaries of a table: counts of each column's values, exact up to 32,768 of them.

    It is small whatever the table's rows, it adds up, and `compare` and `explain` take it in place of the table. It has no rows,
    so that it is in no pairs of columns and cannot be split. It has no form on disk yet: it cannot be pickled.

    Each column was read by itself. Where the other table of a comparison asks for another reading, the comparison is refused:
    the texts of a CSV file are read as what they write, those of a column of strings as texts, and beside numbers of single
    precision all others are rounded to it. Give `types` to both, or the table itself.

    Examples
    --------
    >>> import kullback
    >>> monday = kullback.profile({"age": [31, 45, 52]})
    >>> tuesday = kullback.profile({"age": [31, 60]})
    >>> both = monday + tuesday
    >>> both.rows, both.columns
    (5, ['age'])
    >>> kullback.compare(both, monday)["age"].rows
    (5, 3)
    """

    def __init__(self, native: _native.Table) -> None:
        self._native = native

    @property
    def name(self) -> str:
        """What the table was called."""
        return self._native.name()

    @property
    def rows(self) -> int:
        """How many rows were counted."""
        return self._summary()[0]

    @property
    def columns(self) -> list[str]:
        """The columns, in their order."""
        return [name for name, _, _ in self._summary()[1]]

    @property
    def types(self) -> dict[str, str]:
        """The type of each column, as its source names it."""
        return {name: kind for name, kind, _ in self._summary()[1]}

    @property
    def nulls(self) -> dict[str, int]:
        """How many nulls each column has."""
        return {name: nulls for name, _, nulls in self._summary()[1]}

    def _summary(self) -> tuple[int, list[tuple[str, str, int]]]:
        summary = self._native.summary()
        assert summary is not None  # it was made of a profile
        return summary

    def __add__(self, other: Profile) -> Profile:
        if not isinstance(other, Profile):
            return NotImplemented
        return merge(self, other)

    def __len__(self) -> int:
        return len(self.columns)

    def __repr__(self) -> str:
        return f"Profile({self.name!r}, {self.rows:,} rows, {len(self)} columns)"

    def __reduce__(self) -> Any:
        raise TypeError("a Profile has no form on disk yet: keep the table, and profile it again")


def profile(
    table: Source,
    *,
    columns: Sequence[str] | None = None,
    exclude: Sequence[str] = (),
    types: Mapping[str, str] | None = None,
    name: str | None = None,
    header: bool | None = None,
    delimiter: str | None = None,
    null_values: Sequence[str] | None = None,
    progress: bool | None = None,
) -> Profile:
    """Read a table once and keep the summaries of its columns, to be compared later or merged.

    Parameters
    ----------
    table : table
        As for `compare`.
    columns, exclude, types, header, delimiter, null_values, progress
        As for `compare`.
    name : str, optional
        What it is called in reports.

    Returns
    -------
    Profile

    Raises
    ------
    OSError, TypeError, kullback.Error
        As `compare`.

    Examples
    --------
    >>> import kullback
    >>> kullback.profile({"age": [31, 45, None]}, name="monday")
    Profile('monday', 3 rows, 1 columns)
    """
    reading = _reading(columns, exclude, types, header, delimiter, null_values)
    with shown(progress) as watch:
        return Profile(_native.profile(as_table(table, name), reading, watch))


def merge(*profiles: Profile, name: str | None = None) -> Profile:
    """Add profiles of the same columns up: the profile of all their rows, in whatever order.

    Parameters
    ----------
    *profiles : Profile
        One at least.
    name : str, optional
        What it is called in reports.

    Returns
    -------
    Profile

    Raises
    ------
    TypeError
        If one is no profile, or there is none.
    kullback.Error
        If their columns differ, or a column was read in different ways.

    Examples
    --------
    >>> import kullback
    >>> days = [kullback.profile({"age": ages}) for ages in ([31, 45], [52], [31, 60])]
    >>> kullback.merge(*days, name="week").rows
    5
    """
    if not profiles or not all(isinstance(one, Profile) for one in profiles):
        raise TypeError("merge takes profiles, one at least: see kullback.profile")
    called = name or " + ".join(dict.fromkeys(one.name for one in profiles))
    parts = _native.Table.join(called, [one._native for one in profiles])
    return Profile(_native.profile(parts, _reading(None, (), None, None, None, None), None))


def _compare(
    p: Source,
    q: Source | None,
    by: str | None,
    names: tuple[str, str] | None,
    asked: dict[str, Any],
    reading: dict[str, Any],
    progress: bool | None,
) -> Report:
    name_p, name_q = names or (None, None)
    tables = as_table(p, name_p), None if q is None else as_table(q, name_q)
    with shown(progress) as watch:
        native = _native.compare(*tables, by, asked, reading, watch)
    return Report(native, library_of(p, q))


def _asked(
    measures: str | Sequence[str],
    unit: str,
    tolerance: float | str,
    level: float,
    *,
    sort: str | None = None,
    joint: bool = False,
    given: str | None = None,
    levels: int | None = None,
) -> dict[str, Any]:
    amount, in_points = tolerance, False
    if isinstance(tolerance, str):
        text = tolerance.strip()
        in_points = text.endswith("pp")
        try:
            amount = float(text.removesuffix("pp"))
        except ValueError:
            raise _native.Error(f"tolerance is {tolerance!r}: write nats, as 0.005, or percentage points, as '5pp'") from None
    return {
        "measures": [measures] if isinstance(measures, str) else list(measures),
        "unit": unit,
        "sort": sort,
        "tolerance": amount,
        "in_points": in_points,
        "level": level,
        "joint": joint,
        "given": given,
        "levels": levels,
    }


def _reading(
    columns: Sequence[str] | None,
    exclude: Sequence[str],
    types: Mapping[str, str] | None,
    header: bool | None,
    delimiter: str | None,
    null_values: Sequence[str] | None,
) -> dict[str, Any]:
    return {
        "columns": _list(columns),
        "exclude": _list(exclude),
        "types": list((types or {}).items()),
        "header": header,
        "delimiter": delimiter,
        "null_values": _list(null_values),
    }


def _list(names: str | Sequence[str] | None) -> list[str] | None:
    return [names] if isinstance(names, str) else None if names is None else list(names)
