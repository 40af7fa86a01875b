"""Whatever is a table, as the engine takes it."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Union

from . import _native
from ._columns import as_column

#: A table: a path, a glob in a string, a list of paths, a frame of pandas, Polars, PyArrow or another library with the Arrow
#: PyCapsule interface, a relation of DuckDB, a mapping of names to arrays or lists, or a `Profile`.
Source = Union[str, "os.PathLike[str]", Sequence[Any], Mapping[str, Any], Any]


def as_table(given: Any, name: str | None = None) -> _native.Table:
    """Make a table of what is given, which lies where it lies: nothing is read yet."""
    table = _table(given)
    return table if name is None else table.named(name)


def library_of(*given: Any) -> str | None:
    """The library that the first of the frames is of, if there is one."""
    for one in given:
        library = type(one).__module__.split(".")[0]
        if library in ("pandas", "polars", "pyarrow"):
            return library
    return None


def _table(given: Any) -> _native.Table:
    native = getattr(given, "_native", None)
    if isinstance(native, _native.Table):
        return native
    if isinstance(given, str):
        return _native.Table.parse(given)
    if isinstance(given, os.PathLike):
        return _native.Table.file(os.fspath(given))
    if isinstance(given, Mapping):
        return _of_columns(given)
    if isinstance(given, (list, tuple)):
        if not given:
            raise TypeError("an empty list is no table: give paths or frames of the same columns")
        parts = [_table(part) for part in given]
        return _native.Table.join(", ".join(part.name() for part in parts), parts)
    return _of_frame(given)


def _of_frame(given: Any) -> _native.Table:
    library, kind = type(given).__module__.split(".")[0].lstrip("_"), type(given).__name__
    name = f"{library} {kind}"
    if library == "polars" and kind == "LazyFrame":
        given = given.collect()
    if library in ("pandas", "polars") and kind == "Series":
        given = given.to_frame()
    if library == "pandas":
        given = _of_pandas(given)
    if library == "polars":
        given = _of_polars(given)
    if not hasattr(given, "__arrow_c_stream__"):
        raise TypeError(
            f"a {kind} is no table: give a path, a frame, an object with __arrow_c_stream__, or a dict of arrays or lists"
        )
    held = library in ("pandas", "polars") or kind in ("Table", "RecordBatch")
    once = hasattr(given, "read_next_batch") or isinstance(given, Iterator)
    return _native.Table.stream(given, name, "held" if held else "once" if once else "computed")


def _of_polars(frame: Any) -> Any:
    """Give columns of nothing but nulls a type: Polars shows one with a buffer that the interface says it has not."""
    import polars

    nulls = [name for name, kind in frame.schema.items() if kind == polars.Null]
    return frame.with_columns(polars.col(nulls).cast(polars.String)) if nulls else frame


def _of_pandas(frame: Any) -> Any:
    """Make a table of Arrow's without the index, which is no column."""
    try:
        import pyarrow
    except ModuleNotFoundError:
        raise TypeError("frames of pandas are read through Arrow: pip install pyarrow") from None
    try:
        return pyarrow.Table.from_pandas(frame, preserve_index=False)
    except pyarrow.ArrowException as error:
        raise _native.Error(f"the frame of pandas is none of Arrow's: {error}; give each column one type") from None


def _of_columns(given: Mapping[str, Any]) -> _native.Table:
    """Make a table of columns; with a series among them, as its library does."""
    for values in given.values():
        library = type(values).__module__.split(".")[0]
        if library == "polars":
            import polars

            return _of_frame(polars.DataFrame(dict(given)))
        if library == "pandas":
            import pandas

            return _of_frame(pandas.DataFrame(dict(given)))
        if library == "pyarrow":
            import pyarrow

            return _of_frame(pyarrow.table(dict(given)))
    columns = [(str(name), *as_column(values, str(name))) for name, values in given.items()]
    lengths = {name: len(values) for name, _, values, _ in columns}
    if len(set(lengths.values())) > 1:
        told = ", ".join(f"{name}: {length}" for name, length in lengths.items())
        raise _native.Error(f"the columns are of different lengths: {told}")
    if not columns:
        raise _native.Error("an empty mapping is no table: give its columns, as {'age': [31, 45]}")
    return _native.Table.columns("columns", columns)
