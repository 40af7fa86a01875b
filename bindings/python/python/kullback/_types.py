"""What arguments are."""

from __future__ import annotations

from typing import Any, Union

#: Anything that holds numbers: an array of NumPy, a tensor of PyTorch or another library with DLPack, a column of
#: pandas, Polars, PyArrow or another library with the Arrow PyCapsule interface, a list of numbers, or lists of them.
Numbers = Any

#: A float where there is one distribution, otherwise an array of float64.
Array = Any

#: The base of the logarithm.
Base = Union[float, str, None]
