"""Whatever holds numbers, as an array of NumPy."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ._native import Error


def as_array(given: Any, name: str) -> NDArray[Any]:
    """Make an array of float64, float32 or float16 of what is given, without a copy where that can be.

    Numbers of type bfloat16, which NumPy does not have, come as uint16: their 16 bits. Nothing else does.
    """
    if str(getattr(given, "dtype", "")) == "torch.bfloat16":
        import torch

        return _from_dlpack(given.view(torch.int16), name).view(np.uint16)
    array = _array(given, name)
    dtype = array.dtype
    if dtype.name == "bfloat16":  # of ml_dtypes, which JAX and others use
        array = array.view(np.uint16)
    elif dtype.kind in "biu":
        array = _exact(array, name)
    elif dtype.kind != "f" or dtype.itemsize > 8:
        raise TypeError(f"{name} holds {dtype}: floats of 16, 32 or 64 bits or integers are expected")
    return np.require(array, array.dtype.newbyteorder("="), "A")


def as_whole(given: Any, name: str, why: str) -> NDArray[np.int64]:
    """Make an array of int64 of whole numbers, without a copy where that can be."""
    array = _array(given, name)
    if array.dtype.kind not in "iu":
        raise TypeError(f"{name} holds {array.dtype}: {why}")
    return np.require(array, np.int64, ["C", "A"])


def _array(given: Any, name: str) -> NDArray[Any]:
    if isinstance(given, np.ndarray):
        return given
    _refuse_nulls(given, name)
    if hasattr(given, "__dlpack__"):
        return _from_dlpack(given, name)
    if hasattr(given, "__arrow_c_stream__") and not hasattr(given, "__array__"):
        from ._tables import as_table

        return as_table(given, name).numbers()
    try:
        return np.asarray(given)
    except (TypeError, ValueError) as error:
        raise TypeError(f"{name} is no array of numbers: {error}") from None


def _from_dlpack(given: Any, name: str) -> NDArray[Any]:
    """Take the tensor of another library where it lies."""
    device, _ = given.__dlpack_device__()
    if int(device) not in (1, 3):  # the processor's memory, pinned for CUDA or not
        raise TypeError(f"{name} lies on another device: move it first, as by `{name}.cpu()`")
    if getattr(given, "requires_grad", False):
        raise TypeError(
            f"{name} requires a gradient, which would end here: say `{name}.detach()`, or use kullback.torch"
        )
    if str(getattr(given, "dtype", "")) == "bfloat16":
        return np.asarray(given)
    return np.from_dlpack(given)


def _refuse_nulls(given: Any, name: str) -> None:
    """Refuse columns of data frames with nulls, which NumPy would show as NaN or as objects."""
    nulls = getattr(given, "null_count", None)
    if nulls is None and hasattr(given, "isna"):
        nulls = int(np.sum(given.isna().to_numpy()))
    nulls = nulls() if callable(nulls) else nulls
    if nulls:
        raise TypeError(f"{name} has {nulls} nulls, and a null is no number: drop or replace them")


def _exact(array: NDArray[Any], name: str) -> NDArray[Any]:
    """Make floats of whole numbers, which beyond 2**53 not all are."""
    if array.dtype.itemsize == 8 and array.size and max(-int(array.min()), int(array.max())) > 2**53:
        raise TypeError(f"{name} has whole numbers beyond 2**53, which float64 does not hold exactly")
    return array.astype(np.float64)


def whole(counts: Any, name: str) -> list[int]:
    """Counts along one axis as whole numbers; what is none is refused with its place."""
    array = np.asarray(counts)
    if array.ndim != 1 or array.dtype.kind not in "iuf":
        raise TypeError(f"{name} is no list of counts: whole numbers along one axis are expected")
    wrong = np.flatnonzero((array < 0) | (array != np.floor(array)) | (array >= 2.0**64))
    if wrong.size:
        raise Error(f"{name}[{wrong[0]}] is {array[wrong[0]]}: a count is a whole number, 0 or above")
    return [int(count) for count in array]
