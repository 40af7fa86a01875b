"""How far a reading is, in a terminal or a notebook."""

from __future__ import annotations

import sys
import time
from importlib import import_module
from typing import Any


class Bar:
    """A line that says how far a reading is, drawn after a second and gone at the end."""

    def __init__(self) -> None:
        self._started = time.monotonic()
        self._drawn = 0.0
        self._handle: Any = None
        self._width = 0

    def __call__(self, done: int, total: int | None) -> None:
        now = time.monotonic()
        if now - self._started < 1.0 or now - self._drawn < 0.1:
            return
        self._drawn = now
        text = line(done, total)
        if in_notebook():
            self._in_notebook(text)
        else:
            sys.stderr.write("\r" + text.ljust(self._width))
            sys.stderr.flush()
        self._width = len(text)

    def __enter__(self) -> Bar:
        return self

    def __exit__(self, *_: object) -> None:
        if self._handle is not None:
            self._in_notebook("")
        elif self._width:
            sys.stderr.write("\r" + " " * self._width + "\r")
            sys.stderr.flush()

    def _in_notebook(self, text: str) -> None:
        display: Any = import_module("IPython.display").display  # there is one where this is a notebook

        data = {"text/plain": text}
        if self._handle is None:
            self._handle = display(data, raw=True, display_id=True)
        else:
            self._handle.update(data, raw=True)


class Silent:
    """Says nothing."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, *_: object) -> None:
        return None


def shown(progress: bool | None) -> Bar | Silent:
    """What is shown: a bar where it is asked for, or where there is a terminal or a notebook to show it."""
    if progress is None:
        progress = in_notebook() or sys.stderr.isatty()
    return Bar() if progress else Silent()


def line(done: int, total: int | None) -> str:
    """The line.

    >>> line(25_000_000, 100_000_000)
    'reading ██████████······························ 25.0 of 100.0 MB'
    >>> line(25_000_000, None)
    'reading 25.0 MB'
    """
    read = f"{done / 1e6:.1f}"
    if not total:
        return f"reading {read} MB"
    full = min(40, 40 * done // total)
    return f"reading {'█' * full}{'·' * (40 - full)} {read} of {total / 1e6:.1f} MB"


def in_notebook() -> bool:
    """Whether this is a notebook's kernel."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    return shell is not None and type(shell).__name__ == "ZMQInteractiveShell"
