"""What two models are made of: their parameters, tensor by tensor."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from html import escape
from typing import Any, Literal, Union

from . import _native
from ._progress import shown
from ._shown import columns_of_text, frame, numbers, written
from ._tensors import tensors_of

__all__ = ["ModelsReport", "WeightsReport", "models", "weights"]

#: A path, a mapping of names to tensors, or a model with a `state_dict()`.
Model = Union[str, "os.PathLike[str]", Mapping[str, Any], Any]

By = Literal["layer", "module", "tensor"]


def weights(a: Model, b: Model, *, progress: bool | None = None) -> WeightsReport:
    """Compare the parameters of two models: L1, L2, L∞ and cosine of the differences, by tensor, layer and module.

    Parameters
    ----------
    a, b : mapping, model or path
        A, the base, and B. A state dict: names to arrays of NumPy, tensors of PyTorch in the processor's memory, or those of
        another library; float64 to bfloat16, 8-bit floats with their scales beside them, integers. Or what has a
        ``state_dict()``. Both are read where they lie. Or a path: a ``.safetensors`` or GGUF file, the index of a sharded
        model, a directory with one of them. Tensors of the same name and shape are compared; arrays and files go together.
    progress : bool or None
        Show how far the reading is. None: after a second, in a terminal or a notebook.

    Returns
    -------
    WeightsReport

    Raises
    ------
    kullback.Error
        If the models have no tensor in common that can be compared, or a file contradicts itself.
    OSError
        If a file cannot be read.
    TypeError
        If a side is no model, or an entry of it no tensor.

    Examples
    --------
    >>> import numpy as np
    >>> import kullback
    >>> a = {"layers.0.w": np.ones((2, 2)), "layers.1.w": np.zeros(3), "head.bias": np.ones(2)}
    >>> report = kullback.weights(a, {**a, "layers.0.w": np.full((2, 2), 1.5)})
    >>> report.total["l1"], [(layer["name"], layer["l2"]) for layer in report.layers]
    (2.0, [(None, 0.0), ('layers.0', 1.0), ('layers.1', 0.0)])
    """
    with shown(progress) as watch:
        return WeightsReport(_native.weights(tensors_of(a, "a"), tensors_of(b, "b"), watch))


def models(
    a: str | os.PathLike[str], b: str | os.PathLike[str], *, unit: str = "nats", progress: bool | None = None
) -> ModelsReport:
    """Compare two models in directories: what they answer beside what they are made of.

    Neither follows from the other: hidden units that change places move the parameters and not the outputs.

    Parameters
    ----------
    a, b : path
        Directories with weights, or outputs as ``logits.npy`` (``.kld``, ``.npz``, ``.safetensors``, ``.jsonl``), or both.
    unit : {'nats', 'bits', 'bans'}
        Of all amounts of information.
    progress : bool or None
        Show how far the reading is. None: after a second, in a terminal or a notebook.

    Returns
    -------
    ModelsReport

    Raises
    ------
    kullback.Error
        If they have nothing in common.
    OSError
        If a file cannot be read.

    Examples
    --------
    >>> import os, tempfile
    >>> import numpy as np
    >>> import kullback
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     for name, logits in [("a", [[0.0, 2.0]]), ("b", [[0.0, 0.0]])]:
    ...         os.mkdir(f"{folder}/{name}")
    ...         np.save(f"{folder}/{name}/logits.npy", logits)
    ...     report = kullback.models(f"{folder}/a", f"{folder}/b")
    >>> report.missing
    ['A and B have no weights']
    """
    with shown(progress) as watch:
        return ModelsReport(_native.models(os.fspath(a), os.fspath(b), unit, watch))


class _Printed:
    """A report that is a text, a page and a mapping."""

    def __init__(self, native: _native.Parameters | _native.Both) -> None:
        self._native = native
        self._data: dict[str, Any] = numbers(json.loads(native.json()))

    def to_dict(self) -> dict[str, Any]:
        """Everything, as described in docs/json.md; infinities and NaN are floats."""
        return self._data

    def to_json(self) -> str:
        """Everything as JSON."""
        return self._native.json()

    def to_text(self, *, by: By = "layer", width: int | None = None) -> str:
        """Tables for a terminal of so many columns, with a line for each layer, module or tensor."""
        return self._native.terminal(by, columns_of_text(width))

    def to_html(self, path: str | os.PathLike[str] | None = None) -> str:
        """One page that needs no network; also written to `path` where that is given."""
        return written(self._native.html(), path)

    def __str__(self) -> str:
        return self.to_text()


class WeightsReport(_Printed):
    """What the parameters of two models differ by. Printed, it is a table; a notebook shows it as one.

    Each difference is a dict: ``elements``; ``compared``, those that are finite on both sides, which all but ``changed`` is
    about; ``changed``; ``l1``, ``l2``, ``relative_l2``, ``l_inf``, ``cosine``; and in ``a`` and ``b`` of each side ``l1``,
    ``l2``, ``zeros``, ``mean``, ``variance``, ``nan``, ``infinite``. What does not exist, as a cosine with zeros, is None.

    Attributes
    ----------
    total : dict
        All tensors together, but for those of integers, which may be no weights.
    tensors : list of dict
        Each tensor: also ``name``, ``shape``, ``encoding``, ``integer``, ``layer``, ``module``.
    layers, modules : list of dict
        The tensors of each layer together, and those of each module over all layers: also ``name``, ``tensors``.
    not_compared : list of dict
        The tensors that only one side has, or that do not match: ``tensor``, ``model``, ``reason``.

    Examples
    --------
    >>> import numpy as np
    >>> import kullback
    >>> report = kullback.weights({"w": np.ones(2), "x": np.ones(1)}, {"w": np.array([1.0, 3.0])})
    >>> report.tensors[0]["l_inf"], report.not_compared
    (2.0, [{'tensor': 'x', 'model': 'A', 'reason': 'only in A'}])
    """

    @property
    def total(self) -> dict[str, Any]:
        """All tensors together."""
        return dict(self._data["total"])

    @property
    def tensors(self) -> list[dict[str, Any]]:
        """Each tensor."""
        return list(self._data["tensors"])

    @property
    def layers(self) -> list[dict[str, Any]]:
        """The tensors of each layer together."""
        return list(self._data["layers"])

    @property
    def modules(self) -> list[dict[str, Any]]:
        """The tensors of each module together, over all layers."""
        return list(self._data["modules"])

    @property
    def not_compared(self) -> list[dict[str, str]]:
        """What was not compared, and why."""
        return list(self._data["not_compared"])

    def to_frame(self, by: By = "tensor", library: str | None = None) -> Any:
        """A row for each tensor, layer or module, in a frame of Polars, pandas or PyArrow, the first that is installed.

        The numbers of each side are columns of their own: ``l2_a``, ``l2_b``.
        """
        rows = [_flat(row) for row in {"tensor": self.tensors, "layer": self.layers, "module": self.modules}[by]]
        return frame({key: [row[key] for row in rows] for key in (rows[0] if rows else ())}, library)

    def __repr__(self) -> str:
        total = self.total
        return f"WeightsReport({len(self.tensors)} tensors, l1={total['l1']:.4g}, l2={total['l2']:.4g})"

    def _repr_html_(self) -> str:
        lines = [(group["name"] or "in no layer", group) for group in self.layers]
        return _table([*lines, ("all", self.total)]) + _left_out(self.not_compared)


class ModelsReport(_Printed):
    """What two models answer beside what they are made of. Printed, it is both tables; ``to_html`` is both as a page.

    Attributes
    ----------
    outputs, parameters : dict or None
        As `LogitsReport.to_dict` and `WeightsReport.to_dict`, where both models have them.
    missing : list of str
        What only one model has, or neither.

    Examples
    --------
    See `kullback.models`.

    >>> import kullback
    >>> kullback.ModelsReport.to_html.__doc__[:8]
    'One page'
    """

    @property
    def outputs(self) -> dict[str, Any] | None:
        """What the outputs differ by."""
        outputs: dict[str, Any] | None = self._data["outputs"]
        return outputs

    @property
    def parameters(self) -> dict[str, Any] | None:
        """What the parameters differ by."""
        parameters: dict[str, Any] | None = self._data["parameters"]
        return parameters

    @property
    def missing(self) -> list[str]:
        """What only one model has, or neither."""
        return list(self._data["missing"])

    def __repr__(self) -> str:
        names = self._data["names"]
        return f"ModelsReport({names['a']!r}, {names['b']!r})"

    def _repr_html_(self) -> str:
        return f"<pre>{escape(str(self))}</pre>"


def _flat(row: dict[str, Any]) -> dict[str, Any]:
    flat = {key: value for key, value in row.items() if not isinstance(value, dict)}
    for side in ("a", "b"):
        flat.update({f"{key}_{side}": value for key, value in row[side].items()})
        if "encoding" in row:
            flat[f"encoding_{side}"] = row["encoding"][side]
    return flat


def _table(lines: list[tuple[str, dict[str, Any]]]) -> str:
    keys = ("l1", "l2", "relative_l2", "l_inf", "cosine")
    heads = ("", "L1", "L2", "relative L2", "L∞", "cosine", "changed")
    head = "".join(f"<th>{text}</th>" for text in heads)
    rows = []
    for name, line in lines:
        cells = ["–" if line[key] is None else f"{line[key]:.4g}" for key in keys]
        cells.append(f"{line['changed']:,} of {line['elements']:,}")
        rows.append(f"<tr><th>{escape(name)}</th>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>")
    return f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"


def _left_out(not_compared: list[dict[str, str]]) -> str:
    some = [f"{escape(one['tensor'])}: {escape(one['reason'])}" for one in not_compared[:20]]
    more = [f"and {len(not_compared) - 20} more"] if len(not_compared) > 20 else []
    return f"<p>Not compared:<br>{'<br>'.join(some + more)}</p>" if some else ""
