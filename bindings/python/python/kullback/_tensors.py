"""Arrays and tensors of any type, as the engine reads those of models: name, type, shape, bytes."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ._arrays import _array, as_array

#: A name, the type as safetensors has it, the shape, and the bytes where they lie.
Tensor = tuple[str, str, list[int], NDArray[np.uint8]]

#: The types of NumPy, PyTorch and ml_dtypes by what safetensors calls them.
_TYPES = {
    "float64": "F64",
    "float32": "F32",
    "float16": "F16",
    "bfloat16": "BF16",
    "float8_e4m3fn": "F8_E4M3",
    "float8_e5m2": "F8_E5M2",
    "float8_e8m0fnu": "F8_E8M0",
    "float8_e4m3fnuz": "F8_E4M3FNUZ",
    "float8_e5m2fnuz": "F8_E5M2FNUZ",
    "int64": "I64",
    "uint64": "U64",
    "int32": "I32",
    "uint32": "U32",
    "int16": "I16",
    "uint16": "U16",
    "int8": "I8",
    "uint8": "U8",
    "bool": "BOOL",
    "complex64": "C64",
}


def is_path(given: Any) -> bool:
    """Whether it is the name of a file."""
    return isinstance(given, (str, os.PathLike))


def rows_of(given: Any, name: str) -> str | Tensor:
    """A file of rows, or an array of them: all axes but the last two are taken together, as chunks."""
    if is_path(given):
        return str(os.fspath(given))
    array = as_array(given, name)
    if array.ndim > 3:
        array = array.reshape(-1, *array.shape[-2:])
    kind = "BF16" if array.dtype == np.uint16 else _TYPES[array.dtype.name]
    return name, kind, list(array.shape), _bytes(array)


def tensors_of(given: Any, name: str) -> str | tuple[str, list[Tensor]]:
    """A path, or the tensors of a state dict or of a model that has one."""
    if is_path(given):
        return str(os.fspath(given))
    if not isinstance(given, Mapping) and callable(getattr(given, "state_dict", None)):
        given = given.state_dict()
    if not isinstance(given, Mapping):
        raise TypeError(
            f"{name} is a {type(given).__name__}: a mapping of names to tensors, a model with a state_dict(), "
            "or a path is expected"
        )
    return name, [_tensor(tensor, str(key), name) for key, tensor in given.items()]


def _tensor(given: Any, key: str, name: str) -> Tensor:
    place = f"{name}[{key!r}]"
    if type(given).__module__.split(".")[0] == "torch":
        return _of_torch(given, key, place)
    array = _array(given, place)
    if array.dtype.name not in _TYPES:
        raise TypeError(f"{place} holds {array.dtype}, which is no type of tensors that is known here: leave it out")
    return key, _TYPES[array.dtype.name], list(array.shape), _bytes(array)


def _of_torch(given: Any, key: str, place: str) -> Tensor:
    import torch

    kind = str(given.dtype).removeprefix("torch.") if isinstance(given, torch.Tensor) else type(given).__name__
    if kind not in _TYPES or given.layout != torch.strided:
        raise TypeError(f"{place} holds {kind}, which is no type of tensors that is known here: leave it out")
    if given.device.type != "cpu":
        raise TypeError(f"{place} lies on another device: move it first, as by `.cpu()`")
    flat = given.detach().reshape(-1)
    # NumPy has no name for some of these types, and needs none for bytes.
    return key, _TYPES[kind], list(given.shape), flat.view(torch.uint8).numpy()


def _bytes(array: NDArray[Any]) -> NDArray[np.uint8]:
    """The bytes of an array in its own order, the lowest of each number first."""
    if array.dtype.newbyteorder("<") != array.dtype:
        array = array.astype(array.dtype.newbyteorder("<"))
    flat: NDArray[np.uint8] = np.ascontiguousarray(array).reshape(-1).view(np.uint8)
    return flat
