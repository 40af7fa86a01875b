"""Columns of NumPy's arrays and Python's lists, as the engine takes them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from typing import Any, Union

import numpy as np
from numpy.typing import NDArray

#: A kind of the engine's, the values, and which of them are null.
Column = tuple[str, Union[NDArray[Any], list[Union[str, None]]], Union[NDArray[Any], None]]


def as_column(given: Any, name: str) -> Column:
    """One column, of an array of one axis or of a list; in lists None is null, and in arrays NaT is."""
    if isinstance(given, (str, bytes)) or not isinstance(given, Iterable):
        raise TypeError(f"column `{name}` is a {type(given).__name__}: give a list or an array of its values")
    array = given if isinstance(given, np.ndarray) else _of_list(list(given), name)
    if isinstance(array, tuple):
        return array
    if array.ndim != 1:
        raise TypeError(f"column `{name}` has {array.ndim} axes: a column has one")
    if array.dtype.kind == "O":
        made = _of_list(array.tolist(), name)
        return made if isinstance(made, tuple) else _of_array(made, name)
    return _of_array(array, name)


def _of_array(array: NDArray[Any], name: str) -> Column:
    kind, size = array.dtype.kind, array.dtype.itemsize
    nulls: NDArray[Any] | None = None
    if isinstance(array, np.ma.MaskedArray):
        nulls = np.ma.getmaskarray(array)
        array = np.asarray(array.data)
    if kind == "f" and size <= 8:
        return ("single", array.astype(np.float32), nulls) if size < 8 else ("number", array.astype(np.float64), nulls)
    if kind == "u":
        return "whole", array.astype(np.uint64), nulls
    if kind == "i":
        return "integer", array.astype(np.int64), nulls
    if kind == "b":
        return "flag", array.astype(bool), nulls
    if kind in "mM":
        nat = np.isnat(array)
        nulls = nat if nulls is None else nulls | nat
        micros = array.astype(f"{kind}8[us]").astype(np.int64)
        return ("time" if kind == "M" else "duration"), micros, nulls
    if kind == "U":
        texts = [None if nulls is not None and nulls[i] else text for i, text in enumerate(array.tolist())]
        return "text", texts, None
    raise TypeError(f"column `{name}` holds {array.dtype}, which has no distribution that is measured here: cast or drop it")


def _of_list(values: list[Any], name: str) -> NDArray[Any] | Column:
    """A list by the types of its values, which must be of one kind."""
    kinds: dict[str, int] = {}
    for row, value in enumerate(values):
        if value is not None:
            kinds.setdefault(_kind(value, name, row), row)
    nulls = np.array([value is None for value in values], dtype=bool)
    if kinds.keys() <= {"integer", "number"} and kinds:
        if "number" not in kinds and all(value is None or -(2**63) <= value < 2**63 for value in values):
            return "integer", np.array([value or 0 for value in values], dtype=np.int64), nulls
        numbers = [0.0 if value is None else float(value) for value in values]
        return "number", np.array(numbers, dtype=np.float64), nulls
    if len(kinds) > 1:
        (first, at), (second, other) = list(kinds.items())[:2]
        raise TypeError(f"column `{name}` holds {first}s, as in row {at}, and {second}s, as in row {other}: a column holds one kind")
    kind = next(iter(kinds), "text")
    if kind == "text":
        return "text", values, None
    if kind == "flag":
        return "flag", np.array([bool(value) for value in values], dtype=bool), nulls
    if kind == "time":
        return "time", np.array([_micros(value) for value in values], dtype=np.int64), nulls
    micros = [0 if value is None else value // dt.timedelta(microseconds=1) for value in values]
    return "duration", np.array(micros, dtype=np.int64), nulls


def _kind(value: Any, name: str, row: int) -> str:
    if isinstance(value, str):
        return "text"
    if isinstance(value, (bool, np.bool_)):
        return "flag"
    if isinstance(value, (int, np.integer)):
        return "integer"
    if isinstance(value, (float, np.floating, Decimal)):
        return "number"
    if isinstance(value, dt.date):
        return "time"
    if isinstance(value, dt.timedelta):
        return "duration"
    raise TypeError(
        f"column `{name}`, row {row}: a {type(value).__name__} has no distribution that is measured here: "
        "texts, booleans, numbers, dates, times and durations do"
    )


def _micros(value: dt.date | None) -> int:
    """Microseconds since 1970; what has no time zone is taken as UTC."""
    if value is None:
        return 0
    if not isinstance(value, dt.datetime):
        value = dt.datetime(value.year, value.month, value.day)
    if value.tzinfo is None:
        value = value.replace(tzinfo=dt.timezone.utc)
    return (value - dt.datetime(1970, 1, 1, tzinfo=dt.timezone.utc)) // dt.timedelta(microseconds=1)
