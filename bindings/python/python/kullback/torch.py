"""Losses that PyTorch can differentiate: those of `kullback.loss`, on tensors.

>>> import torch
>>> import kullback.torch as kt
>>> logits = torch.tensor([[2.0, 0.0, 0.0], [0.0, 1.0, 0.0]], requires_grad=True)
>>> loss = kt.cross_entropy(logits, torch.tensor([0, 2]))
>>> loss.backward()
>>> round(loss.item(), 4), logits.grad.shape
(0.8955, torch.Size([2, 3]))

Each is one operation: value and gradient come from the engine's closed form in the forward pass, which keeps a gradient of
the size of the logits and nothing else. Tensors in the processor's memory are read where they lie, and computed in float64
or float32; bfloat16 and float16 are widened to float32, in which the value stays, and the gradient is cast back. Tensors of
other devices are computed there by the same closed forms in operations of PyTorch; one flag is read back, since errors are
the same. Targets are constants: one that requires a gradient is refused. There is no second derivative.

The classes are the last axis, all others are rows. What PyTorch says otherwise, z being logits:

=====================================================  ================================================================
`torch.nn.functional`                                  here
=====================================================  ================================================================
``cross_entropy(z, c)``, classes on axis 1             ``cross_entropy(z.movedim(1, -1), c)``
``cross_entropy(z, c)`` leaves out rows where c is     ``cross_entropy(z, c, ignore_index=-100)``: only when it is asked
−100, and of nothing but such rows it is NaN           for; of nothing but such rows the mean is an error
``cross_entropy(z, c, weight=v)`` divides by the sum   ``cross_entropy(z, c, weights=v[c])``; with ``class_weights=v``
of v[c], also with label smoothing                     the mean divides by rows
``kl_div(log_q, p)``: the model's log-probabilities    ``kl_target_model(z, p)``: KL(P‖Q) too. Logits or
first, and not its logits                              log-probabilities of the model, what it is to match, in the name
``kl_div(log_q, log_p, log_target=True)``              ``kl_target_model(z, log_p, from_logits=True)``
``reduction="batchmean"`` divides by the first axis    ``reduction="mean_over_all_rows"`` divides by all rows
``reduction="mean"`` of `kl_div`, the default,         none does: divide by the number of classes
divides by rows × classes
`kl_div` and `cross_entropy` are NaN where p = 0 and   that class costs nothing
ln q = −∞
near rows in float32: log-softmax loses KL < 10⁻⁷      ``kl_from_logits(a, b)`` is right to 10⁻⁶ of itself
=====================================================  ================================================================
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor
from torch.autograd.function import once_differentiable

from . import _native, _torch
from ._native import Error
from .loss import Reduction, _settings, _target

__all__ = [
    "consistency",
    "cross_entropy",
    "cross_entropy_model_target",
    "distillation",
    "entropy",
    "js",
    "kl_from_logits",
    "kl_model_target",
    "kl_target_model",
    "penalty",
    "squared_error",
    "symmetric_kl",
]

if TYPE_CHECKING:
    from typing_extensions import TypedDict, Unpack

    class Rows(TypedDict, total=False):
        """What is said of rows, as in `kullback.loss`."""

        temperature: float
        weights: Tensor | None
        reduction: Reduction

    class Options(Rows, total=False):
        """What is said of rows and of a target, as in `kullback.loss`."""

        from_logits: bool
        target_temperature: float
        normalize: bool | None
        label_smoothing: float
        ignore_index: int | None


def cross_entropy(
    logits: Tensor, target: Tensor, *, class_weights: Tensor | None = None, **options: Unpack[Options]
) -> Tensor:
    """Cross-entropy of the target and the model, H(P,Q) = −Σ p ln q: `kullback.loss.cross_entropy` on tensors.

    Parameters
    ----------
    logits : Tensor, (..., classes)
        Of the model.
    target : Tensor
        P, which is constant: class numbers, (...); or probabilities, (..., classes); or, with `from_logits`, logits.
    class_weights : Tensor, (classes,), or None
        A weight for each class.
    **options
        As `kullback.loss.cross_entropy` has them: `temperature`, `weights`, `reduction`, `from_logits`,
        `target_temperature`, `normalize`, `label_smoothing`, `ignore_index`.

    Returns
    -------
    Tensor
        In nats, without axes; (...) where `reduction` is 'none'. Float64 where the logits are, else float32.

    Raises
    ------
    kullback.Error
        As `kullback.loss.cross_entropy`.
    TypeError
        If the target requires a gradient.

    References
    ----------
    Good 1956.

    Examples
    --------
    >>> import torch, kullback.torch as kt
    >>> z = torch.tensor([[0.0, 0.0], [0.0, 3.0]], requires_grad=True)
    >>> kt.cross_entropy(z, torch.tensor([1, -100]), ignore_index=-100).backward()
    >>> z.grad.tolist()
    [[0.5, -0.5], [0.0, 0.0]]
    """
    return _ask("cross_entropy_target_model", logits, target, class_weights=class_weights, **options)


def kl_target_model(logits: Tensor, target: Tensor, **options: Unpack[Options]) -> Tensor:
    """Forward KL of the target and the model, KL(P‖Q) = Σ p ln(p/q): `kullback.loss.kl_target_model` on tensors.

    Parameters
    ----------
    logits : Tensor, (..., classes)
        Of the model.
    target : Tensor
        P, which is constant: class numbers, (...); or probabilities, (..., classes); or, with `from_logits`, logits.
    **options
        As `kullback.loss.kl_target_model` has them: `temperature`, `weights`, `reduction`, `from_logits`,
        `target_temperature`, `normalize`, `label_smoothing`, `ignore_index`.

    Returns
    -------
    Tensor
        In nats, without axes; (...) where `reduction` is 'none'. Float64 where the logits are, else float32.

    Raises
    ------
    kullback.Error
        As `kullback.loss.kl_target_model`.
    TypeError
        If the target requires a gradient.

    References
    ----------
    Kullback & Leibler 1951.

    Examples
    --------
    >>> import torch, kullback.torch as kt
    >>> z = torch.tensor([0.0, 0.0, float("-inf")], requires_grad=True)
    >>> kt.kl_target_model(z, torch.tensor([1.0, 0.0, 0.0])).backward()
    >>> z.grad.tolist()     # the value of `kl_div` is NaN here
    [-0.5, 0.5, 0.0]
    """
    return _ask("kl_target_model", logits, target, **options)


def kl_from_logits(a: Tensor, b: Tensor, **options: Unpack[Rows]) -> Tensor:
    """Forward KL of two rows of logits, right also where they nearly agree: `kullback.loss.kl_from_logits` on tensors.

    On other devices than the processor it is computed in float64, and right to 10⁻¹⁵ of the logits' range.

    Parameters
    ----------
    a : Tensor, (..., classes)
        Logits of P, constant.
    b : Tensor, (..., classes)
        Logits of Q, the model.
    **options
        As `kullback.loss.kl_from_logits` has them: `temperature`, `weights`, `reduction`.

    Returns
    -------
    Tensor
        In nats, without axes; (...) where `reduction` is 'none'. Float64 where `b` is, else float32.

    Raises
    ------
    kullback.Error
        As `kullback.loss.kl_from_logits`.
    TypeError
        If `a` requires a gradient.

    References
    ----------
    Kullback & Leibler 1951.

    Examples
    --------
    >>> import torch, kullback.torch as kt
    >>> a, b = torch.tensor([0.0, 0.0, 0.0, 1e-4]), torch.zeros(4, requires_grad=True)
    >>> print(f"{kt.kl_from_logits(a, b).item():.3e}")      # 3/32 of 10⁻⁸
    9.375e-10
    """
    return _ask("kl_from_logits", b, a, from_logits=True, **options)


def kl_model_target(logits: Tensor, target: Tensor, **options: Unpack[Options]) -> Tensor:
    """Reverse KL of the model and the target, KL(Q‖P) = Σ q ln(q/p): `kullback.loss.kl_model_target` on tensors.

    Parameters
    ----------
    logits : Tensor, (..., classes)
        Of the model.
    target : Tensor
        P, which is constant: class numbers, (...); or probabilities, (..., classes); or, with `from_logits`, logits.
    **options
        As `kullback.loss.kl_model_target` has them: `temperature`, `weights`, `reduction`, `from_logits`,
        `target_temperature`, `normalize`, `label_smoothing`, `ignore_index`.

    Returns
    -------
    Tensor
        In nats, without axes; (...) where `reduction` is 'none'. Float64 where the logits are, else float32.

    Raises
    ------
    kullback.Error
        As `kullback.loss.kl_model_target`.
    TypeError
        If the target requires a gradient.

    References
    ----------
    Kullback & Leibler 1951.

    Examples
    --------
    >>> import torch, kullback.torch as kt
    >>> round(kt.kl_model_target(torch.tensor([1.0, 3.0]).log(), torch.tensor([0.5, 0.5])).item(), 5)
    0.13081
    """
    return _ask("kl_model_target", logits, target, **options)


def symmetric_kl(logits: Tensor, target: Tensor, **options: Unpack[Options]) -> Tensor:
    """Symmetric KL, Σ (p − q) ln(p/q): `kullback.loss.symmetric_kl` on tensors.

    Parameters
    ----------
    logits : Tensor, (..., classes)
        Of the model.
    target : Tensor
        P, which is constant: class numbers, (...); or probabilities, (..., classes); or, with `from_logits`, logits.
    **options
        As `kullback.loss.symmetric_kl` has them: `temperature`, `weights`, `reduction`, `from_logits`,
        `target_temperature`, `normalize`, `label_smoothing`, `ignore_index`.

    Returns
    -------
    Tensor
        In nats, without axes; (...) where `reduction` is 'none'. Float64 where the logits are, else float32.

    Raises
    ------
    kullback.Error
        As `kullback.loss.symmetric_kl`.
    TypeError
        If the target requires a gradient.

    References
    ----------
    Jeffreys 1946.

    Examples
    --------
    >>> import torch, kullback.torch as kt
    >>> round(kt.symmetric_kl(torch.tensor([1.0, 3.0]).log(), torch.tensor([0.5, 0.5])).item(), 5)
    0.27465
    """
    return _ask("symmetric_kl", logits, target, **options)


def js(logits: Tensor, target: Tensor, *, beta: float = 0.5, **options: Unpack[Options]) -> Tensor:
    """Jensen–Shannon divergence with weight β on the target: `kullback.loss.js` on tensors.

    Parameters
    ----------
    logits : Tensor, (..., classes)
        Of the model.
    target : Tensor
        P, which is constant: class numbers, (...); or probabilities, (..., classes); or, with `from_logits`, logits.
    beta : float
        Between 0 and 1.
    **options
        As `kullback.loss.js` has them: `temperature`, `weights`, `reduction`, `from_logits`,
        `target_temperature`, `normalize`, `label_smoothing`, `ignore_index`.

    Returns
    -------
    Tensor
        In nats, at most ln 2, without axes; (...) where `reduction` is 'none'. Float64 where the logits are, else float32.

    Raises
    ------
    kullback.Error
        As `kullback.loss.js`.
    TypeError
        If the target requires a gradient.

    References
    ----------
    Lin 1991; with β in training, Agarwal et al. 2024.

    Examples
    --------
    >>> import torch, kullback.torch as kt
    >>> round(kt.js(torch.tensor([0.0, float("-inf")]), torch.tensor(1)).item(), 5)     # nothing in common
    0.69315
    """
    return _ask("js", logits, target, beta=beta, **options)


def cross_entropy_model_target(logits: Tensor, target: Tensor, **options: Unpack[Options]) -> Tensor:
    """Cross-entropy the other way, H(Q,P) = −Σ q ln p: `kullback.loss.cross_entropy_model_target` on tensors.

    Parameters
    ----------
    logits : Tensor, (..., classes)
        Of the model.
    target : Tensor
        P, which is constant: class numbers, (...); or probabilities, (..., classes); or, with `from_logits`, logits.
    **options
        As `kullback.loss.cross_entropy_model_target` has them: `temperature`, `weights`, `reduction`, `from_logits`,
        `target_temperature`, `normalize`, `label_smoothing`, `ignore_index`.

    Returns
    -------
    Tensor
        In nats, without axes; (...) where `reduction` is 'none'. Float64 where the logits are, else float32.

    Raises
    ------
    kullback.Error
        As `kullback.loss.cross_entropy_model_target`.
    TypeError
        If the target requires a gradient.

    References
    ----------
    Good 1956.

    Examples
    --------
    >>> import torch, kullback.torch as kt
    >>> round(kt.cross_entropy_model_target(torch.zeros(2), torch.tensor([0.4, 0.6])).item(), 5)
    0.71356
    """
    return _ask("cross_entropy_model_target", logits, target, **options)


def distillation(
    student: Tensor,
    teacher: Tensor,
    *,
    temperature: float,
    times_t_squared: bool = True,
    weights: Tensor | None = None,
    reduction: Reduction = "mean_over_kept_rows",
) -> Tensor:
    """Distillation, T² KL of the teacher and the student at temperature T: `kullback.loss.distillation` on tensors.

    Parameters
    ----------
    student : Tensor, (..., classes)
        Logits of the model.
    teacher : Tensor, (..., classes)
        Logits of what it is to follow, constant.
    temperature : float
        T, above 0, of both.
    times_t_squared : bool
        False: KL as it is.
    weights, reduction
        As `kullback.loss.distillation` has them.

    Returns
    -------
    Tensor
        In nats times T², without axes; (...) where `reduction` is 'none'. Float64 where the logits are, else float32.

    Raises
    ------
    kullback.Error
        As `kullback.loss.distillation`.
    TypeError
        If the teacher requires a gradient.

    References
    ----------
    Hinton, Vinyals & Dean 2015.

    Examples
    --------
    >>> import torch, kullback.torch as kt
    >>> student, teacher = torch.tensor([0.0, 1.0]), torch.tensor([5.0, 6.0])
    >>> kt.distillation(student, teacher, temperature=4.0).item()      # an offset is no difference
    0.0
    """
    return _ask(
        "distillation_teacher_student",
        student,
        teacher,
        from_logits=True,
        temperature=temperature,
        target_temperature=temperature,
        times_t_squared=times_t_squared,
        weights=weights,
        reduction=reduction,
    )


def squared_error(logits: Tensor, target: Tensor, **options: Unpack[Options]) -> Tensor:
    """Squared error of the probabilities, Σ (p − q)²: `kullback.loss.squared_error` on tensors.

    Parameters
    ----------
    logits : Tensor, (..., classes)
        Of the model.
    target : Tensor
        P, which is constant: class numbers, (...); or probabilities, (..., classes); or, with `from_logits`, logits.
    **options
        As `kullback.loss.squared_error` has them: `temperature`, `weights`, `reduction`, `from_logits`,
        `target_temperature`, `normalize`, `label_smoothing`, `ignore_index`.

    Returns
    -------
    Tensor
        From 0 to 2, without axes; (...) where `reduction` is 'none'. Float64 where the logits are, else float32.

    Raises
    ------
    kullback.Error
        As `kullback.loss.squared_error`.
    TypeError
        If the target requires a gradient.

    References
    ----------
    Brier 1950; as a consistency loss, Laine & Aila 2017.

    Examples
    --------
    >>> import torch, kullback.torch as kt
    >>> round(kt.squared_error(torch.tensor([1.0, 3.0]).log(), torch.tensor([0.5, 0.5])).item(), 5)
    0.125
    """
    return _ask("squared_error", logits, target, **options)


def entropy(logits: Tensor, **options: Unpack[Rows]) -> Tensor:
    """Entropy of the model, H(Q) = −Σ q ln q: `kullback.loss.entropy` on tensors.

    Parameters
    ----------
    logits : Tensor, (..., classes)
        Of the model.
    **options
        As `kullback.loss.entropy` has them: `temperature`, `weights`, `reduction`.

    Returns
    -------
    Tensor
        In nats, without axes; (...) where `reduction` is 'none'. Float64 where the logits are, else float32.

    Raises
    ------
    kullback.Error
        As `kullback.loss.entropy`.

    References
    ----------
    Shannon 1948; as a loss, Grandvalet & Bengio 2004.

    Examples
    --------
    >>> import torch, kullback.torch as kt
    >>> round(kt.entropy(torch.zeros(2)).item(), 5)
    0.69315
    """
    return _ask("entropy", logits, None, **options)


def consistency(
    logits: Tensor,
    target_logits: Tensor,
    *,
    sharpen: float = 0.4,
    confidence: float = 0.8,
    reduction: Reduction = "mean_over_all_rows",
) -> Tensor:
    """Consistency with the prediction of another view of the same rows, KL(P‖Q), as in UDA.

    P = softmax(`target_logits`/`sharpen`) is cut from the graph. A gradient into it would let both views agree on less; of
    cross-entropy it would make them certain of one class, whatever the row is.

    Parameters
    ----------
    logits : Tensor, (..., classes)
        Of the view that is to follow: the augmented one.
    target_logits : Tensor, (..., classes)
        Of the view that is followed; detached here.
    sharpen : float
        The temperature of P, above 0: below 1 it is sharper than the prediction.
    confidence : float
        Rows count where the largest of softmax(`target_logits`), not sharpened, is above this; others are losses of 0.
    reduction : str
        The published loss divides by all rows, those that do not count included.

    Returns
    -------
    Tensor
        In nats, without axes; (...) where `reduction` is 'none'.

    Raises
    ------
    kullback.Error
        As `kullback.loss.kl_target_model`.

    References
    ----------
    Xie et al. 2020.

    Examples
    --------
    >>> import torch, kullback.torch as kt
    >>> plain = torch.tensor([[4.0, 0.0], [0.1, 0.0]], requires_grad=True)     # the second is unsure
    >>> augmented = torch.zeros(2, 2, requires_grad=True)
    >>> kt.consistency(augmented, plain).backward()
    >>> plain.grad, augmented.grad[1].tolist()
    (None, [0.0, 0.0])
    """
    target = target_logits.detach()
    counts = target.softmax(-1).amax(-1) > confidence
    return kl_target_model(
        logits, target, from_logits=True, target_temperature=sharpen, weights=counts, reduction=reduction
    )


def penalty(parameters: Iterable[Tensor], *, l1: float = 0.0, l2: float = 0.0) -> Tensor:
    """Penalty on parameters, λ₁ Σ|w| + ½ λ₂ Σ w²: `kullback.loss.penalty` on tensors.

    Parameters
    ----------
    parameters : iterable of Tensor, or Tensor
        As `model.parameters()` gives them; finite.
    l1, l2 : float
        λ₁ and λ₂, 0 or above. λ₂ is what optimisers call weight decay.

    Returns
    -------
    Tensor
        Without axes; float64 where a parameter is, else float32. The gradient is λ₁ sign(w) + λ₂ w, 0 at w = 0.

    Raises
    ------
    kullback.Error
        If there are no parameters, one is NaN or infinite, or a λ is negative.

    References
    ----------
    L1: Tibshirani 1996; L2: Hoerl & Kennard 1970; elastic net: Zou & Hastie 2005.

    Examples
    --------
    >>> import torch, kullback.torch as kt
    >>> w = torch.tensor([2.0, 0.0, -1.0], requires_grad=True)
    >>> kt.penalty([w], l1=0.5, l2=1.0).backward()
    >>> w.grad.tolist()
    [2.5, 0.0, -1.5]
    """
    tensors = [parameters] if isinstance(parameters, Tensor) else list(parameters)
    if not tensors:
        raise Error("there are no parameters to penalise")
    value: Tensor = _Penalty.apply(l1, l2, *tensors)
    return value


def _ask(
    name: str,
    logits: Tensor,
    target: Tensor | None,
    *,
    weights: Tensor | None = None,
    class_weights: Tensor | None = None,
    **options: Any,
) -> Tensor:
    for argument, given in [("target", target), ("weights", weights), ("class_weights", class_weights)]:
        if isinstance(given, Tensor) and given.requires_grad:
            raise TypeError(f"{argument} is constant in a loss, and requires a gradient: say {argument}.detach()")
    said = _settings(**options)
    value: Tensor = _Loss.apply(logits, target, weights, class_weights, name, said)
    return value


class _Loss(torch.autograd.Function):
    """A loss whose gradient is known when its value is."""

    @staticmethod
    def forward(
        ctx: Any,
        logits: Tensor,
        target: Tensor | None,
        weights: Tensor | None,
        class_weights: Tensor | None,
        name: str,
        said: dict[str, Any],
    ) -> Tensor:
        given = (logits.detach(), target, weights, class_weights)
        found = None if _is_read(logits) else _torch.loss(name, *given, said)
        value, gradient = found or _by_engine(name, *given, said)
        ctx.save_for_backward(gradient)
        ctx.dtype = logits.dtype
        return value.to(_wide(logits))

    @staticmethod
    @once_differentiable
    def backward(  # pyright: ignore[reportIncompatibleMethodOverride]
        ctx: Any, by_value: Tensor
    ) -> tuple[Tensor | None, ...]:
        (gradient,) = ctx.saved_tensors
        by_logits = gradient * by_value.unsqueeze(-1)
        return by_logits.to(ctx.dtype), None, None, None, None, None


class _Penalty(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, l1: float, l2: float, *parameters: Tensor) -> Tensor:
        ctx.save_for_backward(*parameters)
        ctx.lambdas = l1, l2
        values = [_penalty(parameter.detach(), l1, l2) for parameter in parameters]
        wide = torch.float64 if any(w.dtype == torch.float64 for w in parameters) else torch.float32
        return torch.tensor(sum(values), dtype=wide, device=parameters[0].device)

    @staticmethod
    @once_differentiable
    def backward(  # pyright: ignore[reportIncompatibleMethodOverride]
        ctx: Any, by_value: Tensor
    ) -> tuple[Tensor | None, ...]:
        l1, l2 = ctx.lambdas
        by = [(by_value.to(w.device) * (l1 * w.sign() + l2 * w)).to(w.dtype) for w in ctx.saved_tensors]
        return None, None, *by


def _penalty(parameter: Tensor, l1: float, l2: float) -> float:
    if not _is_read(parameter):
        wide = parameter.to(_wide(parameter))
        squares, absolutes = float(wide.square().sum()), float(wide.abs().sum())
        if squares + absolutes < float("inf") and 0 <= l1 < float("inf") and 0 <= l2 < float("inf"):
            return l1 * absolutes + 0.5 * l2 * squares
    value, _ = _native.penalty(parameter.cpu(), l1, l2)
    return value


def _is_read(tensor: Tensor) -> bool:
    """Whether the engine can read it where it lies."""
    return bool(tensor.device.type == "cpu")


def _wide(tensor: Tensor) -> torch.dtype:
    return torch.float64 if tensor.dtype == torch.float64 else torch.float32


def _by_engine(
    name: str,
    logits: Tensor,
    target: Tensor | None,
    weights: Tensor | None,
    class_weights: Tensor | None,
    said: dict[str, Any],
) -> tuple[Tensor, Tensor]:
    """Ask the engine; it also tells what is wrong with tensors of other devices."""
    here = logits.cpu()
    target = None if target is None else _target(_here(target), here)
    value, gradient = _native.loss(name, here, target, _here(weights), _here(class_weights), said)
    value = torch.as_tensor(value, dtype=torch.float64).to(_wide(logits))
    return value.to(logits.device), torch.from_numpy(gradient).to(logits.device)


def _here(given: Any) -> Any:
    return given.cpu() if isinstance(given, Tensor) else given
