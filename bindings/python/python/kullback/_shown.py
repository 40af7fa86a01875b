"""What reports have in common: numbers out of JSON, frames, and the room that a text has."""

from __future__ import annotations

import math
import os
import shutil
from typing import Any

#: Where reports have texts and lists of them: what reads like a number there is none.
_TEXTS = frozenset(
    "a b column columns exceeded_by files label layer levels missing module name notes reason tensor text tokens".split()
)
_NUMBERS = {"Infinity": math.inf, "-Infinity": -math.inf, "NaN": math.nan}


def numbers(value: Any, key: str | None = None) -> Any:
    """JSON has no infinities and no NaN: reports spell them as texts, which become numbers here."""
    if isinstance(value, dict):
        return {key: numbers(one, key) for key, one in value.items()}
    if isinstance(value, list):
        return [numbers(one, key) for one in value]
    return _NUMBERS.get(value, value) if isinstance(value, str) and key not in _TEXTS else value


def frame(columns: dict[str, Any], library: str | None) -> Any:
    """A frame of the library that is named, or of the first of Polars, pandas and PyArrow that is installed."""
    if library is None:
        from importlib.util import find_spec

        library = next((name for name in ("polars", "pandas", "pyarrow") if find_spec(name)), None)
    if library == "polars":
        import polars

        return polars.DataFrame(columns)
    if library == "pandas":
        import pandas

        return pandas.DataFrame(columns)
    if library == "pyarrow":
        import pyarrow

        return pyarrow.table(columns)
    if library is None:
        raise ModuleNotFoundError("a frame needs Polars, pandas or PyArrow: install one, or use to_dict()")
    raise ValueError(f"there are no frames of {library}: 'polars', 'pandas' or 'pyarrow'")


def columns_of_text(width: int | None) -> int:
    """How wide a text may be: as the terminal where it is not said, or 100."""
    return shutil.get_terminal_size((100, 24)).columns if width is None else width


def written(page: str, path: str | os.PathLike[str] | None) -> str:
    """The page, which is also written to a path that is given."""
    if path is not None:
        with open(path, "w", encoding="utf-8") as file:
            file.write(page)
    return page
