"""The closed forms of the losses in operations of PyTorch, for tensors that the engine cannot read where they lie."""

from __future__ import annotations

from collections.abc import Callable
from math import inf
from typing import Any

import torch
from torch import Tensor

#: What is known of the rows: p, ln p, q, ln q, and what else was said. To the losses of the rows, and their gradients by
#: logits/T.
Form = Callable[[Tensor, Tensor, Tensor, Tensor, "dict[str, Any]"], "tuple[Tensor, Tensor]"]


def loss(
    name: str,
    logits: Tensor,
    target: Tensor | None,
    weights: Tensor | None,
    class_weights: Tensor | None,
    said: dict[str, Any],
) -> tuple[Tensor, Tensor] | None:
    """Compute value and gradient; nothing where the engine has an error to tell."""
    if not _is_plain(logits, target, weights, class_weights, said):
        return None
    numbers = [given for given in (logits, target, class_weights) if given is not None]
    wide = torch.float64 if any(given.dtype == torch.float64 for given in numbers) else torch.float32
    in_double = name == "kl_from_logits"  # where the normalisers' rounding would be all of the answer
    z = logits.to(torch.float64 if in_double else wide)
    ln_q = (z / said["temperature"]).log_softmax(-1)
    wrong = [~(z < inf).all(), (z.amax(-1) == -inf).any()]
    counted = torch.ones(z.shape[:-1], dtype=z.dtype, device=z.device)
    if weights is not None:
        counted = weights.to(z.dtype)
        wrong.append(~((counted >= 0) & (counted < inf)).all())
    p, ln_p = torch.zeros_like(ln_q), torch.zeros_like(ln_q)
    if target is not None and target.ndim < z.ndim:
        p, ln_p, bad = _of_classes(target, z, said)
        wrong.append(bad)
        if said["ignore_index"] is not None:
            counted = counted * (target != said["ignore_index"])
    elif target is not None and said["from_logits"]:
        t = target.to(z.dtype)
        ln_p = (t / (said["temperature"] if in_double else said["target_temperature"])).log_softmax(-1)
        p = ln_p.exp()
        wrong += [~(t < inf).all(), (t.amax(-1) == -inf).any()]
    elif target is not None:
        p, bad = _of_masses(target.to(z.dtype), said)
        ln_p = p.log()
        wrong.append(bad)
    if class_weights is not None:
        v = class_weights.to(z.dtype)
        wrong.append(~((v >= 0) & (v < inf)).all())
        p = p * v
    kept = counted.sum() if said["reduction"] == "mean_over_kept_rows" else counted.new_ones(())
    wrong.append(kept == 0)
    if torch.stack([flag.to(z.device) for flag in wrong]).any().item():
        return None
    rows, gradient = FORMS[name](p, ln_p, ln_q.exp(), ln_q, said)
    factor = said["temperature"] ** 2 if name.startswith("distillation") and said["times_t_squared"] else 1.0
    divisor = kept if said["reduction"] != "mean_over_all_rows" else counted.new_full((), counted.numel())
    # A row that does not count costs nothing, also where its loss is ∞.
    rows = torch.where(counted > 0, factor * counted * rows, 0.0)
    scale = (factor * counted / divisor / said["temperature"]).unsqueeze(-1)
    gradient = torch.where(scale > 0, scale * gradient, 0.0).to(wide)
    return (rows if said["reduction"] == "none" else rows.sum() / divisor), gradient


def _is_plain(
    logits: Tensor,
    target: Tensor | None,
    weights: Tensor | None,
    class_weights: Tensor | None,
    said: dict[str, Any],
) -> bool:
    """Whether shapes and settings are as they should be."""
    outer = logits.shape[:-1]
    shapes = [
        logits.ndim > 0 and logits.numel() > 0 and logits.is_floating_point(),
        target is None or target.shape in (logits.shape, outer),
        target is None or target.shape != outer or not (target.is_floating_point() or target.dtype == torch.bool),
        weights is None or weights.shape == outer,
        class_weights is None or class_weights.shape == logits.shape[-1:],
    ]
    settings = [
        0 < said["temperature"] < inf,
        0 < said["target_temperature"] < inf,
        0 <= said["label_smoothing"] <= 1,
        0 < said["beta"] < 1,
        said["reduction"] in ("mean_over_kept_rows", "mean_over_all_rows", "sum", "none"),
    ]
    return all(shapes) and all(settings)


def _of_classes(target: Tensor, z: Tensor, said: dict[str, Any]) -> tuple[Tensor, Tensor, Tensor]:
    classes, smoothing = z.shape[-1], said["label_smoothing"]
    known = (target >= 0) & (target < classes)
    bad = ~(known | (target == said["ignore_index"])).all() if said["ignore_index"] is not None else ~known.all()
    right = torch.where(known, target, 0).long().unsqueeze(-1)
    p = torch.full_like(z, smoothing / classes).scatter(-1, right, 1 - smoothing + smoothing / classes)
    return p, p.log(), bad


def _of_masses(masses: Tensor, said: dict[str, Any]) -> tuple[Tensor, Tensor]:
    total = masses.sum(-1, keepdim=True)
    bad = ~((masses >= 0) & (masses < inf)).all() | ~((total > 0) & (total < inf)).all()
    if said["normalize"] is False:
        # As the engine's tolerance; at its edge, the engine decides.
        bad = bad | ((total - 1).abs() > (1e-9 if masses.dtype == torch.float64 else 1e-5)).any()
    return (masses / total if said["normalize"] else masses), bad


def _times(mass: Tensor, x: Tensor) -> Tensor:
    """mass·x, and 0 where there is no mass, whatever x is."""
    return torch.where(mass > 0, mass * x, 0.0)


def _along(q: Tensor, slopes: Tensor) -> tuple[Tensor, Tensor]:
    """E_q[slope], and its gradient q (slope − E_q[slope]); at an infinite slope the limit."""
    mean = _times(q, slopes).sum(-1, keepdim=True)
    at_limit = torch.where(slopes.isinf(), _times(q, slopes), _times(q, -mean))
    gradient = torch.where(mean.isfinite(), _times(q, slopes - mean), at_limit)
    return mean.squeeze(-1), gradient


def _forward(p: Tensor, ln_p: Tensor, q: Tensor, ln_q: Tensor, said: dict[str, Any]) -> tuple[Tensor, Tensor]:
    rows = (_times(p, ln_p - ln_q) + (q - p)).sum(-1)
    return rows.clamp(min=0), q * p.sum(-1, keepdim=True) - p


def _reverse(p: Tensor, ln_p: Tensor, q: Tensor, ln_q: Tensor, said: dict[str, Any]) -> tuple[Tensor, Tensor]:
    mean, gradient = _along(q, ln_q - ln_p)
    return (mean + (p - q).sum(-1)).clamp(min=0), gradient


def _symmetric(p: Tensor, ln_p: Tensor, q: Tensor, ln_q: Tensor, said: dict[str, Any]) -> tuple[Tensor, Tensor]:
    there, back = _forward(p, ln_p, q, ln_q, said), _reverse(p, ln_p, q, ln_q, said)
    return there[0] + back[0], there[1] + back[1]


def _js(p: Tensor, ln_p: Tensor, q: Tensor, ln_q: Tensor, said: dict[str, Any]) -> tuple[Tensor, Tensor]:
    beta = said["beta"]
    ln_m = (beta * p + (1 - beta) * q).log()
    mean, gradient = _along(q, ln_q - ln_m)
    rows = beta * _times(p, ln_p - ln_m).sum(-1) + (1 - beta) * mean
    return rows.clamp(min=0), (1 - beta) * gradient


def _cross_entropy(p: Tensor, ln_p: Tensor, q: Tensor, ln_q: Tensor, said: dict[str, Any]) -> tuple[Tensor, Tensor]:
    return -_times(p, ln_q).sum(-1), q * p.sum(-1, keepdim=True) - p


def _of_model(p: Tensor, ln_p: Tensor, q: Tensor, ln_q: Tensor, said: dict[str, Any]) -> tuple[Tensor, Tensor]:
    return _along(q, -ln_p)


def _squares(p: Tensor, ln_p: Tensor, q: Tensor, ln_q: Tensor, said: dict[str, Any]) -> tuple[Tensor, Tensor]:
    return (q - p).square().sum(-1), _along(q, 2 * (q - p))[1]


def _entropy(p: Tensor, ln_p: Tensor, q: Tensor, ln_q: Tensor, said: dict[str, Any]) -> tuple[Tensor, Tensor]:
    return _along(q, -ln_q)


FORMS: dict[str, Form] = {
    "kl_target_model": _forward,
    "kl_from_logits": _forward,
    "distillation_teacher_student": _forward,
    "kl_model_target": _reverse,
    "symmetric_kl": _symmetric,
    "js": _js,
    "cross_entropy_target_model": _cross_entropy,
    "cross_entropy_model_target": _of_model,
    "squared_error": _squares,
    "entropy": _entropy,
}
