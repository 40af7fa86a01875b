"""The engine, as the package calls it. What users call is in the package itself."""

from typing import Any

from ._types import Array, Base, Numbers

__version__: str

class Error(ValueError):
    """What was given cannot be measured: what is wrong, where, and what to do about it."""

def registry() -> list[dict[str, Any]]: ...
def measure(
    name: str,
    parameter: float | None,
    p: Numbers,
    q: Numbers,
    axis: int = -1,
    base: Base = None,
    normalize: bool | None = False,
) -> Array: ...
def cross_entropy(p: Numbers, q: Numbers, axis: int, base: Base, normalize: bool | None) -> Array: ...
def entropy(p: Numbers, axis: int, base: Base, normalize: bool | None) -> Array: ...
def matrix(name: str, p: Numbers, q: Numbers | None, base: Base, normalize: bool | None) -> Array: ...
def line(
    name: str,
    parameter: float | None,
    p: Numbers,
    q: Numbers,
    p_weights: Numbers | None = None,
    q_weights: Numbers | None = None,
) -> float: ...
