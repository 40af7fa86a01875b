"""Losses to train by: the value, and its gradient by the logits, of KL, cross-entropy and their kin.

Every function takes the logits of a model, Q = softmax(logits/T), of shape (..., classes), and returns the value and the
gradient by them. Names say the direction: in `kl_target_model` the mean is over the target P, in `kl_model_target` over the
model. Targets are constants: there is no gradient by them.

=============================  ==============================  =========================
loss of a row                  formula                         gradient by the logits, × T
=============================  ==============================  =========================
`cross_entropy`                −Σ p ln q                       q − p
`kl_target_model`              Σ p ln(p/q)                     q − p
`kl_from_logits`               Σ p ln(p/q), of near rows too   q − p
`kl_model_target`              Σ q ln(q/p)                     q (ln(q/p) − D)
`symmetric_kl`                 Σ (p − q) ln(p/q)               the sum of both
`js`                           β D(P‖M) + (1 − β) D(Q‖M)       (1 − β) q (ln(q/m) − D(Q‖M))
`cross_entropy_model_target`   −Σ q ln p                       −q (ln p + H)
`distillation`                 T² Σ p ln(p/q)                  T² (q − p)
`squared_error`                Σ (p − q)²                      2 q (q − p − Σ q (q − p))
`entropy`                      −Σ q ln q                       −q (ln q + H)
=============================  ==============================  =========================

p = 0 costs nothing, whatever q is; a logit of −∞ is a probability of 0; a loss that is ∞ is ∞, and none is NaN.

**Types.** float64 and float32 are read where they lie. float16 and bfloat16 are widened to float32, and whole numbers to
float64. All is computed in float64 if logits or target are, else in float32; the gradient has that type, and values are
added up in float64. Rows are numbered over all leading axes together in messages.

**Beside PyTorch.** ``reduction="mean"`` of `torch.nn.functional.kl_div` divides by rows × classes: no reduction does that
here. Its ``batchmean`` is ``mean_over_all_rows``; ``mean`` of `torch.nn.functional.cross_entropy` is
``mean_over_kept_rows``. See `kullback.torch` for more of this, and for losses that PyTorch can differentiate.
"""

from __future__ import annotations

from typing import Any, Literal

import numpy as np

from . import _native
from ._arrays import as_array, as_whole
from ._types import Numbers

__all__ = [
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

#: What the losses of the rows become; see `cross_entropy`.
Reduction = Literal["mean_over_kept_rows", "mean_over_all_rows", "sum", "none"]

#: The value and the gradient by the logits; without `grad`, the value alone.
Loss = Any


def _settings(
    *,
    temperature: float = 1.0,
    reduction: Reduction = "mean_over_kept_rows",
    from_logits: bool = False,
    target_temperature: float = 1.0,
    normalize: bool | None = False,
    label_smoothing: float = 0.0,
    ignore_index: int | None = None,
    beta: float = 0.5,
    times_t_squared: bool = False,
) -> dict[str, Any]:
    """Say what the engine is to know beside logits and target."""
    return locals()


def _target(target: Any, logits: Any) -> Any:
    """Tell class numbers, which come as int64, from probabilities and logits, by their axes."""
    if np.ndim(target) == np.ndim(logits) - 1:
        return as_whole(target, "target", "class numbers are whole, and all else has the shape of the logits")
    return as_array(target, "target")


def _ask(
    name: str,
    logits: Numbers,
    target: Numbers | None,
    weights: Numbers | None,
    grad: bool,
    class_weights: Numbers | None = None,
    **said: Any,
) -> Loss:
    target = None if target is None else _target(target, logits)
    value, gradient = _native.loss(name, logits, target, weights, class_weights, _settings(**said))
    return (value, gradient) if grad else value


def cross_entropy(
    logits: Numbers,
    target: Numbers,
    *,
    class_weights: Numbers | None = None,
    from_logits: bool = False,
    target_temperature: float = 1.0,
    normalize: bool | None = False,
    label_smoothing: float = 0.0,
    ignore_index: int | None = None,
    temperature: float = 1.0,
    weights: Numbers | None = None,
    reduction: Reduction = "mean_over_kept_rows",
    grad: bool = True,
) -> Loss:
    """Cross-entropy of the target and the model, H(P,Q) = −Σ p ln q.

    At least the entropy of the target, H(P), where Q = P: it is KL(P‖Q) + H(P). Its gradient is that of
    `kl_target_model`, to the last bit. With weights of classes, −Σ v p ln q; the mean then still divides by rows, where
    PyTorch divides by the weights of the right classes: to have that, give the rows those weights.

    Parameters
    ----------
    logits : array, (..., classes)
        Of the model, Q = softmax(logits).
    target : array
        P, which is constant: the class number of each row, (...); or probabilities, (..., classes); or, with
        `from_logits`, logits of a teacher, (..., classes).
    class_weights : array, (classes,), or None
        A weight v for each class, 0 or above.
    from_logits : bool
        The target is softmax(target / `target_temperature`).
    target_temperature : float
        Above 0; below 1 it sharpens the target, above it softens it.
    normalize : bool or None
        Of probabilities. False: they must sum to 1. True: they are divided by their sum. None: they are taken as they are.
    label_smoothing : float
        Of class numbers, ε from 0 to 1: 1 − ε + ε/K for the right one of K classes, ε/K for each other.
    ignore_index : int or None
        Rows with this class number do not count, as where their weight is 0. PyTorch's is −100.
    temperature : float
        Q = softmax(logits / T), above 0. Gradients are by the logits: they shrink with 1/T.
    weights : array, (...), or None
        What the loss of each row is multiplied by: 0 or False leaves it out, also where its loss is ∞.
    reduction : str
        'mean_over_kept_rows': Σ w·loss/Σ w. 'mean_over_all_rows': Σ w·loss divided by the number of rows. 'sum': Σ w·loss.
        'none': w·loss of each row, (...), and the gradients of single rows.
    grad : bool
        Return the gradient too.

    Returns
    -------
    value : float or array of float64
        In nats, from H(P) to ∞.
    gradient : array, (..., classes)
        Of the value by the logits; only with `grad`.

    Raises
    ------
    kullback.Error
        If a logit is NaN or +∞, a row has no mass, a target is no distribution or no class, shapes do not match, or a setting
        is outside its range.

    References
    ----------
    Good 1956; label smoothing: Szegedy et al. 2016.

    Examples
    --------
    >>> from kullback import loss
    >>> value, gradient = loss.cross_entropy([[2.0, 0.0, 0.0], [0.0, 1.0, 0.0]], [0, 2])
    >>> round(value, 6)
    0.895495
    >>> gradient.round(3)
    array([[-0.107,  0.053,  0.053],
           [ 0.106,  0.288, -0.394]])
    """
    return _ask(
        "cross_entropy_target_model",
        logits,
        target,
        weights,
        grad,
        class_weights=class_weights,
        from_logits=from_logits,
        target_temperature=target_temperature,
        normalize=normalize,
        label_smoothing=label_smoothing,
        ignore_index=ignore_index,
        temperature=temperature,
        reduction=reduction,
    )


def kl_target_model(
    logits: Numbers,
    target: Numbers,
    *,
    from_logits: bool = False,
    target_temperature: float = 1.0,
    normalize: bool | None = False,
    label_smoothing: float = 0.0,
    ignore_index: int | None = None,
    temperature: float = 1.0,
    weights: Numbers | None = None,
    reduction: Reduction = "mean_over_kept_rows",
    grad: bool = True,
) -> Loss:
    """Forward KL of the target and the model, KL(P‖Q) = Σ p ln(p/q).

    Q must cover all that P has: infinite where P has a class that the model excludes by a logit of −∞, with a gradient
    that is finite. For rows of logits that nearly agree, see `kl_from_logits`.

    Parameters
    ----------
    logits : array, (..., classes)
        Of the model, Q = softmax(logits).
    target : array
        P, which is constant: the class number of each row, (...); or probabilities, (..., classes); or, with
        `from_logits`, logits of a teacher, (..., classes).
    from_logits : bool
        The target is softmax(target / `target_temperature`).
    target_temperature : float
        Above 0; below 1 it sharpens the target, above it softens it.
    normalize : bool or None
        Of probabilities. False: they must sum to 1. True: they are divided by their sum. None: they are taken as they are.
    label_smoothing : float
        Of class numbers, ε from 0 to 1: 1 − ε + ε/K for the right one of K classes, ε/K for each other.
    ignore_index : int or None
        Rows with this class number do not count, as where their weight is 0. PyTorch's is −100.
    temperature : float
        Q = softmax(logits / T), above 0. Gradients are by the logits: they shrink with 1/T.
    weights : array, (...), or None
        What the loss of each row is multiplied by: 0 or False leaves it out, also where its loss is ∞.
    reduction : str
        'mean_over_kept_rows': Σ w·loss/Σ w. 'mean_over_all_rows': Σ w·loss divided by the number of rows. 'sum': Σ w·loss.
        'none': w·loss of each row, (...), and the gradients of single rows.
    grad : bool
        Return the gradient too.

    Returns
    -------
    value : float or array of float64
        In nats, from 0 to ∞.
    gradient : array, (..., classes)
        Of the value by the logits; only with `grad`.

    Raises
    ------
    kullback.Error
        If a logit is NaN or +∞, a row has no mass, a target is no distribution or no class, shapes do not match, or a setting
        is outside its range.

    References
    ----------
    Kullback & Leibler 1951.

    Examples
    --------
    >>> from kullback import loss
    >>> value, gradient = loss.kl_target_model([0.0, 0.0, float("-inf")], [1.0, 0.0, 0.0])
    >>> round(value, 6), gradient.tolist()      # frameworks give NaN here
    (0.693147, [-0.5, 0.5, 0.0])
    """
    return _ask(
        "kl_target_model",
        logits,
        target,
        weights,
        grad,
        from_logits=from_logits,
        target_temperature=target_temperature,
        normalize=normalize,
        label_smoothing=label_smoothing,
        ignore_index=ignore_index,
        temperature=temperature,
        reduction=reduction,
    )


def kl_from_logits(
    a: Numbers,
    b: Numbers,
    *,
    temperature: float = 1.0,
    weights: Numbers | None = None,
    reduction: Reduction = "mean_over_kept_rows",
    grad: bool = True,
) -> Loss:
    """Forward KL of two rows of logits, KL(P‖Q) of P = softmax(a/T) and Q = softmax(b/T).

    P first, as in `kullback.kl`, and constant. The value is right relative to itself also where the two nearly agree: to
    10⁻⁶ in float32, 10⁻¹² in float64. The arithmetic of log-softmax, PyTorch's and that of `kl_target_model`, is right to
    10⁻⁷ of the logits' range: in float32, a KL of 10⁻⁹ nats is lost in it, and may come out negative.

    Parameters
    ----------
    a : array, (..., classes)
        Logits of P: of a teacher, or of the model before a step.
    b : array, (..., classes)
        Logits of Q, the model.
    temperature : float
        Q = softmax(logits / T), above 0. Gradients are by the logits: they shrink with 1/T.
    weights : array, (...), or None
        What the loss of each row is multiplied by: 0 or False leaves it out, also where its loss is ∞.
    reduction : str
        'mean_over_kept_rows': Σ w·loss/Σ w. 'mean_over_all_rows': Σ w·loss divided by the number of rows. 'sum': Σ w·loss.
        'none': w·loss of each row, (...), and the gradients of single rows.
    grad : bool
        Return the gradient too.

    Returns
    -------
    value : float or array of float64
        In nats, from 0 to ∞.
    gradient : array, (..., classes)
        Of the value by `b`: (q − p)/T; only with `grad`.

    Raises
    ------
    kullback.Error
        If a logit is NaN or +∞, a row has no mass, shapes do not match, or a setting is outside its range.

    References
    ----------
    Kullback & Leibler 1951.

    Examples
    --------
    >>> import numpy as np
    >>> from kullback import loss
    >>> value, gradient = loss.kl_from_logits([0.0, 0.0], [0.0, np.log(3)])     # ½, ½ and ¼, ¾
    >>> round(value, 6), gradient.round(6).tolist()
    (0.143841, [-0.25, 0.25])
    >>> near = np.array([0, 0, 0, 1e-4], dtype="f4")
    >>> print(f"{loss.kl_from_logits(near, np.zeros(4, dtype='f4'), grad=False):.3e}")      # 3/32 of 10⁻⁸
    9.375e-10
    """
    return _ask(
        "kl_from_logits", b, a, weights, grad, from_logits=True, temperature=temperature, reduction=reduction
    )


def kl_model_target(
    logits: Numbers,
    target: Numbers,
    *,
    from_logits: bool = False,
    target_temperature: float = 1.0,
    normalize: bool | None = False,
    label_smoothing: float = 0.0,
    ignore_index: int | None = None,
    temperature: float = 1.0,
    weights: Numbers | None = None,
    reduction: Reduction = "mean_over_kept_rows",
    grad: bool = True,
) -> Loss:
    """Reverse KL of the model and the target, KL(Q‖P) = Σ q ln(q/p).

    Q must stay within what P has: infinite where the model has a class with p = 0; its gradient is then +∞ there and −∞
    elsewhere, the limit as p falls to 0.

    Parameters
    ----------
    logits : array, (..., classes)
        Of the model, Q = softmax(logits).
    target : array
        P, which is constant: the class number of each row, (...); or probabilities, (..., classes); or, with
        `from_logits`, logits of a teacher, (..., classes).
    from_logits : bool
        The target is softmax(target / `target_temperature`).
    target_temperature : float
        Above 0; below 1 it sharpens the target, above it softens it.
    normalize : bool or None
        Of probabilities. False: they must sum to 1. True: they are divided by their sum. None: they are taken as they are.
    label_smoothing : float
        Of class numbers, ε from 0 to 1: 1 − ε + ε/K for the right one of K classes, ε/K for each other.
    ignore_index : int or None
        Rows with this class number do not count, as where their weight is 0. PyTorch's is −100.
    temperature : float
        Q = softmax(logits / T), above 0. Gradients are by the logits: they shrink with 1/T.
    weights : array, (...), or None
        What the loss of each row is multiplied by: 0 or False leaves it out, also where its loss is ∞.
    reduction : str
        'mean_over_kept_rows': Σ w·loss/Σ w. 'mean_over_all_rows': Σ w·loss divided by the number of rows. 'sum': Σ w·loss.
        'none': w·loss of each row, (...), and the gradients of single rows.
    grad : bool
        Return the gradient too.

    Returns
    -------
    value : float or array of float64
        In nats, from 0 to ∞.
    gradient : array, (..., classes)
        Of the value by the logits; only with `grad`.

    Raises
    ------
    kullback.Error
        If a logit is NaN or +∞, a row has no mass, a target is no distribution or no class, shapes do not match, or a setting
        is outside its range.

    References
    ----------
    Kullback & Leibler 1951.

    Examples
    --------
    >>> import math
    >>> from kullback import loss
    >>> round(loss.kl_model_target([0.0, math.log(3)], [0.5, 0.5], grad=False), 6)
    0.130812
    """
    return _ask(
        "kl_model_target",
        logits,
        target,
        weights,
        grad,
        from_logits=from_logits,
        target_temperature=target_temperature,
        normalize=normalize,
        label_smoothing=label_smoothing,
        ignore_index=ignore_index,
        temperature=temperature,
        reduction=reduction,
    )


def symmetric_kl(
    logits: Numbers,
    target: Numbers,
    *,
    from_logits: bool = False,
    target_temperature: float = 1.0,
    normalize: bool | None = False,
    label_smoothing: float = 0.0,
    ignore_index: int | None = None,
    temperature: float = 1.0,
    weights: Numbers | None = None,
    reduction: Reduction = "mean_over_kept_rows",
    grad: bool = True,
) -> Loss:
    """Symmetric KL, KL(P‖Q) + KL(Q‖P) = Σ (p − q) ln(p/q).

    It has no direction, and is infinite where only one of the two has a class.

    Parameters
    ----------
    logits : array, (..., classes)
        Of the model, Q = softmax(logits).
    target : array
        P, which is constant: the class number of each row, (...); or probabilities, (..., classes); or, with
        `from_logits`, logits of a teacher, (..., classes).
    from_logits : bool
        The target is softmax(target / `target_temperature`).
    target_temperature : float
        Above 0; below 1 it sharpens the target, above it softens it.
    normalize : bool or None
        Of probabilities. False: they must sum to 1. True: they are divided by their sum. None: they are taken as they are.
    label_smoothing : float
        Of class numbers, ε from 0 to 1: 1 − ε + ε/K for the right one of K classes, ε/K for each other.
    ignore_index : int or None
        Rows with this class number do not count, as where their weight is 0. PyTorch's is −100.
    temperature : float
        Q = softmax(logits / T), above 0. Gradients are by the logits: they shrink with 1/T.
    weights : array, (...), or None
        What the loss of each row is multiplied by: 0 or False leaves it out, also where its loss is ∞.
    reduction : str
        'mean_over_kept_rows': Σ w·loss/Σ w. 'mean_over_all_rows': Σ w·loss divided by the number of rows. 'sum': Σ w·loss.
        'none': w·loss of each row, (...), and the gradients of single rows.
    grad : bool
        Return the gradient too.

    Returns
    -------
    value : float or array of float64
        In nats, from 0 to ∞.
    gradient : array, (..., classes)
        Of the value by the logits; only with `grad`.

    Raises
    ------
    kullback.Error
        If a logit is NaN or +∞, a row has no mass, a target is no distribution or no class, shapes do not match, or a setting
        is outside its range.

    References
    ----------
    Jeffreys 1946.

    Examples
    --------
    >>> import math
    >>> from kullback import loss
    >>> round(loss.symmetric_kl([0.0, math.log(3)], [0.5, 0.5], grad=False), 6)
    0.274653
    """
    return _ask(
        "symmetric_kl",
        logits,
        target,
        weights,
        grad,
        from_logits=from_logits,
        target_temperature=target_temperature,
        normalize=normalize,
        label_smoothing=label_smoothing,
        ignore_index=ignore_index,
        temperature=temperature,
        reduction=reduction,
    )


def js(
    logits: Numbers,
    target: Numbers,
    *,
    beta: float = 0.5,
    from_logits: bool = False,
    target_temperature: float = 1.0,
    normalize: bool | None = False,
    label_smoothing: float = 0.0,
    ignore_index: int | None = None,
    temperature: float = 1.0,
    weights: Numbers | None = None,
    reduction: Reduction = "mean_over_kept_rows",
    grad: bool = True,
) -> Loss:
    """Jensen–Shannon divergence with weight β on the target, β KL(P‖M) + (1 − β) KL(Q‖M), M = βP + (1 − β)Q.

    Symmetric at β = ½. Always finite, and so is its gradient. Divided by β(1 − β) it tends to KL(P‖Q) as β falls to 0,
    to KL(Q‖P) as it rises to 1; the ends themselves are 0 everywhere, and refused.

    Parameters
    ----------
    logits : array, (..., classes)
        Of the model, Q = softmax(logits).
    target : array
        P, which is constant: the class number of each row, (...); or probabilities, (..., classes); or, with
        `from_logits`, logits of a teacher, (..., classes).
    beta : float
        Between 0 and 1.
    from_logits : bool
        The target is softmax(target / `target_temperature`).
    target_temperature : float
        Above 0; below 1 it sharpens the target, above it softens it.
    normalize : bool or None
        Of probabilities. False: they must sum to 1. True: they are divided by their sum. None: they are taken as they are.
    label_smoothing : float
        Of class numbers, ε from 0 to 1: 1 − ε + ε/K for the right one of K classes, ε/K for each other.
    ignore_index : int or None
        Rows with this class number do not count, as where their weight is 0. PyTorch's is −100.
    temperature : float
        Q = softmax(logits / T), above 0. Gradients are by the logits: they shrink with 1/T.
    weights : array, (...), or None
        What the loss of each row is multiplied by: 0 or False leaves it out, also where its loss is ∞.
    reduction : str
        'mean_over_kept_rows': Σ w·loss/Σ w. 'mean_over_all_rows': Σ w·loss divided by the number of rows. 'sum': Σ w·loss.
        'none': w·loss of each row, (...), and the gradients of single rows.
    grad : bool
        Return the gradient too.

    Returns
    -------
    value : float or array of float64
        In nats, from 0 to the entropy of β and 1 − β, at most ln 2.
    gradient : array, (..., classes)
        Of the value by the logits; only with `grad`.

    Raises
    ------
    kullback.Error
        If a logit is NaN or +∞, a row has no mass, a target is no distribution or no class, shapes do not match, or a setting
        is outside its range.

    References
    ----------
    Lin 1991; with β in training, Agarwal et al. 2024.

    Examples
    --------
    >>> from kullback import loss
    >>> round(loss.js([0.0, float("-inf")], 1, grad=False), 6)      # nothing in common: ln 2
    0.693147
    """
    return _ask(
        "js",
        logits,
        target,
        weights,
        grad,
        beta=beta,
        from_logits=from_logits,
        target_temperature=target_temperature,
        normalize=normalize,
        label_smoothing=label_smoothing,
        ignore_index=ignore_index,
        temperature=temperature,
        reduction=reduction,
    )


def cross_entropy_model_target(
    logits: Numbers,
    target: Numbers,
    *,
    from_logits: bool = False,
    target_temperature: float = 1.0,
    normalize: bool | None = False,
    label_smoothing: float = 0.0,
    ignore_index: int | None = None,
    temperature: float = 1.0,
    weights: Numbers | None = None,
    reduction: Reduction = "mean_over_kept_rows",
    grad: bool = True,
) -> Loss:
    """Cross-entropy the other way, H(Q,P) = −Σ q ln p.

    It is KL(Q‖P) plus the entropy of the model, so its least value is no match: −ln max p, at a model that is certain
    of the likeliest class of P. Infinite, with infinite gradients as in `kl_model_target`, where the model has a class
    with p = 0.

    Parameters
    ----------
    logits : array, (..., classes)
        Of the model, Q = softmax(logits).
    target : array
        P, which is constant: the class number of each row, (...); or probabilities, (..., classes); or, with
        `from_logits`, logits of a teacher, (..., classes).
    from_logits : bool
        The target is softmax(target / `target_temperature`).
    target_temperature : float
        Above 0; below 1 it sharpens the target, above it softens it.
    normalize : bool or None
        Of probabilities. False: they must sum to 1. True: they are divided by their sum. None: they are taken as they are.
    label_smoothing : float
        Of class numbers, ε from 0 to 1: 1 − ε + ε/K for the right one of K classes, ε/K for each other.
    ignore_index : int or None
        Rows with this class number do not count, as where their weight is 0. PyTorch's is −100.
    temperature : float
        Q = softmax(logits / T), above 0. Gradients are by the logits: they shrink with 1/T.
    weights : array, (...), or None
        What the loss of each row is multiplied by: 0 or False leaves it out, also where its loss is ∞.
    reduction : str
        'mean_over_kept_rows': Σ w·loss/Σ w. 'mean_over_all_rows': Σ w·loss divided by the number of rows. 'sum': Σ w·loss.
        'none': w·loss of each row, (...), and the gradients of single rows.
    grad : bool
        Return the gradient too.

    Returns
    -------
    value : float or array of float64
        In nats, from −ln max p to ∞.
    gradient : array, (..., classes)
        Of the value by the logits; only with `grad`.

    Raises
    ------
    kullback.Error
        If a logit is NaN or +∞, a row has no mass, a target is no distribution or no class, shapes do not match, or a setting
        is outside its range.

    References
    ----------
    Good 1956.

    Examples
    --------
    >>> from kullback import loss
    >>> round(loss.cross_entropy_model_target([0.0, 0.0], [0.4, 0.6], grad=False), 6)
    0.713558
    """
    return _ask(
        "cross_entropy_model_target",
        logits,
        target,
        weights,
        grad,
        from_logits=from_logits,
        target_temperature=target_temperature,
        normalize=normalize,
        label_smoothing=label_smoothing,
        ignore_index=ignore_index,
        temperature=temperature,
        reduction=reduction,
    )


def distillation(
    student: Numbers,
    teacher: Numbers,
    *,
    temperature: float,
    times_t_squared: bool = True,
    weights: Numbers | None = None,
    reduction: Reduction = "mean_over_kept_rows",
    grad: bool = True,
) -> Loss:
    """Distillation, T² KL(P‖Q) of P = softmax(teacher/T) and Q = softmax(student/T).

    T² keeps the gradient from shrinking as T grows: Hinton and Keras have it, TRL has not.

    Parameters
    ----------
    student : array, (..., classes)
        Logits of Q, the model.
    teacher : array, (..., classes)
        Logits of P, which is constant.
    temperature : float
        T, above 0, of both.
    times_t_squared : bool
        False: KL as it is.
    weights : array, (...), or None
        What the loss of each row is multiplied by: 0 or False leaves it out, also where its loss is ∞.
    reduction : str
        As in `cross_entropy`.
    grad : bool
        Return the gradient too.

    Returns
    -------
    value : float or array of float64
        In nats times T², from 0 to ∞.
    gradient : array, (..., classes)
        Of the value by the student's logits; only with `grad`.

    Raises
    ------
    kullback.Error
        If a logit is NaN or +∞, a row has no mass, shapes do not match, or a setting is outside its range.

    References
    ----------
    Hinton, Vinyals & Dean 2015.

    Examples
    --------
    >>> from kullback import loss
    >>> value, gradient = loss.distillation([0.0, 1.0], [0.0, 3.0], temperature=2.0)
    >>> plain, _ = loss.distillation([0.0, 1.0], [0.0, 3.0], temperature=2.0, times_t_squared=False)
    >>> value == 4 * plain
    True
    """
    return _ask(
        "distillation_teacher_student",
        student,
        teacher,
        weights,
        grad,
        from_logits=True,
        temperature=temperature,
        times_t_squared=times_t_squared,
        reduction=reduction,
    )


def squared_error(
    logits: Numbers,
    target: Numbers,
    *,
    from_logits: bool = False,
    target_temperature: float = 1.0,
    normalize: bool | None = False,
    label_smoothing: float = 0.0,
    ignore_index: int | None = None,
    temperature: float = 1.0,
    weights: Numbers | None = None,
    reduction: Reduction = "mean_over_kept_rows",
    grad: bool = True,
) -> Loss:
    """Squared error of the probabilities, Σ (p − q)²: of classes, Brier's score.

    Its gradient vanishes with q, so a class that the model excludes stays so: a confident mistake costs at most 2 and
    pulls little. `torch.nn.functional.mse_loss` divides it by the number of classes as well.

    Parameters
    ----------
    logits : array, (..., classes)
        Of the model, Q = softmax(logits).
    target : array
        P, which is constant: the class number of each row, (...); or probabilities, (..., classes); or, with
        `from_logits`, logits of a teacher, (..., classes).
    from_logits : bool
        The target is softmax(target / `target_temperature`).
    target_temperature : float
        Above 0; below 1 it sharpens the target, above it softens it.
    normalize : bool or None
        Of probabilities. False: they must sum to 1. True: they are divided by their sum. None: they are taken as they are.
    label_smoothing : float
        Of class numbers, ε from 0 to 1: 1 − ε + ε/K for the right one of K classes, ε/K for each other.
    ignore_index : int or None
        Rows with this class number do not count, as where their weight is 0. PyTorch's is −100.
    temperature : float
        Q = softmax(logits / T), above 0. Gradients are by the logits: they shrink with 1/T.
    weights : array, (...), or None
        What the loss of each row is multiplied by: 0 or False leaves it out, also where its loss is ∞.
    reduction : str
        'mean_over_kept_rows': Σ w·loss/Σ w. 'mean_over_all_rows': Σ w·loss divided by the number of rows. 'sum': Σ w·loss.
        'none': w·loss of each row, (...), and the gradients of single rows.
    grad : bool
        Return the gradient too.

    Returns
    -------
    value : float or array of float64
        Without a unit, from 0 to 2.
    gradient : array, (..., classes)
        Of the value by the logits; only with `grad`.

    Raises
    ------
    kullback.Error
        If a logit is NaN or +∞, a row has no mass, a target is no distribution or no class, shapes do not match, or a setting
        is outside its range.

    References
    ----------
    Brier 1950; as a consistency loss, Laine & Aila 2017.

    Examples
    --------
    >>> import math
    >>> from kullback import loss
    >>> round(loss.squared_error([0.0, math.log(3)], [0.5, 0.5], grad=False), 6)
    0.125
    """
    return _ask(
        "squared_error",
        logits,
        target,
        weights,
        grad,
        from_logits=from_logits,
        target_temperature=target_temperature,
        normalize=normalize,
        label_smoothing=label_smoothing,
        ignore_index=ignore_index,
        temperature=temperature,
        reduction=reduction,
    )


def entropy(
    logits: Numbers,
    *,
    temperature: float = 1.0,
    weights: Numbers | None = None,
    reduction: Reduction = "mean_over_kept_rows",
    grad: bool = True,
) -> Loss:
    """Entropy of the model, H(Q) = −Σ q ln q.

    Added to a loss, it makes predictions sharper; subtracted, flatter.

    Parameters
    ----------
    logits : array, (..., classes)
        Of the model, Q = softmax(logits).
    temperature : float
        Q = softmax(logits / T), above 0. Gradients are by the logits: they shrink with 1/T.
    weights : array, (...), or None
        What the loss of each row is multiplied by: 0 or False leaves it out, also where its loss is ∞.
    reduction : str
        'mean_over_kept_rows': Σ w·loss/Σ w. 'mean_over_all_rows': Σ w·loss divided by the number of rows. 'sum': Σ w·loss.
        'none': w·loss of each row, (...), and the gradients of single rows.
    grad : bool
        Return the gradient too.

    Returns
    -------
    value : float or array of float64
        In nats, from 0 to ln K for K classes.
    gradient : array, (..., classes)
        Of the value by the logits; only with `grad`.

    Raises
    ------
    kullback.Error
        If a logit is NaN or +∞, a row has no mass, shapes do not match, or a setting
        is outside its range.

    References
    ----------
    Shannon 1948; as a loss, Grandvalet & Bengio 2004.

    Examples
    --------
    >>> from kullback import loss
    >>> value, gradient = loss.entropy([0.0, 0.0])
    >>> round(value, 6), gradient.tolist()
    (0.693147, [0.0, 0.0])
    """
    return _ask(
        "entropy",
        logits,
        None,
        weights,
        grad,
        temperature=temperature,
        reduction=reduction,
    )


def penalty(parameters: Numbers, *, l1: float = 0.0, l2: float = 0.0, grad: bool = True) -> Loss:
    """Penalty on parameters, λ₁ Σ|w| + ½ λ₂ Σ w²: L1, L2 or, with both, the elastic net.

    It pulls parameters to 0 and knows nothing of outputs: L1 drives many of them to exactly 0, L2 shrinks all alike.

    Parameters
    ----------
    parameters : array, of any shape
        The parameters w, finite.
    l1, l2 : float
        λ₁ and λ₂, 0 or above. λ₂ is what optimisers call weight decay; papers that write λ Σ w² mean ½ λ₂.
    grad : bool
        Return the gradient too.

    Returns
    -------
    value : float
        0 or above, in the unit of λ.
    gradient : array, of the parameters' shape
        λ₁ sign(w) + λ₂ w, with 0 at w = 0; only with `grad`.

    Raises
    ------
    kullback.Error
        If a parameter is NaN or infinite, or a λ is negative.

    References
    ----------
    L1: Tibshirani 1996; L2: Hoerl & Kennard 1970; elastic net: Zou & Hastie 2005.

    Examples
    --------
    >>> from kullback import loss
    >>> value, gradient = loss.penalty([2.0, 0.0, -1.0], l1=0.1, l2=0.5)
    >>> round(value, 6), gradient.tolist()
    (1.55, [1.1, 0.0, -0.6])
    """
    value, gradient = _native.penalty(parameters, l1, l2)
    return (value, gradient) if grad else value
